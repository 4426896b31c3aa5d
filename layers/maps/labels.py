"""Names on the map: how each rank is set, and placing without two boxes ever touching.

A name that finds no place is left out and comes back on zooming in. Widths come from the bundled font.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from layers.maps.palette import Colour, colour
from layers.maps.symbols import Shape
from layers.maps.type import text_width
from layers.maps.viewport import View

HALO_MM, HALO_OPACITY = 0.42, 0.88
ASCENT, DESCENT = 0.88, 0.14
"""Reach of Chinese type above and below its base line, in em."""
SLANT = 0.2
SELECTED, SEAT, FLAGGED, UNIT, COUNT, PLACE, RIVER, LAKE, ROAD = 0, 10, 20, 30, 25, 40, 50, 51, 60
COVERS_UP_TO = UNIT
FULL_NAMES_FROM = 300_000
UNIT_WORDS = ("嘎查", "村")
"""Words at the end of unit names that are dropped until 1:FULL_NAMES_FROM."""
SUMU_WORDS = ("民族乡", "苏木", "镇", "乡")


@dataclass(frozen=True, slots=True)
class Rank:
    """How a rank of names is set: height in mm, weight, colour, spacing in em, slanted to the left."""

    mm: float
    weight: int
    colour: str
    spacing: float = 0.0
    slanted: bool = False
    pill: bool = False


RANKS = {
    "banner": Rank(5.0, 700, "label1", spacing=0.10),
    "neighbour": Rank(3.4, 400, "ink3", spacing=0.25),
    "sumu": Rank(3.0, 500, "label1"),
    "gacha": Rank(2.6, 400, "label2"),
    "selected": Rank(2.6, 500, "label1"),
    "river": Rank(2.6, 400, "water_label", slanted=True),
    "lake": Rank(2.3, 400, "water_label", slanted=True),
    "place": Rank(2.4, 400, "label2"),
    "road": Rank(1.9, 500, "label1", pill=True),
    "count": Rank(2.2, 500, "label1", pill=True),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A name that wants a place.

    priority: small first (constants above). order: ties, lexicographic. at: anchor in device px.
    reach: half size of the symbol at the anchor; 0 puts the name on the anchor itself.
    line: device px along which a river's name runs. shapes: a symbol drawn in a pill before the text.
    """

    text: str
    rank: str
    priority: int
    order: str
    at: tuple[float, float]
    reach: float = 0.0
    line: NDArray[np.float64] | None = None
    shapes: tuple[Shape, ...] = ()
    below: bool = False
    key: tuple[str, int] = ("", 0)


@dataclass(frozen=True, slots=True)
class Piece:
    """Text from a base line's left end, turned by `angle` degrees clockwise."""

    text: str
    x: float
    y: float
    angle: float = 0.0


@dataclass(frozen=True, eq=False)
class Label:
    """A placed name: pieces in device px, type, colours; boxes (n, 4) that it takes up."""

    text: str
    rank: str
    pieces: tuple[Piece, ...]
    size: float
    weight: int
    colour: Colour
    halo: Colour
    halo_width: float
    slanted: bool
    spacing: float
    boxes: NDArray[np.float64]
    pill: tuple[float, float, float, float] | None = None
    shapes: tuple[Shape, ...] = ()
    shapes_at: tuple[float, float] = (0.0, 0.0)
    key: tuple[str, int] = ("", 0)


class Board:
    """Boxes that are taken, found by a coarse grid."""

    def __init__(self, width: float, height: float) -> None:
        self._size = (width, height)
        self._boxes = np.empty((256, 4))
        self._count = 0

    def is_free(self, boxes: NDArray[np.float64], *, inside: bool = True) -> bool:
        """Whether none of `boxes` (n, 4) touches a taken one, and all lie inside the map."""
        if inside and ((boxes[:, :2] < 0).any() or (boxes[:, 2] > self._size[0]).any()
                       or (boxes[:, 3] > self._size[1]).any()):
            return False
        taken, new = self._boxes[:self._count], boxes[:, :, None]
        apart = ((new[:, 0] >= taken[:, 2]) | (new[:, 2] <= taken[:, 0]) | (new[:, 1] >= taken[:, 3])
                 | (new[:, 3] <= taken[:, 1]))
        return bool(apart.all())

    def take(self, boxes: NDArray[np.float64]) -> None:
        """Mark boxes as taken."""
        need = self._count + len(boxes)
        if need > len(self._boxes):
            self._boxes = np.concatenate([self._boxes, np.empty((max(need, 2 * len(self._boxes)), 4))])
        self._boxes[self._count:need] = boxes
        self._count = need


