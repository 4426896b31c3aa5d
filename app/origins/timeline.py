"""Where the numbers of the years under the map are from.

Subject: a service whose quotas the plan names by year; field `asked`, `planned` (by the scheme that stands
last) or `done` of a year, or `total`: what the years up to one (none: all of them) come to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.messages import both
from app.origins.base import Made, Origin, grouped, units_at, unknown
from layers.catalogue.text import Text
from layers.plan.plan import Plan
from layers.planning.results import Gaps, Provenance
from layers.planning.schemes import Scheme, read_scheme
from layers.planning.tally import COUNTED, Part
from layers.planning.targets import YearState, target_state
from layers.planning.trace import trace_target, trace_year
from layers.planning.units import GACHA
from layers.policy.bundle import Policy
from layers.policy.targets import Target
from layers.provenance import Ask

YEARLY = ("asked", "planned", "done")


@dataclass(frozen=True, eq=False)
class Timed:
    """A service's target of so many a year, what came of it, and the scheme that is looked at."""

    target: Target
    states: Mapping[int, YearState]
    scheme: Scheme | None
    provenance: Provenance


def years_ask(service: str, field: str, year: int | None, scheme: str = "") -> Ask:
    """Return what names a number of the years."""
    return Ask("years", service, "", field, year, scheme)


def _compute(plan: Plan, policy: Policy, ask: Ask) -> Timed:
    scheme = read_scheme(plan, ask.scheme) if ask.scheme else None
    found = (one for one in policy.targets_for_service(ask.subject) if one.aggregate == "sum")
    target = next(found, None)
    if target is None:
        raise unknown(ask)
    source = trace_target(plan, policy, target.id).provenance
    states = target_state(plan, policy, Gaps((), (), {}, source), target.id).years
    return Timed(target, states, scheme, source)


def _made(result: Timed, policy: Policy, ask: Ask) -> Made:
    asked = dict(policy.quota(ask.subject))
    years = result.scheme.years if result.scheme is not None else tuple(sorted(asked))
    if ask.field == "total":
        return _total(result, policy, ask, [one for one in years if ask.year is None or one <= ask.year])
    year = ask.year
    if year not in years or ask.field not in YEARLY or (ask.field == "planned" and result.scheme is None):
        raise unknown(ask)
    values = {
        "asked": asked.get(year), "done": _done(result, year),
        "planned": None if result.scheme is None else result.scheme.total(year),
    }  # fmt: skip
    unit = result.target.unit or ""
    value = values[ask.field]
    beside = [name for name in YEARLY if name != ask.field and values[name] is not None]
    parts = tuple(Part(both(f"from_years_{name}"), values[name], values[name], unit) for name in beside)
    gachas = _gachas(result, [year])
    places = {"planned": units_at(result.provenance.plan, GACHA, gachas), "asked": [],
              "done": _built(result, policy, [year])}[ask.field]  # fmt: skip
    fields = {"year": year, "count": value, "whole": sum(asked.values()), "gachas": len(gachas),
              "scheme": ask.scheme, "clause": result.target.chapter}  # fmt: skip
    words = both(f"from_years_{ask.field}")
    return Made(_titled(result, year, words), None if value is None else float(value), unit,
                f"years_{ask.field}", fields, grouped(places), (), (result.target,), parts)  # fmt: skip


def _total(result: Timed, policy: Policy, ask: Ask, years: list[int]) -> Made:
    whole = sum(dict(policy.quota(ask.subject)).values())
    if result.scheme is not None:
        numbers: list[float | None] = [result.scheme.total(year) for year in years]
        places = units_at(result.provenance.plan, GACHA, _gachas(result, years))
    else:
        numbers = [_done(result, year) for year in years]
        places = _built(result, policy, years)
    known = [one for one in numbers if one is not None]
    value = None if numbers and not known else float(sum(known))
    each = "；".join(f"{year}: {'—' if one is None else f'{one:,.6g}'}"
                    for year, one in zip(years, numbers, strict=True)) or "—"  # fmt: skip
    fields = {"years": each, "count": value, "whole": whole, "scheme": ask.scheme,
              "percent": 100 * value / whole if whole and value is not None else None}  # fmt: skip
    formula = "years_total" if result.scheme is None else "years_total_planned"
    return Made(_titled(result, ask.year, both("from_years_total")), value, result.target.unit or "", formula,
                fields, grouped(places), (), (result.target,))  # fmt: skip


def _titled(result: Timed, year: int | None, words: Text) -> Text:
    title, at = result.target.title, "" if year is None else f" · {year}"
    return Text(f"{title.zh}{at} · {words.zh}", f"{title.en}{at} · {words.en}")


def _done(result: Timed, year: int) -> float | None:
    return result.states[year].delivered if year in result.states else None


def _gachas(result: Timed, years: list[int]) -> list[str]:
    if result.scheme is None:
        return []
    return [code for code, row in result.scheme.cells.items() if any(row.get(year) for year in years)]


def _built(result: Timed, policy: Policy, years: list[int]) -> list[tuple[str, int]]:
    """What was delivered in the years, as the target counts it."""
    plan, target = result.provenance.plan, result.target
    return [
        (kind, fid)
        for year in years if year in target.values
        for kind, fids in trace_year(plan, policy, target.id, year).groups.get(COUNTED, {}).items()
        for fid in fids
    ]  # fmt: skip


TIMELINE = Origin(_made, lambda result, _ask: result.provenance, _compute)
