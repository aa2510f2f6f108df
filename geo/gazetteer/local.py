"""Hand-curated places and corrections, read from small TOML files when the gazetteer opens.

``[[place]]`` tables add a place (``local:<slug>``). ``[[override]]`` tables correct one that the
sources have: its point's precision, further names, names that are not its own, a note.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.errors import SeedError
from geo.gazetteer import layout
from geo.gazetteer.names import core, fold, is_code, squeeze
from geo.model import Place

__all__ = ["Local", "Override", "read_local"]


@dataclass(frozen=True, slots=True)
class Override:
    """What is corrected about one place of the sources."""

    place_id: str
    name: str | None = None
    precision_km: float | None = None
    note: str = ""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()  # folded names that are not this place's


@dataclass(slots=True)
class Local:
    """All curated places and corrections, with their folded names.

    ``keys`` maps a key to (place id, KEY_* flags) pairs.
    """

    places: dict[str, Place] = field(default_factory=dict)
    overrides: dict[str, Override] = field(default_factory=dict)
    keys: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def _index(self, place_id: str, names: Iterable[str], main: str) -> None:
        found: dict[str, int] = {}
        for name in names:
            key, bald = fold(name), core(name)
            code = layout.KEY_CODE if is_code(name) else 0
            for text, flags in (
                (key, code),
                (bald, layout.KEY_CORE | code),
                (squeeze(bald), layout.KEY_SQUEEZED | code),
            ):
                if text and flags < found.get(text, 256):
                    found[text] = flags
        if fold(main):
            found[fold(main)] = layout.KEY_MAIN
        for text, flags in found.items():
            self.keys.setdefault(text, []).append((place_id, flags | layout.KEY_CURATED))

    def add_place(self, place: Place) -> None:
        """Add a curated place and its names. Raises ValueError if its id is taken."""
        if place.id in self.places:
            raise ValueError(f'id "{place.id}" is there twice')
        self.places[place.id] = place
        texts = [place.name, *(n for names in place.names.values() for n in names)]
        self._index(place.id, texts, place.name)

    def add_override(self, override: Override) -> None:
        """Add a correction; of two for one place the later wins, field by field."""
        before = self.overrides.get(override.place_id)
        if before is not None:
            names = {
                tag: (*override.names.get(tag, ()), *before.names.get(tag, ()))
                for tag in (*override.names, *before.names)
            }
            override = Override(
                override.place_id,
                override.name or before.name,
                override.precision_km or before.precision_km,
                override.note or before.note,
                names,
                override.drop | before.drop,
            )
        self.overrides[override.place_id] = override

    def index_overrides(self) -> None:
        """Index the names of the corrections; called once, after the last was added."""
        for override in self.overrides.values():
            texts = [n for names in override.names.values() for n in names]
            if override.name:
                texts.append(override.name)
            self._index(override.place_id, texts, override.name or "")


def _names(raw: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(raw, dict) or not all(
        isinstance(v, list) and all(isinstance(n, str) and n for n in v) for v in raw.values()
    ):
        raise ValueError('names must be a table of lists, such as {en = ["T2"], ar = ["..."]}')
    return {tag: tuple(values) for tag, values in raw.items()}


def _name(raw: Any) -> str:
    if not isinstance(raw, str) or not fold(raw):
        raise ValueError(f"name {raw!r} must be a text with letters or figures")
    return raw


def _precision(raw: Any) -> float:
    precision = float(raw)
    if not 0 < precision < 5000:
        raise ValueError(f"precision_km {precision} must lie between 0 and 5000")
    return precision


def _place(raw: Mapping[str, Any]) -> Place:
    place_id, name = str(raw["id"]), _name(raw["name"])
    lat, lon = float(raw["lat"]), float(raw["lon"])
    if not place_id.startswith("local:") or place_id == "local:":
        raise ValueError(f'id "{place_id}" must have the form "local:<slug>"')
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"lat {lat}, lon {lon} is not on the Earth")
    return Place(
        id=place_id,
        name=name,
        lat=lat,
        lon=lon,
        feature_code=str(raw.get("feature_code", "PPL")),
        country=str(raw["country"]) if raw.get("country") else None,
        admin1=str(raw["admin1"]) if raw.get("admin1") else None,
        population=int(raw.get("population", 0)),
        precision_km=_precision(raw.get("precision_km", 1.0)),
        names=_names(raw.get("names", {})),
        source=str(raw.get("source", "")),
        note=str(raw.get("note", "")),
    )


def _override(raw: Mapping[str, Any]) -> Override:
    drop = raw.get("drop", [])
    if not isinstance(drop, list) or not all(isinstance(n, str) for n in drop):
        raise ValueError('drop must be a list of names, such as ["Furat"]')
    return Override(
        place_id=str(raw["place"]),
        name=_name(raw["name"]) if "name" in raw else None,
        precision_km=_precision(raw["precision_km"]) if "precision_km" in raw else None,
        note=str(raw.get("note", "")),
        names=_names(raw.get("names", {})),
        drop=frozenset(key for n in drop for key in (fold(n), core(n), squeeze(core(n)))),
    )


def read_local(folders: Iterable[Path]) -> Local:
    """Read every ``*.toml`` of these folders; absent folders are passed over.

    Raises SeedError with file, record and reason for a broken file.
    """
    local = Local()
    tables: dict[str, Callable[[Local, Mapping[str, Any]], None]] = {
        "place": lambda to, raw: to.add_place(_place(raw)),
        "override": lambda to, raw: to.add_override(_override(raw)),
    }
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                data = tomllib.loads(path.read_text(encoding="utf-8"))
            except (ValueError, OSError) as error:
                raise SeedError(path.name, None, str(error)) from error
            for table, add in tables.items():
                records = data.get(table, [])
                if not isinstance(records, list):
                    raise SeedError(path.name, None, f"{table} must be tables, [[{table}]]")
                for number, raw in enumerate(records, 1):
                    try:
                        add(local, raw)
                    except KeyError as error:
                        reason = f"[[{table}]] lacks the field {error}"
                        raise SeedError(path.name, number, reason) from error
                    except (ValueError, TypeError, AttributeError) as error:
                        raise SeedError(path.name, number, f"[[{table}]] {error}") from error
    local.index_overrides()
    return local
