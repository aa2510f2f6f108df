"""A sealed bundle (``.dateline``): a view with all it needs, to be opened and checked anywhere.

``make_bundle`` writes one, ``open_bundle`` restores the map from it, ``check_bundle`` only looks
whether it is as it was sealed. The picture inside is composed from what was written, read back:
opening the bundle with the same versions therefore gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from geo import __version__
from geo.borders.places import place_borders
from geo.borders.policy import DEFAULT_POLICY
from geo.bundle.container import MANIFEST, Contents, pack, unpack
from geo.bundle.fields import Fields, clean, dump, load
from geo.bundle.needs import Needs, needs_of, read_view, settled, view_json
from geo.bundle.rows import (
    actor_json,
    event_json,
    layer_json,
    read_actors,
    read_events,
    read_layers,
    read_reports,
    report_json,
)
from geo.bundle.versions import differences, versions
from geo.bundle.words import readme
from geo.caption import alt_text, caption
from geo.citations import bibtex, csl_json, plain_citations
from geo.errors import InputError
from geo.options import Options
from geo.passing_on import LeftOut, LeftOutRow
from geo.sharing import Shared
from geo.store import Snapshot
from geo.view import View
from geo.workspace import Project, Workspace, plain_names

__all__ = [
    "FORMAT",
    "MIME",
    "SUFFIX",
    "OpenedBundle",
    "check_bundle",
    "make_bundle",
    "open_bundle",
    "pictures_again",
]

FORMAT = 1
SUFFIX = ".dateline"
MIME = "application/zip"
ROWS = ("actors", "reports", "events", "lines")
PICTURES = ("png", "svg")
MEMBERS = frozenset(
    [f"{name}.json" for name in (*ROWS, "view", "project", "options", "left-out")]
    + [f"picture.{kind}" for kind in PICTURES]
    + [MANIFEST, "README.txt", "alt.txt", "caption.txt", "table.csv"]
    + ["citations.txt", "sources.bib", "sources.json"]
)
MAX_NOTES = 40


@dataclass(frozen=True, slots=True)
class OpenedBundle:
    """A bundle's map. ``workspace`` is read only and belongs to no store.

    ``notes`` say what was held back or left out when it was made, ``changes`` what was changed
    since (none if ``verified``), ``versions`` what was other where it was made. ``checksum`` is
    the SHA-256 of the whole file, ``members`` the files inside by name.
    """

    workspace: Workspace
    view: View
    options: Options
    notes: tuple[str, ...]
    left_out: LeftOut
    changes: tuple[str, ...]
    versions: tuple[str, ...]
    checksum: str
    members: Mapping[str, bytes]

    @property
    def verified(self) -> bool:
        """Whether every byte is as it was sealed."""
        return not self.changes


def make_bundle(shared: Shared, options: Options | None = None) -> bytes:
    """A sealed bundle of what may be shared (``geo.sharing.for_sharing``); the same bytes twice.

    ``options`` are those of the picture inside; its format is left to the bundle, which holds
    PNG and SVG. Raises InputError where a row cannot be written in the bundle's form.
    """
    needs, rows = _rows(shared, options or Options())
    own, own_view, own_options, left = _restored(rows)
    members = {**rows, **_made(own, own_view, own_options, left)}
    members["README.txt"] = clean(
        readme(own.project, own_view, needs, own.notes, left, __version__)
    ).encode()
    manifest = {
        "format": "dateline-bundle",
        "version": FORMAT,
        **versions(),
        "view": own_view.query(),
        "counts": {
            "shown": needs.shown,
            "evidence": len(needs.events) - needs.shown,
            "not_included": needs.apart,
            "reports": len(needs.reports),
            "delayed": shared.delayed,
            "left_out": left.events,
        },
        "members": {
            name: {"bytes": len(data), "sha256": _sha(data)} for name, data in members.items()
        },
    }
    return pack({**members, MANIFEST: dump(manifest)})


def _rows(shared: Shared, options: Options) -> tuple[Needs, dict[str, bytes]]:
    """What a view needs, and the members that hold it."""
    workspace = shared.workspace
    view = settled(workspace, shared.view)
    needs = needs_of(workspace, view)
    project = workspace.project
    told = {"title": project.title, "deck": project.deck, "notes": list(shared.notes)}
    return needs, {
        "actors.json": dump([actor_json(actor) for actor in needs.actors.values()]),
        "reports.json": dump([report_json(report) for report in needs.reports.values()]),
        "events.json": dump([event_json(event) for event in needs.events]),
        "lines.json": dump([layer_json(layer) for layer in needs.layers]),
        "view.json": dump(view_json(view)),
        "options.json": dump(replace(options, fmt="png").to_dict()),
        "left-out.json": dump(_left_json(shared.left_out)),
        "project.json": dump(told),
    }


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _made(workspace: Workspace, view: View, options: Options, left: LeftOut) -> dict[str, bytes]:
    """What is drawn and written from the rows."""
    from geo.picture import reports_used, scene_of
    from geo.table import event_rows, left_out_rows, to_csv

    pictures = _pictures(workspace, view, options)
    scene = scene_of(workspace, view, options=options)
    reports = reports_used(workspace, view)
    table = event_rows(
        workspace.show(view).selection.shown,
        actors=workspace.actors,
        reports=workspace.reports,
        borders=workspace.borders_under(view.policy),
        notes=workspace.notes,
    )
    return {
        **pictures,
        "alt.txt": f"{alt_text(scene)}\n".encode(),
        "caption.txt": f"{caption(scene)}\n".encode(),
        "table.csv": to_csv([*table, *left_out_rows(left)]),
        "citations.txt": plain_citations(reports).encode(),
        "sources.bib": bibtex(reports).encode(),
        "sources.json": csl_json(reports).encode(),
    }


def _pictures(
    workspace: Workspace, view: View, options: Options, kinds: Sequence[str] = PICTURES
) -> dict[str, bytes]:
    from geo.picture import picture

    return {
        f"picture.{kind}": picture(workspace, view, replace(options, fmt=kind)) for kind in kinds
    }


def _left_json(left: LeftOut) -> dict[str, object]:
    rows = [
        {
            "source": row.source,
            "country": row.country,
            "admin1": row.admin1,
            "since": row.since.isoformat() if row.since else None,
            "until": row.until.isoformat() if row.until else None,
            "events": row.events,
        }
        for row in left.rows
    ]
    return {"rows": rows, "lines": list(left.lines)}


def _read_left(row: Fields) -> LeftOut:
    def day(own: Fields, key: str) -> date | None:
        return None if own.data.get(key) is None else own.day(key)

    rows = [
        LeftOutRow(
            own.text("source"),
            own.text("country"),
            own.text("admin1"),
            day(own, "since"),
            day(own, "until"),
            own.whole("events", 0, 10**9),
        )
        for own in row.each("rows", 10_000)
    ]
    return LeftOut(tuple(rows), row.texts("lines"))


def _restored(members: Mapping[str, bytes]) -> tuple[Workspace, View, Options, LeftOut]:
    """The workspace of a bundle's rows. Raises InputError, naming member, record and field."""

    def json(name: str) -> object:
        if name not in members:
            raise InputError(
                f"{name} is missing from the bundle, or damaged; without it there is no map. "
                "Ask for the bundle to be sent again."
            )
        return load(name, members[name])

    actors = read_actors("actors.json", json("actors.json"))
    reports = read_reports("reports.json", json("reports.json"))
    events = read_events("events.json", json("events.json"), reports, actors)
    layers = read_layers("lines.json", json("lines.json"))
    view = read_view(Fields.of("view.json", json("view.json")), actors, layers)
    told = Fields.of("project.json", json("project.json"))
    notes = told.texts("notes", most=MAX_NOTES)
    project = Project(told.text("title"), told.text("deck"), view.query())
    given = Fields.of("options.json", json("options.json"))
    try:
        options = Options.from_dict(given.data)
    except InputError as exc:
        raise InputError(f"{given.where}: {exc}") from exc
    left = _read_left(Fields.of("left-out.json", json("left-out.json")))
    borders = place_borders((event.place for event in events), DEFAULT_POLICY)
    snapshot = Snapshot(events=events, reports=reports, actors=actors, layers=layers)
    names = plain_names(events, borders.values())
    workspace = Workspace(snapshot, project, borders, names, notes=notes)
    try:
        workspace.show(view)  # whoever opens it looks at this next; it is kept
    except InputError as exc:
        raise InputError(f"The bundle's view cannot be shown: {exc}") from exc
    return workspace, view, options, left


