"""The geocoder: the spellings it must know, the traps, geopy's contract, bad input."""

from __future__ import annotations

import socket
from contextlib import suppress

import pytest
from geopy.exc import GeocoderQueryError
from geopy.extra.rate_limiter import RateLimiter
from geopy.location import Location
from geopy.point import Point
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.gazetteer.ladder import distance_km
from geo.geocode import Dateline, candidates, explain, open_geocoder, place, resolve

AL_BU_KAMAL = "geonames:174448"
AL_QAIM = "geonames:92138"
PROVINCE = "geonames:170792"
CITY = "geonames:170794"

SPELLINGS = {
    AL_BU_KAMAL: "Al Bu Kamal|Abu Kamal|Albu Kamal|Al-Bukamal|Albukamal|Abukamal|Bukamal|"
    "Abou Kamal|البوكمال|البو كمال|أبو كمال|ابو كمال|AL BU KAMAL|Ālbū Kamāl|town of Abu Kamal",
    AL_QAIM: "Qaim|Al-Qaim|Al-Qa'im|Al Qa’im|al qaim|Husaybah|القائم|قائم|مدينة القائم",
    PROVINCE: "Deir Al Zor province|Deir ez-Zor Governorate|Deir ez-Zor Province|"
    "Deir al-Zor governorate|Deir Ezzor province|Province of Deir ez-Zor|the Deir Al Zor province|"
    "محافظة دير الزور",
    CITY: "Deir ez-Zor|Deir al-Zor|Deir Al Zor|Deir Ezzor|Deir ez-Zour|Dayr az Zawr|دير الزور|"
    "Deir Al Zor city|city of Deir ez-Zor|Deir ez-Zor city|مدينة دير الزور",
    "geonames:163843": "Syria|Syrian Arab Republic|سوريا|سورية",
    "geonames:99237": "Iraq|العراق|عراق",
    "geonames:130758": "Iran|إيران|ایران",
    "geonames:272103": "Lebanon|لبنان|Liban",
    "ne:euphrates-river": "Euphrates|Euphrates River|River Euphrates|the Euphrates River|Al Furat|"
    "الفرات|نهر الفرات|the Euphrates",
    "ne:tigris-river": "Tigris|Tigris River|دجلة|نهر دجلة",
    "geonames:2635167": "Britain|UK|U.K.|Great Britain|United Kingdom|the UK|بريطانيا|"
    "المملكة المتحدة",
    "geonames:290557": "United Arab Emirates|UAE|الإمارات",
    "geonames:2017370": "Russia|روسيا",
    "geonames:6252001": "United States|US|U.S.|USA|the United States|the U.S.|الولايات المتحدة",
    "geonames:4140963": "واشنطن|Washington, D.C.",
    "geonames:285153": "West Bank|the West Bank|الضفة الغربية",
    "geonames:173708": "Golan Heights|the Golan|الجولان",
    "geonames:173480": "Mayadin|Al-Mayadin|Mayadeen|الميادين",
    "geonames:99592": "Anbar province|Anbar|Al Anbar Governorate|محافظة الأنبار",
    "geonames:163808": "Palmyra, Syria|Tadmur|تدمر",
    "local:karabilah": "Karabilah|Al Karābilah|الكرابلة",
}


@pytest.mark.parametrize(
    ("place_id", "name"),
    [(place_id, name) for place_id, names in SPELLINGS.items() for name in names.split("|")],
)
def test_a_spelling_resolves(place_id, name):
    found = resolve(name)
    assert found is not None, explain(name)
    assert found.place.id == place_id


def test_province_and_city_are_told_apart():
    province, city = resolve("Deir Al Zor province"), resolve("Deir Al Zor city")
    assert province.place.is_area
    assert province.place.feature_code == "ADM1"
    assert not city.place.is_area
    assert city.place.feature_code == "PPLA"
    both = {c.place.id for c in candidates("Deir Al Zor")}
    assert both == {PROVINCE, CITY}


