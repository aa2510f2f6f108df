"""Areas of first-order units, from Natural Earth 10m, in a compact file read by key.

Neighbours are simplified together (a coverage), so that they still fit without gap or overlap.
Countries are the unions of their units, simplified with them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.geometry

from data.build.sources import admin1

ROOT = Path(__file__).resolve().parents[2]
TOLERANCE = 0.004  # degrees: square root of the smallest triangle kept (Visvalingam)
Q = 10_000  # units per degree: 11 m
# Natural Earth has these as departments of France; in GeoNames, the borders and the gazetteer they
# have country codes of their own.
OVERSEAS = {
    "FR.971": "GP.GP",
    "FR.972": "MQ.MQ",
    "FR.973": "GF.GF",
    "FR.974": "RE.RE",
    "FR.976": "YT.?976",  # GeoNames divides Mayotte, Natural Earth does not
}


def pack(areas: list[Any]) -> dict[str, np.ndarray]:
    """Polygons as flat arrays: ``geo.areas`` unpacks a single area from them.

    ``part_of``: area by polygon ring; ``outer``: 1 where a ring starts a polygon; ``ends``: end
    of each ring in ``xy``, whose rows are differences within a ring.
    """
    rings, part_of, outer = [], [], []
    for index, area in enumerate(areas):
        for polygon in shapely.get_parts(area):
            if polygon.geom_type != "Polygon":
                continue
            for place, ring in enumerate(shapely.get_rings(polygon)):
                units = np.round(shapely.get_coordinates(ring) * Q).astype(np.int64)
                fresh = np.concatenate([[True], np.any(np.diff(units, axis=0) != 0, axis=1)])
                units = units[fresh]
                if len(units) < 4:
                    if place == 0:
                        break
                    continue
                rings.append(np.diff(units, axis=0, prepend=[[0, 0]]))
                part_of.append(index)
                outer.append(place == 0)
    return {
        "part_of": np.array(part_of, np.uint16),
        "outer": np.array(outer, bool),
        "ends": np.cumsum([len(r) for r in rings]).astype(np.int32),
        "xy": np.concatenate(rings).astype(np.int32),
    }


def build() -> None:
    """Write ``data/naturalearth/areas.npz``."""
    rows = [f for f in admin1() if re.fullmatch("[A-Z]{2}", f["properties"]["iso_a2"] or "")]
    shapes = shapely.make_valid(np.array([shapely.geometry.shape(f["geometry"]) for f in rows]))
    shapes = shapely.set_precision(shapes, 0.00001)
    shapes = shapely.coverage_simplify(shapes, TOLERANCE)
    codes = [f["properties"].get("gn_a1_code") or "" for f in rows]
    # Several shapes can share a code (an enclave, a buffer zone): one area per code.
    units: dict[str, list[int]] = defaultdict(list)
    for index, (row, code) in enumerate(zip(rows, codes, strict=True)):
        iso = row["properties"]["iso_a2"]
        # GeoNames decides where the two differ: Crimea and Sevastopol are Ukraine's.
        known = code if re.fullmatch(r"[A-Z]{2}\.\w+", code) else f"{iso}.?{index}"
        units[OVERSEAS.get(known, known)].append(index)
    names = sorted(units)
    areas = [shapely.union_all(shapely.make_valid(shapes[units[name]])) for name in names]
    box = np.array([area.bounds for area in areas])
    path = ROOT / "data" / "naturalearth" / "areas.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, code=np.array(names), box=box.astype(np.float32), **pack(areas))
    print(f"{path.name}: {len(names)} areas, {path.stat().st_size / 1e6:.2f} MB")
