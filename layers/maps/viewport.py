"""The window on the plane: planning metres <-> pixels, scale denominators, sizes in millimetres.

Logical pixels are 1/96 inch, as on every desktop; device pixels are those times `ratio`. The scale 1:n
is meant for logical pixels, so that a picture at 300 dpi is the same view with a ratio of 300/96.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

Bounds = tuple[float, float, float, float]
PIXELS_PER_MM = 96 / 25.4
METRES_PER_MM = 0.001
SCALE_MIN, SCALE_MAX = 100.0, 50_000_000.0
ROUND_STEPS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8.5, 10)
"""Ratios of printed maps, times a power of ten."""
WHOLE = 1.35
"""So many times as wide or high as the land is a window at most that was made to show all of it."""


@dataclass(frozen=True, slots=True)
class Medium:
    """Where a map is shown: factor on millimetres, thinnest line in px and mm, smallest name in px."""

    name: str
    factor: float
    hair_px: float = 1.0
    hair_mm: float = 0.0
    type_px: float = 0.0


SCREEN = Medium("screen", 1.3, hair_px=1.0, type_px=12.0)
PAPER = Medium("paper", 1.0, hair_px=0.0, hair_mm=0.08, type_px=2.0 * PIXELS_PER_MM)
PICTURE = Medium("picture", 1.3, hair_px=0.0, hair_mm=0.12, type_px=12.0)


PROJECTOR_LEAST = 0.8
"""Share of a full projected picture below which symbols and names shrink no further."""


def projector(height: int) -> Medium:
    """The medium of a projected map `height` logical px high.

    Not under a floor: a map made low by an open table still has to be read from the back row.
    """
    share = max(height / 1080, PROJECTOR_LEAST)
    return Medium("projector", 2.3 * share, hair_px=1.5, type_px=20.0 * share)


@dataclass(frozen=True, slots=True)
class View:
    """What part of the plane is seen, how large, and on what.

    center: easting and northing (planning CRS metres) of the middle of the window.
    scale: denominator n of 1:n. width, height: logical px. ratio: device px a logical px.
    """

    center: tuple[float, float]
    scale: float
    width: int
    height: int
    ratio: float = 1.0
    palette: str = "light"
    medium: Medium = SCREEN

    @property
    def metres_per_px(self) -> float:
        """Ground metres a device px."""
        return self.scale * METRES_PER_MM / PIXELS_PER_MM / self.ratio

    @property
    def device_size(self) -> tuple[int, int]:
        """Width and height in device px."""
        return max(1, round(self.width * self.ratio)), max(1, round(self.height * self.ratio))

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of the window in metres."""
        half_x = self.width * self.ratio * self.metres_per_px / 2
        half_y = self.height * self.ratio * self.metres_per_px / 2
        x, y = self.center
        return x - half_x, y - half_y, x + half_x, y + half_y

    @property
    def origin(self) -> tuple[float, float]:
        """Easting and northing of the upper left corner."""
        west, _, _, north = self.bounds
        return west, north

    def to_px(self, xy: ArrayLike) -> NDArray[np.float64]:
        """Metres (n, 2) -> device px (n, 2), y downwards."""
        points = np.asarray(xy, np.float64).reshape(-1, 2)
        west, north = self.origin
        size = self.metres_per_px
        return np.column_stack([(points[:, 0] - west) / size, (north - points[:, 1]) / size])

    def to_ground(self, x: float, y: float) -> tuple[float, float]:
        """Logical px -> easting and northing in metres."""
        west, north = self.origin
        size = self.metres_per_px * self.ratio
        return west + x * size, north - y * size

    def to_logical(self, x: float, y: float) -> tuple[float, float]:
        """Easting and northing -> logical px."""
        west, north = self.origin
        size = self.metres_per_px * self.ratio
        return (x - west) / size, (north - y) / size

    def mm(self, size: float) -> float:
        """Device px of a symbol's size in millimetres on paper."""
        return size * PIXELS_PER_MM * self.medium.factor * self.ratio

    def stroke(self, width: float) -> float:
        """Device px of a line `width` mm wide, never under the medium's hair-line."""
        hair = max(self.medium.hair_px * min(self.ratio, 2.0),
                   self.medium.hair_mm * PIXELS_PER_MM * self.ratio)
        return max(self.mm(width), hair)

    def sized(self, width: int, height: int) -> View:
        """The same place and scale in another window."""
        return replace(self, width=max(1, width), height=max(1, height))

    def moved(self, dx: float, dy: float) -> View:
        """The window pushed by logical px to the right and downwards."""
        size = self.metres_per_px * self.ratio
        return replace(self, center=(self.center[0] + dx * size, self.center[1] - dy * size))

    def zoomed(self, factor: float, at: tuple[float, float] | None = None) -> View:
        """Nearer by `factor` (> 1), with the ground under `at` (logical px) staying where it is."""
        scale = clamp_scale(self.scale / factor)
        if at is None:
            return replace(self, scale=scale)
        ground = self.to_ground(*at)
        share = scale / self.scale
        x = ground[0] + (self.center[0] - ground[0]) * share
        y = ground[1] + (self.center[1] - ground[1]) * share
        return replace(self, scale=scale, center=(x, y))

    def fitted(self, bounds: Bounds, margin: float = 0.04, head: float = 0.0) -> View:
        """The largest scale that shows `bounds` with a margin (share of the window) all round.

        The uppermost `head` logical px are kept free, unless that would be half of the window.
        """
        west, south, east, north = bounds
        head = head if head < self.height / 2 else 0.0
        room = 1 - 2 * margin
        size = max((east - west) / (self.width * room), (north - south) / ((self.height - head) * room))
        scale = clamp_scale(size * PIXELS_PER_MM / METRES_PER_MM if size > 0 else self.scale)
        up = head / 2 * scale * METRES_PER_MM / PIXELS_PER_MM
        return replace(self, center=((west + east) / 2, (south + north) / 2 + up), scale=scale)


def clamp_scale(scale: float) -> float:
    """A denominator within what the product shows."""
    return min(max(float(scale), SCALE_MIN), SCALE_MAX) if math.isfinite(scale) else SCALE_MAX


def is_whole(seen: Bounds, bounds: Bounds | None) -> bool:
    """Whether a window's extent was made to show all of `bounds`: it holds them, and one of its sides is at
    most WHOLE times theirs."""
    if bounds is None or not (seen[0] <= bounds[0] and seen[1] <= bounds[1]
                              and seen[2] >= bounds[2] and seen[3] >= bounds[3]):  # fmt: skip
        return False
    return any(seen[at + 2] - seen[at] <= WHOLE * (bounds[at + 2] - bounds[at]) for at in (0, 1))


def round_scale(scale: float, *, up: bool = True) -> float:
    """The next round denominator (1, 1.25, 1.5, 2 ... × 10ⁿ) not under (or not over) `scale`."""
    power = 10.0 ** math.floor(math.log10(scale))
    steps = [step * power for step in ROUND_STEPS]
    if up:
        return next(step for step in steps if step >= scale * (1 - 1e-9))
    return next(step for step in reversed(steps) if step <= scale * (1 + 1e-9))
