"""Counting what is there: features in use per unit, and what a unit's own record says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from layers.catalogue.model import LayerKind
from layers.catalogue.service import Service
from layers.plan.table import Table
from layers.planning.columns import flags_of, is_in, is_null, satisfies, standing, values_of
from layers.planning.context import Context, Count, Need, options_of, unknown_count
from layers.planning.results import EXEMPT, MET, NONE, SHORT, UNKNOWN, reason
from layers.planning.units import Units, assign


def presence(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units
) -> tuple[list[Count], int]:
    """Count standing features in use per unit; `sum` adds up a column instead of counting features.

    A feature whose use, kind or number is null is counted as unknown and not as had. Absent layer: unknown.
    """
    needs = context.needs(service, units)
    tables = context.tables(kinds)
    if not tables:
        return [
            unknown_count(need, reason("layer_absent", kind=kinds[0].title.zh, kind_en=kinds[0].title.en))
            for need in needs
        ], 0
    have, unsure = np.zeros(len(units)), np.zeros(len(units), np.int64)
    left_out = 0
    for found in features_of(context, service, tables, units):
        places, certain, doubtful = found.places, found.certain, found.doubtful
        have += np.bincount(
            places[certain & (places >= 0)], found.amount[certain & (places >= 0)], len(units)
        )
        unsure += np.bincount(places[doubtful & (places >= 0)], minlength=len(units))
        left_out += int(((certain | doubtful) & (places < 0)).sum())
    return [
        _judge(int(had), int(doubt), need) for had, doubt, need in zip(have, unsure, needs, strict=True)
    ], left_out


@dataclass(frozen=True, eq=False)
class Features:
    """Features of one table for a service: which count, which may, how much each is, in which unit it
    lies."""

    table: Table
    certain: np.ndarray
    doubtful: np.ndarray
    amount: np.ndarray
    places: np.ndarray


def features_of(
    context: Context, service: Service, tables: tuple[Table, ...], units: Units
) -> Iterator[Features]:
    """Say of each feature of the service's tables whether and where it counts."""
    for table in tables:
        options = options_of(table.kind, service)
        there = standing(table, context.year, options.get("date"))
        fits, may_fit = satisfies(table, options.get("where", ()))
        used, use_null = flags_of(table, options.get("operating"))
        amount, amount_null = np.ones(len(table)), np.zeros(len(table), bool)
        if options.get("sum"):
            values = values_of(table, options["sum"])
            amount_null = is_null(values)
            amount = np.fromiter((0 if value is None else value for value in values), float, len(values))
        certain = there & fits & used & ~amount_null
        doubtful = there & may_fit & (used | use_null) & ~certain
        yield Features(table, certain, doubtful, amount, assign(units, table, link=options.get("link")))


def _judge(have: int, unsure: int, need: Need) -> Count:
    if need.number is None:
        if unsure and not have:
            return Count(None, None, None, unsure, UNKNOWN, reason("use_unknown", unknown=unsure))
        return Count(have, None, None, unsure, NONE, reason("no_threshold", have=have))
    if have >= need.number:
        return Count(have, need.number, 0, unsure, MET, reason("enough", have=have, need=need.number))
    if unsure:
        return Count(None, need.number, None, unsure, UNKNOWN, reason("use_unknown", unknown=unsure))
    if not need.sure:
        return Count(have, None, None, unsure, UNKNOWN, reason("scope_unknown"))
    return Count(
        have, need.number, need.number - have, 0, SHORT, reason("too_few", have=have, need=need.number)
    )


def unit_state(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units
) -> tuple[list[Count], int]:
    """Read a state from the unit's own record: satisfied, exempt (it needs none), not yet, or unknown."""
    needs = context.needs(service, units)
    of_unit: dict[int, tuple[bool, bool, bool]] = {}
    for table in context.tables(kinds):
        options = options_of(table.kind, service)
        states = values_of(table, options.get("state"))
        rows = zip(
            assign(units, table, link=table.kind.key),
            is_null(states),
            is_in(states, options.get("satisfied", ())),
            is_in(states, options.get("exempt", ())),
            strict=True,
        )
        for place, null, good, free in rows:
            of_unit.setdefault(int(place), (bool(null), bool(good), bool(free)))
    return [_state(of_unit.get(at, (True, False, False)), need) for at, need in enumerate(needs)], 0


def _state(state: tuple[bool, bool, bool], need: Need) -> Count:
    null, good, free = state
    if null:
        return Count(None, None, None, 1, UNKNOWN, reason("state_unknown"))
    if free:
        return Count(0, 0, 0, 0, EXEMPT, reason("state_exempt"))
    if need.number is None:
        return Count(int(good), 1, int(not good), 0, NONE, reason("state_good" if good else "state_open"))
    if good:
        return Count(1, 1, 0, 0, MET, reason("state_good"))
    if not need.sure:
        return Count(0, 1, None, 0, UNKNOWN, reason("scope_unknown"))
    return Count(0, 1, 1, 0, SHORT, reason("state_open"))
