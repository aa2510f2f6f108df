"""The reports behind a view as a list to cite: plain text, BibTeX, CSL-JSON.

Only what a report's source gives is cited; a missing address or date is left out, never made up.
A title in our own words stands in square brackets, as is usual for titles supplied by the citer.
CSL-JSON: Citation Style Language 1.0.2, item type ``article-newspaper``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

import orjson

from geo.model import Report

__all__ = ["bibtex", "csl_json", "plain_citations"]

OWN_WORDS = "own words"  # the licence of a report retold by us
_BIBTEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def _line(text: str) -> str:
    """One line without control characters."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(kept).split())


def _address(report: Report) -> str:
    """The report's address if it is one a reader can open."""
    try:
        parts = urlsplit(report.url.strip())
    except ValueError:
        return ""
    usable = parts.scheme in ("http", "https") and parts.netloc
    return report.url.strip() if usable and not re.search(r"[\s<>\"{}]", report.url.strip()) else ""


def _title(report: Report) -> str:
    title = _line(report.title)
    return f"[{title}]" if report.licence == OWN_WORDS else f"“{title}”"


def _days(report: Report) -> tuple[date, ...]:
    """First and last day of publication; one if they are the same; none where not given."""
    first, last = report.published.start, report.published.end
    return tuple(dict.fromkeys(day for day in (first, last) if day))


def plain_citations(reports: Iterable[Report]) -> str:
    """One line per report: publisher, title, date, address or where it was read."""
    lines = []
    for report in reports:
        where = _address(report) or _line(report.source_note)
        parts = [_line(report.publisher), _title(report), report.published.words()]
        end = where if where.endswith(".") or _address(report) else f"{where}."
        lines.append(f"{', '.join(p for p in parts if p)}. {end if where else ''}".strip())
    return "\n".join(lines) + ("\n" if lines else "")


def _escaped(text: str) -> str:
    return "".join(_BIBTEX.get(c, c) for c in _line(text))


def _keys(reports: Iterable[Report]) -> dict[str, str]:
    """A BibTeX key per report id: ASCII letters, digits and hyphens, no two alike."""
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for report in reports:
        stem = unicodedata.normalize("NFKD", report.id).encode("ascii", "ignore").decode()
        stem = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-") or "report"
        key, number = stem, 1
        while key in taken:
            number += 1
            key = f"{stem}-{number}"
        taken.add(key)
        keys[report.id] = key
    return keys


def bibtex(reports: Iterable[Report]) -> str:
    """BibTeX entries (UTF-8) of the reports."""
    listed = list(reports)
    keys = _keys(listed)
    entries = []
    for report in listed:
        fields = {
            "title": f"{{{_escaped(_title(report).strip('“”'))}}}",
            "journal": _escaped(report.publisher),
            "note": _escaped(report.source_note),
            "language": _escaped(report.language),
        }
        days = _days(report)
        if days and report.published.start:
            fields["year"] = str(days[0].year)
            if len({(day.year, day.month) for day in days}) == 1:
                fields["month"] = _MONTHS[days[0].month - 1]
            fields["date"] = "/".join(day.isoformat() for day in days)
        address = _address(report)
        if address:
            # Percent and hash signs stand in addresses as they are; they must not be escaped.
            fields["url"] = address.replace("\\", "%5C")
        body = ",\n".join(
            f"  {name} = {value if name == 'month' else '{' + value + '}'}"
            for name, value in fields.items()
            if value and value != "{}"
        )
        entries.append(f"@article{{{keys[report.id]},\n{body}\n}}\n")
    return "\n".join(entries)


def csl_json(reports: Iterable[Report]) -> str:
    """The reports as a CSL-JSON array, for reference managers."""
    items = []
    for report in reports:
        item: dict[str, object] = {
            "id": report.id,
            "type": "article-newspaper",
            "title": _title(report).strip("“”"),
            "container-title": _line(report.publisher),
            "language": report.language,
        }
        days = _days(report)
        if days and report.published.start:
            issued: dict[str, object] = {"date-parts": [[d.year, d.month, d.day] for d in days]}
            if report.published.approximate:
                issued["circa"] = True
            item["issued"] = issued
        if _address(report):
            item["URL"] = _address(report)
        if report.source_note:
            item["note"] = _line(report.source_note)
        items.append(item)
    return orjson.dumps(items, option=orjson.OPT_INDENT_2).decode() + "\n"
