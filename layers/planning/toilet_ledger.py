"""改厕台账: each toilet step by step, duplicates, progress by gacha and year, and the rest planned anew.

Planned → built → accepted → faulty → rectified; what may follow what: the table TRANSITIONS. A toilet is one
row of the layer of household toilets; where it stands is its state, when it got there its dates. No day lies
before an earlier one of the same toilet (the same day is in order), and a fault is told in words.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely

from layers.errors import InputError, RuleError
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.columns import code_text
from layers.planning.context import Context
from layers.planning.gaps import gaps
from layers.planning.results import Gaps, Progress, Provenance
from layers.planning.schemes import Scheme
from layers.planning.toilets import SERVICE, Allocation, allocate, recall
from layers.planning.units import GACHA, assign
from layers.policy.bundle import Policy

ROLE = "sanitation.toilet"
PLANNED, BUILT, ACCEPTED, FAULTY, RECTIFIED = "planned", "built", "accepted", "faulty", "rectified"
STATES = ("unimproved", PLANNED, BUILT, ACCEPTED, FAULTY, RECTIFIED)
ORDER = (FAULTY, PLANNED, BUILT, RECTIFIED, ACCEPTED, "unimproved")  # as the ledger lists them
STANDING = frozenset({BUILT, ACCEPTED, FAULTY, RECTIFIED})
COUNTED_ONCE = frozenset({BUILT, ACCEPTED, RECTIFIED})  # a household gets one of these
NEAR_M = 1.0


@dataclass(frozen=True, slots=True)
class Transition:
    """What a step needs and writes. date: column of its day, "" for none. clears: an earlier round's."""

    before: tuple[str, ...]
    to: str
    date: str
    needs_fault: bool = False
    clears: tuple[str, ...] = ()


