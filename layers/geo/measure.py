"""Areas and lengths on the CGCS2000 ellipsoid, and how they are written in hectares, mu and kilometres.

One rule for edges: an edge is straight in the CRS that the geometry is stored in. It is cut into pieces of at
most 10 km (0.1 degree), and the area integral of the cylindrical equal-area (authalic) coordinate is taken
over each piece by Simpson's rule through its midpoint; the midpoint of pieces under 50 m is simply the mean.
Measured on 10,000 polygons of 20 corners: 0.19 s and 1e-8 off; a loop over pyproj.Geod 0.40 s and 4e-7 off
(its edges are geodesics); an equal-area plane with 200 m pieces 0.15 s and 2e-6 off.
Source of the authalic formula: J. P. Snyder, Map Projections: A Working Manual, USGS PP 1395, eq. 3-12.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.errors import RuleError
from layers.geo.crs import LONLAT_EPSG, has_mercator_units, is_geographic, transform_xy

SEMI_MAJOR = 6_378_137.0
INVERSE_FLATTENING = 298.257222101
PIECE_METRES, PIECE_DEGREES = 10_000.0, 0.1
SHORT_METRES, SHORT_DEGREES = 50.0, 0.0005
M2_PER_HA = 10_000.0
M2_PER_MU = M2_PER_HA / 15

_FLATTENING = 1 / INVERSE_FLATTENING
_E2 = _FLATTENING * (2 - _FLATTENING)
_E = math.sqrt(_E2)

Geometries = Sequence[Any] | NDArray[Any]


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """An area in square metres; 1 mu = 1/15 ha = 2000/3 m²."""

    m2: float

    @property
    def ha(self) -> float:
        return self.m2 / M2_PER_HA

    @property
    def mu(self) -> float:
        return self.m2 / M2_PER_MU

    @property
    def km2(self) -> float:
        return self.m2 / 1e6

    def text(self, lang: str = "zh") -> str:
        return format_area(self.m2, lang)


def areas_m2(geometries: Geometries, crs_epsg: int) -> NDArray[np.float64]:
    """Ellipsoidal areas (n,) in m² of valid geometries (n,) stored in `crs_epsg`.

    Holes are taken off, parts added, ring orientation is of no account; points and lines have 0, None
    has nan. Repair first: a self-crossing ring has no area to speak of. Errors as in `transform_xy`.
    """
    polygons, owners = _polygons(geometries)
    totals = _start(geometries)
    if not len(polygons):
        return totals
    rings, polygon_of_ring = shapely.get_rings(polygons, return_index=True)
    ring_areas = np.abs(_ring_areas(rings, crs_epsg))
    is_shell = np.r_[True, polygon_of_ring[1:] != polygon_of_ring[:-1]]
    signed = np.where(is_shell, ring_areas, -ring_areas)
    totals += np.bincount(owners[polygon_of_ring], weights=signed, minlength=len(totals))
    return totals


def lengths_m(geometries: Geometries, crs_epsg: int) -> NDArray[np.float64]:
    """Geodesic lengths (n,) in m of lines, perimeters (all rings) of polygons; points 0, None nan."""
    totals = _start(geometries)
    lines, owners = _lines(geometries)
    if not len(lines):
        return totals
    xy, line_of_point = shapely.get_coordinates(lines, return_index=True)
    start, end, line_of_edge = _edges(xy, line_of_point)
    start, end, edge_of_piece = _cut(start, end, crs_epsg)
    lonlat = transform_xy(np.vstack([start, end]), crs_epsg, LONLAT_EPSG)
    a, b = lonlat[: len(start)], lonlat[len(start) :]
    metres = _geod().inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2] if len(a) else np.zeros(0)
    totals += np.bincount(owners[line_of_edge[edge_of_piece]], weights=metres, minlength=len(totals))
    return totals


@cache
def _geod() -> Any:
    from pyproj import Geod

    return Geod(a=SEMI_MAJOR, rf=INVERSE_FLATTENING)


def plane_areas_m2(geometries: Geometries, crs_epsg: int) -> NDArray[np.float64]:
    """Areas (n,) in m² in the plane of `crs_epsg` itself, as some registers demand; None has nan.

    RuleError `web_mercator_area` for Mercator projections, whose areas are wrong by a factor of 2 at 45°N,
    and `degrees_area` for degrees.
    """
    if has_mercator_units(crs_epsg):
        raise RuleError("web_mercator_area", epsg=crs_epsg)
    if is_geographic(crs_epsg):
        raise RuleError("degrees_area", epsg=crs_epsg)
    array = np.asarray(geometries, dtype=object)
    return _start(array) + np.nan_to_num(shapely.area(array))


def format_area(m2: float, lang: str = "zh") -> str:
    """An area for people: `18.29 公顷（274.3 亩）`, `18.29 ha (274.3 mu)`.

    Rounded half up. Under 1,000 m²: whole m², mu to 0.01. To 10,000 ha: ha to 0.01, mu to 0.1. From there:
    km² to 0.1, mu in ten-thousands to 0.01 (English: whole thousands of mu). Not finite: `—`.
    """
    if not math.isfinite(m2):
        return "—"
    area, size = Area(m2), abs(m2)
    if size < 999.5:
        main, mu = (area.m2, 0, "平方米", "m²"), (area.mu, 2)
    elif size < 99_999_950:
        main, mu = (area.ha, 2, "公顷", "ha"), (area.mu, 1)
    else:
        main, mu = (area.km2, 1, "平方公里", "km²"), (area.mu / 10_000, 2)
    value, digits, zh, en = main
    if lang != "en":
        ten_thousand = "万" if zh == "平方公里" else ""
        return f"{_round(value, digits)} {zh}（{_round(*mu)} {ten_thousand}亩）"
    in_mu = f"{_round(area.mu / 1000, 0)},000" if en == "km²" else _round(*mu)
    return f"{_round(value, digits)} {en} ({in_mu} mu)"


def format_length(metres: float, lang: str = "zh") -> str:
    """A length for people: `350 米`, `21.5 公里`; `350 m`, `21.5 km`.

    Rounded half up: whole metres under 1 km, 0.1 km under 1,000 km, whole km from there. Not finite: `—`.
    """
    if not math.isfinite(metres):
        return "—"
    size = abs(metres)
    if size < 999.5:
        return f"{_round(metres, 0)} {'m' if lang == 'en' else '米'}"
    return f"{_round(metres / 1000, 1 if size < 999_950 else 0)} {'km' if lang == 'en' else '公里'}"


# --- inside -------------------------------------------------------------------------------------------------


def _start(geometries: Geometries) -> NDArray[np.float64]:
    missing = shapely.is_missing(np.asarray(geometries, dtype=object))
    return np.where(missing, np.nan, 0.0).reshape(-1)


def _parts(geometries: Geometries) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """All simple parts and the row each belongs to, nested collections opened."""
    parts, owners = shapely.get_parts(np.asarray(geometries, dtype=object).reshape(-1), return_index=True)
    while len(parts) and (shapely.get_type_id(parts) > 3).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owners = owners[inner]
    return parts, owners


def _polygons(geometries: Geometries) -> tuple[NDArray[Any], NDArray[np.intp]]:
    parts, owners = _parts(geometries)
    chosen = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    return parts[chosen], owners[chosen]


def _lines(geometries: Geometries) -> tuple[NDArray[Any], NDArray[np.intp]]:
    parts, owners = _parts(geometries)
    kinds = shapely.get_type_id(parts)
    rings, ring_owner = shapely.get_rings(parts[kinds == 3], return_index=True)
    straight = (kinds == 1) | (kinds == 2)
    lines = np.concatenate([parts[straight], rings])
    return lines, np.concatenate([owners[straight], owners[kinds == 3][ring_owner]])


def _edges(
    xy: NDArray[np.float64], line_of_point: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    joined = line_of_point[1:] == line_of_point[:-1]
    return xy[:-1][joined], xy[1:][joined], line_of_point[:-1][joined]


def _cut(
    start: NDArray[np.float64], end: NDArray[np.float64], crs_epsg: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Edges cut into equal pieces no longer than the rule allows -> starts, ends, edge of each piece."""
    longest = PIECE_DEGREES if is_geographic(crs_epsg) else PIECE_METRES
    size = np.hypot(*(end - start).T)
    # Coordinates that are not finite are refused by the transform, with their count.
    counts = np.maximum(np.ceil(np.nan_to_num(size, posinf=0.0) / longest), 1).astype(np.intp)
    edge = np.repeat(np.arange(len(start)), counts)
    if len(edge) == len(start):
        return start, end, edge
    step = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    span, count = (end - start)[edge], counts[edge]
    near = start[edge] + span * (step / count)[:, None]
    far = start[edge] + span * ((step + 1) / count)[:, None]
    far = np.where((step + 1 == count)[:, None], end[edge], far)
    return near, far, edge


