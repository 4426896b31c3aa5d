"""Scale bar and the like: round ground lengths, and how they are written."""

from __future__ import annotations

import math
from dataclasses import dataclass

from layers.maps.viewport import View

STEPS = (1, 2, 4, 5, 10)
"""Half of a bar: a round number whose half is round too where it can be."""


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A bar of `parts` equal parts.

    metres: ground length of the whole bar. px: its length in device px (exact for this view).
    labels: words at the start, the middle and the end; the last carries the unit.
    """

    metres: float
    px: float
    parts: int
    labels: tuple[str, str, str]


def scale_bar(view: View, *, longest_px: float = 150.0) -> ScaleBar:
    """Return the longest bar of a round length that is at most `longest_px` logical px."""
    most = longest_px * view.ratio * view.metres_per_px
    half = most / 2
    power = 10.0 ** math.floor(math.log10(half))
    half = max(step * power for step in STEPS if step * power <= half * (1 + 1e-9))
    metres = 2 * half
    unit, size = ("km", 1000.0) if metres >= 1000 else ("m", 1.0)
    labels = ("0", _number(half / size), f"{_number(metres / size)} {unit}")
    return ScaleBar(metres, metres / view.metres_per_px, 4, labels)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 and value == int(value) else f"{value:g}"


def scale_text(scale: float) -> str:
    """`1:850 000`, the denominator in groups of three."""
    return "1:" + f"{round(scale):,}".replace(",", " ")
