"""Before sharing: what must not leave does not, and nothing gives it back."""

import re
import stat
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.__main__ import main
from geo.areas import country_at
from geo.borders.places import place_borders
from geo.discreet_places import Mover, wide
from geo.discreet_words import gives_away, hidden_words
from geo.discretion import FIELDS, Discretion, discreet
from geo.errors import InputError, StoreError
from geo.model import Attribution, EventPlace, Report, Tier
from geo.onepage import one_page
from geo.passing_on import LeftOutRow, credits_of, passable, terms_of
from geo.picture import scene_of
from geo.sharing import blur_key, for_sharing
from geo.table import event_rows, left_out_rows, to_csv
from geo.view import MapPosition, View
from geo.webmap import events_payload
from geo.workspace import open_workspace

GEOD = Geod(ellps="WGS84")
KEY = bytes(range(32))
TODAY = date(2017, 11, 12)


@pytest.fixture(scope="module")
def workspace():
    return open_workspace()


def shared(workspace, how, view=None):
    return for_sharing(
        workspace, workspace.default_view if view is None else view, how, today=TODAY, key=KEY
    )


def far_km(one, other):
    return GEOD.inv(one.lon, one.lat, other.lon, other.lat)[2] / 1000


def all_words(found):
    """Every word that the table, the map's payload and the picture's words would give away."""
    workspace, view = found.workspace, found.view
    shown = workspace.show(view)
    rows = event_rows(
        shown.selection.shown,
        actors=workspace.actors,
        reports=workspace.reports,
        borders=workspace.borders_under(view.policy),
        notes=found.notes,
    )
    for row in rows:
        row["crossing"] = ""  # found from the point that is shown, and named after towns
    payload = events_payload(
        shown.selection.shown, workspace.actors, workspace.reports, {}, names=workspace.names
    )
    scene = scene_of(workspace, view)
    told = [scene.title, scene.deck, scene.notes, scene.sources, shown.controls, shown.zones]
    return f"{to_csv(rows).decode()} {payload} {told} {view.query()} {workspace.project}"


def narrow(workspace, km):
    return {e.place.place_id: e.place for e in workspace.events if not wide(e.place, km)}


@pytest.mark.parametrize("how", [Discretion(round_km=10), Discretion(blur_km=10)], ids=str)
def test_nothing_gives_back_where_a_place_is(workspace, how):
    found = shared(workspace, how)
    words = all_words(found)
    folded = words.casefold()
    # Words of the product and names that stay: provinces, countries, actors, publishers.
    stay = " ".join(
        [
            *(a.name + a.short for a in workspace.actors.values()),
            *(r.publisher for r in workspace.reports.values()),
            *workspace.names.values(),
            *(f"{e.place.name} {e.place.arabic}" for e in workspace.events if wide(e.place, 10)),
        ]
    ).casefold()
    for place in narrow(workspace, 10).values():
        assert place.place_id not in words
        for name in (place.name, place.text, place.arabic):
            if name and len(name) > 3 and name.casefold() not in stay:
                assert not re.search(rf"\b{re.escape(name.casefold())}\b", folded), name
    for old, new in zip(workspace.events, found.workspace.events, strict=True):
        # No figure of the row is that of the exact point: not the point, not the distances.
        if not wide(old.place, 10):
            assert far_km(old.place, new.place) > 0.05
            assert new.place.precision_km % 5 == 0
    assert found.workspace.borders == place_borders(found.workspace.places.values(), "all")
    for event in workspace.events:
        assert event.id not in words
        assert not event.summary or event.summary not in words
    for report in workspace.reports.values():
        assert report.id not in words
        assert not report.url or report.url not in words
        assert report.title not in words


@pytest.mark.parametrize("km", [2, 10, 50])
def test_rounded_positions_lie_on_the_grid_and_within_what_is_said(workspace, km):
    before = workspace.events
    after = shared(workspace, Discretion(round_km=km)).workspace.events
    moved = 0
    for old, new in zip(before, after, strict=True):
        if wide(old.place, km):
            assert (old.place.lat, old.place.lon) == (new.place.lat, new.place.lon)
            continue
        moved += 1
        assert far_km(old.place, new.place) + old.place.precision_km <= new.place.precision_km
        assert Mover.rounded(new.place.lat, new.place.lon, km) == (new.place.lat, new.place.lon)
    assert moved > 50


