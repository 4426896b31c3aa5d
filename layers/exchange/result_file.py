"""A table of results, with shapes or without, as .xlsx or .gpkg: written in the child as layers are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from layers.exchange.exporting import FORMATS, SHAPES_IN, TABLE_IN
from layers.exchange.parcel import pack_geometries
from layers.exchange.process import run_child
from layers.geo.crs import LONLAT_EPSG, PlanningCrs, transform_geometries


def result_file(
    suffix: str,
    *,
    name: str,
    title: str,
    headings: Sequence[str],
    types: Sequence[str],
    rows: Sequence[Sequence[Any]],
    crs: PlanningCrs,
    shapes: np.ndarray | None = None,
    geometry: str = "",
) -> bytes:
    """Return the bytes of a file with one table. What is in `rows` must have passed `layers.release`.

    suffix: `.xlsx` or `.gpkg`. types: of the columns, as in the catalogue. shapes: (n,) in the planning CRS,
    of the type `geometry`; only the GeoPackage has them. Errors as in `run_child`.
    """
    form = FORMATS[suffix]
    drawn = shapes if suffix == ".gpkg" else None
    epsg = crs.epsg
    if drawn is not None and form.lonlat:
        drawn, epsg = transform_geometries(drawn, epsg, LONLAT_EPSG), LONLAT_EPSG
    request = {
        "do": "write",
        "writer": form.writer,
        "name": name,
        "suffix": suffix,
        "epsg": epsg,
        "geometry": geometry if drawn is not None else "",
        "title": title,
        "wkt": crs.wkt("WKT1_ESRI"),
        "zone": crs.zone_number,
        "meridian": crs.central_meridian,
        "label": -1,
        "types": list(types),
    }
    table = {"headings": list(headings), "rows": [list(row) for row in rows]}

    def prepare(folder: Path) -> None:
        (folder / TABLE_IN).write_text(json.dumps(table, ensure_ascii=False), "utf-8")
        if drawn is not None:
            pack_geometries(folder / SHAPES_IN, drawn)

    with run_child(request, prepare=prepare, size=100 * len(table["rows"])) as (folder, answer):
        (file,) = answer["ok"]["files"]
        return (folder / "out" / file).read_bytes()
