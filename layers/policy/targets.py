"""Targets of a plan: what it asks for, how firmly, by when, and how it is measured here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from layers.policy.counts import How, read_counts
from layers.policy.periods import Period
from layers.policy.reader import Reader
from layers.policy.values import Fixed, Text

MODALITIES = ("must", "planned", "practically", "raise", "strive", "about", "encourage", "none")
"""How firmly the plan speaks; `planned`: it schedules a number; `none`: it states no degree."""

OPEN_MODALITIES = frozenset({"raise", "about", "encourage", "none"})
"""With these no threshold can be stated: nothing may be called met or missed."""

KINDS = ("spatial", "figure", "rule")
LEVELS = ("banner", "sumu", "gacha", "village", "household", "project")
COMPARATORS = ("ge", "le", "eq")
SCOPES = ("all", "relieved", "resettlement", "tourism")
"""Where it holds: everywhere, where out-of-poverty people live, in resettlement gachas, on tourist routes."""

UNITS = ("gacha", "sumu", "household", "person", "percent", "yuan", "kva", "toilet", "facility", "doctor",
         "firm", "road", "asset", "case", "place",
         "report", "project", "hectare", "kilometre", "wan_yuan", "cell")  # fmt: skip

_CHAPTER = re.compile(r"\d{1,2}(\.\d{1,2})*\Z")


@dataclass(frozen=True, slots=True)
class Target:
    """One target.

    `values`: year -> the number that the plan gives for it, in `unit`; empty where it gives none.
    `aggregate`: `sum` where the years' numbers add up (new toilets), `last` where the latest one holds.
    `threshold`: what must be reached by the end of `by`; None where the plan states none.
    `by_stated`: False where the sentence has no year of its own and the period's last year is taken.
    `service`: id of the service it is measured by; `level`: the unit in which it is counted.
    `counts`: how it is counted where no service says so (or otherwise than the service does).
    """

    id: str
    period: str
    chapter: str
    title: Text
    modality: str
    kind: str
    level: str
    scope: str
    unit: str | None
    by: int
    by_stated: bool
    yearly: bool
    values: Fixed[int, float]
    aggregate: str
    comparator: str | None
    threshold: float | None
    service: str | None
    measured: Text
    note: Text
    counts: tuple[How, ...] = ()

    @property
    def total(self) -> float | None:
        """The years' numbers added up, where they are meant to be; else None."""
        return sum(self.values.values()) if self.aggregate == "sum" and self.values else None

    def meets(self, value: float | None) -> bool | None:
        """Whether `value` reaches the threshold; None where it is unknown or the plan states none."""
        if value is None or value != value or self.threshold is None:
            return None
        if self.comparator == "ge":
            return value >= self.threshold
        return value <= self.threshold if self.comparator == "le" else value == self.threshold


def read_target(reader: Reader, *, period: Period) -> Target:
    """One `[[target]]` of that period; faults are noted in the reader."""
    reader.string("period", needed=False)
    by = reader.year("by", needed=False)
    target = Target(
        id=reader.identifier("id") or "",
        period=period.id,
        chapter=reader.string("chapter") or "",
        title=reader.text("title"),
        modality=reader.choice("modality", MODALITIES),
        kind=reader.choice("kind", KINDS),
        level=reader.choice("level", LEVELS),
        scope=reader.choice("scope", SCOPES, "all"),
        unit=reader.optional_choice("unit", UNITS),
        by=by or period.last_year,
        by_stated=by is not None,
        yearly=reader.flag("yearly", False),
        values=_values(reader, period),
        aggregate=reader.choice("aggregate", ("last", "sum"), "last"),
        comparator=reader.optional_choice("comparator", COMPARATORS),
        threshold=reader.number("threshold"),
        service=reader.identifier("service", needed=False),
        measured=reader.text("measured"),
        note=reader.text("note", needed=False),
        counts=read_counts(reader, UNITS),
    )
    reader.rest()
    _check(target, reader, period)
    return target


# --- inside -------------------------------------------------------------------------------------------------


def _values(reader: Reader, period: Period) -> Fixed[int, float]:
    values: dict[int, float] = {}
    for name, number in reader.numbers("values").items():
        if not name.isascii() or not name.isdigit():
            reader.fault(f"values.{name}", "not_a_year", name)
        elif not period.baseline_year <= int(name) <= period.last_year:
            reader.fault(f"values.{name}", "outside_period", name)
        else:
            values[int(name)] = number
    return Fixed(sorted(values.items()))


def _check(target: Target, reader: Reader, period: Period) -> None:
    if target.chapter and not _CHAPTER.match(target.chapter):
        reader.fault("chapter", "not_a_chapter", target.chapter)
    if not period.first_year <= target.by <= (period.outlook_year or period.last_year):
        reader.fault("by", "outside_period", target.by)
    if (target.comparator is None) != (target.threshold is None):
        reader.fault("threshold", "comparator_and_threshold_go_together")
    if target.threshold is not None and target.modality in OPEN_MODALITIES:
        reader.fault("threshold", "no_threshold_with_this_modality", target.modality)
    if (target.values or target.threshold is not None) and target.unit is None:
        reader.fault("unit", "missing")
    if target.values and target.threshold is not None:
        stated = target.total if target.aggregate == "sum" else target.values.get(target.by)
        if stated != target.threshold:
            reader.fault("threshold", "differs_from_values", f"{stated} / {target.threshold}")
