"""The unfinished drawing of a project: one row of JSON, no command, not in the journal."""

from __future__ import annotations

import json
from typing import Any

import apsw

from layers.store.columns import Reader
from layers.store.geopackage import now


def read_sketch(reader: Reader) -> dict[str, Any] | None:
    """Return what is kept; None where there is nothing, or nothing that can be read."""
    if not reader.rows("SELECT 1 FROM sqlite_master WHERE name = 'qitu_sketch'"):
        return None
    rows = reader.rows("SELECT data FROM qitu_sketch WHERE id = 1")
    try:
        found = json.loads(rows[0][0]) if rows else None
    except (TypeError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def write_sketch(connection: apsw.Connection, sketch: dict[str, Any] | None) -> None:
    """Keep a drawing in the place of the last, or with None none; within a transaction."""
    connection.execute("DELETE FROM qitu_sketch")
    if sketch is not None:
        connection.execute(
            "INSERT INTO qitu_sketch VALUES (1, ?, ?)", (now(), json.dumps(sketch, ensure_ascii=False))
        )
