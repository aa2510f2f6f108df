"""Gazetteers a person added: layers over the shipped one, in their own data folder.

A place that both have (the same GeoNames id, or the same name within a few kilometres) is one:
found under all names of both, at the user's point, with what the user's file lacks (province,
population, extent, notes on doubt) from the shipped one. A layer that cannot be read is left out
and told about; nothing else suffers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from geo.gazetteer import layout
from geo.gazetteer.files import precision_of
from geo.gazetteer.layers import NAMES, Layer, data_home, read_layers
from geo.gazetteer.names import LOOSE, bones, fold
from geo.gazetteer.segment import BONES, Segment
from geo.gazetteer.world import Facts, Gazetteer, Hit, Stretch
from geo.model import Place

__all__ = ["LayeredGazetteer", "data_home", "open_gazetteer"]

USER_BASE = 1 << 32  # rows from here on are the users'
_TRUST = 20.0  # places of one's own list go before namesakes that nobody picked out
_MINOR = 0.3


class LayeredGazetteer(Gazetteer):
    """The shipped gazetteer with layers over it; rows from ``USER_BASE`` on are the layers'."""

    def __init__(
        self, layers: Sequence[Layer], problems: Sequence[str] = (), **folders: Path
    ) -> None:
        super().__init__(**folders)
        self.problems = tuple(problems)
        self.layers = tuple(layers)
        self._segments: list[tuple[Segment, Layer, int]] = []
        self._starts: list[int] = []
        self._naming: list[Segment] = []
        start = USER_BASE
        for layer in layers:
            for segment in layer.segments:
                if layer.kind == NAMES:
                    self._naming.append(segment)
                    continue
                self._segments.append((segment, layer, start))
                self._starts.append(start)
                start += segment.rows
        self._over = lru_cache(maxsize=1 << 16)(self._find_over)
        self._canonical = lru_cache(maxsize=1 << 16)(self._find_canonical)
        self._user_facts = lru_cache(maxsize=1 << 14)(self._make_facts)

    # -- rows ------------------------------------------------------------------------------

    def _at(self, row: int) -> tuple[Segment, Layer, int]:
        segment, layer, start = self._segments[bisect_right(self._starts, row) - 1]
        return segment, layer, row - start

    def _user_row_of(self, place_id: str) -> int | None:
        """The row of a layer that has this id, or that is the shipped place with it."""
        kind, _, rest = place_id.partition(":")
        digits = kind == "geonames" and rest.isascii() and rest.isdigit() and len(rest) < 10
        gid = int(rest) if digits else 0
        for segment, _, start in self._segments:
            row = segment.row_of_gid(gid) if gid else None
            if row is None:
                row = segment.row_of_twin(place_id)
            if row is not None:
                return start + row
        return None

    def _find_over(self, row: int) -> int:
        if row >= USER_BASE:
            return row
        over = self._user_row_of(self._base_id(row))
        return row if over is None else over

    def _base_id(self, row: int) -> str:
        return super().place(row).id if row < 0 else self.files.id_of(row)

    def _user_id(self, row: int) -> str:
        """A place that is also shipped keeps its id, so that what was stored still fits."""
        segment, layer, at = self._at(row)
        gid = segment.gid[at]
        own = f"geonames:{gid}" if gid else f"user:{layer.name}/{segment.own_id(at)}"
        return segment.twin_of(at) or own

    def _find_canonical(self, row: int) -> int:
        """Of rows of several layers for one place, the one of the layer added last."""
        found = self.row_of(self._user_id(row))
        return row if found is None else found

    def _twin(self, row: int) -> int | None:
        """The shipped row that a user's row is."""
        segment, _, at = self._at(row)
        gid = segment.gid[at]
        found = super().row_of(f"geonames:{gid}") if gid else None
        if found is None and (twin := segment.twin_of(at)):
            found = super().row_of(twin)
        return found

    def row_of(self, place_id: str) -> int | None:
        """The row of an id of any kind, or None; of a place that both have, the user's row."""
        kind, _, rest = place_id.partition(":")
        if kind == "user":
            name, _, own_id = rest.partition("/")
            for segment, layer, start in self._segments:
                if layer.name == name and (row := segment.row_of_own_id(own_id)) is not None:
                    return start + row
            return None
        over = self._user_row_of(place_id)
        return super().row_of(place_id) if over is None else over

    # -- looking up ------------------------------------------------------------------------

    def hits(self, key: str) -> list[Hit]:
        """All places with this folded key, the user's first; a place may come twice."""
        if not key or key < " ":
            return []
        found = [
            Hit(self._canonical(start + row), flags)
            for segment, _, start in self._segments
            for row, flags in segment.records(key)
        ]
        found += [Hit(self._over(row), flags) for row, flags in super().hits(key)]
        for segment in self._naming:
            for at, flags in segment.records(key):
                named = self.row_of(f"geonames:{segment.gid[at]}")
                if named is not None:
                    found.append(Hit(named, flags & ~layout.KEY_MAIN))
        return found

    def scan(self, words: Sequence[str], start: int, longest: int = 8) -> list[Stretch]:
        """Names that begin at ``words[start]``, longest first, those of the layers among them."""
        found = set(super().scan(words, start, longest))
        ends: dict[int, int] = {}
        key = ""
        for end, word in enumerate(words[start : start + longest], start + 1):
            if not word:
                break
            key += word
            ends[len(key)] = end
        for segment in (*(segment for segment, _, _ in self._segments), *self._naming):
            for name in segment.trie.prefixes(key):
                if len(name) in ends:
                    found.add(Stretch(ends[len(name)], name))
        return sorted(found, reverse=True)

    def skeleton_hits(self, name: str, iso: str) -> list[tuple[int, str]]:
        """Rows of one country with the consonants of ``name``, each with the name that has them."""
        found = [(self._over(row), known) for row, known in super().skeleton_hits(name, iso)]
        shape = bones(name, iso) if iso in LOOSE else ""
        if len(shape) < 2:
            return found
        for segment, _, start in self._segments:
            for at, _ in segment.records(f"{BONES}{iso}:{shape}"):
                known = (n for names in segment.names(at).values() for n in names)
                row = self._canonical(start + at)
                found += [(row, n) for n in known if bones(n, iso) == shape][:1]
        return found

    def known(self, key: str) -> bool:
        """Whether any place has this folded key."""
        segments = (*(segment for segment, _, _ in self._segments), *self._naming)
        return super().known(key) or any(key in segment.trie for segment in segments)

    def main_keys(self, iso: str, most: int) -> Iterator[tuple[str, int]]:
        """Folded main names of a country's places with their rows, at most so many."""
        rows = (start + row for segment, _, start in self._segments for row in segment.rows_in(iso))
        return chain(self._own_keys(islice(rows, most)), super().main_keys(iso, most))

    def keys_near(
        self, iso: str, lat: float, lon: float, radius_km: float
    ) -> Iterator[tuple[str, int]]:
        """Folded main names of the places of a country within a radius, with their rows."""
        rows = (
            start + row
            for segment, _, start in self._segments
            for _, row in segment.rows_near(lat, lon, radius_km)
            if iso in segment.code("country", row).split()
        )
        return chain(self._own_keys(rows), super().keys_near(iso, lat, lon, radius_km))

    def _own_keys(self, rows: Iterable[int]) -> Iterator[tuple[str, int]]:
        """Main names of the users' rows that are no shipped places; those have their keys."""
        for row in rows:
            if self._twin(row) is None:
                yield fold(self.label(row)), row

    def near(self, lat: float, lon: float, radius_km: float) -> list[tuple[float, int]]:
        """Settlements within a radius: (km, row), nearest first; of twins the user's point."""
        found = [
            (km, start + row)
            for segment, _, start in self._segments
            for km, row in segment.rows_near(lat, lon, radius_km)
            if self._canonical(start + row) == start + row
        ]
        found += [(km, r) for km, r in super().near(lat, lon, radius_km) if self._over(r) == r]
        return sorted(found)

    # -- what a row is ---------------------------------------------------------------------

    def facts(self, row: int) -> Facts:
        """What ranking needs to know of a row."""
        row = self._over(row)
        return super().facts(row) if row < USER_BASE else self._user_facts(row)

    def _make_facts(self, row: int) -> Facts:
        segment, layer, at = self._at(row)
        twin = self._twin(row)
        base = None if twin is None else super().facts(twin)
        countries = tuple(segment.code("country", at).split())
        feature = segment.code("feature", at) or (base.feature if base else "PPL")
        # In a dump a school or a well weighs less than the village whose name it has.
        plain = 1.0 if feature.startswith(("P", "A", "STM", "RGN")) else _MINOR
        if base is not None:
            countries = base.countries if len(countries) != 1 else countries
        return replace(
            base or Facts("PPL", (), "", 0, 1, 0.0, 0.0),
            feature=feature,
            countries=countries,
            admin1=segment.code("admin1", at) or (base.admin1 if base else ""),
            population=segment.population[at] or (base.population if base else 0),
            spellings=max(segment.spellings[at], base.spellings if base else 0),
            lat=segment.lat[at] / layout.DEGREES,
            lon=segment.lon[at] / layout.DEGREES,
            trust=_TRUST if layer.own_list else plain,
        )

    def label(self, row: int) -> str:
        """The main name of a row, without making its place."""
        if row < USER_BASE:
            return super().label(row)
        segment, _, at = self._at(row)
        return segment.label(at)

    def place(self, row: int) -> Place:
        """The place of a row, with the names that layers of names add."""
        row = self._over(row)
        place = super().place(row) if row < USER_BASE else self._user_place(row)
        kind, _, rest = place.id.partition(":")
        if kind != "geonames" or not self._naming:
            return place
        more = [(s, at) for s in self._naming if (at := s.row_of_gid(int(rest))) is not None]
        if not more:
            return place

        def all_names() -> dict[str, tuple[str, ...]]:
            names = dict(place.names)
            for segment, at in more:
                names = _joined(names, segment.names(at))
            return names

        return replace(place, names=_LazyNames(all_names))

    def _user_place(self, row: int) -> Place:
        segment, layer, at = self._at(row)
        twin = self._twin(row)
        base = None if twin is None else super().place(twin)
        facts = self._user_facts(row)
        place_id = self._user_id(row)
        bbox = base.bbox if base else None
        precision = segment.precision[at] / 10 or precision_of(
            facts.feature, facts.population, bbox
        )
        unit = self.files.admin1_row(facts.admin1) if facts.admin1 else None
        place = Place(
            id=place_id,
            name=segment.label(at),
            lat=facts.lat,
            lon=facts.lon,
            feature_code=facts.feature,
            country=facts.countries[0] if len(facts.countries) == 1 else None,
            admin1=facts.admin1 or None,
            admin1_name=None if unit is None else super().label(unit),
            population=facts.population,
            precision_km=precision,
            names=_LazyNames(lambda: segment.names(at)),
            bbox=bbox,
            source=f"your gazetteer {layer.name}",
        )
        if base is None:
            return place
        if segment.gid[at] and not segment.twin_of(
            at
        ):  # the same record: what is known of its doubt still holds
            place = replace(place, name=base.name, precision_km=base.precision_km)
        both = _LazyNames(lambda: _joined(segment.names(at), base.names))
        return replace(place, names=both, note=base.note)


class _LazyNames(Mapping[str, tuple[str, ...]]):
    """Names by language tag, read when first asked for."""

    __slots__ = ("_found", "_make")

    def __init__(self, make: Callable[[], dict[str, tuple[str, ...]]]) -> None:
        self._make = make
        self._found: dict[str, tuple[str, ...]] | None = None

    def _names(self) -> dict[str, tuple[str, ...]]:
        if self._found is None:
            self._found = self._make()
        return self._found

    def __getitem__(self, key: str) -> tuple[str, ...]:
        return self._names()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def __repr__(self) -> str:
        return repr(self._names())

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (self._names(),)


def _joined(
    first: Mapping[str, tuple[str, ...]], second: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    tags = dict.fromkeys((*first, *second))
    return {tag: tuple(dict.fromkeys((*first.get(tag, ()), *second.get(tag, ())))) for tag in tags}


def open_gazetteer() -> Gazetteer:
    """The shipped gazetteer with the user's layers over it. Raises DataError or SeedError."""
    layers, problems = read_layers()
    return LayeredGazetteer(layers, problems) if layers or problems else Gazetteer()
