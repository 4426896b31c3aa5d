"""The key to proportional symbols on a sheet: three circles one in the other, their numbers beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from layers.maps.circles import EDGE_MM, key_sizes, largest_radius, radius
from layers.maps.paper_parts import LEAST_TYPE, Figure, Item, Rule, Words, fitted_size, wrapped
from layers.maps.scene import Scene

CORNERS = 48
MIDDLE = 0.36


@dataclass(frozen=True)
class CirclesKey:
    """What the key needs: its title, and for each size its words and its radius in mm, ascending."""

    title: str
    sizes: tuple[tuple[str, float], ...]
    colours: tuple[str, str]


def circles_key(scene: Scene, px_per_mm: float) -> CirclesKey | None:
    """Return the key to the scene's circles in its own scale; None where there are none."""
    circles = scene.legend.circles
    if circles is None or circles.largest <= 0:
        return None
    most, unit = largest_radius(scene.view) / px_per_mm, scene.words(circles.unit)
    return CirclesKey(
        scene.words(circles.title),
        tuple((f"{size:,.10g} {unit}".strip(), radius(size, circles.largest, most))
              for size in key_sizes(circles.largest)),
        circles.colours,
    )  # fmt: skip


def circle_items(key: CirclesKey, width: float, size: float) -> tuple[tuple[Item, ...], float]:
    """Return the key's items as if its upper left corner were (0, 0), and its height in mm."""
    size = max(LEAST_TYPE, size)
    items: list[Item] = []
    y = 0.6
    fit = fitted_size(key.title, width, size)
    for line in wrapped(key.title, width, fit):
        items.append(Words(line, 0.0, y + fit * 0.95, fit, 400, "ink2", frame="legend"))
        y += fit * 1.45
    widest, step = key.sizes[-1][1], size * 1.3
    foot = y + max(2 * widest, len(key.sizes) * step) + 0.6
    for _, r in reversed(key.sizes):
        items.append(Figure(_ring(widest, foot - r, r), *key.colours, EDGE_MM))
    line = math.inf
    for words, r in key.sizes:
        line = min(foot - 2 * r, line - step, foot - step / 2)
        items.append(Rule(widest, foot - 2 * r, 2 * widest + 1.8, line, 0.1, "ink3"))
        items.append(Words(words, 2 * widest + 2.4, line + size * MIDDLE, size, 400, "ink2", frame="legend"))
    return tuple(items), foot + 1.0


def _ring(x: float, y: float, r: float) -> tuple[tuple[float, float], ...]:
    turns = (2 * math.pi * at / CORNERS for at in range(CORNERS))
    return tuple((x + r * math.cos(turn), y + r * math.sin(turn)) for turn in turns)

