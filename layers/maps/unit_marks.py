"""Symbols of a theme's classes, one a unit, at its seat: shape tells how a gacha is served."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from layers.maps.operations import Marks
from layers.maps.points import unit_anchors
from layers.maps.stack import Context
from layers.plan.table import Table


def unit_marks(context: Context) -> Iterator[Marks]:
    """Marks of the theme's classes that have a marker; flagged units (what is missing) are drawn last."""
    theme = context.theme
    if theme is None or not any(each.symbol.marker for each in theme.classes):
        return
    west, south, east, north = context.window(20)
    flagged = {theme.of_unit[code] for code in theme.flagged if code in theme.of_unit}
    for table in context.plan.with_role(theme.unit_role):
        anchors = unit_anchors(context, table, seat_role(table))
        places: dict[int, list[tuple[float, float, int]]] = {}
        for fid, code in zip(table.fids, table.column(table.kind.key), strict=True):
            at, anchor = theme.of_unit.get(str(code)), anchors.get(str(code))
            if at is None or anchor is None or theme.classes[at].symbol.marker is None:
                continue
            x, y = anchor.xy
            if west <= x <= east and south <= y <= north:
                places.setdefault(at, []).append((x, y, int(fid)))
        for at in sorted(places, key=lambda each: (each in flagged, -each)):
            symbol = context.symbol(theme.classes[at].symbol)
            rows = places[at]
            xy = context.view.to_px(np.array([row[:2] for row in rows]))
            fids = np.array([row[2] for row in rows], np.int64)
            yield Marks(xy, symbol.marker, symbol.marker_size, table.kind.id, fids)


def mark_reach(context: Context, code: str) -> float:
    """Half the size in device px of the mark that the theme draws at a unit's seat; 0 for none."""
    theme = context.theme
    at = theme.of_unit.get(code) if theme is not None else None
    if theme is None or at is None or theme.classes[at].symbol.marker is None:
        return 0.0
    return context.symbol(theme.classes[at].symbol).marker_size / 2


def seat_role(table: Table) -> str:
    """Role of the points beside which the units of a table are named."""
    label = table.kind.style.label
    return label.anchor if label is not None else ""
