"""Words that would tell what is held back: ids, names, quotes and speakers are taken away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from geo.errors import InputError
from geo.model import Event, EventPlace, Numbers, Quote, Report
from geo.sides import same_source

__all__ = [
    "NO_TITLE",
    "Hidden",
    "cut_to_quotes",
    "gives_away",
    "hidden_words",
    "nameless_speakers",
]

GAP = " […] "
NO_TITLE = "Title left out"
LOCALITY = "LCTY"  # GeoNames' code for a place of no stated kind
_NOBODY = "widelyreported"
_LEAST = 3  # letters of a name below which it is no name to look for
_LEAST_OTHER = 4  # the same, of other names in Latin letters: among them are codes
_RUN = 8  # words of a text that are taken for one name at most
_APOSTROPHES = re.compile("['`´‘’ʹʻʼʽʾʿ]")
# Points told by other places name these in their ids (geo.gazetteer.reckoned).
_OWN_ID = re.compile(r"[a-z]+:[^:|@]+(?=$|\|)")


def _words(text: str) -> list[str]:
    """The words of a text folded for comparing: no marks, no apostrophes, no case.

    Figures stand alone, as "DeirEzzor24" names a place too.
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"[^\W\d_]+|\d+", _APOSTROPHES.sub("", bare.casefold()))


def _joined(text: str) -> str:
    """The same in one piece, since Al Bu Kamal is Albu Kamal too."""
    return "".join(_words(text))


def hidden_words(places: Iterable[EventPlace]) -> frozenset[str]:
    """The names that these places go by, in reports and in the gazetteer, folded for comparing."""
    known = {place.place_id: place for place in places}
    told = {n for p in known.values() for n in (p.name, p.text, p.arabic or "")}
    own = {word for word in map(_joined, told) if len(word) >= _LEAST}
    other = {
        word
        for word in map(_joined, _other_names(known))
        if len(word) >= (_LEAST_OTHER if word.isascii() else _LEAST)
    }
    return frozenset(own | other)


def _other_names(place_ids: Iterable[str]) -> set[str]:
    """Every name that the gazetteer has for these places; none for places it does not know."""
    from geo.geocode import open_lookup  # only where something is held back

    gazetteer = open_lookup().gazetteer
    found: set[str] = set()
    for key in {part for place_id in place_ids for part in _OWN_ID.findall(place_id)}:
        try:
            place = gazetteer.place_by_id(key)
        except InputError:
            continue
        found.update((place.name, *(name for names in place.names.values() for name in names)))
    return found


@lru_cache(maxsize=10_000)  # speakers and units come again and again
def gives_away(text: str, names: frozenset[str]) -> bool:
    """Whether a text holds one of these names (``hidden_words``)."""
    words = _words(text)
    return any(
        "".join(words[first:last]) in names
        for first in range(len(words))
        for last in range(first + 1, min(first + _RUN, len(words)) + 1)
    )


def cut_to_quotes(
    reports: Mapping[str, Report], events: Sequence[Event], which: set[str], *, keep: bool
) -> tuple[dict[str, Report], list[Event]]:
    """Cut the reports ``which`` to the words that their events quote, and move the quotes along.

    Overlapping quotes are joined. Nothing is cut where ``keep`` is false: the words are gone.
    """
    if not keep or not which:
        return dict(reports), list(events)
    spans: dict[str, list[tuple[int, int]]] = {}
    for event in events:
        quote = event.quote
        spans.setdefault(quote.report_id, []).append((quote.start, quote.end))
    texts: dict[str, str] = {}
    starts: dict[str, list[tuple[int, int, int]]] = {}  # first, last, where it begins now
    for key in which:
        pieces: list[str] = []
        at, last = 0, -1
        for start, end in sorted(spans.get(key, [])):
            if start <= last:
                if end > last:
                    first, _, begins = starts[key][-1]
                    starts[key][-1] = (first, end, begins)
                    pieces[-1] = reports[key].text[first:end]
                    at, last = begins + end - first, end
                continue
            gap = GAP if pieces else ""
            pieces += [gap, reports[key].text[start:end]]
            starts.setdefault(key, []).append((start, end, at + len(gap)))
            at, last = at + len(gap) + end - start, end
        texts[key] = "".join(pieces)

    def moved(event: Event) -> Event:
        quote = event.quote
        for first, last, begins in starts.get(quote.report_id, ()):
            if first <= quote.start and quote.end <= last:
                shift = begins - first
                own = Quote(quote.report_id, quote.start + shift, quote.end + shift)
                return replace(event, quote=own)
        return event

    cut = {key: replace(r, text=texts.get(key, r.text)) for key, r in reports.items()}
    return cut, [moved(event) if event.quote.report_id in which else event for event in events]


