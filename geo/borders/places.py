"""Borders as a view of reports needs them: distances of places, names, and the strip to draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from geo.borders.band import MOST_KM, band_of
from geo.borders.engine import BorderDistance, open_borders
from geo.borders.policy import territory_names
from geo.model import AREA_CODES, LINE_CODES, EventPlace

__all__ = ["band_pairs", "border_ids", "border_label", "place_borders", "view_band"]

MANY = 300  # from so many places on, all lines are opened once
BAND_PAIRS = 12  # strips drawn at once where no border is named


def place_borders(
    places: Iterable[EventPlace], policy: str, wanted: str = ""
) -> dict[str, BorderDistance]:
    """The nearest border of every place, by its id; ``wanted`` (``SY``, ``IQ-SY``) limits which.

    Raises InputError for a border or policy that does not exist.
    """
    unique = {place.place_id: place for place in places}
    borders = open_borders("osm", policy)
    if wanted:
        borders = borders.only(wanted)
    if len(unique) < MANY:
        return {
            key: borders.nearest(place.lat, place.lon, place.precision_km)
            for key, place in unique.items()
        }
    rows = list(unique.values())
    found = borders.nearest_many(
        [place.lat for place in rows],
        [place.lon for place in rows],
        np.array([place.precision_km for place in rows]),
    )
    return dict(zip(unique, found.one_by_one(borders.name), strict=True))


def border_label(wanted: str, names: Mapping[str, str]) -> str:
    """A border's name for people: "Iraq–Syria", "Syria"."""
    known = territory_names()
    return "–".join(names.get(code) or known.get(code, code) for code in wanted.split("-"))


def border_ids(names: Mapping[str, str]) -> dict[str, str]:
    """Ids of all borders, by id (``IQ-SY`` in either order, ``SY``) and by name."""
    found: dict[str, str] = {}
    for pair in open_borders().pairs:
        one, two = pair.split("|")
        known = {one: one, two: two, f"{one}-{two}": f"{one}-{two}", f"{two}-{one}": f"{one}-{two}"}
        found |= known | {border_label(said, names): said for said in known.values()}
    return found


def band_pairs(
    wanted: str, near: Mapping[str, BorderDistance], places: Iterable[EventPlace], width_km: float
) -> tuple[str, ...]:
    """The pairs whose strip is drawn: those wanted, else those that reported places are near."""
    if wanted:
        codes = set(wanted.split("-"))
        return tuple(p for p in open_borders().pairs if codes <= set(p.split("|")))
    points = {
        place.place_id for place in places if place.feature_code not in AREA_CODES | LINE_CODES
    }
    counted = Counter(
        "|".join(found.pair)
        for key, found in near.items()
        if key in points and found.low_km <= width_km
    )
    return tuple(sorted(pair for pair, _ in counted.most_common(BAND_PAIRS)))


def view_band(
    width_km: float | None,
    wanted: str,
    policy: str,
    near: Mapping[str, BorderDistance],
    places: Sequence[EventPlace],
) -> Any | None:
    """The strip along the borders a view asks for (Shapely, lon/lat); None if none can be drawn."""
    if width_km is None or not 0 < width_km <= MOST_KM:
        return None
    pairs = band_pairs(wanted, near, places, width_km)
    area = band_of("osm", policy, pairs, width_km) if pairs else None
    return None if area is None or area.is_empty else area
