"""Places told by other places: "5 km north of X", "between X and Y", "along the border with X".

Each becomes an area of its own with a point, a radius and (where it has a shape) a ring. Points
are reckoned on the WGS84 ellipsoid. How far "near" or "outside" reaches is a convention, kept
below: wide enough that the place meant lies inside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo.gazetteer.reckoned import TURN, bearing_of, destination, length_km, radius_km
from geo.model import Place
from geo.reading.border_stretch import border_stretch
from geo.reading.lookup import AREAL
from geo.reading.rings import Ring, circle, corridor, half_of_box, km_between, sector
from geo.reading.words import Document, Mention, MentionKind, Relation, RelativeArea

__all__ = ["place_areas"]

NEAR_KM = 10.0  # "near X" reaches so far beyond X itself
OUTSIDE_KM = 6.0  # "outside X", "on the outskirts of X"
SIDE_KM = 30.0  # "north of X" without a distance
BANK_KM = 60.0  # "east of the Euphrates", in a text about a town on it
NEIGHBOURS = 40  # mentions before and after that are asked where a river or border is meant
_REACH = 90  # characters before a name that are looked at
_MOST_KM = 1500.0  # a longer distance is no way to tell a place

_DIRECTION = rf"(?P<dir>{TURN})(?:ern|wards?)?"
_NUMBER = (
    r"(?P<num>\d{1,4}(?:[.,]\d{1,3})?|a|one|two|three|four|five|six|seven|eight|nine|ten|twelve|"
    r"fifteen|twenty|thirty|forty|fifty|sixty|a dozen|half a)"
)
_UNIT = r"(?P<unit>kilomet(?:er|re)s?|kms?|miles?|mi|met(?:er|re)s?|m)"
_NOUN = (
    r"(?:(?:city|town|village|district|province|governorate|center|centre|capital|river|camp"
    r"|border town|border)(?: of)? )?"
)
_OFFSET = re.compile(
    rf"\b{_NUMBER}[\s\-–]?{_UNIT}\.?(?:\s*\([^()]{{1,20}}\))?,? (?:(?:to the |due )?{_DIRECTION}"
    rf"(?: side)? )?(?:of|from|outside(?: of)?|away from|off|inside|into|beyond) (?:the )?{_NOUN}$",
    re.IGNORECASE,
)
_SIDE = re.compile(
    rf"\b{_DIRECTION} (?:bank )?of (?:the )?(?:{_NOUN})$",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"\b(?:{_DIRECTION}|(?P<mid>central|downtown|rural|greater|mid))"
    r" (?:(?:parts?|side|half|countryside|suburbs|outskirts|districts|neighbou?rhoods) of "
    r"(?:the )?)?"
    rf"{_NOUN}$",
    re.IGNORECASE,
)
_PART_AFTER = re.compile(
    rf"(?:['’]s)? (?:\()?{_DIRECTION} (?:countryside|suburbs?|outskirts|districts?|neighbou?rhoods?"
    r"|part|province|rural|side|front|edge|entrance)",
    re.IGNORECASE,
)
_NEAR = re.compile(
    rf"\b(?:near(?:by)?|around|close to|not far from|in the vicinity of|vicinity of|beside)"
    rf" (?:the )?{_NOUN}$",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(
    r"\b(?:outside(?: of)?|(?:on|in|at) the (?:outskirts|edge|edges|fringes|suburbs|countryside) of"
    rf"|outskirts of|countryside of|countryside around) (?:the )?{_NOUN}$",
    re.IGNORECASE,
)
_COUNTRYSIDE = re.compile(r"(?:['’]s)? (?:countryside|outskirts|suburbs|hinterland)\b")
_BETWEEN = re.compile(rf"\bbetween (?:the )?{_NOUN}$", re.IGNORECASE)
_JOINS = re.compile(
    rf",? (?:and|to|with|towards?) (?:the )?(?:nearby |neighbou?ring )?{_NOUN}$", re.IGNORECASE
)
_ROAD = re.compile(
    r"\b(?:road|highway|motorway|route|railway|line|corridor|track)s? "
    rf"(?:that )?(?:from|between|linking|links|connecting|connects|joining) (?:the )?{_NOUN}$",
    re.IGNORECASE,
)
_ROAD_AFTER = re.compile(r" (?:road|highway|motorway|railway|axis|route|corridor)\b", re.IGNORECASE)
_BORDER_BEFORE = re.compile(
    rf"\b(?:border|frontier|boundary) (?:with|between|of|to) (?:the )?{_NOUN}$", re.IGNORECASE
)
_BORDER_AFTER = re.compile(
    r"(?:['’]s)? (?:border|frontier)\b(?! (?:town|city|village|guard|police|cross|post|force))"
)
_WORDS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "a dozen": 12, "half a": 0.5,
}  # fmt: skip


# The word before the name in all that is told before it.
_LEADING = frozenset(
    "of from off inside into beyond outside near nearby around to beside the city town village "
    "district province governorate center centre capital river camp border central downtown rural "
    "greater mid".split()
)
_TURNS = ("north", "south", "east", "west")


@dataclass(frozen=True, slots=True)
class _Shape:
    lat: float
    lon: float
    precision_km: float
    ring: Ring
    bearing: float | None = None
    distance: float | None = None


def _bearing(found: re.Match[str]) -> float | None:
    direction = found.groupdict().get("dir")
    return None if not direction else bearing_of(direction)


def _km(found: re.Match[str]) -> float | None:
    raw, unit = found["num"].lower(), found["unit"]
    told = str(_WORDS[raw]) if raw in _WORDS else raw
    km = length_km(told, unit)
    return km if km <= _MOST_KM else None


def _offset(place: Place, bearing: float | None, km: float) -> _Shape:
    """So far off: a point if the direction is told, else a circle about the place.

    Directions are told to an eighth of a turn and distances rounded: the point may be off by a
    quarter of the distance, and by what the place itself may be.
    """
    own = min(place.precision_km, 10.0)
    if bearing is None:
        return _Shape(place.lat, place.lon, km + own, circle(place.lat, place.lon, km), None, km)
    lat, lon = destination(place.lat, place.lon, bearing, km)
    off = round(radius_km(place, km), 1)
    return _Shape(lat, lon, off, circle(lat, lon, off), bearing, km)


def _side(place: Place, bearing: float) -> _Shape:
    """To one side of a place: a sector of a circle, or of what is wide, that half of it."""
    if place.is_area or place.is_line:
        return _half(place, bearing)
    lat, lon = destination(place.lat, place.lon, bearing, SIDE_KM / 2)
    ring = sector(place.lat, place.lon, bearing, 45.0, SIDE_KM)
    return _Shape(lat, lon, SIDE_KM / 2 + 3, ring, bearing)


def _beside(place: Place, mention: Mention, mentions: Sequence[Mention]) -> Place | None:
    """The town along a river or road that the text names nearest to it."""
    if place.bbox is None:
        return None
    west, south, east, north = place.bbox
    towns = [
        (abs(other.start - mention.start), other.place)
        for other in mentions
        if other.place is not None
        and other.place.feature_code.startswith("PPL")
        and west - 0.5 <= other.place.lon <= east + 0.5
        and south - 0.5 <= other.place.lat <= north + 0.5
    ]
    return min(towns, key=lambda item: item[0])[1] if towns else None


def _bank(town: Place, bearing: float) -> _Shape:
    """The side of a river near a town: the stretch is not told, so it may be far along."""
    lat, lon = destination(town.lat, town.lon, bearing, BANK_KM / 3)
    return _Shape(lat, lon, BANK_KM, circle(lat, lon, BANK_KM), bearing)


def _half(place: Place, bearing: float | None) -> _Shape:
    """A part of a place: of an area that side's half, of a town its edge on that side."""
    if place.bbox is not None and (place.is_area or place.is_line):
        ring = half_of_box(place.bbox, bearing)
        west, south = ring[0]
        east, north = ring[2]
        lat, lon = (south + north) / 2, (west + east) / 2
        return _Shape(lat, lon, round(km_between(lat, lon, north, east), 1), ring, bearing)
    if bearing is None:
        return _Shape(place.lat, place.lon, place.precision_km, (), None)
    reach = min(place.precision_km, 300.0)
    lat, lon = destination(place.lat, place.lon, bearing, reach / 2)
    return _Shape(lat, lon, reach, sector(place.lat, place.lon, bearing, 60.0, reach), bearing)


