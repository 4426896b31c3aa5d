"""The ground that is grazed: zones that hold on a day, and contract pastures with what grows on them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.geo.local_area import many_areas_m2
from layers.geo.repair import mended
from layers.plan.table import Table
from layers.planning.columns import code_text, is_in, values_of
from layers.planning.context import Context
from layers.planning.forage import REGISTERED, STOCK, forage_of, numbers_of
from layers.planning.overlay import Overlay, overlay, tolerance_m2
from layers.planning.results import Progress
from layers.planning.units import Units, assign, points_on

BAN, REST, BALANCE = "ban", "rest", "balance"
REGIMES = (BAN, REST, BALANCE)
ZONES, PASTURES, PATCHES = "zone.grazing", "pasture.contract", "check.patch"


class Zones:
    """Zones that hold on the day: shapes and regimes.

    `known` is False where there is no such layer, and where none of its zones holds on the day: that a record
    has run out does not say that everything may be grazed. `ended`: zones left out for their dates.
    """

    def __init__(self, context: Context, on: datetime.date | None) -> None:
        tables = context.with_role(ZONES)
        self.there, self.ended = bool(tables), 0
        shapes, regimes = [np.empty(0, object)], [np.empty(0, object)]
        for table in tables:
            held = holding(table, on)
            self.ended += int((~held).sum())
            kept = held & ~shapely.is_missing(table.geometry)
            shapes.append(table.geometry[kept])
            regimes.append(values_of(table, "regime")[kept])
        self.shapes, self.regimes = mended(np.concatenate(shapes)), np.concatenate(regimes)
        self.known = self.there and (len(self.shapes) > 0 or not self.ended)
        self._m2: NDArray[np.float64] | None = None
        self._epsg = context.plan.crs.epsg

    @property
    def missing(self) -> str:
        """Reason code where the zones are not known."""
        return "grazing_zones_ended" if self.there else "grazing_no_zones"

    def across(self, areas: NDArray[Any], epsg: int, progress: Progress | None) -> Overlay | None:
        """Overlay of areas with the zones; None where the zones are not known."""
        if not self.known:
            return None
        found = overlay(areas, self.shapes, epsg, progress=progress)
        self._m2 = found.zone_m2
        return found

    def by_area(self, shared: Overlay | None, count: int) -> list[Mapping[str, float] | None]:
        """m² of every regime in each of `count` areas."""
        if shared is None:
            return [None] * count
        of_pair = self.regimes[shared.zone]
        names = list(dict.fromkeys((*REGIMES, *(code_text(value) for value in self.regimes))))
        sums = {
            name: np.bincount(shared.area, np.where(_same(of_pair, name), shared.m2, 0.0), minlength=count)
            for name in names
        }
        return [MappingProxyType({name: float(sums[name][at]) for name in names}) for at in range(count)]

    def balance(
        self, shared: Overlay | None
    ) -> tuple[Mapping[str, float] | None, Mapping[str, float] | None, float]:
        """Totals of the regimes, what of them lies in no area, and the tolerance of both."""
        if shared is None or self._m2 is None:
            return None, None, 0.0
        inside = np.bincount(shared.zone, shared.m2, minlength=len(self.shapes))
        totals = {name: float(np.nansum(self._m2[_same(self.regimes, name)])) for name in REGIMES}
        rest = {name: float(np.nansum((self._m2 - inside)[_same(self.regimes, name)])) for name in REGIMES}
        allowed = tolerance_m2(sum(totals.values()), len(self.shapes))
        outside = {name: 0.0 if abs(value) <= allowed else value for name, value in rest.items()}
        return MappingProxyType(totals), MappingProxyType(outside), allowed

    def ban_tree(self) -> tuple[NDArray[Any], shapely.STRtree]:
        """The ban zones and their tree."""
        bans = self.shapes[_same(self.regimes, BAN)]
        return bans, shapely.STRtree(bans)


def _same(values: NDArray[np.object_], name: str) -> NDArray[np.bool_]:
    return np.fromiter((code_text(value) == name for value in values), bool, len(values))


def holding(table: Table, on: datetime.date | None) -> NDArray[np.bool_]:
    """Zones not over and not yet to come on the day; a date that is missing rules nothing out."""
    if on is None:
        return np.ones(len(table), bool)
    day = on.isoformat()
    pairs = zip(values_of(table, "valid_from"), values_of(table, "valid_to"), strict=True)
    return np.array(
        [(not begin or str(begin) <= day) and (not end or str(end) >= day) for begin, end in pairs], bool
    )


def outlines_of(units: Units) -> NDArray[Any]:
    """One polygon a unit (several rows of one code are put together), None where there is none."""
    found = np.full(len(units), None, object)
    for table in units.tables:
        shapes = mended(table.geometry)
        for at, place in enumerate(assign(units, table, link=table.kind.key)):
            if place >= 0 and shapes[at] is not None:
                found[place] = shapes[at] if found[place] is None else shapely.union(found[place], shapes[at])
    return found


class Pastures:
    """All contract pastures: their gacha, regimes, forage."""

    def __init__(
        self, context: Context, units: Units | None, zones: Zones, progress: Progress | None
    ) -> None:
        tables = context.with_role(PASTURES)
        self.known = bool(tables)
        self.tables = tables
        self.left_out = 0
        shapes = [np.empty(0, object), *(table.geometry for table in tables)]
        self.shapes = mended(np.concatenate(shapes))
        epsg = context.plan.crs.epsg
        self.m2 = many_areas_m2(self.shapes, epsg)
        self.shared = zones.across(self.shapes, epsg, progress) if len(self.shapes) else None
        banned = np.zeros(len(self.shapes))
        if self.shared is not None:
            bans = np.where(_same(zones.regimes[self.shared.zone], BAN), self.shared.m2, 0.0)
            banned = np.bincount(self.shared.area, bans, minlength=len(self.shapes))
        free = np.maximum(self.m2 - banned, 0.0) if zones.known else np.full(len(self.shapes), np.nan)
        # slivers along an edge that both were drawn to are not pasture
        free = np.where(free <= self.m2 * 1e-6, 0.0, free)
        self.place, hay, capacity, stock, registered = [], [], [], [], []
        begin = 0
        for table in tables:
            part = slice(begin, begin + len(table))
            begin += len(table)
            forage = forage_of(context, table, free[part])
            hay.append(forage.hay_kg)
            capacity.append(forage.capacity)
            stock.append(numbers_of(table, STOCK))
            registered.append(numbers_of(table, REGISTERED))
            self.place.append(
                assign(units, table, link="gacha_code") if units is not None else np.full(len(table), -1)
            )
        self.hay, self.capacity, self.stock, self.registered = map(
            _joined, (hay, capacity, stock, registered)
        )
        self.places = np.concatenate(self.place) if self.place else np.empty(0, np.int64)
        self.left_out = int((self.places < 0).sum())


def _joined(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate(parts) if parts else np.empty(0)


def found_grazing(context: Context, zones: Zones, areas: NDArray[Any]) -> list[int | None]:
    """Of each area, the findings of grazing (patches by a point on them) that lie in it and in a ban zone."""
    tables = context.with_role(PATCHES)
    if not tables or not zones.known:
        return [None] * len(areas)
    points = np.concatenate(
        [points_on(table.geometry[is_in(values_of(table, "finding"), ("grazing",))]) for table in tables]
    )
    points = points[~shapely.is_missing(points)]
    bans, tree = zones.ban_tree()
    banned = np.zeros(len(points), bool)
    if len(points) and len(bans):
        banned[np.unique(tree.query(points, predicate="intersects")[0])] = True
    points = points[banned]
    area, _ = shapely.STRtree(points).query(areas, predicate="intersects")
    return [int(count) for count in np.bincount(area, minlength=len(areas))]
