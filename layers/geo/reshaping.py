"""Drawn shapes changed: corners, splitting, merging, cutting, holes, parts, simplifying. Planning metres.

Rules for features of several parts, which hold in every face of the program:
- a split takes apart only the parts that the line crosses. The parts that it leaves alone, and the largest of
  the pieces, stay the old feature; every other piece becomes a feature of its own;
- a merge of areas that touch makes one part of them, of others a feature of several parts;
- a part that is added may not overlap the others; a hole lies wholly inside one part;
- what is moved, moves with all its parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.ops import linemerge, split

from layers.errors import InputError
from layers.geo.repair import COLLAPSED, repair

Xy = tuple[float, float]
SLIVER_M2 = 0.01
"""Pieces under it are what rounding leaves, not land that somebody cut off."""
GRID_M = 0.0001
"""What a drawn line is rounded to before it splits: corners a hair apart make knots that no one drew."""
FORMS = {"Point": 0, "MultiLineString": 1, "MultiPolygon": 2}


@dataclass(frozen=True, slots=True)
class Vertex:
    """A corner: which part, which of its rings (0 is the outer one; lines have ring 0 alone), which
    corner."""

    part: int
    ring: int
    at: int


Paths = list[list[list[Xy]]]
"""Parts, their rings, their corners; a ring's first corner is not repeated at its end."""


def paths_of(geometry: shapely.Geometry) -> Paths:
    """Return the corners of a shape by part and ring."""
    parts: Paths = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            parts.append(
                [[tuple(xy) for xy in ring.coords[:-1]] for ring in (part.exterior, *part.interiors)]
            )
        else:
            parts.append([[tuple(xy) for xy in part.coords]])
    return parts


def shape_of(paths: Paths, form: str) -> shapely.Geometry:
    """Return the shape of `form` (`Point`, `MultiLineString`, `MultiPolygon`) with these corners."""
    if form == "Point":
        return shapely.Point(paths[0][0][0])
    if form == "MultiLineString":
        return shapely.MultiLineString([rings[0] for rings in paths])
    return shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in paths])


def move_vertex(geometry: shapely.Geometry, vertex: Vertex, to: Xy) -> shapely.Geometry:
    """Return the shape with one corner elsewhere; it may cross itself then (`sound` says so)."""
    paths = paths_of(geometry)
    paths[vertex.part][vertex.ring][vertex.at] = to
    return shape_of(paths, geometry.geom_type)


def insert_vertex(geometry: shapely.Geometry, after: Vertex, at: Xy) -> shapely.Geometry:
    """Return the shape with a corner more, behind `after`."""
    paths = paths_of(geometry)
    paths[after.part][after.ring].insert(after.at + 1, at)
    return shape_of(paths, geometry.geom_type)


def delete_vertex(geometry: shapely.Geometry, vertex: Vertex) -> shapely.Geometry:
    """Return the shape without a corner. A hole or a further part that has too few corners left goes whole;
    InputError `too_few_points` for the last corners of a shape."""
    paths = paths_of(geometry)
    least = 3 if geometry.geom_type == "MultiPolygon" else 2
    ring = paths[vertex.part][vertex.ring]
    if geometry.geom_type == "Point":
        raise InputError("too_few_points", least=1)
    if len(ring) > least:
        del ring[vertex.at]
    elif vertex.ring:
        del paths[vertex.part][vertex.ring]
    elif len(paths) > 1:
        del paths[vertex.part]
    else:
        raise InputError("too_few_points", least=least)
    return shape_of(paths, geometry.geom_type)


def move(geometry: shapely.Geometry, dx: float, dy: float) -> shapely.Geometry:
    """Return the shape moved by metres."""
    return shapely.transform(geometry, lambda xy: xy + np.array([dx, dy]))


def sound(geometry: shapely.Geometry, form: str) -> tuple[shapely.Geometry, str | None]:
    """Return what was drawn as a valid shape of `form`, and the reason code where it had to be repaired.

    Raises InputError `shape_collapsed` where nothing is left, `geometry_form` for another form,
    `non_finite_coordinates`.
    """
    if geometry.is_empty or int(shapely.get_dimensions(geometry)) != FORMS[form]:
        raise InputError(
            "shape_collapsed" if geometry.is_empty else "geometry_form", found=geometry.geom_type
        )
    mended = repair(geometry)
    made = mended.geometry
    gone = made is None or made.is_empty or mended.reason == COLLAPSED
    if (
        gone
        or (form == "MultiPolygon" and shapely.area(made) < SLIVER_M2)
        or (form == "MultiLineString" and shapely.length(made) == 0)
    ):
        raise InputError("shape_collapsed", found=geometry.geom_type)
    assert made is not None
    if form != "Point" and made.geom_type != form:
        made = {"MultiPolygon": shapely.MultiPolygon, "MultiLineString": shapely.MultiLineString}[form](
            list(shapely.get_parts(made))
        )
    if form == "Point" and made.geom_type != "Point":
        raise InputError("geometry_form", found=made.geom_type)
    return made, mended.reason


