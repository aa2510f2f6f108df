"""The fast way for names that are spelled as the gazetteer has them: no reasons, no places.

Ranks as the ladder's first two rungs do. Weights of the better layers are worked out once, for
all rows together, when the first name is asked for (about 20 ms, 1 MB).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from geo.gazetteer import layout
from geo.gazetteer.confidence import QUALITY
from geo.gazetteer.files import Files
from geo.gazetteer.names import fold
from geo.gazetteer.ranking import Around, Ask, prominence
from geo.gazetteer.world import VILLAGE_TRUST, Facts, Gazetteer, Hit

__all__ = ["Best", "Quick"]

_NO_ASK, _NOWHERE = Ask(), Around()
_ABOVE_ALL = layout.KEY_CORE | layout.KEY_SQUEEZED | layout.KEY_CODE


class Best(NamedTuple):
    """The likeliest place of a name: its row, and the score that the ladder would give it."""

    row: int
    score: float


class Quick:
    """Looks up names as they stand in one gazetteer."""

    def __init__(self, world: Gazetteer) -> None:
        self._world = world
        self._plain = type(world) is Gazetteer  # layers of a user go the general way
        files = world.files
        self._files = files
        weights: Any = _weights(files)
        self._weights = memoryview(weights)
        self._below = [
            prominence(Facts(feature, ("",), "", 0, 1, 0.0, 0.0, VILLAGE_TRUST), _NO_ASK, _NOWHERE)
            for feature in files.villages.features
        ]
        self._country = {code: number for number, code in enumerate(files.countries)}
        self._code_country = [self._country.get(code[:2], 0) for code in files.admin1_codes]
        self._kinds, self._units = files.villages.kinds, files.villages.admin1
        self._trie, self._rows_for = files.trie, files.villages.rows_for
        self._first = files.villages.first
        # Curated names and corrections are few: their keys go the general way.
        self._special = frozenset(world.local.keys) | world.corrected

    def best(self, name: str, country: str | None = None) -> Best | None:
        """The likeliest place with this name, in a country (ISO code) if one is given.

        Accents, case and Arabic letter forms aside the name must be one that the gazetteer has;
        for anything less certain there is ``search``.
        """
        key = fold(name)
        if len(key) < 3 and key.isascii():
            return None
        wanted = self._country.get(country, -1) if country else 0
        if not self._plain or key in self._special:
            return self._slow(self._world.hits(key), country)
        total = top = 0.0
        best = -1
        first, country_of, weights = self._first, self._files.country, self._weights
        for (value,) in self._trie.get(key, ()):
            row, flags = value & layout.ROW_MASK, value >> layout.ROW_BITS
            if flags & _ABOVE_ALL:
                continue
            if row >= first:
                weight = self._village(row - first, wanted)
            elif not wanted or country_of[row] == wanted or self._crosses(row, country):
                weight = weights[row] * (2.0 if flags & layout.KEY_MAIN else 1.0)
                if flags & layout.KEY_BARE:
                    weight *= 0.8
            else:
                continue
            total += weight
            if weight > top:
                top, best = weight, row
        units, kinds = self._units, self._kinds
        code_country, below = self._code_country, self._below
        for row in self._rows_for(key):
            at = row - first
            if wanted and code_country[units[at]] != wanted:
                continue
            weight = 2.0 * below[kinds[at] & 31]
            total += weight
            if weight > top:
                top, best = weight, row
        return Best(best, QUALITY["folded"] * top / total) if best >= 0 else None

    def _village(self, at: int, wanted: int) -> float:
        if wanted and self._code_country[self._units[at]] != wanted:
            return 0.0
        return self._below[self._kinds[at] & 31]

    def _crosses(self, row: int, country: str | None) -> bool:
        return self._files.country[row] == 0 and country in self._files.countries_of(row)

    def _slow(self, hits: list[Hit], country: str | None) -> Best | None:
        found: dict[int, float] = {}
        for row, flags in hits:
            facts = self._world.facts(row)
            if flags & _ABOVE_ALL or (country and country not in facts.countries):
                continue
            weight = prominence(facts, _NO_ASK, _NOWHERE, curated=row < 0)
            if flags & layout.KEY_MAIN and (row < 0 or not flags & layout.KEY_CURATED):
                weight *= 2.0
            found[row] = max(weight * (0.8 if flags & layout.KEY_BARE else 1.0), found.get(row, 0))
        if not found:
            return None
        row = max(found, key=lambda r: (found[r], -r))
        return Best(row, QUALITY["folded"] * found[row] / sum(found.values()))


def _weights(files: Files) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """``prominence`` of the rows above the villages, by kind of place."""
    people = np.asarray(files.population, dtype=float)
    spellings = np.asarray(files.spellings, dtype=float)
    features = np.asarray(files.feature)
    found = np.zeros(len(people))
    for number, feature in enumerate(files.features):
        rows = np.flatnonzero(features == number)
        unit = prominence(Facts(feature, ("",), "", 0, 0, 0.0, 0.0), _NO_ASK, _NOWHERE)
        if feature in ("PCLI", "CONT"):
            found[rows] = unit
            continue
        count = people[rows]
        least = 300.0
        if feature == "STM":
            count = np.where(spellings[rows] > 1, spellings[rows] * 4000, count)
        elif feature == "ADM1":
            count = np.maximum(count, 200_000)
            least = 200_300.0
        kind = np.full(len(rows), unit / least**0.6)
        if feature == "RGN":  # with people it weighs as a province does
            province = prominence(Facts("ADM1", ("",), "", 0, 0, 0.0, 0.0), _NO_ASK, _NOWHERE)
            kind = np.where(count > 0, province / 200_300.0**0.6, kind)
        found[rows] = (count + 300) ** 0.6 * (1 + spellings[rows] / 40) * kind
    return found
