"""Geometries as flat arrays, thinned to what a pixel can show, and their shared edges drawn once.

Thinning snaps vertices to a grid of 0.53 to 0.75 px and drops repeats: neighbours that share vertices
still share them, and nothing that is there vanishes (what collapses stays as one cell).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Rings:
    """Rings or lines of some features.

    xy: (n, 2). starts: first vertex of each ring, with n at the end. feature: feature (position in the
    array that was given) of each ring. shell: false for holes. Rings are not closed by a repeated vertex;
    shells turn counter-clockwise, holes clockwise. closed: false for lines.
    """

    xy: Floats
    starts: Ints
    feature: Ints
    shell: Flags
    closed: bool

    @property
    def counts(self) -> Ints:
        """Vertices of each ring."""
        return np.diff(self.starts)

    def __len__(self) -> int:
        return len(self.feature)


def read_rings(geometries: NDArray[np.object_]) -> Rings:
    """Rings of polygons, or lines, of all parts; missing and empty ones have none."""
    parts, feature = shapely.get_parts(geometries, return_index=True)
    dimension = shapely.get_dimensions(parts)
    top = int(dimension.max()) if len(dimension) else 1
    if top < 1:
        return Rings(np.empty((0, 2)), np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0, bool), True)
    kept = dimension == top
    parts, feature = parts[kept], feature[kept]
    if top == 2:
        lines, part = shapely.get_rings(parts, return_index=True)
        shell = np.r_[True, part[1:] != part[:-1]] if len(part) else np.empty(0, bool)
        feature = feature[part]
    else:
        lines, shell = parts, np.ones(len(parts), bool)
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    counts = np.bincount(owner, minlength=len(lines)) if len(lines) else np.empty(0, np.int64)
    starts = np.r_[0, np.cumsum(counts)].astype(np.int64)
    rings = Rings(xy, starts, feature.astype(np.int64), shell, top == 2)
    return _oriented(_opened(rings)) if rings.closed else rings


def _opened(rings: Rings) -> Rings:
    """Without each ring's closing vertex."""
    keep = np.ones(len(rings.xy), bool)
    keep[rings.starts[1:] - 1] = False
    counts = rings.counts - 1
    return Rings(rings.xy[keep], np.r_[0, np.cumsum(counts)], rings.feature, rings.shell, True)


def _oriented(rings: Rings) -> Rings:
    if not len(rings):
        return rings
    wrong = (signed_areas(rings) > 0) != rings.shell
    if not wrong.any():
        return rings
    owner = np.repeat(np.arange(len(rings)), rings.counts)
    at = np.arange(len(rings.xy))
    mirrored = rings.starts[owner] + rings.starts[owner + 1] - 1 - at
    return Rings(
        rings.xy[np.where(wrong[owner], mirrored, at)], rings.starts, rings.feature, rings.shell, True
    )


def signed_areas(rings: Rings) -> Floats:
    """Plane areas of rings, positive counter-clockwise, about each ring's first vertex."""
    first = np.repeat(rings.xy[rings.starts[:-1]], rings.counts, axis=0)
    x, y = (rings.xy - first).T
    follow = next_vertex(rings)
    return np.add.reduceat(x * y[follow] - x[follow] * y, rings.starts[:-1]) / 2


def next_vertex(rings: Rings) -> Ints:
    """Index of the vertex after each one in its ring (the last goes back to the first)."""
    follow = np.arange(1, len(rings.xy) + 1)
    follow[rings.starts[1:] - 1] = rings.starts[:-1]
    return follow


def snap(rings: Rings, cell: float, origin: tuple[float, float]) -> Rings:
    """Vertices on a grid of `cell` metres from `origin`, repeats dropped; `xy` is in cells, whole numbers.

    A shell or line that falls into less than it needs becomes the cells it lies in (a box, a dash of one
    cell); a hole that does, goes.
    """
    if not len(rings):
        return rings
    cells = np.rint((rings.xy - origin) / cell).astype(np.int64)
    key = (cells[:, 0] << 32) + cells[:, 1]
    keep = np.ones(len(key), bool)
    keep[1:] = key[1:] != key[:-1]
    keep[rings.starts[:-1]] = True
    if rings.closed:
        last = rings.starts[1:] - 1
        back = (key[last] == key[rings.starts[:-1]]) & (rings.counts > 1)
        keep[last[back]] = False
    counts = np.add.reduceat(keep.astype(np.int64), rings.starts[:-1])
    least = 3 if rings.closed else 2
    thin = counts < least
    if not thin.any():
        return Rings(
            cells[keep].astype(np.float64),
            np.r_[0, np.cumsum(counts)],
            rings.feature,
            rings.shell,
            rings.closed,
        )
    return _with_dots(rings, cells, keep, counts, thin)


