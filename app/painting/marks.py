"""Point symbols: shapes drawn, pictures of them stamped, and a mask of pixels where there are very many."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform
from PySide6.QtSvg import QSvgRenderer

from app.painting.steady import BASE, is_steady, steady_path
from layers.maps.operations import Marks
from layers.maps.palette import Colour
from layers.maps.symbols import Shape
from resources import RESOURCES

MASK_FROM = 30_000
TURN_STEP = 5.0
"""Degrees to which stamped symbols are turned."""
UPRIGHT = ("glyph", "icon")
FAMILY = "Noto Sans SC"


def paint_shapes(
    painter: QPainter, shapes: tuple[Shape, ...], x: float = 0.0, y: float = 0.0, turn: float = 0.0
) -> None:
    """Draw a symbol's parts with its point at (x, y), turned clockwise by `turn` degrees; signs stay
    upright."""
    painter.save()
    painter.translate(x, y)
    for shape in shapes:
        angle = 0.0 if shape.kind in UPRIGHT else turn
        painter.rotate(angle)
        _SHAPES[shape.kind](painter, shape)
        painter.rotate(-angle)
    painter.restore()


def _dress(painter: QPainter, shape: Shape) -> None:
    painter.setBrush(QColor(*shape.fill) if shape.fill else Qt.BrushStyle.NoBrush)
    if shape.stroke is None or not shape.width:
        painter.setPen(Qt.PenStyle.NoPen)
        return
    pen = QPen(QColor(*shape.stroke), shape.width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if shape.dash:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([length / shape.width for length in shape.dash])
    painter.setPen(pen)


def _box(shape: Shape) -> QRectF:
    (left, top), (right, bottom) = shape.points[:2]
    return QRectF(left, top, right - left, bottom - top)


def _ellipse(painter: QPainter, shape: Shape) -> None:
    _dress(painter, shape)
    painter.drawEllipse(_box(shape))


def _polygon(painter: QPainter, shape: Shape) -> None:
    _dress(painter, shape)
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in shape.points]))


def _line(painter: QPainter, shape: Shape) -> None:
    _dress(painter, shape)
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in shape.points]))


def _arc(painter: QPainter, shape: Shape) -> None:
    _dress(painter, shape)
    start, sweep = shape.points[2]
    painter.drawArc(_box(shape), round(start * 16), round(sweep * 16))


def _glyph(painter: QPainter, shape: Shape) -> None:
    size = max(1, round(shape.points[0][0]))
    path = steady_path(shape.text, 700, 0.0)
    if path is None:
        path = QPainterPath()
        font = QFont(FAMILY)
        font.setWeight(QFont.Weight.Bold)
        font.setPixelSize(size)
        path.addText(0, 0, font, shape.text)
    else:
        path = QTransform.fromScale(size / BASE, size / BASE).map(path)
    box = path.boundingRect()
    path.translate(-box.center())
    painter.fillPath(path, QColor(*(shape.fill or (0, 0, 0, 255))))


def _icon(painter: QPainter, shape: Shape) -> None:
    _renderer(shape.text, shape.fill or (0, 0, 0, 255)).render(painter, _box(shape))


_SHAPES = {
    "ellipse": _ellipse,
    "polygon": _polygon,
    "line": _line,
    "arc": _arc,
    "glyph": _glyph,
    "icon": _icon,
}


@lru_cache(maxsize=512)
def _icon_file(name: str, colour: Colour) -> bytes:
    """An icon's file in one colour: QtSvg knows no `currentColor`."""
    text = (RESOURCES / "icons" / f"{name}.svg").read_text("utf-8")
    value = "#{:02X}{:02X}{:02X}".format(*colour[:3])
    text = text.replace("currentColor", value)
    return text.replace("<svg ", f'<svg fill="{value}" ', 1).encode("utf-8")


def _renderer(name: str, colour: Colour) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_icon_file(name, colour)))


def stamp(shapes: tuple[Shape, ...], size: float, turn: float = 0.0) -> QImage:
    """A picture of a symbol, its point in the middle, turned clockwise by `turn` degrees."""
    return _stamp(shapes, size, turn, is_steady())


@lru_cache(maxsize=1024)
def _stamp(shapes: tuple[Shape, ...], size: float, turn: float, _steady: bool) -> QImage:
    side = int(size * 1.6) + 7 | 1
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_shapes(painter, shapes, side / 2, side / 2, turn)
    painter.end()
    return image


def mask_image(marks: Marks, width: int, height: int) -> tuple[QImage, int, int]:
    """Very many points as pixels: a picture of the window with a small disc at each, and its corner."""
    ink = _ink(marks.shapes)
    radius = max(1, int(min(marks.size / 2, 3)))
    cells = np.rint(marks.xy).astype(np.int64)
    inside = (cells >= 0).all(axis=1) & (cells[:, 0] < width) & (cells[:, 1] < height)
    hit = np.zeros((height + 2 * radius, width + 2 * radius), bool)
    hit[cells[inside, 1] + radius, cells[inside, 0] + radius] = True
    thick = np.zeros((height, width), bool)
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            if dx * dx + dy * dy <= radius * radius + 0.5:
                thick |= hit[radius + dy : radius + dy + height, radius + dx : radius + dx + width]
    pixels = np.where(thick, np.uint32(0xFF000000 | ink[0] << 16 | ink[1] << 8 | ink[2]), np.uint32(0))
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
    return image, 0, 0


def _ink(shapes: tuple[Shape, ...]) -> Colour:
    """The colour by which a symbol is known: of its last part that is not white."""
    for shape in reversed(shapes):
        for colour in (shape.stroke, shape.fill):
            if colour and colour[:3] != (255, 255, 255):
                return colour
    return (0, 0, 0, 255)
