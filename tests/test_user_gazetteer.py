"""Gazetteers of the user's own: what may be added, what it changes, what it must never break."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.__main__ import main
from geo.errors import InputError
from geo.exchange.problems import Problem
from geo.gazetteer import Gazetteer, imports
from geo.gazetteer.adding import add_file, layer_name
from geo.gazetteer.layers import layer_folder, read_layers, remove_layer
from geo.gazetteer.user import open_gazetteer
from geo.geocode import Dateline

AL_BU_KAMAL = "geonames:174448"


@pytest.fixture(scope="module")
def shipped():
    return Gazetteer()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def add(home, shipped):
    def call(text, name="mine.csv", base=None):
        path = home / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return add_file(path, base=base or shipped)

    return call


def dump_row(gid, name, lat, lon, *, names="", code="PPL", country="SY", unit="07", people=0):
    cells = [gid, name, name, names, lat, lon, code[0], code, country, "", unit, "", "", "", people]
    return "\t".join(map(str, [*cells, "", 200, "Asia/Damascus", "2020-01-01"])) + "\n"


def test_a_place_of_ones_own_is_found_by_all_its_names(add):
    add(
        "name,lat,lon,country,alternate_names,name_ar,precision_km\n"
        "Zumurrud Crossing,34.51,40.77,SY,Zumurrud gate; Zumurud Post,معبر الزمرد,0.4\n"
    )
    geocoder = Dateline()
    for name in ("Zumurrud Crossing", "zumurrud gate", "معبر الزمرد", "Zumurud-Post"):
        found = geocoder.resolve(name)
        assert found.place.id == "user:mine/2", name
        assert (found.place.lat, found.place.lon) == (34.51, 40.77)
    assert found.place.country == "SY"
    assert found.place.precision_km == 0.4
    assert found.place.arabic == "معبر الزمرد"
    assert "mine" in found.place.source
    assert geocoder.place("user:mine/2").name == "Zumurrud Crossing"
    assert geocoder.reverse((34.51, 40.77)).raw["place_id"] == "user:mine/2"
    assert geocoder.candidates("Zumurrud Crossing", country="IQ") == []
    slip = geocoder.candidates("Zumorrud Crosing", country="SY")[0]
    assert slip.place.id == "user:mine/2"


def test_points_told_by_ones_own_places_are_found_again_by_id(add):
    add("id,name,lat,lon,country\na|b,Zumurrud Crossing,34.51,40.77,SY\n7,Yaqut,34.6,40.9,SY\n")
    geocoder = Dateline()
    for text in ("3 km east of Zumurrud Crossing", "between Zumurrud Crossing and Yaqut"):
        found = geocoder.candidates(text, country="SY")[0].place
        assert "user:mine/a|b" in found.id
        again = geocoder.place(found.id)
        assert (again.lat, again.lon, again.name) == (found.lat, found.lon, found.name)


def test_a_place_that_is_shipped_too_is_one_place_at_the_users_point(add, shipped):
    added = add("name,lat,lon\nAl Bu Kamal,34.4500,40.9190\n")
    assert added.merged == 1
    geocoder = Dateline()
    before = Dateline(shipped).resolve("البوكمال").place
    for name in ("Al Bu Kamal", "Abu Kamal", "البوكمال", "town of Abu Kamal"):
        place = geocoder.resolve(name).place
        assert place.id == AL_BU_KAMAL
        assert (place.lat, place.lon) == (34.45, 40.919)
        assert place.admin1 == "SY.07"
        assert place.population == before.population
        assert place.arabic == before.arabic
    assert geocoder.place(AL_BU_KAMAL).lat == 34.45
    near = geocoder.reverse((34.45, 40.919), exactly_one=False)
    assert [x.raw["place_id"] for x in near].count(AL_BU_KAMAL) == 1


def test_a_shipped_village_is_merged_and_lies_at_the_users_point(add, shipped):
    before = Dateline(shipped).resolve("Zamalka", country="SY").place
    lat, lon = round(before.lat + 0.01, 4), round(before.lon, 4)
    assert add(f"name,lat,lon,country\nZamalka,{lat},{lon},SY\n").merged == 1
    geocoder = Dateline()
    [found] = [
        c.place
        for c in geocoder.candidates("Zamalka town", country="SY")
        if abs(c.place.lat - lat) < 0.1
    ]
    assert (found.id, found.lat) == (before.id, lat)
    assert geocoder.place(before.id).lat == lat


def test_a_dump_of_geonames(add):
    added = add(
        dump_row(90000001, "Zzarqaniyah", 35.2, 40.1, names="Az Zarqaniya,الزرقانية تجريبي")
        + dump_row(90000002, "Tall Zumurrud", 35.3, 40.2, code="HLL")
        + dump_row(174448, "Albū Kamāl", 34.45226, 40.91854, code="PPLA2", people=57572),
        "SY.txt",
    )
    assert (added.rows, added.merged, added.left_out) == (3, 1, 0)
    geocoder = Dateline()
    assert geocoder.resolve("الزرقانية تجريبي").place.id == "geonames:90000001"
    hill = geocoder.resolve("Tall Zumurrud", country="SY").place
    assert (hill.feature_code, hill.admin1) == ("HLL", "SY.07")
    assert hill.admin1_name
    assert geocoder.resolve("Al Bu Kamal").place.id == AL_BU_KAMAL
    # Consonants only, as for shipped places
    assert geocoder.candidates("Zarqaneya", country="SY")[0].place.id == "geonames:90000001"


def test_alternate_names_go_to_their_places(add):
    add(dump_row(90000001, "Zzarqaniyah", 35.2, 40.1), "SY.txt")
    rows = (
        "1\t174448\tfr\tAbou Kamal-les-Roses\t\t\t\t\t\t\n"
        "2\t90000001\tar\tزرقانية الورد\t1\t\t\t\t\t\n"
        "3\t174448\tlink\thttps://example.org\t\t\t\t\t\t\n"
        "4\t99999999\ten\tNowhere known\t\t\t\t\t\t\n"
        "5\tx5\ten\tbroken\t\t\t\t\t\t\n6\t7\n"
    )
    added = add(rows, "alternateNamesV2.txt", base=open_gazetteer())
    assert (added.kind, added.rows, added.unknown, added.left_out) == ("names", 2, 1, 2)
    geocoder = Dateline()
    assert geocoder.resolve("Abou Kamal les Roses").place.id == AL_BU_KAMAL
    assert geocoder.resolve("زرقانية الورد").place.id == "geonames:90000001"
    assert "Abou Kamal-les-Roses" in geocoder.place(AL_BU_KAMAL).names["fr"]
    assert geocoder.candidates("https://example.org") == []


def test_names_of_places_nobody_has_are_refused_with_what_to_do(add):
    with pytest.raises(InputError, match="dump first"):
        add("1\t99999999\ten\tNowhere\t\t\t\t\t\t\n", "alternateNamesV2.txt")


@pytest.mark.parametrize("by_line", [False, True])
def test_geojson_of_points(add, monkeypatch, by_line):
    features = [
        {"type": "Feature", "geometry": geometry, "properties": properties}
        for geometry, properties in (
            (
                {"type": "Point", "coordinates": [40.5, 35.5]},
                {"name": "Zumurrud", "id": "z1", "name:ar": "زمرد التل", "population": 12},
            ),
            ({"type": "LineString", "coordinates": []}, {"name": "A road"}),
            ({"type": "Point", "coordinates": [40.5]}, {"name": "No point"}),
            ({"type": "Point", "coordinates": [40.5, "35"]}, {"name": {"a": 1}}),
            (None, None),
        )
    ]
    text = ",\n".join(json.dumps(feature) for feature in features)
    if by_line:
        monkeypatch.setattr(imports, "MAX_WHOLE", 10)
    added = add(f'{{"type": "FeatureCollection", "features": [\n{text}\n]}}', "mine.geojson")
    assert (added.rows, added.left_out) == (1, 4)
    place = Dateline().resolve("زمرد التل").place
    assert (place.id, place.lat, place.lon) == ("user:mine/z1", 35.5, 40.5)


def test_bad_rows_are_listed_with_line_and_reason_and_the_rest_is_added(add):
    added = add(
        b"name,lat,lon,country,population\n"
        b"Zumurrud One,35.1,40.1,SY,\n"
        b"Beyond,91,40.1,SY,\n"
        b",35.1,40.1,SY,\n"
        b"Nowhere,,40.1,SY,\n"
        b"Cut,35.1\n"
        b"Atlantean,35.1,40.1,Atlantis,\n"
        b"Crowded,35.1,40.1,SY,many\n"
        b"\xff\xfe\xfd,35.1,40.1,SY,\n"
        b"***,35.1,40.1,SY,\n"
        + b"x" * 300_000
        + b"\nNotANumber,nan,40.1,SY,\n"
        + "Zumurrud Two,35.2,40.2,سوريا,5\n".encode()
    )
    assert added.rows == 2
    told = [str(problem) for problem in added.problems]
    lines = {problem.row: problem.reason for problem in added.problems}
    assert sorted(lines) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert "90 degrees" in lines[3]
    assert "empty" in lines[4]
    assert "Atlantis" in lines[7]
    assert "UTF-8" in lines[9]
    assert "longer" in lines[11]
    assert added.listed_in.read_text(encoding="utf-8").splitlines() == told
    geocoder = Dateline()
    assert geocoder.resolve("Zumurrud One", country="SY") is not None
    assert geocoder.resolve("Zumurrud Two", country="SY") is not None


def test_signs_of_control_do_not_get_in(add):
    add("name,lat,lon,country\n\x1b[31mZumurrud\x07 \u202eTown\u202c,35.1,40.1,SY\n")
    [found] = [s.label(0) for layer in read_layers()[0] for s in layer.segments]
    assert found.isprintable()
    assert "\u202e" not in found


def test_a_place_without_a_country_has_that_of_its_neighbours(add):
    add("name,lat,lon\nZumurrud Inland,35.93,38.99\nZumurrud Border,34.42,41.02\n")
    geocoder = Dateline()
    assert geocoder.resolve("Zumurrud Inland", country="SY").place.country == "SY"
    # Between Al Bu Kamal and Al-Qaim: not lost from either side, and not claimed for one.
    for country in ("SY", "IQ"):
        assert geocoder.resolve("Zumurrud Border", country=country).place.country is None


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"name,latitude\nx,3\n", "lon"),
        ("a.csv", b"name,lat,lon\n", "no row"),
        ("a.csv", b"name,lat,lon\nx,95,3\n", "The first: a.csv, row 2"),
        ("a.csv", "name,lat,lon\nx,5,3\n".encode("utf-16"), "UTF-8"),
        ("a.geojson", b"[1, 2]", "GeoJSON"),
        ("a.geojson", b'{"type": "FeatureCollection"', "GeoJSON"),
        ("a.geojson", b'{"type": "Topology"}', "FeatureCollection"),
        ("a.zip", b"PK\x03\x04 and then nothing", "archive"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0", "UTF-8"),
    ],
)
def test_what_cannot_be_used_is_refused_and_leaves_nothing(add, name, text, word):
    with pytest.raises(InputError, match=word):
        add(text, name)
    assert list(layer_folder().iterdir()) == []


def zipped(path, *members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in members:
            archive.writestr(name, data)


def test_a_zip_as_geonames_has_them(home, shipped):
    path = home / "SY.zip"
    row = dump_row(90000001, "Zzarqaniyah", 35.2, 40.1)
    zipped(path, ("readme.txt", "about"), ("SY.txt", row))
    assert add_file(path, base=shipped).rows == 1
    assert Dateline().resolve("Zzarqaniyah").place.id == "geonames:90000001"


@pytest.mark.parametrize(
    "members",
    [
        [("a.csv", "name,lat,lon\nx,1,1\n"), ("b.csv", "name,lat,lon\nx,1,1\n")],
        [("readme.txt", "nothing")],
        [("a.csv", "name,lat,lon\n" + "x" * 50_000_000)],
        [(f"{i}.txt", "x") for i in range(30)],
    ],
    ids=["two", "none", "bomb", "many"],
)
def test_other_archives_are_refused(home, shipped, members):
    path = home / "a.zip"
    zipped(path, *members)
    with pytest.raises(InputError):
        add_file(path, base=shipped)


def test_a_damaged_archive_is_refused(home, shipped):
    path = home / "a.zip"
    row = "".join(dump_row(90000000 + i, f"Place {i} of many", 35, 40) for i in range(5000))
    zipped(path, ("SY.txt", row))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        add_file(path, base=shipped)
    assert list(layer_folder().iterdir()) == []


@pytest.mark.parametrize("damage", ["cut", "changed", "gone", "manifest", "older"])
def test_a_damaged_layer_is_told_and_nothing_else_suffers(add, damage):
    add("name,lat,lon,country\nZumurrud One,35.1,40.1,SY\n", "good.csv")
    add("name,lat,lon,country\nZumurrud Two,35.2,40.2,SY\n", "bad.csv")
    folder = layer_folder() / "bad"
    keys, manifest = folder / "0000" / "keys.marisa", folder / "layer.json"
    if damage == "cut":
        keys.write_bytes(keys.read_bytes()[:-5])
    elif damage == "changed":
        data = bytearray(keys.read_bytes())
        data[-9] ^= 0xFF
        keys.write_bytes(data)
    elif damage == "gone":
        keys.unlink()
    elif damage == "manifest":
        manifest.write_text("{")
    else:
        content = json.loads(manifest.read_text())
        manifest.write_text(json.dumps(content | {"keys": "00000000"}))
    geocoder = Dateline()
    [problem] = geocoder.problems
    assert '"bad"' in problem
    assert "gazetteer remove bad" in problem
    assert geocoder.resolve("Zumurrud One").place.country == "SY"
    assert geocoder.resolve("Damascus").place.country == "SY"
    assert geocoder.candidates("Zumurrud Two") == []
    remove_layer("bad")
    assert Dateline().problems == ()


def test_adding_again_replaces_and_removing_removes(add):
    add("name,lat,lon,country\nZumurrud One,35.1,40.1,SY\n")
    add("name,lat,lon,country\nZumurrud Two,35.2,40.2,SY\n")
    geocoder = Dateline()
    assert geocoder.candidates("Zumurrud One") == []
    assert geocoder.resolve("Zumurrud Two") is not None
    remove_layer("mine")
    assert type(open_gazetteer()) is Gazetteer
    for name in ("mine", "..", "../home", ""):
        with pytest.raises(InputError, match="There is no gazetteer"):
            remove_layer(name)


def test_of_two_layers_the_last_added_has_the_point(add):
    add("name,lat,lon\nAl Bu Kamal,34.4510,40.9190\n", "zz.csv")
    os.utime(layer_folder() / "zz")
    manifest = layer_folder() / "zz" / "layer.json"
    content = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(content | {"added": "2001-01-01T00:00:00+00:00"}))
    add("name,lat,lon\nAl Bu Kamal,34.4520,40.9190\n", "aa.csv")
    found = Dateline().candidates("Al Bu Kamal")
    assert [c.place.lat for c in found if c.place.id == AL_BU_KAMAL] == [34.452]


def test_more_rows_than_a_segment_holds(add, monkeypatch):
    monkeypatch.setattr("geo.gazetteer.adding.SEGMENT_ROWS", 40)
    rows = [f"Zumurrud {i},{30 + i / 100},40.1,SY" for i in range(150)]
    assert add("name,lat,lon,country\n" + "\n".join(rows)).rows == 150
    geocoder = Dateline()
    for i in (0, 39, 40, 80, 149):
        found = geocoder.candidates(f"Zumurrud {i}", country="SY")[0].place
        assert found.id == f"user:mine/{i + 2}"
        assert found.lat == pytest.approx(30 + i / 100)


def test_seen_by_other_processes_and_by_the_command_line(home, root):
    path = home / "mine.csv"
    path.write_text("name,lat,lon,country\nZumurrud One,35.1,40.1,SY\nBad,95,1,SY\n")

    def run(*args):
        return subprocess.run(
            [sys.executable, "-m", "geo", *args],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert "No gazetteer" in run("gazetteer", "list").stdout
    added = run("gazetteer", "add", str(path))
    assert (added.returncode, "1 places" in added.stdout) == (1, True), added.stderr
    assert "mine.csv, row 3, column lat" in added.stderr
    assert "mine: 1 places" in run("gazetteer", "list").stdout
    assert "user:mine/2" in run("geocode", "Zumurrud One").stdout
    assert run("gazetteer", "remove", "mine").returncode == 0
    gone = run("gazetteer", "remove", "mine")
    assert (gone.returncode, "Traceback" in gone.stderr) == (2, False)
    missing = run("gazetteer", "add", str(home / "absent.csv"))
    assert (missing.returncode, "cannot be read" in missing.stderr) == (2, True)


def test_reading_text_finds_names_of_ones_own(add):
    add("name,lat,lon,country\nZumurrud Crossing,34.51,40.77,SY\n")
    world = open_gazetteer()
    stretches = world.scan(["the", "zumurrud", "crossing", "fell"], 1)
    assert (3, "zumurrudcrossing") in [tuple(stretch) for stretch in stretches]


@given(st.text(max_size=60))
def test_any_name_makes_a_folder(text):
    name = layer_name(text)
    assert name
    assert len(name) <= 40
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not name.startswith("-")


@given(st.binary(max_size=400), st.sampled_from([b"", b"name,lat,lon\n", b'{"features": [']))
@settings(max_examples=80, deadline=None)
def test_any_file_is_read_or_refused_properly(tmp_path_factory, head_or_tail, head):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(head + head_or_tail)
    with suppress(InputError), imports.opened(path) as source:
        for row in imports.read_places(source):
            assert isinstance(row, Problem) or row.name


def test_the_command_lists_no_more_than_a_screen_of_problems(home, capsys):
    path = home / "mine.csv"
    rows = "".join(f"Bad {i},95,1\n" for i in range(100))
    path.write_text(f"name,lat,lon\nZumurrud,35.1,40.1\n{rows}")
    assert main(["gazetteer", "add", str(path)]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") < 30
    assert "100 rows in all" in told
    assert "left-out.txt" in told
