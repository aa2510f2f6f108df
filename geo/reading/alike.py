"""How alike two spellings of a place's name are, and what is spelled alike near a point.

Names of villages reach a report in many spellings: Ukrainian ones by way of Russian (Robotyne,
Robotino), Arabic ones by ear (Ayta, Aita). Near the places a text names, a likeness says much;
far from them it says nothing, so only what lies near is looked through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from geo.gazetteer import Gazetteer
from geo.gazetteer.names import (
    ARABIC_SPHERE,
    CYRILLIC_SPHERE,
    core,
    evened,
    figures,
    fold,
    latin,
    script_tag,
    squeeze,
)

__all__ = ["Alike", "endings", "likeness", "spelled_alike"]

LEAST = 0.8  # names less alike than this are two names
LEAST_WRITTEN = 0.86  # where names are written in one way
LEAST_SHORT = 0.9  # of short names
SHORT = 6
LONGEST = 40
SHORTEST = 4  # letters of a name that is looked for in another spelling
_SLIP = 0.04  # a slip counts so much the more in names that are written in one way
# Where Latin spellings are made by ear from Arabic script.
_BY_EAR = ARABIC_SPHERE - frozenset("ML NE ER".split())
_EVENED_MORE = 25.0  # by so many of 100 the evened spellings may be more alike than the plain
_SLAVIC = CYRILLIC_SPHERE | {"RU"}
# What Russian and Ukrainian write differently in one name, in Latin letters.
_SOUNDS = (
    ("shch", "sc"), ("kh", "h"), ("g", "h"), ("sh", "s"), ("zh", "z"), ("ts", "c"), ("ch", "c"),
    ("ya", "a"), ("ia", "a"), ("ye", "e"), ("ie", "e"), ("yo", "e"), ("yu", "u"), ("iu", "u"),
    ("w", "v"), ("j", "e"), ("y", "e"), ("i", "e"), ("o", "a"),
)  # fmt: skip
_FRENCH = (
    ("tsh", "c"), ("tch", "c"), ("ch", "c"), ("sh", "c"), ("dj", "j"), ("gu", "g"), ("y", "i"),
    ("w", "u"),
)  # fmt: skip
_ENDINGS = re.compile(r"(?<=sk)(?:ae|e|ee)$|(?<=..[bcdhklmnprstvz])(?:ae|ee|a|e)$")
_OF_SOMEBODY = re.compile(r"[ae]*vka$|[ae]*vk$")
_TWICE = re.compile(r"(.)\1+")


class Alike(NamedTuple):
    """A place with a name like the one asked for: row, that name (folded), likeness 0 to 1."""

    row: int
    key: str
    likeness: float


@lru_cache(maxsize=32768)
def _slavic(key: str) -> str:
    """A folded Latin name with all made one in which Russian and Ukrainian spellings differ."""
    for old, new in _SOUNDS:
        key = key.replace(old, new)
    key = _TWICE.sub(r"\1", key)
    key = _OF_SOMEBODY.sub("vk", key)
    return _ENDINGS.sub("", key)


@lru_cache(maxsize=32768)
def _written(key: str) -> str:
    """A folded name with French and English ways of writing one sound made one."""
    for old, new in _FRENCH:
        key = key.replace(old, new)
    return squeeze(key)


def likeness(name: str, key: str, country: str) -> float:
    """How alike a name and a folded name are, as names of a country are spelled: 0 to 1."""
    mine = fold(latin(name, country == "UA") if script_tag(name) == "und-Cyrl" else name)
    if not key.isascii() or not mine.isascii() or figures(mine) != figures(key):
        return 1.0 if mine == key else 0.0
    if mine == key:
        return 1.0
    if country in _SLAVIC:
        one, other = _slavic(mine), _slavic(key)
        by_sound = max(0.97 * ratio(one, other), 0.93 * ratio(_vowels(one), _vowels(other)))
        return max(ratio(mine, key), by_sound) / 100
    if country not in _BY_EAR:
        # Names that are written in one way: only a slip may lie between two spellings.
        alike = max(ratio(mine, key), 0.98 * ratio(_written(mine), _written(key))) / 100
        return max(0.0, alike - _SLIP)
    bald = core(name)
    plain = ratio(squeeze(bald), squeeze(_bald(key, bald)))
    # Evened, short names are all much alike; then the plain spellings must be, too.
    even = min(0.96 * ratio(evened(bald), evened(_bald(key, bald))), plain + _EVENED_MORE)
    return max(plain, even) / 100


def _vowels(key: str) -> str:
    """All vowels one: Ukrainian i is o or e in Russian (Spirne, Spornoye)."""
    return key.replace("e", "a")


def _bald(key: str, other: str) -> str:
    """A folded name without an article, if the other one has none."""
    return key[2:] if key.startswith(("al", "el")) and not other.startswith(key[:2]) else key


def _form(key: str, country: str) -> str:
    """A folded name in its coarsest form, for a quick look through many."""
    if country in _SLAVIC:
        return _vowels(_slavic(key))
    return evened(_bald(key, "")) if country in _BY_EAR else _written(key)


def endings(name: str) -> tuple[str, ...]:
    """Other ways to write the ending of an Arabic name: Watiya, Watiyah, Watiyeh."""
    for ending in ("ah", "eh", "a", "e"):
        if name.lower().endswith(ending) and len(name) > len(ending) + 2:
            stem = name[: -len(ending)]
            return tuple(stem + other for other in ("a", "ah", "eh", "e") if other != ending)
    return ()


def spelled_alike(
    world: Gazetteer,
    name: str,
    countries: Iterable[str],
    points: Sequence[tuple[float, float]],
    reach_km: float,
) -> Iterator[Alike]:
    """Settlements within reach of points (lat, lon) whose main name is spelled like this one."""
    bald = core(name)
    if len(bald) < SHORTEST or len(bald) > LONGEST:
        return
    least = LEAST if len(bald) >= SHORT else LEAST_SHORT
    seen: set[int] = set()
    for lat, lon in points:
        for country in countries:
            if country not in _BY_EAR and country not in _SLAVIC:
                least = max(least, LEAST_WRITTEN)
            near = _near(world, country, lat, lon, reach_km)
            plain = latin(name, country == "UA") if script_tag(name) == "und-Cyrl" else name
            form = _form(fold(plain), country)
            for _, _, at in process.extract(
                form, near.forms, scorer=ratio, score_cutoff=100 * least - 5, limit=None
            ):
                row, key = near.rows[at], near.keys[at]
                if row not in seen:
                    seen.add(row)
                    alike = likeness(name, key, country)
                    if alike >= least:
                        yield Alike(row, key, alike)


class _Near(NamedTuple):
    keys: tuple[str, ...]
    rows: tuple[int, ...]
    forms: tuple[str, ...]


@lru_cache(maxsize=768)
def _near(world: Gazetteer, country: str, lat: float, lon: float, reach_km: float) -> _Near:
    """Main names of a country's settlements about a point (kept for the last points)."""
    found = [item for item in world.keys_near(country, lat, lon, reach_km) if item[0].isascii()]
    keys = tuple(key for key, _ in found)
    return _Near(keys, tuple(row for _, row in found), tuple(_form(k, country) for k in keys))
