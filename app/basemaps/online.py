"""Tiles of the web: fetched in the background, kept in an MBTiles file, so that a place seen once stays seen.

Nothing is fetched until the user has added such a basemap. The user's key goes into the address only: it is
in no file of tiles, no project and no message.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from app.basemaps.damage import Damage
from app.basemaps.mbtiles import Check, Decoded, tile_pictures
from layers.errors import InputError
from layers.exchange.pieces import READER, Pixels
from layers.geo.crs import PlanningCrs
from layers.maps.basemap import tiles_in
from layers.maps.operations import Picture
from layers.maps.viewport import View

FETCHERS, TIMEOUT_S, MOST_BYTES, TRY_AGAIN_S, EXPORT_WAIT_S = 4, 10.0, 3_000_000, 60.0, 30.0
MOST_KEPT = 60_000
"""Tiles kept in a file, about 1 GB; the oldest go first."""
MOST_WAITING = 150
SIGNS = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS metadata (name TEXT PRIMARY KEY, value TEXT)",
    "CREATE TABLE IF NOT EXISTS tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER,"
    " tile_data BLOB, fetched INTEGER, PRIMARY KEY (zoom_level, tile_column, tile_row))",
)


def address_of(template: str, key: str, z: int, x: int, y: int) -> str:
    """A tile's address: {z} {x} {y} ({-y} counted from the south), {s} a server 0-7, {key} the user's key."""
    parts = {
        "{z}": str(z), "{x}": str(x), "{y}": str(y), "{-y}": str(2**z - 1 - y), "{s}": str((x + y) % 8),
        "{key}": key,
    }  # fmt: skip
    for place, value in parts.items():
        template = template.replace(place, value)
    return template


def check_template(template: str) -> None:
    """InputError `basemap_address` unless it is http(s) with {z}, {x} and {y}."""
    split = urlsplit(template)
    places = all(place in template for place in ("{z}", "{x}")) and ("{y}" in template or "{-y}" in template)
    if split.scheme not in ("http", "https") or not split.hostname or not places:
        raise InputError("basemap_address", address=template)


@dataclass(eq=False)
class Shop:
    """Fetches the tiles of one address and keeps them; any thread may ask.

    arrived: called from a fetching thread when tiles are there. failed: called with a reason, at most once a
    minute.
    """

    template: str
    key: str
    file: Path
    arrived: Callable[[], None] = lambda: None
    failed: Callable[[str], None] = lambda _reason: None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _coming: dict[tuple[int, int, int], Future[None]] = field(default_factory=dict, repr=False)
    _refused: dict[tuple[int, int, int], float] = field(default_factory=dict, repr=False)
    _said: float = -TRY_AGAIN_S
    _kept: sqlite3.Connection | None = None

    def __post_init__(self) -> None:
        check_template(self.template)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self._kept = sqlite3.connect(self.file, check_same_thread=False, isolation_level=None)
        for line in SCHEMA:
            self._kept.execute(line)
        self._kept.execute("PRAGMA journal_mode = WAL")
        self._pool = ThreadPoolExecutor(FETCHERS, thread_name_prefix="tiles")

    def read(self, z: int, x: int, y: int) -> bytes | None:
        """A tile that is kept; one that is not is fetched."""
        with self._lock:
            if self._kept is None:
                return None
            found = self._kept.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                (z, x, 2**z - 1 - y),
            ).fetchone()
        return bytes(found[0]) if found else None

    def ask(self, tiles: list[tuple[int, int, int]]) -> list[Future[None]]:
        """Fetch what is neither kept nor on its way nor refused a short while ago."""
        now, asked = time.monotonic(), []
        with self._lock:
            for tile in tiles:
                if tile in self._coming:
                    asked.append(self._coming[tile])
                elif self._kept is not None and now - self._refused.get(tile, -TRY_AGAIN_S) >= TRY_AGAIN_S:
                    if len(self._coming) >= MOST_WAITING:
                        break
                    self._coming[tile] = future = self._pool.submit(self._fetch, tile)
                    asked.append(future)
        return asked

    def close(self) -> None:
        """No more tiles; what is being fetched is waited for (at most TIMEOUT_S)."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            if self._kept is not None:
                self._kept.execute(
                    "DELETE FROM tiles WHERE rowid IN (SELECT rowid FROM tiles ORDER BY fetched DESC"
                    " LIMIT -1 OFFSET ?)",
                    (MOST_KEPT,),
                )
                self._kept.close()
                self._kept = None

    def _fetch(self, tile: tuple[int, int, int]) -> None:
        reason = ""
        try:
            data = fetch(address_of(self.template, self.key, *tile))
            with self._lock:
                if self._kept is not None:
                    z, x, y = tile
                    self._kept.execute(
                        "INSERT OR REPLACE INTO tiles VALUES (?, ?, ?, ?, ?)",
                        (z, x, 2**z - 1 - y, data, int(time.time())),
                    )
        except (OSError, ValueError, sqlite3.Error) as error:
            reason = self._clean(error)
        with self._lock:
            self._coming.pop(tile, None)
            now = time.monotonic()
            if reason:
                self._refused[tile] = now
            tell = bool(reason) and now - self._said >= TRY_AGAIN_S
            if tell:
                self._said = now
        if not reason:
            self.arrived()
        elif tell:
            self.failed(reason)

    def _clean(self, error: Exception) -> str:
        """The reason without the key, which some servers repeat."""
        said = f"HTTP {error.code}" if isinstance(error, urllib.error.HTTPError) else str(error)
        return said.replace(self.key, "…") if self.key else said


