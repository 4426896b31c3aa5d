"""Verdicts for many proposals against many zones, beside geopandas.overlay on the same shapes."""

from __future__ import annotations

import datetime
import time

import numpy as np
import shapely

SEED = 5
CELL_M = 1_000.0


def _zones(count: int) -> np.ndarray:
    """Zones as a coverage of bent cells, 24 vertices each."""
    side = int(np.ceil(count**0.5))
    step = np.linspace(0.0, CELL_M, 7)[:-1]
    ring = np.concatenate([
        np.column_stack([step, np.zeros(6)]), np.column_stack([np.full(6, CELL_M), step]),
        np.column_stack([CELL_M - step, np.full(6, CELL_M)]), np.column_stack([np.zeros(6), CELL_M - step]),
    ])  # fmt: skip
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    corner = np.column_stack([column.ravel(), row.ravel()])[:count] * CELL_M
    xy = ring[None] + corner[:, None]
    bent = xy + 60.0 * np.sin(xy[..., ::-1] / 400.0)
    bent += (500_000.0 - side * CELL_M / 2, 5_300_000.0)
    return shapely.polygons(np.concatenate([bent, bent[:, :1]], axis=1))


def verdicts(proposals: int, zones: int) -> dict[str, float]:
    """Judge sites, areas and roads (a third each) against one layer of zones; milliseconds, pairs.

    The plain way is geopandas.overlay (intersection) of the same grounds and zones with plane areas: it knows
    no accuracy, articles or chainage. Both have their index made within the time.
    """
    import geopandas

    from layers.catalogue.registry import default_catalogue
    from layers.geo.crs import PlanningCrs
    from layers.plan.plan import Plan
    from layers.plan.table import Table
    from layers.planning.conflicts import conflicts
    from layers.planning.footprints import made_work
    from layers.policy import load_policy

    random = np.random.default_rng(SEED)
    shapes = _zones(zones)
    catalogue, policy = default_catalogue(), load_policy()
    regimes = ("ban", "rest", "balance")
    rows = [
        {
            "code": f"Z{at}",
            "regime": regimes[at % 3],
            "valid_from": "2021-01-01",
            "quality": "located",
            "geom": shape,
        }
        for at, shape in enumerate(shapes)
    ]
    plan = Plan(catalogue, PlanningCrs.from_epsg(4549),
                {"grazing_zone": Table.from_rows(catalogue["grazing_zone"], rows)})  # fmt: skip
    west, south, east, north = shapely.total_bounds(shapes)
    places = np.column_stack([random.uniform(west, east, proposals), random.uniform(south, north, proposals)])
    drawn = []
    for at, (x, y) in enumerate(places):
        if at % 3 == 0:
            drawn.append((shapely.Point(x, y), "clinic"))
        elif at % 3 == 1:
            drawn.append((shapely.box(x, y, x + 150, y + 150), "industry"))
        else:
            ends = np.cumsum(random.uniform(-800, 800, (4, 2)), axis=0) + (x, y)
            drawn.append((shapely.LineString(ends), "road"))
    works = [made_work(policy, shape, work, {}) for shape, work in drawn]
    start = time.perf_counter()
    found = conflicts(plan, policy, works, on=datetime.date(2024, 6, 1))
    ours = time.perf_counter() - start
    one = time.perf_counter()
    conflicts(plan, policy, works[2:3], on=datetime.date(2024, 6, 1))
    single = time.perf_counter() - one
    grounds = geopandas.GeoDataFrame(geometry=[work.ground for work in works], crs=4549)
    layer = geopandas.GeoDataFrame({"code": [row["code"] for row in rows]}, geometry=list(shapes), crs=4549)
    start = time.perf_counter()
    plain = geopandas.overlay(grounds, layer, how="intersection")
    plain = plain.assign(area=plain.area)
    overlay = time.perf_counter() - start
    kinds = {"grazing_zone"}
    ha = sum(one.area_m2 or 0.0 for judged in found.judged for one in judged.conflicts if one.kind in kinds)
    return {
        "ours_ms": ours * 1e3,
        "single_ms": single * 1e3,
        "overlay_ms": overlay * 1e3,
        "pairs": float(sum(one.kind in kinds for judged in found.judged for one in judged.conflicts)),
        "overlay_pairs": float(len(plain)),
        "area_ratio": ha / float(plain["area"].sum()),
    }
