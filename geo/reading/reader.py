"""Read a document: its places, and who did what, to whom, where, when, according to whom.

reading = read(Document("r1", text, publisher="…", published=DateSpan.parse("2017-11-10")))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geo.model import Actor
from geo.reading.actors import book, cast_of
from geo.reading.coreference import Memory
from geo.reading.events import find_events
from geo.reading.found import Reading
from geo.reading.lexicon import lexicon
from geo.reading.nearby import look_again
from geo.reading.newgroups import find_new
from geo.reading.overlooked import unclaimed
from geo.reading.page import Page
from geo.reading.placenouns import lookup, name_places
from geo.reading.places import read_places
from geo.reading.spotting import find_actors
from geo.reading.tokens import split
from geo.reading.units import find_units
from geo.reading.voice import find_voice
from geo.reading.warlike import is_warlike
from geo.reading.when import find_dates
from geo.reading.wordlists import word_lists
from geo.reading.words import Document

__all__ = ["read"]


def read(
    doc: Document,
    *,
    actors: Mapping[str, Actor] | None = None,
    spans: Sequence[tuple[int, int]] | None = None,
) -> Reading:
    """The places and events of a document.

    ``actors`` are those that may be meant, by id (None: all sets that ship). ``spans`` are
    character spans of toponyms that are given; then no others are looked for. Events are read
    from English only; a note says so for other languages. Raises DataError if data are damaged.
    """
    mentions = tuple(read_places(doc, spans))
    if doc.language.split("-")[0].lower() not in ("en", "und", ""):
        note = f"The text is in {doc.language!r}: places were found, events only in English texts."
        return Reading(mentions, (), notes=(note,))
    toks, sents = split(doc.text)
    if not toks:
        return Reading(mentions, (), notes=("The text has no words.",))
    low = [token.lower.replace("’", "'") for token in toks]
    low = ["May" if token.text == "May" else word for token, word in zip(toks, low, strict=True)]
    names = book(actors)
    cast = cast_of(names, toks, low, mentions, doc.published)
    items = find_actors(names, cast, toks, low)
    if not is_warlike(low, items):
        note = "The text does not speak of fighting: places were found, no events were looked for."
        return Reading(mentions, (), notes=(note,))
    fresh, new_actors = find_new(toks, low, items, names.actors)
    if fresh:
        covered = {n for item in fresh for n in range(item.first, item.last)}
        items = [i for i in items if not covered.intersection(range(i.first, i.last))] + fresh
        items.sort(key=lambda item: item.first)
    items = sorted([*items, *find_units(toks, low, items)], key=lambda item: item.first)
    claimed = [(toks[i.first].start, toks[min(i.last, len(toks)) - 1].end) for i in items]
    claimed += [(mention.start, mention.end) for mention in mentions]
    capitals = unclaimed(word_lists(), toks, low, sents, doc.text, claimed)
    mentions = tuple(look_again(mentions, cast, doc.text, capitals))
    page = Page(doc, toks, low, sents, actors=items)
    page.countries = cast.theatres[0].countries if cast.theatres else ()
    if len(page.countries) == 1 and page.countries[0] in lexicon().capitals:
        page.capital = lookup(lexicon().capitals[page.countries[0]], None)
    page.dates = find_dates(toks, doc.published)
    hidden = {
        n
        for item in items
        if item.kind in ("name", "state", "official") or item.noun == "unit"
        for n in range(item.first, item.last)
    }
    page.places = [
        words
        for words in name_places(page, mentions)
        if not hidden.intersection(range(words.first, words.last))
    ]
    memory = Memory(cast)
    page.voice = find_voice(page, cast.state(cast.home) or "")
    later = [i.actors[0] for i in items if i.kind == "name" and cast.fighters(i.actors[0])]
    events = find_events(page, memory, later)
    notes = []
    if doc.published is None:
        notes.append("The publication date is not known, so days such as “Friday” have no date.")
    return Reading(
        mentions,
        tuple(events),
        tuple(new_actors),
        tuple(notes),
        tuple(theatre.set_id for theatre in cast.theatres),
    )