def place(requests: Iterable[Request], view: View, obstacles: NDArray[np.float64] | None = None,
          small: NDArray[np.float64] | None = None, most: int = 800) -> tuple[Label, ...]:
    """Return the names that found a place, most important first.

    obstacles: boxes (n, 4) of symbols in device px; a name's own symbol does not stand in its way,
    because names keep their distance from it. small: symbols that an important name may cover when it
    finds no other place.
    """
    board, names = Board(*view.device_size), Board(*view.device_size)
    if obstacles is not None and len(obstacles):
        board.take(obstacles)
    rings = Board(*view.device_size)
    if small is not None and len(small):
        rings.take(small)
    placed: list[Label] = []
    named: set[tuple[str, str, int]] = set()
    for request in sorted(requests, key=lambda each: (each.priority, each.order, each.text, each.at)):
        name = (request.text, *request.key)
        if request.key[0] and name in named:
            continue  # a road offers several places, and takes one
        request = _clear_of_symbols(request, obstacles)
        label = _first_free(_candidates(request, view), board, rings, request.priority)
        if label is None and request.priority <= SELECTED:
            label = _first_free(_candidates(request, view), names, rings, request.priority)
        if label is not None:
            board.take(label.boxes)
            names.take(label.boxes)
            placed.append(label)
            named.add(name)
        if len(placed) >= most:
            break
    return tuple(placed)


def _clear_of_symbols(request: Request, obstacles: NDArray[np.float64] | None) -> Request:
    """A name beside a point keeps off whatever symbol stands on that point, not only its own."""
    if request.reach <= 0 or obstacles is None or not len(obstacles):
        return request
    x, y = request.at
    over = obstacles[(obstacles[:, 0] <= x) & (obstacles[:, 2] >= x) & (obstacles[:, 1] <= y) & (obstacles[:, 3] >= y)]
    if not len(over):
        return request
    reach = max(float(np.abs(over - (x, y, x, y)).max()), request.reach)
    return replace(request, reach=reach)


def _first_free(candidates: Iterable[Label], board: Board, rings: Board, priority: int) -> Label | None:
    second = None
    for label in candidates:
        if board.is_free(label.boxes):
            if rings.is_free(label.boxes, inside=False):
                return label
            second = second or label
    return second if priority <= COVERS_UP_TO else None


def type_size(rank: Rank, view: View) -> float:
    """Device px of a rank's type on the view's medium."""
    least = view.medium.type_px * view.ratio
    return max(view.mm(rank.mm), least * (0.84 if rank.pill else 1.0))


def _candidates(request: Request, view: View) -> Iterable[Label]:
    rank = RANKS[request.rank]
    size = type_size(rank, view)
    if rank.pill:
        yield from _pills(request, rank, size, view)
    elif request.line is not None:
        yield from _along(request, rank, size, view)
    else:
        yield from _level(request, rank, size, view)


def _label(request: Request, rank: Rank, size: float, view: View, pieces: Sequence[Piece],
           boxes: NDArray[np.float64]) -> Label:
    return Label(request.text, request.rank, tuple(pieces), size, rank.weight,
                 colour(rank.colour, view.palette), colour("halo", view.palette, HALO_OPACITY),
                 view.mm(HALO_MM), rank.slanted, rank.spacing, boxes, key=request.key)


def _level(request: Request, rank: Rank, size: float, view: View) -> Iterable[Label]:
    width = text_width(request.text, size, rank.weight, rank.spacing)
    halo = view.mm(HALO_MM)
    x, y = request.at
    gap = request.reach + halo
    middle = size * (ASCENT - DESCENT) / 2
    if request.reach == 0.0:
        shifts = ((0.0, 0.0), (0.0, -0.7), (0.0, 0.7), (0.0, 1.4), (0.0, -1.4), (-0.3, 0.0), (0.3, 0.0))
        starts = [(x - width / 2 + dx * width, y + middle + dy * size) for dx, dy in shifts]
    else:
        east, west = (x + gap, y + middle), (x - gap - width, y + middle)
        north, south = (x - width / 2, y - gap - size * DESCENT), (x - width / 2, y + gap + size * ASCENT)
        near = gap * 0.8
        corners = [(x + near, y - near - size * DESCENT), (x + near, y + near + size * ASCENT),
                   (x - near - width, y - near - size * DESCENT), (x - near - width, y + near + size * ASCENT)]
        starts = [south, east, west, north, *corners] if request.below else [east, west, north, south, *corners]
    for left, base in starts:
        box = np.array([[left - halo * 0.4, base - size * ASCENT - halo * 0.5, left + width + halo * 0.4,
                         base + size * DESCENT + halo * 0.5]])
        yield _label(request, rank, size, view, (Piece(request.text, left, base),), box)


