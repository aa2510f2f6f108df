"""Names of a place that are read from the files when first looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.gazetteer.files import Files

__all__ = ["LazyNames"]


class LazyNames(Mapping[str, tuple[str, ...]]):
    """Names by language tag, read from the files when first asked for.

    ``first`` are names that go before those of the files.
    """

    __slots__ = ("_files", "_first", "_found", "_row")

    def __init__(
        self, files: Files, row: int, first: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        self._files = files
        self._row = row
        self._first = first or {}
        self._found: Mapping[str, tuple[str, ...]] | None = None

    def _names(self) -> Mapping[str, tuple[str, ...]]:
        if self._found is None:
            names = self._files.names(self._row)
            for tag, texts in self._first.items():
                names[tag] = tuple(dict.fromkeys((*texts, *names.get(tag, ()))))
            self._found = names
        return self._found

    def __getitem__(self, key: str) -> tuple[str, ...]:
        return self._names()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def __repr__(self) -> str:
        return repr(dict(self._names()))

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self._names()),)
