"""What scenes keep between frames: geometries by tile, edges, units' places, keyed by the tables' identity.

A table is a base that never changes and a small overlay; the base's geometries are prepared once however
often rows are edited.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.catalogue.classes import class_columns, classify
from layers.catalogue.style import Style
from layers.maps.choropleth import MapTheme
from layers.maps.detail import EXACT_UNIT, Check, EdgeSet, Source, _go_on, read_bounds
from layers.maps.ragged import Flags, boundary_lines, edge_keys, read_rings
from layers.plan.digest import GEOMETRY
from layers.plan.table import Table

EDGES_UP_TO = 400_000
"""Vertices of a unit layer up to which its edges are kept, so that lines beneath leave them out."""


@dataclass(frozen=True, eq=False)
class Part:
    """Some rows of a table: a source, which of its features are hidden, and the row ids."""

    source: Source
    masked: Flags | None
    fids: NDArray[np.int64]
    values: Any  # column name -> values aligned with the source

    def shown(self, chosen: Flags) -> NDArray[np.intp]:
        """Positions that are chosen and not masked."""
        return np.flatnonzero(chosen if self.masked is None else chosen & ~self.masked)


class Sources:
    """Prepared geometries of every table that was drawn; safe from several threads."""

    def __init__(self) -> None:
        self._bounds: WeakKeyDictionary[Any, NDArray[np.float64]] = WeakKeyDictionary()
        self._bases: WeakKeyDictionary[Any, dict[Any, Source]] = WeakKeyDictionary()
        self._overlays: WeakKeyDictionary[Table, dict[Any, tuple[Source, NDArray[np.int64]]]] = (
            WeakKeyDictionary()
        )
        self._edges: WeakKeyDictionary[Table, EdgeSet | None] = WeakKeyDictionary()
        self._above: dict[tuple[int, ...], EdgeSet] = {}
        self._kept: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()
        self._lock = threading.RLock()

    def parts(
        self, table: Table, style: Style, theme: MapTheme | None = None, check: Check = _go_on
    ) -> tuple[Part, ...]:
        """Return the table's rows as parts, in the classes of `style` (or, for units, of `theme`)."""
        with self._lock:
            key = ("theme", theme) if theme is not None else ("style", _deciding(style))
            base = table.base
            found = self._bases.setdefault(base, {})
            source = found.get(key)
            if source is None:
                classes = _classes(table, style, theme, base.column, len(base))
                source = found[key] = Source(base.geometry, classes, self._bounds_of(base, check))
                _forget_themes(found, key)
            masked = table.masked if table.overlay or table.removed else None
            parts = [Part(source, masked, base.fids, base.column)]
            if table.overlay:
                parts.append(self._overlay(table, style, theme, key))
            return tuple(parts)

    def ready(self, table: Table, style: Style) -> tuple[Part, ...]:
        """Return `parts` where the base has been prepared already; else, and while others prepare,
        nothing."""
        if not self._lock.acquire(blocking=False):
            return ()
        try:
            known = ("style", _deciding(style)) in self._bases.get(table.base, {})
            return self.parts(table, style) if known else ()
        finally:
            self._lock.release()

    def _bounds_of(self, base: Any, check: Check) -> NDArray[np.float64]:
        if base not in self._bounds:
            self._bounds[base] = read_bounds(base.geometry, check)
        return self._bounds[base]

    def _overlay(self, table: Table, style: Style, theme: MapTheme | None, key: Any) -> Part:
        found = self._overlays.setdefault(table, {})
        fids = np.array(sorted(table.overlay), np.int64)
        rows = [table.overlay[int(fid)] for fid in fids]

        def column(name: str) -> NDArray[np.object_]:
            values = np.empty(len(rows), object)
            values[:] = [row.get(name) for row in rows]
            return values

        if key not in found:
            classes = _classes(table, style, theme, column, len(rows))
            found[key] = Source(column(GEOMETRY), classes), fids
            _forget_themes(found, key)
        return Part(found[key][0], None, fids, column)

    def edges_above(self, tables: tuple[Table, ...]) -> EdgeSet | None:
        """Edges of all `tables` together, None where there are none."""
        with self._lock:
            sets = [edges for table in tables if (edges := self._edges_of(table)) is not None]
            if len(sets) < 2:
                return sets[0] if sets else None
            key = tuple(edges.token for edges in sets)
            if key not in self._above:
                if len(self._above) > 16:
                    self._above.clear()
                self._above[key] = EdgeSet(np.unique(np.concatenate([edges.keys for edges in sets])))
            return self._above[key]

    def _edges_of(self, table: Table) -> EdgeSet | None:
        if table not in self._edges:
            geometry = table.geometry
            few = shapely.get_num_coordinates(geometry).sum() <= EDGES_UP_TO
            rings = read_rings(geometry) if few else None
            self._edges[table] = EdgeSet(np.unique(edge_keys(rings, EXACT_UNIT))) if rings else None
        return self._edges[table]

    def unit_lines(self, table: Table, above: EdgeSet | None, style_class: int) -> Source | None:
        """Boundaries of a unit layer as one merged set of arcs, each once over the whole layer: two dashed
        lines on top of each other would look solid. None for layers too large for that."""
        with self._lock:
            if self._edges_of(table) is None:
                return None
            return self.keep(
                table,
                ("arcs", above.token if above else 0, style_class),
                lambda: _arcs(table, above, style_class),
            )

    def keep(self, owner: Any, key: Any, make: Any) -> Any:
        """Return what `make()` gave for `key`, as long as `owner` lives."""
        with self._lock:
            found = self._kept.setdefault(owner, {})
            if key not in found:
                found[key] = make()
            return found[key]


def _arcs(table: Table, above: EdgeSet | None, style_class: int) -> Source:
    lines = boundary_lines(read_rings(table.geometry), EXACT_UNIT, above.keys if above else None)
    owner = np.repeat(np.arange(len(lines)), lines.counts)
    pieces = shapely.linestrings(lines.xy, indices=owner) if len(lines) else np.empty(0, object)
    arcs = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(pieces)))
    return Source(arcs, np.full(len(arcs), style_class, np.int16))


def _forget_themes(found: dict[Any, Any], key: Any) -> None:
    """Only the newest of many themes and styles is worth its memory."""
    same = [other for other in found if other[0] == key[0] and other != key]
    for other in same[:-1]:
        del found[other]


def _deciding(style: Style) -> Any:
    """What of a style decides which class a feature has: others that decide alike share their geometries."""
    return style.column, tuple((each.value, each.where, each.limits) for each in style.classes)


def _classes(table: Table, style: Style, theme: MapTheme | None, read: Any, count: int) -> NDArray[np.int16]:
    if theme is not None:
        codes = read(table.kind.key)
        return np.fromiter((theme.of_unit.get(str(code), -1) for code in codes), np.int16, count)
    columns: Mapping[str, Any] = {name: read(name) for name in class_columns(style)}
    return classify(style, columns, count)


SOURCES = Sources()
"""What the whole process keeps."""
