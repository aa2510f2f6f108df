"""What a bundle says of itself in plain words: its README."""

from __future__ import annotations

from collections.abc import Sequence

from geo.bundle.needs import Needs
from geo.dates import DateSpan
from geo.passing_on import LeftOut
from geo.view import View
from geo.workspace import Project

__all__ = ["readme"]

_FILES = (
    ("picture.png, picture.svg", "the map as a picture"),
    ("alt.txt, caption.txt", "the picture in words"),
    ("table.csv", "the events shown, one row each, for a spreadsheet"),
    ("citations.txt, sources.bib, sources.json", "the sources to cite (text, BibTeX, CSL-JSON)"),
    ("reports.json, events.json, actors.json, lines.json", "what the map is made of"),
    ("view.json, project.json, options.json", "what is shown of it, and how"),
    ("left-out.json", "counts of rows that may not be passed on"),
    ("manifest.json", "versions, and a checksum (SHA-256) of every file"),
)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def readme(
    project: Project, view: View, needs: Needs, notes: Sequence[str], left: LeftOut, version: str
) -> str:
    """The README of a bundle; it names no program but ours and no address."""
    day = DateSpan.day(view.until).words() if view.until else ""
    evidence = len(needs.events) - needs.shown
    lines = [
        _one_line(project.title),
        _one_line(project.deck),
        f"As of {day}.",
        "",
        "This is a Dateline bundle: a map with everything it is made of, sealed.",
        "It opens as a zip archive anywhere. To see the map itself again:",
        "",
        "    python -m geo bundle open FILE.dateline -o map.png",
        "    streamlit run dashboard.py -- --bundle FILE.dateline",
        "",
        "To see whether anything was changed since it was made:",
        "",
        "    python -m geo bundle check FILE.dateline",
        "",
        "The check finds every change to the file by somebody who did not make a new seal. To",
        "rule that out too, compare the checksum that it prints with the one the sender tells you.",
        "",
        f"Inside: {needs.shown:,} events that the map shows, {evidence:,} more that say who held",
        f"what on its days, and the {len(needs.reports):,} reports they were read in.",
        f"{needs.apart:,} events that the map's filters hide stayed behind.",
    ]
    if notes:
        lines += ["", "Held back or left out:", *(f"- {_one_line(note)}" for note in notes)]
    lines += [f"- {_one_line(row.words())}" for row in left.rows]
    lines += ["", "Files:", *(f"- {names}: {what}" for names, what in _FILES)]
    lines += [
        "",
        "Every report keeps the licence that stands beside it in reports.json. Borders and the",
        "base map are credited on the picture.",
        f"Made with Dateline {version}; the exact versions stand in manifest.json.",
    ]
    return "\n".join(line for n, line in enumerate(lines) if line or n != 1) + "\n"
