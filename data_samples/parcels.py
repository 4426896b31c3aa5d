"""Land-use parcels of one sumu in the columns of the national land survey: a clean coverage."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree

from data_samples.coverage import as_multi, merge_small, polygonized
from data_samples.grassland import fields
from data_samples.land import Land
from data_samples.raster import noise, warped
from data_samples.rows import Rows
from layers.geo.measure import areas_m2

NAMES = {
    "0103": "旱地",
    "0301": "乔木林地",
    "0305": "灌木林地",
    "0401": "天然牧草地",
    "0402": "沼泽草地",
    "0403": "人工牧草地",
    "0404": "其他草地",
    "0602": "采矿用地",
    "0702": "农村宅基地",
    "0809": "公用设施用地",
    "08H2": "科教文卫用地",
    "1003": "公路用地",
    "1006": "农村道路",
    "1101": "河流水面",
    "1102": "湖泊水面",
    "1202": "设施农用地",
    "1206": "裸土地",
    "0701": "城镇住宅用地",
}
ROAD_HALF = {"class_ii": 14.0, "class_iii": 10.0, "class_iv": 7.0, "village": 4.0, "track": 3.0}
PARCEL = 340000.0  # square metres: about the size of a parcel of open land


def add_parcels(rows: Rows) -> None:
    """Add the parcels; TBMJ is the ellipsoidal area to 0.01 square metres."""
    land, banner = rows.land, rows.banner
    clip = land.units.sumus[banner.parcels_around]
    rng = rows.rng("parcels")
    units = [g.code for g in banner.gachas if g.sumu == banner.parcels_around]
    seeds, bent_cells = _seeds(land, clip, units, rng)
    river, lake, road = _strips(rows, clip)
    lines = [
        *_fences(seeds, clip, banner.seed),
        *[shapely.boundary(land.units.gachas[code]) for code in units],
        *[shapely.boundary(strip) for strip in (river, lake, *road.values()) if not strip.is_empty],
    ]
    faces = polygonized(lines, clip)
    points = shapely.point_on_surface(faces)
    places = shapely.get_coordinates(points)
    codes = _classes(rows, seeds, places, units)
    unit = np.array([units.index(code) if code else 0 for code in rows.gacha_at(places)])
    near = cKDTree(bent_cells).query(_bent(places, banner.seed))[1]
    keys = near.astype(np.int64)
    for strip, code in ((lake, "1102"), (river, "1101"), (road["1006"], "1006"), (road["1003"], "1003")):
        if strip.is_empty:
            continue
        shapely.prepare(strip)
        inside = shapely.contains(strip, points)
        codes[inside] = code
        keys[inside] = -1 - list(NAMES).index(code)
    joined = (keys * 64 + unit) * 64 + np.array([list(NAMES).index(code) for code in codes])
    joined = merge_small(faces, joined, 900.0, groups=unit)
    _add(rows, faces, joined, units)


def _seeds(
    land: Land, clip: shapely.Geometry, units: list[str], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return parcel centres (n, 2): finer around the seats; and the same places on the bent plane."""
    west, south, east, north = clip.buffer(800.0).bounds
    number = int((east - west) * (north - south) / PARCEL)
    open_land = rng.uniform((west, south), (east, north), (number, 2))
    # One step towards even spacing keeps slivers away.
    tree = cKDTree(open_land)
    close = tree.query(open_land, k=2)[0][:, 1] > 0.42 * np.sqrt(PARCEL)
    seeds = [open_land[close]]
    for code in [*units, *[s.code for s in land.banner.sumus]]:
        seat = np.array(land.units.seats[code])
        if shapely.contains_xy(clip, *seat):
            seeds.append(seat + rng.normal(0.0, 420.0, (26, 2)))
    cells = np.vstack(seeds)
    return cells, cells


def _bent(points: np.ndarray, seed: int) -> np.ndarray:
    return warped(points, amplitude=90.0, wavelength=900.0, seed=seed + 5)


def _fences(cells: np.ndarray, clip: shapely.Geometry, seed: int) -> list[shapely.Geometry]:
    """Return the borders of the cells: those of a Voronoi diagram, carried through a smooth bending."""
    diagram = shapely.voronoi_polygons(shapely.multipoints(cells), only_edges=True)
    parts = shapely.get_parts(shapely.line_merge(diagram))
    parts = parts[shapely.intersects(parts, clip.buffer(600.0))]
    dense = shapely.segmentize(parts, 90.0)
    # The inverse of a small bending, by fixed point: q = p - d(q).
    coordinates = shapely.get_coordinates(dense)
    source = coordinates.copy()
    for _ in range(6):
        source = coordinates - (_bent(source, seed) - source)
    bent = shapely.set_coordinates(dense.copy(), source)
    return list(shapely.simplify(bent, 6.0))


