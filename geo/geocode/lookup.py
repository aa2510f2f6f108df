"""Dateline's own calls: readings of a name, the clear one, a place by its id, and why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Any

from geo.errors import InputError
from geo.gazetteer import Ask, Gazetteer, search
from geo.gazetteer.generic import says_only_the_kind
from geo.gazetteer.ladder import narrowing
from geo.gazetteer.layout import KEY_CODE
from geo.gazetteer.names import MAX_NAME, fold, script_tag, tidy
from geo.model import Candidate, Place

__all__ = ["CLEAR", "Explanation", "Lookup", "checked_point"]

_WORDS = re.compile(r"[\W\d_]+")
_WRITTEN_TOGETHER = frozenset({"und", "und-Hani", "und-Jpan", "und-Kore"})
CLEAR = 0.5  # score above which ``resolve`` takes the first candidate; two may have just so much
_TEXT = 4 * MAX_NAME  # longer is a text, no name
_SUGGESTED_FROM = 3000  # names looked through for a near spelling


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a name led to, for people. ``suggestions`` are spellings, never answers."""

    query: str
    found: tuple[Candidate, ...]
    reason: str
    suggestions: tuple[str, ...] = ()

    def __str__(self) -> str:
        hint = f" Similar names: {'; '.join(self.suggestions)}." if self.suggestions else ""
        return self.reason + hint


def checked_point(lat: Any, lon: Any) -> tuple[float, float]:
    """A point as (lat, lon) in degrees. Raises InputError if it is not on the Earth."""
    try:
        y, x = float(lat), float(lon)
    except (TypeError, ValueError):
        y = x = float("nan")
    if not (-90 <= y <= 90 and -180 <= x <= 180):
        raise InputError(
            f"({lat}, {lon}) is not a point: give latitude -90 to 90, longitude -180 to 180."
        )
    return y, x


def _as_codes(country: str | Sequence[str] | None) -> Sequence[str]:
    if country is None:
        return ()
    if isinstance(country, str) or not isinstance(country, Iterable):
        return (country,)
    return tuple(country)


def _mixes_scripts(name: str) -> bool:
    """Whether a word has letters of several scripts, as no name has and many a trick."""
    if name.isascii():
        return False
    return any(
        len({script_tag(char) for char in word} - _WRITTEN_TOGETHER) > 1
        for word in _WORDS.split(name)
        if not word.isascii()
    )


def _area_name(name: str | None) -> str | None:
    """The name of an area that is only to rank; tables write "nan" where they know none."""
    text = tidy(name[:_TEXT]) if isinstance(name, str) else ""
    return None if text.casefold() in ("", "nan", "none", "null", "-") else text[:MAX_NAME]


