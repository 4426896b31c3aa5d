"""Where a number is from: the features that made it, the formula with its numbers, rules, clauses, data.

Pure and on demand: the same functions that gave the number say which features they counted, so that the two
cannot part. Features of a gap row stand in `counted` (had), `doubtful` (not known) and `rest` (lacking, or
what was looked at and does not count).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from layers.catalogue.model import LayerKind
from layers.catalogue.service import Service
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.columns import code_text, flags_of, is_in, satisfies, standing, values_of, years_of
from layers.planning.context import Context, options_of
from layers.planning.counting import tally
from layers.planning.figures import FIGURE
from layers.planning.gaps import gaps
from layers.planning.presence import features_of
from layers.planning.results import SHORT, UNKNOWN, GapRow, Gaps, Provenance
from layers.planning.seats import LEVEL, UNIT_CODE
from layers.planning.tally import COUNTED, DOUBTFUL, REST, Groups, Part, Tally
from layers.planning.tally_ground import Asked
from layers.planning.tally_ground import units as by_units
from layers.planning.targets import TargetState, target_state
from layers.planning.toilet_need import NOT_YET, SERVED, household_states
from layers.planning.units import GACHA, SUMU, Units, assign
from layers.policy.bundle import Policy
from layers.policy.counts import How
from layers.policy.rules import Rule
from layers.policy.targets import Target
from layers.policy.values import Fixed
from layers.policy.values import Text as Words

Found = dict[str, dict[str, set[int]]]
Tracer = Callable[[Context, Service, tuple[LayerKind, ...], Units, np.ndarray], Found]


@dataclass(frozen=True, eq=False)
class Trace:
    """title: what the number is. low, high, unit, parts: as in `Tally`; unit is an id of `[ui.unit_…]` for a
    target and the service's own words for a gap. formula, fields: `[ui.formula_…]`. reasons: of the gap rows
    that it is made of. groups: `counted`, `doubtful`, `rest` -> kind id -> row ids. rules: that the number
    rests on. targets: the clauses.
    """

    title: Text
    low: float | None
    high: float | None
    unit: str | Text
    formula: str
    fields: Mapping[str, Any]
    groups: Groups
    parts: tuple[Part, ...]
    rules: tuple[Rule, ...]
    targets: tuple[Target, ...]
    provenance: Provenance
    rows: tuple[GapRow, ...] = ()

    def fids(self, group: str | None = None) -> dict[str, tuple[int, ...]]:
        """Row ids by kind: of one group, or of all."""
        names = (group,) if group else tuple(self.groups)
        found: dict[str, set[int]] = {}
        for name in names:
            for kind, fids in self.groups.get(name, {}).items():
                found.setdefault(kind, set()).update(fids)
        return {kind: tuple(sorted(fids)) for kind, fids in found.items() if fids}


def trace_target(
    plan: Plan, policy: Policy, identity: str, *, year: int | None = None, counted: Gaps | None = None
) -> Trace:
    """Say where a target's number is from; counted: the gaps of the same plan, policy and year, where at
    hand.

    Raises InputError `unknown_target`; what `gaps` raises.
    """
    target = policy.target(identity)
    result = counted if counted is not None else gaps(plan, policy, year=year)
    state = target_state(plan, policy, result, identity, year=year)
    context = Context(plan, policy, year)
    found = _BASES[state.basis](context, target, state, result)
    title = Text(target.title.zh, target.title.en)
    return Trace(
        title,
        state.low,
        state.high,
        target.unit or "",
        found.formula,
        found.fields,
        found.groups,
        state.parts,
        _rules(policy, context.rules),
        (target,),
        _provenance(context, (target,)),
    )


def trace_year(plan: Plan, policy: Policy, identity: str, year: int) -> Trace:
    """Say where a target's number of one year is from: what was delivered in it, or the figure entered.

    Raises InputError `unknown_target`; `target_year_unknown` where the plan states nothing for the year.
    """
    target = policy.target(identity)
    if year not in target.values:
        raise InputError("target_year_unknown", target=target.title.zh, target_en=target.title.en, year=year)
    whole = trace_target(plan, policy, identity)
    one = target_state(plan, policy, Gaps((), (), {}, whole.provenance), identity).years[year]
    groups: dict[str, Mapping[str, tuple[int, ...]]] = {}
    if whole.formula == "delivered":
        through, before = (
            trace_target(plan, policy, identity, year=at).groups.get(COUNTED, {}) for at in (year, year - 1)
        )
        groups[COUNTED] = {
            kind: tuple(fid for fid in fids if fid not in set(before.get(kind, ())))
            for kind, fids in through.items()
        }
    else:
        groups[COUNTED] = {
            table.kind.id: tuple(
                int(fid) for fid in table.fids[
                    is_in(values_of(table, "target_id"), (identity,))
                    & is_in(values_of(table, "year"), (year,))
                ]
            )
            for table in plan.with_role(FIGURE)
        }  # fmt: skip
    title = Text(f"{target.title.zh} · {year}", f"{target.title.en} · {year}")
    fields = {"asked": one.asked, "delivered": one.delivered, "year": year}
    return replace(
        whole, title=title, low=one.delivered, high=one.delivered, formula="target_year", fields=fields,
        groups=groups, parts=(),
    )  # fmt: skip


def trace_gap(
    plan: Plan,
    policy: Policy,
    service_id: str,
    code: str,
    *,
    year: int | None = None,
    counted: Gaps | None = None,
) -> Trace:
    """Say where the numbers of a service in a unit are from. A sumu's code with a service of gachas, several
    codes with `+` between them, or "" for all, is the sum of the rows.

    Raises InputError `service_unknown`, `unit_unknown`; what `gaps` raises.
    """
    known = {service.id: (service, kinds) for service, kinds in plan.catalogue.services()}
    if service_id not in known:
        raise InputError("service_unknown", service=service_id, known=", ".join(known))
    service, kinds = known[service_id]
    result = counted if counted is not None else gaps(plan, policy, year=year, services=(service_id,))
    codes = set(code.split("+"))
    rows = tuple(
        row for row in result.of_service(service_id) if codes & {"", row.unit_code, row.sumu_code}
    )
    if not code:
        rows = result.of_service(service_id)
    if not rows:
        raise InputError("unit_unknown", code=code, service=service.title.zh, service_en=service.title.en)
    context = Context(plan, policy, year)
    units = context.units(service.unit_role)
    assert units is not None  # there are rows
    chosen = np.zeros(len(units), bool)
    chosen[[units.index[row.unit_code] for row in rows]] = True
    found = TRACERS[service.method](context, service, kinds, units, chosen)
    if service.method in RULED:
        context.rules.update(dict.fromkeys(rule for rule in RULED[service.method]))
    context.needs(service, units)
    targets = policy.targets_for_service(service_id)
    fields = {name: _total(rows, name) for name in ("have", "need", "gap", "unknown")}
    fields |= {
        "units": len(rows),
        "short": sum(row.status == SHORT or (row.gap or 0) > 0 for row in rows),
        "not_known": sum(row.status == UNKNOWN for row in rows),
        "service": service.title,
    }
    one = len(rows) == 1 and rows[0].unit_code == code
    alone = code and len(codes) == 1
    name = rows[0].unit_name if one else rows[0].sumu_name if alone else ""
    title = Text(
        f"{name} · {service.title.zh}".removeprefix(" · "), f"{name} · {service.title.en}".removeprefix(" · ")
    )
    value = fields["gap"] if fields["gap"] is not None else fields["have"]
    return Trace(
        title,
        None if value is None else float(value),
        None if value is None else float(value),
        service.unit,
        "gap_row" if one else "gap_sum",
        fields,
        _frozen(found),
        (),
        _rules(policy, context.rules),
        targets,
        _provenance(context, targets),
        rows,
    )


def _total(rows: Iterable[GapRow], name: str) -> int | None:
    values = [value for row in rows if (value := getattr(row, name)) is not None]
    return sum(values) if values else None


def _provenance(context: Context, targets: tuple[Target, ...]) -> Provenance:
    chapters = tuple(sorted({target.chapter for target in targets}))
    policy = context.policy
    return Provenance(
        context.plan, tuple(context.asked), policy.version, policy.digest, chapters, context.year
    )


def _rules(policy: Policy, used: Iterable[str]) -> tuple[Rule, ...]:
    wanted = set(used)
    return tuple(rule for rule in policy.rules if rule.id in wanted)


def _frozen(found: Found) -> Groups:
    return {
        name: {kind: tuple(sorted(fids)) for kind, fids in kinds.items() if fids}
        for name, kinds in found.items()
    }


# --- targets, by what measures them
# --------------------------------------------------------------------------


def _by_figure(context: Context, target: Target, state: TargetState, _gaps: Gaps) -> Tally:
    fids: dict[str, tuple[int, ...]] = {}
    for table in context.with_role(FIGURE):
        mine = is_in(values_of(table, "target_id"), (target.id,))
        years = is_in(values_of(table, "year"), [one.year for one in state.figures])  # 2025.0 is 2025 here
        fids[table.kind.id] = tuple(int(fid) for fid in table.fids[mine & years])
    fields = {"count": len(state.figures), "value": state.low, "figures": state.figures}
    return Tally(state.low, state.high, "figure", fields, {COUNTED: fids})


def _by_delivery(context: Context, target: Target, state: TargetState, _gaps: Gaps) -> Tally:
    service, kinds = next(pair for pair in context.plan.catalogue.services() if pair[0].id == target.service)
    sure: dict[str, tuple[int, ...]] = {}
    maybe: dict[str, tuple[int, ...]] = {}
    for table in context.tables(kinds):
        options = options_of(table.kind, service)
        done, _ = satisfies(table, options.get("where", ()))
        if options.get("satisfied"):
            done &= is_in(values_of(table, options["state"]), options["satisfied"])
        years = years_of(values_of(table, options.get("date")))
        within = [year for year in target.values if context.year is None or year <= context.year]
        sure[table.kind.id] = tuple(int(fid) for fid in table.fids[done & np.isin(years, within)])
        maybe[table.kind.id] = tuple(int(fid) for fid in table.fids[done & np.isnan(years)])
    fields = {
        "service": service.title,
        "count": state.low,
        "undated": state.undated,
        "years": "、".join(map(str, target.values)),
    }
    return Tally(state.low, state.high, "delivered", fields, {COUNTED: sure, DOUBTFUL: maybe})


def _by_units(context: Context, target: Target, _state: TargetState, counted: Gaps) -> Tally:
    how = How("units", Words("", ""), target.unit or "", Fixed({"service": target.service}))
    found = by_units(Asked(context, target, counted), how)
    form = found.formula if target.unit in ("percent", "gacha", "sumu") else "units_least"
    return Tally(found.low, found.high, form, found.fields, found.groups)


def _by_record(context: Context, target: Target, _state: TargetState, counted: Gaps) -> Tally:
    return tally(context, target, counted)


def _by_nothing(_context: Context, _target: Target, _state: TargetState, _gaps: Gaps) -> Tally:
    return Tally(None, None, "nothing")


_BASES: dict[str, Callable[[Context, Target, TargetState, Gaps], Tally]] = {
    "figure": _by_figure,
    "delivered": _by_delivery,
    "units": _by_units,
    "counted": _by_record,
    "": _by_nothing,
}


# --- gap rows, by the method of their service
# ------------------------------------------------------------------


def _add(found: Found, group: str, table: Table, rows: np.ndarray) -> None:
    found.setdefault(group, {}).setdefault(table.kind.id, set()).update(int(fid) for fid in table.fids[rows])


def _within(places: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return (places >= 0) & chosen[np.maximum(places, 0)]


def _of_presence(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units, chosen: np.ndarray
) -> Found:
    found: Found = {}
    for one in features_of(context, service, context.tables(kinds), units):
        mine = _within(one.places, chosen)
        _add(found, COUNTED, one.table, mine & one.certain)
        _add(found, DOUBTFUL, one.table, mine & one.doubtful)
        _add(found, REST, one.table, mine & ~one.certain & ~one.doubtful)
    return found


def _of_households(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units, chosen: np.ndarray
) -> Found:
    found: Found = {}
    codes: dict[str, str] = {}
    for part in household_states(context, service, kinds, units):
        mine = _within(part.places, chosen)
        for group, state in (
            (COUNTED, part.states == SERVED),
            (REST, part.states == NOT_YET),
            (DOUBTFUL, (part.states != SERVED) & (part.states != NOT_YET)),
        ):
            _add(found, group, part.table, mine & state)
            keys = part.table.column(part.table.kind.key)[mine & state]
            codes.update(dict.fromkeys((code_text(key) for key in keys if key is not None), group))
    for table in context.tables(kinds):
        links = [
            codes.get(code_text(link)) for link in values_of(table, options_of(table.kind, service)["link"])
        ]
        for group in (COUNTED, DOUBTFUL, REST):
            _add(found, group, table, np.array([one == group for one in links], bool))
    return found


def _of_clinics(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units, chosen: np.ndarray
) -> Found:
    found: Found = {}
    for table in context.tables(kinds):
        options = options_of(table.kind, service)
        there = standing(table, context.year, options.get("date"))
        works, null = flags_of(table, options.get("operating"))
        mine = _within(assign(units, table, link=options.get("link")), chosen) & there
        for group, rows in ((COUNTED, works), (DOUBTFUL, null), (REST, ~works & ~null)):
            _add(found, group, table, mine & rows)
    hosts: set[str] = set()
    for table in context.with_role(str(service.option("arrangement", "health.arrangement"))):
        mine = _within(assign(units, table, link=str(service.option("link", "gacha_code"))), chosen)
        hosts |= {code_text(code) for code in values_of(table, "host_code")[mine] if code is not None}
        _add(found, REST, table, mine)
    for table in (*context.tables(kinds), *context.with_role(str(service.option("centre", "health.centre")))):
        keys = [code_text(code) for code in table.column(table.kind.key)]
        _add(found, REST, table, np.array([key in hosts for key in keys], bool))
    return found


def _of_roads(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units, chosen: np.ndarray
) -> Found:
    """The seats of the units and of those above them, and the roads that the seats of the units stand on."""
    found: Found = {}
    codes = {units.codes[at] for at in np.flatnonzero(chosen)}
    above = {units.sumu_codes[at] for at in np.flatnonzero(chosen)} if units.role == GACHA else set()
    points = []
    for table in context.with_role(str(service.option("seat", "seat"))):
        own = [code_text(code) for code in values_of(table, UNIT_CODE)]
        level = values_of(table, LEVEL)
        mine = np.array([code in codes for code in own], bool) & is_in(level, (units.role.partition(".")[2],))
        root = np.array([code in above for code in own], bool) & is_in(level, ("sumu",))
        if units.role == SUMU:
            root = is_in(level, ("banner",))
        points += [point for point in table.geometry[mine] if point is not None]
        _add(found, COUNTED, table, mine)
        _add(found, REST, table, root)
    tables = context.tables(kinds)
    roads = context.roads(tables, service)
    terminals = np.empty(len(points), object)
    terminals[:] = points
    snap = context.network(roads, roads.certain).snap(terminals, within_m=context.setting("road_snap_m"))
    rows = np.flatnonzero(roads.certain)[np.unique(snap.line)]
    for at in rows:
        table = tables[int(roads.table_of[at])]
        _add(found, COUNTED, table, np.array([int(roads.row_of[at])]))
    return found


def _of_units(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units, chosen: np.ndarray
) -> Found:
    found: Found = {}
    for table in context.tables(kinds):
        options = options_of(table.kind, service)
        states = values_of(table, options.get("state"))
        mine = _within(assign(units, table, link=table.kind.key), chosen)
        good = is_in(states, (*options.get("satisfied", ()), *options.get("exempt", ())))
        null = np.fromiter((state is None for state in states), bool, len(states))
        for group, rows in ((COUNTED, good), (DOUBTFUL, null), (REST, ~good & ~null)):
            _add(found, group, table, mine & rows)
    return found


TRACERS: dict[str, Tracer] = {
    "presence": _of_presence,
    "household_state": _of_households,
    "clinic_ways": _of_clinics,
    "road_reach": _of_roads,
    "unit_state": _of_units,
}
RULED = {
    "clinic_ways": ("clinic_shared_reach_km", "road_node_m", "road_snap_m"),
    "road_reach": ("road_node_m", "road_snap_m"),
}
"""Rules that a method reads."""
