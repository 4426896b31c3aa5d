"""CSV with a byte-order mark, so that spreadsheets read Chinese: degrees for sites, WKT for lines and
faces."""

from __future__ import annotations

import csv
from typing import Any

import shapely

from layers.exchange.writing import Job


def write(job: Job) -> None:
    """Write the rows; formulas were made text by the release gate."""
    headings = list(job.headings)
    extra: list[list[Any]] = [[] for _ in job.rows]
    if job.shapes is not None and job.geometry == "Point":
        headings += ["经度", "纬度"]
        extra = [["", ""] if shape is None else [f"{shape.x:.9f}", f"{shape.y:.9f}"] for shape in job.shapes]
    elif job.shapes is not None:
        headings.append("WKT")
        extra = [
            ["" if shape is None else shapely.to_wkt(shape, rounding_precision=9)] for shape in job.shapes
        ]
    with job.file.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(headings)
        for row, more in zip(job.rows, extra, strict=True):
            writer.writerow([*("" if value is None else value for value in row), *more])
