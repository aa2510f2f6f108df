"""What stands round a name: people, organisations, titles, kinds of places, demonyms.

Works on the tokens of a whole text at once; every answer is by token index.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from geo.gazetteer.names import words
from geo.reading.tokens import Sentence, Token
from geo.reading.wordlists import WordLists

__all__ = ["Scene", "folded", "look", "starts_name"]

ARTICLES = frozenset("al el ez es as ad at ar an ash az il ul".split())
_JOINERS = frozenset(
    "al el ez es as ad at ar an ash az bin ibn bint abu abd de la le du des del da do dos di "
    "van von der den ter y e of and the et sur aux upon en".split()
)
_NAME_JOINERS = frozenset("al el bin ibn bint abu de la van von der den du da di del".split())
_SIGNS = frozenset("-–’'")
LONGEST_RUN = 14  # tokens; no name is longer, and odd texts stay cheap
_COMMON_GIVEN = 2000
_DOTTED = frozenset("st mt ft".split())


_GROUPS = re.compile(
    r"\b(?:Islamic (?:State|Emirate) (?:of|in) (?:the )?(?:Iraq|Afghanistan|Khorasan|West Africa)"
    r"(?: (?:and|&) (?:the |al[- ])?\w+)?(?: Province)?"
    r"|al[- ]?Qa[\w'’]{2,5} in (?:the )?(?:Arabian Peninsula|Iraq|Islamic Maghreb|Land of the Two "
    r"Rivers|Indian Subcontinent|Syria|Yemen)"
    r"|(?:Tahrir|Ahrar|Ansar|Faylaq|Failaq|Jund|Liwaa?|Saraya|Harakat|Jaysh|Jaish|Asa'?ib|Kata'?ib)"
    r" (?:\w+ )?al[- ](?:Sham|Quds|Furat|Islam|Fateh|Nusra|Din|Haq+)"
    r"|Jaysh al[- ]\w+|(?:Jabhat|Harakat) (?:al[- ])?\w+)\b",
    re.IGNORECASE,
)
_GROUP_HINT = re.compile(
    r"slamic|qa|ahr|nsar|ayla|aila|und |iwa|araya|arakat|ays?h|aish|sa'?ib|ata'?ib|abhat",
    re.IGNORECASE,
)


@lru_cache(maxsize=65536)
def folded(text: str) -> tuple[str, ...]:
    """The folded words of a token."""
    return tuple(words(text))


@dataclass(slots=True)
class Scene:
    """A text's tokens with what is known of each.

    ``flat`` are the folded words of all tokens, "" where no name may run on; ``flat_at`` is the
    first of each token, ``owner`` the token of each.
    """

    text: str
    tokens: Sequence[Token]
    sentences: Sequence[Sentence]
    flat: list[str] = field(default_factory=list)
    flat_at: list[int] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    opens: set[int] = field(default_factory=set)  # tokens that begin a sentence
    loud: set[int] = field(default_factory=set)  # tokens of lines where capitals mean nothing
    person: set[int] = field(default_factory=set)
    organisation: set[int] = field(default_factory=set)
    group: set[int] = field(default_factory=set)  # inside "Islamic State of Iraq and al-Sham"
    surnames: set[str] = field(default_factory=set)
    runs: list[tuple[int, int]] = field(default_factory=list)  # capitalised words in a row
    run_of: dict[int, int] = field(default_factory=dict)


def starts_name(toks: Sequence[Token], index: int) -> bool:
    """Whether a name may begin with this token: a capital, another script, or al- before one."""
    first = toks[index].text[0]
    if first.isupper():
        return True
    if not first.isalpha():
        return False
    if first > "\u024f":  # neither Latin; Cyrillic and Greek have capitals, others have none
        return not ("\u0370" <= first <= "\u052f") and not ("\u1e00" <= first <= "\u1fff")
    return (
        toks[index].lower in ARTICLES
        and index + 2 < len(toks)
        and toks[index + 1].text in ("-", "–")
        and toks[index + 2].text[0].isupper()
        and toks[index].end == toks[index + 1].start
    )


def _flatten(scene: Scene) -> None:
    toks = scene.tokens
    ends = {sentence.last for sentence in scene.sentences}
    flat, owner, flat_at = scene.flat, scene.owner, scene.flat_at
    barrier, nothing, possessive = ("",), (), ("s",)
    for index, token in enumerate(toks):
        if index in ends:
            flat.append("")
            owner.append(index)
        flat_at.append(len(flat))
        text = token.text
        first = text[0]
        parts: tuple[str, ...]
        if first.isalnum() or ord(first) > 0x2FF:
            parts = folded(text)
        elif text in _SIGNS:
            parts = nothing
        elif text == "." and index:
            before = toks[index - 1]
            short = before.lower in _DOTTED or len(before.text) == 1
            parts = nothing if short else barrier
        else:
            parts = possessive if len(text) == 2 else barrier
        for part in parts:
            flat.append(part)
            owner.append(index)


def _capital_word(token: Token) -> bool:
    return token.text[0].isupper()


def _find_runs(scene: Scene, sentence: Sentence) -> None:
    """Capitalised words in a row, joined by hyphens and small joiners ("de", "al-", "of")."""
    toks, index = scene.tokens, sentence.first
    while index < sentence.last:
        if not _capital_word(toks[index]) and not starts_name(toks, index):
            index += 1
            continue
        start = end = index
        at = index + 1
        while at < sentence.last and at - end <= 3 and at - start < LONGEST_RUN:
            token = toks[at]
            if _capital_word(token) or (token.text[0].isdigit() and toks[at - 1].text == "-"):
                end = at
            elif (
                token.lower in _NAME_JOINERS
                or token.text in "-’'"
                or token.lower in ("'s", "’s")
                or (
                    token.text == "."
                    and (len(toks[at - 1].text) == 1 or toks[at - 1].lower in _DOTTED)
                )
            ):
                pass
            else:
                break
            at += 1
        number = len(scene.runs)
        scene.runs.append((start, end + 1))
        for i in range(start, end + 1):
            scene.run_of[i] = number
        index = end + 1


def _loud(scene: Scene, sentence: Sentence) -> None:
    """Mark headlines and lines in capitals, where a capital says nothing."""
    long = [t for t in scene.tokens[sentence.first : sentence.last] if len(t.text) > 3]
    long = [t for t in long if t.text[0].isalpha()]
    if len(long) < 4:
        return
    shouted = sum(t.text.isupper() for t in long)
    capital = sum(t.text[0].isupper() for t in long)
    if shouted > 0.6 * len(long) or capital > 0.8 * len(long):
        scene.loud.update(range(sentence.first, sentence.last))


def _people(scene: Scene, lex: WordLists) -> None:
    """Mark "Given Surname" and "Title Surname"; keep the surnames for the rest of the text."""
    toks = scene.tokens
    for start, end in scene.runs:
        before = toks[start - 1] if start else None
        dotted = before is not None and before.text == "." and start > 1
        prior = toks[start - 2].lower + "." if dotted else before.lower if before else ""
        named = start if prior in lex.titles and not (before and before.text == ",") else None
        for index in range(start, end):
            word = toks[index].lower
            rest = [t for t in toks[index + 1 : end] if t.text[0].isupper()]
            if word in lex.titles and index not in scene.loud and rest:
                named = index + 1
                continue
            if named is not None or not rest:
                continue
            rank = lex.given.get(word)
            if (
                rank is None
                or rank > _COMMON_GIVEN
                or word in ARTICLES
                or not _follows_given(rest[0], lex)
            ):
                continue
            named = index
        if named is None:
            continue
        last = end
        while last > named and toks[last - 1].lower in lex.kinds:
            last -= 1
        if last != end and last - named < 3:
            continue  # "Victoria Park": a place with a person's name
        scene.person.update(range(named, end))
        surname = next((t.lower for t in reversed(toks[named:end]) if t.text[0].isupper()), "")
        if len(surname) > 2:
            scene.surnames.add(surname)


def _follows_given(token: Token, lex: WordLists) -> bool:
    word = token.lower
    return (
        word not in lex.kinds
        and word not in lex.organisations
        and word not in lex.titles
        and word not in lex.people
        and word not in lex.months
        and not (lex.grades.get(word, 99) <= 10 and word not in lex.surnames)
    )


def _armed_groups(scene: Scene) -> None:
    """Mark names of groups that have a place's name in them, so that no place is read there."""
    if not _GROUP_HINT.search(scene.text):
        return
    starts = [t.start for t in scene.tokens]
    for found in _GROUPS.finditer(scene.text):
        first = bisect_left(starts, found.start())
        scene.group.update(range(first, bisect_left(starts, found.end())))


def _organisations(scene: Scene, lex: WordLists) -> None:
    for start, end in scene.runs:
        if end - start > 1 and scene.tokens[end - 1].lower in lex.organisations:
            scene.organisation.update(range(start, end))


def look(text: str, toks: Sequence[Token], sents: Sequence[Sentence], lex: WordLists) -> Scene:
    """Everything about the tokens of a text that judging a name needs."""
    scene = Scene(text, toks, sents)
    _flatten(scene)
    for sentence in sents:
        first = sentence.first
        while first < sentence.last and not toks[first].text[0].isalnum():
            first += 1
        scene.opens.add(first)
        _find_runs(scene, sentence)
        _loud(scene, sentence)
    _people(scene, lex)
    _organisations(scene, lex)
    _armed_groups(scene)
    return scene
