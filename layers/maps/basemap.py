"""What lies under the layers: the form of a basemap, and the tiles of the web's grid in a view.

The grid is that of XYZ, MBTiles and Tianditu's `_w` layers: web Mercator (EPSG:3857), 256 px a tile, 2^z
tiles across the world. WGS 84 and CGCS2000 are taken as one, as everywhere in the product (under a metre
apart).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from layers.geo.crs import LONLAT_EPSG, PlanningCrs, transform_xy
from layers.maps.operations import Picture
from layers.maps.viewport import View

EARTH_RADIUS_M = 6_378_137.0
TILE_PX = 256
MOST_TILES = 300
FARTHEST_DEG, HIGHEST_DEG = 20.0, 80.0
"""Tiles farther from the central meridian, or nearer to a pole, are left out: no plan lies there."""


class Basemap(Protocol):
    """A picture of the country to draw under the layers."""

    @property
    def credit(self) -> str:
        """Whose picture it is, as it must be said on every map; "" where nothing is asked."""
        ...

    def for_export(self) -> Basemap:
        """The same for a picture that leaves: whole, even if that takes a while."""
        ...

    def pictures(self, view: View, crs: PlanningCrs, check: Callable[[], None]) -> Iterator[Picture]:
        """The pieces of a view from the bottom up; what `check` raises gives up."""
        ...


@dataclass(frozen=True, eq=False)
class Tile:
    """A tile of the grid, y from the north, and its corners (4, 2) in device px of a view."""

    z: int
    x: int
    y: int
    corners: NDArray[np.float64]


def to_grid(lonlat: NDArray[np.float64], z: int) -> NDArray[np.float64]:
    """Degrees (n, 2) -> fractional columns and rows (n, 2), row 0 at the north (spherical Mercator)."""
    count = 2.0**z
    x = (lonlat[:, 0] + 180.0) / 360.0 * count
    y = (1.0 - np.arcsinh(np.tan(np.radians(lonlat[:, 1]))) / math.pi) / 2.0 * count
    return np.column_stack([x, y])


def from_grid(at: NDArray[np.float64], z: int) -> NDArray[np.float64]:
    """Fractional columns and rows (n, 2) -> degrees (n, 2)."""
    count = 2.0**z
    lon = at[:, 0] / count * 360.0 - 180.0
    lat = np.degrees(np.arctan(np.sinh(math.pi * (1.0 - 2.0 * at[:, 1] / count))))
    return np.column_stack([lon, lat])


def zoom_for(view: View, latitude: float, least: int, most: int) -> int:
    """The level whose pixels are nearest to the view's (between half as fine and twice), within the
    limits."""
    whole = 2 * math.pi * EARTH_RADIUS_M * math.cos(math.radians(latitude)) / TILE_PX
    return min(max(round(math.log2(whole / view.metres_per_px)), least), most)


def tiles_in(view: View, crs: PlanningCrs, least: int, most: int) -> list[Tile]:
    """The tiles that a view shows, row by row; a coarser level where there would be more than MOST_TILES."""
    edge = _edge(view, crs)
    if not len(edge):
        return []
    z = zoom_for(view, float(np.clip(edge[:, 1].mean(), -HIGHEST_DEG, HIGHEST_DEG)), least, most)
    while True:
        grid = to_grid(edge, z)
        first = np.floor(grid.min(axis=0)).astype(int)
        last = np.floor(grid.max(axis=0)).astype(int)
        first, last = np.maximum(first, 0), np.minimum(last, 2**z - 1)
        if (count := int(np.prod(last - first + 1))) <= MOST_TILES or z <= least:
            break
        z -= 1
    return _placed(view, crs, z, first, last) if 0 < count <= MOST_TILES else []


def parent(tile: Tile, view: View, crs: PlanningCrs) -> Tile:
    """The tile of the next coarser level that holds this one."""
    at = np.array([tile.x // 2, tile.y // 2])
    return _placed(view, crs, tile.z - 1, at, at)[0]


def _edge(view: View, crs: PlanningCrs) -> NDArray[np.float64]:
    """Longitude and latitude along the view's edge, as far as tiles are drawn at all."""
    west, south, east, north = view.bounds
    reach = FARTHEST_DEG * 111_000.0 * 0.5
    # Far from the meridian a zone's coordinates fold over: a view is asked about only near its middle.
    west, east = max(west, 500_000.0 - reach), min(east, 500_000.0 + reach)
    south, north = max(south, -8.8e6), min(north, 8.8e6)
    if west >= east or south >= north:
        return np.empty((0, 2))
    share = np.linspace(0.0, 1.0, 9)
    x, y = west + share * (east - west), south + share * (north - south)
    points = [(x, np.full(9, south)), (x, np.full(9, north)), (np.full(9, west), y), (np.full(9, east), y)]
    return crs.to_lonlat(np.concatenate([np.column_stack(pair) for pair in points]))


def _placed(
    view: View, crs: PlanningCrs, z: int, first: NDArray[np.int64], last: NDArray[np.int64]
) -> list[Tile]:
    columns, rows = np.arange(first[0], last[0] + 2), np.arange(first[1], last[1] + 2)
    x, y = np.meshgrid(columns, rows)
    lonlat = from_grid(np.column_stack([x.ravel(), y.ravel()]).astype(float), z)
    lonlat[:, 0] = np.clip(
        lonlat[:, 0], crs.central_meridian - FARTHEST_DEG, crs.central_meridian + FARTHEST_DEG
    )
    lonlat[:, 1] = np.clip(lonlat[:, 1], -HIGHEST_DEG, HIGHEST_DEG)
    corners = view.to_px(transform_xy(lonlat, LONLAT_EPSG, crs.epsg)).reshape(len(rows), len(columns), 2)
    return [
        Tile(
            z, int(columns[i]), int(rows[j]),
            np.array([corners[j, i], corners[j, i + 1], corners[j + 1, i + 1], corners[j + 1, i]]),
        )
        for j in range(len(rows) - 1)
        for i in range(len(columns) - 1)
    ]  # fmt: skip
