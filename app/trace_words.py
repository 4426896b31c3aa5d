"""Traces in words and in stable keys, for every face."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.gap_words import reason_text
from app.messages import language, text, tr
from layers.catalogue.text import Text
from layers.plan.plan import Plan
from layers.planning.figures import Figure
from layers.planning.tally import COUNTED, DOUBTFUL, REST
from layers.planning.trace import Trace
from layers.policy.rules import Rule
from layers.provenance import Ask

GROUPS = (COUNTED, DOUBTFUL, REST)
SHOWN_REASONS = 12


def plain(value: float | None) -> str:
    """Return a number with at most two decimals and thousands commas, a dash for what is not known."""
    if value is None:
        return "—"
    rounded = round(float(value), 2)
    return f"{int(rounded):,}" if rounded.is_integer() else f"{rounded:,.2f}".rstrip("0")


def limits_words(low: float | None, high: float | None) -> str:
    """Return what stands: a number, the limits between which it lies, or that it is not known."""
    if low is None:
        return text("trace_unknown")
    if high is None:
        return text("trace_at_least", low=plain(low))
    return plain(low) if low == high else f"{plain(low)}–{plain(high)}"


def unit_words(unit: str | Text) -> str:
    """Return a unit in words; a unit of the targets is named by its id."""
    return tr(unit) if isinstance(unit, Text) else text(f"unit_{unit}") if unit else ""


def value_words(trace: Trace) -> str:
    """Return the number with its unit."""
    words = limits_words(trace.low, trace.high)
    return (
        words if trace.low is None else text("trace_value", value=words, unit=unit_words(trace.unit)).strip()
    )


def formula_words(trace: Trace) -> str:
    """Return the formula with the numbers in it."""
    fields = {
        name: plain(value)
        if isinstance(value, (int, float)) and name != "year"
        else "—"
        if value is None
        else value
        for name, value in trace.fields.items()
    }
    if "figures" in fields:
        fields["figures"] = figures_words(trace.fields["figures"])
    if isinstance(fields.get("unit"), str):
        fields["unit"] = unit_words(str(trace.fields["unit"]))
    return text(f"formula_{trace.formula}", **fields)


def figures_words(figures: Iterable[Figure]) -> str:
    """Return figures that were entered with the date they are of and where they are from."""
    return text("figure_mark").join(
        text(
            "figure_of",
            year=one.year,
            value=plain(one.value),
            as_of=one.as_of or "—",
            source=one.source or "—",
        )
        for one in figures
    )


def figure_data(figure: Figure) -> dict[str, Any]:
    """Return a figure in stable English keys."""
    return {
        "year": figure.year,
        "value": figure.value,
        "as_of": figure.as_of or None,
        "source": figure.source or None,
    }


def part_words(trace: Trace) -> list[str]:
    """Return the numbers beside the trace's own."""
    return [
        f"{part.title.in_language(language())}  {limits_words(part.low, part.high)} "
        f"{unit_words(part.unit)}".rstrip()
        for part in trace.parts
    ]


def reason_lines(trace: Trace) -> list[str]:
    """Return why each of the first rows has its status."""
    alone = len(trace.rows) == 1
    return [
        reason_text(row) if alone else f"{row.unit_name}：{reason_text(row)}"
        for row in trace.rows[:SHOWN_REASONS]
    ]


def rule_words(rule: Rule) -> str:
    """Return a rule in a line: its numbers, source, article."""
    values = "，".join(
        f"{'' if name == 'value' else name + ' '}{value:g} {rule.units[name]}"
        for name, value in rule.values.items()
    )
    article = f" {rule.article}" if rule.article else ""
    words = text(
        "trace_rule",
        title=rule.title.in_language(language()),
        values=values,
        source=rule.source.in_language(language()),
        article=article,
    )
    since = text("trace_rule_date", date=rule.in_force.isoformat()) if rule.in_force else ""
    return text("trace_rule_id", words=words, id=rule.id, date=since)


