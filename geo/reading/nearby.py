"""A second look at places once it is known which war a text is about.

Reports name villages that have a dozen namesakes, or that the gazetteer spells otherwise; what
tells which is meant is what lies near the other places of the text, above all of those named
beside it. A name that is nowhere near in any spelling stays unplaced: that is better than a
village of the name at the other end of the country.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from geo.gazetteer import Ask, Gazetteer, search
from geo.gazetteer.names import ARABIC_SPHERE, LOOSE, fold
from geo.gazetteer.ranking import distance_km
from geo.model import Candidate, Place
from geo.reading.actors import Cast
from geo.reading.alike import Alike, endings, likeness, spelled_alike
from geo.reading.anchors import LOST_KM, SMALL, Anchor, anchors_of, km_to, spread_km, well_known
from geo.reading.doubt import (
    LOOSE_RUNGS,
    VILLAGE,
    Spoken,
    doubtful,
    is_village,
    town_meant,
    world_city,
)
from geo.reading.lookup import names
from geo.reading.overlooked import Unclaimed, as_mention
from geo.reading.relative import place_areas
from geo.reading.words import Document, Mention

__all__ = ["Anchor", "again", "anchors_of", "look_again"]

_APPOSITION = re.compile(
    r",? (?:an?|the) (?:\w+ ){0,3}?(?:village|town|settlement|hamlet|city|suburb|place|port)s? "
    r"(?:just |some |about |\d+ ?km |\d+ kilomet\w+ |\w+ )?(?:near|outside|north|south|east|west|"
    r"north-?east|north-?west|south-?east|south-?west|close to|beside)(?: of| to)? (?:the )?"
    r"(?:\w+ ){0,3}?$"
)
REACH_KM = 100.0  # how far from the places beside it a village of the name may lie
LOOSE_REACH_KM = 70.0  # and one of another spelling
TOWN_REACH_KM = 400.0
_REACH = 90  # characters between the two names
_NEAR_KM, _TOWN_NEAR_KM = 40.0, 100.0  # over which nearness falls off
_STRICT = 10  # the power to which likeness counts
_ASKED = 6  # anchors about which other spellings are looked for
MOST = 40  # names of a text looked at again
MOST_LOOSE = 25  # and looked for in other spellings
SHARE = 0.5  # of a name's readings, from which the best is taken
_SURE = {"exact": 0.45, "folded": 0.45, "spelling": 0.5, "skeleton": 0.6}
_AS_SPELLED, _LONG = 0.95, 5
_BY_ANOTHER_NAME = 0.96  # a village named by another than its main name
_SAME_KM = 12.0  # points so near are one place in two sources
NOTICE_KM = 80.0  # how near a place must lie for words that nothing else marks as its name
NOTICED = 0.5  # how likely such words name a place
SURELY = 0.9  # likeness of another spelling from which it is noticed
RARE_KM = 250.0  # how far off the only place with nearly such a name may lie
_SCORE = 0.85  # how likely a word is a place's name that a place nearby has


@dataclass(slots=True)
class _Reading:
    candidate: Candidate
    weight: float
    km: float  # to the nearest anchor
    loose: bool
    spelled: float  # how well the name fits, 0 to 1

    @property
    def place(self) -> Place:
        return self.candidate.place


class _Second:
    """The second look at one text."""

    def __init__(self, world: Gazetteer, countries: Sequence[str], text: str) -> None:
        self.world = world
        self.countries = tuple(countries)
        self.text = text
        self.anchors: list[Anchor] = []
        self.loose_left = MOST_LOOSE

    def read(self, mention: Mention, *extra: Anchor) -> list[_Reading]:
        """Readings of a name within the countries, likeliest first."""
        anchors = [*self.anchors, *extra]
        village = is_village(self.text, mention)
        # Other spellings are looked for near the anchors alone: that is surer, and much faster.
        ask = Ask(countries=self.countries, loose=not anchors)
        exact = search(self.world, mention.text, ask, limit=30)
        found = {c.place.id: self._weighed(c, mention, anchors, village) for c in exact}
        if anchors and self.loose_left > 0:
            self.loose_left -= 1
            for alike in self._spelled(mention, anchors):
                candidate = self._candidate(alike)
                if candidate.place.id not in found:
                    found[candidate.place.id] = self._weighed(candidate, mention, anchors, village)
        return sorted(found.values(), key=lambda r: -r.weight)

    def _spelled(self, mention: Mention, anchors: Sequence[Anchor]) -> Iterable[Alike]:
        asked = sorted(anchors, key=lambda a: -a.weight(mention.start))[:_ASKED]
        points = list(dict.fromkeys((a.lat, a.lon) for a in asked))
        yield from spelled_alike(self.world, mention.text, self.countries, points, LOOSE_REACH_KM)
        for spelled in endings(mention.text):
            for hit in self.world.hits(fold(spelled)):
                for country in self.world.facts(hit.row).countries:
                    if country in self.countries and country in ARABIC_SPHERE:
                        yield Alike(hit.row, spelled, 0.97)
        for country in self.countries:
            if country in LOOSE:
                for row, known in self.world.skeleton_hits(mention.text, country):
                    alike = likeness(mention.text, fold(known), country)
                    if alike >= 0.8:
                        yield Alike(row, known, alike)

    def _candidate(self, alike: Alike) -> Candidate:
        why = f'spelled nearly as "{self.world.label(alike.row)}"'
        place = self.world.place(alike.row)
        return Candidate(place, alike.likeness, (why,), "fuzzy")

    def _weighed(
        self, candidate: Candidate, mention: Mention, anchors: Sequence[Anchor], village: bool
    ) -> _Reading:
        place = candidate.place
        loose = candidate.rung not in ("exact", "folded", "article-less", "generic")
        spelled = likeness_of(candidate, mention.text)
        people = place.population
        if people < SMALL and fold(place.name) != fold(mention.text):
            spelled = min(spelled, _BY_ANOTHER_NAME)
        weight = spelled**_STRICT * (people + 300) ** 0.3
        if place.is_area or place.is_line:
            weight *= 0.3
        if village and people > VILLAGE:
            weight *= 0.05
        km = math.inf
        if anchors:
            heard = sum(a.weight(mention.start) for a in anchors)
            scale = _TOWN_NEAR_KM if well_known(place) and not loose else _NEAR_KM
            near = sum(
                a.weight(mention.start) * math.exp(-a.km(place.lat, place.lon) / scale)
                for a in anchors
            )
            weight *= 0.01 + near / heard
            km = km_to(anchors, mention.start, place)
        return _Reading(candidate, weight, km, loose, spelled)


def likeness_of(candidate: Candidate, text: str) -> float:
    """How well a candidate's name fits the text, 0 to 1."""
    if candidate.rung in ("fuzzy", "skeleton"):
        place = candidate.place
        spelled = [place.name, *(n for many in place.names.values() for n in many)]
        return max(likeness(text, fold(name), place.country or "") for name in spelled)
    return {"spelling": 0.95, "phrase": 0.9, "article-less": 0.97}.get(candidate.rung, 1.0)


