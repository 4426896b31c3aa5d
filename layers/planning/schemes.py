"""Schemes: an allocation kept in the project as a document, and what gaps look like under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from layers.errors import InputError
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.planning.results import Gaps
from layers.planning.toilets import Allocation

COLLECTION = "scheme"
ADOPTED = "adopted"  # collection: service -> name of the scheme that the bureau goes by


@dataclass(frozen=True, eq=False)
class Scheme:
    """An allocation as it was kept: cells by gacha and year, and what it was made from.

    cells: gacha code -> year -> number. quotas: year -> number. locks: (code, year) -> number.
    """

    name: str
    service: str
    cells: Mapping[str, Mapping[int, int]]
    quotas: Mapping[int, int]
    locks: Mapping[tuple[str, int], int]
    weights: Mapping[str, str]
    policy_version: str

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the quotas, in order."""
        return tuple(sorted(self.quotas))

    def through(self, code: str, year: int | None) -> int:
        """How many a gacha gets up to and with `year` (None: in all)."""
        return sum(number for at, number in self.cells.get(code, {}).items() if year is None or at <= year)


def scheme_document(allocation: Allocation, service: str) -> dict[str, Any]:
    """Return an allocation as the JSON value that a project keeps."""
    return {
        "service": service,
        "quotas": {str(year): number for year, number in allocation.quotas.items()},
        "locks": [[code, year, number] for (code, year), number in sorted(allocation.locks.items())],
        "weights": {code: str(weight) for code, weight in sorted(allocation.weights.items())},
        "cells": {code: {str(year): number for year, number in row.items() if number}
                  for code, row in allocation.by_gacha().items() if any(row.values())},
        "policy": allocation.provenance.policy_version,
    }


def read_scheme(plan: Plan, name: str) -> Scheme:
    """Return a scheme of the project; raises InputError `scheme_unknown`."""
    document = plan.document(COLLECTION, name)
    if document is None:
        raise InputError("scheme_unknown", name=name, known=list(plan.documents.get(COLLECTION, {})))
    return Scheme(
        name, document["service"],
        {code: {int(year): number for year, number in row.items()} for code, row in document["cells"].items()},
        {int(year): number for year, number in document["quotas"].items()},
        {(code, int(year)): number for code, year, number in document["locks"]},
        document.get("weights", {}), document.get("policy", ""))


def schemes(plan: Plan) -> tuple[Scheme, ...]:
    """Every scheme of the project, by name."""
    return tuple(read_scheme(plan, name) for name in sorted(plan.documents.get(COLLECTION, {})))


def adopted_scheme(plan: Plan, service: str) -> str | None:
    """Name of the scheme that is adopted for a service, None where none is (or it is gone)."""
    name = plan.document(ADOPTED, service)
    return name if name in plan.documents.get(COLLECTION, {}) else None


def keep_scheme(plan: Plan, name: str, allocation: Allocation, service: str, *, adopt: bool = False) -> Changes:
    """Return the changes that keep an allocation under a name (and adopt it); raises InputError `scheme_unnamed`."""
    if not name.strip():
        raise InputError("scheme_unnamed")
    document = scheme_document(allocation, service)
    changes = [plan.set_document(COLLECTION, name.strip(), document)]
    if adopt:
        changes.append(plan.set_document(ADOPTED, service, name.strip()))
    return Changes(documents=tuple(change for change in changes if change.before != change.after))


def gaps_under(gaps: Gaps, scheme: Scheme, year: int | None) -> Gaps:
    """Return the gaps less what the scheme delivers up to `year`; rows of other services stay.

    have and need stay what the data say; gap is what would still be missing, never below zero.
    """
    rows = tuple(replace(row, gap=max(0, row.gap - scheme.through(row.unit_code, year)))
                 if row.service == scheme.service and row.gap is not None else row for row in gaps.rows)
    return replace(gaps, rows=rows)
