"""Whether points picked off a web map are shifted (GCJ-02): seen where the project knows the place itself."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import numpy as np

from layers.errors import InputError
from layers.exchange.crs_guess import CrsChoice
from layers.exchange.gcj import from_gcj
from layers.exchange.placing import Gazetteer
from layers.exchange.source import RawLayer
from layers.geo.crs import is_geographic
from layers.plan.plan import Plan

FEWEST = 3
FROM_METRES, BETTER = 150.0, 0.35  # suspected from this distance, when unshifting takes most of it away
NAMES_SAMPLED = 200


def shift_suspected(layer: RawLayer, choice: CrsChoice, plan: Plan) -> dict[str, Any] | None:
    """Return {count, metres, after} where known seats are met much better after unshifting; None otherwise.

    Rows are known by a value that is a gacha's name or code; distances are medians in metres.
    """
    if layer.geometry is None or not is_geographic(choice.epsg) or choice.shifted:
        return None
    points, seats = _known(layer, Gazetteer.of(plan))
    if len(points) < FEWEST:
        return None
    try:
        target = np.array(seats)
        before = _metres(plan.crs.from_lonlat(np.array(points)), target)
        after = _metres(plan.crs.from_lonlat(from_gcj(np.array(points))), target)
    except InputError:
        return None
    if before < FROM_METRES or after > BETTER * before:
        return None
    return {"count": len(points), "metres": round(before), "after": round(after)}


def _known(
    layer: RawLayer, gazetteer: Gazetteer
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    points, seats = [], []
    assert layer.geometry is not None
    shapes = [shape if shape is not None and shape.geom_type == "Point" else None
              for shape in layer.geometry[:NAMES_SAMPLED]]
    place = cache(partial(gazetteer.place, near=False))
    for values in layer.columns.values():
        for value, shape in zip(values, shapes, strict=False):
            if not isinstance(value, str) or shape is None:
                continue
            placed = place(value)
            if placed.why in ("code", "name") and placed.code is not None:
                known = gazetteer.by_code[placed.code].point
                if known is not None:
                    points.append((shape.x, shape.y))
                    seats.append((known.x, known.y))
        if len(points) >= FEWEST:
            break
    return points, seats


def _metres(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.median(np.hypot(*(one - other).T)))