def test_moved_positions_are_moved_alike_each_time_and_otherwise_with_another_key(workspace):
    how = Discretion(blur_km=10)
    once, again = (discreet(workspace, how, key=KEY).workspace.events for _ in range(2))
    other = discreet(workspace, how, key=bytes(32)).workspace.events
    assert once == again
    for old, new, third in zip(workspace.events, once, other, strict=True):
        if not wide(old.place, 10):
            assert 2.99 <= far_km(old.place, new.place) <= 10.01
            assert (new.place.lat, new.place.lon) != (third.place.lat, third.place.lon)


def test_two_distances_do_not_lie_on_one_line_through_the_place(workspace):
    place = next(iter(narrow(workspace, 10).values()))
    near, far = Mover(None, 5, KEY).moved(place), Mover(None, 10, KEY).moved(place)
    bearings = [GEOD.inv(place.lon, place.lat, p.lon, p.lat)[0] for p in (near, far)]
    assert abs(bearings[0] - bearings[1]) > 1


@settings(max_examples=80, deadline=None)
@given(
    lat=st.floats(-89.9, 89.9),
    lon=st.floats(-180, 180),
    km=st.floats(0.1, 200),
    rounds=st.booleans(),
)
def test_any_point_is_moved_no_farther_than_its_new_precision(lat, lon, km, rounds):
    place = EventPlace("x", "x", "x", lat, lon, "PPL", None, None, 1.0)
    moved = Mover(km if rounds else None, None if rounds else km, KEY).moved(place)
    assert abs(moved.lat) <= 90
    assert abs(moved.lon) <= 180
    assert far_km(place, moved) <= moved.precision_km


def test_no_place_is_moved_across_a_border(workspace):
    after = shared(workspace, Discretion(blur_km=10)).workspace.events
    for old, new in zip(workspace.events, after, strict=True):
        if not wide(old.place, 10) and old.place.country:
            assert country_at(new.place.lat, new.place.lon) == old.place.country


def test_who_holds_what_is_the_same_under_rounded_names(workspace):
    view = workspace.default_view

    def held(found):
        return Counter(
            (c.holders, c.tier, c.contested, c.stale, c.besieged_by, str(c.since))
            for c in found.workspace.show(found.view).controls
        )

    plain = shared(workspace, Discretion(), view)
    assert held(shared(workspace, Discretion(round_km=10), view)) == held(plain)
    unnamed = Discretion(leave_out=frozenset({"speakers", "reviewers", "numbers"}))
    assert held(shared(workspace, unnamed, view)) == held(plain)


def test_a_delay_leaves_nothing_of_the_last_days(workspace):
    found = shared(workspace, Discretion(delay_days=3))
    last = TODAY - timedelta(days=3)
    events = found.workspace.events
    assert events
    assert all(event.date.latest <= last for event in events if event.date.latest)
    assert found.delayed == len(workspace.events) - len(events) > 0
    assert found.workspace.show(found.view).on == last
    assert any("Nothing after 9 Nov 2017" in note for note in found.notes)


def test_a_delay_cuts_late_reports_to_the_words_quoted(workspace):
    found = shared(workspace, Discretion(delay_days=3)).workspace
    before = {e.id: e for e in workspace.events}
    late = {k for k, r in workspace.reports.items() if r.published.latest > date(2017, 11, 9)}
    cut = [e for e in found.events if e.quote.report_id in late]
    assert cut
    for event in found.events:
        old = before[event.id]
        words, text = old.quote, workspace.reports[old.quote.report_id].text
        now = found.reports[event.quote.report_id].text
        assert now[event.quote.start : event.quote.end] == text[words.start : words.end]
    for key in {e.quote.report_id for e in cut}:
        gone = [
            e
            for e in workspace.events
            if e.quote.report_id == key and e.date.latest > date(2017, 11, 9)
        ]
        quoted = {(e.quote.start, e.quote.end) for e in cut if e.quote.report_id == key}
        for event in gone:
            start, end = event.quote.start, event.quote.end
            if all(end <= a or start >= b for a, b in quoted):
                assert workspace.reports[key].text[start:end] not in found.reports[key].text


