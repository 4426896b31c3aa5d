"""Where any number is from: one table of the families of numbers, by `Ask.what`.

A panel names each number that it shows by an `Ask`; what answers a click, the command line and the marks of
moved numbers all go by that name. A new family is another record here.
"""

from __future__ import annotations

from typing import Any

from app.origins.access import ACCESS, NETWORK
from app.origins.allocation import ALLOCATION
from app.origins.bans import BANS
from app.origins.base import Origin, as_trace
from app.origins.board import TARGETS
from app.origins.drawn import DRAWN, FAIRNESS
from app.origins.engines import ENGINE
from app.origins.features import LAYER, VALUE
from app.origins.gaps import trace_gap_number
from app.origins.grazing import GRAZING
from app.origins.land import LAND
from app.origins.ledger import LEDGER
from app.origins.patches import PATCHES
from app.origins.profile import PROFILE
from app.origins.quotas import QUOTA
from app.origins.roads import FAULTS_ORIGIN
from app.origins.schemes import SCHEME_ORIGIN
from app.origins.sums import MIXED, SUM, added, trace_sum
from app.origins.timeline import TIMELINE
from app.origins.toilets import TOILETS
from app.origins.verdicts import VERDICT
from app.origins.zones import ZONES
from layers.errors import InputError
from layers.plan.plan import Plan
from layers.planning.trace import Trace, trace_target, trace_year
from layers.policy.bundle import Policy
from layers.provenance import Ask

ORIGINS: dict[str, Origin] = {
    "access": ACCESS,
    "network": NETWORK,
    "targets": TARGETS,
    "engine": ENGINE,
    "grazing": GRAZING,
    "ledger": LEDGER,
    "faults": FAULTS_ORIGIN,
    "quota": QUOTA,
    "works": DRAWN,
    "fairness": FAIRNESS,
    "scheme": SCHEME_ORIGIN,
    "toilets": TOILETS,
    "patches": PATCHES,
    "bans": BANS,
    "zone_change": ZONES,
    "land": LAND,
    "years": TIMELINE,
    "profile": PROFILE,
    "layer": LAYER,
    "value": VALUE,
    "allocation": ALLOCATION,
    "verdict": VERDICT,
}
GAP, TARGET = "gap", "target"


def trace_number(plan: Plan, policy: Policy, ask: Ask, answer: Any = None) -> Trace:
    """Say where a number is from.

    answer: the very answer that is looked at, computed with `policy`; without one it is reckoned again.
    Raises InputError `number_unknown` where there is no such number, `number_at_hand` where it cannot be
    reckoned without what was typed, and what the engine raises.
    """
    if ask.what == SUM:
        return trace_sum(_members(plan, policy, ask, answer))
    if ask.what == GAP:
        return trace_gap_number(plan, policy, ask)
    if ask.what == TARGET and ask.field.startswith("years."):
        return trace_year(plan, policy, ask.subject, int(ask.field.split(".")[1]))
    if ask.what == TARGET:
        return trace_target(plan, policy, ask.subject, year=ask.year)
    origin = ORIGINS.get(ask.what)
    if origin is None:
        known = ", ".join((GAP, TARGET, *ORIGINS))
        raise InputError("number_family", given=ask.what, known=known)
    if answer is None:
        if origin.compute is None:
            raise InputError("number_at_hand", given=ask.key)
        answer = origin.compute(plan, policy, ask)
    return as_trace(origin.made(answer, policy, ask), policy, origin.source(answer, ask))


def _members(plan: Plan, policy: Policy, ask: Ask, answer: Any) -> list[Trace]:
    """The numbers of a sum; where they are of one answer, that is reckoned once."""
    members = added(ask)
    origin = ORIGINS.get(members[0].what)
    one_answer = ask.subject != MIXED and origin is not None and origin.compute is not None
    if answer is None and one_answer:
        answer = origin.compute(plan, policy, members[0])
    return [trace_number(plan, policy, one, answer) for one in members]
