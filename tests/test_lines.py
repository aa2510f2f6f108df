"""Maps that others drew: reading them, standing beside or instead of ours, and agreement."""

import json
from datetime import date

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from geo.errors import InputError, StoreError
from geo.line_files import read_outlines
from geo.lines import (
    Mode,
    agreement,
    apply_layers,
    layer_zones,
    make_layer,
    naming_property,
    on_day,
)
from geo.model import Actor, ActorKind, Tier, Zone
from geo.polygons import geodesic_km2
from geo.store import open_store

DAY = date(2017, 11, 9)
ACTORS = {
    "army": Actor(
        "army", "Syrian army", "Army", ActorKind.STATE, "#b7303b", "solid", {"en": ("SAA",)}
    ),
    "daesh": Actor("daesh", "Daesh", "Daesh", ActorKind.REBEL, "#333333", "dots"),
}


def box(west, south, east, north):
    return shapely.box(west, south, east, north)


def layer(pairs, **more):
    told = {"title": "Desk map", "on": DAY, "source": "A desk", "tier": Tier.REPORTED, **more}
    return make_layer(pairs, actors=ACTORS, **told)[0]


def zone(who, area, kind="held"):
    return Zone(who, kind, shapely.geometry.mapping(area), 0.5, ("r/1",), geodesic_km2(area))


def geojson(*rings, **properties):
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for ring in rings
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


RING = [[40, 34], [41, 34], [41, 35], [40, 35], [40, 34]]
KML = """<?xml version="1.0"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>Held</name>
<Placemark><name>Army</name><ExtendedData><Data name="side"><value>SAA</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>
40,34,0 41,34,0 41,35,0 40,35,0 40,34,0</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>40.4,34.4 40.6,34.4 40.6,34.6 40.4,34.6 40.4,34.4
</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>
<Placemark><name>A road</name><LineString><coordinates>40,34 41,35</coordinates></LineString>
</Placemark></Folder></Document></kml>"""


def test_kml_gives_polygons_with_holes_folders_and_data():
    found = read_outlines("map.kml", KML.encode())
    (outline,) = found.outlines
    assert outline.properties == {"name": "Army", "folder": "Held", "side": "SAA"}
    assert outline.geometry.area == pytest.approx(1 - 0.04)
    assert [p.row for p in found.problems] == [2]  # the road


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE kml [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE kml SYSTEM "http://localhost:9/x.dtd">',
    ],
)
def test_a_document_type_is_refused_before_anything_is_expanded(declared):
    text = KML.replace("<kml ", declared + "<kml ", 1)
    with pytest.raises(InputError, match="document type"):
        read_outlines("map.kml", text.encode())


def test_a_ring_that_crosses_itself_is_mended_and_said():
    bow = [[40, 34], [41, 35], [41, 34], [40, 35], [40, 34]]
    found = read_outlines("x.geojson", geojson(bow))
    (outline,) = found.outlines
    assert outline.geometry.is_valid
    assert outline.geometry.area == pytest.approx(0.5)
    assert "crosses itself" in found.mended[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "neither GeoJSON nor KML"),
        (b"{", "not GeoJSON"),
        (b"<kml><broken", "not KML"),
        (b"PK\x03\x04....", "zip"),
        (b'{"type":"FeatureCollection","features":7}', "without features"),
        (b'{"type":"Point","coordinates":[40,34]}', "no usable polygon"),
        (geojson([[34, 140], [35, 140], [35, 141], [34, 140]]), "longitude first"),
        (geojson([[400, 34], [401, 34], [401, 35], [400, 34]]), "not on the globe"),
        (geojson([["a", 34], [41, 34], [41, 35], [40, 34]]), "not a number"),
        (geojson([[40, 34], [41, 35], [40, 34]]), "no ground"),
        (
            b'{"type":"Polygon","coordinates":[],"crs":{"properties":{"name":"EPSG:3857"}}}',
            "WGS84",
        ),
        (("[" * 3000).encode(), "neither"),
        (('{"type":"GeometryCollection","geometries":[' * 60 + "]}" * 60).encode(), "no usable"),
    ],
)
def test_what_cannot_be_used_says_why(data, words):
    with pytest.raises(InputError, match=words):
        read_outlines("x", data)


@given(st.binary(max_size=400))
def test_no_bytes_do_anything_but_give_polygons_or_an_input_error(data):
    for name in ("x.kml", "x.geojson"):
        try:
            found = read_outlines(name, data)
        except InputError:
            continue
        assert all(outline.geometry.is_valid for outline in found.outlines)


