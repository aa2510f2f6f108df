"""The shell and the payloads: what reaches the page, and what may never pass through Folium."""

from __future__ import annotations

import json
import os
import time
from datetime import date
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit_folium import _get_feature_group_string, _get_map_string, generate_js_hash

from geo.dates import DateSpan
from geo.errors import InputError
from geo.model import (
    Actor,
    ActorKind,
    Attribution,
    CandidateNote,
    Event,
    EventPlace,
    EventType,
    Numbers,
    Participant,
    Quote,
    Report,
    Role,
    Status,
    Tier,
    Zone,
)
from geo.webmap import (
    areas_payload,
    events_payload,
    filter_group,
    shell,
    write_static,
    zones_payload,
)
from geo.webmap.shell import _script_json

HOSTILE = [
    "{{ 7*7 }}",
    "{% raw %}",
    "{# gone #}",
    "{{{%",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "C:\\20190221",
    "\u202eright to left\u202c \u200fمرحبا",
    "\N{BOMB}\N{EARTH GLOBE EUROPE-AFRICA}",
    "${alert(1)}`",
    "line\u2028separator\u2029paragraph\0null",
    "quote ' \" back ` slash \\ end \\",
]
ARMY = Actor("army", "Syrian army", "Army", ActorKind.STATE, "#b7303b", "solid")
DAESH = Actor("daesh", "Daesh", "Daesh", ActorKind.REBEL, "#333333", "dots")
ACTORS = {"army": ARMY, "daesh": DAESH}


def report(text: str, url: str = "https://example.org/a?b=c&d=e") -> Report:
    day = DateSpan.parse("2017-11-10")
    return Report("r1", "Title", "The Paper", day, text, url)


def event(number: int = 1, start: int = 0, end: int = 1, **changes: object) -> Event:
    place = EventPlace(
        *("geonames:174448", "Al Bu Kamal", "Al Bu Kamal", 34.4506, 40.9171, "PPL", "SY"),
        admin1="SY.07",
        precision_km=2.0,
        arabic="البوكمال",
    )
    values: dict[str, object] = {
        "id": f"r1/{number}",
        "type": EventType.CAPTURES,
        "participants": (Participant("army", Role.AGENT), Participant("daesh", Role.TARGET)),
        "place": place,
        "date": DateSpan.parse("2017-11-09"),
        "attribution": Attribution("The Paper", "a spokesman", Tier.CLAIMED, "army"),
        "quote": Quote("r1", start, end),
    }
    values.update(changes)
    return Event(**values)  # type: ignore[arg-type]


def strings(map_, group):
    """What st_folium sends to the browser for a shell and a feature group."""
    map_.get_root().render()
    script = _get_map_string(map_)
    return script, _get_feature_group_string(group, map_)


def test_shell_is_the_same_string_on_every_run_of_the_page():
    first, _ = strings(shell((34.6, 40.5), 8), filter_group(ids=["a"]))
    second, _ = strings(shell((34.6, 40.5), 8), filter_group(ids=["b"], dark=True))
    assert generate_js_hash(first, "map") == generate_js_hash(second, "map")


@pytest.mark.parametrize(
    "change",
    [
        {"ids": ["r1/1", "r_2"]},
        {"ids": ["r1/1", "r_3"]},
        {"mask": [True, False]},
        {"events_url": "/app/static/run/events-1_a.json"},
        {"events_url": "/app/static/run/events-1_b.json"},
        {"areas_url": "/app/static/run/areas-1.json"},
        {"zones_url": "/app/static/run/zones-1.json"},
        {"on": date(2017, 11, 9)},
        {"since": date(2017, 11, 9)},
        {"border_band_km": 25.0},
        {"selected": "r1/1"},
        {"dark": True},
        {"dark": False},
        {"pan_to": (34.0, 40.0)},
        {"pan_to": (34.0, 40.0, 9.0)},
        {"turn": 1},
    ],
)
def test_every_filter_field_changes_what_the_page_compares(change):
    _, plain = strings(shell((34.6, 40.5), 8), filter_group())
    _, changed = strings(shell((34.6, 40.5), 8), filter_group(**change))
    assert plain != changed