def fetch(address: str) -> bytes:
    """A picture from the web; OSError where the server gives none, ValueError where it is no picture."""
    # Only http and https get here: `check_template` has seen the address.
    request = urllib.request.Request(address, headers={"User-Agent": "QiTu", "Accept": "image/*"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        data = answer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES or not data.startswith(SIGNS):
        raise ValueError("no picture")
    return bytes(data)


@dataclass(frozen=True, eq=False)
class OnlineTiles:
    """A basemap of the web over its shop; `patience` seconds are waited for tiles that are on their way."""

    shop: Shop
    title: str
    credit: str
    least: int
    most: int
    decoded: Decoded = field(default_factory=lambda: Decoded(Damage()))
    patience: float = 0.0

    def pictures(self, view: View, crs: PlanningCrs, check: Callable[[], None]) -> Iterator[Picture]:
        """What is kept of a view; the rest is asked for."""
        wanted = tiles_in(view, crs, self.least, self.most)
        missing = [at for at in ((t.z, t.x, t.y) for t in wanted) if self.shop.read(*at) is None]
        end = time.monotonic() + self.patience
        asked = self.shop.ask(missing)
        while self.patience and asked and time.monotonic() < end:
            check()
            wait(asked, timeout=0.1)
            if all(future.done() for future in asked):
                asked = self.shop.ask([at for at in missing if self.shop.read(*at) is None])
        yield from tile_pictures(wanted, self._read, view, crs, self.least, check)

    def _read(self, z: int, x: int, y: int, check: Check) -> Pixels | None:
        data = self.shop.read(z, x, y)
        if data is None:
            return None
        request = {"do": "decode", "name": f"{z}/{x}/{y}"}
        return self.decoded.read((z, x, y), lambda: READER.pixels(request, check, data))

    def for_export(self) -> OnlineTiles:
        """With patience: a picture that leaves is not to have holes."""
        return replace(self, patience=EXPORT_WAIT_S)


def file_of(template: str, folder: Path) -> Path:
    """Where the tiles of an address are kept; another key is the same file."""
    return folder / f"{hashlib.sha256(template.encode()).hexdigest()[:16]}.mbtiles"
