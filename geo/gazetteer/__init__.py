"""The world gazetteer: names to places, offline, from memory-mapped files."""

from __future__ import annotations

from geo.gazetteer.ladder import RUNGS, Ask, search
from geo.gazetteer.world import Gazetteer

__all__ = ["RUNGS", "Ask", "Gazetteer", "search"]