def test_al_qaim_is_known_to_be_uncertain():
    assert place(AL_QAIM).precision_km >= 10
    assert place(AL_QAIM).note


@pytest.mark.parametrize("name", ["Euphrates", "Al Furat", "الفرات"])
def test_the_euphrates_is_not_a_governorate(name):
    assert all(c.place.id != PROVINCE for c in candidates(name))


@pytest.mark.parametrize(
    ("name", "country"),
    [("Lebanon", "LB"), ("Russia", "RU"), ("Iraq", "IQ"), ("Jordan", "JO"), ("Georgia", "GE")],
)
def test_a_country_goes_before_towns_of_its_name(name, country):
    best = candidates(name)[0].place
    assert (best.feature_code, best.country) == ("PCLI", country)


def test_with_a_country_given_its_towns_are_meant():
    assert resolve("Lebanon", country="LB").place.feature_code == "PCLI"
    towns = candidates("Lebanon", country="US")
    assert {c.place.country for c in towns} == {"US"}
    assert all(not c.place.is_area for c in towns)


@pytest.mark.parametrize("name", ["in", "IN", "AL", "on", "it", "us", "no", "DEZ", "al", "el"])
def test_short_words_and_codes_are_no_places(name):
    assert resolve(name) is None


@pytest.mark.parametrize(
    "name", ["the village", "city", "the River", "the west", "the Gulf", "the Abu Kamal"]
)
def test_common_nouns_are_no_places(name):
    assert resolve(name) is None


def test_the_article_speaks_for_the_river_as_well_as_the_country():
    assert resolve("the Jordan") is None
    both = {c.place.id for c in candidates("the Jordan")}
    assert {"geonames:248816", "ne:jordan-river"} <= both
    assert resolve("Jordan").place.feature_code == "PCLI"


@pytest.mark.parametrize("name", ["Syria/Iraq", "Al-Bukamal / Al-Qaim", "Aleppo/Idlib"])
def test_two_places_named_together_are_not_taken_for_one(name):
    assert resolve(name) is None
    named = {c.place.id for c in candidates(name)}
    for part in name.split("/"):
        assert resolve(part).place.id in named
    assert "named together" in candidates(name)[0].reasons[0]


def test_two_spellings_of_one_place_are_one():
    assert resolve("Abu Kamal/Al-Bukamal").place.id == AL_BU_KAMAL


def test_regions_go_by_their_official_name():
    assert place("geonames:858911").name == "Transnistria"
    assert {c.place.name for c in candidates("Crimea")} == {"Crimea"}


@pytest.mark.parametrize("name", ["Kurdistan", "كردستان"])
def test_kurdistan_alone_is_the_region_before_the_iranian_province(name):
    first, second, *_ = candidates(name)
    assert (first.place.country, second.place.country) == ("IQ", "IR")


def test_the_persian_gulf_is_a_sea_and_no_province():
    found = resolve("Persian Gulf").place
    assert found.id == "local:persian-gulf"
    assert found.is_area


def test_a_territory_without_a_row_of_its_own_is_a_country_code():
    assert resolve("Longyearbyen", country="SJ").place.country == "SJ"


def test_rawa_is_open_without_a_country_and_clear_with_one():
    assert resolve("Rawa") is None
    assert len(candidates("Rawa")) > 1
    assert resolve("Rawa", country="IQ").place.id == "geonames:92004"
    assert candidates("Rawa", prefer="IQ")[0].place.country == "IQ"
    assert candidates("Rawa", near=(34.4, 41.5))[0].place.country == "IQ"
    assert candidates("Rawa", near=(51.8, 20.3))[0].place.country == "PL"


@pytest.mark.parametrize("name", ["Ana", "Anah", "عنة", "عانة"])
def test_anah_is_the_living_town(name):
    assert candidates(name, country="IQ")[0].place.id == "geonames:6765385"


