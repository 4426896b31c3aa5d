"""The road programme: which roads to build or harden so that every gacha and sumu is reached, and in which
year.

For each need (a service of the method `road_reach`, the strictest first: classes, surfaces, any road) the
cheapest connections of all units that are not reached yet are found exactly (`steiner`) among the stretches
that are there, at the price of making them good enough, and new ways across country (`road_ways`). What one
need builds the next has for nothing. The chosen stretches are joined to projects, from fork to fork, and put
into years (`phasing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely

from layers.catalogue.service import Service
from layers.errors import InputError
from layers.geo.terrain import Heights
from layers.plan.plan import Plan
from layers.planning.context import Context
from layers.planning.gaps import households_in
from layers.planning.ground import ground_of
from layers.planning.phasing import LATER, Phasing, phase
from layers.planning.results import Progress, Provenance
from layers.planning.road_faults import road_faults
from layers.planning.road_needs import Stretches, good_enough, parts, root_of, stretches
from layers.planning.road_openings import openings
from layers.planning.road_ways import NewWay, new_ways
from layers.planning.seats import seats_of
from layers.planning.steiner import steiner_tree
from layers.planning.units import Units
from layers.policy.bundle import Policy

UPGRADE, NEW, OPENING = "upgrade", "new", "dead_ends"


@dataclass(frozen=True, slots=True)
class RoadProject:
    """One road of the programme.

    code: stable within the same input. service: the need it serves. make: `upgrade` of a road that is there,
    or `new`. line: planning CRS. km: in the plane. cost: 10,000 yuan. bridges: on a new road. units: codes of
    those whose way it is; households: theirs together (None: not known). width_m: by rule. year: None where
    the money ran out, or none was given. closes_loop: the gacha had no loop before. otherwise: what the
    cheapest connection without it costs more, 10,000 yuan; None where there is none.
    """

    code: str
    service: str
    make: str
    line: shapely.Geometry
    km: float
    cost: float
    bridges: int
    units: tuple[str, ...]
    households: int | None
    width_m: float
    year: int | None
    otherwise: float | None
    closes_loop: bool = False


@dataclass(frozen=True, eq=False)
class Need:
    """What one service came to: units that neither what is there nor what stricter needs build reaches, those
    to which no way leads at all, those without a seat; cost of its roads and the least that any tree costs
    (10,000 yuan)."""

    service: str
    open: tuple[str, ...]
    cut_off: tuple[str, ...]
    without_seat: tuple[str, ...]
    cost: float
    bound: float


@dataclass(frozen=True, eq=False)
class RoadProgramme:
    """projects: by need, then code. phasing: None where no budget was given. years: of the budgets. terrain:
    the file whose heights were reckoned with, "" for none."""

    projects: tuple[RoadProject, ...]
    needs: tuple[Need, ...]
    years: tuple[int, ...]
    phasing: Phasing | None
    provenance: Provenance
    terrain: str = ""

    @property
    def km(self) -> float:
        """Length of all projects."""
        return sum(one.km for one in self.projects)

    @property
    def cost(self) -> float:
        """10,000 yuan of all projects."""
        return sum(one.cost for one in self.projects)


def road_programme(
    plan: Plan,
    policy: Policy,
    *,
    money: Mapping[int, float] | None = None,
    km: Mapping[int, float] | None = None,
    locks: Mapping[str, int | None] | None = None,
    weights: Mapping[str, float] | None = None,
    dead_ends: bool = False,
    year: int | None = None,
    heights: Heights | None = None,
    progress: Progress | None = None,
) -> RoadProgramme:
    """Return the programme.

    dead_ends: open true dead ends inside gachas, too (`road_openings`), which closes loops.

    money, km: year -> what may be spent or built in it (<=; at most one of the two). locks: code of a project
    -> its year, None for not at all. weights: code of a unit -> priority. year: what stands on 31 December of
    it. heights: a terrain model, by which new ways across country wind where it is steep (their `km` stays
    the plane's), and so links of dead ends. Raises InputError `roads_absent`,
    `roads_two_budgets`, `roads_lock_unknown`, `roads_lock_year`; RuleError `phasing_locks`.
    """
    if money and km:
        raise InputError("roads_two_budgets")
    tell = progress or (lambda _done, _total: None)
    context = Context(plan, policy, year)
    services = _services(plan)
    tell(0, len(services) + 3)
    asked = [
        (service, units) for service in services if (units := context.units(service.unit_role)) is not None
    ]
    seats = [seats_of(context, units).points for _, units in asked]
    found = stretches(context, np.concatenate([*seats, np.empty(0, object)])) if asked else None
    if found is None:
        raise InputError("roads_absent")
    ground = ground_of(context)
    tell(1, len(services) + 3)
    ways = new_ways(context, ground, found.xy, found.part, heights)
    tell(2, len(services) + 3)
    built: set[int] = set()
    homes: dict[tuple[str, str], int | None] = {}
    projects: list[RoadProject] = []
    needs: list[Need] = []
    first = 0
    for done, ((service, units), points) in enumerate(zip(asked, seats, strict=True)):
        nodes = found.seat_node[first : first + len(points)]
        first += len(points)
        counted = dict(zip(units.codes, households_in(context, units), strict=True))
        homes |= {(service.id, code): number for code, number in counted.items()}
        own, need = _need(context, found, ways, service, units, nodes, built, counted)
        projects, needs = projects + own, [*needs, need]
        tell(done + 3, len(services) + 3)
    if dead_ends:
        opened = _opened(context, found, ground, plan, policy, year, heights)
        homes |= {(OPENING, one.code): one.households for one in opened}
        projects += opened
    phasing, years = _phased(projects, money or km or {}, bool(km), locks or {}, weights or {}, homes)
    if phasing is not None:
        projects = [replace(one, year=None if at == LATER else years[at])
                    for one, at in zip(projects, phasing.year.tolist(), strict=True)]  # fmt: skip
    provenance = Provenance(
        plan, tuple(context.asked), policy.version, policy.digest, _clauses(policy, services), year
    )
    terrain = heights.source if heights is not None else ""
    return RoadProgramme(tuple(projects), tuple(needs), years, phasing, provenance, terrain)


def _opened(
    context, found, ground, plan, policy, year, heights  # noqa: ANN001, PLR0913
) -> list[RoadProject]:
    width = policy.rule("road_design").values["gacha_width"]
    links = openings(context, found, ground, road_faults(plan, policy, year=year), heights)
    return [
        RoadProject(f"{OPENING}-{number:02d}", OPENING, NEW, one.line, one.km, one.cost, one.bridges,
                    (one.gacha_code,), one.households, width, None, None, one.closes_loop)
        for number, one in enumerate(links, 1)
    ]  # fmt: skip


def _services(plan: Plan) -> list[Service]:
    """Needs of roads, the strictest first: what a class asks for is hardened, what is hardened is a road."""
    found = [service for service, _ in plan.catalogue.services() if service.method == "road_reach"]
    return sorted(found, key=lambda one: (not one.option("classes"), not one.option("surfaces"), one.order))


def _clauses(policy: Policy, services: list[Service]) -> tuple[str, ...]:
    return tuple(
        sorted({target.chapter for one in services for target in policy.targets_for_service(one.id)})
    )


def _need(  # noqa: PLR0913
    context: Context, found: Stretches, ways: list[NewWay], service: Service, units: Units, nodes: np.ndarray,
    built: set[int], homes: Mapping[str, int | None],
) -> tuple[list[RoadProject], Need]:  # fmt: skip
    """The projects of one need; `built` (stretches, then new ways) is added to."""
    good, cost = good_enough(context, found, service)
    good[[at for at in built if at < len(good)]] = True
    cost = np.where(good, 0.0, cost)
    a = np.r_[found.a, [way.one for way in ways]].astype(np.int64)
    b = np.r_[found.b, [way.other for way in ways]].astype(np.int64)
    price = np.r_[cost, [0.0 if len(cost) + at in built else way.cost for at, way in enumerate(ways)]]
    missing = tuple(units.codes[at] for at in np.flatnonzero(nodes < 0))
    root = root_of(found, good)
    if root is None:
        return [], Need(service.id, units.codes, units.codes, missing, 0.0, 0.0)
    tree = steiner_tree(a, b, price, root, nodes[nodes >= 0])
    chosen = [int(at) for at in tree.edges]
    paid = [at for at in chosen if price[at] > 0]
    open_ = _open(a, b, price, root, nodes)
    names = {int(node): [] for node in nodes if node >= 0}
    for at, node in enumerate(nodes):
        if node >= 0:
            names[int(node)].append(units.codes[at])
    made = _projects(context, found, ways, service, (a, b, price), chosen, paid, root, names, homes)
    built |= set(paid)
    cut = tuple(code for node in tree.cut_off for code in names.get(node, ()))
    return made, Need(service.id, tuple(units.codes[at] for at in open_), cut, missing, tree.cost, tree.bound)


def _open(a, b, price, root, nodes) -> list[int]:  # noqa: ANN001
    """Units whose seat no way without cost joins to the root."""
    free = price <= 0
    part = parts(
        int(max(a.max(initial=0), b.max(initial=0), nodes.max(initial=0), root)) + 1, a[free], b[free]
    )
    return [at for at, node in enumerate(nodes) if node >= 0 and part[node] != part[root]]


def _projects(context, found, ways, service, graph, chosen, paid, root, names,
              homes):  # noqa: ANN001, ANN202, PLR0913
    a, b, price = graph
    at_node: dict[int, list[int]] = {}
    for edge in chosen:
        for node in (int(a[edge]), int(b[edge])):
            at_node.setdefault(node, []).append(edge)
    upward = _upward(a, b, at_node, root)
    used: dict[int, list[str]] = {}
    for node, codes in names.items():
        while node != root and node in upward:
            edge, node = upward[node]
            used.setdefault(edge, []).extend(codes)
    size = len(found.a)

    def make(edge: int) -> str:
        return NEW if edge >= size else UPGRADE

    width = context.policy.rule("road_design").values[
        "sumu_width" if service.option("classes") else "gacha_width"
    ]
    projects = []
    groups = _chains(a, b, paid, at_node, names, make)
    behind = [tuple(sorted({code for edge in group for code in used.get(edge, ())})) for group in groups]
    # Numbered by whom they serve and where they begin, not by the order of the roads in the file.
    order = sorted(range(len(groups)), key=lambda at: (behind[at], _corner(found, ways, groups[at])))
    for number, (group, codes) in enumerate(((groups[at], behind[at]) for at in order), 1):
        lines = [ways[edge - size].line if edge >= size else found.line(edge) for edge in group]
        lines = [one for one in lines if one.geom_type == "LineString"]  # a piece without length is a point
        if not lines:
            continue
        counts = [homes.get(code) for code in codes]
        line = shapely.line_merge(shapely.multilinestrings(lines))
        projects.append(
            RoadProject(
                f"{service.id}-{number:02d}", service.id, make(group[0]), line,
                float(sum(ways[edge - size].km if edge >= size else found.km[edge] for edge in group)),
                float(price[group].sum()), sum(ways[edge - size].bridges for edge in group if edge >= size),
                codes,
                None if None in counts else int(sum(counts)), width, None,
                _otherwise(a, b, price, chosen, group, root, names),
            )
        )  # fmt: skip
    return projects


def _corner(found: Stretches, ways: list[NewWay], group: list[int]) -> tuple[float, ...]:
    """The south-west corner of a chain, to the millimetre."""
    size = len(found.a)
    shapes = [ways[edge - size].line if edge >= size else found.line(edge) for edge in group]
    return tuple(np.round(shapely.total_bounds(shapes), 3).tolist())


def _upward(a, b, at_node, root) -> dict[int, tuple[int, int]]:  # noqa: ANN001
    """Of every node of the tree the edge and the node towards the root."""
    found: dict[int, tuple[int, int]] = {}
    stack, seen = [root], {root}
    while stack:
        node = stack.pop()
        for edge in at_node.get(node, ()):
            other = int(b[edge]) if int(a[edge]) == node else int(a[edge])
            if other not in seen:
                seen.add(other)
                found[other] = (edge, node)
                stack.append(other)
    return found


def _chains(a, b, paid, at_node, names, make) -> list[list[int]]:  # noqa: ANN001, PLR0913
    """Paid edges joined from fork to fork; a seat, a change from old to new road, or one that is free ends a
    chain."""
    wanted, done, chains = set(paid), set(), []
    for edge in paid:
        if edge in done:
            continue
        done.add(edge)
        chain = [edge]
        for end, insert in ((int(a[edge]), 0), (int(b[edge]), None)):
            node, last = end, edge
            while node not in names and len(at_node[node]) == 2:
                following = next(one for one in at_node[node] if one != last)
                if following not in wanted or following in done or make(following) != make(edge):
                    break
                done.add(following)
                chain.insert(0, following) if insert == 0 else chain.append(following)
                node, last = (
                    (int(b[following]) if int(a[following]) == node else int(a[following])),
                    following,
                )
        chains.append(chain)
    return chains


def _otherwise(a, b, price, chosen, group, root, names) -> float | None:  # noqa: ANN001, PLR0913
    """What the cheapest way past a project costs more than it, from the seats behind it to the rest of the
    tree."""
    from scipy.sparse.csgraph import dijkstra

    size = int(max(a.max(), b.max(), root)) + 1
    kept = np.setdiff1d(chosen, group)
    side = parts(size, a[kept], b[kept])
    tree = {int(node) for node in np.r_[a[chosen], b[chosen]]}
    behind_parts = [int(side[node]) for node in names if node in tree and side[node] != side[root]]
    behind = np.flatnonzero(np.isin(side, behind_parts))
    if not len(behind):
        return None
    open_ = np.setdiff1d(np.arange(len(a)), group)
    cost = price[open_].copy()
    cost[np.isin(open_, kept)] = 0.0
    graph = _both(a[open_], b[open_], np.maximum(cost, 1e-9), size)
    far = dijkstra(graph, directed=False, indices=behind, min_only=True)
    goal = np.flatnonzero(side == side[root])
    best = float(far[goal].min(initial=np.inf))
    return round(best - float(price[group].sum()), 6) if np.isfinite(best) else None


def _both(a, b, weight, size):  # noqa: ANN001, ANN202
    """A symmetric matrix of the cheapest of parallel edges (scipy would add them up)."""
    from scipy.sparse import csr_array

    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((weight, high, low))
    low, high, weight = low[order], high[order], weight[order]
    first = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])] & (low != high)
    return csr_array((weight[first], (low[first], high[first])), shape=(size, size))


def _phased(projects, budgets, by_km, locks, weights, homes):  # noqa: ANN001, ANN202, PLR0913
    years = tuple(sorted(budgets))
    codes = {one.code: at for at, one in enumerate(projects)}
    for code, year in locks.items():
        if code not in codes:
            raise InputError("roads_lock_unknown", code=code, known=", ".join(codes))
        if year is not None and year not in years:
            raise InputError("roads_lock_year", year=year, known=", ".join(map(str, years)))
    if not years or not projects:
        return None, years
    size = np.array([one.km if by_km else one.cost for one in projects])
    groups: dict[tuple[str, str], list[int]] = {}
    for at, one in enumerate(projects):
        # the way to a unit needs all of its projects; an opening serves those behind its dead end by itself
        for code in (one.code,) if one.service == OPENING else one.units:
            groups.setdefault((one.service, code), []).append(at)
    keys = sorted(groups)
    fixed = {codes[code]: LATER if year is None else years.index(year) for code, year in locks.items()}
    return phase(
        size, [groups[key] for key in keys],
        np.array([1 if homes[key] is None else homes[key] for key in keys], float),
        np.array([budgets[year] for year in years], float),
        weights=np.array([weights.get(key[1], 1.0) for key in keys], float), locks=fixed,
    ), years  # fmt: skip

