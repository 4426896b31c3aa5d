"""GeoPackage through pyogrio: a fresh file with one layer."""

from __future__ import annotations

import numpy as np
import shapely

from layers.exchange.writing import Job

KINDS = {"integer": np.int64, "boolean": np.int64, "real": np.float64}
SHAPES = {"Point": "Point", "MultiLineString": "MultiLineString", "MultiPolygon": "MultiPolygon", "": None}


def write(job: Job) -> None:
    """Write the layer under the kind's title."""
    from pyogrio import raw

    data, masks = [], []
    for at, kind in enumerate(job.types):
        values = [row[at] for row in job.rows]
        masks.append(np.array([value is None for value in values], bool))
        if kind in KINDS:
            data.append(np.array([0 if value is None else value for value in values], KINDS[kind]))
        else:
            column = np.empty(len(values), object)
            column[:] = [None if value is None else str(value) for value in values]
            data.append(column)
    fields = np.array(job.headings, object)
    if job.shapes is None:
        raw.write(
            str(job.file),
            geometry=None,
            field_data=data,
            fields=fields,
            field_mask=masks,
            layer=job.title,
            driver="GPKG",
            geometry_type=None,
            crs=None,
        )
        return
    raw.write(
        str(job.file),
        geometry=np.array(shapely.to_wkb(job.shapes), object),
        field_data=data,
        fields=fields,
        field_mask=masks,
        layer=job.title,
        driver="GPKG",
        geometry_type=SHAPES[job.geometry],
        crs=f"EPSG:{job.epsg}",
    )
