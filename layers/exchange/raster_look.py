"""What a raster file is, found out in the child process: a file that kills its reader kills nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from layers.errors import InputError
from layers.exchange.process import Cancelled, run_child
from layers.geo.terrain import Heights

SIGNS = {b"II*\0": "GTiff", b"MM\0*": "GTiff", b"II+\0": "GTiff", b"MM\0+": "GTiff", b"\x89PNG": "PNG",
         b"\xff\xd8\xff": "JPEG"}  # fmt: skip
SAMPLE_PX = 512
REDUCED_PX = 4096
"""A raster without overviews that is larger than this gets a reduced copy for small scales."""
STRETCH = (2.0, 98.0)
MOST_HEIGHTS, HEIGHTS_FILE = 4_000_000, "heights.npy"


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


def read_heights(
    path: Path,
    epsg: int,
    bounds: tuple[float, float, float, float],
    cell: float,
    *,
    cancelled: Cancelled | None = None,
) -> Heights:
    """Read a terrain model in a child process as heights on a grid of a planning CRS.

    bounds: west, south, east, north in metres; cell: metres, widened where the grid would have more than
    MOST_HEIGHTS cells. InputError `basemap_file_missing`, `raster_unreadable`, `raster_without_crs`,
    `raster_no_heights` (bands of a picture, or nothing known inside the bounds), and what `run_child` raises.
    """
    if not path.is_file():
        raise InputError("basemap_file_missing", path=str(path))
    west, south, east, north = bounds
    cell = max(cell, math.sqrt((east - west) * (north - south) / MOST_HEIGHTS))
    shape = (max(2, math.ceil((north - south) / cell)), max(2, math.ceil((east - west) / cell)))
    request = {
        "do": "read_heights", "path": str(path), "epsg": epsg, "west": west, "north": north, "cell": cell,
        "shape": shape,
    }  # fmt: skip
    with run_child(request, size=path.stat().st_size, cancelled=cancelled) as (folder, _):
        values = np.load(folder / HEIGHTS_FILE, allow_pickle=False)
    if not np.isfinite(values).any():
        raise InputError("raster_no_heights", path=path.name)
    return Heights(values, west, north, cell, path.name)


def write_heights(request: Mapping[str, Any], out: Path) -> None:
    """The child's part of `read_heights`: means of the model's cells, NaN where it knows nothing."""
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.errors import RasterioError
    from rasterio.transform import from_origin
    from rasterio.vrt import WarpedVRT

    path, (rows, columns) = Path(request["path"]), request["shape"]
    transform = from_origin(request["west"], request["north"], request["cell"], request["cell"])
    try:
        with rasterio.open(path, driver=driver_of(path)) as raster:
            if raster.crs is None:
                raise InputError("raster_without_crs", path=path.name)
            if raster.count != 1:
                raise InputError("raster_no_heights", path=path.name)
            with WarpedVRT(
                raster, crs=f"EPSG:{request['epsg']}", transform=transform, width=columns, height=rows,
                resampling=Resampling.average, add_alpha=True,
            ) as turned:  # fmt: skip
                values = turned.read(1).astype(np.float64)
                values[turned.read(2) == 0] = np.nan
    except (RasterioError, ValueError, OSError) as error:
        raise InputError("raster_unreadable", path=path.name, reason=str(error)[:200]) from error
    np.save(out / HEIGHTS_FILE, values, allow_pickle=False)


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