def _with_dots(rings: Rings, cells: Ints, keep: Flags, counts: Ints, thin: Flags) -> Rings:
    owner = np.repeat(np.arange(len(rings)), rings.counts)
    keep = keep & ~thin[owner]
    lost = thin & rings.shell
    low = np.minimum.reduceat(cells, rings.starts[:-1], axis=0)[lost]
    high = np.maximum.reduceat(cells, rings.starts[:-1], axis=0)[lost]
    if rings.closed:
        high = np.maximum(high, low + 1)
        dots = np.stack([low, np.c_[high[:, 0], low[:, 1]], high, np.c_[low[:, 0], high[:, 1]]], axis=1)
    else:
        high = np.where((high == low).all(axis=1)[:, None], low + [1, 0], high)
        dots = np.stack([low, high], axis=1)
    size = dots.shape[1]
    feature = np.r_[rings.feature[~thin], rings.feature[lost]]
    shell = np.r_[rings.shell[~thin], np.ones(len(low), bool)]
    xy = np.concatenate([cells[keep], dots.reshape(-1, 2)]).astype(np.float64)
    starts = np.r_[0, np.cumsum(np.r_[counts[~thin], np.full(len(low), size, np.int64)])]
    return Rings(xy, starts, feature, shell, rings.closed)


# -- edges -----------------------------------------------------------------------------------------


def edge_keys(rings: Rings, unit: float) -> NDArray[np.uint64]:
    """A number for each edge (vertex to next vertex), the same from both sides; `unit` rounds vertices."""
    cells = np.rint(rings.xy / unit).astype(np.int64)
    ends = _mixed(cells)
    return ends + ends[next_vertex(rings)]


def _mixed(cells: Ints) -> NDArray[np.uint64]:
    """A 64-bit hash of a point (splitmix64)."""
    with np.errstate(over="ignore"):
        z = cells[:, 0].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + cells[:, 1].astype(np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def boundary_lines(rings: Rings, unit: float, above: NDArray[np.uint64] | None = None) -> Rings:
    """Boundaries as lines, every shared edge once; edges in `above` (sorted keys) are left out.

    Of edges that two rings share, the earlier ring keeps them; what a ring keeps stays in one piece as
    far as it goes, so that dashes run on.
    """
    if not len(rings):
        return Rings(rings.xy, rings.starts, rings.feature, rings.shell, False)
    keys = edge_keys(rings, unit)
    keep = np.zeros(len(keys), bool)
    keep[np.unique(keys, return_index=True)[1]] = True
    if above is not None and len(above):
        at = np.minimum(np.searchsorted(above, keys), len(above) - 1)
        keep &= above[at] != keys
    return _runs(rings, keep)


def _runs(rings: Rings, keep: Flags) -> Rings:
    """The kept edges as lines: runs of edges that follow each other in a ring."""
    edges = np.flatnonzero(keep)
    if not len(edges):
        return Rings(np.empty((0, 2)), np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0, bool), False)
    owner = np.repeat(np.arange(len(rings)), rings.counts)
    begins = np.r_[True, (edges[1:] != edges[:-1] + 1) | (owner[edges[1:]] != owner[edges[:-1]])]
    firsts = np.flatnonzero(begins)
    lengths = np.diff(np.r_[firsts, len(edges)])
    starts = np.r_[0, np.cumsum(lengths + 1)]
    index = np.empty(starts[-1], np.int64)
    run = np.cumsum(begins) - 1
    index[np.arange(len(edges)) + run] = edges
    index[starts[1:] - 1] = next_vertex(rings)[edges[np.r_[firsts[1:], len(edges)] - 1]]
    feature = rings.feature[owner[edges[firsts]]]
    return Rings(rings.xy[index], starts, feature, np.ones(len(firsts), bool), False)
