"""Toilets by year to gachas: the plan's quotas, never above need, locked cells kept, every number explained.

The need is what the gap engine counts: surveyed households without an accepted toilet. What nobody surveyed
is not known, so nothing is given to it and it is named. How the numbers fall: `layers.planning.apportion`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from layers.errors import InputError, RuleError
from layers.plan.plan import Plan
from layers.planning.apportion import Problem, flow, sequence
from layers.planning.clashes import CAP, LOCK, QUOTA, Limit, smallest_clash
from layers.planning.gaps import gaps
from layers.planning.results import Gaps, Progress, Provenance, Reason, reason
from layers.policy.bundle import Policy

SERVICE = "toilets"
WEIGHT_DIGITS = 3  # decimals of a priority weight that are looked at


@dataclass(frozen=True, slots=True)
class Share:
    """Why a gacha gets what it gets.

    need: None where not known. total: over all years. limit: `need_met`, `locked`, `order`, `unknown`,
    `none`. last, following: quotients (claim / (2k - 1)) of its last unit and of the one it did not get; None
    without. runner_up: code of the gacha that would get the next unit of the last year (of another gacha); ""
    for none.
    """

    gacha_code: str
    gacha_name: str
    sumu_name: str
    need: int | None
    by_year: Mapping[int, int]
    total: int
    limit: str
    last: float | None
    following: float | None
    runner_up: str
    why: Reason


@dataclass(frozen=True, slots=True)
class Fairness:
    """How evenly households are served: the least and the greatest share served, and its spread.

    Shares are served households / surveyed households of a gacha; spread is their household-weighted standard
    deviation. None where nothing is surveyed.
    """

    least: float | None
    greatest: float | None
    spread: float | None
    banner: float | None


@dataclass(frozen=True, eq=False)
class Allocation:
    """Toilets by gacha and year.

    years: in order. codes: gachas by code. cells: int64 (gachas, years). locks: (code, year) -> number.
    """

    years: tuple[int, ...]
    codes: tuple[str, ...]
    cells: np.ndarray
    quotas: Mapping[int, int]
    locks: Mapping[tuple[str, int], int]
    weights: Mapping[str, Fraction]
    shares: tuple[Share, ...]
    before: Fairness
    after: Fairness
    provenance: Provenance

    @property
    def total_by_year(self) -> Mapping[int, int]:
        """Year -> toilets given."""
        return MappingProxyType(dict(zip(self.years, map(int, self.cells.sum(axis=0)), strict=True)))

    def by_gacha(self) -> dict[str, dict[int, int]]:
        """Code -> year -> number (every cell)."""
        return {
            code: dict(zip(self.years, map(int, row), strict=True))
            for code, row in zip(self.codes, self.cells, strict=True)
        }


def allocate(
    plan: Plan,
    policy: Policy,
    *,
    quotas: Mapping[int, int] | None = None,
    locks: Mapping[tuple[str, int], int] | None = None,
    weights: Mapping[str, Fraction] | None = None,
    counted: Gaps | None = None,
    progress: Progress | None = None,
) -> Allocation:
    """Give the quotas (the policy's, or `quotas`: year -> number) to the gachas of the plan.

    locks: (gacha code, year) -> number that the planner has fixed. weights: code -> priority (1 where not
    named), at most three decimals; a weight multiplies the claim, not the cap. counted: the gaps, where they
    are at hand. Without locks the Sainte-Laguë sequence, with locks the convex flow; ties go by code.

    Raises InputError `quota_missing`, `quota_negative`, `lock_gacha_unknown`, `lock_year_unknown`,
    `lock_negative`, `weight_not_positive`; RuleError `allocation_impossible` with `limits` (the smallest set
    that clashes, as Limit with `codes` and `years`).
    """
    asked = dict(sorted((quotas if quotas is not None else policy.quota(SERVICE)).items()))
    if not asked:
        raise InputError("quota_missing", period=policy.period.id)
    for year, number in asked.items():
        if number < 0:
            raise InputError("quota_negative", year=year, number=number)
    counted = counted or gaps(plan, policy, services=(SERVICE,), progress=progress)
    rows = sorted(counted.of_service(SERVICE), key=lambda row: row.unit_code)
    codes, years = tuple(row.unit_code for row in rows), tuple(asked)
    problem = Problem(
        claims=tuple(Fraction(row.need or 0) * _weight(weights or {}, row.unit_code) for row in rows),
        caps=np.array([row.need or 0 for row in rows], np.int64),
        quotas=np.array(list(asked.values()), np.int64),
        locks=_places(locks or {}, codes, years),
    )
    clash = smallest_clash(problem)
    if clash:
        raise RuleError(
            "allocation_impossible",
            limits=[limit_facts(limit, codes, years) for limit in clash],
            count=len(clash),
        )
    cells = flow(problem) if problem.locks else sequence(problem)
    return Allocation(
        years,
        codes,
        cells,
        MappingProxyType(asked),
        MappingProxyType(dict(locks or {})),
        MappingProxyType(dict(weights or {})),
        _shares(rows, problem, cells, years, codes),
        _fairness(rows, np.zeros(len(rows), np.int64)),
        _fairness(rows, cells.sum(axis=1)),
        counted.provenance,
    )


def recall(
    counted: Gaps,
    cells: Mapping[str, Mapping[int, int]],
    *,
    quotas: Mapping[int, int],
    locks: Mapping[tuple[str, int], int] | None = None,
    weights: Mapping[str, Fraction] | None = None,
) -> Allocation:
    """Return cells that were kept (code -> year -> number) as an allocation against the gaps of today.

    The numbers stay as they are, whether they still fit or not; shares, reasons and fairness are those of
    today. Gachas and years that are gone are left out.
    """
    rows = sorted(counted.of_service(SERVICE), key=lambda row: row.unit_code)
    codes, years = tuple(row.unit_code for row in rows), tuple(sorted(quotas))
    kept = {cell: number for cell, number in (locks or {}).items() if cell[0] in codes and cell[1] in years}
    problem = Problem(
        claims=tuple(Fraction(row.need or 0) * _weight(weights or {}, row.unit_code) for row in rows),
        caps=np.array([row.need or 0 for row in rows], np.int64),
        quotas=np.array([quotas[year] for year in years], np.int64),
        locks=_places(kept, codes, years),
    )
    numbers = np.array([[cells.get(code, {}).get(year, 0) for year in years] for code in codes], np.int64)
    numbers = numbers.reshape(len(codes), len(years))
    return Allocation(
        years,
        codes,
        numbers,
        MappingProxyType(dict(sorted(quotas.items()))),
        MappingProxyType(kept),
        MappingProxyType(dict(weights or {})),
        _shares(rows, problem, numbers, years, codes),
        _fairness(rows, np.zeros(len(rows), np.int64)),
        _fairness(rows, numbers.sum(axis=1)),
        counted.provenance,
    )


def limit_facts(limit: Limit, codes: tuple[str, ...], years: tuple[int, ...]) -> dict[str, object]:
    """Return a limit in stable keys: `limit`, `number`, and `gacha_code`, `year` where it has them."""
    facts: dict[str, object] = {
        "limit": {QUOTA: "quota", CAP: "need", LOCK: "lock"}[limit.kind],
        "number": limit.number,
    }
    if limit.claimant >= 0:
        facts["gacha_code"] = codes[limit.claimant]
    if limit.year >= 0:
        facts["year"] = years[limit.year]
    return facts


def _weight(weights: Mapping[str, Fraction], code: str) -> Fraction:
    weight = Fraction(weights.get(code, 1)).limit_denominator(10**WEIGHT_DIGITS)
    if weight <= 0:
        raise InputError("weight_not_positive", code=code, number=float(weight))
    return weight


def _places(
    locks: Mapping[tuple[str, int], int], codes: tuple[str, ...], years: tuple[int, ...]
) -> dict[tuple[int, int], int]:
    at_code, at_year = (
        {code: at for at, code in enumerate(codes)},
        {year: at for at, year in enumerate(years)},
    )
    places = {}
    for (code, year), number in locks.items():
        if code not in at_code:
            raise InputError("lock_gacha_unknown", code=code)
        if year not in at_year:
            raise InputError("lock_year_unknown", year=year, known=list(years))
        if number < 0:
            raise InputError("lock_negative", code=code, year=year, number=number)
        places[at_code[code], at_year[year]] = number
    return places


def _shares(
    rows: list, problem: Problem, cells: np.ndarray, years: tuple[int, ...], codes: tuple[str, ...]
) -> tuple[Share, ...]:
    totals = cells.sum(axis=1)
    open_ = [
        at
        for at in range(len(rows))
        if totals[at] < problem.caps[at]
        and any((at, year) not in problem.locks for year in range(len(years)))
    ]
    # Who would get the next unit: the greatest quotient that was not served, the earlier code among equals.
    waiting = sorted(open_, key=lambda at: (-problem.claims[at] / (2 * int(totals[at]) + 1), at))[:2]
    shares = []
    for at, row in enumerate(rows):
        total, claim = int(totals[at]), problem.claims[at]
        last = float(claim / (2 * total - 1)) if total else None
        following = float(claim / (2 * total + 1)) if claim and total < problem.caps[at] else None
        runner_up = next((codes[other] for other in waiting if other != at), "")
        limit, why = _limit(row, problem, at, total, last, following, runner_up, rows, totals)
        shares.append(
            Share(
                row.unit_code,
                row.unit_name,
                row.sumu_name,
                row.need,
                MappingProxyType(dict(zip(years, map(int, cells[at]), strict=True))),
                total,
                limit,
                last,
                following,
                runner_up,
                why,
            )
        )
    return tuple(shares)


def _limit(
    row,
    problem: Problem,
    at: int,
    total: int,
    last: float | None,
    following: float | None,  # type: ignore[no-untyped-def]  # noqa: PLR0913
    runner_up: str,
    rows: list,
    totals: np.ndarray,
) -> tuple[str, Reason]:
    if row.need is None:
        return "unknown", reason("allocation_unknown")
    if row.need == 0:
        return "none", reason("allocation_no_need")
    if total >= row.need:
        return "need_met", reason("allocation_need_met", need=row.need)
    if all((at, year) in problem.locks for year in range(len(problem.quotas))):
        return "locked", reason("allocation_locked", total=total, need=row.need)
    other = next((place for place, one in enumerate(rows) if one.unit_code == runner_up), None)
    ahead = float(problem.claims[other] / (2 * int(totals[other]) + 1)) if other is not None else 0.0
    return "order", reason(
        "allocation_order",
        total=total,
        need=row.need,
        last=_quotient(last),
        following=_quotient(following),
        runner_up=rows[other].unit_name if other is not None else "—",
        ahead=_quotient(ahead),
    )


def _quotient(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _fairness(rows: list, given: np.ndarray) -> Fairness:
    known = [
        (row.have + int(more), row.have + row.need)
        for row, more in zip(rows, given, strict=True)
        if row.need is not None and row.have is not None and row.have + row.need > 0
    ]
    if not known:
        return Fairness(None, None, None, None)
    served, households = np.array(known, float).T
    shares, banner = served / households, served.sum() / households.sum()
    spread = float(np.sqrt(np.average((shares - banner) ** 2, weights=households)))
    return Fairness(float(shares.min()), float(shares.max()), spread, float(banner))
