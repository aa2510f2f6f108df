"""The map itself: what is on it, where the names go, and the order of drawing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from matplotlib.path import Path
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.figure.along import Bent
from geo.figure.badges import place_badges
from geo.figure.canvas import Box, Canvas
from geo.figure.furniture import Locator, draw_north, draw_scale_bar, north_boxes, scale_bar_box
from geo.figure.ground import Ground, Name, draw_land, draw_lines
from geo.figure.key import Visible
from geo.figure.labels import Label, Placer, draw_label
from geo.figure.looks import look_of, symbol_of
from geo.figure.marks import (
    WIDE_KM,
    Mark,
    draw_count,
    draw_mark,
    draw_marks,
    draw_ring,
    draw_siege,
    group,
    ring,
)
from geo.figure.missed import name_or_tell
from geo.figure.names import (
    MANY,
    mark_radius,
    name_areas,
    name_countries,
    name_marks,
    name_rivers,
    name_towns,
)
from geo.figure.overlays import draw_overlays, laid
from geo.figure.projection import View, as_geometry, outline_path
from geo.figure.scene import Scene
from geo.figure.style import Palette, Type
from geo.figure.survey import country_names, survey, survey_inset
from geo.figure.territory import Patch, actor_colour, draw_patches, patches
from geo.model import Event, Tier

__all__ = ["MapSheet", "Names"]

# Towns that are named although nothing is reported from them.
TOWNS = 42
# Below this zoom a map shows a continent or more.
CONTINENT_ZOOM = 3.5


@dataclass(frozen=True, slots=True)
class Names:
    """All names of one map, placed: of reported places and areas, and those of the base map."""

    places: Sequence[Label]
    areas: Sequence[Label]
    countries: Sequence[Label]
    towns: Sequence[Label]
    dots: Sequence[Name]
    rivers: Sequence[Bent]
    nameless: Label | None = None


class MapSheet:
    """A map of a scene in a view: gathers what is seen at once, places names when drawn.

    ``ground`` is the base map of the view, where it has been read before.
    """

    def __init__(
        self,
        scene: Scene,
        view: View,
        t: Type,
        colours: Palette,
        ground: Ground | None = None,
    ) -> None:
        self.scene, self.view, self.type, self.colours = scene, view, t, colours
        everything = group(scene.events, scene.controls, view)
        self.shapes = self._outlines(everything)
        self.marks = [
            m
            for m in everything
            if m.kind == "country" or view.holds(m.x, m.y) or m.place.place_id in self.shapes
        ]
        seen = [m for m in self.marks if m.kind != "country" and view.holds(m.x, m.y)]
        self.outside = sum(len(m.events) for m in everything) - sum(
            len(m.events) for m in self.marks
        )
        self.patches = patches(scene.zones, view)
        self.laid = laid(scene.overlays, view)
        self.ground = ground if ground is not None else survey(view)
        self.labels: list[Label] = []
        self.obstacles: list[Box] = []
        self.inset: Box | None = None
        self.tells_nameless = True  # whether to say which marks have no room for a name
        self.unnamed: frozenset[str] = frozenset()  # places to leave without a name
        self.badge_at: dict[str, tuple[float, float]] = {}
        self.numbers: dict[str, str] = {}  # numbers in the list of reports, by place id
        self.furnished = True  # with a scale bar; one of several maps may leave it to another
        self.badges: list[tuple[Box, float, float, int | str]] = []
        # A letter needs a little more room than a dot.
        self.radius = mark_radius(t, seen) * (1.22 if colours.grey else 1.0)
        self.rings = {m.place.place_id: self._ring(m) for m in seen if m.events}
        self.visible = Visible(
            marks=[m for m in seen if m.kind == "point"],
            patches=self.patches,
            borders=bool(self.ground.borders),
            disputed=bool(self.ground.disputed),
            admin=bool(self.ground.admin),
            rings=any(r is not None for r in self.rings.values()),
            outlines=bool(self.shapes),
            band_km=scene.band_km if scene.band is not None else None,
            laid=self.laid,
            laid_head=scene.overlay_head,
            laid_words=scene.overlay_words,
            numbered=scene.numbered,
        )

    def _outlines(self, marks: Sequence[Mark]) -> dict[str, BaseGeometry]:
        """The shapes of reported areas that reach into the map, in px."""
        found = {}
        for mark in marks:
            shape = self.scene.outlines.get(mark.place.place_id)
            if shape is not None and mark.kind == "area" and mark.events:
                area = self.view.area(as_geometry(shape))
                if area.intersects(shapely.box(*self.view.box)):
                    found[mark.place.place_id] = area
        return found

    @property
    def told(self) -> list[Event]:
        """The events that can be seen."""
        return [event for mark in self.marks for event in mark.events]

    def make_room(self) -> bool:
        """Find the emptiest corner for a locator inset; False if every corner is in use."""
        if not Locator.helps(self.view):
            return False
        s = self.type.scale
        left, top, right, bottom = self.view.box
        wide = min(0.24 * (right - left), 216 * s)
        tall = Locator(self.view, survey_inset, self.type, self.colours).height(wide)
        edge = 10 * s
        x0, x1 = left + edge, right - edge - wide
        y0, y1 = top + edge, bottom - edge - tall
        best: tuple[float, Box] | None = None
        for index, (x, y) in enumerate(((x1, y0), (x0, y0), (x1, y1), (x0, y1 - 50 * s))):
            box = (x, y, x + wide, y + tall)
            reach = self.radius * 2.2
            covered = any(
                box[0] - reach < m.x < box[2] + reach * 4
                and box[1] - reach * 2 < m.y < box[3] + reach * 2
                for m in self.visible.marks
            )
            if covered:
                continue
            frame = shapely.box(*box)
            price = sum(shapely.intersection(p.whole, frame).area for p in self.patches)
            price += sum(
                40 * shapely.intersection(shapely.LineString(line), frame).length
                for line in self.ground.borders
            )
            price = price / frame.area + index * 0.01
            if best is None or price < best[0]:
                best = (price, box)
        if best is None or best[0] > 0.35:
            return False
        self.inset = best[1]
        return True

    def _ring(self, mark: Mark) -> Path | None:
        place = mark.place
        if mark.kind in ("country", "line") or place.place_id in self.shapes:
            return None
        least = WIDE_KM if mark.kind == "point" else 0.0
        if place.precision_km <= least or place.precision_km > 400:
            return None
        if place.precision_km * self.view.px_per_km < self.radius * 1.7:
            return None
        return ring(place.lon, place.lat, place.precision_km, self.view)

    @staticmethod
    def _who(mark: Mark) -> str | None:
        """Whose colour a mark has: who acts in the newest event, or who holds the place."""
        newest = mark.newest
        holder = mark.control.holders[0] if mark.control and mark.control.holders else None
        return newest.lead if newest is not None else holder

    def _mark_colour(self, mark: Mark) -> str:
        return actor_colour(self.scene.actors, self._who(mark), self.colours)

    def draw(self, canvas: Canvas) -> None:
        """Draw everything inside the map's box, and its frame."""
        view, t, c, ground = self.view, self.type, self.colours, self.ground
        s = t.scale
        with canvas.clip(view.box):
            draw_land(canvas, ground, view, c)
            with canvas.layer("zones"):
                draw_patches(canvas, self.patches, self.scene.actors, c, scale=s)
            if self.laid:
                with canvas.layer("changes"):
                    draw_overlays(canvas, self.laid, self.patches, self.scene.actors, c, scale=s)
            if self.scene.band is not None:
                with canvas.layer("border-band"):
                    band = view.area(as_geometry(self.scene.band))
                    canvas.path(outline_path(band), fill=c.accent, alpha=0.13)
            with canvas.layer("areas"):
                for mark in self.marks:
                    area = self.shapes.get(mark.place.place_id)
                    if area is not None:
                        edge, colour = outline_path(area), self._mark_colour(mark)
                        canvas.path(edge, stroke=colour, width=5 * s, alpha=0.13)
                        canvas.path(edge, stroke=colour, width=1.2 * s, dash=(1.2 * s, 3.4 * s))
                    path = self.rings.get(mark.place.place_id)
                    if path is not None:
                        draw_ring(canvas, path, self._mark_colour(mark), s)
            # Lines thin out on maps of continents, where they crowd.
            draw_lines(canvas, ground, c, s * min(1.0, max(0.5, view.zoom / 6)))
            self.draw_names(canvas, self.place_names())
            if self.furnished and not view.wide:
                draw_scale_bar(canvas, view, t, c)
            draw_north(canvas, view, north_boxes(view, t, self.inset), t, c)
        if self.inset is not None:
            left, top, right, _ = self.inset
            Locator(view, survey_inset, t, c).draw(canvas, left, top, right - left)
        canvas.rect(view.box, stroke=c.rule, width=1.0 * s)

    def _reserve(self, placer: Placer) -> None:
        """Keep names off the marks and the scale bar, and away from lines."""
        t, radius = self.type, self.radius
        if not self.view.wide:
            placer.block(scale_bar_box(self.view, t))
        for box in north_boxes(self.view, t, self.inset):
            placer.block(box)
        if self.inset is not None:
            left, top, right, bottom = self.inset
            placer.block((left - 4, top - 4, right + 4, bottom + 4))
        for mark in self.visible.marks:
            reach = radius + 2 if mark.events else radius * 0.66
            if mark.control is not None and mark.control.besieged_by:
                reach = radius * 1.9
            placer.mark((mark.x - reach, mark.y - reach, mark.x + reach, mark.y + reach))
        self._place_badges(placer)
        self.obstacles = list(placer.taken)
        near = 1.0 if self.view.zoom >= CONTINENT_ZOOM else 0.1
        for lines, weight in (
            (self.ground.borders, 1.1),
            (self.ground.disputed, 1.1),
            (self.ground.coast, 0.5),
            # On a map of a continent every name lies on some river.
            ([p for r in self.ground.rivers if r.rank <= 3 for p in r.parts], 0.45 * near),
            (self.ground.admin, 0.25),
            (_edges(self.patches), 0.2),
        ):
            for line in lines:
                length = max(2, int(shapely.LineString(line).length // 7))
                even = shapely.line_interpolate_point(
                    shapely.LineString(line),
                    [i / length for i in range(length + 1)],
                    normalized=True,
                )
                placer.shun(shapely.get_coordinates(even), weight)

    def _place_badges(self, placer: Placer) -> None:
        """Find each badge its place; names keep off them."""
        found = place_badges(self.visible.marks, self.radius, self.type.small * 0.82, self.numbers)
        self.badges = [(badge.box, badge.x, badge.y, badge.says) for badge in found]
        self.badge_at = {key: (badge.x, badge.y) for badge in found for key in badge.places}
        for badge in found:
            placer.mark(badge.box)

    def place_names(self) -> Names:
        """Find every name its place."""
        from geo.areas import country_at

        t, c = self.type, self.colours
        placer = Placer(self.view.box)
        self._reserve(placer)
        avoid = shapely.union_all([p.whole for p in self.patches])
        named = [m for m in self.visible.marks if m.place.place_id not in self.unnamed]
        told = [m for m in self.marks if m.events]
        numbers = self.numbers

        def name(placer: Placer) -> tuple[list[Label], list[Label]]:
            places = name_marks(placer, named, self.radius, t, c, crowd=not self.view.wide)
            return places, name_areas(placer, told, self.shapes, self.view.px_per_km, t, c, numbers)

        # A number beside a mark names it; one without a badge is told with its name.
        without = self.unnamed.union(self.badge_at if numbers else ())
        wanted = [self._with_number(m) for m in told if m.place.place_id not in without]
        if len(named) > MANY or not self.tells_nameless:
            places, areas = name(placer)
            nameless = None
        else:
            placer, places, areas, nameless = name_or_tell(placer, name, wanted, t, c)
        countries = name_countries(
            placer, self.ground, self.view, country_at, country_names(), avoid, t, c
        )
        rivers = name_rivers(placer, self.ground, t) if self.view.zoom >= CONTINENT_ZOOM else []
        taken = {m.place.name.casefold() for m in self.marks}
        taken |= {_bare(name) for name in taken}
        towns, dots = name_towns(placer, self.ground, taken, t, c, TOWNS)
        self.labels = placer.placed
        return Names(places, areas, countries, towns, dots, rivers, nameless)

    def _with_number(self, mark: Mark) -> Mark:
        number = self.numbers.get(mark.place.place_id)
        if not number:
            return mark
        return replace(mark, place=replace(mark.place, name=f"{mark.place.name} ({number})"))

    def draw_names(self, canvas: Canvas, names: Names) -> None:
        """Draw the names and, between those of the base map and of reports, the marks."""
        t, c, s = self.type, self.colours, self.type.scale
        with canvas.layer("base-names"):
            for bent in names.rivers:
                canvas.path(bent.path, stroke=c.land, width=2.6 * s, alpha=0.8)
                canvas.path(bent.path, fill=c.water_text, name=f"river-{bent.words}")
            for dot in names.dots:
                canvas.circle(dot.x, dot.y, 2.2 * s, fill=c.town, stroke=c.land, width=0.9 * s)
            for label in (*names.countries, *names.towns):
                draw_label(canvas, label, c.land, 2.4 * s)
        with canvas.layer("leaders"):
            for label in names.places:
                if label.leader is not None:
                    ends = Path(list(label.leader))
                    canvas.path(ends, stroke=c.land, width=2.4 * s, alpha=0.8)
                    canvas.path(ends, stroke=c.text, width=0.8 * s)
        with canvas.layer("marks"):
            if len(self.visible.marks) > MANY:
                self._draw_many(canvas)
            else:
                for mark in self.visible.marks:
                    self._draw_mark(canvas, mark)
            for _, x, y, count in self.badges:
                draw_count(canvas, x, y, count, t.small * 0.82, c)
        with canvas.layer("place-names"):
            for label in (*names.areas, *names.places):
                draw_label(canvas, label, c.land, 2.8 * s)
        if names.nameless is not None:
            with canvas.layer("nameless"):
                left, top, right, bottom = names.nameless.box
                around = (left - 4 * s, top - 3 * s, right + 4 * s, bottom + 2 * s)
                canvas.rect(around, fill=c.land, alpha=0.72)
                draw_label(canvas, names.nameless, None)

    def _draw_many(self, canvas: Canvas) -> None:
        """Draw thousands of marks in one go for each tier and colour."""
        spots: dict[tuple[Tier | None, str, int], list[tuple[float, float]]] = defaultdict(list)
        for mark in self.visible.marks:
            tier = mark.newest.attribution.tier if mark.newest is not None else None
            corners = symbol_of(self.colours, self._who(mark))
            spots[tier, self._mark_colour(mark), corners].append((mark.x, mark.y))
        for (tier, colour, corners), at in sorted(spots.items(), key=lambda item: str(item[0])):
            draw_marks(canvas, at, self.radius, tier, colour, self.colours, corners)

    def _draw_mark(self, canvas: Canvas, mark: Mark) -> None:
        c, radius = self.colours, self.radius
        if mark.control is not None and mark.control.besieged_by:
            besieger = actor_colour(self.scene.actors, mark.control.besieged_by[0], c)
            letter = look_of(c, mark.control.besieged_by[0]).letter
            draw_siege(canvas, mark.x, mark.y, radius * 1.75, besieger, c, letter)
        tier = mark.newest.attribution.tier if mark.newest is not None else None
        letter = look_of(c, self._who(mark)).letter
        draw_mark(canvas, mark.x, mark.y, radius, tier, self._mark_colour(mark), c, letter)


def _edges(found: Sequence[Patch]) -> list[NDArray[np.float64]]:
    """The outlines of areas, in px."""
    rings = [shapely.get_parts(shapely.boundary(patch.whole)) for patch in found]
    return [shapely.get_coordinates(ring) for part in rings for ring in part]


def _bare(name: str) -> str:
    """A province's name without the word for province."""
    for word in ("governorate", "province", "district", "region", "state"):
        name = name.removesuffix(word).strip()
    return name
