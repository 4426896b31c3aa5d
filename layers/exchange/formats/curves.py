"""WKB with arcs (ISO 13249-3: circular strings, compound curves, curve polygons) -> straight shapes.

Surveys drawn in ArcGIS keep true arcs, which nothing here can hold. An arc becomes chords of one degree: they
leave it by less than 4 parts in 100,000 of its radius.
"""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

STEP = math.radians(1)
POINT, LINE, POLYGON, ARC, COMPOUND, CURVE_POLYGON = 1, 2, 3, 8, 9, 10
COLLECTIONS = (4, 5, 6, 7, 11, 12)
DEEPEST = 8

Points = NDArray[np.float64]


def straightened(data: bytes) -> Any:
    """Return the shape of a WKB with arcs, plane and straight; raises ValueError for what is no such WKB."""
    try:
        shape, _ = _shape(data, 0, 0)
    except (struct.error, IndexError, RecursionError, shapely.GEOSException) as error:
        raise ValueError("no WKB") from error
    return shape


def _head(data: bytes, at: int) -> tuple[str, int, int, int]:
    """(byte order, type, numbers a point has, position behind)."""
    order = "<" if data[at] else ">"
    code = struct.unpack_from(order + "I", data, at + 1)[0]
    at += 5
    size = 2
    if code & 0xE0000000:  # as PostGIS writes it
        size += bool(code & 0x80000000) + bool(code & 0x40000000)
        at += 4 * bool(code & 0x20000000)
        code &= 0x0FFFFFFF
    else:
        size += (0, 1, 1, 2)[code // 1000]
        code %= 1000
    return order, code, size, at


def _shape(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    order, code, size, here = _head(data, at)
    if depth > DEEPEST:
        raise ValueError("too deep")
    if code == POINT:
        return shapely.Point(*struct.unpack_from(order + "2d", data, here)), here + 8 * size
    if code in (LINE, ARC, COMPOUND):
        points, here = _curve(data, at)
        return shapely.LineString(points), here
    count = struct.unpack_from(order + "I", data, here)[0]
    here += 4
    if code in (POLYGON, CURVE_POLYGON):
        rings = []
        for _ in range(count):
            ring, here = _points(data, here, order, size) if code == POLYGON else _curve(data, here)
            rings.append(ring)
        return (shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()), here
    if code not in COLLECTIONS:
        raise ValueError(f"type {code}")
    parts = []
    for _ in range(count):
        part, here = _shape(data, here, depth + 1)
        parts.append(part)
    return _collected(parts), here


def _collected(parts: list[Any]) -> Any:
    kinds = {part.geom_type for part in parts}
    for kind, maker in (
        ("Polygon", shapely.MultiPolygon),
        ("LineString", shapely.MultiLineString),
        ("Point", shapely.MultiPoint),
    ):
        if kinds == {kind}:
            return maker(parts)
    return shapely.GeometryCollection(parts)


def _points(data: bytes, at: int, order: str, size: int) -> tuple[Points, int]:
    count = struct.unpack_from(order + "I", data, at)[0]
    end = at + 4 + 8 * size * count
    if end > len(data):
        raise ValueError("cut off")
    flat = np.frombuffer(data, order + "f8", size * count, at + 4)
    return flat.reshape(count, size)[:, :2].astype(np.float64), end


def _curve(data: bytes, at: int) -> tuple[Points, int]:
    """Vertices (n, 2) of a line, a string of arcs, or a line made of both."""
    order, code, size, here = _head(data, at)
    if code == LINE:
        return _points(data, here, order, size)
    if code == ARC:
        points, here = _points(data, here, order, size)
        return _strokes(points), here
    if code != COMPOUND:
        raise ValueError(f"type {code}")
    count = struct.unpack_from(order + "I", data, here)[0]
    here += 4
    pieces: list[Points] = []
    for _ in range(count):
        piece, here = _curve(data, here)
        pieces.append(piece[1:] if pieces else piece)
    return np.vstack(pieces), here


def _strokes(points: Points) -> Points:
    made = [points[:1]]
    for at in range(0, len(points) - 2, 2):
        made.append(_arc(*points[at : at + 3]))
    return np.vstack(made)


def _arc(start: Points, middle: Points, end: Points) -> Points:
    """Vertices (n, 2) behind `start` up to `end` of the arc through three points; a full circle where start
    is end (`middle` lies opposite then)."""
    if (start == end).all():
        centre, turn = (start + middle) / 2, 2 * math.pi
    else:
        (ax, ay), (bx, by) = middle - start, end - start
        twice = 2 * (ax * by - ay * bx)
        if abs(twice) <= 1e-12 * max(ax * ax + ay * ay, bx * bx + by * by):
            return np.array([middle, end])  # no arc but a line
        one, other = ax * ax + ay * ay, bx * bx + by * by
        centre = start + np.array([by * one - ay * other, ax * other - bx * one]) / twice
        angles = [math.atan2(*(point - centre)[::-1]) for point in (start, end)]
        turn = (angles[1] - angles[0]) % (2 * math.pi)
        if twice < 0:  # clockwise
            turn -= 2 * math.pi
    first = math.atan2(*(start - centre)[::-1])
    count = max(math.ceil(abs(turn) / STEP), 2)
    steps = first + turn * np.arange(1, count + 1) / count
    radius = math.hypot(*(start - centre))
    made = centre + radius * np.column_stack([np.cos(steps), np.sin(steps)])
    made[-1] = end
    return np.asarray(made)
