"""Tables that systems export as web pages or as XML of Excel 2003, and call workbooks."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layers.errors import InputError
from layers.exchange.encoding import decode_text, known_encoding, shown
from layers.exchange.formats.table import layer_of
from layers.exchange.formats.xml_text import checked_xml, local
from layers.exchange.source import LayerInfo, Source

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

Rows = list[list[Any]]
MOST_SPAN, MOST_CELLS = 1_000, 2_000_000
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return one table of the page; raises InputError `table_empty`, `sheet_too_large`, `xml_entities`,
    `xml_broken`."""
    from layers.exchange.reading import choose_layer

    data = path.read_bytes()
    text, guess = decode_text(data, known_encoding(options.encoding) if options.encoding else None)
    stated = _CHARSET.search(data[:4096])
    if stated and not guess.sure and (named := known_encoding(stated[1].decode("ascii", "replace"))):
        text, guess = decode_text(data, named)  # believed only where the bytes do not say
    page = re.search(r"<([A-Za-z_]\w*:)?workbook\b", text[:65_536], re.IGNORECASE) is None
    tables = _of_page(text, path.name) if page else _of_workbook(data, path.name)
    if not tables:
        raise InputError("table_empty", name=path.name)
    infos = [LayerInfo(name, max(len(rows) - 1, 0)) for name, rows in tables.items()]
    tell(0.5)
    chosen = choose_layer(infos, options.layer)
    if chosen is None:
        return Source("sheet", infos)
    layer = layer_of(chosen.name, tables[chosen.name], path.name)
    layer.encoding, layer.encoding_sure = (shown(guess.encoding), guess.sure) if page else ("UTF-8", True)
    layer.alternatives = [shown(name) for name in guess.alternatives] if page else []
    return Source("sheet", infos, layer)


class _Page(HTMLParser):
    """Tables of a page; a cell over several places stands in the first, the others are blank."""

    def __init__(self, file: str) -> None:
        super().__init__(convert_charrefs=True)
        self.file, self.tables = file, list[Rows]()
        self.open: list[Rows] = []
        self.down: dict[int, int] = {}  # place -> rows that a cell above still takes
        self.cell: list[str] | None = None
        self.left, self.count = (1, 1), 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.open.append([])
            self.tables.append(self.open[-1])
            self.down = {}
        elif tag == "tr" and self.open:
            self._close_cell()
            self.open[-1].append([])
        elif tag in ("td", "th") and self.open:
            self._close_cell()
            spans = dict(attrs)
            self.left = (_span(spans.get("colspan")), _span(spans.get("rowspan")))
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self._close_cell()
        elif tag == "table" and self.open:
            self._close_cell()
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _close_cell(self) -> None:
        if self.cell is None or not self.open:
            return
        rows = self.open[-1]
        if not rows:
            rows.append([])
        row = rows[-1]
        while self.down.get(len(row), 0):
            self.down[len(row)] -= 1
            row.append(None)
            self.count += 1
        across, down = self.left
        for at in range(across):
            self.down[len(row)] = down - 1
            row.append(" ".join("".join(self.cell).split(" ")).strip() or None if not at else None)
        self.cell, self.count = None, self.count + across
        if self.count > MOST_CELLS:
            raise InputError("sheet_too_large", name=self.file, rows=len(rows), columns=len(row))


def _span(text: str | None) -> int:
    return min(max(int(text), 1), MOST_SPAN) if text and text.strip().isdecimal() else 1


def _of_page(text: str, file: str) -> dict[str, Rows]:
    page = _Page(file)
    page.feed(text)
    page.close()
    filled = [rows for rows in page.tables if any(any(row) for row in rows)]
    return {f"表{at}": rows for at, rows in enumerate(filled, 1)}


def _of_workbook(data: bytes, file: str) -> dict[str, Rows]:
    try:
        root = ET.fromstring(checked_xml(data, file))
    except ET.ParseError as error:
        raise InputError("xml_broken", name=file, line=error.position[0], rows=0) from None
    tables: dict[str, Rows] = {}
    for sheet in root:
        if local(sheet) != "Worksheet":
            continue
        name = next((value for key, value in sheet.attrib.items() if key.endswith("Name")), "表")
        rows = [_cells(row) for row in sheet.iter() if local(row) == "Row"]
        if any(any(row) for row in rows):
            tables[name] = rows
    return tables


def _cells(row: ET.Element) -> list[Any]:
    cells: list[Any] = []
    for cell in row:
        if local(cell) != "Cell":
            continue
        marks = {key.rsplit("}", 1)[-1]: value for key, value in cell.attrib.items()}
        place = int(marks["Index"]) - 1 if marks.get("Index", "").isdecimal() else len(cells)
        cells.extend([None] * (min(place, MOST_SPAN * 20) - len(cells)))
        data = next((part for part in cell if local(part) == "Data"), None)
        cells.append(None if data is None else "".join(data.itertext()).strip() or None)
        across = marks.get("MergeAcross", "0")
        cells.extend([None] * (_span(across) if across != "0" else 0))
    return cells
