"""The sign of a layer as the tree shows it, 26 × 14: an area, a piece of line, a point, as on the map."""

from __future__ import annotations

import math
from functools import cache
from importlib import resources

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from PySide6.QtSvg import QSvgRenderer

from app import theme
from layers.catalogue.style import Symbol
from layers.maps.symbols import PixelBand, PixelPattern, PixelStroke, Shape, pixel_symbol
from layers.maps.viewport import View

WIDTH, HEIGHT, RATIO = 26, 14, 2.0
BAND_MOST = 7.0  # device px, so that the middle stays open
POINT_ROOM = 14.0  # logical px that a point symbol may take


def swatch(symbol: Symbol, geometry: str) -> QPixmap:
    """Return the sign of `symbol` on a geometry `Point`, `MultiLineString` or `MultiPolygon`."""
    return _swatch(symbol, geometry, theme.palette())


@cache
def _swatch(symbol: Symbol, geometry: str, palette: str) -> QPixmap:
    picture, painter = _canvas()
    view = View((0.0, 0.0), 1_000_000.0, WIDTH, HEIGHT, RATIO, palette)
    pixels = pixel_symbol(symbol, view)
    width, height = WIDTH * RATIO, HEIGHT * RATIO
    if geometry == "MultiPolygon":
        path = QPainterPath()
        path.addRect(QRectF(1, 1, width - 2, height - 2))
        _area(painter, path, pixels.fill, pixels.patterns, pixels.band)
        for band in pixels.outer:
            _stroke(painter, _zigzag(width, height), band)
        if pixels.outer:
            _strokes(painter, _zigzag(width, height), pixels.strokes)
        elif pixels.fill or pixels.patterns or pixels.band:
            _strokes(painter, path, pixels.strokes or (PixelStroke((120, 128, 124, 140), 1.0),))
        else:
            _strokes(painter, _zigzag(width, height), pixels.strokes)
    elif geometry == "MultiLineString":
        _strokes(painter, _zigzag(width, height), pixels.strokes)
    if pixels.marker:
        painter.translate(width / 2, height / 2)
        reach = max((abs(value) for shape in pixels.marker for point in shape.points[:4] for value in point), default=1)
        factor = min(1.0, POINT_ROOM * RATIO / 2 / max(reach, 1.0))
        painter.scale(factor, factor)
        for shape in pixels.marker:
            _shape(painter, shape)
    painter.end()
    picture.setDevicePixelRatio(RATIO)
    return picture


def table_swatch() -> QPixmap:
    """Return the sign of a layer without geometry."""
    return _table_swatch(theme.palette())


@cache
def _table_swatch(palette: str) -> QPixmap:
    del palette
    picture, painter = _canvas()
    theme.paint_icon(painter, "table", QRectF(12, 0, 28, 28), "ink3")
    painter.end()
    picture.setDevicePixelRatio(RATIO)
    return picture


def _canvas() -> tuple[QPixmap, QPainter]:
    picture = QPixmap(round(WIDTH * RATIO), round(HEIGHT * RATIO))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return picture, painter


def _zigzag(width: float, height: float) -> QPainterPath:
    path = QPainterPath(QPointF(2, height * 0.62))
    path.lineTo(width * 0.34, height * 0.34)
    path.lineTo(width * 0.66, height * 0.66)
    path.lineTo(width - 2, height * 0.38)
    return path


def _strokes(painter: QPainter, path: QPainterPath, strokes: tuple[PixelStroke, ...]) -> None:
    for stroke in strokes:
        _stroke(painter, path, stroke)


