"""What a scheme does beyond its own size: households served, zones crossed, yearly figures reached.

Households are those that the scheme gives a toilet, and those no further than `rural_access` (inclusive,
plane metres) from one of its drawn works; each once, with the first year in which anything reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np
import shapely

from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.columns import code_text, values_of
from layers.planning.conflicts import Judged
from layers.planning.schemes import Scheme
from layers.policy.bundle import Policy

HOUSEHOLD, WALK = "household", "rural_access"
Drawn = list[tuple[Table, np.ndarray]]
UNDATED = 0


def households_served(
    plan: Plan, policy: Policy, proposals: Drawn, toilets: Drawn, allocated: Scheme | None
) -> tuple[float | None, Mapping[int, float]]:
    """Return how many households the scheme serves, and by the year in which each is first served (those of
    works without a year in none).

    An allocation without households named gives a toilet to one each; beside drawn works nobody knows which,
    and the number is not known. So it is without a household layer.
    """
    tables = plan.with_role(HOUSEHOLD)
    named = any(len(rows) for _, rows in toilets)
    if allocated is not None and not named:
        if proposals:
            return None, MappingProxyType({})
        years = {year: float(allocated.total(year)) for year in allocated.years}
        return sum(years.values()), MappingProxyType(years)
    if not tables:
        return None, MappingProxyType({})
    first: dict[tuple[str, int], int] = {}
    codes = {
        code_text(code): (table.kind.id, int(fid))
        for table in tables
        for code, fid in zip(table.column(table.kind.key), table.fids, strict=True)
    }
    for table, rows in toilets:
        links, years = values_of(table, "household_code")[rows], values_of(table, "year")[rows]
        for link, year in zip(links, years, strict=True):
            place = codes.get(code_text(link))
            if place is not None:
                _sooner(first, place, _of_year(year))
    within = float(policy.rule(WALK).value)
    for table, rows in proposals:
        shapes, years = table.geometry[rows], values_of(table, "year")[rows]
        for homes in tables:
            work, home = shapely.STRtree(homes.geometry).query(shapes, predicate="dwithin", distance=within)
            for at, place in zip(work.tolist(), homes.fids[home].tolist(), strict=True):
                _sooner(first, (homes.kind.id, int(place)), _of_year(years[at]))
    return float(len(first)), _by_year(first.values())


def _of_year(year: object) -> int:
    return UNDATED if year is None else int(year)  # type: ignore[call-overload, no-any-return]


def _sooner(first: dict[tuple[str, int], int], place: tuple[str, int], year: int) -> None:
    before = first.get(place, UNDATED)
    first[place] = year if before == UNDATED else min(before, year) if year != UNDATED else before


def _by_year(years: Iterable[int]) -> Mapping[int, float]:
    found: dict[int, float] = {}
    for year in sorted(years):
        if year != UNDATED:
            found[year] = found.get(year, 0.0) + 1.0
    return MappingProxyType(found)


def zones_crossed(judged: Iterable[Judged]) -> frozenset[tuple[str, int]]:
    """Return the zones (kind id, row id) that works of a scheme lie in, each once: some of their ground, by
    the data as they are drawn."""
    return frozenset(
        (one.kind, one.fid) for work in judged for one in work.conflicts if one.fid and (one.area_m2 or 0) > 0
    )


def figures_reached(policy: Policy, scheme: Scheme) -> Mapping[int, tuple[int, int]]:
    """Return by year of how many targets of the scheme's service what it plans through the year reaches what
    the plan asks through it (planned >= asked), and of how many the plan states figures by then."""
    targets = [one for one in policy.targets_for_service(scheme.service)
               if one.aggregate == "sum" and one.values]  # fmt: skip
    found = {}
    for year in sorted({at for one in targets for at in one.values}):
        asked = [
            sum(number for at, number in one.values.items() if at <= year)
            for one in targets if min(one.values) <= year
        ]  # fmt: skip
        found[year] = (sum(scheme.total_through(year) >= number for number in asked), len(asked))
    return MappingProxyType(found)
