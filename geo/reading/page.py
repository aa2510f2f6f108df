"""A document laid out for reading: its words, what they name, and how far apart things stand.

Distances between two words of a sentence are costs: each word, comma, verb or joining word in
between makes it less likely that the two belong together. They come from running sums, so that a
text of any length and shape is read in linear time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Protocol, TypeVar

from geo.model import Place
from geo.reading.actors import ActorWords
from geo.reading.lexicon import Form, lexicon
from geo.reading.tokens import Sentence, Token
from geo.reading.when import DateWords
from geo.reading.words import Document, Mention

__all__ = ["ADVERBS", "AUX", "BE", "DETERMINERS", "PREPOSITIONS", "Page", "PlaceWords", "Speech"]

BE = frozenset("is are was were be been being am gets got get".split())
_HAVE = frozenset("has have had having".split())
_MODAL = frozenset("will would could may might can should must shall 'll".split())
_DO = frozenset("do does did".split())
AUX = BE | _HAVE | _MODAL | _DO
FINITE = frozenset("is are was were has have had do does did".split()) | _MODAL
ADVERBS = frozenset(
    "not n't never also already since still now meanwhile even first then finally again later soon "
    "just once twice reportedly allegedly currently together yet all both themselves itself only "
    "largely nearly almost only effectively apparently previously recently".split()
)
DETERMINERS = frozenset(
    "the a an its their his her this that these those some several many most all both any more "
    "other another two three four five six seven eight nine ten dozens scores hundreds".split()
)
PREPOSITIONS = frozenset(
    "in at near around on outside inside of into to toward towards from by against with for "
    "between over across through along within beyond opposite behind under after before "
    "throughout off beside via upon during besides".split()
)
_JOINING = frozenset(
    "that while as when because where although though after before whether if unless until whose "
    "so than whereas since which who".split()
)
_IRREGULAR_PAST = frozenset(
    "said took went fell came made gave found began told left lost held kept brought ran led met "
    "saw grew knew became stood rose sent spent drove spoke broke chose wore flew lay lies led "
    "says remains remain thought bought caught taught felt dealt built meant put cut let set "
    "sunk sank shot hit struck beat believe belongs leads means fears fear live lives fled won "
    "spread".split()
)
PER_WORD, PER_COMMA, PER_VERB, PER_JOIN = 0.04, 0.45, 1.0, 0.9


class _Spanned(Protocol):
    @property
    def first(self) -> int: ...

    @property
    def last(self) -> int: ...


T = TypeVar("T", bound=_Spanned)


def _first(item: _Spanned) -> int:
    return item.first


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Tokens that say where: a name, or a noun that stands for one ("the town").

    ``mention`` is the name itself, or the one the noun stands for. ``facility`` marks "the
    airport": something at the place, not the place. ``place`` overrides the mention's place.
    """

    first: int
    last: int
    mention: Mention | None
    noun: str = ""
    facility: bool = False
    place: Place | None = None

    @property
    def found(self) -> Place | None:
        """The place meant, if the gazetteer has it."""
        if self.place is not None:
            return self.place
        return self.mention.place if self.mention else None


