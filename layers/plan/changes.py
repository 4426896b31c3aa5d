"""What a command did, as rows before and after: applied, inverted, and written to the journal.

Changes are carried from the command, never found by comparing. An update holds only the columns that
changed; an insertion has no `before`, a deletion no `after`, and both hold the whole row.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import shapely

from layers.plan.digest import GEOMETRY

if TYPE_CHECKING:
    from layers.plan.blocks import RowBlock

Row = Mapping[str, Any]
COMPRESS_FROM = 512  # bytes; below it zlib gains nothing
LENGTH = struct.Struct("<Q")


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
    """Everything that one command changed, in the order in which it happened.

    blocks: many whole rows at once (see `layers.plan.blocks`); no row is in a block and in `rows`, too.
    origin: the journal's entry that holds exactly these, or with True exactly their inverse.
    """

    rows: tuple[RowChange, ...] = ()
    documents: tuple[DocumentChange, ...] = ()
    layers: tuple[LayerChange, ...] = ()
    blocks: tuple[RowBlock, ...] = ()
    origin: tuple[int, bool] | None = field(default=None, compare=False)

    def __bool__(self) -> bool:
        return bool(self.rows or self.documents or self.layers or self.blocks)

    @property
    def count(self) -> int:
        """How many rows it touches, those of blocks too."""
        return len(self.rows) + sum(map(len, self.blocks))

    def every_row(self) -> Iterator[RowChange]:
        """Each row's change, those of blocks one by one."""
        for block in self.blocks:
            yield from block.expanded()
        yield from self.rows

    def inverse(self) -> Changes:
        """Return the changes that take these back, last first."""
        return Changes(tuple(change.inverse() for change in reversed(self.rows)),
                       tuple(change.inverse() for change in reversed(self.documents)),
                       tuple(change.inverse() for change in reversed(self.layers)),
                       tuple(block.inverse() for block in reversed(self.blocks)),
                       None if self.origin is None else (self.origin[0], not self.origin[1]))

    def then(self, other: Changes) -> Changes:
        """Return both, these first."""
        if self.blocks or other.blocks:  # a row may be in both: one by one their order stays
            return Changes((*self.every_row(), *other.every_row()), self.documents + other.documents,
                           self.layers + other.layers)
        return Changes(self.rows + other.rows, self.documents + other.documents,
                       self.layers + other.layers)

    @property
    def kinds(self) -> frozenset[str]:
        """Ids of the kinds whose rows or presence changed."""
        return frozenset(change.kind for change in (*self.rows, *self.layers, *self.blocks))

    @property
    def collections(self) -> frozenset[str]:
        """Collections of documents that changed."""
        return frozenset(change.collection for change in self.documents)

    def to_bytes(self) -> bytes:
        """Return the journal's form: JSON (geometries as hexadecimal WKB), deflated when large.

        With blocks: see `layers.plan.block_bytes`.
        """
        record: dict[str, Any] = {
            "r": [[change.kind, change.fid, _encode(change.before), _encode(change.after)]
                  for change in self.rows],
            "d": [[change.collection, change.key, change.before, change.after]
                  for change in self.documents],
            "l": [[change.kind, change.before, change.after] for change in self.layers],
        }
        if self.blocks:
            from layers.plan.block_bytes import pack

            return pack(record, self.blocks)
        data = _json(record)
        return b"z" + zlib.compress(data, 6) if len(data) >= COMPRESS_FROM else b"j" + data

    @classmethod
    def from_bytes(cls, data: bytes) -> Changes:
        """Read what `to_bytes` wrote."""
        blocks: Sequence[RowBlock] = ()
        if data[:1] == b"c":
            from layers.plan.block_bytes import unpack

            record, blocks = unpack(data)
        elif data[:1] == b"b":
            from layers.plan.blocks import from_old_record

            blocks = []
            whole = zlib.decompress(data[1:])
            (length,) = LENGTH.unpack_from(whole)
            at = LENGTH.size + length
            record = json.loads(whole[LENGTH.size:at].decode("utf-8", "surrogatepass"))
            for part in record["b"]:
                blocks.append(from_old_record(part, whole[at:]))
                at += sum(part["lengths"] or ())
        else:
            text = zlib.decompress(data[1:]) if data[:1] == b"z" else data[1:]
            record = json.loads(text.decode("utf-8", "surrogatepass"))
        return cls(tuple(RowChange(kind, fid, _decode(before), _decode(after))
                         for kind, fid, before, after in record["r"]),
                   tuple(DocumentChange(*change) for change in record["d"]),
                   tuple(LayerChange(*change) for change in record["l"]), tuple(blocks))


def _json(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _encode(row: Row | None) -> dict[str, Any] | None:
    if row is None or row.get(GEOMETRY) is None:
        return None if row is None else dict(row)
    return {**row, GEOMETRY: shapely.to_wkb(row[GEOMETRY], hex=True, byte_order=1)}


def _decode(row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is not None and row.get(GEOMETRY) is not None:
        row[GEOMETRY] = shapely.from_wkb(row[GEOMETRY])
    return row
