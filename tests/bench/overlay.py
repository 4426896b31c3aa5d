"""Areas of zones by gacha: pair by pair as the product does it, and geopandas.overlay beside it."""

from __future__ import annotations

import time

import numpy as np

from layers.geo.local_area import many_areas_m2
from layers.geo.measure import areas_m2
from tests.bench import lattice, region
from tests.bench.lattice import Bend, Lattice


def zone_areas(beside: bool = True) -> dict[str, float]:
    """Areas of 11,000 gachas × 200,000 zones: milliseconds, pieces, relative misfits.

    total_misfit: largest of the zones that lie inside the gachas' land whose pieces must make them up.
    area_misfit: largest of the quick areas against the exact ones. beside: geopandas.overlay of the same
    frames as well (plane areas; it also builds the pieces as features).
    """
    from layers.planning.overlay import overlay

    gachas = lattice.coverage(region.LAND, region.BEND, steps=33)
    grid = Lattice(region.ZONE_ROWS, region.ZONE_COLUMNS, region.LAND.west, region.LAND.south,
                   region.LAND.width,
                   region.LAND.height)  # fmt: skip
    zones = lattice.coverage(grid, Bend(0.17, 5_000.0, 4, 21), steps=8)
    epsg = region.CRS.epsg
    start, cpu = time.perf_counter(), time.process_time()
    found = overlay(gachas, zones, epsg)
    took = {
        "overlay_ms": (time.perf_counter() - start) * 1e3,
        "overlay_cpu_ms": (time.process_time() - cpu) * 1e3,
        "pieces": float(len(found.m2)),
        "inside": float(found.inside.sum()),
    }
    row, column = np.divmod(np.arange(len(zones)), region.ZONE_COLUMNS)
    inner = (np.minimum(row, region.ZONE_ROWS - 1 - row) > 40) & (
        np.minimum(column, region.ZONE_COLUMNS - 1 - column) > 40
    )
    pieces = np.bincount(found.zone, found.m2, minlength=len(zones))
    took["total_misfit"] = float(np.abs(pieces / found.zone_m2 - 1)[inner].max())
    sample = np.random.default_rng(5).choice(len(zones), 20_000, replace=False)
    areas = {}
    for name, measure in (("exact", areas_m2), ("quick", many_areas_m2)):
        start = time.perf_counter()
        areas[name] = measure(zones[sample], epsg)
        took[f"{name}_ms"] = (time.perf_counter() - start) * 1e3
    took["area_misfit"] = float(np.abs(areas["quick"] / areas["exact"] - 1).max())
    if beside:
        took.update(_geopandas(gachas, zones, epsg))
    return took


def _geopandas(gachas: np.ndarray, zones: np.ndarray, epsg: int) -> dict[str, float]:
    import geopandas

    left = geopandas.GeoDataFrame({"gacha": np.arange(len(gachas))}, geometry=gachas, crs=epsg)
    right = geopandas.GeoDataFrame({"zone": np.arange(len(zones))}, geometry=zones, crs=epsg)
    start = time.perf_counter()
    pieces = geopandas.overlay(left, right, how="intersection", keep_geom_type=True)
    areas = pieces.geometry.area
    return {"geopandas_ms": (time.perf_counter() - start) * 1e3, "geopandas_pieces": float((areas > 0).sum())}
