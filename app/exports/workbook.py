"""The workbook: gaps by level of units, targets, allocations, roads, projects, sources; through the release
gate."""

from __future__ import annotations

import datetime
import io
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from app.exports.files import log_file, write_whole
from app.exports.gap_table import NUMBERS, release_gaps
from app.exports.result_table import ResultTable, release_result
from app.exports.workbook_plans import plan_tables
from app.messages import listed, text, tr
from app.session import Session, Snapshot
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.planning.results import EXEMPT, MET, SHORT, UNKNOWN, Gaps, Provenance
from layers.release import INTERNAL, WITHHELD, Released, footnotes

LEVELS = ("gacha", "sumu", "banner")
EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
"""The time of making in the file's metadata: the same for all, so that equal workbooks are equal bytes."""
WIDE = {"name": 18, "sumu_name": 18, "service_title": 20, "reason": 62, "unit": 6, "status": 10}
NARROW, CODE, WIDEST = 9, 15, 44
A3, A4, A4_WIDTH = 8, 9, 170  # papers by their number; what is wider than so many columns goes on A3
LINE_POINTS = 15
MIXED = ("asked", "planned", "value", "low", "high", "gap")  # numbers of targets, each in its unit
YEARS = ("year", "fund_year", "by")  # whole numbers without a thousands comma
LONGEST_TITLE = 60
"""Of the title above each page: Excel takes 255 signs in all."""
FONT = {"font_name": "Noto Sans SC", "font_size": 10, "valign": "vcenter"}
GROUNDS = {MET: "#E3EFE6", SHORT: "#F8E0D6", EXEMPT: "#E8EBEF", UNKNOWN: "#E9E9E6"}
LINE = "#C9CEC9"


def shown(level: str) -> tuple[str, ...]:
    """Return the fields that a level's sheet shows, in their order."""
    above = ("sumu_name",) if level == "gacha" else ()
    counts = ("unit", "have", "need", "gap", "unknown", "status", "reason", "households")
    return (f"{level}_code", "name", *above, "service_title", *counts)


@dataclass(frozen=True, slots=True)
class _Formats:
    head: Any
    head_right: Any
    cell: Any
    number: Any
    real: Any
    year: Any
    date: Any
    withheld: Any
    status: dict[str, Any]


def write_workbook(
    session: Session | Snapshot,
    result: Gaps,
    out: Path,
    *,
    scheme: str | None = None,
    audience: str = INTERNAL,
) -> Released:
    """Write every gap row to `out` (.xlsx), with `plan_tables`. Text is never a formula; numbers are numbers.

    Household counts under the policy's small count are withheld over all levels at once. scheme: that under
    which the gaps are. Returns the gaps as they were released.
    Raises InputError `format_unknown`, `scheme_unknown`; StoreError `cannot_write`.
    """
    if out.suffix.lower() != ".xlsx":
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=".xlsx")
    released = release_gaps(session, result.rows, words=True, audience=audience)
    tables = tuple(plan_tables(session, result, scheme=scheme, audience=audience))
    data = _book(session, result, released, tables, audience)
    write_whole(out, data)
    log_file(
        session, out, data, Text("工作簿", "the workbook"),
        audience=audience, columns=released.keys, rows=len(released.rows), rules=released.rules,
    )  # fmt: skip
    return released


def _book(
    session: Session | Snapshot,
    result: Gaps,
    released: Released,
    tables: Sequence[ResultTable],
    audience: str,
) -> bytes:
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
    formats = _formats(book)
    for level in LEVELS:
        fields = shown(level)
        at = [released.keys.index(name) for name in fields]
        rows = [
            ([released.rows[place][one] for one in at], row.status)
            for place, row in enumerate(result.rows)
            if row.unit_role == f"unit.{level}"
        ]
        if rows:
            sheet = _sheet(book, text(f"level_{level}"), session, audience)
            heads = [(released.headings[one], name in NUMBERS) for one, name in zip(at, fields, strict=True)]
            _heads(sheet, heads, formats)
            sheet.autofilter(0, 0, len(rows), len(fields) - 1)
            for number, (values, status) in enumerate(rows, 1):
                _row(sheet, number, values, fields, status, formats)
            for column, name in enumerate(fields):
                wide = NARROW if name in NUMBERS else CODE
                sheet.set_column(column, column, WIDE.get(name, wide))
    withheld = released.withheld
    for table in tables:
        withheld += _table_sheet(book, session, table, formats)
    _source_sheet(book, session, result, [table.provenance for table in tables], withheld, formats, audience)
    book.close()
    return stream.getvalue()


def _formats(book: Any) -> _Formats:
    ruled = {**FONT, "bottom": 1, "bottom_color": LINE}
    cell = {**ruled, "text_wrap": True}
    head = {**FONT, "bold": True, "bg_color": "#EEF1EE", "bottom": 1, "text_wrap": True}
    return _Formats(
        book.add_format(head),
        book.add_format({**head, "align": "right", "indent": 1}),
        book.add_format(cell),
        book.add_format({**ruled, "num_format": "#,##0", "align": "right", "indent": 1}),
        *(
            book.add_format({**ruled, "num_format": form, "align": "right", "indent": 1})
            for form in ("#,##0.00", "0", "yyyy-mm-dd")
        ),
        book.add_format({**ruled, "align": "right", "indent": 1}),
        {status: book.add_format({**cell, "bg_color": ground}) for status, ground in GROUNDS.items()},
    )


