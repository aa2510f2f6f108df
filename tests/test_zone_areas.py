"""Areas of many settlements: clean, cut to land, and never where nothing is known."""

import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape
from test_zones import assert_clean, assert_no_overlap, control

from geo.__main__ import main
from geo.areas import country_area
from geo.errors import InputError
from geo.polygons import geodesic_km2
from geo.zones import MANY, zones
from geo.zones.areas import areas
from geo.zones.kriging import Kriging
from geo.zones.methods import Voronoi, on_globe
from geo.zones.partition import faces
from geo.zones.settlements import METHODS

CAP_KM = 20.0


def settlements(count=300, seed=0, lat0=35.0, lon0=41.0, wide=1.0):
    rng = np.random.default_rng(seed)
    lat = rng.uniform(lat0 - wide, lat0 + wide, count)
    lon = rng.uniform(lon0 - wide, lon0 + wide, count)
    label = np.where(lon - lon0 > 0.3 * np.sin(5 * lat), "east", "west")
    return lat, (lon + 180) % 360 - 180, label


def drawn(lat, lon, label, method=Kriging, **options):
    options = {"cap_km": CAP_KM, **options}
    return areas(method().fit(lat, lon, label), lat, lon, **options)


def assert_coverage(found):
    """No overlap, and neighbours share their edges vertex by vertex."""
    shapes = np.array([area.geometry for area in found])
    assert shapely.is_valid(shapes).all()
    whole = shapely.union_all(shapes)
    slack = 2e-5 * shapely.length(shapes).sum()
    assert abs(shapely.area(shapes).sum() - whole.area) <= slack


@st.composite
def labelled_grids(draw):
    rows, columns = draw(st.integers(3, 9)), draw(st.integers(3, 9))
    cells = draw(st.lists(st.integers(0, 4), min_size=rows * columns, max_size=rows * columns))
    label = np.array(cells).reshape(rows, columns)
    label[[0, -1], :] = 0
    label[:, [0, -1]] = 0
    where = draw(st.floats(0, 1))
    return label, where


@settings(max_examples=150, deadline=None)
@given(labelled_grids())
def test_faces_part_the_ground_exactly(case):
    label, where = case
    rows, columns = label.shape
    made = faces(
        np.arange(columns, dtype=float), np.arange(rows, dtype=float), label,
        lambda one, other: np.full(len(one), where), empty=0,
    )  # fmt: skip
    shapes = np.array([face for _, face, _ in made], dtype=object)
    if not len(shapes):
        assert not label.any()
        return
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)  # no overlap, every shared edge the same vertices
    # Every labelled point lies in exactly one face, of its own label; no face holds an empty one.
    nodes = np.concatenate([inside for _, _, inside in made])
    assert sorted(nodes.tolist()) == np.flatnonzero(label.ravel()).tolist()
    for number, face, inside in made:
        assert (label.ravel()[inside] == number).all()
        points = shapely.points(inside % columns, inside // columns)
        assert shapely.contains_properly(face, points).all()


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(1, 120),
    st.floats(-70, 70),
    st.floats(-180, 180),
    st.floats(0.05, 3),
)
def test_areas_are_clean_anywhere(seed, count, lat0, lon0, wide):
    found = drawn(*settlements(count, seed, lat0, lon0, wide))
    assert found
    assert_coverage(found)
    for area in found:
        assert 0 < area.certainty <= 1
        assert area.area_km2 == pytest.approx(geodesic_km2(area.geometry))
        assert len(area.towns)
        assert np.abs(shapely.get_coordinates(area.geometry)[:, 0]).max() <= 180


def test_nothing_beyond_the_cap_and_all_within_it():
    lat, lon, label = settlements(60, wide=2.0)
    whole = shapely.union_all([area.geometry for area in drawn(lat, lon, label)])
    rng = np.random.default_rng(5)
    at_lat, at_lon = rng.uniform(32.5, 37.5, 4000), rng.uniform(38.5, 43.5, 4000)
    from scipy.spatial import cKDTree

    away, _ = cKDTree(on_globe(lat, lon)).query(on_globe(at_lat, at_lon))
    inside = shapely.contains_xy(whole, at_lon, at_lat)
    assert not inside[away > CAP_KM * 1.05].any()
    assert inside[away < CAP_KM * 0.95].all()


def test_a_single_settlement_is_a_disc():
    (area,) = drawn([35.0], [41.0], ["a"])
    assert area.holders == ("a",)
    assert area.area_km2 == pytest.approx(np.pi * CAP_KM**2, rel=0.02)