def _round(place: Place, beyond_km: float) -> _Shape:
    reach = place.precision_km + beyond_km
    return _Shape(place.lat, place.lon, reach, circle(place.lat, place.lon, min(reach, 500.0)))


def _between(a: Place, b: Place) -> _Shape | None:
    km = km_between(a.lat, a.lon, b.lat, b.lon)
    if km < 0.5 or km > _MOST_KM:
        return None
    ring, (lat, lon) = corridor((a.lat, a.lon), (b.lat, b.lon), max(2.0, 0.1 * km))
    off = min(10.0, max(a.precision_km, b.precision_km))
    return _Shape(lat, lon, round(km / 2 + off, 1), ring, None, round(km, 1))


def _area(
    doc: Document, relation: Relation, start: int, end: int, shape: _Shape, *anchors: Place
) -> RelativeArea:
    return RelativeArea(
        relation, start, end, doc.text[start:end], round(shape.lat, 5), round(shape.lon, 5),
        round(shape.precision_km, 1), anchors, shape.bearing, shape.distance, shape.ring,
    )  # fmt: skip


def _before(text: str, mention: Mention) -> tuple[str, int]:
    """The words of the same line or sentence before a mention, and where they begin."""
    low = max(0, mention.start - _REACH)
    for stop in ("\n", ". ", "; "):
        at = text.rfind(stop, low, mention.start)
        low = max(low, at + len(stop)) if at >= 0 else low
    return text[low : mention.start], low


