"""What is stored comes back whole, and a failed load takes nothing away."""

import dataclasses

import pytest
import sqlalchemy as sa

from geo.dates import DateSpan
from geo.errors import StoreError
from geo.model import (
    Actor,
    ActorKind,
    Attribution,
    CandidateNote,
    Event,
    EventPlace,
    EventType,
    Numbers,
    Participant,
    Quote,
    Report,
    Role,
    Tier,
)
from geo.schema import EVENT_ACTORS, EVENTS, event_rows
from geo.store import default_url, open_store

HOSTILE = "{{ 7*7 }} {% raw %} </script> <img src=x onerror=alert(1)> C:\\20190221 \u200fعربي😀"
DAESH = Actor(
    "daesh", "Daesh", "Daesh", ActorKind.REBEL, "#333333", "dots", {"ar": ("داعش",)}, order=2
)
SDF = Actor("sdf", "SDF", "SDF", ActorKind.REBEL, "#e0b422", "solid", allied_with=("us",), order=1)
REPORT = Report("r1", HOSTILE, "Gulf News", DateSpan.parse("2017-11-10~"), HOSTILE, "https://a.b")
EVENT = Event(
    id="r1/1",
    type=EventType.ESTIMATE,
    participants=(Participant("sdf", Role.TARGET), Participant("daesh", Role.AGENT)),
    place=EventPlace(
        "local:q", "Qaim", "Al-Qa'im", 34.39, 40.99, "PPL", "IQ", "IQ.01", 10.0, "القائم"
    ),
    date=DateSpan.parse("../2017-11-08"),
    attribution=Attribution("Gulf News", HOSTILE, Tier.REPORTED, party="sdf", note="n"),
    quote=Quote("r1", 0, 9),
    summary=HOSTILE,
    numbers=Numbers(2500, None, 3500, "fighters"),
    candidates=(CandidateNote("geonames:1", "Qaim", 1.0, 2.0, "PPL", "IQ", 0.9, ("population",)),),
)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'a.db'}"


def load(store, **changes):
    event = dataclasses.replace(EVENT, **changes)
    store.replace_seeds([DAESH, SDF], [REPORT], [event], fingerprint="abc")


def test_everything_comes_back_as_it_was(url):
    load(open_store(url))
    snapshot = open_store(url).snapshot()
    assert snapshot.events == (EVENT,)
    assert dict(snapshot.reports) == {"r1": REPORT}
    assert list(snapshot.actors.values()) == [SDF, DAESH], "actors come in legend order"
    assert open_store(url).meta("seeds") == "abc"


def test_a_refused_load_changes_nothing(url):
    store = open_store(url)
    load(store)
    with pytest.raises(StoreError, match="nothing was changed"):
        load(store, quote=Quote("no such report", 0, 1))
    assert store.snapshot().events == (EVENT,)


def test_new_seeds_leave_alone_what_a_user_added_even_on_top_of_seeds(url):
    """A user's event may speak of a seed actor in a seed report, also one that is gone since."""
    store = open_store(url)
    load(store)
    mine = dataclasses.replace(EVENT, id="mine/1")
    with store._engine.begin() as connection:
        for table, rows in zip((EVENTS, EVENT_ACTORS), event_rows([mine], "user"), strict=True):
            connection.execute(table.insert(), rows)
    other = dataclasses.replace(REPORT, id="r2", title="A new one")
    anew = dataclasses.replace(EVENT, id="r2/1", quote=Quote("r2", 0, 9), summary="anew")
    renamed = dataclasses.replace(DAESH, short="IS")
    store.replace_seeds([renamed, SDF], [other], [anew], fingerprint="def")
    snapshot = store.snapshot()
    assert {event.id for event in snapshot.events} == {"mine/1", "r2/1"}
    assert set(snapshot.reports) == {"r1", "r2"}, "r1 is still quoted"
    assert snapshot.actors["daesh"].short == "IS"


