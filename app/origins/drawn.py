"""Where the sums over drawn works, and how evenly toilets are given, are from: answers that are at hand.

`works`: subject `drawn`, field `count`, `length`, `area`; the answer is the works that are listed.
`fairness`: subject `toilets`, field `least`, `banner`, `spread`; the answer is the allocation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.messages import both
from app.origins.base import Made, Origin, grouped, units_at, unknown
from layers.catalogue.text import Text
from layers.planning.results import Provenance
from layers.planning.tally import Part
from layers.planning.units import GACHA
from layers.policy.bundle import Policy
from layers.provenance import Ask


@dataclass(frozen=True, eq=False)
class Listed:
    """Works as a panel lists them: each has `kind`, `fid`, `length_m`, `area_m2` (nan: no shape)."""

    works: Sequence[Any]
    provenance: Provenance


def works_ask(field: str, scheme: str = "") -> Ask:
    """Return what names a sum over the drawn works that are listed."""
    return Ask("works", "drawn", "", field, None, scheme)


def fairness_ask(field: str) -> Ask:
    """Return what names a share of an allocation."""
    return Ask("fairness", "toilets", "", field)


def _works(result: Listed, _policy: Policy, ask: Ask) -> Made:
    values: dict[str, tuple[float, str | Text]] = {
        "count": (float(len(result.works)), "project"),
        "length": (_sum(one.length_m for one in result.works) / 1000, "kilometre"),
        "area": (_sum(one.area_m2 for one in result.works) / 10_000, "ha"),
    }
    if ask.field not in values:
        raise unknown(ask)
    value, unit = values[ask.field]
    places = [(one.kind, one.fid) for one in result.works]
    beside = tuple(
        Part(both(f"from_works_{name}"), number, number, of if isinstance(of, str) else "")
        for name, (number, of) in values.items() if name != ask.field
    )  # fmt: skip
    return Made(both(f"from_works_{ask.field}"), value, unit, f"works_{ask.field}",
                {"count": len(places)}, grouped(places), (), (), beside)  # fmt: skip


def _sum(values: Any) -> float:
    return float(sum(value for value in values if value == value))


def _fairness(result: Any, policy: Policy, ask: Ask) -> Made:
    share = getattr(result.after, ask.field, None) if ask.field in ("least", "banner", "spread") else None
    if ask.field not in ("least", "banner", "spread"):
        raise unknown(ask)
    before = getattr(result.before, ask.field)
    fields = {"before": None if before is None else 100 * before, "count": len(result.shares),
              "toilets": int(result.cells.sum())}  # fmt: skip
    places = units_at(result.provenance.plan, GACHA, (one.gacha_code for one in result.shares))
    return Made(both(f"from_fairness_{ask.field}"), None if share is None else 100 * share, "percent",
                f"fairness_{ask.field}", fields, grouped(places), ("toilet_priority",),
                policy.targets_for_service("toilets"))  # fmt: skip


DRAWN = Origin(_works, lambda result, _ask: result.provenance)
FAIRNESS = Origin(_fairness, lambda result, _ask: result.provenance)
