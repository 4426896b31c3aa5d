"""What lies under the mouse: features of the layers that are shown there, topmost first. Without Qt.

Candidates come from the boxes that the scene has read already, so that no index has to be built for it.
"""

from __future__ import annotations

import numpy as np
import shapely

from layers.catalogue.model import LayerKind
from layers.maps.choropleth import MapTheme
from layers.maps.settings import LayerSettings
from layers.maps.sources import SOURCES, Part
from layers.maps.stack import shown_classes
from layers.maps.viewport import Bounds, View
from layers.plan.plan import Plan
from layers.plan.table import Table

REACH_PX = 6.0
FORM = {"Point": 0, "MultiLineString": 1, "MultiPolygon": 2}
Hit = tuple[str, int]


def pick(
    plan: Plan,
    view: View,
    settings: LayerSettings,
    at: tuple[float, float],
    *,
    theme: MapTheme | None = None,
    reach_px: float = REACH_PX,
) -> list[Hit]:
    """Return (kind id, row id) at a place (metres): points, lines, then areas, each topmost first.

    Of areas, those of the theme come first, then zones and works, units from small to large, and the
    ground at last.
    """
    settings = settings.for_theme(plan, theme)
    reach = reach_px * view.ratio * view.metres_per_px
    x, y = at
    window, point = (x - reach, y - reach, x + reach, y + reach), shapely.Point(x, y)
    hits: list[tuple[tuple[float, ...], Hit]] = []
    for depth, kind in enumerate(reversed(list(settings.sequence(plan)))):
        style = settings.style(kind)
        classes = shown_classes(style, view.scale)
        if not classes:
            continue
        most = 0.0 if kind.geometry == "MultiPolygon" else reach
        for part in SOURCES.parts(plan.tables[kind.id], style):
            rows = _candidates(part, window, classes)
            for row, distance in zip(rows, shapely.distance(part.source.geometry[rows], point), strict=True):
                if distance <= most:
                    fid = int(part.fids[row])
                    order = (FORM[kind.geometry], _rank(kind, theme), depth, float(distance), fid)
                    hits.append((order, (kind.id, fid)))
    return [hit for _, hit in sorted(hits)]


def _candidates(part: Part, window: Bounds, classes: frozenset[int] | None) -> np.ndarray:
    chosen = part.source.in_window(window)
    if classes is not None:
        chosen &= np.isin(part.source.classes, list(classes))
    return part.shown(chosen)


def _rank(kind: LayerKind, theme: MapTheme | None) -> int:
    if kind.geometry != "MultiPolygon":
        return 0
    if theme is not None and theme.unit_role in kind.roles:
        return 0
    if any(role.startswith("backdrop.") for role in kind.roles):
        return 9
    for at, role in enumerate(("unit.gacha", "unit.sumu", "unit.banner")):
        if role in kind.roles:
            return 5 + at
    return 1


def pick_in(table: Table, settings: LayerSettings, bounds: Bounds) -> frozenset[int]:
    """Row ids of a table's features that meet a box (metres)."""
    box = shapely.box(*bounds)
    found: set[int] = set()
    for part in SOURCES.parts(table, settings.style(table.kind)):
        rows = _candidates(part, bounds, None)
        found.update(part.fids[rows[shapely.intersects(part.source.geometry[rows], box)]].tolist())
    return frozenset(found)


def rows_at(
    table: Table, settings: LayerSettings, at: tuple[float, float], reach: float
) -> dict[int, shapely.Geometry]:
    """Features of one table within `reach` metres of a place, the nearest (of areas the smallest) first."""
    x, y = at
    window, point = (x - reach, y - reach, x + reach, y + reach), shapely.Point(x, y)
    found: list[tuple[float, float, int, shapely.Geometry]] = []
    for part in SOURCES.parts(table, settings.style(table.kind)):
        rows = _candidates(part, window, None)
        shapes = part.source.geometry[rows]
        for row, shape, away in zip(rows, shapes, shapely.distance(shapes, point), strict=True):
            if away <= reach:
                found.append((float(away), float(shapely.area(shape)), int(part.fids[row]), shape))
    return {fid: shape for _, _, fid, shape in sorted(found, key=lambda one: one[:3])}


def box_kind(plan: Plan, settings: LayerSettings, active: str, theme: MapTheme | None) -> str:
    """The layer in which a box selects: the active one, else the theme's units, else the smallest units
    shown."""
    if active in plan and plan.catalogue[active].geometry:
        return active
    shown = list(settings.sequence(plan))
    for role in ([theme.unit_role] if theme else []) + ["unit.gacha", "unit.sumu", "unit.banner"]:
        for kind in shown:
            if role in kind.roles:
                return kind.id
    return shown[-1].id if shown else ""
