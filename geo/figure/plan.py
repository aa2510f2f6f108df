"""One of several maps of the same ground: same base map, same places for names, another day.

A plan is one map of all days together. It says where every name stands; each day's map then
shows those of its names that it has a reason to show, so nothing moves from map to map.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import shapely

from geo.figure.canvas import Box, Canvas
from geo.figure.ground import Name
from geo.figure.key import Visible
from geo.figure.labels import Label, Line
from geo.figure.lettering import clean
from geo.figure.mapsheet import MapSheet, Names
from geo.figure.marks import Mark, count_box
from geo.figure.projection import View
from geo.figure.scene import Scene
from geo.figure.style import Palette, Type
from geo.figure.territory import Patch
from geo.model import Control, Event

__all__ = ["Panel", "PanelMap", "Plan", "draw_turned", "together"]

# How many px more than usual names stay off a mark: the ring of what turned needs room.
AIR = 3.0
# One name of the base map for each so many square px of a map (and no more than MapSheet has).
TOWN_PX2 = 17_000
SMALLER_MARKS = 0.72
MAIN = 5


@dataclass(frozen=True, slots=True)
class Panel:
    """One map among several: its scene, its day as a head, and what to say below it.

    ``words`` are told from the longest wording to the shortest; the first that fits is set.
    ``turned`` are the ids of the places that changed since the map before.
    """

    scene: Scene
    head: str
    words: Sequence[str] = ()
    turned: Collection[str] = ()


def together(panels: Sequence[Panel]) -> Scene:
    """The last scene with all that any of them shows."""
    last = panels[-1].scene
    events: dict[str, Event] = {}
    controls: dict[str, Control] = {}
    for panel in panels:
        events.update((event.id, event) for event in panel.scene.events)
        for control in panel.scene.controls:
            key = control.place.place_id
            # A siege takes more room round a mark than none.
            if control.besieged_by or key not in controls or not controls[key].besieged_by:
                controls[key] = control
    scenes = [panel.scene for panel in panels]
    outlines = {key: shape for scene in scenes for key, shape in scene.outlines.items()}
    return replace(
        last,
        since=scenes[0].since,
        events=tuple(events.values()),
        controls=tuple(controls.values()),
        zones=tuple(zone for scene in scenes for zone in scene.zones),
        overlays=tuple(dict.fromkeys(o for scene in scenes for o in scene.overlays)),
        sources=tuple(dict.fromkeys(s for scene in scenes for s in scene.sources)),
        notes=last.notes,
        outlines=outlines,
    )


class PanelMap(MapSheet):
    """The map of one day within a plan."""

    def __init__(self, panel: Panel, plan: Plan) -> None:
        base = plan.map
        super().__init__(panel.scene, base.view, base.type, base.colours, base.ground)
        self.plan, self.turned = plan, frozenset(panel.turned)
        self.radius = plan.radius
        seen = [m for m in self.marks if m.kind != "country" and base.view.holds(m.x, m.y)]
        self.rings = {m.place.place_id: self._ring(m) for m in seen if m.events}
        self.furnished = False

    def furnish(self, inset: Box | None = None) -> None:
        """Let this map have the scale bar, and the locator if there is one."""
        self.furnished, self.inset = True, inset

    def place_names(self) -> Names:
        """The plan's names, as far as this day has a reason to show them."""
        names = self.plan.names
        here = {mark.place.place_id: mark for mark in self.marks}
        shown = {m.place.place_id for m in self.visible.marks}
        if self.plan.small:
            # Before and after are compared place by place; in a row of days what turned stands out.
            pair = len(self.plan.maps) == 2
            turned = self.turned.union(*(m.turned for m in self.plan.maps if pair))
            shown &= self.plan.always | turned
        places = [label for label in names.places if label.key in shown]
        # A town that nothing is told of yet is a town all the same.
        towns = [*names.towns]
        dots = [*names.dots]
        for label in () if self.plan.small else names.places:
            town = self.plan.towns.get(label.key)
            if label.key not in shown and town is not None:
                towns.append(self._as_town(label))
                dots.append(town)
        areas = [
            self._counted(label, here[label.key])
            for label in names.areas
            if label.key in here and here[label.key].events
        ]
        self.badges = self._counts()
        self.labels = [*places, *areas, *names.countries, *towns]
        return replace(names, places=places, areas=areas, towns=towns, dots=dots)

    def _as_town(self, label: Label) -> Label:
        t, c = self.type, self.colours
        return replace(
            label, name="town", lines=(Line(label.lines[0].words, t.town, c.town),), leader=None
        )

    @staticmethod
    def _counted(label: Label, mark: Mark) -> Label:
        """The name of an area with the number of this day's reports about it."""
        name, *_, told = label.lines
        count = len(mark.events)
        words = f"{count} reports" if count > 1 else "1 report"
        return replace(label, lines=(name, replace(told, words=words)))

    def _counts(self) -> list[tuple[Box, float, float, int | str]]:
        """How many reports each mark has on this day, in the plan's places for them."""
        size = self.type.small * 0.82
        spots = self.plan.badges
        found: list[tuple[Box, float, float, int | str]] = []
        for mark in self.visible.marks:
            count = len(mark.events)
            if count > 1 and mark.place.place_id in spots:
                x, y = spots[mark.place.place_id]
                found.append((count_box(x, y, count, size), x, y, count))
        return found

    def draw_names(self, canvas: Canvas, names: Names) -> None:
        """Names and marks, with a ring round those that turned."""
        with canvas.layer("turned"):
            for mark in self.visible.marks:
                if mark.place.place_id in self.turned:
                    besieged = mark.control is not None and bool(mark.control.besieged_by)
                    draw_turned(canvas, mark.x, mark.y, self.radius, self.colours, wide=besieged)
        super().draw_names(canvas, names)


