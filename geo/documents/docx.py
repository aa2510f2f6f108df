"""Word files (.docx): paragraphs and table cells in the order of the page.

Read straight from the file's XML, with limits on what a small file may unpack to and without
ever resolving what it points at. Text struck out by tracked changes is left out; footnotes,
headers and pictures are not read. The day a file was made is not when it was published.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from geo.documents.plain import read_plain
from geo.documents.source import Source, one_line
from geo.errors import InputError

__all__ = ["parse_xml", "read_docx"]

MAX_XML = 40 * 2**20  # unpacked
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_DC = "{http://purl.org/dc/elements/1.1/}"


def parse_xml(data: bytes, *, name: str) -> Any:
    """The root of an XML document that names no entities and asks for nothing outside.

    Raises InputError for anything else.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as exc:
        raise InputError(f"{name} is damaged and cannot be read ({str(exc)[:120]}).") from exc
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError(f"{name} defines entities of its own and is not read. Paste the text.")
    return root


def _part(archive: zipfile.ZipFile, part: str, name: str) -> bytes | None:
    """One part of the file, unpacked up to a limit; None if it has no such part."""
    try:
        with archive.open(part) as file:
            data = file.read(MAX_XML + 1)
    except KeyError:
        return None
    if len(data) > MAX_XML:
        raise InputError(f"{name} unpacks to far more than its size and is not read.")
    return data


def _paragraphs(node: Any, found: list[list[str]]) -> None:
    """Fill ``found`` with the pieces of each paragraph, text boxes after the one they hang on.

    Deleted text has an element of its own and is not among them; text moved away and the second
    form that text boxes are kept in would come twice. The parser limits the depth.
    """
    own = found[-1] if found else []
    for child in node:
        kind = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if kind in ("moveFrom", "Fallback", "instrText"):
            continue
        if kind == "p":
            found.append([])
            _paragraphs(child, found)
        elif kind == "t":
            own.append(child.text or "")
        elif kind in _SIGNS:
            own.append(_SIGNS[kind])
        else:
            _paragraphs(child, found)


def read_docx(data: bytes, *, name: str) -> Source:
    """A Word file as a report. ``name`` is what messages call it.

    Raises InputError where it is locked, damaged or empty.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = _part(archive, "word/document.xml", name)
            core = _part(archive, "docProps/core.xml", name)
            pictures = any(entry.startswith("word/media/") for entry in archive.namelist())
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, zlib.error) as exc:
        raise InputError(
            f"{name} is damaged or locked. Open it in a word processor and save it anew."
        ) from exc
    if body is None:
        raise InputError(f"{name} is not a Word text. Save it as .docx, or paste the text.")
    root = parse_xml(body, name=name)
    found: list[list[str]] = []
    _paragraphs(root, found)
    paragraphs = ["".join(pieces).strip() for pieces in found]
    source = read_plain("\n\n".join(text for text in paragraphs if text))
    title = author = ""
    if core is not None:
        head = parse_xml(core, name=name)
        title = one_line(head.findtext(f"{_DC}title"))
        author = one_line(head.findtext(f"{_DC}creator"), 120)
    return Source(
        text=source.text,
        title=title or source.title,
        publisher=source.publisher,
        author=source.author or author,
        published=source.published,
        language=source.language,
        skipped=source.skipped,
        notes=("Pictures in the file were not read.",) if pictures else (),
        guessed=source.guessed - ({"title"} if title else set()),
    )
