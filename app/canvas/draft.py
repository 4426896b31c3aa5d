"""A shape in the making: its form, its corners, typed sizes, and what it measures as it stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from app.canvas.tools import Xy
from layers.errors import InputError
from layers.geo import shaping
from layers.geo.measure import areas_m2, lengths_m

LEAST = {"point": 1, "line": 2, "strip": 2, "polygon": 3, "rectangle": 2, "circle": 2, "shed": 1}
MOST = {"point": 1, "rectangle": 2, "circle": 2, "shed": 1}
"""Corners at which a shape is finished by itself."""
GROUND = frozenset({"polygon", "rectangle", "circle", "shed", "strip"})
"""Forms that give an area."""


@dataclass(frozen=True)
class Size:
    """Typed sizes in true metres, and the direction in degrees clockwise from grid north."""

    width: float = 20.0
    length: float = 50.0
    angle: float = 0.0
    strip: float = 6.5
    radius: float | None = None


@dataclass(frozen=True)
class Draft:
    """A shape in the making: its form (see `LEAST`), corners in planning metres, typed sizes."""

    form: str
    epsg: int
    points: tuple[Xy, ...] = ()
    size: Size = Size()

    @property
    def full(self) -> bool:
        """Whether no corner may be added any more."""
        return len(self.points) >= MOST.get(self.form, 1 << 30)

    def corners(self, cursor: Xy | None = None) -> list[Xy]:
        """The corners, the mouse's place as the last of them."""
        return [*self.points, *([cursor] if cursor is not None and not self.full else [])]

    def shape(self, cursor: Xy | None = None) -> shapely.Geometry | None:
        """Return the shape as it stands, None where corners are still missing. It may cross itself."""
        points = self.corners(cursor)
        if len(points) < LEAST[self.form]:
            return None
        if self.form == "point":
            return shapely.Point(points[0])
        if self.form == "line":
            return shapely.LineString(points)
        if self.form == "polygon":
            return shapely.Polygon(points)
        if self.form == "shed":
            return shaping.shed(points[0], self.size.width, self.size.length, self.size.angle, self.epsg)
        if self.form == "strip":
            return shaping.strip(points, self.size.strip, self.epsg)
        if points[0] == points[1]:
            return None
        if self.form == "rectangle":
            return shaping.rectangle(points[0], points[1])
        return shaping.circle(points[0], float(np.hypot(*np.subtract(points[1], points[0]))))

    def measures(self, cursor: Xy | None = None) -> dict[str, float | None]:
        """`length_m` (of a line, or round an area), `leg_m` and `bearing` of the last leg, `area_m2`; None:
        not yet.

        A ring that crosses itself has no area to speak of.
        """
        points = self.corners(cursor)
        found: dict[str, float | None] = dict.fromkeys(("length_m", "leg_m", "bearing", "area_m2"))
        if len(points) > 1 and points[-1] != points[-2]:
            found["leg_m"] = float(lengths_m([shapely.linestrings(points[-2:])], self.epsg)[0])
            found["bearing"] = shaping.bearing(points[-2], points[-1])
        try:
            shape = self.shape(cursor)
        except InputError:
            shape = None
        if shape is None:
            if len(points) > 1:
                found["length_m"] = float(lengths_m([shapely.linestrings(points)], self.epsg)[0])
            return found
        if self.form in GROUND:
            if shape.is_valid:
                found["area_m2"] = float(areas_m2([shape], self.epsg)[0])
            outline = shapely.linestrings(points) if self.form == "strip" else shape
            found["length_m"] = float(lengths_m([outline], self.epsg)[0])
        elif self.form == "line":
            found["length_m"] = float(lengths_m([shape], self.epsg)[0])
        return found
