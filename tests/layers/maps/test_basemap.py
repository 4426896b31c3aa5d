"""Tiles of the web's grid: published numbers, and where they lie in a view."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from layers.geo.crs import PlanningCrs, transform_xy
from layers.maps.basemap import MOST_TILES, from_grid, parent, tiles_in, to_grid, zoom_for
from layers.maps.viewport import View

CRS = PlanningCrs.from_epsg(4549)
VIEW = View((500_000.0, 5_400_000.0), 200_000, 800, 600)


def test_the_grid_is_that_of_the_published_tile_numbers():
    # Tile 486/332 of level 10 as the library mercantile documents it.
    corner = from_grid(np.array([[486.0, 332.0], [487.0, 333.0]]), 10)
    assert np.allclose(corner, [[-9.140625, 53.33087298301705], [-8.7890625, 53.12040528310657]])
    assert np.allclose(to_grid(corner, 10), [[486, 332], [487, 333]])
    lonlat = np.array([[120.0, 48.7]])
    x, y = transform_xy(lonlat, 4326, 3857)[0]
    whole = 2 * np.pi * 6_378_137.0
    assert np.allclose(to_grid(lonlat, 4)[0], [(x / whole + 0.5) * 16, (0.5 - y / whole) * 16])


def test_the_level_is_the_one_whose_pixels_are_nearest_and_stays_within_what_there_is():
    # At 60° a pixel of level 10 is 156543.034 / 2^10 / 2 = 76.44 m.
    view = replace(VIEW, scale=76.44 * 96 / 25.4 * 1000)
    assert zoom_for(view, 60.0, 0, 19) == 10
    assert (zoom_for(view, 60.0, 0, 8), zoom_for(view, 60.0, 12, 19)) == (8, 12)
    assert zoom_for(replace(view, scale=view.scale * 1.4), 60.0, 0, 19) == 10
    assert zoom_for(replace(view, scale=view.scale * 1.5), 60.0, 0, 19) == 9


@pytest.mark.parametrize("scale", [2_000, 100_000, 2_000_000])
def test_tiles_cover_the_view_and_a_stretched_one_is_nowhere_a_pixel_off(scale):
    view = replace(VIEW, scale=scale, center=(590_000.0, 5_400_000.0))
    tiles = tiles_in(view, CRS, 0, 19)
    corners = np.concatenate([tile.corners for tile in tiles])
    assert (corners.min(axis=0) <= 0).all() and (corners.max(axis=0) >= view.device_size).all()
    for tile in tiles:
        inner = from_grid(np.array([[tile.x + 0.5, tile.y + 0.5], [tile.x + 0.5, tile.y]]), tile.z)
        true = view.to_px(CRS.from_lonlat(inner))
        drawn = [tile.corners.mean(axis=0), tile.corners[:2].mean(axis=0)]
        assert np.abs(true - drawn).max() < 1.0
    above = parent(tiles[0], view, CRS)
    assert (above.z, above.x, above.y) == (tiles[0].z - 1, tiles[0].x // 2, tiles[0].y // 2)


def test_a_file_of_fine_tiles_only_gives_none_from_far_away_rather_than_thousands():
    assert tiles_in(replace(VIEW, scale=20_000_000), CRS, 16, 18) == []
    assert 0 < len(tiles_in(replace(VIEW, width=4000, height=3000, ratio=3.0), CRS, 0, 19)) <= MOST_TILES
    assert tiles_in(replace(VIEW, center=(9e9, 9e9)), CRS, 0, 19) == []
