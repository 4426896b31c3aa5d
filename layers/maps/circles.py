"""Proportional symbols: in each unit a circle whose area is the theme's number, and their key.

One size a map: the greatest number has the largest circle, which grows and shrinks with the units as columns
do. The area, not the width, is in proportion: a number four times another has a circle twice as wide.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from layers.maps.choropleth import Circles, MapTheme
from layers.maps.operations import Discs, Operation
from layers.maps.palette import colour
from layers.maps.points import BY_SUMU_FROM, LARGEST_DISC_MM, NEAR_SCALE, unit_anchors
from layers.maps.stack import Context
from layers.maps.symbols import PixelStroke
from layers.maps.viewport import View
from layers.plan.plan import Plan

LEAST_LARGEST_MM = 4.0
"""The largest circle is never smaller than that, from however far."""
EDGE_MM, HALO_MM = 0.16, 0.5
WORKS = ("y2023", "year_edge")
"""Colours of what is built: those of the columns that the circles stand for."""
STEPS = (1, 2, 5)


def largest_radius(view: View) -> float:
    """Device px of the radius of the greatest number."""
    return view.mm(max(LEAST_LARGEST_MM, min(LARGEST_DISC_MM, LARGEST_DISC_MM * NEAR_SCALE / view.scale))) / 2


def radius(value: float, largest: float, most: float) -> float:
    """Return the radius of a number where that of `largest` is `most`: areas are as numbers."""
    return most * math.sqrt(value / largest)


def summed_from_far(plan: Plan, theme: MapTheme | None, scale: float) -> MapTheme | None:
    """Return the theme as it is seen from far: in place of columns a circle a sumu, whose area is the sum of
    all that is known of its units and years. Scales up to BY_SUMU_FROM leave it as it is."""
    if theme is None or theme.columns is None or theme.circles is not None or scale <= BY_SUMU_FROM:
        return theme
    columns, sums = theme.columns, dict[str, float]()
    for table in plan.with_role(theme.unit_role):
        if "sumu_code" in table.kind.column_names:
            for code, sumu in zip(table.column(table.kind.key), table.column("sumu_code"), strict=True):
                values = columns.values.get(str(code), ())
                sums[str(sumu)] = sums.get(str(sumu), 0.0) + sum(value or 0 for value in values)
    circles = Circles(sums, columns.unit, columns.by_sumu, role="unit.sumu", colours=WORKS)
    return replace(theme, columns=None, circles=circles)


def circle_places(context: Context) -> Mapping[str, tuple[float, float, float]]:
    """Unit code -> middle and radius in device px of every circle in view."""
    theme = context.theme
    if theme is None or theme.circles is None or theme.circles.largest <= 0:
        return {}
    circles, most = theme.circles, largest_radius(context.view)
    west, south, east, north = context.window(most)
    found = {}
    for table in context.plan.with_role(circles.role or theme.unit_role):
        for code, anchor in unit_anchors(context, table, "").items():
            x, y = anchor.xy
            value = circles.values.get(code)
            if value and value > 0 and west <= x <= east and south <= y <= north:
                px = context.view.to_px(anchor.xy)[0]
                found[code] = (float(px[0]), float(px[1]), radius(value, circles.largest, most))
    return found


def circle_operations(context: Context) -> Iterator[Operation]:
    """The circles, large ones below, each with a pale ring that parts it from its ground."""
    places = sorted(circle_places(context).values(), key=lambda each: (-each[2], each))
    if not places:
        return
    view = context.view
    fill, rim = context.theme.circles.colours if context.theme and context.theme.circles else ("", "")
    edge = PixelStroke(colour(rim, view.palette), view.stroke(EDGE_MM))
    ring = PixelStroke(colour("halo", view.palette), view.stroke(HALO_MM))
    for place in places:  # one by one: a smaller one's ring lies over a larger one
        yield Discs(np.array([place]), colour(fill, view.palette), ring)
        yield Discs(np.array([place]), colour(fill, view.palette), edge)


def circle_boxes(context: Context) -> np.ndarray:
    """Boxes (n, 4) in device px that the circles take up."""
    boxes = [(x - r, y - r, x + r, y + r) for x, y, r in circle_places(context).values()]
    return np.array(boxes).reshape(-1, 4)


def key_sizes(largest: float) -> tuple[float, ...]:
    """Return up to three numbers for the key, ascending: a round one at most the greatest, and each a third
    or less of the one above it; of a few things only the numbers themselves."""
    if largest < 1:
        return (largest,) if largest > 0 else ()
    if largest < 10:
        whole = int(largest)
        return tuple(float(one) for one in sorted({1, (whole + 1) // 2, whole}))
    found: list[float] = []
    most = largest
    while len(found) < 3 and most >= 1:
        power = 10.0 ** math.floor(math.log10(most))
        found.append(max(step * power for step in STEPS if step * power <= most))
        most = found[-1] / 3
    if len(found) < 3 and found[-1] > 1:
        found.append(1.0)
    return tuple(found[::-1])