def test_a_delay_tells_no_headline_of_a_late_report_nor_where_it_stands(workspace):
    found = shared(workspace, Discretion(delay_days=3))
    late = [
        workspace.reports[key]
        for key in found.workspace.reports
        if workspace.reports[key].published.latest > date(2017, 11, 9)
    ]
    assert late
    words = all_words(found)
    for report in late:
        assert report.title not in words
        assert not report.url or report.url not in words
        assert found.workspace.reports[report.id].source_note == ""
    early = next(r for key, r in workspace.reports.items() if r.published.latest < TODAY)
    assert found.workspace.reports[early.id].title == early.title


def test_full_texts_left_out_keep_every_quote(workspace):
    found = shared(workspace, Discretion(leave_out=frozenset({"full-texts"}))).workspace
    for old, new in zip(workspace.events, found.events, strict=True):
        said = workspace.reports[old.quote.report_id].text[old.quote.start : old.quote.end]
        text = found.reports[new.quote.report_id].text
        assert text[new.quote.start : new.quote.end] == said
    assert sum(len(r.text) for r in found.reports.values()) < 0.9 * sum(
        len(r.text) for r in workspace.reports.values()
    )


def test_speakers_left_out_stand_nowhere_and_do_not_multiply(workspace):
    found = shared(workspace, Discretion(leave_out=frozenset({"speakers"})))
    words = all_words(found)
    assert "Unnamed speaker 1" in words
    publishers = " ".join(r.publisher for r in workspace.reports.values())
    actors = " ".join(n for a in workspace.actors.values() for n in (a.name, a.short))
    for event in workspace.events:
        speaker = event.attribution.speaker
        if speaker and speaker not in publishers + actors and speaker != "widely reported":
            assert speaker not in words, speaker


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_each_field_is_told_when_left_out(workspace, field):
    found = shared(workspace, Discretion(leave_out=frozenset({field})))
    assert FIELDS[field] in " ".join(found.notes)
    assert FIELDS[field] in " ".join(scene_of(found.workspace, found.view).notes)


def test_what_is_held_back_is_told_on_every_row_and_on_the_picture(workspace):
    found = shared(workspace, Discretion(blur_km=10, delay_days=2))
    scene = scene_of(found.workspace, found.view)
    for note in found.notes:
        assert note in scene.notes
        assert all_words(found).count(note) >= 10
    assert "moved by 3 to 10 km" in found.notes[0]


def test_nothing_held_back_changes_nothing(workspace):
    found = shared(workspace, Discretion())
    assert found.workspace is workspace
    assert found.view == workspace.default_view
    assert found.notes == ()


def test_the_map_position_points_at_no_single_place(workspace):
    view = View(position=MapPosition(34.45226, 40.91854, 13))
    found = shared(workspace, Discretion(round_km=10), view)
    assert (found.view.position.lat, found.view.position.lon) != (34.45226, 40.91854)
    assert found.view.position.zoom <= 11
    assert shared(workspace, Discretion(round_km=10, keep_names=True), view).view == view


def test_a_search_for_words_is_refused_where_words_are_left_out(workspace):
    with pytest.raises(InputError, match="search"):
        shared(workspace, Discretion(round_km=10), View(text="Kamal"))
    assert shared(workspace, Discretion(round_km=10, keep_names=True), View(text="Kamal"))


