"""Whose text it is, where a side speaks for itself: "our forces have taken X"."""

from __future__ import annotations

from geo.reading.actors import nouns
from geo.reading.page import Page, Speech

__all__ = ["find_voice", "own_words"]

_OPENING = 60  # tokens of the text in which a communiqué says whose it is
_ENOUGH = 2
_MARKS = frozenset({"“", "”", '"', "«", "»"})


_FOES = frozenset(
    "terrorist terrorists enemy militia militias rebel occupation aggressor putschist mercenaries "
    "invaders occupiers gangs criminal".split()
)


def find_voice(page: Page, army: str = "") -> str:
    """The actor whose communiqué the text is; "" for the words of anybody else.

    Its own "our forces", "our heroes" must stand outside of quotation marks, and twice.
    ``army`` is whom "the army" means at home.
    """
    force = nouns()["force"]
    inside, own = False, 0
    for i, word in enumerate(page.low):
        if page.toks[i].text in _MARKS:
            inside = page.toks[i].text in ("“", "«") or (page.toks[i].text == '"' and not inside)
        elif word == "our" and not inside:
            own += not force.isdisjoint(page.low[i + 1 : i + 4])
    if own < _ENOUGH:
        return ""
    for item in page.within(page.actors, 0, min(_OPENING, len(page.low))):
        if not _FOES.isdisjoint(page.low[max(0, item.first - 1) : item.last]):
            continue
        if item.kind in ("name", "state") and item.actors:
            return item.actors[0]
        if item.kind == "army" and army:
            return army
    return ""


def own_words(page: Page) -> Speech | None:
    """The whole text as a speech of its voice."""
    if not page.voice:
        return None
    return Speech(0, len(page.low), 0, "say", page.doc.publisher or "the text itself", page.voice)