def _chosen(
    readings: Sequence[_Reading], anchors: Sequence[Anchor]
) -> tuple[_Reading, float] | None:
    """The reading that is clear and lies where it may, with its share; or None."""
    if not readings:
        return None
    best = readings[0]
    place = best.place
    total = sum(r.weight for r in readings)
    same = sum(
        r.weight
        for r in readings
        if distance_km(place.lat, place.lon, r.place.lat, r.place.lon) <= _SAME_KM
    )
    share = same / total if total else 0.0
    if share < SHARE:
        return None
    if not anchors:
        enough = best.candidate.score >= _SURE.get(best.candidate.rung, 2.0)
        return (best, share) if enough else None
    return (best, share) if best.km <= _reach(best, readings, spread_km(anchors)) else None


def _reach(best: _Reading, readings: Sequence[_Reading], spread_km: float) -> float:
    """How far from the anchors a reading may lie, km: far if few places have such a name."""
    place = best.place
    if not best.loose and (place.is_area or place.is_line or well_known(place)):
        return TOWN_REACH_KM
    rivals = [
        r
        for r in readings
        if r.spelled > best.spelled - 0.05
        and distance_km(place.lat, place.lon, r.place.lat, r.place.lon) > _SAME_KM
    ]
    alias = not best.loose and best.spelled <= _BY_ANOTHER_NAME
    if not rivals and not alias and best.spelled >= _AS_SPELLED and len(fold(place.name)) >= _LONG:
        return min(spread_km, RARE_KM if best.loose else LOST_KM)
    return LOOSE_REACH_KM if best.loose else REACH_KM