def layer_words(plan: Plan, trace: Trace, dated: Mapping[str, str]) -> list[str]:
    """Return each layer that was read, with its digest and when it was last changed; dated: by kind, ISO."""
    source = trace.provenance
    return [
        text(
            "trace_layer", layer=tr(plan.catalogue[kind].title), digest=digest[:8],
            date=text("trace_layer_date", date=dated[kind][:10]) if kind in dated else "",
        )
        for kind, digest in source.digests.items()
    ]  # fmt: skip


def feature_words(plan: Plan, trace: Trace) -> list[str]:
    """Return how many features of each layer stand in each group."""
    return [
        text(
            "trace_features",
            group=text(f"trace_{group}"),
            kind=tr(plan.catalogue[kind].title),
            count=len(fids),
        )
        for group in GROUPS
        for kind, fids in trace.groups.get(group, {}).items()
        if fids
    ]


def data_words(plan: Plan, trace: Trace) -> str:
    """Return layers, digest, version of the rules and year."""
    source = trace.provenance
    names = [tr(plan.catalogue[kind].title) for kind in source.kinds if kind in source.plan]
    digest = 0
    for one in source.digests.values():
        digest ^= int(one, 16)
    year = text("year_now") if source.year is None else text("year_end", year=source.year)
    return text(
        "trace_data",
        layers=names or "—",
        digest=f"{digest:032x}"[:12],
        rules=source.policy_version,
        rules_digest=source.policy_digest,
        year=year,
    )


def trace_lines(plan: Plan, trace: Trace, dated: Mapping[str, str], ask: Ask | None = None) -> list[str]:
    """Return the whole trace in lines. dated: when layers were last changed; ask: what names the number."""
    return [
        f"{tr(trace.title)}：{value_words(trace)}",
        formula_words(trace),
        *part_words(trace),
        *reason_lines(trace),
        *feature_words(plan, trace),
        *(map(rule_words, trace.rules) if trace.rules else [text("trace_no_rules")]),
        *(
            text("trace_clause", chapter=target.chapter, title=target.title.in_language(language()))
            for target in trace.targets
        ),
        data_words(plan, trace),
        *layer_words(plan, trace, dated),
        *([text("trace_name", key=ask.key)] if ask is not None else []),
    ]


def trace_data(trace: Trace, dated: Mapping[str, str], ask: Ask | None = None) -> dict[str, Any]:
    """Return a trace in stable English keys."""
    source = trace.provenance
    return {
        "key": None if ask is None else ask.key,
        "title": tr(trace.title),
        "low": trace.low,
        "high": trace.high,
        "unit": trace.unit if isinstance(trace.unit, str) else tr(trace.unit),
        "formula": trace.formula,
        "fields": {
            name: tr(value)
            if isinstance(value, Text)
            else [figure_data(one) for one in value]
            if name == "figures"
            else value
            for name, value in trace.fields.items()
        },
        "words": formula_words(trace),
        "parts": [
            {
                "title": part.title.in_language(language()),
                "low": part.low,
                "high": part.high,
                "unit": part.unit,
            }
            for part in trace.parts
        ],
        "features": {
            name: {kind: list(fids) for kind, fids in kinds.items()} for name, kinds in trace.groups.items()
        },
        "reasons": [
            {"unit_code": row.unit_code, "status": row.status, "reason": row.reason.code}
            for row in trace.rows
        ],
        "rules": [
            {
                "id": rule.id, "values": dict(rule.values), "article": rule.article,
                "in_force": rule.in_force.isoformat() if rule.in_force else None,
                "source": rule.source.in_language(language()),
            }
            for rule in trace.rules
        ],
        "clauses": [{"id": target.id, "chapter": target.chapter} for target in trace.targets],
        "policy_version": source.policy_version,
        "policy_digest": source.policy_digest,
        "digests": dict(source.digests),
        "last_changed": {kind: dated[kind] for kind in source.digests if kind in dated},
        "year": source.year,
    }
