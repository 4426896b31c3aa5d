"""An allocation of toilets bent to crews and money, and given to households."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.messages import both, listed, text
from layers.catalogue.text import Text
from layers.errors import RuleError
from layers.plan.plan import Plan
from layers.planning.crews import BUDGET, LOCK, PLACES, QUOTA, Batches, Crews, Limit, in_batches
from layers.planning.gaps import gaps
from layers.planning.results import Progress
from layers.planning.toilet_households import Candidates, HouseholdPlan, candidates, to_households
from layers.planning.toilets import SERVICE, Allocation, recall
from layers.policy.bundle import Policy


@dataclass(frozen=True, slots=True)
class Wishes:
    """batch: least toilets in a gacha and year, 0 for none. places: most gachas a year, None for any number.

    consecutive: a gacha is finished in years that follow each other. budget: year -> 10,000 yuan (<=).
    households: give every toilet a household, a type and a spot.
    """

    batch: int = 0
    places: int | None = None
    consecutive: bool = False
    budget: Mapping[int, float] = field(default_factory=dict)
    households: bool = False

    @property
    def of_crews(self) -> bool:
        """Whether anything is asked that the fair allocation does not know."""
        return bool(self.batch > 1 or self.places is not None or self.consecutive or self.budget)


@dataclass(frozen=True, eq=False)
class Works:
    """The allocation, how far batches moved it, and its households; None for what was not asked."""

    allocation: Allocation
    batches: Batches | None = None
    households: HouseholdPlan | None = None


def plan_works(
    plan: Plan, policy: Policy, fair: Allocation, wishes: Wishes, *, progress: Progress | None = None
) -> Works:
    """Return the works of an allocation; raises RuleError `crews_clash` with the clash in words, `clash`."""
    found = candidates(plan, policy) if wishes.households or wishes.budget else None
    if not wishes.of_crews:
        made = to_households(found, fair.by_gacha()) if found and wishes.households else None
        return Works(fair, None, made)
    asked = _asked(fair, wishes, found)
    try:
        batches = in_batches(asked, progress=progress)
    except RuleError as error:
        total = int(asked.needs.sum())
        limits = error.fields.get("limits", ())
        words = [_limit_words(plan, fair, wishes, limit, total) for limit in limits]
        error.fields["clash"] = words
        raise
    cells = batches.cells.sum(axis=2)
    counted = gaps(plan, policy, services=(SERVICE,))
    allocation = recall(
        counted,
        {code: dict(zip(fair.years, map(int, row), strict=True))
         for code, row in zip(fair.codes, cells, strict=True)},
        quotas=fair.quotas, locks=fair.locks, weights=fair.weights,
    )  # fmt: skip
    if not (found and wishes.households):
        return Works(allocation, batches)
    return Works(allocation, batches, to_households(found, _by_type(fair, batches, found, wishes)))


def _asked(fair: Allocation, wishes: Wishes, found: Candidates | None) -> Crews:
    place = {code: at for at, code in enumerate(fair.codes)}
    year_at = {year: at for at, year in enumerate(fair.years)}
    years = range(len(fair.years))
    needs = (
        found.by_type(fair.codes)
        if found is not None and wishes.budget
        else np.array([[share.need or 0] for share in fair.shares], np.int64).reshape(len(fair.codes), 1)
    )
    return Crews(
        fair.cells, needs, np.array([fair.quotas[year] for year in fair.years], np.int64), wishes.batch,
        {} if wishes.places is None else dict.fromkeys(years, wishes.places), wishes.consecutive,
        np.array([one.cost for one in found.types]) if found is not None and wishes.budget else None,
        {(year_at[year], None): money for year, money in wishes.budget.items() if year in year_at},
        {(place[code], year_at[year]): number for (code, year), number in fair.locks.items()},
    )  # fmt: skip


def _by_type(
    fair: Allocation, batches: Batches, found: Candidates, wishes: Wishes
) -> dict[str, dict[int, Any]]:
    types = [one.id for one in found.types]
    return {
        code: {
            year: {types[kind]: int(number) for kind, number in enumerate(cell) if number}
            if wishes.budget else int(cell.sum())
            for year, cell in zip(fair.years, row, strict=True)
        }
        for code, row in zip(fair.codes, batches.cells, strict=True)
    }  # fmt: skip


def works_data(works: Works) -> dict[str, Any]:
    """Return the works in stable keys; households by gacha and count only, never one by one."""
    data: dict[str, Any] = {}
    if works.batches is not None:
        batches = works.batches
        data["crews"] = {
            "moved": batches.off, "bound": batches.bound, "optimal": batches.optimal,
            "gachas_by_year": {
                str(year): int(number) for year, number in
                zip(works.allocation.years, (works.allocation.cells > 0).sum(axis=0), strict=True)
            },
        }  # fmt: skip
    if works.households is not None:
        made = works.households
        data["households"] = {
            "served": len(made.served),
            "by_type": _counts(one.type for one in made.served),
            "refused": _counts(one.why.code.removeprefix("toilet_") for one in made.refused),
            "short": [{"gacha_code": code, "year": year, "count": number}
                      for (code, year), number in sorted(made.short.items())],
            "cost_by_year": {str(year): money for year, money in made.cost.items()},
        }  # fmt: skip
    return data


def works_lines(works: Works) -> Iterable[str]:
    """Say the works in words."""
    if works.batches is not None:
        batches = works.batches
        yield text("works_optimal" if batches.optimal else "works_bound", off=batches.off,
        bound=batches.bound)
    if works.households is not None:
        made = works.households
        yield text("works_households", served=f"{len(made.served):,}", short=f"{sum(made.short.values()):,}",
                   cost=listed(f"{year}: {money:,.1f}" for year, money in made.cost.items()))  # fmt: skip
        for code, number in _counts(one.why.code for one in made.refused).items():
            yield text("works_refused", count=f"{number:,}", why=text(f"works_{code}"))


def _counts(values: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items()))


def _limit_words(plan: Plan, fair: Allocation, wishes: Wishes, limit: Limit, total: int) -> Text:
    from app.actions.toilets import gacha_names

    kind, key = limit
    if kind == QUOTA:
        year = fair.years[key]
        return both("crew_limit_quota_year", year=year, number=fair.quotas[year])
    if kind == LOCK:
        code, year = fair.codes[key[0]], fair.years[key[1]]
        return both("crew_limit_lock", name=gacha_names(plan)[code], year=year, number=fair.locks[code, year])
    if kind == PLACES:
        return both("crew_limit_places", year=fair.years[key], number=wishes.places)
    if kind == BUDGET:
        year = fair.years[key[0]]
        return both("crew_limit_budget", year=year, number=wishes.budget[year], type="")
    return both(f"crew_limit_{kind}", number=wishes.batch, total=f"{total:,}")