def _told(doc: Document, mention: Mention, mentions: Sequence[Mention]) -> RelativeArea | None:
    """The area told by one place: offset, side, part, near, outside."""
    place = mention.place
    if place is None or not mention.literal:
        return None
    before, low = _before(doc.text, mention)

    def made(relation: Relation, found: re.Match[str], shape: _Shape) -> RelativeArea:
        return _area(doc, relation, low + found.start(), mention.end, shape, place)

    last = before.rstrip().rpartition(" ")[2].lower()
    if last not in _LEADING and not last.startswith(_TURNS):
        return _told_after(doc, mention, place)
    found = _OFFSET.search(before)
    if found:
        km = _km(found)
        if km is not None:
            return made(Relation.OFFSET, found, _offset(place, _bearing(found), km))
    found = _SIDE.search(before)
    bearing = _bearing(found) if found else None
    if found and bearing is not None:
        beside = _beside(place, mention, mentions) if place.is_line else None
        shape = _side(place, bearing) if beside is None else _bank(beside, bearing)
        return made(Relation.SIDE, found, shape)
    found = _PART.search(before)
    if found and not (found.groupdict().get("mid") and not place.is_area):
        bearing = _bearing(found)
        beyond = bearing is not None and not place.is_area and "of " in found[0].lower()
        shape = _side(place, bearing) if beyond and bearing is not None else _half(place, bearing)
        return made(Relation.PART, found, shape)
    found = _OUTSIDE.search(before)
    if found:
        return made(Relation.OUTSIDE, found, _round(place, OUTSIDE_KM))
    found = _NEAR.search(before)
    if found and place.feature_code not in AREAL:
        return made(Relation.NEAR, found, _round(place, NEAR_KM))
    return _told_after(doc, mention, place)


def _told_after(doc: Document, mention: Mention, place: Place) -> RelativeArea | None:
    """The area told by the words behind a place: "X's eastern countryside"."""
    after = doc.text[mention.end : mention.end + 60]
    found = _PART_AFTER.match(after)
    bearing = _bearing(found) if found else None
    if found and bearing is not None:
        shape = _half(place, bearing) if place.is_area else _side(place, bearing)
        end = mention.end + found.end()
        return _area(doc, Relation.PART, mention.start, end, shape, place)
    found = _COUNTRYSIDE.match(after)
    if found:
        end = mention.end + found.end()
        shape = _round(place, OUTSIDE_KM if not place.is_area else 0.0)
        return _area(doc, Relation.OUTSIDE, mention.start, end, shape, place)
    return None


