"""The seed files: every row is sound, and a broken one stops with file, record and reason."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.control import control_on
from geo.dates import DateSpan
from geo.errors import InputError, SeedError
from geo.geocode import Dateline, open_geocoder
from geo.model import Actor, Control, Event, EventType, Place, Role, Tier
from geo.seeds import SeedData, load_actors, load_seeds, read_report

ROOT = Path(__file__).resolve().parents[1]
ACTORS = ROOT / "data" / "actors"
REPORTS = ROOT / "seeds" / "reports"
FILES = sorted(REPORTS.glob("*.toml"))
GEOD = Geod(ellps="WGS84")
AL_BU_KAMAL = "geonames:174448"
MAYADIN = "geonames:173480"
NEAR_KM = 5.0


@pytest.fixture(scope="module")
def geocoder() -> Dateline:
    return open_geocoder()


@pytest.fixture(scope="module")
def actors() -> dict[str, Actor]:
    return load_actors(ACTORS)


@pytest.fixture(scope="module")
def seeds(actors: dict[str, Actor], geocoder: Dateline) -> SeedData:
    return load_seeds(REPORTS, actors, geocoder)


class OnePlace:
    """A gazetteer of one town, for reports made up by the tests."""

    town = Place("geonames:1", "Town", 34.45, 40.92, "PPL", country="SY", admin1="SY.07")

    def place(self, place_id: str) -> Place:
        if place_id != self.town.id:
            msg = f"There is no place {place_id!r}."
            raise InputError(msg)
        return self.town

    def candidates(self, name: str, *, country: str | None = None, limit: int = 8) -> list:
        return []


REPORT = {
    "id": '"paper-2017-11-10"',
    "title": '"Title"',
    "publisher": '"Paper"',
    "published": '"2017-11-10"',
    "url": '"https://example.org/1"',
    "text": "'The army took Town. Later it lost Town.'",
}
EVENT = {
    "id": '"paper-2017-11-10/1"',
    "type": '"captures"',
    "agents": '["syrian-government"]',
    "place": '"geonames:1"',
    "toponym": '"Town"',
    "date": '"2017-11-09"',
    "quote": '"The army took Town."',
    "tier": '"claimed"',
    "summary": '"The army takes Town"',
}


def write(
    folder: Path,
    *,
    report: dict[str, str | None] | None = None,
    events: list[dict[str, str | None]] | None = None,
    name: str = "2017-11-10-paper.toml",
) -> Path:
    """A report file; None as a value leaves the key out."""
    lines = []
    tables = [("[report]", {**REPORT, **(report or {})})]
    tables += [("[[event]]", {**EVENT, **event}) for event in ([{}] if events is None else events)]
    for head, table in tables:
        lines += [head, *(f"{key} = {value}" for key, value in table.items() if value is not None)]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# --- the files that ship


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_quote_stands_in_its_text_exactly_once(path: Path) -> None:
    report, events = read_report(path)
    assert path.stem.startswith(str(report.published.latest))
    for event in events:
        quote = report.text[event.start : event.end]
        assert quote == quote.strip()
        assert report.text.count(quote) == 1
        assert event.toponym in report.text


def test_every_seed_row_loads_with_its_place_its_actors_and_its_words(
    seeds: SeedData, actors: dict[str, Actor]
) -> None:
    texts = {report.id: report.text for report in seeds.reports}
    assert len(texts) == len(FILES)
    assert len({event.id for event in seeds.events}) == len(seeds.events)
    for event in seeds.events:
        text = texts[event.quote.report_id]
        assert 0 <= event.quote.start < event.quote.end <= len(text)
        assert event.actors(Role.AGENT)
        assert set(event.actors()) <= set(actors)
        assert event.attribution.publisher
        assert event.attribution.party is None or event.attribution.party in actors
        assert 32.9 < event.place.lat < 37
        assert 38 < event.place.lon < 44.5
        assert event.place.country in {"SY", "IQ"} or event.place.place_id.startswith("ne:")


def test_the_reports_own_wording_leads_to_the_coded_place(
    seeds: SeedData, geocoder: Dateline
) -> None:
    wrong = []
    for event in seeds.events:
        place = geocoder.place(event.place.place_id)
        if place.is_area or place.is_line or place.id.startswith("local:"):
            continue
        found = geocoder.candidates(event.place.text, country=place.country, limit=1)
        if not found:
            wrong.append((event.id, event.place.text, "nothing"))
            continue
        best = found[0].place
        away_km = GEOD.inv(best.lon, best.lat, place.lon, place.lat)[2] / 1000
        if away_km > max(NEAR_KM, place.precision_km):
            wrong.append((event.id, event.place.text, best.id))
    assert wrong == []


def test_candidates_are_kept_beside_the_place(seeds: SeedData) -> None:
    (event,) = [e for e in seeds.events if e.id == "gulf-news-2017-11-10/1"]
    assert event.candidates
    assert event.candidates[0].place_id == event.place.place_id == AL_BU_KAMAL
    assert len(event.candidates) <= 5


def test_no_source_is_invented(seeds: SeedData) -> None:
    for report in seeds.reports:
        assert report.url or report.source_note
        assert report.licence == "own words"


def test_tiers_follow_who_speaks(seeds: SeedData) -> None:
    """A gain told only by the winner's side is a claim; without a party it is not one."""
    for event in seeds.events:
        if event.type is not EventType.CAPTURES or event.attribution.tier is Tier.DENIED:
            continue
        party = event.attribution.party
        sides = set(event.actors(Role.AGENT, Role.ALLY))
        for agent in event.actors(Role.AGENT):
            sides.update(seeds.actors[agent].allied_with)
        if party in sides:
            assert event.attribution.tier is Tier.CLAIMED, event.id
        if party is None:
            assert event.attribution.tier is not Tier.CLAIMED, event.id