def _sheet(book: Any, title: str, session: Session | Snapshot, audience: str, *, wide: bool = False) -> Any:
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    sheet.set_paper(A3 if wide else A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    named = str(session.plan.info.get("title", ""))[:LONGEST_TITLE].replace("&", "&&")
    sheet.set_header(f"&L{named}&R{text('workbook_suffix')} · {title}")
    mark = "".join(text(f"release_{code}") for code in footnotes(audience))
    sheet.set_footer(f"&L{mark}&R&P / &N")
    return sheet


def _heads(sheet: Any, heads: Sequence[tuple[str, bool]], formats: _Formats) -> None:
    sheet.set_row(0, 2 * LINE_POINTS + 7)
    for column, (words, right) in enumerate(heads):
        sheet.write_string(0, column, words, formats.head_right if right else formats.head)


def _row(
    sheet: Any, at: int, values: Sequence[Any], fields: Sequence[str], status: str, formats: _Formats
) -> None:
    """Unknown (None) stays an empty cell, never zero."""
    for column, (value, name) in enumerate(zip(values, fields, strict=True)):
        if isinstance(value, int | float):
            sheet.write_number(at, column, value, formats.number)
        elif value is None:
            sheet.write_blank(at, column, None, formats.cell)
        elif name == "status":
            sheet.write_string(at, column, str(value), formats.status.get(status, formats.cell))
        else:
            sheet.write_string(
                at, column, str(value), formats.withheld if value == WITHHELD else formats.cell
            )


def _table_sheet(book: Any, session: Session | Snapshot, table: ResultTable, formats: _Formats) -> int:
    """Write a table on a sheet of its own; return how many of its cells are withheld."""
    released = release_result(session, table, programs=False)
    types = {one.key: one.type for one in table.columns}
    filled = [
        at for at in range(len(released.keys)) if any(row[at] not in (None, "") for row in released.rows)
    ]
    keys, heads = [released.keys[at] for at in filled], [released.headings[at] for at in filled]
    kinds = ["year" if key in YEARS else "any" if key in MIXED else types[key] for key in keys]
    rows = [[row[at] for at in filled] for row in released.rows]
    widths = [
        min(max(_width(str(cell)) for cell in (head, *(row[at] for row in rows))) + 2,
            WIDEST if kind == "text" else CODE)
        for at, (head, kind) in enumerate(zip(heads, kinds, strict=True))
    ]  # fmt: skip
    widths = [max(wide, NARROW) for wide in widths]
    sheet = _sheet(book, tr(table.title), session, table.audience, wide=sum(widths) > A4_WIDTH)
    _heads(sheet, [(words, kind != "text") for words, kind in zip(heads, kinds, strict=True)], formats)
    sheet.autofilter(0, 0, len(rows), len(keys) - 1)
    sheet.set_row(0, _height(heads, widths) + 7)
    for at, row in enumerate(rows, 1):
        sheet.set_row(at, _height([cell if isinstance(cell, str) else "" for cell in row], widths))
        for column, (value, kind) in enumerate(zip(row, kinds, strict=True)):
            _cell(sheet, (at, column), value, kind, formats)
    for column, wide in enumerate(widths):
        sheet.set_column(column, column, wide)
    return released.withheld


def _width(words: str) -> int:
    """Columns of a cell that words take; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in words)


def _height(words: Sequence[str], widths: Sequence[int]) -> int:
    """Points of a row in which no words are cut."""
    lines = (math.ceil(0.9 * _width(one) / wide) for one, wide in zip(words, widths, strict=True))
    return LINE_POINTS * max(1, *lines)


def _cell(sheet: Any, place: tuple[int, int], value: Any, kind: str, formats: _Formats) -> None:
    """Unknown (None, "") stays an empty cell; a year has no thousands comma, a date is a date."""
    if value is None or value == "":
        sheet.write_blank(*place, None, formats.cell)
    elif value == WITHHELD:
        sheet.write_string(*place, value, formats.withheld)
    elif kind == "date":
        sheet.write_datetime(*place, datetime.datetime.fromisoformat(str(value)), formats.date)
    elif kind == "year":
        sheet.write_number(*place, value, formats.year)
    elif kind == "integer":
        sheet.write_number(*place, value, formats.number)
    elif kind == "any":  # of several units in one column
        sheet.write_number(*place, value, formats.number if float(value).is_integer() else formats.real)
    elif kind == "real":
        sheet.write_number(*place, value, formats.real)
    else:
        sheet.write_string(*place, str(value), formats.cell)


def _source_sheet(
    book: Any,
    session: Session | Snapshot,
    result: Gaps,
    more: Sequence[Provenance],
    withheld: int,
    formats: _Formats,
    audience: str,
) -> None:
    sheet = _sheet(book, text("workbook_sources"), session, audience)
    _heads(sheet, [(text("workbook_fact"), False), (text("workbook_value"), False)], formats)
    for at, (fact, value) in enumerate(_sources(session, result, more, withheld, audience), 1):
        sheet.write_string(at, 0, fact, formats.cell)
        sheet.write_string(at, 1, value, formats.cell)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 90)


def _sources(
    session: Session | Snapshot, result: Gaps, more: Sequence[Provenance], withheld: int, audience: str
) -> Iterable[tuple[str, str]]:
    source = result.provenance
    year = text("gaps_now") if source.year is None else text("gaps_year", year=source.year)
    yield text("workbook_state"), year
    yield text("workbook_clauses"), listed(source.clauses) or "—"
    yield text("workbook_rules"), f"{source.policy_version} · {source.policy_digest}"
    yield text("workbook_crs"), f"EPSG:{source.crs}"
    digests = {kind: digest for one in (*more, source) for kind, digest in one.digests.items()}
    for kind, digest in sorted(digests.items()):
        title = tr(session.catalogue[kind].title) if kind in session.catalogue else kind
        yield text("workbook_data", kind=title), str(digest)
    sample = bool(session.plan.info.get("sample"))
    codes = footnotes(audience, withheld=withheld, sample=sample)
    for code in codes:
        yield text("workbook_note"), text(f"release_{code}")