def draw_turned(
    canvas: Canvas, x: float, y: float, radius: float, colours: Palette, *, wide: bool = False
) -> None:
    """A ring round a mark whose place turned; ``wide`` leaves room for the sign of a siege."""
    reach = radius * (2.15 if wide else 1.0) + 3.4
    canvas.circle(x, y, reach, stroke=colours.land, width=4.0, alpha=0.9)
    canvas.circle(x, y, reach, stroke=colours.ink, width=1.7)


class Plan:
    """All panels laid out in one view: one base map, and one place for every name.

    On ``small`` maps only the names that matter most are set, in one script, and no counts.
    """

    def __init__(
        self,
        panels: Sequence[Panel],
        scene: Scene,
        view: View,
        t: Type,
        colours: Palette,
        *,
        small: bool = False,
    ) -> None:
        self.small = small
        # The zones of all days at once are no zones: each day's own are added below.
        scene = replace(_plain(scene) if self.small else scene, zones=())
        self.map = MapSheet(scene, view, t, colours)
        # A letter in a mark needs its room on a small map too.
        smaller = SMALLER_MARKS if not colours.grey else 0.9
        self.radius = self.map.radius * (smaller if self.small else 1.0)
        self.badges: dict[str, tuple[float, float]] = {}
        self.always: frozenset[str] = frozenset()
        self.towns = self._towns()
        self.names = Names((), (), (), (), (), ())
        self.maps = [PanelMap(panel, self) for panel in panels]
        self.map.patches = [patch for sheet in self.maps for patch in sheet.patches]

    @property
    def visible(self) -> Visible:
        """What can be seen on any of the maps, for the key."""
        seen = [sheet.visible for sheet in self.maps]
        return replace(
            self.map.visible,
            marks=[
                # Without counts on the maps, the key need not explain them.
                replace(mark, events=mark.events[:1]) if self.small else mark
                for one in seen
                for mark in one.marks
            ],
            patches=self.map.patches,
            rings=any(one.rings for one in seen),
            laid=[item for one in seen for item in one.laid],
        )

    @property
    def turned(self) -> bool:
        """Whether any place that can be seen turned."""
        return any(
            mark.place.place_id in sheet.turned
            for sheet in self.maps
            for mark in sheet.visible.marks
        )

    def place(self) -> None:
        """Find every name its place, once for all maps."""
        sheet = self.map
        sheet.radius, sheet.tells_nameless = self.radius + AIR, not self.small
        sheet.patches = _grounds(self.maps)
        if self.small:
            self.always = self._most_told()
            main = self.always.union(*(one.turned for one in self.maps))
            sheet.unnamed = frozenset(m.place.place_id for m in sheet.visible.marks) - main
        names = sheet.place_names()
        sheet.radius = self.radius
        left, top, right, bottom = sheet.view.box
        most = int((right - left) * (bottom - top) / TOWN_PX2)
        towns = [label for label in names.towns if label.name == "town"]
        regions = [label for label in names.towns if label.name != "town"]
        self.names = replace(
            names, towns=[*towns[:most], *regions[: most // 3]], dots=names.dots[:most]
        )
        if self.small:
            self.names = replace(self.names, areas=())
        else:
            self.badges = sheet.badge_at

    def _most_told(self) -> frozenset[str]:
        """The places that most is told of: named on every map, for bearings."""
        told = sorted(
            self.map.visible.marks, key=lambda m: (-len(m.events), m.place.name, m.place.place_id)
        )
        return frozenset(mark.place.place_id for mark in told[:MAIN])

    def _towns(self) -> dict[str, Name]:
        """The reported places that the base map knows as towns, by place id."""
        found = {}
        for mark in self.map.visible.marks:
            for town in self.map.ground.towns:
                if clean(town.words).casefold() == clean(mark.place.name).casefold():
                    found[mark.place.place_id] = town
                    break
        return found


def _plain(scene: Scene) -> Scene:
    """The scene with names in one script only."""
    events = [replace(e, place=replace(e.place, arabic=None)) for e in scene.events]
    controls = [replace(c, place=replace(c.place, arabic=None)) for c in scene.controls]
    return replace(scene, events=events, controls=controls)


def _grounds(maps: Sequence[PanelMap]) -> list[Patch]:
    """All ground that is coloured on any map, as one patch; names of countries stay off it."""
    found = [patch.whole for sheet in maps for patch in sheet.patches]
    if not found:
        return []
    return [Patch((), "held", ((1.0, shapely.union_all(found, grid_size=0.05)),))]
