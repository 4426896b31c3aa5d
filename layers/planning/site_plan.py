"""Sites for a service: where new clinics, water points, kindergartens, waste stations or delivery points
should stand.

Clients are herding households, weighted by their people (a household whose number is not known counts as the
average of the others), or the seats of gachas where no household layer is there. Candidates are the seats of
gachas and sumu; what stands already is kept and counts. A candidate on ground where a zone rule does not
allow such a work is forbidden, and named. Ways and minutes: `layers.planning.access`. What is chosen:
`layers.planning.siting`.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from layers.errors import InputError
from layers.plan.changes import Changes, RowChange
from layers.plan.digest import GEOMETRY
from layers.plan.plan import Plan, empty_table
from layers.planning.access import access
from layers.planning.columns import code_text, is_null, values_of
from layers.planning.conflicts import NO, conflicts
from layers.planning.context import Context
from layers.planning.facilities import Facilities
from layers.planning.footprints import WORK_OF_ROLE, Work, ground_of
from layers.planning.results import Progress, Provenance
from layers.planning.seats import seats_of
from layers.planning.site_costs import minutes_between
from layers.planning.siting import COVER, COVERAGE, OBJECTIVES, Siting, site
from layers.planning.units import GACHA, SUMU, Units, assign
from layers.policy.bundle import Policy

PEOPLE, HOUSEHOLDS, SEATS = "people", "households", "seats"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a site may stand: the seat of a unit. forbidden: the zone whose rule does not allow it,
    or ""."""

    code: str
    name: str
    sumu_name: str
    point: shapely.Point
    forbidden: str


@dataclass(frozen=True, slots=True)
class NewSite:
    """A chosen site. people: weight that goes to it; alone: weight that no other site reaches; clients and
    alone_clients: of how many households (or seats) that is the weight.

    farthest: minutes of the farthest of its clients. runner_up: name of the best site in its place ("" for
    none), and runner_up_value the objective then.
    """

    candidate: Candidate
    people: float
    alone: float
    farthest: float
    runner_up: str
    runner_up_value: float | None
    clients: int
    alone_clients: int


@dataclass(frozen=True, eq=False)
class SitePlan:
    """Where to build.

    target: what is sited; work: as a kind of work. weight: what is counted (`people`, `households`, `seats`).
    before, after, total: weight within `reach` minutes now, with the new sites, and of all. by_gacha: code ->
    (within reach now, after, all). unreachable: weight that no candidate reaches, however many are built.
    """

    target: str
    work: str
    objective: str
    reach: float
    weight: str
    facilities: Facilities
    candidates: tuple[Candidate, ...]
    new: tuple[NewSite, ...]
    before: float
    after: float
    total: float
    unreachable: float
    by_gacha: dict[str, tuple[float, float, float]]
    siting: Siting
    provenance: Provenance


def site_plan(
    plan: Plan,
    policy: Policy,
    *,
    kind: str,
    number: int | None,
    reach: float,
    on: datetime.date,
    objective: str | None = None,
    year: int | None = None,
    capacity: float | None = None,
    progress: Progress | None = None,
) -> SitePlan:
    """Return new sites for a service, a kind or a role (`access`'s `to`).

    number: new sites at the most; None: as many as it takes to bring everyone who can be within `reach`
    minutes (<=). objective: see `siting.site`; by default `cover` without a number, `coverage` with one. on:
    the day by which zone rules are asked. capacity: weight that each new site can take; existing ones take
    any. Raises InputError `site_objective_number` (a number and `cover`, or none and another),
    `access_unknown`, `site_no_clients`; RuleError as `siting.site`.
    """
    chosen = objective or (COVER if number is None else COVERAGE)
    if chosen not in OBJECTIVES or (chosen == COVER) != (number is None):
        raise InputError("site_objective_number", objective=chosen, number=number)
    tell = progress or (lambda _done, _total: None)
    tell(0, 5)
    found = access(plan, policy, to=kind, origins="seats", year=year)
    tell(1, 5)
    context = Context(plan, policy, year)
    units, places, weights, weight, gacha = _clients(context)
    if not len(places):
        raise InputError("site_no_clients")
    work = next(
        (WORK_OF_ROLE[role] for one in found.target.kinds for role in one.roles if role in WORK_OF_ROLE), None
    )
    candidates = _candidates(context, work, on)
    standing = shapely.get_coordinates(found.facilities.geometry).reshape(-1, 2)
    sites = np.vstack([standing, *([[one.point.x, one.point.y]] for one in candidates)])
    tell(2, 5)
    costs = minutes_between(found.travel, places, sites)
    tell(3, 5)
    there = len(standing)
    answer = site(
        costs, weights, objective=chosen, number=number, reach=reach, existing=range(there),
        forbidden=[there + at for at, one in enumerate(candidates) if one.forbidden],
        capacities=None if capacity is None else [weights.sum()] * there + [capacity] * len(candidates),
    )  # fmt: skip
    tell(4, 5)
    made = _made(
        found, chosen, reach, work or "other", weight, candidates, costs, weights, gacha, units, answer, there
    )
    tell(5, 5)
    return made


