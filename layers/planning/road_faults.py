"""The register of road faults: dead ends, ways whose loss cuts somebody off, cut-off parts, missing loops and
reach.

Roads are the standing, passable ones of `year`. Households belong to the nearest stretch of road no further
off than the walking distance of SDG 9.1.1 (`rural_access`, inclusive); `households` of a fault are those
behind it, and None where no such layer is there. The seat of the banner is where "behind" is looked at from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import shapely

from layers.plan.changes import DocumentChange
from layers.plan.plan import Plan
from layers.planning.columns import code_text, values_of
from layers.planning.context import Context
from layers.planning.dead_ends import Repair, dead_ends
from layers.planning.gaps import gaps, households_in
from layers.planning.network import Roads
from layers.planning.patience import Step, patiently
from layers.planning.results import Gaps, Progress, Provenance
from layers.planning.road_access import Homes, RuralAccess, homes_on, rural_access
from layers.planning.road_graph import RoadGraph, loops_within
from layers.planning.road_loss import Loss, Losses, losses
from layers.planning.seats import seats_of
from layers.planning.units import GACHA, Units
from layers.policy.bundle import Policy

T = TypeVar("T")
ROLE, COLLECTION, REACH = "road", "road_faults", "road_reach"
DEAD_END, SECTION, BRIDGE, PART, NO_LOOP, UNREACHED = (
    "dead_end", "section", "bridge", "part", "no_loop", "unreached",
)  # fmt: skip
KINDS = (DEAD_END, SECTION, BRIDGE, PART, NO_LOOP, UNREACHED)
STEPS = 6


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    kind: one of KINDS. reason: of a dead end why it ends; of a section or bridge `only_way`; of a part
    `cut_off`; of a missing loop `tree` (roads but no loop) or `no_road`; of what is not reached the service's
    id. key: stable as long as the road stays where it is. at: x, y in the planning CRS, None where nobody
    knows. layer, fid, road: the feature it is found on, and its code. km: of road behind it. cuts: gachas it
    cuts off. basis: of a dead end whether its reason is `recorded`, `measured`, or true because
    `nothing_else` explains it. judged: what the planner said of it, None where nothing.
    """

    kind: str
    reason: str
    key: str
    at: tuple[float, float] | None
    layer: str
    fid: int | None
    road: str
    gacha_code: str
    gacha_name: str
    km: float | None
    households: int | None
    cuts: tuple[str, ...] = ()
    repair: Repair | None = None
    basis: str = ""
    judged: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Loops:
    """Roads wholly inside a gacha: loops (cyclomatic number) and km; None where there are no roads to look
    at."""

    code: str
    name: str
    loops: int | None
    km: float | None


@dataclass(frozen=True, eq=False)
class RoadFaults:
    """The register, by kind (as KINDS), then with the most households and km first, then by key.

    access: SDG 9.1.1. reach: service -> (reached, not reached, unknown) units. off_network: households beyond
    walking distance of any road; None where unknown. there: whether there is a road layer at all.
    """

    faults: tuple[Fault, ...]
    loops: tuple[Loops, ...]
    access: RuralAccess
    reach: Mapping[str, tuple[int, int, int]]
    off_network: int | None
    there: bool
    provenance: Provenance

    def of_kind(self, kind: str) -> tuple[Fault, ...]:
        """Faults of one kind."""
        return tuple(fault for fault in self.faults if fault.kind == kind)

    def counts(self) -> Mapping[str, int]:
        """How many faults of each kind (every kind named)."""
        return MappingProxyType({kind: len(self.of_kind(kind)) for kind in KINDS})

    def find(self, key: str) -> Fault | None:
        """The fault of a key."""
        return next((fault for fault in self.faults if fault.key == key), None)


def road_faults(
    plan: Plan, policy: Policy, *, year: int | None = None, progress: Progress | None = None
) -> RoadFaults:
    """Return the register; `there` is False and nothing is listed where the project has no roads.

    progress: called as (steps done, steps in all), twice a second at least; what it raises cancels. Raises
    InputError `unknown_rule`.
    """

    def step(done: int, work: Callable[..., T], *given: Any) -> T:
        return patiently(work, *given, tell=None if progress is None else lambda: progress(done, STEPS))

    context = Context(plan, policy, year)
    tables = context.with_role(ROLE)
    services = [service.id for service, _ in plan.catalogue.services() if service.method == REACH]
    reached = Step(lambda: gaps(plan, policy, year=year, services=services))
    roads, graph, units = step(0, _graph, context)
    homes = step(1, homes_on, context, graph)
    access = step(1, rural_access, context, tables, roads, homes)
    register = _Register(context, roads, graph, homes, units)
    found = step(2, register.dead_ends)
    found += step(3, lambda: register.losses(losses(context, roads, graph, homes, units)))
    loops, missing = step(4, register.loops, bool(tables))
    rows = reached.wait(lambda: progress(5, STEPS) if progress else None)
    reach, unreached, clauses = step(5, _unreached, context, rows)
    provenance = Provenance(plan, tuple(context.asked), policy.version, policy.digest, clauses, year)
    faults = tuple(sorted(found + missing + unreached, key=_order))
    if progress:
        progress(STEPS, STEPS)
    return with_judgements(
        RoadFaults(faults, loops, access, reach, homes.off_network, bool(tables), provenance), plan
    )


