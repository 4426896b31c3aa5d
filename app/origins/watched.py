"""Which numbers a changed rule moves, whether anybody has looked at them before or not.

A family is a function from plan and policy to its numbers by name. All are reckoned by the old and by the new
policy over the same plan, so that nothing but the rules can have moved one. Another family is another record.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from app.actions.access_units import Grouping
from app.origins.access import access_ask, part_ask
from app.origins.grazing import grazing_ask
from app.origins.ledger import items_ask
from app.origins.profile import profile_ask
from app.origins.quotas import QUOTA, quota_ask
from app.origins.roads import FAULTS_ORIGIN, fault_ask
from app.origins.timeline import years_ask
from layers.errors import InputError
from layers.plan.plan import Plan
from layers.planning.access import access
from layers.planning.footprints import planned_works
from layers.planning.gaps import gaps
from layers.planning.grazing import OVER, UNKNOWN, grazing
from layers.planning.grazing_ground import REGIMES
from layers.planning.guarantees import guarantees
from layers.planning.ledger import CLOSED
from layers.planning.moved import ROW, TARGET, moved
from layers.planning.profile import timed_services
from layers.planning.quotas import quotas
from layers.planning.results import Progress
from layers.planning.road_faults import road_faults
from layers.planning.road_parts import road_parts
from layers.planning.targets import TargetState, target_states
from layers.policy.bundle import Policy
from layers.provenance import Ask

Numbers = Iterator[tuple[str, float | None]]
DIGITS = 2  # a number moves where it is another with as many decimals: what a card shows of it


@dataclass(frozen=True, slots=True)
class Move:
    """A number that moved: its name, what it was and is (None: not known), the rules that were changed."""

    key: str
    before: float | None
    after: float | None
    rules: tuple[str, ...]


def changed_rules(old: Policy, new: Policy) -> tuple[str, ...]:
    """Return the ids of the rules that are not the same in two policies."""
    was = {rule.id: rule for rule in old.rules}
    now = {rule.id: rule for rule in new.rules}
    return tuple(sorted(one for one in {*was, *now} if was.get(one) != now.get(one)))


def moves(
    plan: Plan, old: Policy, new: Policy, *, year: int | None = None, progress: Progress | None = None
) -> tuple[Move, ...]:
    """Return every number that is another by the new policy, in the order of the families.

    year: that gaps, access and livestock are looked at. progress: (families done, families in all); what it
    raises cancels. A family that cannot be reckoned by one of the two has not moved: it is left out.
    """
    tell = progress or (lambda _done, _total: None)
    rules, found = changed_rules(old, new), []
    for done, family in enumerate(FAMILIES.values()):
        tell(done, len(FAMILIES) + 1)
        try:
            before, after = dict(family(plan, old, year)), dict(family(plan, new, year))
        except InputError:
            continue
        for key, value in after.items():
            was = before.get(key)
            if key in before and not _same(was, value):
                found.append(Move(key, was, value, rules))
    tell(len(FAMILIES), len(FAMILIES) + 1)
    return (*_board(plan, old, new, year, rules), *found)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return round(one, DIGITS) == round(other, DIGITS)


def _board(
    plan: Plan, old: Policy, new: Policy, year: int | None, rules: tuple[str, ...]
) -> Iterator[Move]:
    """Rows of the gap table and targets, by the names of their marks, and what a gacha's page says of it."""
    was, now = gaps(plan, old, year=year), gaps(plan, new, year=year)
    states = [target_states(plan, policy, of, year=year) for policy, of in ((old, was), (new, now))]
    before, after = (dict(_years(one)) for one in states)
    for key, value in after.items():
        if key in before and not _same(before[key], value):
            yield Move(key, before[key], value, rules)
    for one in moved(was, now, *states):
        if one.kind == TARGET:
            yield Move(f"{TARGET}/{one.id[0]}", one.before[0], one.after[0], rules)
            continue
        service, code = one.id
        yield Move(f"{ROW}/{service}/{code}", one.before[0], one.after[0], rules)
        yield Move(Ask("gap", service, code, "gap", year).key, one.before[0], one.after[0], rules)


