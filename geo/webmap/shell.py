"""The web map: a small Folium shell and the JSON files its scripts draw.

Folium and branca render every string twice as a Jinja template, so no text from a report may
ever pass through them. They carry the shell and, on every filter change, a few numbers and ids
(escaped by ``_script_json``). Everything people read travels in files written by
``write_static``, is parsed as JSON in the page and reaches the document as text only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import folium
import numpy as np
import orjson
from branca.element import MacroElement
from folium.template import Template
from numpy.typing import NDArray

from geo.errors import InputError

__all__ = [
    "OfflineMap",
    "filter_group",
    "shell",
    "static_name",
    "static_url",
    "time_state",
    "write_named",
    "write_static",
]

Mask = Sequence[bool] | NDArray[np.bool_]
STATIC_URL = "/app/static"
SCRIPTS = (
    ("dateline-core", "dateline/core.js"),  # first: it asks the browser for all the others
    ("leaflet", "vendor/leaflet/leaflet.js"),
    ("dateline-basemap", "dateline/basemap.js"),
    ("dateline-canvas", "dateline/canvas.js"),
    ("dateline-labels", "dateline/labels.js"),
    ("dateline-along", "dateline/along.js"),
    ("dateline-zones", "dateline/zones.js"),
    ("dateline-events", "dateline/events.js"),
    ("dateline-card", "dateline/card.js"),
    ("dateline-legend", "dateline/legend.js"),
    ("dateline-borders", "dateline/borders.js"),
    ("dateline-timeline", "dateline/timeline.js"),
    ("dateline-player", "dateline/player.js"),
    ("dateline-change", "dateline/change.js"),
    ("dateline-pointing", "dateline/pointing.js"),
    ("dateline-map", "dateline/map.js"),
)
STYLES = (
    ("fonts-css", "fonts/fonts.css"),
    ("leaflet-css", "vendor/leaflet/leaflet.css"),
    ("dateline-css", "dateline/dateline.css"),
)
MAX_ZOOM = 13
KEEP_FILES_S = 24 * 3600  # a page left open over night still finds its file
_KIND = re.compile(r"[a-z]+")
# The three openers of a Jinja tag; in JSON they can only stand inside a string.
_JINJA = re.compile(r"\{(?=[{%#])")


class OfflineMap(folium.Map):
    """A Folium map whose scripts and styles are served by this app and by nobody else."""

    default_js = [(name, f"{STATIC_URL}/{path}") for name, path in SCRIPTS]  # noqa: RUF012
    default_css = [(name, f"{STATIC_URL}/{path}") for name, path in STYLES]  # noqa: RUF012

    def __init__(self, location: Sequence[float], zoom: float) -> None:
        super().__init__(
            location=list(location),
            zoom_start=zoom,  # type: ignore[arg-type]
            tiles=None,
            zoom_control=False,  # our script adds a labelled one
            attribution_control=False,  # our script names every source of the base map
            zoom_snap=0.5,
            wheel_px_per_zoom_level=90,
            world_copy_jump=True,
        )
        self.options["maxZoom"] = MAX_ZOOM  # Folium gives it to a tile layer only
        self.options["minZoom"] = 2


class _Call(MacroElement):
    """One call of our script with a JSON argument, as Folium wants it."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        dateline.{{ this.function }}({{ this.map_name }}, {{ this.argument }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str, argument: Mapping[str, object]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Call"
        self.function = function
        self.argument = _script_json(argument)

    @property
    def map_name(self) -> str:
        """The script name of the map this call hangs below."""
        parent = self._parent
        while parent is not None and not isinstance(parent, folium.Map):
            parent = parent._parent  # noqa: SLF001  (branca has no public way up)
        if parent is None:
            msg = "add the group to a map first"
            raise InputError(msg)
        return str(parent.get_name())


def _script_json(value: object) -> str:
    """JSON that means the same inside a script, after any number of Jinja renderings."""
    text = orjson.dumps(value).decode()
    for char in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(char, f"\\u{ord(char):04x}")
    return _JINJA.sub(r"\\u007b", text)


def write_static(folder: Path, kind: str, payload: object) -> str:
    """Write ``payload`` as JSON below ``folder`` and return the URL path it is served under.

    ``folder`` is the app's ``static/run``. The name holds a hash of the content, so a URL never
    changes its meaning; the file appears whole or not at all. Files of this kind untouched for
    a day are removed.
    """
    try:
        data = orjson.dumps(payload)
    except TypeError:  # half a surrogate pair, which UTF-8 cannot hold but an escape can
        data = json.dumps(payload, separators=(",", ":")).encode()
    return _place(folder, static_name(kind, data), data)


def write_named(folder: Path, name: str, payload: object) -> str:
    """The same for a file whose name was made before its content, by ``static_name``."""
    return _place(folder, name, orjson.dumps(payload))