def test_a_link_to_an_event_follows_it_under_its_new_name(workspace):
    view = replace(workspace.default_view, event_id=workspace.events[60].id)
    found = shared(workspace, Discretion(round_km=10), view)
    assert found.view.event_id == found.workspace.events[60].id != view.event_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"round_km": 0},
        {"round_km": float("nan")},
        {"blur_km": 1e6},
        {"round_km": 5, "blur_km": 5},
        {"delay_days": -1},
        {"leave_out": frozenset({"everything"})},
    ],
    ids=str,
)
def test_values_that_cannot_be_meant_are_refused(wrong):
    with pytest.raises(InputError):
        Discretion(**wrong)


def test_moving_needs_a_key(workspace):
    with pytest.raises(InputError, match="key"):
        discreet(workspace, Discretion(blur_km=5))


def test_the_key_is_made_once_for_its_owner_only(tmp_path):
    key = blur_key(tmp_path)
    assert key == blur_key(tmp_path)
    assert len(key) == 32
    assert stat.S_IMODE((tmp_path / "blur.key").stat().st_mode) == 0o600
    (tmp_path / "blur.key").write_bytes(b"short")
    with pytest.raises(StoreError, match="damaged"):
        blur_key(tmp_path)


def test_options_are_told_as_the_command_line_takes_them():
    how = Discretion(blur_km=7.5, delay_days=2, leave_out=frozenset({"texts"}), keep_names=True)
    assert how.arguments() == [
        *("--blur-km", "7.5", "--delay-days", "2", "--leave-out", "texts", "--keep-names"),
    ]


# Rows that may not be passed on


def with_acled(workspace, licence="ACLED terms of use", publisher="ACLED"):
    """The workspace with every third event standing in a report of ACLED's."""
    own = Report(
        "acled-2017",
        "ACLED rows",
        publisher,
        workspace.events[0].date,
        "row " * 400,
        source_note="Accessed 2026-10-03.",
        licence=licence,
    )
    events = tuple(
        replace(
            e,
            quote=replace(e.quote, report_id=own.id, start=n, end=n + 3),
            attribution=Attribution(publisher, "", Tier.REPORTED),
            summary=f"acled secret {n}",
        )
        if n % 3 == 0
        else e
        for n, e in enumerate(workspace.events)
    )
    kept = replace(workspace.snapshot, events=events, reports={**workspace.reports, own.id: own})
    return workspace.with_snapshot(kept)


def test_rows_of_acled_are_replaced_by_counts(workspace):
    whole = with_acled(workspace)
    view = whole.default_view
    shown = [e for e in whole.show(view).selection.shown if e.quote.report_id == "acled-2017"]
    found = for_sharing(whole, view)
    assert found.left_out.events == len(shown) > 10
    assert not [e for e in found.workspace.events if e.quote.report_id == "acled-2017"]
    assert "acled secret" not in all_words(found)
    assert any("ACLED left out" in note for note in found.notes)
    text = to_csv(left_out_rows(found.left_out)).decode()
    assert "left out" in text
    assert "Deir ez-Zor" in text
    for row in found.left_out.rows:
        assert row.since.day == 1
        assert (row.until + timedelta(days=1)).day == 1


def test_a_picture_counts_them_and_names_acled_with_the_day_of_access(workspace):
    whole = with_acled(workspace)
    found = for_sharing(whole, whole.default_view, derived=True)
    assert found.workspace is whole
    said = " ".join(scene_of(found.workspace, found.view).credits)
    assert "acleddata.com" in said
    assert "Accessed 3 Oct 2026" in said


def test_a_paper_that_quotes_acled_may_be_passed_on(workspace):
    report = next(iter(workspace.reports.values()))
    assert terms_of(replace(report, publisher="Reuters", text="ACLED counted 60 dead")) is None
    assert terms_of(replace(report, publisher="ACLED")) is not None
    whole = "Armed Conflict Location & Event Data Project (ACLED)"
    assert terms_of(replace(report, publisher=whole)) is not None
    assert terms_of(replace(report, publisher="Reuters, citing ACLED")) is None
    assert terms_of(replace(report, url="https://acleddata.com/x")) is not None
    assert terms_of(replace(report, url="https://notacleddata.com/x")) is None
    assert credits_of([report]) == ()


