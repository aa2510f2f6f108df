"""Names that the gazetteer lacks, found by the words beside them: "the town of X", "X district"."""

from __future__ import annotations

import re

from geo.reading.cues import ARTICLES, Scene
from geo.reading.evidence import COMPASS, Judge
from geo.reading.proposals import Found

__all__ = ["Unnamed"]

_GENERIC = frozenset(
    "international national military main central general public police high state city refugee "
    "local old new royal grand private regional municipal provincial federal civil civilian "
    "primary secondary medical teaching university community training air naval army "
    "border".split()
)
_INNER_CAPITAL = re.compile(r"^(?!Mc|Mac|De|La|Le|O['’])\w*[a-z][A-Z]|[A-Z]{2}")
_MEASURE = re.compile(r"\s(?:some |about |around |roughly )?\d[\d.,]*[ -]?(?:km|kilomet|miles?\b)")


class Unnamed:
    """Looks at the capitalised words of one text that no proposed name took."""

    def __init__(self, scene: Scene, judge: Judge) -> None:
        self.scene = scene
        self.judge = judge
        self.lex = judge.lex
        self.toks = scene.tokens

    def find(self, taken: set[int]) -> list[Found]:
        """Such names with their evidence; ``taken`` are the tokens of other names."""
        found = []
        for start, end in self.scene.runs:
            if any(i in taken or i in self.scene.group for i in range(start, end)):
                continue
            item = self._unknown(start, end)
            if item is not None:
                found.append(item)
        return found

    def _unknown(self, start: int, end: int) -> Found | None:
        toks, lex, scene = self.toks, self.lex, self.scene
        while start < end - 1 and start in scene.opens and toks[start].lower in lex.grades:
            start += 1
        while end - start > 1 and toks[end - 1].lower in ("'s", "’s"):
            end -= 1
        parts = [t for t in toks[start:end] if t.text[0].isalpha()]
        arabic = len(parts) > 1 and parts[0].lower in ARTICLES
        parts = [t for t in parts if t.lower not in ARTICLES] if arabic else parts
        if not parts or len(parts) > 7:
            return None
        if len(parts) == 1 and parts[0].lower in lex.never:
            return None
        text = scene.text[toks[start].start : toks[end - 1].end]
        item = Found(start, end, toks[start].start, toks[end - 1].end, text, ())
        left = self.judge.left(item, opening=start in scene.opens)
        score = -1.3 + left * 1.2 + (0.6 if arabic else 0.0)
        tail, head = parts[-1].lower, parts[0].lower
        kind = lex.kinds.get(tail) if len(parts) > 1 else None
        if kind is None and len(parts) > 1 and head in lex.kinds_before:
            kind = lex.kinds.get(head, "nature")
        if kind is not None:
            if all(t.lower in lex.never or t.lower in lex.kinds for t in parts):
                return None
            if head in lex.never and head not in COMPASS and head not in lex.kinds:
                return None
            score += 2.0
            item.cue = kind
            rest = [t.lower for t in parts if t.lower not in lex.kinds]
            if all(w in _GENERIC for w in rest):
                return None  # "International Airport", "Military Base"
            if kind in ("unit", "settled") and all(lex.grades.get(w, 99) <= 50 for w in rest):
                score -= 2.0  # "Member States", "Priority Areas"
        elif end < len(toks):
            after = toks[end].lower
            if lex.kinds.get(after) in ("unit", "settled", "nature"):
                score += 2.2
                item.cue = lex.kinds[after]
            elif after == "," and _MEASURE.match(scene.text, toks[end].end):
                score += 3.0  # "X, 30 km north of Y"
            elif after == "," and self._apposed_kind(end + 1):
                score += 2.2  # "X, a town in Y"
                item.cue = "settled"
        if len(parts) == 1:
            grade = lex.grades.get(head)
            score -= 0.0 if grade is None else 1.5 + (55 - grade) / 30
            if head in lex.given or head in lex.surnames:
                score -= 1.5
            if len(head) < 4:
                score -= 1.0
            if head in scene.surnames:
                score -= 2.5
        elif kind is None:
            score -= 0.3
            if parts[0].lower in lex.given and not item.strong:
                score -= 1.2
        if text.isupper() and len(text) <= 6:
            score -= 2.5
        if any(_INNER_CAPITAL.search(t.text) for t in parts):
            score -= 2.0  # "CoPR", "PoCs"
        if start in scene.loud:
            score -= 0.8
        if any(i in scene.person for i in range(start, end)):
            score -= 0.5 if kind is not None or item.cue or item.strong else 2.5
        if tail in lex.organisations or any(i in scene.organisation for i in range(start, end)):
            score -= 2.5
        if any(t.lower in lex.months for t in parts):
            score -= 3
        item.evidence = score
        item.why.append("known by the words beside it alone")
        return item

    def _apposed_kind(self, index: int) -> bool:
        """Whether ", a (strategic) town", ", the capital" follows."""
        toks = self.toks[index : index + 5]
        if not toks or toks[0].lower not in ("a", "an", "the", "another"):
            return False
        return any(
            self.lex.kinds.get(t.lower) in ("settled", "unit")
            or t.lower in ("capital", "stronghold")
            for t in toks[1:4]
        )
