"""Rivers: geometry from GSHHG, names and ranks from Natural Earth by nearness."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np
import shapely
import shapely.ops

from data.build.sources import natural_earth, rivers

NEAR = 0.05  # degrees between a river and the Natural Earth line that names it
STEP = 0.03  # degrees between the points that are compared
LEAST = 5  # points in a named run; shorter ones are tributaries near their mouth
BRIDGE = 25  # points without a name that are bridged between two runs of the same name
PERMANENT = (0, 1, 2, 3, 4)  # GSHHG levels; the others are intermittent or canals

# Natural Earth's name -> ours, where it uses another language, an old form, or has lost a letter.
ENGLISH = {
    "Al Furat": "Euphrates", "Firat": "Euphrates", "Dicle": "Tigris", "Gharraf Canal": "Gharraf",
    "Shatt al Arab": "Shatt al-Arab", "Mountain Nile": "White Nile", "Abay": "Blue Nile",
    "Dnieper": "Dnipro", "Dnepre": "Dnipro", "Rhein": "Rhine", "Rhne": "Rhône", "Donau": "Danube",
    "Kr": "Kura", "Kiz?lirmak": "Kızılırmak", "Paran?": "Paraná", "B?nou?": "Benue",
    "S?n?gal": "Senegal", "S?o Francisco": "São Francisco", "God?vari": "Godavari", "Ob?": "Ob",
    "Mara??n": "Marañón", "Tapaj?s": "Tapajós", "Pur?s": "Purus", "Japur?": "Japurá",
    "Caquet?": "Caquetá", "Huang": "Yellow River", "Yellow": "Yellow River", "Tejo": "Tagus",
    "Tajo": "Tagus", "Gta lv": "Göta älv", "Svernaya Dvina": "Northern Dvina", "Glma": "Glomma",
    "Amazonas": "Amazon", "Niagra": "Niagara", "Red": "Red River", "Ogoou?": "Ogooué",
}  # fmt: skip
# Checked against reference works: the names used in Arabic-language atlases.
ARABIC = {
    "Euphrates": "الفرات", "Tigris": "دجلة", "Nile": "النيل", "Jordan": "نهر الأردن",
    "Orontes": "العاصي", "White Nile": "النيل الأبيض", "Blue Nile": "النيل الأزرق",
    "Shatt al-Arab": "شط العرب", "Litani": "الليطاني", "Karun": "كارون", "Khabur": "الخابور",
    "Diyala": "ديالى", "Great Zab": "الزاب الكبير", "Little Zab": "الزاب الصغير",
    "Yarmuk": "اليرموك", "Balikh": "البليخ", "Atbara": "عطبرة", "Gharraf": "الغراف",
}  # fmt: skip
# Rivers Natural Earth 10m lacks: towns along them (longitude, latitude), within a few km.
BY_HAND = {
    "Khabur": [(40.07, 36.85), (40.37, 36.66), (40.75, 36.50), (40.73, 36.06), (40.77, 35.75),
               (40.65, 35.51), (40.43, 35.16)],
    "Balikh": [(38.95, 36.69), (39.07, 36.4), (39.08, 36.15), (39.08, 35.92)],
    "Orontes": [(36.40, 34.40), (36.53, 34.55), (36.68, 34.75), (36.73, 34.93), (36.75, 35.13),
                (36.57, 35.25), (36.40, 35.42), (36.32, 35.81), (36.39, 35.99), (36.35, 36.25),
                (36.16, 36.20), (35.97, 36.05)],
    "Great Zab": [(43.75, 37.30), (43.70, 37.05), (44.25, 36.70), (43.65, 36.27), (43.35, 35.99)],
    "Little Zab": [(44.95, 35.95), (44.15, 35.75), (43.75, 35.4), (43.43, 35.23)],
    "Diyala": [(45.70, 35.11), (45.32, 34.62), (45.17, 34.27), (44.95, 34.10), (44.65, 33.75),
               (44.52, 33.22)],
}  # fmt: skip
BY_HAND_NEAR = 0.12
BY_HAND_RANK = 4
BIG = {"Euphrates", "Tigris", "Nile", "Dnipro", "Danube", "Congo", "Niger", "Indus"}
RANK = {0: 1, 1: 1, 2: 1, 3: 1, 4: 2, 5: 3, 6: 3, 7: 4, 8: 5, 9: 5, 10: 5}
UNNAMED_RANK = {0: 3, 1: 3, 2: 4, 3: 5, 4: 6}
GAP = 0.06  # degrees from any GSHHG river at which Natural Earth's line fills in
GAP_RANK = 4  # the last rank that is filled in
SHORTEST = 0.25  # degrees; unnamed rivers of rank 6 below it are not drawn
River = tuple[Any, str | None, str | None, int]  # line, name, Arabic name, rank


def english(name: str | None) -> str | None:
    """The name we print for one of Natural Earth's river names; None where it is damaged."""
    if not name:
        return None
    words = re.sub(r"\s+", " ", name).strip()
    outer, _, inner = words.rstrip(")").partition(" (")
    for form in (inner, outer):
        if form in ENGLISH:
            return ENGLISH[form]
    best = inner or outer
    return None if "?" in best else best


