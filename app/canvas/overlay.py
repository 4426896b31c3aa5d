"""What follows the mouse at once, above the frame: hover, rubber band, measurement, flash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.canvas.tools import Measurement, Xy
from app.painting.marks import paint_shapes
from app.painting.names import map_font
from layers.geo.measure import format_area, format_length
from layers.maps.palette import colour
from layers.maps.symbols import bare, pixel_symbol
from layers.maps.type import text_width
from layers.maps.viewport import View

if TYPE_CHECKING:
    from app.road_marks import Mark

MARKS_FROM = 1_000_000


def paint_outline(
    painter: QPainter, geometry: shapely.Geometry, view: View, token: str, width_mm: float, case: str = ""
) -> None:
    """A white (or other) line round a feature, logical px."""
    west, south, east, north = view.bounds
    more = (east - west) / 10
    try:
        cut = shapely.clip_by_rect(geometry, west - more, south - more, east + more, north + more)
    except shapely.GEOSException:
        cut = geometry
    pens = [
        QPen(QColor(*colour(name, view.palette)), view.stroke(size) / view.ratio)
        for name, size in ((case, width_mm + 0.45), (token, width_mm))
        if name
    ]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in pens:
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for part in shapely.get_parts(cut):
            if part.geom_type == "Point":
                radius = view.mm(1.9) / view.ratio
                painter.drawEllipse(QPointF(*view.to_logical(part.x, part.y)), radius, radius)
                continue
            lines = shapely.get_rings(part) if part.geom_type == "Polygon" else [part]
            for line in lines:
                painter.drawPolyline(_polygon(shapely.get_coordinates(line), view))


def paint_marks(painter: QPainter, marks: Sequence[Mark], view: View) -> None:
    """Signs at places on the map, from the scale at which dead ends are shown one by one."""
    if not marks or view.scale > MARKS_FROM:
        return
    places = view.to_px(np.array([(mark.x, mark.y) for mark in marks])) / view.ratio
    box = QRectF(0, 0, view.width, view.height).adjusted(-20, -20, 20, 20)
    flat = replace(bare(view), ratio=1.0)
    for mark, (x, y) in zip(marks, places.tolist(), strict=True):
        if box.contains(x, y):
            paint_shapes(painter, pixel_symbol(mark.symbol, flat).marker, x, y, mark.turn)


def paint_band(painter: QPainter, corners: tuple[Xy, Xy], palette: str) -> None:
    """The rubber band."""
    (x0, y0), (x1, y1) = corners
    painter.setPen(QPen(QColor(*colour("accent", palette)), 1.5))
    painter.setBrush(QColor(*colour("accent", palette, 0.10)))
    painter.drawRect(QRectF(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)))


def paint_measurement(
    painter: QPainter, measurement: Measurement, cursor: Xy | None, view: View, language: str
) -> None:
    """The measured line or area in magenta, with what each vertex says."""
    points = [*measurement.points, *([cursor] if cursor is not None and not measurement.ended else [])]
    if not points:
        return
    ink = QColor(*colour("draw", view.palette))
    line = _polygon(np.array(points), view)
    if measurement.area and len(points) > 2:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*colour("draw", view.palette, 0.16)))
        painter.drawPolygon(line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    closed = measurement.area and measurement.ended and len(points) > 2
    for pen in (
        QPen(QColor(*colour("halo", view.palette)), view.mm(0.7) / view.ratio),
        QPen(ink, max(1.5, view.mm(0.4) / view.ratio)),
    ):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        if closed:
            painter.drawPolygon(line)
        else:
            painter.drawPolyline(line)
    half = view.mm(1.7) / view.ratio / 2
    for at in range(len(measurement.points)):
        active = at == len(measurement.points) - 1 and not measurement.ended
        painter.setPen(QPen(ink, 1.5))
        painter.setBrush(ink if active else QColor(*colour("halo", view.palette)))
        painter.drawRect(QRectF(line.at(at).x() - half, line.at(at).y() - half, 2 * half, 2 * half))
    _paint_figures(painter, measurement, cursor, [line.at(at) for at in range(line.size())], view, language)


def _paint_figures(
    painter: QPainter,
    measurement: Measurement,
    cursor: Xy | None,
    line: list[QPointF],
    view: View,
    language: str,
) -> None:
    result = measurement.result(cursor)
    lengths = measurement.lengths(cursor)
    texts = {at: format_length(length, language) for at, length in enumerate(lengths) if at}
    if result["area_m2"] is not None:
        last = len(lengths) - 1
        texts = {last: format_area(float(result["area_m2"]), language)}  # type: ignore[arg-type]
    for at, words in texts.items():
        tag(painter, line[at].x() + 9, line[at].y() - 9, words, view, strong=at == len(lengths) - 1)


def tag(painter: QPainter, left: float, base: float, words: str, view: View, *, strong: bool = False) -> None:
    """Words in a white box with a magenta edge."""
    size = 12.0 * (1.4 if view.palette == "projector" else 1.0)
    width = text_width(words, size, 500 if strong else 400)
    box = QRectF(left, base - size * 1.35, width + 10, size * 1.6)
    painter.setPen(QPen(QColor(*colour("draw", view.palette)), 1))
    painter.setBrush(QColor(*colour("panel", view.palette, 0.96)))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(*colour("ink1", view.palette)))
    painter.setFont(map_font(size, 500 if strong else 400))
    painter.drawText(QPointF(left + 5, box.center().y() + size * 0.36), words)


def _polygon(xy: np.ndarray, view: View) -> QPolygonF:
    px = view.to_px(xy) / view.ratio
    return QPolygonF([QPointF(x, y) for x, y in px.tolist()])
