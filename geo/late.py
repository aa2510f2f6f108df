"""A mapping that is worked out when somebody first looks into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Generic, TypeVar

__all__ = ["Late"]

V = TypeVar("V")


class Late(Mapping[str, V], Generic[V]):
    """The mapping that ``make`` returns, made once and only if it is needed.

    A picture of the usual view, say, needs neither border distances nor the gazetteer's names;
    opening both would take a fifth of a second of its two.
    """

    def __init__(self, make: Callable[[], Mapping[str, V]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Mapping[str, V]:
        return self._make()

    def __getitem__(self, key: str) -> V:
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)
