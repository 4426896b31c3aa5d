"""Columns give way to seats, to their names and to each other, each inside its own unit."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.maps.placing import Board, Box
from layers.maps.points import column_boxes, column_places
from layers.maps.stack import Context

STEPS = (0.0, 0.6, -0.6, 1.2, -1.2, 1.8, -1.8)
"""Shifts that are tried, in sizes of the unit's columns."""
MOST = 400
"""With more units in view columns stay in the middle of theirs."""


def columns_aside(context: Context, taken: NDArray[np.float64]) -> Mapping[str, tuple[float, float]]:
    """Return unit code -> middle of the base line in px, clear of `taken` (n, 4) where its unit has room."""
    homes = column_places(context)
    boxes = column_boxes(context, homes)
    if not homes or len(homes) > MOST:
        return homes
    areas = _areas(context, frozenset(homes))
    board = Board(*context.view.device_size, taken)
    found = dict(homes)
    # Small units first: they have the least room.
    for code in sorted(homes, key=lambda each: (areas[each].area if each in areas else 0.0, each)):
        box = boxes[code]
        shift = _shift(context, areas.get(code), homes[code], box, board)
        x, y = homes[code]
        found[code] = x + shift[0], y + shift[1]
        board.take([_moved(box, shift)])
    return found


def _areas(context: Context, codes: frozenset[str]) -> dict[str, shapely.Geometry]:
    theme = context.theme
    assert theme is not None
    return {str(code): geometry for table in context.plan.with_role(theme.unit_role)
            for code, geometry in zip(table.column(table.kind.key), table.geometry, strict=True)
            if str(code) in codes and geometry is not None}


def _shift(context: Context, area: shapely.Geometry | None, home: tuple[float, float], box: Box,
           board: Board) -> tuple[float, float]:
    if area is None or board.is_free([box]):
        return 0.0, 0.0
    width, height = box[2] - box[0], max(box[3] - box[1], context.view.mm(2))
    shifts = [(dx * width, dy * height) for dx in STEPS for dy in STEPS]
    shifts.sort(key=lambda each: math.hypot(*each))
    west, north = context.view.origin
    size = context.view.metres_per_px
    middle = np.array(shifts) + (home[0], home[1] - (box[3] - box[1]) / 2)
    inside = shapely.contains_xy(area, west + middle[:, 0] * size, north - middle[:, 1] * size)
    free = (shift for shift, fits in zip(shifts, inside, strict=True)
            if fits and board.is_free([_moved(box, shift)]))
    return next(free, (0.0, 0.0))


def _moved(box: Box, shift: tuple[float, float]) -> Box:
    return box[0] + shift[0], box[1] + shift[1], box[2] + shift[0], box[3] + shift[1]
