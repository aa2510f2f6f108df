"""Adding a report on the page: what is found, accepted, rejected and kept."""

import datetime as dt
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from geo.byhand import added_by_hand, sentence_spans
from geo.corrections import new_actor
from geo.documents import read_plain
from geo.errors import InputError, StoreError
from geo.model import Actor, ActorKind, EventType, Report, Role, Status, Tier
from geo.panels.marked import Mark, actor_spans, marked, quoted
from geo.reading.found import Reading
from geo.review import earlier_decisions, kept, not_found_again, place_choices
from geo.store import open_store
from geo.workspace import open_workspace

TIMEOUT_S = 90
REPORT = (
    "Army enters border town\n\nBy Jane Doe\n\n10 November 2017\n\n"
    "Syrian government troops captured Al Bu Kamal on Thursday, the Syrian army said. "
    "Daesh militants withdrew from Al Bu Kamal on Thursday, a monitor said. "
    "Iraqi forces seized Qaim last week, officials said.\n\n"
    "Newspapers from United Arab Emirates"
)


# The marked text


class Words(HTMLParser):
    """Collects the words and the tags of a piece of HTML; numbers of ours apart."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.words, self.tags, self.kinds, self._sup = [], set(), [], False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self._sup = tag == "sup"
        assert {name for name, _ in attrs} <= {"class", "title", "dir"}
        if tag == "span":
            self.kinds.append(dict(attrs)["class"])

    def handle_endtag(self, tag):
        self._sup = False

    def handle_data(self, data):
        if not self._sup:
            self.words.append(data)


MARKS = st.lists(
    st.builds(
        Mark,
        st.integers(-3, 60),
        st.integers(-3, 60),
        st.sampled_from(["place", "event", "actor", "trigger"]),
        st.text(max_size=20),
        st.integers(0, 5),
    ),
    max_size=12,
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=60)


@given(TEXTS, MARKS)
@settings(max_examples=300)
def test_marking_keeps_every_character_and_adds_no_tag_of_the_texts(text, marks):
    seen = Words(marked(text, marks))
    lines = [line for line in text.split("\n") if line.strip()]
    assert "".join(seen.words) == "".join(lines)
    assert seen.tags <= {"div", "p", "span", "sup"}


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>',
     "</div></style><b>", "&lt;b&gt;", "' onmouseover='alert(1)"],
)  # fmt: skip
def test_hostile_text_and_labels_stay_text(hostile):
    text = f"Words {hostile} and more."
    html = marked(text, [Mark(0, len(text), "place", hostile, 1), Mark(6, 9, "event", hostile)])
    assert "".join(Words(html).words) == text
    assert Words(html).tags == {"div", "p", "span", "sup"}
    assert "".join(Words(quoted(text, 6, 6 + len(hostile), [])).words) == hostile


def test_marks_that_cross_are_both_seen():
    text = "Troops took Al Bu Kamal"
    html = marked(text, [Mark(0, 11, "event", "", 1), Mark(7, 23, "place", "the town")])
    kinds = Words(html).kinds
    assert any("event" in kind and "place" in kind for kind in kinds)
    assert html.count("<sup>1</sup>") == 1


def test_each_line_finds_its_own_direction():
    html = marked("دخل الجيش المدينة\nThe army entered", [])
    assert html.count('<p dir="auto">') == 2


def test_actors_are_marked_as_whole_names_only():
    names = Actor("a", "Islamic State", "IS", ActorKind.REBEL, "#000000", "dots",
                  {"en": ("the militants", "Assad")})  # fmt: skip
    text = "The militants of IS said it is the ambassador. Islamic State."
    found = [text[start:end] for start, end, _ in actor_spans(text, [names])]
    assert found == ["The militants", "IS", "Islamic State"]


# The page


@pytest.fixture
def home(tmp_path, monkeypatch):
    import streamlit as stl

    monkeypatch.setenv("DATELINE_HOME", str(tmp_path))
    stl.cache_resource.clear()
    stl.cache_data.clear()
    yield tmp_path
    stl.cache_resource.clear()
    stl.cache_data.clear()


def page(root):
    return AppTest.from_file(str(root / "dashboard.py"), default_timeout=TIMEOUT_S).run()


def shown(app):
    text = " ".join(element.value for element in app.caption)
    return int(re.search(r"\*\*(\d+) events? shown", text).group(1))


def keys(app, start):
    return [b.key for b in app.button if (b.key or "").startswith(start)]


def read(app, text=REPORT):
    app.button(key="add_report").click().run()
    app.text_area(key="reading_text").set_value(text)
    return app.button(key="read_text").click().run()


def decisions(app):
    """The choices on the events, in their order."""
    return [group for group in app.button_group if (group.key or "").startswith("decide-")]


def field(app, label):
    return next(box for box in app.text_input if box.label == label)


def stored():
    return open_store().snapshot()


def own(snapshot):
    return [e for e in (*snapshot.events, *snapshot.undecided) if e.id.startswith("own-")]


def test_a_pasted_report_is_read_and_what_it_says_of_itself_is_filled_in(root, home):
    app = read(page(root))
    assert not app.exception
    assert field(app, "Title").value == "Army enters border town"
    assert field(app, "Published on").value == "2017-11-10"
    assert len(decisions(app)) >= 2
    assert own(stored()) == [], "nothing is kept before somebody says so"


def test_accepted_events_are_on_the_map_at_once_and_the_others_are_not(root, home):
    app = page(root)
    before = shown(app)
    read(app)
    count = len(decisions(app))
    decisions(app)[0].set_value("Accept").run()
    decisions(app)[1].set_value("Reject").run()
    field(app, "Reviewed by").set_value("JD").run()
    app.button(key="reading_save").click().run()
    assert not app.exception
    assert shown(app) == before + 1
    snapshot = stored()
    (accepted,) = [e for e in snapshot.events if e.id.startswith("own-")]
    assert accepted.status is Status.CONFIRMED
    assert accepted.reviewed_by == "JD"
    assert accepted.reviewed_at is not None
    report = snapshot.reports[accepted.quote.report_id]
    assert report.text == read_plain(REPORT).text
    words = report.text[accepted.quote.start : accepted.quote.end]
    assert "Al Bu Kamal" in report.text
    assert words
    left = [e for e in snapshot.undecided if e.id.startswith("own-")]
    assert sum(e.status is Status.REJECTED for e in left) == 1
    assert sum(e.status is Status.FOUND for e in left) == count - 2
    assert all(not e.reviewed_by for e in left if e.status is Status.FOUND)
    label = app.button(key="add_report").label
    assert label == (f"Add a report ({count - 2} undecided)" if count > 2 else "Add a report")
    who = [change[1] for change in open_store().changes()]
    assert who[-1] == "JD"


def test_a_report_is_opened_again_with_its_decisions_and_can_be_taken_out(root, home):
    app = read(page(root))
    before = shown(app)
    decisions(app)[0].set_value("Accept").run()
    decisions(app)[1].set_value("Reject").run()
    app.button(key="reading_save").click().run()
    app.button(key="add_report").click().run()
    app.selectbox(key="reading_own").select_index(0).run()
    assert [group.value for group in decisions(app)[:2]] == ["Accept", "Reject"]
    decisions(app)[1].set_value("Accept").run()
    app.button(key="reading_save").click().run()
    assert shown(app) == before + 2
    (kept,) = {e.quote.report_id for e in own(stored())}  # the same report, not another
    assert stored().reports[kept].source_note == "By Jane Doe."
    app.button(key="add_report").click().run()
    app.selectbox(key="reading_own").select_index(0).run()
    app.button(key="reading_remove").click().run()
    assert shown(app) == before
    assert own(stored()) == []
    last = open_store().changes()[-1][3]
    assert last.startswith("removed")
    assert "Syrian government troops" in last, "the history keeps what was removed"


def test_without_a_date_the_page_asks_and_relative_days_follow_the_answer(root, home):
    text = (
        "Iraqi forces seized Qaim yesterday, officials in Baghdad said, after a week of fighting."
    )
    app = read(page(root), text)
    assert any("does not say when" in box.value for box in app.warning)
    assert any("date not given" in c.value for c in app.caption)
    field(app, "Published on").set_value("4 November 2017").run()
    assert not any("does not say when" in box.value for box in app.warning)
    assert any("3 Nov 2017" in c.value for c in app.caption)
    field(app, "Published on").set_value("some day").run()
    assert any("is not a date" in box.value for box in app.error)


PLACELESS = (
    "Town taken\n\n10 November 2017\n\nOn Thursday Iraqi forces captured Zzyzxabad, officials in "
    "Baghdad said. The Iraqi army said that Daesh militants withdrew from Rawa on Thursday."
)


def placeless(app):
    """The key of the choice on the event in the town that no gazetteer has."""
    found = app.session_state["reading_desk"].reading.events
    item = next(item for item in found if "Zzyzxabad" in item.event.place.text)
    assert not item.placed
    return next(g for g in decisions(app) if g.key.endswith(item.event.id)), item


def test_an_event_without_a_known_place_is_put_where_the_reviewer_says(root, home):
    app = read(page(root), PLACELESS)
    group, item = placeless(app)
    stem = group.key.removeprefix("decide-")
    app.text_input(key=f"search-{stem}").set_value("Al-Qaim").run()
    choice = app.radio(key=f"place-{stem}")
    row = next(at for at, words in enumerate(choice.options) if "Qaim" in words and "IQ" in words)
    choice.set_value(place_choices(item, "Al-Qaim")[row].place_id).run()
    group = placeless(app)[0]
    group.set_value("Accept").run()
    app.button(key="reading_save").click().run()
    assert not app.exception
    (event,) = [e for e in stored().events if e.id.startswith("own-")]
    assert event.place.country == "IQ"
    assert "Zzyzxabad" in event.place.text
    assert math.isfinite(event.place.lat)
    assert "Qaim" in event.summary
    assert event.edited == ("place",)


def test_an_accepted_event_without_a_place_is_kept_and_listed_and_on_no_map(root, home):
    app = page(root)
    before = shown(app)
    read(app, PLACELESS)
    placeless(app)[0].set_value("Accept").run()
    app.button(key="reading_save").click().run()
    assert not app.exception
    assert shown(app) == before
    (event,) = [e for e in stored().placeless if e.status is Status.CONFIRMED]
    assert (event.place.place_id, math.isnan(event.place.lat)) == ("", True)
    assert any("1 accepted event without a place" in head.value for head in app.subheader)
    cells = [str(cell) for frame in app.dataframe for cell in frame.value.to_numpy().ravel()]
    assert any("Zzyzxabad" in cell for cell in cells)
    app.button(key="add_report").click().run()
    app.selectbox(key="reading_own").select_index(0).run()
    assert placeless(app)[0].value == "Accept"
    app.button(key="reading_remove").click().run()
    assert stored().placeless == ()
    assert "Zzyzxabad" in open_store().changes()[-1][3], "the history keeps what was removed"


def edit(app, number=0):
    """Open the fields of an event; returns the stem of their keys."""
    stem = decisions(app)[number].key.removeprefix("decide-")
    app.button(key=f"edit-{stem}").click().run()
    return stem


def apply(app):
    next(b for b in app.button if b.label == "Apply").click().run()


def test_a_found_event_is_corrected_before_it_is_accepted_and_its_words_stay(root, home):
    app = read(page(root))
    found = app.session_state["reading_desk"].reading.events[0].event
    stem = edit(app)
    app.selectbox(key=f"fix-type-{stem}").set_value(EventType.ENTERS)
    app.text_input(key=f"fix-date-{stem}").set_value("2017-11-08/2017-11-09")
    app.selectbox(key=f"fix-tier-{stem}").set_value(Tier.ASSESSED)
    app.text_input(key=f"fix-speaker-{stem}").set_value("Colonel <b>X</b>")
    app.multiselect(key=f"fix-agent-{stem}").set_value(["hezbollah"])
    app.multiselect(key=f"fix-target-{stem}").set_value(["daesh"])
    app.selectbox(key=f"fix-party-{stem}").set_value("hezbollah")
    apply(app)
    assert not app.exception
    assert not any(b.label == "Apply" for b in app.button), "the fields close"
    decisions(app)[0].set_value("Accept").run()
    field(app, "Reviewed by").set_value("JD").run()
    app.button(key="reading_save").click().run()
    (event,) = [e for e in stored().events if e.id.startswith("own-")]
    assert event.type is EventType.ENTERS
    assert str(event.date) == "2017-11-08/2017-11-09"
    assert event.attribution.tier is Tier.ASSESSED
    assert event.attribution.speaker == "Colonel <b>X</b>"
    assert event.attribution.party == "hezbollah"
    assert [(p.actor_id, p.role) for p in event.participants] == [
        ("hezbollah", Role.AGENT), ("daesh", Role.TARGET)
    ]  # fmt: skip
    assert (event.quote.start, event.quote.end) == (found.quote.start, found.quote.end)
    assert "enters" in event.summary
    assert set(event.edited) == {"type", "participants", "date", "tier", "speaker", "party"}
    assert "Corrected on review; found as: captures" in event.attribution.note
    # Opened again it stands as corrected, and can be put back.
    app.button(key="add_report").click().run()
    app.selectbox(key="reading_own").select_index(0).run()
    assert decisions(app)[0].value == "Accept"
    stem = edit(app)
    assert app.text_input(key=f"fix-date-{stem}").value == "2017-11-08/2017-11-09"
    next(b for b in app.button if b.label == "As found").click().run()
    app.button(key="reading_save").click().run()
    (event,) = [e for e in stored().events if e.id.startswith("own-")]
    assert (event.type, event.edited, event.attribution.note) == (found.type, (), "")


def test_a_new_name_becomes_an_actor_and_a_bad_date_is_told(root, home):
    app = read(page(root))
    stem = edit(app)
    app.text_input(key=f"fix-date-{stem}").set_value("some day")
    apply(app)
    assert any("is not a date" in box.value.replace("\\", "") for box in app.error)
    desk = app.session_state["reading_desk"]
    assert desk.decisions == {}
    new = new_actor("Lions of the <Desert>", ["own-lions-of-the-desert"], prefix="own-")
    assert new.id == "own-lions-of-the-desert-2"
    assert "<" not in new.short
    assert new_actor("أسود", [], prefix="own-").id.isascii()
    with pytest.raises(InputError, match="no name"):
        new_actor("123", [], prefix="own-")


def add(app, words, kind):
    """Add an event by hand: the first sentence with these words."""
    box = next(b for b in app.selectbox if (b.key or "").startswith("add-words-"))
    row = next(n for n, option in enumerate(box.options) if words in option)
    box.select_index(row)
    next(b for b in app.selectbox if (b.key or "").startswith("add-type-")).set_value(kind)
    next(b for b in app.button if b.label == "Add it").click().run()


MISSED = (
    "Quiet week at the border\n\n10 November 2017\n\n"
    "Syrian government troops captured Al Bu Kamal on Thursday, the Syrian army said. "
    "In Mayadin nobody of the old garrison was to be seen any more."
)


def test_an_event_the_reader_missed_is_added_by_hand_and_stays(root, home):
    app = read(page(root), MISSED)
    found = len(decisions(app))
    next(b for b in app.button if b.label == "Add it").click().run()
    assert len(decisions(app)) == found
    assert any("Choose both" in box.value for box in app.error), "nothing is guessed"
    add(app, "nobody of the old garrison", EventType.WITHDRAWS)
    assert not app.exception
    assert len(decisions(app)) == found + 1
    assert decisions(app)[found].value == "Accept"
    stem = decisions(app)[found].key.removeprefix("decide-")
    app.multiselect(key=f"fix-agent-{stem}").set_value(["daesh"])
    app.text_input(key=f"fix-date-{stem}").set_value("2017-11-09")
    apply(app)
    # Another title reads the report anew; what was added is still there.
    field(app, "Title").set_value("A quiet week").run()
    assert decisions(app)[found].value == "Accept"
    app.button(key="reading_save").click().run()
    (event,) = [e for e in own(stored()) if e.status is Status.CONFIRMED]
    report = stored().reports[event.quote.report_id]
    quote = report.text[event.quote.start : event.quote.end]
    assert quote == "In Mayadin nobody of the old garrison was to be seen any more."
    assert (event.type, event.actors(Role.AGENT)) == (EventType.WITHDRAWS, ("daesh",))
    assert event.place.name == "Mayadin", "the only place its words name"
    assert str(event.date) == "2017-11-09"
    assert event.attribution.note.startswith("Added by hand")
    assert "found as" not in event.attribution.note
    # Opened again it is there once, and can be taken away.
    app.button(key="add_report").click().run()
    app.selectbox(key="reading_own").select_index(0).run()
    assert [box.value for box in decisions(app)] == [None] * found + ["Accept"]
    edit(app, found)
    next(b for b in app.button if b.label == "Remove").click().run()
    assert len(decisions(app)) == found
    app.button(key="reading_save").click().run()
    assert [e for e in own(stored()) if e.status is Status.CONFIRMED] == []


def test_an_added_event_left_undecided_is_kept_and_never_taken_for_a_found_one(root, home):
    app = read(page(root), MISSED)
    found = len(decisions(app))
    assert found
    add(app, "captured Al Bu Kamal", EventType.CLASH)  # the sentence of a found event
    decisions(app)[found].set_value(None).run()
    app.button(key="reading_save").click().run()
    app.button(key="add_report").click().run()
    app.selectbox(key="reading_own").select_index(0).run()
    assert [box.value for box in decisions(app)] == [None] * (found + 1)


@given(st.text(max_size=120))
@settings(max_examples=100)
def test_sentences_to_choose_from_lie_in_the_text_in_order(text):
    spans = sentence_spans(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    source = replace(read_plain("Some words."), text=text)
    taken = set()
    for span in spans:
        item = added_by_hand(source, Reading((), ()), "own-x", span, EventType.HOLDS, taken)
        taken.add(item.event.id)
        assert not item.placed
    assert len(taken) == len(spans)


def test_what_was_decided_stays_when_the_reader_no_longer_finds_it(root, home):
    app = read(page(root))
    decisions(app)[0].set_value("Accept").run()
    app.button(key="reading_save").click().run()
    snapshot = stored()
    (event,) = [e for e in snapshot.events if e.id.startswith("own-")]
    report = event.quote.report_id
    empty = Reading((), ())
    (lost,) = not_found_again([event], empty, report)
    again = replace(empty, events=(lost,))
    assert earlier_decisions([event], again, report)[lost.event.id].status is Status.CONFIRMED
    source = read_plain(snapshot.reports[report].text)
    done = kept(source, again, earlier_decisions([event], again, report), report_id=report, who="A")
    assert [(e.type, e.place, e.date, e.participants) for e in done.events] == [
        (event.type, event.place, event.date, event.participants)
    ]
    assert not_found_again([event], again, report) == ()


def test_changing_a_field_keeps_what_was_decided(root, home):
    app = read(page(root))
    decisions(app)[0].set_value("Accept").run()
    field(app, "Title").set_value("Another title").run()
    assert decisions(app)[0].value == "Accept"
    app.button(key="reading_save").click().run()
    assert "Another title" in {report.title for report in stored().reports.values()}


def test_closing_the_window_loses_nothing(root, home):
    app = read(page(root))
    decisions(app)[0].set_value("Accept").run()
    app.session_state["reading_open"] = False
    app.run()
    assert not decisions(app)
    app.button(key="add_report").click().run()
    assert decisions(app)[0].value == "Accept"


@pytest.mark.parametrize("text", ["", "   \n ", "a " * 150_000])
def test_a_text_that_cannot_be_read_is_told(root, home, text):
    app = read(page(root), text)
    assert not app.exception
    assert app.error
    assert any(
        "words" in t.value or "command" in t.value or "geo read" in t.value for t in app.text
    )


def test_an_arabic_text_says_that_only_its_places_are_read(root, home):
    app = read(
        page(root), "قال الجيش السوري إنه دخل مدينة البوكمال بعد معارك مع التنظيم في المدينة."
    )
    assert not app.exception
    assert any("in Arabic" in box.value for box in app.warning)
    field(app, "Title").set_value("خبر").run()
    app.button(key="reading_save").click().run()
    assert not app.exception
    assert any(report.title == "خبر" for report in stored().reports.values())


def test_events_far_from_the_dates_shown_are_brought_into_view(root, home):
    text = (
        "Town taken\n\n5 March 2023\n\n"
        "Russian forces captured Krasna Hora on Saturday, the Russian defence ministry said. "
        "Ukrainian troops withdrew from Krasna Hora near Bakhmut in Ukraine, the governor said."
    )
    app = read(page(root), text)
    if not any(group.options == ["Accept", "Reject"] for group in decisions(app)):
        pytest.fail("no event with a place was found in two plain sentences")
    app.button(key="accept_all").click().run()
    app.button(key="reading_save").click().run()
    assert not app.exception
    assert app.session_state["when"][1] >= dt.date(2023, 3, 4)


# The store


def test_a_report_that_ships_cannot_be_replaced_or_removed(home):
    opened = open_workspace()
    store = open_store()
    shipped = next(iter(opened.reports.values()))
    with pytest.raises(StoreError, match="ships with Dateline"):
        store.add_report(shipped, [], who="me", why="x")
    with pytest.raises(StoreError, match="ships with Dateline"):
        store.remove_report(shipped.id, who="me", why="x")
    with pytest.raises(StoreError, match="no report"):
        store.remove_report("own-none", who="me", why="x")
    assert store.snapshot().events == opened.events


def test_a_refused_report_changes_nothing(home):
    opened = open_workspace()
    store = open_store()
    text = "Words."
    report = Report("own-a", "t", "p", opened.reports[next(iter(opened.reports))].published, text)
    stray = opened.events[0]
    with pytest.raises(StoreError, match="nothing was changed"):
        store.add_report(report, [stray], who="me", why="x")
    assert "own-a" not in store.snapshot().reports
    assert store.snapshot().events == opened.events
