"""Where a text names an actor: by name, as a nation's forces, or by a common noun."""

from __future__ import annotations

from collections.abc import Sequence

from geo.reading.actors import ActorBook, ActorWords, Cast, nouns
from geo.reading.lexicon import lexicon
from geo.reading.tokens import Token

__all__ = ["find_actors"]


def find_actors(
    found: ActorBook, cast: Cast, toks: Sequence[Token], low: Sequence[str]
) -> list[ActorWords]:
    """Everything in the text that names an actor or may stand for one, in order."""
    items: list[ActorWords] = []
    i, count = 0, len(toks)
    while i < count:
        item = _at(found, cast, toks, low, i)
        if item is None:
            i += 1
            continue
        items.append(item)
        i = item.last
    return _with_heads(items, low)


_HEADED = frozenset({"of", "from", "in"})


def _with_heads(items: list[ActorWords], low: Sequence[str]) -> list[ActorWords]:
    """The items with "fighters of X", "planes of the X", "forces loyal to X" made one."""
    force = nouns()["force"]
    kept: list[ActorWords] = []
    for item in items:
        at = item.first - 1
        if at > 0 and low[at] == "the":
            at -= 1
        if at > 1 and low[at] == "to" and low[at - 1] in ("loyal", "belonging", "allied", "linked"):
            at -= 1
        elif (
            at < 1
            or low[at] not in _HEADED
            or item.kind not in ("name", "army", "country")
            or (low[at] == "in" and item.kind != "country")
        ):
            kept.append(item)
            continue
        if low[at] == "in":
            kept.append(item)
            continue
        if low[at - 1] in force:
            first = at - 1
            if kept and kept[-1].first <= first < kept[-1].last:
                if kept[-1].kind == "name":
                    kept.append(item)
                    continue
                first = kept.pop().first
            kind = "state" if item.kind == "country" else item.kind
            kept.append(ActorWords(first, item.last, kind, item.actors, item.country, item.noun))
        else:
            kept.append(item)
    return kept


_POSSESSIVE = frozenset("its their his her our".split())


_PRONOUNS = _POSSESSIVE | frozenset("it they them he she we".split())


def _at(
    found: ActorBook, cast: Cast, toks: Sequence[Token], low: Sequence[str], i: int
) -> ActorWords | None:
    word = low[i]
    for end, ids in found.named(toks, low, i):
        chosen = cast.choose(ids)
        if chosen is not None:
            return ActorWords(i, _extended(low, _sided(low, end)), "name", (chosen,))
    nation = _nation(cast, toks, low, i)
    if nation is not None:
        return nation
    if word in _PRONOUNS:
        end = _extended(low, i + 1) if word in _POSSESSIVE else i + 1
        return ActorWords(i, end, "pronoun", noun=word)
    return _common(low, i)


def _extended(low: Sequence[str], end: int) -> int:
    """The end of "M23 fighters", "the army's 15th brigade" after the name's own end."""
    force, between = nouns()["force"], nouns()["between"]
    at = end
    if at < len(low) and low[at] in ("'s", "’s"):
        at += 1
    steps = 0
    while at < len(low) and steps < 3 and low[at] in between and low[at] not in force:
        at += 1
        steps += 1
    return at + 1 if at < len(low) and low[at] in force and not _triggers(low, at) else end


_SIDED = frozenset("aligned affiliated allied loyal linked led run".split())


def _sided(low: Sequence[str], end: int) -> int:
    """The end of "X-aligned", where those who stand with X are counted as X: "X-led forces"."""
    if end + 2 < len(low) and low[end] == "-" and low[end + 1] in _SIDED:
        force = nouns()["force"]
        if low[end + 2] in force or (end + 3 < len(low) and low[end + 3] in force):
            return end + 2
    return end


def _triggers(low: Sequence[str], at: int) -> bool:
    """Whether an event noun begins here: "rocket fire", "drone strikes", "tank attack"."""
    return at + 1 < len(low) and low[at + 1] in _EVENT_NOUNS


_AGAINST_STATE = frozenset(
    "rebel rebels militant militants insurgent insurgents jihadist jihadists extremists separatist "
    "separatists guerrillas opposition paramilitaries".split()
)


_EVENT_NOUNS = frozenset(
    "strike strikes attack attacks raid raids fire shelling bombardment barrage assault".split()
)


