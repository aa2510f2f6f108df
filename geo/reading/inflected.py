"""Names as Arabic, Ukrainian and Russian write them in a sentence: with prefixes and endings.

``readings`` gives the forms under which a word may stand in the gazetteer, the word itself first.
"""

from __future__ import annotations

from functools import lru_cache

from geo.gazetteer.names import fold

__all__ = ["ARABIC_CUES", "is_caseless", "readings"]

# "in", "city", "town", "village", "province", "countryside", "towards", "from", "district" ...
ARABIC_CUES = frozenset(
    "في مدينه بلده قريه محافظه ريف الي من ناحيه قضاء قضا قرب شمال جنوب شرق غرب منطقه حي مخيم "
    "علي نحو باتجاه شمالي جنوبي شرقي غربي بريف بمدينه ببلده لمدينه مدينتي بلدتي".split()
)
_PREFIXES = ("وب", "ول", "و", "ب", "ل", "ف")
# Endings of cases, and what the name ends in when it stands alone. Longest first.
_ENDINGS = (
    ("ської", ("ська",)), ("ській", ("ська",)), ("ською", ("ська",)), ("ской", ("ская",)),
    ("ську", ("ська",)), ("скую", ("ская",)), ("єві", ("їв",)), ("иєві", ("иїв",)),
    ("еві", ("ів", "їв")), ("ові", ("ів", "ово")), ("євом", ("їв",)), ("овом", ("ів",)),
    ("єва", ("їв",)), ("ова", ("ів",)), ("еву", ("їв",)), ("ією", ("ія",)), ("ии", ("ия",)),
    ("ию", ("ия",)), ("ії", ("ія",)), ("ію", ("ія",)), ("ом", ("",)), ("ем", ("ь",)),
    ("ой", ("а",)), ("ою", ("а",)), ("ею", ("я",)), ("ах", ("ы", "и")), ("ів", ("и",)),
    ("е", ("", "а", "ь", "о")), ("у", ("", "а", "о")), ("ю", ("я", "ь")), ("а", ("", "о")),
    ("я", ("ь", "е")), ("і", ("а", "", "ь", "я")), ("и", ("а", "я", "ь")), ("ы", ("а",)),
    ("ь", ()),
)  # fmt: skip


def is_caseless(char: str) -> bool:
    """Whether a letter is of a script without capitals (Arabic, Hebrew and others)."""
    return char.isalpha() and not char.isupper() and not char.islower()


def _arabic(word: str) -> list[str]:
    forms = []
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) > len(prefix) + 2:
            rest = word[len(prefix) :]
            forms.append(rest)
            if rest.startswith("ل") and prefix.endswith("ل"):  # للرقة is ل and الرقة
                forms.append("ا" + rest)
    return forms


_FOLDED = tuple((fold(ending), tuple(map(fold, new))) for ending, new in _ENDINGS)


@lru_cache(maxsize=8192)
def readings(word: str) -> tuple[tuple[str, int], ...]:
    """Forms of a folded word, each with how many letters were taken off its front."""
    found = [(word, 0)]
    first = word[:1]
    if "\u0600" <= first <= "\u06ff":
        for form in _arabic(word):
            found.append((form, len(word) - len(form)))
    elif "\u0400" <= first <= "\u04ff" and len(word) > 4:
        for ending, nominatives in _FOLDED:
            if word.endswith(ending):
                found.extend((word[: -len(ending)] + new, 0) for new in nominatives)
    return tuple(dict.fromkeys(found))
