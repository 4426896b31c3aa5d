"""The land of a banner on the working grid: land cover, water, and where people can live."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage

from data_samples.banner import Banner
from data_samples.coverage import as_multi, faces_of, merge_small, on_grid
from data_samples.raster import Frame, distance_to, frame_around, mask_of, noise, smooth_classes
from data_samples.units import Units, make_units
from data_samples.water import make_lakes, make_rivers

CELL = 500.0
# IGBP classes drawn together: what a planner reads from the backdrop.
GRASS, MEADOW, WOODED_STEPPE, FOREST = "grassland", "meadow", "wooded", "forest"
GROUPS = {10: 0, 11: 0, 16: 0, 12: 1, 14: 1, 9: 2, 8: 3, 1: 3, 2: 3, 3: 3, 4: 3, 5: 3}
GROUP_NAMES = (GRASS, MEADOW, WOODED_STEPPE, FOREST)


@dataclass(frozen=True)
class Land:
    """The banner's land on the grid. Rasters have the frame's shape; distances are metres.

    cover: index into GROUP_NAMES. sand: 0..1, where sands blow.
    """

    banner: Banner
    frame: Frame
    inside: np.ndarray
    cover: np.ndarray
    rivers: dict[str, shapely.LineString]
    lakes: dict[str, shapely.Polygon]
    to_river: np.ndarray
    to_lake: np.ndarray
    sand: np.ndarray
    worth: np.ndarray
    units: Units

    def is_cover(self, *names: str) -> np.ndarray:
        """Return true where the cover is one of the names."""
        return np.isin(self.cover, [GROUP_NAMES.index(name) for name in names])


def make_land(banner: Banner) -> Land:
    """Lay out land cover, water and units of the banner."""
    frame = frame_around(banner.outline, CELL, margin=4000.0)
    x, y = frame.centres()
    inside = mask_of(frame, banner.outline)
    raw = np.vectorize(lambda code: GROUPS.get(int(code), 0), otypes=[int])(banner.cover(x, y))
    jitter = noise(x, y, wavelength=9000.0, seed=banner.seed + 5, octaves=4)
    cover = smooth_classes(raw, 3.2, jitter=jitter)
    rivers = make_rivers(banner)
    lakes = make_lakes(banner, rivers)
    to_river, to_lake = distance_to(frame, list(rivers.values())), distance_to(frame, list(lakes.values()))
    open_land = np.clip(1.0 - ndimage.gaussian_filter((cover == 3).astype(float), 3), 0.0, 1.0)
    near_water = np.exp(-np.maximum(to_river - 1500.0, 0.0) / 5000.0)
    worth = open_land**2 * (0.25 + 0.75 * near_water) * (0.85 + 0.15 * np.roll(jitter, 11, axis=0))
    # Sands lie where the wind left them, most of them along the river of the reserve.
    along = np.exp(-distance_to(frame, [rivers[banner.reserve[1]]]) / 14000.0)
    sand = (
        np.clip(
            noise(x, y, wavelength=12000.0, seed=banner.seed + 61, octaves=4) * 0.75 + 0.7 * along, 0.0, 1.0
        )
        * (cover == 0)
        * (to_lake > 500.0)
    )
    dry = inside & (to_lake > 1200.0) & (to_river > 500.0) & (ndimage.distance_transform_edt(inside) > 3)
    cost = 1.0 + 1.1 * np.abs(noise(x, y, wavelength=8000.0, seed=banner.seed + 3, octaves=4))
    cost += 2.2 * (to_river < 0.8 * CELL) + 3.0 * (to_lake < 0.5 * CELL) + 0.5 * (cover == 3)
    units = make_units(banner, frame, inside, cost, np.clip(worth, 0.0, 1.0), dry)
    return Land(
        banner, frame, inside, cover, rivers, lakes, to_river, to_lake, sand, np.clip(worth, 0.0, 1.0), units
    )


def partition(
    land: Land,
    labels: np.ndarray,
    frame: Frame,
    *,
    sigma: float = 1.6,
    simplify: float = 80.0,
    wobble: float = 0.0,
    smallest: float = 0.0,
    leave: int = -1,
    clip: shapely.Geometry | None = None,
) -> list[tuple[int, str | None, shapely.MultiPolygon]]:
    """Return (label, gacha code or None, polygon) of a label raster cut by the units' borders.

    The parts fit each other and the units exactly. Parts labelled `leave` are left out.
    smallest: faces below it (square metres) join a neighbour in the same unit.
    """
    units = {
        **land.units.gachas,
        **{c: land.units.sumus[c] for c in land.units.codes if c in land.units.sumus},
    }
    codes = sorted(units)
    borders = tuple(shapely.boundary(units[code]) for code in codes)
    faces = faces_of(
        labels,
        frame,
        clip or land.banner.outline,
        sigma=sigma,
        simplify=simplify,
        wobble=wobble,
        seed=land.banner.seed,
        cuts=borders,
    )
    points = shapely.point_on_surface(faces)
    at = frame.at(labels, shapely.get_coordinates(points)).astype(np.int64)
    tree = shapely.STRtree([units[code] for code in codes])
    found = tree.query(points, predicate="intersects")
    unit = np.full(len(faces), -1)
    unit[found[0]] = found[1]
    keys = merge_small(faces, at * 1000 + unit, smallest or 2 * frame.cell**2, groups=unit)
    parts = []
    for key in np.unique(keys):
        label, number = divmod(int(key), 1000)
        if label != leave and number != 999:
            code = codes[number]
            parts.append(
                (
                    label,
                    code if code in land.units.gachas else None,
                    as_multi(shapely.coverage_union_all(faces[keys == key])),
                )
            )
    return parts


def blob(
    centre: tuple[float, float], radius: float, seed: int, *, roughness: float = 0.25
) -> shapely.Polygon:
    """Return a rounded, uneven patch around a place; radius in metres."""
    angle = np.linspace(0.0, 2 * np.pi, 28, endpoint=False)
    reach = radius * (
        1.0 + roughness * noise(2 * np.cos(angle), 2 * np.sin(angle), wavelength=1.7, seed=seed, octaves=2)
    )
    ring = np.column_stack((np.cos(angle), np.sin(angle))) * reach[:, None] + np.asarray(centre)
    return on_grid(shapely.polygons(ring))
