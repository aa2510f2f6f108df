"""An event while it is being read: its parts, and the tokens that tell them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from geo.dates import DateSpan
from geo.model import EventType, Numbers
from geo.reading.actors import ActorWords
from geo.reading.page import PlaceWords, Speech
from geo.reading.tokens import Sentence
from geo.reading.triggers import Trigger

__all__ = ["Draft", "Parts", "Resolve", "innermost"]

Resolve = Callable[[ActorWords], tuple[str, ...]]


@dataclass(slots=True)
class Parts:
    """The parts found, and the tokens that tell them. ``cost`` is how far they were fetched."""

    agents: list[str] = field(default_factory=list)
    allies: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    places: list[PlaceWords] = field(default_factory=list)
    date: DateSpan | None = None
    dated_by_saying: bool = False
    tokens: list[int] = field(default_factory=list)
    agent_cost: float = 9.0
    agent_kind: str = ""
    place_cost: float = 9.0
    date_cost: float = 9.0


@dataclass(slots=True)
class Draft:
    """An event before it is written down."""

    type: EventType
    trigger: Trigger
    sent: Sentence
    parts: Parts
    place: PlaceWords
    speech: Speech | None
    date: DateSpan
    numbers: Numbers | None = None


def innermost(speeches: Sequence[Speech], i: int) -> Speech | None:
    """The speech that token ``i`` stands in, the shortest if several."""
    inside = [s for s in speeches if s.first <= i < s.last]
    return min(inside, key=lambda s: s.last - s.first, default=None)
