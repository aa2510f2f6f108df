"""How far each rung of the ladder can be trusted.

A score says how often an answer like it was right. Measured on UCDP's places in Syria (rows
located to a settlement, country and units given; distinct strings, the half that was tuned on,
the other half in brackets), answers with a score above 0.5: generic 200 of 207 within 5 km (185
of 199), skeleton 53 of 65 (54 of 69), fuzzy 9 of 13 (7 of 14), phrase 12 of 19 within 5 km and
17 within 25 km (9 and 13 of 13). The upper rungs are too rarely reached there to be measured.
"""

from __future__ import annotations

__all__ = ["QUALITY", "RUNGS"]

QUALITY = {
    "exact": 1.0,
    "folded": 0.98,
    "article-less": 0.93,
    "spelling": 0.85,
    "generic": 0.97,
    "skeleton": 0.84,
    "fuzzy": 0.75,
    "phrase": 0.95,
}
RUNGS = tuple(QUALITY)