def test_no_river_and_no_whole_province_is_held_on_the_word_about_one_bank(seeds: SeedData) -> None:
    held = {e.place.place_id for e in seeds.events if e.type.changes_control}
    assert "ne:euphrates-river" not in held
    assert "geonames:170792" not in held


def test_a_claim_to_a_road_says_nothing_of_the_town_at_its_end(seeds: SeedData) -> None:
    today = control_on(seeds.events, date(2017, 11, 18), seeds.actors)
    (town,) = [control for control in today if control.place.place_id == MAYADIN]
    assert town.evidence
    assert not any(key.startswith("sana-") for key in town.evidence)


def test_aims_estimates_and_agreements_are_there_and_change_nothing(seeds: SeedData) -> None:
    kinds = Counter(event.type for event in seeds.events)
    for kind in (EventType.INTENTION, EventType.ESTIMATE, EventType.AGREEMENT):
        assert kinds[kind] >= 1
        assert not kind.changes_control


def test_contradictions_stay_contradictory(seeds: SeedData) -> None:
    taken = {
        str(event.date)
        for event in seeds.events
        if event.type is EventType.CAPTURES and event.place.place_id == MAYADIN
    }
    assert taken == {"2017-10-14", "2017-10-15"}
    omar = [e for e in seeds.events if e.place.place_id == "local:omar-oil-field"]
    captures = {e.attribution.tier for e in omar if e.type is EventType.CAPTURES}
    assert captures == {Tier.CLAIMED, Tier.DENIED}


def test_al_bu_kamal_day_by_day(seeds: SeedData) -> None:
    """The story of the town is in the events: held, claimed, contested, lost, ringed, retaken."""

    def told(day: date) -> set[tuple[str, str]]:
        return {
            (event.type.value, event.actors(Role.AGENT)[0])
            for event in seeds.events
            if event.place.place_id == AL_BU_KAMAL
            and event.type.changes_control
            and event.date.latest == day
        }

    assert ("holds", "daesh") in told(date(2017, 9, 5))
    assert ("holds", "daesh") in told(date(2017, 11, 8))
    assert ("captures", "syrian-government") in told(date(2017, 11, 9))
    assert ("contests", "daesh") in told(date(2017, 11, 9))
    assert told(date(2017, 11, 11)) == {("captures", "daesh"), ("loses", "syrian-government")}
    assert told(date(2017, 11, 12)) == {("contests", "syrian-government")}
    assert told(date(2017, 11, 18)) == {("besieges", "syrian-government")}
    assert ("captures", "syrian-government") in told(date(2017, 11, 19))


def test_replaying_al_bu_kamal_never_looks_ahead(seeds: SeedData) -> None:
    def state(day: int) -> Control:
        today = control_on(seeds.events, date(2017, 11, day), seeds.actors)
        (found,) = [control for control in today if control.place.place_id == AL_BU_KAMAL]
        return found

    assert state(7).holders == ("daesh",)
    assert state(9).tier is Tier.CLAIMED
    assert "syrian-government" in state(9).holders
    assert state(10).contested
    assert state(11).holders == ("daesh",)
    assert state(12).contested
    assert "syrian-government" in state(18).besieged_by
    assert "syrian-government" in state(19).holders
    assert state(19).tier is not Tier.ASSESSED