@dataclass(frozen=True, slots=True)
class Speech:
    """Who says the words from token ``first`` to ``last``; ``party`` is the side spoken for."""

    first: int
    last: int
    verb: int
    kind: str  # say, admit, deny
    speaker: str
    party: str | None
    name: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Page:
    """One document, its annotations and its running sums."""

    doc: Document
    toks: Sequence[Token]
    low: Sequence[str]
    sents: Sequence[Sentence]
    actors: list[ActorWords] = field(default_factory=list)
    places: list[PlaceWords] = field(default_factory=list)
    dates: list[DateWords] = field(default_factory=list)
    countries: tuple[str, ...] = ()  # ISO codes of the theatre the text is about
    capital: Place | None = None  # of its only country
    voice: str = ""  # the side that speaks in the whole text, as in a communiqué
    _verbs: list[int] = field(default_factory=list)
    _commas: list[int] = field(default_factory=list)
    _joins: list[int] = field(default_factory=list)
    _ends: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        self._ends = frozenset(item.last for item in self.actors if item.kind != "pronoun")
        self._commas = [0, *accumulate(int(w in (",", "—", "–", ";", ":", "(")) for w in self.low)]
        self._joins = [0, *accumulate(int(w in _JOINING) for w in self.low)]
        self._verbs = [0, *accumulate(int(self._is_verb(i)) for i in range(len(self.low)))]

    def _is_verb(self, i: int) -> bool:
        """Whether a finite verb begins with word ``i``, as far as words alone can tell."""
        word = self.low[i]
        before = self.low[i - 1] if i else ""
        if word in FINITE:
            return before not in AUX and before != "to"
        if before in AUX or before in ("-", "to") or before in DETERMINERS:
            return False
        if before in ADVERBS and i > 1 and self.low[i - 2] in AUX:
            return False
        if word in _IRREGULAR_PAST:
            return True
        if len(word) > 4 and word.endswith("ed") and self.toks[i].text[0].islower():
            return not (i + 1 < len(self.low) and self.low[i + 1] == "by")
        kinds = lexicon().triggers.get(word)
        if i in self._ends and any(kind in (Form.BASE, Form.S) for kind, _ in kinds or ()):
            return i + 1 < len(self.low) and (
                self.low[i + 1] in DETERMINERS or self.toks[i + 1].is_capital
            )
        return any(kind == Form.PAST for kind, _ in kinds or ())

    def is_object(self, i: int) -> bool:
        """Whether the words from token ``i`` on stand right after a verb of action."""
        at = i - 1
        while at > 0 and (self.low[at] in DETERMINERS or self.low[at][0].isdigit()):
            at -= 1
        if at < 0 or self.low[at] in AUX:
            return False
        kinds = lexicon().triggers.get(self.low[at], ())
        plain = at > 0 and (self.low[at - 1] == "to" or self.low[at - 1] in _MODAL)
        return any(
            kind in (Form.PAST, Form.ING, Form.PARTICIPLE) or (plain and kind == Form.BASE)
            for kind, _ in kinds
        )

    def commas(self, first: int, last: int) -> int:
        """Commas, dashes and brackets among tokens ``first`` to ``last``."""
        return self._commas[last] - self._commas[first] if last > first else 0

    def verbs(self, first: int, last: int) -> int:
        """Finite verbs among tokens ``first`` to ``last``."""
        return self._verbs[last] - self._verbs[first] if last > first else 0

    def joins(self, first: int, last: int) -> int:
        """Joining words ("that", "while") among tokens ``first`` to ``last``."""
        return self._joins[last] - self._joins[first] if last > first else 0

    def cost(self, first: int, last: int) -> float:
        """How far apart two words are with tokens ``first`` to ``last`` between them."""
        if last <= first:
            return 0.0
        commas = self.commas(first, last)
        pair = 0.25 if commas == 2 else PER_COMMA  # two commas hold an aside
        return (
            PER_WORD * (last - first)
            + pair * commas
            + PER_VERB * self.verbs(first, last)
            + PER_JOIN * self.joins(first, last)
        )

    def before(self, i: int) -> str:
        """The preposition that governs the words from token ``i`` on, or ""."""
        if i >= 2 and self.low[i - 1] == "of" and self.low[i - 2] == "direction":
            return "toward"
        at = i - 1
        steps = 0
        while (
            at >= 0
            and steps < 6
            and (
                self.low[at] in DETERMINERS
                or _describes(self.low[at], self.toks[at])
                or (self.toks[at].is_capital and (self.low[at],) in lexicon().demonyms)
            )
        ):
            at -= 1
            steps += 1
        if at > 1 and self.low[at] == "and" and self.toks[at - 1].is_capital:
            back = at - 1  # "in Syria and Iraq": what governs the first governs both
            while back >= 0 and at - back <= 5 and self.toks[back].is_capital:
                back -= 1
            if back >= 0 and self.low[back] in PREPOSITIONS:
                return self.low[back]
        if at >= 0 and self.low[at] in PREPOSITIONS:
            return self.low[at]
        if i - at > 2 and self.low[i - 1] == "of" and self.low[i - 2] in _KINDS:
            return ""  # "entered the village of X"
        return self.low[i - 1] if i and self.low[i - 1] in PREPOSITIONS else ""

    def within(self, items: Sequence[T], first: int, last: int) -> Sequence[T]:
        """The items (sorted by ``first``) that begin among tokens ``first`` to ``last``."""
        low = bisect_left(items, first, key=_first)
        high = bisect_left(items, last, key=_first)
        return items[low:high]

    def text(self, first: int, last: int) -> str:
        """The text of tokens ``first`` to ``last``."""
        return (
            self.doc.text[self.toks[first].start : self.toks[last - 1].end] if last > first else ""
        )


def _describes(word: str, token: Token) -> bool:
    """Whether a word can stand between "in" and a name: "in northern X", "near the town of X"."""
    return word in _DESCRIBING or (word.endswith("ern") and token.text[0].islower())


_KINDS = frozenset("town city village port capital province district region towns villages".split())
_DESCRIBING = frozenset(
    "town city village port capital province district region area governorate state districts "
    "central northern southern eastern western nearby neighbouring strategic coastal border "
    "edges edge outskirts suburbs parts large old of city's countryside perimeter vicinity "
    "suburb neighbourhood neighborhood side part front axis quarter quarters limits villages "
    "towns heights streets centre center heart gates surroundings approaches environs north "
    "south east west north-east north-west south-east south-west rest entire whole key main "
    "same very rural mountainous embattled besieged contested central small".split()
)
