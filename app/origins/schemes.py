"""Where the numbers of a scheme and of an engine's answer are from.

`scheme`: subject is the fact (`length`, `budget` …), scheme its name, field `value` or `year.YEAR`. `works`:
drawn works by themselves. `engine`: subject `roads`, `sites` or `works`; unit: a row, or a year of the chart;
only of an answer that is at hand, since it rests on what was typed.
"""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from app.messages import both
from app.origins.base import Made, Origin, grouped, unknown
from layers.plan.plan import Plan
from layers.planning.columns import is_in, values_of
from layers.planning.scheme_facts import SCHEME, SchemeFacts, scheme_facts
from layers.policy.bundle import Policy
from layers.provenance import Ask

LINES = frozenset({"length", "not_allowed", "permits", "works", "budget", "area", "zones"})
JUDGED = frozenset({"not_allowed", "permits", "zones"})


def fact_ask(scheme: str, key: str, year: int | None = None) -> Ask:
    """Return what names a fact of a scheme."""
    return Ask("scheme", key, "", "value" if year is None else f"year.{year}", None, scheme)


def _compute(plan: Plan, policy: Policy, ask: Ask) -> SchemeFacts:
    on = datetime.date.today()  # noqa: DTZ011 - the user's own day
    return scheme_facts(plan, policy, ask.scheme, on=on)


def _of(result: Any, ask: Ask) -> SchemeFacts:
    """The scheme that is asked about, where several are at hand."""
    many = result if isinstance(result, tuple) else (result,)
    found = next((one for one in many if one.name == ask.scheme), None)
    if found is None:
        raise unknown(ask)
    return found


def _made(result: Any, _policy: Policy, ask: Ask) -> Made:
    facts = _of(result, ask)
    fact = next((one for one in facts.facts if one.key == ask.subject), None)
    if fact is None:
        raise unknown(ask)
    year = ask.field.partition(".")[2]
    value = fact.by_year.get(int(year)) if year.isdecimal() else fact.value
    fids = []
    for _, table in facts.provenance.plan.layers():
        if SCHEME not in table.kind.column_names:
            continue
        if ask.subject in LINES and "proposal" not in table.kind.roles:
            continue
        mine = is_in(values_of(table, SCHEME), (facts.name,))
        if year.isdecimal():
            mine &= is_in(values_of(table, "year"), (int(year),))
        fids += [(table.kind.id, int(fid)) for fid in np.asarray(table.fids)[mine]]
    by_year = "；".join(f"{at}: {number:,.6g}" for at, number in fact.by_year.items()) or "—"
    fields = {"scheme": facts.name, "count": len(fids), "years": by_year}
    title = both("from_scheme", scheme=facts.name, fact=fact.title.zh)
    title = type(title)(title.zh, both("from_scheme", scheme=facts.name, fact=fact.title.en).en)
    name = fact.key.rpartition("_")[0] if fact.key.startswith("targets_met_") else fact.key
    known = f"scheme_{name}" if name in _SAID else "scheme_other"
    rules: tuple[str, ...] = ("footprint_*", "data_accuracy_m") if fact.key in JUDGED else ()
    rules += ("rural_access",) if fact.key == "served" else ()
    return Made(title, value, fact.unit, known, fields, grouped(fids), rules, ())


_SAID = frozenset({"toilets", "households", "works", "length", "area", "budget", "not_allowed", "permits",
                   "served", "zones", "targets_met"})  # fmt: skip
SCHEME_ORIGIN = Origin(_made, lambda result, ask: _of(result, ask).provenance, _compute)
