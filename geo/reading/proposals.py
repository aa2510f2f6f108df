"""Proposing names: what in a text the gazetteer knows, longest first, and short forms.

Nothing is judged here; ``evidence`` does that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from geo.gazetteer.names import core
from geo.reading.cues import ARTICLES, Scene, starts_name
from geo.reading.inflected import readings
from geo.reading.lookup import Names, Sense

__all__ = ["Found", "Proposer"]

LONGEST = 6  # folded words in a name


@dataclass(slots=True)
class Found:
    """A name proposed: tokens ``first`` to ``last`` (half open), its senses and its evidence."""

    first: int
    last: int
    start: int
    end: int
    text: str
    senses: tuple[Sense, ...]
    evidence: float = 0.0
    kind: str = "place"
    cue: str = ""
    why: list[str] = field(default_factory=list)
    strong: bool = False  # the words beside it speak for a place


class Proposer:
    """Names that the gazetteer has in one text."""

    def __init__(self, names: Names, scene: Scene) -> None:
        self.names = names
        self.lex = names.lex
        self.scene = scene
        self.toks = scene.tokens

    def propose(self) -> list[Found]:
        """All names in order; none overlaps another."""
        found: list[Found] = []
        index, count = 0, len(self.toks)
        while index < count:
            if not starts_name(self.toks, index) or self._idle(index):
                index += 1
                continue
            best = self.at(index)
            if best is None:
                index += 1
                continue
            index = best.last
            if best.first not in self.scene.group:
                found.append(best)
        return found

    def _stretches(self, words: Sequence[str], start: int) -> list[tuple[int, str]]:
        """Known names that begin at a folded word, longest first: where each ends, and its key."""
        known, found, key = self.names.world.known, [], ""
        for at in range(start, min(start + LONGEST, len(words))):
            if not words[at]:
                break
            key += words[at]
            if known(key):
                found.append((at + 1, key))
        return found[::-1]

    def _idle(self, index: int) -> bool:
        """Whether it is a word like "The" or "He" with no capital behind it: no need to look."""
        if self.toks[index].lower not in self.lex.never or index + 2 >= len(self.toks):
            return False
        following = self.toks[index + 1]
        return not following.text[0].isupper() and following.text not in ("-", ".", "’", "'")

    def at(self, index: int) -> Found | None:
        """The longest name that begins here, preferring one that the words round it allow."""
        toks, scene = self.toks, self.scene
        short = self._short(index)
        if short is not None:
            return short
        for end, key in self._stretches(scene.flat, scene.flat_at[index]):
            last = scene.owner[end - 1] + 1
            # The stretch must end where a token ends.
            if end < len(scene.flat) and scene.owner[end] == last - 1:
                continue
            if last == index + 1 and toks[index].lower in self.lex.never:
                continue
            if not self._well_cut(index, last):
                continue
            text = scene.text[toks[index].start : toks[last - 1].end]
            senses = self._senses(text, key, last - index)
            if senses:
                known = Found(index, last, toks[index].start, toks[last - 1].end, text, senses)
                longer = self._hyphenated(index)
                return longer if longer is not None and longer.last > last else known
        return self._demonym(index) or self._hyphenated(index) or self._inflected(index)

    def _hyphenated(self, index: int) -> Found | None:
        """A name with an Arabic article inside, under another spelling: "Deir el-Zour"."""
        run = self.scene.run_of.get(index)
        if run is None or self.scene.runs[run][0] != index:
            return None
        last = self.scene.runs[run][1]
        words = [t.lower for t in self.toks[index:last]]
        if not 3 <= len(words) <= 6 or not any(word in ARTICLES for word in words):
            return None
        start, end = self.toks[index].start, self.toks[last - 1].end
        text = self.scene.text[start:end]
        senses = self.names.spelled_otherwise(core(text))
        return Found(index, last, start, end, text, senses) if senses else None

    def _inflected(self, index: int) -> Found | None:
        """A name in another script, without its prefix or ending."""
        token, at = self.toks[index], self.scene.flat_at[index]
        if token.text[0] < "\u0400" or at >= len(self.scene.flat):
            return None
        word = self.scene.flat[at]
        for form, cut in readings(word)[1:]:
            following = self.scene.flat[at + 1 : at + LONGEST]
            for stretch, key in self._stretches([form, *following], 0):
                last = self.scene.owner[at + stretch - 1] + 1
                senses = self.names.senses(key)
                if senses and senses[0].weight > 4.5:
                    start, end = token.start + cut, self.toks[last - 1].end
                    return Found(index, last, start, end, self.scene.text[start:end], senses)
        return None

    def _well_cut(self, index: int, last: int) -> bool:
        final = self.toks[last - 1]
        if final.lower in ("'s", "’s"):
            return False
        if final.lower in ARTICLES and last < len(self.toks) and self.toks[last].text in "-–":
            return False
        if not (final.text[0].isupper() or final.text[0].isdigit()) and not starts_name(
            self.toks, last - 1
        ):
            return last - index > 1 and final.lower in self.lex.kinds
        # Not in the middle of a hyphenated name, unless both halves may stand alone.
        before = self.toks[index - 1] if index else None
        return not (
            before is not None
            and before.text == "-"
            and before.end == self.toks[index].start
            and index > 1
            and self.toks[index - 2].lower in ARTICLES
        )

    def _senses(self, text: str, key: str, length: int) -> tuple[Sense, ...]:
        code = length == 1 and text.isupper() and len(text) <= 4
        senses = self.names.senses(key, code=code) if code else self.names.senses(key)
        if len(key) < 4 and key.isascii():
            senses = tuple(s for s in senses if s.rung == "exact" or s.weight > 5.5)
            if len(key) < 3:
                senses = tuple(s for s in senses if s.weight > 6.5 or text.isupper())
        return senses

    def _short(self, index: int) -> Found | None:
        """Abbreviations: "U.S.", "Ky.", and two capitals behind a comma."""
        token = self.toks[index]
        text, last = token.text, index + 1
        if "." not in text and last < len(self.toks) and self.toks[last].text == ".":
            if text + "." in self.lex.press and self.toks[last].start == token.end:
                text, last = text + ".", last + 1
                if text[:-1].lower() in self.lex.grades and not self._after_town(index):
                    return None
            elif text + "." in self.lex.full_names:
                text, last = text + ".", last + 1
        comma = index > 0 and self.toks[index - 1].text == ","
        senses = self.names.short_form(text, after_comma=comma) if len(text) < 8 else ()
        if not senses:
            return None
        if "." not in text and text + "." in self.lex.press and not comma:
            return None  # "La", "Del": only as in "Baton Rouge, La"
        if text == "US" and last < len(self.toks) and self.toks[last].text == "$":
            return None
        end = self.toks[last - 1].end
        short = Found(index, last, token.start, end, text, senses)
        short.why.append("a short form")
        return short

    def _after_town(self, index: int) -> bool:
        return index > 1 and self.toks[index - 1].text == ","

    def _demonym(self, index: int) -> Found | None:
        token = self.toks[index]
        for last in (index + 3, index + 2, index + 1):
            if last > len(self.toks) or not self.toks[last - 1].text[0].isupper():
                continue
            if last == index + 2 and self.toks[index + 1].text == "-":
                continue
            text = self.scene.text[token.start : self.toks[last - 1].end]
            senses = self.names.demonym(text)
            if senses:
                found = Found(index, last, token.start, self.toks[last - 1].end, text, senses)
                found.kind = "demonym"
                return found
        return None
