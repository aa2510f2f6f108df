"""Places told by other places become areas with a precision of their own."""

import math

import pytest
from pyproj import Geod
from shapely import Point, Polygon

from geo.reading.linking import link_place, link_places
from geo.reading.places import read_places
from geo.reading.tokens import tokens
from geo.reading.words import Document, Relation

GEOD = Geod(ellps="WGS84")


def area_of(text, name=None):
    found = [m for m in read_places(Document("t", text)) if m.area is not None]
    return next(m.area for m in found if name is None or m.text == name)


def km(a, b):
    return GEOD.inv(a[1], a[0], b[1], b[0])[2] / 1000


@pytest.mark.parametrize(
    ("words", "distance", "bearing"),
    [
        ("5 km north of", 5, 0),
        ("some 12 miles south-east of", 19.3, 135),
        ("about 1,200 metres west of", 1.2, 270),
        ("twenty kilometres northeast of", 20, 45),
    ],
)
def test_an_offset_is_a_point_at_that_distance_and_direction(words, distance, bearing):
    area = area_of(f"A convoy was hit {words} Palmyra, Syria.")
    assert area.relation is Relation.OFFSET
    place = area.anchors[0]
    there, _, metres = GEOD.inv(place.lon, place.lat, area.lon, area.lat)
    assert metres / 1000 == pytest.approx(distance, rel=0.02)
    assert math.cos(math.radians(there - bearing)) > 0.999
    assert area.precision_km >= 0.25 * distance
    assert area.text.endswith("Palmyra")


def test_a_distance_without_direction_is_a_circle_about_the_place():
    area = area_of("A convoy was hit 30 km from Palmyra in Syria.")
    assert area.bearing_deg is None
    assert area.precision_km >= 30
    assert Polygon(area.ring).contains(Point(area.anchors[0].lon, area.anchors[0].lat))


def test_between_two_places_lies_between_them_and_reaches_both():
    area = area_of("Clashes were heard between Homs and Hama in Syria.")
    homs, hama = area.anchors
    assert area.relation is Relation.BETWEEN
    point = area.lat, area.lon
    assert km(point, (homs.lat, homs.lon)) == pytest.approx(
        km(point, (hama.lat, hama.lon)), rel=0.01
    )
    assert area.precision_km >= km(point, (homs.lat, homs.lon))
    assert Polygon(area.ring).contains(Point(area.lon, area.lat))


@pytest.mark.parametrize(
    "text",
    ["Shells hit the road from Homs to Hama in Syria.", "The Homs-Hama highway in Syria was cut."],
)
def test_a_road_is_told_by_its_ends(text):
    assert area_of(text).relation is Relation.ROAD


def test_a_side_is_a_sector_on_that_side():
    area = area_of("They dug in south of Kirkuk in Iraq.")
    assert area.relation is Relation.SIDE
    assert area.lat < area.anchors[0].lat
    assert Polygon(area.ring).contains(Point(area.lon, area.lat))


def test_a_part_of_a_country_is_that_half_of_it():
    area = area_of("Planes bombed northern Syria again.")
    assert area.relation is Relation.PART
    assert area.lat > area.anchors[0].lat
    assert area.precision_km > 100


def test_near_and_outside_widen_the_place():
    near, outside = (
        area_of("A blast near Palmyra in Syria."),
        area_of("A blast outside Palmyra, Syria."),
    )
    assert (near.relation, outside.relation) == (Relation.NEAR, Relation.OUTSIDE)
    for area in (near, outside):
        assert area.precision_km > area.anchors[0].precision_km


def test_along_a_border_is_the_stretch_near_the_towns_named():
    area = area_of("Troops massed near Al Bu Kamal along Syria's border with Iraq.", "Iraq")
    assert area.relation is Relation.BORDER
    assert km((area.lat, area.lon), (34.45, 40.92)) < 20
    assert {p.country for p in area.anchors} == {"SY", "IQ"}


def test_a_distance_that_tells_where_an_unknown_place_is_belongs_to_it():
    found = read_places(Document("t", "They took Zorbtown, 12 km east of Kirkuk, in Iraq."))
    unknown = next(m for m in found if m.text == "Zorbtown")
    assert unknown.place is None
    assert unknown.area.relation is Relation.OFFSET
    assert next(m for m in found if m.text == "Kirkuk").area is None


def test_a_distance_that_tells_where_a_known_place_is_moves_nothing():
    found = read_places(Document("t", "Troops took al-Bab, 30 km north-east of Aleppo, in Syria."))
    assert [m.text for m in found] == ["al-Bab", "Aleppo", "Syria"]
    assert all(m.area is None for m in found)


def linked(text, verb, **more):
    at = text.index(verb)
    mentions = read_places(Document("t", text))
    found = link_place(tokens(text), (at, at + len(verb)), mentions)
    return found and found.text


def test_an_event_is_at_the_place_behind_its_verb():
    text = "Militants from Mosul attacked a checkpoint in Kirkuk on Monday."
    assert linked(text, "attacked") == "Kirkuk"


def test_an_event_is_not_at_the_demonym_of_who_did_it():
    assert linked("Syrian troops captured the town.", "captured") is None


def test_linking_gives_probabilities_best_first():
    text = "Shelling hit Donetsk and Horlivka."
    mentions = read_places(Document("t", text))
    found = link_places(tokens(text), (9, 12), mentions, threshold=0.0)
    assert [round(p, 6) for _, p in found] == sorted((round(p, 6) for _, p in found), reverse=True)
    assert all(0 <= p <= 1 for _, p in found)
