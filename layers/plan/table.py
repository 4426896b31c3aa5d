"""A table of features as a value: a base that never changes, an overlay of touched rows, tombstones.

One edit makes a new Table that shares the base, so it costs the row and not the table. Arrays handed
out are aligned with `fids` and must not be written to.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from layers.catalogue.model import LayerKind
from layers.collector import without_collector
from layers.errors import InputError
from layers.plan.base import Base, MemorySource
from layers.plan.blocks import RowBlock, same_column
from layers.plan.changes import Row, RowChange
from layers.plan.digest import GEOMETRY, MODULUS, row_hash, table_digest

if TYPE_CHECKING:
    import geopandas

CONSOLIDATE_FROM = 20_000  # touched rows; beyond it a new base is cheaper than a large overlay


class Table:
    """Rows of one kind.

    kind: the record that says what the columns are.
    base: shared, immutable (see `layers.plan.base`); caches may key on its identity.
    overlay: touched or new rows by id, whole; they hide the base's.
    removed: ids of base rows that are gone.
    next_fid: the id the next new row gets; ids are never used twice.
    """

    def __init__(
        self,
        kind: LayerKind,
        base: Base,
        *,
        overlay: Mapping[int, Row] = MappingProxyType({}),
        removed: frozenset[int] = frozenset(),
        next_fid: int | None = None,
        digest: int | None = None,
    ) -> None:
        self.kind, self.base = kind, base
        self.overlay, self.removed = overlay, removed
        self.next_fid = next_fid if next_fid is not None else (int(base.fids[-1]) + 1 if len(base) else 1)
        self._digest = digest

    @classmethod
    def from_rows(cls, kind: LayerKind, rows: Iterable[Mapping[str, Any]]) -> Table:
        """Make a table from dicts of column -> value (+ "geom"); ids count from 1 in their order.

        Values are normalised to the columns' types (`normalise_row`); raises InputError as it does.
        """
        normal = [normalise_row(kind, row) for row in rows]
        names = (*kind.column_names, *((GEOMETRY,) if kind.geometry else ()))
        columns = {}
        for name in names:
            values = np.empty(len(normal), object)
            values[:] = [row.get(name) for row in normal]
            columns[name] = values
        return cls(kind, Base(MemorySource(np.arange(1, len(normal) + 1, dtype=np.int64), columns)))

    # -- reading -----------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.base) - len(self.removed) + len(self._added)

    @cached_property
    def _added(self) -> list[int]:
        return sorted(fid for fid in self.overlay if self.base.position(fid) < 0)

    @cached_property
    def _touched(self) -> tuple[np.ndarray, list[int]]:
        """Positions in the base that the overlay replaces, and their ids."""
        fids = [fid for fid in self.overlay if self.base.position(fid) >= 0]
        return np.array([self.base.position(fid) for fid in fids], np.intp), fids

    @cached_property
    def masked(self) -> np.ndarray:
        """True at base positions that are removed or replaced (bool, aligned with `base.fids`)."""
        mask = np.zeros(len(self.base), bool)
        mask[self._touched[0]] = True
        for fid in self.removed:
            mask[self.base.position(fid)] = True
        return mask

    @cached_property
    def _removed_positions(self) -> np.ndarray:
        return np.array(sorted(self.base.position(fid) for fid in self.removed), np.intp)

    @cached_property
    def fids(self) -> np.ndarray:
        """Row ids, int64, ascending."""
        if not self.removed and not self._added:
            return self.base.fids
        kept = np.delete(self.base.fids, self._removed_positions)
        return np.concatenate([kept, np.array(self._added, np.int64)])

    def column(self, name: str) -> np.ndarray:
        """Return a column's values (object array aligned with `fids`); raises InputError `column_unknown`."""
        if name != GEOMETRY:
            self.kind.column(name)
        return self._aligned(name)

    @property
    def geometry(self) -> np.ndarray:
        """Geometries (shapely objects aligned with `fids`, planning CRS; None where missing)."""
        return self._aligned(GEOMETRY)

    def _aligned(self, name: str) -> np.ndarray:
        cache: dict[str, np.ndarray] = self.__dict__.setdefault("_aligned_cache", {})
        if name not in cache:
            values = self.base.column(name)
            if self.overlay or self.removed:
                values = values.copy()
                positions, fids = self._touched
                for at, fid in zip(positions, fids, strict=True):
                    values[at] = self.overlay[fid].get(name)
                added = np.empty(len(self._added), object)
                added[:] = [self.overlay[fid].get(name) for fid in self._added]
                values = np.concatenate([np.delete(values, self._removed_positions), added])
                values.flags.writeable = False
            cache[name] = values
        return cache[name]

    def __contains__(self, fid: int) -> bool:
        return fid in self.overlay or (fid not in self.removed and self.base.position(fid) >= 0)

    def row(self, fid: int) -> dict[str, Any]:
        """Return a row as a dict of every column and `geom`; raises InputError `row_unknown`."""
        if fid not in self:
            raise InputError("row_unknown", kind=self.kind.title.zh, kind_en=self.kind.title.en, key=fid)
        if fid in self.overlay:
            return dict(self.overlay[fid])
        return self.base.row(fid, (*self.kind.column_names, *((GEOMETRY,) if self.kind.geometry else ())))

    def find(self, key: object) -> int:
        """Return the id of the row whose key column is `key` (or, given digits, whose id it is).

        Raises InputError `row_unknown`, or `row_ambiguous` where several rows have that key.
        """
        wanted = str(key)
        matches = [
            int(fid)
            for fid, value in zip(self.fids, self.column(self.kind.key), strict=True)
            if value is not None and str(value) == wanted
        ]
        if len(matches) == 1:
            return matches[0]
        if len(matches) > 1:
            raise InputError(
                "row_ambiguous",
                kind=self.kind.title.zh,
                kind_en=self.kind.title.en,
                key=wanted,
                fids="、".join(map(str, matches)),
                fids_en=", ".join(map(str, matches)),
            )
        if wanted.isdigit() and int(wanted) in self:
            return int(wanted)
        raise InputError("row_unknown", kind=self.kind.title.zh, kind_en=self.kind.title.en, key=wanted)

    def query(self, geometry: shapely.Geometry, predicate: str | None = None) -> np.ndarray:
        """Return ids (int64, ascending) of rows whose geometry meets `geometry`.

        Without a predicate bounding boxes are compared; predicates are shapely's ("intersects",
        "contains", ... read as `geometry predicate feature`).
        """
        positions = self.base.tree.query(geometry, predicate=predicate)
        fids = self.base.fids[positions]
        if self.overlay or self.removed:
            fids = fids[~self.masked[positions]]
            own = np.array(sorted(self.overlay), np.int64)
            geometries = np.empty(len(own), object)
            geometries[:] = [self.overlay[int(fid)].get(GEOMETRY) for fid in own]
            fids = np.concatenate(
                [fids, own[shapely.STRtree(geometries).query(geometry, predicate=predicate)]]
            )
        return np.sort(fids)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index over `geometry`, for many questions at once; its positions are positions in `fids`."""
        return shapely.STRtree(self.geometry) if self.overlay or self.removed else self.base.tree

    @cached_property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """Extent in planning CRS metres (min easting, min northing, max, max), None when empty."""
        total = shapely.total_bounds(self.geometry) if len(self) else np.full(4, np.nan)
        if np.isnan(total).any():
            return None
        return tuple(float(value) for value in total)  # type: ignore[return-value]

    @property
    def digest(self) -> int:
        """Sum of the rows' hashes (see `layers.plan.digest`)."""
        if self._digest is None:
            names = (*self.kind.column_names, *((GEOMETRY,) if self.kind.geometry else ()))
            self._digest = table_digest(self.fids, {name: self._aligned(name) for name in names})
        return self._digest

    def to_frame(self, crs: int | None = None) -> geopandas.GeoDataFrame:
        """Return a GeoDataFrame of every column, indexed by row id, in EPSG `crs`."""
        import geopandas

        data = {name: self.column(name) for name in self.kind.column_names}
        geometry = self.geometry if self.kind.geometry else [None] * len(self)
        return geopandas.GeoDataFrame(data, index=self.fids, geometry=list(geometry), crs=crs)

    # -- changing: every one returns a RowChange, and `apply` a new Table --------------------------

    def update(self, fid: int, values: Mapping[str, Any]) -> RowChange:
        """Return the change that sets some columns of a row; values are normalised to the kind."""
        row = self.row(fid)
        new = normalise_row(self.kind, values, partial=True)
        changed = [name for name, value in new.items() if not same_value(row.get(name), value)]
        return RowChange(
            self.kind.id,
            fid,
            {name: row.get(name) for name in changed},
            {name: new[name] for name in changed},
        )

    def insert(self, values: Mapping[str, Any], *, offset: int = 0) -> RowChange:
        """Return the change that adds a row; `offset` counts rows added by the same command."""
        # A base is read late: somebody else's rows may be in it that came after `next_fid` was known.
        last = int(self.base.fids[-1]) if len(self.base) else 0
        return RowChange(
            self.kind.id, max(self.next_fid, last + 1) + offset, None, normalise_row(self.kind, values)
        )

    def delete(self, fid: int) -> RowChange:
        """Return the change that removes a row."""
        return RowChange(self.kind.id, fid, self.row(fid), None)

    def apply(self, changes: Iterable[RowChange]) -> Table:
        """Return the table after `changes` (rows of this kind, in order).

        Raises InputError `row_changed` when a row is not as a change's `before` says: nothing is
        ever overwritten unseen. The old table stays as it was.
        """
        overlay, removed = dict(self.overlay), set(self.removed)
        digest, next_fid = self._digest, self.next_fid
        for change in changes:
            fid, at = change.fid, self.base.position(change.fid)
            exists = fid in overlay or (at >= 0 and fid not in removed)
            if exists == (change.before is None):
                raise InputError("row_changed", kind=self.kind.title.zh, kind_en=self.kind.title.en, key=fid)
            old = self._current(fid, overlay) if exists else None
            if old is not None and any(
                not same_value(old.get(name), value) for name, value in (change.before or {}).items()
            ):
                raise InputError("row_changed", kind=self.kind.title.zh, kind_en=self.kind.title.en, key=fid)
            if old is not None and at >= 0 and fid not in overlay:
                self.base.keep_original(fid, old)
            if change.after is None:
                overlay.pop(fid, None)
                if at >= 0:
                    removed.add(fid)
                new = None
            else:
                new = {**old, **change.after} if old is not None else dict(change.after)
                overlay[fid] = MappingProxyType(new)
                removed.discard(fid)
            if digest is not None:
                digest = (
                    digest
                    - (row_hash(fid, old) if old is not None else 0)
                    + (row_hash(fid, new) if new is not None else 0)
                ) % MODULUS
            next_fid = max(next_fid, fid + 1)
        table = Table(
            self.kind,
            self.base,
            overlay=MappingProxyType(overlay),
            removed=frozenset(removed),
            next_fid=next_fid,
            digest=digest,
        )
        return table.consolidate() if len(overlay) + len(removed) > CONSOLIDATE_FROM else table

    @without_collector()
    def apply_block(self, block: RowBlock) -> Table:
        """Return the table after many whole rows came or went; raises InputError `row_changed` as `apply`
        does."""
        last = int(self.fids[-1]) if len(self) else 0
        large = len(block) > CONSOLIDATE_FROM
        if not large or (block.added and int(block.fids[0]) <= last):
            # Their hashes are known: only the rows themselves are walked through.
            changed = Table(self.kind, self.base, overlay=self.overlay, removed=self.removed,
                            next_fid=self.next_fid).apply(block.expanded())
            changed._digest = self._moved_digest(block)
            return changed
        names = (*self.kind.column_names, *((GEOMETRY,) if self.kind.geometry else ()))
        ours = {name: self._aligned(name) for name in names}
        if block.added:
            nothing = np.full(len(block), None, object)
            fids = np.concatenate([self.fids, block.fids])
            columns = {name: np.concatenate([ours[name], block.columns.get(name, nothing)]) for name in names}
        else:
            going = np.isin(self.fids, block.fids)
            same = int(going.sum()) == len(block) and all(
                same_column(values[going], block.columns.get(name)) for name, values in ours.items()
            )
            if not same:
                raise InputError("row_changed", kind=self.kind.title.zh, kind_en=self.kind.title.en,
                                 key=int(block.fids[0]))
            fids = self.fids[~going]
            columns = {name: values[~going] for name, values in ours.items()}
        return Table(self.kind, Base(MemorySource(fids, columns)), digest=self._moved_digest(block),
                     next_fid=max(self.next_fid, int(block.fids[-1]) + 1))

    def _moved_digest(self, block: RowBlock) -> int | None:
        if self._digest is None:
            return None
        return (self._digest + (block.digest if block.added else -block.digest)) % MODULUS

    def consolidate(self) -> Table:
        """Return an equal table whose rows are all in its base."""
        names = (*self.kind.column_names, *((GEOMETRY,) if self.kind.geometry else ()))
        order = np.argsort(self.fids)  # rows that came back stand after the base's, whatever their ids
        source = MemorySource(self.fids[order], {name: self._aligned(name)[order] for name in names})
        return Table(self.kind, Base(source), next_fid=self.next_fid, digest=self._digest)

    def _current(self, fid: int, overlay: Mapping[int, Row]) -> dict[str, Any]:
        if fid in overlay:
            return dict(overlay[fid])
        return self.base.row(fid, (*self.kind.column_names, *((GEOMETRY,) if self.kind.geometry else ())))


