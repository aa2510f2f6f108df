"""Names that only sound alike or look alike, inside one country."""

from __future__ import annotations

from array import array
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from threading import Lock

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from geo.gazetteer.names import (
    LOOSE,
    bones,
    core,
    evened,
    figures,
    fold,
    latin,
    script_tag,
    squeeze,
)
from geo.gazetteer.ranking import Around, Ask, Found, add, allowed, prominence
from geo.gazetteer.world import Gazetteer

__all__ = ["by_skeleton", "by_spelling", "transliterations"]

_ALIKE = 0.74  # two names with one skeleton must look as alike as this
_ALIKE_HERE = 0.6  # or this, where the unit that was named fits too
_HERE_MORE = 0.15  # by so much a likeness counts for more where the named unit fits
_FEW = 3  # consonants that say too little to be taken with other vowels
_CLOSE = 0.86
_CLOSE_HERE = 0.8
_SHORTEST = 5  # letters a name must have to be looked for with a slip in it
_MOST = 250_000  # names of one country that are looked through


def transliterations(name: str) -> tuple[str, ...]:
    """A Cyrillic name in Latin letters, read as Russian and as Ukrainian; else nothing."""
    if script_tag(name) != "und-Cyrl":
        return ()
    spelled = dict.fromkeys((latin(name, True), latin(name)))
    # A letter that neither has (Macedonian Ќ, Old Slavonic) stays, and would be read for ever.
    return tuple(text for text in spelled if script_tag(text) != "und-Cyrl")


def _likeness(world: Gazetteer, name: str, row: int, known: str) -> float:
    """How alike two names with one skeleton look, 0 to 1.

    Arabic letters cannot be compared with Latin ones; there it is 0.8 if the place has no name
    in the script of the query, and 0 if it has one, which then did not fit.
    """
    script = script_tag(name)
    if script == script_tag(known):
        plain = ratio(squeeze(core(name)), squeeze(core(known))) / 100
        return max(plain, 0.97 * ratio(evened(name), evened(known)) / 100)
    names = world.place(row).names
    return 0.0 if any(script_tag(n) == script for ns in names.values() for n in ns) else 0.8


def by_skeleton(world: Gazetteer, name: str, ask: Ask, around: Around) -> dict[int, Found]:
    """Places of the countries asked for that have a name with the same consonants."""
    found: dict[int, Found] = {}
    for iso in ask.countries:
        told = len(bones(name, iso)) > _FEW if iso in LOOSE else False
        for row, known in world.skeleton_hits(name, iso):
            likeness = _likeness(world, name, row, known)
            if likeness < _ALIKE_HERE or figures(known) != figures(name):
                continue
            facts = world.facts(row)
            here = around.fits(facts)
            if allowed(facts, ask) and likeness >= (_ALIKE_HERE if here and told else _ALIKE):
                weight = prominence(facts, ask, around, curated=row < 0) * likeness**6
                why = f'the consonants of "{known}"'
                fit = min(likeness + _HERE_MORE, 0.95) if here else likeness
                add(found, Found(row, facts, "skeleton", weight, why, fit))
    return found


@dataclass(frozen=True, slots=True)
class _Book:
    """Main names of a country, evened, by their first consonant and number of letters."""

    shelves: dict[tuple[str, int], tuple[list[str], array[int]]]
    size: int


class _Books:
    """Books of the countries asked for last, of so many names altogether.

    A name takes about a hundred bytes, and the countries of a report are few.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._books: OrderedDict[tuple[int, str], tuple[Gazetteer, _Book]] = OrderedDict()
        self._lock = Lock()

    def of(self, world: Gazetteer, iso: str) -> _Book:
        with self._lock:
            kept = self._books.get((id(world), iso))
            if kept is not None:
                self._books.move_to_end((id(world), iso))
                return kept[1]
            book = _written(world, iso)
            self._books[id(world), iso] = world, book
            while len(self._books) > 1 and self._size() > self._most:
                self._books.popitem(last=False)
            return book

    def _size(self) -> int:
        return sum(book.size for _, book in self._books.values())


def _shelf(key: str) -> str:
    return next((c for c in key if c not in "aeiouy"), "")


def _written(world: Gazetteer, iso: str) -> _Book:
    shelves: dict[tuple[str, int], tuple[list[str], array[int]]] = defaultdict(
        lambda: ([], array("q"))
    )
    size = 0
    for key, row in world.main_keys(iso, _MOST):
        if key.isascii():
            # Past the cache: so many names would drive out all others.
            even = squeeze.__wrapped__(key) if iso in LOOSE else key
            keys, rows = shelves[_shelf(even), len(even)]
            keys.append(even)
            rows.append(row)
            size += 1
    return _Book(dict(shelves), size)


_BOOKS = _Books(most=300_000)


def by_spelling(world: Gazetteer, name: str, ask: Ask, around: Around) -> dict[int, Found]:
    """Places of the countries asked for whose main name has one or two letters otherwise."""
    found: dict[int, Found] = {}
    for iso in ask.countries:
        wanted = {squeeze(core(name)), squeeze(fold(name))} if iso in LOOSE else {fold(name)}
        book = _BOOKS.of(world, iso)
        for key in wanted:
            if len(key) < _SHORTEST or not key.isascii():
                continue
            slips = 1 if len(key) < 9 else 2
            for size in range(len(key) - slips, len(key) + slips + 1):
                keys, rows = book.shelves.get((_shelf(key), size), ((), ()))
                for known, away, at in process.extract(
                    key, keys, scorer=Levenshtein.distance, score_cutoff=slips, limit=None
                ):
                    likeness = 1 - away / max(len(key), len(known))
                    if likeness < _CLOSE_HERE or figures(known) != figures(key):
                        continue
                    row = rows[at]
                    facts = world.facts(row)
                    here = around.fits(facts)
                    if likeness < (_CLOSE_HERE if here else _CLOSE) or not allowed(facts, ask):
                        continue
                    weight = prominence(facts, ask, around, curated=row < 0) * likeness**8
                    why = f'spelled nearly as "{world.label(row)}"'
                    fit = min(likeness + _HERE_MORE, 0.95) if here else likeness
                    add(found, Found(row, facts, "fuzzy", weight, why, fit))
    return found
