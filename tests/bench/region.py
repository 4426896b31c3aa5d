"""A region's project: 11,000 gachas, 200,000 zones, 300,000 road segments, 1,000,000 points, as real kinds.

Made by `create_project` as the product makes its files; kept in the system's folder for temporary files under
a name that holds the digest of this code, so that it is made once a version. Everything in it is synthetic.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers.catalogue.registry import default_catalogue
from layers.geo.crs import PlanningCrs
from layers.plan.base import Base, MemorySource
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.store import create_project
from layers.store.schema import SCHEMA
from tests.bench import lattice
from tests.bench.lattice import Bend, Lattice

GACHA_ROWS, GACHA_COLUMNS = 100, 110
ZONE_ROWS, ZONE_COLUMNS = 400, 500
ROAD_ROWS, ROAD_COLUMNS, ROADS = 360, 420, 300_000
HOUSEHOLDS, TOILETS = 1_000_000, 200_000
MONITORED = [None] * 37 + ["unstable", "marginal", "sudden"]
TOILET_STATES = ["unimproved", "planned", "built", "accepted", "faulty", None]
SUMU_BLOCK = 5  # gachas along each side of a sumu
WIDTH, HEIGHT = 900_000.0, 500_000.0
CRS = PlanningCrs.from_epsg(4549)
LAND = Lattice(GACHA_ROWS, GACHA_COLUMNS, 500_000.0 - WIDTH / 2, 5_300_000.0 - HEIGHT / 2, WIDTH, HEIGHT)
BEND = Bend(slope=0.14, longest=24_000.0, waves=5, seed=20)
Columns = Mapping[str, Any]


def region_path() -> Path:
    """Return where this version's file is, or will be."""
    sources = [Path(__file__), Path(lattice.__file__)]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources))
    digest.update(repr((SCHEMA, [(kind.id, kind.column_names) for kind in default_catalogue()])).encode())
    return Path(tempfile.gettempdir()) / f"qitu-bench-{digest.hexdigest()[:16]}" / "region.gpkg"


def region_project() -> tuple[Path, Mapping[str, Any]]:
    """Return the region's file, made where it is not there, and what is in it (see `summary`)."""
    path = region_path()
    facts = path.with_suffix(".json")
    if not (path.is_file() and facts.is_file()):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        start = time.perf_counter()
        plan = make_region()
        made = time.perf_counter()
        create_project(path, plan)
        written = time.perf_counter()
        facts.write_text(json.dumps({"generate_s": made - start, "write_s": written - made,
                                     "bytes": path.stat().st_size, "layers": summary(plan)}), "utf-8")
    return path, json.loads(facts.read_text("utf-8"))


def summary(plan: Plan) -> dict[str, tuple[int, int]]:
    """Return kind -> (rows, vertices)."""
    return {kind.id: (len(table), int(shapely.get_num_coordinates(table.geometry).sum()))
            for kind, table in plan.layers() if kind.geometry}


