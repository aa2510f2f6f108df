"""Dateline: a map of reported locations.

report -> reading -> toponyms, actors, events -> geocoding -> places -> store -> view
-> map, figure, table, export. Borders, control and zones are computed from stored events.
"""

__version__ = "0.1.0"
