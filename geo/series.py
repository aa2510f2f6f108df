"""More than one map of one view: two days beside each other, a grid of days, a run of days.

``pair``, ``multiples`` and ``film`` go from a workspace, a view and options to the bytes of a file.
``series_of`` gives what they are made from, with its alternative text and caption. All maps of a
picture share projection, extent, scale, key, and the places of their names; see
``geo.figure.plan``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from geo.animation import FFMPEG_MISSING, gif, has_ffmpeg, mp4
from geo.caption import ALT_LENGTH
from geo.change import difference
from geo.errors import InputError
from geo.headline import permalink
from geo.lines import apply_layers
from geo.options import Options
from geo.picture import scene_of
from geo.turns import (
    MOST_DAYS,
    Turn,
    chosen_days,
    day_words,
    days_of_change,
    holds_words,
    long_words,
    news_words,
    span_of,
    stepped_days,
    turns,
    turns_words,
)
from geo.view import View
from geo.workspace import Workspace

if TYPE_CHECKING:
    from geo.figure import Scene  # brings matplotlib, which the page does not need to open
    from geo.figure.plan import Panel
    from geo.figure.run import Pixels

__all__ = [
    "FILM_FORMATS",
    "MOST_MAPS",
    "Series",
    "composed",
    "film",
    "filmed",
    "multiples",
    "pair",
    "series_of",
    "stills",
]

FILM_FORMATS = ("gif", "mp4")
LEAST_MAPS, MOST_MAPS = 3, 12
USUAL_MAPS = 6
SECONDS = 1.0  # a day's picture stands, if no other time is asked for
HOLD_FIRST, HOLD_LAST = 2.0, 3.5  # times as long for the first and the last
# Wordings of what turned, from the longest on: places named, and parts told.
_WORDINGS = ((6, 99), (4, 99), (3, 99), (2, 99), (2, 6), (2, 4), (2, 3), (2, 2), (1, 2), (1, 1))
_KINDS = {"pair": "a pair", "multiples": "a sheet of small maps", "film": "a film"}
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Series:
    """The same view on several days, in order: what all these pictures are made from."""

    workspace: Workspace
    view: View
    options: Options
    days: tuple[date, ...]
    kind: str  # pair, multiples or film

    @cached_property
    def turned(self) -> tuple[tuple[Turn, ...], ...]:
        """What turned since the day before, for each day; nothing for the first."""
        steps = zip(self.days, self.days[1:], strict=False)
        return ((), *(turns(self.workspace, self.view, a, b) for a, b in steps))

    def _view(self, day: date) -> View:
        since = min(self.view.since, day) if self.view.since else None
        return replace(self.view, since=since, until=day, compare="", event_id=None)

    @cached_property
    def panels(self) -> tuple[Panel, ...]:
        """One for each day."""
        from geo.figure.plan import Panel

        workspace, options, found = self.workspace, self.options, []
        # The usual line of a single map says how sure that one day is.
        deck = workspace.project.deck if options.deck is None else options.deck
        for day, turned in zip(self.days, self.turned, strict=True):
            scene = scene_of(workspace, self._view(day), title=options.title, deck=deck)
            words = self._first_words(scene) if day == self.days[0] else self._words(day, turned)
            found.append(Panel(scene, day_words(day), words, {turn.place_id for turn in turned}))
        return tuple(found)

    def _first_words(self, scene: Scene) -> list[str]:
        told = Counter(event.place.place_id for event in self.workspace.events)
        actors = self.workspace.actors
        return [holds_words(scene.controls, actors, named=n, told=told) for n in (4, 3, 2, 1, 0)]

    def _words(self, day: date, turned: Sequence[Turn]) -> list[str]:
        if turned:
            actors = self.workspace.actors
            return [turns_words(turned, actors, named=n, most=m) for n, m in _WORDINGS]
        before = self.days[self.days.index(day) - 1]
        shown = self.workspace.show(self._view(day)).selection.shown
        return news_words(shown, before, day)

    @cached_property
    def scene(self) -> Scene:
        """The words of header and footer, with the alternative text."""
        last = self.panels[-1].scene
        # A link opens the last day, beside the first one where there are two.
        beside = self.days[0].isoformat() if self.kind == "pair" else ""
        view = replace(self.view, until=self.days[-1], compare=beside)
        return replace(
            last,
            as_of_words=self.options.as_of or self._when(),
            link=permalink(self.options.link, view),
            view_text=view.query(),
            notes=(*last.notes, *self.notes),
            sources=tuple(dict.fromkeys(s for p in self.panels for s in p.scene.sources)),
            description=self.alt_text,
        )

    def _when(self) -> str:
        first, last = long_words(self.days[0]), long_words(self.days[-1])
        if self.kind == "pair":
            return f"{first} and {last}"
        count = len(self.days)
        return f"{first} to {last}" + (f", {count} days" if self.kind == "multiples" else "")

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """How much ground changed hands from the first to the last day."""
        view = self.view
        if not view.zones or self.kind == "film":
            return ()
        layers = self.workspace.layers if view.lines else ()
        sides = [
            (day, apply_layers(self.workspace.day(day).zones, layers, day))
            for day in (self.days[0], self.days[-1])
        ]
        return (found,) if (found := _ground_words(self.workspace, view, sides)) else ()

    @cached_property
    def alt_text(self) -> str:
        """What the pictures show in at most 400 characters, for who does not see them."""
        title, days = self.panels[-1].scene.title, len(self.days)
        what = {"pair": "Two maps", "multiples": f"{days} maps", "film": f"Run of {days} maps"}
        start = f"{what[self.kind]}: {title}, {self._when().removesuffix(f', {days} days')}."
        whole = turns(self.workspace, self.view, self.days[0], self.days[-1])
        actors = self.workspace.actors
        first = f"At first {_lower(holds_words(self.panels[0].scene.controls, actors))}."
        for named, most in _WORDINGS:
            words = turns_words(whole, actors, named=named, most=most) or "No place changed hands"
            text = f"{start} {first} By the end: {words}."
            if len(text) <= ALT_LENGTH:
                return text
        return f"{text[: ALT_LENGTH - 1].rstrip()}…"

    @cached_property
    def caption(self) -> str:
        """A paragraph to print below: each day and what had changed by then, doubt and sources."""
        last = self.panels[-1].scene
        lines = [f"{last.title}, {self._when()}."]
        for panel, turned in zip(self.panels, self.turned, strict=True):
            if not turned and panel is not self.panels[0] and self.kind == "film":
                continue
            words = (
                turns_words(turned, self.workspace.actors, named=4) if turned else panel.words[-1]
            )
            lines.append(f"{long_words(panel.scene.as_of)}: {words}.")
        lines += [note if note.endswith(".") else f"{note}." for note in self.scene.notes]
        if last.zones:
            lines.append(
                "Areas are worked out from the reported places; land left blank is land no "
                "report tells about."
            )
        if self.scene.sources:
            lines.append(f"Sources: {'; '.join(self.scene.sources)}.")
        return " ".join(lines)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _ground_words(workspace: Workspace, view: View, sides: Sequence[tuple[date, object]]) -> str:
    """The ground that each side gained and lost, rounded to what can be known."""
    found = difference(sides[0], sides[1], workspace.terrain)  # type: ignore[arg-type]
    parts = []
    for actor in workspace.actors.values():
        total = found.total(actor.id)
        if view.actors and actor.id not in view.actors:
            continue
        gained, lost = round_km2(total.gained_km2), round_km2(total.lost_km2)
        words = []
        if gained:
            new = round_km2(total.gained_unknown_km2)
            words.append(
                f"gained {gained:,} km²" + (f" ({new:,} not told of before)" if new else "")
            )
        if lost:
            old = round_km2(total.lost_unknown_km2)
            words.append(f"lost {lost:,} km²" + (f" ({old:,} not told of any more)" if old else ""))
        if words:
            parts.append(f"{actor.short} {' and '.join(words)}")
    if not parts:
        return ""
    span = f"{day_words(sides[0][0])} to {day_words(sides[1][0])}"
    return f"Ground near reported places, {span}, roughly: {'; '.join(parts)}."


def round_km2(km2: float) -> int:
    """Two figures: no area here is known better. Nothing below 10 km²."""
    if km2 < 10:
        return 0
    step = 10 ** (len(str(int(km2))) - 2)
    return int(round(km2 / step) * step)


# -- which days ----------------------------------------------------------------------------------


def series_of(
    workspace: Workspace,
    view: View,
    options: Options | None = None,
    *,
    kind: str,
    days: Sequence[date] | None = None,
    count: int = USUAL_MAPS,
    step: int | None = None,
) -> Series:
    """The series of a ``kind`` (``pair``, ``multiples`` or ``film``), its days chosen if not given.

    A pair takes the day the view is compared with, or its first, and its last; ``multiples``
    ``count`` days on which something changed; a film every such day, or one each ``step`` days.
    Raises InputError for days that make no such picture.
    """
    first, last = span_of(workspace, view)
    if days is not None:
        found = tuple(sorted(set(days)))
    elif kind == "pair":
        other = _compared(view) or first
        found = tuple(sorted({other, last}))
    elif kind == "multiples":
        if not LEAST_MAPS <= count <= MOST_MAPS:
            msg = f"{count} maps: choose {LEAST_MAPS} to {MOST_MAPS}"
            raise InputError(msg)
        found = chosen_days(workspace, view, first, last, count)
    elif step is not None:
        found = stepped_days(first, last, step)
    else:
        found = days_of_change(workspace, view, first, last)
    least, most = {"pair": (2, 2), "multiples": (2, MOST_MAPS), "film": (2, MOST_DAYS)}[kind]
    if not least <= len(found) <= most:
        there = "there is 1 day" if len(found) == 1 else f"there are {len(found)} days"
        wanted = f"{least}" if least == most else f"{least} to {most}"
        msg = (
            f"{there} to show between {first} and {last}, and {_KINDS[kind]} needs {wanted}; "
            "change the dates of the view, or name the days"
        )
        raise InputError(msg)
    return Series(workspace, view, options or Options(), found, kind)


def _compared(view: View) -> date | None:
    try:
        return date.fromisoformat(view.compare)
    except ValueError:
        return None


# -- the pictures --------------------------------------------------------------------------------


def composed(series: Series) -> bytes:
    """All days of a pair or of multiples in one picture, as PNG, SVG or PDF."""
    from geo.figure.several import compose_several

    options = series.options
    return compose_several(
        series.panels,
        series.scene,
        options.sheet,
        style=options.style,
        scale=options.scale,
        fmt=options.fmt,
        limit=4 if series.kind == "pair" else 3,
    )


def pair(
    workspace: Workspace,
    view: View,
    options: Options | None = None,
    *,
    days: Sequence[date] | None = None,
) -> bytes:
    """Two days of a view in one picture. Raises as ``series_of``."""
    return composed(series_of(workspace, view, options, kind="pair", days=days))


def multiples(
    workspace: Workspace,
    view: View,
    options: Options | None = None,
    *,
    days: Sequence[date] | None = None,
    count: int = USUAL_MAPS,
) -> bytes:
    """Several days of a view in one picture. Raises as ``series_of``."""
    return composed(series_of(workspace, view, options, kind="multiples", days=days, count=count))


def film(
    workspace: Workspace,
    view: View,
    options: Options | None = None,
    *,
    days: Sequence[date] | None = None,
    step: int | None = None,
    seconds: float = SECONDS,
    fmt: str = "gif",
    scale: float = 1,
    progress: Progress | None = None,
) -> bytes:
    """A run over the days of a view; see ``filmed``. Raises as ``series_of`` and ``filmed``."""
    series = series_of(workspace, view, options, kind="film", days=days, step=step)
    return filmed(series, fmt=fmt, seconds=seconds, scale=scale, progress=progress)


def filmed(
    series: Series,
    *,
    fmt: str = "gif",
    seconds: float = SECONDS,
    scale: float = 1,
    progress: Progress | None = None,
) -> bytes:
    """The days as ``gif`` or ``mp4``, each ``seconds`` long, the first and the last longer.

    ``scale`` is dots for each px of the size (that of the options is for still pictures).
    ``progress`` is told how many pictures of how many are drawn. Raises InputError for what
    cannot be used, and where ffmpeg is missing for an MP4.
    """
    if fmt not in FILM_FORMATS:
        msg = f"{fmt[:20]!r} is not a film’s format; choose gif or mp4"
        raise InputError(msg)
    if not 0.1 <= seconds <= 20:
        msg = f"{seconds:g} seconds for each day: choose 0.1 to 20"
        raise InputError(msg)
    if fmt == "mp4" and not has_ffmpeg():
        raise InputError(FFMPEG_MISSING)
    times = [seconds] * len(series.days)
    times[0], times[-1] = seconds * HOLD_FIRST, seconds * HOLD_LAST
    frames = _frames(series, scale, progress)
    if fmt == "mp4":
        return mp4(frames, times, title=series.scene.title)
    return gif(frames, times, about=f"{series.scene.title}. {series.alt_text}")


def stills(series: Series, *, scale: float = 1) -> Iterator[tuple[str, bytes]]:
    """The pictures of a film one by one: a file name with the day, and the PNG.

    For readers who do not want motion, and for other programs.
    """
    from geo.figure.run import png_of

    for day, frame in zip(series.days, _frames(series, scale, None), strict=True):
        yield f"{day.isoformat()}.png", png_of(frame)


def _frames(series: Series, scale: float, progress: Progress | None) -> Iterator[Pixels]:
    from geo.figure.run import Run

    if not 0.25 <= scale <= 3:
        msg = f"scale {scale!r} is not between 0.25 and 3"
        raise InputError(msg)
    options = series.options
    run = Run(series.panels, series.scene, options.sheet, style=options.style, scale=scale)
    for number, frame in enumerate(run.frames(), start=1):
        if progress is not None:
            progress(number, len(series.days))
        yield frame
