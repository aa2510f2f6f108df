"""The base map's files, and their decoding for the picture."""

from pathlib import Path

import numpy as np
import orjson
import pytest

from geo import basemap
from geo.errors import DataError, InputError

FOLDER = Path(__file__).resolve().parents[1] / "static" / "basemap"
LEVANT = (34.0, 30.8, 48.0, 37.6)


@pytest.fixture(scope="module")
def levant():
    return basemap.load(*LEVANT, zoom=7)


def near(parts, lon, lat):
    """Degrees from a point to the closest vertex of some lines."""
    xy = np.vstack(parts)
    return float(np.hypot(xy[:, 0] - lon, xy[:, 1] - lat).min())


def test_the_euphrates_runs_through_syria_and_iraq_under_one_name(levant):
    (river,) = [r for r in levant.rivers if r.name == "Euphrates" and r.rank == 1]
    assert river.arabic == "الفرات"
    for lon, lat in [(40.14, 35.34), (40.45, 35.02), (40.92, 34.45), (41.9, 34.45), (42.83, 33.64)]:
        assert near(river.parts, lon, lat) < 0.03


def test_borders_name_their_two_countries(levant):
    (border,) = [b for b in levant.borders if b.pair == ("IQ", "SY")]
    assert not border.disputed
    assert near(border.parts, 40.98, 34.41) < 0.05
    golan = [b for b in levant.borders if b.pair == ("IL", "SY")]
    assert golan
    assert all(b.disputed for b in golan)


def test_no_border_runs_out_to_sea(levant):
    for border in levant.borders:
        for part in border.parts:
            off_syria = (part[:, 0] < 35.7) & (part[:, 1] > 34.7) & (part[:, 1] < 36.5)
            assert not off_syria.any()


def test_names_are_the_ones_people_use(levant):
    towns = {t.name: t for t in levant.towns}
    for name in ["Aleppo", "Deir ez-Zor", "Raqqa", "Mosul", "Al Bu Kamal", "Mayadin", "Al-Qa'im"]:
        assert name in towns
    assert towns["Damascus"].kind == 0
    assert towns["Deir ez-Zor"].kind == 1
    assert towns["Damascus"].arabic == "دمشق"
    assert {"Syria", "Iraq"} <= {c.name for c in levant.countries}
    assert any(r.code == "SY.07" and r.name == "Deir ez-Zor" for r in levant.regions)
    sizes = [t.population for t in levant.towns]
    assert sizes == sorted(sizes, reverse=True)


def test_dry_flats_on_the_border_are_not_lakes(levant):
    for ring in levant.lakes.rings:
        middle = ring.mean(axis=0)
        assert not (40.95 < middle[0] < 41.35 and 34.8 < middle[1] < 35.45)


def test_the_world_file_serves_small_scales():
    world = basemap.load(-180, -85, 180, 85, zoom=2)
    assert len(world.land.rings) > 100
    assert any(t.name == "Baghdad" for t in world.towns)
    assert {t.kind for t in world.towns} >= {0}
    everywhere = np.vstack(world.land.rings)
    assert everywhere[:, 0].min() >= -180
    assert everywhere[:, 0].max() <= 180


def test_an_extent_may_cross_the_180th_meridian():
    fiji = basemap.load(176.0, -20.0, -178.0, -15.0, zoom=7)
    assert any(t.name == "Suva" for t in fiji.towns)


def test_an_extent_round_the_globe_reads_no_tile_twice():
    # Twice filled by the even-odd rule is not filled at all.
    rings = basemap.load(5.0, 61.0, 4.0, 62.0, zoom=7).land.rings
    seen = {ring.tobytes() for ring in rings}
    assert len(seen) == len(rings)


@pytest.mark.parametrize("content", [None, b"", b"{"])
def test_a_damaged_file_says_what_to_do(monkeypatch, tmp_path, content):
    monkeypatch.setattr(basemap, "FOLDER", tmp_path)
    if content is not None:
        (tmp_path / "world.json").write_bytes(content)
    with pytest.raises(DataError, match=r"data\.build basemap"):
        basemap._read.__wrapped__("world.json")


def test_open_sea_is_an_empty_map():
    sea = basemap.load(-30.0, 2.0, -28.0, 4.0, zoom=9)
    assert not sea.land.rings
    assert not sea.towns


@pytest.mark.parametrize(
    "box", [(0, 10, 5, 5), (0, 0, 0, 5), (-200, 0, 5, 5), (0, 0, float("nan"), 5)]
)
def test_a_nonsense_extent_is_refused(box):
    with pytest.raises(InputError, match="not on the globe"):
        basemap.load(*box, zoom=7)


def test_the_index_names_every_file_and_the_whole_stays_small():
    index = orjson.loads((FOLDER / "index.json").read_bytes())
    assert {f.stem for f in (FOLDER / "detail").glob("*.json")} == set(index["detail"])
    assert {f.stem for f in (FOLDER / "osm").glob("*.json")} == set(index["osm_detail"])
    assert "x22y12" in index["detail"]
    assert any("OpenStreetMap" in credit for credit in index["sources"])
    assert any("OpenStreetMap" in credit for credit in basemap.credits())
    files = list(FOLDER.rglob("*.json"))
    assert sum(f.stat().st_size for f in files) < 25_000_000
    assert max(f.stat().st_size for f in files if f.parent != FOLDER) < 450_000


def test_openstreetmap_data_stays_in_its_own_folder():
    for file in (FOLDER / "detail").glob("*.json"):
        layers = orjson.loads(file.read_bytes())["layers"]
        assert "borders" not in layers
    for file in (FOLDER / "osm").glob("*.json"):
        assert set(orjson.loads(file.read_bytes())["layers"]) <= {"borders", "lakes"}
