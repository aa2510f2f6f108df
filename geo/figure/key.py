"""The key: only what can be seen on this map, in the order a reader asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from geo.figure.blocks import Item, Key, Row, Swatch
from geo.figure.canvas import Canvas
from geo.figure.lettering import clean, points
from geo.figure.looks import look_of, symbol_of
from geo.figure.marks import Mark, draw_count, draw_mark, draw_ring, draw_siege, symbol
from geo.figure.names import MANY
from geo.figure.overlays import DRAWN, Laid, draw_laid
from geo.figure.style import Palette, Type
from geo.figure.territory import Patch, actor_colour, draw_patch
from geo.model import Actor, Event, Tier

__all__ = ["Visible", "actor_name", "key_blocks", "latest"]

TIER_NOTES = {
    Tier.ASSESSED: ("Assessed", "two sources, or the losing side admits it"),
    Tier.REPORTED: ("Reported", "one independent source"),
    Tier.CLAIMED: ("Claimed", "only the side that gains says so"),
    Tier.DENIED: ("Denied", "a source says it is not so"),
}

CHANGE_WORDS = {
    "gained": "Gained",
    "left": "Lost to another",
    "lost": "Lost",
    "claimed": "Newly claimed",
    "contested": "Newly contested",
}


@dataclass(frozen=True, slots=True)
class Visible:
    """What the map shows, gathered while it is laid out."""

    marks: Sequence[Mark]
    patches: Sequence[Patch]
    borders: bool
    disputed: bool
    admin: bool
    rings: bool
    outlines: bool
    band_km: float | None
    border_name: str = "International border"
    laid: Sequence[Laid] = ()
    laid_head: str = "Changed"
    laid_words: Mapping[str, str] = field(default_factory=dict)
    numbered: bool = False

    @property
    def tiers(self) -> list[Tier]:
        """Tiers of the marks, strongest first."""
        shown = {m.newest.attribution.tier for m in self.marks if m.newest}
        return [tier for tier in Tier if tier in shown]


def actor_name(actors: Mapping[str, Actor], actor_id: str) -> str:
    """The actor's name for people, or its id where no set names it."""
    actor = actors.get(actor_id)
    return actor.name if actor else actor_id


def _actors_seen(seen: Visible, actors: Mapping[str, Actor]) -> list[str]:
    ids: set[str] = set()
    for patch in seen.patches:
        ids.update(patch.holders)
    ids.update(item.actor_id for item in seen.laid)
    for mark in seen.marks:
        if mark.newest is not None:
            actor = mark.newest.lead
            ids.update([actor] if actor else [])
        elif mark.control is not None:
            ids.update(mark.control.holders[:1])
        if mark.control is not None:
            ids.update(mark.control.besieged_by)
    return sorted(ids, key=lambda i: (actors[i].order if i in actors else 10**6, i))


def _ground_swatch(holders: tuple[str, ...], kind: str, scale: float) -> Patch:
    box = shapely.box(0, 0, 26 * scale, 15 * scale)
    return Patch(holders, kind, ((1.0 if kind == "held" else 0.8, box),))


def _draw_ground(
    canvas: Canvas,
    x: float,
    y: float,
    patch: Patch,
    actors: Mapping[str, Actor],
    colours: Palette,
    scale: float,
) -> None:
    left, top, right, bottom = patch.whole.bounds
    move = (x, y - (bottom - top) / 2)
    moved = tuple(
        (level, shapely.transform(ground, lambda xy: xy + move)) for level, ground in patch.steps
    )
    box = (x, move[1], x + right - left, move[1] + bottom - top)
    canvas.rect(box, fill=colours.land)
    draw_patch(canvas, Patch(patch.holders, patch.kind, moved), actors, colours, scale=scale)
    if patch.kind == "held":
        canvas.rect(box, stroke=actor_colour(actors, patch.holders[0], colours), width=0.8 * scale)


