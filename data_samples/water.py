"""Rivers that meander and flow into each other, and lakes."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.interpolate import CubicSpline

from data_samples.banner import Banner, Lake, River
from data_samples.coverage import on_grid
from data_samples.raster import noise

STEP = 150.0  # metres between the vertices of a river before it is simplified


def make_rivers(banner: Banner) -> dict[str, shapely.LineString]:
    """Return name -> line from source to mouth; a tributary ends on a vertex of the river it flows into."""
    lines: dict[str, shapely.LineString] = {}
    for number, river in enumerate(banner.rivers):
        lines[river.name] = _river(river, lines, banner.seed + 31 * number)
    return lines


def _river(river: River, lines: dict[str, shapely.LineString], seed: int) -> shapely.LineString:
    points = np.array(river.points)
    mouth = None
    if river.into:
        stem = shapely.get_coordinates(lines[river.into])
        mouth = stem[np.argmin(np.hypot(*(stem - points[-1]).T))]
        points = np.vstack((points, mouth))
    if river.basis == "fact":
        return on_grid(shapely.simplify(shapely.linestrings(points), 40.0))
    path = _spline(points)
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))))
    length = along[-1]
    # The bends fade towards source and mouth, so that both stay where they belong.
    fade = np.clip(np.minimum(along, length - along) / 4000.0, 0.0, 1.0)
    bend = 950.0 * noise(along, np.zeros_like(along), wavelength=5200.0, seed=seed, octaves=1)
    bend += 420.0 * noise(along, np.zeros_like(along), wavelength=1500.0, seed=seed + 7, octaves=2)
    slope = np.gradient(path, axis=0)
    normal = np.column_stack((-slope[:, 1], slope[:, 0])) / np.hypot(*slope.T)[:, None]
    path = path + normal * (bend * fade)[:, None]
    line = shapely.simplify(shapely.linestrings(path), 18.0)
    if mouth is not None:
        coordinates = shapely.get_coordinates(line)
        coordinates[-1] = mouth
        line = shapely.linestrings(coordinates)
    return on_grid(line)


def _spline(points: np.ndarray) -> np.ndarray:
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    curve = CubicSpline(along, points, bc_type="natural")
    return curve(np.linspace(0.0, along[-1], max(int(along[-1] / STEP), 8)))


def make_lakes(banner: Banner, rivers: dict[str, shapely.LineString]) -> dict[str, shapely.Polygon]:
    """Return name -> polygon, each near its stated area."""
    return {
        lake.name: _reservoir(lake, rivers[lake.along]) if lake.along else _blob(lake, banner.seed + 13 * k)
        for k, lake in enumerate(banner.lakes)
    }


def _blob(lake: Lake, seed: int) -> shapely.Polygon:
    angle = np.linspace(0.0, 2 * np.pi, 72, endpoint=False)
    radius = 1.0 + 0.30 * noise(3 * np.cos(angle), 3 * np.sin(angle), wavelength=2.0, seed=seed, octaves=2)
    tilt = seed % 7 * 0.45
    x, y = radius * np.cos(angle) * 1.35, radius * np.sin(angle) * 0.75
    ring = np.column_stack((x * np.cos(tilt) - y * np.sin(tilt), x * np.sin(tilt) + y * np.cos(tilt)))
    scale = np.sqrt(lake.km2 * 1e6 / shapely.area(shapely.polygons(ring)))
    return on_grid(shapely.polygons(ring * scale + np.array(lake.at)))


def _reservoir(lake: Lake, river: shapely.LineString) -> shapely.Polygon:
    length = 3600.0 * np.sqrt(lake.km2)
    middle = shapely.line_locate_point(river, shapely.points(lake.at))
    share = np.linspace(0.0, 1.0, 60)
    centres = shapely.line_interpolate_point(river, middle + (share - 0.5) * length)
    # Narrow where the river comes in, widest before the dam.
    width = (0.15 + share**1.3) * np.sqrt(np.clip((1.0 - share) * 9.0, 0.0, 1.0))
    scale = 400.0
    for _ in range(12):
        shore = shapely.union_all(shapely.buffer(centres, np.maximum(width, 0.05) * scale, quad_segs=6))
        scale *= np.sqrt(lake.km2 * 1e6 / shapely.area(shore))
    shore = shapely.simplify(shapely.buffer(shapely.buffer(shore, 150.0), -150.0), 30.0)
    return on_grid(max(shapely.get_parts(shore), key=shapely.area))