def _years(states: Iterable[TargetState]) -> Numbers:
    """The years under the map: what is asked and delivered in each, and in all."""
    for state in states:
        service = state.target.service
        if service is None or state.target.aggregate != "sum":
            continue
        for year, one in state.years.items():
            yield years_ask(service, "asked", year).key, one.asked
            yield years_ask(service, "done", year).key, one.delivered
        known = [one.delivered for one in state.years.values() if one.delivered is not None]
        yield years_ask(service, "total", None).key, float(sum(known)) if known else None


def _access(plan: Plan, policy: Policy, year: int | None) -> Numbers:
    for to in timed_services(plan):
        result = access(plan, policy, to=to, year=year)
        for sumu in (False, True):
            rows = Grouping(sumu, None).rows(result)
            for row in rows if sumu else (*rows, *([Grouping(False, None).all(result)] if rows else ())):
                def named(field: str, code: str = row.code) -> str:
                    return access_ask(result, field, unit=code).key  # noqa: B023 - at once

                yield named("mean"), row.mean
                yield named("longest"), row.longest
                yield named("lost"), float(row.cut_off + row.unknown)
                for limit, count in zip(result.thresholds, row.within, strict=True):
                    yield named(f"within{limit:g}"), float(count)
                if row.code:
                    yield profile_ask(row.code, f"reach.{to}", year, None).key, row.mean


def _parts(plan: Plan, policy: Policy, year: int | None) -> Numbers:
    result = road_parts(plan, policy, year=year)
    yield part_ask(result, "cut").key, float(len(result.cut_off))
    yield part_ask(result, "km").key, sum(one.km for one in result.cut_off)


def _grazing(plan: Plan, policy: Policy, year: int | None) -> Numbers:
    result = grazing(plan, policy)  # of the latest livestock, as its panel and the pages have it
    for row in result.rows:
        regimes = {name: None if row.regimes is None else row.regimes.get(name, 0.0) / 10_000
                   for name in REGIMES}  # fmt: skip
        for field, value in {
            "capacity": row.capacity, "stock": row.stock, "load": row.load, **regimes,
        }.items():  # fmt: skip
            yield grazing_ask(result, field, row).key, value
            yield profile_ask(row.code, field, year, None).key, value
    yield grazing_ask(result, "over").key, float(sum(row.status == OVER for row in result.rows))
    yield grazing_ask(result, "unknown").key, float(sum(row.status == UNKNOWN for row in result.rows))
    yield grazing_ask(result, "sheep").key, sum(getattr(row, "over", 0.0) or 0.0 for row in result.rows)


def _ledger(plan: Plan, policy: Policy, _year: int | None) -> Numbers:
    items = guarantees(plan, policy, on=_today()).ledger.items
    yield items_ask("open").key, float(sum(one.state != CLOSED for one in items))
    yield items_ask("overdue").key, float(sum(one.overdue for one in items))


def _faults(plan: Plan, policy: Policy, year: int | None) -> Numbers:
    result = road_faults(plan, policy, year=year)
    for field in ("share", "open", *(f"unreached.{service}" for service in result.reach)):
        ask = fault_ask(result, field)
        yield ask.key, FAULTS_ORIGIN.made(result, policy, ask).value
    for fault in result.faults:
        yield fault_ask(result, "km", fault).key, fault.km
        households = None if fault.households is None else float(fault.households)
        yield fault_ask(result, "households", fault).key, households


def _quotas(plan: Plan, policy: Policy, _year: int | None) -> Numbers:
    result = quotas(plan, policy, planned_works(plan, policy), on=_today())
    for quota in dict.fromkeys(one.quota for one in (*result.takings, *result.totals)):
        for field in ("used", "committed", "works", "limit", "left"):
            ask = quota_ask(quota, field)
            yield ask.key, QUOTA.made(result, policy, ask).value


FAMILIES: dict[str, Callable[[Plan, Policy, int | None], Iterable[tuple[str, float | None]]]] = {
    "access": _access,
    "network": _parts,
    "grazing": _grazing,
    "ledger": _ledger,
    "faults": _faults,
    "quota": _quotas,
}


def _today() -> datetime.date:
    return datetime.date.today()  # noqa: DTZ011 - the user's own day
