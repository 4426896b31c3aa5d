"""Thinning loses nothing, shared edges are drawn once."""

from __future__ import annotations

import numpy as np
import shapely

from layers.maps.detail import EdgeSet, Source, make_block
from layers.maps.ragged import boundary_lines, edge_keys, read_rings, signed_areas, snap

FAR = 10_000.0


def _grid(count: int, side: float) -> np.ndarray:
    boxes = [
        shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side)
        for x in range(count)
        for y in range(count)
    ]
    return np.array([shapely.MultiPolygon([box]) for box in boxes], object)


def test_rings_turn_as_the_winding_fill_needs() -> None:
    ring = shapely.Polygon([(0, 0), (0, 9), (9, 9), (9, 0)], [[(2, 2), (4, 2), (4, 4), (2, 4)]])
    rings = read_rings(np.array([ring, None, shapely.MultiPolygon()], object))
    assert rings.shell.tolist() == [True, False]
    assert [area > 0 for area in signed_areas(rings)] == [True, False]
    assert rings.counts.tolist() == [4, 4]


def test_every_visible_polygon_is_still_there_however_far() -> None:
    grid = _grid(40, 10.0)
    rings = snap(read_rings(grid), 37.0, (0.0, 0.0))
    assert set(rings.feature.tolist()) == set(range(len(grid)))
    assert (np.abs(signed_areas(rings)) >= 1).all()


def test_short_lines_stay_as_a_dash() -> None:
    lines = np.array([shapely.LineString([(0, 0), (1, 1)]), shapely.LineString([(0, 0), (500, 0)])], object)
    rings = snap(read_rings(lines), 100.0, (0.0, 0.0))
    assert sorted(rings.feature.tolist()) == [0, 1]
    assert (rings.counts >= 2).all()


def test_neighbours_share_their_thinned_vertices() -> None:
    rng = np.random.default_rng(7)
    shore = np.column_stack([np.linspace(0, 1000, 400), 500 + rng.normal(0, 4, 400)])
    south = shapely.Polygon([(0, 0), *map(tuple, [(1000, 0)]), *map(tuple, shore[::-1])])
    north = shapely.Polygon([*map(tuple, shore), (1000, 1000), (0, 1000)])
    rings = snap(read_rings(np.array([south, north], object)), 8.0, (0.0, 0.0))
    keys = edge_keys(rings, 1.0)
    halves = np.split(keys, [rings.starts[1]])
    assert len(np.intersect1d(*halves)) > 50
    assert len(np.setxor1d(*halves)) <= 8  # only the three outer sides of each are its own


def test_each_shared_edge_is_drawn_once_and_runs_on() -> None:
    lines = boundary_lines(read_rings(_grid(3, 10.0)), 0.001)
    assert int((lines.counts - 1).sum()) == 24  # a 3 × 3 grid has 24 edges, 36 if every box drew its own
    assert lines.counts.max() == 5  # the first box keeps its whole ring in one piece


def test_edges_of_others_are_left_out() -> None:
    grid = _grid(2, 10.0)
    outer = read_rings(np.array([shapely.union_all(grid).segmentize(10.0)], object))
    above = np.unique(edge_keys(outer, 0.001))
    lines = boundary_lines(read_rings(grid), 0.001, above)
    assert int((lines.counts - 1).sum()) == 4


def test_heavy_tiles_are_thinned_and_lose_no_feature() -> None:
    grid = _grid(60, 10.0)
    dense = shapely.segmentize(grid, 0.5)
    source = Source(dense, np.zeros(len(dense), np.int16))
    blocks = source.blocks((0, 0, 600, 600), 4.0, frozenset({0}))
    found = {int(feature) for block in blocks for chunk in block.fills for feature in chunk.rings.feature}
    assert found == set(range(len(grid)))
    assert sum(block.vertices for block in blocks) < shapely.get_num_coordinates(dense).sum() / 2
    again = source.blocks((5, 5, 605, 605), 4.0, frozenset({0}))
    assert {id(block) for block in again} <= {id(block) for block in blocks}


def test_tiles_and_frames_show_each_feature_of_the_window_once() -> None:
    sizes = [(3.0, 400), (900.0, 60), (9000.0, 6)]  # small, about a tile, larger than one
    rng = np.random.default_rng(1)
    shapes = [
        shapely.Point(*rng.uniform(0, FAR, 2)).buffer(size / 2) for size, count in sizes for _ in range(count)
    ]
    source = Source(np.array(shapes, object), np.zeros(len(shapes), np.int16))
    window = (2_000.0, 2_000.0, 4_000.0, 3_500.0)
    blocks = source.blocks(window, 1.5, frozenset({0}))
    drawn = [
        int(feature)
        for block in blocks
        for chunk in block.fills
        for feature in np.unique(chunk.rings.feature)
    ]
    expected = {at for at, shape in enumerate(shapes) if shape.intersects(shapely.box(*window))}
    assert expected <= set(drawn)
    assert len(drawn) == len(set(drawn))


def test_masked_features_are_not_drawn() -> None:
    grid = _grid(3, 10.0)
    source = Source(grid, np.zeros(9, np.int16))
    masked = np.arange(9) == 4
    blocks = source.blocks((0, 0, 30, 30), 0.5, frozenset({0}), masked=masked)
    drawn = {int(feature) for block in blocks for chunk in block.fills for feature in chunk.rings.feature}
    assert drawn == set(range(9)) - {4}


def test_above_set_changes_the_cached_block() -> None:
    grid = _grid(2, 10.0)
    source = Source(grid, np.zeros(4, np.int16))
    window = (0.0, 0.0, 20.0, 20.0)

    def count(blocks) -> int:  # type: ignore[no-untyped-def]
        return sum(int((chunk.rings.counts - 1).sum()) for block in blocks for chunk in block.lines)

    everything = EdgeSet(np.unique(edge_keys(read_rings(grid), 0.001)))
    assert count(source.blocks(window, 0.1, frozenset({0}))) == 12
    assert count(source.blocks(window, 0.1, frozenset({0}), above=everything)) == 0


def test_a_polygon_that_crosses_itself_is_drawn_not_raised() -> None:
    bowtie = np.array([shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])], object)
    block = make_block(bowtie, np.zeros(1, np.int16), np.array([0]), (0.0, 0.0), 1.0, None)
    assert block.fills and len(block.fills[0].rings) == 1
