"""Toilets: how many households of each gacha have an accepted one, and how many still need it.

Need is every surveyed household without one: unimproved, planned, built but not accepted, faulty. A household
without a toilet row, or with a null state, has not been surveyed: it is counted apart, as neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from layers.catalogue.model import LayerKind
from layers.catalogue.service import Service
from layers.plan.table import Table
from layers.planning.columns import code_text, in_force, is_in, is_null, values_of
from layers.planning.context import Context, Count, options_of, unknown_count
from layers.planning.results import MET, NONE, SHORT, UNKNOWN, reason
from layers.planning.units import Units, assign

NO_SURVEY, NOT_YET, SERVED = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Households:
    """Households of one table: their unit (-1, -2 as in `units.assign`) and their state."""

    table: Table
    places: np.ndarray
    states: np.ndarray


def household_states(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units
) -> tuple[Households, ...]:
    """Return of every household whether it is SERVED, NOT_YET or without survey (NO_SURVEY).

    A household with several rows is served if any of them is; surveyed if any state is known. A row accepted
    after 31 December of the context's year is not yet served; one accepted without a date is. Rows belong to
    a household by code (trimmed); a code that two households share serves both.
    """
    tables = context.with_role(str(service.option("households", "household")))
    ids: dict[str, int] = {}
    numbers = []
    for table in tables:
        codes = map(code_text, table.column(table.kind.key))
        # A household without a code can have no toilet: it gets a number of its own.
        numbers.append(
            np.fromiter(
                (
                    ids.setdefault(code or f"\0{table.kind.id}{fid}", len(ids))
                    for fid, code in zip(table.fids, codes, strict=True)
                ),
                np.int64,
                len(table),
            )
        )
    best = np.zeros(len(ids), np.int8)
    for table in context.tables(kinds):
        options = options_of(table.kind, service)
        states = values_of(table, options["state"])
        level = np.where(is_null(states), NO_SURVEY, NOT_YET).astype(np.int8)
        good = is_in(states, options["satisfied"]) & in_force(table, options.get("date"), context.year)
        level[good] = SERVED
        owner = np.fromiter(
            (ids.get(code_text(code), -1) for code in values_of(table, options["link"])), np.int64, len(table)
        )
        np.maximum.at(best, owner[owner >= 0], level[owner >= 0])
    return tuple(
        Households(
            table,
            assign(units, table, link="gacha_code" if units.role == "unit.gacha" else None),
            best[number],
        )
        for table, number in zip(tables, numbers, strict=True)
    )


def household_state(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units
) -> tuple[list[Count], int]:
    """Count households per unit: had, needed, not surveyed. The gap is the need (no scheme delivers yet)."""
    needs = context.needs(service, units)
    households = household_states(context, service, kinds, units)
    if not households or not context.tables(kinds):
        role = str(service.option("households", "household"))
        missing = (kinds if households else context.plan.catalogue.with_role(role)) or kinds
        why = reason("layer_absent", kind=missing[0].title.zh, kind_en=missing[0].title.en)
        return [unknown_count(need, why) for need in needs], 0
    counts = np.zeros((3, len(units)), np.int64)
    left_out = 0
    for part in households:
        inside = part.places >= 0
        left_out += int((~inside).sum())
        for state in (NO_SURVEY, NOT_YET, SERVED):
            counts[state] += np.bincount(part.places[inside & (part.states == state)], minlength=len(units))
    parts = _parts(context, service, kinds, units)
    return [
        replace(_judge(int(unsurveyed), int(need), int(have), stated.number), parts=parts[at])
        for at, (unsurveyed, need, have, stated) in enumerate(zip(*counts, needs, strict=True))
    ], left_out


def _parts(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units
) -> list[Mapping[str, int]]:
    """Of each unit, how many rows of the layer (toilets) are in each state; "" for a state nobody wrote
    down."""
    counts: list[dict[str, int]] = [{} for _ in range(len(units))]
    for table in context.tables(kinds):
        states = values_of(table, options_of(table.kind, service)["state"])
        for place, state in zip(assign(units, table, link="gacha_code"), states, strict=True):
            if place >= 0:
                name = code_text(state)
                counts[place][name] = counts[place].get(name, 0) + 1
    return [MappingProxyType(dict(sorted(one.items()))) for one in counts]


def _judge(unsurveyed: int, need: int, have: int, threshold: int | None) -> Count:
    if unsurveyed and not need and not have:
        return Count(None, None, None, unsurveyed, UNKNOWN, reason("no_survey"))
    # No numbers in the reason: they are personal when small, and the columns' release rule guards them there.
    why = reason(
        "households_need" if need else "households_unsurveyed" if unsurveyed else "households_served"
    )
    if threshold is None:
        return Count(have, need, need, unsurveyed, NONE, why)
    # A target that asks it of every household of the unit.
    status = SHORT if need else UNKNOWN if unsurveyed else MET
    return Count(have, need, need, unsurveyed, status, why)
