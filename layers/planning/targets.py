"""The target board: what the plan asks for, what stands against it, and whether that is enough."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from layers.catalogue.model import LayerKind
from layers.catalogue.service import Service
from layers.plan.plan import Plan
from layers.planning.columns import is_in, satisfies, values_of, years_of
from layers.planning.context import Context, options_of
from layers.planning.counting import tally
from layers.planning.figures import Figure, figures_of
from layers.planning.results import EXEMPT, MET, NONE, SHORT, UNKNOWN, GapRow, Gaps
from layers.planning.tally import Part
from layers.policy.bundle import Policy
from layers.policy.targets import Target


@dataclass(frozen=True, slots=True)
class YearState:
    """A quota's year: what the plan asks for in it, what was delivered in it (None: not known), what a scheme
    plans."""

    asked: float | None
    delivered: float | None
    planned: float | None = None


@dataclass(frozen=True, slots=True)
class TargetState:
    """Where one target stands.

    value: what stands against it, in the target's unit; None where not known. low, high: the limits between
        which it lies when some units are not known (equal to value when all are).
    asked: the number it is held against (for the asked year, else the threshold), None where none is stated.
    due: whether the plan asks for it by the asked year. status: met, short, unknown, none.
    basis: `figure` (entered), `delivered` (dated features), `units` (gap rows), `counted` (as the target's
    record says), or "" (nothing measures it). parts: what stands beside the number, where it is counted so.
    years: what was asked and delivered year by year, where the plan gives years. undated: delivered things
    without a date, which no year can count. good, not_known, units: units that have enough, that are not
    known, and all to which it applies. scheme, planned: the scheme that is looked at and what it plans up to
    the asked year ("" and None: none is). figures: those that were entered and make the number, by year.
    """

    target: Target
    value: float | None
    low: float | None
    high: float | None
    asked: float | None
    due: bool
    status: str
    basis: str
    years: Mapping[int, YearState]
    undated: int = 0
    good: int = 0
    not_known: int = 0
    units: int = 0
    scheme: str = ""
    planned: float | None = None
    parts: tuple[Part, ...] = ()
    figures: tuple[Figure, ...] = ()

    @property
    def gap(self) -> float | None:
        """What is missing to the number asked, 0 where it is reached; None where the plan states no threshold
        or what stands is not known."""
        if self.asked is None or self.value is None or self.target.threshold is None:
            return None
        missing = self.asked - self.value if self.target.comparator == "ge" else self.value - self.asked
        return abs(missing) if self.target.comparator == "eq" else max(missing, 0.0)


@dataclass(frozen=True, slots=True)
class _Measure:
    low: float | None
    high: float | None
    basis: str = ""
    per_year: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    undated: int = 0
    good: int = 0
    not_known: int = 0
    units: int = 0
    judged: str = ""  # a status that the units themselves give
    parts: tuple[Part, ...] = ()
    figures: tuple[Figure, ...] = ()


def target_states(
    plan: Plan, policy: Policy, gaps: Gaps, *, year: int | None = None
) -> tuple[TargetState, ...]:
    """Return every target of the policy with its state, in the plan's order.

    gaps: the rows of the same plan, policy and year. A figure that was entered goes before what is counted.
    Nothing is met or short where the plan states no threshold.
    """
    return _states(plan, policy, gaps, policy.targets, year)


def target_state(
    plan: Plan, policy: Policy, gaps: Gaps, identity: str, *, year: int | None = None
) -> TargetState:
    """Return one target's state, as `target_states` has it. Raises InputError `unknown_target`."""
    return _states(plan, policy, gaps, (policy.target(identity),), year)[0]


def _states(
    plan: Plan, policy: Policy, gaps: Gaps, chosen: tuple[Target, ...], year: int | None
) -> tuple[TargetState, ...]:
    figures, context = figures_of(plan), Context(plan, policy, year)
    services = {service.id: (service, kinds) for service, kinds in plan.catalogue.services()}
    return tuple(
        _state(target, _measure(target, context, gaps, figures, services), year) for target in chosen
    )


def _state(target: Target, measure: _Measure, year: int | None) -> TargetState:
    asked, due = _asked(target, year)
    years = {
        number: YearState(stated, measure.per_year.get(number, 0.0 if measure.basis == "delivered" else None))
        for number, stated in target.values.items()
    }
    value = measure.low if measure.low == measure.high else None
    if target.threshold is None or asked is None:
        status = NONE
    elif measure.judged:
        status = measure.judged
    else:
        top = math.inf if measure.high is None and measure.low is not None else measure.high
        low, high = _holds(target, measure.low, asked), _holds(target, top, asked)
        status = UNKNOWN if low is None or high is None or low != high else MET if low else SHORT
    return TargetState(
        target,
        value,
        measure.low,
        measure.high,
        asked,
        due,
        status,
        measure.basis,
        MappingProxyType(years),
        measure.undated,
        measure.good,
        measure.not_known,
        measure.units,
        parts=measure.parts,
        figures=measure.figures,
    )


