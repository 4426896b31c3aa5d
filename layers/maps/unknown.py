"""A question mark in every area that is not known and has room for one: grey with stripes is not enough."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.catalogue.model import LayerKind
from layers.maps.choropleth import MapTheme
from layers.maps.labels import RANKS, UNKNOWN, Request
from layers.maps.placing import type_size
from layers.maps.stack import THEME_ORDER, Context, shown_classes, symbol_of
from layers.maps.viewport import Bounds
from layers.plan.table import Table

SIGN, TOKEN = "?", "unknown"
MOST = 200
"""Areas of one layer that are looked at, the largest first."""


def unknown_requests(context: Context) -> Iterator[Request]:
    """Signs for units that the theme does not know, and for areas drawn in the colour of the unknown."""
    theme = context.theme
    if theme is not None:
        classes = frozenset(at for at, each in enumerate(theme.classes) if each.symbol.fill == TOKEN)
        for table in context.plan.with_role(theme.unit_role):
            yield from _of_table(context, table, classes, theme)
    for kind in context.settings.sequence(context.plan):
        if kind.geometry == "MultiPolygon" and not _is_covered(context, kind):
            style = context.settings.style(kind)
            shown = shown_classes(style, context.view.scale)
            classes = frozenset(at for at in shown if symbol_of(style, at).fill == TOKEN)
            yield from _of_table(context, context.plan.tables[kind.id], classes, None)


def _is_covered(context: Context, kind: LayerKind) -> bool:
    """Whether a theme lies over the layer's tint, or speaks for it."""
    theme = context.theme
    if theme is None:
        return False
    return context.settings.style(kind).order < THEME_ORDER + 20 or theme.unit_role in kind.roles


def _of_table(context: Context, table: Table, classes: frozenset[int],
              theme: MapTheme | None) -> Iterator[Request]:
    if not classes:
        return
    view = context.view
    least = type_size(RANKS["unknown"], view) * view.metres_per_px
    for part in context.sources.parts(table, context.settings.style(table.kind), theme, context.check):
        source = part.source
        sides = source.sides()
        seen = source.in_window(view.bounds) & np.isin(source.classes, list(classes))
        rows = part.shown(seen & (sides > least))
        for at in rows[np.argsort(-sides[rows], kind="stable")][:MOST]:
            context.check()
            circle = _circle(source.geometry[at], source.bounds[at], view.bounds)
            if circle is None:
                continue
            x, y, radius = circle
            px = view.to_px((x, y))[0]
            yield Request(SIGN, "unknown", UNKNOWN, f"{1e12 - radius:020.1f}", (float(px[0]), float(px[1])),
                          key=(f"{SIGN}{table.kind.id}", int(part.fids[at])),
                          room=radius / view.metres_per_px)


def _circle(geometry: shapely.Geometry, box: NDArray[np.float64],
            window: Bounds) -> tuple[float, float, float] | None:
    """A point well inside what is seen of an area, and how far it is to the edge; metres."""
    west, south, east, north = window
    if not (west <= box[0] and south <= box[1] and box[2] <= east and box[3] <= north):
        try:
            geometry = shapely.clip_by_rect(geometry, *window)
        except shapely.GEOSException:  # it crosses itself
            return None
    if geometry.is_empty:
        return None
    point = shapely.point_on_surface(geometry)
    return point.x, point.y, shapely.distance(point, geometry.boundary)