def test_the_front_is_contested_and_lies_between_the_sides():
    lat, lon, label = settlements(500)
    found = drawn(lat, lon, label)
    kinds = {(area.kind, area.holders[0]) for area in found}
    assert {("held", "east"), ("held", "west")} <= kinds
    band = [a for a in found if a.kind == "contested"]
    assert band
    assert all(set(a.holders) == {"east", "west"} for a in band)
    ground = shapely.union_all([a.geometry for a in band])
    near = [shapely.Point(41 + 0.3 * np.sin(5 * y), y) for y in np.linspace(34.2, 35.8, 30)]
    assert np.mean([ground.distance(p) < 0.06 for p in near]) > 0.9


def test_cut_once_to_land_and_neighbours_still_meet():
    lat, lon, label = settlements(400, lat0=35.2, lon0=36.2, wide=1.0)
    land = country_area("SY")
    found = drawn(lat, lon, label, land=land)
    assert_coverage(found)
    whole = shapely.union_all([a.geometry for a in found])
    assert whole.difference(land.buffer(0.01)).area < 1e-6


def test_land_that_is_no_area_and_the_pole_are_refused():
    lat, lon, label = settlements(5)
    with pytest.raises(InputError):
        drawn(lat, lon, label, land=shapely.Point(1, 1))
    with pytest.raises(InputError, match="pole"):
        drawn([89.9], [0.0], ["a"])


def test_the_order_of_the_settlements_does_not_matter():
    lat, lon, label = settlements(80)

    def ground(order):
        found = drawn(lat[order], lon[order], label[order])
        return sorted((a.holders, a.kind, round(a.area_km2)) for a in found)

    forward = np.arange(80)
    assert ground(forward) == ground(forward[::-1])


class TestManyPlaces:
    """``geo.zones`` hands a cluster of many places to the same engine."""

    def places(self, **changed):
        lat, lon, label = settlements(MANY + 50)
        sides = {"east": "e", "west": "w"}
        return [
            control(y, x, *changed.get(f"t{i}", (sides[who],)), name=f"t{i}")
            for i, (y, x, who) in enumerate(zip(lat, lon, label, strict=True))
        ]

    def test_kinds_evidence_and_cleanness(self):
        found = zones(self.places())
        assert_clean(found)
        assert_no_overlap(found)
        assert {z.kind for z in found} == {"held", "contested"}
        assert all(z.holders == ("e", "w") for z in found if z.kind == "contested")
        ids = {f"e/t{i}" for i in range(MANY + 50)}
        assert all(z.evidence and set(z.evidence) <= ids for z in found)

    def test_odd_reports_do_not_cut_holes(self):
        places = self.places()
        other = {"e": ("w",), "w": ("e",)}
        odd = {c.place.name: other[c.holders[0]] for c in places[::8]}
        painted = zones(self.places(**odd))
        held = {
            name for name, who in odd.items()
            for c in places if c.place.name == name
            for z in painted if (z.kind, z.holders) == ("held", who)
            and shape(z.geometry).contains(shapely.Point(c.place.lon, c.place.lat))
        }  # fmt: skip
        assert len(held) < len(odd) / 4  # by nearest place all of them would be

    def test_places_left_by_all_keep_their_ground_empty(self):
        places = self.places()
        gone = {
            c.place.name: () for c in places
            if abs(c.place.lat - 35) < 0.3 and c.place.lon > 41.5
        }  # fmt: skip
        assert len(gone) > 3
        found = zones(self.places(**gone))
        assert not any(shape(z.geometry).contains(shapely.Point(41.8, 35.0)) for z in found)


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return str(path)


