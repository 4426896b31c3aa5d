"""Schemes: an allocation kept in the project as a document, and what gaps look like under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from layers.errors import InputError
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.planning.gaps import gaps
from layers.planning.results import MET, SHORT, UNKNOWN, GapRow, Gaps, Progress
from layers.planning.targets import TargetState
from layers.planning.toilets import Allocation, recall
from layers.policy.bundle import Policy

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

    def total(self, year: int) -> int:
        """How many all gachas get in a year."""
        return sum(row.get(year, 0) for row in self.cells.values())

    def total_through(self, year: int | None) -> int:
        """How many all gachas get up to and with `year` (None: in all)."""
        return sum(self.through(code, year) for code in self.cells)


def scheme_document(allocation: Allocation, service: str) -> dict[str, Any]:
    """Return an allocation as the JSON value that a project keeps."""
    return {
        "service": service,
        "quotas": {str(year): number for year, number in allocation.quotas.items()},
        "locks": [[code, year, number] for (code, year), number in sorted(allocation.locks.items())],
        "weights": {code: str(weight) for code, weight in sorted(allocation.weights.items())},
        "cells": {
            code: {str(year): number for year, number in row.items() if number}
            for code, row in allocation.by_gacha().items()
            if any(row.values())
        },
        "policy": allocation.provenance.policy_version,
    }


def read_scheme(plan: Plan, name: str) -> Scheme:
    """Return a scheme of the project; raises InputError `scheme_unknown`."""
    document = plan.document(COLLECTION, name)
    if document is None:
        raise InputError("scheme_unknown", name=name, known=list(plan.documents.get(COLLECTION, {})))
    return Scheme(
        name,
        document["service"],
        {
            code: {int(year): number for year, number in row.items()}
            for code, row in document["cells"].items()
        },
        {int(year): number for year, number in document["quotas"].items()},
        {(code, int(year)): number for code, year, number in document["locks"]},
        document.get("weights", {}),
        document.get("policy", ""),
    )


def schemes(plan: Plan) -> tuple[Scheme, ...]:
    """Every scheme of the project, by name."""
    return tuple(read_scheme(plan, name) for name in sorted(plan.documents.get(COLLECTION, {})))


def adopted_scheme(plan: Plan, service: str) -> str | None:
    """Name of the scheme that is adopted for a service, None where none is (or it is gone)."""
    name = plan.document(ADOPTED, service)
    return name if name in plan.documents.get(COLLECTION, {}) else None


def keep_scheme(
    plan: Plan, name: str, allocation: Allocation, service: str, *, adopt: bool = False
) -> Changes:
    """Return the changes that keep an allocation under a name (and adopt it); raises InputError
    `scheme_unnamed`."""
    if not name.strip():
        raise InputError("scheme_unnamed")
    document = scheme_document(allocation, service)
    changes = [plan.set_document(COLLECTION, name.strip(), document)]
    if adopt:
        changes.append(plan.set_document(ADOPTED, service, name.strip()))
    return Changes(documents=tuple(change for change in changes if change.before != change.after))


def copy_scheme(plan: Plan, name: str, new_name: str) -> Changes:
    """Return the changes that keep a scheme once more under another name.

    Raises InputError `scheme_unknown`, `scheme_unnamed`, `scheme_taken`.
    """
    read_scheme(plan, name)
    return Changes(
        documents=(plan.set_document(COLLECTION, free(plan, new_name), plan.document(COLLECTION, name)),)
    )


def rename_scheme(plan: Plan, name: str, new_name: str) -> Changes:
    """Return the changes that give a scheme another name; one that is adopted stays so. Raises as
    `copy_scheme`."""
    scheme = read_scheme(plan, name)
    if new_name.strip() == name:
        return Changes()
    changes = [
        plan.set_document(COLLECTION, free(plan, new_name), plan.document(COLLECTION, name)),
        plan.set_document(COLLECTION, name, None),
    ]
    if plan.document(ADOPTED, scheme.service) == name:
        changes.append(plan.set_document(ADOPTED, scheme.service, new_name.strip()))
    return Changes(documents=tuple(changes))


def delete_scheme(plan: Plan, name: str) -> Changes:
    """Return the changes that take a scheme away; raises InputError `scheme_unknown`."""
    scheme = read_scheme(plan, name)
    changes = [plan.set_document(COLLECTION, name, None)]
    if plan.document(ADOPTED, scheme.service) == name:
        changes.append(plan.set_document(ADOPTED, scheme.service, None))
    return Changes(documents=tuple(changes))


def free(plan: Plan, name: str) -> str:
    """Return a name that no scheme has; raises InputError `scheme_unnamed`, `scheme_taken`."""
    if not name.strip():
        raise InputError("scheme_unnamed")
    if plan.document(COLLECTION, name.strip()) is not None:
        raise InputError("scheme_taken", name=name.strip())
    return name.strip()


def scheme_of(name: str, allocation: Allocation, service: str) -> Scheme:
    """Return an allocation as a scheme that is not kept."""
    return Scheme(
        name,
        service,
        {
            code: {year: number for year, number in row.items() if number}
            for code, row in allocation.by_gacha().items()
            if any(row.values())
        },
        allocation.quotas,
        allocation.locks,
        {code: str(weight) for code, weight in allocation.weights.items()},
        allocation.provenance.policy_version,
    )


def allocation_of(scheme: Scheme, counted: Gaps) -> Allocation:
    """Return a kept scheme's numbers, unchanged, against the gaps of today."""
    return recall(
        counted,
        scheme.cells,
        quotas=scheme.quotas,
        locks=scheme.locks,
        weights={code: Fraction(weight) for code, weight in scheme.weights.items()},
    )


