"""The word lists for places, opened once: common words, names of people, cues, demonyms."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo.errors import DataError
from geo.gazetteer.names import fold

__all__ = ["FOLDER", "WordLists", "word_lists"]

FOLDER = Path(__file__).resolve().parents[2] / "data" / "reading"


@dataclass(frozen=True, slots=True)
class WordLists:
    """All lists in small letters, unless a name says otherwise.

    ``grades`` gives how rare an English word is (10 very common, 55 rare). ``given`` and
    ``surnames`` give a rank from 0 (most common). ``people`` maps a folded demonym to a country
    code, ``region_people`` to the name of a region, ``countries`` a folded short name to a country
    code. ``press`` and ``postal`` map an abbreviation as written to units' codes (GeoNames).
    """

    grades: dict[str, int]
    given: dict[str, int]
    surnames: dict[str, int]
    people: dict[str, str]
    region_people: dict[str, str]
    countries: dict[str, str]
    press: dict[str, str]
    postal: dict[str, tuple[str, ...]]
    full_names: dict[str, str]
    kinds: dict[str, str]
    kinds_before: frozenset[str]
    strong: frozenset[str]
    weak: frozenset[str]
    speech: frozenset[str]
    titles: frozenset[str]
    organisations: frozenset[str]
    months: frozenset[str]
    never: frozenset[str]
    capitals: frozenset[str]
    capital_verbs: frozenset[str]
    capital_moods: frozenset[str]
    domains: dict[str, str]
    publishers: dict[str, str]


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _plural(word: str) -> tuple[str, ...]:
    if word.endswith(("sh", "ch", "s", "ese", "x", "men", "man", "woman", "é")):
        return (word,)
    return (word, word + "s")


def _forms(raw: dict[str, str], *, plural: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    for target, texts in raw.items():
        for text in texts.split():
            word = text.replace("-", " ")
            for form in _plural(word) if plural else (word,):
                found.setdefault(fold(form), target)
    return found


def _as_written(raw: dict[str, str]) -> dict[str, str]:
    return {text: code for code, texts in raw.items() for text in texts.split()}


def _postal(raw: dict[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, texts in raw.items():
        for text in texts.split():
            found[text] = (*found.get(text, ()), code)
    return found


@lru_cache(maxsize=1)
def word_lists() -> WordLists:
    """The word lists. Raises DataError if one of the files is missing or broken."""
    try:
        grades: dict[str, int] = {}
        for line in (FOLDER / "words.txt").read_text(encoding="utf-8").splitlines():
            grade, _, rest = line.partition(" ")
            grades.update(dict.fromkeys(rest.split(), int(grade)))
        first, last = (FOLDER / "names.txt").read_text(encoding="utf-8").splitlines()
        given = {word: rank for rank, word in enumerate(first.split())}
        for texts in _table("given.toml")["given"].values():
            for word in texts.lower().split():
                given[word] = min(given.get(word, 300), 300)
        cues, demonyms = _table("cues.toml"), _table("demonyms.toml")
        short, outlets = _table("abbreviations.toml"), _table("outlets.toml")
        context = {name: frozenset(texts.split()) for name, texts in cues["context"].items()}
        kinds = {
            word: kind
            for kind in ("facility", "nature", "settled", "unit")
            for word in cues["kinds"][kind].split()
        }
        return WordLists(
            grades=grades,
            given=given,
            surnames={word: rank for rank, word in enumerate(last.split())},
            people=_forms(demonyms["people"], plural=True),
            region_people=_forms(demonyms["regions"], plural=True),
            countries=_forms(demonyms["countries"], plural=False),
            press=_as_written(short["press"]),
            postal=_postal(short["postal"]),
            full_names=short["names"],
            kinds=kinds,
            kinds_before=frozenset(cues["kinds"]["before"].split()),
            strong=context["strong"],
            weak=context["weak"],
            speech=context["speech"],
            titles=context["titles"],
            organisations=context["organisations"],
            months=context["months"],
            never=context["never"],
            capitals=frozenset(cues["metonymy"]["capitals"].split()),
            capital_verbs=frozenset(cues["metonymy"]["verbs"].split()),
            capital_moods=frozenset(cues["metonymy"]["after"].split()),
            domains=outlets["domains"],
            publishers={fold(name): home for name, home in outlets["publishers"].items()},
        )
    except (OSError, ValueError, KeyError) as error:
        raise DataError(
            f"The word lists in data/reading cannot be read ({error}). Restore the folder from the "
            "repository."
        ) from error
