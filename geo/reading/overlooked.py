"""Names of places that the words beside them do not give away, but the map does.

"Kibumba was the first to go", "the turn of Mbuzi": in a text about a war around Goma, a name that
a village there has is that village. Only looked for once the war is known (``nearby``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from geo.gazetteer.names import fold
from geo.reading.lookup import names
from geo.reading.tokens import Sentence, Token
from geo.reading.wordlists import WordLists
from geo.reading.words import Mention

__all__ = ["Unclaimed", "unclaimed"]

MOST = 30  # names of a text
_LONGEST = 4
_LEAST = 4  # letters
_INSIDE = frozenset("al el de et ash an ar as - – ' ’".split())
_PLACING = frozenset(
    "in at near to from into outside around on towards toward inside beyond over past via "
    "through across between reached captured recaptured seized retook entered overran besieged "
    "liberated encircled surrounded approached shelled took take taking capture capturing seize "
    "seizing retake storm stormed bombed hold holds held controls lost".split()
)
_TIME = frozenset("night morning evening afternoon dawn noon day yesterday today".split())
_JOINING = frozenset("while but when as that where after before since until because then".split())
_BEING = (["was"], ["were"], ["had"], ["has"], ["is"], ["fell"], ["remains"], ["remained"])
_SITES = frozenset(
    "air airbase airport base airfield dam bridge refinery district camp oil gas oilfield crossing "
    "neighbourhood neighborhood suburb quarter".split()
)
_LISTING = frozenset((",", "and", "or"))
_ARTICLES = frozenset("al el ash as an ad at az ar ez".split())
# "Forces of X" are those of a person.
_PEOPLE_OF = frozenset(
    "forces men troops fighters followers supporters loyalists army militia rule regime leadership "
    "death government command family son wife brother ally allies orders soldiers house body "
    "arrest killing murder name".split()
)
_COMMON = 20  # words of this grade and below are no names, however written
_ACRONYM = 6
_LONG = 7  # letters from which a name may stand anywhere


class Unclaimed(NamedTuple):
    """Capitalised words that nothing else has claimed.

    ``placed``: a word such as "in" stands before; ``first``: they open a sentence or go on a list.
    """

    start: int
    end: int
    text: str
    placed: bool
    first: bool
    words: int


def unclaimed(
    lex: WordLists,
    toks: Sequence[Token],
    low: Sequence[str],
    sents: Sequence[Sentence],
    text: str,
    taken: Sequence[tuple[int, int]],
) -> list[Unclaimed]:
    """Capitalised names at none of the ``taken`` characters that are no known words or people."""
    opening = {sent.first for sent in sents}
    held = [False] * len(text)
    for start, end in taken:
        held[start:end] = [True] * (min(end, len(text)) - start)
    runs = [r for run in _runs(toks, low, opening, held) for r in _apart(lex, low, *run)]
    people = {
        low[n]
        for first, last in runs
        if _is_person(lex, low, first, last) and not _is_known(toks, low, first, last, text)
        for n in range(first, last)
    }
    found = []
    for first, last in runs:
        words = [n for n in range(first, last) if low[n] not in _INSIDE]
        if any(low[n] in people for n in words) or len(words) > 3:
            continue
        if not _may_be_name(lex, toks, low, first, last, opening):
            continue
        start, end = toks[first].start, toks[last - 1].end
        before = low[first - 1] if first and first not in opening else ""
        placed = before in _PLACING or (before == "of" and low[first - 2] not in _PEOPLE_OF)
        after = low[last : last + 2]
        leading = first in opening or before in _LISTING or before in lex.months
        leading = leading or before in _TIME or (before in _JOINING and after[:1] in _BEING)
        # "The Kweires air base"
        placed = placed or (before == "the" and not _SITES.isdisjoint(after))
        if not (placed or leading) and sum(map(len, low[first:last])) < _LONG:
            continue
        found.append(Unclaimed(start, end, text[start:end], placed, leading, len(words)))
        if len(found) == MOST:
            break
    return found


def _runs(
    toks: Sequence[Token], low: Sequence[str], opening: set[int], held: Sequence[bool]
) -> Iterator[tuple[int, int]]:
    """First and last token (half-open) of capitalised names that are not held."""
    i = 0
    while i < len(toks):
        if not toks[i].is_capital or held[toks[i].start]:
            i += 1
            continue
        last = end = i + 1
        while end < len(toks) and end - i <= 2 * _LONGEST and end not in opening:
            if held[toks[end].start]:
                last = i  # part of something longer
                break
            if toks[end].is_capital:
                last = end = end + 1
            elif low[end] in _INSIDE:
                end += 1
            else:
                break
        if last > i:
            yield i, last
        i = max(last, end if last == i else last, i + 1)


def _apart(lex: WordLists, low: Sequence[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """A run without the names of months and days at its ends: "in late March Hpapun"."""
    while first < last and (low[first] in lex.months or low[first] in lex.never):
        first += 1
    while last > first and (low[last - 1] in lex.months or low[last - 1] in lex.never):
        last -= 1
    if first > 1 and low[first - 1] == "-" and low[first - 2] in _ARTICLES:
        first -= 2
    if last > first:
        yield first, last


def _is_person(lex: WordLists, low: Sequence[str], first: int, last: int) -> bool:
    before = low[first - 1] if first else ""
    after = low[last] if last < len(low) else ""
    if before.rstrip(".") in lex.titles or low[first].rstrip(".") in lex.titles:
        return True
    if after in lex.speech or before in lex.speech:
        return True
    return last - first > 1 and low[first] in lex.given


def _is_known(toks: Sequence[Token], low: Sequence[str], first: int, last: int, text: str) -> bool:
    """Whether a place word stands before two or more words that are the name of a place."""
    if last - first < 2 or not first or low[first - 1] not in _PLACING | {"of"}:
        return False
    return names().world.known(fold(text[toks[first].start : toks[last - 1].end]))


def _may_be_name(
    lex: WordLists,
    toks: Sequence[Token],
    low: Sequence[str],
    first: int,
    last: int,
    opening: set[int],
) -> bool:
    name = "".join(low[first:last])
    if len(name) < _LEAST:
        return False
    single = last - first == 1
    if single and toks[first].text.isupper() and len(name) <= _ACRONYM:
        return False
    for n in range(first, last):
        word = low[n]
        if word in _INSIDE:
            continue
        if word in lex.months or word in lex.never or word in lex.organisations:
            return False
        grade = lex.grades.get(word)
        if grade is not None and ((single and first in opening) or grade <= _COMMON):
            return False
    if single and (low[first] in lex.given or low[first] in lex.surnames):
        return False
    after = low[last] if last < len(low) else ""
    return after not in lex.organisations and after not in ("-", "–")


def as_mention(name: Unclaimed, score: float) -> Mention:
    """The name as a mention without a place."""
    why = "a place near the others of the text has this name"
    return Mention(name.start, name.end, name.text, score=score, reasons=(why,))
