"""Shapes from GeoJSON members, strictly: text for numbers is an error, an open ring is closed and told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shapely


def shape_of(geometry: Any) -> tuple[shapely.Geometry | None, str]:
    """Return (shape, code of a doubt or ""). Raises ValueError `coordinate_text`, `coordinate_missing`,
    `geometry_type`; TypeError and ValueError of shapely for what is no shape."""
    if geometry is None:
        return None, ""
    if not isinstance(geometry, dict):
        raise ValueError("geometry_type")
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        made = [shape_of(part) for part in geometry.get("geometries") or []]
        return shapely.GeometryCollection([part for part, _ in made if part is not None]), next(
            (doubt for _, doubt in made if doubt), ""
        )
    maker = _MAKERS.get(kind) if isinstance(kind, str) else None
    if maker is None:
        raise ValueError("geometry_type")
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list):
        raise ValueError("coordinate_missing")
    return maker(coordinates)


def _position(point: Any) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) < 2:
        raise ValueError("coordinate_missing")
    x, y = point[0], point[1]
    if type(x) not in (int, float) or type(y) not in (int, float):
        raise ValueError(
            "coordinate_text" if isinstance(x, str) or isinstance(y, str) else "coordinate_missing"
        )
    return float(x), float(y)


def _point(coordinates: list[Any]) -> tuple[Any, str]:
    return (shapely.Point(_position(coordinates)) if coordinates else None), ""


def _line(coordinates: list[Any]) -> tuple[Any, str]:
    return shapely.LineString([_position(point) for point in coordinates]), ""


def _ring(points: Any) -> tuple[list[tuple[float, float]], bool]:
    if not isinstance(points, list):
        raise ValueError("coordinate_missing")
    ring = [_position(point) for point in points]
    if len(ring) < 3:
        raise ValueError("coordinate_missing")
    is_open = ring[0] != ring[-1] and all(value == value for value in ring[0])
    return (ring + ring[:1] if is_open else ring), is_open


def _polygon(rings: list[Any]) -> tuple[Any, str]:
    if not rings:
        return shapely.Polygon(), ""
    made = [_ring(ring) for ring in rings]
    shape = shapely.Polygon(made[0][0], [ring for ring, _ in made[1:]])
    return shape, "ring_closed" if any(is_open for _, is_open in made) else ""


def _many(
    one: Callable[[Any], tuple[Any, str]], whole: Callable[[list[Any]], Any]
) -> Callable[[list[Any]], tuple[Any, str]]:
    def make(parts: list[Any]) -> tuple[Any, str]:
        if not all(isinstance(part, list) for part in parts):
            raise ValueError("coordinate_missing")
        made = [one(part) for part in parts]
        return whole([part for part, _ in made]), next((doubt for _, doubt in made if doubt), "")

    return make


_MAKERS: dict[str, Callable[[list[Any]], tuple[Any, str]]] = {
    "Point": _point,
    "LineString": _line,
    "Polygon": _polygon,
    "MultiPoint": _many(_point, shapely.MultiPoint),
    "MultiLineString": _many(_line, shapely.MultiLineString),
    "MultiPolygon": _many(_polygon, shapely.MultiPolygon),
}
