"""Names on the base map: countries, first-order units and towns."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from typing import Any

import babel
import numpy as np
import shapely
import shapely.geometry

from data.build.sources import (
    admin1,
    geonames_cities,
    geonames_countries,
    iso_by_a3,
    natural_earth,
)

# Countries whose GeoNames names are scientific transliterations: printed without diacritics.
PLAIN = set(
    "AE AF BD BH DJ DZ EG EH ER ET IL IN IQ IR JO KW KZ LB LY MA MR NP OM PK PS QA SA SD SO SY TJ "
    "TM TN UZ YE".split()
)
ARABIC_SPOKEN = set("AE BH DJ DZ EG EH IQ JO KW LB LY MA MR OM PS QA SA SD SO SY TD TN YE".split())
# Plain English names of countries where GeoNames has the long form.
COUNTRY = {
    "CD": "DR Congo", "CG": "Congo", "PS": "Palestine", "AE": "United Arab Emirates",
    "CI": "Ivory Coast", "CZ": "Czechia", "MM": "Myanmar", "EH": "Western Sahara",
    "BA": "Bosnia and Herzegovina", "CF": "Central African Republic", "MK": "North Macedonia",
    "SZ": "Eswatini", "TL": "Timor-Leste", "CV": "Cape Verde", "TR": "Turkey", "VA": "Vatican",
}  # fmt: skip
# Common English names by GeoNames id, where GeoNames puts a transliteration first.
TOWN = {
    172955: "Raqqa", 170017: "Hama", 163345: "Tartus", 173811: "Hasakah", 173377: "Qamishli",
    174018: "Al-Bab", 170592: "Douma", 170905: "Daraa", 172082: "Azaz", 174448: "Al Bu Kamal",
    173480: "Mayadin", 172256: "Kobani", 172374: "Tabqa", 163808: "Palmyra", 174186: "Afrin",
    172408: "Suwayda", 174506: "Hajin", 164025: "Subaykhan", 172415: "Susah", 167899: "Khasham",
    170691: "Dhiban", 173927: "Busayrah", 174036: "Al Asharah", 162284: "Muhasan",
    164947: "Salamiyah", 169023: "Jisr al-Shughur", 168325: "Khan Shaykhun", 172503: "As-Safirah",
    92138: "Al-Qa'im", 99454: "Fallujah", 98622: "Shatra", 97783: "Baiji", 91057: "Sharqat",
    91597: "Samarra", 99347: "Hilla", 99608: "Amarah", 99762: "Diwaniyah", 99131: "Kut",
    98530: "Samawah", 97990: "Baqubah", 96994: "Duhok", 89570: "Zakho", 448149: "Sinjar",
    90150: "Tikrit", 94591: "Khanaqin", 90026: "Tuz Khurmatu", 99532: "Basra", 98245: "Zubayr",
    89824: "Umm Qasr", 99446: "Faw", 95005: "Kalar", 445694: "Akre",
}  # fmt: skip
QUARTERS = {388349, 99071, 268743}  # of Basra, Mosul and Beirut, with more people than their city
# Likewise in Arabic, where the first alternate name is another spelling.
TOWN_ARABIC = {174448: "البوكمال", 173377: "القامشلي", 98717: "الرمادي", 172955: "الرقة"}
_NOT_ARABIC = re.compile("[^\u0621-\u063a\u0641-\u0652 -]")
_UNIT_WORDS = re.compile(r"\s+(Governorate|Province|Region|Oblast|State|District|Prefecture)$")
_ARABIC_UNIT = re.compile(r"^(محافظة|ولاية|مقاطعة|منطقة|إقليم|إمارة)\s+")
MANY_UNITS, TINY_UNIT = 100, 0.3  # units in a country, square degrees of a unit's box


def plain(name: str) -> str:
    """Without diacritics and half-rings: ``Ḩamāh`` becomes ``Hamah``."""
    text = unicodedata.normalize("NFKD", name)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub("[‘’ʼʻʿʾ`]", "", text).strip()


def arabic(names: list[str], country: str) -> str | None:
    """The most usual Arabic name among untagged alternates, where Arabic is spoken."""
    if country not in ARABIC_SPOKEN:
        return None
    fit = [n for n in names if n and not _NOT_ARABIC.search(n) and len(n) > 2]
    fit = [n for n in fit if n.replace(" ", "") == n or n.replace(" ", "") not in fit]
    article = [n for n in fit if n.startswith("ال") and n[2:] in fit]
    return (article or fit or [None])[0]


def _title(city: dict[str, Any]) -> str:
    if city["geonameid"] in TOWN:
        return TOWN[city["geonameid"]]
    return plain(city["name"]) if city["countrycode"] in PLAIN else str(city["name"])


def _kinds() -> dict[str, list[tuple[float, float, int, str]]]:
    """Capitals (0) and seats of first-order units (1) by country, as (lon, lat, kind, name)."""
    points, column = natural_earth("10m", "populated_places_simple")
    iso = iso_by_a3()
    found: dict[str, list[tuple[float, float, int, str]]] = defaultdict(list)
    columns = (column["featurecla"], column["adm0_a3"], column["nameascii"])
    for point, kind, code, name in zip(points, *columns, strict=True):
        rank = 0 if kind.startswith("Admin-0 capital") else 1 if kind.startswith("Admin-1") else 2
        found[iso.get(code, "")].append((point.x, point.y, rank, plain(name).casefold()))
    return found


def towns() -> list[tuple[float, float, str, str | None, int, int]]:
    """(lon, lat, name, Arabic, population, kind) of all towns with a known population.

    Quarters that GeoNames counts as towns beside their own city are left out.
    """
    known = _kinds()
    rows = sorted(
        (c for c in geonames_cities() if c["population"] > 0 and c["geonameid"] not in QUARTERS),
        key=_by_population,
    )
    lon = np.array([c["longitude"] for c in rows])
    lat = np.array([c["latitude"] for c in rows])
    country = np.array([c["countrycode"] for c in rows])
    seat: dict[int, int] = {}
    for iso, points in known.items():
        of_country = np.flatnonzero(country == iso)
        for x, y, kind, name in points:
            away = np.hypot((lon[of_country] - x) * np.cos(np.radians(y)), lat[of_country] - y)
            close = of_country[away < 0.12]
            if len(close):
                # The one of that name, or else the nearest large one (Budapest before Pest):
                # Natural Earth's point is the centre of the city.
                size = np.array([rows[i]["population"] for i in close])
                named = [plain(rows[i]["name"]).casefold() == name for i in close]
                worth = np.log10(size + 1) - 12 * away[away < 0.12] + 3 * np.array(named)
                best = int(close[np.argmax(worth)])
                seat[best] = min(kind, seat.get(best, 2))
    centres = shapely.points(lon[list(seat)], lat[list(seat)])
    tree = shapely.STRtree(centres)
    order = list(seat)
    found = []
    taken: set[tuple[int, str]] = set()
    for index, city in enumerate(rows):
        if index not in seat:
            here = shapely.points(lon[index], lat[index])
            main = rows[order[tree.nearest(here)]]
            reach = 0.16 if main["population"] > 800_000 else 0.09
            away = np.hypot(main["longitude"] - here.x, main["latitude"] - here.y)
            if away < reach and city["population"] > 0.08 * main["population"]:
                continue
        # The same town entered twice has the same population.
        twin = (city["population"], city["admin1code"] + city["countrycode"])
        if city["population"] > 50_000 and twin in taken:
            continue
        taken.add(twin)
        found.append(
            (
                city["longitude"],
                city["latitude"],
                _title(city),
                TOWN_ARABIC.get(city["geonameid"])
                or arabic(city["alternatenames"], city["countrycode"]),
                int(city["population"]),
                seat.get(index, 2),
            )
        )
    return found


def _by_population(city: dict[str, Any]) -> tuple[int, int]:
    return -city["population"], city["geonameid"]


def label_point(area: Any) -> Any:
    """A point well inside the largest part of an area."""
    parts = shapely.get_parts(area)
    largest = parts[np.argmax(shapely.area(parts))]
    try:
        middle = shapely.maximum_inscribed_circle(shapely.simplify(largest, 0.05), tolerance=0.05)
        return shapely.get_point(middle, 0)
    except shapely.errors.GEOSException:
        return shapely.point_on_surface(largest)


def countries() -> list[tuple[float, float, str, str | None, int, str]]:
    """(lon, lat, English name, Arabic name, rank, ISO); rank 1 is the largest, 6 the smallest."""
    shapes: dict[str, list[Any]] = defaultdict(list)
    for feature in admin1():
        iso = feature["properties"]["iso_a2"]
        if len(iso) == 2 and iso.isalpha():
            shapes[iso].append(feature["geometry"])
    names = babel.Locale("ar").territories
    found = []
    for iso, row in sorted(geonames_countries().items()):
        if iso not in shapes:
            continue
        parts = np.array([shapely.geometry.shape(g) for g in shapes[iso]])
        at = label_point(shapely.union_all(shapely.make_valid(parts)))
        size = float(row["areakm2"] or 0)
        rank = 1 + sum(size < limit for limit in (2_000_000, 400_000, 80_000, 15_000, 2_000))
        found.append((at.x, at.y, COUNTRY.get(iso, row["name"]), names.get(iso), rank, iso))
    return found


def regions() -> list[tuple[float, float, str, str | None, str]]:
    """(lon, lat, name, Arabic name, GeoNames code) of first-order units.

    Municipalities of countries cut in a hundred and more units are left out.
    """
    count = Counter(feature["properties"]["iso_a2"] for feature in admin1())
    found = []
    for feature in admin1():
        row = feature["properties"]
        code = row.get("gn_a1_code") or ""
        if not re.fullmatch(r"[A-Z]{2}\.\w+", code) or row["featurecla"] == "Admin-1 minor island":
            continue
        if count[row["iso_a2"]] >= MANY_UNITS:
            west, south, east, north = shapely.geometry.shape(feature["geometry"]).bounds
            if (east - west) * (north - south) < TINY_UNIT:
                continue
        name = row.get("name_en") or row["name"]
        if not name:
            continue
        local = row.get("name_ar")
        local = _ARABIC_UNIT.sub("", local) if local and row["iso_a2"] in ARABIC_SPOKEN else None
        title = _UNIT_WORDS.sub("", name)
        title = plain(title) if row["iso_a2"] in PLAIN else title
        found.append((row["longitude"], row["latitude"], title, local, code))
    return found
