"""What stands against a target, counted as its record says, with the features that made the number.

Every method is a function that the record names (`layers.policy.counts`, `layers.planning.counting`).
None asks which target it counts for. The same call gives the number to the board and the features to whoever
asks where it is from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from layers.catalogue.text import Text
from layers.planning.choosing import (
    Chosen,
    Spec,
    amounts_of,
    chosen_by,
    conditions,
    kinds_of,
    meet,
    words_of,
)
from layers.planning.columns import values_of
from layers.planning.context import Context
from layers.planning.results import Gaps
from layers.planning.units import assign, units_of
from layers.policy.counts import How
from layers.policy.targets import Target

COUNTED, DOUBTFUL, REST = "counted", "doubtful", "rest"
Groups = Mapping[str, Mapping[str, tuple[int, ...]]]


@dataclass(frozen=True, slots=True)
class Part:
    """A number beside the target's own: a class of it, or another way of counting. low, high as in Tally."""

    title: Text
    low: float | None
    high: float | None
    unit: str


@dataclass(frozen=True, eq=False)
class Tally:
    """low, high: the limits of the number, equal where all is known; high None: no upper limit is known; both
    None: nothing is known (the layer is absent, or blank). parts: numbers beside it.

    formula, fields: `[ui.formula_FORMULA]` of resources/i18n; a field that is a Text is said in the language
    spoken. groups: `counted`, `doubtful`, `rest` -> kind id -> row ids. good, not_known, units: as in
    `TargetState`.
    """

    low: float | None
    high: float | None
    formula: str
    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    groups: Groups = field(default_factory=lambda: MappingProxyType({}))
    parts: tuple[Part, ...] = ()
    good: int = 0
    not_known: int = 0
    units: int = 0


@dataclass(frozen=True, eq=False)
class Asked:
    """What a method is given: the run, the target, the gap rows of the same plan and year."""

    context: Context
    target: Target
    gaps: Gaps


def unknown(asked: Asked, spec: Spec) -> Tally:
    """The answer where the layers are absent."""
    kinds = kinds_of(asked.context, spec)
    absent = Text("、".join(kind.title.zh for kind in kinds), ", ".join(kind.title.en for kind in kinds))
    return Tally(None, None, "absent", {"layers": absent})


def groups_of(found: Iterable[Chosen], rest: bool = False, whole: Iterable[Chosen] = ()) -> Groups:
    """Row ids of what was chosen; `rest`: also what of `whole` was not."""
    made: dict[str, dict[str, tuple[int, ...]]] = {COUNTED: {}, DOUBTFUL: {}}
    own = list(found)
    for one in own:
        made[COUNTED][one.table.kind.id] = _fids(one, one.certain)
        made[DOUBTFUL][one.table.kind.id] = _fids(one, one.perhaps)
    if rest:
        made[REST] = {
            one.table.kind.id: _fids(one, one.certain & ~own[at].certain & ~own[at].perhaps)
            for at, one in enumerate(whole)
        }
    return made


def _fids(one: Chosen, rows: np.ndarray) -> tuple[int, ...]:
    return tuple(int(fid) for fid in one.table.fids[rows])


def totals(context: Context, found: Iterable[Chosen], spec: Spec) -> tuple[float, float | None, int]:
    """Return (low, high, not known): what is certain added up, with what is perhaps; high None where an
    amount is not known."""
    low = high = 0.0
    lost, open_end = 0, False
    for one in found:
        amount = amounts_of(context, one.table, spec, one.certain | one.perhaps)
        blank = np.isnan(amount)
        low += float(amount[one.certain & ~blank].sum())
        high += float(amount[(one.certain | one.perhaps) & ~blank].sum())
        lost += int((one.perhaps | (one.certain & blank)).sum())
        open_end |= bool(((one.certain | one.perhaps) & blank).any())
    return low, None if open_end else high, lost


# --- methods ------------------------------------------------------------------------------------------------