def same_value(one: Any, other: Any) -> bool:
    """Whether two cells hold the same; geometries are compared coordinate by coordinate."""
    if isinstance(one, shapely.Geometry) and isinstance(other, shapely.Geometry):
        return shapely.to_wkb(one) == shapely.to_wkb(other)
    return type(one) is type(other) and one == other


def normalise_row(kind: LayerKind, row: Mapping[str, Any], *, partial: bool = False) -> dict[str, Any]:
    """Return `row` with every column of `kind` (or, partial, only the given) in its stored type.

    Raises InputError: `column_unknown`, those of `layers.catalogue.values.check_value`,
    `value_not_a_number`, `geometry_wrong_type`. NaN and empty geometries become null.
    """
    from layers.catalogue.values import check_value

    normal: dict[str, Any] = {}
    for name in row:
        if name != GEOMETRY:
            kind.column(name)
    for column in kind.columns:
        if column.name in row:
            normal[column.name] = check_value(column, _stored(column.type, column, row[column.name]))
        elif not partial:
            normal[column.name] = check_value(column, None)
    if kind.geometry and (GEOMETRY in row or not partial):
        normal[GEOMETRY] = _fit_geometry(kind, row.get(GEOMETRY))
    return normal


def _stored(column_type: str, column: Any, value: Any) -> Any:
    if value is None or (isinstance(value, float) and np.isnan(value)) or value is np.ma.masked:
        return None
    if type(value).__name__ in ("NaTType", "NAType"):  # what pandas puts where nothing is
        return None
    if isinstance(value, np.generic):
        value = value.item()
    try:
        if column_type in ("integer", "boolean"):
            if isinstance(value, float) and not value.is_integer():
                raise ValueError(value)
            whole = int(value)
            if not -(1 << 63) <= whole < 1 << 63:  # what a project file can hold
                raise ValueError(value)
            return whole
        if column_type == "real":
            return float(value) + 0.0  # a file does not keep the sign of zero
    except (TypeError, ValueError, OverflowError):
        raise InputError(
            "value_not_a_number", column=column.title.zh, column_en=column.title.en, value=value
        ) from None
    return _date(column, value) if column_type == "date" else _text(column, str(value))


