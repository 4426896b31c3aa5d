"""What a command did, as rows before and after: applied, inverted, and written to the journal.

Changes are carried from the command, never found by comparing. An update holds only the columns that
changed; an insertion has no `before`, a deletion no `after`, and both hold the whole row.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from layers.plan.digest import GEOMETRY

Row = Mapping[str, Any]
COMPRESS_FROM = 512  # bytes; below it zlib gains nothing


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of one kind, before and after; `None` where it does not exist."""

    kind: str
    fid: int
    before: Row | None
    after: Row | None

    def inverse(self) -> RowChange:
        """Return the change that takes this one back."""
        return RowChange(self.kind, self.fid, self.after, self.before)


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A setting, style, scene, scheme: a JSON value in a collection, before and after."""

    collection: str
    key: str
    before: Any
    after: Any

    def inverse(self) -> DocumentChange:
        """Return the change that takes this one back."""
        return DocumentChange(self.collection, self.key, self.after, self.before)


@dataclass(frozen=True, slots=True)
class LayerChange:
    """A kind's table comes into the project or leaves it (its rows go by row changes)."""

    kind: str
    before: bool
    after: bool

    def inverse(self) -> LayerChange:
        """Return the change that takes this one back."""
        return LayerChange(self.kind, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that one command changed, in the order in which it happened."""

    rows: tuple[RowChange, ...] = ()
    documents: tuple[DocumentChange, ...] = ()
    layers: tuple[LayerChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows or self.documents or self.layers)

    def inverse(self) -> Changes:
        """Return the changes that take these back, last first."""
        return Changes(tuple(change.inverse() for change in reversed(self.rows)),
                       tuple(change.inverse() for change in reversed(self.documents)),
                       tuple(change.inverse() for change in reversed(self.layers)))

    def then(self, other: Changes) -> Changes:
        """Return both, these first."""
        return Changes(self.rows + other.rows, self.documents + other.documents,
                       self.layers + other.layers)

    @property
    def kinds(self) -> frozenset[str]:
        """Ids of the kinds whose rows or presence changed."""
        return frozenset(change.kind for change in (*self.rows, *self.layers))

    @property
    def collections(self) -> frozenset[str]:
        """Collections of documents that changed."""
        return frozenset(change.collection for change in self.documents)

    def to_bytes(self) -> bytes:
        """Return the journal's form: JSON (geometries as hexadecimal WKB), deflated when large."""
        record = {
            "r": [[change.kind, change.fid, _encode(change.before), _encode(change.after)]
                  for change in self.rows],
            "d": [[change.collection, change.key, change.before, change.after]
                  for change in self.documents],
            "l": [[change.kind, change.before, change.after] for change in self.layers],
        }
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        data = text.encode("utf-8", "surrogatepass")
        return b"z" + zlib.compress(data, 6) if len(data) >= COMPRESS_FROM else b"j" + data

    @classmethod
    def from_bytes(cls, data: bytes) -> Changes:
        """Read what `to_bytes` wrote."""
        text = zlib.decompress(data[1:]) if data[:1] == b"z" else data[1:]
        record = json.loads(text.decode("utf-8", "surrogatepass"))
        return cls(tuple(RowChange(kind, fid, _decode(before), _decode(after))
                         for kind, fid, before, after in record["r"]),
                   tuple(DocumentChange(*change) for change in record["d"]),
                   tuple(LayerChange(*change) for change in record["l"]))


def _encode(row: Row | None) -> dict[str, Any] | None:
    if row is None or row.get(GEOMETRY) is None:
        return None if row is None else dict(row)
    return {**row, GEOMETRY: shapely.to_wkb(row[GEOMETRY], hex=True, byte_order=1)}


def _decode(row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is not None and row.get(GEOMETRY) is not None:
        row[GEOMETRY] = shapely.from_wkb(row[GEOMETRY])
    return row