def features(asked: Asked, how: How) -> Tally:
    """Features chosen: their number, a column or measure added up, or (`distinct`: a role of units) the
    number of units that have any. `by`: a column; each of its classes is a part."""
    spec = how.options
    found = chosen_by(asked.context, spec)
    if not found:
        return unknown(asked, spec)
    unit = how.unit or asked.target.unit or ""
    if "distinct" in spec:
        low, high, lost = _units_with(asked, found, str(spec["distinct"]))
    else:
        low, high, lost = totals(asked.context, found, spec)
    if high is None and not low:
        low = None  # an amount that nobody has filled in is not nothing
    count = sum(int(one.certain.sum()) for one in found)
    fields = {
        "what": words_of(asked.context, spec),
        "count": count,
        "doubtful": lost,
        "low": low,
        "unit": unit,
    }
    form = "distinct" if "distinct" in spec else "added" if "sum" in spec or "measure" in spec else "features"
    return Tally(
        low,
        high,
        form,
        fields,
        groups_of(found),
        _classes(asked, found, spec, unit),
        count,
        lost,
        count + lost,
    )


def _units_with(asked: Asked, found: tuple[Chosen, ...], role: str) -> tuple[float | None, float | None, int]:
    units = units_of(asked.context.plan, role)
    if units is None:
        return None, None, 0
    sure, maybe = np.zeros(len(units), bool), np.zeros(len(units), bool)
    asked.context.with_role(role)
    for one in found:
        same = role in one.table.kind.roles
        link = one.table.kind.key if same else f"{role.partition('.')[2]}_code"
        places = assign(units, one.table, link=link)
        sure[places[one.certain & (places >= 0)]] = True
        maybe[places[one.perhaps & (places >= 0)]] = True
    doubt = int((maybe & ~sure).sum())
    return float(sure.sum()), float(sure.sum() + doubt), doubt


def _classes(asked: Asked, found: Iterable[Chosen], spec: Spec, unit: str) -> tuple[Part, ...]:
    name = spec.get("by")
    if not name:
        return ()
    kinds = kinds_of(asked.context, spec)
    column = next((kind.column(name) for kind in kinds if name in kind.column_names), None)
    values = sorted(
        {value for one in found for value in values_of(one.table, name)[one.certain] if value is not None},
        key=str,
    )
    ordered = [choice.value for choice in column.choices] if column is not None else []
    values.sort(key=lambda value: ordered.index(value) if value in ordered else len(ordered))
    parts = []
    for value in values:
        own = [meet(asked.context, one, {"where": {name: (value,)}, "blank": "no"}) for one in found]
        low, high, _ = totals(asked.context, own, spec)
        title = Text(
            *(column.choice_title(value, tongue) if column else str(value) for tongue in ("zh", "en"))
        )
        parts.append(Part(title, low, high, unit))
    return tuple(parts)


def share(asked: Asked, how: How) -> Tally:
    """Per cent of what is chosen that also meets `good`, by number, `sum` or `measure`; unknown where nothing
    is."""
    spec = how.options
    whole = chosen_by(asked.context, spec)
    if not whole:
        return unknown(asked, spec)
    part = tuple(meet(asked.context, one, spec.get("good", {})) for one in whole)
    base, base_high, _ = totals(asked.context, whole, spec)
    low, high, lost = totals(asked.context, part, spec)
    count, units = (sum(int(one.certain.sum()) for one in some) for some in (part, whole))
    good = conditions(kinds_of(asked.context, spec), spec.get("good", {}))
    fields = {
        "what": words_of(asked.context, spec),
        "good": good,
        "part": low,
        "whole": base,
        "doubtful": lost,
        "percent": 100 * low / base if base else None,
    }
    groups = groups_of(part, rest=True, whole=whole)
    known = bool(base) and base_high is not None
    return Tally(
        100 * low / base if known else None,
        100 * min(high, base) / base if known and high is not None else None,
        "share",
        fields,
        groups,
        _classes(asked, whole, spec, "place"),
        count,
        lost,
        units,
    )


def ratio(asked: Asked, how: How) -> Tally:
    """One sum divided by another; in per cent where that is the unit. Known only where both sums are."""
    sums, groups, words = [], {}, []
    for name, group in (("top", COUNTED), ("bottom", REST)):
        spec = how.options[name]
        found = chosen_by(asked.context, spec)
        if not found:
            return unknown(asked, spec)
        low, high, lost = totals(asked.context, found, spec)
        sums.append((low, high if high == low else None, lost))
        words.append(words_of(asked.context, spec))
        groups[group] = groups_of(found)[COUNTED]
    (top, top_sure, lost), (bottom, bottom_sure, more) = sums
    factor = 100.0 if (how.unit or asked.target.unit) == "percent" else 1.0
    value = factor * top / bottom if bottom and top_sure is not None and bottom_sure is not None else None
    fields = {"top": top, "bottom": bottom, "top_what": words[0], "bottom_what": words[1], "value": value}
    return Tally(value, value, "ratio", fields, groups, not_known=lost + more)