def _graph(context: Context) -> tuple[Roads, RoadGraph, Units | None]:
    roads = context.roads(context.with_role(ROLE))
    network = context.network(roads, roads.certain)
    return roads, RoadGraph(network, context.setting("road_node_m")), context.units(GACHA)


def with_judgements(result: RoadFaults, plan: Plan) -> RoadFaults:
    """Return the register with what the planner has said of its faults in `plan`."""
    said = plan.documents.get(COLLECTION, {})
    return replace(
        result, faults=tuple(replace(fault, judged=said.get(fault.key)) for fault in result.faults)
    )


def judge(plan: Plan, key: str, judgement: str | None, *, note: str = "", on: str = "") -> DocumentChange:
    """Return the change that remembers what the planner said of a fault; None forgets it.

    judgement: `leave` (as it is), `plan` (to be built) or `wrong` (no fault). on: the day, ISO.
    """
    value = None if judgement is None else {"judgement": judgement, "note": note.strip(), "on": on}
    return plan.set_document(COLLECTION, key, value)


JUDGEMENTS = ("leave", "plan", "wrong")


def _order(fault: Fault) -> tuple[Any, ...]:
    return KINDS.index(fault.kind), -(fault.households or 0), -(fault.km or 0.0), fault.key


class _Register:
    """Faults with their road, gacha and key."""

    def __init__(
        self, context: Context, roads: Roads, graph: RoadGraph, homes: Homes, units: Units | None
    ) -> None:
        self.context, self.roads, self.graph, self.homes, self.units = context, roads, graph, homes, units
        self.tables = context.with_role(ROLE)
        self._codes = [values_of(table, table.kind.key) for table in self.tables]
        self._polygons = _polygons(units)

    def road(self, line: int) -> tuple[str, int, str]:
        """(layer, fid, code) of a line's road."""
        number, row = int(self.roads.table_of[line]), int(self.roads.row_of[line])
        table = self.tables[number]
        fid = int(table.fids[row])
        return table.kind.id, fid, code_text(self._codes[number][row]) or str(fid)

    def places(self, xy: np.ndarray) -> np.ndarray:
        """Place of the gacha at each point, -1 outside all; on a common boundary the smaller code."""
        found = np.full(len(xy), -1, np.int64)
        if self._polygons is None or not len(xy):
            return found
        tree, unit = self._polygons
        point, polygon = tree.query(shapely.points(xy), predicate="intersects")
        order = np.lexsort((-unit[polygon], point))
        found[point[order]] = unit[polygon[order]]
        return found

    def gacha(self, place: int) -> tuple[str, str]:
        return (
            ("", "")
            if place < 0 or self.units is None
            else (self.units.codes[place], self.units.names[place])
        )

    def dead_ends(self) -> list[Fault]:
        ends = dead_ends(self.context, self.roads, self.graph)
        found = []
        for at, gacha in enumerate(self.places(ends.xy).tolist()):
            spur = self.graph.spur(int(ends.nodes[at]))
            layer, fid, code = self.road(int(ends.line[at]))
            x, y = map(float, ends.xy[at])
            found.append(
                Fault(
                    DEAD_END,
                    ends.reason[at],
                    key_of(DEAD_END, code, x, y),
                    (x, y),
                    layer,
                    fid,
                    code,
                    *self.gacha(gacha),
                    round(float(self.graph.km[spur].sum()), 3),
                    self.homes.on(spur),
                    (),
                    ends.repairs.get(at),
                    ends.basis[at],
                )  # fmt: skip
            )
        return found

    def losses(self, found: Losses) -> list[Fault]:
        every = [*((SECTION, one) for one in found.sections), *((BRIDGE, one) for one in found.bridges),
                 *((PART, one) for one in found.parts)]  # fmt: skip
        places = self.places(np.array([loss.at for _, loss in every], float).reshape(-1, 2))
        return [self._loss(kind, loss, int(place)) for (kind, loss), place in zip(every, places, strict=True)]

    def _loss(self, kind: str, loss: Loss, place: int) -> Fault:
        layer, fid, code = self.road(loss.line)
        if loss.feature is not None:
            layer, fid, code = loss.feature
        cuts = tuple(self.units.codes[at] for at in loss.gachas) if self.units is not None else ()
        return Fault(
            kind, loss.reason, key_of(kind, code, *loss.at), loss.at, layer, fid, code, *self.gacha(place),
            round(loss.km, 3), loss.households, cuts,
        )  # fmt: skip

    def loops(self, there: bool) -> tuple[tuple[Loops, ...], list[Fault]]:
        """Loops of each gacha. A stretch is inside when both its ends and its middle are."""
        units, graph, network = self.units, self.graph, self.graph.network
        if units is None:
            return (), []
        if not there:
            return tuple(Loops(*pair, None, None) for pair in zip(units.codes, units.names, strict=True)), []
        edge = graph.edges
        middle = shapely.get_coordinates(
            shapely.line_interpolate_point(
                network.lines[network.edge_line[edge]],
                (network.edge_from_m[edge] + network.edge_to_m[edge]) / 2,
            )
        )
        at_node = self.places(network.node_xy)
        one, two, mid = at_node[network.edge_a[edge]], at_node[network.edge_b[edge]], self.places(middle)
        inside = np.where((one == two) & (two == mid), mid, -1)
        count, km = loops_within(graph, inside, len(units))
        households = households_in(self.context, units)
        loops = tuple(
            Loops(units.codes[at], units.names[at], int(count[at]), round(float(km[at]), 3))
            for at in range(len(units))
        )
        longest = _longest(inside, network.edge_m[edge], len(units))
        missing = []
        for at, own in enumerate(loops):
            if own.loops:
                continue
            stretch = int(longest[at])
            where = None if stretch < 0 else (float(middle[stretch][0]), float(middle[stretch][1]))
            layer = units.tables[0].kind.id
            missing.append(
                Fault(
                    NO_LOOP,
                    "no_road" if stretch < 0 else "tree",
                    key_of(NO_LOOP, own.code),
                    where,
                    layer,
                    None,
                    "",
                    own.code,
                    own.name,
                    own.km,
                    households[at],
                )  # fmt: skip
            )
        return loops, missing


