"""Who says so: the speakers of a sentence, what they vouch for, and which side they speak for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from geo.reading.actors import Cast
from geo.reading.lexicon import Form, lexicon
from geo.reading.page import ADVERBS, AUX, BE, Page, Speech
from geo.reading.tokens import Sentence
from geo.reading.voice import Resolve, is_said_again, party_of, tier_of

__all__ = ["find_speeches", "party_of", "tier_of"]

# Verbs whose present or plain form is more often a noun ("reports of", "the state").
_ALSO_NOUNS = frozenset(
    "state report claim post note show estimate describe quote call add".split()
)
_QUOTES = frozenset({'"', "“", "”", "«", "»", "„"})
_STOP = frozenset({";", ":", "—", "–"}) | _QUOTES
_LONGEST_NAME = 24
_TAIL = 6  # a verb with fewer words after it closes its sentence ("…, the army said on Friday.")


def _saying(page: Page, i: int) -> str:
    """The kind of speech that begins at token ``i``: say, admit, deny, or ""."""
    words, low = lexicon(), page.low
    word = low[i]
    if word == "tell" and page.toks[i].is_capital:
        return ""  # "Tell Abyad": a hill
    if word in ("claim", "claims", "claimed") and "control" in low[i + 1 : i + 3]:
        return ""  # "claimed control of X" is the event itself
    if word in ("put", "puts") and _counting(low, i):
        return "say"
    denied = words.groups["deny"].get(word)
    said = words.saying.get(word)
    if denied is None and said is None:
        return ""
    before = low[i - 1] if i else ""
    if before in words.groups["deny"] and words.saying.get(word, ("", ""))[0] in _ALSO_NOUNS:
        return ""  # "rejects reports that"
    if before in ("to", "the", "a", "an", "of", "in") or before == "-":
        return ""
    if denied is not None:
        return "" if before in BE else "deny"
    assert said is not None
    lemma, form = said
    following = low[i + 1] if i + 1 < len(low) else ""
    if form == Form.ING:
        if before != ",":
            return ""
    elif form in (Form.BASE, Form.S):
        told = following in ("that", "it", "they", "its") or before in ("it", "he", "she", "they")
        if lemma in _ALSO_NOUNS and not told:
            return ""
    elif form == Form.PAST and _passive(low, i):
        return ""
    if lemma in ("add", "post", "show", "describe", "quote", "note", "warn", "call", "recall") and (
        following not in ("that", "to", ",", ".", "on", "in", "it", "its", "they") and before != ","
    ):
        return "" if lemma in ("show", "describe", "quote", "call", "recall", "post") else "say"
    return "admit" if word in words.groups["admit"] else "say"


def _counting(low: Sequence[str], i: int) -> bool:
    """Whether "put" gives a number: "US officials put its strength at 3,000"."""
    ahead = low[i + 1 : i + 12]
    return bool(ahead) and ahead[0] in ("its", "their", "the", "his") and "at" in ahead


def _passive(low: Sequence[str], i: int) -> bool:
    at = i - 1
    while at >= 0 and low[at] in ADVERBS:
        at -= 1
    return at >= 0 and low[at] in BE


def _name_before(page: Page, sent: Sentence, verb: int) -> tuple[int, int]:
    """The words before a verb of saying that name the speaker."""
    low = page.low
    last = verb
    while last > sent.first and (low[last - 1] in ADVERBS or low[last - 1] in AUX):
        last -= 1
    floor = max(sent.first, last - _LONGEST_NAME)
    at = last
    if at > floor and low[at - 1] == ",":
        # An aside: "A spokesman for the army, Ahmed al-Mismari, said".
        back = at - 2
        while back > floor and low[back] != ",":
            back -= 1
        if low[back] == "," and back > floor:
            at = back
    while at > floor:
        word = low[at - 1]
        if word in _STOP or word in (
            "that",
            "while",
            "but",
            "as",
            "because",
            "when",
            "after",
            "where",
        ):
            break
        if word == ",":
            aside = _aside(page, floor, at - 1)
            if aside is None:
                break
            at = aside
            continue
        if word == "and" and page.verbs(floor, at - 1) and page.commas(floor, at - 1):
            break
        at -= 1
    while at < last and (
        low[at] in ("and", "but", "meanwhile", "however", ",", "later", "also")
        or _date_at(page, at)
    ):
        date_end = _date_at(page, at)
        at = date_end or at + 1
    return at, last


def _aside(page: Page, floor: int, comma: int) -> int | None:
    """Where the name goes on before "…, an armed group, said", or None if it does not."""
    low = page.low
    following = low[comma + 1] if comma + 1 < len(low) else ""
    if following not in ("which", "who", "a", "an", "the", "or", "most"):
        return None
    back = comma - 1
    if page.verbs(floor, comma):
        return None
    while back > floor and low[back - 1] != ",":
        back -= 1
    return back if comma - back <= 10 and following in ("which", "who", "a", "an", "or") else None


def _date_at(page: Page, i: int) -> int | None:
    for date in page.within(page.dates, i, i + 1):
        return date.last
    return None


def _name_after(page: Page, sent: Sentence, start: int) -> tuple[int, int]:
    low = page.low
    at = start
    while at < sent.last and at - start < _LONGEST_NAME:
        word = low[at]
        if word in _STOP or word in ("?", "!", "that", "while", "but", "as", "when"):
            break
        if word == "." and not (at + 1 < sent.last and page.toks[at + 1].is_capital):
            break
        if word == "," and not (at + 1 < sent.last and low[at + 1] in ("a", "an", "who", "which")):
            break
        at += 1
    return start, at


def _content_words(page: Page, first: int, last: int) -> int:
    """Words that tell something among these tokens: dates, hearers and asides left out."""
    count = 0
    at = first
    while at < last:
        end = _date_at(page, at)
        if end:
            at = end
            continue
        count += page.toks[at].is_word
        at += 1
    return count


def find_speeches(
    page: Page, sent: Sentence, cast: Cast, resolve: Resolve, last: Speech | None
) -> list[Speech]:
    """The speeches of one sentence. ``last`` is the speech before it, for "he added"."""
    found: list[Speech] = []
    low = page.low
    floor = sent.first
    for i in range(sent.first, sent.last):
        if len(found) >= _MOST_SPEECHES:
            break
        if low[i] == "according" and i + 1 < sent.last and low[i + 1] == "to":
            name = _name_after(page, sent, i + 2)
            opens = i <= sent.first + 1
            scope = (name[1], sent.last) if opens else (_part_start(page, sent, i), i)
            found.append(_speech(page, scope, i, "say", name, cast, resolve, last))
            continue
        refuted = _refuted(page, sent, i)
        if refuted is not None:
            name = _name_after(page, sent, refuted[1])
            found.append(_speech(page, (refuted[0], i), i, "deny", name, cast, resolve, last))
            continue
        if low[i] in _ACCUSING and not _passive(low, i):
            of = next((n for n in range(i + 1, min(i + 9, sent.last)) if low[n] == "of"), None)
            name = _name_before(page, sent, i)
            if of is not None and name[0] < name[1]:
                scope = (of + 1, sent.last)  # "X accused the army of bombing Y"
                found.append(_speech(page, scope, i, "say", name, cast, resolve, last))
            continue
        kind = _saying(page, i)
        if not kind:
            continue
        if found and low[i - 1] == "," and lexicon().saying.get(low[i], ("", ""))[1] == Form.ING:
            before = found[-1]  # "…, the army said, adding that …"
            found.append(
                Speech(i + 1, sent.last, i, kind, before.speaker, before.party, before.name)
            )
            continue
        if found and low[i - 1] == "and" and found[-1].first < i:
            before = found[-1]  # "the army acknowledged that … and said it would …"
            found[-1] = replace(before, last=min(before.last, i - 1))
            found.append(
                Speech(i + 1, sent.last, i, kind, before.speaker, before.party, before.name)
            )
            continue
        name = _name_before(page, sent, i)
        if kind == "deny" and name[0] > sent.first and low[name[0] - 1] in ("while", "when", "as"):
            name = (sent.first, i)  # "A statement sent out while he spoke dismissed reports of"
        if name[0] >= name[1] and low[i - 1] == "and":
            name = _subject(page, sent, i)  # "The rebels posted pictures, and said that"
        after = low[i + 1] if i + 1 < sent.last else ""
        inverted = name[0] >= name[1] and i > sent.first and low[i - 1] in (*_QUOTES, ",")
        if inverted:
            name = _name_after(page, sent, i + 1)
        elif name[0] >= name[1]:
            continue
        closes = (
            inverted
            or after in (".", "")
            or (
                after != "that"
                and _content_words(page, i + 1, _clause_end(page, sent, i)) < _TAIL
                and name[0] > sent.first
                and low[name[0] - 1] in (",", *_QUOTES)
            )
        )
        if closes:
            scope = (_speech_floor(found, floor), name[0] if not inverted else i)
            end = _clause_end(page, sent, i)
            if (
                end < sent.last - 3
                and name[0] > sent.first
                and low[name[0] - 1] == ","
                and low[end] == ","
            ):
                scope = (scope[0], sent.last)  # "…, the army said, …"
        else:
            scope = (i + 1, sent.last)
        if found and scope[0] < found[-1].last and not closes and found[-1].first < name[0]:
            earlier = found[-1]
            found[-1] = (
                Speech(
                    earlier.first,
                    max(earlier.first, name[0]),
                    earlier.verb,
                    earlier.kind,
                    earlier.speaker,
                    earlier.party,
                    earlier.name,
                )
                if _breaks(page, earlier, name[0])
                else earlier
            )
        found.append(
            _speech(page, scope, i, kind, name, cast, resolve, found[-1] if found else last)
        )
    return found


def _subject(page: Page, sent: Sentence, verb: int) -> tuple[int, int]:
    """The words before the sentence's first verb, where they stand for its only subject."""
    low = page.low
    first = next((n for n in range(sent.first, verb) if page.verbs(n, n + 1)), None)
    if first is None or first - sent.first > _LONGEST_NAME or "," in low[sent.first : first]:
        return verb, verb
    if low[sent.first] in _CLAUSES or not _CLAUSES.isdisjoint(low[first:verb]):
        return verb, verb
    return sent.first, first


