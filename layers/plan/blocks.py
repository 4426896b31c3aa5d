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

from layers.geo.simple_shapes import SimpleShapes
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
        known = {name: self._known[name] for name in ("simple", "wkb") if name in self._known}
        fids = np.arange(first, first + len(self), dtype=np.int64)
        return RowBlock(self.kind, fids, self.columns, self.added, known)

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
            simple: SimpleShapes | None = self._known.get("simple")
            shapes = self.columns.get(GEOMETRY, ())
            self._known["wkb"] = wkb_of(shapes) if simple is None else simple.wkb()
        wkb: list[bytes | None] = self._known["wkb"]
        return wkb

    @property
    def simple(self) -> SimpleShapes | None:
        """The shapes as bare coordinates, None where they are not so simple."""
        if "simple" not in self._known:
            self._known["simple"] = SimpleShapes.of_wkb(self.wkb)
        found: SimpleShapes | None = self._known["simple"]
        return found

    @property
    def known_type(self) -> int | None:
        """shapely's number of the type that all shapes are, none missing, where that is known already."""
        simple: SimpleShapes | None = self._known.get("simple")
        return None if simple is None else simple.type

    def forget_wkb(self) -> None:
        """Let go of `wkb` and `simple`, which weigh as much as the shapes."""
        self._known.pop("wkb", None)
        self._known.pop("simple", None)

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


def same_column(ours: np.ndarray, theirs: np.ndarray | None) -> bool:
    """Whether two columns (object arrays of one length; None: null everywhere) hold the same, as
    `layers.plan.table.same_value`."""
    mine = ours.tolist()
    others = [None] * len(mine) if theirs is None else theirs.tolist()
    if not any(issubclass(kind, shapely.Geometry) for kind in set(map(type, mine))):
        return same_values(mine, others)
    at = [place for place, (one, other) in enumerate(zip(mine, others, strict=True)) if one is not other]
    if not at:
        return True
    left, right = [mine[place] for place in at], [others[place] for place in at]
    if hasattr(shapely, "equals_identical"):  # shapely 2.1
        return bool(shapely.equals_identical(left, right).all())
    return list(shapely.to_wkb(left)) == list(shapely.to_wkb(right))


def same_values(ours: list[Any], theirs: list[Any]) -> bool:
    """Whether two lists of numbers, text and None hold the same, type by type."""
    return ours == theirs and list(map(type, ours)) == list(map(type, theirs))


# -- what the journals of earlier versions hold: a JSON record, and the shapes as one run of WKB ----------


def from_old_record(record: Mapping[str, Any], shapes: bytes) -> RowBlock:
    """Read a block as version 2 of project files has it; `shapes` begins with the block's own WKB."""
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
