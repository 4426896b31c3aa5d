"""What the engines hand back: rows with reasons, and where they came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from layers.plan.plan import Plan

Progress = Callable[[int, int], None]  # (done, total); may raise to cancel

MET, SHORT, EXEMPT, UNKNOWN, NONE = "met", "short", "exempt", "unknown", "none"
STATUSES = (MET, SHORT, EXEMPT, UNKNOWN, NONE)
"""`none`: the plan states no threshold, so nothing is met or missed."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row has its status: `[ui.reason_CODE]` of resources/i18n, filled with `fields`."""

    code: str
    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def reason(code: str, /, **fields: Any) -> Reason:
    """Return a Reason."""
    return Reason(code, MappingProxyType(fields))


@dataclass(frozen=True, eq=False)
class Provenance:
    """Where a result came from: printed on what leaves the house.

    clauses: chapters of the plan whose targets ask for the services. kinds: layers that were asked for, there
    or not.
    """

    plan: Plan = field(repr=False)
    kinds: tuple[str, ...]
    policy_version: str
    policy_digest: str
    clauses: tuple[str, ...]
    year: int | None

    @property
    def crs(self) -> int:
        """EPSG number of the planning CRS."""
        return self.plan.crs.epsg

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Digest of each table read (32 hexadecimal digits); computed when first asked for."""
        return MappingProxyType(self.plan.digests(kind for kind in self.kinds if kind in self.plan))

    def is_current(self, plan: Plan) -> bool:
        """Whether `plan` still has the very tables that were read."""
        return plan.crs == self.plan.crs and all(
            plan.tables.get(kind) is self.plan.tables.get(kind) for kind in self.kinds
        )


@dataclass(frozen=True, slots=True)
class GapRow:
    """One service of one unit.

    have, need, gap: in the service's unit; None where not known, never zero for it.
        gap is what is missing now; it is None, too, where the plan states no need.
    unknown: how many of the things counted are not known (households without a survey, facilities of which
        it is not known whether they operate); None where not even that is known.
    status: one of STATUSES. households: households in the unit, None where that layer is absent.
    parts: what the number is made of (state of a toilet -> how many), empty where the method tells none.
    """

    unit_role: str
    unit_code: str
    unit_name: str
    sumu_code: str
    sumu_name: str
    service: str
    have: int | None
    need: int | None
    gap: int | None
    unknown: int | None
    status: str
    reason: Reason
    households: int | None = None
    parts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class SumuSum:
    """A service's rows of one sumu added up; counts leave out what is not known (`not_known` rows)."""

    sumu_code: str
    sumu_name: str
    service: str
    units: int
    have: int | None
    need: int | None
    gap: int | None
    unknown: int | None
    not_known: int
    statuses: Mapping[str, int]
    households: int | None


@dataclass(frozen=True, eq=False)
class Gaps:
    """Every row, ordered by service (as in the gap panel) and by unit code.

    left_out: service -> how many of its features belong to no unit (outside all, or an unknown code).
    """

    rows: tuple[GapRow, ...]
    services: tuple[str, ...]
    left_out: Mapping[str, int]
    provenance: Provenance

    @cached_property
    def _by_service(self) -> dict[str, tuple[GapRow, ...]]:
        found: dict[str, list[GapRow]] = {service: [] for service in self.services}
        for row in self.rows:
            found[row.service].append(row)
        return {service: tuple(rows) for service, rows in found.items()}

    @cached_property
    def _by_unit(self) -> dict[tuple[str, str], GapRow]:
        return {(row.service, row.unit_code): row for row in self.rows}

    def of_service(self, service: str) -> tuple[GapRow, ...]:
        """Rows of one service by unit code; empty for a service that was not computed."""
        return self._by_service.get(service, ())

    def row(self, service: str, unit_code: str) -> GapRow | None:
        """The row of a service and a unit, or None."""
        return self._by_unit.get((service, unit_code))

    def by_sumu(self, service: str) -> tuple[SumuSum, ...]:
        """A service's rows added up by sumu, in order of its code."""
        found: dict[str, list[GapRow]] = {}
        for row in self.of_service(service):
            found.setdefault(row.sumu_code, []).append(row)
        return tuple(_sum(service, found[code]) for code in sorted(found))

    def sumu_rows(self, service: str) -> tuple[GapRow, ...]:
        """A service's rows of gachas added up, as rows of the sumu; rows of other units are not asked for.

        Numbers add up what is known. Status: short where any gacha is, else unknown where any is, else met
        where any is, else exempt or none. The reason says how many gachas stand how.
        """
        sums = (
            self.by_sumu(service)
            if all(row.unit_role == "unit.gacha" for row in self.of_service(service))
            else ()
        )
        made = []
        for one in sums:
            counts = one.statuses
            status = next((status for status in (SHORT, UNKNOWN, MET, EXEMPT) if counts[status]), NONE)
            parts: dict[str, int] = {}
            for row in self.of_service(service):
                if row.sumu_code == one.sumu_code:
                    for name, number in row.parts.items():
                        parts[name] = parts.get(name, 0) + number
            made.append(
                GapRow(
                    "unit.sumu",
                    one.sumu_code,
                    one.sumu_name,
                    one.sumu_code,
                    one.sumu_name,
                    service,
                    one.have,
                    one.need,
                    one.gap,
                    one.unknown,
                    status,
                    reason("sumu_sum", units=one.units, **counts),
                    one.households,
                    MappingProxyType(parts),
                )
            )
        return tuple(made)

    def counts(self, service: str) -> Mapping[str, int]:
        """How many units have each status (every status named)."""
        rows = self.of_service(service)
        return MappingProxyType({status: sum(row.status == status for row in rows) for status in STATUSES})


def _sum(service: str, rows: list[GapRow]) -> SumuSum:
    def total(name: str) -> int | None:
        values = [value for row in rows if (value := getattr(row, name)) is not None]
        return sum(values) if values else None

    statuses = MappingProxyType({status: sum(row.status == status for row in rows) for status in STATUSES})
    return SumuSum(
        rows[0].sumu_code,
        rows[0].sumu_name,
        service,
        len(rows),
        total("have"),
        total("need"),
        total("gap"),
        total("unknown"),
        statuses[UNKNOWN],
        statuses,
        total("households"),
    )
