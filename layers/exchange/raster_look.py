"""What a raster file is, found out in the child process: a file that kills its reader kills nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from layers.errors import InputError
from layers.exchange.process import Cancelled, run_child

SIGNS = {b"II*\0": "GTiff", b"MM\0*": "GTiff", b"II+\0": "GTiff", b"MM\0+": "GTiff", b"\x89PNG": "PNG",
         b"\xff\xd8\xff": "JPEG"}  # fmt: skip
SAMPLE_PX = 512
REDUCED_PX = 4096
"""A raster without overviews that is larger than this gets a reduced copy for small scales."""
STRETCH = (2.0, 98.0)


def look_at_raster(
    path: Path, reduced: Path | None = None, *, cancelled: Cancelled | None = None
) -> Mapping[str, Any]:
    """Return what `raster_facts` says of a file, read in a child process.

    reduced: where a reduced copy may be written. InputError `basemap_file_missing`, `raster_unreadable`,
    `raster_without_crs`, and what `run_child` raises.
    """
    if not path.is_file():
        raise InputError("basemap_file_missing", path=str(path))
    request = {"do": "look_at_raster", "path": str(path), "reduced": str(reduced) if reduced else ""}
    with run_child(request, size=path.stat().st_size, cancelled=cancelled) as (_, answer):
        return answer["ok"]  # type: ignore[no-any-return]


def driver_of(path: Path) -> str:
    """The one driver that may open a file, by its first bytes; InputError `raster_unreadable` for others.

    Without it the library tries every format it knows, and some of those open other files or the network.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise InputError("raster_unreadable", path=path.name, reason=error.strerror or "") from error
    found = next((driver for sign, driver in SIGNS.items() if head.startswith(sign)), None)
    if found is None:
        raise InputError("raster_unreadable", path=path.name, reason="TIFF? PNG? JPEG?")
    return found


def raster_facts(path: Path, reduced: Path | None) -> dict[str, Any]:
    """Size (px), bands, type, EPSG, WKT, bounds in its CRS, value range (2nd and 98th percentile) of a
    raster.

    `heights`: whether it is one band of numbers that is no picture: a terrain model. `reduced`: the copy that
    has been written ("" where none is needed).
    """
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(path, driver=driver_of(path)) as raster:
            if raster.crs is None:
                raise InputError("raster_without_crs", path=path.name)
            share = max(raster.width, raster.height) / SAMPLE_PX
            shape = (raster.count, max(1, round(raster.height / max(share, 1))),
                     max(1, round(raster.width / max(share, 1))))  # fmt: skip
            sample = raster.read(out_shape=shape, masked=True)
            known = sample.compressed()
            known = known[np.isfinite(known)]
            low, high = np.percentile(known, STRETCH).tolist() if known.size else (0.0, 1.0)
            small = max(raster.width, raster.height) <= REDUCED_PX or bool(raster.overviews(1))
            copied = "" if small or reduced is None else _reduce(raster, reduced)
            return {
                "width": raster.width,
                "height": raster.height,
                "bands": raster.count,
                "type": raster.dtypes[0],
                "epsg": raster.crs.to_epsg(),
                "bounds": list(raster.bounds),
                "range": [low, high],
                "heights": raster.count == 1 and raster.dtypes[0] != "uint8",
                "reduced": copied,
            }
    except (RasterioError, ValueError, OSError) as error:
        raise InputError("raster_unreadable", path=path.name, reason=str(error)[:200]) from error


def _reduce(raster: Any, out: Path) -> str:
    """Write the raster with at most REDUCED_PX a side, as its overview."""
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.transform import from_bounds

    share = max(raster.width, raster.height) / REDUCED_PX
    width, height = round(raster.width / share), round(raster.height / share)
    profile = {
        "driver": "GTiff", "width": width, "height": height, "count": raster.count, "crs": raster.crs,
        "dtype": raster.dtypes[0], "nodata": raster.nodata, "tiled": True, "compress": "deflate",
        "transform": from_bounds(*raster.bounds, width, height),
    }  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(out, "w", **profile) as copy:
        for band in range(1, raster.count + 1):
            data = raster.read(band, out_shape=(height, width), resampling=Resampling.average)
            copy.write(data, band)
            copy.set_band_description(band, raster.descriptions[band - 1] or "")
        copy.colorinterp = raster.colorinterp
        if raster.dtypes[0] == "uint8" and raster.count == 1 and raster.colorinterp[0].name == "palette":
            copy.write_colormap(1, raster.colormap(1))
    return str(out)