TRANSITIONS = (
    Transition(("unimproved",), PLANNED, ""),
    Transition((PLANNED,), BUILT, "built_on"),
    Transition((BUILT,), ACCEPTED, "accepted_on"),
    Transition((BUILT, ACCEPTED, RECTIFIED), FAULTY, "fault_on", needs_fault=True, clears=("rectified_on",)),
    Transition((FAULTY,), RECTIFIED, "rectified_on"),
)
DATES = tuple(one.date for one in TRANSITIONS if one.date)
TO = tuple(one.to for one in TRANSITIONS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One toilet.

    state: None where not filled in. dates: column -> ISO day (only those there). next: steps that may follow.
    household: code, for use inside the project only.
    """

    kind: str
    fid: int
    household: str
    gacha_code: str
    gacha_name: str
    sumu_name: str
    state: str | None
    type: str | None
    dates: Mapping[str, str]
    fault: str
    next: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Toilets that look like one too many. why: `household` (several of one household) or `near` (within 1 m,
    of different households). fids: rows of `kind`, in order."""

    why: str
    kind: str
    fids: tuple[int, ...]
    gacha_code: str
    gacha_name: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A gacha's year: planned by the scheme (None: there is none), built, accepted in it (by their dates)."""

    gacha_code: str
    gacha_name: str
    year: int
    planned: int | None
    built: int
    accepted: int


@dataclass(frozen=True, eq=False)
class ToiletLedger:
    """The ledger. undated: toilets that stand and have no readable day of building: in no year's count."""

    entries: tuple[Entry, ...]
    undated: int
    there: bool
    provenance: Provenance

    def counts(self) -> Mapping[str, int]:
        """How many are in each state; `unknown` for those without one."""
        found = dict.fromkeys((*STATES, "unknown"), 0)
        for entry in self.entries:
            found[entry.state if entry.state in found and entry.state else "unknown"] += 1
        return MappingProxyType(found)


@dataclass(frozen=True, eq=False)
class Replan:
    """The rest planned anew.

    short: what the earlier years fell short of; added: coming year -> its part of that. quotas: of the coming
    years, that included (whole years, what is built in them counted). waiting: households with a toilet that
    is built and not accepted, which are given no other.
    """

    allocation: Allocation
    short: int
    added: Mapping[int, int]
    quotas: Mapping[int, int]
    waiting: int


def toilet_ledger(plan: Plan, policy: Policy) -> ToiletLedger:
    """Return every toilet of the ledger: faulty ones first, then in the order of the steps, by gacha."""
    context = Context(plan, policy, None)
    tables, units = context.with_role(ROLE), context.units(GACHA)
    entries = []
    for table in tables:
        places = assign(units, table, link="gacha_code") if units is not None else None
        for at, fid in enumerate(table.fids):
            place = -1 if places is None else int(places[at])
            row = table.row(int(fid))
            names = (code_text(row.get("gacha_code")), "", "")
            if units is not None and place >= 0:
                names = (units.codes[place], units.names[place], units.sumu_names[place])
            entries.append(_entry(table, int(fid), row, names))
    order = {state: at for at, state in enumerate(ORDER)}
    entries.sort(key=lambda one: (order.get(one.state or "", 9), one.gacha_code, one.kind, one.fid))
    undated = sum(one.state in STANDING and year_of(one.dates.get("built_on")) is None for one in entries)
    source = Provenance(plan, tuple(context.asked), policy.version, policy.digest, (), None)
    return ToiletLedger(tuple(entries), undated, bool(tables), source)


def advance(
    plan: Plan, kind_id: str, fid: int, *, to: str, on: datetime.date, fault: str | None = None
) -> Changes:
    """Return the changes that take one toilet a step on.

    fault: what is wrong, for `faulty`. Raises InputError `toilet_step_unknown`, `row_unknown`; RuleError
    `toilet_not_next` (the step does not follow this state), `toilet_before` (the day lies before one on
    record), `toilet_needs_fault`.
    """
    step = next((one for one in TRANSITIONS if one.to == to), None)
    if step is None:
        raise InputError("toilet_step_unknown", step=to, known=", ".join(TO))
    table = plan.table(kind_id)
    row = table.row(fid)
    entry = _entry(table, fid, row, ("", "", ""))
    if to not in entry.next:
        facts = {"number": fid, "state": entry.state or "", "step": to, "next": list(entry.next)}
        raise RuleError("toilet_not_next", **facts)
    last = max(entry.dates.values(), default="")
    if step.date and on.isoformat() < last:
        raise RuleError("toilet_before", number=fid, date=on.isoformat(), last=last)
    words = (fault or "").strip()
    if step.needs_fault and not words:
        raise RuleError("toilet_needs_fault", number=fid)
    values: dict[str, Any] = {"state": to, **dict.fromkeys(step.clears)}
    if step.date:
        values[step.date] = on.isoformat()
    if step.needs_fault:
        values["fault"] = words
    return Changes((table.update(fid, values),))


def duplicates(plan: Plan, book: ToiletLedger) -> tuple[Duplicate, ...]:
    """Return several built or accepted toilets of one household, and toilets within 1 m of different ones.

    1 m itself is within. A toilet whose household is not known is in neither.
    """
    found, by_kind = [], {}
    for entry in book.entries:
        if entry.household and entry.state in COUNTED_ONCE:
            by_kind.setdefault(entry.kind, []).append(entry)
    for kind_id, entries in by_kind.items():
        entries.sort(key=lambda one: one.fid)
        homes: dict[str, list[Entry]] = {}
        for entry in entries:
            homes.setdefault(entry.household, []).append(entry)
        found += [_duplicate("household", several) for several in homes.values() if len(several) > 1]
        points = np.array([plan.table(kind_id).row(one.fid).get("geom") for one in entries], object)
        there = np.flatnonzero([point is not None for point in points])
        if not len(there):
            continue
        tree = shapely.STRtree(points[there])
        left, right = tree.query(points[there], predicate="dwithin", distance=NEAR_M)
        for one, other in zip(there[left], there[right], strict=True):
            if one < other and entries[one].household != entries[other].household:
                found.append(_duplicate("near", [entries[one], entries[other]]))
    return tuple(sorted(found, key=lambda one: (one.gacha_code, one.kind, one.fids)))


def progress_of(book: ToiletLedger, scheme: Scheme | None) -> tuple[Cell, ...]:
    """Return planned, built and accepted by gacha and year: the scheme's years, else those on record."""
    built, accepted = _by_year(book, "built_on"), _by_year(book, "accepted_on")
    years = scheme.years if scheme is not None else sorted({year for _, year in (*built, *accepted)})
    names = {entry.gacha_code: entry.gacha_name for entry in book.entries if entry.gacha_code}
    codes = sorted({*names, *(scheme.cells if scheme is not None else ())})
    cells = (
        Cell(code, names.get(code, ""), year, scheme.cells.get(code, {}).get(year, 0) if scheme else None,
             built.get((code, year), 0), accepted.get((code, year), 0))
        for code in codes for year in years
    )  # fmt: skip
    return tuple(cell for cell in cells if cell.planned or cell.built or cell.accepted)


def replan(
    plan: Plan,
    policy: Policy,
    scheme: Scheme,
    *,
    year: int,
    counted: Gaps | None = None,
    progress: Progress | None = None,
) -> Replan:
    """Plan the years from `year` on anew; what stands is not moved.

    A past year's cells are what was built in it. The coming quotas are the scheme's and what the earlier
    years fell short of together (their quotas less what was built, at least 0), spread in proportion to the
    coming quotas by the largest remainder (the earlier year among equals; all to the first where all are 0).
    What was built in a coming year already stays and counts towards its quota. No gacha gets more than its
    need now less the households whose toilet is built and waits to be accepted.

    Raises RuleError `replan_no_years` and as `allocate`.
    """
    coming = [one for one in scheme.years if one >= year]
    past = [one for one in scheme.years if one < year]
    if not coming:
        raise RuleError("replan_no_years", year=year, last=max(scheme.years, default=0))
    book = toilet_ledger(plan, policy)
    built = _by_year(book, "built_on")
    done = {one: sum(number for (_, at), number in built.items() if at == one) for one in scheme.years}
    short = max(sum(scheme.quotas[one] - done[one] for one in past), 0)
    added = _spread(short, {one: scheme.quotas[one] for one in coming})
    quotas = {one: scheme.quotas[one] + added[one] for one in coming}
    counted = counted or gaps(plan, policy, services=(SERVICE,), progress=progress)
    waiting = _waiting(book)
    left = replace(counted, rows=tuple(_less(row, waiting.get(row.unit_code, 0)) for row in counted.rows))
    locks = {cell: number for cell, number in scheme.locks.items() if cell[1] >= year}
    weights = {code: Fraction(weight) for code, weight in scheme.weights.items()}
    rest = allocate(
        plan,
        policy,
        quotas={one: max(quotas[one] - done[one], 0) for one in coming},
        locks={cell: max(number - built.get(cell, 0), 0) for cell, number in locks.items()},
        weights=weights,
        counted=left,
    )
    fresh = rest.by_gacha()
    cells = {
        code: {
            one: built.get((code, one), 0) + (fresh[code].get(one, 0) if one >= year else 0)
            for one in scheme.years
        }
        for code in rest.codes
    }
    totals = {one: sum(row[one] for row in cells.values()) for one in scheme.years}
    whole = recall(counted, cells, quotas=totals, locks=locks, weights=weights)
    return Replan(
        whole, short, MappingProxyType(added), MappingProxyType(quotas), sum(waiting.values())
    )


# --- inside -------------------------------------------------------------------------------------------------


def _entry(table: Table, fid: int, row: Mapping[str, Any], names: tuple[str, str, str]) -> Entry:
    state = row.get("state")
    dates = {name: str(row[name])[:10] for name in DATES if row.get(name)}
    following = tuple(one.to for one in TRANSITIONS if state in one.before)
    return Entry(
        table.kind.id,
        fid,
        code_text(row.get("household_code")),
        *names,
        state,
        row.get("type"),
        MappingProxyType(dates),
        str(row.get("fault") or ""),
        following,
    )


def _duplicate(why: str, entries: list[Entry]) -> Duplicate:
    first = entries[0]
    return Duplicate(why, first.kind, tuple(one.fid for one in entries), first.gacha_code, first.gacha_name)


def year_of(day: str | None) -> int | None:
    """Return the year of an ISO day; None where there is none that can be read."""
    try:
        return datetime.date.fromisoformat(day).year if day else None
    except ValueError:
        return None


def _by_year(book: ToiletLedger, date: str) -> dict[tuple[str, int], int]:
    """(Gacha, year) -> how many of the toilets that stand have that day in it."""
    found: dict[tuple[str, int], int] = {}
    for entry in book.entries:
        year = year_of(entry.dates.get(date)) if entry.state in STANDING else None
        if year is not None:
            found[entry.gacha_code, year] = found.get((entry.gacha_code, year), 0) + 1
    return found


def _waiting(book: ToiletLedger) -> dict[str, int]:
    """Gacha -> households with a toilet built and not accepted, and no accepted one besides."""
    served = {one.household for one in book.entries if one.state in (ACCEPTED, RECTIFIED)}
    homes = {one.household: one.gacha_code for one in book.entries if one.state == BUILT and one.household}
    found: dict[str, int] = {}
    for home, code in homes.items():
        if home not in served:
            found[code] = found.get(code, 0) + 1
    return found


def _less(row: Any, waiting: int) -> Any:
    if row.service != SERVICE or row.need is None:
        return row
    taken = min(waiting, row.need)
    return replace(row, need=row.need - taken, have=None if row.have is None else row.have + taken)


def _spread(number: int, quotas: Mapping[int, int]) -> dict[int, int]:
    """`number` in proportion to `quotas`, by the largest remainder."""
    years, total = sorted(quotas), sum(quotas.values())
    if not total:
        return {year: number if year == years[0] else 0 for year in years}
    shares = {year: divmod(number * quotas[year], total) for year in years}
    given = {year: whole for year, (whole, _) in shares.items()}
    for year in sorted(years, key=lambda one: (-shares[one][1], one))[: number - sum(given.values())]:
        given[year] += 1
    return given
