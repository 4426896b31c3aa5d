"""From gachas to households: who gets which toilet in which year, where it stands, and who cannot be served.

An allocation says how many toilets a gacha gets in a year. Here every one of them gets a household: one that
was surveyed and has no accepted toilet, that wants one (those who were not asked come after those who said
yes; those who said no are left out), in the order of the priority rule, then of its code. Its type fits
frost, water and density (`toilet_fit`), and its spot keeps the clearances. The result is rows of proposed
toilets, told apart by the scheme's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely

from layers.plan.changes import Changes, RowChange
from layers.plan.digest import GEOMETRY
from layers.plan.plan import Plan
from layers.planning.columns import code_text, is_in, is_null, values_of
from layers.planning.context import Context
from layers.planning.results import Progress, Provenance, Reason, reason
from layers.planning.toilet_fit import ToiletType, facts_of, fit, spot, types_of, wells_of
from layers.planning.toilet_need import NOT_YET, household_states
from layers.planning.toilets import SERVICE
from layers.planning.units import GACHA
from layers.policy.bundle import Policy

CLEARANCES = "tank_clearances"


@dataclass(frozen=True, slots=True)
class Served:
    """A household that gets a toilet: points: by the priority rule; point: planning CRS metres."""

    household_code: str
    gacha_code: str
    year: int
    type: str
    cost: float
    points: int
    point: shapely.Point
    why: Reason


@dataclass(frozen=True, slots=True)
class NotServed:
    """A household that cannot have one, and why (`unwilling`, `no_type`, `no_spot`, `no_place`)."""

    household_code: str
    gacha_code: str
    why: Reason


@dataclass(frozen=True, eq=False)
class Candidates:
    """Households that can have a toilet, by gacha and then in the order in which they come; aligned.

    gacha: code. type: number in `types`. points, code, spot: as in Served.
    """

    types: tuple[ToiletType, ...]
    gacha: np.ndarray
    code: np.ndarray
    type: np.ndarray
    points: np.ndarray
    spot: np.ndarray
    why: tuple[Reason, ...]
    refused: tuple[NotServed, ...]
    provenance: Provenance

    def by_type(self, codes: tuple[str, ...]) -> np.ndarray:
        """Return int64 (gachas, types): how many candidates each gacha has of each type."""
        place = {code: at for at, code in enumerate(codes)}
        counts = np.zeros((len(codes), len(self.types)), np.int64)
        for gacha, kind in zip(self.gacha, self.type, strict=True):
            if gacha in place:
                counts[place[gacha], kind] += 1
        return counts


@dataclass(frozen=True, eq=False)
class HouseholdPlan:
    """served: by year, gacha, order. short: (gacha, year) -> toilets for which no household was left.

    cost: year -> 10,000 yuan.
    """

    served: tuple[Served, ...]
    refused: tuple[NotServed, ...]
    short: Mapping[tuple[str, int], int]
    cost: Mapping[int, float]
    provenance: Provenance


def candidates(plan: Plan, policy: Policy, *, progress: Progress | None = None) -> Candidates:
    """Return every household that can have a toilet, and the others with the reason.

    Raises InputError `toilet_types_missing`, `unknown_rule`.
    """
    context = Context(plan, policy, None)
    service, kinds = next(found for found in plan.catalogue.services() if found[0].id == SERVICE)
    units = context.units(GACHA)
    types = types_of(context)
    tell = progress or (lambda _done, _total: None)
    tell(0, 3)
    rows = [] if units is None else _rows(context, household_states(context, service, kinds, units), units)
    tell(1, 3)
    refused = [
        NotServed(
            row.code, row.gacha, reason("toilet_unwilling" if row.willing is False else "toilet_no_place")
        )
        for row in rows
        if row.willing is False or row.point is None
    ]
    rows = [row for row in rows if row.willing is not False and row.point is not None]
    rows.sort(key=lambda row: (row.gacha, row.willing is None, -row.points, row.code))
    points = np.array([row.point for row in rows], object)
    facts = facts_of(context, points, [row.gacha for row in rows], _everyone(context))
    chosen, why = fit(types, facts, context.setting("frost_depth"))
    tell(2, 3)
    spots = _spots(context, points, facts.well_m)
    kept = []
    for at, row in enumerate(rows):
        if chosen[at] < 0:
            refused.append(NotServed(row.code, row.gacha, why[at]))
        elif spots[at] is None:
            refused.append(NotServed(row.code, row.gacha, reason("toilet_no_spot")))
        else:
            kept.append(at)
    tell(3, 3)
    return Candidates(
        types, np.array([rows[at].gacha for at in kept], object), np.array([rows[at].code for at in kept],
        object),
        chosen[kept], np.array([rows[at].points for at in kept], np.int64), spots[kept],
        tuple(why[at] for at in kept), tuple(sorted(refused, key=lambda one: (one.gacha_code,
        one.household_code))),
        Provenance(plan, tuple(context.asked), policy.version, policy.digest, (), None),
    )  # fmt: skip


def to_households(
    found: Candidates, cells: Mapping[str, Mapping[int, int | Mapping[str, int]]]
) -> HouseholdPlan:
    """Give the toilets of `cells` (gacha code -> year -> number, or number by type) to candidates, year by
    year."""
    waiting: dict[str, list[int]] = {}
    for at, gacha in enumerate(found.gacha):
        waiting.setdefault(gacha, []).append(at)
    served, short = [], {}
    for year, gacha, wanted in sorted(
        (year, gacha, number) for gacha, row in cells.items() for year, number in _flat(row)
    ):
        for kind, number in wanted:
            here = waiting.get(gacha, [])
            mine = [at for at in here if kind is None or found.types[found.type[at]].id == kind]
            for at in mine[:number]:
                here.remove(at)
                one = found.types[found.type[at]]
                served.append(Served(found.code[at], gacha, year, one.id, one.cost, int(found.points[at]),
                                     found.spot[at], found.why[at]))  # fmt: skip
            if number > len(mine):
                short[gacha, year] = short.get((gacha, year), 0) + number - len(mine)
    cost: dict[int, float] = {}
    for one in served:
        cost[one.year] = round(cost.get(one.year, 0.0) + one.cost, 6)
    return HouseholdPlan(
        tuple(served), found.refused, MappingProxyType(short), MappingProxyType(cost), found.provenance
    )


def proposed_rows(plan: Plan, made: HouseholdPlan, scheme: str) -> Changes:
    """Return the changes that put the toilets of a scheme on the map in the place of those it had before."""
    table = plan.with_role("sanitation.toilet")[0]
    kind, names = table.kind, table.kind.column_names
    own = is_in(values_of(table, "scheme"), (scheme,))
    old = np.flatnonzero(own & is_in(values_of(table, "status"), ("idea",)))
    rows = [RowChange(kind.id, int(table.fids[at]), table.row(int(table.fids[at])), None) for at in old]
    for fid, one in enumerate(made.served, start=table.next_fid):
        row = dict.fromkeys(names) | {
            kind.key: f"{scheme}-{one.household_code}", "household_code": one.household_code,
            "gacha_code": one.gacha_code, "state": "planned", "type": one.type, "scheme": scheme, "year":
            one.year,
            "status": "idea", "quality": "unknown", GEOMETRY: one.point,
        }  # fmt: skip
        rows.append(RowChange(kind.id, fid, None, row))
    return Changes(tuple(rows))


@dataclass(slots=True)
class _Row:
    code: str
    gacha: str
    willing: bool | None
    points: int
    point: shapely.Point | None


def _rows(context: Context, households, units) -> list[_Row]:  # noqa: ANN001
    """Surveyed households without an accepted toilet, in units, with a code."""
    worth = dict(context.policy.rule("toilet_priority").values)
    faulty = _with_state(context, "faulty")
    found = []
    for part in households:
        table = part.table
        wish = values_of(table, "toilet_willing")
        monitored = ~is_null(values_of(table, "monitored")) & is_null(values_of(table, "risk_cleared_on"))
        poor = is_in(values_of(table, "out_of_poverty"), (1, True))
        for at in np.flatnonzero((part.states == NOT_YET) & (part.places >= 0)):
            code = code_text(values_of(table, table.kind.key)[at])
            points = (worth["monitored"] * monitored[at] + worth["out_of_poverty"] * poor[at]
                      + worth["faulty"] * (code in faulty))  # fmt: skip
            if code:
                found.append(_Row(code, units.codes[part.places[at]],
                                  None if wish[at] is None else bool(wish[at]), int(points),
                                  table.geometry[at]))
    return found


def _with_state(context: Context, state: str) -> set[str]:
    return {
        code_text(code)
        for table in context.with_role("sanitation.toilet")
        for code in values_of(table, "household_code")[is_in(values_of(table, "state"), (state,))]
    }


def _everyone(context: Context) -> np.ndarray:
    parts = [table.geometry[~shapely.is_missing(table.geometry)] for table in context.with_role("household")]
    return np.concatenate([*parts, np.empty(0, object)])


def _spots(context: Context, points: np.ndarray, well_m: np.ndarray) -> np.ndarray:
    rule = context.policy.rule(CLEARANCES).values
    room, clear = rule["room_at_most"], rule["well_at_least"]
    wells, none = wells_of(context), np.empty(0, object)
    spots = np.full(len(points), None, object)
    tree = shapely.STRtree(wells)
    for at, house in enumerate(points):
        # only a well that near can stand in the way
        near = wells[tree.query(house, predicate="dwithin", distance=room + clear)] if len(wells) else none
        spots[at] = spot(house, near if well_m[at] <= room + clear else none, room_m=room, well_m=clear)
    return spots


def _flat(row: Mapping[int, int | Mapping[str, int]]):  # noqa: ANN202
    for year, wanted in row.items():
        yield year, tuple(sorted(wanted.items())) if isinstance(wanted, Mapping) else ((None, wanted),)
