"""GeoJSON (RFC 7946): degrees, nine decimals, one feature a line."""

from __future__ import annotations

import json

import shapely

from layers.exchange.writing import Job

DECIMALS = 9  # a tenth of a millimetre


def write(job: Job) -> None:
    """Write a FeatureCollection."""
    shapes = [None] * len(job.rows) if job.shapes is None else list(job.shapes)
    with job.file.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            '{"type": "FeatureCollection", "name": '
            + json.dumps(job.title, ensure_ascii=False)
            + ', "features": ['
        )
        for at, (row, shape) in enumerate(zip(job.rows, shapes, strict=True)):
            geometry = None if shape is None else _rounded(json.loads(shapely.to_geojson(shape)))
            feature = {
                "type": "Feature",
                "properties": dict(zip(job.headings, row, strict=True)),
                "geometry": geometry,
            }
            file.write((",\n" if at else "\n") + json.dumps(feature, ensure_ascii=False, allow_nan=False))
        file.write("\n]}\n")


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    return value
