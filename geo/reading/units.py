"""Military units by number: "the 401st Brigade", "17th Infantry Division".

They are a nation's own soldiers; which nation's follows from the text, as with "the army".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from geo.reading.actors import ActorWords
from geo.reading.tokens import Token

__all__ = ["find_units"]

_BODIES = frozenset(
    "brigade brigades division divisions battalion battalions regiment regiments corps".split()
)
_NUMBER = re.compile(r"(?:\d{1,4}(?:st|nd|rd|th)?|[IVX]{1,5})$")
_COUNTED = frozenset("first second third fourth fifth sixth seventh eighth ninth tenth".split())
_ARMS = frozenset(
    "infantry armoured armored mechanised mechanized motorised motorized airborne tank mountain "
    "marine assault artillery separate guards territorial defence defense combined arms army "
    "special mobile rifle commando parachute reserve naval".split()
)
_MOST_WORDS = 5  # between the number and the body
_AFTER = frozenset("combat team group troops soldiers men units fighters tactical forces".split())


def find_units(
    toks: Sequence[Token], low: Sequence[str], taken: Sequence[ActorWords]
) -> list[ActorWords]:
    """Units that stand outside of the actors found already, as words for an army."""
    covered = {n for item in taken for n in range(item.first, item.last)}
    found = []
    for i, word in enumerate(low):
        if word == "command" and i and toks[i].is_capital and not covered.intersection((i - 1, i)):
            if toks[i - 1].is_capital and low[i - 1].endswith(("ern", "central")):
                found.append(ActorWords(i - 1, i + 1, "army", noun="unit"))
            continue
        if word not in _BODIES or i in covered:
            continue
        first = i
        while first > 0 and i - first < _MOST_WORDS and low[first - 1] in _ARMS:
            first -= 1
        if not first:
            continue
        before = toks[first - 1].text
        if not (_NUMBER.match(before) or low[first - 1] in _COUNTED):
            continue
        last = i + 1
        while last < len(low) and last - i <= 2 and low[last] in _AFTER:
            last += 1
        if covered.isdisjoint(range(first - 1, last)):
            found.append(ActorWords(first - 1, last, "army", noun="unit"))
    return found
