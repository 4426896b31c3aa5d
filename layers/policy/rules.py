"""Rules: numbers with a source, from law and standards or from the product's own settings."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from layers.policy.reader import Reader
from layers.policy.values import Fixed, Text

CONFIDENCES = ("read", "computed", "memory", "product")
"""Read in a source, computed from one, remembered (to be verified), or a setting of this product."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `values`: name -> number, in `units[name]`; a rule with one number names it `value`."""

    id: str
    title: Text
    values: Fixed[str, float]
    units: Fixed[str, str]
    source: Text
    article: str | None
    in_force: datetime.date | None
    amended: datetime.date | None
    until: datetime.date | None
    jurisdiction: Text
    confidence: str
    note: Text

    @property
    def value(self) -> float:
        """The number of a rule that has exactly one; KeyError for a rule with several."""
        return self.values["value"]

    @property
    def unit(self) -> str | None:
        return self.units.get("value")

    @property
    def binding(self) -> bool:
        """May be shown as law or plan: read or computed, with its article and the date it came into force."""
        sure = self.confidence in ("read", "computed")
        return sure and self.article is not None and self.in_force is not None

    @property
    def is_setting(self) -> bool:
        """A setting of this product, not a rule of anybody's."""
        return self.confidence == "product"

    def holds_on(self, day: datetime.date) -> bool:
        """Binding, and in force on that day (the last day included)."""
        if not self.binding or self.in_force is None or day < self.in_force:
            return False
        return self.until is None or day <= self.until


def read_rule(reader: Reader) -> Rule:
    """One `[[rule]]` of rules.toml; faults are noted in the reader."""
    single, unit = reader.number("value"), reader.string("unit", needed=False)
    values, units = reader.numbers("values"), reader.strings("units")
    if single is not None:
        if values:
            reader.fault("values", "value_or_values")
        values = Fixed({"value": single})
        units = Fixed({"value": unit} if unit else {})
        if unit is None:
            reader.fault("unit", "missing")
    elif set(units) != set(values):
        reader.fault("units", "units_differ_from_values", ", ".join(sorted(set(units) ^ set(values))))
    rule = Rule(
        id=reader.identifier("id") or "",
        title=reader.text("title"),
        values=values,
        units=units,
        source=reader.text("source"),
        article=reader.string("article", needed=False),
        in_force=reader.date("in_force"),
        amended=reader.date("amended"),
        until=reader.date("until"),
        jurisdiction=reader.text("jurisdiction", needed=False),
        confidence=reader.choice("confidence", CONFIDENCES),
        note=reader.text("note", needed=False),
    )
    reader.rest()
    if rule.in_force and rule.until and rule.until < rule.in_force:
        reader.fault("until", "before_in_force", rule.until)
    return rule