def test_seeds_that_are_gone_and_not_used_are_taken_out(url):
    store = open_store(url)
    load(store)
    store.replace_seeds([SDF], [], [], fingerprint="def")
    snapshot = store.snapshot()
    assert snapshot.events == ()
    assert dict(snapshot.reports) == {}
    assert list(snapshot.actors) == ["sdf"]


def test_every_load_is_in_the_history_with_who_when_and_why(url):
    store = open_store(url)
    load(store)
    load(store)
    history = store.changes()
    assert len(history) == 2
    when, who, why, what = history[0]
    assert when.utcoffset().total_seconds() == 0
    assert who
    assert why
    assert "1 seed events" in what


def test_a_database_of_another_version_is_refused_with_the_way_out(url):
    store = open_store(url)
    store._set_meta("schema", "99")
    with pytest.raises(StoreError, match="DATELINE_HOME"):
        open_store(url)


def test_a_database_that_cannot_be_opened_says_what_to_do(tmp_path):
    with pytest.raises(StoreError, match="DATELINE_"):
        open_store(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'a.db'}")
    with pytest.raises(StoreError, match="DATELINE_DB"):
        open_store("nonsense")


def test_the_users_folder_is_used_and_made(tmp_path, monkeypatch):
    monkeypatch.delenv("DATELINE_DB", raising=False)
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "new"))
    open_store(default_url())
    assert (tmp_path / "new" / "dateline.db").exists()
    monkeypatch.setenv("DATELINE_DB", "sqlite://")
    assert default_url() == "sqlite://"


def test_events_come_oldest_first_and_who_is_there_speaks_last_of_a_day(url):
    store = open_store(url)
    told = [
        ("r1/1", EventType.HOLDS, "2017-11-11"),
        ("r1/2", EventType.LOSES, "2017-11-11"),
        ("r1/3", EventType.CLASH, "2017-11-11"),
        ("r1/4", EventType.CAPTURES, "2017-11-09"),
        ("r1/5", EventType.PRESENCE, ".."),
    ]
    events = [
        dataclasses.replace(EVENT, id=key, type=kind, date=DateSpan.parse(when))
        for key, kind, when in told
    ]
    store.replace_seeds([DAESH, SDF], [REPORT], events, fingerprint="abc")
    order = [event.id for event in store.snapshot().events]
    assert order == ["r1/5", "r1/4", "r1/2", "r1/3", "r1/1"]


def test_a_loss_is_the_doing_of_whoever_takes_the_place():
    assert EVENT.lead == "daesh"
    assert dataclasses.replace(EVENT, type=EventType.LOSES).lead == "sdf"
    alone = (Participant("daesh", Role.AGENT),)
    assert dataclasses.replace(EVENT, type=EventType.LOSES, participants=alone).lead == "daesh"


@pytest.mark.parametrize(
    "damage",
    [
        "update events set doc = '{}'",
        "update events set doc = '{'",
        "update events set type = 'gone'",
        "update reports set published = 'once'",
        "update actors set doc = '{}'",
        "drop table event_actors",
        "drop table meta",
    ],
)
def test_a_damaged_database_says_so_and_what_to_do(url, damage):
    store = open_store(url)
    load(store)
    with sa.create_engine(url).begin() as connection:
        connection.execute(sa.text("pragma foreign_keys = off"))
        connection.execute(sa.text(damage))
    with pytest.raises(StoreError, match="DATELINE_HOME"):
        store.snapshot() if "meta" not in damage else store.meta("seeds")


def test_a_second_process_making_the_same_tables_is_waited_for(url, monkeypatch):
    """Both saw an empty file; the other was quicker."""
    make = sa.MetaData.create_all
    late = []

    def beaten(self, bind, **more):
        if not late:
            late.append(True)
            make(self, bind, **more)
            make(self, bind, checkfirst=False)
        make(self, bind, **more)

    monkeypatch.setattr(sa.MetaData, "create_all", beaten)
    load(open_store(url))
    assert open_store(url).snapshot().events == (EVENT,)