def columns(asked: Asked, how: How) -> Tally:
    """Per cent of things that are there, features × boolean `columns`; each column is a part (percent of
    features)."""
    spec = how.options
    found = chosen_by(asked.context, spec)
    if not found:
        return unknown(asked, spec)
    kinds, total = kinds_of(asked.context, spec), sum(int(one.certain.sum()) for one in found)
    parts, yes, open_ = [], 0, 0
    lacking: dict[str, set[int]] = {}
    for name in spec["columns"]:
        own = [meet(asked.context, one, {"where": {name: (True,)}}) for one in found]
        sure, maybe = (sum(int(getattr(one, which).sum()) for one in own) for which in ("certain", "perhaps"))
        title = next(kind.column(name).title for kind in kinds if name in kind.column_names)
        parts.append(Part(title, float(sure), float(sure + maybe), "place"))
        yes, open_ = yes + sure, open_ + maybe
        for one in own:
            lacking.setdefault(one.table.kind.id, set()).update(_fids(one, ~one.certain))
    cells = total * len(parts)
    every = groups_of(found)[COUNTED]
    groups = {
        COUNTED: {
            kind: tuple(fid for fid in fids if fid not in lacking.get(kind, ()))
            for kind, fids in every.items()
        },
        REST: {kind: tuple(sorted(fids)) for kind, fids in lacking.items()},
    }
    fields = {
        "what": words_of(asked.context, spec),
        "there": yes,
        "cells": cells,
        "features": total,
        "doubtful": open_,
        "columns": len(parts),
    }
    return Tally(
        100 * yes / cells if cells else None,
        100 * (yes + open_) / cells if cells else None,
        "columns",
        fields,
        groups,
        tuple(parts),
        yes,
        open_,
        cells,
    )


def extreme(asked: Asked, how: How) -> Tally:
    """The `least` or `most` of a column; beside it how many lie beyond the number that the plan names for
    it."""
    spec = how.options
    found = chosen_by(asked.context, spec)
    if not found:
        return unknown(asked, spec)
    least = spec["pick"] == "least"
    stated = asked.target.values.get(asked.target.by)
    numbers, beyond, lost = [], 0, 0
    groups: dict[str, dict[str, tuple[int, ...]]] = {COUNTED: {}, DOUBTFUL: {}, REST: {}}
    for one in found:
        values = values_of(one.table, spec["column"])[one.certain]
        own = np.fromiter((np.nan if value is None else float(value) for value in values), float, len(values))
        fids = one.table.fids[one.certain]
        with np.errstate(invalid="ignore"):
            out = (own < stated) if least else (own > stated)
        numbers += [value for value in own if value == value]
        beyond, lost = beyond + int(out.sum()), lost + int(np.isnan(own).sum())
        for name, rows in ((COUNTED, out), (DOUBTFUL, np.isnan(own)), (REST, ~out & ~np.isnan(own))):
            groups[name][one.table.kind.id] = tuple(int(fid) for fid in fids[rows])
    value = float(min(numbers) if least else max(numbers)) if numbers else None
    sign = "＜" if least else "＞"
    part = Part(
        Text(f"{sign}{stated:g}", f"{'<' if least else '>'} {stated:g}"),
        float(beyond),
        float(beyond + lost),
        "cell",
    )
    fields = {
        "what": words_of(asked.context, spec),
        "count": len(numbers),
        "value": value,
        "doubtful": lost,
        "beyond": beyond,
        "stated": stated,
    }
    # What is not known may lie further out: the number is only one side of a limit.
    low = value if not lost or not least else None
    high = value if not lost or least else None
    return Tally(
        low,
        high,
        "least" if least else "most",
        fields,
        groups,
        (part,) if numbers else (),
        len(numbers) - beyond,
        lost,
        len(numbers) + lost,
    )
