"""Where the counts of the targets' board are from: how many of the targets with a threshold stand how."""

from __future__ import annotations

from app.messages import both
from app.origins.base import Made, Origin, unknown
from layers.plan.plan import Plan
from layers.planning.gaps import gaps
from layers.planning.results import Gaps, Provenance
from layers.planning.tally import Part
from layers.planning.targets import TargetState, target_states
from layers.policy.bundle import Policy
from layers.provenance import Ask

Answer = tuple[Gaps, tuple[TargetState, ...]]


def board_ask(status: str, year: int | None) -> Ask:
    """Return what names a count of targets, as reports name it."""
    return Ask("targets", "register", "", f"status.{status}", year)


def _compute(plan: Plan, policy: Policy, ask: Ask) -> Answer:
    counted = gaps(plan, policy, year=ask.year)
    return counted, target_states(plan, policy, counted, year=ask.year)


def _made(result: Answer, _policy: Policy, ask: Ask) -> Made:
    judged = [one for one in result[1] if one.target.threshold is not None]
    status = ask.field.removeprefix("status.")
    mine = [one for one in judged if one.status == status]
    if status not in ("met", "short", "unknown"):
        raise unknown(ask)
    parts = tuple(Part(one.target.title, one.low, one.high, one.target.unit or "") for one in mine)
    fields = {"count": len(mine), "of": len(judged), "all": len(result[1])}
    title = both(f"from_targets_{status}")
    return Made(title, float(len(mine)), both("from_unit_targets"), "targets_status", fields,
                targets=tuple(one.target for one in mine), parts=parts)  # fmt: skip


def _source(result: Answer, _ask: Ask) -> Provenance:
    return result[0].provenance


TARGETS = Origin(_made, _source, _compute)
