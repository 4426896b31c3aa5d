"""Water: how far households are from a safe point under a published norm, and whether tests are in date.

Distances are straight lines (a way is never shorter), so that what lies beyond the limit surely does; the
limit itself is within. A climb is judged only where point and household both carry a height; where one does
not, it is left out and the reason says so. Time and litres of the norms are not on the map and are not
judged.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.catalogue.model import LayerKind
from layers.catalogue.service import Service
from layers.plan.table import Table
from layers.planning.columns import code_text, flags_of, is_in, is_null, standing, values_of
from layers.planning.context import Context, Count, Need, options_of, unknown_count
from layers.planning.results import MET, NONE, SHORT, UNKNOWN, reason
from layers.planning.toilet_need import NO_SURVEY, NOT_YET, SERVED
from layers.planning.units import Units, assign

NEAREST = 8  # points that are looked at for a household: the first may lie too high, a farther one not
MONTH_DAYS = 365.25 / 12


def household_near(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units
) -> tuple[list[Count], int]:
    """Count households by whether a safe point lies within the norm `rule` (its `distance`, `climb`, in m).

    Had: within reach of a point in use that passed its test. Not known: only of one of which use or test is
    not known. The rest is need. A point that failed its test is not safe.
    """
    needs = context.needs(service, units)
    tables, homes = context.tables(kinds), context.with_role(str(service.option("households", "household")))
    if not tables or not homes:
        role = str(service.option("households", "household"))
        missing = (context.plan.catalogue.with_role(role) or kinds) if tables else kinds
        why = reason("layer_absent", kind=missing[0].title.zh, kind_en=missing[0].title.en)
        return [unknown_count(need, why) for need in needs], 0
    rule = context.known_rule(str(service.option("rule")))
    if rule is None:
        return [unknown_count(need, reason("rule_absent", rule=service.option("rule"))) for need in needs], 0
    norm = rule.values
    points = _Points(context, service, tables)
    counts = np.zeros((3, len(units)), np.int64)
    away: list[list[float]] = [[] for _ in range(len(units))]
    climbed = np.zeros((2, len(units)), np.int64)
    left_out = 0
    for table in homes:
        places = assign(units, table, link="gacha_code")
        there = (places >= 0) & ~shapely.is_missing(table.geometry)
        left_out += int((~there).sum())
        at = np.flatnonzero(there)
        states, distance, level = points.reach(table, at, norm["distance"], norm["climb"])
        for state in (NO_SURVEY, NOT_YET, SERVED):
            counts[state] += np.bincount(places[at][states == state], minlength=len(units))
        for known in (0, 1):
            climbed[known] += np.bincount(places[at][level == known], minlength=len(units))
        for place, metres in zip(places[at], distance, strict=True):
            if np.isfinite(metres):
                away[place].append(float(metres))
    return [
        _near(
            need,
            *(int(number) for number in counts[:, at]),
            norm,
            away[at],
            bool(climbed[0, at] and not climbed[1, at]),
        )
        for at, need in enumerate(needs)
    ], left_out


class _Points:
    """Water points: certainly safe ones and perhaps safe ones, with their heights."""

    def __init__(self, context: Context, service: Service, tables: Sequence[Table]) -> None:
        xy, height, sure = [], [], []
        for table in tables:
            options = options_of(table.kind, service)
            column, good = options["safe"]
            used, use_null = flags_of(table, options.get("operating"))
            result = values_of(table, column)
            passed, untested = is_in(result, good), is_null(result)
            certain = used & passed
            possible = (used | use_null) & (passed | untested)
            there = standing(table, context.year, options.get("date")) & ~shapely.is_missing(table.geometry)
            kept = there & possible
            xy.append(shapely.get_coordinates(shapely.centroid(table.geometry[kept])))
            sure.append(certain[kept])
            height.append(_numbers(table, options.get("elevation"))[kept])
        self.xy = np.concatenate(xy) if xy else np.empty((0, 2))
        self.sure = np.concatenate(sure) if sure else np.empty(0, bool)
        self.height = np.concatenate(height) if height else np.empty(0)
        self.elevation = str(service.option("elevation") or "")

    def reach(
        self, table: Table, at: NDArray[np.intp], metres: float, climb: float
    ) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.int8]]:
        """Of households `at`: state, distance of the nearest point (inf none), climb known (1), not (0), none
        (-1)."""
        homes = shapely.get_coordinates(shapely.centroid(table.geometry[at]))
        own = _numbers(table, self.elevation)[at]
        states = np.full(len(at), NOT_YET, np.int8)
        level = np.full(len(at), -1, np.int8)
        nearest = np.full(len(at), np.inf)
        for sure, state in ((False, NO_SURVEY), (True, SERVED)):
            chosen = np.flatnonzero(self.sure) if sure else np.arange(len(self.xy))
            if not len(chosen) or not len(at):
                continue
            from scipy.spatial import cKDTree

            many = min(NEAREST, len(chosen))
            distance, found = cKDTree(self.xy[chosen]).query(homes, k=many)
            distance, found = distance.reshape(len(at), many), found.reshape(len(at), many)
            rise = np.abs(self.height[chosen][found] - own[:, None])
            close = distance <= metres
            good = close & ~(rise > climb)  # a height that is not known (nan) rules nothing out
            states[good.any(axis=1)] = state
            if not sure:
                nearest = distance[:, 0]
                level[good.any(axis=1)] = np.isfinite(np.where(good, rise, np.nan)).any(axis=1)[
                    good.any(axis=1)
                ]
        return states, nearest, level


def _near(
    need: Need,
    unknown: int,
    lacking: int,
    have: int,
    norm: dict[str, float],
    away: list[float],
    climb_unknown: bool,
) -> Count:
    # No counts in the reason: they are personal when small, and the columns' release rule guards them there.
    why = reason(
        "water_near_flat" if climb_unknown or not away else "water_near",
        distance=f"{norm['distance']:,.0f}",
        climb=f"{norm['climb']:,.0f}",
        median=f"{float(np.median(away)) / 1000:,.1f}" if away else "—",
        km=round(float(np.median(away)) / 1000, 1) if away else None,
    )
    if not (unknown or lacking or have):
        return Count(0, 0, 0, 0, NONE, reason("no_households_here"))
    if need.number is None:
        return Count(have, lacking, lacking, unknown, NONE, why)
    status = SHORT if lacking else UNKNOWN if unknown else MET
    return Count(have, lacking, lacking, unknown, status, why)


def _numbers(table: Table, name: str | None) -> NDArray[np.float64]:
    values = values_of(table, name)
    return np.fromiter((np.nan if value is None else float(value) for value in values), float, len(values))


# --- tests --------------------------------------------------------------------------------------------------


def test_due(
    context: Context, service: Service, kinds: tuple[LayerKind, ...], units: Units
) -> tuple[list[Count], int]:
    """Count works by their last test: passed and in date, overdue or failed, or without any record.

    The day is 31 December of the year that is looked at, else the latest test on record: engines have no
    clock. A test is due on the date that the record states, else so many months (rule by kind of supply)
    after the last; on the very day it is not overdue. Works that are not in use need no test.
    """
    needs = context.needs(service, units)
    tables = context.tables(kinds)
    if not tables:
        why = reason("layer_absent", kind=kinds[0].title.zh, kind_en=kinds[0].title.en)
        return [unknown_count(need, why) for need in needs], 0
    day = datetime.date(context.year, 12, 31) if context.year is not None else _latest(tables, service)
    good, late, failed, unknown = (np.zeros(len(units), np.int64) for _ in range(4))
    left_out = 0
    for table in tables:
        options = options_of(table.kind, service)
        used, null = flags_of(table, options.get("operating"))
        there = standing(table, context.year, options.get("date")) & (used | null)
        places = assign(units, table, link=options.get("link"))
        left_out += int((there & (places < 0)).sum())
        column, passing, failing = options["result"]
        results, due = values_of(table, column), _due(context, table, options)
        for at in np.flatnonzero(there & (places >= 0)):
            place, result = places[at], code_text(results[at])
            if null[at] or day is None or (due[at] is None and result not in failing):
                unknown[place] += 1
            elif result in failing:
                failed[place] += 1
            elif due[at] is not None and day > due[at]:
                late[place] += 1
            elif result in passing:
                good[place] += 1
            else:
                unknown[place] += 1
    return [
        _tests(need, int(good[at]), int(late[at]), int(failed[at]), int(unknown[at]), day)
        for at, need in enumerate(needs)
    ], left_out


def _latest(tables: Sequence[Table], service: Service) -> datetime.date | None:
    """The latest day on which anything was tested."""
    days = [
        day
        for table in tables
        for value in values_of(table, options_of(table.kind, service).get("tested"))
        if (day := _day(value)) is not None
    ]
    return max(days, default=None)


def _due(context: Context, table: Table, options: dict[str, object]) -> list[datetime.date | None]:
    """The day by which each row must be tested again; None where nothing says so."""
    schedule = dict(options.get("schedule", ()))  # type: ignore[call-overload]
    rules = {kind: context.known_rule(str(name)) for kind, name in schedule.items()}
    months = {kind: rule.value for kind, rule in rules.items() if rule is not None}
    stated = values_of(table, str(options.get("next") or ""))
    tested = values_of(table, str(options.get("tested") or ""))
    found: list[datetime.date | None] = []
    for own, last, kind in zip(stated, tested, values_of(table, str(options.get("by") or "")), strict=True):
        day, before = _day(own), _day(last)
        if day is None and before is not None and kind in months:
            day = before + datetime.timedelta(days=round(months[kind] * MONTH_DAYS))
        found.append(day)
    return found


def _day(value: object) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def _tests(need: Need, good: int, late: int, failed: int, unknown: int, day: datetime.date | None) -> Count:
    if not (good or late or failed or unknown):
        return Count(0, 0, 0, 0, NONE, reason("no_works_here"))
    why = reason(
        "tests_due", day=day.isoformat() if day else "—", late=late, failed=failed, unknown=unknown, good=good
    )
    wrong = late + failed
    if not good and not wrong:
        return Count(None, None, None, unknown, UNKNOWN, why)
    if need.number is None:
        return Count(good, wrong, wrong, unknown, NONE, why)
    return Count(good, wrong, wrong, unknown, SHORT if wrong else UNKNOWN if unknown else MET, why)
