"""What lies under the mouse: features of the layers that are shown there, topmost first. Without Qt."""

from __future__ import annotations

import shapely

from layers.catalogue.classes import class_columns, classify
from layers.catalogue.model import LayerKind
from layers.maps.choropleth import MapTheme
from layers.maps.settings import LayerSettings
from layers.maps.stack import shown_classes
from layers.maps.viewport import Bounds, View
from layers.plan.plan import Plan
from layers.plan.table import Table

REACH_PX = 6.0
FORM = {"Point": 0, "MultiLineString": 1, "MultiPolygon": 2}
Hit = tuple[str, int]


def pick(plan: Plan, view: View, settings: LayerSettings, at: tuple[float, float], *,
         theme: MapTheme | None = None, indexed_only: bool = False, reach_px: float = REACH_PX) -> list[Hit]:
    """Return (kind id, row id) at a place (metres): points, lines, then areas, each topmost first.

    Of areas, those of the theme come first, then zones and works, units from small to large, and the
    ground at last. indexed_only: leave out layers whose index is not built yet (for hovering).
    """
    reach = reach_px * view.ratio * view.metres_per_px
    x, y = at
    box, point = shapely.box(x - reach, y - reach, x + reach, y + reach), shapely.Point(x, y)
    hits: list[tuple[tuple[float, ...], Hit]] = []
    for depth, kind in enumerate(reversed(list(settings.sequence(plan)))):
        table = plan.tables[kind.id]
        classes = shown_classes(settings.style(kind), view.scale)
        if not classes or (indexed_only and "tree" not in table.base.__dict__):
            continue
        for fid in table.query(box).tolist():
            row = table.row(fid)
            distance = shapely.distance(row["geom"], point)
            if distance <= (0.0 if kind.geometry == "MultiPolygon" else reach) and _is_shown(
                    settings, kind, row, classes):
                hits.append(((FORM[kind.geometry], _rank(kind, theme), depth, distance, fid), (kind.id, fid)))
    return [hit for _, hit in sorted(hits)]


def _is_shown(settings: LayerSettings, kind: LayerKind, row: dict[str, object], classes: frozenset[int]) -> bool:
    style = settings.style(kind)
    return int(classify(style, {name: [row[name]] for name in class_columns(style)}, 1)[0]) in classes


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


def pick_in(table: Table, bounds: Bounds) -> frozenset[int]:
    """Row ids of a table's features that meet a box (metres)."""
    return frozenset(table.query(shapely.box(*bounds), "intersects").tolist())


def box_kind(plan: Plan, settings: LayerSettings, active: str, theme: MapTheme | None) -> str:
    """The layer in which a box selects: the active one, else the theme's units, else the smallest units shown."""
    if active in plan and plan.catalogue[active].geometry:
        return active
    shown = [kind for kind in settings.sequence(plan)]
    for role in ([theme.unit_role] if theme else []) + ["unit.gacha", "unit.sumu", "unit.banner"]:
        for kind in shown:
            if role in kind.roles:
                return kind.id
    return shown[-1].id if shown else ""
