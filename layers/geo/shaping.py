"""Shapes made from what a planner draws or types: rings, rectangles, circles, sheds by size, strips along a
line.

Places are planning metres (x east, y north). Sizes that are typed are true metres on the ellipsoid: where the
zone's plane is stretched (by 1 to 2 parts in 10,000 at its edges) the drawn size is stretched with it.
Directions are degrees clockwise from the grid's north.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import shapely

from layers.errors import InputError
from layers.geo.measure import lengths_m

Xy = tuple[float, float]
CIRCLE_SIDES = 128
"""The polygon's area is 0.04 % under the circle's."""
LEAST_SIZE, LARGEST_SIZE = 0.1, 200_000.0
"""Metres within which a typed size lies; both ends are allowed."""
PROBE = 100.0


def checked_size(value: float) -> float:
    """Return a typed size in metres; raises InputError `size_out_of_range` outside [0.1, 200 000]."""
    if not LEAST_SIZE <= value <= LARGEST_SIZE:
        raise InputError("size_out_of_range", value=f"{value:g}", low=LEAST_SIZE, high=f"{LARGEST_SIZE:,.0f}")
    return value


def plane_per_metre(at: Xy, epsg: int) -> float:
    """Return how many metres of the plane a true metre is at a place (1.0002 at 1.5° from the meridian)."""
    x, y = at
    legs = [
        shapely.linestrings([(x - PROBE / 2, y), (x + PROBE / 2, y)]),
        shapely.linestrings([(x, y - PROBE / 2), (x, y + PROBE / 2)]),
    ]
    return 2 * PROBE / float(lengths_m(legs, epsg).sum())


def step(start: Xy, metres: float, bearing: float, epsg: int) -> Xy:
    """Return the place `metres` (true) from `start` in a direction (degrees clockwise from grid north)."""
    reach = metres * plane_per_metre(start, epsg)
    turn = math.radians(bearing)
    return start[0] + reach * math.sin(turn), start[1] + reach * math.cos(turn)


def bearing(start: Xy, end: Xy) -> float:
    """Return the direction from one place to another, degrees clockwise from grid north in [0, 360)."""
    return math.degrees(math.atan2(end[0] - start[0], end[1] - start[1])) % 360.0


def rectangle(one: Xy, other: Xy) -> shapely.Polygon:
    """Return the rectangle along the grid between two opposite corners."""
    (x0, y0), (x1, y1) = one, other
    return shapely.box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def circle(centre: Xy, radius: float) -> shapely.Polygon:
    """Return a circle as a polygon of `CIRCLE_SIDES` corners on it; radius in metres of the plane."""
    turns = [2 * math.pi * side / CIRCLE_SIDES for side in range(CIRCLE_SIDES)]
    return shapely.Polygon(
        [(centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)) for turn in turns]
    )


def shed(centre: Xy, width: float, length: float, angle: float, epsg: int) -> shapely.Polygon:
    """Return a shed or yard about its middle: true metres; `angle` is where its length points.

    Raises InputError `size_out_of_range`.
    """
    scale = plane_per_metre(centre, epsg)
    half_width, half_length = checked_size(width) * scale / 2, checked_size(length) * scale / 2
    turn = math.radians(angle)
    along, across = (math.sin(turn), math.cos(turn)), (math.cos(turn), -math.sin(turn))
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    return shapely.Polygon(
        [
            (
                centre[0] + side * half_width * across[0] + end * half_length * along[0],
                centre[1] + side * half_width * across[1] + end * half_length * along[1],
            )
            for side, end in corners
        ]
    )


def strip(points: Sequence[Xy], width: float, epsg: int) -> shapely.Geometry:
    """Return the ground that a road of `width` (true metres) takes along a line: flat ends, mitred bends.

    Raises InputError `size_out_of_range`, `too_few_points`.
    """
    line = shapely.LineString(points) if len(points) > 1 else shapely.LineString()
    if line.is_empty or line.length == 0:
        raise InputError("too_few_points", least=2)
    middle = line.interpolate(0.5, normalized=True)
    half = checked_size(width) * plane_per_metre((middle.x, middle.y), epsg) / 2
    return line.buffer(half, cap_style="flat", join_style="mitre", mitre_limit=2.5)
