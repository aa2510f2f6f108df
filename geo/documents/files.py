"""A file or an address by its kind, told from its first bytes before its name."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from geo.documents.docx import read_docx
from geo.documents.feed import is_feed, read_feed
from geo.documents.fetch import fetch
from geo.documents.html import read_html
from geo.documents.pdf import read_pdf
from geo.documents.plain import decoded, read_plain
from geo.documents.source import MAX_BYTES, Source
from geo.errors import InputError

__all__ = ["KINDS", "read_address", "read_bytes", "read_file"]

KINDS = ("txt", "md", "html", "htm", "pdf", "docx", "rss", "atom", "xml")
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<?xml")
_OLD_WORD = b"\xd0\xcf\x11\xe0"


def read_bytes(
    data: bytes, *, name: str, url: str = "", kind: str = "", charset: str = ""
) -> list[Source]:
    """The reports in a file: one, or as many as a feed has entries.

    ``name`` is what messages call it; its ending and ``kind`` (a MIME type) matter only where
    the bytes do not say what they are. Raises InputError where it cannot be read.
    """
    if len(data) > MAX_BYTES:
        raise InputError(f"{name} is larger than 20 MB. Split it, or paste the text that matters.")
    if not data.strip():
        raise InputError(f"{name} is empty.")
    ending = Path(name).suffix.lower()
    if b"%PDF-" in data[:1024]:
        return [read_pdf(data, name=name)]
    if data.startswith(b"PK") and zipfile.is_zipfile(BytesIO(data)):
        return [read_docx(data, name=name)]
    if data.startswith(_OLD_WORD):
        raise InputError(
            f"{name} is an old Word file, or locked with a password. Save it as an open .docx."
        )
    if data.startswith(b"{\\rtf"):
        raise InputError(f"{name} is a rich text file (RTF). Save it as .docx or .txt.")
    if is_feed(data):
        return read_feed(data, name=name, url=url)
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    marked = head.startswith(_HTML) or (head.startswith(b"<!--") and b"<html" in data[:5000])
    if marked or kind in ("text/html", "application/xhtml+xml") or ending in (".html", ".htm"):
        return [read_html(data, name=name, url=url, charset=charset)]
    for wrong, what in ((".pdf", "PDF"), (".docx", "Word")):
        if ending == wrong:
            raise InputError(f"{name} is not a {what} file, or is damaged. Save it anew.")
    return [read_plain(decoded(data, name=name, charset=charset))]


def read_file(path: Path) -> list[Source]:
    """The reports in a file on disk. Raises InputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}.") from exc
    return read_bytes(data, name=path.name)


def read_address(url: str) -> list[Source]:
    """The report, or the feed's reports, at an address that a person typed.

    Raises InputError where it cannot be had or read.
    """
    got = fetch(url)
    name = f"the page {url[:100]}"
    return read_bytes(got.data, name=name, url=got.url, kind=got.kind, charset=got.charset)
