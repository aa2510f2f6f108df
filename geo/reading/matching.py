"""Whether the words of a phrase of the lexicon stand at a token, with what may stand between."""

from __future__ import annotations

from collections.abc import Sequence

from geo.reading.actors import nouns
from geo.reading.lexicon import Entry, Form, lexicon
from geo.reading.page import PREPOSITIONS, Page
from geo.reading.tokens import Sentence

__all__ = ["match", "may_skip", "moves_forces"]


def _participle(word: str) -> bool:
    """Whether a word after "had" is the verb itself."""
    kinds = lexicon().triggers.get(word, ())
    return word.endswith("ed") or any(k in (Form.PAST, Form.PARTICIPLE) for k, _ in kinds)


def moves_forces(page: Page, first: int, last: int) -> bool:
    """Whether the words of "withdrew … from" name fighters: not "pulled a body from"."""
    if not nouns()["force"].isdisjoint(page.low[first:last]):
        return True
    return bool(page.within(page.actors, first, last))


def match(page: Page, sent: Sentence, i: int, entry: Entry) -> int | None:
    """The end of the entry's words if they stand here."""
    at = i + 1
    for n, options in enumerate(entry.rest):
        if at + 1 < sent.last and page.low[at] in _MARKS:
            at += 1  # had "taken possession" of the town
        if at >= sent.last:
            return None
        if options == ("**",):
            if n == 0 and page.low[i] in _AUX and _participle(page.low[at]):
                return None  # "had regained control of": the verb is "regained"
            found = _stretch(page, sent, at, entry.rest[n + 1])
            if found is None:
                return None
            at = found
            continue
        if options != ("*",) and page.low[at] not in options:
            turned = page.low[at] in _TURNS
            at = _skipped(page, at)
            if at >= sent.last or page.low[at] not in options:
                return None
            if turned and page.low[at] == "from":
                return None  # "pushing west from X": on from there, not out of it
        if options == ("*",) and page.within(page.dates, at, at + 1):
            return None
        if options == ("*",) and not (page.toks[at].is_word or page.low[at] == "'s"):
            return None
        at += 1
    return at


_MARKS = frozenset('"“”')
_AUX = frozenset("has have had is are was were be been being".split())
_SKIPPED = frozenset(
    "further deeper back again quickly slowly closer deep straight forward up still now already "
    "fully firmly just also steadily rapidly heavily only north south east west".split()
)


_TURNS = frozenset("north south east west".split())


def may_skip(page: Page, at: int) -> bool:
    """Whether token ``at`` may stand between the words of a phrase."""
    return at < len(page.low) and (
        page.low[at] in _SKIPPED or bool(page.within(page.dates, at, at + 1))
    )


def _skipped(page: Page, at: int) -> int:
    """Past one adverb or a date: "withdrew on Friday from", "pushed deeper into"."""
    if page.low[at] in _SKIPPED:
        return at + 1
    for words in page.within(page.dates, at, at + 1):
        return words.last
    return at


_STRETCH = 7  # words that "**" may stand for


def _stretch(page: Page, sent: Sentence, at: int, following: Sequence[str]) -> int | None:
    """Where the words that follow "**" begin; between stand one to seven words, no sign or verb."""
    for end in range(at, min(at + _STRETCH + 1, sent.last)):
        if page.low[end] == "from" and all(page.low[n] in _TURNS for n in range(at, end)):
            return None  # "pushing west from X": on from there
        if end > at and page.low[end] in following:
            return end if not page.verbs(at, end) else None
        word = page.low[end]
        if not page.toks[end].is_word and word not in ("'s", "-"):
            return None
        if word in PREPOSITIONS and word != "of":
            return None
    return None
