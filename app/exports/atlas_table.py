"""The table of a unit's page: what each service has there, needs and lacks; small counts withheld.

The same cells are withheld as in the gap table, so that an atlas and a table laid side by side give nothing
away.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.actions.gaps import counted_gaps
from app.exports.gap_table import release_gaps
from app.exports.sheet_table import Made
from app.exports.sheet_words import SheetOptions
from app.messages import text
from app.session import Session, Snapshot
from layers.maps.atlas import AtlasUnit
from layers.maps.paper_parts import SheetTable
from layers.planning.gaps import KEPT_METHODS
from layers.planning.results import GapRow, Gaps
from layers.release import WITHHELD

NUMBERS = ("need", "have", "gap", "unknown")


def unit_tables(
    session: Session | Snapshot, units: Sequence[AtlasUnit], options: SheetOptions
) -> dict[str, Made]:
    """Return unit code -> its table; units of which no service is counted are not in it."""
    result = counted_gaps(session, year=options.year, scheme=options.scheme)
    wanted = {unit.code for unit in units}
    rows = _rows(session, result, wanted)
    released = release_gaps(session, rows, words=True)
    at = {key: place for place, key in enumerate(released.keys)}
    cells: dict[str, list[tuple[str, ...]]] = {}
    for row, shown in zip(rows, released.rows, strict=True):
        if row.unit_code not in wanted:
            continue
        numbers = [shown[at[key]] for key in NUMBERS]
        status = text("sheet_status_unknown") if row.status == "unknown" else shown[at["status"]]
        service = text("atlas_service", service=shown[at["service_title"]], unit=shown[at["unit"]] or "")
        cells.setdefault(row.unit_code, []).append(
            (service, "—" if WITHHELD in numbers else str(status), *(_number(value) for value in numbers))
        )
    clauses = tuple(result.provenance.clauses)
    return {code: _made(mine, clauses) for code, mine in cells.items()}


def _rows(session: Session | Snapshot, result: Gaps, wanted: set[str]) -> list[GapRow]:
    """All rows of the level (what is withheld depends on all of them), without services kept inside."""
    kept = {service.id for service, _ in session.catalogue.services() if service.method in KEPT_METHODS}
    services = [service for service in result.services if service not in kept]
    own = [row for service in services for row in result.of_service(service)]
    if any(row.unit_code in wanted and row.unit_role == "unit.gacha" for row in own):
        return own
    return [
        row for service in services for row in (result.sumu_rows(service) or result.of_service(service))
    ]


def _made(rows: list[tuple[str, ...]], clauses: tuple[str, ...]) -> Made:
    withheld = sum(cell == WITHHELD for row in rows for cell in row)
    table = SheetTable(
        text("atlas_table"),
        (text("atlas_service_head"), text("sheet_status"), *(text(f"sheet_{key}") for key in NUMBERS)),
        tuple(rows),
        least=min(4, len(rows)),
        note=text("release_counts_withheld") if withheld else "",
        whole=True,
        chart=0,  # services have units of their own: bars of them cannot be laid side by side
    )
    return Made(table, withheld, clauses)


def _number(value: object) -> str:
    return "—" if value is None else f"{value:,}" if isinstance(value, (int, float)) else str(value)