def test_filter_changes_differ_from_each_other_even_after_an_underscore():
    # st_folium's identity of the *shell* drops every "_word"; the feature group must not.
    texts = {strings(shell((0, 0), 3), filter_group(ids=[f"a_{n}"]))[1] for n in range(5)}
    assert len(texts) == 5


def test_all_scripts_and_styles_come_from_this_app_and_exist():
    root = Path(__file__).parents[1] / "static"
    map_ = shell((0, 0), 3)
    links = [url for _, url in map_.default_js + map_.default_css]
    assert links
    for url in links:
        assert url.startswith("/app/static/")
        if "/fonts/" not in url:
            assert (root / url.removeprefix("/app/static/")).exists(), url


def test_the_first_script_asks_for_all_the_others():
    text = (Path(__file__).parents[1] / "static" / "dateline" / "core.js").read_text()
    first, *others = [url for _, url in shell((0, 0), 3).default_js]
    assert first.endswith("/core.js")
    for url in others:
        assert f'{Path(url).name}"' in text


@pytest.mark.parametrize("text", HOSTILE)
def test_an_id_survives_folium_letter_for_letter(text):
    _, script = strings(shell((0, 0), 3), filter_group(ids=[text], selected=text))
    start = script.index('{"ids"')
    state, _ = json.JSONDecoder().raw_decode(script[start:])
    assert state["ids"] == [text]
    assert state["selected"] == text


@given(st.text())
def test_script_json_holds_no_tag_and_no_template(text):
    encoded = _script_json({"t": text})
    assert json.loads(encoded) == {"t": text}
    for opener in ("<", ">", "{{", "{%", "{#", "\u2028"):
        assert opener not in encoded


def test_mask_packs_one_bit_per_row():
    _, script = strings(
        shell((0, 0), 3), filter_group(mask=[True, False, False, True] + [True] * 5)
    )
    assert '"mask":{"n":9,"bits":"+QE="}' in script


def test_ids_and_mask_together_are_refused():
    with pytest.raises(InputError, match="either ids or mask"):
        filter_group(ids=["a"], mask=[True])


def test_write_static_names_a_file_by_its_content_and_prunes_old_ones(tmp_path):
    run = tmp_path / "run"
    url = write_static(run, "events", {"a": "\N{BOMB}"})
    assert url == write_static(run, "events", {"a": "\N{BOMB}"})
    assert url.startswith("/app/static/run/events-")
    assert orjson.loads((run / url.rsplit("/", 1)[1]).read_bytes()) == {"a": "\N{BOMB}"}
    old = run / "events-0000000000000000.json"
    other = run / "zones-0000000000000000.json"
    for path in (old, other):
        path.write_text("{}")
        os.utime(path, (time.time() - 3 * 86400,) * 2)
    assert write_static(run, "events", {"a": 2}) != url
    assert not old.exists()
    assert other.exists()
    assert len(list(run.iterdir())) == 3


def test_write_static_takes_half_a_surrogate_pair_and_refuses_a_path(tmp_path):
    url = write_static(tmp_path, "events", {"a": "half \ud83d pair"})
    text = (tmp_path / url.rsplit("/", 1)[1]).read_text()
    assert json.loads(text)["a"] == "half \ud83d pair"
    with pytest.raises(InputError, match="cannot name a file"):
        write_static(tmp_path, "../events", {})


@given(st.text(), st.text(min_size=1), st.text())
def test_quote_span_counts_as_a_browser_does(before, quote, after):
    text = before + quote + after
    span = (len(before), len(before) + len(quote))
    got = events_payload([event(1, *span)], ACTORS, {"r1": report(text)})
    row, start, end = got["events"]["span"][0]
    units = got["reports"][row]["text"].encode("utf-16-le")
    assert units[2 * start : 2 * end].decode("utf-16-le") == quote