def split_by(geometry: shapely.Geometry, line: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the pieces into which a line splits a shape: the old feature's first, then the others by size.

    The pieces together are the shape. Raises InputError `split_misses` where the line takes nothing apart,
    `split_unsure` where the pieces would not make up the whole.
    """
    line = shapely.set_precision(line, GRID_M, mode="pointwise")
    kept: list[Any] = []
    pieces: list[Any] = []
    for part in shapely.get_parts(geometry):
        made = _pieces(part, line)
        (pieces if len(made) > 1 else kept).extend(made)
    if not pieces:
        raise InputError("split_misses")
    size = shapely.area if geometry.geom_type == "MultiPolygon" else shapely.length
    pieces.sort(key=lambda piece: -float(size(piece)))
    multi = shapely.MultiPolygon if geometry.geom_type == "MultiPolygon" else shapely.MultiLineString
    return [multi([*kept, pieces[0]]), *(multi([piece]) for piece in pieces[1:])]


def _pieces(part: Any, line: shapely.Geometry) -> list[Any]:
    if part.geom_type == "LineString":
        if not part.crosses(line) and not part.touches(line):
            return [part]
        try:
            made = shapely.get_parts(split(part, line))
        except ValueError:  # the line runs along this one for a stretch: there is no one place to part it
            raise InputError("split_misses") from None
        return [piece for piece in made if piece.length > 0]
    if not part.intersects(line):
        return [part]
    for grid in (None, GRID_M):
        edges = shapely.node(shapely.union_all([part.boundary, line], grid_size=grid))
        faces = shapely.get_parts(shapely.polygonize([edges]))
        inside = [face for face in faces if part.covers(face.representative_point())]
        large = [face for face in inside if face.area >= SLIVER_M2]
        if abs(sum(face.area for face in inside) - part.area) < SLIVER_M2:
            return large if len(large) > 1 else [part]
    raise InputError("split_unsure")


def merge(geometries: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """Return several areas, or several lines, as one shape; raises InputError `merge_needs_two`,
    `merge_points`."""
    if len(geometries) < 2:
        raise InputError("merge_needs_two")
    form = geometries[0].geom_type
    if form == "Point":
        raise InputError("merge_points")
    if form == "MultiPolygon":
        made = shapely.union_all(list(geometries))
        return shapely.MultiPolygon([part for part in shapely.get_parts(made) if part.geom_type == "Polygon"])
    lines = [part for geometry in geometries for part in shapely.get_parts(geometry)]
    return shapely.MultiLineString(list(shapely.get_parts(linemerge(lines))))


def cut(geometry: shapely.Geometry, taken: shapely.Geometry) -> shapely.Geometry:
    """Return an area or a line without what lies under `taken`.

    Raises InputError `cut_misses` where nothing lies there, `cut_takes_all` where nothing would be left.
    """
    left = shapely.difference(geometry, taken)
    parts = [
        part
        for part in shapely.get_parts(left)
        if (part.area >= SLIVER_M2 if geometry.geom_type == "MultiPolygon" else part.length > 0)
    ]
    if not parts:
        raise InputError("cut_takes_all")
    if shapely.equals(left, geometry):
        raise InputError("cut_misses")
    return (shapely.MultiPolygon if geometry.geom_type == "MultiPolygon" else shapely.MultiLineString)(parts)


def add_hole(geometry: shapely.Geometry, hole: shapely.Geometry) -> shapely.Geometry:
    """Return an area with a hole; raises InputError `hole_outside` unless it lies inside one part, off its
    edges."""
    if not any(part.contains_properly(hole) for part in shapely.get_parts(geometry)):
        raise InputError("hole_outside")
    return cut(geometry, hole)


def add_part(geometry: shapely.Geometry, part: shapely.Geometry) -> shapely.Geometry:
    """Return a shape with one part more; raises InputError `part_overlaps` for an area over another part."""
    if geometry.geom_type == "Point":
        raise InputError("merge_points")
    parts = list(shapely.get_parts(geometry))
    more = list(shapely.get_parts(part))
    if geometry.geom_type == "MultiLineString":
        return shapely.MultiLineString([*parts, *more])
    if shapely.area(shapely.intersection(geometry, part)) > 0:
        raise InputError("part_overlaps")
    made = shapely.union_all([geometry, part])
    return made if made.geom_type == "MultiPolygon" else shapely.MultiPolygon([made])


def simplify(geometries: Sequence[shapely.Geometry], tolerance: float) -> list[shapely.Geometry]:
    """Return shapes with fewer corners, none farther off than `tolerance` metres (Douglas-Peucker).

    Areas that fit together edge to edge are simplified together, so that no gap opens between them.
    InputError `tolerance_wrong` for one that is not above zero.
    """
    if not tolerance > 0:
        raise InputError("tolerance_wrong")
    shapes = np.array(geometries, object)
    areas = bool(len(shapes)) and shapes[0].geom_type == "MultiPolygon"
    if areas and len(shapes) > 1 and shapely.coverage_is_valid(shapes):
        made = shapely.coverage_simplify(shapes, tolerance)
    else:
        made = shapely.simplify(shapes, tolerance, preserve_topology=True)
    multi = {"MultiPolygon": shapely.MultiPolygon, "MultiLineString": shapely.MultiLineString}
    return [
        new if new.geom_type == old.geom_type else multi[old.geom_type](list(shapely.get_parts(new)))
        for old, new in zip(shapes, made, strict=True)
    ]


def corner_count(geometry: shapely.Geometry) -> int:
    """Return how many corners a shape has, a ring's first counted once."""
    return sum(len(ring) for rings in paths_of(geometry) for ring in rings)
