"""Land cover, grazing regimes, protected and desertified grassland, control lines and reserves."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from scipy import ndimage
from shapely.ops import substring

from data_samples.coverage import faces_of, merge_small, polygons_of
from data_samples.land import Land, blob, partition
from data_samples.raster import distance_to, noise
from data_samples.rows import Rows, day
from layers.geo.measure import areas_m2

SCHEMATIC = {"quality": "schematic", "source": "cover"}
TYPES = ("草甸草原", "典型草原", "低地草甸")


def field(land: Land, wavelength: float, shift: int) -> np.ndarray:
    """Return smooth noise on the land's grid."""
    x, y = land.frame.centres()
    return noise(x, y, wavelength=wavelength, seed=land.banner.seed + shift, octaves=4)


def to_seats(land: Land, codes: list[str]) -> np.ndarray:
    """Return metres from each cell to the nearest of the seats."""
    x, y = land.frame.centres()
    return np.min(
        np.stack([np.hypot(x - land.units.seats[c][0], y - land.units.seats[c][1]) for c in codes]), axis=0
    )


def on_side(land: Land) -> np.ndarray:
    """Return 0..1: how far a cell lies towards the side of the banner where farmland is."""
    x, y = land.frame.centres()
    west, south, east, north = land.banner.outline.bounds
    return {
        "N": (y - south) / (north - south),
        "S": (north - y) / (north - south),
        "E": (x - west) / (east - west),
        "W": (east - x) / (east - west),
    }[land.banner.farmland_side]


def fields(land: Land) -> np.ndarray:
    """Return true where land is tilled: patches of meadow and steppe on one side, not far from people."""
    near = to_seats(land, sorted(land.units.seats)) < 14000.0
    dry = (land.to_river > 900.0) & (land.to_lake > 1500.0)
    return (field(land, 9000.0, 71) > 0.30) & (on_side(land) > 0.62) & (land.cover < 2) & dry & near


def grassland(land: Land) -> np.ndarray:
    """Return true where grass grows: not forest, fields, water or towns."""
    towns = to_seats(land, [sumu.code for sumu in land.banner.sumus]) < 1800.0
    return land.inside & (land.cover != 3) & ~fields(land) & (land.to_lake > 250.0) & ~towns


def add_land_cover(rows: Rows) -> None:
    """Add the backdrop, a clean coverage of the banner."""
    land = rows.land
    names = ("steppe", "steppe", "wood", "forest")
    kinds = ["steppe", "wood", "forest", "sand", "town", "nograss", "water"]
    labels = np.array([kinds.index(name) for name in names])[land.cover]
    labels[land.sand > 0.66] = kinds.index("sand")
    labels[fields(land)] = kinds.index("nograss")
    labels[to_seats(land, [sumu.code for sumu in land.banner.sumus]) < 1300.0] = kinds.index("town")
    lakes = [lake for _, lake in sorted(land.lakes.items())]
    faces = faces_of(
        labels,
        land.frame,
        land.banner.outline,
        sigma=1.5,
        simplify=40.0,
        wobble=140.0,
        seed=land.banner.seed,
        cuts=tuple(shapely.boundary(lake) for lake in lakes),
    )
    points = shapely.point_on_surface(faces)
    at = land.frame.at(labels, shapely.get_coordinates(points))
    wet = shapely.contains(shapely.union_all(lakes), points)
    at = np.where(wet, kinds.index("water"), merge_small(faces, at, 1.2e6, groups=wet))
    for label in np.unique(at):
        for part in shapely.get_parts(shapely.coverage_union_all(faces[at == label])):
            rows.add(
                "land_cover",
                part,
                **SCHEMATIC,
                code=f"FG{rows.number('land_cover'):03d}",
                cover=kinds[label],
                observed=2019,
            )


def regimes(land: Land) -> np.ndarray:
    """Return -1 none, 0 ban, 1 rest, 2 balance; a ban on sands and along water."""
    labels = np.where(field(land, 26000.0, 81) + 0.5 * field(land, 9000.0, 83) > 0.12, 1, 2)
    labels[field(land, 15000.0, 85) > 0.78] = 0
    labels[(land.sand > 0.5) | (land.to_river < 1100.0) | (land.to_lake < 1600.0)] = 0
    labels = ndimage.median_filter(labels, size=5)
    return np.where(grassland(land), labels, -1)


