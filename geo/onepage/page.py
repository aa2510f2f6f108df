"""One HTML file of a view: everything it needs stands inside it.

Data travel as JSON blocks that no string can end, reach the page by ``textContent``, and a content
security policy lets only our own scripts and styles work, each named by its hash. Without
scripts the picture and the table are shown; they are also what is printed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from geo import __version__
from geo.caption import alt_text
from geo.onepage.assets import font_faces, integrity, scripts, styles
from geo.onepage.body import body
from geo.onepage.contents import Contents, contents
from geo.onepage.ground import Ground, cut
from geo.onepage.html import Html, joined, script_json, tag
from geo.onepage.still import Still, still
from geo.passing_on import LeftOut, passable
from geo.picture import scene_of

if TYPE_CHECKING:
    from geo.figure import Scene
    from geo.view import View
    from geo.workspace import Workspace

__all__ = ["one_page"]

STILL_PX = (1600, 1000)
MANY_EVENTS = 1000  # from here on the picture is a PNG: an SVG holds about a kilobyte for each mark
# Set before anything is drawn, so that the picture for readers without scripts does not flash.
FIRST_SCRIPT = 'document.documentElement.className = "dl-js";'


def one_page(
    workspace: Workspace,
    view: View,
    *,
    title: str | None = None,
    deck: str | None = None,
    as_of: str | None = None,
    notes: Sequence[str] = (),
    left_out: LeftOut | None = None,
    all_days: bool = False,
    link: str = "",
    picture: bytes | None = None,
) -> bytes:
    """The view as one HTML file (UTF-8). The same arguments give the same bytes.

    ``workspace`` and ``view`` are those that may be shared (``geo.sharing.for_sharing``); rows that
    may not be passed on are left out here in any case. ``as_of`` are words in place of the date
    line, ``notes`` further sentences to print, ``left_out`` what ``for_sharing`` counted.
    ``all_days`` puts the whole period of the reports into the file instead of the view's days.
    ``link`` is the address of a Dateline that has this view. ``picture`` is the SVG or PNG that is
    shown without scripts and printed (made here by default). Raises DataError if a part of
    Dateline is missing.
    """
    workspace, found = passable(workspace, view)
    left = found or left_out or LeftOut()
    scene = scene_of(workspace, view, title=title, deck=deck)
    scene = replace(scene, as_of_words=as_of or scene.as_of_words)
    if deck is None and workspace.project.deck:
        # The page says how sure its events are in a line of its own.
        heading = replace(scene, deck=workspace.project.deck)
    else:
        heading = scene
    held = contents(workspace, view, all_days=all_days)
    ground = cut(held.extent)
    if picture is None:
        from geo.figure import compose

        many = len(scene.events) > MANY_EVENTS
        picture = compose(
            scene,
            width_px=STILL_PX[0],
            height_px=STILL_PX[1],
            scale=2 if many else 1,
            fmt="png" if many else "svg",
        )
    shown = body(
        heading,
        held,
        still=(image := still(picture)),
        alt=alt_text(scene),
        as_of=as_of or "",
        held_back=workspace.notes,
        notes=[*notes, ground.words()],
        left_out=left,
        total=len(workspace.events),
        link=link,
    )
    return _document(scene, shown, image, _blocks(held, ground))


def _blocks(held: Contents, ground: Ground) -> Html:
    """The data, each file in a block of its own, read when the map asks for it."""
    files: dict[str, Any] = {**held.files, **{f"base/{k}": v for k, v in ground.files.items()}}
    blocks = [("state", {**held.state, "extent": held.extent}), *sorted(files.items())]
    return joined(
        [
            tag("script", script_json(_json(value)), type="application/json", id=f"dl-file-{name}")
            for name, value in blocks
        ],
        "\n",
    )


def _json(value: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # half a surrogate pair, which UTF-8 cannot hold but an escape can
        return json.dumps(value, separators=(",", ":")).encode()


def _document(scene: Scene, shown: Html, image: Still, blocks: Html) -> bytes:
    codes = scripts()
    style = f"{styles()}\n{image.style}"
    # The fonts hold the characters of everything that is read, the scripts' own words included.
    style = f"{font_faces(frozenset().union(shown, blocks, *codes))}\n{style}"
    if "</style" in style.lower():  # nothing of ours has it, and no report's text comes here
        msg = "a style sheet would end the style element it stands in"
        raise ValueError(msg)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(integrity(code) for code in (FIRST_SCRIPT, *codes))}",
            f"style-src {integrity(style)}",
            "font-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    head = joined(
        [
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("meta", name="generator", content=f"Dateline {__version__}"),
            tag("meta", name="description", content=alt_text(scene)),
            tag("title", f"{scene.title} · Dateline"),
            Html(f"<style>{style}</style>"),
            Html(f"<script>{FIRST_SCRIPT}</script>"),
        ],
        "\n",
    )
    ending = "\n".join(f"<script>{code}</script>" for code in codes)
    page = (
        f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{shown}\n{blocks}\n'
        f"{ending}\n</body>\n</html>\n"
    )
    return page.encode()
