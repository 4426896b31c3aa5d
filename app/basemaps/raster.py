"""Pictures and terrain models on the ground (GeoTIFF; PNG and JPEG with a world file), turned to the plan's
CRS.

Only what a view shows is read, at the view's resolution, in a child process (`layers.exchange.pieces`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.basemaps.damage import Damage
from layers.errors import InputError
from layers.exchange.pieces import READER
from layers.geo.crs import PlanningCrs
from layers.maps.operations import Picture
from layers.maps.viewport import View

MOST_PX = 4_000


@dataclass(frozen=True, eq=False)
class RasterFile:
    """A raster as a basemap; `heights` shows it as shaded relief.

    stretch: values shown as black and white where the type has more than 256. reduced: a smaller copy for
    pixels larger than `reduced_m` metres. damage: is told of what cannot be read, which stays blank; None: it
    raises InputError.
    """

    path: Path
    title: str
    heights: bool = False
    stretch: tuple[float, float] = (0.0, 255.0)
    reduced: Path | None = None
    reduced_m: float = 0.0
    credit: str = ""
    damage: Damage | None = None

    def pictures(self, view: View, crs: PlanningCrs, check: Callable[[], None]) -> Iterator[Picture]:
        """One picture of what the view shows of the raster; none where they do not meet."""
        check()
        west, _, _, north = view.bounds
        width, height = view.device_size
        step = max(1.0, max(width, height) / MOST_PX)
        across, down = round(width / step), round(height / step)
        cell = view.metres_per_px * step
        small = self.reduced is not None and cell >= self.reduced_m and self.reduced.is_file()
        path = self.reduced if small and self.reduced is not None else self.path
        request = {
            "do": "raster", "path": str(path), "epsg": crs.epsg, "corner": [west, north], "cell": cell,
            "shape": [down, across], "heights": self.heights, "stretch": list(self.stretch),
        }  # fmt: skip
        try:
            pixels = READER.pixels(request, check)
        except InputError as error:
            if self.damage is None:
                raise
            self.damage.tell(error)
            return
        check()
        if pixels is not None:
            right, bottom = across * step, down * step
            corners = np.array([(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)])
            yield Picture(pixels, corners)

    def for_export(self) -> RasterFile:
        """The basemap as a picture that leaves has it: whole, or not at all."""
        return replace(self, damage=None)
