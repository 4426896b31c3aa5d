"""What may be done in which zone, and what every project owes: records of verdicts*.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.policy.basis import Basis, read_basis
from layers.policy.reader import Reader
from layers.policy.values import Fixed, Text

VERDICTS = ("allow", "cond", "permit", "no")
"""Allowed, with conditions, permit needed, not allowed. "To be verified" is what the engine makes of
doubt."""
QUOTAS = ("grassland", "reserve")
"""Quotas that a taking counts against: taking of grassland, and the construction-land reserve."""


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """What one article says of works in one sort of zone.

    zone: role of the zone's kind. where: column of the zone -> values for which the rule speaks (none: any).
    works: kinds of work that it speaks of, not_works: those that it spares (none: any).
    todo: what is to be done. quota: one of QUOTAS that the area counts against, or None.
    """

    id: str
    title: Text
    zone: str
    where: Fixed[str, tuple[Any, ...]]
    works: tuple[str, ...]
    not_works: tuple[str, ...]
    verdict: str
    todo: Text
    quota: str | None
    approver: Text
    basis: Basis

    def speaks_of(self, work: str | None) -> bool | None:
        """Whether the rule is about a kind of work; None where the kind is not known and it matters."""
        if work is None:
            return None if self.works or self.not_works else True
        return (not self.works or work in self.works) and work not in self.not_works

    def fits(self, row: Mapping[str, Any]) -> bool | None:
        """Whether the rule is about a zone with these values; None where one that matters is not filled
        in."""
        found: bool | None = True
        for column, values in self.where.items():
            value = row.get(column)
            if value is None:
                found = None
            elif value not in values:
                return False
        return found


@dataclass(frozen=True, slots=True)
class Duty:
    """What a project owes wherever it is: met when `column` has one of `settled`."""

    id: str
    title: Text
    todo: Text
    column: str
    settled: tuple[Any, ...]
    approver: Text
    basis: Basis


def read_zone_rule(reader: Reader) -> ZoneRule:
    """One `[[verdict]]`; faults are noted in the reader."""
    rule = ZoneRule(
        id=reader.identifier("id") or "",
        title=reader.text("title"),
        zone=reader.string("zone") or "",
        where=reader.value_lists("where"),
        works=reader.values_of("works"),
        not_works=reader.values_of("not_works"),
        verdict=reader.choice("verdict", VERDICTS),
        todo=reader.text("todo"),
        quota=reader.optional_choice("quota", QUOTAS),
        approver=reader.text("approver", needed=False),
        basis=read_basis(reader),
    )
    reader.rest()
    return rule


def read_duty(reader: Reader) -> Duty:
    """One `[[duty]]`; faults are noted in the reader."""
    duty = Duty(
        id=reader.identifier("id") or "",
        title=reader.text("title"),
        todo=reader.text("todo"),
        column=reader.identifier("column") or "",
        settled=reader.values_of("settled"),
        approver=reader.text("approver", needed=False),
        basis=read_basis(reader),
    )
    reader.rest()
    return duty
