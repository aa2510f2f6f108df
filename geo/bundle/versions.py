"""With which program, libraries and data a bundle was made, and how that differs from here."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from geo import __version__
from geo.bundle.fields import Fields

__all__ = ["differences", "versions"]

ROOT = Path(__file__).resolve().parents[2]
# What decides the bytes of a picture and the words of a report, apart from the rows themselves.
LIBRARIES = ("matplotlib", "numpy", "pillow", "pyproj", "scipy", "segno", "shapely")
DATA = {
    "gazetteer": ("data/gazetteer/tables.json", "data/gazetteer/*.toml", "data/local/*.toml"),
    "borders": ("data/osm/*.npz", "data/borders/*.toml", "data/naturalearth/border*.npz"),
    "areas": ("data/naturalearth/areas.npz", "data/naturalearth/country-cells.npz"),
    "base map": ("static/basemap/**/*.json", "static/basemap/**/*.bin"),
    "fonts": ("static/fonts/*",),
}
SHOWN = 12  # letters of a checksum told to people


def _hashed(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:SHOWN]


@cache
def versions() -> Mapping[str, Mapping[str, str]]:
    """``software`` and ``data``: names to versions; of our own files, checksums of what they hold.

    ``program`` is the checksum of our Python files, so that two states of one version differ.
    """
    import matplotlib.ft2font
    import pyproj
    import shapely

    installed = {}
    for name in LIBRARIES:
        try:
            installed[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    software = {
        "dateline": __version__,
        "program": _hashed((ROOT / "geo").rglob("*.py")),
        "python": platform.python_version(),
        **installed,
        "freetype": str(matplotlib.ft2font.__freetype_version__),
        "geos": ".".join(map(str, shapely.geos_version)),
        "proj": pyproj.proj_version_str,
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    data = {
        name: _hashed(path for pattern in patterns for path in ROOT.glob(pattern))
        for name, patterns in DATA.items()
    }
    return {"software": software, "data": data}


def differences(manifest: Fields) -> tuple[str, ...]:
    """What was other where the bundle was made than it is here, one sentence each."""
    found = []
    for group, ours in versions().items():
        theirs = manifest.inner(group)
        for name in sorted({*ours, *theirs.data}):
            told = theirs.text(name, most=60) if name in theirs.data else "none"
            if told != ours.get(name, "none"):
                found.append(f"{name[:40]}: {told} there, {ours.get(name, 'none')} here")
    return tuple(found)
