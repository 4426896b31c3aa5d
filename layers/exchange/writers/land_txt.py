"""报部坐标 TXT: parcels with their boundary points, northing first, eastings with the zone's number."""

from __future__ import annotations

import re

import shapely

from layers.exchange.writing import Job
from layers.geo.measure import areas_m2

HEAD = (
    "[属性描述]",
    "格式版本号=1.01版本",
    "坐标系=2000国家大地坐标系",
    "几度分带=3",
    "投影类型=高斯克吕格",
    "计量单位=米",
    "带号={zone}",
    "精度=0.001",
    "转换参数=,,,,,,",
    "[地块坐标]",
)


def write(job: Job) -> None:
    """Write every face; areas in hectares on the ellipsoid."""
    assert job.shapes is not None
    areas = areas_m2(job.shapes, job.epsg)
    lines = [line.format(zone=job.zone) for line in HEAD]
    missing = 0
    for at, (row, shape) in enumerate(zip(job.rows, job.shapes, strict=True)):
        if shape is None:
            missing += 1
            continue
        rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
        count = sum(len(ring.coords) for ring in rings)
        code = _plain(row[0]) if row else str(at + 1)
        name = _plain(row[job.label]) if job.label >= 0 and row[job.label] is not None else ""
        lines.append(f"{count},{areas[at] / 1e4:.4f},{code},{name},面,,,,@")
        number = 0
        for circle, ring in enumerate(rings, 1):
            first = number + 1
            for x, y in ring.coords[:-1]:
                number += 1
                lines.append(f"J{number},{circle},{y:.4f},{x + job.zone * 1e6:.4f}")
            x, y = ring.coords[0]
            lines.append(f"J{first},{circle},{y:.4f},{x + job.zone * 1e6:.4f}")
    if missing:
        job.notes.append(("rows_without_shape", {"count": missing}))
    job.file.write_bytes("\r\n".join([*lines, ""]).encode("gb18030"))


def _plain(value: object) -> str:
    """Words that end no field and no line; commas and at-signs in their wide form."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", str(value)).replace(",", "，").replace("@", "＠")