_CLAUSES = frozenset("when while as after before where because although though if that".split())
_ACCUSING = frozenset("accuse accuses accused".split())
_MOST_SPEECHES = 40  # in one sentence; more stand only in texts that are no prose
_UNTRUE = frozenset("false untrue baseless unfounded fabricated fake lies wrong".split())
_TALES = frozenset(
    "tales tale talk stories news rumour rumor report rumours rumors reports claims allegations "
    "suggestions accounts".split()
)
_LONGEST_TALE = 40  # words of what is denied
_AWAY = (("waved", "away"), ("brushed", "aside"), ("brushed", "off"), ("shrugged", "off"))


def _refuted(page: Page, sent: Sentence, i: int) -> tuple[int, int] | None:
    """In "reports that X fell were denied by Y": where what is denied and the name begin."""
    low = page.low
    two = tuple(low[i : i + 2])
    if two not in _AWAY and low[i] not in lexicon().groups["deny"] and low[i] not in _UNTRUE:
        return None
    if not _passive(low, i):
        return None
    by = next((n for n in range(i + 1, min(i + 4, sent.last)) if low[n] == "by"), None)
    for at in range(max(sent.first, i - _LONGEST_TALE), i - 1):
        if low[at] in _TALES and low[at + 1] not in ("that", "of"):
            that = next((n for n in range(at + 1, min(at + 8, i)) if low[n] == "that"), None)
            if that is not None:
                return that + 1, (by + 1 if by is not None else sent.last)
        if low[at] in _TALES and low[at + 1] in ("that", "of"):
            return at + 2, (by + 1 if by is not None else sent.last)
    return None


