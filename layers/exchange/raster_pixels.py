"""Pictures and terrain models on the ground as pixels of a view. Child process only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.errors import InputError
from layers.exchange.raster_look import driver_of
from layers.geo.terrain import hillshade

RELIEF_M = 30.0
"""Up to this size of a pixel heights are as they are; relief of larger ones grows with its square root."""
MOST_TILE_PX = 4_096
ENDS, TAIL = {"PNG": b"IEND", "JPEG": b"\xff\xd9"}, 1_024
TILE_SIGNS = {b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"RIFF": "WEBP"}


def raster_pixels(request: Mapping[str, Any]) -> NDArray[np.uint8] | None:
    """Return a raster as RGBA (rows, columns, 4) on a grid of a planning CRS; None where it has nothing.

    request: path; epsg; corner (west, north) and cell in metres; shape (rows, columns); heights: as shaded
    relief; stretch: values shown as black and white where the type has more than 256. Raises InputError
    `raster_unreadable`.
    """
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.errors import RasterioError
    from rasterio.transform import from_origin
    from rasterio.vrt import WarpedVRT

    path, cell, (rows, columns) = Path(request["path"]), request["cell"], request["shape"]
    try:
        with (
            rasterio.open(path, driver=driver_of(path)) as raster,
            WarpedVRT(
                raster, crs=f"EPSG:{request['epsg']}", transform=from_origin(*request["corner"], cell, cell),
                width=columns, height=rows, add_alpha=not _has_alpha(raster),
                resampling=Resampling.nearest if _colours(raster) else Resampling.bilinear,
            ) as turned,
        ):  # fmt: skip
            if request["heights"]:
                pixels = relief(turned.read(1).astype(float), turned.read(2) > 0, cell)
            else:
                bands = turned.read()
                pixels = to_rgba(bands, _colours(raster), request["stretch"], str(bands.dtype))
    except (RasterioError, OSError) as error:
        raise InputError("raster_unreadable", path=path.name, reason=str(error)[:200]) from error
    return pixels if pixels[..., 3].any() else None


def decode(data: bytes, name: str) -> NDArray[np.uint8]:
    """Return an encoded picture (PNG, JPEG, WebP) as RGBA; raises InputError `raster_unreadable`."""
    from rasterio.errors import RasterioError
    from rasterio.io import MemoryFile

    driver = next((one for sign, one in TILE_SIGNS.items() if data.startswith(sign)), None)
    if driver is None:
        raise InputError("raster_unreadable", path=name, reason="PNG? JPEG? WebP?")
    if ENDS.get(driver, b"") not in data[-TAIL:]:  # the library shows half a picture as if it were whole
        raise InputError("raster_unreadable", path=name, reason="truncated")
    try:
        with MemoryFile(data) as file, file.open(driver=driver) as picture:
            if max(picture.width, picture.height) > MOST_TILE_PX:
                reason = f"{picture.width} × {picture.height} px"
                raise InputError("raster_unreadable", path=name, reason=reason)
            bands = picture.read()
            if not _has_alpha(picture):
                bands = np.concatenate([bands, np.full_like(bands[:1], 255)])
            colours = _colours(picture)
    except (RasterioError, OSError) as error:
        raise InputError("raster_unreadable", path=name, reason=str(error)[:200]) from error
    pixels = to_rgba(bands, colours, (0.0, 65_535.0), str(bands.dtype))
    if colours is None and bands.dtype == np.uint8:
        pixels[..., 3] = bands[-1]  # how far it shows through
    return pixels


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
    colours: Mapping[int, Sequence[int]] | None,
    stretch: Sequence[float],
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


def _has_alpha(raster: Any) -> bool:
    return raster.colorinterp[-1].name == "alpha"  # type: ignore[no-any-return]


def _colours(raster: Any) -> Mapping[int, Sequence[int]] | None:
    """A palette's colours; None where the values are a picture's own."""
    if raster.colorinterp[0].name != "palette":
        return None
    return raster.colormap(1)  # type: ignore[no-any-return]
