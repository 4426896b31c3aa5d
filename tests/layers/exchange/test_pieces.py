"""The lasting reader of basemaps: what is there, what is not, and what is no picture."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from rasterio.io import MemoryFile

from layers.errors import InputError
from layers.exchange.pieces import PieceReader

WHOLE, TORN, NONE_SUCH = 3, 4, 5


def encoded(driver: str, bands: np.ndarray, **more: object) -> bytes:
    """A picture of bands (n, rows, columns)."""
    count, rows, columns = bands.shape
    with MemoryFile() as file:
        with file.open(driver=driver, width=columns, height=rows, count=count, dtype="uint8", **more) as out:
            out.write(bands)
        return bytes(file.read())


@pytest.fixture(scope="module")
def tiles(tmp_path_factory) -> Path:
    """A file of tiles, one of which is torn."""
    path = tmp_path_factory.mktemp("tiles") / "t.mbtiles"
    noise = np.random.default_rng(4).integers(0, 255, (3, 64, 64), np.uint8)
    picture = encoded("PNG", noise)
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        file.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        file.executemany(
            "INSERT INTO tiles VALUES (3, ?, 7, ?)", [(WHOLE, picture), (TORN, picture[: len(picture) // 2])]
        )
        file.commit()
    return path


@pytest.fixture
def reader() -> Iterator[PieceReader]:
    made = PieceReader()
    yield made
    made.close()


def ask(path: Path, column: int) -> dict[str, object]:
    return {"do": "tile", "path": str(path), "tile": [3, column, 0]}


def go_on() -> None:
    """Nothing is given up."""


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_it_reads_what_is_there_and_says_what_is_not(reader, tiles, tmp_path):
    pixels = reader.pixels(ask(tiles, WHOLE), go_on)
    assert pixels.shape == (64, 64, 4) and (pixels[..., 3] == 255).all() and pixels[..., :3].std() > 50
    assert reader.pixels(ask(tiles, NONE_SUCH), go_on) is None
    with pytest.raises(InputError, match="raster_unreadable"):
        reader.pixels(ask(tiles, TORN), go_on)
    first = reader.pid
    red = np.stack([np.full((8, 8), value, np.uint8) for value in (200, 10, 10, 128)])
    for driver, bands in (("PNG", red), ("JPEG", red[:3]), ("WEBP", red)):
        out = reader.pixels({"do": "decode", "name": "x"}, go_on, encoded(driver, bands))
        assert abs(int(out[4, 4, 0]) - 200) < 6 and out[4, 4, 1] < 25
        assert out[4, 4, 3] == (255 if driver == "JPEG" else 128)
    for data in (b"", b"<svg/>", b"GIF89a", b"RIFF1234WEBPVP8 "):
        with pytest.raises(InputError, match="raster_unreadable"):
            reader.pixels({"do": "decode", "name": "x"}, go_on, data)
    (tmp_path / "no.mbtiles").write_bytes(b"SQLite format 3\0 and no more")
    with pytest.raises(InputError, match="basemap_not_tiles"):
        reader.tiles_facts(tmp_path / "no.mbtiles")
    assert reader.pid == first, "one child answered it all"
