"""What a scene is made of: things to draw one after another, in device px and colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.maps.detail import Chunk
from layers.maps.palette import Colour
from layers.maps.symbols import PixelPattern, PixelStroke, Shape


@dataclass(frozen=True, eq=False)
class Fill:
    """Areas in one colour. lined: their boundaries are stroked too, so that a thinned one needs no smooth
    edge."""

    chunks: tuple[Chunk, ...]
    colour: Colour
    opacity: float = 1.0
    lined: bool = False


@dataclass(frozen=True, eq=False)
class Hatch:
    """Areas in a pattern that lies still on the ground; lined as in Fill."""

    chunks: tuple[Chunk, ...]
    pattern: PixelPattern
    opacity: float = 1.0
    lined: bool = False


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines, or boundaries, in one stroke."""

    chunks: tuple[Chunk, ...]
    stroke: PixelStroke
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Segments:
    """Short straight lines (n, 4) in device px: teeth."""

    segments: NDArray[np.float64]
    stroke: PixelStroke
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Marks:
    """One point symbol at many places: xy (n, 2) in device px, row ids of the kind.

    turns: degrees (n) clockwise by which each is turned; None: all upright.
    """

    xy: NDArray[np.float64]
    shapes: tuple[Shape, ...]
    size: float
    kind: str
    fids: NDArray[np.int64]
    opacity: float = 1.0
    turns: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class Boxes:
    """Upright boxes (n, 4: left, top, right, bottom) in device px: columns, base lines."""

    boxes: NDArray[np.float64]
    fill: Colour | None
    stroke: PixelStroke | None = None
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Discs:
    """Circles: middle and radius (n, 3) in device px."""

    discs: NDArray[np.float64]
    fill: Colour
    stroke: PixelStroke | None = None
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Picture:
    """A piece of a basemap, stretched to its four corners.

    data: pixels (height, width, 4) in RGBA. corners: (4, 2) in device px: upper left, upper right, lower
    right, lower left. joined: other pieces lie beside it, and no light may shine through between them.
    """

    data: NDArray[np.uint8]
    corners: NDArray[np.float64]
    joined: bool = False
    opacity: float = 1.0


Operation = Fill | Hatch | Lines | Segments | Marks | Boxes | Discs | Picture
