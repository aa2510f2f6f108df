"""PDF files: words page by page, lines joined to paragraphs, running heads left out.

Pictures of pages hold no words; they are named, never read. What a PDF says about its making is
not when its text was published, so no date is taken from it.
"""

from __future__ import annotations

import io
import logging
import re
import time
import unicodedata
import zlib
from collections import Counter
from collections.abc import Mapping

from geo.documents.language import detect
from geo.documents.plain import boilerplate, read_plain, title_and_publisher
from geo.documents.source import MAX_TEXT, Source, cleaned, one_line
from geo.errors import InputError

__all__ = ["read_pdf"]

MAX_PAGES = 500
MAX_SECONDS = 60.0
MOST_EDGE_LINES = 3
LEAST_CHARACTERS = 40  # a page with fewer is a picture or a blank
_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufeff]+")  # joined shapes of Arabic letters
_DIGITS = re.compile(r"\d+")
_JOINED = re.compile(r"(?<=[a-zé])-\n(?=[a-zé])")
_ENDS = re.compile(r"[.!?:؟。][\"'”’»)\]]*$")


def _pages(data: bytes, name: str) -> tuple[list[str], str, str]:
    """The words of each page, and the title and author the file gives."""
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        return _extracted(data, name)
    except InputError:
        raise
    except (
        PyPdfError,
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        MemoryError,
        NotImplementedError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
        zlib.error,
    ) as exc:  # what damaged files raise inside the library
        raise InputError(
            f"{name} is damaged and cannot be read. Open it in a PDF viewer and save it anew."
        ) from exc


def _extracted(data: bytes, name: str) -> tuple[list[str], str, str]:
    import pypdf

    stop = time.monotonic() + MAX_SECONDS
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not _opened(reader):
        raise InputError(
            f"{name} is locked with a password. Save a copy without it, or paste the text."
        )
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise InputError(f"{name} has {count:,} pages; {MAX_PAGES} are read at once. Split it.")
    pages: list[str] = []
    for page in reader.pages:
        pages.append(page.extract_text())
        if sum(map(len, pages)) > 2 * MAX_TEXT:
            raise InputError(f"{name} holds more than {MAX_TEXT:,} characters. Split it.")
        if time.monotonic() > stop:
            raise InputError(f"{name} takes too long to read. Paste the part that matters.")
    given: Mapping[str, object] = reader.metadata or {}
    return pages, one_line(given.get("/Title")), one_line(given.get("/Author"), 120)


def _opened(reader: object) -> bool:
    """Whether a locked file opens without a password, as files locked against editing do."""
    from pypdf.errors import DependencyError, PyPdfError

    try:
        return bool(reader.decrypt(""))  # type: ignore[attr-defined]
    except (DependencyError, NotImplementedError, PyPdfError):
        return False


def _without_edges(pages: list[list[str]]) -> list[list[str]]:
    """The pages without first and last lines that return on most of them, page numbers apart.

    A second line counts only under a first one that returns.
    """
    if sum(map(bool, pages)) < 3:
        return pages
    pages = [list(page) for page in pages]
    for edge in (0, -1):
        for _ in range(MOST_EDGE_LINES):
            seen = Counter(_DIGITS.sub("#", page[edge]) for page in pages if page)
            line, count = seen.most_common(1)[0] if seen else ("", 0)
            if 2 * count <= sum(map(bool, pages)):
                break
            for page in pages:
                if page and _DIGITS.sub("#", page[edge]) == line:
                    page.pop(edge)
    return pages


def _paragraphs(lines: list[str]) -> str:
    """Wrapped lines joined; a line much shorter than the widest that ends a sentence ends it."""
    full = sorted(map(len, lines))[int(len(lines) * 0.9)] if lines else 0
    parts: list[str] = []
    for line in lines:
        parts.append(line)
        short = len(line) < 0.75 * full
        ends = _ENDS.search(line) is not None
        # A headline: short, no stop, and what follows starts anew.
        parts.append("\n\n" if (short and ends) or len(line) < 0.5 * full else "\n")
    joined = _JOINED.sub("", "".join(parts).strip())
    return re.sub(r"(?<!\n)\n(?!\n)", " ", joined)


def read_pdf(data: bytes, *, name: str) -> Source:
    """A PDF as a report. ``name`` is what messages call it.

    Raises InputError where it is locked, damaged, too long, or holds pictures only.
    """
    raw, title, author = _pages(data, name)
    words = [unicodedata.normalize("NFC", _FORMS.sub(_plain_letters, page)) for page in raw]
    split = [[" ".join(line.split()) for line in page.split("\n")] for page in words]
    pages = [[line for line in page if line] for page in split]
    empty = sum(sum(map(len, page)) < LEAST_CHARACTERS for page in pages)
    if empty == len(pages):
        raise InputError(
            f"{name} holds pictures of pages, not their words. "
            "Run it through text recognition (OCR) first, or paste the text."
        )
    trimmed = _without_edges(pages)
    kept = [[line for line in page if not line.isdigit()] for page in trimmed]
    text = cleaned(_paragraphs([line for page in kept for line in page]))
    guess = read_plain(text)
    title, publisher = title_and_publisher(title)
    given = {"title": title, "author": author, "publisher": publisher}
    notes = []
    if empty:
        notes.append(f"{empty} of {len(pages)} pages hold no words (pictures?) and were not read.")
    if trimmed != pages:
        notes.append("Heads and feet that return on each page were left out.")
    if detect(text).script == "ARABIC":
        notes.append("Words of right-to-left text in a PDF may come out in the wrong order.")
    return Source(
        text=text,
        title=title or guess.title,
        publisher=publisher or guess.publisher,
        author=author or guess.author,
        published=guess.published,
        language=guess.language,
        skipped=boilerplate(text),
        notes=tuple(notes),
        guessed=guess.guessed - {key for key, value in given.items() if value},
    )


def _plain_letters(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match.group())
