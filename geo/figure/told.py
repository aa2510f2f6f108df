"""What a picture says in words: its date, how sure it is, definitions, sources and credits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from geo.figure.furniture import NORTH_IS_UP, off_north
from geo.figure.lettering import clean
from geo.figure.mapsheet import MapSheet
from geo.figure.marks import WIDE_KM, kind_of
from geo.figure.scene import Scene
from geo.model import Status, Tier
from geo.zones import CAP_KM, FACILITY_CAP_KM

__all__ = [
    "as_of",
    "credit",
    "how_sure",
    "long_day",
    "since",
    "sources",
    "standing_notes",
    "summary",
]

_NAMES = "January February March April May June July August September October November December"
MONTHS = _NAMES.split()
# A printed link longer than this is only in the QR code.
LONGEST_LINK = 100
_TIERS = {
    Tier.ASSESSED: "assessed",
    Tier.REPORTED: "reported",
    Tier.CLAIMED: "claimed by one side",
    Tier.DENIED: "denied",
}


def long_day(day: date) -> str:
    """``11 November 2017``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def count(number: int, word: str) -> str:
    """``1 event``, ``1,200 events``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def as_of(scene: Scene) -> str:
    """The date line: the words given for it, or the day."""
    return clean(scene.as_of_words) or f"As of {long_day(scene.as_of)}"


def since(scene: Scene) -> str:
    """What goes after the date line; nothing where that was worded by a person."""
    if scene.since is None or clean(scene.as_of_words):
        return ""
    if scene.since == scene.as_of:
        return "reports of this day only"
    return f"reports since {long_day(scene.since)}"


def summary(scene: Scene) -> str:
    """The alternative text, or what stands in for it."""
    if scene.description:
        return scene.description
    parts = [scene.deck, f"{as_of(scene).rstrip('.')}.", f"{len(scene.events)} events selected."]
    return " ".join(part for part in parts if part)


def how_sure(scene: Scene) -> str:
    """How many events are how well attested, and what is contested, rough or unchecked."""
    tiers = Counter(event.attribution.tier for event in scene.events)
    shares = ", ".join(f"{tiers[tier]:,} {words}" for tier, words in _TIERS.items() if tiers[tier])
    hidden = f"{scene.hidden:,} hidden by the filters" if scene.hidden else "none hidden"
    first = f"{count(len(scene.events), 'event')} selected"
    first += f" ({shares}), {hidden}." if shares else f", {hidden}."
    places = {event.place.place_id: event.place for event in scene.events}
    rough = sum(
        place.precision_km > WIDE_KM or kind_of(place) != "point" for place in places.values()
    )
    contested = sum(control.contested for control in scene.controls)
    stale = sum(control.stale for control in scene.controls)
    found = sum(event.status is Status.FOUND for event in scene.events)
    more = [
        f"{count(contested, 'place')} contested" if contested else "",
        f"{count(stale, 'place')} not heard of for long" if stale else "",
        f"{rough:,} of {count(len(places), 'place')} known only roughly" if rough else "",
        f"{count(found, 'event')} not yet checked by a person" if found else "",
    ]
    rest = "; ".join(part for part in more if part)
    return f"How sure: {first} {rest[:1].upper()}{rest[1:]}." if rest else f"How sure: {first}"


def sources(scene: Scene, fits: Callable[[str], bool] = lambda _: True) -> str:
    """The publishers in use; as many as ``fits`` accepts, the others counted."""
    names = list(dict.fromkeys(clean(s) for s in scene.sources if clean(s)))
    if not names:
        return "Sources: none in this view."
    for shown in range(len(names), 0, -1):
        rest = len(names) - shown
        more = f"; and {rest} more in the table" if rest else ""
        words = f"Sources: {'; '.join(names[:shown])}{more}."
        if fits(words):
            break
    return words


def credit(scene: Scene) -> str:
    """Base map, boundary note and maker."""
    parts = (*(clean(part) for part in scene.credits), clean(scene.made_by))
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


def printed_link(scene: Scene, *, coded: bool = True) -> str:
    """The permalink where it can be typed, else where it is to be found."""
    link = clean(scene.link)
    if not link:
        return ""
    if len(link) <= LONGEST_LINK:
        return f"Open this map: {link}"
    start = link.partition("?")[0]
    if coded and len(start) <= LONGEST_LINK:
        return f"Open this map: scan the code, or go to {start}"
    if coded:
        return "Open this map: scan the code"
    return "The link to this map is too long to print; it stands in this file’s properties."


def standing_notes(sheet: MapSheet, *, brief: bool = False, terse: bool = False) -> list[str]:
    """Definitions of what is on this map, and what it leaves out.

    ``terse`` adds what the terms mean, where the key had no room to say so; ``brief`` says that
    and the main thing in the fewest words.
    """
    notes = []
    if terse or brief:
        notes += _terms(sheet, _BRIEF if brief else _MEANINGS)
    if sheet.patches and brief:
        notes.append(
            f"{'Patterns reach' if sheet.colours.grey else 'Colour reaches'} at most "
            f"{CAP_KM:.0f} km from a town. Blank land: no report tells."
        )
    elif sheet.patches:
        notes.append(
            f"{'Patterns spread' if sheet.colours.grey else 'Colour spreads'} from towns whose "
            f"holder is reported, at most {CAP_KM:.0f} km ({FACILITY_CAP_KM:.0f} km from fields "
            "and bases), and not across a border. Blank land: no report tells."
        )
        notes.append(
            "Deserts between towns hold few people; "
            f"{'a pattern' if sheet.colours.grey else 'colour'} there does not mean that "
            "anyone stands on the ground."
        )
    wide: dict[str, int] = {}
    for mark in sheet.marks:
        if mark.kind == "country" and mark.events:
            name = clean(mark.place.name)
            wide[name] = wide.get(name, 0) + len(mark.events)
    if wide:
        named = ", ".join(f"{name} ({number})" for name, number in sorted(wide.items()))
        notes.append(f"Reports about whole countries are not drawn: {named}.")
    if not sheet.view.wide and off_north(sheet.view) > NORTH_IS_UP:
        notes.append("North is up in the middle of the map; the arrows show it at the sides.")
    if sheet.outside:
        lie = "lie" if sheet.outside > 1 else "lies"
        notes.append(f"{count(sheet.outside, 'report')} {lie} outside this map.")
    return notes


_MEANINGS: Mapping[str, str] = {
    "assessed": "Assessed: two independent sources, or the losing side admits it.",
    "reported": "Reported: one independent source.",
    "claimed": "Claimed: only the side that gains says so.",
    "denied": "Denied: a source says it is not so.",
    "contested": "Contested: sources disagree, or fighting goes on.",
}
_BRIEF: Mapping[str, str] = {
    "assessed": "Assessed: two sources, or the loser admits it.",
    "reported": "Reported: one source.",
    "claimed": "Claimed: the gaining side only.",
    "denied": "Denied: disputed.",
    "contested": "Contested: sources disagree.",
}


def _terms(sheet: MapSheet, meanings: Mapping[str, str]) -> list[str]:
    """One sentence for each degree of certainty that can be seen."""
    seen = {tier.value for tier in sheet.visible.tiers}
    seen |= {patch.kind for patch in sheet.patches}
    terms = [words for term, words in meanings.items() if term in seen]
    return [" ".join(terms)] if terms else []
