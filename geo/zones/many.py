"""Zones of places so many that their neighbours can tell how far to trust each.

From MANY places on (``geo.zones``) the ground is told by ``geo.zones.kriging`` and drawn by
``geo.zones.areas``: single odd reports no longer cut holes into a side's ground, and where two
sides are too near to call the ground is contested between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from shapely.geometry import mapping

from geo.model import Zone

if TYPE_CHECKING:
    from geo.zones.areas import Area

__all__ = ["MANY", "Site", "many_zones"]

MANY = 150  # fewer than this say too little of one another
NEIGHBOURS = 12
FACILITY_WEIGHT = 0.3  # judgement: what is no settlement says less about the land round it
UNKNOWN_WEIGHT = 0.8
_PART = "\x1f"

Class = tuple[str, tuple[str, ...]]  # kind and holders


@dataclass(frozen=True, slots=True)
class Site:
    """One point on the ground with what is known of it; ``holders`` empty = unknown holder."""

    lat: float
    lon: float
    kind: str
    holders: tuple[str, ...]
    trust: float
    evidence: tuple[str, ...]
    cap_km: float

    @property
    def key(self) -> tuple[str, tuple[str, ...], float]:
        """What sites of one area have in common."""
        return self.kind, self.holders, self.trust


def many_zones(sites: Sequence[Site], *, cap_km: float, land: Any | None) -> list[Zone]:
    """Zones of a cluster of places; ``land`` as in ``geo.zones.zones``.

    ``certainty`` is the probability of the holder times the trust in the reports that say so.
    """
    # Few maps have so many places; the others start sooner without these.
    from geo.zones.areas import areas
    from geo.zones.kriging import Kriging

    lat = np.array([site.lat for site in sites])
    lon = np.array([site.lon for site in sites])
    # An empty class is a place whose holder is unknown: it keeps its ground, empty.
    classes: list[Class] = [(s.kind, s.holders) if s.holders else ("", ()) for s in sites]
    weight = [
        (site.trust or UNKNOWN_WEIGHT) * (1.0 if site.cap_km >= cap_km else FACILITY_WEIGHT)
        for site in sites
    ]
    label = [_PART.join((kind, *holders)) for kind, holders in classes]
    method = Kriging(NEIGHBOURS).fit(lat, lon, label, weight)
    found = []
    for area in areas(method, lat, lon, cap_km=cap_km, land=land):
        told = _told(area)
        if told is None:
            continue
        kind, holders = told
        near = [sites[i] for i in area.towns.tolist()]
        trust = float(np.mean([site.trust for site in near if site.trust] or [0.0]))
        evidence = tuple(dict.fromkeys(e for site in near for e in site.evidence))
        certainty = max(0.001, round(area.certainty * trust, 3))
        found.append(
            Zone(holders, kind, mapping(area.geometry), certainty, evidence, area.area_km2)
        )
    return found


def _told(area: Area) -> Class | None:
    """Kind and holders of an area whose "holders" are classes; None where nothing is known."""
    classes = [_read(text) for text in area.holders]
    if any(not holders for _, holders in classes):
        return None
    kind, holders = classes[0]
    if len(classes) == 1:
        return kind, holders
    sides = {h for k, names in classes for h in (names[:1] if k == "claimed" else names)}
    if len(sides) > 1:
        return "contested", tuple(sorted(sides))
    return next((c for c in classes if c[0] == "claimed"), classes[0])


def _read(text: str) -> Class:
    kind, *holders = text.split(_PART)
    return kind, tuple(holders)
