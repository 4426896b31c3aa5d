"""Names on the map: how each rank is set, what asks for a place, and what has found one
(`layers.maps.placing`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.maps.palette import Colour
from layers.maps.symbols import Shape

HALO_MM, HALO_OPACITY = 0.42, 0.88
ASCENT, DESCENT = 0.88, 0.14
"""Reach of Chinese type above and below its base line, in em."""
SLANT = 0.2
SELECTED, SEAT, FLAGGED, UNIT, COUNT, PLACE, RIVER, LAKE, ROAD = 0, 10, 20, 30, 25, 40, 50, 51, 60
UNKNOWN = 45
"""Priorities, small first."""
COVERS_UP_TO = UNIT
"""Up to this priority a name may cover small symbols when it finds no other place."""
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
    "unknown": Rank(3.4, 700, "unknown_ink"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A name that wants a place.

    priority: small first (constants above). order: ties, lexicographic. at: anchor in device px.
    reach: half size of the symbol at the anchor; 0 puts the name on the anchor itself.
    line: device px along which a river's name runs. shapes: a symbol drawn in a pill before the text.
    room: radius in device px round `at` within which the text must stay (0: anywhere).
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
    room: float = 0.0


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


# -- names -----------------------------------------------------------------------------------------


def short_name(name: str, scale: float, language: str = "zh") -> str:
    """A unit's name as the map says it at 1:scale."""
    if scale <= FULL_NAMES_FROM:
        return name
    for word in UNIT_WORDS:
        if name.endswith(word) and len(name) > len(word) + 1:
            return name[: -len(word)]
    return name


def in_brackets(name: str, sumu: str) -> str:
    """A name that occurs twice, with its sumu's."""
    for word in SUMU_WORDS:
        if sumu.endswith(word) and len(sumu) > len(word) + 1:
            sumu = sumu[: -len(word)]
            break
    return f"{name}（{sumu}）" if sumu else name
