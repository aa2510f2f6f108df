"""How long a report stays good: the chance that a place still has the holder last reported.

Two published figures are joined by one curve S(t) = exp(-(t / SCALE_DAYS) ** SHAPE) (Weibull):
of the towns of Myanmar's war on Wikipedia's map, 97.3 % had the same holder a month later
(no-change baseline of a forecasting study, Barcelona School of Economics 2026); of Syria's
towns of 2014, 78.5 % still had it in 2015 (the Carter Center's communities as compiled for Gohdes
2020, year-old labels against the new ones). A plain exponential through the month would say 72 %
for the year: fronts move where they moved before, so the longer a place was quiet the quieter
it stays (SHAPE below 1).

Both wars moved slower than an offensive: within one, fresh reports must do the work.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["KEPT_MONTH", "KEPT_YEAR", "age_weight", "persistence"]

KEPT_MONTH, MONTH_DAYS = 0.973, 365.25 / 12
KEPT_YEAR, YEAR_DAYS = 0.785, 365.25

SHAPE = float(
    np.log(np.log(KEPT_YEAR) / np.log(KEPT_MONTH)) / np.log(YEAR_DAYS / MONTH_DAYS)
)  # 0.88
SCALE_DAYS = float(YEAR_DAYS / (-np.log(KEPT_YEAR)) ** (1 / SHAPE))  # 1,840 days

Floats = NDArray[np.float64]


def persistence(days: ArrayLike) -> Floats:
    """Chance that a holder reported so many days ago (0 or more) holds the place today."""
    age = np.maximum(np.asarray(days, dtype=np.float64), 0.0)
    kept: Floats = np.exp(-((age / SCALE_DAYS) ** SHAPE))
    return kept


def age_weight(days: ArrayLike) -> Floats:
    """The weight of a report so many days old beside one of a month or less, from 1 downwards.

    It is the odds that it still holds over the odds after a month, which is what a report's noise
    is measured in (``geo.zones.kriging``): about 0.1 after a year, 0.01 after five.
    """
    kept = persistence(days)
    with np.errstate(divide="ignore"):
        odds = kept / (1 - kept)
    weight: Floats = np.minimum(1.0, odds / (KEPT_MONTH / (1 - KEPT_MONTH)))
    return weight