def _ring_areas(rings: NDArray[Any], crs_epsg: int) -> NDArray[np.float64]:
    """Signed areas (n,) in m² of closed rings: the sum of ∫ F(φ) dλ over their pieces."""
    xy, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    start, end, ring_of_edge = _edges(xy, ring_of_point)
    start, end, edge = _cut(start, end, crs_epsg)
    ring = ring_of_edge[edge]
    # Counting from each ring's own first point keeps the digits that a distance from the equator would eat.
    first = np.searchsorted(ring, np.arange(len(rings)))
    lonlat = transform_xy(start, crs_epsg, LONLAT_EPSG)
    follows = np.r_[np.arange(1, len(start)), 0]
    turn = np.r_[first[1:], len(start)] - 1
    follows[turn] = first
    middle = _middles(start, end, lonlat, lonlat[follows], crs_epsg)
    lam = np.radians(np.column_stack([lonlat[:, 0], middle[:, 0]]) - lonlat[first[ring], 0][:, None])
    strip = _strip(np.radians(np.column_stack([lonlat[:, 1], middle[:, 1]])))
    strip -= strip[first[ring], 0][:, None]
    l0, l1, l2 = lam[:, 0], lam[:, 1], lam[follows, 0]
    f0, f1, f2 = strip[:, 0], strip[:, 1], strip[follows, 0]
    # ∫ F dλ over a piece when both are quadratic through start, middle and end.
    pieces = (f0 * (-3 * l0 + 4 * l1 - l2) + f1 * 4 * (l2 - l0) + f2 * (l0 - 4 * l1 + 3 * l2)) / 6
    return np.bincount(ring, weights=pieces, minlength=len(rings)).astype(np.float64, copy=False)


def _middles(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    lonlat_start: NDArray[np.float64],
    lonlat_end: NDArray[np.float64],
    crs_epsg: int,
) -> NDArray[np.float64]:
    """Longitude/latitude of the pieces' midpoints: projected where the bend can matter, else the mean."""
    middle = (lonlat_start + lonlat_end) / 2
    short = SHORT_DEGREES if is_geographic(crs_epsg) else SHORT_METRES
    bent = np.hypot(*(end - start).T) > short
    if bent.any() and crs_epsg != LONLAT_EPSG:
        middle[bent] = transform_xy((start[bent] + end[bent]) / 2, crs_epsg, LONLAT_EPSG)
    return middle


def _strip(phi: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area in m² between the equator and latitude φ (radians) per radian of longitude: a²·q(φ)/2."""
    s = np.sin(phi)
    q = (1 - _E2) * (s / (1 - _E2 * s * s) + np.arctanh(_E * s) / _E)
    return q * (SEMI_MAJOR**2 / 2)


def _round(value: float, digits: int) -> str:
    """Half up on the decimal that the number shows, with thousands separators; no `-0`."""
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:,}"
