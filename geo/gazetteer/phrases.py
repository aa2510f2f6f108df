"""Phrases around a name, taken apart: "near X", "X farms", "between X and Y", "X - Y road".

``readings`` gives what is left to look up, and how far the place meant may lie from it. A phrase
is only taken apart when the gazetteer does not know it whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.gazetteer.reckoned import FARTHEST_KM, TURN, bearing_of, length_km

__all__ = ["PART", "Reading", "readings"]


PART = "a part of the place named"
_HALFWAY = "somewhere between the two; this is the point halfway"


@dataclass(frozen=True, slots=True)
class Reading:
    """Names to look up in place of a phrase.

    ``how`` is ``at`` (it is there, give or take ``radius_km``), ``off`` (``km`` away from it
    towards ``bearing_deg``), ``either`` (names of one place), ``between`` (halfway between them)
    or ``beside`` (at one of two places). ``why`` is the reason for people; ``trust`` how far such
    a reading can be relied on, 0 to 1.
    """

    names: tuple[str, ...]
    how: str
    radius_km: float
    why: str
    trust: float
    km: float = 0.0
    bearing_deg: float = 0.0


# What stands or lies at a settlement and carries its name, and how far from it, in km.
_SITES = {
    3.0: "farms?|orchards?|groves?|mills?|silos?|checkpoint|checkpoints|check point|barrier|"
    "crossroads?|junction|roundabout|intersection|square|bridge|crossing|neighbou?rhood|quarter|suburb|"
    "suburbs|district|housing|hospital|prison|school|university|mosque|cemetery|market|factory|"
    "factories|station|plant|mall|church|monastery|castle|citadel|quarry|quarries|hill|hills|"
    "camp|idp camp|idps camp|refugee camp|camps|settlement|village|villages|town|towns|city|hamlet|"
    "villae|villge|vilage|tunnel|complex|warehouses?|depot|headquarters|silo|fort|compound",
    8.0: "airbase|air base|airport|airfield|military airport|military airbase|military base|"
    "army base|air force base|base|barracks|academy|brigade|regiment|battalion|outpost|dam|lake|"
    "gas field|gas fields|oil field|oil fields|oilfield|oilfields|field|fields|gas plant|refinery|"
    "phosphate mines?|mines?|power plant|power station|thermal station|cement factory|"
    "sugar factory|industrial city|industrial zone|border crossing|gate|pumping station|island|"
    "subdistrict|sub-district|valley|forest|forests|area|areas|axis|front|frontline|pocket|sector|"
    "surroundings|outskirts|vicinity|environs|periphery|region",
    15.0: "countryside|mountain|mountains|heights|plain|plains|desert|badia|steppe|highway|road",
}
_AFTER = {
    km: re.compile(rf"^(?P<name>.*?\S)[\s\-]+(?:{words})$", re.IGNORECASE)
    for km, words in _SITES.items()
}
_BEFORE = {
    km: re.compile(rf"^(?:the\s+)?(?:{words})\s+(?:of|at|in|near)\s+(?P<name>\S.*)$", re.IGNORECASE)
    for km, words in _SITES.items()
}
_ARABIC_SITES = re.compile(
    "^(?:مزارع|حاجز|مخيم|مطار|سد|حقل|جسر|معبر|حي|تل|جبل|محطة|مستشفى|سجن|بلدة|قرية|مدينة|ريف|محيط|"
    r"أطراف|منطقة|قرب|بادية)\s+(?P<name>\S.*)$"
)
_NEAR = re.compile(
    r"^(?:.*\b)?(?:near|close to|nearby|outside|around|outskirts of|vicinity of|environs of|"
    r"edge of|entrance (?:of|to)|surroundings of|countryside of|part of|parts of|area of|areas of|"
    r"suburbs? of|rural|greater)\s+(?:the\s+)?(?P<name>\S.*)$",
    re.IGNORECASE,
)
_LENGTH = (
    r"(?<![\d.,])(?P<number>\d{1,4}(?:[.,]\d{1,3})?)\s*"
    r"(?P<unit>km|kms|kilomet(?:er|re)s?|mi|miles?|m|met(?:er|re)s?)\b\.?"
)
_OFFSET = re.compile(
    rf"^(?P<before>.*?\b)?(?:{_LENGTH}\s+)?(?:to\s+the\s+|due\s+)?(?P<turn>{TURN})\s+(?:of|from)\s+"
    r"(?:the\s+)?(?P<name>\S.*)$",
    re.IGNORECASE,
)
_AWAY = re.compile(
    rf"^(?:.*?\b)?{_LENGTH}\s+(?:away\s+)?(?:from|off|outside(?:\s+of)?)\s+(?:the\s+)?(?P<name>\S.*)$",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    rf"^(?:the\s+)?(?:{TURN})(?:ern)?(?:\s+(?:part|side|edge))?s?\s+of\s+(?:the\s+)?(?P<name>\S.*)$",
    re.IGNORECASE,
)
_ENDS_IN_LENGTH = re.compile(r"\d\s*[a-z]+\.?\s*(?:to\s+the\s*|due\s*)?$", re.IGNORECASE)
_LEAST_KM = 0.05
_SIDE_KM = 8.0  # "east of X" without a distance
_SIDE_RADIUS_KM = 12.0
_SIDE = re.compile(
    rf"^(?:(?:{TURN})(?:ern)?|central|upper|lower|rural|downtown|old|inner|outer)\s+"
    r"(?P<name>\S.*)$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"^(?:.*\b)?(?:between|from)\s+(?P<one>\S.*?)\s+(?:and|to|&|-|–)\s+(?P<two>\S.*)$",
    re.IGNORECASE,
)
_ROAD = re.compile(
    r"^(?P<one>\S.*?)\s*(?:-|–|—|\bto\b|\band\b|\s&\s)\s*(?P<two>\S.*?)\s+"
    r"(?:road|highway|motorway|route|international highway|international road|border|line|axis)$",
    re.IGNORECASE,
)
_AND = re.compile(r"^(?P<one>\S.*?)\s+(?:and|&|و)\s+(?P<two>\S.*)$", re.IGNORECASE)
_DASHED = re.compile(r"^(?P<one>\S.*?)\s+[-–—]\s+(?P<two>\S.*)$")
_BRACKETED = re.compile(r"^(?P<outer>[^()]*\S)?\s*\((?P<inner>[^()]+)\)\s*(?P<rest>[^()]*)$")
_SLASH = re.compile(r"\s*/\s*")
_KIND_LAST = re.compile(
    r"\s+(?:villages?|villae|towns?|city|suburbs?|area|areas|districts?|farms?|hills?|camp|"
    r"neighbou?rhoods?)$",
    re.IGNORECASE,
)


_HALVES = re.compile(
    r"^(?P<name>\S.*?)[\s\-]+(?:(?:al|el|at|et|ash|esh|as|es|ad|ed)[\s\-]+)?"
    r"(?:tahtani|tahtaniy?ah?|tahta|fawqani|fawqaniy?ah?|foqani|fouqani|sharqi|sharqiy?ah?|sharki|"
    r"gharbi|gharbiy?ah?|shamali|shamaliy?ah?|janubi|janubiy?ah?|kabir|kabirah?|kebir|kebireh|"
    r"saghir|saghirah?|jadid|jadidah?|jdid|jdideh|qadim|qadimah?|atiqah?|wusta|wustani|qibli|"
    r"qibliy?ah?)$",
    re.IGNORECASE,
)


_AIR = re.compile(
    r"^(?P<name>\S.*?)\s+(?:military\s+|international\s+|civil\s+|army\s+|air\s+force\s+)?"
    r"(?:air\s?base|air\s?port|air\s?field)$",
    re.IGNORECASE,
)
_OIL = re.compile(r"^(?P<name>\S.*?)\s+(?P<kind>oil|gas)\s?(?:fields?|wells?)$", re.IGNORECASE)


def _both(text: str) -> tuple[str, ...]:
    """The names in "A/B town", without the word for their kind."""
    parts = [part for part in _SLASH.split(text) if part]
    if not 2 <= len(parts) <= 4 or any(len(part.split()) > 5 for part in parts):
        return ()
    kind = _KIND_LAST.search(parts[-1])
    if kind:
        parts[-1] = parts[-1][: kind.start()]
    return tuple(dict.fromkeys(_KIND_LAST.sub("", part) for part in parts if part))


def _length_km(found: re.Match[str]) -> float | None:
    """The distance told in a match, or None where it tells none."""
    if found["number"] is None:
        return None
    return length_km(found["number"], found["unit"])


def _off(text: str) -> list[Reading]:
    """Readings of "10 km north of X", "east of X" and "5 km from X"."""
    offset = _OFFSET.match(text)
    if offset:
        bearing = bearing_of(offset["turn"])
        told = _length_km(offset)
        km = _SIDE_KM if told is None else round(told, 2)
        unread = told is None and _ENDS_IN_LENGTH.search(offset["before"] or "")
        if unread or not _LEAST_KM <= km <= FARTHEST_KM:
            return []
        why = f"reckoned {km:g} km {offset['turn'].lower()} of the place named"
        radius = _SIDE_RADIUS_KM if told is None else 0.0
        return [Reading((offset["name"],), "off", radius, why, 0.75, km, bearing)]
    away = _AWAY.match(text)
    if away and _LEAST_KM <= (far := _length_km(away) or 0.0) <= FARTHEST_KM:
        why = f"within {far:g} km of the place named, in whatever direction"
        return [Reading((away["name"],), "at", max(2.0, 1.2 * far), why, 0.75)]
    return []


def readings(text: str) -> list[Reading]:
    """Ways to take a phrase apart, the likeliest first; empty if it is no phrase."""
    found: list[Reading] = []
    if off := _off(text):  # before brackets and strokes: "east of Palmyra/Tadmur"
        return off
    bracket = _BRACKETED.match(text)
    if bracket:
        outer = " ".join(p for p in (bracket["outer"], bracket["rest"]) if p)
        inner = bracket["inner"].strip()
        if outer:
            found.append(Reading((outer,), "at", 0.0, f'"{inner}" left aside', 1.0))
        if inner and not inner.isdigit():
            found.append(Reading((inner,), "at", 0.0, "the name in brackets", 0.9))
        return found
    between = _BETWEEN.match(text)
    if between:
        names = between["one"], between["two"]
        return [Reading(names, "between", 0.0, _HALFWAY, 0.8)]
    road = _ROAD.match(text)
    if road:
        names = road["one"], road["two"]
        found.append(Reading(names, "between", 0.0, _HALFWAY, 0.8))
    if "/" in text:
        if both := _both(text):
            found.append(Reading(both, "either", 0.0, "two names given together", 1.0))
        return found + _sites(text)
    part = _PART_OF.match(text)
    if part:
        return [Reading((part["name"],), "at", 8.0, PART, 0.75)]
    near = _NEAR.match(text)
    if near:
        found.append(Reading((near["name"],), "at", 6.0, "near the place named", 0.8))
        return found
    found += _sites(text)
    pair = _DASHED.match(text) or _AND.match(text)
    if pair:
        names = _KIND_LAST.sub("", pair["one"]), _KIND_LAST.sub("", pair["two"])
        found.append(Reading(names, "beside", 0.0, "one of two places named together", 0.8))
    half = _HALVES.match(text)
    if half:
        why = "without the word for its part (Upper, Eastern, Old ...)"
        found.append(Reading((half["name"],), "at", 5.0, why, 0.75))
    side = _SIDE.match(text)
    if side:
        found.append(Reading((side["name"],), "at", 8.0, PART, 0.6))
    return found


def _sites(text: str) -> list[Reading]:
    found = []
    why = "the same kind of place in another word"
    if air := _AIR.match(text):
        others = (f"{air['name']} air base", f"{air['name']} airport")
        found += [
            Reading((o,), "at", 0.0, why, 1.0) for o in others if o.casefold() != text.casefold()
        ]
    if oil := _OIL.match(text):
        other = f"{oil['name']} {oil['kind'].lower()} field"
        found += (
            [Reading((other,), "at", 0.0, why, 1.0)] if other.casefold() != text.casefold() else []
        )
    for km in _SITES:
        match = _AFTER[km].match(text) or _BEFORE[km].match(text)
        if match:
            why = f"by the name of the place it belongs to, within some {km:.0f} km"
            found.append(Reading((match["name"],), "at", km, why, 0.9 if km < 5 else 0.8))
    match = _ARABIC_SITES.match(text)
    if match:
        found.append(Reading((match["name"],), "at", 8.0, "by the name of the place it is at", 0.8))
    return found
