"""Projects and their states: what each step asks for, and what a project has of it.

A project goes idea → reserve (in the library) → approved → building → done. Each step asks for things; a
project in a state must have what this state and all before it ask for. What a step asks for because the plan
says so holds only where the project's own policy has that clause. Nothing is asked of an idea.

Two kinds of asking: what `binds` must be there before the step is taken; the rest is owed and said.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from layers.catalogue.text import Text
from layers.plan.plan import Plan
from layers.policy.bundle import Policy

ROLE = "proposal"
STATES = ("idea", "reserve", "approved", "building", "done")
ASSESSED = frozenset({"approved", "registered", "exempt"})
"""States of an environmental assessment with which work may begin."""
WITH_PAPER = frozenset({"approved", "registered"})
MET, MISSING, UNKNOWN, NOT_ASKED = "met", "missing", "unknown", "not_asked"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Need:
    """What a step asks for.

    id: stable; `ui.need_ID` says it. state: from which state on. columns: where it is to be filled in.
    target: id of the plan's clause, "" where the state's own meaning asks for it. binds: see the module's
    text. look: row -> MET, MISSING, UNKNOWN or NOT_ASKED.
    """

    id: str
    state: str
    columns: tuple[str, ...]
    look: Callable[[Row], str]
    target: str = ""
    binds: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A need and what a project has of it; `chapter` and `title` of the clause ("" and None without one)."""

    need: Need
    state: str
    chapter: str = ""
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A project: which feature, what is known of it, and its checks up to the state that it is in and the
    next.

    missing: ids of needs of its own state and those before that are not met (`binds` first), unknown ones
    too.
    """

    kind: str
    fid: int
    row: Row
    checks: tuple[Check, ...]
    next_checks: tuple[Check, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        found = [check for check in self.checks if check.state in (MISSING, UNKNOWN)]
        return tuple(check.need.id for check in sorted(found, key=lambda check: not check.need.binds))


def _filled(*columns: str) -> Callable[[Row], str]:
    def look(row: Row) -> str:
        return MET if all(str(row.get(column) or "").strip() for column in columns) else MISSING

    return look


def _assessed(row: Row) -> str:
    """Projects that the plan names: an assessment with number and day, no later than the day work began."""
    named = row.get("named_in_plan")
    if named is None:
        return UNKNOWN
    if not named:
        return NOT_ASKED
    state = row.get("eia_state")
    if state not in ASSESSED:
        return MISSING
    if state in WITH_PAPER:
        day, begun = _day(row.get("eia_on")), _day(row.get("begun_on"))
        if not str(row.get("eia_document") or "").strip() or day is None:
            return MISSING
        if begun is not None and day > begun:
            return MISSING
    return MET


def _in_order(row: Row) -> str:
    begun, finished = _day(row.get("begun_on")), _day(row.get("finished_on"))
    if finished is None:
        return MISSING
    return MISSING if begun is not None and finished < begun else MET


def _day(value: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        return None


NEEDS: tuple[Need, ...] = (
    Need(
        "performance",
        "reserve",
        ("performance_target",),
        _filled("performance_target"),
        "project_performance",
        True,
    ),
    Need(
        "scope",
        "reserve",
        ("extent", "standard", "groundwork"),
        _filled("extent", "standard", "groundwork"),
        "project_library",
    ),
    Need(
        "funds",
        "approved",
        ("fund_source", "fund_year", "budget"),
        _filled("fund_source", "fund_year", "budget"),
    ),
    Need("approval", "approved", ("document",), _filled("document"), "", True),
    Need(
        "assessment",
        "building",
        ("named_in_plan", "eia_state", "eia_document", "eia_on"),
        _assessed,
        "environmental_assessment",
        True,
    ),
    Need("begun", "building", ("begun_on",), _filled("begun_on")),
    Need("finished", "done", ("finished_on",), _in_order),
)


def checks_of(row: Row, policy: Policy, state: str | None) -> tuple[Check, ...]:
    """Return the checks of everything that `state` and the states before it ask of a project; none for
    null."""
    if state not in STATES:
        return ()
    reached = STATES.index(state)
    targets = {target.id: target for target in policy.targets}
    found = []
    for need in NEEDS:
        if STATES.index(need.state) > reached or (need.target and need.target not in targets):
            continue
        clause = targets.get(need.target)
        title = Text(clause.title.zh, clause.title.en) if clause is not None else None
        found.append(Check(need, need.look(row), clause.chapter if clause is not None else "", title))
    return tuple(found)


def refusals(before: Row, after: Row, policy: Policy) -> tuple[Check, ...]:
    """Return the binding checks that a change of a project's row would leave unmet.

    Only what the change itself brings about: a project that came with a gap (an import) may be worked on, but
    a step forward needs everything, and what a state rests on can't be taken away. An unknown `named_in_plan`
    does not let work begin: the question has to be answered first.
    """
    state = after.get("status")
    unmet = {
        check.need.id: check
        for check in checks_of(after, policy, state)
        if check.need.binds and check.state in (MISSING, UNKNOWN)
    }
    was = before.get("status")
    step = state in STATES and (was not in STATES or STATES.index(state) > STATES.index(was))
    if step:
        return tuple(unmet.values())
    old = {check.need.id for check in checks_of(before, policy, was) if check.state in (MISSING, UNKNOWN)}
    return tuple(check for name, check in unmet.items() if name not in old)


def projects(
    plan: Plan, policy: Policy, *, progress: Callable[[int, int], None] | None = None
) -> tuple[Project, ...]:
    """Return every project of the plan with its checks, by kind and row id."""
    tables = plan.with_role(ROLE)
    total, done = sum(len(table) for table in tables), 0
    found = []
    for table in tables:
        names = table.kind.column_names
        columns = {name: table.column(name) for name in names}
        for at, fid in enumerate(table.fids):
            row = {name: columns[name][at] for name in names}
            state = row.get("status")
            coming = _next(state)
            now = checks_of(row, policy, state)
            then = checks_of(row, policy, coming) if coming else ()
            found.append(Project(table.kind.id, int(fid), row, now, then[len(now) :] if coming else ()))
            done += 1
            if progress is not None and done % 500 == 0:
                progress(done, total)
    return tuple(found)


def _next(state: Any) -> str | None:
    at = STATES.index(state) + 1 if state in STATES else len(STATES)
    return STATES[at] if at < len(STATES) else None


def by_state(found: tuple[Project, ...]) -> Iterator[tuple[str | None, int]]:
    """How many projects are in each state, in order; those without one last (None)."""
    for state in (*STATES, None):
        count = sum(
            (one.row.get("status") if one.row.get("status") in STATES else None) == state for one in found
        )
        yield state, count
