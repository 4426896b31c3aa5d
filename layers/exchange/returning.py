"""A file that went out from here and comes back: which of its rows the project has changed meanwhile.

A placemark written for the house carries a digest of its row as it was (`qitu_digest`). On its return the row
as it is now is put through the same: where the two differ, somebody has changed it here while the file was
away, and taking the file's values would undo that unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from layers.catalogue.model import LayerKind
from layers.exchange.source import RawLayer
from layers.plan.digest import GEOMETRY, document_hash, row_hash
from layers.plan.table import Table, same_value

HEADING = "qitu_digest"
HALF = (1 << 64) - 1
KEEP, TAKE = "keep", "take"
"""What becomes of a row that both have changed: the project's stays, or the file's is taken."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A row of the file that the project has changed since it went out. gone: it is not there any more.

    columns: of which the file says something else than the project, (name, value here, value in the file);
    the shape is `geom`. Empty where it is gone.
    """

    row: int
    key: Any
    gone: bool
    columns: tuple[tuple[str, Any, Any], ...]


def stamp(names: Sequence[str], row: Mapping[str, Any]) -> str:
    """Return the digest of a row: which columns it is of (8 hexadecimal digits), and of their values (16)."""
    of = document_hash("columns", "", " ".join(names)) & 0xFFFF_FFFF
    return f"{of:08x}{row_hash(0, {name: row.get(name) for name in names}) & HALF:016x}"


def without_stamps(layer: RawLayer) -> tuple[dict[str, list[Any]], dict[int, str]]:
    """Return the columns without the digests, and the digests by the file's row."""
    columns = {heading: values for heading, values in layer.columns.items() if heading != HEADING}
    found = layer.columns.get(HEADING, ())
    return columns, {row: str(value) for row, value in zip(layer.rows, found, strict=False) if value}


def clashes(
    table: Table,
    names: Sequence[str],
    stamps: Mapping[int, str],
    rows: Iterable[tuple[int, Any, Mapping[str, Any]]],
) -> tuple[tuple[Clash, ...], int]:
    """Return (clashes, how many digests cannot be compared: they are of other columns than `names`).

    names: what leaves of the kind now, its shape included. rows: (the file's row, key, values). A row is none
    where the file says what the project has.
    """
    known = by_key(table)
    of, found, strange = stamp(names, {})[:8], [], 0
    for number, key, new in rows:
        given = stamps.get(number, "")
        if not given or key is None:
            continue
        if given[:8] != of:
            strange += 1
            continue
        fid = known.get(key)
        if fid is None:
            found.append(Clash(number, key, True, ()))
            continue
        row = table.row(fid)
        if stamp(names, row) == given:
            continue
        if differing := moved(row, new):
            columns = tuple((name, row.get(name), new[name]) for name in differing)
            found.append(Clash(number, key, False, columns))
    return tuple(found), strange


def moved(row: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the columns of `new` that would change a row; a file without a shape changes none."""
    return [
        name
        for name, value in new.items()
        if not (name == GEOMETRY and value is None) and not _equal(row.get(name), value)
    ]


def by_key(table: Table) -> dict[Any, int]:
    """Return key -> row id of a layer."""
    return {
        key: int(fid)
        for fid, key in zip(np.asarray(table.fids), table.column(table.kind.key), strict=True)
        if key is not None
    }


def names_of(kind: LayerKind, allowed: Sequence[str]) -> tuple[str, ...]:
    """Return what a digest is of: the columns that may leave, and the shape."""
    return (*allowed, *((GEOMETRY,) if kind.geometry else ()))


def _equal(one: Any, other: Any) -> bool:
    """As in a table; shapes are equal where no vertex is a millimetre away: projecting there and back moves
    less."""
    if isinstance(one, shapely.Geometry) and isinstance(other, shapely.Geometry):
        return bool(shapely.equals_exact(one, other, tolerance=0.001))
    return same_value(one, other)
