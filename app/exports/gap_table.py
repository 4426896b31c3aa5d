"""The gap table as CSV, XLSX, JSON or a GeoPackage layer, through the release gate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.exports.result_table import ResultColumn, ResultTable, outlines_of, write_result
from app.gap_words import reason_text, row_data, service_title
from app.messages import both, text, tr
from app.session import Session, Snapshot
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.planning.gaps import HOUSEHOLD_METHODS, KEPT_METHODS
from layers.planning.results import GapRow, Gaps
from layers.release import INTERNAL, WITHHELD, Counts, Field, Released, release_table

UNIT_FIELDS = ("level", "gacha_code", "sumu_code", "banner_code")
FIELDS = (
    *UNIT_FIELDS,
    "name",
    "sumu_name",
    "service",
    "service_title",
    "unit",
    "have",
    "need",
    "gap",
    "unknown",
    "status",
    "reason",
    "households",
)
NUMBERS = frozenset({"have", "need", "gap", "unknown", "households"})


def write_gaps(
    session: Session | Snapshot,
    result: Gaps,
    rows: Sequence[GapRow],
    out: Path,
    *,
    audience: str = INTERNAL,
) -> Released:
    """Write gap rows to `out`: .csv, .xlsx, .json, or .gpkg with a row's unit as its outline.

    Household counts under the policy's small count are withheld. Raises InputError `format_unknown`,
    StoreError `cannot_write`.
    """
    outlines = outlines_of(
        session, [row.unit_code for row in rows], dict.fromkeys(row.unit_role for row in rows)
    )
    year = result.provenance.year
    table = ResultTable(
        Text("缺口表", "Gap table"),
        tuple(
            ResultColumn(
                name, both(f"gap_field_{name}"), "integer" if name in NUMBERS else "text", Privacy.PUBLIC
            )
            for name in FIELDS
        ),
        _records(session, rows, words=False),
        result.provenance,
        _records(session, rows, words=True),
        outlines,
        counts=_counts(session),
        notes=(text("gaps_now") if year is None else text("gaps_year", year=year),),
        audience=audience,
    )
    return write_result(session, table, out)


def release_gaps(
    session: Session | Snapshot, rows: Sequence[GapRow], *, words: bool, audience: str = INTERNAL
) -> Released:
    """Return the rows as they may leave the house. words: for people, else keys for programs."""
    return release_table(
        [Field(name, text(f"gap_field_{name}"), Privacy.PUBLIC) for name in FIELDS],
        _records(session, rows, words=words),
        audience=audience,
        small_count=int(session.policy.rule("small_count").value),
        counts=_counts(session),
        formulas=False,
    )


def withheld_gaps(rows: Sequence[GapRow], small_count: int) -> frozenset[str]:
    """Codes of the units whose gap may not be told, of rows of one service that counts households: the same
    as in the table, whatever shows them, as a number or as a circle."""
    released = release_table(
        [Field("gap", "gap", Privacy.PUBLIC)],
        [row_data(row) for row in rows],
        audience=INTERNAL,
        small_count=small_count,
        counts=gap_counts(lambda _record: ("have", "need", "gap", "unknown", "households")),
    )
    return frozenset(
        row.unit_code for row, shown in zip(rows, released.rows, strict=True) if shown[0] == WITHHELD
    )


def _records(session: Session | Snapshot, rows: Sequence[GapRow], *, words: bool) -> list[dict[str, Any]]:
    kept = _services(session, KEPT_METHODS)
    units = {service.id: tr(service.unit) for service, _ in session.catalogue.services()}
    records: list[dict[str, Any]] = []
    for row in rows:
        record = row_data(row)
        record["unit"] = units.get(row.service)
        record["service_title"] = tr(service_title(session, row.service))
        record["reason"] = reason_text(row)
        if words:
            record["level"], record["status"] = text(f"level_{record['level']}"), text(f"status_{row.status}")
        if row.service in kept:
            record |= dict.fromkeys(("have", "need", "gap", "unknown"), WITHHELD)
        records.append({name: record.get(name) for name in FIELDS})
    return records


def _services(session: Session | Snapshot, methods: frozenset[str]) -> set[str]:
    """Ids of the services that are counted by one of the methods."""
    return {service.id for service, _ in session.catalogue.services() if service.method in methods}


def _counts(session: Session | Snapshot) -> Counts:
    """Which cells count households."""
    counted = _services(session, HOUSEHOLD_METHODS - KEPT_METHODS)

    def household_counts(record: dict[str, Any]) -> tuple[str, ...]:
        return (
            ("have", "need", "gap", "unknown", "households")
            if record["service"] in counted
            else ("households",)
        )

    return gap_counts(household_counts)


def gap_counts(of_row: Callable[[Mapping[str, Any]], Iterable[str]]) -> Counts:
    """The sums that a reader of gaps can take, as records of `row_data`; of_row: as of `Counts`."""
    return Counts(
        of_row,
        sums=((("have", "need", "unknown"), "households"),),
        groups=(("service", "level"), ("service", "level", "sumu_code")),
        same={"households": ("level", *UNIT_FIELDS[1:])},
        twins={"gap": "need"},
    )
