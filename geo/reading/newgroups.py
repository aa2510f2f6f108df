"""Armed groups that no actor set knows, proposed as new actors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from geo.model import Actor, ActorKind
from geo.reading.actors import ActorWords, nouns
from geo.reading.lexicon import lexicon
from geo.reading.tokens import Token

__all__ = ["find_new"]

NEW_COLOUR, NEW_ORDER = "#7F7F7F", 9000
_LONGEST_NAME = 6  # words in a name proposed for an unknown group


_CALLED = frozenset({"itself", "themselves"})


_GROUP_WORDS = frozenset(
    "group militia faction gang force organisation organization outfit".split()
)


_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)?$")


_COUNTED = frozenset("first second third fourth fifth sixth seventh eighth ninth tenth".split())


def find_new(
    toks: Sequence[Token], low: Sequence[str], taken: Iterable[ActorWords], known: Iterable[str]
) -> tuple[list[ActorWords], list[Actor]]:
    """Groups that no set knows: "an armed group calling itself X", "the X Brigade"."""
    covered = {
        n for item in taken if item.kind in ("name", "state") for n in range(item.first, item.last)
    }
    known_ids = set(known)
    items: list[ActorWords] = []
    actors: dict[str, Actor] = {}
    bodies = nouns()["body"]
    i = 0
    while i < len(toks):
        span = _self_named(toks, low, i) or _body_named(toks, low, i, bodies)
        if span is None or any(n in covered for n in range(*span)):
            i += 1
            continue
        first, last = span
        name = (
            " ".join(token.text for token in toks[first:last])
            .replace(" - ", "-")
            .replace(" '", "'")
        )
        actor = _proposed(name)
        if actor is not None and actor.id not in known_ids:
            actors.setdefault(actor.id, actor)
            items.append(ActorWords(first, last, "name", (actor.id,)))
        i = last
    return items, list(actors.values())


def _self_named(toks: Sequence[Token], low: Sequence[str], i: int) -> tuple[int, int] | None:
    if low[i] not in ("calling", "calls", "styling", "named", "called") or i < 1:
        return None
    at = i + 1
    if low[i] in ("calling", "calls", "styling"):
        if at >= len(low) or low[at] not in _CALLED:
            return None
        at += 1
    elif not any(word in _GROUP_WORDS for word in low[max(0, i - 2) : i]):
        return None
    while at < len(low) and low[at] in ("the", '"', "“", "'", "‘"):
        at += 1
    end = at
    while (
        end < len(toks)
        and end - at < _LONGEST_NAME
        and (toks[end].is_capital or (low[end] in ("of", "the", "al", "-", "and") and end > at))
    ):
        end += 1
    while end > at and not toks[end - 1].is_capital:
        end -= 1
    return (at, end) if end > at else None


def _body_named(
    toks: Sequence[Token], low: Sequence[str], i: int, bodies: frozenset[str]
) -> tuple[int, int] | None:
    if toks[i].text not in bodies:
        return None
    first = i
    while (
        first > 0
        and i - first < _LONGEST_NAME
        and (toks[first - 1].is_capital or toks[first - 1].text == "-")
    ):
        first -= 1
    while first < i and (toks[first].text == "-" or low[first] in ("the", "a", "an")):
        first += 1
    own = [word for word in low[first:i] if word != "-"]
    if not own or any(_ORDINAL.match(word) or word in _COUNTED for word in own):
        return None
    if first and low[first - 1] not in ("the", "by", "called", "and", "of", ",", '"', "“", "with"):
        return None
    if len(own) == 1 and ((own[0],) in lexicon().demonyms or (own[0],) in lexicon().countries):
        return None
    return first, i + 1


def _proposed(name: str) -> Actor | None:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    short = re.sub(r"[*_`\[\]()<>!$:#\\\x00-\x1f]", "", name)[:40].strip()
    if not slug or not short:
        return None
    return Actor(
        id=slug,
        name=name[:120],
        short=short,
        kind=ActorKind.REBEL,
        colour=NEW_COLOUR,
        pattern="solid",
        aliases={"en": (name[:120],)},
        order=NEW_ORDER,
    )
