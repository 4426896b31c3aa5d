"""Two versions of many areas beside each other, tile by tile: what there is of each class, what came and
went.

Tiles part the ground, so that what is found in each adds up. Shapes that both versions have as they are drop
out first: they are ground of both, whatever else there is; and where no shapes of a tile overlap, nothing
needs to be joined to be measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.geo.land_change import POLYGONAL, LandChange, faces
from layers.geo.measure import areas_m2
from layers.geo.repair import mended

TILE = 500  # shapes of both versions: more are dearer to join than tiles are to cut
SAME_PLACE = 0.001  # metres: what moved no farther was only written otherwise
LEAST_GAIN = 0.9  # of a tile's shapes in one half: it is not worth being cut
Box = tuple[float, float, float, float]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LandChanges:
    """whole: all shapes together; of: each class that is in either version, by its value."""

    whole: LandChange
    of: dict[Any, LandChange]


@dataclass(slots=True)
class _Version:
    """shapes: faces (n,), none missing; boxes: (n, 4); classes: (n,) numbers; known: those that the other
    version has, too; same: those that it has in the same class."""

    shapes: NDArray[Any]
    boxes: NDArray[np.float64]
    classes: NDArray[np.intp]
    known: NDArray[np.bool_]
    same: NDArray[np.bool_]

    def __getitem__(self, at: NDArray[Any]) -> _Version:
        return _Version(self.shapes[at], self.boxes[at], self.classes[at], self.known[at], self.same[at])


def land_changes(
    old: tuple[Sequence[Any], Sequence[Any]],
    new: tuple[Sequence[Any], Sequence[Any]],
    epsg: int,
    *,
    progress: Progress | None = None,
) -> LandChanges:
    """Compare two versions, each (shapes (n,), their classes (n,)), of a planning CRS.

    Broken shapes are mended; None, points and lines take no ground. Ground under several shapes counts once.
    progress: told (shapes done, shapes in all); what it raises ends the work.
    """
    numbers: dict[Any, int] = {}
    was, now = (_version(*side, numbers) for side in (old, new))
    _mark_known(was, now)
    sums = np.zeros((len(numbers) + 1, 4))
    boxes = np.concatenate([was.boxes, now.boxes])
    done = 0
    for at, box in _tiles(boxes):
        earlier = at < len(was.shapes)
        _add_tile(sums, was[at[earlier]], now[at[~earlier] - len(was.shapes)], box, epsg)
        done = min(done + len(at), len(boxes))
        if progress is not None:
            progress(done, len(boxes))
    changes = [LandChange(*row) for row in sums.tolist()]
    return LandChanges(changes[-1], dict(zip(numbers, changes[:-1], strict=True)))


def _version(shapes: Sequence[Any], values: Sequence[Any], numbers: dict[Any, int]) -> _Version:
    classes = np.fromiter((numbers.setdefault(value, len(numbers)) for value in values), np.intp, len(values))
    whole = mended(np.asarray(shapes, object).reshape(-1))
    there = ~(shapely.is_missing(whole) | shapely.is_empty(whole))
    there &= np.isin(shapely.get_dimensions(whole), (2,))
    whole, classes = _all_faces(whole[there]), classes[there]
    nothing = np.zeros(len(whole), bool)
    return _Version(whole, shapely.bounds(whole).reshape(-1, 4), classes, nothing, nothing.copy())


def _mark_known(was: _Version, now: _Version) -> None:
    """Mark what stands in both versions, no point of it farther off than SAME_PLACE.

    A shape whose box is rounded to another key, and would have been the same, is overlaid: only slower.
    """
    places: dict[bytes, list[int]] = {}
    for at, box in enumerate(_keys(now.boxes)):
        places.setdefault(box, []).append(at)
    pairs = [(at, other) for at, box in enumerate(_keys(was.boxes)) for other in places.get(box, ())]
    if not pairs:
        return
    mine, other = np.array(pairs, np.intp).T
    equal = shapely.equals_exact(was.shapes[mine], now.shapes[other], tolerance=SAME_PLACE)
    mine, other = mine[equal], other[equal]
    was.known[mine] = now.known[other] = True
    alike = was.classes[mine] == now.classes[other]
    was.same[mine[alike]] = now.same[other[alike]] = True


def _keys(boxes: NDArray[np.float64]) -> list[bytes]:
    rounded = np.round(boxes / (10 * SAME_PLACE)).astype(np.int64)
    return rounded.view("V32").reshape(-1).tolist() if len(boxes) else []


def _tiles(boxes: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.intp], Box]]:
    """Tiles that part the ground of boxes (n, 4), and which of these reach into each."""
    if not len(boxes):
        return
    west, south, east, north = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    waiting: list[tuple[NDArray[np.intp], Box]] = [(np.arange(len(boxes)), (west, south, east, north))]
    while waiting:
        at, box = waiting.pop()
        if len(at) <= TILE:
            yield at, box
            continue
        axis = 0 if box[2] - box[0] >= box[3] - box[1] else 1
        cut = float(np.median((boxes[at, axis] + boxes[at, axis + 2]) / 2))
        low, high = at[boxes[at, axis] < cut], at[boxes[at, axis + 2] > cut]
        if not box[axis] < cut < box[axis + 2] or max(len(low), len(high)) > LEAST_GAIN * len(at):
            yield at, box
            continue
        lower, upper = list(box), list(box)
        lower[axis + 2] = upper[axis] = cut
        waiting += [(high, (*upper,)), (low, (*lower,))]  # type: ignore[list-item]


def _add_tile(sums: NDArray[np.float64], was: _Version, now: _Version, box: Box, epsg: int) -> None:
    """Add what a tile has (before, after, gained, lost) to each class's row, and to the last: the whole."""
    old, new = _within(was, box), _within(now, box)
    apart = bool(len(was.shapes) and shapely.coverage_is_valid(was.shapes))
    each = areas_m2(old, epsg) if apart else np.zeros(len(old))
    numbers = np.unique(np.concatenate([was.classes, now.classes])).tolist()
    for row in (*numbers, len(sums) - 1):
        if row == len(sums) - 1:
            mine, theirs, left, come = slice(None), slice(None), old[~was.known], new[~now.known]
        else:
            mine, theirs = was.classes == row, now.classes == row
            left, come = old[mine & ~was.same], new[theirs & ~now.same]
        before = float(each[mine].sum()) if apart else _area(shapely.union_all(old[mine]), epsg)
        gained, lost = _beyond(come, old[mine], epsg), _beyond(left, new[theirs], epsg)
        sums[row] += before, before + gained - lost, gained, lost


def _within(version: _Version, box: Box) -> NDArray[Any]:
    """The part of each shape that lies in a tile."""
    reaches = (version.boxes[:, :2] < box[:2]).any(axis=1) | (version.boxes[:, 2:] > box[2:]).any(axis=1)
    if not reaches.any():
        return version.shapes
    made = version.shapes.copy()
    made[reaches] = _all_faces(shapely.intersection(made[reaches], shapely.box(*box)))
    return made


def _beyond(shapes: NDArray[Any], ground: NDArray[Any], epsg: int) -> float:
    """Area (m²) that shapes together have beyond the ground of others."""
    if not len(shapes):
        return 0.0
    _, near = shapely.STRtree(ground).query(shapes)
    others = shapely.union_all(ground[np.unique(near)])
    return _area(shapely.difference(shapely.union_all(shapes), others), epsg)


def _area(shape: Any, epsg: int) -> float:
    return float(areas_m2([faces(shape)], epsg)[0])


def _all_faces(shapes: NDArray[Any]) -> NDArray[Any]:
    mixed = ~np.isin(shapely.get_type_id(shapes), POLYGONAL)
    if mixed.any():
        shapes = shapes.copy()
        shapes[mixed] = [faces(shape) for shape in shapes[mixed]]
    return shapes
