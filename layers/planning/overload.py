"""What the regulation in force on a day attaches to an overload, and to grazing where it is banned.

Boundaries: aid may be withheld for an overload of more than `overload_over` per cent (exactly that much:
not), or for grazing found in a ban zone `grazing_times` times or more; the fine for what is over, sheep unit
by sheep unit, stands for any overload that is not put right in time; that for grazing in a ban zone from the
first time it was found. The first day in force and the last one count. Rules that are no law (no article, no
date, from memory) attach nothing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from layers.policy.bundle import Policy
from layers.policy.rules import Rule

SUBSIDY, OVER_FINE, BAN_FINE = "overload_subsidy", "overload_fine", "ban_fine"
NO_DATE, NOT_IN_FORCE, NO_RULE, NOTHING = "no_date", "not_in_force", "no_rule", "nothing"
HAIR = 1e-9  # of a per cent: what adding up may leave


@dataclass(frozen=True, slots=True)
class Attached:
    """A consequence: its rule, why (`overload`, `times`, `over`, `ban`), and what it comes to.

    yuan: amount at most, where it can be reckoned; per_unit: yuan a sheep unit where it cannot.
    """

    rule: Rule
    why: str
    yuan: float | None = None
    per_unit: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is attached, worst first as the rules stand; `none`: why nothing is (one of the codes above)."""

    attached: tuple[Attached, ...]
    none: str = ""
    from_day: datetime.date | None = None


def verdict(
    policy: Policy,
    on: datetime.date | None,
    *,
    overload: float | None,
    over: float | None,
    found: int | None,
) -> Verdict:
    """Return what is attached on the day `on`.

    overload: per cent over the capacity (None: not known). over: sheep units over it. found: how often
    grazing in a ban zone was found (None: not known, attaches nothing).
    """
    rules = {rule.id: rule for rule in policy.rules if rule.id in (SUBSIDY, OVER_FINE, BAN_FINE)}
    if on is None:
        return Verdict((), NO_DATE)
    if not rules:
        return Verdict((), NO_RULE)
    holding = {name: rule for name, rule in rules.items() if rule.holds_on(on)}
    if not holding:
        begins = [rule.in_force for rule in rules.values() if rule.in_force is not None]
        return Verdict((), NOT_IN_FORCE, min(begins, default=None))
    made = (
        *_withheld(holding.get(SUBSIDY), overload, over, found),
        *_over(holding.get(OVER_FINE), over),
        *_banned(holding.get(BAN_FINE), found),
    )
    return Verdict(made, "" if made else NOTHING)


def _withheld(
    rule: Rule | None, overload: float | None, over: float | None, found: int | None
) -> tuple[Attached, ...]:
    if rule is None:
        return ()
    # over what may bear nothing there is no percentage: any stock is more than any share of it
    beyond = (overload is None and over is not None and over > 0) or (
        overload is not None and overload > rule.values["overload_over"] + HAIR
    )
    times = found is not None and found >= rule.values["grazing_times"]
    return tuple(Attached(rule, why) for why, yes in (("overload", beyond), ("times", times)) if yes)


def _over(rule: Rule | None, over: float | None) -> tuple[Attached, ...]:
    if rule is None or over is None or over <= HAIR:
        return ()
    return (Attached(rule, "over", yuan=over * rule.value),)


def _banned(rule: Rule | None, found: int | None) -> tuple[Attached, ...]:
    if rule is None or not found:
        return ()
    return (Attached(rule, "ban", per_unit=rule.value),)