def look_again(
    mentions: Sequence[Mention],
    cast: Cast,
    text: str = "",
    overlooked: Sequence[Unclaimed] = (),
) -> list[Mention]:
    """The mentions, those that did not fit the theatre read anew where that is clear.

    ``overlooked`` are capitalised words that nobody claimed: those that a place nearby is called
    become mentions too.
    """
    countries = [code for theatre in cast.theatres[:1] for code in theatre.countries]
    if not countries:
        return list(mentions)
    spoken = Spoken(mentions, countries)
    found = [town_meant(mention, text) for mention in mentions]
    unsure = [n for n, m in enumerate(found) if doubtful(m, spoken, text)][:MOST]
    second = _Second(names().world, countries, text)
    second.anchors = anchors_of(
        (m.start, m.place)
        for n, m in enumerate(found)
        if m.place is not None
        and m.literal
        and n not in unsure
        and spoken.of(m.place.country, m.text)
    )
    if not second.anchors:  # nothing but small places: they vouch for one another
        second.anchors = anchors_of(
            (m.start, m.place)
            for m in found
            if m.place is not None and m.literal and spoken.of(m.place.country, m.text)
        )
    known: dict[str, Mention] = {}
    for n in unsure:
        mention = found[n]
        beside = _beside(found, n, text)
        before = known.get(mention.text)
        if before is None or beside is not None:
            extra = (beside,) if beside is not None else ()
            before = known[mention.text] = _read_anew(second, mention, spoken, extra)
        found[n] = replace(
            mention,
            place=before.place,
            candidates=before.candidates,
            score=before.score if before is not mention else mention.score,
            reasons=before.reasons,
        )
    found += _noticed(second, overlooked)
    found.sort(key=lambda m: m.start)
    return _areas_anew(text, mentions, found)


def _areas_anew(text: str, before: Sequence[Mention], found: Sequence[Mention]) -> list[Mention]:
    """The mentions with areas told by the places as they are now known ("5 km from X")."""
    places = {m.start: m.place for m in before}
    if not text or all(m.start in places and places[m.start] == m.place for m in found):
        return list(found)
    kept = [
        m if m.start in places and places[m.start] == m.place else replace(m, area=None)
        for m in found
    ]
    return place_areas(Document("again", text), kept)


def _noticed(second: _Second, overlooked: Sequence[Unclaimed]) -> list[Mention]:
    """Mentions of the overlooked names that places near the others of the text have."""
    found: list[Mention] = []
    known: dict[str, Mention] = {}
    for name in sorted(overlooked, key=lambda n: not n.placed):
        mention = known.get(name.text)
        if mention is None:
            bare = as_mention(name, NOTICED)
            readings = second.read(bare) if second.anchors else []
            choice = _chosen(readings, second.anchors)
            if choice is not None and _noticeable(name, choice[0]):
                mention = _taken(bare, readings, choice[1])
                _vouch(second, mention, choice[0].place)
            elif name.placed and any(r.spelled == 1.0 and not r.loose for r in readings):
                mention = _offered(bare, readings)  # a place, but which of them is not clear
            else:
                continue
            known[name.text] = mention
        found.append(replace(mention, start=name.start, end=name.end))
    return found


def _noticeable(name: Unclaimed, best: _Reading) -> bool:
    """Whether a place may be taken for words that nothing marks as its name."""
    place = best.place
    if place.is_area or place.is_line:
        return False
    if best.loose and (best.spelled < SURELY or best.km > NOTICE_KM):
        return False
    if not name.placed and not name.first and best.spelled < _AS_SPELLED:
        return False
    if best.loose:
        return name.placed or best.spelled >= _AS_SPELLED
    if name.words > 1 or (name.placed and place.population >= SMALL):
        return True
    return best.km <= (REACH_KM if name.placed else NOTICE_KM)


