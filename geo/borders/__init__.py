"""How near a place is to a land border: lines, distances, strips, crossings, places across.

``open_borders`` gives the lines of a boundary set under a policy; everything else asks it.
"""

from geo.borders.engine import (
    GEOD,
    SETS,
    BorderDistance,
    BorderDistances,
    Borders,
    open_borders,
)

__all__ = ["GEOD", "SETS", "BorderDistance", "BorderDistances", "Borders", "open_borders"]
