"""Where about a name is that no gazetteer has: near what the text names beside it.

The place stays unknown; only an area round a place named nearby is told, wide and said to be a
guess, so that the name is neither lost nor given a false pin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from geo.model import Place
from geo.reading.lookup import COUNTRIES, UNITS, WORLD_REGIONS
from geo.reading.words import Mention, MentionKind, Relation, RelativeArea

__all__ = ["place_unknown"]

SURE = 0.61  # only names that are likelier than this to be names of places are put anywhere
MOST_ASKED = 60
REACH = 600  # characters within which a place named nearby is asked
_SETTLED_KM = 30.0  # within this of the town named beside them lay most unknown names of TUD
_FAR = {"unit": 120, "region": 500, "country": 350}


def _grain(place: Place) -> str:
    if place.feature_code in COUNTRIES:
        return "country"
    if place.feature_code in UNITS:
        return "unit"
    return "region" if place.feature_code in WORLD_REGIONS else "settled"


def _cost(text: str, mention: Mention, other: Mention) -> float | None:
    """How far off a named place is, in characters and grain; None if it cannot be asked."""
    if other.place is None or other is mention:
        return None
    after = other.start >= mention.end
    gap = other.start - mention.end if after else mention.start - other.end
    if gap < 0 or gap > REACH:
        return None
    between = text[mention.end : other.start] if after else text[other.end : mention.start]
    cost = float(gap) + _FAR.get(_grain(other.place), 0)
    if after and between.strip(" ") in (",", "in", ", in", "(", "of"):
        return cost - 300
    if "\n\n" in between:
        cost += 60
    if other.kind is not MentionKind.PLACE:
        cost += 150
    return cost


def _nearby(mentions: Sequence[Mention], index: int) -> Iterator[Mention]:
    """The mentions within reach of one, on both sides; ``mentions`` stand in the text's order."""
    here = mentions[index]
    for at in range(index + 1, len(mentions)):
        if mentions[at].start - here.end > REACH:
            break
        yield mentions[at]
    for at in range(index - 1, -1, -1):
        if here.start - mentions[at].end > REACH:
            break
        yield mentions[at]


def _anchor(text: str, mentions: Sequence[Mention], index: int) -> Place | None:
    best: tuple[float, Place] | None = None
    for other in islice(_nearby(mentions, index), MOST_ASKED):
        cost = _cost(text, mentions[index], other)
        if cost is not None and other.place is not None and (best is None or cost < best[0]):
            best = cost, other.place
    return best[1] if best else None


def _mostly(mentions: Sequence[Mention]) -> Place | None:
    """The place that the text is mostly about."""
    places = {m.place.id: m.place for m in mentions if m.place is not None}
    named = Counter(m.place.id for m in mentions if m.place is not None)
    grains = {"settled": 2.0, "unit": 1.5, "country": 1.0, "region": 0.5}
    best = max(named, key=lambda i: named[i] * grains[_grain(places[i])], default=None)
    return None if best is None else places[best]


def place_unknown(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, each unplaced one with an area about what is named near it, if anything is."""
    done = []
    mostly = _mostly(mentions)
    for index, mention in enumerate(mentions):
        if mention.place is not None or mention.area is not None or mention.score < SURE:
            done.append(mention)
            continue
        anchor = _anchor(text, mentions, index) or mostly
        if anchor is None:
            done.append(mention)
            continue
        area = RelativeArea(
            Relation.CONTEXT,
            mention.start,
            mention.end,
            mention.text,
            anchor.lat,
            anchor.lon,
            max(_SETTLED_KM, anchor.precision_km),
            (anchor,),
        )
        why = f"somewhere about {anchor.name}, which the text names beside it"
        done.append(replace(mention, area=area, reasons=(*mention.reasons, why)))
    return done
