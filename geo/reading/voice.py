"""Which side a speaker or a whole text speaks for, and what its word is worth.

A side speaks for itself in a whole text where it says "our forces have taken X".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geo.model import Event, Tier
from geo.reading.actors import ActorWords, Cast, nouns
from geo.reading.lexicon import lexicon
from geo.reading.page import Page, Speech
from geo.sides import Sides, weigh

__all__ = ["Resolve", "find_voice", "is_said_again", "own_words", "party_of", "tier_of"]

Resolve = Callable[[ActorWords], tuple[str, ...]]

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


def party_of(page: Page, name: tuple[int, int], cast: Cast, resolve: Resolve) -> str | None:
    """The side that a speaker belongs to or sides with, or None for one who stands apart."""
    words = lexicon()
    low = page.low[name[0] : name[1]]
    if any(word in words.independent for word in low):
        return None
    for outlet, actor in words.outlets:
        size = len(outlet)
        if (cast.allowed is None or actor in cast.allowed) and any(
            tuple(low[n : n + size]) == outlet for n in range(len(low) - size + 1)
        ):
            return actor
    officials = nouns()["official"]
    for item in page.within(page.actors, name[0], name[1]):
        if page.low[item.first - 1] in ("to", "against") and item.first > name[0]:
            continue
        ids = resolve(item)
        if item.kind == "country" and not (
            any(word in officials for word in low) or item.last - item.first == name[1] - name[0]
        ):
            continue
        if ids and item.kind == "official" and page.low[item.last : item.last + 1] == ["for"]:
            continue  # "an Iraqi spokesman for the Popular Mobilisation Forces"
        if ids:
            return ids[0]
    if any(word in officials for word in low):
        for place in page.within(page.places, name[0] + 1, name[1]):
            links = ("in", "of") if "governor" in low else ("in",)
            if (
                page.low[place.first - 1] in links
                and place.found is not None
                and place.found.country
            ):
                return cast.state(place.found.country)
    if "state" in low and low[low.index("state") :][1:2] in _CHANNELS:
        return cast.state(cast.home) if cast.home else None
    return None


_CHANNELS = (["television"], ["tv"], ["media"], ["radio"], ["broadcaster"])


def tier_of(
    event: Event, agents: Sequence[str], targets: Sequence[str], kind: str, sides: Sides
) -> Tier:
    """The tier that one statement carries alone, by the rules of ``geo.sides``.

    A party speaking of an enemy's numbers or of a blow it took counts as its own word only,
    unless it admits it; so does one that tells of somebody else's blow without saying at whom.
    What somebody means to do, with nobody named who says so, is that one's own word.
    """
    party = event.attribution.party
    if kind == "deny":
        return Tier.DENIED
    if event.type.value == "intention" and not kind:
        return Tier.CLAIMED
    if party is None:
        return Tier.REPORTED
    leaving = event.type.value in ("loses", "withdraws")
    gainers, losers = (targets, agents) if leaving else (agents, targets)
    if event.type.value == "estimate":
        return Tier.CLAIMED if sides.any_same((party,), agents) else Tier.REPORTED
    if not event.type.changes_control and sides.any_friendly((party,), losers):
        return Tier.ASSESSED if kind == "admit" else Tier.CLAIMED
    blow = event.type.value in ("strike", "clash") and not losers
    if blow and gainers and not sides.any_friendly((party,), gainers):
        return Tier.CLAIMED
    return weigh(event, gainers, losers, sides)


def is_said_again(page: Page, name: tuple[int, int]) -> bool:
    """Whether "the agency", "the ministry" goes on with what the speaker before it said."""
    low = page.low[name[0] : name[1]]
    return (
        len(low) == 2
        and low[0] == "the"
        and low[-1] in nouns()["official"] | _SPEAKING
        and lexicon().independent.isdisjoint(low)
    )


_SPEAKING = frozenset("statement commander communique communiqué channel station broadcast".split())
