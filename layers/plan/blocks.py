"""Many whole rows that one command adds or takes away, kept as columns: a bulk import costs no object a row.

A block stands in `Changes` beside the single rows. It means exactly what its rows would mean one by one
(`RowBlock.expanded`); only its cost differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from layers.plan.changes import RowChange
from layers.plan.digest import GEOMETRY, table_digest, wkb_of

BLOCK_FROM = 2_000  # rows; fewer are cheap one by one


@dataclass(frozen=True, slots=True, eq=False)
class RowBlock:
    """Whole rows of one kind that come (`added`) or go.

    fids: int64 (n,), ascending, each once. columns: name -> object array (n,) in stored types, of every
    column of the kind and, where it has shapes, `geom` (shapely, planning CRS, 2D). No row of a block is also
    changed singly by the same command.
    """

    kind: str
    fids: np.ndarray
    columns: Mapping[str, np.ndarray]
    added: bool
    _known: dict[str, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.fids)

    def inverse(self) -> RowBlock:
        """Return the block that takes this one back."""
        return RowBlock(self.kind, self.fids, self.columns, not self.added, self._known)

    def moved_to(self, first: int) -> RowBlock:
        """Return the same rows under ids that count from `first`."""
        return RowBlock(
            self.kind, np.arange(first, first + len(self), dtype=np.int64), self.columns, self.added
        )

    @property
    def digest(self) -> int:
        """Sum of the rows' hashes (see `layers.plan.digest`), worked out once."""
        if "digest" not in self._known:
            self._known["digest"] = table_digest(self.fids, self.columns, self.wkb)
        return int(self._known["digest"])

    @property
    def wkb(self) -> list[bytes | None]:
        """The shapes as little-endian WKB: the digest, the table and the journal all need it."""
        if "wkb" not in self._known:
            self._known["wkb"] = wkb_of(self.columns[GEOMETRY]) if GEOMETRY in self.columns else []
        wkb: list[bytes | None] = self._known["wkb"]
        return wkb

    def forget_wkb(self) -> None:
        """Let go of `wkb`, which weighs as much as the shapes."""
        self._known.pop("wkb", None)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each row as a dict, in order of id."""
        names = tuple(self.columns)
        for values in zip(*(self.columns[name].tolist() for name in names), strict=True):
            yield dict(zip(names, values, strict=True))

    def expanded(self) -> Iterator[RowChange]:
        """The same as single changes."""
        for fid, row in zip(self.fids.tolist(), self.rows(), strict=True):
            yield RowChange(self.kind, fid, None if self.added else row, row if self.added else None)


def gather(changes: Iterable[RowChange]) -> tuple[tuple[RowChange, ...], tuple[RowBlock, ...]]:
    """Return (single changes, blocks): where many whole rows of a kind come or go they become a block."""
    single: list[RowChange] = []
    whole: dict[tuple[str, bool, tuple[str, ...]], list[RowChange]] = {}
    for change in changes:
        row = change.after if change.before is None else change.before if change.after is None else None
        if row is None:
            single.append(change)
        else:
            whole.setdefault((change.kind, change.before is None, tuple(row)), []).append(change)
    blocks = []
    for (kind, added, names), many in whole.items():
        if len(many) < BLOCK_FROM or len({change.fid for change in many}) < len(many):
            single.extend(many)
        else:
            blocks.append(_block(kind, added, names, sorted(many, key=lambda change: change.fid)))
    return tuple(single), tuple(blocks)


def _block(kind: str, added: bool, names: tuple[str, ...], many: list[RowChange]) -> RowBlock:
    rows = [(change.after if added else change.before) or {} for change in many]
    columns = {name: as_objects([row[name] for row in rows]) for name in names}
    return RowBlock(kind, np.array([change.fid for change in many], np.int64), columns, added)


def as_objects(values: Iterable[Any]) -> np.ndarray:
    """Return values as an object array (n,), whatever they are."""
    listed = list(values)
    made = np.empty(len(listed), object)
    made[:] = listed
    return made


# -- the journal's form: a JSON record, and the shapes as one run of WKB --------------------------------


def to_record(block: RowBlock) -> tuple[dict[str, Any], bytes]:
    """Return (what JSON holds, WKB of the shapes one after another)."""
    record: dict[str, Any] = {
        "kind": block.kind,
        "added": block.added,
        "fids": _short(block.fids),
        "columns": {name: values.tolist() for name, values in block.columns.items() if name != GEOMETRY},
        "lengths": None,
    }
    if GEOMETRY not in block.columns:
        return record, b""
    pieces = [piece or b"" for piece in block.wkb]
    record["lengths"] = [len(piece) for piece in pieces]
    return record, b"".join(pieces)


def from_record(record: Mapping[str, Any], shapes: bytes) -> RowBlock:
    """Read what `to_record` wrote; `shapes` begins with the block's own WKB."""
    fids = record["fids"]
    ids = (
        np.arange(fids[0], fids[0] + fids[1], dtype=np.int64)
        if len(fids) == 2
        else np.array(fids[2:], np.int64)
    )
    columns = {name: as_objects(values) for name, values in record["columns"].items()}
    if record["lengths"] is not None:
        pieces, at = [], 0
        for length in record["lengths"]:
            pieces.append(shapes[at : at + length] if length else None)
            at += length
        columns[GEOMETRY] = np.asarray(shapely.from_wkb(as_objects(pieces)), object).reshape(-1)
    if any(len(values) != len(ids) for values in columns.values()):
        raise ValueError("a column of another length")
    return RowBlock(record["kind"], ids, columns, bool(record["added"]))


def _short(fids: np.ndarray) -> list[int]:
    """Ids in a row as (first, count); others as (0, 0, every one)."""
    if len(fids) and int(fids[-1]) - int(fids[0]) + 1 == len(fids):
        return [int(fids[0]), len(fids)]
    return [0, 0, *fids.tolist()]
