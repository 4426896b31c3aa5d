"""Shapes of one part as bare coordinates: the same bytes and the same objects as shapely has them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from layers.geo.simple_shapes import SimpleShapes

RINGS = [
    [(0, 0), (4, 0), (4, 3), (0, 0)],
    [(9, 9), (9, 8), (8, 8), (8, 9), (9, 9)],
    [(-1, 0.1), (5, -0.0), (1, 1), (-1, 0.1)],
]
LINES = [[(0, 0), (1, 1)], [(2, 2), (3, 3), (4, 2)], [(5, 5), (6, 6)]]
MADE = {
    "points": shapely.points([(1.5, 2), (3, -0.0)]),
    "lines": shapely.linestrings([LINES[0], LINES[2]]),
    "uneven lines": np.array([shapely.LineString(line) for line in LINES], object),
    "faces": np.array([shapely.Polygon(ring) for ring in RINGS], object),
    "multilines": np.array([shapely.MultiLineString([line]) for line in LINES], object),
    "multifaces": np.array([shapely.MultiPolygon([shapely.Polygon(ring)]) for ring in RINGS], object),
}


@pytest.mark.parametrize("name", MADE)
def test_they_are_what_shapely_has(name):
    geometry = MADE[name]
    wkb = list(shapely.to_wkb(geometry, byte_order=1))
    simple = SimpleShapes.of_wkb(wkb)
    assert simple is not None and simple.wkb() == wkb and len(simple) == len(wkb)
    assert list(shapely.to_wkb(simple.shapes(), byte_order=1)) == wkb
    assert simple[np.array([1, 0])].wkb() == [wkb[1], wkb[0]]


def test_others_are_left_to_shapely():
    hole = shapely.Polygon(RINGS[0], [[(1, 0.1), (2, 0.1), (2, 0.5), (1, 0.1)]])
    two = shapely.MultiPolygon([shapely.Polygon(ring) for ring in RINGS[:2]])
    for shapes in ([], [None], [MADE["faces"][0], None], [hole], [two], [MADE["multifaces"][0], two],
                   [MADE["faces"][0], MADE["points"][0]], [shapely.Point()], [shapely.Point(1, 2, 3)]):
        wkb = list(shapely.to_wkb(np.array(shapes, object), byte_order=1)) if shapes else []
        assert SimpleShapes.of_wkb(wkb) is None


def test_parts_that_do_not_fit_together_are_refused():
    simple = SimpleShapes.of_wkb(list(shapely.to_wkb(MADE["faces"], byte_order=1)))
    for kind, xy, starts in ((2, simple.xy, simple.starts), (3, simple.xy[:-1], simple.starts),
                             (0, simple.xy, simple.starts), (3, simple.xy, simple.starts[::-1])):
        with pytest.raises(ValueError, match="fit"):
            SimpleShapes(kind, xy, starts).checked()
