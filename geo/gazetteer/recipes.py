"""Names kept as what they add to their folded key: where words end and how they begin.

A recipe has one sign for each word: a capital letter for a word with a capital, a small one for
a word without, the letter saying its length (``A`` is 1); the sign that parts two words follows
where it is no space. The last word is left out where it has a capital: "Al Bahluniyah" with the
key ``albahluniyah`` has the recipe "B", "Sarmada" an empty one. Names that do not come back
whole are kept as "=" and the name.
"""

from __future__ import annotations

import re

from geo.gazetteer.names import fold

__all__ = ["name_of", "recipe_of"]

_WORD = re.compile(r"([A-Za-z][a-z]*)([-' .]?)")
_LONGEST = 26


def name_of(key: str, recipe: str) -> str:
    """The name with this folded key and recipe."""
    if recipe.startswith("="):
        return recipe[1:]
    parts: list[str] = []
    at = 0
    for sign in recipe:
        if not sign.isalpha():
            parts[-1] = sign
            continue
        size = ord(sign.lower()) - 96
        word = key[at : at + size]
        at += size
        parts += (word.capitalize() if sign.isupper() else word, " ")
    rest = key[at:]
    if rest:
        parts.append(rest.capitalize())
    elif parts:
        parts.pop()
    return "".join(parts)


def recipe_of(key: str, name: str) -> str:
    """The recipe that makes ``name`` of ``key``."""
    signs: list[str] = []
    words = _WORD.findall(name)
    if len("".join(w + p for w, p in words)) == len(name):
        for index, (word, parting) in enumerate(words):
            last = index == len(words) - 1
            if len(word) > _LONGEST and not last:
                break
            if last and word[0].isupper() and not parting:
                break
            sign = chr(96 + min(len(word), _LONGEST))
            signs.append(sign.upper() if word[0].isupper() else sign)
            if parting not in ("", " "):
                signs.append(parting)
    recipe = "".join(signs)
    if fold(name) == key and name_of(key, recipe) == name:
        return recipe
    return f"={name}"
