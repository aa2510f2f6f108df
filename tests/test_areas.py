"""Countries, first-order units and land as areas."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import areas
from geo.areas import admin1_area, admin1_at, country_area, country_at, land_area, on_land
from geo.borders import open_borders
from geo.errors import DataError, InputError
from geo.geocode import open_geocoder


def test_the_province_of_deir_ez_zor_holds_its_towns():
    province = admin1_area("SY.07")
    assert province.is_valid
    for lat, lon in [(34.4506, 40.9171), (35.3359, 40.1408), (35.0198, 40.4515)]:
        assert province.covers(shapely.Point(lon, lat))
        assert admin1_at(lat, lon) == "SY.07"
    assert not province.covers(shapely.Point(41.9, 34.48))  # Rawa, in Iraq


def test_countries_by_point():
    assert country_at(34.4506, 40.9171) == "SY"
    assert country_at(34.3689, 41.0947) == "IQ"
    assert country_at(33.89, 35.50) == "LB"  # on the coast
    assert country_at(45.0, 34.1) == "UA"
    assert country_at(34.0, 30.0) is None
    assert admin1_at(34.0, 30.0) is None


def test_a_country_is_the_union_of_its_units():
    syria = country_area("SY")
    assert syria.is_valid
    assert syria.geom_type == "Polygon"
    assert shapely.difference(admin1_area("SY.07"), syria.buffer(1e-6)).is_empty
    assert country_area("sy").equals(syria)


def test_every_country_of_the_gazetteer_has_an_area():
    files = open_geocoder().gazetteer.files
    for iso in files.tables["country_rows"]:
        area = country_area(iso)
        assert area is not None, iso
        assert area.is_valid, iso


def test_french_guiana_is_the_same_country_in_areas_and_borders():
    assert country_at(4.92, -52.33) == "GF"
    assert admin1_at(4.92, -52.33) == "GF.GF"
    assert open_borders().nearest(4.92, -52.33).side == "GF"
    assert country_area("FR").bounds[2] < 10


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"no archive"])
def test_a_damaged_file_says_what_to_do(monkeypatch, tmp_path, content):
    path = tmp_path / "areas.npz"
    path.write_bytes(content)
    monkeypatch.setattr(areas, "PATH", path)
    with pytest.raises(DataError, match=r"data\.build areas"):
        areas._areas.__wrapped__()


def test_unknown_codes_give_nothing():
    assert country_area("ZZ") is None
    assert admin1_area("SY.99") is None
    assert admin1_area("") is None


def test_neighbours_do_not_overlap():
    assert shapely.intersection(admin1_area("SY.07"), admin1_area("SY.04")).area < 1e-3
    assert shapely.intersection(country_area("SY"), country_area("IQ")).area < 1e-3


def test_land_ends_at_the_sea():
    land = land_area(34.0, 33.0, 37.0, 36.0)
    assert land.is_valid
    assert land.covers(shapely.Point(36.3, 33.5))  # Damascus
    assert not land.covers(shapely.Point(34.5, 34.5))  # the Mediterranean
    assert on_land(33.5, 36.3)
    assert not on_land(34.5, 34.5)


def test_land_is_seamless_across_tiles():
    land = land_area(38.0, 33.0, 42.0, 36.0)
    assert land.area == pytest.approx(12.0)  # no gap at 40 degrees east


def test_land_across_the_180th_meridian():
    land = land_area(177.0, -19.0, -179.0, -16.0)
    assert land.covers(shapely.Point(178.0, -17.8))  # Viti Levu


def test_open_sea_is_empty_and_nonsense_is_refused():
    assert land_area(-30, 0, -29, 1).is_empty
    with pytest.raises(InputError):
        land_area(0, 10, 10, 5)
    with pytest.raises(InputError):
        country_at(float("nan"), 0)
    with pytest.raises(InputError):
        on_land(100, 0)


@settings(max_examples=60, deadline=None)
@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180))
def test_every_point_on_the_globe_has_an_answer(lat, lon):
    iso, unit = country_at(lat, lon), admin1_at(lat, lon)
    assert iso is None or len(iso) == 2
    assert unit is None or unit.startswith(f"{iso}.")


def test_countries_of_many_points_are_those_of_each():
    rng = np.random.default_rng(2)
    lats = np.concatenate([rng.uniform(-60, 75, 200), rng.uniform(32, 38, 200)])
    lons = np.concatenate([rng.uniform(-180, 180, 200), rng.uniform(33, 45, 200)])
    many = areas.countries_at(lats, lons)
    assert many.tolist() == [
        areas.country_at(lat, lon) or "" for lat, lon in zip(lats, lons, strict=True)
    ]


def test_the_shipped_cells_are_of_the_shipped_areas():
    assert areas._country_cells() is not None  # else: python -m data.build border_cells
