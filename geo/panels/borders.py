"""Borders on the page: the filter by distance, the policy, the strip, and who faces whom."""

from __future__ import annotations

import logging
import threading

import streamlit as st

from geo.borders import open_borders
from geo.borders.band import MOST_KM
from geo.borders.facing import Place, facing
from geo.borders.places import band_pairs, border_label, view_band
from geo.borders.policy import DEFAULT_POLICY, POLICIES, disputes
from geo.errors import DatelineError
from geo.model import AREA_CODES, LINE_CODES
from geo.webmap import static_name, static_url, write_named
from geo.webmap.shapes import flat
from geo.workspace import ROOT, Shown, Workspace

__all__ = ["ANY_BORDER", "band_url", "border_filter", "border_options", "facing_panel"]

RUN = ROOT / "static" / "run"
ANY_BORDER = ""
FACING_KM = (5, 10, 25, 50)
PAUSE_S = 0.8  # the page itself comes first
LOG = logging.getLogger(__name__)
_making: set[str] = set()
_lock = threading.Lock()


def border_options(opened: Workspace, linked: str = "") -> list[str]:
    """Borders offered: any, those of countries with reported places near one, their pairs."""
    pairs = sorted({"-".join(found.pair) for found in opened.borders.values()})
    codes = sorted({code for pair in pairs for code in pair.split("-")})
    options = [ANY_BORDER, *codes, *pairs]
    return options if linked in options else [*options, linked]


def border_filter(opened: Workspace) -> None:
    """Draw which border is meant and which disputed lines count."""
    st.selectbox(
        "Of which border",
        border_options(opened, st.session_state.get("border_of", ANY_BORDER)),
        format_func=lambda said: border_label(said, opened.names) if said else "Any border",
        key="border_of",
        help="Any land border, all borders of one country, or the border between two.",
    )
    with st.popover("Disputed lines", type="tertiary"):
        st.radio(
            "Which lines count as borders",
            list(POLICIES),
            format_func=lambda policy: policy.capitalize(),
            captions=list(POLICIES.values()),
            key="policy",
        )
        st.caption(
            f"{open_borders().name}; thinned by at most 1.1 m. Distances follow the ground "
            "(WGS84) and are exact to a millimetre for that line; how well the line itself was "
            "mapped, and how exactly the report places a town, matters far more. "
            "Disputed lines that we hold:"
        )
        st.dataframe(
            [
                {
                    "Line": dispute.name,
                    "Counts under": ", ".join(
                        p for p in POLICIES if p in (DEFAULT_POLICY, *dispute.policies)
                    ),
                    "What is disputed": dispute.note,
                }
                for dispute in disputes()
            ],
            hide_index=True,
            height=240,
            alt="Disputed border lines and the policies under which each counts",
        )


def _make(opened: Workspace, name: str, width_km: float, wanted: str, policy: str) -> None:
    """Work a strip out and write its file; runs beside the page, once for each strip."""
    try:
        near, places = opened.borders_under(policy), list(opened.places.values())
        area = view_band(width_km, wanted, policy, near, places)
        shape = [] if area is None else flat(area)
        write_named(RUN, name, {"km": width_km, "shape": shape})
    except (DatelineError, OSError) as exc:
        LOG.warning("The strip along the border could not be made: %s", exc)
        return  # and not tried again by this server
    with _lock:
        _making.discard(name)


def band_url(opened: Workspace, shown: Shown) -> str:
    """The file of the strip that the filter draws along borders; empty for none.

    It may not be there yet: the map asks for it again, and never waits for it.
    """
    view = shown.view
    if view.border_km is None or not 0 < view.border_km <= MOST_KM:
        return ""
    near = opened.borders_under(view.policy)
    pairs = band_pairs(view.border_of, near, opened.places.values(), view.border_km)
    key = (view.border_km, view.policy, pairs, open_borders("osm", view.policy).check)
    name = static_name("strip", repr(key).encode())
    with _lock:
        wanted = not (RUN / name).exists() and name not in _making
        if wanted:
            _making.add(name)
    if wanted:
        about = (opened, name, view.border_km, view.border_of, view.policy)
        later = threading.Timer(PAUSE_S, _make, args=about)
        later.daemon = True
        later.start()
    return static_url(RUN, name)


def facing_panel(opened: Workspace, shown: Shown) -> None:
    """List the places shown that face each other across a border."""
    within = st.segmented_control(
        "No farther apart than",
        FACING_KM,
        default=25,
        format_func=lambda km: f"{km} km",
        key="facing_km",
    )
    places = {
        event.place.place_id: event.place
        for event in shown.selection.shown
        if event.place.feature_code not in AREA_CODES | LINE_CODES
    }
    with st.spinner("Measuring across borders…"):
        found = facing(
            [Place(p.place_id, p.name, p.lat, p.lon, p.precision_km) for p in places.values()],
            open_borders("osm", shown.view.policy),
            float(within or 25),
        )
    if not found:
        st.info("No two of the places shown face each other across a border that near.")
        return
    st.dataframe(
        [
            {
                "Here": pair.one.name,
                "Country": border_label(pair.pair[0], opened.names),
                "There": pair.two.name,
                "Country there": border_label(pair.pair[1], opened.names),
                "Apart, km": pair.distance_km,
                "Here to the border, km": pair.one_border_km,
                "There to the border, km": pair.two_border_km,
                "Sides certain": pair.sure,
            }
            for pair in found
        ],
        hide_index=True,
        height=min(480, 38 * (len(found) + 1)),
        column_config={
            name: st.column_config.NumberColumn(format="%.1f")
            for name in ("Apart, km", "Here to the border, km", "There to the border, km")
        },
        alt="Reported places that face each other across a border",
    )
    st.caption(
        "Reported places on different sides of the same border. “Sides certain” is not ticked "
        "where a place is known less exactly than it is far from the border."
    )
