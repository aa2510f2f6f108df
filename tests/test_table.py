"""Rows and CSV carry every event with its source, and no cell runs as a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.table import COLUMNS, event_rows, to_csv
from geo.view import View
from geo.workspace import open_workspace


@pytest.fixture(scope="module")
def opened():
    return open_workspace()


@pytest.fixture(scope="module")
def rows(opened):
    return event_rows(
        opened.events, actors=opened.actors, reports=opened.reports, borders=opened.borders
    )


def read(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_every_event_has_its_row_with_words_speaker_and_place(opened, rows):
    assert [row["event_id"] for row in rows] == [event.id for event in opened.events]
    for row in rows:
        assert row["quote"]
        assert row["speaker"]
        assert row["publisher"]
        assert row["place"]
        assert row["border_low_km"] <= row["border_km"] <= row["border_high_km"]


def test_csv_comes_back_with_the_same_days_and_arabic(opened, rows):
    again = read(to_csv(rows))
    assert len(again) == len(opened.events)
    for row, event in zip(again, opened.events, strict=True):
        assert row["date_start"] == (event.date.start.isoformat() if event.date.start else "")
        assert row["date_end"] == (event.date.end.isoformat() if event.date.end else "")
        assert row["place_arabic"] == (event.place.arabic or "")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60))
def test_no_cell_is_a_formula_and_no_text_is_lost(text):
    row = dict.fromkeys(COLUMNS) | {"quote": text}
    data = to_csv([row])
    found = next(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))["quote"]
    assert found.removeprefix("'") == text.removeprefix("'")
    assert not found.lstrip().startswith(("=", "+", "-", "@"))


def test_a_state_regains_and_others_overtake_in_acled_terms(opened, rows):
    kinds = {
        row["agents"]: row["acled_sub_event_type"] for row in rows if row["type"] == "captures"
    }
    states = {a.name for a in opened.actors.values() if a.kind.value == "state"}
    for agents, kind in kinds.items():
        first = agents.split("; ")[0]
        assert (kind == "Government regains territory") == (first in states)


def test_a_view_and_its_rows_agree(opened):
    shown = opened.show(View(actors=("sdf",))).selection.shown
    assert shown
    assert all("sdf" in event.actors() for event in shown)


def test_a_bound_alone_is_written_as_a_bound(rows):
    numbers = {row["event_id"]: row["numbers"] for row in rows}
    assert numbers["afp-2017-09-16/5"] == "at least 1,500 fighters"
    assert numbers["gulf-news-2017-11-10/8"] == "2,500–3,500 fighters"
    assert numbers["the-region-2017-09-09/3"] == "2,500 fighters"
