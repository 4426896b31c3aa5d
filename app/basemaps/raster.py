"""Pictures and terrain models on the ground (GeoTIFF; PNG and JPEG with a world file), turned to the plan's
CRS.

Only what a view shows is read, at the view's resolution. A file gets here after a child process has read it
(`layers.exchange.raster_look`), so that one which kills its reader is found out before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from layers.errors import InputError
from layers.exchange.raster_look import driver_of
from layers.geo.crs import PlanningCrs
from layers.geo.terrain import hillshade
from layers.maps.operations import Picture
from layers.maps.viewport import View

RELIEF_M = 30.0
"""Up to this size of a pixel heights are as they are; relief of larger ones grows with its square root."""
MOST_PX = 4_000


@dataclass(frozen=True, eq=False)
class RasterFile:
    """A raster as a basemap; `heights` shows it as shaded relief.

    stretch: values shown as black and white where the type has more than 256. reduced: a smaller copy for
    pixels larger than `reduced_m` metres.
    """

    path: Path
    title: str
    heights: bool = False
    stretch: tuple[float, float] = (0.0, 255.0)
    reduced: Path | None = None
    reduced_m: float = 0.0
    credit: str = ""

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
        pixels = self._read(path, crs, (west, north), cell, (down, across))
        check()
        if pixels is not None and pixels[..., 3].any():
            right, bottom = across * step, down * step
            corners = np.array([(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)])
            yield Picture(pixels, corners)

    def for_export(self) -> RasterFile:
        """The basemap as a picture that leaves has it."""
        return self

    def _read(
        self, path: Path, crs: PlanningCrs, corner: tuple[float, float], cell: float, shape: tuple[int, int]
    ) -> NDArray[np.uint8] | None:
        import rasterio
        from rasterio.enums import Resampling
        from rasterio.errors import RasterioError
        from rasterio.transform import from_origin
        from rasterio.vrt import WarpedVRT

        try:
            with (
                rasterio.open(path, driver=driver_of(path)) as raster,
                WarpedVRT(
                    raster, crs=f"EPSG:{crs.epsg}", transform=from_origin(*corner, cell, cell),
                    width=shape[1], height=shape[0], add_alpha=not _has_alpha(raster),
                    resampling=Resampling.nearest if _colours(raster) else Resampling.bilinear,
                ) as turned,
            ):  # fmt: skip
                if self.heights:
                    return relief(turned.read(1).astype(float), turned.read(2) > 0, cell)
                bands = turned.read()
                return to_rgba(bands, _colours(raster), self.stretch, str(bands.dtype))
        except (RasterioError, OSError) as error:
            raise InputError("raster_unreadable", path=path.name, reason=str(error)[:200]) from error


def relief(
    heights: NDArray[np.float64], known: NDArray[np.bool_], cell: float
) -> NDArray[np.uint8]:
    """Shaded relief as RGBA; flat ground is light grey, so that names and lines stay readable on it."""
    shade = hillshade(np.where(known, heights, np.nan), cell, exaggeration=max(1.0, (cell / RELIEF_M) ** 0.5))
    grey = 90.0 + 165.0 * np.clip(np.nan_to_num(shade, nan=0.0), 0.0, 1.0) ** 0.8
    pixels = np.empty((*heights.shape, 4), np.uint8)
    pixels[..., :3] = grey[..., None]
    pixels[..., 3] = np.where(np.isfinite(shade), 255, 0)
    return pixels


def to_rgba(
    bands: NDArray[np.generic],
    colours: dict[int, Sequence[int]] | None,
    stretch: tuple[float, float],
    kind: str,
) -> NDArray[np.uint8]:
    """Bands (n, rows, columns), the last one alpha -> RGBA: 1 band grey (or by its table), 3 and more RGB."""
    alpha, colour = bands[-1], bands[:-1]
    if colours is not None:
        table = np.zeros((256, 4), np.uint8)
        for value, entry in colours.items():
            if 0 <= value < 256:
                table[value] = entry
        pixels = table[colour[0].astype(np.uint8)]
    else:
        if kind != "uint8":
            low, high = stretch
            colour = np.clip((colour.astype(float) - low) / max(high - low, 1e-12) * 255.0, 0, 255)
        chosen = colour[:3] if len(colour) >= 3 else np.repeat(colour[:1], 3, axis=0)
        pixels = np.empty((*alpha.shape, 4), np.uint8)
        pixels[..., :3] = np.moveaxis(chosen, 0, -1)
        pixels[..., 3] = 255
    pixels[..., 3] = np.where(alpha > 0, pixels[..., 3], 0)
    return pixels


def _has_alpha(raster: object) -> bool:
    return raster.colorinterp[-1].name == "alpha"  # type: ignore[attr-defined, no-any-return]


def _colours(raster: object) -> dict[int, Sequence[int]] | None:
    """A palette's colours; None where the values are a picture's own."""
    if raster.colorinterp[0].name != "palette":  # type: ignore[attr-defined]
        return None
    return raster.colormap(1)  # type: ignore[attr-defined, no-any-return]
