"""Side by side with geopy's own geocoders: the same calls, the same kinds of answers."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest
from geopy.exc import GeocoderQueryError, GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import GeoNames, Nominatim, Photon
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point

from geo.geocode import Dateline, open_geocoder

PEERS = (Nominatim, Photon, GeoNames)


@pytest.fixture(scope="module")
def geocoder():
    return open_geocoder()


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("call", ["geocode", "reverse"])
def test_calls_take_what_geopys_take(peer, call):
    theirs = inspect.signature(getattr(peer, call)).parameters
    ours = inspect.signature(getattr(Dateline, call)).parameters
    for name in ("query", "exactly_one", "timeout"):
        assert ours[name].kind == theirs[name].kind
        assert ours[name].default == theirs[name].default
    for name in {"limit", "language", "country_codes"} & set(theirs) & set(ours):
        assert ours[name].kind is inspect.Parameter.KEYWORD_ONLY
        assert not ours[name].default


def test_it_is_a_geopy_geocoder(geocoder):
    assert isinstance(geocoder, Geocoder)
    assert geocoder.timeout == Nominatim(user_agent="x").timeout
    with Dateline(timeout=3) as opened:
        assert opened.timeout == 3


@pytest.mark.parametrize("language", [None, False, "en"])
def test_calls_as_written_for_nominatim(geocoder, language):
    options = {"exactly_one": True, "timeout": 5, "limit": 1, "country_codes": "sy"}
    found = geocoder.geocode("Homs", language=language, **options)
    assert found.address == "Homs, Homs Governorate, Syria"
    assert isinstance(geocoder.geocode("Homs", exactly_one=False), list)
    assert geocoder.geocode("Qqxyzzyville", exactly_one=False) is None


def test_a_location_is_all_that_geopy_says_it_is(geocoder):
    found = geocoder.geocode("Homs")
    assert isinstance(found, Location)
    address, (lat, lon) = found
    assert (address, lat, lon) == (found.address, found.latitude, found.longitude)
    assert found.point == Point(lat, lon)
    assert str(found) == address
    assert isinstance(found.raw, dict)
    for twin in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert twin == found
        assert twin.raw == found.raw


def test_queries_in_parts(geocoder):
    whole = geocoder.geocode({"city": "Homs", "country": "Syria"})
    assert whole.raw["place_id"] == geocoder.geocode("Homs").raw["place_id"]
    assert geocoder.geocode({"country": "Syria"}).raw["feature_code"] == "PCLI"
    assert geocoder.geocode({"city": "Homs", "country": "Atlantis"}) is None
    for wrong in ({}, {"city": None}, {"street": "Main"}, {"city": "a", "town": "b"}):
        with pytest.raises(GeocoderQueryError):
            geocoder.geocode(wrong)


def test_rate_limiter_returns_none_for_what_fails(geocoder):
    limited = RateLimiter(
        geocoder.geocode, min_delay_seconds=0, max_retries=0, swallow_exceptions=True
    )
    assert limited("Homs").raw["country"] == "SY"
    assert limited("") is None
    back = RateLimiter(geocoder.reverse, min_delay_seconds=0)
    assert back((34.73, 36.71)).raw["name"]


def test_errors_are_geopys(geocoder):
    for wrong in ("", "x" * 10_000, 5):
        with pytest.raises(GeopyError):
            geocoder.geocode(wrong)
    for wrong in ((91, 0), "nowhere", None):
        with pytest.raises(GeopyError):
            geocoder.reverse(wrong)
    with pytest.raises(GeopyError):
        geocoder.geocode("Homs", near=(91, 0))


@pytest.mark.parametrize(
    "form", [(34.45, 40.92), [34.45, 40.92], "34.45, 40.92", Point(34.45, 40.92)]
)
def test_reverse_takes_all_forms_of_a_point(geocoder, form):
    near = geocoder.reverse(form, exactly_one=False, limit=3)
    assert len(near) == 3
    assert all(isinstance(place, Location) for place in near)
    km = [float(place.raw["reasons"][0].split()[0]) for place in near]
    assert km == sorted(km)
