"""The words for a picture say what the picture shows."""

import re
from dataclasses import replace

import pytest

from geo.caption import alt_text, caption
from geo.citations import bibtex, csl_json, plain_citations
from geo.dates import DateSpan
from geo.model import Report
from geo.picture import scene_of
from geo.workspace import open_workspace


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    return open_workspace(url=f"sqlite:///{tmp_path_factory.mktemp('db') / 'd.db'}")


def scene(opened, query):
    view, problems = opened.parse(query)
    assert not problems
    return scene_of(opened, view)


def test_the_alt_text_counts_what_the_picture_counts(opened):
    shown = scene(opened, "when=2017-09-05&when=2017-11-11")
    text = alt_text(shown)
    assert "11 November 2017" in text
    assert f"{len(shown.events)} reported events" in text
    contested = sum(control.contested for control in shown.controls)
    assert f"Contested {contested}" in text
    assert len(text) <= 400


def test_the_caption_names_the_contested_the_claimed_and_the_sources(opened):
    shown = scene(opened, "when=2017-09-05&when=2017-11-11")
    text = caption(shown)
    for control in shown.controls:
        if control.contested:
            assert control.place.name in text
    assert "Claimed only by the side that gains" in text
    assert shown.sources[0] in text
    assert f"{shown.hidden} left out by filters" in text


def test_a_place_that_changes_hands_changes_the_words(opened):
    before = caption(scene(opened, "when=2017-11-01&when=2017-11-07"))
    after = caption(scene(opened, "when=2017-11-01&when=2017-11-20"))
    assert before != after
    assert "7 November 2017" in before
    assert "20 November 2017" in after


def test_a_very_long_title_keeps_the_alt_text_short(opened):
    long = replace(scene(opened, "when=2017-09-05&when=2017-11-11"), title="Abc " * 300)
    assert len(alt_text(long)) == 400


REPORT = Report(
    "gulf-news/1",
    "50% of {the} town & more_",
    "Gulf News",
    DateSpan.parse("2017-11-10"),
    "text",
    url="https://example.org/a?b=50%25#c",
)


def test_a_citation_holds_what_the_source_gives_and_nothing_else():
    bare = replace(REPORT, url="javascript:alert(1)", published=DateSpan.parse(".."))
    for text in (plain_citations([bare]), bibtex([bare]), csl_json([bare])):
        assert "javascript" not in text
        assert not re.search(r"\b(19|20)\d\d\b", text)


def test_bibtex_escapes_titles_and_keeps_addresses():
    text = bibtex([REPORT, replace(REPORT, id="gulf-news-1")])
    assert r"50\% of \{the\} town \& more\_" in text
    assert "url = {https://example.org/a?b=50%25#c}" in text
    assert "@article{gulf-news-1," in text
    assert "@article{gulf-news-1-2," in text


def test_an_own_words_title_is_marked_as_supplied():
    own = replace(REPORT, title="Town taken", licence="own words")
    assert "[Town taken]" in plain_citations([own])
    assert "“Town taken”" in plain_citations([replace(own, licence="")])


def test_a_span_of_publication_days_is_kept_as_a_span():
    import json

    span = replace(REPORT, published=DateSpan.parse("2017-11-03/2017-11-05"))
    (item,) = json.loads(csl_json([span]))
    assert item["issued"]["date-parts"] == [[2017, 11, 3], [2017, 11, 5]]
    assert "date = {2017-11-03/2017-11-05}" in bibtex([span])