def _opened(data: bytes) -> Contents:
    contents = unpack(data, MEMBERS)
    manifest = contents.manifest
    if manifest.text("format") != "dateline-bundle":
        raise InputError("The manifest is not that of a Dateline bundle.")
    version = manifest.whole("version", 1, 10**6)
    if version > FORMAT:
        raise InputError(
            f"The bundle has form {version}; this version of Dateline reads up to {FORMAT}. "
            "Open it with a newer one."
        )
    return contents


def open_bundle(data: bytes) -> OpenedBundle:
    """The map of a bundle, checked; see ``OpenedBundle``.

    A bundle that was changed still opens if its rows can be read, says so in ``changes``, and
    its workspace notes it on every output. Raises InputError, naming member and field, for what
    cannot be used, and for files made to do harm.
    """
    contents = _opened(data)
    workspace, view, options, left = _restored(contents.members)
    notes = workspace.notes
    if not contents.verified:
        changed = "Opened from a bundle that was changed after it was sealed."
        workspace = replace(workspace, notes=(changed, *notes))
    return OpenedBundle(
        workspace=workspace,
        view=view,
        options=options,
        notes=notes,
        left_out=left,
        changes=contents.changes,
        versions=differences(contents.manifest),
        checksum=contents.checksum,
        members=contents.members,
    )


def check_bundle(data: bytes) -> Contents:
    """Whether a bundle is as it was sealed: ``changes`` name each member that is not.

    Raises InputError for what is no bundle or cannot be read.
    """
    return _opened(data)


def pictures_again(
    opened: OpenedBundle, kinds: Sequence[str] = PICTURES
) -> dict[str, tuple[bytes, bool]]:
    """The pictures composed anew from an opened bundle, and whether each is the one inside.

    ``picture.png`` and ``picture.svg`` by name. Raises InputError for another kind.
    """
    strange = [kind for kind in kinds if kind not in PICTURES]
    if strange:
        msg = f"{strange[0][:20]!r} is not in a bundle; its picture is {' or '.join(PICTURES)}"
        raise InputError(msg)
    made = _pictures(opened.workspace, opened.view, opened.options, kinds)
    return {name: (data, data == opened.members.get(name)) for name, data in made.items()}
