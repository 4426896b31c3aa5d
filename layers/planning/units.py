"""The units in which the plan counts (gacha, sumu, banner), and which of them a feature belongs to.

A feature belongs to the unit whose code it carries; where it carries none, to the unit that contains it
(a point on a common boundary: to the unit with the smaller code; lines and polygons: by a point on them).
A code that no unit has is not guessed at: the feature is left out and counted as such.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from layers.geo.repair import mended
from layers.plan.base import Base
from layers.plan.digest import GEOMETRY
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.columns import code_text, codes_of, values_of

PARENT = "sumu_code"  # column of a gacha with the code of its sumu
GACHA, SUMU, BANNER = "unit.gacha", "unit.sumu", "unit.banner"
NO_UNIT, UNKNOWN_CODE = -1, -2


@dataclass(frozen=True, eq=False)
class Units:
    """All units of one role, in ascending order of code; rows without a code are left out.

    codes, names, sumu_codes, sumu_names: aligned; a sumu is its own sumu, the banner has none ("").
    index: code -> place. rows: place of each row of the table, or -1. tables: where they came from.
    """

    role: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    sumu_codes: tuple[str, ...]
    sumu_names: tuple[str, ...]
    tables: tuple[Table, ...]
    index: dict[str, int] = field(repr=False)

    def __len__(self) -> int:
        return len(self.codes)


def units_of(plan: Plan, role: str) -> Units | None:
    """Return the units of `role`, or None where no such layer is there."""
    tables = plan.with_role(role)
    if not tables:
        return None
    found: dict[str, tuple[str, str]] = {}
    for table in tables:
        names = values_of(table, table.kind.name)
        parents = values_of(table, PARENT)
        for code, name, parent in zip(
            map(code_text, table.column(table.kind.key)), names, parents, strict=True
        ):
            if code:
                found.setdefault(code, (name or code, code_text(parent)))
    codes = tuple(sorted(found))
    names = tuple(found[code][0] for code in codes)
    if role == GACHA:
        sumu = _names(plan, SUMU)
        sumu_codes = tuple(found[code][1] for code in codes)
        sumu_names = tuple(sumu.get(code, code) for code in sumu_codes)
    else:
        sumu_codes, sumu_names = (codes, names) if role == SUMU else (("",) * len(codes),) * 2
    index = {code: place for place, code in enumerate(codes)}
    return Units(role, codes, names, sumu_codes, sumu_names, tables, index)


def _names(plan: Plan, role: str) -> dict[str, str]:
    units = units_of(plan, role)
    return dict(zip(units.codes, units.names, strict=True)) if units else {}


def assign(units: Units, table: Table, *, link: str | None = None) -> np.ndarray:
    """Return the place of each row's unit in `units` (int64 aligned with `table.fids`).

    NO_UNIT (-1) for a feature outside every unit (or without geometry), UNKNOWN_CODE (-2) for a code that
    no unit has.
    """
    places = codes_of(table, link, units.index)
    open_rows = places == NO_UNIT
    if open_rows.any() and table.kind.geometry:
        places = np.where(open_rows, containing(units, table), places)
    return places


def containing(units: Units, table: Table) -> np.ndarray:
    """Return the place of the unit that contains each row, or -1 (int64 aligned with `table.fids`).

    The answer for the table's base is kept as long as base and units live: an edit costs the rows it touched.
    """
    at = np.searchsorted(table.base.fids, table.fids)
    places = np.full(len(table), NO_UNIT, np.int64)
    in_base = at < len(table.base)
    in_base[in_base] = table.base.fids[at[in_base]] == table.fids[in_base]
    places[in_base] = _base_places(units, table.base)[at[in_base]]
    if table.overlay:
        own = np.array(sorted(table.overlay), np.int64)
        geometries = np.empty(len(own), object)
        geometries[:] = [table.overlay[int(fid)].get(GEOMETRY) for fid in own]
        points = points_on(geometries)
        places[np.searchsorted(table.fids, own)] = _places(units, points, shapely.STRtree(points))
    return places


def points_on(geometries: np.ndarray) -> np.ndarray:
    """Return a point for each geometry: itself, or a point that surely lies on it; None stays None."""
    points = np.array(geometries, object, copy=True)
    other = ~shapely.is_missing(points) & (shapely.get_type_id(points) != 0)
    points[other] = shapely.point_on_surface(points[other])
    return points


_cache: WeakKeyDictionary[Base, list[tuple[tuple[Table, ...], np.ndarray]]] = WeakKeyDictionary()
_lock = threading.Lock()
KEPT = 4  # answers a base: gacha, sumu, banner, and one that was just replaced


def _base_places(units: Units, base: Base) -> np.ndarray:
    with _lock:
        for tables, places in _cache.get(base, ()):
            if len(tables) == len(units.tables) and all(map(_same, tables, units.tables)):
                return places
    if _all_points(base.geometry):
        points, tree = base.geometry, base.tree  # the map's own index
    else:
        points = points_on(base.geometry)
        tree = shapely.STRtree(points)
    places = _places(units, points, tree)
    places.flags.writeable = False
    with _lock:
        _cache[base] = [*_cache.get(base, ()), (units.tables, places)][-KEPT:]
    return places


def _all_points(geometries: np.ndarray) -> bool:
    types = shapely.get_type_id(geometries)
    return bool(np.isin(types, (0, -1)).all())


def _same(one: Table, other: Table) -> bool:
    return one is other


def _places(units: Units, points: np.ndarray, tree: shapely.STRtree) -> np.ndarray:
    """Ask every unit's polygon for its points (four times faster than the other way round)."""
    places = np.full(len(points), len(units), np.int64)
    for table in units.tables:
        of_row = codes_of(table, table.kind.key, units.index)
        polygons = mended(table.geometry)
        usable = (of_row >= 0) & ~shapely.is_missing(polygons)
        rows, found = tree.query(polygons[usable], predicate="intersects")
        np.minimum.at(places, found, of_row[usable][rows])
    places[places == len(units)] = NO_UNIT
    return places
