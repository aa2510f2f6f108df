"""Folding of place names: what two spellings of one name have in common.

Three grades, each losing more than the one before: ``fold`` (case, accents, quotes, hyphens,
Arabic letter forms), ``core`` (articles gone), ``squeeze`` (common ways of writing one sound
made one). ``skeleton`` keeps consonants only and puts Arabic and Latin script on one footing;
it confuses many names and is only ever used inside one country.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from functools import lru_cache

__all__ = [
    "ARABIC_SPHERE",
    "CYRILLIC_SPHERE",
    "LOOSE",
    "MAX_NAME",
    "bones",
    "core",
    "evened",
    "figures",
    "fold",
    "is_code",
    "latin",
    "loose_hash",
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

# Countries where names are commonly transliterated from Cyrillic (or were, by way of Russian).
CYRILLIC_SPHERE = frozenset("AM AZ BG BY GE KG KZ MD ME MK MN RS RU TJ TM UA UZ".split())
# Where names are also compared by their consonants. Turkey writes its names in one way, and so
# do the larger countries of Cyrillic script; an index of theirs would cost two megabytes.
LOOSE = (ARABIC_SPHERE | CYRILLIC_SPHERE) - frozenset("BG ME MK RS RU TR".split())

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
_KEY_ONLY = {code: None for code in range(128) if not chr(code).isalnum()}
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
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LETTERS = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўјљњђћџқғүұөәҳ",
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch # y # e yu ya yo i yi ye g w "
        "j lj nj dj c dz q gh u u o a h".replace("#", "").split(" "),
        strict=True,
    )
)
_RUSSIAN = {
    ord(case(old)): new.capitalize() if case is str.upper else new
    for old, new in _LETTERS.items()
    for case in (str.lower, str.upper)
}
_UKRAINIAN = _RUSSIAN | {
    ord(old): new for old, new in zip("гиїГИЇ", ("h", "y", "i", "H", "Y", "I"), strict=True)
}
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
    if name.isascii():
        return name.lower() if name.isalpha() else name.lower().translate(_KEY_ONLY)
    return _SPLIT.sub("", _plain(name))


def _bare(word: str) -> str:
    # ال is written together with its noun; two letters alone are not article and noun.
    return word[2:] if word.startswith("ال") and len(word) > 3 else word


@lru_cache(maxsize=32768)
def core(name: str) -> str:
    """``fold`` without Arabic articles (Al-, ez-, ash-, ال); never empty if ``fold`` is not."""
    parts = [_bare(word) for word in words(name)]
    kept = [word for word in parts if word not in _ARTICLES]
    return "".join(kept or parts)


@lru_cache(maxsize=32768)
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


def latin(name: str, ukrainian: bool = False) -> str:
    """A Cyrillic name in plain Latin letters, read as Russian or as Ukrainian.

    Simplified from the systems of the US Board on Geographic Names; soft and hard signs are
    left out. Letters of other scripts stay.
    """
    table = _UKRAINIAN if ukrainian else _RUSSIAN
    return unicodedata.normalize("NFC", name.translate(table))


_EVEN = (
    ("kh", "x"), ("gh", "g"), ("dj", "j"), ("ch", "c"), ("sh", "c"), ("th", "t"), ("dh", "d"),
    ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "i"), ("q", "k"), ("w", "u"), ("o", "u"),
    ("y", "i"), ("e", "i"), ("h", ""), ("a", ""),
)  # fmt: skip


@lru_cache(maxsize=32768)
def evened(name: str) -> str:
    """A Latin spelling with all that is a matter of taste in Arabic names made one.

    Coarser than ``squeeze``: i, e and y are one vowel, u, o and w another, a and h are nothing.
    """
    text = core(name)
    for old, new in _EVEN:
        text = text.replace(old, new)
    return _DOUBLED.sub(r"\1", text)


@lru_cache(maxsize=65536)
def skeleton(name: str) -> str:
    """The consonants of a name in Latin or Arabic script, in one alphabet; else empty.

    Only for comparing names inside one country: many names share a skeleton.
    """
    text = core(latin(name) if _CYRILLIC.search(name) else name)
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


def bones(name: str, country: str) -> str:
    """The skeleton of a name as names are compared in a country (of ``LOOSE``).

    Where Russian and Ukrainian names meet, g and h are one letter (г), and so are v, w and f.
    """
    shape = skeleton(name)
    return shape.replace("H", "G") if country in CYRILLIC_SPHERE else shape


def figures(name: str) -> str:
    """The figures in a name: "T2" and "T3" differ by nothing else."""
    return "".join(filter(str.isdigit, name))


def loose_hash(bones: str) -> int:
    """Sixteen bits of a skeleton, the same in every process."""
    return zlib.crc32(bones.encode()) & 0xFFFF


@lru_cache(maxsize=4096)
def _script_of(char: str) -> str:
    name = unicodedata.name(char, "")
    return next((tag for start, tag in _SCRIPTS if name.startswith(start)), "und")


@lru_cache(maxsize=32768)
def script_tag(name: str) -> str:
    """BCP 47 tag of a name whose language is not known, from its first letter's script."""
    first = next((c for c in name if c.isalpha()), "")
    return _script_of(first) if first else "und"
