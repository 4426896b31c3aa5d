"""Swatches: a class of a layer as a small picture, for the legend and the layer tree alike."""

from __future__ import annotations

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QTransform

from app.painting.marks import paint_shapes
from app.painting.names import text_path
from app.painting.patterns import paint_pattern_lines, pattern_tile
from layers.catalogue.style import Symbol
from layers.maps.palette import colour
from layers.maps.symbols import PixelStroke, pixel_symbol
from layers.maps.viewport import View


def swatch_image(
    symbol: Symbol,
    geometry: str,
    width: int = 26,
    height: int = 14,
    *,
    palette: str = "light",
    ratio: float = 1.0,
) -> QImage:
    """Return a swatch of `width` × `height` logical px on a clear ground."""
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_swatch(
        painter, symbol, geometry, QRectF(0, 0, width, height), View((0, 0), 850_000, 1, 1, 1.0, palette)
    )
    painter.end()
    return image


def paint_swatch(
    painter: QPainter, symbol: Symbol, geometry: str, box: QRectF, view: View, *, vector: bool = False
) -> None:
    """Draw a swatch into `box` (logical px; `view` has ratio 1): area, line or point, as on the map.

    vector: patterns are real lines, for paper.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pixel = pixel_symbol(symbol, view)
    if pixel.marker and pixel.fill and geometry == "MultiPolygon":  # a theme's class that also has a symbol
        _area(painter, symbol, box, view, vector)
        _point(painter, symbol, box.adjusted(0, box.height() * 0.08, 0, -box.height() * 0.08), view)
    elif pixel.marker:
        _point(painter, symbol, box, view)
    elif geometry == "MultiLineString" or (pixel.outer and not pixel.fill):
        _line(painter, [*pixel.outer, *pixel.strokes], box)
    elif geometry == "MultiPolygon" and not (pixel.fill or pixel.patterns or pixel.band):
        _line(painter, list(pixel.strokes), box)
    else:
        _area(painter, symbol, box, view, vector)
    painter.restore()


def _point(painter: QPainter, symbol: Symbol, box: QRectF, view: View) -> None:
    pixel = pixel_symbol(symbol, view)
    scale = min(1.0, box.height() * 1.15 / (pixel.marker_size or 1.0))
    painter.translate(box.center())
    painter.scale(scale, scale)
    paint_shapes(painter, pixel.marker)


def _line(painter: QPainter, strokes: list[PixelStroke], box: QRectF) -> None:
    path = QPainterPath(QPointF(box.left() + 2, box.bottom() - box.height() * 0.3))
    path.lineTo(box.left() + box.width() * 0.38, box.top() + box.height() * 0.34)
    path.lineTo(box.left() + box.width() * 0.66, box.top() + box.height() * 0.62)
    path.lineTo(box.right() - 2, box.top() + box.height() * 0.26)
    for stroke in strokes:
        pen = QPen(QColor(*stroke.colour), min(stroke.width, box.height() * 0.62))
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap if stroke.dash else Qt.PenCapStyle.RoundCap)
        if stroke.dash:
            pen.setDashPattern([length / stroke.width for length in stroke.dash])
        painter.strokePath(path, pen)


def _area(painter: QPainter, symbol: Symbol, box: QRectF, view: View, vector: bool) -> None:
    pixel = pixel_symbol(symbol, view)
    inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
    if pixel.fill:
        painter.fillRect(inner, QColor(*pixel.fill))
    for pattern in pixel.patterns:
        if vector:
            area = shapely.box(inner.left(), inner.top(), inner.right(), inner.bottom())
            paint_pattern_lines(painter, pattern, np.array([area], object), (inner.left(), inner.top()))
            continue
        tile = pattern_tile(pattern)
        brush = painter.brush()
        brush.setTextureImage(tile)
        brush.setTransform(QTransform.fromTranslate(inner.left(), inner.top()))
        painter.fillRect(inner, brush)
    if pixel.band:
        width = min(pixel.band.width, box.height() * 0.3)
        pen = QPen(QColor(*pixel.band.colour), width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        half = width / 2 + 0.5
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(inner.adjusted(half, half, -half, -half))
        _teeth(painter, inner, QColor(*pixel.band.ink), pixel.band.tooth)
    if symbol.fill == "unknown":
        _question_mark(painter, inner, view)
    strokes = pixel.strokes or (PixelStroke((130, 139, 133, 255), 1.0),)
    for stroke in strokes:
        pen = QPen(QColor(*stroke.colour), max(0.4 if vector else 1.0, min(stroke.width, 2.4)))
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        if stroke.dash:
            pen.setDashPattern([length / pen.widthF() for length in stroke.dash])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(inner)


def _question_mark(painter: QPainter, box: QRectF, view: View) -> None:
    path = text_path("?", box.height() * 0.9, 700, False, 0.0)
    path = path.translated(box.center() - path.boundingRect().center())
    halo = QPen(QColor(*colour("halo", view.palette)), box.height() * 0.22)
    halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, halo)
    painter.fillPath(path, QColor(*colour("unknown_ink", view.palette)))


def _teeth(painter: QPainter, box: QRectF, ink: QColor, tooth: float) -> None:
    if not tooth:
        return
    painter.setPen(QPen(ink, 1.0))
    reach = min(tooth, box.height() * 0.25)
    for at in range(1, 5):
        x = box.left() + box.width() * at / 5
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.top() + reach))
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x, box.bottom() - reach))