def test_admin1_limits():
    assert resolve("Abu Kamal", admin1="SY.07").place.id == AL_BU_KAMAL
    assert candidates("Abu Kamal", admin1="SY.09") == []


@pytest.mark.parametrize(
    ("name", "place_id"),
    [
        ("Al Bukamal, Deir ez-Zor, Syria", AL_BU_KAMAL),
        ("البوكمال، سوريا", AL_BU_KAMAL),
        ("Paris, Texas", "geonames:4717560"),
        ("Paris", "geonames:2988507"),
        ("Kansas City", "geonames:4393217"),
        ("Washington", "geonames:4140963"),
        ("Tripoli, Lebanon", "geonames:266826"),
    ],
)
def test_containing_places_narrow(name, place_id):
    assert resolve(name).place.id == place_id


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "\x00\x07",
        "12345",
        "٣٤٥",
        "Qwxyzzyville",
        "Abu Kamal, Atlantis",
        "a" * 10_000,
        "{{ 7*7 }}",
        "</script>",
        "C:\\20190221",
        "-",
        "🇸🇾🙂",
    ],
)
def test_what_is_no_place_gives_nothing_and_says_so(name):
    assert candidates(name) == []
    assert resolve(name) is None
    told = explain(name)
    assert told.found == ()
    assert told.reason
    assert len(str(told)) < 600


def test_an_unknown_name_gets_suggestions_but_no_answer():
    told = explain("Mayadeenk")
    assert told.found == ()
    assert any("Mayadin" in s for s in told.suggestions)
    elsewhere = explain("Abu Kamal", country="IQ")
    assert elsewhere.found == ()
    assert "not within" in elsewhere.reason
    assert any("Syria" in s for s in elsewhere.suggestions)


def test_an_airport_code_is_no_similar_name():
    assert not any("Stansted" in s for s in explain("Zzz").suggestions)


@pytest.mark.parametrize("code", ["ZZ", "", "Syria", "S", 5])
def test_an_unknown_country_code_is_refused(code):
    with pytest.raises(InputError, match="ISO 3166-1"):
        candidates("Qaim", country=code)


def test_other_limits_are_checked():
    with pytest.raises(InputError, match=r"SY\.07"):
        candidates("Qaim", admin1="SY.99")
    with pytest.raises(InputError, match="latitude"):
        candidates("Qaim", near=(91, 0))
    with pytest.raises(InputError, match="latitude"):
        candidates("Qaim", near=(float("nan"), 0))
    with pytest.raises(InputError, match="text"):
        candidates(None)
    assert resolve("London", country="UK").place.country == "GB"


# -- geopy ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def geocoder() -> Dateline:
    return open_geocoder()


def test_geocode_returns_a_location(geocoder):
    found = geocoder.geocode("Al Bu Kamal")
    assert isinstance(found, Location)
    assert found.address == "Al Bu Kamal, Deir ez-Zor Governorate, Syria"
    assert found.latitude == pytest.approx(34.45226)
    assert found.longitude == pytest.approx(40.91854)
    assert found.raw["place_id"] == AL_BU_KAMAL
    assert found.raw["rung"] == "exact"
    assert found.raw["reasons"]
    assert 0 < found.raw["score"] <= 1


def test_geocode_takes_geopys_options(geocoder):
    several = geocoder.geocode("Tripoli", exactly_one=False, limit=3, timeout=1)
    assert len(several) == 3
    assert geocoder.geocode("Tripoli", country_codes="lb").raw["country"] == "LB"
    assert geocoder.geocode("Tripoli", country_codes=["LB", "LY"]).raw["country"] == "LY"
    assert geocoder.geocode("Tripoli", near=Point(34.4, 35.8)).raw["country"] == "LB"
    assert geocoder.geocode("Nowhereatall") is None
    assert geocoder.geocode("Nowhereatall", exactly_one=False) is None
    arabic = geocoder.geocode("Al Bu Kamal", language="ar").address
    assert arabic == "البوكمال، محافظة دير الزور، سوريا"


