"""Geometries of a layer in the detail that a view can show, kept by tile.

A source is a fixed array of features with a class each. A view gets blocks: per tile of about 640 px the
features whose middle lies in it, thinned where there are many, as chunks that one call of a painter can
take without holding others up. Features larger than a tile are cut to a frame that lies still on the
ground while the view moves inside it.
"""

from __future__ import annotations

import itertools
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.maps.ragged import Flags, Floats, Ints, Rings, boundary_lines, read_rings, snap
from layers.maps.viewport import Bounds

TILE_CELLS = 1024
CELL_PX = 0.75
"""Largest cell of the grid in device px; levels are steps of √2, so cells are 0.53 to 0.75 px."""
HEAVY_VERTICES = 40_000
"""A tile with more is thinned; one with fewer keeps every vertex."""
BATCH_FEATURES, BATCH_VERTICES = 800, 20_000
"""What is read, and painted, in one go."""
EXACT_UNIT = 0.001
"""Metres to which vertices are compared where they are not thinned."""
LINE_TOLERANCE = 0.5
"""Cells by which a line may leave its course (under 0.4 px): a wide or dashed pen pays for every vertex."""
KEPT_VERTICES = 16_000_000
"""Of each layer: with less, a wide view of 200,000 zones is thinned anew for every frame (1.5 s, and more
memory)."""

Check = Callable[[], None]


def _go_on() -> None:
    return None


_tokens = itertools.count(1)


@dataclass(frozen=True, eq=False)
class EdgeSet:
    """Edges that other layers draw: sorted keys (`ragged.edge_keys` with EXACT_UNIT), and their own name."""

    keys: NDArray[np.uint64]
    token: int = field(default_factory=lambda: next(_tokens))


@dataclass(frozen=True, eq=False)
class Chunk:
    """Rings or lines of one class: `rings.xy * unit + origin` is in planning metres.

    features: position in the source of each feature that the rings name (sorted, unique).
    derived: what others computed from it and want to keep as long as it lives.
    """

    rings: Rings
    unit: float
    origin: tuple[float, float]
    style_class: int
    derived: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def bounds(self) -> Bounds:
        """Box in planning metres."""
        low, high = self.rings.xy.min(axis=0) * self.unit, self.rings.xy.max(axis=0) * self.unit
        x, y = self.origin
        return float(low[0] + x), float(low[1] + y), float(high[0] + x), float(high[1] + y)

    @property
    def is_thinned(self) -> bool:
        """Whether vertices lie on a grid of less than a pixel."""
        return self.unit != 1.0

    def meets(self, window: Bounds) -> bool:
        """Whether its box meets a window (metres)."""
        west, south, east, north = self.bounds
        return west <= window[2] and east >= window[0] and south <= window[3] and north >= window[1]

    def of_features(self, chosen: Flags) -> Chunk:
        """The part with the features (positions in the source) that are chosen."""
        kept = chosen[self.rings.feature]
        if kept.all():
            return self
        counts = self.rings.counts
        rings = Rings(
            self.rings.xy[np.repeat(kept, counts)],
            np.r_[0, np.cumsum(counts[kept])],
            self.rings.feature[kept],
            self.rings.shell[kept],
            self.rings.closed,
        )
        return Chunk(rings, self.unit, self.origin, self.style_class)


@dataclass(frozen=True, eq=False)
class Block:
    """Chunks of a tile: areas to fill, and lines to stroke (of areas: boundaries, shared ones once)."""

    fills: tuple[Chunk, ...]
    lines: tuple[Chunk, ...]
    vertices: int


