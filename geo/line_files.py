"""Polygon files of others: GeoJSON and KML, read as what they are, untrusted text.

No address or path that a file names is ever opened. KML with a document type is refused, so no
entity is ever expanded. Longitude stands before latitude in both formats; WGS84 only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

import orjson
import shapely

from geo.errors import InputError
from geo.exchange.problems import Problem
from geo.polygons import geodesic_km2, polygons

__all__ = ["Outline", "OutlineFile", "read_outlines"]

MAX_BYTES = 20 * 2**20
MAX_AREAS = 20_000
MAX_DEPTH = 40
_WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")


@dataclass(frozen=True, slots=True)
class Outline:
    """A polygon of a file with its properties as text; ``number`` counts features from 1."""

    number: int
    properties: Mapping[str, str]
    geometry: Any


@dataclass(slots=True)
class OutlineFile:
    """What a file holds: usable polygons, features left out, and words on those mended."""

    file: str
    outlines: list[Outline] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)

    def problem(self, number: int, reason: str) -> None:
        """Note a feature that is left out."""
        self.problems.append(Problem(self.file, number, "", reason))

    def add(self, number: int, properties: Mapping[str, Any], rings: list[Any]) -> None:
        """Take one polygon, its outer ring first; mend it where it crosses itself."""
        if len(self.outlines) >= MAX_AREAS:
            raise InputError(f"{self.file} has more than {MAX_AREAS:,} polygons; split it.")
        try:
            shell, *holes = [_ring(ring) for ring in rings]
        except InputError as exc:
            self.problem(number, str(exc))
            return
        except ValueError:
            self.problem(number, "has no outer ring")
            return
        whole = shapely.Polygon(shell, holes)
        if not whole.is_valid:
            why = shapely.is_valid_reason(whole).partition("[")[0].strip().lower()
            whole = polygons(shapely.make_valid(whole))
            km2 = geodesic_km2(whole) if not whole.is_empty else 0.0
            if km2 <= 0:
                self.problem(number, f"encloses no ground ({why}); left out")
                return
            self.mended.append(
                f"Feature {number} crosses itself ({why}): mended to {km2:,.1f} km²."
            )
        if whole.is_empty or not whole.area:
            self.problem(number, "encloses no ground; left out")
            return
        words = {str(k)[:100]: _word(v) for k, v in list(properties.items())[:200]}
        self.outlines.append(Outline(number, words, whole))


def _word(value: Any) -> str:
    return " ".join(str(value).split())[:300] if isinstance(value, str | int | float) else ""


def _ring(points: Any) -> list[tuple[float, float]]:
    if not isinstance(points, list) or len(points) < 3:
        raise InputError("has a ring of fewer than three corners; left out")
    ring = []
    for point in points:
        if not isinstance(point, list | tuple) or len(point) < 2:
            raise InputError("has a corner that is not [longitude, latitude]; left out")
        lon, lat = point[0], point[1]
        numbers = all(isinstance(v, int | float) and math.isfinite(v) for v in (lon, lat))
        if not numbers:
            raise InputError("has a corner that is not a number; left out")
        if abs(lat) > 90 and abs(lon) <= 90:
            raise InputError("seems to have latitude before longitude; write longitude first")
        if abs(lat) > 90 or abs(lon) > 180:
            raise InputError("has a corner that is not on the globe; give degrees (WGS84)")
        ring.append((float(lon), float(lat)))
    return ring


def read_outlines(name: str, data: bytes) -> OutlineFile:
    """The polygons of a GeoJSON or KML file, and what was mended or left out.

    ``name`` decides the format by its ending, else the content does. Raises InputError where
    nothing can be read.
    """
    name = Path(name).name[:100]
    if len(data) > MAX_BYTES:
        raise InputError(f"{name} is larger than {MAX_BYTES // 2**20} MB; simplify it.")
    if data[:4] == b"PK\x03\x04":
        raise InputError(f"{name} is a zip archive (KMZ?). Unpack it and give the .kml inside.")
    found = OutlineFile(name)
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if name.lower().endswith(".kml") or start == b"<":
        _read_kml(data, found)
    elif start == b"{":
        _read_geojson(data, found)
    else:
        raise InputError(f"{name} is neither GeoJSON nor KML.")
    if not found.outlines:
        reason = f" ({found.problems[0]})" if found.problems else ""
        raise InputError(f"{name} holds no usable polygon{reason}.")
    return found


def _read_geojson(data: bytes, found: OutlineFile) -> None:
    try:
        whole = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as exc:
        raise InputError(f"{found.file} is not GeoJSON: {exc}") from exc
    crs = whole.get("crs")
    if crs is not None:
        said = crs.get("properties", {}) if isinstance(crs, dict) else {}
        named = str(said.get("name", "")) if isinstance(said, dict) else ""
        if not named.endswith(_WGS84):
            msg = f"{found.file} is in {named[:60] or 'an unknown system'}; save it as WGS84."
            raise InputError(msg)
    features = whole.get("features") if whole.get("type") == "FeatureCollection" else [whole]
    if not isinstance(features, list):
        raise InputError(f"{found.file} is a feature collection without features.")
    for number, feature in enumerate(features, 1):
        if not isinstance(feature, dict):
            found.problem(number, "is not a GeoJSON feature; left out")
            continue
        geometry = feature.get("geometry") if feature.get("type") == "Feature" else feature
        properties = feature.get("properties")
        drawn = 0
        for rings in _polygons(geometry, 0):
            drawn += 1
            found.add(number, properties if isinstance(properties, dict) else {}, rings)
        if not drawn:
            found.problem(number, "is no polygon; left out")


def _polygons(geometry: Any, depth: int) -> Iterator[list[Any]]:
    if not isinstance(geometry, dict) or depth > MAX_DEPTH:
        return
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Polygon" and isinstance(coordinates, list):
        yield coordinates
    elif kind == "MultiPolygon" and isinstance(coordinates, list):
        yield from (rings for rings in coordinates if isinstance(rings, list))
    elif kind == "GeometryCollection" and isinstance(geometry.get("geometries"), list):
        for member in geometry["geometries"]:
            yield from _polygons(member, depth + 1)


class _Kml:
    """Placemarks with polygons, gathered while the parser walks through the file."""

    def __init__(self, found: OutlineFile) -> None:
        self.found = found
        self.path: list[str] = []
        self.text: list[str] = []
        self.folders: list[str] = []
        self.number = 0
        self.properties: dict[str, str] = {}
        self.key = ""
        self.rings: list[Any] = []
        self.drawn = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2]
        self.path.append(tag)
        if len(self.path) > MAX_DEPTH:
            raise InputError(f"{self.found.file} is nested too deeply to be a map.")
        self.text = []
        if tag == "Folder":
            self.folders.append("")
        elif tag == "Placemark":
            self.number += 1
            self.drawn = 0
            self.properties = {"folder": next((f for f in reversed(self.folders) if f), "")}
        elif tag == "Polygon":
            self.rings = []
        elif tag in ("Data", "SimpleData"):
            self.key = attributes.get("name", "")

    def words(self, text: str) -> None:
        self.text.append(text)

    def end(self, tag: str) -> None:
        tag = tag.rpartition(" ")[2]
        self.path.pop()
        parent = self.path[-1] if self.path else ""
        text = "".join(self.text).strip()
        self.text = []
        if tag == "name" and parent == "Folder":
            self.folders[-1] = text
        elif tag == "Folder":
            self.folders.pop()
        elif tag in ("name", "description", "styleUrl") and parent == "Placemark":
            self.properties[tag] = text
        elif (tag == "value" and parent == "Data") or tag == "SimpleData":
            self.properties[self.key] = text
        elif tag == "coordinates" and "Polygon" in self.path:
            points = _kml_points(text)
            if "innerBoundaryIs" in self.path:
                self.rings.append(points)
            else:
                self.rings.insert(0, points)
        elif tag == "Polygon":
            self.drawn += 1
            self.found.add(self.number, self.properties, self.rings)
        elif tag == "Placemark" and not self.drawn:
            self.found.problem(self.number, "is no polygon; left out")


def _kml_points(text: str) -> list[Any]:
    points: list[Any] = []
    for triple in text.split():
        try:
            points.append([float(value) for value in triple.split(",")[:2]])
        except ValueError:
            points.append(None)
    return points


def _read_kml(data: bytes, found: OutlineFile) -> None:
    def refuse(*_: object) -> None:
        raise InputError(f"{found.file} declares a document type, which no map needs; remove it.")

    reader = _Kml(found)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    try:
        parser.Parse(data, True)
    except expat.ExpatError as exc:
        raise InputError(f"{found.file} is not KML: {exc}") from exc
