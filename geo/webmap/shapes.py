"""Shapes and actors as the page's scripts read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.model import Actor

__all__ = ["GRID_DEG", "actor_json", "flat"]

GRID_DEG = 1e-5  # about a metre: the rounding of the zones, so shared edges stay shared


def actor_json(actor: Actor) -> dict[str, Any]:
    """What a legend needs of an actor."""
    return {
        "id": actor.id,
        "name": actor.name,
        "short": actor.short,
        "ar": actor.arabic,
        "colour": actor.colour,
        "pattern": actor.pattern,
    }


def flat(geometry: BaseGeometry) -> list[list[float]]:
    """Rings or lines, each as lon, lat, lon, lat …, filled by the even-odd rule."""
    parts: list[list[float]] = []
    for part in _lines(geometry):
        points = np.round(shapely.get_coordinates(part), 5)
        if len(points) > 1:
            parts.append(points.ravel().tolist())
    return parts


def _lines(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    kind = geometry.geom_type
    if kind == "Polygon":
        if not geometry.is_empty:
            yield from shapely.get_rings(geometry)
    elif kind in ("LineString", "LinearRing"):
        yield geometry
    elif kind == "MultiLineString":
        merged = shapely.line_merge(geometry)
        yield from (merged.geoms if hasattr(merged, "geoms") else [merged])
    elif hasattr(geometry, "geoms"):
        for member in geometry.geoms:
            yield from _lines(member)
