"""XLSX written plainly: text cells are text and nothing can be a formula; degrees of the site or of a point
inside."""

from __future__ import annotations

import re
import zipfile
from typing import Any
from xml.sax.saxutils import escape

from layers.exchange.exporting import centres
from layers.exchange.writing import Job, xml_words

LONGEST = 32_767  # characters of a cell
EXACT = 10**15
_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": "<Relationships"
    ' xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
    ' Target="worksheets/sheet1.xml"/></Relationships>',
}
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write(job: Job) -> None:
    """Write one sheet named after the layer."""
    headings = list(job.headings)
    extra: list[list[Any]] = [[] for _ in job.rows]
    if job.shapes is not None:
        headings += ["经度", "纬度"] if job.geometry == "Point" else ["中心经度", "中心纬度"]
        points = job.shapes if job.geometry == "Point" else centres(job.shapes)
        extra = [
            [None, None] if point is None else [round(point.x, 9), round(point.y, 9)] for point in points
        ]
    sheet = re.sub(r"[\[\]:*?/\\]", " ", job.title)[:31]
    book = (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><sheets><sheet name="{_text(sheet)}" sheetId="1"'
        ' r:id="rId1"/></sheets></workbook>'
    )
    with zipfile.ZipFile(job.file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            _add(archive, name, _HEAD + text)
        _add(archive, "xl/workbook.xml", book)
        rows = [headings, *([*row, *more] for row, more in zip(job.rows, extra, strict=True))]
        cells = "".join(
            f'<row r="{at}">{"".join(_cell(value, at, column) for column, value in enumerate(row, 1))}</row>'
            for at, row in enumerate(rows, 1)
        )
        _add(
            archive,
            "xl/worksheets/sheet1.xml",
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>',
        )


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    member = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, text.encode("utf-8"))


def _cell(value: Any, row: int, column: int) -> str:
    if value is None or value == "":
        return ""
    place = f"{_letters(column)}{row}"
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < EXACT:
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return (
        f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{_text(str(value)[:LONGEST])}</t></is></c>'
    )


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _text(text: str) -> str:
    return escape(xml_words(text).replace("\r", ""), {'"': "&quot;"})
