"""Documents in: pasted text, .txt, .html, .pdf, .docx, a page's address, an RSS or Atom feed."""

from geo.documents.files import KINDS, read_address, read_bytes, read_file
from geo.documents.plain import boilerplate, read_plain
from geo.documents.source import Skipped, Source

__all__ = [
    "KINDS",
    "Skipped",
    "Source",
    "boilerplate",
    "read_address",
    "read_bytes",
    "read_file",
    "read_plain",
]
