"""Words that say what kind of place is meant: "X province", "town of X", "نهر X".

They are taken off only when the name with them is unknown, and then limit what is looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Wanted", "bare_area_name", "says_only_the_kind", "without_generic"]

_ADM1 = (
    "province|provinces|governorate|governate|gouvernorat|gouvernement|muhafazah|muhafazat|"
    "muhafaza|mohafazat|mohafazah|mohafaza|muhafazet|muḩāfaz̧at|wilayah|wilayat|wilaya|vilayet|"
    "ostan|ostān|oblast|region|state|prefecture|emirate|département|department|provincia|"
    "provinz|область|провинция|мухафаза"
)
_DISTRICT = (
    "district|districts|subdistrict|sub-district|county|nahiyah|nahiya|nahiyat|qada|qadaa|qadha|"
    "mintaqat|mintaqah|mantiqat|cercle|raion|rayon|район"
)
_TOWN = "city|town|village|suburb|hamlet|municipality|ville|stadt|город|село"
_RIVER = "river|rivers|rio|fleuve|nahr|fluss|река"
_AR_KINDS = {
    "admin1": "محافظة|محافظه|ولاية|ولایة|استان|إقليم|اقليم",
    "district": "ناحية|قضاء|منطقة|مديرية",
    "town": "مدينة|بلدة|قرية|مدينه|بلده|قريه",
    "river": "نهر",
}
_KINDS = {"admin1": _ADM1, "district": _DISTRICT, "town": _TOWN, "river": _RIVER}
_THE = r"(?:the\s+)?"
_NAMED_WITH_THE = re.compile(r"^the\s+(?P<name>\S.*)$", re.IGNORECASE)
_NO_NAME = re.compile(rf"^{_THE}(?:{_ADM1}|{_DISTRICT}|{_TOWN}|{_RIVER})$")
_AFTER = {
    kind: re.compile(rf"^{_THE}(?P<name>.*\S)[\s\-]+(?:{wordlist})$", re.IGNORECASE)
    for kind, wordlist in _KINDS.items()
}
_BEFORE = {
    kind: re.compile(
        rf"^{_THE}(?:{wordlist}|{_AR_KINDS[kind]})[\s\-]+(?:of\s+|de\s+)?{_THE}(?P<name>\S.*)$",
        re.IGNORECASE,
    )
    for kind, wordlist in _KINDS.items()
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name without its generic word, and the kind that word asks for."""

    name: str
    kind: str  # admin1, district, town, river or the


def says_only_the_kind(name: str) -> bool:
    """Whether a text in small letters is a common noun and no name: "the village", "river"."""
    return _NO_NAME.match(name) is not None


@lru_cache(maxsize=8192)
def without_generic(name: str) -> Wanted | None:
    """The name without the word for its kind, or without "the"; None if it has neither."""
    for kind in _KINDS:
        found = _AFTER[kind].match(name) or _BEFORE[kind].match(name)
        if found:
            return Wanted(found["name"], kind)
    found = _NAMED_WITH_THE.match(name)
    # "the desert", "the west" are words, not names.
    if found and not found["name"].islower():
        return Wanted(found["name"], "the")
    return None


def bare_area_name(name: str) -> str | None:
    """The name of a first-order unit without "Governorate" and the like, if it has that."""
    wanted = without_generic(name)
    return wanted.name if wanted is not None and wanted.kind == "admin1" else None
