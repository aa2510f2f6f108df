"""The web map: what is sent to the page (payload) and what hosts it (shell).

Nothing here imports Streamlit; the page passes the results to ``st_folium``.
"""

from geo.webmap.payload import areas_payload, events_payload, web_link, zones_payload
from geo.webmap.shell import OfflineMap, filter_group, shell, write_static

__all__ = [
    "OfflineMap",
    "areas_payload",
    "events_payload",
    "filter_group",
    "shell",
    "web_link",
    "write_static",
    "zones_payload",
]
