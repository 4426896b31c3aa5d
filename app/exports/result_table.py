"""Tables of results (grazing, ledgers) as CSV, XLSX, JSON or GeoPackage, through the release gate."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.exports.files import log_file, write_whole
from app.messages import listed, text, tr
from app.session import Session, Snapshot
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.exchange.result_file import result_file
from layers.planning.columns import code_text
from layers.planning.results import Provenance
from layers.planning.units import GACHA, SUMU
from layers.release import (
    INTERNAL,
    WITHHELD,
    Counts,
    Field,
    Released,
    clean_metadata,
    footnotes,
    release_table,
)

TABLES = (".csv", ".xlsx", ".json", ".docx", ".pdf")
WITH_SHAPES = (*TABLES, ".gpkg")
FOR_PROGRAMS = (".json", ".gpkg")  # stable English keys and bare values


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of what leaves: its key, its words, its type as in the catalogue, how far it may travel."""

    key: str
    title: Text
    type: str = "text"
    privacy: Privacy = Privacy.SENSITIVE


@dataclass(frozen=True, eq=False)
class Picture:
    """Where it is: shapes in planning metres, zone layers to be seen with them, words of the legend.

    names: words and places that are pointed at, the first few of them.
    """

    title: Text
    shapes: tuple[Any, ...]
    kinds: frozenset[str] = frozenset()
    names: tuple[tuple[str, tuple[float, float]], ...] = ()


@dataclass(frozen=True, eq=False)
class ResultTable:
    """What is to be written.

    title: of the table. records: for machines; words: the same for people (None: the same records).
    shapes: (n,) in the planning CRS, of the type `geometry`, for a GeoPackage; layer: it may be a table of
    one without shapes, which GIS programs join. counts: which cells count households. notes: sentences that
    go with it, above those that the release adds. picture: what a report (.docx, .pdf) shows above the
    table.
    """

    title: Text
    columns: tuple[ResultColumn, ...]
    records: Sequence[Mapping[str, Any]]
    provenance: Provenance
    words: Sequence[Mapping[str, Any]] | None = None
    shapes: np.ndarray | None = None
    geometry: str = "MultiPolygon"
    counts: Counts | None = None
    notes: tuple[str, ...] = ()
    audience: str = INTERNAL
    picture: Picture | None = None
    layer: bool = False


def write_result(session: Session | Snapshot, table: ResultTable, out: Path) -> Released:
    """Write a table to `out`; its ending says the format. An existing file is replaced whole.

    Raises InputError `format_unknown`; StoreError `cannot_write`.
    """
    suffix = ending_of(out, shapes=table.shapes is not None or table.layer)
    released = release_result(
        session, table, programs=suffix in FOR_PROGRAMS, formulas=suffix == ".csv"
    )
    notes = _notes(session, table, released)
    data = _WRITERS[suffix](session, table, released, notes)
    write_whole(out, data)
    log_file(
        session, out, data, table.title,
        audience=table.audience, columns=released.keys, rows=len(released.rows), rules=released.rules,
    )  # fmt: skip
    return released


def outlines_of(
    session: Session | Snapshot, codes: Sequence[str], roles: Iterable[str] = (SUMU, GACHA)
) -> np.ndarray:
    """Return the outlines (n,) of units of these roles by code, None where there is none."""
    shapes = {
        code_text(code): shape
        for role in roles
        for table in session.plan.with_role(role)
        for code, shape in zip(table.column(table.kind.key), table.geometry, strict=True)
    }
    outlines = np.empty(len(codes), object)
    outlines[:] = [shapes.get(code) for code in codes]
    return outlines


def ending_of(out: Path, *, shapes: bool = False) -> str:
    """Return the ending of a file that a table can be written to; raises InputError `format_unknown`.

    What takes long or changes the project asks before it begins. shapes: whether it can be a layer.
    """
    known = WITH_SHAPES if shapes else TABLES
    if out.suffix.lower() not in known:
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=" ".join(known))
    return out.suffix.lower()


def release_result(
    session: Session | Snapshot, table: ResultTable, *, programs: bool = True, formulas: bool = False
) -> Released:
    """Return the rows as they may leave: for programs (stable keys, bare values) or for people."""
    records = table.records if programs or table.words is None else table.words
    return release_table(
        [Field(one.key, one.key if programs else tr(one.title), one.privacy) for one in table.columns],
        [dict(record) for record in records],
        audience=table.audience,
        small_count=int(session.policy.rule("small_count").value),
        counts=table.counts,
        formulas=formulas,
    )


def _notes(session: Session | Snapshot, table: ResultTable, released: Released) -> list[str]:
    source = table.provenance
    sample = bool(session.plan.info.get("sample"))
    codes = footnotes(table.audience, withheld=released.withheld, sample=sample)
    return [
        *table.notes,
        text(
            "gaps_source",
            clauses=listed(source.clauses) or "—",
            rules=source.policy_version,
            digest=source.policy_digest,
        ),
        *(text(f"release_{code}") for code in codes),
    ]


def _csv(_session: Session | Snapshot, _table: ResultTable, released: Released, notes: list[str]) -> bytes:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(released.headings)
    writer.writerows(["" if value is None else value for value in row] for row in released.rows)
    writer.writerow([])
    writer.writerows([note] for note in notes)
    return b"\xef\xbb\xbf" + lines.getvalue().encode("utf-8")


def _json(session: Session | Snapshot, table: ResultTable, released: Released, notes: list[str]) -> bytes:
    source = table.provenance
    about = clean_metadata(
        {
            "title": session.plan.info.get("title"),
            "subject": tr(table.title),
            "software": "QiTu",
            "crs": source.crs,
            "year": source.year,
            "policy_version": source.policy_version,
            "policy_digest": source.policy_digest,
            "clauses": ", ".join(source.clauses),
            "audience": table.audience,
        }
    )
    document = {
        "about": about,
        "digests": dict(sorted(source.digests.items())),
        "notes": notes,
        "rows": [dict(zip(released.keys, row, strict=True)) for row in released.rows],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8")


def _file(
    session: Session | Snapshot, table: ResultTable, released: Released, notes: list[str], suffix: str
) -> bytes:
    types = {one.key: one.type for one in table.columns}
    rows = [list(row) for row in released.rows]
    if suffix == ".xlsx":  # people read on: what it rests on stands under the table
        blank = [None] * len(released.keys)
        rows += [blank, *([note, *blank[1:]] for note in notes)]
    else:
        rows = [[None if value == WITHHELD else value for value in row] for row in rows]
    return result_file(
        suffix,
        name="table",
        title=tr(table.title),
        headings=released.headings,
        types=[types[key] for key in released.keys],
        rows=rows,
        crs=session.plan.crs,
        shapes=table.shapes,
        geometry=table.geometry,
    )


def _xlsx(session: Session | Snapshot, table: ResultTable, released: Released, notes: list[str]) -> bytes:
    return _file(session, table, released, notes, ".xlsx")


def _gpkg(session: Session | Snapshot, table: ResultTable, released: Released, notes: list[str]) -> bytes:
    return _file(session, table, released, notes, ".gpkg")


def _report(suffix: str) -> Any:
    def write(session: Session | Snapshot, table: ResultTable, released: Released, notes: list[str]) -> bytes:
        from app.exports.table_report import report_bytes

        return report_bytes(session, table.title, released, notes, table.provenance, suffix, table.picture)

    return write


_WRITERS = {".csv": _csv, ".json": _json, ".xlsx": _xlsx, ".gpkg": _gpkg, ".docx": _report(".docx"),
            ".pdf": _report(".pdf")}  # fmt: skip
