"""Placing names without two boxes ever touching.

Each name offers places, the best first; the first that is free is taken. A name that finds none is left
out and comes back on zooming in. Widths come from the bundled font, so that every machine places alike.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from layers.maps.labels import (
    ASCENT,
    COVERS_UP_TO,
    DESCENT,
    HALO_MM,
    HALO_OPACITY,
    RANKS,
    SEAT,
    SELECTED,
    UNIT,
    Label,
    Piece,
    Rank,
    Request,
)
from layers.maps.palette import colour
from layers.maps.type import text_width
from layers.maps.viewport import View

CELL_PX = 64.0
CROWD = 2
"""Of lesser names in a place no larger than one of them, so many are tried: more would find it full."""
FAR_STEPS = (0.45, 0.9)
"""How much further than beside its symbol a seat's name may stand, in heights of type."""
SAMPLES, OFF = 24, 0.7
"""Places along a line to which the arc of its name is fitted; heights of the type that the line may leave it
before another stretch is preferred."""

Box = tuple[float, float, float, float]
Boxes = NDArray[np.float64]
Spot = tuple[list[Box], Callable[[], Label]]


class Board:
    """Boxes that are taken, found by a grid of cells."""

    def __init__(self, width: float, height: float, boxes: Boxes | None = None) -> None:
        self._size = (width, height)
        self._cells: dict[tuple[int, int], list[Box]] = {}
        if boxes is not None and len(boxes):
            self.take([tuple(box) for box in boxes.tolist()])

    def is_inside(self, boxes: Iterable[Box]) -> bool:
        """Whether all boxes lie on the map."""
        width, height = self._size
        return all(box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height for box in boxes)

    def is_free(self, boxes: Iterable[Box]) -> bool:
        """Whether none of `boxes` touches a taken one."""
        cells = self._cells
        for left, top, right, bottom in boxes:
            for cell in _cells((left, top, right, bottom)):
                for taken in cells.get(cell, ()):
                    if left < taken[2] and right > taken[0] and top < taken[3] and bottom > taken[1]:
                        return False
        return True

    def count(self, boxes: Iterable[Box]) -> int:
        """How many taken boxes `boxes` touch."""
        found = 0
        for box in boxes:
            near = {taken for cell in _cells(box) for taken in self._cells.get(cell, ())}
            found += sum(box[0] < taken[2] and box[2] > taken[0] and box[1] < taken[3] and box[3] > taken[1]
                         for taken in near)
        return found

    def take(self, boxes: Iterable[Box]) -> None:
        """Mark boxes as taken."""
        for box in boxes:
            for cell in _cells(box):
                self._cells.setdefault(cell, []).append(box)

    def over(self, x: float, y: float) -> Iterator[Box]:
        """Taken boxes that cover a point."""
        for box in self._cells.get((int(x // CELL_PX), int(y // CELL_PX)), ()):
            if box[0] <= x <= box[2] and box[1] <= y <= box[3]:
                yield box


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    left, top = int(box[0] // CELL_PX), int(box[1] // CELL_PX)
    right, bottom = int(box[2] // CELL_PX), int(box[3] // CELL_PX)
    if left == right and top == bottom:
        return iter(((left, top),))
    return itertools.product(range(left, right + 1), range(top, bottom + 1))


def place(requests: Iterable[Request], view: View, obstacles: Boxes | None = None,
          small: Boxes | None = None, *, firm: Boxes | None = None, clear: Boxes | None = None,
          most: int = 800) -> tuple[Label, ...]:
    """Return the names that found a place, most important first.

    obstacles: boxes (n, 4) of symbols in device px; a name's own symbol does not stand in its way, because
    names keep their distance from it. small: symbols that an important name may cover when it finds no other
    place. firm: those of `obstacles` that a seat's name may not cover either; the others it may, at the last.
    clear: what is no symbol and no name may cover, as cards over the map and names that are there.
    """
    size = view.device_size
    board, names, rings = Board(*size, obstacles), Board(*size), Board(*size, small)
    fixed = Board(*size, firm)
    symbols = Board(*size, obstacles)
    if clear is not None:
        for each in (board, fixed):
            each.take([tuple(box) for box in clear.tolist()])
    placed: list[Label] = []
    named: set[tuple[str, str, int]] = set()
    ordered = sorted(requests, key=lambda each: (each.priority, each.order, each.text, each.at))
    for request in _uncrowded(ordered, view):
        name = (request.text, *request.key)
        if request.key[0] and name in named:
            continue  # a road offers several places, and takes one
        found = _find(_clear_of_symbols(request, symbols), view, board, rings, fixed, names)
        if found is not None:
            boxes, make = found
            for each in (board, fixed, names):
                each.take(boxes)
            placed.append(make())
            named.add(name)
        if len(placed) >= most:
            break
    return tuple(placed)


def _uncrowded(ordered: list[Request], view: View) -> Iterator[Request]:
    """Without lesser names that stand where more important ones of their kind already crowd."""
    size = view.mm(RANKS["gacha"].mm)
    crowds: Counter[tuple[int, int]] = Counter()
    for request in ordered:
        if request.priority >= UNIT and request.line is None and not RANKS[request.rank].pill:
            cell = int(request.at[0] // (3 * size)), int(request.at[1] // (1.5 * size))
            crowds[cell] += 1
            if crowds[cell] > CROWD:
                continue
        yield request


def _find(request: Request, view: View, board: Board, rings: Board, fixed: Board,
          names: Board) -> Spot | None:
    """The first free spot; what may be covered in its place grows with the name's importance."""
    second = None
    inside = [spot for spot in _spots(request, view) if board.is_inside(spot[0])]
    for spot in inside:
        if board.is_free(spot[0]):
            if rings.is_free(spot[0]):
                return spot
            second = second or spot
    if second is not None and request.priority <= COVERS_UP_TO:
        return second
    for least, firm in ((SEAT, fixed), (SELECTED, names)):
        if request.priority <= least:
            free = [spot for spot in inside if firm.is_free(spot[0])]
            if free:
                return min(free, key=lambda spot: board.count(spot[0]))
    return None


def _clear_of_symbols(request: Request, symbols: Board) -> Request:
    """A name beside a point keeps off whatever symbol stands on that point, not only its own."""
    if request.reach <= 0:
        return request
    x, y = request.at
    reach = max((max(abs(box[0] - x), abs(box[1] - y), abs(box[2] - x), abs(box[3] - y))
                 for box in symbols.over(x, y)), default=0.0)
    return replace(request, reach=reach) if reach > request.reach else request


# -- spots -----------------------------------------------------------------------------------------


def type_size(rank: Rank, view: View) -> float:
    """Device px of a rank's type on the view's medium."""
    least = view.medium.type_px * view.ratio
    return max(view.mm(rank.mm), least * (0.84 if rank.pill else 1.0))


def _spots(request: Request, view: View) -> Iterable[Spot]:
    rank = RANKS[request.rank]
    size = type_size(rank, view)
    if rank.pill:
        return _pills(request, rank, size, view)
    if request.line is not None:
        return _along(request, rank, size, view)
    if request.room:
        return _within(request, rank, size, view)
    return _level(request, rank, size, view)


def _label(request: Request, rank: Rank, size: float, view: View, pieces: Sequence[Piece],
           boxes: Sequence[Box]) -> Label:
    return Label(request.text, request.rank, tuple(pieces), size, rank.weight,
                 colour(rank.colour, view.palette), colour("halo", view.palette, HALO_OPACITY),
                 view.mm(HALO_MM), rank.slanted, rank.spacing, np.array(boxes), key=request.key)


def _text_spot(request: Request, rank: Rank, size: float, view: View, width: float, left: float,
               base: float) -> Spot:
    """Text in one piece from (left, base)."""
    halo = view.mm(HALO_MM)
    boxes = [(left - halo * 0.4, base - size * ASCENT - halo * 0.5, left + width + halo * 0.4,
              base + size * DESCENT + halo * 0.5)]
    return boxes, lambda: _label(request, rank, size, view, (Piece(request.text, left, base),), boxes)


def _level(request: Request, rank: Rank, size: float, view: View) -> Iterator[Spot]:
    width = text_width(request.text, size, rank.weight, rank.spacing)
    x, y = request.at
    middle = size * (ASCENT - DESCENT) / 2
    if request.reach == 0.0:
        shifts = ((0.0, 0.0), (0.0, -0.7), (0.0, 0.7), (0.0, 1.4), (0.0, -1.4), (-0.3, 0.0), (0.3, 0.0))
        starts = [(x - width / 2 + dx * width, y + middle + dy * size) for dx, dy in shifts]
    else:
        gap = request.reach + view.mm(HALO_MM)
        starts = _beside(x, y, gap, width, size, below=request.below)
        if request.priority <= SEAT:
            for step in FAR_STEPS:
                starts += _beside(x, y, gap + step * size, width, size, below=request.below)
                starts += [(left + shift * width, base) for left, base in _beside(x, y, gap, width, size)[2:4]
                           for shift in (-0.4 * step, 0.4 * step)]
    for left, base in starts:
        yield _text_spot(request, rank, size, view, width, left, base)


def _beside(x: float, y: float, gap: float, width: float, size: float, *,
            below: bool = False) -> list[tuple[float, float]]:
    """Left ends of base lines round a point, `gap` away: four sides, then four corners."""
    middle, near = size * (ASCENT - DESCENT) / 2, gap * 0.8
    east, west = (x + gap, y + middle), (x - gap - width, y + middle)
    north, south = (x - width / 2, y - gap - size * DESCENT), (x - width / 2, y + gap + size * ASCENT)
    corners = [(x + near, y - near - size * DESCENT), (x + near, y + near + size * ASCENT),
               (x - near - width, y - near - size * DESCENT), (x - near - width, y + near + size * ASCENT)]
    return [south, east, west, north, *corners] if below else [east, west, north, south, *corners]


def _within(request: Request, rank: Rank, size: float, view: View) -> Iterator[Spot]:
    """Places inside a circle, the middle first."""
    width = text_width(request.text, size, rank.weight)
    play = request.room - math.hypot(width, size) / 2
    if play < 0:
        return
    x, y = request.at
    middle = size * (ASCENT - DESCENT) / 2
    yield _text_spot(request, rank, size, view, width, x - width / 2, y + middle)
    for share in (0.5, 1.0):
        for turn in range(8):
            dx, dy = share * play * math.cos(turn * math.pi / 4), share * play * math.sin(turn * math.pi / 4)
            yield _text_spot(request, rank, size, view, width, x - width / 2 + dx, y + middle + dy)


def _pills(request: Request, rank: Rank, size: float, view: View) -> Iterator[Spot]:
    icon = size * 1.1 if request.shapes else 0.0
    width = text_width(request.text, size, rank.weight)
    pad = size * 0.28
    box_width, box_height = width + icon + 2 * pad, size * 1.22
    x, y = request.at
    shifts = ((0, 0), (0, -1.3), (0, 1.3), (0.7, 0), (-0.7, 0), (0.7, 1.3), (-0.7, 1.3), (0.7, -1.3),
              (-0.7, -1.3), (0, 2.6), (0, -2.6))
    for dx, dy in shifts:
        left, top = x - box_width / 2 + dx * box_width, y - box_height / 2 + dy * box_height
        boxes = [(left - 1, top - 1, left + box_width + 1, top + box_height + 1)]
        pill = (left, top, box_width, box_height)
        yield boxes, _pill_maker(request, rank, size, view, pill, pad, icon, boxes)


def _pill_maker(request: Request, rank: Rank, size: float, view: View, pill: Box, pad: float, icon: float,
                boxes: list[Box]) -> Callable[[], Label]:
    def make() -> Label:
        left, top, _, height = pill
        base = top + height / 2 + size * 0.36
        label = _label(request, rank, size, view, (Piece(request.text, left + pad + icon, base),), boxes)
        return replace(label, halo_width=0.0, pill=pill, shapes=request.shapes,
                       shapes_at=(left + pad + icon * 0.42, top + height / 2))

    return make


# -- along a line ----------------------------------------------------------------------------------


def _along(request: Request, rank: Rank, size: float, view: View) -> Iterator[Spot]:
    line = request.line
    assert line is not None
    steps = np.hypot(*np.diff(line, axis=0).T)
    reach = np.r_[0.0, np.cumsum(steps)]
    count, total = len(request.text), reach[-1]
    least = size * count * 1.15
    if total < least * 1.15:
        return
    gap = min(size * 2.2, max(size * 1.15, total * 0.5 / max(count, 1)))
    arcs = []
    for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9):
        start = total * share - gap * (count - 1) / 2
        if start < size / 2 or start + gap * (count - 1) > total - size / 2:
            continue
        arcs.append(_arc(line, reach, start + gap * np.arange(count), size))
    for points, tangents, _ in sorted(arcs, key=lambda arc: arc[2] > OFF):  # the calm stretches first
        yield from _set_along(request, rank, size, view, points, tangents)


def _arc(line: NDArray[np.float64], reach: NDArray[np.float64], at: NDArray[np.float64], size: float
         ) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Places and directions of signs on one gentle bend that follows the line, and how far the line leaves it
    at most, in heights of the type: a name set on each small turn dances."""
    along = np.linspace(at[0] - size / 2, at[-1] + size / 2, SAMPLES)
    seen = _points_at(line, reach, along)
    middle, half = (along[0] + along[-1]) / 2, (along[-1] - along[0]) / 2
    bend = np.polynomial.polynomial.polyfit((along - middle) / half, seen, 2)
    powers = np.vander((along - middle) / half, 3, increasing=True)
    off = float(np.hypot(*(powers @ bend - seen).T).max()) / size
    t = (at - middle) / half
    return np.vander(t, 3, increasing=True) @ bend, bend[1] + 2 * np.outer(t, bend[2]), off


def _points_at(line: NDArray[np.float64], reach: NDArray[np.float64],
               at: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.interp(at, reach, line[:, 0]), np.interp(at, reach, line[:, 1])])


def _set_along(request: Request, rank: Rank, size: float, view: View, points: NDArray[np.float64],
               tangents: NDArray[np.float64]) -> Iterator[Spot]:
    whole = points[-1] - points[0] if len(points) > 1 else tangents[0]
    steep = abs(whole[1]) > 1.2 * abs(whole[0])
    backwards = whole[1] < 0 if steep else whole[0] < 0
    if backwards:
        points, tangents = points[::-1], -tangents[::-1]
    angles = np.zeros(len(points)) if steep else np.degrees(np.arctan2(tangents[:, 1], tangents[:, 0]))
    if (np.abs(angles) > 50).any() or (len(angles) > 1 and (np.abs(np.diff(angles)) > 40).any()):
        return
    pieces, boxes = [], []
    for sign, (x, y), angle in zip(request.text, points.tolist(), angles.tolist(), strict=True):
        half = text_width(sign, size, rank.weight) / 2
        drop = size * (ASCENT - DESCENT) / 2
        turn = math.radians(angle)
        left = x - half * math.cos(turn) - drop * math.sin(turn)
        base = y - half * math.sin(turn) + drop * math.cos(turn)
        pieces.append(Piece(sign, left, base, angle))
        side = size * 0.6
        boxes.append((x - side, y - side, x + side, y + side))
    yield boxes, lambda: _label(request, rank, size, view, pieces, boxes)