def _longest(unit: np.ndarray, metres: np.ndarray, units: int) -> np.ndarray:
    """The longest stretch of each unit, -1 where it has none."""
    found = np.full(units, -1, np.int64)
    order = np.argsort(metres, kind="stable")
    order = order[unit[order] >= 0]
    found[unit[order]] = order
    return found


def _polygons(units: Units | None) -> tuple[shapely.STRtree, np.ndarray] | None:
    if units is None or not len(units):
        return None
    shapes, owner = [], []
    for table in units.tables:
        for code, shape in zip(map(code_text, table.column(table.kind.key)), table.geometry, strict=True):
            if shape is not None and code in units.index:
                shapes.append(shape)
                owner.append(units.index[code])
    return shapely.STRtree(np.array(shapes, object)), np.array(owner, np.int64)


def _unreached(
    context: Context, result: Gaps
) -> tuple[Mapping[str, tuple[int, int, int]], list[Fault], tuple[str, ...]]:
    """Units that no road (or none of the asked surface or class) reaches, by service; clauses that ask for
    it."""
    services = [service for service, _ in context.plan.catalogue.services() if service.method == REACH]
    context.asked.update(dict.fromkeys(result.provenance.kinds))
    counts: dict[str, tuple[int, int, int]] = {}
    found = []
    for service in services:
        units = context.units(service.unit_role)
        seats = seats_of(context, units).points
        rows = result.of_service(service.id)
        got = [row.have for row in rows]
        counts[service.id] = (sum(bool(one) for one in got), got.count(0), got.count(None))
        for row in rows:
            if row.have == 0:
                gacha = (row.unit_code, row.unit_name) if row.unit_role == GACHA else ("", row.unit_name)
                layer = context.plan.with_role(row.unit_role)[0].kind.id
                seat = seats[units.index[row.unit_code]] if units is not None else None
                at = None if seat is None else (float(seat.x), float(seat.y))
                found.append(
                    Fault(
                        UNREACHED,
                        service.id,
                        key_of(UNREACHED, f"{service.id}:{row.unit_code}"),
                        at,
                        layer,
                        None,
                        "",
                        *gacha,
                        None,
                        row.households,
                    )  # fmt: skip
                )
    return MappingProxyType(counts), found, result.provenance.clauses


def key_of(kind: str, code: str, x: float | None = None, y: float | None = None) -> str:
    """Return the stable key: kind, code, and the place to the metre."""
    return f"{kind}:{code}" if x is None or y is None else f"{kind}:{code}:{round(x)}:{round(y)}"
