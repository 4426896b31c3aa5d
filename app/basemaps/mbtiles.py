"""A file of tiles (MBTiles 1.3): SQLite with the web's grid; read and decoded in a child process
(`layers.exchange.pieces`)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.basemaps.damage import Damage
from layers.errors import InputError
from layers.exchange.pieces import READER, Pixels
from layers.geo.crs import PlanningCrs
from layers.maps.basemap import Tile, parent, tiles_in
from layers.maps.operations import Picture
from layers.maps.viewport import View

PICTURES = ("png", "jpg", "jpeg", "webp")
FARTHEST_UP = 5
"""Levels by which a tile that is missing is looked for higher up."""
MOST_KEPT = 400
"""Tiles of 256 px that are kept decoded: 100 MB."""
At = tuple[int, int, int]
Check = Callable[[], None]


class Decoded:
    """The tiles that were last decoded, and what could not be: a blank tile, told of once."""

    def __init__(self, damage: Damage) -> None:
        self._damage, self._lock = damage, threading.Lock()
        self._kept: OrderedDict[At, Pixels | None] = OrderedDict()

    def read(self, at: At, decode: Callable[[], Pixels | None]) -> Pixels | None:
        """A tile's pixels; None where there is none, or none that can be read."""
        with self._lock:
            if at in self._kept:
                self._kept.move_to_end(at)
                return self._kept[at]
        try:
            pixels = decode()
        except InputError as error:
            pixels = None
            self._damage.tell(error)
        with self._lock:
            self._kept[at] = pixels
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return pixels


@dataclass(eq=False)
class TileFile:
    """The tiles of an MBTiles file, read-only."""

    path: Path
    title: str
    credit: str
    least: int
    most: int
    damage: Damage = field(default_factory=Damage)
    _decoded: Decoded = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._decoded = Decoded(self.damage)

    @classmethod
    def open(cls, path: Path) -> TileFile:
        """Look what the file says of itself.

        InputError `basemap_not_tiles` (no MBTiles), `basemap_vector_tiles` (no pictures),
        `basemap_file_missing`, and those of the reader.
        """
        if not path.is_file():
            raise InputError("basemap_file_missing", path=str(path))
        said = READER.tiles_facts(path)
        if said["levels"] is None:
            raise InputError("basemap_not_tiles", path=path.name, reason="0")
        if said["format"] not in PICTURES:
            raise InputError("basemap_vector_tiles", path=path.name, format=said["format"])
        return cls(path, said["title"] or path.stem, said["credit"], *said["levels"])

    def read(self, z: int, x: int, y: int, check: Check = lambda: None) -> Pixels | None:
        """A tile's pixels; None where the file has none. y is counted from the north."""
        request = {"do": "tile", "path": str(self.path), "tile": [z, x, y]}
        return self._decoded.read((z, x, y), lambda: READER.pixels(request, check))

    def pictures(self, view: View, crs: PlanningCrs, check: Check) -> Iterator[Picture]:
        """The tiles of a view; where one is missing, what a coarser level has of it."""
        wanted = tiles_in(view, crs, self.least, self.most)
        yield from tile_pictures(wanted, self.read, view, crs, self.least, check)

    def for_export(self) -> TileFile:
        """The basemap as a picture that leaves has it."""
        return self


def tile_pictures(
    wanted: list[Tile],
    read: Callable[[int, int, int, Check], Pixels | None],
    view: View,
    crs: PlanningCrs,
    least: int,
    check: Check,
) -> Iterator[Picture]:
    """Pictures of tiles, coarser ones in place of those that `read` does not have below them."""
    found: list[tuple[Tile, Pixels]] = []
    missing = list(wanted)
    for _ in range(FARTHEST_UP + 1):
        later: dict[tuple[int, int], Tile] = {}
        for tile in missing:
            check()
            pixels = read(tile.z, tile.x, tile.y, check)
            if pixels is not None:
                found.append((tile, pixels))
            elif tile.z > least and (tile.x // 2, tile.y // 2) not in later:
                later[tile.x // 2, tile.y // 2] = parent(tile, view, crs)
        missing = list(later.values())
        if not missing:
            break
    for tile, pixels in sorted(found, key=lambda each: each[0].z):
        yield Picture(pixels, tile.corners, joined=True)