class TestCommand:
    KNOWN = "lat,lon,actor\n35.0,40.0,Army\n35.1,40.1,Army\n35.0,41.0,Rebels\n35.1,41.1,Rebels\n"

    @pytest.mark.parametrize("method", [None, *METHODS])
    def test_points(self, tmp_path, method):
        known = write(tmp_path / "k.csv", self.KNOWN)
        query = write(tmp_path / "q.csv", "id,lat,lon\n=1+1,35.02,40.02\nb,35.0,41.02\nc,0,0\n")
        out = tmp_path / "p.csv"
        extra = ["--method", method] if method else []
        assert main(["zones", "--known", known, "--query", query, "-o", str(out), *extra]) == 0
        header, *rows = [line.split(",") for line in out.read_text("utf-8").splitlines()]
        assert header == [
            "id", "lat", "lon", "p_Army", "p_Rebels",
            "holder", "certainty", "distance_km", "informed",
        ]  # fmt: skip
        assert [row[5] for row in rows[:2]] == ["Army", "Rebels"]
        assert [row[8] for row in rows] == ["yes", "yes", "no"]
        assert rows[0][0] == "'=1+1"
        for row in rows:
            assert float(row[3]) + float(row[4]) == pytest.approx(1, abs=2e-4)
            assert float(row[6]) == max(float(row[3]), float(row[4]))

    def test_areas_and_points_at_once(self, tmp_path):
        known = write(tmp_path / "k.csv", self.KNOWN)
        query = write(tmp_path / "q.csv", "lat,lon\n35,40\n")
        table, map_ = tmp_path / "p.csv", tmp_path / "z.geojson"
        code = main(
            ["zones", "--known", known, "--query", query, "-o", str(table), "-o", str(map_),
             "--country", "SY", "--cap-km", "15"]
        )  # fmt: skip
        assert code == 0
        whole = json.loads(map_.read_bytes())
        assert whole["dateline"]["cap_km"] == 15
        assert whole["dateline"]["no_information_km2"] > 150_000
        rows = {line for f in whole["features"] for line in f["properties"]["rows"]}
        assert rows == {2, 3, 4, 5}  # lines of the table
        assert table.exists()

    def test_bad_rows_are_told_and_the_rest_is_done(self, tmp_path, capsys):
        text = self.KNOWN + "95,40,Army\n35,40.5,\n35,x,Army\n"
        known = write(tmp_path / "k.csv", text)
        out = tmp_path / "z.geojson"
        assert main(["zones", "--known", known, "-o", str(out)]) == 1
        told = capsys.readouterr().err
        assert "row 6" in told
        assert "row 7, column actor: is empty" in told
        assert "row 8" in told
        assert out.exists()

    def test_weights_and_dates(self, tmp_path, capsys):
        text = (
            "lat,lon,actor,weight,date\n35,40,Army,1,2017-11-01\n35,40.01,Rebels,1,2017-12-01\n"
            "35,40.02,Army,-1,\n35,40.03,Army,1,yesterday\n"
        )
        known = write(tmp_path / "k.csv", text)
        query = write(tmp_path / "q.csv", "lat,lon\n35,40.005\n")
        out = tmp_path / "p.csv"
        arguments = ["zones", "--known", known, "--query", query, "-o", str(out)]
        assert main([*arguments, "--date", "2017-11-15"]) == 1
        told = capsys.readouterr()
        assert "row 4, column weight" in told.err
        assert "row 5, column date" in told.err
        assert "1 rows are dated after 2017-11-15" in told.out
        assert "Rebels" not in out.read_text("utf-8")
        assert main(arguments) == 1
        assert "Rebels" in out.read_text("utf-8")

    @pytest.mark.parametrize(
        ("text", "arguments", "words"),
        [
            ("lat,lon\n35,40\n", [], "no column actor"),
            ("", [], "empty"),
            ("lat,lon,actor\n", [], "no row has a point"),
            ("lat,lon,actor,date\n35,40,a,2017-11-09\n", ["--date", "2016-01-01"], "later --date"),
            ("lat,lon,actor\n35,40,a\n", ["--cap-km", "0"], "--cap-km"),
            ("lat,lon,actor\n35,40,a\n", ["--cap-km", "nan"], "--cap-km"),
            ("lat,lon,actor\n35,40,a\n", ["--country", "ZZ"], "ZZ"),
            ("lat,lon,actor\n89.95,40,a\n", [], "pole"),
            ("lat,lon,actor\n35,40,a\n", ["-o", "x.txt"], "-o"),
            ("lat,lon,actor\n35,40,a\n", ["-o", "x.csv"], "--query"),
        ],
    )
    def test_what_cannot_be_done_ends_with_2_and_a_sentence(
        self, tmp_path, capsys, text, arguments, words
    ):
        known = write(tmp_path / "k.csv", text)
        out = tmp_path / "z.geojson"
        assert main(["zones", "--known", known, "-o", str(out), *arguments]) == 2
        assert words in capsys.readouterr().err
        assert not out.exists()

    @pytest.mark.parametrize(
        "text",
        [
            "lat,lon,actor\n35,40,a\n",
            "lat,lon,actor\n35,40,a\n35.2,40,a\n",
            "lat,lon,actor\n35,40,a\n35,40,b\n",
            "lat,lon,actor\n-17,179.99,a\n-17,-179.99,b\n-17,180,a\n",
            "lat,lon,actor\n35,40,نعم & <b>nobody knows</b>\n",
        ],
    )
    def test_odd_but_sound_tables_make_a_map(self, tmp_path, text):
        known = write(tmp_path / "k.csv", text)
        out = tmp_path / "z.geojson"
        assert main(["zones", "--known", known, "-o", str(out)]) == 0
        features = json.loads(out.read_bytes())["features"]
        km2 = sum(f["properties"]["area_km2"] for f in features)
        assert km2 < 4 * np.pi * CAP_KM**2
        for feature in features:
            found = shape(feature["geometry"])
            assert found.is_valid
            assert np.abs(shapely.get_coordinates(found)[:, 0]).max() <= 180


def test_voronoi_through_the_same_polygons():
    lat, lon, label = settlements(200)
    found = drawn(lat, lon, label, Voronoi)
    assert_coverage(found)
    assert {a.kind for a in found} == {"held"}
    assert {a.certainty for a in found} == {1.0}
