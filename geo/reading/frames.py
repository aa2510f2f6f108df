"""How the words around an event word are read: who stands where, and which "in" or "from" counts.

Costs are added to the distance between the words (``geo.reading.page``): 0 is where the part is
usually found, about 1 is doubtful, 3 and more is hardly ever meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["FRAMES", "Frame"]

_AT = {
    "in": 0.0,
    "at": 0.0,
    "near": 0.0,
    "around": 0.0,
    "inside": 0.0,
    "outside": 0.0,
    "across": 0.1,
}
_AT |= {
    "on": 0.1,
    "of": 0.1,
    "over": 0.2,
    "along": 0.1,
    "between": 0.2,
    "within": 0.1,
    "through": 0.2,
}
_AT |= {"throughout": 0.1, "behind": 0.6, "beyond": 0.8, "opposite": 0.4, "from": 1.2, "by": 3.0}
_AT |= {
    "to": 0.8,
    "toward": 0.8,
    "towards": 0.8,
    "into": 0.6,
    "for": 0.8,
    "against": 1.0,
    "with": 2.0,
}
_AT |= {"after": 2.0, "before": 2.0, "under": 1.0, "via": 1.5, "": 0.9}


@dataclass(frozen=True, slots=True)
class Frame:
    """Parts of a sentence around an event word.

    ``subject`` and ``object`` say what the noun before and after a verb in the active voice is:
    ``agent``, ``target``, ``place`` or "" for nothing. ``place`` gives the cost of a place by the
    preposition before it ("" is none). ``agent``, ``target`` list prepositions that bring one.
    """

    subject: str = "agent"
    object: str = "place"
    place: Mapping[str, float] = field(default_factory=lambda: dict(_AT))
    agent: tuple[str, ...] = ("by",)
    target: tuple[str, ...] = ()
    noun: bool = False
    needs_agent: bool = False
    needs_place: bool = False
    before: bool = False  # a place before the words may be where it happens, with no preposition


def _at(**changed: float) -> dict[str, float]:
    given = {
        key.removeprefix("p_") if key != "direct" else "": cost for key, cost in changed.items()
    }
    return _AT | given


_INTO = _at(
    direct=0.0, p_into=0.0, p_in=0.1, p_to=0.1, p_from=2.0, p_of=0.2, p_through=0.3, p_by=1.5
)
_OUT = _at(
    direct=0.6, p_from=0.0, p_of=0.0, p_to=2.5, p_toward=2.5, p_towards=2.5, p_into=2.5, p_in=0.5
)
_OUT["around"] = 0.1
_OUT["for"] = 2.5  # "left for X": where they went
_ON = _at(
    direct=0.3, p_on=0.0, p_to=0.0, p_toward=0.0, p_towards=0.0, p_for=0.1, p_from=2.0, p_in=0.5
)
_TARGETED = _at(direct=0.0, p_on=0.0, p_against=0.1, p_at=0.0, p_from=1.8)

FRAMES: dict[str, Frame] = {
    "take": Frame(place=_at(direct=0.0, p_from=1.5), target=("from",)),
    "expel": Frame(object="target", place=_at(direct=0.0, p_of=0.0, p_from=0.0)),
    "fall": Frame(
        subject="place", object="", place=_at(direct=2.5, p_to=3.0), agent=("to", "into")
    ),
    "suffer": Frame(subject="place", object="", place=_at(direct=2.0), agent=("by", "from")),
    "lose": Frame(target=("to",), place=_at(direct=0.0, p_to=2.0)),
    "leave": Frame(place=_OUT),
    "leave-direct": Frame(place=_OUT | {"": 0.0}),
    "go-out": Frame(place=_OUT, needs_agent=True),
    "rid": Frame(subject="place", object="", place=_at(direct=2.5), target=("of", "from")),
    "hold": Frame(place=_at(direct=0.0, p_of=0.0, p_on=0.2)),
    "held-by": Frame(subject="place", object="agent", agent=("by",), place=_at(direct=2.0)),
    "last-held": Frame(
        subject="place", object="agent", agent=("by",), place=dict.fromkeys(_AT, 3.0)
    ),
    "enter": Frame(place=_INTO, needs_agent=True),
    "approach": Frame(place=_ON, needs_agent=True),
    "besiege": Frame(place=_at(direct=0.0)),
    "fight": Frame(
        object="target", place=_at(direct=0.2, p_for=0.1, p_on=0.1), target=("with", "against")
    ),
    "kill": Frame(object="target", place=_at(direct=1.5), needs_agent=True),
    "strike": Frame(object="target", place=_TARGETED),
    "be-there": Frame(place=_at(direct=0.2, p_to=0.2, p_over=0.0), needs_agent=True),
    "agree": Frame(
        object="", place=_at(direct=1.5), target=("with",), needs_agent=True, needs_place=True
    ),
    "aim": Frame(object="", place=_at(direct=0.0), needs_agent=True, needs_place=True),
    "aim-there": Frame(
        object="",
        place=_AT | {"to": 0.2, "into": 0.2, "": 0.6, "from": 0.6},
        needs_agent=True,
        needs_place=True,
    ),
    "count": Frame(subject="", object="agent", place=_AT, needs_agent=True),
    # nouns
    "taking": Frame(
        noun=True,
        subject="agent",
        object="place",
        place=_at(p_of=0.0, p_to=2.0),
        agent=("by", "to"),
    ),
    "losing": Frame(noun=True, place=_at(p_of=0.0), target=("to",)),
    "leaving": Frame(noun=True, place=_OUT | {"": 2.0, "of": 1.0}, agent=("by", "of")),
    "entering": Frame(noun=True, needs_agent=True, place=_INTO | {"": 2.0}, agent=("by", "of")),
    "attacking": Frame(
        noun=True,
        place=_TARGETED | {"": 2.0, "to": 0.4},
        agent=("by", "of"),
        target=("against", "on"),
    ),
    "fighting": Frame(
        noun=True,
        place=_AT | {"for": 0.0, "": 2.0},
        agent=("between", "by"),
        target=("with", "against", "and"),
    ),
    "striking": Frame(
        noun=True,
        place=_TARGETED | {"": 2.0, "of": 0.1},
        agent=("by", "from"),
        target=("on", "against"),
    ),
    "besieging": Frame(noun=True, place=_at(p_of=0.0, p_on=0.1) | {"": 2.0}, agent=("by",)),
    "stronghold": Frame(
        noun=True, place=_AT | {"": 0.3, "of": 0.0}, agent=("of",), needs_agent=True
    ),
    "being-there": Frame(noun=True, place=_AT | {"": 2.0}, agent=("of", "by"), needs_agent=True),
    "agreeing": Frame(
        noun=True,
        place=_AT | {"": 2.0},
        agent=("between", "with", "by"),
        needs_agent=True,
        needs_place=True,
    ),
}