def key_blocks(
    seen: Visible,
    actors: Mapping[str, Actor],
    t: Type,
    colours: Palette,
    *,
    terse: bool = False,
    brief: bool = False,
) -> list[Key]:
    """The parts of the key, empty ones left out; ``terse`` leaves out the explanations, and
    ``brief`` the lines that any map has.
    """
    s = t.scale
    held = {p.holders[0] for p in seen.patches if p.kind == "held" and p.holders}
    who = []
    for actor_id in _actors_seen(seen, actors):
        actor = actors.get(actor_id)

        def swatch(canvas: Canvas, x: float, y: float, actor_id: str = actor_id) -> None:
            if colours.grey:
                _draw_grey_who(canvas, x, y, actor_id, seen, colours, s)
            elif actor_id in held:
                patch = _ground_swatch((actor_id,), "held", s)
                _draw_ground(canvas, x, y, patch, actors, colours, s)
            else:
                canvas.circle(x + 13 * s, y, 5.6 * s, fill=actor_colour(actors, actor_id, colours))

        name = clean(actor_name(actors, actor_id))
        who.append(Row(swatch, name, arabic=clean(actor.arabic or "") if actor else ""))
    ground = []
    if held:
        ground.append(
            Row(
                _faded(seen, actors, colours, s),
                "Held",
                f"{'paler' if colours.grey else 'fainter'}: further off, older or less sure",
            )
        )
    for kind, label, note in (
        ("claimed", "Claimed", "only the side that gains says so"),
        ("contested", "Contested", "sources disagree, or fighting goes on"),
    ):
        example = next((p for p in seen.patches if p.kind == kind), None)
        if example is not None:

            def striped(canvas: Canvas, x: float, y: float, p: Patch = example) -> None:
                patch = _ground_swatch(p.holders, p.kind, s)
                _draw_ground(canvas, x, y, patch, actors, colours, s)

            ground.append(Row(striped, label, note))
    blocks = [
        Key("Who", who, t, colours),
        Key("Areas", ground, t, colours),
        Key(seen.laid_head, _change_rows(seen, t, colours), t, colours),
        Key("Drawn by others", _drawn_rows(seen, t, colours), t, colours),
        Key("Reports", _mark_rows(seen, t, colours), t, colours),
        Key("Lines", _line_rows(seen, t, colours, brief=brief), t, colours),
    ]
    if terse:
        blocks = [
            replace(block, rows=[replace(row, note="") for row in block.rows]) for block in blocks
        ]
    return [block for block in blocks if block.rows]


def _draw_grey_who(
    canvas: Canvas, x: float, y: float, actor_id: str, seen: Visible, colours: Palette, s: float
) -> None:
    """An actor's pattern, if it has ground, and its letter (or its symbol, on a crowded map)."""
    ground = {holder for patch in seen.patches for holder in patch.holders}
    middle = 13 * s
    if actor_id in ground:
        patch = _ground_swatch((actor_id,), "held", s)
        _draw_ground(canvas, x, y, patch, {}, colours, s)
        middle = 21.5 * s
    letter = look_of(colours, actor_id).letter
    if len(seen.marks) > MANY:
        form = symbol(symbol_of(colours, actor_id), 4.4 * s)
        at = Path(points(form) + np.array([x + middle, y]), form.codes)
        canvas.path(at, fill=colours.ink, stroke=colours.knob, width=1.2 * s)
    else:
        draw_mark(canvas, x + middle, y, 7.0 * s, Tier.REPORTED, colours.ink, colours, letter)


def _sample(kind: str, t: Type, colours: Palette) -> Swatch:
    def draw(canvas: Canvas, x: float, y: float) -> None:
        s = t.scale
        if kind == DRAWN:
            ground: BaseGeometry = shapely.LineString([(x, y), (x + 26 * s, y)])
            ground = ground.buffer(0.01)
        else:
            ground = shapely.box(x, y - 7.5 * s, x + 26 * s, y + 7.5 * s)
        draw_laid(canvas, Laid("", kind, "", ground), colours.text, colours, scale=s)

    return draw


def _change_rows(seen: Visible, t: Type, colours: Palette) -> list[Row]:
    kinds = {item.kind for item in seen.laid}
    return [
        Row(_sample(kind, t, colours), seen.laid_words.get(kind, words))
        for kind, words in CHANGE_WORDS.items()
        if kind in kinds
    ]


def _drawn_rows(seen: Visible, t: Type, colours: Palette) -> list[Row]:
    titles = dict.fromkeys(item.title for item in seen.laid if item.kind == DRAWN)
    return [Row(_sample(DRAWN, t, colours), clean(title)) for title in titles]


def _faded(seen: Visible, actors: Mapping[str, Actor], colours: Palette, s: float) -> Swatch:
    first = next(p.holders for p in seen.patches if p.kind == "held")

    def draw(canvas: Canvas, x: float, y: float) -> None:
        top, bottom = y - 7.5 * s, y + 7.5 * s
        steps = tuple(
            (level, shapely.box(x, top, x + wide * s, bottom))
            for level, wide in ((0.42, 26.0), (0.58, 17.3), (0.8, 8.7))
        )
        canvas.rect((x, top, x + 26 * s, bottom), fill=colours.land)
        draw_patch(canvas, Patch(first[:1], "held", steps), actors, colours, scale=s)

    return draw


