"""A file of tiles (MBTiles 1.3): SQLite with the web's grid, rows counted from the south."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from layers.errors import InputError
from layers.geo.crs import PlanningCrs
from layers.maps.basemap import Tile, parent, tiles_in
from layers.maps.operations import Picture
from layers.maps.viewport import View

PICTURES = ("png", "jpg", "jpeg", "webp")
FARTHEST_UP = 5
"""Levels by which a tile that is missing is looked for higher up."""


@dataclass(eq=False)
class TileFile:
    """The tiles of an MBTiles file, read-only; each thread has a connection of its own."""

    path: Path
    title: str
    credit: str
    least: int
    most: int
    _of_thread: threading.local = field(default_factory=threading.local, repr=False)

    @classmethod
    def open(cls, path: Path) -> TileFile:
        """Look what the file says of itself.

        InputError `basemap_not_tiles` (no MBTiles), `basemap_vector_tiles` (no pictures),
        `basemap_file_missing`.
        """
        if not path.is_file():
            raise InputError("basemap_file_missing", path=str(path))
        try:
            with closing(_connected(path)) as file:
                said = {str(k): str(v) for k, v in file.execute("SELECT name, value FROM metadata")}
                levels = file.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
        except sqlite3.Error as error:
            raise InputError("basemap_not_tiles", path=path.name, reason=str(error)) from error
        if levels[0] is None:
            raise InputError("basemap_not_tiles", path=path.name, reason="0")
        if said.get("format", "png").lower() not in PICTURES:
            raise InputError("basemap_vector_tiles", path=path.name, format=said.get("format", ""))
        title = said.get("name") or path.stem
        return cls(path, title, said.get("attribution", ""), int(levels[0]), int(levels[1]))

    def read(self, z: int, x: int, y: int) -> bytes | None:
        """A tile's picture; None where the file has none. y is counted from the north."""
        file = getattr(self._of_thread, "file", None)
        if file is None:
            file = self._of_thread.file = _connected(self.path)
        found = file.execute(
            "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
            (z, x, 2**z - 1 - y),
        ).fetchone()
        return bytes(found[0]) if found and found[0] else None

    def pictures(self, view: View, crs: PlanningCrs, check: Callable[[], None]) -> Iterator[Picture]:
        """The tiles of a view; where one is missing, what a coarser level has of it."""
        wanted = tiles_in(view, crs, self.least, self.most)
        yield from tile_pictures(wanted, self.read, str(self.path), view, crs, self.least, check)

    def for_export(self) -> TileFile:
        """The basemap as a picture that leaves has it."""
        return self


def tile_pictures(
    wanted: list[Tile],
    read: Callable[[int, int, int], bytes | None],
    name: str,
    view: View,
    crs: PlanningCrs,
    least: int,
    check: Callable[[], None],
) -> Iterator[Picture]:
    """Pictures of tiles, coarser ones in place of those that `read` does not have below them."""
    found: list[tuple[Tile, bytes]] = []
    missing = list(wanted)
    for _ in range(FARTHEST_UP + 1):
        later: dict[tuple[int, int], Tile] = {}
        for tile in missing:
            check()
            data = read(tile.z, tile.x, tile.y)
            if data is not None:
                found.append((tile, data))
            elif tile.z > least and (tile.x // 2, tile.y // 2) not in later:
                later[tile.x // 2, tile.y // 2] = parent(tile, view, crs)
        missing = list(later.values())
        if not missing:
            break
    for tile, data in sorted(found, key=lambda each: each[0].z):
        yield Picture(data, tile.corners, f"{name}/{tile.z}/{tile.x}/{tile.y}")


def _connected(path: Path) -> Any:
    address = path.resolve().as_uri() + "?mode=ro"
    return sqlite3.connect(address, uri=True, check_same_thread=False)