def test_a_row_holds_what_the_card_shows():
    note = CandidateNote("geonames:1", "Elsewhere", 1.0, 2.0, "PPL", "IQ", 0.25, ("far away",))
    one = event(
        1, 0, 5, summary="Army takes the town", numbers=Numbers(2500, None, 3500, "fighters"),
        candidates=(note,), status=Status.CONFIRMED, reviewed_by="Mona",
    )  # fmt: skip
    got = events_payload(
        [one], ACTORS, {"r1": report("Al Bu Kamal fell")}, names={"SY": "Syria", "IQ": "Iraq"}
    )
    row = {key: column[0] for key, column in got["events"].items()}
    assert row["kind"] == "point"
    assert row["feature"] == "populated place"
    assert (row["country"], row["region"]) == ("Syria", "")
    assert (row["when"], row["start"], row["end"]) == ("9 Nov 2017", "2017-11-09", "2017-11-09")
    assert got["actors"][row["agents"][0]]["id"] == "army"
    assert got["actors"][row["party"]]["short"] == "Army"
    assert row["numbers"] == "2,500–3,500 fighters"
    assert row["checked"] == "Confirmed by Mona"
    assert row["candidates"][0]["reasons"] == ["far away"]
    assert not row["candidates"][0]["chosen"]
    assert row["border"] is None
    assert orjson.dumps(got)


def test_areas_and_lines_are_never_points():
    place = event().place
    kinds = {}
    for code in ("ADM1", "DSRT", "STM", "PPL"):
        here = EventPlace(
            *(place.place_id, "x", "x", 34.0, 40.0, code, None), admin1=None, precision_km=1.0
        )
        got = events_payload([event(place=here)], ACTORS, {})
        kinds[code] = got["events"]["kind"][0]
    assert kinds == {"ADM1": "area", "DSRT": "area", "STM": "line", "PPL": "point"}


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/x", True),
        ("http://example.org/x", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org/x", False),
        ("https://[bad", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(url, kept):
    got = events_payload([event()], ACTORS, {"r1": report("x", url)})
    assert got["reports"][0]["url"] == (url if kept else "")


def test_no_events_make_an_empty_file():
    got = events_payload([], ACTORS, {})
    assert got["events"]["id"] == []


def square(west: float, south: float, east: float, north: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_zones_draw_outer_edges_and_fronts_once():
    zones = [
        Zone(("army",), "claimed", square(40, 34, 41, 35), 0.9, ("r1/1",), 1.0),
        Zone(("army",), "claimed", square(41, 34, 42, 35), 0.5, ("r1/1",), 1.0),
        Zone(("daesh",), "held", square(42, 34, 43, 35), 0.9, ("r1/2",), 1.0),
    ]
    got = zones_payload(zones, ACTORS)
    assert [actor["id"] for actor in got["actors"]] == ["army", "daesh"]
    assert len(got["zones"]) == 3
    (edge,) = got["edges"]
    (ring,) = edge["shape"]
    # the step between the two bands at 41 E is no edge
    assert sorted(set(zip(ring[::2], ring[1::2], strict=True))) == [
        *((40.0, 34.0), (40.0, 35.0)),
        *((41.0, 34.0), (41.0, 35.0)),
        *((42.0, 34.0), (42.0, 35.0)),
    ]
    (front,) = got["fronts"]
    assert set(front[::2]) == {42.0}


def test_no_zones_make_an_empty_file():
    assert zones_payload([], {}) == {"actors": [], "zones": [], "edges": [], "fronts": []}


def test_areas_keep_rings_with_holes_and_lines():
    hole = square(0, 0, 4, 4)
    hole["coordinates"].append([[1, 1], [2, 1], [2, 2], [1, 1]])  # type: ignore[attr-defined]
    river = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    got = areas_payload({"a": hole, "b": river})["areas"]
    assert (got["a"]["kind"], len(got["a"]["shape"])) == ("area", 2)
    assert got["b"] == {"kind": "line", "shape": [[0.0, 0.0, 1.0, 1.0]]}
