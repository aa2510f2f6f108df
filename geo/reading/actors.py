"""Who is named in a text: actors of the sets, armies of nations, and groups no set knows.

Names are matched on whole words only, so "assad" is never found in "ambassador". Which sets
apply is decided by the countries and names of the text and its date.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo.dates import DateSpan
from geo.errors import DataError
from geo.model import Actor, ActorKind
from geo.reading.lexicon import FOLDER, Theatre, lexicon
from geo.reading.tokens import Token, tokens
from geo.reading.words import Mention
from geo.records import toml_files
from geo.seeds import load_actors

__all__ = ["ActorBook", "ActorWords", "Cast", "book", "nouns", "shipped_actors"]

ACTORS = Path(__file__).resolve().parents[2] / "data" / "actors"
_ACRONYM = 6  # a name in capitals up to so long must stand in capitals
_SHARE = 0.34  # a further theatre is used when its vote is at least this share of the first's


@dataclass(frozen=True, slots=True)
class ActorWords:
    """Tokens ``first`` to ``last`` (half-open) that name an actor.

    ``kind``: ``name`` (by name), ``state`` (a nation's forces), ``country`` (the bare nation),
    ``official`` (who speaks for a nation), or a common noun still to be understood: ``rebel``,
    ``army``, ``group``, ``pronoun``. ``country`` is an ISO code where the words give a nation.
    """

    first: int
    last: int
    kind: str
    actors: tuple[str, ...] = ()
    country: str = ""
    noun: str = ""


@lru_cache(maxsize=1)
def shipped_actors() -> Mapping[str, Actor]:
    """All actors of the sets that ship with Dateline, by id."""
    return load_actors(ACTORS)


@lru_cache(maxsize=1)
def nouns() -> dict[str, frozenset[str]]:
    """The common nouns of ``data/lexicon/nouns.toml`` by kind. Raises DataError."""
    try:
        with (FOLDER / "nouns.toml").open("rb") as file:
            data: dict[str, Any] = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        msg = f"data/lexicon/nouns.toml cannot be read ({error}); restore the file."
        raise DataError(msg) from error
    return {key: frozenset(words) for key, words in data.items()}


@lru_cache(maxsize=1)
def _sets() -> dict[str, tuple[frozenset[str], int, int]]:
    """Actor ids and years of every shipped set."""
    found = {}
    for path in toml_files(ACTORS, "actor sets"):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        head = data["set"]
        ids = frozenset(record["id"] for record in data["actor"])
        found[str(head["id"])] = (ids, int(head["from"]), int(head["to"]))
    return found


@dataclass(frozen=True, slots=True)
class Cast:
    """The actors that can be meant in one text, and how its common nouns are understood."""

    actors: Mapping[str, Actor]
    allowed: frozenset[str] | None  # None: no theatre fits, so any actor may be meant
    theatres: tuple[Theatre, ...] = ()
    home: str = ""  # the country of the theatre that the text speaks of most
    year: int = 0  # of publication; 0 if it is not known

    def choose(self, ids: Sequence[str]) -> str | None:
        """The one of these ids that is meant: of the first theatre that has any."""
        if self.allowed is None:
            return ids[0] if len(ids) == 1 else None
        for theatre in self.theatres:
            members = _members(theatre)
            for actor_id in ids:
                if actor_id in members:
                    return actor_id
        own = [i for i in ids if i in self.allowed]
        return own[0] if own else None

    def state(self, country: str) -> str | None:
        """The actor that is a nation's army in the theatres of the text."""
        for theatre in self.theatres:
            found = theatre.states.get(f"{country}@{self.home}") or theatre.states.get(country)
            for key, actor in theatre.states.items():
                if self.year and key.startswith(f"{country}<") and self.year < int(key[-4:]):
                    found = actor  # "LY<2012": whose army it was until then
            if found in self.actors:
                return found
        return None

    def meant(self, noun: str) -> str | None:
        """Whom a noun such as "rebels" means where nothing in the text says otherwise."""
        for theatre in self.theatres:
            found = theatre.nouns.get(noun)
            if found in self.actors:
                return found
        return None

    def fighters(self, actor_id: str) -> bool:
        """Whether an actor is a non-state armed group."""
        actor = self.actors.get(actor_id)
        return actor is not None and actor.kind in (ActorKind.REBEL, ActorKind.MILITIA)


@lru_cache(maxsize=32)
def _member_ids(set_id: str, also: tuple[str, ...]) -> frozenset[str]:
    known = _sets().get(set_id)
    return (known[0] if known else frozenset()) | frozenset(also)


def _members(theatre: Theatre) -> frozenset[str]:
    return _member_ids(theatre.set_id, theatre.also)


@dataclass(slots=True)
class ActorBook:
    """Names of actors made ready for matching. ``names`` maps a first word to its names."""

    actors: Mapping[str, Actor]
    names: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]] = field(
        default_factory=dict
    )

    @classmethod
    def of(cls, actors: Mapping[str, Actor]) -> ActorBook:
        """The book of these actors; a name that several share keeps all of them."""
        owners: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
        for actor in actors.values():
            spelled = [actor.short, *(name for names in actor.aliases.values() for name in names)]
            spelled.append(actor.name.split(" (")[0])
            for name in spelled:
                parts = [token.text for token in tokens(name.replace("’", "'"))]
                if not parts:
                    continue
                exact = tuple(p if p.isupper() and len(p) <= _ACRONYM else "" for p in parts)
                if len(parts) == 1 and parts[0][0].isupper() and not exact[0]:
                    exact = ("^",)  # one capitalised word must begin with a capital
                key = (tuple(p.lower() for p in parts), exact)
                ids = owners.setdefault(key, [])
                if actor.id not in ids:
                    ids.append(actor.id)
        found = cls(actors)
        for (lower, exact), ids in owners.items():
            found.names.setdefault(lower[0], []).append((lower, exact, tuple(ids)))
        for entries in found.names.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        return found

    def named(
        self, toks: Sequence[Token], low: Sequence[str], i: int
    ) -> list[tuple[int, tuple[str, ...]]]:
        """Names that begin at token ``i``: end and actor ids, longest first."""
        entries = self.names.get(low[i])
        if entries is None:
            return []
        found = []
        for lower, exact, ids in entries:
            end = i + len(lower)
            if end > len(low) or tuple(low[i:end]) != lower:
                continue
            if exact[0] == "^" and not toks[i].is_capital:
                continue
            if all(e in ("", "^") or toks[i + n].text == e for n, e in enumerate(exact)):
                found.append((end, ids))
        return found