def _strips(
    rows: Rows, clip: shapely.Geometry
) -> tuple[shapely.Geometry, shapely.Geometry, dict[str, shapely.Geometry]]:
    land = rows.land
    near = clip.buffer(300.0)
    river = shapely.union_all(
        [
            shapely.buffer(shapely.intersection(line, near), 32.0, quad_segs=2)
            for _, line in sorted(land.rivers.items())
        ]
    )
    lake = shapely.union_all([lake for _, lake in sorted(land.lakes.items()) if lake.intersects(near)])
    roads: dict[str, list] = {"1003": [], "1006": []}
    for row in rows.kinds["road"]:
        kind = str(row["class"])
        if kind != "track" and row["geom"].intersects(near):
            roads["1006" if kind == "village" else "1003"].append(
                shapely.buffer(shapely.intersection(row["geom"], near), ROAD_HALF[kind], quad_segs=2)
            )
    return (
        shapely.simplify(river, 3.0),
        lake,
        {code: shapely.simplify(shapely.union_all(parts), 1.0) for code, parts in roads.items()},
    )


def _classes(rows: Rows, seeds: np.ndarray, places: np.ndarray, units: list[str]) -> np.ndarray:
    """Return the land-use code at each place, the same for all places in one cell."""
    land = rows.land
    cell = cKDTree(seeds).query(_bent(places, rows.banner.seed))[1]
    centre = seeds[cell]
    x, y = centre[:, 0], centre[:, 1]
    wild = noise(x, y, wavelength=3000.0, seed=rows.banner.seed + 41)
    fine = noise(x, y, wavelength=700.0, seed=rows.banner.seed + 43, octaves=2)
    seats = np.array([land.units.seats[code] for code in sorted(land.units.seats)])
    seat = cKDTree(seats).query(centre)[0]
    river = land.frame.at(land.to_river, centre)
    cover = land.frame.at(land.cover, centre)
    codes = np.full(len(places), "0401", dtype="<U4")
    codes[wild > 0.75] = "0404"
    codes[wild < -0.8] = "0403"
    codes[land.frame.at(fields(land), centre) | ((wild < -0.45) & (fine > 0.2) & (river < 4000.0))] = "0103"
    codes[(cover == 3) | ((fine > 0.85) & (river > 2500.0))] = "0301"
    codes[(river < 900.0) & (fine > -0.1)] = "0402"
    codes[(river < 900.0) & (fine < -0.75)] = "0305"
    codes[(fine < -1.05) & (river > 2500.0)] = "1206"
    codes[(seat < 900.0) & (fine > 0.1)] = "1202"
    codes[seat < 520.0] = "0702"
    codes[(seat < 520.0) & (fine > 0.55)] = "08H2"
    codes[(seat < 520.0) & (fine < -0.6)] = "0809"
    return codes


def _add(rows: Rows, faces: np.ndarray, keys: np.ndarray, units: list[str]) -> None:
    banner = rows.banner
    year = int(banner.surveyed_on[:4])
    names = list(NAMES)
    polygons, labels = [], []
    for key in np.unique(keys):
        polygon = as_multi(shapely.coverage_union_all(faces[keys == key]))
        # A parcel is one piece: the parts of a strip cut by others are parcels of their own.
        for part in shapely.get_parts(polygon):
            polygons.append(as_multi(part))
            labels.append(int(key))
    areas = areas_m2(polygons, banner.crs.epsg)
    for k, (geom, key, area) in enumerate(zip(polygons, labels, areas, strict=True)):
        code, unit = names[key % 64], units[key // 64 % 64]
        state = code in ("1003", "1101", "1102") or (code in ("0301", "0402") and k % 3 == 0)
        area = round(float(area), 2)
        deducted = 0.06 if code == "0103" else 0.0
        cut = round(area * deducted, 2)
        rows.add(
            "land_parcel",
            geom,
            BSM=f"{banner.code}{k + 1:010d}",
            YSDM="2001010100",
            TBYBH=None,
            TBBH=f"{k + 1:05d}",
            DLBM=code,
            DLMC=NAMES[code],
            QSXZ="20" if state and k % 2 else "10" if state else "30",
            QSDWDM=f"{unit}0000000",
            QSDWMC=rows.names[unit],
            ZLDWDM=f"{unit}0000000",
            ZLDWMC=rows.names[unit],
            TBMJ=area,
            KCDLBM="1203" if deducted else None,
            KCXS=deducted or None,
            KCMJ=cut,
            TBDLMJ=round(area - cut, 2),
            GDLX="PD" if code == "0103" and k % 4 == 0 else None,
            GDPDJB="1" if code == "0103" else None,
            XZDWKD={"1003": 14.0, "1006": 8.0, "1101": 64.0}.get(code),
            TBXHDM=None,
            TBXHMC=None,
            ZZSXDM="LS" if code == "0103" else None,
            ZZSXMC="种植粮食作物" if code == "0103" else None,
            GDDB=13 if code == "0103" else None,
            FRDBS="0",
            CZCSXM="203" if code in ("0702", "08H2", "0809") else None,
            SJNF=year,
        )
