"""Units named beside a place ("Aleppo Governorate", "Manbij district"), as a help to ranking."""

from __future__ import annotations

import re
from functools import lru_cache

from geo.gazetteer.generic import without_generic
from geo.gazetteer.names import core, fold, squeeze
from geo.gazetteer.ranking import Around, Ask, distance_km
from geo.gazetteer.world import Facts, Gazetteer
from geo.model import LINE_CODES

__all__ = ["around"]

# "Markaz", "Mintaqat" and the like say that a district is the one of its chief town.
_HEAD = re.compile(
    r"^(?:markaz|merkez|mintaqat|mantiqat|mintaqah|qada|qadaa|qaza|nahiyat|nahiyah|district of|"
    r"city of|greater|raion|rayon|مركز|منطقة|قضاء|ناحية|район)\s+",
    re.IGNORECASE,
)
_WIDE_KM = 120.0  # no district's town lies farther from the middle of its province, as a rule


def _bare(name: str) -> str:
    wanted = without_generic(name)
    name = wanted.name if wanted is not None and wanted.kind != "the" else name
    while (shorter := _HEAD.sub("", name)) != name:
        name = shorter
    return name


def _facts_of(world: Gazetteer, name: str, countries: tuple[str, ...]) -> list[Facts]:
    """Places of a name in the countries, by the first way of folding that finds any."""
    for key in dict.fromkeys((fold(name), core(name), squeeze(core(name)))):
        found = [world.facts(hit.row) for hit in world.hits(key)]
        found = [f for f in found if not countries or any(c in countries for c in f.countries)]
        if found:
            return found
    rows = {row for iso in countries for row, _ in world.skeleton_hits(name, iso)}
    return [world.facts(row) for row in rows]


@lru_cache(maxsize=4096)
def _around(
    world: Gazetteer, countries: tuple[str, ...], adm1_name: str | None, adm2_name: str | None
) -> Around:
    units: tuple[str, ...] = ()
    middle: list[Facts] = []
    if adm1_name and fold(adm1_name) not in ("", "nan", "none"):
        for name in (adm1_name, _bare(adm1_name)):
            found = _facts_of(world, name, countries)
            middle = [f for f in found if f.feature == "ADM1"]
            units = tuple(dict.fromkeys(f.admin1 for f in middle))
            if units:
                break
    district = None
    if adm2_name and fold(adm2_name) not in ("", "nan", "none"):
        found = []
        for name in (adm2_name, _bare(adm2_name)):
            found = [
                f
                for f in _facts_of(world, name, countries)
                if f.feature not in LINE_CODES and f.feature not in ("PCLI", "ADM1", "CONT")
            ]
            if units:
                found = [f for f in found if f.admin1 in units] or [
                    f
                    for f in found
                    if any(distance_km(f.lat, f.lon, m.lat, m.lon) < _WIDE_KM for m in middle)
                ]
            if found:
                break
        if found:
            # The unit itself, or else the largest town: districts are called after theirs.
            best = max(
                found, key=lambda f: (f.feature.startswith("ADM"), f.population, f.spellings)
            )
            alone = all(distance_km(best.lat, best.lon, f.lat, f.lon) < 50 for f in found)
            if best.population or best.feature.startswith("ADM") or alone:
                district = best.lat, best.lon
    rows = (world.files.admin1_row(unit) for unit in units)
    boxes = (world.files.bbox(row) for row in rows if row is not None)
    return Around(units, tuple(box for box in boxes if box is not None), district)


def around(world: Gazetteer, ask: Ask) -> Around:
    """Where the units named in an ask are, as far as they are known."""
    if not (ask.adm1_name or ask.adm2_name):
        return Around()
    return _around(world, ask.countries or ask.prefer, ask.adm1_name, ask.adm2_name)
