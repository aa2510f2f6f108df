"""What is open: the stored reports and events, and all that a view of them computes.

``open_workspace`` opens the store, loads the seeds on first run (or when they have changed) and
measures each place's distance to a border. ``Workspace.show`` turns a view into what every
output shares: the map, the table, the picture and the export can therefore never disagree.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from geo.areas import land_area
from geo.borders import BorderDistance
from geo.borders.places import border_ids, place_borders
from geo.borders.policy import DEFAULT_POLICY, territory_names
from geo.columns import EventColumns, Flags, Reasons
from geo.control import control_on
from geo.dates import DateSpan
from geo.errors import DatelineError, SeedError, StoreError
from geo.grounds import country_ground
from geo.late import Late
from geo.lines import Layer, Mode, apply_layers
from geo.model import Actor, Control, Event, EventPlace, EventType, Report, Zone
from geo.records import Record, tables
from geo.seeds import load_actors, load_seeds
from geo.store import Snapshot, Store, open_store
from geo.terrain import Terrain, terrain_of
from geo.timeline import DayState, stops
from geo.view import Selection, View, campaign, family, parse_view
from geo.zones import zones

__all__ = ["ROOT", "Project", "Shown", "Workspace", "open_workspace", "plain_names"]

ROOT = Path(__file__).resolve().parents[1]
# Events keep names and candidates from the gazetteer; its counts tell one build from another.
GAZETTEER = ROOT / "data" / "gazetteer" / "tables.json"
ZONE_MARGIN_DEG = 1.0  # land is fetched this far beyond the held places; wider than any zone cap


@dataclass(frozen=True, slots=True)
class Project:
    """What a set of reports is called and how it opens (``seeds/project.toml``)."""

    title: str = "Reported locations"
    deck: str = ""
    view: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one view shows: the events chosen, who holds what on ``on``, and the zones."""

    view: View
    on: date
    selection: Selection
    controls: tuple[Control, ...]
    zones: tuple[Zone, ...]


