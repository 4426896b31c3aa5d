"""Hatches as real lines and dots inside areas, for paper: anchored to the ground, cut at the areas' edges.

Lines are intersected with the areas here, not clipped by whoever paints: one print programme knows no clips,
and what is cut stays short.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.maps.bands import polygons
from layers.maps.detail import Chunk
from layers.maps.symbols import PixelPattern
from layers.maps.viewport import View

Floats = NDArray[np.float64]
ROW = 1.8 / 2.3
"""Distance of rows of dots against the distance of dots in a row (look: 2.3 × 1.8)."""
PLUS_ARM = 0.9 / 2.6 / 2
"""Arm of a plus sign against the distance of signs (look: 0.9 at 2.6)."""
MARKS_AT_MOST = 400_000


@dataclass(frozen=True, eq=False)
class Marks:
    """A hatch in px: segments (n, 4), or points (n, 2) where it is dots."""

    segments: Floats
    points: Floats


def areas_in_px(chunk: Chunk, view: View) -> NDArray[np.object_]:
    """A chunk's areas as polygons in device px of the view (y downwards), cut to it; broken ones mended."""
    key = ("px", view.origin, view.metres_per_px)
    if key not in chunk.derived:
        width, height = view.device_size
        west, north = view.origin
        size = view.metres_per_px
        shift = np.array([(chunk.origin[0] - west) / size, (north - chunk.origin[1]) / size])
        factor = np.array([chunk.unit / size, -chunk.unit / size])
        areas = shapely.transform(polygons(chunk.rings), lambda xy: xy * factor + shift)
        wrong = ~shapely.is_valid(areas)
        areas[wrong] = shapely.make_valid(areas[wrong])
        areas = shapely.intersection(areas, shapely.box(0, 0, width, height))
        chunk.derived[key] = areas[~shapely.is_empty(areas)]
    return chunk.derived[key]


def ground_anchor(view: View) -> tuple[float, float]:
    """Where the plane's origin lies in device px: hatches count from there."""
    west, north = view.origin
    return -west / view.metres_per_px, north / view.metres_per_px


def hatch_marks(
    pattern: PixelPattern, areas: NDArray[np.object_], anchor: tuple[float, float] = (0.0, 0.0)
) -> Marks:
    """Return the pattern's lines or dots inside `areas` (polygons in px)."""
    areas = np.asarray(areas, object).reshape(-1)
    nothing = Marks(np.empty((0, 4)), np.empty((0, 2)))
    if not len(areas):
        return nothing
    box = shapely.total_bounds(areas)
    if not np.isfinite(box).all() or (box[2] - box[0]) * (box[3] - box[1]) / pattern.gap**2 > MARKS_AT_MOST:
        return nothing
    if pattern.form == "dots":
        places = _grid(pattern.gap, box, anchor)
        return Marks(nothing.segments, places[_inside(areas, shapely.points(places))])
    segments = _MAKE.get(pattern.form, _level)(pattern, box, anchor)
    return Marks(_cut(areas, segments), nothing.points)


def _inside(areas: NDArray[np.object_], geometry: NDArray[np.object_]) -> NDArray[np.intp]:
    return np.unique(shapely.STRtree(areas).query(geometry, predicate="within")[0])


def _cut(areas: NDArray[np.object_], segments: Floats) -> Floats:
    """Segments inside the areas."""
    lines = shapely.linestrings(segments.reshape(-1, 2, 2))
    tree = shapely.STRtree(areas)
    whole = _inside(areas, lines)
    line, area = tree.query(lines, predicate="intersects")
    crossing = ~np.isin(line, whole)
    pieces = shapely.get_parts(shapely.intersection(lines[line[crossing]], areas[area[crossing]]))
    pieces = pieces[shapely.get_type_id(pieces) == 1]
    kept = shapely.get_coordinates(pieces[shapely.get_num_coordinates(pieces) == 2]).reshape(-1, 4)
    return np.concatenate([segments[whole], kept])


