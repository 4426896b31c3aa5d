"""The one table of a sheet: the largest gaps, how the units of each sumu stand, or the sumu themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.exports.gap_table import gap_counts
from app.gap_words import row_data
from app.messages import text
from layers.catalogue.privacy import Privacy
from layers.catalogue.service import Service
from layers.geo.measure import areas_m2
from layers.maps.choropleth import MapTheme
from layers.maps.labels import in_brackets
from layers.maps.paper_parts import SheetTable
from layers.plan.plan import Plan
from layers.planning.gaps import HOUSEHOLD_METHODS
from layers.planning.gaps import gaps as compute_gaps
from layers.planning.results import GapRow, Gaps
from layers.planning.schemes import gaps_at, read_scheme
from layers.policy.bundle import Policy
from layers.release import WITHHELD, Field, release_table

LARGEST, LEAST = 12, 4
"""Rows of the largest gaps, and how few will do."""
NUMBERS = ("need", "have", "gap", "unknown")
STATUSES = ("met", "short", "exempt", "unknown", "none")


@dataclass(frozen=True)
class Made:
    """A table, how many of its counts are withheld, and the chapters of the plan that it goes by."""

    table: SheetTable | None
    withheld: int = 0
    clauses: tuple[str, ...] = ()


def sheet_table(
    plan: Plan,
    policy: Policy,
    theme: MapTheme | None,
    *,
    audience: str,
    year: int | None = None,
    scheme: str | None = None,
    counted: bool = True,
) -> Made:
    """Return the table that goes with a theme (under a scheme); without one, the sumu and their areas.

    counted: false says no numbers of a service that counts households: another file tells those of another
    state, and the differences would tell small counts.
    """
    service = next(
        (one for one, _ in plan.catalogue.services() if theme is not None and one.id == theme.id), None
    )
    if service is None:
        return Made(_sumu_table(plan))
    if not counted and service.method in HOUSEHOLD_METHODS:
        return Made(None, clauses=_clauses(policy, service))
    result = (
        compute_gaps(plan, policy, year=year, services=(service.id,))
        if scheme is None
        else gaps_at(plan, policy, year=year, scheme=read_scheme(plan, scheme))
    )
    rows = result.of_service(service.id)
    if any((row.gap or 0) > 1 for row in rows):
        return _largest(service, result, policy, audience)
    if rows and rows[0].unit_role == "unit.gacha":
        return Made(_by_sumu(service, result), clauses=_clauses(policy, service))
    return Made(_units(service, rows), clauses=_clauses(policy, service))


def _clauses(policy: Policy, service: Service) -> tuple[str, ...]:
    """Chapters of the plan that ask for the service."""
    return tuple(sorted({target.chapter for target in policy.targets_for_service(service.id)}))


def _largest(service: Service, result: Gaps, policy: Policy, audience: str) -> Made:
    rows = result.of_service(service.id)
    counted = service.method in HOUSEHOLD_METHODS
    # The same cells are withheld as in the gap table: two exports laid side by side give nothing away.
    counts = gap_counts(lambda _: (*NUMBERS, "households") if counted else ("households",))
    names = _names(rows)
    records: list[dict[str, Any]] = [
        {**row_data(row), "name": names[row.unit_code]}
        for row in rows
    ]
    keys = ("name", *NUMBERS, "households")
    released = release_table(
        [Field(key, key, Privacy.PUBLIC) for key in keys],
        records,
        audience=audience,
        small_count=int(policy.rule("small_count").value),
        counts=counts,
        formulas=False,
    )
    shown = sorted((row.gap or 0, at) for at, row in enumerate(rows) if row.gap)
    order = [at for _, at in sorted(shown, key=lambda pair: (-pair[0], rows[pair[1]].unit_code))]
    # A withheld gap is a small one: it stands in no list of the largest.
    order = [at for at in order if released.rows[at][3] != WITHHELD][:LARGEST]
    cells = tuple(
        (released.rows[at][0], *(_number(value) for value in released.rows[at][1:5])) for at in order
    )
    withheld = sum(cell == WITHHELD for row in cells for cell in row)
    title = text("sheet_table_largest", service=service.title, unit=service.unit)
    heads = (
        text(f"sheet_unit_{service.unit_role.removeprefix('unit.')}"),
        *(text(f"sheet_{key}") for key in NUMBERS),
    )
    return Made(
        SheetTable(
            title,
            heads,
            cells,
            least=min(LEAST, len(cells)),
            note=text("release_counts_withheld") if withheld else "",
            chart=1 + NUMBERS.index("gap"),
        ),
        withheld,
        _clauses(policy, service),
    )


def _by_sumu(service: Service, result: Gaps) -> SheetTable:
    sums = result.by_sumu(service.id)
    present = [status for status in STATUSES if any(one.statuses[status] for one in sums)]
    rows = tuple(
        (one.sumu_name or "—", str(one.units), *(str(one.statuses[status]) for status in present))
        for one in sums
    )
    total = (
        text("sheet_total"),
        *(str(sum(int(row[at]) for row in rows)) for at in range(1, len(present) + 2)),
    )
    heads = (
        text("sheet_unit_sumu"),
        text("sheet_unit_gacha"),
        *(text(f"sheet_status_{status}") for status in present),
    )
    return SheetTable(text("sheet_table_status", service=service.title), heads, rows, total,
                      chart=2 + present.index("short") if "short" in present else 1)  # fmt: skip


def _units(service: Service, rows: Sequence[GapRow]) -> SheetTable | None:
    if not rows:
        return None
    names = _names(rows)
    heads = (
        text(f"sheet_unit_{service.unit_role.removeprefix('unit.')}"),
        *(text(f"sheet_{key}") for key in NUMBERS[:3]),
        text("sheet_status"),
    )
    cells = tuple(
        (
            names[row.unit_code],
            *(_number(getattr(row, key)) for key in NUMBERS[:3]),
            text(f"sheet_status_{row.status}"),
        )
        for row in rows
    )
    return SheetTable(text("sheet_table_status", service=service.title), heads, cells,
                      chart=1 + NUMBERS.index("gap"))  # fmt: skip


def _sumu_table(plan: Plan) -> SheetTable | None:
    tables = plan.with_role("unit.sumu")
    if not tables or not len(tables[0]):
        return None
    table = tables[0]
    gachas: dict[str, int] = {}
    for other in plan.with_role("unit.gacha"):
        for code in other.column("sumu_code"):
            gachas[str(code)] = gachas.get(str(code), 0) + 1
    drawn = [at for at, each in enumerate(table.geometry) if each is not None]
    areas = dict(zip(drawn, areas_m2(table.geometry[drawn], plan.crs.epsg) / 1e6, strict=True))
    codes, names = table.column(table.kind.key), table.column(table.kind.name)
    order = sorted(range(len(codes)), key=lambda at: str(codes[at]))
    rows = tuple(
        (
            str(names[at] or codes[at]),
            f"{gachas.get(str(codes[at]), 0):,}" if gachas else "—",
            f"{areas[at]:,.0f}" if at in areas else "—",
        )
        for at in order
    )
    total = (
        text("sheet_total"),
        f"{sum(gachas.get(str(code), 0) for code in codes):,}" if gachas else "—",
        f"{sum(areas.values()):,.0f}" if len(areas) == len(codes) else "—",
    )
    heads = (text("sheet_unit_sumu"), text("sheet_unit_gacha"), text("sheet_area"))
    return SheetTable(text("sheet_table_sumu"), heads, rows, total, chart=2)


def _names(rows: Sequence[GapRow]) -> dict[str, str]:
    """Unit code -> name, with the sumu's where two have the same."""
    count: dict[str, int] = {}
    for row in rows:
        count[row.unit_name] = count.get(row.unit_name, 0) + 1
    return {
        row.unit_code: in_brackets(row.unit_name, row.sumu_name)
        if count[row.unit_name] > 1
        else row.unit_name
        for row in rows
    }


def _number(value: Any) -> str:
    return "—" if value is None else value if isinstance(value, str) else f"{value:,}"
