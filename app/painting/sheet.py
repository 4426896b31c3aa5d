"""A sheet on a painter: the preview, PDF, SVG and PNG are painted by this."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QByteArray, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF
from PySide6.QtSvg import QSvgRenderer

from app.painter import Check, paint_scene
from app.painting.names import paint_text
from app.painting.swatches import paint_swatch
from layers.maps.atlas import IndexPage
from layers.maps.palette import colour
from layers.maps.paper_parts import Box, Figure, Item, Path, Picture, Plate, Rule, Swatch, Words
from layers.maps.sheet import Sheet
from layers.maps.sheet_frame import PX_PER_MM, MapFrame
from layers.maps.viewport import PAPER, PIXELS_PER_MM, View


def _go_on() -> None:
    return None


def paint_page(painter: QPainter, sheet: Sheet | IndexPage, *, check: Check = _go_on) -> None:
    """Draw the whole page; the painter is in mm from the page's upper left corner."""
    painter.fillRect(QRectF(0, 0, sheet.paper.width, sheet.paper.height), QColor(255, 255, 255))
    for frame in (sheet.map, sheet.overview if isinstance(sheet, Sheet) else None):
        if frame is not None:
            paint_map(painter, frame, check=check)
    paint_items(painter, sheet, check=check)


def paint_map(painter: QPainter, frame: MapFrame, *, clip: bool = True, check: Check = _go_on) -> None:
    """Draw a map into its frame. clip: what reaches over the frame is cut (else it is the caller's)."""
    view, box = frame.scene.view, frame.box
    painter.save()
    try:
        if clip:
            painter.setClipRect(_rect(box))
        painter.fillRect(_rect(box), QColor(*frame.scene.background))
        painter.translate(
            box.left + (box.width - view.width / PIXELS_PER_MM) / 2,
            box.top + (box.height - view.height / PIXELS_PER_MM) / 2,
        )
        painter.scale(1 / PX_PER_MM, 1 / PX_PER_MM)
        paint_scene(painter, frame.scene, check=check, vector=True)
    finally:
        painter.restore()


def paint_items(painter: QPainter, sheet: Sheet | IndexPage, *, check: Check = _go_on) -> None:
    """Draw everything but the maps."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    view = View((0.0, 0.0), sheet.scale, 1, 1, 1.0, "light", PAPER)
    for item in sheet.items:
        painter.save()
        _ITEMS[type(item)](painter, item, view)
        painter.restore()
        check()


def _ink(token: str, opacity: float = 1.0) -> QColor:
    return QColor(*colour(token, "light", opacity))


def _rect(box: Box) -> QRectF:
    return QRectF(box.left, box.top, box.width, box.height)


def _pen(token: str, width: float) -> QPen:
    pen = QPen(_ink(token), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _words(painter: QPainter, words: Words, view: View) -> None:
    if words.text:
        paint_text(
            painter,
            words.text,
            words.x,
            words.base,
            words.size,
            words.weight,
            colour(words.token),
            spacing=words.spacing,
            angle=words.angle,
        )


def _rule(painter: QPainter, rule: Rule, view: View) -> None:
    painter.setPen(_pen(rule.token, rule.width))
    painter.drawLine(QLineF(rule.x1, rule.y1, rule.x2, rule.y2))


def _plate(painter: QPainter, plate: Plate, view: View) -> None:
    painter.setPen(_pen(plate.line, plate.width) if plate.width else Qt.PenStyle.NoPen)
    painter.setBrush(_ink(plate.fill, plate.opacity) if plate.fill else Qt.BrushStyle.NoBrush)
    painter.drawRect(_rect(plate.box))


def _figure(painter: QPainter, figure: Figure, view: View) -> None:
    painter.setPen(_pen(figure.line, figure.width))
    painter.setBrush(_ink(figure.fill))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in figure.points]))


def _swatch(painter: QPainter, swatch: Swatch, view: View) -> None:
    painter.scale(1 / PIXELS_PER_MM, 1 / PIXELS_PER_MM)
    box = swatch.box
    paint_swatch(
        painter,
        swatch.symbol,
        swatch.geometry,
        QRectF(
            box.left * PIXELS_PER_MM,
            box.top * PIXELS_PER_MM,
            box.width * PIXELS_PER_MM,
            box.height * PIXELS_PER_MM,
        ),
        view,
        vector=True,
    )


def _path(painter: QPainter, path: Path, view: View) -> None:
    pen = _pen(path.token, path.width)
    pen.setColor(_ink(path.token, path.opacity))
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in path.points]))


def _picture(painter: QPainter, picture: Picture, view: View) -> None:
    """A picture that cannot be read leaves its box empty; it was looked at when it was taken in."""
    if picture.kind == "svg":
        drawing = QSvgRenderer(QByteArray(picture.data))
        if drawing.isValid():
            drawing.render(painter, _rect(picture.box))
        return
    image = QImage.fromData(picture.data, "PNG")
    if not image.isNull():
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(_rect(picture.box), image)


_ITEMS: dict[type[Item], Callable[[QPainter, Any, View], None]] = {
    Words: _words,
    Rule: _rule,
    Plate: _plate,
    Figure: _figure,
    Swatch: _swatch,
    Path: _path,
    Picture: _picture,
}