def add_regimes(rows: Rows) -> None:
    """Add the grazing regimes by gacha, basic grassland and desertified land."""
    land, first = rows.land, rows.banner.period[0]
    names = {0: ("ban", "禁牧区"), 1: ("rest", "休牧区"), 2: ("balance", "草畜平衡区")}
    parts = partition(land, regimes(land), land.frame, sigma=1.8, simplify=90.0, wobble=120.0, smallest=1.5e6)
    for k, (label, gacha, geom) in enumerate(parts):
        regime, title = names[label]
        rows.add(
            "grazing_zone",
            geom,
            **SCHEMATIC,
            code=f"GL{k + 1:03d}",
            name=f"{rows.short(gacha) if gacha else '城镇周边'}{title}",
            gacha_code=gacha,
            regime=regime,
            rest_from="04-20" if regime == "rest" else None,
            rest_to="06-20" if regime == "rest" else None,
            area_ha=hectares(rows, geom),
            valid_from=f"{first}-04-01",
            valid_to=f"{first + 4}-12-31" if k % 13 else f"{first + 1}-12-31",
            document=f"样例〔{first}〕{rows.banner.code[-2:]}号",
        )
    good = np.where(grassland(land) & (land.sand < 0.35) & (field(land, 18000.0, 87) > -0.45), 1, -1)
    for k, (_, gacha, geom) in enumerate(
        partition(land, good, land.frame, sigma=1.8, simplify=110.0, wobble=120.0, smallest=3e6)
    ):
        rows.add(
            "basic_grassland",
            geom,
            **SCHEMATIC,
            code=f"JB{k + 1:03d}",
            name=f"{rows.short(gacha) if gacha else '城镇周边'}基本草原",
            gacha_code=gacha,
            grass_type=TYPES[k % 3],
            area_ha=hectares(rows, geom),
            valid_from=f"{first - 1}-10-01",
            valid_to=None,
            document=f"样例基本草原划定〔{first - 1}〕1号",
        )
    _add_sands(rows)


def _add_sands(rows: Rows) -> None:
    land, first = rows.land, rows.banner.period[0]
    rng = rows.rng("sands")
    bare = ndimage.binary_opening(grassland(land) & (land.sand > 0.66))
    patches, number = ndimage.label(bare)
    degree = np.clip(
        (np.array(ndimage.mean(land.sand, patches, range(number + 1))) - 0.66) / 0.07, 0, 3
    ).astype(int)
    parts = partition(
        land, np.where(bare, patches, -1), land.frame, sigma=1.5, simplify=80.0, wobble=120.0, smallest=1e6
    )
    for k, (label, gacha, geom) in enumerate(parts):
        state = ("untreated", "treating", "treated", "untreated", None)[k % 5]
        rows.add(
            "desertified_land",
            geom,
            code=f"SH{k + 1:03d}",
            name=f"{rows.short(gacha) if gacha else ''}沙化地",
            gacha_code=gacha,
            degree=("light", "moderate", "severe", "extreme")[degree[label]],
            state=state,
            measure="围封、补播" if state in ("treating", "treated") else None,
            treated_on=day(rng, first, first + 2) if state == "treated" else None,
            area_ha=hectares(rows, geom),
            scheme="现行计划" if state == "treating" else None,
            year=first + 3 if state == "treating" else None,
            status="building" if state == "treating" else None,
        )


def hectares(rows: Rows, geom: shapely.Geometry) -> float:
    """Return the ellipsoidal area, hectares to 0.01."""
    return round(float(areas_m2([geom], rows.banner.crs.epsg)[0]) / 1e4, 2)


