"""Which disputed lines count as borders: a stated policy, not a judgement hidden in data.

``data/borders/disputes.toml`` lists the disputed lines we hold, what each is, and under which
policies it counts. Lines that no entry names are agreed, and count always.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.errors import DataError, InputError

__all__ = [
    "DEFAULT_POLICY",
    "POLICIES",
    "Choice",
    "Dispute",
    "chosen",
    "disputes",
    "territory_names",
]

PATH = Path(__file__).resolve().parents[2] / "data" / "borders" / "disputes.toml"
DEFAULT_POLICY = "all"
POLICIES = {
    "all": "Every line in the set, disputed ones too; each answer says when its line is disputed.",
    "recognised": "Lines between members and observers of the United Nations, and territories on "
    "its list of those not yet self-governing; lines of control are left out.",
    "de-facto": "Lines where control changes hands on the ground, recognised or not; "
    "claims without control are left out.",
}


@dataclass(frozen=True, slots=True)
class Dispute:
    """A disputed line: where it counts (``policies``) and what is disputed, in a sentence."""

    id: str
    name: str
    policies: frozenset[str]
    note: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A policy applied to a file: which marks count, and the pairs' names and numbers after it."""

    counts: NDArray[np.bool_]
    disputes: tuple[Dispute | None, ...]
    pairs: tuple[str, ...]
    pair: NDArray[np.int64]
    rename: Mapping[str, str]


@cache
def _file() -> tuple[dict[str, Dispute], dict[str, dict[str, str]], dict[str, str]]:
    try:
        with PATH.open("rb") as file:
            found = tomllib.load(file)
        listed = [
            Dispute(row["id"], row["name"], frozenset(row["counts"]), row["note"])
            for row in found["dispute"]
        ]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as exc:
        raise DataError(f"data/borders/disputes.toml cannot be read: {exc}") from exc
    return {one.id: one for one in listed}, found.get("rename", {}), found.get("names", {})


def disputes() -> tuple[Dispute, ...]:
    """All disputes that the data name. Raises DataError if their file is missing or damaged."""
    return tuple(_file()[0].values())


def territory_names() -> Mapping[str, str]:
    """Names of territories that have no ISO code: ``XC`` is northern Cyprus."""
    return _file()[2]


def chosen(policy: str, marks: Sequence[str], pairs: Sequence[str]) -> Choice:
    """Apply a policy to the marks and pairs of a border file (mark 0 is "not disputed").

    Raises InputError for a policy that does not exist.
    """
    if policy not in POLICIES:
        msg = f"there is no border policy {policy!r}; choose one of: {', '.join(POLICIES)}"
        raise InputError(msg)
    known, renames, _ = _file()
    found = [known.get(name) for name in marks]
    counts = [one is None or policy in (DEFAULT_POLICY, *one.policies) for one in found]
    rename = renames.get(policy, {})
    named = ["|".join(sorted(rename.get(c, c) for c in pair.split("|"))) for pair in pairs]
    names = tuple(sorted(set(named)))
    number = np.array([names.index(name) for name in named])
    return Choice(np.array(counts), tuple(found), names, number, rename)
