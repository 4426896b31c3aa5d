"""占用地类统计: what land a drawing takes, by class and ownership, to the last printed digit; whose pastures.

Every square metre is counted once: where parcels overlap it goes to the one with the smaller row id, and how
much that was is said. What no parcel covers is a line of its own. Printed numbers are apportioned by largest
remainders (Hamilton), so that the lines add up to the printed area exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.geo.measure import M2_PER_HA, M2_PER_MU, areas_m2
from layers.geo.repair import mended
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.results import Provenance
from layers.policy.bundle import Policy

PARCEL, PASTURE = "land.parcel", "pasture.contract"
CODE, NAME, OWNERSHIP = "DLBM", "DLMC", "QSXZ"
HA_DIGITS, MU_DIGITS = 4, 2
Key = tuple[str | None, str | None, str | None, bool]  # code, name, ownership, whether a parcel covers it


@dataclass(frozen=True, slots=True)
class LandLine:
    """One class and ownership. code, name, ownership: None where not filled in; `covered` False: no parcel.

    ha, mu: as printed (4 and 2 decimals). area_m2: on the ellipsoid, not rounded. parcels: (kind, row id) of
    those that it is taken from.
    """

    code: str | None
    name: str | None
    ownership: str | None
    covered: bool
    area_m2: float
    ha: Decimal
    mu: Decimal
    parcels: tuple[tuple[str, int], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class PastureLine:
    """Contract pastures of one gacha that are taken. holders: how many different ones, None where not told.
    places: which, as (kind id, row id)."""

    gacha_code: str | None
    parcels: int
    holders: int | None
    area_m2: float
    places: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, eq=False)
class LandUse:
    """The statement. lines: by code, then ownership, what no parcel covers last. ha, mu: totals as printed.

    overlapped_m2: counted once though several parcels cover it. known: whether there is a parcel layer.
    pastures: None where there is no layer of contracts.
    """

    lines: tuple[LandLine, ...]
    area_m2: float
    ha: Decimal
    mu: Decimal
    overlapped_m2: float
    known: bool
    pastures: tuple[PastureLine, ...] | None
    provenance: Provenance = field(repr=False)


def land_use(plan: Plan, policy: Policy, grounds: Sequence[shapely.Geometry]) -> LandUse:
    """Return what land the grounds (polygons in planning CRS metres) take together, each place once."""
    ground = shapely.union_all(mended(np.array(grounds, object)))
    total = float(areas_m2([ground], plan.crs.epsg)[0])
    tables = plan.with_role(PARCEL)
    kinds: dict[Key, float] = {}
    behind: dict[Key, list[tuple[str, int]]] = {}
    left, overlapped = ground, 0.0
    for table in tables:
        left, more = _take(table, left, ground, plan.crs.epsg, kinds, behind)
        overlapped += more
    rest = float(areas_m2([left], plan.crs.epsg)[0]) if not left.is_empty else 0.0
    if rest > 0 and (rest > total * 1e-9 or not kinds):
        kinds[None, None, None, False] = rest
    order = sorted(kinds, key=lambda one: (not one[3], one[0] or "~", one[2] or "~", one[1] or ""))
    areas = np.array([kinds[one] for one in order], np.float64)
    ha_total, mu_total = rounded(total / M2_PER_HA, HA_DIGITS), rounded(total / M2_PER_MU, MU_DIGITS)
    has, mus = apportioned(areas, ha_total, HA_DIGITS), apportioned(areas, mu_total, MU_DIGITS)
    lines = tuple(
        LandLine(*one, float(area), ha, mu, tuple(behind.get(one, ())))
        for one, area, ha, mu in zip(order, areas, has, mus, strict=True)
    )
    asked = tuple(kind.id for role in (PARCEL, PASTURE) for kind in plan.catalogue.with_role(role))
    origin = Provenance(plan, asked, policy.version, policy.digest, (), None)
    return LandUse(
        lines, total, ha_total, mu_total, overlapped, bool(tables), _pastures(plan, ground), origin
    )


def _take(
    table: Table,
    left: shapely.Geometry,
    ground: shapely.Geometry,
    epsg: int,
    kinds: dict[Key, float],
    behind: dict[Key, list[tuple[str, int]]],
) -> tuple[shapely.Geometry, float]:
    """Count what a layer's parcels take of the land not counted yet; (what is left, m² that several
    cover)."""
    near = np.sort(table.tree.query(ground, predicate="intersects"))
    if not len(near):
        return left, 0.0
    shapes = mended(table.geometry[near])
    all_of_it = areas_m2(shapely.intersection(shapes, ground), epsg)
    columns = [table.column(name)[near] if name in table.kind.column_names else [None] * len(near)
               for name in (CODE, NAME, OWNERSHIP)]  # fmt: skip
    overlapped = 0.0
    for at, shape in enumerate(shapes):
        piece = shapely.intersection(left, shape)
        area = float(areas_m2([piece], epsg)[0]) if not piece.is_empty else 0.0
        overlapped += max(float(all_of_it[at]) - area, 0.0)
        if area <= 0:
            continue
        code, name, own = (None if column[at] is None else str(column[at]) for column in columns)
        key = (code, name, own, True)
        kinds[key] = kinds.get(key, 0.0) + area
        behind.setdefault(key, []).append((table.kind.id, int(table.fids[near[at]])))
        left = shapely.difference(left, shape)
    return left, overlapped if overlapped > 0.01 else 0.0


def _pastures(plan: Plan, ground: shapely.Geometry) -> tuple[PastureLine, ...] | None:
    tables = plan.with_role(PASTURE)
    if not tables:
        return None
    found: dict[str | None, list[tuple[float, str | None, tuple[str, int]]]] = {}
    for table in tables:
        near = table.tree.query(ground, predicate="intersects")
        areas = areas_m2(shapely.intersection(mended(table.geometry[near]), ground), plan.crs.epsg)
        names = table.kind.column_names
        who = [table.column(name)[near] for name in ("household_code", "holder") if name in names]
        code = table.column("gacha_code")[near] if "gacha_code" in names else [None] * len(near)
        for at, area in enumerate(areas):
            if area > 0.01:
                holder = next((str(column[at]) for column in who if column[at] is not None), None)
                found.setdefault(code[at], []).append(
                    (float(area), holder, (table.kind.id, int(table.fids[near[at]])))
                )
    return tuple(
        PastureLine(
            gacha, len(rows),
            None if any(who is None for _, who, _ in rows) else len({who for _, who, _ in rows}),
            sum(area for area, _, _ in rows), tuple(place for *_, place in rows),
        )
        for gacha, rows in sorted(found.items(), key=lambda one: one[0] or "~")
    )  # fmt: skip


def rounded(value: float, digits: int) -> Decimal:
    """A number rounded half up on the decimal that it shows."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def apportioned(areas: NDArray[np.float64], total: Decimal, digits: int) -> list[Decimal]:
    """Areas as printed numbers that add up to `total` exactly: largest remainders, the first of equals."""
    units = int(total.scaleb(digits))
    whole = float(areas.sum())
    if not len(areas) or whole <= 0:
        return [Decimal(0).scaleb(-digits) for _ in areas]
    exact = areas * (units / whole)
    floors = np.floor(exact).astype(np.int64)
    lacking = units - int(floors.sum())
    order = sorted(range(len(areas)), key=lambda at: (-(exact[at] - floors[at]), at))
    for at in order[:lacking]:
        floors[at] += 1
    return [Decimal(int(count)).scaleb(-digits) for count in floors]
