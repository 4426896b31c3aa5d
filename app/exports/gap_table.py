"""The gap table as CSV, XLSX, JSON or a GeoPackage layer, through the release gate."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.exports.files import write_whole
from app.exports.result_table import ResultColumn, ResultTable, write_result
from app.gap_words import reason_text, row_data, service_title
from app.messages import both, text, tr
from app.session import Session
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.planning.columns import code_text
from layers.planning.gaps import HOUSEHOLD_METHODS, KEPT_METHODS
from layers.planning.results import GapRow, Gaps
from layers.release import (
    INTERNAL,
    WITHHELD,
    Counts,
    Field,
    Released,
    clean_metadata,
    export_record,
    footnotes,
    release_table,
)

FORMATS = (".csv", ".xlsx", ".json", ".gpkg")
UNIT_FIELDS = ("level", "gacha_code", "sumu_code", "banner_code")
FIELDS = (
    *UNIT_FIELDS,
    "name",
    "sumu_name",
    "service",
    "service_title",
    "have",
    "need",
    "gap",
    "unknown",
    "status",
    "reason",
    "households",
)
NUMBERS = frozenset({"have", "need", "gap", "unknown", "households"})


def write_gaps(session: Session, result: Gaps, rows: Sequence[GapRow], out: Path) -> Released:
    """Write gap rows to `out`: .csv with a byte-order mark so that spreadsheets read Chinese, .xlsx, .json,
    or .gpkg with a row's unit as its outline.

    Household counts under the policy's small count are withheld. Raises InputError `format_unknown`,
    StoreError `cannot_write`.
    """
    if out.suffix.lower() not in FORMATS:
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=" ".join(FORMATS))
    if out.suffix.lower() in (".xlsx", ".gpkg"):
        return _write_table(session, result, rows, out)
    as_csv = out.suffix.lower() == ".csv"
    released = release_gaps(session, rows, formulas=as_csv)
    data = _csv(session, result, released) if as_csv else _json(session, result, released)
    write_whole(out, data)
    record = export_record(
        data,
        at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        what=out.name,
        audience=INTERNAL,
        columns=released.keys,
        rows=len(released.rows),
        rules=released.rules,
    )
    session.log_export(record, Text(f"导出缺口表 {out.name}", f"Exported the gap table {out.name}"))
    return released


def release_gaps(session: Session, rows: Sequence[GapRow], *, formulas: bool) -> Released:
    """Return the rows as they may leave the house."""
    return release_table(
        [Field(name, text(f"gap_field_{name}"), Privacy.PUBLIC) for name in FIELDS],
        _records(session, rows, words=formulas),  # a table is read by people, JSON by programs
        audience=INTERNAL,
        small_count=int(session.policy.rule("small_count").value),
        counts=_counts(session),
        formulas=formulas,
    )


def _records(session: Session, rows: Sequence[GapRow], *, words: bool) -> list[dict[str, Any]]:
    kept = _services(session, KEPT_METHODS)
    records: list[dict[str, Any]] = []
    for row in rows:
        record = row_data(row)
        record["service_title"] = tr(service_title(session, row.service))
        record["reason"] = reason_text(row)
        if words:
            record["level"], record["status"] = text(f"level_{record['level']}"), text(f"status_{row.status}")
        if row.service in kept:
            record |= dict.fromkeys(("have", "need", "gap", "unknown"), WITHHELD)
        records.append({name: record.get(name) for name in FIELDS})
    return records


def _services(session: Session, methods: frozenset[str]) -> set[str]:
    """Ids of the services that are counted by one of the methods."""
    return {service.id for service, _ in session.catalogue.services() if service.method in methods}


def _counts(session: Session) -> Counts:
    """Which cells count households."""
    counted = _services(session, HOUSEHOLD_METHODS - KEPT_METHODS)

    def household_counts(record: dict[str, Any]) -> tuple[str, ...]:
        return (
            ("have", "need", "gap", "unknown", "households")
            if record["service"] in counted
            else ("households",)
        )

    return Counts(
        household_counts,
        sums=((("have", "need", "unknown"), "households"),),
        groups=(("service", "level"), ("service", "level", "sumu_code")),
        same={"households": ("level", *UNIT_FIELDS[1:])},
        twins={"gap": "need"},
    )


def _write_table(session: Session, result: Gaps, rows: Sequence[GapRow], out: Path) -> Released:
    shapes = {
        code_text(code): shape
        for role in dict.fromkeys(row.unit_role for row in rows)
        for table in session.plan.with_role(role)
        for code, shape in zip(table.column(table.kind.key), table.geometry, strict=True)
    }
    outlines = np.empty(len(rows), object)
    outlines[:] = [shapes.get(row.unit_code) for row in rows]
    provenance = result.provenance
    year = text("gaps_now") if provenance.year is None else text("gaps_year", year=provenance.year)
    return write_result(
        session,
        ResultTable(
            Text("缺口表", "Gap table"),
            tuple(
                ResultColumn(
                    name, both(f"gap_field_{name}"), "integer" if name in NUMBERS else "text", Privacy.PUBLIC
                )
                for name in FIELDS
            ),
            _records(session, rows, words=False),
            provenance,
            _records(session, rows, words=True),
            outlines,
            counts=_counts(session),
            notes=(year,),
        ),
        out,
    )


def _notes(session: Session, result: Gaps, released: Released) -> list[str]:
    provenance = result.provenance
    codes = footnotes(INTERNAL, withheld=released.withheld, sample=bool(session.plan.info.get("sample")))
    year = text("gaps_now") if provenance.year is None else text("gaps_year", year=provenance.year)
    return [
        year,
        text(
            "gaps_source",
            clauses="、".join(provenance.clauses),
            rules=provenance.policy_version,
            digest=provenance.policy_digest,
        ),
        *(text(f"release_{code}") for code in codes),
    ]


def _csv(session: Session, result: Gaps, released: Released) -> bytes:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(released.headings)
    writer.writerows(["" if value is None else value for value in row] for row in released.rows)
    writer.writerow([])
    writer.writerows([note] for note in _notes(session, result, released))
    return b"\xef\xbb\xbf" + lines.getvalue().encode("utf-8")


def _json(session: Session, result: Gaps, released: Released) -> bytes:
    provenance = result.provenance
    facts = clean_metadata(
        {
            "title": session.plan.info.get("title"),
            "software": "QiTu",
            "crs": provenance.crs,
            "year": provenance.year,
            "policy_version": provenance.policy_version,
            "policy_digest": provenance.policy_digest,
            "clauses": ", ".join(provenance.clauses),
            "audience": INTERNAL,
        }
    )
    document = {
        "about": facts,
        "digests": dict(provenance.digests),
        "notes": _notes(session, result, released),
        "gaps": [dict(zip(released.keys, row, strict=True)) for row in released.rows],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8")
