"""疑似图斑: a suspect patch goes step by step from issued to closed; what a step needs and what it writes.

Issued → visited (with a photograph) → found (with what was found) → rectified → closed. A patch where nothing
was found wrong is closed without being rectified. No step is left out, and no day lies before the one before.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.errors import RuleError
from layers.plan.changes import Changes
from layers.plan.plan import Plan

ROLE = "check.patch"
STEPS = ("issued", "visited", "found", "rectified", "closed")
NOTHING_WRONG = "none"


@dataclass(frozen=True, slots=True)
class PatchCount:
    """How many patches stand at which step; `unknown`: no state is filled in. overdue: not closed after
    `days`."""

    steps: Mapping[str, int]
    unknown: int
    overdue: int


def next_step(row: Mapping[str, Any]) -> str | None:
    """The step that comes next for a patch; None where it is closed or its state is not known."""
    state = row.get("state")
    if state not in STEPS or state == STEPS[-1]:
        return None
    if state == "found" and row.get("finding") == NOTHING_WRONG:
        return "closed"
    return STEPS[STEPS.index(state) + 1]


def take_step(
    plan: Plan,
    kind_id: str,
    fid: int,
    *,
    on: datetime.date,
    to: str | None = None,
    finding: str | None = None,
    photo: str | None = None,
    by: str | None = None,
) -> Changes:
    """Return the changes of a patch's next step on a day.

    to: the step that is meant (None: the next). Raises RuleError `patch_closed`, `patch_state_unknown`,
    `patch_step_order`, `patch_needs_photo`, `patch_needs_finding`, `patch_day_order`; InputError of
    `Table.update`.
    """
    table = plan.table(kind_id)
    row = table.row(fid)
    code = str(row.get(table.kind.key) or fid)
    after = next_step(row)
    if after is None:
        known = row.get("state") in STEPS
        raise RuleError("patch_closed" if known else "patch_state_unknown", code=code)
    if to is not None and to != after:
        titles = {choice.value: choice.title for choice in table.kind.column("state").choices}
        raise RuleError("patch_step_order", code=code, next=titles[after], asked=titles.get(to, to))
    values: dict[str, Any] = {"state": after, f"{after}_on": on.isoformat()}
    for name, given in (("finding", finding), ("photo", photo), ("visited_by", by)):
        if given is not None:
            values[name] = given
    if after == "visited" and not values.get("photo", row.get("photo")):
        raise RuleError("patch_needs_photo", code=code)
    if after == "found" and not values.get("finding", row.get("finding")):
        raise RuleError("patch_needs_finding", code=code)
    days = [str(row[f"{step}_on"]) for step in STEPS[: STEPS.index(after)] if row.get(f"{step}_on")]
    if days and on.isoformat() < max(days):
        raise RuleError("patch_day_order", code=code, day=on.isoformat(), last=max(days))
    return Changes(rows=(table.update(fid, values),))


def count_patches(plan: Plan, *, on: datetime.date, days: int) -> PatchCount | None:
    """Count patches by step; overdue: not closed more than `days` after they were issued. None: no layer."""
    tables = plan.with_role(ROLE)
    if not tables:
        return None
    steps, unknown, overdue = dict.fromkeys(STEPS, 0), 0, 0
    for table in tables:
        for state, issued in zip(table.column("state"), table.column("issued_on"), strict=True):
            if state not in steps:
                unknown += 1
                continue
            steps[state] += 1
            overdue += is_overdue(state, issued, on=on, days=days)
    return PatchCount(steps, unknown, overdue)


def is_overdue(state: Any, issued: Any, *, on: datetime.date, days: int) -> bool:
    """Whether a patch of a known state is not closed more than `days` after it was issued."""
    latest = (on - datetime.timedelta(days=days)).isoformat()
    return state in STEPS[:-1] and issued is not None and str(issued) < latest
