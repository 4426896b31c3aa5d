"""CSV and delimited text: encodings, delimiters, ragged rows; every cell stays text, so no digit is lost."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layers.errors import InputError
from layers.exchange.encoding import decode_text, known_encoding, shown
from layers.exchange.source import Flag, LayerInfo, RawLayer, Source, safe_heading

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

DELIMITERS = (",", "\t", ";", "|", "，", "；")
LONGEST_CELL = 10_000_000
LOOKED_AT, LOOKED_AT_CHARS = 50, 400_000
NUMBER = frozenset("0123456789.+-eE")


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
    at = heading_row(records)
    headings: list[str] = []
    for place, cell in enumerate(_trimmed(records[at])):
        headings.append(safe_heading("" if cell is None else str(cell), place, headings))
    rows = records[at + 1 :]
    flags = []
    columns: dict[str, list[Any]] = {heading: [] for heading in headings}
    for number, record in enumerate(rows, 1):
        extra = [str(cell) for cell in record[len(headings) :] if cell not in (None, "")]
        if extra:
            flags.append(Flag(number, "row_long", {"extra": ", ".join(extra)[:80]}, kept=True))
        elif len(record) < len(headings):
            flags.append(Flag(number, "row_short", {"count": len(headings) - len(record)}, kept=True))
        for place, heading in enumerate(headings):
            cell = record[place] if place < len(record) else None
            columns[heading].append(cell if not isinstance(cell, str) else cell.strip() or None)
    layer = RawLayer(name, len(rows), list(range(1, len(rows) + 1)), columns, flags=flags)
    if at:
        layer.notes.append(("rows_above_headings", {"count": at}))
    return layer


def heading_row(records: Sequence[Sequence[Any]]) -> int:
    """Return the position of the headings: the first of ten rows that is nearly full and has no number."""
    width = max(_filled(record) for record in records[:LOOKED_AT])
    for at, record in enumerate(records[:10]):
        if _filled(record) >= max(0.6 * width, 1) and not any(_is_number(cell) for cell in record):
            return at
    return 0


def _filled(record: Sequence[Any]) -> int:
    return sum(cell not in (None, "") for cell in record)


def _is_number(cell: Any) -> bool:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return True
    return isinstance(cell, str) and cell.strip() != "" and set(cell.strip()) <= NUMBER


def _trimmed(record: Sequence[Any]) -> list[Any]:
    cells = list(record)
    while cells and cells[-1] in (None, ""):
        cells.pop()
    return cells


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
    return best


def _records(text: str, delimiter: str, name: str) -> list[list[Any]]:
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