@dataclass(frozen=True)
class Workspace:
    """An open set of reports. Read only; safe to share between threads."""

    snapshot: Snapshot
    project: Project
    borders: Mapping[str, BorderDistance]
    names: Mapping[str, str] = field(default_factory=dict)  # plain names of ISO and ADM1 codes
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what every output must say: held back, left out
    _shown: dict[View, Shown] = field(default_factory=dict, repr=False)
    _days: dict[date, DayState] = field(default_factory=dict, repr=False)
    _judged: dict[View, Reasons] = field(default_factory=dict, repr=False)
    _borders: dict[tuple[str, str], Mapping[str, BorderDistance]] = field(
        default_factory=dict, repr=False
    )

    def with_snapshot(
        self,
        snapshot: Snapshot,
        *,
        project: Project | None = None,
        borders: Mapping[str, BorderDistance] | None = None,
        notes: Iterable[str] = (),
    ) -> Workspace:
        """A workspace of other rows under the same names, with nothing remembered of this one."""
        return Workspace(
            snapshot,
            project or self.project,
            self.borders if borders is None else borders,
            self.names,
            self.problems,
            (*self.notes, *notes),
        )

    @property
    def actors(self) -> Mapping[str, Actor]:
        """Actors by id, in legend order."""
        return self.snapshot.actors

    @property
    def reports(self) -> Mapping[str, Report]:
        """Reports by id, in order of publication."""
        return self.snapshot.reports

    @property
    def events(self) -> tuple[Event, ...]:
        """All events, in order of date."""
        return self.snapshot.events

    @cached_property
    def evidence_key(self) -> bytes:
        """A hash of all that decides who holds what: statements about places, and the actors."""
        digest = hashlib.sha256(repr([self.period, *self.actors.values()]).encode())
        for event in self.events:
            if event.type.changes_control:
                digest.update(repr(event).encode())
        for layer in self.layers:
            digest.update(repr(layer).encode())
        return digest.digest()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Imported lines, oldest map first."""
        return self.snapshot.layers

    @cached_property
    def terrain(self) -> Terrain:
        """Provinces and settlements of the countries in which anybody is said to hold a place."""
        held = (e.place.country for e in self.events if e.type.changes_control)
        return terrain_of({country for country in held if country})

    @cached_property
    def publishers(self) -> tuple[str, ...]:
        """The publishers of the reports, by name."""
        return tuple(sorted({report.publisher for report in self.reports.values()}))

    @cached_property
    def period(self) -> tuple[date, date]:
        """First and last day named by any event (today, if there is none)."""
        return campaign(self.events) or (date.today(), date.today())

    @cached_property
    def default_view(self) -> View:
        """The view the page opens on: the project's, within the period of the events."""
        first, last = self.period
        whole = View(since=first, until=last)
        said = self.project.view
        view, _ = parse_view(
            said,
            actors=self.actors,
            publishers=self.publishers,
            default=whole,
            layers=[layer.id for layer in self.layers],
            # Naming every border costs more than the rest of a start; few projects name one.
            borders=self.border_ids if "border_of" in said else None,
        )
        return view

    def parse(self, query: str | Mapping[str, list[str]]) -> tuple[View, tuple[str, ...]]:
        """Read a permalink against what is stored; see ``geo.view.parse_view``."""
        view, problems = parse_view(
            query,
            actors=self.actors,
            publishers=self.publishers,
            default=self.default_view,
            layers=[layer.id for layer in self.layers],
            borders=Late(lambda: self.border_ids),
        )
        first, last = self.period
        outside = (view.until and view.until < first) or (view.since and view.since > last)
        if self.events and outside:
            usual = self.default_view
            view = replace(view, since=usual.since, until=usual.until)
            period = DateSpan(first, last).words()
            problems = (*problems, f"The dates of this link lie outside the reports’ ({period}).")
        if view.event_id and all(event.id != view.event_id for event in self.events):
            problems = (*problems, "The event this link points to is not here.")
        return view, problems

    def show(self, view: View) -> Shown:
        """Everything a view shows. Answers are kept, since a slider comes back to its dates."""
        found = self._shown.get(view)  # another thread may clear it at any moment
        if found is None:
            if len(self._shown) > 256:
                self._shown.clear()
            found = self._shown[view] = self._compute(view)
        return found

    def _compute(self, view: View) -> Shown:
        selection = self.columns.selected(view, self._reasons(view))
        on = view.until or self.period[1]
        # Who holds a place is judged on all the evidence; filters only choose what is drawn.
        state = self.day(on)
        drawn = state.zones if view.zones else ()
        if view.lines:
            drawn = apply_layers(drawn, self.layers, on)
        if view.actors:
            wanted = family(view.actors, self.actors)
            drawn = tuple(zone for zone in drawn if wanted.intersection(zone.holders))
        return Shown(view, on, selection, state.controls, drawn)

    @cached_property
    def columns(self) -> EventColumns:
        """The events as columns of numbers, which the filters go over."""
        return EventColumns(self.events, self.reports)

    @cached_property
    def taking_part(self) -> frozenset[str]:
        """Ids of the actors that take part in any event."""
        return frozenset(actor for event in self.events for actor in event.actors())

    @cached_property
    def kinds(self) -> tuple[EventType, ...]:
        """The kinds of event there are, in their usual order."""
        found = {event.type for event in self.events}
        return tuple(kind for kind in EventType if kind in found)

    @cached_property
    def days_told(self) -> tuple[date, ...]:
        """The days on which something is reported to have happened, in order."""
        first, last = self.period
        days = {event.date.latest for event in self.events} - {None}
        return tuple(sorted(day for day in days if day is not None and first <= day <= last))

    @cached_property
    def places(self) -> Mapping[str, EventPlace]:
        """Every reported place, by its id."""
        return {event.place.place_id: event.place for event in self.events}

    @cached_property
    def border_ids(self) -> Mapping[str, str]:
        """Ids of borders (``SY``, ``IQ-SY``) by id and by name."""
        return border_ids(self.names)

    def borders_under(self, policy: str, wanted: str = "") -> Mapping[str, BorderDistance]:
        """Each place's nearest border under a policy, of all or of the wanted ones. Kept."""
        if (policy, wanted) == (DEFAULT_POLICY, ""):
            return self.borders
        found = self._borders.get((policy, wanted))
        if found is None:
            if len(self._borders) > 64:
                self._borders.clear()
            found = place_borders(self.places.values(), policy, wanted)
            self._borders[policy, wanted] = found
        return found

    def undated(self, view: View) -> Selection:
        """What a view would show with its dates open."""
        return self.columns.selected(replace(view, since=None, until=None), self._reasons(view))

    def pool(self, view: View) -> Flags:
        """The same row by row of all events."""
        return self.columns.passing(None, None, self._reasons(view))

    def _reasons(self, view: View) -> Reasons:
        """Why events are hidden, dates aside; kept, since a date step never changes it."""
        key = replace(
            view, since=None, until=None, position=None, event_id=None, zones=True, compare=""
        )
        found = self._judged.get(key)
        if found is None:
            if len(self._judged) > 64:
                self._judged.clear()
            found = self._judged[key] = self.columns.judged(
                key,
                actors=self.actors,
                borders=self.borders_under(view.policy, view.border_of),
            )
        return found

    def day(self, on: date) -> DayState:
        """Who holds what on a day, and the areas, on all the evidence. Answers are kept."""
        found = self._days.get(on)
        return found if found is not None else self._keep(on, self._controls(on))

    def days(self, since: date | None = None, until: date | None = None) -> Iterator[DayState]:
        """The same for every day of the period on which anything changes, in order.

        ``since`` and ``until`` ask for those days only that matter between the two: the last one
        before ``since`` still stands on it.
        """
        before = None
        for on, controls in stops(self.events, self.actors, *self.period):
            if until is not None and on > until:
                break
            if since is not None and on < since:
                before = on, controls
                continue
            if before is not None and on != since:
                yield self._days.get(before[0]) or self._keep(*before)
            before = None
            yield self._days.get(on) or self._keep(on, controls)
        if before is not None:
            yield self._days.get(before[0]) or self._keep(*before)

    def days_with_lines(
        self, since: date | None = None, until: date | None = None
    ) -> Iterator[DayState]:
        """The same with the lines that stand instead of ours laid over; also their own days."""
        first, last = since or self.period[0], until or self.period[1]
        instead = [layer for layer in self.layers if layer.mode is Mode.INSTEAD]
        turns = {a.on for a in instead}
        turns |= {a.until + timedelta(days=1) for a in instead if a.until < last}
        told = {state.on: state for state in self.days(since, until)}
        for on in sorted({*told, *(turn for turn in turns if first <= turn <= last)}):
            state = told.get(on) or self.day(on)
            yield replace(state, zones=apply_layers(state.zones, instead, on))

    def _controls(self, on: date) -> tuple[Control, ...]:
        return control_on(self.events, on, self.actors)

    def _keep(self, on: date, controls: tuple[Control, ...]) -> DayState:
        countries = sorted({control.place.country or "" for control in controls})
        areas = [zone for code in countries for zone in self._country_zones(controls, code)]
        state = self._days[on] = DayState(on, controls, tuple(areas))
        return state

    @staticmethod
    def _country_zones(controls: Sequence[Control], country: str) -> tuple[Zone, ...]:
        """Zones of one country's places, on its own ground: no report carries over a border."""
        own = [control for control in controls if (control.place.country or "") == country]
        lats = [control.place.lat for control in own]
        lons = [control.place.lon for control in own]
        # Whole degrees, so that a new place seldom asks for new ground.
        west, south = (
            math.floor(min(lons) - ZONE_MARGIN_DEG),
            math.floor(min(lats) - ZONE_MARGIN_DEG),
        )
        east, north = math.ceil(max(lons) + ZONE_MARGIN_DEG), math.ceil(max(lats) + ZONE_MARGIN_DEG)
        box = (max(west, -180), max(south, -90), min(east, 180), min(north, 90))
        ground = country_ground(country, *box) if country else land_area(*box)
        return zones(own, land=ground)


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode())
        try:
            digest.update(path.read_bytes())
        except OSError as exc:
            raise SeedError(path.name, None, f"cannot be read: {exc.strerror}") from exc
    return digest.hexdigest()


