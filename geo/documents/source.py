"""What a file, a page or a pasted text gives: its words, and what it says about itself."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from geo.dates import DateSpan
from geo.documents.language import Guess, language_name, script_name
from geo.errors import InputError
from geo.model import Report
from geo.reading.words import Document

__all__ = ["MAX_BYTES", "MAX_TEXT", "Skipped", "Source", "blanked", "cleaned", "day_of", "one_line"]

MAX_BYTES = 20 * 2**20
MAX_TEXT = 1_000_000  # characters; a thick book
MAX_LINE = 300
_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x0b|\x0c|\x85")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Skipped:
    """Characters ``start`` to ``end`` of a text that are not read, and why, in words."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """A text with what its source says of itself. Empty or None means: the source does not say.

    ``skipped`` are parts of ``text`` that are kept but not read (menus, credits). ``language`` is
    what the text itself looks like. ``notes`` are sentences for people. ``guessed`` names the
    fields that were taken from the look of a plain text rather than from a labelled field.
    """

    text: str
    title: str = ""
    publisher: str = ""
    author: str = ""
    published: DateSpan | None = None
    url: str = ""
    language: Guess = Guess("und", "")  # noqa: RUF009  (frozen)
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()

    def language_note(self) -> str:
        """One sentence where the text is in a language that is not read, else ""."""
        if self.language.is_read:
            return ""
        name = language_name(self.language.tag) or (
            f"a language Dateline cannot tell, in {script_name(self.language.script)} script"
        )
        return (
            f"The text is in {name}. Events are read in English only; "
            "names of places are looked for all the same."
        )

    def document(self, doc_id: str) -> Document:
        """The text as the reader takes it: skipped parts blanked, characters in their places."""
        return Document(
            doc_id=doc_id,
            text=blanked(self.text, self.skipped),
            title=self.title,
            url=self.url,
            publisher=self.publisher,
            published=self.published,
            language=self.language.tag,
        )

    def report_id(self) -> str:
        """An id of small letters, digits and hyphens, the same for the same words and date."""
        said = "\n".join((self.title, self.publisher, str(self.published), self.url, self.text))
        digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        plain = unicodedata.normalize("NFKD", self.title).encode("ascii", "ignore").decode()
        slug = _SLUG.sub("-", plain.lower()).strip("-")[:48].strip("-")
        day = self.published.latest if self.published else None
        return "-".join(part for part in (day.isoformat() if day else "", slug, digest) if part)

    def report(self, report_id: str) -> Report:
        """The text as a report to keep. A date that is not known stays open."""
        note = f"By {self.author}." if self.author else ""
        return Report(
            id=report_id,
            title=self.title,
            publisher=self.publisher,
            published=self.published or DateSpan(None, None),
            text=self.text,
            url=self.url,
            source_note=note,
            language=self.language.tag,
        )


def blanked(text: str, parts: Iterable[Skipped]) -> str:
    """The text with these parts turned to spaces; all other characters keep their places."""
    for part in parts:
        inside = re.sub(r"[^\n]", " ", text[part.start : part.end])
        text = text[: part.start] + inside + text[part.end :]
    return text


def cleaned(text: str) -> str:
    """The text with line ends as newlines and without control characters.

    Raises InputError where it is empty or longer than is read at once.
    """
    text = _CONTROLS.sub("", _ENDS.sub("\n", text))
    text = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates
    if not text.strip():
        raise InputError("There are no words in it. Paste or choose a text with sentences.")
    if len(text) > MAX_TEXT:
        raise InputError(
            f"The text has {len(text):,} characters; {MAX_TEXT:,} are read at once. "
            "Split it into parts."
        )
    return text


def one_line(text: object, most: int = MAX_LINE) -> str:
    """A field as one line of at most ``most`` characters; "" for what is no text."""
    if not isinstance(text, str):
        return ""
    line = " ".join(_CONTROLS.sub("", text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def day_of(text: object) -> DateSpan | None:
    """The calendar day a machine-readable date starts with, as written: no zone shifts it.

    None for anything else, and for days no source can have been published on.
    """
    found = re.match(r"\s*(\d{4})-?(\d{2})-?(\d{2})(?!\d)", text if isinstance(text, str) else "")
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return DateSpan.day(day) if day.year >= 1800 else None
