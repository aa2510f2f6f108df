"""Folding of place names: what two spellings of one name have in common.

Three grades, each losing more than the one before: ``fold`` (case, accents, quotes, hyphens,
Arabic letter forms), ``core`` (articles gone), ``squeeze`` (common ways of writing one sound
made one). ``skeleton`` keeps consonants only and puts Arabic and Latin script on one footing;
it confuses many names and is only ever used inside one country.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = [
    "ARABIC_SPHERE",
    "MAX_NAME",
    "core",
    "fold",
    "is_code",
    "script_tag",
    "skeleton",
    "squeeze",
    "tidy",
    "words",
]

MAX_NAME = 200  # longer texts are no place names

# Countries where names are commonly transliterated from Arabic script, so that the article and
# the vowels of a Latin spelling are a matter of taste.
ARABIC_SPHERE = frozenset(
    "AE AF BH DJ DZ EG EH ER IL IQ IR JO KM KW LB LY MA ML MR NE OM PK PS QA SA SD SO SS SY TD "
    "TN TR YE".split()
)

# Apostrophes, ayn and hamza signs, vowel points written as letters, tatweel, joiners, marks of
# direction: all without meaning for identity.
_DROPPED = "'`´ʹʺʻʼʽʾʿˈ‘’‚‛′″ـ\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff" + "".join(
    chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
_ALIKE = {
    # Arabic script: alef and hamza seats, final forms, Persian, Urdu and Kurdish twins
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىئیېےۍێ", "ي"),
    **dict.fromkeys("ؤۆۇۈۊ", "و"),
    **dict.fromkeys("ةۀہھە", "ه"),
    **dict.fromkeys("کڪڭ", "ك"),
    "ء": "",
    "ڵ": "ل",
    "ڕ": "ر",
    # Latin letters that do not decompose
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ħ": "h",
    "æ": "ae",
    "œ": "oe",
    "ə": "e",
    "ß": "ss",
}
_TABLE = {ord(k): v for k, v in _ALIKE.items()} | {ord(c): "" for c in _DROPPED}
_ASCII = {ord("'"): None, ord("`"): None}
_SPLIT = re.compile(r"[\W_]+")

_ARTICLES = frozenset(
    "al el il ul l as es is us ash esh ath eth at et ut az ez uz adh edh ad ed ud ar er ur an en "
    "un az".split()
)
_SAME_SOUND = (("ou", "u"), ("oo", "u"), ("ee", "i"), ("aw", "au"), ("ay", "ai"), ("ey", "ai"))
_SAME_SOUND_2 = (("ei", "ai"), ("au", "o"), ("u", "o"))
_DOUBLED = re.compile(r"(.)\1+")

_ARABIC = re.compile("[\u0600-\u06ff]")
_AR_CONSONANTS = dict(
    zip("بپتثطجچحهخدذضظرزسصشغگفڤقكلمن", "BBTTTJJHHXDDDDRZSSCGGFFKKLMN", strict=True)
)
_DIGRAPHS = (
    ("kh", "X"), ("sh", "C"), ("tch", "J"), ("ch", "C"), ("gh", "G"), ("th", "T"), ("dh", "D"),
    ("dj", "J"), ("ph", "F"), ("zh", "J"), ("ck", "K"),
)  # fmt: skip
_LATIN_CONSONANTS = dict(zip("bpvtdjgkqcxlmnrszfh", "BBFTDJGKKKXLMNRSZFH", strict=True))
_SCRIPTS = (
    ("ARABIC", "und-Arab"), ("CYRILLIC", "und-Cyrl"), ("GREEK", "und-Grek"),
    ("HEBREW", "und-Hebr"), ("CJK", "und-Hani"), ("HIRAGANA", "und-Jpan"),
    ("KATAKANA", "und-Jpan"), ("HANGUL", "und-Kore"), ("ARMENIAN", "und-Armn"),
    ("GEORGIAN", "und-Geor"), ("DEVANAGARI", "und-Deva"), ("SYRIAC", "und-Syrc"),
    ("THAI", "und-Thai"), ("ETHIOPIC", "und-Ethi"), ("LATIN", "und-Latn"),
    ("BENGALI", "und-Beng"), ("TAMIL", "und-Taml"), ("TELUGU", "und-Telu"),
    ("KANNADA", "und-Knda"), ("MALAYALAM", "und-Mlym"), ("GUJARATI", "und-Gujr"),
    ("GURMUKHI", "und-Guru"), ("ORIYA", "und-Orya"), ("SINHALA", "und-Sinh"),
    ("MYANMAR", "und-Mymr"), ("KHMER", "und-Khmr"), ("LAO", "und-Laoo"),
    ("TIBETAN", "und-Tibt"), ("THAANA", "und-Thaa"), ("CHEROKEE", "und-Cher"),
)  # fmt: skip


def tidy(name: str) -> str:
    """The name as a person would write it: NFC, no control or direction marks, single spaces."""
    if not name.isprintable() or not name.isascii():
        name = "".join(_tidied(c) for c in unicodedata.normalize("NFC", name))
    return " ".join(name.split())


@lru_cache(maxsize=4096)
def _tidied(char: str) -> str:
    kind = unicodedata.category(char)
    if kind in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    # The joiners are part of Persian spelling; other format characters only steer display.
    return "" if kind in ("Cf", "Cs", "Co", "Cn") and char not in "\u200c\u200d" else char


def _plain(name: str) -> str:
    """Case, accents, quotes and letter forms folded; separators still there."""
    if name.isascii():
        return name.lower().translate(_ASCII)
    bare = unicodedata.normalize("NFKD", name.translate(_TABLE)).casefold()
    bare = "".join(c for c in bare if not unicodedata.combining(c)).translate(_TABLE)
    return unicodedata.normalize("NFC", bare)


def is_code(name: str) -> bool:
    """Whether a name is two or three capitals, such as UK, UAE or an airport's code."""
    return len(name) <= 3 and name.isascii() and name.isupper()


