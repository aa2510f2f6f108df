"""Imported lines in the store: a table of their own, and every change in the history.

A layer that is removed keeps its row, marked as gone, so that the history can be followed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from geo.errors import StoreError
from geo.lines import Area, Layer, Mode
from geo.model import Tier
from geo.schema import CHANGES, METADATA

__all__ = ["LAYERS", "LayerShelf", "read_layers"]

LAYERS = sa.Table(
    "layers",
    METADATA,
    sa.Column("id", sa.String(120), primary_key=True),
    sa.Column("first_day", sa.Date, nullable=False, index=True),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("tier", sa.String(20), nullable=False),
    sa.Column("mode", sa.String(20), nullable=False),
    sa.Column("gone", sa.Boolean, nullable=False),
    sa.Column("doc", sa.JSON, nullable=False),
)
_DOC = ("title", "source", "url", "note")


def _row(layer: Layer) -> dict[str, Any]:
    doc: dict[str, Any] = {key: getattr(layer, key) for key in _DOC}
    doc["areas"] = [asdict(area) for area in layer.areas]
    return {
        "id": layer.id,
        "first_day": layer.on,
        "last_day": layer.until,
        "tier": layer.tier.value,
        "mode": layer.mode.value,
        "gone": False,
        "doc": doc,
    }


def read_layers(connection: sa.Connection) -> tuple[Layer, ...]:
    """The layers that are not removed, oldest map first; KeyError and such if one is damaged."""
    wanted = sa.select(LAYERS).where(LAYERS.c.gone.is_(False))
    rows = connection.execute(wanted.order_by(LAYERS.c.first_day, LAYERS.c.id))
    return tuple(
        Layer(
            id=row.id,
            on=row.first_day,
            until=row.last_day,
            tier=Tier(row.tier),
            mode=Mode(row.mode),
            areas=tuple(Area(**area) for area in row.doc["areas"]),
            **{key: row.doc[key] for key in _DOC},
        )
        for row in rows
    )


class LayerShelf:
    """What a store does with layers. Each call is one transaction."""

    _engine: sa.Engine

    def layers(self) -> tuple[Layer, ...]:
        """The layers that are not removed. Raises StoreError if they cannot be read."""
        try:
            with self._engine.connect() as connection:
                return read_layers(connection)
        except (SQLAlchemyError, KeyError, TypeError, ValueError) as exc:
            raise StoreError(f"The imported lines cannot be read ({_said(exc)}).") from exc

    def add_layer(self, layer: Layer, *, who: str, why: str) -> None:
        """Keep a layer, in the place of an earlier one of the same id. Raises StoreError."""

        def put(connection: sa.Connection) -> str:
            known = connection.scalar(sa.select(LAYERS.c.id).where(LAYERS.c.id == layer.id))
            connection.execute(sa.delete(LAYERS).where(LAYERS.c.id == layer.id))
            connection.execute(sa.insert(LAYERS).values(_row(layer)))
            verb = "replaced" if known else "added"
            return f"{verb} the lines {layer.id} ({layer.source}, {layer.tier}, {layer.mode})"

        self._change(put, who, why)

    def remove_layer(self, layer_id: str, *, who: str, why: str) -> None:
        """Take a layer off the map; its row stays. Raises StoreError if there is none."""

        def put(connection: sa.Connection) -> str:
            mine = sa.and_(LAYERS.c.id == layer_id, LAYERS.c.gone.is_(False))
            if not connection.execute(sa.update(LAYERS).where(mine).values(gone=True)).rowcount:
                raise StoreError(f"There are no imported lines with the id {layer_id[:120]!r}.")
            return f"removed the lines {layer_id}"

        self._change(put, who, why)

    def set_layer_mode(self, layer_id: str, mode: Mode, *, who: str, why: str) -> None:
        """Let a layer stand beside ours or instead of them. Raises StoreError if there is none."""

        def put(connection: sa.Connection) -> str:
            mine = sa.and_(LAYERS.c.id == layer_id, LAYERS.c.gone.is_(False))
            change = sa.update(LAYERS).where(mine).values(mode=mode.value)
            if not connection.execute(change).rowcount:
                raise StoreError(f"There are no imported lines with the id {layer_id[:120]!r}.")
            return f"the lines {layer_id} now stand {mode} ours"

        self._change(put, who, why)

    def _change(self, put: Callable[[sa.Connection], str], who: str, why: str) -> None:
        try:
            with self._engine.begin() as connection:
                what = put(connection)
                change = {"at": datetime.now(UTC), "who": who, "why": why, "what": what}
                connection.execute(sa.insert(CHANGES).values(change))
        except SQLAlchemyError as exc:
            msg = f"The lines could not be stored ({_said(exc)}); nothing was changed."
            raise StoreError(msg) from exc


def _said(exc: Exception) -> str:
    return str(getattr(exc, "orig", None) or exc).partition("\n")[0][:200]
