"""Where the sum of several numbers is from: each of them, and all that stands behind any.

Subject: `WHAT:SUBJECT` of numbers that differ in nothing but their unit; unit: their units, `+` between them.
Of others the subject is `+` and the unit holds their whole names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.messages import both
from layers.catalogue.text import Text
from layers.planning.results import Provenance
from layers.planning.tally import Groups, Part
from layers.planning.trace import Trace
from layers.provenance import ALL, Ask, ask_of

SUM, MIXED, AND = "sum", "+", "+"
MOST_PARTS = 40  # numbers that a card lists, the largest first


def sum_ask(asks: Sequence[Ask]) -> Ask | None:
    """Return what names the sum of numbers: a single one's own name; None where there is none."""
    if len(asks) < 2:
        return asks[0] if asks else None
    first = asks[0]
    if all(one.unit and AND not in one.unit and _besides(one) == _besides(first) for one in asks):
        units = AND.join(one.unit for one in asks)
        return Ask(SUM, f"{first.what}:{first.subject}", units, first.field, first.year, first.scheme)
    return Ask(SUM, MIXED, AND.join(one.key.replace(AND, "%2B") for one in asks))


def _besides(ask: Ask) -> tuple[str, str, str, int | None, str]:
    return ask.what, ask.subject, ask.field, ask.year, ask.scheme


def added(ask: Ask) -> tuple[Ask, ...]:
    """Return the numbers of which `sum_ask` names the sum."""
    if ask.subject == MIXED:
        return tuple(ask_of(one.replace("%2B", AND)) for one in ask.unit.split(AND))
    what, _, subject = ask.subject.partition(":")
    units = ask.unit.split(AND)
    return tuple(Ask(what, subject, unit, ask.field, ask.year, ask.scheme) for unit in units)


def first_of(ask: Ask) -> Ask:
    """Return a number of the answer that a number is of: of a sum, its first."""
    return added(ask)[0] if ask.what == SUM else ask


def trace_sum(traces: Sequence[Trace]) -> Trace:
    """Return the sum of numbers of one kind as a trace; what is not known is counted apart, never as nought.

    The sum of intervals is that of their ends; a number without an upper end gives the sum none.
    """
    first = traces[0]
    known = [one for one in traces if one.low is not None]
    words = both("from_sum")
    title = Text(*(f"{_name(one)} · {word}" for one, word in (
        (first.title.zh, words.zh), (first.title.en, words.en),
    )))  # fmt: skip
    highs = [one.high for one in known]
    low = sum(one.low or 0.0 for one in known) if known else None
    high = None if not known or None in highs else sum(one or 0.0 for one in highs)
    listed = sorted(known, key=lambda one: -(one.low or 0.0))[:MOST_PARTS]
    parts = tuple(Part(one.title, one.low, one.high, one.unit) for one in listed)
    fields = {"count": len(traces), "unknown": len(traces) - len(known), "value": low}
    rules = {rule.id: rule for one in traces for rule in one.rules}
    targets = {target.id: target for one in traces for target in one.targets}
    return Trace(title, low, high, first.unit, "sum", fields, _together(traces), parts,
                 tuple(rules.values()), tuple(targets.values()), _source(traces))  # fmt: skip


def _name(title: str) -> str:
    """A number's name without the place that it is of."""
    return title.rpartition(" · ")[2] or ALL


def _together(traces: Sequence[Trace]) -> Groups:
    found: dict[str, dict[str, set[int]]] = {}
    for one in traces:
        for group, kinds in one.groups.items():
            for kind, fids in kinds.items():
                found.setdefault(group, {}).setdefault(kind, set()).update(fids)
    return {
        group: {kind: tuple(sorted(fids)) for kind, fids in kinds.items()} for group, kinds in found.items()
    }


def _source(traces: Sequence[Trace]) -> Provenance:
    first = traces[0].provenance
    kinds = tuple(dict.fromkeys(kind for one in traces for kind in one.provenance.kinds))
    return replace(first, kinds=kinds)
