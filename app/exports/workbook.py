"""The workbook of gaps: a sheet a level of units and a sheet of sources, through the release gate."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from app.exports.files import write_whole
from app.exports.gap_table import FIELDS, NUMBERS, release_gaps
from app.messages import text, tr
from app.session import Session, Snapshot
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.planning.results import Gaps
from layers.release import INTERNAL, Released, export_record, footnotes

LEVELS = ("gacha", "sumu", "banner")
EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
"""The time of making in the file's metadata: the same for all, so that equal workbooks are equal bytes."""
SHOWN = tuple(name for name in FIELDS if name not in ("level", "service"))
WIDE = {"name": 18, "sumu_name": 18, "service_title": 24, "reason": 48}


def write_workbook(session: Session | Snapshot, result: Gaps, out: Path) -> Released:
    """Write every gap row to `out` (.xlsx). Text is never a formula; numbers are numbers.

    Household counts under the policy's small count are withheld over all levels at once.
    Raises InputError `format_unknown`, StoreError `cannot_write`.
    """
    if out.suffix.lower() != ".xlsx":
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=".xlsx")
    released = release_gaps(session, result.rows, formulas=True)  # type: ignore[arg-type]
    data = _book(session, result, released)
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
    session.log_export(record, Text(f"导出工作簿 {out.name}", f"Exported the workbook {out.name}"))
    return released


def _book(session: Session | Snapshot, result: Gaps, released: Released) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": EPOCH})
    font = {"font_name": "Noto Sans SC", "font_size": 10, "valign": "top"}
    head = book.add_format({**font, "bold": True, "bg_color": "#EEF1EE", "bottom": 1, "text_wrap": True})
    cell = book.add_format({**font, "text_wrap": True})
    number = book.add_format({**font, "num_format": "#,##0", "align": "right"})
    at = [released.keys.index(name) for name in SHOWN]
    for level in LEVELS:
        rows = [
            [released.rows[place][one] for one in at]
            for place, row in enumerate(result.rows)
            if row.unit_role == f"unit.{level}"
        ]
        if rows:
            sheet = _sheet(book, text(f"level_{level}"), [released.headings[one] for one in at], rows, head)
            _fill(sheet, rows, cell, number)
            for column, name in enumerate(SHOWN):
                sheet.set_column(column, column, WIDE.get(name, 14 if name not in NUMBERS else 10))
    sources = list(_sources(session, result, released))
    sheet = _sheet(
        book, text("workbook_sources"), (text("workbook_fact"), text("workbook_value")), sources, head
    )
    _fill(sheet, sources, cell, number)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    book.close()
    return stream.getvalue()



def _sheet(book: Any, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], head: Any) -> Any:
    sheet = book.add_worksheet(title)
    for column, words in enumerate(heads):
        sheet.write_string(0, column, words, head)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(heads) - 1)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{text('release_keep_inside')}&R&P / &N")
    return sheet


def _fill(sheet: Any, rows: Sequence[Sequence[Any]], cell: Any, number: Any) -> None:
    """Unknown (None) stays an empty cell, never zero."""
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(at, column, value, number)
            elif value is not None:
                sheet.write_string(at, column, str(value), cell)


def _sources(session: Session | Snapshot, result: Gaps, released: Released) -> Iterable[tuple[str, str]]:
    source = result.provenance
    year = text("gaps_now") if source.year is None else text("gaps_year", year=source.year)
    yield text("workbook_state"), year
    yield text("workbook_clauses"), "、".join(source.clauses) or "—"
    yield text("workbook_rules"), f"{source.policy_version} · {source.policy_digest}"
    yield text("workbook_crs"), str(source.crs)
    for kind, digest in dict(source.digests).items():
        title = tr(session.catalogue[kind].title) if kind in session.catalogue else kind
        yield text("workbook_data", kind=title), str(digest)
    codes = footnotes(INTERNAL, withheld=released.withheld, sample=bool(session.plan.info.get("sample")))
    for code in codes:
        yield text("workbook_note"), text(f"release_{code}")
