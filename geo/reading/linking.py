"""Which of the places in a sentence an event happened at.

``link_places`` weighs every place of the sentence against the event's verb with a small logistic
model; its weights (``data/reading/linking.json``) are learned from four fifths of the event-place
sentences of Halterman (2019, MIT licence) by ``python -m data.build reading_linking``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from geo.errors import DataError
from geo.reading.lookup import COUNTRIES, UNITS
from geo.reading.tokens import Token
from geo.reading.wordlists import FOLDER
from geo.reading.words import Mention, MentionKind

__all__ = ["features", "link_place", "link_places"]

PREPOSITIONS = frozenset(
    "in at near outside inside around across throughout within from to into onto toward "
    "towards of on over off along against between through by with for after before during "
    "under above via beyond about against until since".split()
)
_SKIPPED = frozenset(
    "the a an this that these those its their his her city town village province district region "
    "area areas governorate state county capital border northern southern eastern western central "
    "north south east west northeast northwest southeast southwest northeastern northwestern "
    "southeastern southwestern nearby neighboring neighbouring war-torn - – ' ’ “ ” 's ’s of "
    "suburb suburbs neighborhood neighbourhood port part parts outskirts countryside side rural "
    "old embattled strategic major main key largest second".split()
) | {'"'}
_BREAKS = frozenset(
    "that which who whom whose where when while after before because although though but as "
    "if since said says ; : -- — according , and".split()
)
_SPEECH = frozenset(
    "said says say told tell announced added claimed reported stated confirmed denied "
    "according warned called urged accused condemned vowed described noted insisted believed "
    "blamed asked".split()
)
_BE = frozenset("was were been be being is are got had has have".split())
_HARD = frozenset("; but while when after before which who where that".split())
_TELLING = _BREAKS | {".", "on", "in", "s", "END"}


def _bucket(count: int) -> str:
    for limit in (0, 1, 2, 3, 5, 8, 12, 18, 26):
        if count <= limit:
            return str(limit)
    return "far"


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e")


def _grain(mention: Mention) -> str:
    if mention.kind is not MentionKind.PLACE:
        return mention.kind.value
    if mention.place is None:
        return "unknown"
    code = mention.place.feature_code
    if code in COUNTRIES:
        return "country"
    if code in UNITS:
        return "unit"
    return "town" if code.startswith("PPL") else "region"


def _between(toks: Sequence[Token], low: int, high: int) -> list[str]:
    return [t.lower for t in toks if t.start >= low and t.end <= high]


def _preposition(toks: Sequence[Token], start: int) -> tuple[str, int]:
    """The preposition that governs the place, and the index of the token before all."""
    at = max((i for i, t in enumerate(toks) if t.end <= start), default=-1)
    for _ in range(7):
        if at < 0:
            return "start", at
        word = toks[at].lower
        if word in PREPOSITIONS and word != "of":
            return word, at
        if word not in _SKIPPED:
            return ("of" if word == "of" else "none"), at
        at -= 1
    return "none", at


def features(
    toks: Sequence[Token], verb: tuple[int, int], mentions: Sequence[Mention]
) -> Iterator[tuple[Mention, list[str]]]:
    """Each place with the names of its features; ``toks`` are the sentence's, spans the text's."""
    verb_words = _between(toks, *verb)
    verb_word = verb_words[-1] if verb_words else ""
    stem = _stem(verb_word)
    lead = _between(toks, verb[0] - 25, verb[0])[-2:]
    passive = any(word in _BE for word in lead)
    places = list(mentions)
    after = [m for m in places if m.start >= verb[1]]
    before = [m for m in places if m.end <= verb[0]]
    for mention in places:
        later = mention.start >= verb[1]
        low, high = (verb[1], mention.start) if later else (mention.end, verb[0])
        words = _between(toks, low, high)
        side = "R" if later else "L"
        prep, _ = _preposition(toks, mention.start)
        rank = (
            after.index(mention)
            if later
            else len(before) - 1 - before.index(mention)
            if mention in before
            else 0
        )
        breaks = sum(word in _BREAKS for word in words)
        hard = sum(word in _HARD for word in words)
        speech = any(word in _SPEECH for word in words)
        grain = _grain(mention)
        following = next((t for t in toks if t.start >= mention.end), None)
        next_word = following.lower if following is not None else "END"
        found = [
            "bias",
            f"side={side}",
            f"prep={prep}",
            f"prep={prep}|{side}",
            f"distance={side}{_bucket(len(words))}",
            f"rank={side}{min(rank, 3)}",
            f"rank={side}{min(rank, 2)}|{prep}",
            f"breaks={side}{min(breaks, 4)}",
            f"hard={side}{min(hard, 3)}",
            f"speech={side}{speech}",
            f"grain={grain}",
            f"grain={grain}|{prep}",
            f"grain={grain}|{side}{min(rank, 1)}",
            f"places={min(len(places), 5)}",
            f"places={min(len(places), 3)}|{side}{min(rank, 1)}",
            f"next={next_word if next_word in _TELLING else 'other'}",
            f"passive={passive}|{side}",
            f"verb={stem}",
            f"verb={stem}|{side}",
            f"form={verb_word[-3:]}",
            f"form={verb_word[-3:]}|{side}",
            f"none_after={not after}|{side}|{prep}",
            f"none_before={not before}|{side}",
            f"speech_verb={verb_word in _SPEECH}",
        ]
        if next_word in ("'s", "’s"):
            found.append("possessive")
        if (
            following is not None
            and following.text[0].isupper()
            and following.start - mention.end == 1
        ):
            found.append("before_capital")
        index = places.index(mention)
        if index and 0 < mention.start - places[index - 1].end <= 3:
            found.append("contains")  # the Y of "X, Y"
        if index + 1 < len(places) and 0 < places[index + 1].start - mention.end <= 3:
            found.append("contained")
        if index and _listed(toks, places[index - 1], mention):
            found.append("listed")
        if words and words[-1] == ",":
            found.append(f"comma|{side}")
        if mention.start - toks[0].start < 3 and later is False:
            found.append("first_word")
        if next_word in ("(", "–", "-", "—") and mention.start - toks[0].start < 3:
            found.append("dateline")
        yield mention, found


def _listed(toks: Sequence[Token], first: Mention, second: Mention) -> bool:
    words = _between(toks, first.end, second.start)
    return 0 < len(words) <= 3 and all(w in (",", "and", "or", "the") for w in words)


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, float]:
    try:
        raw: dict[str, float] = json.loads((FOLDER / "linking.json").read_bytes())
    except (OSError, ValueError) as error:
        raise DataError(
            f"data/reading/linking.json cannot be read ({error}). Restore it from the repository, "
            "or build it: python -m data.build reading_linking"
        ) from error
    return raw


def link_places(
    toks: Sequence[Token],
    verb: tuple[int, int],
    mentions: Sequence[Mention],
    threshold: float | None = None,
) -> list[tuple[Mention, float]]:
    """Places of the event with their probabilities, likeliest first; often none.

    ``toks`` are the tokens of one sentence, ``verb`` the span of the event's verb (characters of
    the text), ``mentions`` the places of the sentence.
    """
    weights = _weights()
    limit = weights["threshold"] if threshold is None else threshold
    found = []
    for mention, names in features(toks, verb, mentions):
        x = sum(weights.get(name, 0.0) for name in names)
        found.append((mention, 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))))
    found.sort(key=lambda item: -item[1])
    return [item for item in found if item[1] >= limit]


def link_place(
    toks: Sequence[Token], verb: tuple[int, int], mentions: Sequence[Mention]
) -> Mention | None:
    """The place of the event, or None if it is at none of them."""
    found = link_places(toks, verb, mentions)
    return found[0][0] if found else None
