"""Do no harm: what is made less exact, delayed or left out before a map is shared.

Everything shared is made from the workspace that ``discreet`` returns, so the picture, the page,
the table and the bundle hold back the same things, and its ``notes`` say so on each.

A position is no secret while its name, its gazetteer id, the words about it or the link to them
stand beside it: rounding or moving positions takes these away too, unless ``keep_names`` says
otherwise. Rounded positions lie on a fixed grid. Moved ones are shifted by 30 to 100 % of the
distance ("donut" masking: Hampton et al. 2010, doi:10.1093/aje/kwq248), drawn from a key that
never leaves this machine, the same each time, so that sharing twice gives no average to work back
from. What can still be learnt is listed in ``docs/do-no-harm.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from geo.borders.places import place_borders
from geo.borders.policy import DEFAULT_POLICY
from geo.dates import DateSpan
from geo.discreet_places import MAX_KM, Mover, wide
from geo.discreet_words import (
    NO_TITLE,
    Hidden,
    cut_to_quotes,
    gives_away,
    hidden_words,
    nameless_speakers,
)
from geo.errors import InputError
from geo.model import Event, EventPlace, Quote, Report
from geo.view import MapPosition, View

if TYPE_CHECKING:
    from geo.lines import Layer
    from geo.store import Snapshot
    from geo.workspace import Workspace

__all__ = ["FIELDS", "Discreet", "Discretion", "discreet"]

FIELDS = {
    "texts": "the words of the reports",
    "full-texts": "the reports beyond the sentences quoted",
    "speakers": "the names of speakers",
    "addresses": "the addresses of sources",
    "numbers": "numbers",
    "reviewers": "who checked the events",
    "lines": "imported lines",
}
MAX_DAYS = 3660
_TELLING = frozenset({"texts", "speakers", "numbers"})  # the words would give these back


@dataclass(frozen=True, slots=True)
class Discretion:
    """What to hold back. ``round_km``: the size of the grid; ``blur_km``: the farthest shift.

    ``delay_days`` leaves out what happened (or, undated, was published) within so many days before
    today. ``leave_out`` are keys of ``FIELDS``. ``keep_names`` keeps names and words beside
    rounded or moved positions. Raises InputError for values that cannot be used.
    """

    round_km: float | None = None
    blur_km: float | None = None
    delay_days: int = 0
    leave_out: frozenset[str] = field(default_factory=frozenset)
    keep_names: bool = False

    def __post_init__(self) -> None:
        for km in (self.round_km, self.blur_km):
            if km is not None and not 0 < km <= MAX_KM:
                raise InputError(f"{km:g} km is not between 0 and {MAX_KM:.0f} km.")
        if self.round_km and self.blur_km:
            raise InputError("Positions are either rounded or moved, not both. Choose one.")
        if not 0 <= self.delay_days <= MAX_DAYS:
            raise InputError(f"A delay of {self.delay_days} days is not between 0 and {MAX_DAYS}.")
        unknown = self.leave_out - FIELDS.keys()
        if unknown:
            raise InputError(
                f"{', '.join(sorted(unknown))} cannot be left out; choose from {', '.join(FIELDS)}."
            )

    @property
    def holds_back(self) -> bool:
        """Whether anything is held back at all."""
        return bool(self.moves or self.delay_days or self.leave_out)

    @property
    def moves(self) -> float | None:
        """The km that positions are rounded to or moved by; None where they stay."""
        return self.round_km or self.blur_km

    @property
    def hides_places(self) -> bool:
        """Whether names, ids and words that tell where a place is go with its position."""
        return bool(self.moves) and not self.keep_names

    @property
    def hides_words(self) -> bool:
        """Whether the words of the reports go."""
        return self.hides_places or bool(self.leave_out & _TELLING)

    def words(self, today: date | None = None) -> tuple[str, ...]:
        """Sentences that say what was held back, for the picture and every other output."""
        said = []
        if self.round_km:
            said.append(f"Positions are deliberately rounded to a grid of {self.round_km:g} km.")
        if self.blur_km:
            low = self.blur_km * Mover.LEAST
            said.append(f"Positions are deliberately moved by {low:g} to {self.blur_km:g} km.")
        if self.hides_places:
            said.append(
                "Names of places below a province, wide areas and rivers excepted, and words that "
                "would tell them, are left out."
            )
        elif self.moves:
            said.append("Names and words are kept and may tell where a place is.")
        if self.delay_days:
            days = "day" if self.delay_days == 1 else "days"
            last = (today or date.today()) - timedelta(days=self.delay_days)
            until = DateSpan.day(last).words()
            said.append(f"Nothing after {until} is shown (held back {self.delay_days} {days}).")
        if self.leave_out:
            left = [words for key, words in FIELDS.items() if key in self.leave_out]
            also = self.hides_words and not self.hides_places and "texts" not in self.leave_out
            telling = ", and words that would tell them" if also else ""
            said.append(f"Left out on purpose: {', '.join(left)}{telling}.")
        return tuple(said)

    def arguments(self) -> list[str]:
        """The same on the command line of ``python -m geo``."""
        parts: list[str] = []
        for flag, value in (
            ("--round-km", self.round_km),
            ("--blur-km", self.blur_km),
            ("--delay-days", self.delay_days),
        ):
            parts += [flag, f"{value:g}"] if value else []
        if self.leave_out:
            parts += ["--leave-out", ",".join(key for key in FIELDS if key in self.leave_out)]
        return [*parts, "--keep-names"] if self.keep_names and self.moves else parts


@dataclass(frozen=True, slots=True)
class Discreet:
    """A workspace with things held back. ``gone`` counts the events that the delay left out.

    ``names`` are the names left out, folded for ``geo.discreet_words.gives_away``.
    """

    workspace: Workspace
    how: Discretion
    gone: int = 0
    newest: date | None = None
    ids: dict[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    def view(self, view: View) -> View:
        """The view, as far as it may be told: days cut to the delay, the map's position rounded.

        Raises InputError where the view searches for words that are left out: without them it
        would show other events.
        """
        if view.text and self.how.hides_words:
            raise InputError(
                "A map whose words are left out cannot be searched for words. Take the search "
                f"for “{view.text[:60]}” out of the view, or keep the names and words."
            )
        if self.newest is not None:
            last = self.newest
            until = min(view.until or last, last)
            since = min(view.since, until) if view.since else None
            compare = view.compare
            if compare[:4].isdigit() and compare > until.isoformat():
                compare = ""
            view = replace(view, since=since, until=until, compare=compare)
        if view.compare and "lines" in self.how.leave_out and not view.compare[:4].isdigit():
            view = replace(view, compare="")
        if self.ids and view.event_id:
            view = replace(view, event_id=self.ids.get(view.event_id))
        if self.how.hides_places and view.position and self.how.moves:
            view = replace(view, position=_far_enough(view.position, self.how.moves))
        return view


def _far_enough(position: MapPosition, km: float) -> MapPosition:
    """A map position that points at no single place: on the grid, no closer than 20 of its cells.

    The frame is taken as 1,100 px wide; a web map is 256 px times two to the zoom around the
    equator (40,075 km).
    """
    lat, lon = Mover.rounded(position.lat, position.lon, km)
    zoom = position.zoom
    while zoom > 0 and 1100 / 256 / 2**zoom * 40_075 < 20 * km:
        zoom = max(0.0, zoom - 0.5)
    return MapPosition(lat, lon, zoom)


def _recent(event: Event, report: Report | None, newest: date) -> bool:
    last = event.date.latest
    if last is None and report is not None:
        last = report.published.latest
    return last is None or last > newest


def discreet(
    workspace: Workspace, how: Discretion, *, today: date | None = None, key: bytes = b""
) -> Discreet:
    """The workspace with the things held back that ``how`` names.

    ``key`` (16 to 64 bytes, kept on this machine: ``geo.sharing.blur_key``) fixes where positions
    are moved to; without it InputError is raised for ``blur_km``. Nothing that was not on the map
    (undecided events, names without a place) goes along. It is the same workspace where nothing
    is held back.
    """
    if not how.holds_back:
        return Discreet(workspace, how)
    if how.blur_km and len(key) < 16:
        raise InputError("Positions can only be moved with a key that is kept on this machine.")
    today = today or date.today()
    newest = today - timedelta(days=how.delay_days) if how.delay_days else None
    snapshot = workspace.snapshot
    events = [
        event
        for event in snapshot.events
        if newest is None or not _recent(event, snapshot.reports.get(_report(event)), newest)
    ]
    gone = {e.quote.report_id for e in {*snapshot.events} - {*events}} if newest else set()
    reports = _reports(snapshot, events, how, gone, newest)
    events = _without(events, how)
    reports, events = cut_to_quotes(
        reports, events, _cut(reports, how, gone, newest), keep=not how.hides_words
    )
    ids: dict[str, str] = {}
    project = workspace.project
    names: frozenset[str] = frozenset()
    if how.hides_places:
        narrow = {e.place.place_id for e in events if not wide(e.place, how.moves or 0)}
        names = hidden_words(e.place for e in events if e.place.place_id in narrow)
        events = [replace(e, place=p) for e, p in _moved(events, how, key)]
        hidden = Hidden(events, reports, narrow, names)
        events, reports, ids = hidden.events, hidden.reports, hidden.ids
        if gives_away(project.title, names) or gives_away(project.deck, names):
            project = replace(project, title="Reported locations", deck="")
    elif how.moves:
        events = [replace(e, place=p, candidates=()) for e, p in _moved(events, how, key)]
    layers = () if "lines" in how.leave_out else _delayed(snapshot.layers, newest)
    kept = replace(
        snapshot,
        events=tuple(events),
        reports=reports,
        undecided=(),
        placeless=(),
        unplaced={},
        own=frozenset(),
        layers=layers,
    )
    borders = workspace.borders
    if how.moves:
        borders = place_borders((event.place for event in events), DEFAULT_POLICY)
    if project.view:
        # It opens on a position and on days of its own.
        done = Discreet(workspace, how, newest=newest)
        opening = done.view(replace(workspace.default_view, text="", event_id=None))
        project = replace(project, view=opening.query())
    changed = workspace.with_snapshot(
        kept, project=project, borders=borders, notes=how.words(today)
    )
    used = {code for event in events for code in (event.place.country, event.place.admin1)}
    told = {code: name for code, name in workspace.names.items() if "." not in code or code in used}
    return Discreet(
        replace(changed, names=told), how, len(snapshot.events) - len(events), newest, ids, names
    )


def _report(event: Event) -> str:
    return event.quote.report_id


def _moved(events: list[Event], how: Discretion, key: bytes) -> list[tuple[Event, EventPlace]]:
    mover = Mover(how.round_km, how.blur_km, key)
    return [(event, mover.moved(event.place)) for event in events]


def _delayed(layers: tuple[Layer, ...], newest: date | None) -> tuple[Layer, ...]:
    if newest is None:
        return layers
    return tuple(
        replace(layer, until=min(layer.until, newest)) for layer in layers if layer.on <= newest
    )


def _reports(
    snapshot: Snapshot, events: list[Event], how: Discretion, gone: set[str], newest: date | None
) -> dict[str, Report]:
    """The reports that are still told of; with words left out or a delay, no others.

    The headline of a report that came out within the delay, its address and its note tell what
    is held back.
    """
    used = {_report(event) for event in events}
    every = not (how.hides_words or how.delay_days or gone)
    found = {key: r for key, r in snapshot.reports.items() if every or key in used}
    if how.hides_words:
        found = {key: replace(r, text="", title=NO_TITLE) for key, r in found.items()}
    if how.hides_places or "addresses" in how.leave_out:
        found = {key: replace(r, url="", source_note="") for key, r in found.items()}
    if newest is not None:
        for key in _late(found, newest):
            found[key] = replace(found[key], title=NO_TITLE, url="", source_note="")
    return found


def _late(reports: dict[str, Report], newest: date) -> set[str]:
    """Reports published within the delay, or nobody knows when."""
    return {key for key, r in reports.items() if (r.published.latest or date.max) > newest}


def _cut(
    reports: dict[str, Report], how: Discretion, gone: set[str], newest: date | None
) -> set[str]:
    """Reports of which only the quoted sentences stay: others tell of what is held back."""
    if "full-texts" in how.leave_out:
        return set(reports)
    if newest is None:
        return set()
    return (_late(reports, newest) | gone) & reports.keys()


def _without(events: list[Event], how: Discretion) -> list[Event]:
    """The events without the fields that are left out."""
    if how.hides_words:
        events = [replace(e, quote=Quote(_report(e), 0, 0), summary="") for e in events]
    if "numbers" in how.leave_out:
        events = [replace(e, numbers=None) for e in events]
    if "reviewers" in how.leave_out or how.hides_places:
        # That a person checked it still weighs ("assessed"); who and when does not matter.
        events = [
            replace(e, reviewed_by="a reviewer" if e.reviewed_by else "", reviewed_at=None)
            for e in events
        ]
    if "speakers" in how.leave_out:
        events = nameless_speakers(events)
    return events