def _told_by_two(doc: Document, first: Mention, second: Mention) -> RelativeArea | None:
    """The area told by two places: between them, the road that joins them."""
    if first.place is None or second.place is None or second.start - first.end > 40:
        return None
    if first.place.is_area and second.place.is_area:
        return None
    gap = doc.text[first.end : second.start]
    before, low = _before(doc.text, first)
    relation, start, end = None, first.start, second.end
    if _JOINS.fullmatch(gap) or gap == ", ":
        for pattern, kind in ((_ROAD, Relation.ROAD), (_BETWEEN, Relation.BETWEEN)):
            found = pattern.search(before)
            if found:
                relation, start = kind, low + found.start()
                break
    elif gap.strip() in ("-", "–", "—", "to") and len(gap) < 5:
        road = _ROAD_AFTER.match(doc.text, second.end)
        if road:
            relation, end = Relation.ROAD, road.end()
    if relation is None:
        return None
    shape = _between(first.place, second.place)
    if shape is None:
        return None
    return _area(doc, relation, start, end, shape, first.place, second.place)


def _country(mention: Mention) -> str | None:
    place = mention.place
    return place.country if place is not None and place.feature_code.startswith("PCL") else None


def _at_border(doc: Document, mentions: Sequence[Mention], index: int) -> RelativeArea | None:
    """The border a country's name stands beside; with one country, the text's other one."""
    mention = mentions[index]
    mine = _country(mention)
    if mine is None or mention.place is None:
        return None
    before, low = _before(doc.text, mention)
    told_before = _BORDER_BEFORE.search(before)
    told_after = _BORDER_AFTER.match(doc.text, mention.end)
    if not told_before and not told_after:
        return None
    near = (*mentions[max(0, index - 4) : index][::-1], *mentions[index + 1 : index + 5])
    other = next((m for m in near if _country(m) not in (None, mine)), None)
    if other is None or other.place is None:
        return None
    settled = [
        (m.place.lat, m.place.lon)
        for m in mentions[max(0, index - NEIGHBOURS) : index + NEIGHBOURS]
        if m.place is not None and m.place.feature_code not in AREAL and m.literal
    ]
    stretch = border_stretch(mine, _country(other) or "", settled)
    if stretch is None:
        return None
    lat, lon, precision = stretch
    start = low + told_before.start() if told_before else mention.start
    end = mention.end if told_before else told_after.end() if told_after else mention.end
    shape = _Shape(lat, lon, precision, ())
    return _area(doc, Relation.BORDER, start, end, shape, mention.place, other.place)


def _apposed(doc: Document, subject: Mention, anchor: Mention) -> bool:
    """Whether "Y, 30 km north of X" tells where Y is: then the distance is Y's, not the event's."""
    if anchor.area is None or anchor.area.relation not in (Relation.OFFSET, Relation.SIDE):
        return False
    gap = doc.text[subject.end : anchor.area.start]
    return subject.kind is MentionKind.PLACE and bool(
        re.fullmatch(
            r",? (?:\(|which (?:is|lies) |that (?:is|lies) |located |situated |lying |some |about |"
            r"around |roughly |just |only |a town |a village |is |lies ){0,4}",
            gap,
        )
        if gap.strip() not in ("", "and")
        else gap.strip() == "" and subject.end < anchor.area.start and "," in gap
    )


def place_areas(doc: Document, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, each with an area where the text tells one by it.

    "Y, 30 km north of X" gives Y the area if Y is unknown, and nobody if Y is known.
    """
    done = list(mentions)
    borders = "border" in doc.text or "frontier" in doc.text
    for index, mention in enumerate(mentions):
        nearby = mentions[max(0, index - NEIGHBOURS) : index + NEIGHBOURS]
        area = _told(doc, mention, nearby)
        if area is None and borders:
            area = _at_border(doc, mentions, index)
        if area is not None:
            done[index] = replace(done[index], area=area)
    for index in range(len(done) - 1):
        area = _told_by_two(doc, done[index], done[index + 1])
        if area is not None:
            done[index] = replace(done[index], area=area)
            done[index + 1] = replace(done[index + 1], area=area)
    for index in range(1, len(done)):
        subject, anchor = done[index - 1], done[index]
        if _apposed(doc, subject, anchor):
            if subject.place is None:
                done[index - 1] = replace(subject, area=anchor.area)
            done[index] = replace(anchor, area=None)
    return done
