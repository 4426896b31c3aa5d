"""Names: halo and text, as ready pictures on the screen, as paths and searchable text on paper."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QTransform

from app.painting.marks import FAMILY, paint_shapes
from layers.maps.labels import SLANT, Label
from layers.maps.palette import Colour, colour

WEIGHTS = {400: QFont.Weight.Normal, 500: QFont.Weight.Medium, 700: QFont.Weight.Bold}
PILL_EDGE = "road_case"


def map_font(size: float, weight: int = 400) -> QFont:
    """The bundled font `size` device px high, unhinted, so that it is as wide as its advance table says."""
    font = QFont(FAMILY)
    font.setPixelSize(max(1, round(size)))
    font.setWeight(WEIGHTS[weight])
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=8192)
def text_path(text: str, size: float, weight: int, slanted: bool, spacing: float) -> QPainterPath:
    """Outlines of `text` from (0, 0) on its base line, in exactly `size` px."""
    # Qt's sizes are whole px: outlines are made large once and scaled.
    base = 64.0
    font = QFont(FAMILY)
    font.setPixelSize(int(base))
    font.setWeight(WEIGHTS[weight])
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if spacing:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing * base)
    path = QPainterPath()
    path.addText(0, 0, font, text)
    path.setFillRule(Qt.FillRule.WindingFill)
    turn = QTransform()
    turn.scale(size / base, size / base)
    if slanted:
        turn.shear(SLANT, 0.0)  # y runs down, so tops lean to the left
    return turn.map(path)


def paint_label(painter: QPainter, label: Label, palette: str, *, vector: bool = False) -> None:
    """Draw one placed name."""
    if label.pill is not None:
        _paint_pill(painter, label, palette)
        return
    for piece in label.pieces:
        if vector:
            _paint_piece(painter, label, piece.text, piece.x, piece.y, piece.angle)
            continue
        image, left, top = _piece_image(piece.text, label.size, label.weight, label.slanted, label.spacing,
                                        label.colour, label.halo, label.halo_width, round(piece.angle))
        painter.drawImage(QPointF(round(piece.x + left), round(piece.y + top)), image)


def _paint_piece(painter: QPainter, label: Label, text: str, x: float, y: float, angle: float) -> None:
    painter.save()
    painter.translate(x, y)
    painter.rotate(angle)
    path = text_path(text, label.size, label.weight, label.slanted, label.spacing)
    _ink(painter, path, label.colour, label.halo, label.halo_width)
    painter.restore()


def _ink(painter: QPainter, path: QPainterPath, ink: Colour, halo: Colour, halo_width: float) -> None:
    if halo_width:
        pen = QPen(QColor(*halo), 2 * halo_width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)
    painter.fillPath(path, QColor(*ink))


@lru_cache(maxsize=4096)
def _piece_image(text: str, size: float, weight: int, slanted: bool, spacing: float, ink: Colour, halo: Colour,
                 halo_width: float, angle: int) -> tuple[QImage, int, int]:
    """A picture of a name, and where its corner lies from the base line's left end."""
    path = text_path(text, size, weight, slanted, spacing)
    if angle:
        path = QTransform().rotate(angle).map(path)
    reach = halo_width + 2
    box = path.boundingRect().adjusted(-reach, -reach, reach, reach).toAlignedRect()
    image = QImage(max(1, box.width()), max(1, box.height()), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-box.left(), -box.top())
    _ink(painter, path, ink, halo, halo_width)
    painter.end()
    return image, box.left(), box.top()


def _paint_pill(painter: QPainter, label: Label, palette: str) -> None:
    assert label.pill is not None
    box = QRectF(*label.pill)
    painter.setPen(QPen(QColor(*colour(PILL_EDGE, palette)), max(1.0, label.size * 0.07)))
    painter.setBrush(QColor(*colour("halo", palette, 0.94)))
    painter.drawRoundedRect(box, box.height() * 0.22, box.height() * 0.22)
    if label.shapes:
        paint_shapes(painter, label.shapes, *label.shapes_at)
    for piece in label.pieces:
        path = text_path(piece.text, label.size, label.weight, False, 0.0).translated(piece.x, piece.y)
        painter.fillPath(path, QColor(*label.colour))
