"""Slope and shaded relief against planes that are worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from layers.geo.terrain import Heights, gradient, hillshade, slope_percent

ROWS, COLUMNS = np.mgrid[0:6, 0:7].astype(float)


def test_a_plane_has_its_slope_everywhere_but_on_the_edge():
    plane = 100 + 3 * COLUMNS - 4 * ROWS  # a cell is 10 m: 0.3 to the east, 0.4 to the north (row 0)
    east, north = gradient(plane, 10.0)
    inside = (slice(1, -1), slice(1, -1))
    assert np.allclose(east[inside], 0.3) and np.allclose(north[inside], 0.4)
    assert np.allclose(slope_percent(plane, 10.0)[inside], 50.0)
    assert slope_percent(plane, 20.0)[2, 2] == pytest.approx(25.0)


def test_light_falls_on_a_slope_as_the_cosine_says_and_not_on_its_back():
    flat = hillshade(np.full((3, 3), 7.0), 30.0)
    assert np.allclose(flat, math.sin(math.radians(45)))
    facing = 10 * (ROWS + COLUMNS) / math.sqrt(2)  # 45° steep, falls to the north-west: straight at the sun
    assert hillshade(facing, 10.0)[2, 2] == pytest.approx(1.0)
    assert hillshade(-facing, 10.0)[2, 2] == pytest.approx(0.0, abs=1e-9)


def test_what_is_unknown_stays_unknown_and_darkens_nothing_else():
    heights = np.full((7, 7), 5.0)
    heights[3, 3] = np.nan
    shade = hillshade(heights, 10.0)
    assert np.isnan(shade[2:5, 2:5]).all() and np.isfinite(shade).sum() == 49 - 9


def test_heights_between_cells_are_linear_and_outside_unknown():
    heights = Heights(np.array([[0.0, 10.0], [20.0, np.nan]]), west=100.0, north=500.0, cell=10.0)
    known = np.array([[105.0, 495.0], [109.0, 495.0]])
    full = Heights(np.array([[0.0, 10.0], [20.0, 40.0]]), west=100.0, north=500.0, cell=10.0)
    assert full.at(known).tolist() == [0.0, 4.0]
    assert full.at(np.array([[110.0, 490.0], [105.0, 490.0]])).tolist() == [17.5, 10.0]
    outside = np.array([[112.0, 492.0], [104.9, 495.0], [105.0, 484.9]])
    assert np.isnan(heights.at(outside)).all()