def test_reverse_names_the_nearest_settlement(geocoder):
    found = geocoder.reverse((34.45, 40.92))
    assert found.raw["place_id"] == AL_BU_KAMAL
    assert geocoder.reverse("34.45, 40.92").raw["place_id"] == AL_BU_KAMAL
    assert geocoder.reverse(Point(34.45, 40.92), language="ar").address.startswith("البوكمال")
    assert len(geocoder.reverse((33.5, 36.3), exactly_one=False, limit=4)) == 4
    assert len(geocoder.reverse((33.5, 36.3), exactly_one=False, limit=-1)) == 1
    assert geocoder.reverse((0, -30)) is None


def test_reverse_knows_villages_and_names_a_city_before_its_quarters(geocoder):
    village = geocoder.reverse((34.456, 40.958))  # by Al Baghuz, 6 km from Al Bu Kamal
    assert village.raw["population"] == 0
    assert distance_km(34.456, 40.958, village.latitude, village.longitude) < 2
    assert geocoder.reverse((33.5, 36.3)).raw["name"] == "Damascus"
    quarters = geocoder.reverse((33.5, 36.3), exactly_one=False, limit=4)
    assert any(q.raw["place_id"].startswith(("nga:", "maxmind:")) for q in quarters)


@pytest.mark.parametrize("query", ["", "  ", "\n\t", "x" * 10_000, None, 7, b"Qaim"])
def test_geocode_refuses_what_is_no_name(geocoder, query):
    with pytest.raises(GeocoderQueryError):
        geocoder.geocode(query)


@pytest.mark.parametrize(
    "query", [(91, 0), (0, 181.5, 3, 4), "nonsense", None, (), (float("nan"), 0)]
)
def test_reverse_refuses_what_is_no_point(geocoder, query):
    with pytest.raises(GeocoderQueryError):
        geocoder.reverse(query)


def test_geocode_refuses_an_unknown_country(geocoder):
    with pytest.raises(GeocoderQueryError, match="ISO 3166-1"):
        geocoder.geocode("Qaim", country_codes="ZZ")


def test_it_works_where_nominatim_did(geocoder):
    limited = RateLimiter(geocoder.geocode, min_delay_seconds=0)
    found = [limited(name) for name in ("Aleppo", "Nowhereatall", "حلب")]
    assert found[0].raw["place_id"] == found[2].raw["place_id"] == "geonames:170063"
    assert found[1] is None
    with Dateline() as opened:
        assert opened.geocode("Homs").raw["country"] == "SY"


def test_the_network_is_never_touched(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    fresh = Dateline()
    assert fresh.geocode("Damascus").raw["country"] == "SY"
    assert fresh.reverse((33.5, 36.3)) is not None


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_is_answered_or_refused_properly(text):
    for found in candidates(text, country="SY"):
        assert 0 <= found.score <= 1
    assert explain(text).reason
    with suppress(GeocoderQueryError):
        open_geocoder().geocode(text)


@given(st.sampled_from([n for names in SPELLINGS.values() for n in names.split("|")]), st.data())
@settings(max_examples=150, deadline=None)
def test_signs_of_direction_and_case_do_not_matter(name, data):
    if len(name) < 4:
        return
    at = data.draw(st.integers(0, len(name)))
    marked = name[:at] + data.draw(st.sampled_from(["\u200f", "\u200e", "\ufeff"])) + name[at:]
    assert [c.place.id for c in candidates(marked)] == [c.place.id for c in candidates(name)]


@given(st.tuples(st.floats(), st.floats()))
@settings(max_examples=60, deadline=None)
def test_any_point_is_answered_or_refused_properly(point):
    try:
        found = open_geocoder().reverse(point)
    except GeocoderQueryError:
        return
    assert found is None or found.raw["place_id"]
