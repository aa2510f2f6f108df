"""Which place each name of a document means: all names together, not one by one.

Every name starts with its senses and their weights (``lookup``). Then, a few times over, each
sense gains by what the others point to: the country and province most of the document is about,
what lies near, what the text says contains it ("X, Y"), where the outlet is at home. One name has
one sense per document.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from geo.gazetteer.names import fold
from geo.reading.lookup import AREAL, Sense
from geo.reading.wordlists import WordLists
from geo.reading.words import Document

__all__ = ["Choice", "Span", "home_of", "settle"]

COUNTRY_VOTE = 3.0
UNIT_VOTE = 2.0
FOREIGN = 2.0  # a middling place in a country that nothing else in the text speaks of
FAMOUS = 7.0
NEARNESS = 1.5
NEAR_KM = 150.0
CONTAINED = 3.5
CONTAINS = 1.2
CONTAINED_KM = 80.0
SAME_SPOT_KM = 40.0
HOME_COUNTRY = 1.2
HOME_UNIT = 2.0
MOST_POINTS = 200  # names whose places are asked what lies near; the most frequent
CHUNK = 4096  # senses worked on at a time
ROUNDS = 3
SHARPNESS = 1.6  # how strongly a lead in weight turns into a share
_EARTH_KM = 6371.0
_TOP_LEVEL = {"uk": "GB", "au": "AU", "nz": "NZ", "ca": "CA", "za": "ZA", "in": "IN", "ie": "IE"}
_GENERIC_LEVELS = frozenset("com org net info tv fm news me io co".split())


@dataclass(frozen=True, slots=True)
class Span:
    """A name in the text with its senses; ``inside`` is the index of the span that contains it."""

    start: int
    end: int
    text: str
    senses: tuple[Sense, ...]
    inside: int | None = None
    literal: bool = True


@dataclass(slots=True)
class Choice:
    """What was chosen for a span: its senses ranked, each with its share and why."""

    ranked: list[tuple[Sense, float, tuple[str, ...]]] = field(default_factory=list)
    share: float = 0.0  # of the first sense and of those at the same spot (a town and its district)
    margin: float = 0.0  # lead of the first sense over the second, log10
    support: float = 0.0  # what the document adds to the first sense


@dataclass(slots=True)
class _Group:
    key: str
    senses: list[Sense]
    spans: list[int] = field(default_factory=list)
    inside: set[str] = field(default_factory=set)
    first: int = 0  # index of its first sense among all
    best: int = 0
    share: float = 0.0


def home_of(doc: Document, lex: WordLists) -> str | None:
    """Where the outlet is at home: a country's code or a first-order unit's, or None."""
    if doc.url:
        host = (urlsplit(doc.url if "//" in doc.url else "//" + doc.url).hostname or "").lower()
        parts = host.split(".")
        for index in range(len(parts) - 1):
            home = lex.domains.get(".".join(parts[index:]))
            if home:
                return home
        if parts[-1] in _TOP_LEVEL:
            return _TOP_LEVEL[parts[-1]]
        if len(parts[-1]) == 2 and parts[-1] not in _GENERIC_LEVELS:
            return parts[-1].upper()
    return lex.publishers.get(fold(doc.publisher)) if doc.publisher else None


def _groups(spans: Sequence[Span]) -> dict[str, _Group]:
    """Spans of one name together. The senses of a short form are part of its key."""
    found: dict[str, _Group] = {}
    for index, span in enumerate(spans):
        if not span.senses:
            continue
        key = _key(span)
        group = found.get(key)
        if group is None:
            group = found[key] = _Group(key, list(span.senses))
        group.spans.append(index)
        if span.inside is not None and spans[span.inside].senses:
            group.inside.add(_key(spans[span.inside]))
    return found


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    return fold(text)


def _key(span: Span) -> str:
    return f"{_folded(span.text)}:{span.senses[0].row}"


def _unit_vectors(senses: Sequence[Sense]) -> NDArray[np.float64]:
    lat = np.radians([s.lat for s in senses])
    lon = np.radians([s.lon for s in senses])
    return np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=1)


def _km(vectors: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = _EARTH_KM * np.arccos(np.clip(vectors @ others.T, -1, 1))
    return result


def _within(inner: Sense, outer: Sense, km: float) -> bool:
    """Whether one sense can lie inside another."""
    if inner.row == outer.row:
        return False
    if outer.is_country:
        return not inner.is_country and any(c in outer.countries for c in inner.countries)
    if inner.is_country:
        return outer.feature in ("CONT", "RGN") and km < 3000
    if outer.feature == "ADM1":
        return bool(outer.admin1) and inner.admin1 == outer.admin1
    if outer.is_unit:
        return km < 1.2 * CONTAINED_KM and inner.admin1 == outer.admin1
    return km < CONTAINED_KM


class _Settling:
    def __init__(self, groups: Sequence[_Group], home: str | None) -> None:
        self.groups = groups
        self.home = home
        self.senses: list[Sense] = []
        for group in groups:
            group.first = len(self.senses)
            self.senses.extend(group.senses)
        self.vectors = _unit_vectors(self.senses)
        self.base = np.array([s.weight for s in self.senses])
        self.fixed = self._home() + self._contained()
        self.context = np.zeros(len(self.senses))

    def _home(self) -> NDArray[np.float64]:
        gain = np.zeros(len(self.senses))
        if self.home is None:
            return gain
        country, _, unit = self.home.partition(".")
        for index, sense in enumerate(self.senses):
            if sense.is_country or country not in sense.countries:
                continue
            gain[index] = HOME_COUNTRY
            if unit and sense.admin1 == self.home:
                gain[index] += HOME_UNIT
        return gain

    def _contained(self) -> NDArray[np.float64]:
        gain = np.zeros(len(self.senses))
        by_key = {group.key: group for group in self.groups}
        for group in self.groups:
            for key in group.inside:
                outer = by_key.get(key)
                if outer is None or outer is group:
                    continue
                inner_slice = slice(group.first, group.first + len(group.senses))
                outer_slice = slice(outer.first, outer.first + len(outer.senses))
                km = _km(self.vectors[inner_slice], self.vectors[outer_slice])
                for i, inner in enumerate(group.senses):
                    for j, place in enumerate(outer.senses):
                        if _within(inner, place, float(km[i, j])):
                            gain[group.first + i] = max(gain[group.first + i], CONTAINED)
                            gain[outer.first + j] = max(gain[outer.first + j], CONTAINS)
        return gain

    def _choose(self) -> None:
        total = self.base + self.fixed + self.context
        for group in self.groups:
            here = total[group.first : group.first + len(group.senses)]
            group.best = int(np.argmax(here))
            shares = np.exp(SHARPNESS * math.log(10) * (here - here[group.best]) / 2)
            group.share = float(1 / shares.sum())

    def _near(
        self, points: NDArray[np.float64], weights: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """How much lies near each sense, of the points (unit vectors) with their weights."""
        parts = [
            np.exp(-_km(self.vectors[i : i + CHUNK], points) / NEAR_KM) @ weights
            for i in range(0, len(self.vectors), CHUNK)
        ]
        return np.concatenate(parts)

    def _near_itself(self, group: _Group) -> NDArray[np.float64]:
        own = self.vectors[group.first : group.first + len(group.senses)]
        near: NDArray[np.float64] = np.exp(-_km(own, own[[group.best]])[:, 0] / NEAR_KM)
        return near * group.share

    def _look_around(self) -> None:
        """What the other names' present senses add to each sense."""
        countries: dict[str, float] = defaultdict(float)
        units: dict[str, float] = defaultdict(float)
        votes: list[tuple[tuple[str, ...], str, float]] = []
        for group in self.groups:
            sense = group.senses[group.best]
            weight = group.share * min(2.0, 1 + 0.25 * (len(group.spans) - 1))
            votes.append((sense.countries, sense.admin1, weight))
            for code in sense.countries[:4]:
                countries[code] += weight
            if sense.admin1 and not sense.is_country:
                units[sense.admin1] += weight
        total = sum(weight for _, _, weight in votes)
        points = [g for g in self.groups if g.senses[g.best].feature not in AREAL]
        if len(points) > MOST_POINTS:
            points.sort(key=lambda g: -len(g.spans) * g.share)
            del points[MOST_POINTS:]
        best = np.array([g.first + g.best for g in points], dtype=int)
        weights = np.array([g.share for g in points])
        summed = self._near(self.vectors[best], weights) if points else np.zeros(0)
        chosen = {group.key for group in points}
        for index, group in enumerate(self.groups):
            own_countries, own_unit, own = votes[index]
            rest = total - own + 1.0
            mine = self._near_itself(group) if group.key in chosen else None
            for offset, sense in enumerate(group.senses):
                gain = 0.0
                if sense.countries:
                    code = max(sense.countries, key=lambda c: countries[c])
                    here = countries[code] - (own if code in own_countries[:4] else 0.0)
                    # A whole country is not nearer for being spoken of; it must stand alone.
                    gain += COUNTRY_VOTE * max(0.0, here) / rest * (0.5 if sense.is_country else 1)
                    if here < 0.05 and rest > 4.0 and sense.weight < FAMOUS:
                        gain -= FOREIGN
                if sense.admin1 and not sense.is_country:
                    here = units[sense.admin1] - (own if sense.admin1 == own_unit else 0.0)
                    gain += UNIT_VOTE * max(0.0, here) / rest
                if points and not sense.is_country:
                    close = float(summed[group.first + offset])
                    if mine is not None:
                        close -= float(mine[offset])
                    gain += NEARNESS * min(1.0, close / 1.5)
                self.context[group.first + offset] = gain

    def run(self) -> None:
        self._choose()
        for _ in range(ROUNDS):
            before = [group.best for group in self.groups]
            self._look_around()
            self._choose()
            if before == [group.best for group in self.groups]:
                break

    def choice(self, group: _Group) -> Choice:
        total = self.base + self.fixed + self.context
        here = total[group.first : group.first + len(group.senses)]
        order = np.argsort(-here, kind="stable")
        shares = np.exp(SHARPNESS * math.log(10) * (here - here.max()) / 2)
        shares /= shares.sum()
        ranked = []
        for i in order[:8]:
            index = group.first + int(i)
            ranked.append((group.senses[i], float(shares[i]), self._why(index)))
        own = self.vectors[group.first : group.first + len(group.senses)]
        apart = _km(own, own[order[:1]])[:, 0] > SAME_SPOT_KM
        together = float(shares[~apart].sum())
        margin = float(here[order[0]] - here[apart].max()) if apart.any() else 9.0
        first = group.first + int(order[0])
        return Choice(ranked, together, margin, float(self.fixed[first] + self.context[first]))

    def _why(self, index: int) -> tuple[str, ...]:
        sense = self.senses[index]
        said = [sense.why]
        if self.fixed[index] >= CONTAINED:
            said.append("inside the place named beside it")
        elif self.fixed[index] >= HOME_UNIT:
            said.append("in the outlet's home region")
        if self.context[index] >= 1.0:
            said.append("near or in what the rest of the text is about")
        if sense.population and sense.feature not in AREAL:
            said.append(f"population {sense.population:,}")
        return tuple(said)


def settle(spans: Sequence[Span], home: str | None) -> list[Choice]:
    """A choice for each span, in order; empty where a span has no senses."""
    groups = _groups(spans)
    choices = [Choice() for _ in spans]
    if not groups:
        return choices
    settling = _Settling(list(groups.values()), home)
    settling.run()
    for group in groups.values():
        choice = settling.choice(group)
        for index in group.spans:
            choices[index] = choice
    return choices
