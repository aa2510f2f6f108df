"""Words and sentences of a text, with their places in it.

A token is a run of letters and digits (with the apostrophes, dots and combining marks inside it)
or one other sign. Hyphens stand alone, so that a name may begin or end at one. All patterns are
linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Sentence", "Token", "sentences", "split", "tokens"]

# U.S., U.N., a.m.: single letters with dots. Words may hold apostrophes (Za'atari, Ya‘rubiyah)
# but the possessive 's stands alone; combining marks count as letters.
_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}"
    r"|['’](?:s|S)\b"
    r"|\d+(?:[.,]\d+)*(?:st|nd|rd|th)?\b"
    r"|(?:(?<=[-–])['‘’ʿʼʾ])?[^\W_](?:[^\W_]|[\u0300-\u036f\u064b-\u0652\u0670]|['’‘ʼʿʾ`´](?!s\b|S\b)(?=[^\W_]))*"
    r"|[^\w\s]|_"
)
# A dot after these ends a sentence only before a word that commonly begins one.
_UNITS = frozenset("km mi sq etc inc ltd co corp jr sr dept a.m p.m u.s u.k u.n d.c ph.d".split())
# A dot after these never does.
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen lt col maj capt sgt cpl adm brig rev hon sen rep gov pres st mt ft no "
    "nos vs etc inc ltd co corp jr sr dept est approx km mi sq fig vol pp ed jan feb mar apr jun "
    "jul aug sep sept oct nov dec mon tue wed thu fri sat sun art ave blvd rd u.s u.k u.n e.g i.e "
    "a.m p.m d.c ph.d".split()
)
_CLOSERS = "\"'”’»)]"


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign: characters ``start`` to ``end`` of the text."""

    start: int
    end: int
    text: str
    lower: str

    @property
    def is_word(self) -> bool:
        """Whether it begins with a letter or digit."""
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters ``start`` to ``end`` of the text; ``first`` to ``last`` its tokens."""

    start: int
    end: int
    first: int
    last: int


def tokens(text: str) -> list[Token]:
    """All tokens of a text in order."""
    found = []
    for match in _WORD.finditer(text):
        word = match.group()
        found.append(Token(match.start(), match.end(), word, word.lower()))
    return found


def _ends(text: str, toks: Sequence[Token], index: int) -> bool:
    """Whether the sentence ends with token ``index``."""
    token = toks[index]
    here = token.text
    following = toks[index + 1] if index + 1 < len(toks) else None
    if here in _CLOSERS and index and toks[index - 1].end == token.start:
        # Closing marks end the sentence that they close.
        gap = following is not None and following.start > token.end
        return gap and toks[index - 1].text in ".!?…" and not _goes_on(following)
    if following is not None and following.start == token.end and following.text in _CLOSERS:
        return False
    if here in "!?؟…。" or (here == "." and index and toks[index - 1].text == "."):
        return following is not None and not following.text[0].islower()
    dotted = here.endswith(".") and len(here) > 1  # U.S.
    if here != "." and not dotted:
        return False
    if following is None:
        return True
    if not text[token.end : following.start].strip(" ") and following.start == token.end:
        return following.text == "[" and not dotted  # a footnote mark may follow the dot
    if following.text[0].islower() or following.text in ",;:)%":
        return False
    before = toks[index - 1] if index else None
    if dotted:
        # After "U.S." only a word that commonly begins a sentence shows its end.
        return following.lower in _OPENERS and following.is_capital
    if before is not None and before.end == token.start:
        if before.lower in _UNITS:
            return following.lower in _OPENERS and following.is_capital
        if before.lower in _ABBREVIATIONS:
            return False
        if len(before.text) == 1 and before.text.isupper():  # an initial
            return False
    return True


def _goes_on(following: Token | None) -> bool:
    return following is not None and (following.text[0].islower() or following.text in ",;:)%")


_OPENERS = frozenset(
    "the a an in on at he she it they we but and this that these those there his her their its "
    "however meanwhile according after before when while as if for by".split()
)


def sentences(text: str, toks: Sequence[Token] | None = None) -> list[Sentence]:
    """Sentences of a text in order, each with its tokens; line breaks that part blocks end one.

    A single line break ends a sentence only after a blank line, or where the line before ends
    with a sign that ends sentences, or is short like a headline and the next begins a new one.
    """
    toks = tokens(text) if toks is None else toks
    found: list[Sentence] = []
    first = 0
    for index, token in enumerate(toks):
        last = index + 1
        ended = last == len(toks)
        if not ended:
            gap = text[token.end : toks[last].start]
            ended = "\n" in gap and (gap.count("\n") > 1 or _line_ends(text, token, toks[last]))
            ended = ended or _ends(text, toks, index)
        if ended:
            found.append(Sentence(toks[first].start, token.end, first, last))
            first = last
    return found


def _line_ends(text: str, before: Token, after: Token) -> bool:
    """Whether a single line break between two tokens parts sentences."""
    if before.text in ",;:-–—&" or not (after.is_capital or not after.is_word):
        return False
    line = before.end - (text.rfind("\n", 0, before.end) + 1)
    # Wrapped prose has long lines; a list or headline has short ones, and a full stop ends any.
    return before.text in ".!?" or line < 60 or line > 120


@lru_cache(maxsize=1)
def split(text: str) -> tuple[list[Token], list[Sentence]]:
    """Tokens and sentences of a text; the last text's are kept, so do not change them."""
    toks = tokens(text)
    return toks, sentences(text, toks)


def token_at(toks: Sequence[Token], position: int) -> int:
    """Index of the token that covers or precedes a character."""
    return max(0, bisect_right([t.start for t in toks], position) - 1)