def words(name: str) -> list[str]:
    """The folded words of a name, split at spaces, hyphens and any other sign."""
    return [word for word in _SPLIT.split(_plain(name)) if word]


def fold(name: str) -> str:
    """The key of a name: folded and without separators. Idempotent; may be empty."""
    return "".join(words(name))


def _bare(word: str) -> str:
    # ال is written together with its noun; two letters alone are not article and noun.
    return word[2:] if word.startswith("ال") and len(word) > 3 else word


def core(name: str) -> str:
    """``fold`` without Arabic articles (Al-, ez-, ash-, ال); never empty if ``fold`` is not."""
    parts = [_bare(word) for word in words(name)]
    kept = [word for word in parts if word not in _ARTICLES]
    return "".join(kept or parts)


def squeeze(key: str) -> str:
    """A folded key with sounds that are written in several ways made one (ou, oo, u, o)."""
    if not key.isascii():
        return _DOUBLED.sub(r"\1", key)
    for old, new in _SAME_SOUND:
        key = key.replace(old, new)
    for old, new in _SAME_SOUND_2:
        key = key.replace(old, new)
    key = _DOUBLED.sub(r"\1", key)
    # Final -ah, -eh, -e and -a all write ta marbuta.
    for ending in ("ah", "eh", "e"):
        if len(key) > len(ending) + 2 and key.endswith(ending):
            return key[: -len(ending)] + "a"
    return key


@lru_cache(maxsize=65536)
def skeleton(name: str) -> str:
    """The consonants of a name in Latin or Arabic script, in one alphabet; else empty.

    Only for comparing names inside one country: many names share a skeleton.
    """
    text = core(name)
    if _ARABIC.search(text):
        found = "".join(_AR_CONSONANTS.get(c, "") for c in text)
        if text.endswith("ه"):  # ta marbuta
            found = found[:-1]
    elif text.isascii():
        for old, new in _DIGRAPHS:
            text = text.replace(old, new)
        text = text.removesuffix("h")
        found = "".join(c if c.isupper() else _LATIN_CONSONANTS.get(c, "") for c in text)
    else:
        return ""
    return _DOUBLED.sub(r"\1", found)


@lru_cache(maxsize=4096)
def _script_of(char: str) -> str:
    name = unicodedata.name(char, "")
    return next((tag for start, tag in _SCRIPTS if name.startswith(start)), "und")


def script_tag(name: str) -> str:
    """BCP 47 tag of a name whose language is not known, from its first letter's script."""
    first = next((c for c in name if c.isalpha()), "")
    return _script_of(first) if first else "und"
