"""The word lists of ``data/lexicon``, made ready for looking up token by token.

Verbs stand there by their lemma; their forms are made here, once per process.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo.errors import DataError
from geo.model import EventType
from geo.reading.tokens import tokens

__all__ = ["Entry", "Form", "Lexicon", "Theatre", "lexicon"]

FOLDER = Path(__file__).resolve().parents[2] / "data" / "lexicon"
_SHORT = 4  # letters up to which a verb is taken for one syllable
_VOWELS = frozenset("aeiou")
_NEVER_VERBS = frozenset({"near", "station"})  # plain forms that are hardly ever the verb


class Form:
    """The forms of a verb that reading tells apart. ``PAST`` may be a participle too."""

    BASE = "base"
    S = "s"
    PAST = "past"  # also the past participle, where the two are alike
    PARTICIPLE = "participle"
    ING = "ing"
    NOUN = "noun"
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Entry:
    """Words for an event: how they go on after the first one, and how to read around them."""

    type: EventType
    frame: str
    rest: tuple[tuple[str, ...], ...] = ()  # one tuple of alternatives per further word
    weak: bool = False
    weapon: bool = False
    direct: bool = False
    subtype: str = ""
    force: bool = False  # the words that "**" stands for must name fighters


@dataclass(frozen=True, slots=True)
class Theatre:
    """How an actor set is used: its countries, their armies, and whom its nouns mean."""

    set_id: str
    countries: tuple[str, ...]
    also: tuple[str, ...]
    states: Mapping[str, str]
    nouns: Mapping[str, str]
    between_states: bool = False  # the armies of its countries fight each other


@dataclass(slots=True)
class Lexicon:
    """Everything in ``data/lexicon``. ``triggers`` maps a lower-case word to form and entry."""

    triggers: dict[str, list[tuple[str, Entry]]] = field(default_factory=dict)
    saying: dict[str, tuple[str, str]] = field(default_factory=dict)  # form: (lemma, form)
    groups: dict[str, dict[str, str]] = field(default_factory=dict)  # group: {form: lemma}
    own_aims: frozenset[str] = frozenset()
    denial_nouns: frozenset[str] = frozenset()
    independent: frozenset[str] = frozenset()
    outlets: tuple[tuple[tuple[str, ...], str], ...] = ()
    demonyms: dict[tuple[str, ...], str] = field(default_factory=dict)
    countries: dict[tuple[str, ...], str] = field(default_factory=dict)
    capitals: dict[str, str] = field(default_factory=dict)
    theatres: tuple[Theatre, ...] = ()


def _regular(lemma: str) -> dict[str, str]:
    """Forms of a regular English verb."""
    if lemma.endswith("e"):
        return {lemma + "s": Form.S, lemma + "d": Form.PAST, lemma[:-1] + "ing": Form.ING}
    if lemma.endswith("y") and lemma[-2] not in _VOWELS:
        stem = lemma[:-1]
        return {stem + "ies": Form.S, stem + "ied": Form.PAST, lemma + "ing": Form.ING}
    ends = lemma[-3:-2] not in _VOWELS and lemma[-2:-1] in _VOWELS
    if len(lemma) <= _SHORT and ends and lemma[-1] not in "aeiouwxy":  # drop, dropped
        double = lemma + lemma[-1]
        return {lemma + "s": Form.S, double + "ed": Form.PAST, double + "ing": Form.ING}
    s = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return {s: Form.S, lemma + "ed": Form.PAST, lemma + "ing": Form.ING}


def _forms(lemma: str, irregular: Mapping[str, str]) -> dict[str, str]:
    """All forms of a verb with the kind of each; the base form last, so that it never hides."""
    given = irregular.get(lemma)
    if given is None:
        forms = _regular(lemma)
    else:
        third, past, participle, ing, *more = given.split()
        forms = {third: Form.S, ing: Form.ING, past: Form.PAST}
        if participle not in forms:
            forms[participle] = Form.PARTICIPLE
        forms.update(dict.fromkeys(more, Form.PAST))
    forms.setdefault(lemma, Form.BASE)
    return forms


def _words(phrase: str) -> list[tuple[str, ...]]:
    """The words of a phrase as alternatives; "" among them means the word may be missing."""
    found: list[tuple[str, ...]] = []
    for part in phrase.split():
        if part.startswith("("):
            found.append((*part.strip("()").split("|"), ""))
        elif part.startswith("["):
            found.append(tuple(part.strip("[]").split("|")))
        elif part == "**":
            found.append(("**",))
        else:
            found.extend((token.lower,) for token in tokens(part))
    return found


def _expanded(rest: Sequence[tuple[str, ...]]) -> list[tuple[tuple[str, ...], ...]]:
    """The rest of a phrase with and without each optional word."""
    found: list[tuple[tuple[str, ...], ...]] = [()]
    for options in rest:
        given = tuple(option for option in options if option)
        grown = [(*before, given) for before in found]
        found = grown + found if "" in options else grown
    return found


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        with (folder / name).open("rb") as file:
            return tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        msg = f"data/lexicon/{name} cannot be read ({error}); restore the file."
        raise DataError(msg) from error


def _add_triggers(found: Lexicon, data: Mapping[str, Any], irregular: Mapping[str, str]) -> None:
    for section in ("verb", "noun", "phrase"):
        for record in data[section]:
            ends = record.get("follow", [""])
            for phrase in (f"{start} {end}" for start in record["words"] for end in ends):
                first, *rest = _words(phrase)
                forms: dict[str, str] = {}
                for head in first:
                    if section == "verb":
                        forms |= _forms(head, irregular)
                    else:
                        forms[head] = Form.NOUN if section == "noun" else Form.PHRASE
                for words in _expanded(rest):
                    entry = Entry(
                        EventType(record["type"]),
                        record["frame"],
                        words,
                        record.get("weak", False) and not words,
                        record.get("weapon", False),
                        record.get("direct", False),
                        record.get("subtype", ""),
                        record.get("force", False),
                    )
                    for form, kind in forms.items():
                        if form in _NEVER_VERBS and not words:
                            continue
                        found.triggers.setdefault(form, []).append((kind, entry))


def _add_speech(found: Lexicon, data: Mapping[str, Any]) -> None:
    irregular = data["irregular"]
    for group in ("say", "admit", "deny", "intend", "try", "fail", "begin"):
        forms: dict[str, str] = {}
        for lemma in data[group]["words"]:
            head = lemma.split()[0]
            forms.update(dict.fromkeys(_forms(head, irregular), head))
        found.groups[group] = forms
    for lemma in data["say"]["words"]:
        for form, kind in _forms(lemma, irregular).items():
            found.saying[form] = (lemma, kind)
    found.own_aims = frozenset(data["intend"]["own"])
    found.denial_nouns = frozenset(data["deny"]["nouns"])
    found.independent = frozenset(data["independent"]["words"])
    found.outlets = tuple(
        (tuple(token.lower for token in tokens(name)), actor)
        for actor, names in data["outlets"].items()
        for name in names
    )


def _phrases(names: Iterable[str]) -> list[tuple[str, ...]]:
    return [tuple(token.lower for token in tokens(name)) for name in names]


@lru_cache(maxsize=2)
def lexicon(folder: Path = FOLDER) -> Lexicon:
    """The lexicon, read once. Raises DataError if a file is missing or damaged."""
    found = Lexicon()
    try:
        events, moves = _read(folder, "events.toml"), _read(folder, "moves.toml")
        irregular = events["irregular"] | moves["irregular"]
        _add_triggers(found, events, irregular)
        _add_triggers(found, moves, irregular)
        for entries in found.triggers.values():
            entries.sort(key=lambda item: -len(item[1].rest))
        _add_speech(found, _read(folder, "speech.toml"))
        data = _read(folder, "theatres.toml")
        for key, into in (("demonyms", found.demonyms), ("countries", found.countries)):
            for code, names in data[key].items():
                into.update(dict.fromkeys(_phrases(names), code))
        found.capitals = dict(data["capitals"])
        found.theatres = tuple(
            Theatre(
                record["set"],
                tuple(record["countries"]),
                tuple(record["also"]),
                record["states"],
                record["nouns"],
                record.get("between_states", False),
            )
            for record in data["theatre"]
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        msg = f"data/lexicon does not hold what reading needs ({error!r}); restore the folder."
        raise DataError(msg) from error
    return found
