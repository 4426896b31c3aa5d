"""What the drawing tools show above the map: the shape in the making, corners, what is caught, figures at the
mouse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.canvas.draft import GROUND
from app.canvas.drafter import Drafter
from app.canvas.drawing import DrawingTool
from app.canvas.mover import Mover
from app.canvas.overlay import tag
from app.canvas.snapping import Target
from app.canvas.tools import Xy
from app.canvas.vertex_editor import VertexEditor
from layers.geo import reshaping
from layers.geo.measure import format_area, format_length
from layers.maps.palette import colour
from layers.maps.viewport import View

MOST_HANDLES = 3_000
"""Corners that get a square each; of a feature with more only those in the window near the mouse can be told
apart."""


def paint_tool(painter: QPainter, tool: DrawingTool, view: View, language: str) -> None:
    """Draw what a tool shows."""
    if isinstance(tool, Drafter):
        _paint_draft(painter, tool, view, language)
    elif isinstance(tool, VertexEditor):
        _paint_corners(painter, tool, view)
    elif isinstance(tool, Mover):
        shapes = list(tool.shapes.values())
        if tool.by is not None:
            shapes = [reshaping.move(shape, *tool.by) for shape in shapes]
        for shape in shapes:
            _outline(painter, shape, view)
    if tool.target is not None:
        _paint_target(painter, tool.target, view)


def _paint_draft(painter: QPainter, tool: Drafter, view: View, language: str) -> None:
    draft, cursor = tool.draft, tool.cursor
    points = draft.corners(cursor)
    if not points or (not draft.points and tool.form != "shed"):
        return
    shape = _shape_or_none(tool)
    if shape is not None and tool.form in GROUND:
        _outline(painter, shape, view)
    if tool.form in ("line", "strip", "polygon", "circle") or shape is None:
        _line(painter, points, view, dashed=tool.form in ("strip", "circle"))
    _squares(painter, draft.points, view, active=len(draft.points) - 1)
    words = figures(draft.measures(cursor), tool.form, language)
    if words and points:
        x, y = view.to_logical(*points[-1])
        tag(painter, x + 12, y - 12, words, view, strong=True)


def _shape_or_none(tool: Drafter) -> shapely.Geometry | None:
    from layers.errors import InputError

    try:
        return tool.draft.shape(tool.cursor)
    except InputError:
        return None  # a strip without length as yet


def figures(found: dict[str, float | None], form: str, language: str) -> str:
    """Return the figures of a shape in the making as words: area or length, then the last leg and its
    direction."""
    parts = []
    if found["area_m2"] is not None:
        parts.append(format_area(found["area_m2"], language))
    if found["length_m"] is not None and form in ("line", "strip"):
        parts.append(format_length(found["length_m"], language))
    if found["leg_m"] is not None and form in ("line", "strip", "polygon", "circle"):
        leg = format_length(found["leg_m"], language)
        leg = leg if found["bearing"] is None else f"{leg} {found['bearing']:.1f}°"
        if form == "line" and found["leg_m"] == found["length_m"]:
            parts = [leg]
        else:
            parts.append(leg)
    return " · ".join(parts)


def _paint_corners(painter: QPainter, tool: VertexEditor, view: View) -> None:
    shape = tool.dragged if tool.dragged is not None else tool.geometry
    if shape is None:
        return
    _outline(painter, shape, view)
    paths = reshaping.paths_of(shape)
    west, south, east, north = view.bounds
    shown = [
        (part, ring, at, corner)
        for part, rings in enumerate(paths)
        for ring, corners in enumerate(rings)
        for at, corner in enumerate(corners)
        if west <= corner[0] <= east and south <= corner[1] <= north
    ]
    for part, ring, at, corner in shown[:MOST_HANDLES]:
        here = reshaping.Vertex(part, ring, at)
        _square(painter, corner, view, filled=here == tool.active, large=here == tool.hover)


def _outline(painter: QPainter, shape: shapely.Geometry, view: View) -> None:
    west, south, east, north = view.bounds
    more = (east - west) / 4
    try:
        seen = shapely.clip_by_rect(shape, west - more, south - more, east + more, north + more)
    except shapely.GEOSException:
        seen = shape  # it crosses itself
    seen = seen if shape.is_valid else shape
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    filled = False
    for part in shapely.get_parts(seen):
        if part.geom_type == "Point":
            _square(painter, (part.x, part.y), view, filled=False)
            continue
        filled = filled or part.geom_type == "Polygon"
        for line in shapely.get_rings(part) if part.geom_type == "Polygon" else [part]:
            px = view.to_px(shapely.get_coordinates(line)) / view.ratio
            path.moveTo(*px[0])
            for x, y in px[1:]:
                path.lineTo(x, y)
    painter.setBrush(QColor(*colour("draw", view.palette, 0.16)) if filled else Qt.BrushStyle.NoBrush)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPath(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in _pens(view):
        painter.setPen(pen)
        painter.drawPath(path)


def _pens(view: View) -> list[QPen]:
    pens = [
        QPen(QColor(*colour("halo", view.palette)), view.mm(0.7) / view.ratio),
        QPen(QColor(*colour("draw", view.palette)), max(1.5, view.mm(0.4) / view.ratio)),
    ]
    for pen in pens:
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pens


def _line(painter: QPainter, points: Sequence[Xy], view: View, *, dashed: bool) -> None:
    px = view.to_px(np.array(points)) / view.ratio
    line = [QPointF(x, y) for x, y in px.tolist()]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in _pens(view):
        if dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPolyline(line)


def _squares(painter: QPainter, points: Sequence[Xy], view: View, *, active: int) -> None:
    for at, point in enumerate(points):
        _square(painter, point, view, filled=at == active)


def _square(painter: QPainter, place: Xy, view: View, *, filled: bool, large: bool = False) -> None:
    ink = QColor(*colour("draw", view.palette))
    half = view.mm(2.3 if large else 1.7) / view.ratio / 2
    x, y = view.to_logical(*place)
    painter.setPen(QPen(ink, 1.5))
    painter.setBrush(ink if filled else QColor(*colour("halo", view.palette)))
    painter.drawRect(QRectF(x - half, y - half, 2 * half, 2 * half))


def _paint_target(painter: QPainter, target: Target, view: View) -> None:
    """What was caught: a square round a corner, a cross at a crossing, an hour-glass on an edge."""
    x, y = view.to_logical(*target.at)
    size = 7.0
    forms = {
        "vertex": [[(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]],
        "crossing": [[(-1, -1), (1, 1)], [(-1, 1), (1, -1)]],
        "edge": [[(-1, -1), (1, -1), (-1, 1), (1, 1), (-1, -1)]],
    }[target.what]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, width in (("halo", 4.5), ("draw", 2.0)):
        painter.setPen(QPen(QColor(*colour(name, view.palette)), width))
        for line in forms:
            painter.drawPolyline([QPointF(x + dx * size, y + dy * size) for dx, dy in line])
