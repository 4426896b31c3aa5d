"""What is proposed: points, lines and areas with scheme, year and status; assets and yearly figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from data_samples.grassland import hectares
from data_samples.land import blob
from data_samples.network import Network, Route
from data_samples.rows import Rows, point

SCHEMES = ("方案一", "方案二", "现行计划")
STATUSES = ("idea", "reserve", "approved", "building", "done")
WORKS = (
    ("clinic", "卫生室新建", "health"),
    ("waste", "垃圾收集点", "waste"),
    ("water", "集中供水工程", "water"),
    ("fitness", "健身广场", "fitness"),
    ("logistics", "快递服务点", "logistics"),
    ("station", "运输服务站", "station"),
    ("bridge", "便民桥", "bridge"),
    ("sewage", "污水处理站", "sewage"),
)
UNITS = ("旗卫生健康部门", "旗住建部门", "旗水利部门", "旗文体部门", "旗交通部门")


def add_projects(rows: Rows, ground: tuple[np.ndarray, np.ndarray]) -> None:
    """Add a few dozen proposals. ground: land and cost rasters by which lines are led."""
    rng = rows.rng("projects")
    first = rows.banner.period[0]
    seats, gachas = rows.land.units.seats, rows.banner.gachas
    for k in range(max(16, len(gachas) // 2)):
        gacha = gachas[(k * 5 + 1) % len(gachas)]
        kind, title, _ = WORKS[k % len(WORKS)]
        rows.add(
            "proposed_point",
            rows.near(seats[gacha.code], rng, 420.0),
            count=1 + k % 3,
            **_project(
                rows, "XD", "proposed_point", f"{rows.short(gacha.code)}{title}", kind, gacha.code, k, rng
            ),
        )
    _add_lines(rows, ground, rng)
    works = (
        ("desert", "沙化治理区"),
        ("livestock", "标准化养殖小区"),
        ("housing", "安置点扩建"),
        ("grassland", "人工草地"),
    )
    for k in range(max(10, len(gachas) // 3)):
        gacha = gachas[(k * 7 + 2) % len(gachas)]
        kind, title = works[k % 4]
        seat = np.array(seats[gacha.code])
        turn = rng.uniform(0.0, 2 * np.pi)
        reach = {"desert": 5200.0, "livestock": 1900.0, "housing": 620.0, "grassland": 3600.0}[kind]
        size = {"desert": 900.0, "livestock": 190.0, "housing": 130.0, "grassland": 650.0}[kind]
        spot = seat + reach * np.array([np.cos(turn), np.sin(turn)])
        area = shapely.intersection(
            blob((float(spot[0]), float(spot[1])), size, rows.banner.seed + 900 + k),
            rows.land.units.gachas[gacha.code],
            grid_size=0.01,
        )
        if area.is_empty:
            continue
        rows.add(
            "proposed_area",
            area,
            area_ha=hectares(rows, area),
            **_project(
                rows, "XM", "proposed_area", f"{rows.short(gacha.code)}{title}", kind, gacha.code, k, rng
            ),
        )
    _add_assets(rows, rng)
    for k, (target, values, unit) in enumerate(
        (("high_tech_firms", (1, 1, 2), "家"), ("industry_consortia", (1, 2, 2), "个"))
    ):
        for n, value in enumerate(values):
            rows.add(
                "target_value",
                None,
                code=f"ZB{k + 1}{n + 1}",
                target_id=target,
                year=first + n,
                value=float(value),
                unit=unit,
            )


def _project(
    rows: Rows, prefix: str, kind: str, title: str, work: str, gacha: str, k: int, rng: np.random.Generator
) -> dict[str, Any]:
    first, last = rows.banner.period
    status = STATUSES[(k * 3 + 1) % 5]
    year = first + 1 + k % (last - first)
    known = status in ("approved", "building", "done")
    return {
        "code": f"{prefix}{rows.number(kind):03d}",
        "name": title,
        "kind_of_work": work,
        "gacha_code": gacha,
        "scheme": SCHEMES[k % 3] if not known else "现行计划",
        "year": year,
        "status": status,
        "unit_in_charge": UNITS[k % 5],
        "document": f"样例发改〔{year}〕{k + 10}号" if known else None,
        "fund_source": ("衔接资金", "地方一般债", "东西协作", None)[k % 4],
        "fund_year": year if known else None,
        "budget": round(float(rng.uniform(12.0, 480.0)), 1),
        "performance_target": "按期建成并投入使用" if k % 6 else None,
        "named_in_plan": int(k % 4 == 0),
        "eia_state": ("none", "submitted", "approved", "registered", "exempt", None)[k % 6],
        "extent": "见图" if k % 3 else None,
        "standard": None,
        "groundwork": ("选址", "可研", "初设", None)[k % 4],
        "begun_on": f"{year}-05-15" if status in ("building", "done") else None,
        "finished_on": f"{year}-10-20" if status == "done" else None,
        "eia_document": None,
        "eia_on": None,
        "grassland_ground": None,
        "place": f"{rows.names[gacha]}驻地附近",
    }


def _add_lines(rows: Rows, ground: tuple[np.ndarray, np.ndarray], rng: np.random.Generator) -> None:
    """Propose roads from the seats furthest from a highway: to the highway, or to the next gacha."""
    land, cost = ground
    seats, gachas = rows.land.units.seats, rows.banner.gachas
    highways = shapely.union_all(
        [row["geom"] for row in rows.kinds["road"] if row["class"] in ("class_ii", "class_iii", "class_iv")]
    )
    away = {
        g.code: round(float(shapely.distance(highways, shapely.points(seats[g.code]))), 2) for g in gachas
    }
    far = sorted(gachas, key=lambda gacha: (-away[gacha.code], gacha.code))
    for k, gacha in enumerate(far[: max(14, len(gachas) // 3)]):
        network = Network(rows.land.frame, land, cost, rows.banner.seed + 29)
        seat = np.array(seats[gacha.code])
        start = network.pin(seats[gacha.code])
        if k % 2 == 0:
            end = shapely.get_coordinates(shapely.shortest_line(shapely.points(seat), highways))[-1]
        else:
            others = [seats[other.code] for other in gachas if other.code != gacha.code]
            end = np.array(min(others, key=lambda place: (float(np.hypot(*(place - seat))), place)))
        goal = network.pin((float(end[0]), float(end[1])))
        if goal == start:
            continue
        network.add(network.path(start, goal), Route("class_iv", "concrete"))
        title = f"{rows.short(gacha.code)}公路"
        for _, line in network.sections():
            rows.add(
                "proposed_line",
                line,
                surface="concrete",
                width_m=6.0,
                **{"class": "class_iv"},
                **_project(rows, "XL", "proposed_line", title, "road", gacha.code, k, rng),
            )


def _add_assets(rows: Rows, rng: np.random.Generator) -> None:
    kinds = (("operating", "养殖棚圈"), ("public", "文化活动室"), ("household", "到户畜牧设备"))
    for k, gacha in enumerate(rows.banner.gachas):
        for n in range(1 + k % 3):
            kind, title = kinds[(k + n) % 3]
            year = rows.banner.period[0] - int(rng.integers(1, 6))
            x, y = np.array(rows.land.units.seats[gacha.code]) + rng.normal(0.0, 260.0, 2)
            rows.add(
                "asset",
                point(x, y),
                code=f"ZC{rows.number('asset'):03d}",
                name=f"{rows.short(gacha.code)}{title}",
                gacha_code=gacha.code,
                state=("in_use", "in_use", "idle", "in_use", None)[(k + n) % 5],
                owner=rows.names[gacha.code],
                keeper_unit=rows.names[gacha.code],
                value=round(float(rng.uniform(3.0, 160.0)), 1),
                income=round(float(rng.uniform(0.0, 9.0)), 2) if kind == "operating" else None,
                year=year,
                document=None,
                **{"class": kind},
            )
