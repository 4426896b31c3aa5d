"""What stands in grazing bans: camps, herds, wells, sheds, fences – by gacha and by zone.

A thing on a ban's edge counts; a pasture with herds counts where it shares ground with a ban, its stock
whole. A fence counts by its length inside, in metres on the ellipsoid. What is inside by no more than the
stated accuracy of the ban's data (`data_accuracy` by quality) is counted and marked as near the edge: a fence
put up round a ban is no fence in it. A distance that equals the accuracy is near.
Bans whose dates do not say count: they are not known to have ended. A ban that crosses itself is mended
first. What is only planned does not stand; what was opened after the day, or removed by it, does not either.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.catalogue.model import LayerKind
from layers.geo.measure import lengths_m
from layers.geo.repair import mended
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.columns import standing, values_of
from layers.planning.footprints import accuracies
from layers.planning.results import Progress, Provenance
from layers.planning.units import GACHA, assign, units_of
from layers.planning.zones import holds_on
from layers.policy.bundle import Policy

ROLE = "zone.grazing"
BAN = ("regime", "ban")
CLAUSE = "7.4"


@dataclass(frozen=True, slots=True)
class Sort:
    """What is counted inside bans: things of a role, where `column` is `value` (None: above zero).

    ground: what only touches a ban does not count. amount: the column that is added up (sheep units).
    length: it is measured by the metres inside.
    """

    id: str
    role: str
    column: str = ""
    value: str | None = None
    ground: bool = False
    amount: str = ""
    length: bool = False


SORTS = (
    Sort("camp", "pasture.camp"),
    Sort(
        "herd", "pasture.contract", "stock", ground=True, amount="stock"
    ),  # by the pastures that they are on
    Sort("well", "herd.well"),
    Sort("water", "water.work"),
    Sort("shed", "herd.shed"),
    Sort("built", "proposal", "kind_of_work", "livestock"),  # sheds and yards that were drawn and are built
    Sort("fence", "herd.fence", length=True),
)


@dataclass(frozen=True, slots=True)
class Ban:
    """A ban that holds on the day. in_force: True, or None where its dates do not say."""

    kind: str
    fid: int
    key: str
    name: str
    document: str | None
    valid_from: str | None
    valid_to: str | None
    in_force: bool | None
    accuracy_m: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A thing in one ban or several.

    bans: places in `Bans.bans`. gacha: place in `Bans.gachas`, None outside or unknown. metres: inside each
    of `bans`. inside_m: inside any, each metre once. sure_m: of that, farther from the edge than the
    accuracy. near: no farther inside than the accuracy, in every ban that it is in. amount: sheep units, None
    where nothing is counted or known. shape: in planning metres.
    """

    sort: str
    kind: str
    fid: int
    key: str
    gacha: str | None
    bans: tuple[int, ...]
    near: bool
    amount: float | None
    metres: tuple[float, ...]
    inside_m: float
    sure_m: float
    shape: Any = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class BanRow:
    """Things of one sort in one place. near: of `count`. metres, sure_m: of lines only, else None."""

    sort: str
    count: int
    near: int
    amount: float | None
    metres: float | None
    sure_m: float | None


@dataclass(frozen=True, eq=False)
class Bans:
    """What stands in the bans of a day. gachas: code -> name. missing: layers that nobody has drawn.

    ended: bans on record that do not hold on the day; last: the latest day on which one of them held, where
    one has ended.
    """

    on: datetime.date
    bans: tuple[Ban, ...]
    things: tuple[Standing, ...]
    gachas: dict[str, str]
    missing: tuple[LayerKind, ...]
    ended: int
    last: str | None
    provenance: Provenance = field(repr=False)

    def by_gacha(self) -> dict[str | None, tuple[BanRow, ...]]:
        """Rows by code, what is outside every gacha last (None)."""
        order = sorted({one.gacha for one in self.things}, key=lambda code: (code is None, code or ""))
        return {code: _rows([one for one in self.things if one.gacha == code]) for code in order}

    def by_zone(self) -> dict[int, tuple[BanRow, ...]]:
        """Rows by place in `bans`; a thing in two bans is in both. A ban in which nothing stands has none."""
        inside: dict[int, list[Standing]] = {at: [] for at in range(len(self.bans))}
        for one in self.things:
            for ban in one.bans:
                inside[ban].append(one)
        return {at: _rows(things, at) for at, things in inside.items()}

    def whole(self) -> tuple[BanRow, ...]:
        """Rows of all bans together, each thing once."""
        return _rows(self.things)


