"""The basemaps a user has: remembered per user, never in a project, since paths and keys are of one
machine."""

from __future__ import annotations

import hashlib
import os
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.basemaps.damage import Damage
from app.basemaps.mbtiles import Decoded, TileFile
from app.basemaps.online import OnlineTiles, Shop, check_template, file_of
from app.basemaps.raster import RasterFile
from app.preferences import Preferences
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.exchange.pieces import READER
from layers.exchange.process import Cancelled
from layers.exchange.raster_look import REDUCED_PX, look_at_raster
from layers.maps.basemap import Basemap
from resources import RESOURCES

TILES, RASTERS = (".mbtiles",), (".tif", ".tiff", ".png", ".jpg", ".jpeg")


@dataclass(frozen=True)
class BasemapRecord:
    """One basemap on the shelf.

    way: "tiles", "picture", "relief" or "online". place: a path, or an address with {z} {x} {y}. facts: what
    was found out when it was added. key: the user's own, for `online`.
    """

    way: str
    title: str
    place: str
    credit: str = ""
    key: str = ""
    facts: Mapping[str, Any] | None = None

    @property
    def id(self) -> str:
        """A name that stays: of the way and the place."""
        return hashlib.sha256(f"{self.way} {self.place}".encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Provider:
    """A basemap of the web that the product knows."""

    id: str
    title: Text
    address: str
    credit: str
    needs_key: bool
    levels: tuple[int, int]


@cache
def providers() -> tuple[Provider, ...]:
    """The records of `resources/basemaps/online.toml`."""
    found = tomllib.loads((RESOURCES / "basemaps" / "online.toml").read_text("utf-8"))
    return tuple(
        Provider(name, Text(**entry["title"]), entry["address"], entry["credit"], entry["needs_key"],
                 tuple(entry["levels"]))
        for name, entry in found.items()
    )  # fmt: skip


def cache_folder() -> Path:
    """Where fetched tiles and reduced copies are kept (QITU_CACHE overrides); all of it can be made again."""
    if own := os.environ.get("QITU_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "QiTu" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qitu"


def record_of_file(path: Path, *, cancelled: Cancelled | None = None) -> BasemapRecord:
    """Look at a file and return its record.

    InputError `basemap_kind` for an ending that is no basemap's, and what looking at it raises.
    """
    ending = path.suffix.lower()
    if ending in TILES:
        found = TileFile.open(path)
        facts = {"levels": [found.least, found.most]}
        return BasemapRecord("tiles", found.title, str(path.resolve()), found.credit, facts=facts)
    if ending not in RASTERS:
        raise InputError("basemap_kind", path=path.name, endings=" ".join((*TILES, *RASTERS)))
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    facts = look_at_raster(path, cache_folder() / "rasters" / f"{name}.tif", cancelled=cancelled)
    way = "relief" if facts["heights"] else "picture"
    return BasemapRecord(way, path.stem, str(path.resolve()), facts=dict(facts))


def record_of_address(title: str, address: str, key: str = "", credit: str = "") -> BasemapRecord:
    """The record of tiles of the web. InputError `basemap_address`, `basemap_key_missing`."""
    check_template(address)
    if "{key}" in address and not key.strip():
        raise InputError("basemap_key_missing")
    return BasemapRecord(
        "online", title.strip() or address.split("/")[2], address.strip(), credit, key.strip()
    )


def opened(
    record: BasemapRecord,
    *,
    arrived: Callable[[], None] = lambda: None,
    failed: Callable[[str], None] = lambda _reason: None,
    damaged: Callable[[str], None] = lambda _reason: None,
) -> Basemap:
    """The basemap of a record, ready to be drawn; InputError where its file is gone or damaged.

    arrived, failed: of what is fetched. damaged: why a piece stays blank, told once. All from any thread.
    """
    damage = Damage(damaged)
    if record.way == "tiles" and not (record.facts or {}).get("levels"):  # kept by an earlier version
        record = record_of_file(Path(record.place))
    if record.way == "online":
        known = next((each for each in providers() if each.address == record.place), None)
        levels = known.levels if known else (0, 19)
        shop = Shop(record.place, record.key, file_of(record.place, cache_folder()), arrived, failed)
        return OnlineTiles(shop, record.title, record.credit, *levels, Decoded(damage))
    path, facts = Path(record.place), record.facts or {}
    if not path.is_file():
        raise InputError("basemap_file_missing", path=str(path))
    if record.way == "tiles":
        return TileFile(path, record.title, record.credit, *facts["levels"], damage)
    low, high = facts.get("range", (0.0, 255.0))
    return RasterFile(
        path,
        record.title,
        record.way == "relief",
        (float(low), float(high)),
        Path(facts["reduced"]) if facts.get("reduced") else None,
        _reduced_cell(facts),
        record.credit,
        damage,
    )


def close(basemap: Basemap | None) -> None:
    """Let go of what a basemap holds; the reader's child ends, and starts again where it is asked."""
    if basemap is not None:
        READER.close()
    if isinstance(basemap, OnlineTiles):
        basemap.shop.close()


def _reduced_cell(facts: Mapping[str, Any]) -> float:
    """Ground metres a pixel of the reduced copy, about; 0 where there is none."""
    if not facts.get("reduced"):
        return 0.0
    west, south, east, north = facts["bounds"]
    side = max(east - west, north - south)
    return side / REDUCED_PX * (111_000.0 if side < 360.0 and abs(west) <= 360.0 else 1.0)


class Shelf:
    """The basemaps of a user, and which one is shown."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    @property
    def records(self) -> tuple[BasemapRecord, ...]:
        """All of them, as they were added; what cannot be read of the preferences is left out."""
        found = []
        for entry in self._preferences["basemaps"]:
            try:
                found.append(BasemapRecord(**entry))
            except TypeError:
                continue
        return tuple(found)

    def put(self, record: BasemapRecord) -> None:
        """Add one, in place of one of the same place."""
        kept = [asdict(each) for each in self.records if each.id != record.id]
        self._preferences.set("basemaps", [*kept, asdict(record)])

    def remove(self, record_id: str) -> None:
        """Take one off; its file stays."""
        self._preferences.set("basemaps", [asdict(each) for each in self.records if each.id != record_id])

    def get(self, record_id: str) -> BasemapRecord | None:
        """The one with this id."""
        return next((each for each in self.records if each.id == record_id), None)