def test_the_eleven_claims_of_the_seed_report(seeds: SeedData) -> None:
    rows: list[Event] = [e for e in seeds.events if e.quote.report_id == "gulf-news-2017-11-10"]
    assert [str(event.date) for event in rows] == [
        "2017-11-09",
        "2017-11-09",
        "2017-11-08",
        "2017-11-09",
        "2017-11-03/2017-11-05",
        "2017-11-05/..",
        "2017-11-09/..",
        "../2017-11-08",
        "2017-11-07",
        "2017-10-30/2017-11-05",
        "2017-11-10~",
    ]
    estimate = rows[7].numbers
    assert estimate is not None
    assert (estimate.low, estimate.best, estimate.high) == (2500, None, 3500)
    (text,) = [r.text for r in seeds.reports if r.id == "gulf-news-2017-11-10"]
    assert 250 <= len(text.split()) <= 400


# --- actors


def test_actors_have_names_in_both_scripts_and_alliances_both_ways(
    actors: dict[str, Actor],
) -> None:
    for actor in actors.values():
        assert actor.aliases["en"]
        assert actor.arabic is not None
        for ally in actor.allied_with:
            assert actor.id in actors[ally].allied_with or actors[ally].kind == "external"
    assert "داعش" in actors["daesh"].aliases["ar"]
    assert "قسد" in actors["sdf"].aliases["ar"]
    assert actors["pmf"].part_of == "iraqi-forces"


def test_zone_holders_differ_in_pattern_and_in_colour_for_every_eye(
    seeds: SeedData, actors: dict[str, Actor]
) -> None:
    holders = {
        name
        for event in seeds.events
        if event.type in {EventType.CAPTURES, EventType.HOLDS}
        for name in event.actors(Role.AGENT)
    }
    assert holders == {"daesh", "syrian-government", "sdf", "iraqi-forces"}
    assert len({actors[name].pattern for name in holders}) == len(holders)
    for one, other in itertools.combinations(sorted(holders), 2):
        for eye, matrix in EYES.items():
            apart = distance(seen(actors[one].colour, matrix), seen(actors[other].colour, matrix))
            assert apart > 15, (one, other, eye)


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
EYES = {
    "usual": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def seen(colour: str, matrix: tuple) -> tuple[float, float, float]:
    """CIELAB (D65) of a colour as an eye of that kind sees it."""
    srgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    rgb = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in srgb]
    rgb = [min(1.0, max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in matrix]
    to_xyz = (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339, 0.1191920, 0.9503041),
    )
    white = (0.95047, 1.0, 1.08883)
    xyz = [
        sum(m * c for m, c in zip(row, rgb, strict=True)) / w
        for row, w in zip(to_xyz, white, strict=True)
    ]
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5