def test_names_of_actors_are_read_in_any_case_and_strangers_are_named():
    pairs = [
        ("SAA", box(40, 34, 41, 35)),
        ("daesh", box(41, 34, 42, 35)),
        ("Tribes", box(42, 34, 43, 35)),
    ]
    made, doubts = make_layer(
        pairs, title="T", on=DAY, source="S", tier=Tier.CLAIMED, actors=ACTORS
    )
    assert {(a.actor_id, a.label) for a in made.areas} == {
        ("army", "Syrian army"),
        ("daesh", "Daesh"),
        ("", "Tribes"),
    }
    assert len(doubts) == 1
    assert "Tribes" in doubts[0]
    named = layer(pairs, known_as={"tribes": "daesh"})
    assert {a.actor_id for a in named.areas} == {"army", "daesh"}


def test_the_property_that_names_actors_is_found():
    features = [{"name": "Zone 1", "side": "SAA"}, {"name": "Daesh", "side": "daesh"}]
    assert naming_property(features, ACTORS) == "side"
    assert naming_property([{"name": "Zone 1"}], ACTORS) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"source": ""},
        {"until": date(2017, 11, 8)},
        {"tier": Tier.DENIED},
        {"known_as": {"x": "nobody"}},
    ],
)
def test_a_layer_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(InputError):
        layer([("army", box(40, 34, 41, 35))], **wrong)
    with pytest.raises(InputError):
        layer([])


def test_ground_of_two_actors_at_once_is_contested_and_nothing_overlaps():
    pairs = [("army", box(40, 34, 41.5, 35)), ("daesh", box(41, 34, 42, 35))]
    zones = layer_zones(layer(pairs))
    kinds = {(z.kind, z.holders) for z in zones}
    assert kinds == {("held", ("army",)), ("held", ("daesh",)), ("contested", ("army", "daesh"))}
    whole = shapely.union_all([shape(dict(z.geometry)) for z in zones])
    assert sum(z.area_km2 for z in zones) == pytest.approx(geodesic_km2(whole), rel=1e-6)


def test_instead_replaces_ours_only_where_it_lies_and_only_on_its_days():
    ours = [zone(("daesh",), box(40, 34, 42, 35))]
    theirs = layer([("army", box(41, 34, 43, 35))], mode=Mode.INSTEAD, until=date(2017, 11, 10))
    shown = apply_layers(ours, [theirs], DAY)
    by_holder = {z.holders[0]: shape(dict(z.geometry)) for z in shown}
    assert by_holder["daesh"].equals(box(40, 34, 41, 35))
    assert by_holder["army"].equals(box(41, 34, 43, 35))
    assert {z.evidence for z in shown} == {("r/1",), (f"lines:{theirs.id}",)}
    assert apply_layers(ours, [theirs], date(2017, 11, 11)) == tuple(ours)
    beside = layer([("army", box(41, 34, 43, 35))])
    assert apply_layers(ours, [beside], DAY) == tuple(ours)
    assert on_day([theirs, beside], DAY, Mode.BESIDE) == (beside,)


shares = st.floats(0.05, 0.95)


@given(shares, shares)
def test_agreement_is_the_common_share_and_never_leaves_zero_to_one(mine, other):
    zones = [zone(("army",), box(40, 34, 40 + mine, 35))]
    theirs = layer([("army", box(40 + 1 - other, 34, 41, 35))])
    (row,) = agreement(theirs, zones)
    common = max(0.0, mine + other - 1)
    either = mine + other - common
    assert 0 <= row.iou <= 1
    assert row.iou == pytest.approx(common / either, abs=2e-3)
    only_ours = row.ours_km2 - row.both_km2
    assert row.only_ours_km2 == pytest.approx(only_ours, abs=1e-6)


def test_a_map_agrees_wholly_with_itself():
    ground = box(40, 34, 41, 35)
    (row,) = agreement(layer([("army", ground)]), [zone(("army",), ground)])
    assert row.iou == pytest.approx(1, abs=1e-9)
    assert row.only_ours_km2 == pytest.approx(0, abs=1e-6)


def test_the_store_keeps_layers_and_their_history(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'x.db'}")
    made = layer([("army", box(40, 34, 41, 35)), ("Tribes", box(42, 34, 43, 35))])
    store.add_layer(made, who="ann", why="test")
    assert store.layers() == (made,)
    assert store.snapshot().layers == (made,)
    store.set_layer_mode(made.id, Mode.INSTEAD, who="ann", why="test")
    assert store.layers()[0].mode is Mode.INSTEAD
    store.remove_layer(made.id, who="ann", why="test")
    assert store.layers() == ()
    with pytest.raises(StoreError):
        store.remove_layer(made.id, who="ann", why="test")
    told = [what for _, _, _, what in store.changes()]
    assert [words.split()[0] for words in told] == ["added", "the", "removed"]
    store.add_layer(made, who="ann", why="again")
    assert store.layers() == (made,)