def _beside(mentions: Sequence[Mention], n: int, text: str) -> Anchor | None:
    """The place Y of "X, a village near Y" for the mention X, as an anchor that counts most."""
    if n + 1 >= len(mentions):
        return None
    mention, other = mentions[n], mentions[n + 1]
    if not 0 <= other.start - mention.end < _REACH or other.place is None or other.place.is_line:
        return None
    if other.place.is_area or not _APPOSITION.fullmatch(text[mention.end : other.start]):
        return None
    return Anchor(mention.start, other.place.lat, other.place.lon, 0.0, 4.0)


def _read_anew(
    second: _Second, mention: Mention, spoken: Spoken, extra: tuple[Anchor, ...]
) -> Mention:
    readings = second.read(mention, *extra)
    choice = _chosen(readings, [*second.anchors, *extra])
    foreign = mention.place is not None and not spoken.of(mention.place.country, mention.text)
    if choice is not None and not (foreign and world_city(mention) and choice[0].loose):
        best, share = choice
        place = best.place
        if mention.place is not None and mention.place.id == place.id:
            _vouch(second, mention, place)
            return mention
        _vouch(second, mention, place)
        return _taken(mention, readings, share)
    place_now = mention.place
    if place_now is None:
        return _offered(mention, readings)
    if not spoken.of(place_now.country, mention.text):
        if world_city(mention):
            return mention
        return _left(mention, readings, "the only places of that name are in other countries")
    km = km_to(second.anchors, mention.start, place_now) if second.anchors else 0.0
    if mention.candidates and mention.candidates[0].rung in LOOSE_RUNGS:
        return _left(mention, readings, "only places with another spelling, far away, are known")
    if place_now.is_area or place_now.is_line:
        return mention
    rivals = sum(not r.loose for r in readings) > 1
    if km > (REACH_KM if rivals else min(LOST_KM, spread_km(second.anchors))):
        return _left(mention, readings, "the places of that name are far from all else named here")
    return mention


def _vouch(second: _Second, mention: Mention, place: Place) -> None:
    second.anchors += anchors_of([(mention.start, place)])


def _candidates(readings: Sequence[_Reading]) -> tuple[Candidate, ...]:
    total = sum(r.weight for r in readings) or 1.0
    return tuple(replace(r.candidate, score=round(r.weight / total, 4)) for r in readings[:6])


def _taken(mention: Mention, readings: Sequence[_Reading], share: float) -> Mention:
    best = readings[0]
    spelled = likeness_of(best.candidate, mention.text)
    reasons = [*mention.reasons, *best.candidate.reasons]
    if math.isfinite(best.km):
        reasons.append(f"{best.km:.0f} km from a place the text names")
    reasons.append("looked for again where the text's war is")
    candidates = _candidates(readings)
    return replace(
        mention,
        place=best.place,
        candidates=candidates,
        score=round(max(_SCORE, mention.score) * (0.4 + 0.6 * share) * spelled**2, 3),
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _offered(mention: Mention, readings: Sequence[_Reading]) -> Mention:
    """Left unplaced; what was considered is shown to the analyst."""
    if not readings:
        return mention
    return replace(mention, candidates=_candidates(readings))


def _left(mention: Mention, readings: Sequence[_Reading], why: str) -> Mention:
    kept = _candidates(readings) or mention.candidates
    return replace(mention, place=None, candidates=kept, reasons=(*mention.reasons, why))


def again(
    mention: Mention, countries: Sequence[str], anchors: Sequence[Anchor], text: str = ""
) -> Mention:
    """The mention read within these countries, near these anchors, if that is clear."""
    second = _Second(names().world, countries, text)
    second.anchors = list(anchors)
    readings = second.read(mention)
    choice = _chosen(readings, anchors)
    if choice is None:
        return _offered(mention, readings)
    return _taken(mention, readings, choice[1])