class Source:
    """Features in fixed positions: geometries (None allowed), a class each, bounds read once."""

    def __init__(
        self,
        geometry: NDArray[np.object_],
        classes: NDArray[np.int16],
        bounds: Floats | None = None,
        check: Check = _go_on,
    ) -> None:
        self.geometry, self.classes = geometry, classes
        self.bounds = read_bounds(geometry, check) if bounds is None else bounds
        self._levels: OrderedDict[int, tuple[Ints, Ints, Flags]] = OrderedDict()
        self._blocks: OrderedDict[tuple[Any, ...], Block] = OrderedDict()
        self._kept = 0
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self.geometry)

    def in_window(self, window: Bounds) -> Flags:
        """Which features' boxes meet a window (metres)."""
        west, south, east, north = window
        box = self.bounds
        with np.errstate(invalid="ignore"):
            return (box[:, 2] >= west) & (box[:, 0] <= east) & (box[:, 3] >= south) & (box[:, 1] <= north)

    def sides(self) -> Floats:
        """The shorter side of each feature's box in metres."""
        return np.minimum(self.bounds[:, 2] - self.bounds[:, 0], self.bounds[:, 3] - self.bounds[:, 1])

    def blocks(
        self,
        window: Bounds,
        metres_per_px: float,
        classes: frozenset[int],
        *,
        masked: Flags | None = None,
        above: EdgeSet | None = None,
        check: Check = _go_on,
    ) -> list[Block]:
        """Return what to draw of `classes` in `window`.

        masked: features that are not to be drawn. above: edges drawn by others (see `boundary_lines`).
        check: called between pieces of work; may raise to give up.
        """
        with self._lock:
            return list(self._find(window, metres_per_px, classes, masked, above, check))

    def _find(
        self,
        window: Bounds,
        metres_per_px: float,
        classes: frozenset[int],
        masked: Flags | None,
        above: EdgeSet | None,
        check: Check,
    ) -> Iterator[Block]:
        level = math.floor(math.log(CELL_PX * metres_per_px) / math.log(math.sqrt(2.0)))
        cell = math.sqrt(2.0) ** level
        size = TILE_CELLS * cell
        order, sorted_tiles, big = self._level(level, size)
        wanted = np.isin(self.classes, list(classes))
        seen = self.in_window(window) & wanted
        if masked is not None:
            seen &= ~masked
        style = (level, classes, above.token if above else 0)
        wanted &= ~big
        tiles = np.unique(self._tile_of(np.flatnonzero(seen & ~big), size))
        for tile in tiles:
            check()
            first, last = np.searchsorted(sorted_tiles, [tile, tile + 1])
            members = order[first:last]
            hidden: tuple[int, ...] = ()
            if masked is not None:
                hidden = tuple(members[wanted[members] & masked[members]].tolist())
            key = (*style, int(tile), hidden)
            found = self._known(key)
            if found is not None:
                yield found
                continue
            members = members[wanted[members]]
            if hidden:
                members = members[~masked[members]]  # type: ignore[index]
            origin = ((tile >> 32) * size, ((tile & 0xFFFFFFFF) - (1 << 31)) * size)
            members = members[np.lexsort((self._spots(members, origin, size), self.classes[members]))]
            yield self._block(key, members, self.geometry, origin, cell, above, check)
        large = np.flatnonzero(seen & big)
        if len(large):
            yield self._frame(style, large, window, size, cell, above, check)

    def _level(self, level: int, size: float) -> tuple[Ints, Ints, Flags]:
        """Features in order of their tile, the tiles in that order, and which are larger than a tile."""
        if level not in self._levels:
            with np.errstate(invalid="ignore"):
                extent = np.maximum(
                    self.bounds[:, 2] - self.bounds[:, 0], self.bounds[:, 3] - self.bounds[:, 1]
                )
                big = ~(extent <= size)
            tiles = self._tile_of(np.arange(len(self)), size)
            order = np.argsort(tiles, kind="stable")
            self._levels[level] = order, tiles[order], big
            if len(self._levels) > 8:
                self._levels.popitem(last=False)
        return self._levels[level]

    def _tile_of(self, members: Ints, size: float) -> Ints:
        middle = np.nan_to_num((self.bounds[members, :2] + self.bounds[members, 2:]) / 2)
        column, row = np.floor(middle / size).astype(np.int64).T
        return (column << 32) + row + (1 << 31)

    def _spots(self, members: Ints, origin: tuple[float, float], size: float) -> Ints:
        """Which of 8 × 8 parts of its tile each feature lies in: neighbours come into one chunk."""
        middle = (self.bounds[members, :2] + self.bounds[members, 2:]) / 2 - origin
        column, row = np.clip(middle / size * 8, 0, 7).astype(np.int64).T
        # Quarters of quarters, so that a run of parts is compact.
        return ((column >> 1 << 2) + (row >> 1)) * 4 + (column & 1) * 2 + (row & 1)

    def _frame(
        self,
        style: tuple[Any, ...],
        large: Ints,
        window: Bounds,
        size: float,
        cell: float,
        above: EdgeSet | None,
        check: Check,
    ) -> Block:
        """The block of features larger than a tile, cut to whole tiles round the window."""
        west, south = (math.floor(window[at] / size - 0.25) * size for at in (0, 1))
        east, north = (math.ceil(window[at] / size + 0.25) * size for at in (2, 3))
        key = (*style, "large", west, south, east, north, large.tobytes())
        found = self._known(key)
        if found is not None:
            return found
        check()
        geometry = self.geometry[large].copy()
        box = self.bounds[large]
        outside = (box[:, 0] < west) | (box[:, 1] < south) | (box[:, 2] > east) | (box[:, 3] > north)
        geometry[outside] = _clip(geometry[outside], west, south, east, north)
        local = np.empty(len(self), object)
        local[large] = geometry
        return self._block(key, large, local, (west, south), cell, above, check)

    def _known(self, key: tuple[Any, ...]) -> Block | None:
        """Return the block that is kept for `key`, as the one used last."""
        found = self._blocks.get(key)
        if found is not None:
            self._blocks.move_to_end(key)
        return found

    def _block(
        self,
        key: tuple[Any, ...],
        members: Ints,
        geometry: NDArray[np.object_],
        origin: tuple[float, float],
        cell: float,
        above: EdgeSet | None,
        check: Check,
    ) -> Block:
        block = make_block(geometry, self.classes, members, origin, cell, above, check)
        self._blocks[key] = block
        self._kept += block.vertices
        while self._kept > KEPT_VERTICES and len(self._blocks) > 1:
            _, old = self._blocks.popitem(last=False)
            self._kept -= old.vertices
        return block