@lru_cache(maxsize=4)
def _shipped_book() -> ActorBook:
    return ActorBook.of(shipped_actors())


_last_book: list[ActorBook] = []


def book(actors: Mapping[str, Actor] | None) -> ActorBook:
    """The book of these actors (of all shipped sets if None); the last one made is kept."""
    if actors is None:
        return _shipped_book()
    if _last_book and _last_book[0].actors is actors:
        return _last_book[0]
    _last_book[:] = [ActorBook.of(actors)]
    return _last_book[0]


def cast_of(
    found: ActorBook,
    toks: Sequence[Token],
    low: Sequence[str],
    mentions: Iterable[Mention],
    published: DateSpan | None,
) -> Cast:
    """Which actor sets a text is about: by its countries, the names in it, and its date."""
    votes: Counter[str] = Counter()
    words = lexicon()
    theatres = words.theatres
    sets = _sets()
    countries: Counter[str] = Counter()
    for mention in mentions:
        if mention.place is not None and mention.place.country:
            countries[mention.place.country] += 1
    for i in range(len(low)):
        if not toks[i].is_capital:
            continue
        for key in ((low[i],), tuple(low[i : i + 2])):
            code = words.demonyms.get(key) or words.countries.get(key)
            if code:
                countries[code] += 1
        for _end, ids in found.named(toks, low, i)[:1]:
            for theatre in theatres:
                if any(actor_id in sets.get(theatre.set_id, ((),))[0] for actor_id in ids):
                    votes[theatre.set_id] += 2 if len(ids) == 1 else 1
    for theatre in theatres:
        own = sum(countries[code] for code in theatre.countries)
        votes[theatre.set_id] += 2 * own
    day = published.latest if published else None
    if day is not None:
        for set_id, (_ids, first, last) in sets.items():
            if not first <= day.year <= last:
                votes[set_id] //= 2
    best = max(votes.values(), default=0)
    chosen = tuple(
        theatre
        for theatre in sorted(theatres, key=lambda t: -votes[t.set_id])
        if best >= 2 and votes[theatre.set_id] >= max(2, _SHARE * best)
    )
    if not chosen:
        return Cast(found.actors, None)
    of_sets = frozenset().union(*(ids for ids, _first, _last in sets.values()))
    own_actors = frozenset(found.actors) - of_sets
    allowed = own_actors.union(*(_members(theatre) for theatre in chosen))
    home = max(chosen[0].countries, key=lambda code: countries[code])
    return Cast(found.actors, allowed, chosen, home, day.year if day else 0)
