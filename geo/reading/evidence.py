"""Judging a proposed name by the words round it: a sum of log odds, set by hand.

For a place speak "in", "town of", "X district", a comma with a country behind it; against it
common words, people, organisations, the start of a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geo.reading.cues import ARTICLES, Scene, starts_name
from geo.reading.inflected import ARABIC_CUES, is_caseless
from geo.reading.lookup import COUNTRIES, Names, Sense
from geo.reading.proposals import Found

__all__ = ["COMPASS", "Judge"]

COMPASS = frozenset("north south east west northern southern eastern western central".split())
_QUOTES = frozenset("‘’'“”\"`")
_NAMED = frozenset("called named as".split())
_INTO = frozenset("in near inside outside around at into across".split())


def _strength(senses: Sequence[Sense]) -> float:
    """What the gazetteer alone says for a name: well-known places are named more often."""
    best = senses[0]
    if best.is_country or best.feature == "CONT":
        return 2.6
    weight = best.weight
    if best.feature == "ADM1" or best.row < 0:
        return 1.6
    # A village of unknown size -0.9, a town of 15,000 +0.5, a city of a million 2.0.
    return max(-1.0, min(2.2, 0.75 * (weight - 4.4)))


class Judge:
    """Weighs names of one text. ``at`` proposes the name that begins with a token."""

    def __init__(self, names: Names, scene: Scene, at: Callable[[int], Found | None]) -> None:
        self.names = names
        self.lex = names.lex
        self.scene = scene
        self.toks = scene.tokens
        self.at = at

    def judge(self, found: Found) -> None:
        """Set the evidence of a name, and whether it names people instead."""
        toks, lex, scene = self.toks, self.lex, self.scene
        first, last = found.first, found.last
        if found.kind != "demonym" and lex.people.get(
            "".join(scene.flat[scene.flat_at[first] : scene.flat_at[first] + (last - first)])
        ):
            people = self.names.demonym(found.text)
            if people:
                found.senses, found.kind = people, "demonym"
        if found.kind == "demonym":
            found.evidence = 1.5
            return
        if found.why:  # a short form
            found.evidence = 2.0
            return
        score = _strength(found.senses)
        if is_caseless(found.text[0]):
            found.evidence = self._caseless(found)
            return
        capitals = sum(t.text[0].isupper() for t in toks[first:last])
        single = capitals <= 1 and last - first <= 3
        word = toks[last - 1].lower if single else ""
        loud = first in scene.loud
        opening = first in scene.opens
        if single:
            score += self._as_word(word, opening=opening, loud=loud)
            text = found.text
            if text.isupper() and len(text) <= 5 and not loud and text.isalpha():
                score -= 3.0  # an acronym
        else:
            score += self._as_words(first, last, score)
        score += self.left(found, opening=opening) + self._right(found)
        if first in scene.person:
            run = scene.runs[scene.run_of[first]] if first in scene.run_of else (0, 0)
            inside = found.strong and toks[first - 1].lower in _INTO and run[1] == last
            covers = scene.run_of.get(first) == scene.run_of.get(last - 1) and capitals > 1
            whole = covers and self._whole_run(first, last) and found.senses[0].weight > 4.6
            score -= 0.5 if whole or inside else 3.2
            found.why.append("part of a person's name")
        if first in scene.organisation and not self._whole_run(first, last):
            score -= 0.6
            found.why.append("part of an organisation's name")
        found.evidence = score

    def _caseless(self, found: Found) -> float:
        """Without capitals only well-known names count, or those behind "town", "in" and so on."""
        at = self.scene.flat_at[found.first]
        before = self.scene.flat[at - 1] if at else ""
        cue = before in ARABIC_CUES or before.removeprefix("و") in ARABIC_CUES
        weight = found.senses[0].weight
        if len(found.text) < 4 and not cue:
            return -1.0
        if self.scene.flat[at] in ARABIC_CUES:
            return -2.0
        if weight > 5.2:
            return 1.6 + cue
        return 1.2 if cue and weight > 3.8 else -1.0

    def _whole_run(self, first: int, last: int) -> bool:
        run = self.scene.run_of.get(first)
        return run is not None and self.scene.runs[run] == (first, last)

    def _as_word(self, word: str, *, opening: bool, loud: bool) -> float:
        """What the word itself says: common words and people's names are rarely places."""
        lex, score = self.lex, 0.0
        grade = lex.grades.get(word)
        if grade is not None:
            cost = {10: 2.8, 20: 2.3, 35: 1.8, 40: 1.4, 50: 1.1, 55: 0.8}[grade]
            score -= cost * (1.2 if opening or loud else 0.75)
        elif opening or loud:
            score -= 0.3
        given, surname = lex.given.get(word), lex.surnames.get(word)
        if given is not None:
            score -= 1.0 if given < 400 else 0.5
        if surname is not None:
            score -= 0.7 if surname < 500 else 0.3
        if word in self.scene.surnames:
            score -= 2.2
        if word in lex.months:
            score -= 4
        return score

    def _as_words(self, first: int, last: int, score: float) -> float:
        """The same for several words: "Far North" is made of common words alone."""
        lex = self.lex
        parts = [t.lower for t in self.toks[first:last] if t.text[0].isalpha()]
        if score > 1.5:
            return 0.5
        if all(word in lex.never or word in lex.kinds or word in ARTICLES for word in parts):
            return -4.0
        if parts[0] in lex.never and parts[0] not in COMPASS and parts[0] in lex.grades:
            return -1.5
        common = [lex.grades.get(word, 99) <= 35 for word in parts]
        if all(common):
            return -1.2 if score < 1.5 else 0.0
        return 0.7

    def left(self, found: Found, *, opening: bool) -> float:
        """What the words before a name say for it."""
        toks, lex = self.toks, self.lex
        first = found.first
        if opening or not first:
            return 0.0
        before = toks[first - 1]
        if before.text in _QUOTES and first > 1:
            first -= 1
            before = toks[first - 1]
        word = before.lower
        two = toks[first - 2].lower if first > 1 else ""
        if word in _NAMED and (two in lex.kinds or toks[max(0, first - 3)].lower in lex.kinds):
            found.strong, found.cue = True, "settled"
            return 2.4
        if word in ("of", "in", "the") and two in lex.kinds and word == "of":
            found.strong, found.cue = True, lex.kinds[two]
            return 2.4
        if word in lex.strong:
            found.strong = True
            return 1.3
        if word in lex.weak:
            return 0.6
        if word in lex.speech:
            return -3.5 if toks[found.first].lower in lex.given else -1.0
        if word == "the":
            feature = found.senses[0].feature if found.senses else ""
            if feature in ("RGN", "SEA", "MTS", "DSRT", "STM", "ISL"):
                return 0.2
            if not found.senses:
                return 0.8 if two in lex.strong else 0.4 if two in lex.weak else -0.4
            return -0.3 if two in lex.strong or two in lex.weak else -0.7
        if word in lex.kinds and not before.text[0].isupper():
            found.strong, found.cue = True, lex.kinds[word]
            return 0.8
        if word in lex.kinds_before and before.text[0].isupper():
            return 0.5
        if word in ("'s", "’s"):
            return 0.2
        if (
            before.text[0].isupper()
            and before.text[0].isalpha()
            and first - 1 not in self.scene.opens
        ):
            if lex.people.get(word) or word in lex.months:
                return -0.2
            return -1.3
        if before.text == "-" and before.end == toks[first].start and first > 1:
            return -0.9 if toks[first - 2].text[0].isupper() else -0.6
        if before.text == "(":
            return 0.3
        if before.text in "@#":
            return -1.5
        return 0.0

    def _right(self, found: Found) -> float:
        toks, lex = self.toks, self.lex
        last = found.last
        if last >= len(toks):
            return 0.0
        after = toks[last]
        word, gap = after.lower, after.start - toks[last - 1].end
        if word in lex.kinds and not word.endswith("."):
            if after.text[0].isupper():
                found.cue = lex.kinds[word]
                return 0.5
            if lex.kinds[word] in ("unit", "settled", "nature"):
                found.strong, found.cue = True, lex.kinds[word]
                return 1.6
            return 0.5
        if word in lex.speech:
            person = toks[last - 1].lower in lex.given
            return -3.5 if person and not found.senses[0].is_unit else -1.2
        if after.text == "," and last + 1 < len(toks) and toks[last + 1].text[0].isupper():
            following = self.at(last + 1) if starts_name(toks, last + 1) else None
            if following is not None and (
                following.senses[0].feature in COUNTRIES
                or following.senses[0].feature == "ADM1"
                or following.why
            ):
                found.strong = True
                return 1.5
            return 0.3
        if after.text == "-" and not gap:
            nxt = toks[last + 1].lower if last + 1 < len(toks) else ""
            if nxt in ("based", "born", "led", "backed", "controlled", "held", "area", "bound"):
                return 1.0
            return -0.4
        if after.text[0].isupper() and after.text[0].isalpha() and gap:
            if word in lex.organisations:
                return -0.5
            return -1.0
        return 0.0
