"""Callouts: boxes of text that point to places, put where they cover no name, no other box and no place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.maps.type import text_width
from layers.maps.viewport import View
from layers.plan.scenes import Callout

SIZE_MM, PAD_MM, LINE = 3.0, 1.6, 1.45
FROM_MM, STEPS = 9.0, (1.0, 1.7, 2.6)
WAYS = ((1, -1), (-1, -1), (1, 1), (-1, 1), (1, 0), (-1, 0), (0, -1), (0, 1))
"""Directions from the place to the box's middle, the preferred first: up and to the right."""
COVERED, OUTSIDE, CROSSED = 1.0, 50.0, 0.5  # cost of a px² over something, over the edge; of a leader's step
SAMPLES = np.linspace(0.0, 1.0, 12)[1:]


@dataclass(frozen=True, slots=True)
class PlacedCallout:
    """In device px: lines of text, their size, the box (left, top, right, bottom), the place it points to."""

    lines: tuple[str, ...]
    size: float
    box: tuple[float, float, float, float]
    at: tuple[float, float]


def place_callouts(
    callouts: Sequence[Callout], view: View, obstacles: NDArray[np.float64]
) -> tuple[PlacedCallout, ...]:
    """Place callouts whose place is in view, first come first served.

    obstacles: boxes (n, 4) in device px. Of 8 directions and 3 distances the one is taken that covers least;
    of equal ones the first. A leader over a name costs, too.
    """
    size = max(view.mm(SIZE_MM), view.medium.type_px * view.ratio)
    width, height = view.device_size
    spots = view.to_px([one.at for one in callouts])
    inside = [(0 <= x <= width) and (0 <= y <= height) for x, y in spots]
    guard = view.mm(1.5)
    taken = np.concatenate([np.asarray(obstacles, np.float64).reshape(-1, 4),
                            np.concatenate([spots - guard, spots + guard], axis=1)])
    found = []
    for one, (x, y), seen in zip(callouts, spots.tolist(), inside, strict=True):
        lines = tuple(line.strip() for line in one.text.splitlines() if line.strip())
        if not seen or not lines:
            continue
        box = _best(_box_size(lines, size, view.mm(PAD_MM)), (x, y), view, taken, np.asarray(obstacles))
        taken = np.concatenate([taken, [box]])
        found.append(PlacedCallout(lines, size, box, (x, y)))
    return tuple(found)


def _box_size(lines: Sequence[str], size: float, pad: float) -> tuple[float, float]:
    wide = max(text_width(line, size, 700 if at == 0 else 400) for at, line in enumerate(lines))
    return wide + 2 * pad, len(lines) * LINE * size + pad


def _best(
    room: tuple[float, float],
    at: tuple[float, float],
    view: View,
    taken: NDArray[np.float64],
    names: NDArray[np.float64],
) -> tuple[float, float, float, float]:
    wide, high = room
    boxes = np.array([
        (at[0] + dx * (reach + wide / 2) - wide / 2, at[1] + dy * (reach + high / 2) - high / 2)
        for step in STEPS
        for reach in (view.mm(FROM_MM) * step,)
        for dx, dy in WAYS
    ])  # fmt: skip
    boxes = np.concatenate([boxes, boxes + (wide, high)], axis=1)
    low = np.maximum(boxes[:, None, :2], taken[None, :, :2])
    over = np.minimum(boxes[:, None, 2:], taken[None, :, 2:])
    covered = np.prod(np.maximum(over - low, 0), axis=2).sum(axis=1)
    width, height = view.device_size
    seen = np.minimum(boxes[:, 2:], (width, height)) - np.maximum(boxes[:, :2], 0)
    outside = wide * high - np.prod(np.maximum(seen, 0), axis=1)
    crossed = CROSSED * high * high * _crossings(boxes, at, names.reshape(-1, 4))
    return tuple(boxes[int(np.argmin(COVERED * covered + OUTSIDE * outside + crossed))].tolist())


def _crossings(
    boxes: NDArray[np.float64], at: tuple[float, float], names: NDArray[np.float64]
) -> NDArray[np.int64]:
    """How many of a leader's samples lie on a name, for each box (n, 4) it may lead to."""
    ends = np.clip(at, boxes[:, :2], boxes[:, 2:])
    steps = np.asarray(at) + (ends - at)[:, None, :] * SAMPLES[None, :, None]
    steps = steps[:, :, None, :]
    inside = (steps >= names[None, None, :, :2]) & (steps <= names[None, None, :, 2:])
    return inside.all(axis=3).any(axis=2).sum(axis=1)
