"""Scores that mean what they say: probabilities, fitted where gold is known.

The score of a mention is the probability that its words name a place, times the probability that
the place is the right one (within 161 km) if they do. Both are logistic in a few figures. The
constants were fitted on the tuning halves (documents whose hash is even) of TR-News and
TUD-Loc-2013; ``benchmarks/reading.py`` prints the reliability table of both halves.
"""

from __future__ import annotations

import math

from geo.reading.lookup import Sense

__all__ = ["SMALL", "of_name", "of_place"]

SMALL = 3.6  # senses with less weight than this are villages and the like

# evidence -> probability: (bias, slope), of names that the gazetteer has and of others
_NAMED = (0.31, 0.74)
_NAMED_BY_CUES = (-0.08, 0.59)

_BIAS = -5.3
_SHARE = 0.22  # its share among the senses of the name, with those at the same spot
_MARGIN = 0.62  # its lead over the next, log10
_SUPPORT = 0.54  # what the rest of the document adds to it
_WEIGHT = 0.66  # how well known it is
_ALONE = -0.24
_COUNTRY = 0.86
_UNIT = -0.14
_CURATED = 0.0  # not fitted: 161 km say nothing about whether a sea is the right one
_LOOSE = -0.32
_SMALL = 0.20  # times the support: what speaks for a village is where the rest lies


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))


def of_name(evidence: float, *, known: bool) -> float:
    """Probability that the words name a place. ``known``: the gazetteer has the name."""
    bias, slope = _NAMED if known else _NAMED_BY_CUES
    return _logistic(bias + slope * min(5.0, evidence))


def of_place(share: float, margin: float, support: float, sense: Sense, senses: int) -> float:
    """Probability that the sense is meant, given that the words name a place."""
    return _logistic(
        _BIAS
        + _SHARE * share
        + _MARGIN * min(3.0, margin)
        + _SUPPORT * min(6.0, support)
        + _WEIGHT * min(9.0, sense.weight)
        + _ALONE * (senses == 1)
        + _COUNTRY * sense.is_country
        + _UNIT * sense.is_unit
        + _CURATED * (sense.row < 0)
        + _SMALL * (sense.weight < SMALL) * min(6.0, support)
        + _LOOSE * (sense.rung in ("spelling", "article-less"))
    )