def _told_by_observer(page: Page, verb: int) -> bool:
    """Whether "it" is an independent voice, the subject of the sentence before."""
    at = bisect_right(page.sents, verb, key=lambda sent: sent.first) - 1
    if at < 1:
        return False
    before = page.sents[at - 1]
    for n in range(before.first, before.last):
        if page.low[n] in lexicon().independent:
            return True
        if page.verbs(n, n + 1):
            return False
    return False


def _breaks(page: Page, earlier: Speech, at: int) -> bool:
    """Whether a new clause with a speaker of its own ends the speech before it."""
    return any(
        page.low[n] in ("while", "but", "and", ";") for n in range(max(earlier.first, at - 2), at)
    )


def _speech_floor(found: Sequence[Speech], floor: int) -> int:
    return max([floor, *(speech.last for speech in found if speech.verb < speech.last)])


def _part_start(page: Page, sent: Sentence, i: int) -> int:
    """Where the part of the sentence that ", according to X" vouches for begins."""
    for at in range(i - 1, sent.first, -1):
        if page.low[at] in (";", "while", "but"):
            return at
    return sent.first


def _clause_end(page: Page, sent: Sentence, i: int) -> int:
    for at in range(i + 1, sent.last):
        if page.low[at] in (",", ".", ";", "?", "!"):
            return at
    return sent.last


def _speech(
    page: Page,
    scope: tuple[int, int],
    verb: int,
    kind: str,
    name: tuple[int, int],
    cast: Cast,
    resolve: Resolve,
    last: Speech | None,
) -> Speech:
    words = page.text(*name)
    party = party_of(page, name, cast, resolve)
    while name[1] - name[0] > 1 and page.low[name[1] - 1] == ",":
        name = (name[0], name[1] - 1)
        words = page.text(*name)
    alone = page.low[name[0]] if name[1] - name[0] == 1 else ""
    if last is not None and (
        alone in ("he", "she") or (alone in ("it", "they") and last.party is None and party is None)
    ):
        words, party = last.speaker, last.party
    elif last is not None and party is None and last.party and is_said_again(page, name):
        party = last.party  # "Its defence minister said … The ministry added that …"
    elif alone == "it" and _told_by_observer(page, verb):
        party = None
    return Speech(scope[0], scope[1], verb, kind, words, party, name)
