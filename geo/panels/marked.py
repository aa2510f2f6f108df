"""A report's text with what was found in it marked: the one place where text becomes HTML.

Every character of a report goes through ``html.escape``; the tags and classes are ours alone, and
Streamlit cleans what it is given once more. Each line is a paragraph that finds its own writing
direction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from geo.model import Actor

__all__ = ["STYLE", "Mark", "actor_spans", "marked", "quoted"]

MOST_MARKS = 4000

# Marks differ in line as well as in colour, and the colours are see-through for dark pages.
STYLE = """<style>
.dlr-text {line-height: 1.7; overflow-wrap: anywhere}
.dlr-text p {margin: 0 0 .7em; text-align: start}
.dlr-text span.place {background: rgba(47,125,160,.2); border-bottom: 2px solid rgb(47,125,160)}
.dlr-text span.other {border-bottom: 2px dotted rgba(120,120,120,.9)}
.dlr-text span.unplaced {background: rgba(214,120,20,.16);
  border-bottom: 2px dashed rgb(214,120,20)}
.dlr-text span.actor {font-weight: 700}
.dlr-text span.trigger {text-decoration: underline double rgb(170,60,110);
  text-underline-offset: 3px}
.dlr-text span.event {background-color: rgba(170,60,110,.09)}
.dlr-text span.place.event {background: rgba(47,125,160,.24)}
.dlr-text span.skipped {opacity: .5; text-decoration: line-through}
.dlr-text sup {font-weight: 700; color: rgb(170,60,110); padding: 0 .15em; user-select: none}
.dlr-key {font-size: .86em; opacity: .9; line-height: 2}
.dlr-quote {border-inline-start: 3px solid rgba(120,120,120,.45); padding-inline-start: .7em;
  line-height: 1.5; overflow-wrap: anywhere}
</style>"""
KEY = (
    '<div class="dlr-text dlr-key"><span class="place">place</span> · '
    '<span class="other">named only</span> · '
    '<span class="unplaced">no place known</span> · <span class="actor">actor</span> · '
    '<span class="event"><sup>1</sup>words of an <span class="trigger">event</span></span> · '
    '<span class="skipped">not read</span></div>'
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters ``start`` to ``end`` of a text, and what they are: a class of ``STYLE``.

    ``label`` is told on pointing at it; ``number`` stands before its first character.
    """

    start: int
    end: int
    kind: str
    label: str = ""
    number: int = 0


def _cut(text: str, marks: Iterable[Mark]) -> list[Mark]:
    """The marks that lie within the text, in order, as many as a page can bear."""
    found = [m for m in marks if 0 <= m.start < m.end <= len(text)]
    return sorted(found, key=lambda m: (m.start, -m.end))[:MOST_MARKS]


def _pieces(text: str, marks: Sequence[Mark], start: int, end: int) -> list[str]:
    """The text from ``start`` to ``end`` in spans with the classes of all marks over them."""
    inside = [m for m in marks if m.start < end and m.end > start]
    edges = sorted({start, end, *(m.start for m in inside), *(m.end for m in inside)})
    edges = [edge for edge in edges if start <= edge <= end]
    pieces: list[str] = []
    for low, high in pairwise(edges):
        over = [m for m in inside if m.start <= low and m.end >= high]
        numbers = "".join(f"<sup>{m.number}</sup>" for m in over if m.number and m.start == low)
        words = escape(text[low:high], quote=True)
        if over:
            kinds = " ".join(dict.fromkeys(m.kind for m in over))
            label = " · ".join(dict.fromkeys(m.label for m in over if m.label))
            title = f' title="{escape(label, quote=True)}"' if label else ""
            words = f'<span class="{kinds}"{title}>{words}</span>'
        pieces.append(numbers + words)
    return pieces


def marked(text: str, marks: Iterable[Mark]) -> str:
    """The text as HTML, a paragraph for each line that has words."""
    found = _cut(text, marks)
    paragraphs: list[str] = []
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        if line.strip():
            near = [m for m in found if m.start < end and m.end > at]
            paragraphs.append(f'<p dir="auto">{"".join(_pieces(text, near, at, end))}</p>')
        at = end + 1
    return f'<div class="dlr-text">{"".join(paragraphs)}</div>'


def quoted(text: str, start: int, end: int, marks: Iterable[Mark]) -> str:
    """Some words of the text as HTML, with the marks that fall in them; no numbers."""
    plain = [Mark(max(m.start, start), min(m.end, end), m.kind, m.label) for m in marks]
    inside = _cut(text, plain)
    words = "".join(_pieces(text, inside, start, end)).replace("\n", " ")
    return f'<div class="dlr-text dlr-quote" dir="auto">{words}</div>'


def actor_spans(text: str, actors: Iterable[Actor]) -> list[tuple[int, int, Actor]]:
    """Where actors are called by one of their names, whole words only, the longest name first.

    Case counts, or "is" would be IS; only a first small letter may be a capital.
    """
    owners: dict[str, Actor] = {}
    for actor in actors:
        for name in (
            actor.name,
            actor.short,
            *(n for each in actor.aliases.values() for n in each),
        ):
            if len(name) > 1:
                owners.setdefault(name, actor)
                owners.setdefault(name[0].upper() + name[1:], actor)
    if not owners:
        return []
    names = sorted(map(re.escape, owners), key=len, reverse=True)
    matches = re.finditer(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", text)
    return [(match.start(), match.end(), owners[match.group()]) for match in matches]