class Lookup:
    """Calls that answer with our own types; ``gazetteer`` is where they look."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer

    def candidates(
        self,
        name: str,
        *,
        country: str | Sequence[str] | None = None,
        admin1: str | None = None,
        near: tuple[float, float] | None = None,
        prefer: str | Sequence[str] | None = None,
        adm1_name: str | None = None,
        adm2_name: str | None = None,
        limit: int = 8,
    ) -> list[Candidate]:
        """Readings of a name, best first; empty if it is unknown, empty, or no name.

        ``country`` (ISO 3166-1 alpha-2, one or several) and ``admin1`` (``SY.07``) limit the
        search; ``near`` (lat, lon in degrees), ``prefer`` (countries) and the names of the
        province and district (``"Aleppo Governorate"``) only rank. Raises InputError for a code
        or a point that does not exist.
        """
        if not isinstance(name, str):
            raise InputError(f"A place name must be text, not {type(name).__name__}.")
        ask = Ask(
            countries=narrowing(self.gazetteer, _as_codes(country)),
            admin1=self._admin1(admin1),
            prefer=narrowing(self.gazetteer, _as_codes(prefer)),
            near=None if near is None else checked_point(*near),
            adm1_name=_area_name(adm1_name),
            adm2_name=_area_name(adm2_name),
        )
        if len(name) <= _TEXT and _mixes_scripts(tidy(name)):
            return []
        return search(self.gazetteer, name, ask, max(1, limit))

    def resolve(
        self,
        name: str,
        *,
        country: str | Sequence[str] | None = None,
        admin1: str | None = None,
        near: tuple[float, float] | None = None,
        prefer: str | Sequence[str] | None = None,
        adm1_name: str | None = None,
        adm2_name: str | None = None,
    ) -> Candidate | None:
        """The first candidate if its score is above ``CLEAR``, that is, if it is clearly meant."""
        found = self.candidates(
            name,
            country=country,
            admin1=admin1,
            near=near,
            prefer=prefer,
            adm1_name=adm1_name,
            adm2_name=adm2_name,
            limit=1,
        )
        return found[0] if found and found[0].score > CLEAR else None

    def place(self, place_id: str) -> Place:
        """The place with this id. Raises InputError if there is none."""
        return self.gazetteer.place_by_id(place_id)

    def explain(
        self,
        name: str,
        *,
        country: str | Sequence[str] | None = None,
        admin1: str | None = None,
    ) -> Explanation:
        """What a name leads to and, where nothing, why; near spellings only as suggestions."""
        found = tuple(self.candidates(name, country=country, admin1=admin1))
        shown = tidy(name[:_TEXT])[:80]
        if found:
            first = found[0]
            others = f"; {len(found) - 1} more could be meant" if len(found) > 1 else ""
            sure = "is" if first.score > CLEAR else "may be"
            reason = f'"{shown}" {sure} {self.address(first.place)} ({first.rung}{others}).'
            return Explanation(name, found, reason)
        if not fold(shown):
            return Explanation(name, (), "There is no name to look for.")
        if fold(shown).isdigit():
            return Explanation(name, (), f'"{shown}" is a number, not a name.')
        if says_only_the_kind(tidy(name)):
            return Explanation(name, (), f'"{shown}" says what kind of place it is, not which.')
        if len(tidy(name)) > MAX_NAME:
            return Explanation(name, (), "The text is too long to be one place name.")
        if _mixes_scripts(shown):
            return Explanation(name, (), f'"{shown}" mixes letters of several scripts in one word.')
        if country is not None or admin1 is not None:
            elsewhere = self.candidates(name, limit=3)
            if elsewhere:
                names = tuple(self.address(c.place) for c in elsewhere)
                return Explanation(
                    name, (), f'"{shown}" is known, but not within the limits given.', names
                )
        return Explanation(
            name, (), f'The gazetteer has no place called "{shown}".', self._near_spellings(shown)
        )

    def address(self, place: Place, language: str | None = None) -> str:
        """A place's name with its province and country, in a language where it has names."""
        parts = [_name_in(place, language)]
        files = self.gazetteer.files
        for row in (
            files.admin1_row(place.admin1) if place.admin1 else None,
            files.country_row(place.country) if place.country else None,
        ):
            if row is not None:
                name = _name_in(self.gazetteer.place(row), language)
                if name != parts[-1]:
                    parts.append(name)
        return ("، " if language and language[:2] in ("ar", "fa", "ur") else ", ").join(parts)

    def _admin1(self, code: str | None) -> str | None:
        if code is None:
            return None
        if not isinstance(code, str) or self.gazetteer.files.admin1_row(code) is None:
            raise InputError(
                f'"{str(code)[:20]}" is not a first-order unit. Give a GeoNames code such as SY.07.'
            )
        return code

    def _near_spellings(self, name: str) -> tuple[str, ...]:
        key = fold(name)
        keys: list[str] = []
        for length in (4, 3, 2):
            if len(key) >= length:
                start = self.gazetteer.files.trie.iterkeys(key[:length])
                keys = list(dict.fromkeys(islice(start, _SUGGESTED_FROM)))
                if keys:
                    break
        said: dict[str, None] = {}
        for close in get_close_matches(key, keys, n=5, cutoff=0.75):
            hits = (hit for hit in self.gazetteer.hits(close) if not hit.flags & KEY_CODE)
            for hit in islice(hits, 1):
                said.setdefault(self.address(self.gazetteer.place(hit.row)))
        return tuple(said)[:3]


def _name_in(place: Place, language: str | None) -> str:
    if not language:
        return place.name
    tag = language.replace("_", "-").split("-")[0].lower()
    if tag in place.names:
        return place.names[tag][0]
    if tag in ("ar", "fa", "ckb", "ur") and place.arabic:
        return place.arabic
    return place.name
