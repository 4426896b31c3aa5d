"""CSV and delimited text: encodings, delimiters, ragged rows; every cell stays text, so no digit is lost."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layers.errors import InputError
from layers.exchange.encoding import decode_text, known_encoding, shown
from layers.exchange.formats.headings import find_headings, not_a_row
from layers.exchange.source import Flag, LayerInfo, RawLayer, Source, safe_heading

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

DELIMITERS = (",", "\t", ";", "|", "，", "；")
BLANKS = " "
LONGEST_CELL = 10_000_000
LOOKED_AT, LOOKED_AT_CHARS = 50, 400_000
_MARKS = re.compile("[\ufeff\u200b]|^'(\\d+)$|^=\"([^\"]*)\"$")
_CODE_AS_FLOAT = re.compile(r"[1-6]\d{11,18}\.0")
_POWERS = re.compile(r"\d(\.\d+)?[eE]\+(1\d|[89])")


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return the rows of a delimited text file; raises InputError `csv_unclosed_quote`, `table_empty`."""
    wanted = known_encoding(options.encoding) if options.encoding else None
    text, guess = decode_text(path.read_bytes(), wanted)
    tell(0.3)
    csv.field_size_limit(LONGEST_CELL)
    delimiter = _delimiter(text)
    records = _records(text, delimiter, path.name)
    layer = layer_of(path.stem, records, path.name)
    layer.encoding, layer.encoding_sure = shown(guess.encoding), guess.sure
    layer.alternatives = [shown(name) for name in guess.alternatives]
    return Source("csv", [LayerInfo(path.stem, layer.declared)], layer)


def layer_of(name: str, records: list[list[Any]], file: str) -> RawLayer:
    """Return a table's rows under its headings; rows of another length are flagged, blank ones are none.

    records: cells by row, headings somewhere in the first ten. Raises InputError `table_empty`.
    """
    records = [record for record in records if any(cell not in (None, "") for cell in record)]
    if not records:
        raise InputError("table_empty", name=file)
    found = find_headings(records)
    headings: list[str] = []
    for place, cell in enumerate(found.cells):
        headings.append(safe_heading(cell, place, headings))
    rows = records[found.first :]
    flags = []
    columns: dict[str, list[Any]] = {heading: [] for heading in headings}
    kept: list[int] = []
    for number, record in enumerate(rows, 1):
        if said := not_a_row(record):
            flags.append(Flag(number, "total_row", {"value": said}))
            continue
        kept.append(number)
        extra = [str(cell) for cell in record[len(headings) :] if cell not in (None, "")]
        if extra:
            flags.append(Flag(number, "row_long", {"extra": ", ".join(extra)[:80]}, kept=True))
        elif len(record) < len(headings):
            flags.append(Flag(number, "row_short", {"count": len(headings) - len(record)}, kept=True))
        for place, heading in enumerate(headings):
            cell = record[place] if place < len(record) else None
            columns[heading].append(cell if not isinstance(cell, str) else cell.strip() or None)
    layer = RawLayer(name, len(rows), kept, columns, flags=flags)
    if found.above:
        layer.notes.append(("rows_above_headings", {"count": found.above}))
    if found.rows != 1:
        layer.notes.append(("headings_two_rows" if found.rows else "no_headings", {}))
    _take_off_marks(layer)
    _find_rounded(layer)
    return layer


def _take_off_marks(layer: RawLayer) -> None:
    """What spreadsheets put round codes to keep them text: `'001`, `="001"`; and `.0` where they did not."""
    for heading, values in layer.columns.items():
        texts = [value for value in values if isinstance(value, str)]
        if any(text[0] in "'=\ufeff\u200b" or text[-1] in "\ufeff\u200b" for text in texts):
            layer.columns[heading] = values = [
                _MARKS.sub(lambda found: found[1] or found[2] or "", value) or None
                if isinstance(value, str)
                else value
                for value in values
            ]
        whole = [value for value in values if value is not None]
        if whole and all(isinstance(value, str) and _CODE_AS_FLOAT.fullmatch(value) for value in whole):
            layer.columns[heading] = [None if value is None else str(value)[:-2] for value in values]


def _find_rounded(layer: RawLayer) -> None:
    """Long numbers that a spreadsheet has written in powers of ten: what is left of them is no value."""
    for heading, values in layer.columns.items():
        if not any(isinstance(value, str) and ("E+" in value or "e+" in value) for value in values):
            continue
        for at, value in enumerate(values):
            if isinstance(value, str) and _POWERS.fullmatch(value):
                fields = {"column": heading, "value": value}
                layer.flags.append(Flag(layer.rows[at], "digits_rounded", fields, kept=True))
                values[at] = None


def _delimiter(text: str) -> str:
    """The mark that cuts the first record and most others into the same number of cells, more than one."""
    lines = [line for line in text[:LOOKED_AT_CHARS].splitlines() if line.strip()][:LOOKED_AT]
    best, score = ",", 0.0
    for mark in DELIMITERS:
        widths = [len(record) for record in csv.reader(lines, delimiter=mark)]
        width = max(
            Counter(widths).items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0)
        )
        if width[0] < 2:
            continue
        worth = width[1] / len(widths) + (widths[0] == width[0]) + 0.001 * min(width[0], 100)
        if worth > score:
            best, score = mark, worth
    return best if score else _by_blanks(lines)


def _by_blanks(lines: list[str]) -> str:
    """Blanks, where they cut every line into as many cells; a comma, which cuts none, otherwise."""
    widths = {len(line.split()) for line in lines}
    return BLANKS if len(widths) == 1 and min(widths) > 1 else ","


def _records(text: str, delimiter: str, name: str) -> list[list[Any]]:
    if delimiter == BLANKS:
        return [list(line.split()) for line in text.splitlines()]
    reader = csv.reader(
        io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline=""),
        delimiter=delimiter,
        strict=True,
    )
    records: list[list[Any]] = []
    try:
        records.extend(list(record) for record in reader)
    except csv.Error:
        if text.count('"') % 2:
            raise InputError(
                "csv_unclosed_quote", name=name, line=reader.line_num, rows=len(records)
            ) from None
        relaxed = csv.reader(
            io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline=""), delimiter=delimiter
        )
        records = [list(record) for record in relaxed]
    return records
