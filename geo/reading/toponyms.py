"""Finding the names of places in a text: the gazetteer proposes, the words round a name decide.

Each proposed name gathers evidence for and against; what stands above the threshold is a name of a
place. Names that the gazetteer lacks are found by cues alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from geo.reading.cues import Scene
from geo.reading.evidence import Judge
from geo.reading.lookup import Names
from geo.reading.proposals import Found, Proposer
from geo.reading.tokens import Token
from geo.reading.unnamed import Unnamed

__all__ = ["Found", "find"]

THRESHOLD = 0.0


def _together(found: list[Found], toks: Sequence[Token]) -> None:
    """Names in a list with places, or named again in better company, gain by it."""
    best: dict[str, float] = defaultdict(lambda: -9.0)
    for item in found:
        key = item.text.casefold()
        bonus = 0.4 if item.strong else 0.0
        best[key] = max(best[key], item.evidence + bonus)
    for item in found:
        top = best[item.text.casefold()]
        if top > item.evidence and "part of a person's name" not in item.why:
            item.evidence += 0.5 * min(3.0, top - item.evidence)
    for i, item in enumerate(found):
        if item.evidence >= 1.0 or item.evidence < -2.5 or item.kind != "place":
            continue
        for other in (found[i - 1] if i else None, found[i + 1] if i + 1 < len(found) else None):
            if other is None or other.evidence < 0.3 or other.kind != "place":
                continue
            a, b = (other, item) if other.first < item.first else (item, other)
            between = [t.lower for t in toks[a.last : b.first]]
            if between in ([","], ["and"], [",", "and"], ["or"], ["/"], ["to"], ["–"]):
                item.evidence += 0.7 if item.senses else 1.5
                break


def find(names: Names, scene: Scene) -> list[Found]:
    """All names of places in a text, in order, that stand above the threshold."""
    proposer = Proposer(names, scene)
    judge = Judge(names, scene, proposer.at)
    found = proposer.propose()
    for item in found:
        judge.judge(item)
    taken = {i for item in found if item.evidence > -0.5 for i in range(item.first, item.last)}
    found = sorted(
        [item for item in found if item.evidence > -0.5] + Unnamed(scene, judge).find(taken),
        key=lambda item: item.first,
    )
    _together(found, scene.tokens)
    return [item for item in found if item.evidence >= THRESHOLD]
