"""Whether a text speaks of fighting at all, so that "beat", "run" and "drive" mean what they say.

In a court report or a match report the same verbs stand, and nobody there captures a town. A text
is read for events only if it names armed actors or uses words that hardly stand outside of war.
"""

from __future__ import annotations

from collections.abc import Sequence

from geo.reading.actors import ActorWords

__all__ = ["is_warlike"]

ENOUGH = 2.0
_LONG = 150  # tokens from which a text must say so more than once
_WORDS = frozenset(
    "clashes fighting airstrikes militant rebel insurgent soldier warplane hostilities "
    "tribesmen troops soldiers army military militants insurgents insurgency rebels militia "
    "militias jihadists warplanes airstrike airstrikes shelling shelled bombardment frontline "
    "ceasefire cease-fire truce offensive counteroffensive counter-offensive battalion brigade "
    "brigades artillery mortar mortars howitzers paramilitary paramilitaries guerrillas gunmen "
    "commandos warlord junta infantry besieged siege liberated recaptured occupation occupied "
    "separatists peacekeepers combatants militiamen airbase garrison drones missiles rockets "
    "fighters".split()
)
_PAIRS = frozenset(
    {
        ("air", "strike"),
        ("air", "strikes"),
        ("armed", "group"),
        ("armed", "groups"),
        ("front", "line"),
    }
    | {
        ("air", "raid"),
        ("air", "raids"),
        ("security", "forces"),
        ("civil", "war"),
        ("armed", "men"),
    }
    | {("government", "forces"), ("drone", "strike"), ("drone", "strikes"), ("suicide", "bomber")}
)
_ARMED = frozenset({"name", "state", "rebel", "army"})
_NOT_ARMED = frozenset(
    {"government", "police", "authorities", "volunteers", "settlers", "military"}
)


def is_warlike(low: Sequence[str], actors: Sequence[ActorWords]) -> bool:
    """Whether armed actors and words of war make up enough of the text."""
    weight = 0.0 if len(low) >= _LONG else 1.0
    for item in actors:
        if item.kind in _ARMED and item.noun not in _NOT_ARMED:
            weight += 1.0 if item.actors or item.kind == "rebel" else 0.5
        if weight >= ENOUGH:
            return True
    for i, word in enumerate(low):
        if word in _WORDS or (word, low[i + 1] if i + 1 < len(low) else "") in _PAIRS:
            weight += 0.5
        if weight >= ENOUGH:
            return True
    return False
