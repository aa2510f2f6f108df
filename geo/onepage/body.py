"""What people read in one file: head, filters, map, table, holders, how to read it, sources."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from geo.citations import OWN_WORDS
from geo.model import AREA_CODES, LINE_CODES, Control, Event, Report, Status, Tier
from geo.onepage.contents import Contents
from geo.onepage.html import Html, joined, link, tag, text
from geo.onepage.still import HOME, Still
from geo.passing_on import LeftOut
from geo.picture import TO_BE_ADDED

if TYPE_CHECKING:
    from geo.figure import Scene

__all__ = ["body"]

APPROXIMATE_KM = 3.0  # the map draws a ring round places less exact than this
TIERS = {
    Tier.ASSESSED: "two independent sources say so, or the side that lost admits it, or an "
    "analyst has confirmed it",
    Tier.REPORTED: "one independent source says so",
    Tier.CLAIMED: "only the side that gains by it says so",
    Tier.DENIED: "it has been denied",
}
TERMS = (
    (
        "Held",
        "as far as is reported; areas follow from the places reported held, not from lines "
        "that anybody drew",
    ),
    ("Claimed", "only the side that gains says it holds this"),
    ("Contested", "fought over, or sources contradict each other"),
    ("Besieged", "surrounded or attacked from several sides, as reported"),
    ("Blank land", "no report tells about it"),
)
# The marks of the map, as symbols used in the table.
MARKS = {
    Tier.ASSESSED: '<circle cx="9" cy="9" r="7" fill="currentColor"/>',
    Tier.REPORTED: '<circle cx="9" cy="9" r="5.8" fill="none" stroke="currentColor" '
    'stroke-width="2.4"/><circle cx="9" cy="9" r="2.8" fill="currentColor"/>',
    Tier.CLAIMED: '<circle cx="9" cy="9" r="5.8" fill="none" stroke="currentColor" '
    'stroke-width="2.4" stroke-dasharray="3.6 2.47"/>',
    Tier.DENIED: '<circle cx="9" cy="9" r="5.8" fill="none" stroke="currentColor" '
    'stroke-width="2.4"/><path d="M3.5 14.5 14.5 3.5" stroke="currentColor" '
    'stroke-width="2.2" stroke-linecap="round"/>',
}


def body(
    scene: Scene,
    held: Contents,
    *,
    still: Still,
    alt: str,
    as_of: str,
    held_back: Sequence[str],
    notes: Sequence[str],
    left_out: LeftOut,
    total: int,
    link: str,
) -> Html:
    """The body of the page, without data and scripts.

    ``held_back`` says what was held back, above the map; ``notes`` stand below. ``total`` is how
    many events there are.
    """
    return joined(
        [
            _symbols(),
            tag("a", "To the table of events", href="#dl-events", class_="dl-skip"),
            _head(scene, held, as_of, held_back),
            tag(
                "main",
                _controls(),
                _map(still, alt),
                _events(held),
                _holders(scene, held),
                _reading(scene, held, notes, left_out, total),
                _sources(scene, held.reports.values()),
            ),
            _foot(scene, held, link),
        ],
        "\n",
    )


def _symbols() -> Html:
    marks = "".join(
        f'<symbol id="dl-sign-{tier.value}" viewBox="0 0 18 18">{drawn}</symbol>'
        for tier, drawn in MARKS.items()
    )
    return Html(f'<svg class="dl-symbols" aria-hidden="true" focusable="false">{marks}</svg>')


def _sign(tier: Tier) -> Html:
    return Html(
        f'<svg class="dl-sign-small" aria-hidden="true" focusable="false">'
        f'<use href="#dl-sign-{tier.value}"/></svg>'
    )


def _head(scene: Scene, held: Contents, as_of: str, held_back: Sequence[str]) -> Html:
    since = f"reports since {_day(held.since)}" if held.since and held.since != held.on else ""
    return tag(
        "header",
        tag(
            "p",
            tag("strong", as_of or f"As of {_day(held.on)}", id="dl-as-of", dir="auto"),
            tag("span", since, class_="dl-since") if since else "",
            class_="dl-dateline",
        ),
        tag("h1", scene.title, dir="auto"),
        tag("p", scene.deck, class_="dl-deck", dir="auto") if scene.deck else "",
        tag("p", tag("bdi", _uncertainty(held)), class_="dl-sure"),
        tag("p", " ".join(held_back), class_="dl-held", dir="auto") if held_back else "",
        class_="dl-head",
        dir="rtl" if _rightwards(scene.title) else None,
    )


def _rightwards(words: str) -> bool:
    """Whether a text runs from right to left, by its first letter that says so."""
    strong = (unicodedata.bidirectional(char) for char in words)
    return next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L"


def _uncertainty(held: Contents) -> str:
    """How sure the events are that the file opens on, in one sentence."""
    events = [e for e in held.events if e.date.within(held.since, held.on)]
    tiers = Counter(event.attribution.tier for event in events)
    said = [f"{tiers[tier]:,} {tier.value}" for tier in Tier if tiers[tier]]
    if not said:
        return "No event is shown."
    flat = AREA_CODES | LINE_CODES
    loose = {
        e.place.place_id
        for e in events
        if e.place.feature_code not in flat and e.place.precision_km > APPROXIMATE_KM
    }
    unchecked = sum(event.status is Status.FOUND for event in events)
    words = f"{_count(len(events), 'reported event')}: {', '.join(said)}."
    if loose:
        words += f" {_count(len(loose), 'place')} known only roughly."
    if unchecked:
        words += f" {_count(unchecked, 'event')} not checked by a person."
    return words


def _controls() -> Html:
    """Where the script puts the filters; empty, and hidden, without it."""
    return tag(
        "section",
        tag("div", id="dl-filters"),
        tag("p", id="dl-count", role="status", aria_live="polite"),
        class_="dl-needs-script dl-controls",
        aria_label="Filters",
    )


def _map(still: Still, alt: str) -> Html:
    return joined(
        [
            tag("div", id="dl-map", class_="dl-needs-script"),
            tag("figure", id="dl-print", hidden=True),
            tag(
                "figure",
                tag("div", Html(still.markup), role="img", aria_label=alt),
                tag("figcaption", alt, class_="dl-alt"),
                id=HOME,
            ),
        ],
        "\n",
    )


def _events(held: Contents) -> Html:
    columns: Mapping[str, Sequence[Any]] = held.files["events"]["events"]
    rows = [
        _row(number, event, held.reports.get(event.quote.report_id), columns, _opens(held, event))
        for number, event in enumerate(held.events)
    ]
    heads = ("When", "What", "Where", "How sure", "Who says so", "In which words")
    table = tag(
        "table",
        tag(
            "thead",
            tag("tr", *(tag("th", name, scope="col") for name in heads)),
        ),
        tag("tbody", joined(reversed(rows), "\n")),
        aria_label="Reported events, newest first",
        class_="dl-table",
    )
    return tag(
        "section",
        tag("h2", "Reported events"),
        tag("p", "Newest first. The same events as on the map.", class_="dl-note"),
        table if rows else tag("p", "No event passes the filters of this view."),
        id="dl-events",
        tabindex="-1",
    )


def _opens(held: Contents, event: Event) -> bool:
    """Whether the event is among those the file opens on (with all days, not every one is)."""
    return event.date.within(held.since, held.on)


def _row(
    number: int,
    event: Event,
    report: Report | None,
    columns: Mapping[str, Sequence[Any]],
    opens: bool,
) -> Html:
    tier, place = event.attribution.tier, event.place
    kind = columns["kind"][number]
    exact = (
        f"good to about {place.precision_km:g} km" if kind == "point" else f"{_an(kind)}, no point"
    )
    what = [tag("span", columns["summary"][number], class_="dl-what", dir="auto")]
    if columns["numbers"][number]:
        what.append(tag("span", columns["numbers"][number], class_="dl-note", dir="auto"))
    where = [tag("span", place.name, dir="auto")]
    if place.arabic:
        where.append(tag("span", place.arabic, lang="ar", dir="rtl", class_="dl-rtl dl-arabic"))
    where.append(tag("span", exact, class_="dl-note"))
    sure = [tag("span", _sign(tier), tier.value, class_="dl-sure-word")]
    if event.attribution.note:
        sure.append(tag("span", event.attribution.note, class_="dl-note", dir="auto"))
    if event.status is Status.FOUND:
        sure.append(tag("span", "not checked by a person", class_="dl-note"))
    said = [tag("span", event.attribution.speaker or event.attribution.publisher, dir="auto")]
    cells = [event.date.words(), *(joined(part) for part in (what, where, sure, said))]
    cells.append(_words(event, report))
    return tag("tr", *(tag("td", cell) for cell in cells), data_row=number, hidden=not opens)


def _words(event: Event, report: Report | None) -> Html:
    if report is None:
        return text("")
    quoted = report.text[event.quote.start : event.quote.end]
    source = tag(
        "span",
        tag("bdi", report.publisher),
        ", ",
        report.published.words(),
        ": ",
        link(report.url, report.title),
        class_="dl-note",
    )
    if not quoted:
        return joined([tag("span", "The words are left out.", class_="dl-note"), source])
    return joined([tag("q", quoted, dir="auto", lang=report.language or None), source])


def _holders(scene: Scene, held: Contents) -> Html:
    """The areas in words: who is reported to hold which place on the day the file opens on."""
    told = [c for c in scene.controls if c.holders or c.contested or c.besieged_by]
    if not told:
        return Html("")
    by_id = {event.id: event for event in held.events}

    def row(control: Control) -> Html:
        names = [scene.actors[h].name if h in scene.actors else h for h in control.holders]
        state = "contested" if control.contested else control.tier.value if control.tier else ""
        besieged = [scene.actors[b].name if b in scene.actors else b for b in control.besieged_by]
        more = [f"besieged by {', '.join(besieged)}"] if besieged else []
        more += ["long without news"] if control.stale else []
        newest = next((by_id[key] for key in reversed(control.evidence) if key in by_id), None)
        return tag(
            "tr",
            tag("th", tag("span", control.place.name, dir="auto"), scope="row"),
            tag("td", ", ".join(names) or "nobody by name", dir="auto"),
            tag("td", "; ".join([part for part in (state, *more) if part])),
            tag("td", control.since.words() if control.since else ""),
            tag(
                "td",
                control.reason,
                dir="auto",
                class_="dl-note",
                data_event=newest.id if newest else None,
            ),
        )

    rows = sorted(told, key=lambda c: (c.place.name.casefold(), c.place.place_id))
    heads = ("Place", "Holder", "How sure", "Since", "Why")
    return tag(
        "section",
        tag("h2", f"Who is reported to hold what on {_day(held.on)}"),
        tag(
            "details",
            tag("summary", f"{_count(len(rows), 'place')} with a reported holder"),
            tag(
                "table",
                tag("thead", tag("tr", *(tag("th", name, scope="col") for name in heads))),
                tag("tbody", joined(map(row, rows), "\n")),
                class_="dl-table dl-plain",
            ),
        ),
        id="dl-holders",
    )


def _reading(
    scene: Scene, held: Contents, notes: Sequence[str], left_out: LeftOut, total: int
) -> Html:
    told = {event.attribution.tier for event in held.events}
    sure = [
        joined([tag("dt", _sign(tier), tier.value.capitalize()), tag("dd", f"{words}.")])
        for tier, words in TIERS.items()
        if tier in told
    ]
    land = [joined([tag("dt", name), tag("dd", f"{words}.")]) for name, words in TERMS]
    caveats = [*scene.notes, *(note for note in left_out.words() if note not in scene.notes)]
    outside = total - len(held.events)
    if outside > 0:
        why = ", ".join(f"{n:,} by {name}" for name, n in held.hidden_by.items())
        caveats.append(
            f"This file holds {len(held.events):,} of {total:,} reported events; the others are "
            f"outside the view it was made from{f' ({why})' if why else ''}. Who holds a place is "
            "judged on all of them."
        )
    caveats += [note for note in notes if note not in caveats]
    counts = [row.words() for row in left_out.rows]
    return tag(
        "section",
        tag("h2", "How to read this map"),
        joined([tag("h3", "How sure an event is"), tag("dl", *sure, class_="dl-terms")])
        if sure
        else "",
        joined([tag("h3", "Land near reported places"), tag("dl", *land, class_="dl-terms")])
        if scene.zones
        else "",
        tag("h3", "About this file"),
        tag("ul", *(tag("li", note, dir="auto") for note in caveats), class_="dl-caveats"),
        tag(
            "details",
            tag("summary", "Counts of what may not be passed on"),
            tag("ul", *(tag("li", words, dir="auto") for words in counts)),
        )
        if counts
        else "",
        id="dl-reading",
    )


def _sources(scene: Scene, reports: Iterable[Report]) -> Html:
    def item(report: Report) -> Html:
        title = f"[{report.title}]" if report.licence == OWN_WORDS else report.title
        note = "" if report.url else report.source_note
        return tag(
            "li",
            tag("bdi", report.publisher),
            ", ",
            link(report.url, title),
            f", {report.published.words()}.",
            tag("span", f" {note}", class_="dl-note", dir="auto") if note else "",
        )

    listed = list(reports)
    known = {report.publisher for report in listed}
    others = [n for n in scene.sources if n.removesuffix(f" ({TO_BE_ADDED})") not in known]
    return tag(
        "section",
        tag("h2", "Sources"),
        tag("p", "A title in square brackets is in our own words.", class_="dl-note")
        if any(report.licence == OWN_WORDS for report in listed)
        else "",
        tag("ol", *map(item, listed), class_="dl-sources"),
        tag("p", "Areas also rest on: ", tag("bdi", "; ".join(others)), ".", class_="dl-note")
        if others
        else "",
        id="dl-sources",
    )


def _foot(scene: Scene, held: Contents, address: str) -> Html:
    query = str(held.state["view"])
    address = f"{address.partition('?')[0]}?{query}" if address else ""
    return tag(
        "footer",
        tag("p", " ".join(scene.credits)),
        tag(
            "p",
            "Opens in Dateline: put this after the address of a Dateline that has these reports: ",
            tag("code", f"?{query}", id="dl-view"),
            " ",
            tag("button", "Copy", id="dl-copy", type="button", class_="dl-needs-script dl-chip"),
        ),
        tag("p", "This view: ", link(address, address)) if address else "",
        tag(
            "p",
            f"{scene.made_by.rstrip('.')}. Everything stands in this file; it asks for nothing.",
        ),
        class_="dl-foot",
    )


def _an(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _count(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else one + 's'}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
