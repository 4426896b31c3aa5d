"""Shapefile for CAD and ArcGIS: shapes by GDAL, the .dbf by ourselves in GBK with a .cpg.

Headings are cut to ten bytes between characters; `NAME_字段说明.txt` tells the whole ones, and our import reads
it.
"""

from __future__ import annotations

import datetime
import struct
from typing import Any

import numpy as np
import shapely

from layers.exchange.writing import Job

LEGEND = "_字段说明.txt"
NAME_BYTES, TEXT_BYTES = 10, 254
NUMBER_WIDTH, DECIMALS, WHOLE_WIDTH = 24, 15, 20


def write(job: Job) -> None:
    """Write .shp .shx .dbf .prj .cpg and the legend; a table without shapes is a .dbf alone."""
    encoding = "gbk" if _fits(job, "gbk") else "gb18030"
    if job.shapes is not None:
        _write_shapes(job)
        job.file.with_suffix(".prj").write_text(job.wkt, "ascii")
    names = short_names(job.headings, encoding)
    job.file.with_suffix(".dbf").write_bytes(_table(job, names, encoding))
    job.file.with_suffix(".cpg").write_text("GBK" if encoding == "gbk" else "GB18030", "ascii")
    if names != job.headings:
        lines = [f"{short}\t{heading}" for short, heading in zip(names, job.headings, strict=True)]
        (job.folder / f"{job.name}{LEGEND}").write_text("\n".join(lines) + "\n", "utf-8-sig")


def short_names(headings: list[str], encoding: str) -> list[str]:
    """Return field names of at most ten bytes, each once, cut between characters."""
    names: list[str] = []
    taken: set[str] = set()
    for heading in headings:
        name, number = _cut(heading, NAME_BYTES, encoding), 1
        while name.casefold() in taken:
            number += 1
            name = _cut(heading, NAME_BYTES - len(str(number)), encoding) + str(number)
        taken.add(name.casefold())
        names.append(name)
    return names


def _cut(text: str, size: int, encoding: str) -> str:
    while len(text.encode(encoding, "replace")) > size:
        text = text[:-1]
    return text


def _fits(job: Job, encoding: str) -> bool:
    try:
        for text in (*job.headings, *(cell for row in job.rows for cell in row if isinstance(cell, str))):
            text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _write_shapes(job: Job) -> None:
    from pyogrio import raw

    assert job.shapes is not None
    kind = {"Point": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}[job.geometry]
    raw.write(
        str(job.file),
        geometry=np.array(shapely.to_wkb(job.shapes), object),
        field_data=[np.zeros(len(job.rows), np.int32)],
        fields=np.array(["a"], object),
        driver="ESRI Shapefile",
        geometry_type=kind,
        crs=f"EPSG:{job.epsg}",
    )
    for suffix in (".cpg", ".prj"):
        job.file.with_suffix(suffix).unlink(missing_ok=True)


def _table(job: Job, names: list[str], encoding: str) -> bytes:
    columns = [_column(job, at, encoding) for at in range(len(names))]
    today = datetime.date(2000, 1, 1)  # the day of export is no fact about the data
    width = 1 + sum(size for _, size, _, _ in columns)
    head = struct.pack(
        "<BBBBIHH20x",
        3,
        today.year - 1900,
        today.month,
        today.day,
        len(job.rows),
        33 + 32 * len(columns),
        width,
    )
    for name, (kind, size, decimals, _) in zip(names, columns, strict=True):
        head += struct.pack("<11sc4xBB14x", name.encode(encoding, "replace"), kind.encode(), size, decimals)
    rows = b"".join(b" " + b"".join(cells[at] for _, _, _, cells in columns) for at in range(len(job.rows)))
    return head + b"\r" + rows + b"\x1a"


def _column(job: Job, at: int, encoding: str) -> tuple[str, int, int, list[bytes]]:
    values, kind = [row[at] for row in job.rows], job.types[at]
    if kind == "integer" and all(value is None or len(str(value)) <= WHOLE_WIDTH for value in values):
        return "N", WHOLE_WIDTH, 0, [_number(value, WHOLE_WIDTH) for value in values]
    if kind == "boolean":
        return "N", 1, 0, [_number(value, 1) for value in values]
    if kind == "real":
        return "N", NUMBER_WIDTH, DECIMALS, [_number(value, NUMBER_WIDTH) for value in values]
    if kind == "date" and all(value is None or len(str(value)) == 10 for value in values):
        return (
            "D",
            8,
            0,
            [b" " * 8 if value is None else str(value).replace("-", "").encode() for value in values],
        )
    cells, cut = [], 0
    for value in values:
        text = "" if value is None else str(value)
        short = _cut(text, TEXT_BYTES, encoding)
        cut += short != text
        cells.append(short.encode(encoding, "replace"))
    if cut:
        job.notes.append(("text_shortened", {"heading": job.headings[at], "count": cut}))
    size = max((len(cell) for cell in cells), default=1) or 1
    return "C", size, 0, [cell.ljust(size) for cell in cells]


def _number(value: Any, width: int) -> bytes:
    return (b"" if value is None else repr(value).encode()).rjust(width)[:width]
