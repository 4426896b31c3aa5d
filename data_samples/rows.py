"""Rows of the sample, collected by kind: every one says how good it is and where it comes from."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import shapely

from data_samples.banner import Banner
from data_samples.coverage import as_multi
from data_samples.land import Land
from data_samples.raster import generator

Row = dict[str, Any]


class Rows:
    """Kind -> rows, each a dict of columns with `geom` (None in a table without geometry)."""

    def __init__(self, land: Land) -> None:
        self.land = land
        self.banner: Banner = land.banner
        self.kinds: dict[str, list[Row]] = {}
        self._codes = sorted(land.units.gachas)
        self._tree = shapely.STRtree([land.units.gachas[code] for code in self._codes])
        self._sumu = {gacha.code: gacha.sumu for gacha in land.banner.gachas}
        self.names = {gacha.code: gacha.name for gacha in land.banner.gachas} | {
            sumu.code: sumu.name for sumu in land.banner.sumus
        }

    def add(
        self,
        kind: str,
        geom: shapely.Geometry | None,
        /,
        *,
        quality: str = "synthetic",
        source: str = "made",
        **columns: Any,
    ) -> Row:
        """Add a row; `source` is a subject of the banner's sources. Coordinates are rounded to 0.01 m."""
        if geom is not None and geom.geom_type == "Polygon":
            geom = as_multi(geom)
        if geom is not None and geom.geom_type == "LineString":
            geom = shapely.multilinestrings([geom])
        row = {
            **{name: _plain(value) for name, value in columns.items()},
            "quality": quality,
            "source": self.banner.sources[source],
            "geom": geom,
        }
        self.kinds.setdefault(kind, []).append(row)
        return row

    def number(self, kind: str) -> int:
        """Return the number of the next row of a kind, from 1."""
        return len(self.kinds.get(kind, ())) + 1

    def gacha_at(self, points: np.ndarray) -> list[str | None]:
        """Return the gacha code at each place of shape (n, 2), None on land that belongs to none."""
        points = np.asarray(points, dtype=float).reshape(-1, 2)
        found = self._tree.query(shapely.points(points), predicate="intersects")
        codes: list[str | None] = [None] * len(points)
        for k, unit in zip(found[0][::-1].tolist(), found[1][::-1].tolist(), strict=True):
            codes[k] = self._codes[unit]
        return codes

    def sumu_of(self, gacha_code: str) -> str:
        """Return the code of the gacha's sumu."""
        return self._sumu[gacha_code]

    def short(self, code: str) -> str:
        """Return a unit's name without its kind, as facilities carry it."""
        return self.names[code].removesuffix("嘎查")

    def rng(self, subject: str) -> np.random.Generator:
        """Return the generator of one subject."""
        return generator(self.banner.seed, subject)

    def near(self, place: tuple[float, float], rng: np.random.Generator, spread: float) -> shapely.Point:
        """Return a point around a place, in the banner and out of the water; the place itself if that
        fails."""
        for _ in range(12):
            x, y = np.asarray(place) + rng.normal(0.0, spread, 2)
            dry = float(self.land.frame.at(self.land.to_lake, np.array([(x, y)]))[0]) > 250.0
            if dry and shapely.contains_xy(self.banner.outline, x, y):
                return point(x, y)
        return point(*place)


def point(x: float, y: float) -> shapely.Point:
    """Return a point rounded to 0.01 m."""
    return shapely.Point(round(float(x), 2), round(float(y), 2))


def day(rng: np.random.Generator, first: int, last: int) -> str:
    """Return a day (ISO) between the first and the last year, both whole."""
    start = datetime.date(first, 1, 1)
    return (
        start + datetime.timedelta(days=int(rng.integers(0, (datetime.date(last, 12, 31) - start).days + 1)))
    ).isoformat()


def _plain(value: object) -> object:
    """Return numpy scalars as plain ones and booleans as 0 or 1, as the project stores them."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return int(value)
    return value
