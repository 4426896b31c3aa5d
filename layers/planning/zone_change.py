"""Zones of one kind in two versions: by gacha and class, how much ground there was, is, came and went.

A version is a state of the layer, of which everything counts, or of it what holds on a day: what is over or
still to come on that day does not count; a zone whose dates do not say counts, and is counted in `undated`.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.errors import InputError
from layers.geo.land_change import LandChange, land, land_change
from layers.geo.repair import mended
from layers.plan.plan import Plan
from layers.planning.columns import values_of
from layers.planning.grazing_ground import outlines_of
from layers.planning.results import Progress
from layers.planning.units import GACHA, units_of
from layers.planning.zones import class_column, holds_on

EVERYWHERE = shapely.box(-1e8, -1e8, 1e8, 1e8)  # metres: more than a planning CRS can hold


@dataclass(frozen=True, slots=True)
class Version:
    """A state of the plan, and a day (None: every zone of the state counts, whatever its dates say)."""

    plan: Plan
    day: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class ZoneChangeRow:
    """A class in a gacha. gacha_code: "" for ground outside every gacha, None for the whole layer. value: the
    class, None for zones without one, "" for all classes together (they may overlap)."""

    gacha_code: str | None
    value: Any
    change: LandChange


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """rows: whole layer first, its classes in the catalogue's order, then gachas by code, the rest last; a
    class that is in neither version has no row; ground that two gachas claim counts in both. gachas: code ->
    name, None where no gacha has an outline. counts: zones that count before and after; undated: those among
    them whose dates do not say; shapeless: without a shape. Each a pair (before, after)."""

    kind: str
    rows: tuple[ZoneChangeRow, ...]
    gachas: dict[str, str] | None
    counts: tuple[int, int]
    undated: tuple[int, int]
    shapeless: tuple[int, int]


def zone_change(old: Version, new: Version, kind: str, *, progress: Progress | None = None) -> ZoneChange:
    """Compare two versions of a layer of zones, by the outlines that gachas have in the new one.

    Both plans have one planning CRS. progress: (places done, places in all). Raises InputError
    `zone_layer_wrong` for a kind that is none, `zone_layer_absent` (`version`: old or new) where it is not
    there: what was not drawn is not known to have been nothing.
    """
    known = new.plan.catalogue.kinds.get(kind)
    if known is None or known.zone is None or known.geometry != "MultiPolygon":
        raise InputError("zone_layer_wrong", kind=kind)
    for name, version in (("old", old), ("new", new)):
        if kind not in version.plan:
            raise InputError("zone_layer_absent", kind=known.title.zh, kind_en=known.title.en, version=name)
    was, now = _Zones(old, kind), _Zones(new, kind)
    column = class_column(known)
    order = [choice.value for choice in column.choices] if column else []
    others = {value for side in (was, now) for value in side.classes.tolist()} - {*order, None}
    classes = [*order, *sorted(others, key=str), None] if column else []
    places = _places(new.plan)
    rows: list[ZoneChangeRow] = []
    for at, (code, outline) in enumerate(places):
        if progress is not None:
            progress(at, len(places))
        rows += _rows(code, outline, was, now, classes, new.plan.crs.epsg)
    named = None if len(places) == 1 else _names(new.plan)
    return ZoneChange(
        kind, tuple(rows), named, (was.count, now.count), (was.undated, now.undated),
        (was.shapeless, now.shapeless),
    )  # fmt: skip


def zones_behind(version: Version, places: Plan, kind: str, code: str | None, value: Any) -> tuple[int, ...]:
    """Return the row ids of the zones of a version that share ground with a row's place and are of its class.

    places: the plan whose gachas they are. code, value: as in `ZoneChangeRow`.
    """
    zones = _Zones(version, kind)
    found = np.ones(len(zones.fids), bool) if value == "" else _is(zones.classes, value)
    outline = next((shape for one, shape in _places(places) if one == code), None)
    if outline is not None:
        found &= shapely.area(shapely.intersection(zones.shapes, outline)) > 0
    return tuple(int(fid) for fid in zones.fids[found])


class _Zones:
    """What counts of a version: shapes (n,) mended, their classes, their tree."""

    def __init__(self, version: Version, kind: str) -> None:
        table = version.plan.tables[kind]
        counts = np.ones(len(table), bool)
        self.undated = 0
        if version.day is not None:
            pairs = zip(values_of(table, "valid_from"), values_of(table, "valid_to"), strict=True)
            held = [holds_on(begin, end, version.day) for begin, end in pairs]
            counts = np.array([one is not False for one in held], bool)
            self.undated = sum(one is None for one in held)
        self.count = int(counts.sum())
        shapes = table.geometry[counts]
        there = ~shapely.is_missing(shapes)
        self.shapeless = int((~there).sum())
        self.fids = table.fids[counts][there]
        self.shapes = mended(shapes[there])
        column = class_column(table.kind)
        none = np.full(len(table), None, object)
        self.classes = (none if column is None else table.column(column.name))[counts][there]
        self.tree = shapely.STRtree(self.shapes)

    def within(self, outline: Any) -> tuple[NDArray[Any], NDArray[Any]]:
        """Shapes cut to an outline (None: as they are), and their classes."""
        if outline is None:
            return self.shapes, self.classes
        near = np.sort(self.tree.query(outline, predicate="intersects"))
        return shapely.intersection(self.shapes[near], outline), self.classes[near]


def _places(plan: Plan) -> list[tuple[str | None, Any]]:
    """(code, outline): the whole, each gacha, and what lies outside them all where there are any."""
    units = units_of(plan, GACHA)
    outlines = np.empty(0, object) if units is None else outlines_of(units)
    found = [(code, shape) for code, shape in zip(units.codes if units else (), outlines, strict=True)
             if shape is not None]  # fmt: skip
    if not found:
        return [(None, None)]
    outside = shapely.difference(EVERYWHERE, shapely.union_all([shape for _, shape in found]))
    return [(None, None), *found, ("", outside)]


def _names(plan: Plan) -> dict[str, str]:
    units = units_of(plan, GACHA)
    return {} if units is None else dict(zip(units.codes, units.names, strict=True))


def _rows(
    code: str | None, outline: Any, was: _Zones, now: _Zones, classes: Sequence[Any], epsg: int
) -> list[ZoneChangeRow]:
    old, old_of = was.within(outline)
    new, new_of = now.within(outline)
    if not len(old) and not len(new) and code is not None:
        return []
    rows = [ZoneChangeRow(code, "", land_change(land(old), land(new), epsg))]
    for value in classes:
        before, after = land(old[_is(old_of, value)]), land(new[_is(new_of, value)])
        if not (before.is_empty and after.is_empty):
            rows.append(ZoneChangeRow(code, value, land_change(before, after, epsg)))
    only_touches = not any((rows[0].change.before, rows[0].change.after))
    return [] if only_touches and code is not None else rows


def _is(values: NDArray[Any], value: Any) -> NDArray[np.bool_]:
    return np.fromiter((one == value for one in values), bool, len(values))