def _read_project(path: Path) -> Project:
    if not path.exists():
        return Project()
    record = Record(path.name, None, tables(path, "title", "deck", "view"))
    usual = Project()
    return Project(
        title=record.text("title", usual.title),
        deck=record.text("deck", usual.deck),
        view=record.text("view", usual.view),
    )


def _load_seeds(store: Store, root: Path) -> None:
    """Load the seeds if they are not the ones already stored. Changes nothing if any is broken."""
    reports = root / "seeds" / "reports"
    actors = root / "data" / "actors"
    places = root / "data" / "local"
    files = sorted([*reports.glob("*.toml"), *actors.glob("*.toml"), *places.glob("*.toml")])
    readers = [Path(__file__).with_name(name) for name in ("seeds.py", "records.py")]
    fingerprint = _fingerprint([*files, *readers, GAZETTEER])
    if store.meta("seeds") == fingerprint:
        return
    from geo.geocode import open_lookup  # only a new database needs the gazetteer here

    data = load_seeds(reports, load_actors(actors), open_lookup())
    try:
        store.replace_seeds(
            data.actors.values(), data.reports, data.events, fingerprint=fingerprint
        )
    except StoreError:
        # Another process that started at the same moment may just have loaded the same seeds.
        if store.meta("seeds") != fingerprint:
            raise


def plain_names(events: tuple[Event, ...], borders: Iterable[BorderDistance]) -> dict[str, str]:
    """Plain names of the country and admin-1 codes that events and borders use."""
    from geo.geocode import open_lookup

    gazetteer = open_lookup().gazetteer
    codes = {code for event in events for code in (event.place.country, event.place.admin1)}
    codes |= {note.country for event in events for note in event.candidates}
    codes |= {code for border in borders for code in (*border.pair, border.side)}
    names = {code: gazetteer.code_name(code) for code in codes if code}
    return {**territory_names(), **{code: name for code, name in names.items() if name}}


def open_workspace(*, root: Path = ROOT, url: str | None = None) -> Workspace:
    """Open the store at ``url`` (the user's own by default) with the seeds below ``root``.

    A broken seed never takes what is stored away: its message is put into ``problems``, and the
    workspace holds what was there before. Raises StoreError if the store cannot be opened.
    """
    store = open_store(url)
    problems: list[str] = []
    project = Project()
    try:
        project = _read_project(root / "seeds" / "project.toml")
    except DatelineError as exc:
        problems.append(str(exc))
    try:
        _load_seeds(store, root)
    except DatelineError as exc:
        problems.append(str(exc))
    snapshot = store.snapshot()
    distances = Late(lambda: place_borders((e.place for e in snapshot.events), DEFAULT_POLICY))
    names = Late(lambda: plain_names(snapshot.events, distances.values()))
    return Workspace(snapshot, project, distances, names, tuple(problems))