def _mark_rows(seen: Visible, t: Type, colours: Palette) -> list[Row]:
    s = t.scale
    rows = []
    for tier in seen.tiers:

        def mark(canvas: Canvas, x: float, y: float, tier: Tier = tier) -> None:
            # In grey the rims are those of the marks with letters, here without one.
            sample = " " if colours.grey and len(seen.marks) <= MANY else ""
            draw_mark(canvas, x + 13 * s, y, 6.8 * s, tier, colours.text, colours, sample)

        rows.append(Row(mark, *TIER_NOTES[tier]))
    if seen.numbered:

        def listed(canvas: Canvas, x: float, y: float) -> None:
            draw_count(canvas, x + 13 * s, y, "1–3", 9.5 * s, colours)

        rows.append(Row(listed, "Numbers of reports in the list"))
    elif any(len(m.events) > 1 for m in seen.marks):

        def count(canvas: Canvas, x: float, y: float) -> None:
            draw_count(canvas, x + 13 * s, y, 3, 9.5 * s, colours)

        rows.append(Row(count, "Several reports, newest shown"))
    if any(m.newest is None and m.kind == "point" for m in seen.marks):

        def dot(canvas: Canvas, x: float, y: float) -> None:
            letters = [look.letter for look in colours.looks.values()]
            sample = letters[0] if letters and len(seen.marks) <= MANY else ""
            draw_mark(canvas, x + 13 * s, y, 6.8 * s, None, colours.text, colours, sample)

        rows.append(Row(dot, "Held, by earlier reports"))
    if any(m.control is not None and m.control.besieged_by for m in seen.marks):

        def siege(canvas: Canvas, x: float, y: float) -> None:
            draw_siege(canvas, x + 13 * s, y, 7.5 * s, colours.text, colours)

        whose = "with the besieger’s letter" if colours.grey else "in the besieger’s colour"
        rows.append(Row(siege, f"Besieged, {whose}"))
    return rows


def _line_rows(seen: Visible, t: Type, colours: Palette, *, brief: bool) -> list[Row]:
    s = t.scale
    rows = []
    if seen.rings or seen.outlines:

        def ring(canvas: Canvas, x: float, y: float) -> None:
            path = shapely.Point(x + 13 * s, y).buffer(8 * s)
            from geo.figure.projection import outline_path

            draw_ring(canvas, outline_path(path), colours.text, s)

        rows.append(Row(ring, "Somewhere within" if seen.rings else "Area named in a report"))
    lines = (
        (seen.borders and not brief, seen.border_name, colours.border, 1.2, None),
        (seen.disputed, "Disputed border", colours.border, 1.2, (4.0, 3.0)),
        (seen.admin and not brief, "Province limit", colours.admin, 1.0, None),
    )
    for shown, label, colour, width, dash in lines:
        if not shown:
            continue

        def line(
            canvas: Canvas,
            x: float,
            y: float,
            colour: str = colour,
            width: float = width,
            dash: tuple[float, float] | None = dash,
        ) -> None:
            canvas.path(
                Path([(x, y), (x + 26 * s, y)]),
                stroke=colour,
                width=width * s,
                dash=[v * s for v in dash] if dash else None,
                cap="butt",
            )

        rows.append(Row(line, label))
    if seen.band_km is not None:

        def band(canvas: Canvas, x: float, y: float) -> None:
            canvas.rect((x, y - 7 * s, x + 26 * s, y + 7 * s), fill=colours.accent, alpha=0.13)

        rows.append(Row(band, f"Within {seen.band_km:g} km of a border"))
    return rows


def latest(
    events: Sequence[Event], actors: Mapping[str, Actor], t: Type, colours: Palette, most: int
) -> list[Item]:
    """The newest events in words, one for each summary."""
    found: list[Item] = []
    told: set[str] = set()
    order = sorted(
        (e for e in events if e.summary and e.date.latest),
        key=lambda e: (e.date.latest, e.type.changes_control, e.id),
        reverse=True,
    )
    for event in order:
        if event.summary in told or len(found) >= most:
            continue
        told.add(event.summary)
        tier, colour = event.attribution.tier, actor_colour(actors, event.lead, colours)

        def swatch(
            canvas: Canvas,
            x: float,
            y: float,
            tier: Tier = tier,
            colour: str = colour,
            lead: str | None = event.lead,
        ) -> None:
            letter = look_of(colours, lead).letter if colours.grey else ""
            draw_mark(canvas, x + 7 * t.scale, y, 5 * t.scale, tier, colour, colours, letter)

        found.append(
            Item(
                event.date.words(), clean(event.summary), clean(event.attribution.publisher), swatch
            )
        )
    return found