def _nation(cast: Cast, toks: Sequence[Token], low: Sequence[str], i: int) -> ActorWords | None:
    """A nation's forces or officials: "Syrian troops", "Mali's army", "Russia"."""
    if not toks[i].is_capital:
        return None
    words = lexicon()
    for size in (4, 3, 2, 1):
        key = tuple(low[i : i + size])
        code = words.demonyms.get(key) or words.countries.get(key)
        if code and len(key) == size:
            break
    else:
        return None
    end = i + size
    people = key in words.countries
    noun_sets = nouns()
    state = cast.state(code)
    actors = (state,) if state else ()
    at = end
    if people and at < len(low) and low[at] in ("'s", "’s"):
        at += 1
    elif people:
        return ActorWords(i, end, "country", actors, code)
    if at < len(low) and low[at] == "-":  # "Iranian-backed", "Syrian-Iraqi"
        return None
    if at + 1 < len(low) and low[at] == "and" and (low[at + 1],) in words.demonyms:
        other = cast.state(words.demonyms[(low[at + 1],)])
        if other and state and at + 2 < len(low) and low[at + 2] in noun_sets["force"]:
            return ActorWords(i, at + 3, "state", (state, other), code)
    steps = 0
    while at < len(low) and steps < 4:
        word = low[at]
        if word in _EVENT_NOUNS or _triggers(low, at):
            return ActorWords(i, end, "state", actors, code)
        if word in noun_sets["official"] and not (
            at + 1 < len(low) and low[at + 1] in noun_sets["force"]
        ):
            return ActorWords(i, at + 1, "official", actors, code)
        if word in _AGAINST_STATE and "backed" not in low[end:at]:
            noun = word if word.endswith("s") else word + "s"
            last = at + 1
            while last < len(low) and low[last] in (
                "fighters",
                "forces",
                "groups",
                "factions",
                "allies",
            ):
                last += 1
            return ActorWords(i, last, "rebel", noun=noun)
        if word in noun_sets["force"]:
            last = at + 1
            if last < len(low) and low[last] in noun_sets["force"] and not _triggers(low, last):
                last += 1
            return ActorWords(i, last, "state", actors, code)
        if word not in noun_sets["between"] and not word[:1].isdigit():
            break
        at += 1
        steps += 1
    if not people and key[-1].endswith("s") and key[-1] != "us":
        return ActorWords(i, end, "state", actors, code)  # "the Russians"
    if people or (key in (("us",), ("u.s.",)) and toks[i].text.isupper()):
        return ActorWords(i, end, "country", actors, code)
    return None


# "separatist fighters", "rebel commanders": the fighters whom the noun means.
_ADJECTIVES = frozenset(
    "separatist rebel militant insurgent jihadist extremist islamist guerrilla secessionist "
    "paramilitary mutinous".split()
)
_LEADERS = frozenset("leaders leader commanders commander chiefs officials spokesman units".split())


_OF_GROUPS = frozenset(
    "armed rebel jihadist militant islamist extremist insurgent paramilitary separatist terror "
    "terrorist".split()
)


def _common(low: Sequence[str], i: int) -> ActorWords | None:
    """A common noun that stands for an actor."""
    noun_sets = nouns()
    for size in (2, 1):
        words = " ".join(low[i : i + size])
        if words in noun_sets["state"] and not (size == 1 and _triggers(low, i)):
            return ActorWords(i, i + size, "army", noun=words)
    word = low[i]
    if word in _ADJECTIVES:
        at = i + 1
        while at < len(low) and at - i <= 2 and low[at] in noun_sets["between"]:
            at += 1
        if at < len(low) and low[at] in noun_sets["force"] | _LEADERS and not _triggers(low, at):
            many = "paramilitaries" if word == "paramilitary" else word + "s"
            return ActorWords(i, at + 1, "rebel", noun=many)
    if word in noun_sets["rebel"]:
        return ActorWords(i, i + 1, "rebel", noun=word)
    if word in noun_sets["group"] and (
        low[max(0, i - 1)] in ("the", "this", "that")
        or (low[max(0, i - 2)] in ("the", "this", "that") and low[i - 1] in _OF_GROUPS)
    ):
        return ActorWords(i, i + 1, "group", noun=word)
    if word in _COLUMNS:
        first = i - 1 if i and low[i - 1] in _SAME else i
        if first and low[first - 1] in ("the", "this", "that", "these", "those", "a", "another"):
            return ActorWords(i, i + 1, "pronoun", noun="they")
    return None


# Those who act in the sentence before: "the same column rolled on", "the units withdrew".
_COLUMNS = frozenset(
    "column columns convoy convoys unit units forces contingent patrol detachment crews".split()
)
_SAME = frozenset("same armoured armored combined advancing retreating attacking".split())