def bans(
    plan: Plan,
    policy: Policy,
    *,
    on: datetime.date,
    progress: Progress = lambda _done, _total: None,
) -> Bans | None:
    """Return what stands in the bans of a day; None where the project has no layer of regimes."""
    tables = plan.with_role(ROLE)
    if not tables:
        return None
    records, shapes, over = _bans(tables, policy, on)
    ground = _Ground(plan, records, shapes)
    found: list[Standing] = []
    for at, sort in enumerate(SORTS):
        progress(at, len(SORTS))
        for table in plan.with_role(sort.role):
            found += ground.things(sort, table, on)
    progress(len(SORTS), len(SORTS))
    kinds = tuple(dict.fromkeys(
        kind.id for role in (ROLE, GACHA, *(sort.role for sort in SORTS))
        for kind in plan.catalogue.with_role(role)
    ))  # fmt: skip
    units = units_of(plan, GACHA)
    names = dict(zip(units.codes, units.names, strict=True)) if units is not None else {}
    wanted = dict.fromkeys(kind for sort in SORTS for kind in plan.catalogue.with_role(sort.role))
    missing = tuple(kind for kind in wanted if kind.geometry and kind.id not in plan)
    origin = Provenance(plan, kinds, policy.version, policy.digest, (CLAUSE,), None)
    last = max((day for day in over if day and day < on.isoformat()), default=None)
    return Bans(on, tuple(records), tuple(found), names, missing, len(over), last, origin)


def _bans(
    tables: Iterable[Table], policy: Policy, on: datetime.date
) -> tuple[list[Ban], NDArray[np.object_], list[str | None]]:
    """Bans that hold, their shapes, and until when those hold that do not hold on the day."""
    records: list[Ban] = []
    over: list[str | None] = []
    shapes: list[Any] = []
    for table in tables:
        kind = table.kind
        columns = [values_of(table, name) for name in
                   (BAN[0], "valid_from", "valid_to", kind.key, kind.name, "document")]  # fmt: skip
        far = accuracies(policy, values_of(table, "quality"))
        rows = zip(table.fids, table.geometry, far, *columns, strict=True)
        for fid, shape, accuracy, regime, begin, end, key, name, document in rows:
            holds = holds_on(begin, end, on)
            if regime != BAN[1] or shape is None:
                continue
            if holds is False:
                over.append(end)
                continue
            records.append(Ban(kind.id, int(fid), str(key or ""), str(name or ""), document, begin, end,
                               holds,
                               float(accuracy)))  # fmt: skip
            shapes.append(shape)
    made = np.empty(len(shapes), object)
    made[:] = shapes
    return records, mended(made), over