def read_bounds(geometry: NDArray[np.object_], check: Check = _go_on) -> Floats:
    """Boxes (n, 4) of geometries; nan where there is none. Read in pieces: GEOS keeps others waiting."""
    pieces = []
    for first in range(0, len(geometry), 10_000):
        check()
        pieces.append(shapely.bounds(geometry[first : first + 10_000]))
    return np.concatenate(pieces) if pieces else np.empty((0, 4))


def _clip(
    geometry: NDArray[np.object_], west: float, south: float, east: float, north: float
) -> NDArray[np.object_]:
    """Geometries cut to a box; one that cannot be cut (it crosses itself) stays whole."""
    cut = geometry.copy()
    for at, each in enumerate(geometry):
        try:
            cut[at] = shapely.clip_by_rect(each, west, south, east, north)
        except shapely.GEOSException:
            cut[at] = each
    return cut


def make_block(
    geometry: NDArray[np.object_],
    classes: NDArray[np.int16],
    members: Ints,
    origin: tuple[float, float],
    cell: float,
    above: EdgeSet | None,
    check: Check = _go_on,
) -> Block:
    """Chunks of the features `members`, in their order but by class; see Block."""
    members = members[np.argsort(classes[members], kind="stable")]
    pieces = _straightened(geometry[members], cell * LINE_TOLERANCE)
    vertices = shapely.get_num_coordinates(pieces)
    heavy = vertices.sum() > HEAVY_VERTICES
    fills: list[Chunk] = []
    unit = cell if heavy else 1.0
    for run in _batches(classes[members], vertices):
        check()
        batch = members[run]
        rings = read_rings(pieces[run])
        if not len(rings):
            continue
        rings = Rings(rings.xy, rings.starts, batch[rings.feature], rings.shell, rings.closed)
        rings = (
            snap(rings, cell, origin)
            if heavy
            else Rings(rings.xy - origin, rings.starts, rings.feature, rings.shell, rings.closed)
        )
        fills.append(Chunk(rings, unit, origin, int(classes[batch[0]])))
    total = sum(len(chunk.rings.xy) for chunk in fills)
    if not fills or not fills[0].rings.closed:
        return Block((), tuple(fills), total)
    lines = _outlines(
        fills,
        unit,
        EXACT_UNIT if not heavy else 1.0,
        None if heavy else above,
        cell * LINE_TOLERANCE / unit,
        check,
    )
    return Block(tuple(fills), lines, 2 * total)