def site_changes(plan: Plan, made: SitePlan, scheme: str, *, year: int | None = None) -> Changes:
    """Return the changes that put the new sites of a scheme on the map in the place of those it had for this
    work."""
    kind = next(one for one in plan.catalogue.with_role("proposal") if one.geometry == "Point")
    layers: tuple = ()
    table = plan.tables.get(kind.id)
    if table is None:
        from layers.plan.changes import LayerChange

        table, layers = empty_table(kind), (LayerChange(kind.id, False, True),)
    rows = [
        RowChange(kind.id, int(fid), row, None)
        for fid in table.fids
        if (row := table.row(int(fid))).get("scheme") == scheme and row.get("kind_of_work") == made.work
        and row.get("status") in (None, "idea")
    ]  # fmt: skip
    for fid, new in enumerate(made.new, start=table.next_fid):
        row = dict.fromkeys(kind.column_names) | {
            kind.key: f"{scheme}-{made.work}-{new.candidate.code}", "name": new.candidate.name,
            "kind_of_work": made.work, "gacha_code": new.candidate.code, "scheme": scheme, "year": year,
            "status": "idea", "count": 1, "quality": "schematic", GEOMETRY: new.candidate.point,
        }  # fmt: skip
        rows.append(RowChange(kind.id, fid, None, row))
    return Changes(tuple(rows), (), layers)


def _clients(context: Context) -> tuple[Units | None, np.ndarray, np.ndarray, str, np.ndarray]:
    """(gachas, places (n, 2), weights, what they count, place of each one's gacha or -1), in order of
    code."""
    units = context.units(GACHA)
    rows = []
    for table in context.with_role("household"):
        members = values_of(table, "members")
        own = assign(units, table, link="gacha_code") if units else np.full(len(table), -1)
        codes = values_of(table, table.kind.key)
        missing = shapely.is_missing(table.geometry) | is_null(codes)
        rows += [
            (code_text(codes[at]), members[at], int(own[at]), table.geometry[at])
            for at in np.flatnonzero(~missing)
        ]
    if rows:
        rows.sort(key=lambda row: row[0])
        known = [float(row[1]) for row in rows if row[1] is not None]
        average = sum(known) / len(known) if known else 1.0
        weights = np.array([average if row[1] is None else float(row[1]) for row in rows])
        xy = np.array([[row[3].x, row[3].y] for row in rows])
        return units, xy, weights, PEOPLE if known else HOUSEHOLDS, np.array([row[2] for row in rows])
    if units is None:
        return None, np.empty((0, 2)), np.empty(0), SEATS, np.empty(0, np.int64)
    points = seats_of(context, units).points
    there = np.flatnonzero([point is not None for point in points])
    xy = np.array([[points[at].x, points[at].y] for at in there]).reshape(-1, 2)
    return units, xy, np.ones(len(there)), SEATS, there


def _candidates(context: Context, work: str | None, on: datetime.date) -> tuple[Candidate, ...]:
    """Seats of gachas and sumu, by code, judged by the zone rules of the day."""
    seats: list[tuple[str, str, str, shapely.Point]] = []
    for role in (GACHA, SUMU):
        units = context.units(role)
        if units is None:
            continue
        points = seats_of(context, units).points
        seats += [
            (units.codes[at], units.names[at], units.sumu_names[at], points[at])
            for at in range(len(units))
            if points[at] is not None
        ]
    seats.sort(key=lambda row: row[0])
    works = [
        Work(
            "",
            at,
            code,
            name,
            work,
            point,
            ground_of(context.policy, point, work, {})[0],
            None,
            None,
            0.0,
            None,
        )
        for at, (code, name, _, point) in enumerate(seats)
    ]
    judged = conflicts(context.plan, context.policy, works, on=on).judged if works else ()
    barred = {
        one.work.fid: next(hit.name or hit.words.zh for hit in one.conflicts if hit.verdict == NO)
        for one in judged
        if one.verdict == NO
    }
    return tuple(Candidate(*row, barred.get(at, "")) for at, row in enumerate(seats))


def _made(  # noqa: ANN202, PLR0913
    found, objective, reach, work, weight, candidates: Sequence[Candidate], costs, weights, gacha, units,
    answer, there
):  # noqa: ANN001
    inside = costs <= reach
    now = inside[:, :there].any(axis=1)
    after = inside[:, list(answer.chosen)].any(axis=1) if answer.chosen else np.zeros(len(weights), bool)
    can = inside[:, [*range(there), *(there + at for at, one in enumerate(candidates) if not one.forbidden)]]
    reasons = {one.site: one for one in answer.choices}
    new = []
    for at in answer.new:
        own = answer.site_of == at
        why = reasons.get(at)
        rival = "" if why is None or why.runner_up is None else candidates[why.runner_up - there].name
        others = inside[:, [one for one in answer.chosen if one != at]].any(axis=1)
        new.append(NewSite(candidates[at - there], float(weights[own].sum()),
                           0.0 if why is None else why.alone,
                           float(answer.cost[own].max(initial=0.0)), rival,
                           None if why is None else why.runner_up_value,
                           int(own.sum()), int((inside[:, at] & ~others).sum())))  # fmt: skip
    by_gacha = {
        code: tuple(
            float(weights[(gacha == at) & mask].sum()) for mask in (now, after, np.ones(len(weights), bool))
        )
        for at, code in enumerate(units.codes if units is not None else ())
    }
    return SitePlan(
        found.target.id, work, objective, reach, weight, found.facilities, tuple(candidates), tuple(new),
        float(weights[now].sum()), float(weights[after].sum()), float(weights.sum()),
        float(weights[~can.any(axis=1)].sum()), by_gacha, answer, found.provenance,
    )  # fmt: skip
