"""Rows of the road network, what was found wrong with it, and stations and delivery points."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.interpolate import PchipInterpolator

from data_samples.roads import SHEET, Section
from data_samples.rows import Rows, day, point

WIDTHS = {"class_ii": 12.0, "class_iii": 7.5, "class_iv": 6.0, "village": 4.0, "track": 3.0}


def add_roads(rows: Rows, sections: list[Section]) -> None:
    """Add the sections with their class, surface and state."""
    rng = rows.rng("road rows")
    first = rows.banner.period[0]
    ordered = sorted(sections, key=lambda s: (s[0].grade, s[0].number, s[0].name, *s[1].bounds, s[1].length))
    for k, (route, line) in enumerate(ordered):
        highway = route.grade in ("class_ii", "class_iii", "class_iv")
        rows.add(
            "road",
            line,
            quality="schematic",
            code=f"LD{k + 1:04d}",
            name=route.name,
            number=route.number or None,
            surface=route.surface,
            width_m=WIDTHS[route.grade] - (1.0 if k % 11 == 0 else 0.0),
            passable=0
            if route.grade == "track" and k % 29 == 0
            else None
            if route.grade == "track" and k % 17 == 0
            else 1,
            chief="旗级路长"
            if route.grade in ("class_ii", "class_iii")
            else "苏木乡镇级路长"
            if highway
            else "嘎查级路长"
            if k % 6
            else None,
            opened_on=day(rng, 2004, first + 1) if route.grade != "track" else None,
            bottleneck=int(route.grade == "class_iv" and k % 9 == 0),
            tourist=int(route.grade == "class_iii"),
            **{"class": route.grade},
            scheme=None,
            year=None,
            status=None,
        )


def add_bridges(rows: Rows) -> None:
    """Add a bridge where a road crosses a river; a track mostly fords it."""
    rng = rows.rng("bridges")
    roads = rows.kinds["road"]
    for name in sorted(rows.land.rivers):
        river = rows.land.rivers[name]
        for row in roads:
            if row["class"] == "track" and hash_of(str(row["code"])) % 3:
                continue
            for x, y in shapely.get_coordinates(shapely.intersection(row["geom"], river)):
                number = rows.number("bridge")
                load = {"class_ii": 55.0, "class_iii": 40.0}.get(str(row["class"]), 20.0)
                rows.add(
                    "bridge",
                    point(x, y),
                    quality="schematic",
                    code=f"QL{number:03d}",
                    name=f"{name}{number}号桥",
                    length_m=round(float(rng.uniform(18.0, 160.0)), 1),
                    load_t=load if number % 7 else None,
                    passable=0 if number % 19 == 0 else 1,
                    scheme=None,
                    year=None,
                    status=None,
                )


def hash_of(text: str) -> int:
    """Return a number that depends on the text alone, on every machine."""
    return sum((k + 1) * ord(letter) for k, letter in enumerate(text))


def add_dead_ends(rows: Rows, sections: list[Section]) -> None:
    """Add a point at every loose end of the network, with the reason as an inspection would give it."""
    cut = {
        tuple(end)
        for route, line in sections
        if route.note == "data_edge"
        for end in shapely.get_coordinates(line)[[0, -1]]
    }
    outline = shapely.boundary(rows.kinds["banner"][0]["geom"])
    ends: dict[tuple[float, float], list[dict]] = {}
    for row in rows.kinds["road"]:
        points = shapely.get_coordinates(row["geom"])
        for end in (points[0], points[-1]):
            ends.setdefault(tuple(end), []).append(row)
    found = sorted(((end, here[0]) for end, here in ends.items() if len(here) == 1), key=lambda e: e[0])
    loose = shapely.points(np.array([end for end, _ in found]))
    tree = shapely.STRtree(loose)
    codes = rows.gacha_at(np.array([end for end, _ in found]))
    states = ("found", "checked", "checked", "planned", "kept")
    for k, (end, row) in enumerate(found):
        others = tree.query(loose[k], predicate="dwithin", distance=20.0)
        if len(others) > 1:
            reason: str | None = "gap"
        elif shapely.distance(outline, loose[k]) < 30.0:
            reason = "border"
        elif end in cut and end[0] % SHEET == 0.0:
            reason = "data_edge"
        else:
            reason = "gate" if k % 6 == 1 else None if k % 23 == 5 else "true"
        rows.add(
            "dead_end",
            point(*end),
            code=f"DT{k + 1:03d}",
            gacha_code=codes[k],
            road_code=row["code"],
            reason=reason,
            bearing=_bearing(row["geom"], end),
            state="found" if reason in ("gap", None) else states[k % 5],
            found_on=f"{rows.banner.surveyed_on[:4]}-0{k % 5 + 4}-12",
            opened_on=None,
            scheme=None,
            year=None,
            status=None,
        )


def _bearing(line: shapely.Geometry, end: tuple[float, float]) -> float:
    """Return the way in which a road runs out at its end, degrees clockwise from north."""
    points = shapely.get_coordinates(line)
    tip, before = (points[0], points[1]) if tuple(points[0]) == end else (points[-1], points[-2])
    return round(float(np.degrees(np.arctan2(tip[0] - before[0], tip[1] - before[1])) % 360.0), 1) % 360.0


def add_stations(rows: Rows) -> None:
    """Add transport stations (not in every sumu), delivery points and places for visitors."""
    rng = rows.rng("stations")
    banner, seats = rows.banner, rows.land.units.seats
    first = banner.period[0]
    for k, sumu in enumerate(banner.sumus):
        at = rows.gacha_at(np.array([sumu.seat]))[0]
        if k % 5 != 4:
            rows.add(
                "station",
                rows.near(sumu.seat, rng, 180.0),
                code=f"KY{k + 1:02d}",
                name=f"{sumu.name}运输服务站",
                gacha_code=at,
                sumu_code=sumu.code,
                kind="bus" if k < 2 else "hub",
                operating=0 if k == 7 else 1,
                opened_on=day(rng, 2012, first),
                scheme=None,
                year=None,
                status=None,
            )
        if k != 5:
            rows.add(
                "logistics_point",
                rows.near(sumu.seat, rng, 160.0),
                code=f"WL{k + 1:02d}S",
                name=f"{sumu.name}配送站",
                gacha_code=at,
                sumu_code=sumu.code,
                level="banner" if k == 0 else "sumu",
                deliveries_per_week=6,
                operating=1,
                opened_on=day(rng, 2018, first + 1),
                scheme=None,
                year=None,
                status=None,
            )
    for k, gacha in enumerate(banner.gachas):
        if k % 3 == 0:
            rows.add(
                "station",
                rows.near(seats[gacha.code], rng, 150.0),
                code=f"ZH{k + 1:02d}",
                name=f"{rows.short(gacha.code)}招呼站",
                gacha_code=gacha.code,
                sumu_code=gacha.sumu,
                kind="stop",
                operating=1,
                opened_on=day(rng, 2015, first + 1),
                scheme=None,
                year=None,
                status=None,
            )
        if k % 7 not in (2, 5):
            rows.add(
                "logistics_point",
                rows.near(seats[gacha.code], rng, 150.0),
                code=f"WL{k + 1:02d}G",
                name=f"{rows.short(gacha.code)}快递点",
                gacha_code=gacha.code,
                sumu_code=gacha.sumu,
                level="gacha",
                deliveries_per_week=int(rng.integers(1, 5)),
                operating=None if k % 11 == 3 else 1,
                opened_on=day(rng, 2019, first + 2),
                scheme=None,
                year=None,
                status=None,
            )
    kinds = ("parking", "visitor_centre", "tourist_toilet", "viewpoint")
    titles = {
        "parking": "停车场",
        "visitor_centre": "游客中心",
        "tourist_toilet": "旅游厕所",
        "viewpoint": "观景台",
    }
    for k, name in enumerate(sorted(rows.land.lakes)):
        for kind in kinds[: 2 + k % 3]:
            shore = shapely.buffer(rows.land.lakes[name], 90.0 + 70.0 * kinds.index(kind)).exterior
            spot = shapely.line_interpolate_point(shore, 0.13 * k, normalized=True)
            away = shapely.get_coordinates(spot)[0]
            rows.add(
                "visitor_site",
                point(*away),
                code=f"LY{rows.number('visitor_site'):02d}",
                name=f"{name}{titles[kind]}",
                gacha_code=rows.gacha_at(away)[0],
                kind=kind,
                capacity=int(rng.integers(20, 120)) if kind == "parking" else None,
                operating=1,
                opened_on=day(rng, 2016, first + 1),
                scheme=None,
                year=None,
                status=None,
            )


def add_railways(rows: Rows) -> None:
    """Add a schematic railway beside the first highway and another beside the second."""
    for number, highway in enumerate(rows.banner.highways[:2]):
        stops = [
            rows.land.units.seats[stop] if isinstance(stop, str) else stop
            for leg in highway.legs
            for stop in leg.stops
        ]
        points = np.array([p for k, p in enumerate(stops) if k == 0 or p != stops[k - 1]], dtype=float)
        points = points + np.array([1300.0, -1500.0]) * (1 if number == 0 else -0.9)
        along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
        curve = PchipInterpolator(along, points)(np.arange(0.0, along[-1], 900.0))
        line = shapely.intersection(
            shapely.simplify(shapely.linestrings(curve), 40.0),
            rows.kinds["banner"][0]["geom"],
            grid_size=0.01,
        )
        for lake in rows.land.lakes.values():
            line = shapely.difference(line, shapely.buffer(lake, 100.0), grid_size=0.01)
        for part in shapely.get_parts(shapely.line_merge(line)):
            if part.length > 5000.0:
                rows.add(
                    "railway",
                    part,
                    quality="schematic",
                    code=f"TL{rows.number('railway'):02d}",
                    name=f"{highway.number}沿线铁路（示意）",
                    operating=1,
                )