def nameless_speakers(events: Sequence[Event], named: frozenset[str] | None = None) -> list[Event]:
    """Speakers under stand-ins; names that may be one source share one, so none counts twice.

    With ``named`` only those whose name holds one of these words. Who speaks for the paper goes
    under the paper's name.
    """
    groups: list[list[str]] = []
    aliases: dict[str, str] = {}

    def alias(speaker: str) -> str:
        if speaker not in aliases:
            number = next(
                (n for n, g in enumerate(groups) if any(same_source(speaker, s) for s in g)), None
            )
            if number is None:
                groups.append([])
                number = len(groups) - 1
            groups[number].append(speaker)
            aliases[speaker] = f"Unnamed speaker {number + 1}"
        return aliases[speaker]

    def masked(event: Event) -> Event:
        said = event.attribution
        speaker = said.speaker
        telling = named is None or gives_away(speaker, named)
        if speaker and telling and _joined(speaker) != _NOBODY:
            # "Jane Doe of Reuters" in Reuters is one source with the paper, but a name.
            own = same_source(speaker, said.publisher)
            speaker = said.publisher if own else alias(speaker)
        return replace(event, attribution=replace(said, speaker=speaker, note=""))

    return [masked(event) for event in events]


class Hidden:
    """Events and reports under numbers: no id, name or word leads back to a place.

    ``events`` come in their order and keep it: numbers run along, so that what is decided by the
    order of ids is decided alike. ``which`` are the ids of the places whose names go; ``ids`` maps
    old event ids to new ones.
    """

    def __init__(
        self,
        events: Sequence[Event],
        reports: Mapping[str, Report],
        which: set[str],
        names: frozenset[str],
    ) -> None:
        self._names = names
        digits = len(str(len(events)))
        numbers = {key: f"report-{n}" for n, key in enumerate(reports, 1)}
        self.ids = {e.id: f"event-{n:0{digits}d}" for n, e in enumerate(events, 1)}
        self.reports = {
            numbers[key]: replace(report, id=numbers[key], title=NO_TITLE)
            for key, report in reports.items()
        }
        order = dict.fromkeys(e.place.place_id for e in events if e.place.place_id in which)
        numbered = {key: n for n, key in enumerate(order, 1)}
        self.events = [
            replace(
                event,
                id=self.ids[event.id],
                place=_nameless(event.place, numbered.get(event.place.place_id)),
                quote=Quote(numbers[event.quote.report_id], 0, 0),
                numbers=self._numbers(event),
                candidates=(),
                subtype="",
            )
            for event in nameless_speakers(events, names)
        ]

    def _numbers(self, event: Event) -> Numbers | None:
        told = event.numbers
        return replace(told, unit="") if told and gives_away(told.unit, self._names) else told


def _nameless(place: EventPlace, number: int | None) -> EventPlace:
    """Under a number; a wide place keeps its name, but not the report's wording for it."""
    if number is None:
        return replace(place, text=place.name)
    name = f"Place {number}"
    kind = "PPL" if place.feature_code.startswith("PPL") else LOCALITY
    return replace(
        place, place_id=f"hidden:{number}", name=name, text=name, arabic=None, feature_code=kind
    )
