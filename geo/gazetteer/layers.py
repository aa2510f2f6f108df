"""The layers in a user's data folder: what is there, what can be opened, what is removed."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

from platformdirs import user_data_path

from geo.errors import InputError
from geo.gazetteer.names import bones, core, fold, squeeze
from geo.gazetteer.segment import Segment

__all__ = [
    "FORMAT",
    "MANIFEST",
    "NAMES",
    "PLACES",
    "Layer",
    "data_home",
    "key_version",
    "layer_folder",
    "read_layers",
    "remove_layer",
]

FORMAT = 1
MANIFEST = "layer.json"
PLACES, NAMES = "places", "names"
_LISTED = 100_000  # a list of one's own up to this size speaks for itself; a dump is a dump
_SAMPLES = (
    "Deir ez-Zor|Abū Kamāl|Al-Qa’im|دير الزور|البوكمال|القرية|Тирасполь|Київ|São João|Łódź|"
    "Aïn el-Arab|Kafr Nabl|Sa'sa'|Şanlıurfa|Ash Shaykh|كوباني|ʿAyn ʿĪsā"
).split("|")


def data_home() -> Path:
    """The user's data folder (``DATELINE_HOME``, or the system's place for it)."""
    return Path(os.environ.get("DATELINE_HOME") or user_data_path("dateline", appauthor=False))


def layer_folder() -> Path:
    """Where the user's layers are, one folder each."""
    return data_home() / "gazetteers"


@lru_cache(maxsize=1)
def key_version() -> str:
    """Changes when names are folded in another way, so that old keys would no longer be found."""
    keys = [f"{fold(n)} {squeeze(core(n))} {bones(n, 'SY')} {bones(n, 'UA')}" for n in _SAMPLES]
    return f"{crc32(' '.join(keys).encode()):08x}"


@dataclass(frozen=True, slots=True)
class Layer:
    """An opened layer. ``kind`` is ``places``, or ``names`` for further names of known places."""

    name: str
    kind: str
    source: str
    rows: int
    added: str
    own_list: bool
    segments: tuple[Segment, ...]


def _read_layer(folder: Path) -> Layer:
    manifest = json.loads((folder / MANIFEST).read_bytes())
    if manifest["format"] != FORMAT or manifest["keys"] != key_version():
        raise ValueError("it was made by another version of Dateline")
    segments = tuple(Segment(folder / part["folder"], part) for part in manifest["segments"])
    if manifest["kind"] not in (PLACES, NAMES):
        raise ValueError("its kind is unknown")
    return Layer(
        folder.name,
        manifest["kind"],
        str(manifest["source"]),
        sum(segment.rows for segment in segments),
        str(manifest["added"]),
        bool(manifest["own_list"]) and manifest["rows"] <= _LISTED,
        segments,
    )


def read_layers(folder: Path | None = None) -> tuple[list[Layer], list[str]]:
    """The layers that can be used, by name, and what is wrong with the others, in words."""
    layers: list[Layer] = []
    problems: list[str] = []
    try:
        folders = sorted(path for path in (folder or layer_folder()).iterdir() if path.is_dir())
    except OSError:
        return [], []
    for path in folders:
        if path.name.startswith("."):
            continue  # being written, or left by an interrupted run
        try:
            layers.append(_read_layer(path))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
            problems.append(
                f'Your gazetteer "{path.name}" cannot be read ({error}). It is left out: add its '
                f"file again, or remove it (python -m geo gazetteer remove {path.name})."
            )
    layers.sort(key=lambda layer: layer.added, reverse=True)  # what was added last goes first
    return layers, problems


def remove_layer(name: str) -> None:
    """Remove a layer, readable or not. Raises InputError if there is none of that name."""
    folder = layer_folder()
    known = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    known = [other for other in known if not other.startswith(".")]
    if name not in known:
        listed = f"There are: {', '.join(known)[:500]}." if known else "There is none at all."
        raise InputError(f"There is no gazetteer {name[:60]!r} of your own. {listed}")
    try:
        shutil.rmtree(folder / name)
    except OSError as error:
        raise InputError(f"{folder / name} cannot be removed: {error.strerror}") from error