def static_name(kind: str, key: bytes) -> str:
    """The name of a file of this kind, by what it is made from. Raises InputError."""
    if _KIND.fullmatch(kind) is None:
        msg = f"{kind!r} cannot name a file; use small letters only"
        raise InputError(msg)
    return f"{kind}-{hashlib.sha256(key).hexdigest()[:16]}.json"


def static_url(folder: Path, name: str) -> str:
    """The URL path under which a file of ``folder`` is served, whether it is there yet or not."""
    return f"{STATIC_URL}/{folder.name}/{name}"


def _place(folder: Path, name: str, data: bytes) -> str:
    target = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    if target.exists():
        os.utime(target)
    else:
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".draft-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(draft).chmod(0o644)
        Path(draft).replace(target)
    oldest = time.time() - KEEP_FILES_S
    for path in folder.glob(f"{name.partition('-')[0]}-*.json"):
        if path != target and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    return static_url(folder, name)


def shell(
    center: tuple[float, float],
    zoom: float,
    *,
    basemap_url: str = f"{STATIC_URL}/basemap",
    events_url: str = "",
    areas_url: str = "",
    theme: str = "light",
    label: str = "Map of reported events",
) -> OfflineMap:
    """The map without anything on it. Give it the same arguments on every run of the page.

    ``center`` is latitude, longitude in degrees. The page's own ``map=lat,lon,zoom`` parameter,
    kept by the script, wins over ``center`` and ``zoom``. If any argument changes, the browser
    loads the map anew; so pass the URLs that can change to ``filter_group`` instead.
    """
    result = OfflineMap(center, zoom)
    settings = {
        "basemap": basemap_url,
        "events": events_url,
        "areas": areas_url,
        "dark": theme == "dark",
        "label": label,
    }
    result.add_child(_Call("start", settings))
    return result


def filter_group(
    *,
    ids: Collection[str] | None = None,
    mask: Mask | None = None,
    events_url: str = "",
    areas_url: str = "",
    zones_url: str = "",
    on: date | None = None,
    since: date | None = None,
    border_band_km: float | None = None,
    selected: str | None = None,
    dark: bool | None = None,
    pan_to: tuple[float, float] | tuple[float, float, float] | None = None,
    turn: int = 0,
    time: Mapping[str, object] | None = None,
    change_url: str = "",
    lines_url: str = "",
    band_url: str = "",
    band_of: str = "",
) -> folium.FeatureGroup:
    """What one state of the filters shows, as the feature group ``st_folium`` compares.

    ``ids`` names the events shown, or ``mask`` says so row by row of the events file (smaller
    for many rows); with neither, all are shown. ``selected`` opens an event's card and
    ``pan_to`` (lat, lon and maybe zoom) moves the map, each once per change of value or of
    ``turn``, so a rerun never fights with the reader. Any change of any value repaints.
    ``time`` (see ``time_state``) adds the player; ``change_url`` and ``lines_url`` are files of
    differences and of imported lines. ``border_band_km`` limits to the borders named by
    ``band_of`` (any, if empty) and ``band_url`` is the file of the strip along them.
    """
    if ids is not None and mask is not None:
        msg = "give either ids or mask, not both"
        raise InputError(msg)
    state = {
        "ids": None if ids is None else sorted(ids),
        "mask": None if mask is None else _bits(mask),
        "events": events_url,
        "areas": areas_url,
        "zones": zones_url,
        "on": None if on is None else on.isoformat(),
        "since": None if since is None else since.isoformat(),
        "band": border_band_km,
        "bandOf": band_of,
        "strip": band_url,
        "selected": selected,
        "dark": dark,
        "pan": None if pan_to is None else list(pan_to),
        "turn": turn,
        "time": None if time is None else dict(time),
        "change": change_url,
        "lines": lines_url,
    }
    group = folium.FeatureGroup(name="shown")
    group.add_child(_Call("show", state))
    return group


def time_state(
    *, url: str, first: date, last: date, pool: Mask, holders: Collection[str] | None
) -> dict[str, object]:
    """What the player needs: the file of all days, the period, and the filters without dates.

    ``pool`` says row by row of the events file which events pass the other filters; ``holders``
    are the actors whose areas are shown, None for all.
    """
    return {
        "url": url,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "pool": _bits(pool),
        "holders": None if holders is None else sorted(holders),
    }


def _bits(mask: Mask) -> dict[str, Any]:
    """A row mask as base64 bits, the lowest bit of the first byte being row 0."""
    flags = np.asarray(mask, dtype=bool)
    packed = np.packbits(flags, bitorder="little").tobytes()
    return {"n": len(flags), "bits": base64.b64encode(packed).decode()}