def _straightened(pieces: NDArray[np.object_], tolerance: float) -> NDArray[np.object_]:
    """Lines without the vertices that nobody sees (metres), their ends kept.

    Areas stay as they are: neighbours share them.
    """
    if not len(pieces) or shapely.get_dimensions(pieces).max() != 1:
        return pieces
    straight = shapely.simplify(pieces, tolerance, preserve_topology=False)
    return np.where(shapely.length(straight) > 0, straight, pieces)  # a small loop stays


def _batches(classes: NDArray[np.int16], vertices: Ints) -> Iterator[Ints]:
    """Positions in runs of one class with at most so many features and vertices (one feature at least)."""
    if not len(classes):
        return
    change = np.flatnonzero(np.diff(classes)) + 1
    for run in np.split(np.arange(len(classes)), change):
        first, total = 0, np.cumsum(vertices[run])
        while first < len(run):
            done = total[first - 1] if first else 0
            last = int(np.searchsorted(total, done + BATCH_VERTICES, side="right"))
            last = min(max(last, first + 1), first + BATCH_FEATURES)
            yield run[first:last]
            first = last


def _outlines(
    fills: list[Chunk], unit: float, grid: float, above: EdgeSet | None, tolerance: float, check: Check
) -> tuple[Chunk, ...]:
    """Boundaries of all chunks, each shared edge in the first that has it, straightened (`tolerance` in
    units)."""
    whole = _joined([chunk.rings for chunk in fills])
    check()
    classes = np.repeat([chunk.style_class for chunk in fills], [len(chunk.rings) for chunk in fills])
    by_feature = dict(zip(whole.feature.tolist(), classes.tolist(), strict=True))
    origin = fills[0].origin
    if above is not None:
        # Others' edges are known by their place in the plane, not in this tile.
        placed = Rings(whole.xy + origin, whole.starts, whole.feature, whole.shell, True)
        lines = boundary_lines(placed, grid, above.keys)
        lines = Rings(lines.xy - origin, lines.starts, lines.feature, lines.shell, False)
    else:
        lines = boundary_lines(whole, grid)
    check()
    lines = _straight_lines(lines, tolerance)
    check()
    chunks = []
    of_line = np.array([by_feature[feature] for feature in lines.feature.tolist()], np.int64)
    for style_class in np.unique(of_line):
        chosen = np.flatnonzero(of_line == style_class)
        for first in range(0, len(chosen), BATCH_FEATURES):
            chunks.append(
                Chunk(
                    _lines_at(lines, chosen[first : first + BATCH_FEATURES]), unit, origin, int(style_class)
                )
            )
    return tuple(chunks)


def _straight_lines(lines: Rings, tolerance: float) -> Rings:
    if not len(lines):
        return lines
    pieces = shapely.linestrings(lines.xy, indices=np.repeat(np.arange(len(lines)), lines.counts))
    straight = read_rings(_straightened(pieces, tolerance))
    return Rings(
        straight.xy, straight.starts, lines.feature[straight.feature], lines.shell[straight.feature], False
    )


def _joined(many: list[Rings]) -> Rings:
    counts = np.concatenate([rings.counts for rings in many])
    return Rings(
        np.concatenate([rings.xy for rings in many]),
        np.r_[0, np.cumsum(counts)],
        np.concatenate([rings.feature for rings in many]),
        np.concatenate([rings.shell for rings in many]),
        many[0].closed,
    )


def _lines_at(lines: Rings, chosen: Ints) -> Rings:
    counts = lines.counts[chosen]
    starts = np.r_[0, np.cumsum(counts)]
    index = np.arange(starts[-1]) + np.repeat(lines.starts[chosen] - starts[:-1], counts)
    return Rings(lines.xy[index], starts, lines.feature[chosen], lines.shell[chosen], False)
