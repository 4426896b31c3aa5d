"""From a raster of labels to polygons that fit each other exactly, with borders that look natural.

Every border is smoothed once, as an arc shared by its two sides, so there is neither gap nor overlap.
"""

from __future__ import annotations

import numpy as np
import shapely
from scipy import ndimage

from data_samples.raster import Frame, warped

GRID = 0.01  # metres: the precision of every coordinate of the sample


def polygons_of(
    labels: np.ndarray,
    frame: Frame,
    clip: shapely.Geometry,
    *,
    sigma: float = 2.0,
    simplify: float = 60.0,
    wobble: float = 0.0,
    seed: int = 0,
    cuts: tuple[shapely.Geometry, ...] = (),
    smallest: float = 0.0,
) -> dict[int, shapely.Geometry]:
    """Return label -> MultiPolygon, together a clean coverage of `clip` (metres, multiples of 0.01).

    sigma: smoothing along each border, in cells. simplify: metres. wobble: metres by which a smooth
    field moves the borders. cuts: more lines that parts may not cross.
    smallest: faces below this area (square metres) join the neighbour with the longest common border.
    """
    faces = faces_of(labels, frame, clip, sigma=sigma, simplify=simplify, wobble=wobble, seed=seed, cuts=cuts)
    at = frame.at(labels, shapely.get_coordinates(shapely.point_on_surface(faces)))
    at = merge_small(faces, at, smallest or 4 * frame.cell**2)
    return {int(label): as_multi(shapely.coverage_union_all(faces[at == label])) for label in np.unique(at)}


def faces_of(
    labels: np.ndarray,
    frame: Frame,
    clip: shapely.Geometry,
    *,
    sigma: float,
    simplify: float,
    wobble: float = 0.0,
    seed: int = 0,
    cuts: tuple[shapely.Geometry, ...] = (),
) -> np.ndarray:
    """Return the faces that the smoothed borders, the clip's boundary and the cuts make inside the clip."""
    arcs = [smooth_line(arc, sigma) for arc in label_arcs(labels, frame)]
    if wobble:
        arcs = [
            shapely.linestrings(
                warped(
                    shapely.get_coordinates(shapely.segmentize(arc, frame.cell / 3)),
                    amplitude=wobble,
                    wavelength=5 * frame.cell,
                    seed=seed,
                )
            )
            for arc in arcs
        ]
    arcs = list(shapely.simplify(arcs, simplify)) if arcs else []
    return polygonized([*arcs, *cuts], clip)


def polygonized(lines: list[shapely.Geometry], clip: shapely.Geometry) -> np.ndarray:
    """Return the faces between the lines inside the clip, in a fixed order, on the 0.01 m grid."""
    clip = shapely.set_precision(clip, GRID)
    noded = shapely.union_all([*lines, shapely.boundary(clip)], grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    shapely.prepare(clip)
    inside = shapely.contains(clip, shapely.point_on_surface(faces))
    return ordered(faces[inside])


def ordered(geometries: np.ndarray) -> np.ndarray:
    """Return the geometries in normal form, sorted by a point on each: the same on every machine."""
    geometries = shapely.normalize(np.asarray(geometries, dtype=object))
    bounds = shapely.bounds(geometries)
    return geometries[np.lexsort((bounds[:, 3], bounds[:, 2], bounds[:, 1], bounds[:, 0]))]


def label_arcs(labels: np.ndarray, frame: Frame) -> np.ndarray:
    """Return the borders between labels as lines along cell edges, cut where three or more labels meet."""
    r, c = np.nonzero(labels[:, 1:] != labels[:, :-1])
    upright = np.stack([np.column_stack((c + 1, r)), np.column_stack((c + 1, r + 1))], axis=1)
    r, c = np.nonzero(labels[1:, :] != labels[:-1, :])
    level = np.stack([np.column_stack((c, r + 1)), np.column_stack((c + 1, r + 1))], axis=1)
    edges = np.concatenate([upright, level]).astype(float)
    if not len(edges):
        return np.array([], dtype=object)
    edges = edges * frame.cell + np.array([frame.west, frame.south])
    merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(edges)))
    return ordered(shapely.get_parts(merged))


def smooth_line(line: shapely.Geometry, sigma: float) -> shapely.Geometry:
    """Return the line with its steps smoothed away; the ends of an open line stay where they are."""
    points = shapely.get_coordinates(line)
    if shapely.is_closed(line):
        ring = ndimage.gaussian_filter1d(points[:-1], sigma, axis=0, mode="wrap")
        return shapely.linestrings(np.vstack((ring, ring[:1])))
    if len(points) < 5:  # between two junctions close to each other
        return shapely.linestrings(points[[0, -1]])
    # A point reflection at either end keeps the end fixed under a symmetric filter.
    reach = min(len(points) - 1, int(4 * sigma) + 1)
    before, after = 2 * points[0] - points[reach:0:-1], 2 * points[-1] - points[-2 : -reach - 2 : -1]
    smooth = ndimage.gaussian_filter1d(np.vstack((before, points, after)), sigma, axis=0)[
        reach : reach + len(points)
    ]
    smooth[0], smooth[-1] = points[0], points[-1]
    return shapely.linestrings(smooth)


def merge_small(
    faces: np.ndarray,
    labels: np.ndarray,
    smallest: float,
    *,
    single: bool = False,
    groups: np.ndarray | None = None,
) -> np.ndarray:
    """Return labels where each small face takes the label of the neighbour with the longest common border.

    A label's largest face always keeps it. single: every face but a label's largest is given away.
    groups: a face joins only a neighbour of its own group.
    """
    labels = labels.copy()
    groups = np.zeros(len(labels)) if groups is None else groups
    area = shapely.area(faces)
    largest = {}
    for k in np.argsort(-area, kind="stable"):
        largest.setdefault(labels[k], k)
    keep = set(largest.values())
    tree = shapely.STRtree(faces)
    for k in np.argsort(area, kind="stable"):
        if k in keep or (area[k] >= smallest and not single):
            continue
        near = np.sort(tree.query(faces[k], predicate="intersects"))
        near = near[(near != k) & (labels[near] != labels[k]) & (groups[near] == groups[k])]
        if len(near):
            shared = shapely.length(
                shapely.intersection(shapely.boundary(faces[k]), shapely.boundary(faces[near]))
            )
            labels[k] = labels[near[np.argmax(shared)]]
    return labels


def as_multi(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return a MultiPolygon (or MultiLineString) of the geometry's parts of its highest dimension."""
    parts = [part for part in shapely.get_parts(geometry, return_index=False) if not part.is_empty]
    flat = [piece for part in parts for piece in shapely.get_parts(part)]
    areal = [piece for piece in flat if piece.geom_type == "Polygon"]
    if areal:
        return shapely.normalize(shapely.multipolygons(areal))
    return shapely.multilinestrings([piece for piece in flat if piece.geom_type == "LineString"])


def on_grid(geometry: shapely.Geometry) -> shapely.Geometry:
    """Return the geometry with every coordinate rounded to 0.01 m, valid."""
    return shapely.set_precision(geometry, GRID)