ACTOR_FILE = """
[set]
id = "test"
name = "Test"
from = 2011
to = 2020

[[actor]]
id = "one"
name = "One"
short = "One"
kind = "state"
colour = "#112233"
pattern = "solid"
order = 1
allied_with = []
"""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('colour = "#112233"', 'colour = "red"', "#rrggbb"),
        ('pattern = "solid"', 'pattern = "plaid"', "must be one of"),
        ('kind = "state"', 'kind = "army"', "must be one of"),
        ("allied_with = []", 'allied_with = ["two"]', "not another actor's id"),
        ("allied_with = []", 'part_of = "one"', "not another actor's id"),
        ("order = 1", 'order = "1"', "whole number"),
        ("order = 1", "ordre = 1", "unknown key 'ordre'"),
        ('id = "one"', 'id = "One Two"', "small letters"),
        ('short = "One"', 'short = "![](http://a.b/c.png)"', "stands on buttons"),
    ],
)
def test_a_broken_actor_names_its_file_and_record(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    (tmp_path / "set.toml").write_text(ACTOR_FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(SeedError) as caught:
        load_actors(tmp_path)
    assert caught.value.file == "set.toml"
    assert caught.value.row == 1
    assert reason in caught.value.reason


# --- broken reports


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"mood": '"glad"'}, "unknown key 'mood'"),
        ({"type": '"conquers"'}, "must be one of"),
        ({"tier": '"certain"'}, "must be one of"),
        ({"tier": None}, "'tier' is missing"),
        ({"agents": '["romans"]'}, "no actor 'romans'"),
        ({"agents": "[]"}, "at least one actor"),
        ({"agents": '"syrian-government"'}, "list of texts"),
        ({"party": '"romans"'}, "no actor 'romans'"),
        ({"place": '"geonames:2"'}, "no place 'geonames:2'"),
        ({"toponym": '"Rome"'}, "'Rome' is not in the report's text"),
        ({"quote": '"The army took town."'}, "letter for letter"),
        ({"quote": '"Town."'}, "more than once"),
        ({"quote": '""'}, "'quote' is empty"),
        ({"date": '"9 November"'}, "is not a date"),
        ({"date": '"2017-11-11"'}, "later than its report"),
        ({"date": '"2017-11-09/2017-11-03"'}, "ends"),
        ({"date": "2017-11-09"}, "must be a text"),
        ({"id": '"other/1"'}, "must start with 'paper-2017-11-10/'"),
        ({"id": '"paper-2017-11-10/"'}, "end in a number"),
        ({"id": r'"paper-2017-11-10/<b>\n"'}, "end in a number"),
        ({"agents": '["daesh", "daesh"]'}, "names an actor twice"),
        ({"numbers": '{ low = 9, high = 3, unit = "men" }'}, "rising order"),
        ({"numbers": '{ best = "many", unit = "men" }'}, "must be a number"),
        ({"numbers": '{ best = nan, unit = "men" }'}, "must be a number"),
        ({"numbers": '{ best = -1, unit = "men" }'}, "must be a number"),
        ({"numbers": "{ best = 3 }"}, "'unit' is missing"),
    ],
)
def test_a_broken_event_names_its_file_and_record(
    tmp_path: Path, actors: dict[str, Actor], event: dict[str, str | None], reason: str
) -> None:
    good: dict[str, str | None] = {"id": '"paper-2017-11-10/0"'}
    write(tmp_path, events=[good, event])
    with pytest.raises(SeedError) as caught:
        load_seeds(tmp_path, actors, OnePlace())
    assert caught.value.file == "2017-11-10-paper.toml"
    assert caught.value.row == 2
    assert reason in caught.value.reason
    assert "record 2" in str(caught.value)


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ({"author": '"me"'}, "unknown key 'author'"),
        ({"publisher": None}, "'publisher' is missing"),
        ({"published": '".."'}, "must be a date"),
        ({"published": '"soon"'}, "is not a date"),
        ({"url": '"javascript:alert(1)"'}, "http"),
        ({"url": '""'}, "'source_note' must say"),
        ({"text": '"  "'}, "'text' is empty"),
    ],
)
def test_a_broken_report_names_its_file(
    tmp_path: Path, report: dict[str, str | None], reason: str
) -> None:
    path = write(tmp_path, report=report)
    with pytest.raises(SeedError) as caught:
        read_report(path)
    assert caught.value.file == path.name
    assert caught.value.row is None
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[report", "is not TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"", "no [report] table"),
        (b"[reports]\n", "unknown key 'reports'"),
        (b"event = 3\n[report]\n", "is missing"),
        (b"# " + b"x" * 1_000_001, "the limit is"),
        (b"x = " + b"[" * 5000, "is not TOML"),
        (b"x = " + b"9" * 5000, "is not TOML"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(SeedError) as caught:
        read_report(path)
    assert reason in str(caught.value)


@given(
    st.binary(max_size=300) | st.text(st.characters(codec="utf-8"), max_size=300).map(str.encode)
)
def test_no_content_fails_in_any_other_way(tmp_path_factory: Any, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    with pytest.raises(SeedError):
        read_report(path)


def test_a_missing_file_and_an_empty_folder_say_so(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="cannot be read"):
        read_report(tmp_path / "none.toml")
    with pytest.raises(SeedError, match="holds no reports"):
        load_seeds(tmp_path, {}, OnePlace())


def test_ids_may_not_be_used_twice(tmp_path: Path, actors: dict[str, Actor]) -> None:
    with pytest.raises(SeedError, match="used twice"):
        read_report(write(tmp_path, events=[{}, {}]))
    write(tmp_path)
    write(tmp_path, name="copy.toml")
    with pytest.raises(SeedError, match="used twice"):
        load_seeds(tmp_path, actors, OnePlace())


def test_an_aim_may_lie_after_its_report(tmp_path: Path) -> None:
    aim: dict[str, str | None] = {"type": '"intention"', "date": '"2017-12"'}
    _, events = read_report(write(tmp_path, events=[aim]))
    assert events[0].date == DateSpan.parse("2017-12")


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ 7*7 }} {% raw %}",
        "</script><img src=x onerror=alert(1)>",
        r"C:\20190221\x",
        "\u202eright to left\u202c \u200f داعش",
        "🏴‍☠️ é é ﷽",
        "'; DROP TABLE events; --",
    ],
)
def test_hostile_text_survives_letter_for_letter(
    tmp_path: Path, actors: dict[str, Actor], hostile: str
) -> None:
    text = f"Before. {hostile} took Town. After."
    path = write(
        tmp_path,
        report={"text": f'"""{text}"""'.replace("\\", "\\\\")},
        events=[{"quote": f'"""{hostile} took Town."""'.replace("\\", "\\\\")}],
    )
    report, raw = read_report(path)
    assert report.text == text
    assert text[raw[0].start : raw[0].end] == f"{hostile} took Town."
    seeds = load_seeds(tmp_path, actors, OnePlace())
    quote = seeds.events[0].quote
    assert seeds.reports[0].text[quote.start : quote.end] == f"{hostile} took Town."