def _pills(request: Request, rank: Rank, size: float, view: View) -> Iterable[Label]:
    icon = size * 1.1 if request.shapes else 0.0
    width = text_width(request.text, size, rank.weight)
    pad = size * 0.28
    box_width, box_height = width + icon + 2 * pad, size * 1.22
    x, y = request.at
    shifts = ((0, 0), (0, -1.3), (0, 1.3), (0.7, 0), (-0.7, 0), (0.7, 1.3), (-0.7, 1.3), (0.7, -1.3), (-0.7, -1.3),
              (0, 2.6), (0, -2.6))
    for dx, dy in shifts:
        left, top = x - box_width / 2 + dx * box_width, y - box_height / 2 + dy * box_height
        base = top + box_height / 2 + size * 0.36
        label = _label(request, rank, size, view, (Piece(request.text, left + pad + icon, base),),
                       np.array([[left - 1, top - 1, left + box_width + 1, top + box_height + 1]]))
        yield Label(label.text, label.rank, label.pieces, size, rank.weight, label.colour, label.halo, 0.0, False,
                    0.0, label.boxes, (left, top, box_width, box_height), request.shapes,
                    (left + pad + icon * 0.42, top + box_height / 2), label.key)


# -- along a line ----------------------------------------------------------------------------------


def _along(request: Request, rank: Rank, size: float, view: View) -> Iterable[Label]:
    line = request.line
    assert line is not None
    steps = np.hypot(*np.diff(line, axis=0).T)
    reach = np.r_[0.0, np.cumsum(steps)]
    count, total = len(request.text), reach[-1]
    least = size * count * 1.15
    if total < least * 1.15:
        return
    gap = min(size * 2.2, max(size * 1.15, total * 0.5 / max(count, 1)))
    for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9):
        start = total * share - gap * (count - 1) / 2
        if start < size / 2 or start + gap * (count - 1) > total - size / 2:
            continue
        at = start + gap * np.arange(count)
        points = _points_at(line, reach, at)
        before, after = _points_at(line, reach, at - size * 0.7), _points_at(line, reach, at + size * 0.7)
        yield from _set_along(request, rank, size, view, points, after - before)


def _points_at(line: NDArray[np.float64], reach: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.interp(at, reach, line[:, 0]), np.interp(at, reach, line[:, 1])])


def _set_along(request: Request, rank: Rank, size: float, view: View, points: NDArray[np.float64],
               tangents: NDArray[np.float64]) -> Iterable[Label]:
    whole = points[-1] - points[0] if len(points) > 1 else tangents[0]
    steep = abs(whole[1]) > 1.2 * abs(whole[0])
    backwards = whole[1] < 0 if steep else whole[0] < 0
    if backwards:
        points, tangents = points[::-1], -tangents[::-1]
    angles = np.zeros(len(points)) if steep else np.degrees(np.arctan2(tangents[:, 1], tangents[:, 0]))
    if (np.abs(angles) > 50).any() or (len(angles) > 1 and (np.abs(np.diff(angles)) > 40).any()):
        return
    pieces, boxes = [], []
    for sign, (x, y), angle in zip(request.text, points, angles, strict=True):
        half = text_width(sign, size, rank.weight) / 2
        drop = size * (ASCENT - DESCENT) / 2
        turn = math.radians(angle)
        left = x - half * math.cos(turn) - drop * math.sin(turn)
        base = y - half * math.sin(turn) + drop * math.cos(turn)
        pieces.append(Piece(sign, left, base, float(angle)))
        side = size * 0.6
        boxes.append((x - side, y - side, x + side, y + side))
    yield _label(request, rank, size, view, pieces, np.array(boxes))


# -- names -----------------------------------------------------------------------------------------


def short_name(name: str, scale: float, language: str = "zh") -> str:
    """A unit's name as the map says it at 1:scale."""
    if scale <= FULL_NAMES_FROM:
        return name
    for word in UNIT_WORDS:
        if name.endswith(word) and len(name) > len(word) + 1:
            return name[:-len(word)]
    return name


def in_brackets(name: str, sumu: str) -> str:
    """A name that occurs twice, with its sumu's."""
    for word in SUMU_WORDS:
        if sumu.endswith(word) and len(sumu) > len(word) + 1:
            sumu = sumu[:-len(word)]
            break
    return f"{name}（{sumu}）" if sumu else name
