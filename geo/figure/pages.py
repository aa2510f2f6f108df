"""A PDF as a page of paper: its exact size, its language, and its title in the window's bar."""

from __future__ import annotations

import io

from geo.figure.lettering import clean
from geo.options import POINTS_PER_PX, Size

__all__ = ["on_paper"]


def on_paper(data: bytes, size: Size, *, title: str, language: str = "en") -> bytes:
    """The one-page PDF ``data``, drawn at one point for a px, at the size of its paper in points.

    Other sizes keep a px at one 96th of an inch. ``language`` is a BCP 47 tag.
    """
    # A fifth of a second to load, which no PNG should wait for.
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import (
        ArrayObject,
        BooleanObject,
        DecodedStreamObject,
        DictionaryObject,
        FloatObject,
        NameObject,
        TextStringObject,
    )

    made = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    made.pdf_header = "%PDF-1.4"  # the first with see-through colours, as the drawing has them
    page = made.pages[0]
    default = (size.width * POINTS_PER_PX, size.height * POINTS_PER_PX)
    wide, tall = size.paper_pt or default
    before, after = DecodedStreamObject(), DecodedStreamObject()
    # The drawing is put on the paper as it is; its own instructions are not read or changed.
    before.set_data(f"q {wide / size.width:.6f} 0 0 {tall / size.height:.6f} 0 0 cm\n".encode())
    after.set_data(b"\nQ\n")
    # The library has no public way to add an object to a file.
    added = [made._add_object(part) for part in (before, after)]  # noqa: SLF001
    parts = [added[0], page.raw_get("/Contents"), added[1]]
    page[NameObject("/Contents")] = ArrayObject(parts)
    box = ArrayObject([FloatObject(f"{v:.4f}") for v in (0, 0, wide, tall)])
    page[NameObject("/MediaBox")] = box
    root = made.root_object
    root[NameObject("/Lang")] = TextStringObject(clean(language))
    shown = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(bool(clean(title)))})
    root[NameObject("/ViewerPreferences")] = shown
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()