def gaps_under(gaps: Gaps, scheme: Scheme, year: int | None) -> Gaps:
    """Return the gaps less what the scheme delivers up to `year`; rows of other services stay.

    have and need stay what the data say; gap is what would still be missing, never below zero. Where the plan
    states a threshold, a unit is met when nothing is missing any more and nothing is unknown.
    """
    return replace(
        gaps,
        rows=tuple(
            _served(row, scheme.through(row.unit_code, year))
            if row.service == scheme.service and row.gap is not None
            else row
            for row in gaps.rows
        ),
    )


def _served(row: GapRow, more: int) -> GapRow:
    gap = max(0, (row.gap or 0) - more)
    status = (UNKNOWN if row.unknown else MET) if row.status == SHORT and not gap else row.status
    return replace(row, gap=gap, status=status)


def gaps_at(
    plan: Plan,
    policy: Policy,
    *,
    year: int | None,
    scheme: Scheme | None = None,
    progress: Progress | None = None,
) -> Gaps:
    """Return the gaps at the end of a year (None: of all that is recorded); under a scheme up to that year.

    What a scheme delivers comes on top of what is there now (what is there by a past year would else be
    counted again); services that it is not about are as at the end of the year.
    """
    counted = gaps(plan, policy, year=year, progress=progress)
    if scheme is None:
        return counted
    now = counted if year is None else gaps(plan, policy, services=(scheme.service,), progress=progress)
    under = {row.unit_code: row for row in gaps_under(now, scheme, year).of_service(scheme.service)}
    return replace(
        counted,
        rows=tuple(under[row.unit_code] if row.service == scheme.service else row for row in counted.rows),
    )


def states_under(
    states: tuple[TargetState, ...], scheme: Scheme, year: int | None
) -> tuple[TargetState, ...]:
    """Return target states with what a scheme plans up to `year` beside what was delivered; nothing is judged
    by it."""
    return tuple(
        replace(
            state,
            scheme=scheme.name,
            planned=float(scheme.total_through(year)),
            years={at: replace(one, planned=float(scheme.total(at))) for at, one in state.years.items()},
        )
        if state.target.service == scheme.service and state.target.aggregate == "sum"
        else state
        for state in states
    )
