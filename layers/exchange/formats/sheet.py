"""XLS, XLSX and ODS by calamine, weighed first; numbers that a spreadsheet has cut are told, text stays
text."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layers.errors import InputError
from layers.exchange.archive import open_archive
from layers.exchange.formats.table import layer_of
from layers.exchange.source import Flag, LayerInfo, Note, RawLayer, Source

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

MOST_CELLS = 5_000_000
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number
CHUNK = 1 << 20
_CELL = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_ERROR = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]{0,40}\bt="e"')
_UNCOUNTED = re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>|</c>)")
_REPEATED = re.compile(rb'number-(rows|columns)-repeated="([0-9]+)"')


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return one sheet of a workbook.

    Raises InputError `sheet_too_large`, `xml_entities`, `sheet_damaged`, `table_empty`, those of archives.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    from layers.exchange.reading import choose_layer

    faults = _weigh(path) if zipfile.is_zipfile(path) else Faults()
    tell(0.1)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = list(book.sheet_names)
        infos = [LayerInfo(name, _height(book.get_sheet_by_name(name))) for name in names]
        hidden = {sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible}
        seen = [info for info in infos if info.name not in hidden] if options.layer is None else infos
        chosen = choose_layer(seen or infos, options.layer)
        if chosen is None:
            return Source("sheet", infos)
        rows = book.get_sheet_by_name(chosen.name).to_python(skip_empty_area=True)
    except CalamineError as error:
        raise InputError("sheet_damaged", name=path.name, reason=str(error)[:120]) from None
    except BaseException as error:  # calamine's own "this cannot be" is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise InputError("sheet_damaged", name=path.name, reason=str(error)[:120]) from None
    tell(0.6)
    layer = layer_of(chosen.name, [[_plain(cell) for cell in row] for row in rows], path.name)
    _find_lost_digits(layer)
    layer.encoding = "UTF-8"
    layer.notes.extend(faults.notes())
    unread = [info.name for info in infos if info.name in hidden and info is not chosen and info.count]
    if unread and options.layer is None:
        layer.notes.append(("sheets_hidden", {"names": list(unread[:5])}))
    return Source(
        "sheet",
        [info if info is not chosen else LayerInfo(info.name, layer.declared) for info in infos],
        layer,
    )


def _height(sheet: Any) -> int:
    size = sheet.height or 0
    if size * (sheet.width or 0) > MOST_CELLS:
        raise InputError("sheet_too_large", name=sheet.name, rows=size, columns=sheet.width)
    return max(int(size) - 1, 0)


@dataclass(slots=True)
class Faults:
    """Cells of the sheets that come as blank ones, though something stands in them."""

    errors: list[str] = field(default_factory=list)
    uncounted: bool = False

    def notes(self) -> list[Note]:
        """What the user is told of them."""
        cells = list(dict.fromkeys(self.errors))
        found: list[Note] = []
        if cells:
            found.append(("cell_errors", {"count": len(cells), "cells": list(cells[:8])}))
        if self.uncounted:
            found.append(("formulas_uncounted", {}))
        return found


def _weigh(path: Path) -> Faults:
    """Find the far corner of every sheet without building it, and refuse entities."""
    faults = Faults()
    with open_archive(path) as archive:
        for member in archive.infolist():
            name = member.filename.lower()
            if not name.endswith((".xml", ".rels")):
                continue
            try:
                _weigh_member(archive, member, path.name, faults)
            except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
                raise InputError("sheet_damaged", name=path.name, reason=type(error).__name__) from None
    return faults


def _weigh_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str, faults: Faults) -> None:
    columns = rows = 0
    is_sheet = "worksheets/" in member.filename
    repeated = {b"rows": 1, b"columns": 1}
    tail = b""
    with archive.open(member) as stream:
        while piece := stream.read(CHUNK):
            text = tail + piece
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise InputError("xml_entities", name=file)
            if is_sheet:
                for letters, number in _CELL.findall(text):
                    columns, rows = max(columns, _number(letters)), max(rows, int(number))
                faults.errors.extend(cell.decode("ascii") for cell in _ERROR.findall(text)[:1000])
                faults.uncounted = faults.uncounted or _UNCOUNTED.search(text) is not None
            elif member.filename == "content.xml":
                for kind, number in _REPEATED.findall(text):
                    if (
                        int(number) < 16_000 or kind == b"rows" and int(number) < 900_000
                    ):  # the rest is the blank edge
                        repeated[kind] = max(repeated[kind], int(number))
            tail = text[-64:]
    if columns * rows > MOST_CELLS or repeated[b"rows"] * repeated[b"columns"] > MOST_CELLS:
        raise InputError(
            "sheet_too_large",
            name=file,
            rows=max(rows, repeated[b"rows"]),
            columns=max(columns, repeated[b"columns"]),
        )


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _plain(cell: Any) -> Any:
    if isinstance(cell, bool) or cell is None:
        return cell
    if isinstance(cell, float):
        if cell != cell or cell in (float("inf"), float("-inf")):
            return None
        return int(cell) if cell.is_integer() and abs(cell) < 1e21 else cell
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, (datetime.date, datetime.time, datetime.timedelta)):
        return str(cell)
    return cell


def _find_lost_digits(layer: RawLayer) -> None:
    """Whole numbers longer than a spreadsheet keeps: the last digits are gone, which no reader can bring
    back."""
    for heading, values in layer.columns.items():
        long = [
            at
            for at, value in enumerate(values)
            if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**EXACT_DIGITS
        ]
        for at in long:
            layer.flags.append(
                Flag(layer.rows[at], "digits_lost", {"column": heading, "value": str(values[at])}, kept=True)
            )
        if long:
            layer.columns[heading] = [None if value is None else str(value) for value in values]