def make_region() -> Plan:
    """Return the region as a plan."""
    gachas = lattice.coverage(LAND, BEND, steps=33)
    gacha_codes = np.array([f"{150_000_000_000 + at}" for at in range(1, len(gachas) + 1)], object)
    row, column = np.divmod(np.arange(len(gachas)), GACHA_COLUMNS)
    block = (row // SUMU_BLOCK) * -(-GACHA_COLUMNS // SUMU_BLOCK) + column // SUMU_BLOCK
    sumu_codes = np.array([f"{150_900_000_000 + at * 1000}" for at in range(block.max() + 1)], object)
    sumus = _multi_polygons(np.array([shapely.coverage_union_all(gachas[block == at])
                                      for at in range(len(sumu_codes))], object))
    banner = _multi_polygons(np.array([shapely.coverage_union_all(sumus)], object))
    seats = shapely.point_on_surface(gachas)
    rng = np.random.default_rng(2021)
    homes, home_codes = _homes(gachas, seats, gacha_codes, rng)
    tables = {
        "banner": ({"code": ["150000"], "name": ["试验区域"]}, banner),
        "sumu": ({"code": sumu_codes, "name": _names("苏木", len(sumus))}, sumus),
        "gacha": ({"code": gacha_codes, "name": _names("嘎查", len(gachas)), "sumu_code": sumu_codes[block],
                   "out_of_poverty_households": rng.integers(0, 30, len(gachas)),
                   "village_plan": rng.choice(["none", "needed", "drafted", "approved"], len(gachas))},
                  gachas),
        "seat": _seats(seats, gacha_codes, shapely.point_on_surface(sumus), sumu_codes),
        "grazing_zone": _zones(gachas, gacha_codes),
        "road": _roads(rng),
        "household": ({"code": _numbers("H", HOUSEHOLDS), "gacha_code": home_codes,
                       "members": rng.integers(1, 7, HOUSEHOLDS), "rural": np.ones(HOUSEHOLDS, int),
                       "monitored": rng.choice(np.array(MONITORED, object), HOUSEHOLDS)}, homes),
        "toilet": ({"code": _numbers("T", TOILETS), "household_code": _numbers("H", HOUSEHOLDS)[:TOILETS],
                    "gacha_code": home_codes[:TOILETS],
                    "state": rng.choice(np.array(TOILET_STATES, object), TOILETS)}, homes[:TOILETS]),
    }
    catalogue = default_catalogue()
    documents = {"project": {"info": {"title": "试验区域", "title_en": "Region for benchmarks"}}}
    return Plan(catalogue, CRS, {kind: _table(catalogue[kind], columns, geometry)
                                 for kind, (columns, geometry) in tables.items()}, documents)


def _seats(gachas: np.ndarray, gacha_codes: np.ndarray, sumus: np.ndarray,
           sumu_codes: np.ndarray) -> tuple[Columns, np.ndarray]:
    places = np.r_[sumus[:1], sumus, gachas]
    codes = np.r_[np.array(["150000"], object), sumu_codes, gacha_codes]
    levels = ["banner"] + ["sumu"] * len(sumus) + ["gacha"] * len(gachas)
    return {"code": _numbers("S", len(places)), "name": _names("驻地", len(places)), "level": levels,
            "unit_code": codes}, places


def _zones(gachas: np.ndarray, gacha_codes: np.ndarray) -> tuple[Columns, np.ndarray]:
    grid = Lattice(ZONE_ROWS, ZONE_COLUMNS, LAND.west, LAND.south, LAND.width, LAND.height)
    zones = lattice.coverage(grid, Bend(0.17, 5_000.0, 4, 21), steps=8)
    middle = shapely.centroid(zones)
    value = lattice.band(shapely.get_coordinates(middle), longest=90_000.0, seed=3)
    regime = np.array(["ban", "rest", "balance"], object)[np.digitize(value, [-0.35, 0.25])]
    return {"code": _numbers("Z", len(zones)), "name": _names("分区", len(zones)), "regime": regime,
            "gacha_code": _codes_at(gachas, gacha_codes, middle), "area_ha": shapely.area(zones) / 1e4}, zones


def _roads(rng: np.random.Generator) -> tuple[Columns, np.ndarray]:
    lines, place = lattice.grid_roads(ROAD_COLUMNS, ROAD_ROWS, LAND, Bend(0.14, 16_000.0, 5, 22), steps=7)
    kept = np.sort(rng.permutation(len(lines))[:ROADS])
    lines, place = lines[kept], place[kept]
    number = place[:, 1]
    grade = np.full(ROADS, 4)
    for every, at in ((3, 3), (12, 2), (48, 1), (144, 0)):
        grade[number % every == 0] = at
    classes = np.array(["class_i", "class_iii", "class_iv", "village", "track"], object)[grade]
    surfaces = np.array(["asphalt", "asphalt", "concrete", "gravel", "earth"], object)[grade]
    names = np.array([f"{'EN'[way]}{at}" for way, at in place], object)
    return {"code": _numbers("R", ROADS), "name": names, "number": np.where(grade < 3, names, None),
            "class": classes, "surface": surfaces, "passable": np.ones(ROADS, int),
            "width_m": np.array([12.0, 8.5, 6.0, 4.5, 3.0])[grade]}, lines


def _homes(gachas: np.ndarray, seats: np.ndarray, codes: np.ndarray,
           rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Households round seats, and the code of the gacha in which each lies."""
    weight = rng.lognormal(0.0, 0.6, len(gachas))
    owner = np.sort(rng.choice(len(gachas), HOUSEHOLDS, p=weight / weight.sum()))
    size = np.sqrt(shapely.area(gachas))[owner]
    away = rng.normal(0.0, 1.0, (HOUSEHOLDS, 2))
    away *= (size * rng.choice([0.05, 0.2], HOUSEHOLDS, p=[0.4, 0.6]))[:, None]
    xy = shapely.get_coordinates(seats)[owner] + away
    places = shapely.points(np.round(xy / lattice.GRID) * lattice.GRID)
    return places, _codes_at(gachas, codes, places)


def _codes_at(gachas: np.ndarray, codes: np.ndarray, points: np.ndarray) -> np.ndarray:
    gacha, point = shapely.STRtree(points).query(gachas, predicate="intersects")
    found = np.full(len(points), None, object)
    found[point] = codes[gacha]
    return found


def _multi_polygons(geometry: np.ndarray) -> np.ndarray:
    single = shapely.get_type_id(geometry) == shapely.GeometryType.POLYGON
    geometry[single] = lattice.multi(geometry[single], shapely.multipolygons)
    return geometry


def _names(word: str, count: int) -> np.ndarray:
    return np.array([f"试验{word}{at}" for at in range(1, count + 1)], object)


def _numbers(letter: str, count: int) -> np.ndarray:
    return np.array([f"{letter}{at:07d}" for at in range(1, count + 1)], object)


def _table(kind: Any, columns: Columns, geometry: np.ndarray) -> Table:
    """Return a table of whole columns; every row says that it is synthetic."""
    filled: dict[str, np.ndarray] = {"geom": geometry}
    for name, values in {**columns, "quality": "synthetic", "source": "tests/bench"}.items():
        column = kind.column(name)
        cells = np.empty(len(geometry), object)
        plain = {"integer": int, "boolean": int, "real": float}.get(column.type)
        if isinstance(values, str):
            cells[:] = values
        elif plain is not None:
            cells[:] = np.asarray(values, plain).tolist()
        else:
            cells[:] = [None if value is None else str(value) for value in values]
        filled[name] = cells
    return Table(kind, Base(MemorySource(np.arange(1, len(geometry) + 1, dtype=np.int64), filled)))
