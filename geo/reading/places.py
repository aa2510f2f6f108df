"""Places in a text: find their names, settle what they mean, place what is told beside them.

read_places(doc)              all of it
read_places(doc, spans=...)   the same for spans that are given
find_toponyms(doc)            the names only
resolve(doc, mentions)        what found names mean
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from geo.gazetteer import Ask, search
from geo.gazetteer.names import LOOSE, fold
from geo.model import Candidate, Place
from geo.reading import context, cues, relative, scores, toponyms
from geo.reading.inflected import readings
from geo.reading.lookup import Names, Sense, names
from geo.reading.resolve import Choice, Span, home_of, settle
from geo.reading.tokens import split
from geo.reading.words import Document, Mention, MentionKind

__all__ = ["find_toponyms", "read_places", "resolve", "use_spacy"]

MOST_LOOSE = 20  # unknown names of a text that are looked for by loose spelling
SHOWN = 6  # candidates kept of a mention
LOOSE_FROM = 0.55  # score from which a loose reading of an unknown name is taken
LEAST = 0.3  # a small place is taken only from this probability
LEAST_OF_ALL = 0.2  # and any other from this
# "X, Y", "X (Y)", "X in Y", "X, in Y": Y may contain X.
_INSIDE = re.compile(r"(?:,|,? ?\(|,? (?:in|of))\s?(?:the |in |in the )?")
_AFTER = re.compile(r"[ \-]([A-Za-z\-]+)")
_BEFORE = re.compile(r"([A-Za-z\-]+) (?:of |in )?(?:the )?$")
_RULED = frozenset({"unit", "settled", "nature"})

_extra: list[Callable[[str], Iterable[tuple[int, int]]]] = []


def use_spacy(nlp: Any, labels: Sequence[str] = ("GPE", "LOC", "FAC")) -> None:
    """Let a spaCy pipeline propose names too: ``use_spacy(spacy.load("en_core_web_sm"))``.

    ``nlp`` is any callable that makes a text into an object with ``ents``, each with
    ``start_char``, ``end_char`` and ``label_``. Its entities of these labels are added to the
    names found here, unless they overlap one. ``use_spacy(None)`` turns it off. Not installed
    and not needed by Dateline.
    """
    _extra.clear()
    if nlp is None:
        return

    def entities(text: str) -> list[tuple[int, int]]:
        found = nlp(text)
        return [(e.start_char, e.end_char) for e in found.ents if e.label_ in labels]

    _extra.append(entities)


@lru_cache(maxsize=20_000)
def _place(row: int) -> Place:
    return names().world.place(row)


def senses_at(book: Names, text: str, start: int, end: int) -> tuple[Sense, ...]:
    """Senses of the name at a span, with the word for its kind that stands beside it."""
    name = text[start:end]
    comma = text[max(0, start - 3) : start].rstrip().endswith(",")
    found = book.of_text(name, after_comma=comma) or _inflected(book, name)
    after = _AFTER.match(text, end)
    if after and book.lex.kinds.get(after[1].lower()) in _RULED and found:
        kind = book.of_text(f"{name} {after[1].lower().removesuffix('s')}")
        return kind or found
    before = _BEFORE.search(text[max(0, start - 30) : start])
    if before and found and " of " in before[0] and book.lex.kinds.get(before[1].lower()) in _RULED:
        return book.of_text(f"{name} {before[1].lower().removesuffix('s')}") or found
    return found


def _inflected(book: Names, name: str) -> tuple[Sense, ...]:
    if name[:1] < "\u0400":
        return ()
    first, _, rest = name.partition(" ")
    for form, _ in readings(fold(first))[1:]:
        found = book.of_text(f"{form} {rest}".strip())
        if found and found[0].weight > 4.5:
            return found
    return ()


def find_toponyms(doc: Document) -> list[Mention]:
    """Names of places in the text, in order, without what they mean.

    ``score`` is the probability that the words name a place.
    """
    book = names()
    toks, sents = split(doc.text)
    scene = cues.look(doc.text, toks, sents, book.lex)
    found = [
        Mention(
            item.start,
            item.end,
            item.text,
            literal=item.kind == "place",
            kind=MentionKind(item.kind),
            score=round(scores.of_name(item.evidence, known=bool(item.senses)), 3),
            reasons=tuple(item.why),
        )
        for item in toponyms.find(book, scene)
    ]
    for more in _extra:
        taken = [(m.start, m.end) for m in found]
        for start, end in more(doc.text):
            if not any(start < b and a < end for a, b in taken):
                found.append(Mention(start, end, doc.text[start:end], score=0.7))
        found.sort(key=lambda m: m.start)
    return found


def _spans(book: Names, doc: Document, mentions: Sequence[Mention]) -> list[Span]:
    text, spans = doc.text, []
    for index, mention in enumerate(mentions):
        inside = None
        if index + 1 < len(mentions) and mentions[index + 1].start - mention.end < 12:
            gap = text[mention.end : mentions[index + 1].start]
            inside = index + 1 if _INSIDE.fullmatch(gap) else None
        if mention.kind is MentionKind.DEMONYM:
            senses = book.demonym(mention.text)
        else:
            senses = senses_at(book, text, mention.start, mention.end)
        spans.append(Span(mention.start, mention.end, mention.text, senses, inside))
    return spans


def _loose(book: Names, text: str, countries: Sequence[str]) -> list[Candidate]:
    """Readings of a name that is on no exact rung, inside the countries at hand."""
    if not 5 <= len(text) <= 40 or len(text.split()) > 3:
        return []
    if book.lex.kinds.get(text.rsplit(maxsplit=1)[-1].lower()) == "facility":
        return []
    within = tuple(code for code in countries[:1] if code in LOOSE)
    return search(book.world, text, Ask(countries=within), limit=SHOWN) if within else []


def resolve(doc: Document, mentions: Sequence[Mention]) -> list[Mention]:
    """What each mention means, all of them together. An unknown name stays, unplaced."""
    book = names()
    spans = _spans(book, doc, mentions)
    choices = settle(spans, home_of(doc, book.lex))
    countries = _countries(choices)
    settled = []
    loose: dict[str, list[Candidate]] = {}
    for index, (mention, choice) in enumerate(zip(mentions, choices, strict=True)):
        doubt = "not in the gazetteer"
        if choice.ranked:
            doubt = _far_fetched(choice) or _elsewhere(doc, spans, choices, index)
            if not doubt:
                settled.append(_settled(mention, choice))
                continue
        if mention.text not in loose:
            enough = len(loose) >= MOST_LOOSE
            loose[mention.text] = [] if enough else _loose(book, mention.text, countries)
        settled.append(_unknown(mention, loose[mention.text], choice, doubt))
    done = context.place_unknown(doc.text, relative.place_areas(doc, settled))
    return [_metonym(book, doc, m) for m in done]


def _chance(choice: Choice) -> float:
    sense = choice.ranked[0][0]
    senses = len(choice.ranked)
    return scores.of_place(choice.share, choice.margin, choice.support, sense, senses)


def _far_fetched(choice: Choice) -> str:
    """Why the best sense is too unlikely to be taken, or nothing."""
    sense = choice.ranked[0][0]
    if sense.part and sense.rung == "generic" and choice.support < 4.0 and sense.weight < 6.5:
        return "only a far place has a name like it"  # "Collins Avenue" is not in Collins
    if _chance(choice) < (LEAST if sense.weight < scores.SMALL else LEAST_OF_ALL):
        return "the only places of that name are far from all else in the text"
    return ""


def _elsewhere(doc: Document, spans: Sequence[Span], choices: Sequence[Choice], index: int) -> str:
    """Why "X in Y" cannot be the X that is in another country than Y, or nothing."""
    span = spans[index]
    if span.inside is None or not choices[span.inside].ranked:
        return ""
    gap = doc.text[span.end : spans[span.inside].start]
    if not gap.startswith((" in ", ", in ")):
        return ""
    sense, outer = choices[index].ranked[0][0], choices[span.inside].ranked[0][0]
    if sense.is_country or not outer.countries or not (outer.is_country or outer.is_unit):
        return ""
    if set(sense.countries) & set(outer.countries):
        return ""
    return f"the text puts it in {spans[span.inside].text}, where none of that name is known"


def _settled(mention: Mention, choice: Choice) -> Mention:
    candidates = _candidates(choice)
    named = mention.score or 1.0
    return replace(
        mention,
        candidates=candidates,
        place=candidates[0].place,
        score=round(named * _chance(choice), 3),
        reasons=(*mention.reasons, *choice.ranked[0][2]),
    )


def _candidates(choice: Choice) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(_place(s.row), round(p, 4), w, s.rung) for s, p, w in choice.ranked[:SHOWN]
    )


def _unknown(mention: Mention, found: Sequence[Candidate], choice: Choice, doubt: str) -> Mention:
    if found and found[0].score >= LOOSE_FROM:
        named = mention.score or 1.0
        return replace(
            mention,
            candidates=tuple(found),
            place=found[0].place,
            score=round(named * found[0].score, 3),
            reasons=(*mention.reasons, *found[0].reasons),
        )
    others = (*found, *_candidates(choice))
    return replace(mention, candidates=others[:SHOWN], reasons=(*mention.reasons, doubt))


def _countries(choices: Sequence[Choice]) -> list[str]:
    """The countries most of the text is about: those of at least a quarter of its names."""
    votes: dict[str, float] = {}
    for choice in choices:
        if choice.ranked:
            for code in choice.ranked[0][0].countries[:2]:
                votes[code] = votes.get(code, 0.0) + choice.ranked[0][1]
    total = sum(votes.values())
    ranked = sorted(votes, key=lambda code: -votes[code])
    return [code for code in ranked[:3] if votes[code] >= 0.2 * total]


_BODY = re.compile(
    r" (?:[A-Z]\w+ ){0,2}(?:Army|Forces?|Brigades?|Front|Movement|Party|Council|Ministry|Government"
    r"|Authority|Police|Guards?|Parliament|Senate|Congress|Command|Coalition|Shield|Corps|Legion"
    r"|Observatory|Network|Times|Post|News|Herald|Tribune)\b"
)


def _metonym(book: Names, doc: Document, mention: Mention) -> Mention:
    """A capital that stands for its government, or a country that something is based in."""
    if mention.kind is not MentionKind.PLACE or mention.place is None:
        return mention
    rest = doc.text[mention.end : mention.end + 60]
    if rest.startswith(("-based", "-backed", "-led", "-born", "-made", "-linked", "-funded")):
        said = "says whose or from where, not where"
    elif _BODY.match(rest):
        said = "part of an organisation's name"
    elif mention.text in book.lex.capitals and _governs(book, doc.text, mention, rest):
        said = "stands for the government"
    else:
        return mention
    return replace(
        mention, literal=False, kind=MentionKind.METONYM, reasons=(*mention.reasons, said)
    )


def _governs(book: Names, text: str, mention: Mention, rest: str) -> bool:
    before = text[max(0, mention.start - 12) : mention.start].split()
    if before and before[-1].lower() in book.lex.strong | book.lex.weak | {"and"}:
        return False
    words = [w.strip(".,;:") for w in rest.split()[:2]]
    if not words or not rest.startswith((" ", "'s ", "’s ")):
        return False
    if words[0] in book.lex.capital_verbs:
        return words[0] not in ("is", "was", "has", "had") or (
            len(words) > 1 and (words[1] in book.lex.capital_moods or words[1].endswith("ed"))
        )
    return False


def read_places(doc: Document, spans: Sequence[tuple[int, int]] | None = None) -> list[Mention]:
    """Places of a text. ``spans``: only these, in the order given, whatever they are."""
    if spans is None:
        return resolve(doc, find_toponyms(doc))
    given = [
        Mention(start, end, doc.text[start:end], score=1.0) for start, end in sorted(set(spans))
    ]
    done = {(m.start, m.end): m for m in resolve(doc, given)}
    return [done[tuple(span)] for span in spans]  # type: ignore[index]
