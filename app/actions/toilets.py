"""Allocating the toilets, keeping the result as a scheme, adopting it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from app.command import Answer
from app.messages import listed, text
from app.session import Session
from layers.catalogue.text import Text
from layers.errors import InputError, RuleError
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.planning.results import Gaps
from layers.planning.schemes import keep_scheme
from layers.planning.toilet_households import proposed_rows
from layers.planning.toilets import SERVICE, Allocation, Fairness, Share, allocate
from layers.policy.bundle import Policy

if TYPE_CHECKING:
    from app.actions.toilet_works import Works


def toilets(
    session: Session,
    scheme: str,
    *,
    quotas: str | None = None,
    lock: Sequence[str] | None = None,
    weight: Sequence[str] | None = None,
    batch: int | None = None,
    places: int | None = None,
    consecutive: bool = False,
    budget: str | None = None,
    households: bool = False,
    adopt: bool = False,
) -> Answer:
    """Allocate the yearly quotas to gachas and keep the result under a name, as one undoable command.

    quotas: `2022=946,2023=642`; the plan's own where not given. lock: `CODE:YEAR=N`. weight: `CODE=1.5`.
    batch, places, consecutive, budget, households: see `app.actions.toilet_works`.
    Raises InputError `quota_malformed`, `lock_malformed`, `assignment_malformed`, and those of `allocate`.
    """
    from app.actions.toilet_works import Wishes, plan_works, works_data, works_lines

    allocation = solve(
        session,
        quotas=parse_quotas(quotas) if quotas else None,
        locks=parse_locks(lock or ()),
        weights=parse_weights(weight or ()),
    )
    wishes = Wishes(batch or 0, places, consecutive, parse_quotas(budget) if budget else {}, households)
    works = plan_works(session.plan, session.policy, allocation, wishes)
    keep(session, scheme, works.allocation, adopt=adopt, works=works)
    return Answer(
        allocation_data(scheme, works.allocation) | works_data(works),
        (*_lines(scheme, works.allocation), *works_lines(works)),
    )


def solve(
    session: Session,
    *,
    quotas: Mapping[int, int] | None,
    locks: Mapping[tuple[str, int], int],
    weights: Mapping[str, Fraction],
) -> Allocation:
    """Return the allocation; raises as `allocate` does, the clash told in words as field `clash`."""
    return solve_plan(session.plan, session.policy, quotas=quotas, locks=locks, weights=weights)


def solve_plan(
    plan: Plan,
    policy: Policy,
    *,
    quotas: Mapping[int, int] | None,
    locks: Mapping[tuple[str, int], int],
    weights: Mapping[str, Fraction],
    counted: Gaps | None = None,
) -> Allocation:
    """Return the allocation of a plan at hand (also off the interface thread); raises as `solve`."""
    try:
        return allocate(plan, policy, quotas=quotas, locks=locks, weights=weights, counted=counted)
    except RuleError as error:
        if error.code == "allocation_impossible":
            error.fields["clash"] = [Text(*words) for words in clash_words(plan, error.fields["limits"])]
        raise


def keep(
    session: Session, name: str, allocation: Allocation, *, adopt: bool = False, works: Works | None = None
) -> Any:
    """Keep an allocation under a name (and adopt it), with its proposed toilets, as one command.

    None when nothing changes.
    """

    def build(plan: Plan) -> Changes:
        kept = keep_scheme(plan, name, allocation, SERVICE, adopt=adopt)
        if works is None or works.households is None:
            return kept
        return kept.then(proposed_rows(plan, works.households, name.strip()))

    title = Text(
        f"{'采纳' if adopt else '分配'}改厕方案「{name.strip()}」",
        f"{'Adopt' if adopt else 'Allocate'} toilets, scheme “{name.strip()}”",
    )
    return session.do(title, build, command="toilets")


def parse_quotas(given: str) -> dict[int, int]:
    """Read `2022=946,2023=642`; raises InputError `quota_malformed`."""
    quotas: dict[int, int] = {}
    for item in given.replace("，", ",").split(","):
        year, equals, number = item.partition("=")
        if not (equals and year.strip().isdigit() and number.strip().isdigit()) or int(year) in quotas:
            raise InputError("quota_malformed", given=item)
        quotas[int(year)] = int(number)
    return quotas


def parse_locks(given: Iterable[str]) -> dict[tuple[str, int], int]:
    """Read `CODE:YEAR=N`; raises InputError `lock_malformed`."""
    locks: dict[tuple[str, int], int] = {}
    for item in given:
        cell, equals, number = item.partition("=")
        code, colon, year = cell.partition(":")
        if not (equals and colon and code.strip() and year.strip().isdigit() and number.strip().isdigit()):
            raise InputError("lock_malformed", given=item)
        locks[code.strip(), int(year)] = int(number)
    return locks


def parse_weights(given: Iterable[str]) -> dict[str, Fraction]:
    """Read `CODE=1.5`; raises InputError `assignment_malformed`."""
    weights: dict[str, Fraction] = {}
    for item in given:
        code, equals, number = item.partition("=")
        try:
            weights[code.strip()] = Fraction(number.strip())
        except (ValueError, ZeroDivisionError):
            equals = ""
        if not equals:
            raise InputError("assignment_malformed", given=item)
    return weights


def allocation_data(name: str, allocation: Allocation) -> dict[str, Any]:
    """Return an allocation in stable English keys."""
    return {
        "scheme": name,
        "allocation": [
            {"gacha_code": code, "year": year, "count": number}
            for code, row in allocation.by_gacha().items()
            for year, number in row.items()
        ],
        "total_by_year": {str(year): number for year, number in allocation.total_by_year.items()},
        "explanations": [explanation(share) for share in allocation.shares],
        "fairness": {"before": fairness_data(allocation.before), "after": fairness_data(allocation.after)},
        "policy_version": allocation.provenance.policy_version,
    }


def explanation(share: Share) -> dict[str, Any]:
    """Return why a gacha gets what it gets."""
    return {
        "gacha_code": share.gacha_code,
        "name": share.gacha_name,
        "need": share.need,
        "total": share.total,
        "limit": share.limit,
        "last_quotient": share.last,
        "next_quotient": share.following,
        "runner_up": share.runner_up,
        "text": text(f"reason_{share.why.code}", **share.why.fields),
    }


def fairness_data(fairness: Fairness) -> dict[str, float | None]:
    """Return shares served, each from 0 to 1."""
    return {
        "least": fairness.least,
        "greatest": fairness.greatest,
        "spread": fairness.spread,
        "banner": fairness.banner,
    }


def clash_words(plan: Plan, limits: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return (Chinese, English) for each limit of a clash; many needs are told as their sum."""
    from app.messages import both

    names = gacha_names(plan)
    needs = [limit for limit in limits if limit["limit"] == "need"]
    words = [
        both(f"limit_{limit['limit']}", **{**limit, "name": names.get(str(limit.get("gacha_code")), "")})
        for limit in limits
        if limit["limit"] != "need" or len(needs) <= 3
    ]
    if len(needs) > 3:
        words.append(both("limit_needs", count=len(needs), number=sum(limit["number"] for limit in needs)))
    return [(word.zh, word.en) for word in words]


def gacha_names(plan: Plan) -> dict[str, str]:
    """Return code -> name of every gacha."""
    return {
        str(code): str(name or code)
        for table in plan.with_role("unit.gacha")
        for code, name in zip(table.column(table.kind.key), table.column(table.kind.name), strict=True)
    }


def _lines(name: str, allocation: Allocation) -> Iterable[str]:
    years = allocation.years
    yield "  ".join(["", *map(str, years), "∑"])
    for share in allocation.shares:
        cells = "  ".join(f"{share.by_year[year]:>4}" for year in years)
        why = text(f"reason_{share.why.code}", **share.why.fields)
        yield f"{share.gacha_code}  {cells}  {share.total:>4}  {share.gacha_name}  {why}"
    before, after = allocation.before, allocation.after
    yield text(
        "fairness_line",
        least=_share(before.least),
        least_after=_share(after.least),
        greatest=_share(before.greatest),
        greatest_after=_share(after.greatest),
        spread=_share(before.spread),
        spread_after=_share(after.spread),
    )
    yield text(
        "toilets_kept",
        name=name,
        total=f"{sum(allocation.total_by_year.values()):,}",
        years=listed(f"{year}: {number:,}" for year, number in allocation.total_by_year.items()),
    )


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"
