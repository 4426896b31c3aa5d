"""DXF (R2010, UTF-8): outlines and lines as polylines, sites as points, names as text on a layer of their
own."""

from __future__ import annotations

import re
from collections import Counter

from layers.exchange.writing import Job

TEXT_HEIGHT = 20.0  # metres in the drawing: read at 1:10,000


def write(job: Job) -> None:
    """Write the shapes in the planning CRS."""
    import ezdxf
    import shapely

    document = ezdxf.new("R2010")
    document.header["$INSUNITS"] = 6
    layer = re.sub(r'[<>/\\":;?*|=`,\x00-\x1f]', "_", job.title)
    names = f"{layer}_注记"
    document.layers.add(layer)
    document.layers.add(names)
    space = document.modelspace()
    counts = Counter[str]()
    for row, shape in zip(job.rows, job.shapes if job.shapes is not None else (), strict=True):
        if shape is None:
            counts["rows_without_shape"] += 1
            continue
        parts = shapely.get_parts(shape)
        counts["parts_apart"] += len(parts) > 1
        counts["holes_as_outlines"] += bool(shapely.get_num_interior_rings(parts).any())
        for part in parts:
            if part.geom_type == "Point":
                space.add_point((part.x, part.y), dxfattribs={"layer": layer})
            elif part.geom_type == "LineString":
                space.add_lwpolyline(part.coords, dxfattribs={"layer": layer})
            else:
                for ring in (part.exterior, *part.interiors):
                    space.add_lwpolyline(ring.coords[:-1], close=True, dxfattribs={"layer": layer})
        name = row[job.label] if job.label >= 0 else None
        if name is not None:
            place = shapely.point_on_surface(shape)
            text = re.sub(r"[\x00-\x1f]", " ", str(name))
            space.add_text(
                text, height=TEXT_HEIGHT, dxfattribs={"layer": names, "insert": (place.x, place.y)}
            )
    job.notes.extend((code, {"count": count}) for code, count in counts.items() if count)
    document.saveas(job.file)
