"""Where the counts of the ledger of suspect patches are from, as of the day they are looked at.

Subject `ledger`; field: a step, `unknown`, `overdue`. The answer is where they are from: all else is in it.
"""

from __future__ import annotations

import datetime

from app.actions.patches import OVERDUE_DAYS
from app.messages import both
from app.origins.base import Made, Origin, grouped, unknown
from layers.plan.plan import Plan
from layers.planning.patches import ROLE, STEPS, is_overdue
from layers.planning.results import Provenance
from layers.policy.bundle import Policy
from layers.provenance import Ask


def patch_ask(field: str) -> Ask:
    """Return what names a count of patches."""
    return Ask("patches", "ledger", "", field)


def patch_source(plan: Plan, policy: Policy) -> Provenance:
    """Return where the counts are from."""
    kinds = tuple(kind.id for kind in plan.catalogue.with_role(ROLE))
    return Provenance(plan, kinds, policy.version, policy.digest, (), None)


def _compute(plan: Plan, policy: Policy, _ask: Ask) -> Provenance:
    return patch_source(plan, policy)


def _made(result: Provenance, _policy: Policy, ask: Ask) -> Made:
    if ask.subject != "ledger" or ask.field not in (*STEPS, "unknown", "overdue"):
        raise unknown(ask)
    today = datetime.date.today()  # noqa: DTZ011 - the user's own day
    counted: list[tuple[str, int]] = []
    rest: list[tuple[str, int]] = []
    tables = result.plan.with_role(ROLE)
    for table in tables:
        columns = (table.fids, table.column("state"), table.column("issued_on"))
        for fid, state, issued in zip(*columns, strict=True):
            late = is_overdue(state, issued, on=today, days=OVERDUE_DAYS)
            own = state if state in STEPS else "unknown"
            met = late if ask.field == "overdue" else own == ask.field
            (counted if met else rest).append((table.kind.id, int(fid)))
    choices = result.plan.catalogue.with_role(ROLE)[0].column("state").choices
    title = next((one.title for one in choices if one.value == ask.field), None)
    if title is None:
        title = both(f"from_patches_{ask.field}", days=OVERDUE_DAYS)
    formula = "patches_overdue" if ask.field == "overdue" else "patches_state"
    fields = {"count": len(counted), "of": len(counted) + len(rest), "state": title,
              "day": today.isoformat(), "days": OVERDUE_DAYS}  # fmt: skip
    value = float(len(counted)) if tables else None
    groups = grouped(counted, rest=rest if ask.field == "overdue" else ())
    return Made(title, value, both("from_patches_unit"), formula, fields, groups, (), ())


PATCHES = Origin(_made, lambda result, _ask: result, _compute)
