"""Rows of rivers, lakes, water sources, water works and small basins."""

from __future__ import annotations

import datetime

import numpy as np
import shapely
from scipy import ndimage

from data_samples.land import blob, partition
from data_samples.raster import distance_to
from data_samples.rows import Rows, day


def add_water(rows: Rows) -> None:
    """Add rivers and lakes."""
    land = rows.land
    near = shapely.buffer(rows.banner.outline, 14000.0)
    for k, river in enumerate(rows.banner.rivers):
        line = shapely.intersection(land.rivers[river.name], near, grid_size=0.01)
        rows.add(
            "river",
            shapely.line_merge(line) if line.geom_type != "LineString" else line,
            quality="schematic",
            source="river_fact" if river.basis == "fact" else "made",
            code=f"HL{k + 1:02d}",
            name=river.name,
            rank="main" if k < 2 else "tributary",
            treated=(1, 0, 0, None)[k % 4],
        )
    for k, lake in enumerate(rows.banner.lakes):
        rows.add(
            "lake",
            land.lakes[lake.name],
            quality="schematic",
            code=f"HP{k + 1:02d}",
            name=lake.name,
            reservoir=lake.reservoir,
        )


def add_water_works(rows: Rows) -> None:
    """Add wells, stations and central supplies; tests of some are overdue, two gachas have none."""
    rng = rows.rng("water works")
    seats, first = rows.land.units.seats, rows.banner.period[0]
    surveyed = datetime.date.fromisoformat(rows.banner.surveyed_on)
    households: dict[str, list] = {}
    for row in rows.kinds["household"]:
        households.setdefault(str(row["gacha_code"]), []).append(row["geom"])
    for k, gacha in enumerate(rows.banner.gachas):
        homes = households[gacha.code]
        if k % 17 == 9:
            continue
        works = ([("central", seats[gacha.code], 0.6)] if k % 3 != 1 else []) + [
            (
                "station" if n % 4 == 0 else "well",
                shapely.get_coordinates(homes[int(rng.integers(0, len(homes)))])[0],
                0.08,
            )
            for n in range(int(rng.integers(3, 9)))
        ]
        for n, (supply, place, share) in enumerate(works):
            age = int(rng.integers(20, 700)) if rng.random() < 0.3 else int(rng.integers(10, 330))
            tested = surveyed - datetime.timedelta(days=age)
            known = rng.random() < 0.94
            titles = {"central": "集中供水工程", "station": "供水站", "well": f"{n + 1}号机井"}
            rows.add(
                "water_work",
                rows.near((float(place[0]), float(place[1])), rng, 140.0),
                code=f"GS{rows.number('water_work'):04d}",
                name=f"{rows.short(gacha.code)}{titles[supply]}",
                gacha_code=gacha.code,
                supply=supply,
                people=int(len(homes) * 2.6 * share) + 3,
                households=int(len(homes) * share) + 1,
                depth_m=round(float(rng.uniform(28.0, 120.0)), 1) if supply != "station" else None,
                tested_on=tested.isoformat() if known else None,
                test=("fail" if rng.random() < 0.07 else "pass") if known else None,
                next_test=(tested + datetime.timedelta(days=365)).isoformat() if known else None,
                operating=0 if rng.random() < 0.04 else 1,
                opened_on=day(rng, 2006, first + 1),
                scheme=None,
                year=None,
                status=None,
            )


def add_water_sources(rows: Rows) -> None:
    """Add protection zones around the wells of central supplies: a first level within a second."""
    first = rows.banner.period[0]
    held = {"valid_from": f"{first - 3}-05-01", "valid_to": None, "document": "样例水源保护区划定方案"}
    central = [row for row in rows.kinds["water_work"] if row["supply"] == "central"]
    for k, row in enumerate(central[::2]):
        place = tuple(shapely.get_coordinates(row["geom"])[0])
        inner = blob(place, 60.0, rows.banner.seed + 500 + k, roughness=0.1)
        outer = shapely.difference(
            blob(place, 620.0, rows.banner.seed + 600 + k, roughness=0.18), inner, grid_size=0.01
        )
        for level, geom in (("first", inner), ("second", outer)):
            rows.add(
                "water_source_zone",
                geom,
                code=f"SY{k + 1:02d}-{level}",
                name=f"{row['name']}水源地",
                level=level,
                **held,
            )


def add_basins(rows: Rows) -> None:
    """Add small basins along the rivers of the banner, one a river that is not the main one."""
    land = rows.land
    inner = [river for river in rows.banner.rivers if river.into]
    away = np.stack([distance_to(land.frame, [land.rivers[river.name]]) for river in inner])
    labels = np.where(land.inside & (away.min(axis=0) < 9000.0), np.argmin(away, axis=0), -1)
    labels = ndimage.median_filter(labels, size=7)
    states = ("treated", "treating", "untreated", None)
    parts: dict[int, list] = {}
    for label, _, geom in partition(
        land, labels, land.frame, sigma=2.0, simplify=120.0, wobble=140.0, smallest=4e6
    ):
        parts.setdefault(label, []).append(geom)
    for label in sorted(parts):
        whole = shapely.union_all(parts[label], grid_size=0.01)
        state = states[label % 4]
        rows.add(
            "small_basin",
            max(shapely.get_parts(whole), key=shapely.area),
            quality="schematic",
            code=f"LY{label + 1:02d}",
            name=f"{inner[label].name}小流域",
            state=state,
            treated_on=f"{rows.banner.period[0]}-10-15" if state == "treated" else None,
            scheme=None,
            year=None,
            status=None,
        )
