"""Areas from places: who is likely to hold the land around settlements whose holder is known.

``zones`` makes the areas of a day from who holds which place. Behind it stand the methods that
give a probability for every actor at any point (``methods``, ``kriging``, ``forest``, ``blend``;
``change`` for old reports), the areas made from them, and the tables of settlements that
``python -m geo zones`` reads.
"""

from geo.zones.engine import (
    BANDS_KM,
    CAP_KM,
    FACILITY_CAP_KM,
    MANY,
    HolderArea,
    no_information_km2,
    summary,
    zones,
)

__all__ = [
    "BANDS_KM",
    "CAP_KM",
    "FACILITY_CAP_KM",
    "MANY",
    "HolderArea",
    "no_information_km2",
    "summary",
    "zones",
]
