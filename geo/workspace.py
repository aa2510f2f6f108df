"""What is open: the stored reports and events, and all that a view of them computes.

``open_workspace`` opens the store, loads the seeds on first run (or when they have changed) and
measures each place's distance to a border. ``Workspace.show`` turns a view into what every
output shares: the map, the table, the picture and the export can therefore never disagree.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from geo.areas import land_area
from geo.borders import BorderDistance, open_borders
from geo.control import control_on
from geo.dates import DateSpan
from geo.errors import DatelineError, SeedError, StoreError
from geo.geocode import open_geocoder
from geo.grounds import country_ground
from geo.model import Actor, Control, Event, Report, Zone
from geo.records import Record, tables
from geo.seeds import load_actors, load_seeds
from geo.store import Snapshot, Store, open_store
from geo.view import Selection, View, campaign, family, parse_view, select
from geo.zones import zones

__all__ = ["ROOT", "Project", "Shown", "Workspace", "open_workspace"]

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
    _shown: dict[View, Shown] = field(default_factory=dict, repr=False)
    _areas: dict[date, tuple[Zone, ...]] = field(default_factory=dict, repr=False)

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
        view, _ = parse_view(
            self.project.view, actors=self.actors, publishers=self.publishers, default=whole
        )
        return view

    def parse(self, query: str | Mapping[str, list[str]]) -> tuple[View, tuple[str, ...]]:
        """Read a permalink against what is stored; see ``geo.view.parse_view``."""
        view, problems = parse_view(
            query, actors=self.actors, publishers=self.publishers, default=self.default_view
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
        selection = select(
            self.events, view, actors=self.actors, reports=self.reports, borders=self.borders
        )
        on = view.until or self.period[1]
        # Who holds a place is judged on all the evidence; filters only choose what is drawn.
        controls = control_on(self.events, on, self.actors)
        drawn = self._zones(on, controls) if view.zones else ()
        if view.actors:
            wanted = family(view.actors, self.actors)
            drawn = tuple(zone for zone in drawn if wanted.intersection(zone.holders))
        return Shown(view, on, selection, controls, drawn)

    def _zones(self, on: date, controls: Sequence[Control]) -> tuple[Zone, ...]:
        found = self._areas.get(on)
        if found is None:
            countries = sorted({control.place.country or "" for control in controls})
            found = self._areas[on] = tuple(
                zone for country in countries for zone in self._country_zones(controls, country)
            )
        return found

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
    data = load_seeds(reports, load_actors(actors), open_geocoder())
    try:
        store.replace_seeds(
            data.actors.values(), data.reports, data.events, fingerprint=fingerprint
        )
    except StoreError:
        # Another process that started at the same moment may just have loaded the same seeds.
        if store.meta("seeds") != fingerprint:
            raise


def _plain_names(events: tuple[Event, ...], borders: Iterable[BorderDistance]) -> dict[str, str]:
    """Plain names of the country and admin-1 codes that events and borders use."""
    gazetteer = open_geocoder().gazetteer
    codes = {code for event in events for code in (event.place.country, event.place.admin1)}
    codes |= {note.country for event in events for note in event.candidates}
    codes |= {code for border in borders for code in (*border.pair, border.side)}
    names = {code: gazetteer.code_name(code) for code in codes if code}
    return {code: name for code, name in names.items() if name}


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
    borders = open_borders()
    places = {event.place.place_id: event.place for event in snapshot.events}
    distances = {
        key: borders.nearest(place.lat, place.lon, place.precision_km)
        for key, place in places.items()
    }
    names = _plain_names(snapshot.events, distances.values())
    return Workspace(snapshot, project, distances, names, tuple(problems))