class _Ground:
    """The bans as ground: what is inside, how far from the edge."""

    def __init__(self, plan: Plan, records: Sequence[Ban], shapes: NDArray[np.object_]) -> None:
        self.plan, self.records, self.shapes = plan, records, shapes
        self.tree = shapely.STRtree(shapes)
        self.edges = shapely.boundary(shapes)
        self.units = units_of(plan, GACHA)
        self._sure: dict[int, Any] = {}

    def things(self, sort: Sort, table: Table, on: datetime.date) -> list[Standing]:
        """Things of a table that stand in bans, in the order of their row ids."""
        there = _stands(sort, table, on)
        own = mended(table.geometry)
        at, ban = self.tree.query(own, predicate="intersects")
        kept = there[at]
        at, ban = at[kept], ban[kept]
        if sort.ground or sort.length:
            shared = shapely.intersection(own[at], self.shapes[ban])
            size = shapely.length if sort.length else shapely.area
            kept = size(shared) > 0
            at, ban = at[kept], ban[kept]
        if not len(at):
            return []
        places = (
            np.full(len(table), -1) if self.units is None else assign(self.units, table, link="gacha_code")
        )
        amounts = values_of(table, sort.amount)
        keys = values_of(table, table.kind.key)
        found = []
        order = np.lexsort((ban, at))
        at, ban = at[order], ban[order]
        starts = np.flatnonzero(np.r_[True, at[1:] != at[:-1]])
        for row, inside in zip(at[starts], np.split(ban, starts[1:]), strict=True):
            metres, whole, sure = self._metres(own[row], inside) if sort.length else ((), 0.0, 0.0)
            near = sure <= 0 if sort.length else self._near(own[row], inside)
            unit = int(places[row])
            code = self.units.codes[unit] if self.units is not None and unit >= 0 else None
            amount = amounts[row]
            found.append(Standing(
                sort.id, table.kind.id, int(table.fids[row]), str(keys[row] or ""), code,
                tuple(int(one) for one in inside), near, None if amount is None else float(amount), metres,
                whole,
                sure, table.geometry[row],
            ))  # fmt: skip
        return found

    def _near(self, thing: Any, inside: NDArray[np.intp]) -> bool:
        """Whether a thing is nowhere farther inside than the accuracy: where no part of it is in what is
        sure.

        Points are measured; an area is asked for a part in the ban without its uncertain edge.
        """
        if shapely.get_dimensions(thing) == 0:
            far = shapely.distance(thing, self.edges[inside])
            return bool(all(metres <= self.records[ban].accuracy_m
                            for metres, ban in zip(far, inside, strict=True)))  # fmt: skip
        return not any(shapely.intersects(thing, self._core(int(ban))) for ban in inside)

    def _core(self, ban: int) -> Any:
        """A ban without the edge within which nothing is sure."""
        if ban not in self._sure:
            core = shapely.buffer(self.shapes[ban], -self.records[ban].accuracy_m, quad_segs=4)
            shapely.prepare(core)
            self._sure[ban] = core
        return self._sure[ban]

    def _metres(self, line: Any, inside: NDArray[np.intp]) -> tuple[tuple[float, ...], float, float]:
        """Metres in each ban, in any, and surely in any."""
        epsg = self.plan.crs.epsg
        pieces = shapely.intersection(line, self.shapes[inside])
        sure = shapely.intersection(line, np.array([self._core(int(ban)) for ban in inside], object))
        whole, certain = shapely.union_all(pieces), shapely.union_all(sure)
        lengths = lengths_m([*pieces, whole, certain], epsg)
        return tuple(float(one) for one in lengths[:-2]), float(lengths[-2]), float(lengths[-1])


def _stands(sort: Sort, table: Table, on: datetime.date) -> NDArray[np.bool_]:
    """Whether each row stands on the day and is of the sort."""
    day = on.isoformat()
    there = standing(table, None, None)
    for name, gone in (("opened_on", lambda one: one > day), ("removed_on", lambda one: one <= day)):
        if name in table.kind.column_names:
            there &= ~_each(table.column(name), lambda value, gone=gone: bool(value) and gone(str(value)))
    if sort.column:
        there &= _each(values_of(table, sort.column), lambda value: _is(sort, value))
    return there


def _each(values: Iterable[Any], met: Callable[[Any], bool]) -> NDArray[np.bool_]:
    return np.fromiter((met(value) for value in values), bool)


def _is(sort: Sort, value: object) -> bool:
    if sort.value is None:
        return isinstance(value, (int, float)) and value > 0
    return value == sort.value


def _rows(things: Sequence[Standing], ban: int | None = None) -> tuple[BanRow, ...]:
    """One row a sort that is there; with `ban`, of lines only the metres in that one."""
    rows = []
    for sort in SORTS:
        own = [one for one in things if one.sort == sort.id]
        if not own:
            continue
        amounts = [one.amount for one in own if one.amount is not None]
        metres = sure = None
        if sort.length:
            metres = sum(one.inside_m if ban is None else one.metres[one.bans.index(ban)] for one in own)
            sure = sum(one.sure_m for one in own) if ban is None else None
        rows.append(BanRow(sort.id, len(own), sum(one.near for one in own),
                           sum(amounts) if sort.amount and amounts else None, metres, sure))  # fmt: skip
    return tuple(rows)