def _date(column: Any, value: Any) -> str:
    """Return a day as ISO text, from ISO text or anything that has a day (datetime, Timestamp)."""
    try:
        day = value.date() if hasattr(value, "date") else datetime.date.fromisoformat(str(value))
        return day.isoformat()
    except ValueError:
        raise InputError(
            "value_not_a_date", column=column.title.zh, column_en=column.title.en, value=value
        ) from None


def _text(column: Any, text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a character: no file can hold it
        shown = text.encode("utf-8", "replace").decode()
        raise InputError(
            "value_not_text", column=column.title.zh, column_en=column.title.en, value=shown
        ) from None
    if "\x00" in text:
        raise InputError(
            "value_not_text",
            column=column.title.zh,
            column_en=column.title.en,
            value=text.replace("\x00", "␀"),
        )
    return text


def _fit_geometry(kind: LayerKind, geometry: shapely.Geometry | None) -> shapely.Geometry | None:
    if geometry is None or geometry.is_empty:
        return None
    geometry = shapely.force_2d(geometry)  # a plan is a plan view: heights of surveys are left behind
    if geometry.geom_type == kind.geometry:
        return geometry
    if kind.geometry == f"Multi{geometry.geom_type}":
        return {"MultiPolygon": shapely.multipolygons, "MultiLineString": shapely.multilinestrings}[
            kind.geometry
        ]([geometry])
    raise InputError(
        "geometry_wrong_type",
        kind=kind.title.zh,
        kind_en=kind.title.en,
        expected=kind.geometry,
        found=geometry.geom_type,
    )