def _asked(target: Target, year: int | None) -> tuple[float | None, bool]:
    """The number asked by the end of `year`, and whether the plan asks for anything by then."""
    if year is None:
        return target.threshold, True
    past = [number for number in target.values if number <= year]
    if not past:
        return target.threshold, target.by <= year
    if target.aggregate == "sum":
        return float(sum(target.values[number] for number in past)), True
    return float(target.values[max(past)]), True


def _holds(target: Target, value: float | None, asked: float) -> bool | None:
    if value is None:
        return None
    compare: dict[str | None, Callable[[float, float], bool]] = {
        "ge": lambda a, b: a >= b,
        "le": lambda a, b: a <= b,
        "eq": lambda a, b: a == b,
    }
    return compare[target.comparator](value, asked)


def _measure(
    target: Target,
    context: Context,
    gaps: Gaps,
    figures: Mapping[str, Mapping[int, Figure]],
    services: dict[str, tuple[Service, tuple[LayerKind, ...]]],
) -> _Measure:
    plan, year = context.plan, context.year
    entered = figures.get(target.id, {})
    due = [entered[number] for number in sorted(entered) if year is None or number <= year]
    if due:
        holding = due if target.aggregate == "sum" else due[-1:]
        total = sum(one.value for one in holding)
        per_year = MappingProxyType({one.year: one.value for one in due})
        return _Measure(total, total, "figure", per_year, figures=tuple(holding))
    if target.counts:
        found = tally(context, target, gaps)
        return _Measure(
            found.low, found.high, "counted", good=found.good, not_known=found.not_known, units=found.units,
            parts=found.parts,
        )  # fmt: skip
    if target.service not in services:
        return _Measure(None, None)
    if target.aggregate == "sum":
        return _delivered(target, plan, *services[target.service], year)
    return _from_units(target, gaps.of_service(str(target.service)))


def _delivered(
    target: Target, plan: Plan, service: Service, kinds: tuple[LayerKind, ...], year: int | None
) -> _Measure:
    """Things of a service in use or accepted, by the year of their date, over the years of the quota."""
    tables = [plan.tables[kind.id] for kind in kinds if kind.id in plan]
    if not tables:
        return _Measure(None, None)
    per_year: dict[int, float] = {}
    undated = 0
    for table in tables:
        options = options_of(table.kind, service)
        done, _ = satisfies(table, options.get("where", ()))
        if options.get("satisfied"):
            done &= is_in(values_of(table, options["state"]), options["satisfied"])
        years = years_of(values_of(table, options.get("date")))
        undated += int((done & np.isnan(years)).sum())
        for number in target.values:
            if year is None or number <= year:
                per_year[number] = per_year.get(number, 0.0) + float((done & (years == number)).sum())
    total = sum(per_year.values())
    # Without a date a thing may or may not belong to these years.
    return _Measure(total, total + undated, "delivered", MappingProxyType(per_year), undated)


def _from_units(target: Target, rows: tuple[GapRow, ...]) -> _Measure:
    """A share of units (percent), their number (gacha, sumu), or the least number that any unit has."""
    mine = [row for row in rows if target.scope == "all" or row.need is not None or row.status == UNKNOWN]
    good = sum(row.status in (MET, EXEMPT) or (row.status == NONE and bool(row.have)) for row in mine)
    unknown = sum(row.status == UNKNOWN for row in mine)
    if not mine:
        return _Measure(None, None)
    if target.unit == "percent":
        low, high = 100 * good / len(mine), 100 * (good + unknown) / len(mine)
        return _Measure(low, high, "units", good=good, not_known=unknown, units=len(mine))
    if target.unit in ("gacha", "sumu"):
        return _Measure(
            float(good), float(good + unknown), "units", good=good, not_known=unknown, units=len(mine)
        )
    counted = [row.have for row in mine if row.have is not None and row.status != EXEMPT]
    short = any(row.status == SHORT for row in mine)
    least = float(min(counted)) if counted else None
    judged = SHORT if short else UNKNOWN if unknown else MET
    low = high = None if unknown and not short else least
    return _Measure(low, high, "units", good=good, not_known=unknown, units=len(mine), judged=judged)