@pytest.mark.parametrize(
    ("licence", "free"),
    [
        ("own words", True),
        ("CC BY 4.0", True),
        ("CC BY-NC-SA 4.0, share alike", True),
        ("", True),
        ("All rows may be shared freely", True),
        ("not to be redistributed", False),
        ("May not be shared with third parties", False),
        ("No redistribution", False),
        ("Internal use only", False),
        ("ACLED Terms of Use", False),
        ("Do not distribute", False),
        ("Not for publication", False),
        ("TLP:AMBER+STRICT", False),
        ("TLP:CLEAR", True),
        ("No known restrictions on publication", True),
    ],
)
def test_a_licence_in_words_decides(workspace, licence, free):
    report = replace(next(iter(workspace.reports.values())), licence=licence)
    assert (terms_of(report) is None) is free


def test_nothing_to_leave_out_gives_the_workspace_itself(workspace):
    kept, left = passable(workspace)
    assert kept is workspace
    assert not left


def test_counts_are_told_in_words():
    row = LeftOutRow("ACLED", "Syria", "Idlib", date(2017, 9, 1), date(2017, 9, 30), 12)
    assert row.words() == "12 events of ACLED in Idlib, Syria, Sep 2017"


def test_a_title_that_names_a_hidden_place_is_noticed(workspace):
    found = shared(workspace, Discretion(round_km=10))
    assert found.workspace.project.title == "Reported locations"
    titles = ("The fall of AL BŪ KAMĀL", "Syria, autumn 2017", None)
    assert found.gives_away(*titles) == titles[:1]
    assert shared(workspace, Discretion(round_km=10, keep_names=True)).gives_away(*titles) == ()


def test_numbered_pictures_hold_no_rows_that_may_not_be_passed_on(monkeypatch, tmp_path, workspace):
    monkeypatch.setattr("geo.workspace.open_workspace", lambda: with_acled(workspace))
    for number, options in enumerate(([], ["--numbered"])):
        path = tmp_path / f"{number}.svg"
        assert main(["picture", "-o", str(path), *options]) == number
        text = path.read_text(encoding="utf-8")
        assert "acled secret" not in text
        assert ("acleddata.com" in text) is (number == 0)


@pytest.mark.parametrize("how", [Discretion(round_km=10), Discretion(blur_km=10)], ids=str)
def test_the_one_file_page_holds_none_of_it_either(workspace, how):
    found = shared(workspace, how)
    page = one_page(
        found.workspace, found.view, picture=b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    ).decode()
    for event in workspace.events:
        text = workspace.reports[event.quote.report_id].text
        assert text[event.quote.start : event.quote.end] not in page
        assert f'"{event.id}"' not in page
        assert not event.summary or event.summary not in page
    for place in narrow(workspace, 10).values():
        assert place.place_id not in page
    for report in workspace.reports.values():
        assert not report.url or report.url not in page
        assert report.title not in page
    for note in found.notes:
        assert note in page


@pytest.mark.parametrize(
    "title",
    ["Abu Kamal falls", "The road to Al Qa'im", "QAIM", "Deirezzor24 on the siege", "الرقة"],
)
def test_a_title_in_another_spelling_is_noticed_too(workspace, title):
    found = shared(workspace, Discretion(round_km=10))
    assert found.gives_away(title) == (title,)


def test_a_speaker_named_after_a_place_is_not_named(workspace):
    assert any("DeirEzzor24" in e.attribution.speaker for e in workspace.events)
    for event in shared(workspace, Discretion(round_km=10)).workspace.events:
        assert "DeirEzzor24" not in event.attribution.speaker


def test_a_point_told_by_another_place_hides_that_places_names_too():
    place = EventPlace(
        "offset:10km@090:geonames:163808", "east of it", "far off", 35, 40, "LCTY", "SY", None, 3
    )
    names = hidden_words([place, replace(place, place_id="not an id")])
    for title in ("The battle for Palmyra", "Tadmur", "Far off"):
        assert gives_away(title, names)
    assert not gives_away("Syria, autumn", names)