def add_control_lines(rows: Rows) -> None:
    """Add the ecological red line, permanent basic farmland, urban and village boundaries, the reserve."""
    land, first = rows.land, rows.banner.period[0]
    forest = (land.cover == 3) & (field(land, 16000.0, 91) > -0.15)
    valley = ((land.to_river < 900.0) & (field(land, 12000.0, 93) > -0.3)) | (land.to_lake < 900.0)
    labels = np.where(forest, 2, np.where(valley, 1, -1))
    labels[to_seats(land, sorted(land.units.seats)) < 1600.0] = -1
    held: dict[str, Any] = {
        "valid_from": f"{first}-09-01",
        "valid_to": None,
        "document": f"样例三线〔{first}〕3号",
    }
    names = {1: ("水源涵养", "河湖岸线"), 2: ("生物多样性维护", "林地")}
    for k, (label, gacha, geom) in enumerate(
        partition(land, labels, land.frame, sigma=1.6, simplify=90.0, wobble=110.0, smallest=2e6)
    ):
        rows.add(
            "red_line",
            geom,
            **SCHEMATIC,
            code=f"HX{k + 1:03d}",
            name=f"{names[label][1]}红线区",
            gacha_code=gacha,
            kind=names[label][0],
            area_ha=hectares(rows, geom),
            **held,
        )
    tilled = np.where(fields(land) & (field(land, 4000.0, 95) > -0.35), 1, -1)
    for k, (_, gacha, geom) in enumerate(
        partition(land, tilled, land.frame, sigma=1.2, simplify=70.0, wobble=90.0, smallest=6e5)
    ):
        rows.add(
            "farmland",
            geom,
            **SCHEMATIC,
            code=f"NT{k + 1:03d}",
            name="永久基本农田（示意）",
            gacha_code=gacha,
            land_code="0103",
            area_ha=hectares(rows, geom),
            **held,
        )
    for k, sumu in enumerate(s for s in rows.banner.sumus if s.kind == "镇"):
        town = shapely.intersection(
            blob(sumu.seat, 2300.0 - 260.0 * k, rows.banner.seed + k),
            land.units.sumus[sumu.code],
            grid_size=0.01,
        )
        rows.add(
            "urban_boundary",
            town,
            code=f"CZ{k + 1:02d}",
            name=f"{sumu.name}城镇开发边界",
            gacha_code=None,
            kind="集中建设区",
            area_ha=hectares(rows, town),
            **held,
        )
    for k, gacha in enumerate(rows.banner.gachas):
        seat = land.units.seats[gacha.code]
        site = blob(seat, 560.0, rows.banner.seed + 7 * k)
        reserve = blob((seat[0] + 820.0, seat[1] - 260.0), 110.0, rows.banner.seed + 7 * k + 1)
        reserve = shapely.difference(reserve, site, grid_size=0.01)
        for part, spare in ((site, 0), (reserve, 1)):
            if spare and k % 3 or part.is_empty:
                continue
            code = f"CJ{k + 1:02d}{'J' if spare else ''}"
            rows.add(
                "village_construction",
                part,
                code=code,
                name=f"{rows.short(gacha.code)}{'机动用地' if spare else '建设边界'}",
                gacha_code=gacha.code,
                reserve=spare,
                area_ha=hectares(rows, part),
                **held,
            )
    _add_reserve(rows, held)


def _add_reserve(rows: Rows, held: dict[str, Any]) -> None:
    land = rows.land
    name, river = rows.banner.reserve
    middle = substring(land.rivers[river], 0.3, 0.86, normalized=True)
    away = distance_to(land.frame, [middle]) + 1600.0 * field(land, 8000.0, 97)
    labels = np.where(away < 2600.0, 1, np.where(away < 7000.0, 2, 0))
    labels[~land.inside] = 0
    labels[to_seats(land, sorted(land.units.seats)) < 1500.0] = 0
    parts = polygons_of(
        labels,
        land.frame,
        rows.banner.outline,
        sigma=2.0,
        simplify=90.0,
        wobble=120.0,
        seed=rows.banner.seed,
        smallest=5e6,
    )
    for label, part, title in ((1, "core", "核心保护区"), (2, "general", "一般控制区")):
        if label in parts:
            rows.add(
                "nature_reserve",
                parts[label],
                **SCHEMATIC,
                code=f"BH{label:02d}",
                name=f"{name}{title}",
                gacha_code=None,
                level="示意",
                part=part,
                area_ha=hectares(rows, parts[label]),
                **held,
            )