def _named() -> tuple[np.ndarray, list[str], list[int]]:
    shapes, column = natural_earth("10m", "rivers_lake_centerlines")
    lines, names, ranks = [], [], []
    for shape, name, scale in zip(shapes, column["name"], column["scalerank"], strict=True):
        title = english(name)
        if title:
            lines.append(shape)
            names.append(title)
            ranks.append(1 if title in BIG else RANK[int(scale)])
    return np.array(lines), names, ranks


def _runs(ids: list[str | None]) -> list[tuple[str | None, int, int]]:
    """Runs (name, first, last) along a line: gaps bridged, short runs unnamed."""
    for index, name in enumerate(ids):
        if name is None and index and ids[index - 1]:
            ahead = ids[index : index + BRIDGE]
            if ids[index - 1] in ahead and all(
                n is None for n in ahead[: ahead.index(ids[index - 1])]
            ):
                ids[index] = ids[index - 1]
    found: list[tuple[str | None, int, int]] = []
    place = 0
    for name, group in groupby(ids):
        size = len(list(group))
        keep = name if size >= LEAST or size == len(ids) else None
        if found and found[-1][0] == keep:
            found[-1] = (keep, found[-1][1], place + size)
        else:
            found.append((keep, place, place + size))
        place += size
    return found


def named_rivers() -> Iterator[River]:
    """Permanent rivers of the world with the names that are known, at full resolution."""
    every: list[Any] = []
    for line, name, local, rank in _measured():
        every.append(line)
        if name or rank < 6 or line.length > SHORTEST:
            yield line, name, local, rank
    yield from _fill(shapely.STRtree(every))


def _fill(drawn: shapely.STRtree) -> Iterator[River]:
    """Natural Earth where GSHHG has no line: wide rivers that it holds as water areas."""
    for line, name, rank in zip(*_named(), strict=True):
        if rank > GAP_RANK:
            continue
        for part in shapely.get_parts(line):
            size = max(2, int(part.length / STEP) + 1)
            along = np.linspace(0, part.length, size)
            points = shapely.line_interpolate_point(part, along)
            far = np.ones(size, bool)
            far[drawn.query(points, predicate="dwithin", distance=GAP)[0]] = False
            for run in np.split(np.arange(size), np.flatnonzero(np.diff(far)) + 1):
                if far[run[0]] and len(run) >= 3:
                    ends = along[max(run[0] - 1, 0)], along[min(run[-1] + 1, size - 1)]
                    yield shapely.ops.substring(part, *ends), name, ARABIC.get(name), rank


def _measured() -> Iterator[River]:
    """GSHHG's permanent rivers with names."""
    tree_lines, names, ranks = _named()
    tree = shapely.STRtree(tree_lines)
    by_hand = list(BY_HAND)
    hand = shapely.STRtree([shapely.linestrings(xy) for xy in BY_HAND.values()])
    for level, lines in rivers():
        if level not in PERMANENT:
            continue
        for line in lines:
            size = max(2, int(line.length / STEP) + 1)
            points = shapely.line_interpolate_point(line, np.linspace(0, line.length, size))
            (at, near) = tree.query_nearest(points, max_distance=NEAR, all_matches=False)
            ids: list[str | None] = [None] * size
            rank: dict[str, int] = {}
            for index, other in zip(at.tolist(), near.tolist(), strict=True):
                ids[index] = names[other]
                rank[names[other]] = min(ranks[other], rank.get(names[other], 9))
            for index, other in zip(
                *hand.query_nearest(points, max_distance=BY_HAND_NEAR, all_matches=False).tolist(),
                strict=True,
            ):
                if ids[index] is None:
                    ids[index] = by_hand[other]
                    rank[by_hand[other]] = BY_HAND_RANK
            for name, first, last in _runs(ids):
                piece = line
                if (first, last) != (0, size):
                    ends = np.array([first, min(last, size - 1)]) / (size - 1) * line.length
                    piece = shapely.ops.substring(line, *ends)
                if piece.length:
                    yield (
                        piece,
                        name,
                        ARABIC.get(name or ""),
                        rank[name] if name else UNNAMED_RANK[level],
                    )
