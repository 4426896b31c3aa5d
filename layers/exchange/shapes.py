"""Foreign shapes -> shapes of a kind: repaired where broken, with areas before and after; nothing dropped
unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.errors import InputError
from layers.exchange.source import INSERTED, Flag
from layers.geo.repair import COLLAPSED, repair, validity

FAMILIES = {
    "Point": ("Point", "MultiPoint"),
    "MultiLineString": ("LineString", "MultiLineString", "LinearRing"),
    "MultiPolygon": ("Polygon", "MultiPolygon"),
}
TYPES = {0: "Point", 1: "MultiLineString", 2: "MultiLineString", 3: "MultiPolygon", 4: "Point",
         5: "MultiLineString", 6: "MultiPolygon"}  # fmt: skip
"""Numbers of shapely's types -> the kind's type that takes them."""


def as_places(geometry: NDArray[Any], columns: Mapping[str, Sequence[Any]]) -> NDArray[Any]:
    """Return a drawing's shapes with each block as the point where it stands: for a layer of points."""
    if INSERTED[0] not in columns or INSERTED[1] not in columns:
        return geometry
    made = geometry.copy()
    for at, (x, y) in enumerate(zip(columns[INSERTED[0]], columns[INSERTED[1]], strict=True)):
        if x is not None and y is not None:
            made[at] = shapely.Point(x, y)
    return made


def main_type(geometry: NDArray[Any] | None) -> str | None:
    """Return `Point`, `MultiLineString` or `MultiPolygon`: what most shapes are; None without any."""
    if geometry is None:
        return None
    counts: dict[str, int] = {}
    for number, count in zip(*np.unique(shapely.get_type_id(geometry), return_counts=True), strict=True):
        if wanted := TYPES.get(int(number)):
            counts[wanted] = counts.get(wanted, 0) + int(count)
    return max(counts, key=lambda name: counts[name]) if counts else None


def mend(
    geometry: NDArray[Any], rows: Sequence[int], reasons: NDArray[Any] | None = None
) -> tuple[NDArray[Any], list[Flag]]:
    """Return valid shapes (planning CRS metres) and a flag for each that was not, areas in m² before and
    after. reasons: what `validity` says of them, where it is known."""
    flags = []
    reasons = validity(geometry) if reasons is None else reasons
    made = geometry
    doubtful = np.flatnonzero(np.not_equal(reasons, None))
    for at in [at for at in doubtful if reasons[at] not in ("missing", "empty")]:
        if made is geometry:
            made = geometry.copy()
        try:
            fixed = repair(geometry[at])
        except (InputError, shapely.GEOSException):
            flags.append(Flag(rows[at], "geometry_broken"))
            made[at] = None
            continue
        gone = fixed.reason == COLLAPSED or fixed.geometry is None or fixed.geometry.is_empty
        flags.append(
            Flag(
                rows[at],
                "geometry_collapsed" if gone else "repaired",
                {
                    "why": str(reasons[at]),
                    "before": _area(fixed.area_before_m2),
                    "after": _area(fixed.area_after_m2),
                },
                kept=not gone,
            )
        )
        made[at] = None if gone else fixed.geometry
    return made, flags


def fit(
    geometry: NDArray[Any], wanted: str, rows: Sequence[int], *, outlines: bool
) -> tuple[NDArray[Any], list[Flag]]:
    """Return shapes of the kind's type; others are flagged and their row is not taken.

    outlines: faces may become their outlines (CAD draws roads as closed lines).
    """
    if not wanted:
        return geometry, []
    numbers, there = shapely.get_type_id(geometry), ~shapely.is_empty(geometry)
    fine = (numbers == {"Point": 0, "MultiLineString": 5, "MultiPolygon": 6}[wanted]) & there
    if fine.all():
        return geometry, []
    made, flags = geometry.copy(), []
    usual = (numbers == {"Point": 0, "MultiLineString": 1, "MultiPolygon": 3}[wanted]) & there
    if wanted != "Point" and usual.any():
        maker = shapely.multipolygons if wanted == "MultiPolygon" else shapely.multilinestrings
        made[usual] = maker(geometry[usual], indices=np.arange(int(usual.sum())))
    for at in np.flatnonzero(~(usual | fine)):
        shape = geometry[at]
        if shape is None or shape.is_empty:
            made[at] = None
        elif shape.geom_type not in FAMILIES[wanted]:
            if outlines and wanted == "MultiLineString" and shape.geom_type in FAMILIES["MultiPolygon"]:
                made[at] = _multi(shapely.boundary(shape), wanted)
                continue
            if (
                outlines
                and wanted == "MultiPolygon"
                and shape.geom_type == "LineString"
                and shape.is_closed
                and len(shape.coords) > 3
            ):
                made[at] = shapely.multipolygons([shapely.Polygon(shape)])
                continue
            made[at] = None
            single = shape.geom_type.removeprefix("Multi")
            found = single if shapely.get_num_geometries(shape) == 1 else shape.geom_type
            flags.append(Flag(rows[at], "geometry_other", {"found": found, "wanted": wanted}))
        else:
            made[at] = _multi(shape, wanted)
            if made[at] is None:
                flags.append(Flag(rows[at], "points_several", {"count": len(shape.geoms)}))
    return made, flags


def inside_others(geometry: NDArray[Any]) -> int:
    """Return how many shapes (n,) lie wholly inside another one, its edge included."""
    inner, outer = shapely.STRtree(geometry).query(geometry, predicate="within")
    return len(np.unique(inner[inner != outer]))


def _multi(shape: Any, wanted: str) -> Any:
    if wanted == "Point":
        if shape.geom_type == "Point":
            return shape
        return shape.geoms[0] if len(shape.geoms) == 1 else None
    if shape.geom_type == wanted:
        return shape
    if shape.geom_type == "LinearRing":
        shape = shapely.LineString(shape.coords)
    return shapely.multipolygons([shape]) if wanted == "MultiPolygon" else shapely.multilinestrings([shape])


def _area(m2: float) -> float:
    return round(float(m2), 2) if np.isfinite(m2) else 0.0
