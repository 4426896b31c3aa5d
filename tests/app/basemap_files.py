"""Basemap files for tests, made where they are needed: colours that can be found again on the map."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import rasterio
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage
from rasterio.transform import from_bounds

from layers.geo.crs import PlanningCrs
from layers.maps.basemap import tiles_in
from layers.maps.viewport import View


def tile(colour: str) -> bytes:
    """A PNG of one colour."""
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def mbtiles(path: Path, view: View, crs: PlanningCrs, colour: str, *, level: int, form: str = "png") -> Path:
    """Tiles of one level over a view."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        file.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        said = [("name", "瓦片"), ("format", form), ("attribution", "某测绘院")]
        file.executemany("INSERT INTO metadata VALUES (?, ?)", said)
        rows = [(each.z, each.x, 2**each.z - 1 - each.y, tile(colour))
                for each in tiles_in(view, crs, level, level)]  # fmt: skip
        file.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        file.commit()
    return path


def geotiff(path: Path, bands: np.ndarray, bounds: tuple[float, float, float, float], epsg: int | None,
            **more: object) -> Path:  # fmt: skip
    """A GeoTIFF of bands (n, rows, columns)."""
    count, height, width = bands.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=count, dtype=bands.dtype,
        crs=None if epsg is None else f"EPSG:{epsg}", transform=from_bounds(*bounds, width, height), **more,
    ) as file:  # fmt: skip
        file.write(bands)
    return path