def _stroke(painter: QPainter, path: QPainterPath, stroke: PixelStroke) -> None:
    pen = QPen(QColor(*stroke.colour), stroke.width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if stroke.dash:
        pen.setDashPattern([length / stroke.width for length in stroke.dash])
    painter.strokePath(path, pen)


def _area(painter: QPainter, path: QPainterPath, fill: tuple[int, int, int, int] | None,
          patterns: tuple[PixelPattern, ...], band: PixelBand | None) -> None:
    painter.save()
    painter.setClipPath(path)
    if fill:
        painter.fillPath(path, QColor(*fill))
    if band:
        painter.strokePath(path, QPen(QColor(*band.colour), 2 * min(band.width, BAND_MOST)))
    for pattern in patterns:
        _pattern(painter, path.boundingRect(), pattern)
    painter.restore()


def _pattern(painter: QPainter, box: QRectF, pattern: PixelPattern) -> None:
    gap = max(pattern.gap, 4.0)
    pen = QPen(QColor(*pattern.colour), pattern.width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if pattern.dash:
        pen.setDashPattern([length / pattern.width for length in pattern.dash])
    painter.setPen(pen)
    across = [at * gap for at in range(1, int((box.width() + box.height()) / gap * 1.5) + 2)]
    left, top, right, bottom = box.left(), box.top(), box.right(), box.bottom()
    tall = bottom - top
    if pattern.form in ("diagonal", "stripes", "back_diagonal"):
        step = math.sqrt(2)
        for at in across:
            x = left - tall + at * step
            ends = (QPointF(x, bottom), QPointF(x + tall, top))
            if pattern.form == "back_diagonal":
                ends = (QPointF(x, top), QPointF(x + tall, bottom))
            painter.drawLine(*ends)
    elif pattern.form in ("grid", "horizontal"):
        for at in across:
            if top + at - gap / 2 < bottom:
                painter.drawLine(QPointF(left, top + at - gap / 2), QPointF(right, top + at - gap / 2))
            if pattern.form == "grid":
                painter.drawLine(QPointF(left + at - gap / 2, top), QPointF(left + at - gap / 2, bottom))
    else:
        painter.setBrush(QColor(*pattern.colour))
        for row, y in enumerate(across):
            for x in across:
                place = QPointF(left + x - gap / 2 - (gap / 2 if row % 2 else 0), top + y - gap * 0.6)
                _dot(painter, place, pattern)


def _dot(painter: QPainter, place: QPointF, pattern: PixelPattern) -> None:
    if pattern.form == "plus":
        arm = max(pattern.gap * 0.17, 2.5)
        painter.drawLine(place - QPointF(arm, 0), place + QPointF(arm, 0))
        painter.drawLine(place - QPointF(0, arm), place + QPointF(0, arm))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(place, max(pattern.width, 1.0), max(pattern.width, 1.0))


def _shape(painter: QPainter, shape: Shape) -> None:
    pen = QPen(QColor(*shape.stroke), shape.width) if shape.stroke else QPen(Qt.PenStyle.NoPen)
    dash = getattr(shape, "dash", ())
    if shape.stroke and dash:
        pen.setDashPattern([length / shape.width for length in dash])
    painter.setPen(pen)
    painter.setBrush(QColor(*shape.fill) if shape.fill else Qt.BrushStyle.NoBrush)
    points = [QPointF(*point[:2]) for point in shape.points[:2]] if shape.kind in ("arc", "ellipse", "icon") else []
    if shape.kind == "ellipse":
        painter.drawEllipse(QRectF(*points))
    elif shape.kind == "polygon":
        painter.drawPolygon(QPolygonF([QPointF(*point) for point in shape.points]))
    elif shape.kind == "line":
        painter.drawPolyline(QPolygonF([QPointF(*point) for point in shape.points]))
    elif shape.kind == "arc":
        start, sweep = shape.points[2]
        painter.drawArc(QRectF(*points), round(start * 16), round(sweep * 16))
    elif shape.kind == "icon" and shape.fill:
        QSvgRenderer(QByteArray(_map_icon(shape.text, QColor(*shape.fill).name()))).render(painter, QRectF(*points))
    elif shape.kind == "glyph" and shape.fill:
        font = theme.font(bold=True)
        font.setPixelSize(max(round(shape.points[0][1]), 4))
        painter.setFont(font)
        painter.setPen(QColor(*shape.fill))
        painter.drawText(QRectF(-50, -50, 100, 100), Qt.AlignmentFlag.AlignCenter, shape.text)


@cache
def _map_icon(name: str, colour: str) -> bytes:
    """Return a Maki or Temaki picture (`maki/home`) in one colour."""
    text = (resources.files("resources") / "icons" / f"{name}.svg").read_text("utf-8")
    return text.replace("<svg ", f'<svg fill="{colour}" ', 1).replace("currentColor", colour).encode("utf-8")
