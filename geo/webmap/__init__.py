"""The web map: what is sent to the page (payload) and what hosts it (shell).

Nothing here imports Streamlit; the page passes the results to ``st_folium``.
"""

from geo.webmap.ground import (
    agreement_payload,
    change_payload,
    lines_payload,
    timeline_payload,
    zones_payload,
)
from geo.webmap.payload import areas_payload, events_payload, web_link
from geo.webmap.shell import (
    OfflineMap,
    filter_group,
    shell,
    static_name,
    static_url,
    time_state,
    write_named,
    write_static,
)

__all__ = [
    "OfflineMap",
    "agreement_payload",
    "areas_payload",
    "change_payload",
    "events_payload",
    "filter_group",
    "lines_payload",
    "shell",
    "static_name",
    "static_url",
    "time_state",
    "timeline_payload",
    "web_link",
    "write_named",
    "write_static",
    "zones_payload",
]