# -- forms -----------------------------------------------------------------------------------------


def _steps(low: float, high: float, gap: float, start: float) -> Floats:
    """Values start + k × gap from below `low` to above `high`."""
    first, last = math.floor((low - start) / gap), math.ceil((high - start) / gap)
    return np.asarray(start + gap * np.arange(first, last + 1), np.float64)


def _grid(gap: float, box: Floats, anchor: tuple[float, float]) -> Floats:
    """Places in rows, every other row half a step on."""
    rows = np.arange(
        math.floor((box[1] - anchor[1]) / (gap * ROW)), math.ceil((box[3] - anchor[1]) / (gap * ROW)) + 1
    )
    found = [np.empty((0, 2))]
    for row in rows:
        x = _steps(box[0], box[2], gap, anchor[0] + (gap / 2 if row % 2 else 0.0))
        found.append(np.column_stack([x, np.full(len(x), anchor[1] + row * gap * ROW)]))
    return np.concatenate(found)


def _diagonal(pattern: PixelPattern, box: Floats, anchor: tuple[float, float]) -> Floats:
    """Lines that rise to the right: x + y is the same all along (y runs down)."""
    left, top, right, bottom = box
    sums = _steps(left + top, right + bottom, pattern.gap * math.sqrt(2), anchor[0] + anchor[1])
    return np.column_stack([sums - bottom, np.full(len(sums), bottom), sums - top, np.full(len(sums), top)])


def _back_diagonal(pattern: PixelPattern, box: Floats, anchor: tuple[float, float]) -> Floats:
    """Lines that fall to the right, in dashes; every other line half a dash on."""
    left, top, right, bottom = box
    step = pattern.gap * math.sqrt(2)
    first = math.floor((left - bottom - anchor[0] + anchor[1]) / step)
    last = math.ceil((right - top - anchor[0] + anchor[1]) / step)
    found = [np.empty((0, 4))]
    for at in range(first, last + 1):
        x0, y0 = anchor[0] + at * step, anchor[1]  # a point of this line
        low, high = max(left - x0, top - y0), min(right - x0, bottom - y0)
        if low >= high:
            continue
        if not pattern.dash:
            along = np.array([[low, high]])
        else:
            on, period = pattern.dash[0] / math.sqrt(2), sum(pattern.dash) / math.sqrt(2)
            starts = _steps(low - period, high, period, period / 2 * (at % 2))
            along = np.column_stack([starts, starts + on])
        found.append(
            np.column_stack([x0 + along[:, 0], y0 + along[:, 0], x0 + along[:, 1], y0 + along[:, 1]])
        )
    return np.concatenate(found)


def _level(pattern: PixelPattern, box: Floats, anchor: tuple[float, float]) -> Floats:
    y = _steps(box[1], box[3], pattern.gap, anchor[1])
    return np.column_stack([np.full(len(y), box[0]), y, np.full(len(y), box[2]), y])


def _crossed(pattern: PixelPattern, box: Floats, anchor: tuple[float, float]) -> Floats:
    x = _steps(box[0], box[2], pattern.gap, anchor[0])
    upright = np.column_stack([x, np.full(len(x), box[1]), x, np.full(len(x), box[3])])
    return np.concatenate([_level(pattern, box, anchor), upright])


def _plus(pattern: PixelPattern, box: Floats, anchor: tuple[float, float]) -> Floats:
    x, y = _grid(pattern.gap, box, anchor).T
    arm = pattern.gap * PLUS_ARM
    return np.concatenate(
        [np.column_stack([x - arm, y, x + arm, y]), np.column_stack([x, y - arm, x, y + arm])]
    )


_MAKE = {
    "diagonal": _diagonal,
    "stripes": _diagonal,
    "back_diagonal": _back_diagonal,
    "grid": _crossed,
    "horizontal": _level,
    "plus": _plus,
}
