"""Counts in a text: "between 2,500 and 3,500 fighters", "at least 20 people"."""

from __future__ import annotations

from collections.abc import Sequence

from geo.model import Numbers

__all__ = ["find_numbers"]

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
)
_WORDS = {word: float(n) for n, word in enumerate(_SMALL.split())}
_WORDS |= {"sixteen": 16.0, "seventeen": 17.0, "eighteen": 18.0, "nineteen": 19.0, "twenty": 20.0}
_WORDS |= {"thirty": 30.0, "forty": 40.0, "fifty": 50.0, "dozen": 12.0, "hundred": 100.0}
_WORDS |= {"thousand": 1000.0}
_VAGUE = {
    "dozens": (24.0, None),
    "scores": (40.0, None),
    "hundreds": (200.0, None),
    "thousands": (2000.0, None),
}
_UNITS = frozenset(
    "fighters militants soldiers troops people civilians men rebels insurgents gunmen jihadists "
    "terrorists policemen officers children women villagers strikes airstrikes rockets missiles "
    "drones families prisoners hostages raids shells members personnel mercenaries "
    "peacekeepers".split()
)
_MOST = 10_000_000_000.0


def _number(low: Sequence[str], i: int) -> tuple[float, int] | None:
    """A number at token ``i`` and its end."""
    if i >= len(low):
        return None
    word = low[i]
    if not word[:1].isdigit() and word not in _WORDS:
        return None
    value: float | None = None
    plain = word.replace(",", "")
    if plain.replace(".", "", 1).isdigit() and plain.isascii() and len(plain) < 12:
        value = float(plain)
    elif word in _WORDS:
        value = _WORDS[word]
    if value is None:
        return None
    end = i + 1
    while end < len(low) and low[end] in ("hundred", "thousand", "million", "dozen"):
        value *= {"hundred": 100, "thousand": 1000, "million": 1e6, "dozen": 12}[low[end]]
        end += 1
    return (value, end) if value <= _MOST else None


def find_numbers(low: Sequence[str], first: int, last: int) -> tuple[Numbers, int, int] | None:
    """The first count with a unit among tokens ``first`` to ``last``, and its tokens."""
    i = first
    while i < last:
        if low[i] in _VAGUE:
            unit = _unit(low, i + 1, last)
            if unit:
                return Numbers(_VAGUE[low[i]][0], None, None, unit), i, i + 1
        one = _number(low, i)
        if one is None:
            i += 1
            continue
        value, end = one
        before = low[i - 1] if i else ""
        high = _number(low, end + 1) if end < last and low[end] in ("and", "to", "-", "–") else None
        if (
            high is not None
            and (before in ("between", "from") or low[end] != "and")
            and high[0] > value
        ):
            unit = _unit(low, high[1], last)
            if unit:
                return Numbers(value, None, high[0], unit), i, high[1]
        unit = _unit(low, end, last)
        if unit:
            phrase = low[max(0, i - 3) : i]
            if (
                "least" in phrase
                or ("than" in phrase and "more" in phrase)
                or "over" in phrase[-1:]
            ):
                return Numbers(value, None, None, unit), i, end
            if "most" in phrase or ("to" in phrase[-1:] and "up" in phrase):
                return Numbers(None, None, value, unit), i, end
            return Numbers(None, value, None, unit), i, end
        i = end
    return None


def _unit(low: Sequence[str], i: int, last: int) -> str:
    for at in range(i, min(i + 4, last)):
        if low[at] in _UNITS:
            return low[at]
        if low[at] in (",", ".", "and", "in", "on", "km"):
            return ""
    return ""
