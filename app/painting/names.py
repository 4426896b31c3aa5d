"""Names: halo and text, as ready pictures on the screen, as paths and searchable text on paper."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPaintEngine,
    QPainter,
    QPainterPath,
    QPen,
    QTransform,
)

from app.painting.marks import FAMILY, paint_shapes
from app.painting.steady import BASE, is_steady, steady_path
from layers.maps.labels import SLANT, Label
from layers.maps.palette import Colour, colour
from layers.maps.type import text_width

WEIGHTS = {400: QFont.Weight.Normal, 500: QFont.Weight.Medium, 700: QFont.Weight.Bold}
PILL_EDGE = "road_case"
PAPER_PX = 100.0
THIN = 3.0
"""Strokes of signs thinner than a pixel cover it in part; their halo is whole all the same."""

LOCAL = QFont.Tag("locl")
"""Forms of letters by the language that the program speaks: left out, so that a map is the same in each."""


def map_font(size: float, weight: int = 400) -> QFont:
    """The bundled font `size` device px high, unhinted, so that it is as wide as its advance table says."""
    font = QFont(FAMILY)
    font.setPixelSize(max(1, round(size)))
    font.setWeight(WEIGHTS[weight])
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(LOCAL, 0)
    return font


def text_path(text: str, size: float, weight: int, slanted: bool, spacing: float) -> QPainterPath:
    """Outlines of `text` from (0, 0) on its base line, in exactly `size` px."""
    steady = steady_path(text, weight, spacing)
    if steady is None:
        return _drawn_path(text, size, weight, slanted, spacing)
    steady.setFillRule(Qt.FillRule.WindingFill)
    return _scaled(steady, size / BASE, slanted)


@lru_cache(maxsize=8192)
def _drawn_path(text: str, size: float, weight: int, slanted: bool, spacing: float) -> QPainterPath:
    # Qt's sizes are whole px: outlines are made large once and scaled.
    base = BASE
    font = QFont(FAMILY)
    font.setPixelSize(int(base))
    font.setWeight(WEIGHTS[weight])
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(LOCAL, 0)
    if spacing:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing * base)
    path = QPainterPath()
    path.addText(0, 0, font, text)
    path.setFillRule(Qt.FillRule.WindingFill)
    return _scaled(path, size / base, slanted)


def _scaled(path: QPainterPath, factor: float, slanted: bool) -> QPainterPath:
    turn = QTransform()
    turn.scale(factor, factor)
    if slanted:
        turn.shear(SLANT, 0.0)  # y runs down, so tops lean to the left
    return turn.map(path)


def paint_label(painter: QPainter, label: Label, palette: str, *, vector: bool = False) -> None:
    """Draw one placed name."""
    if label.pill is not None:
        _paint_pill(painter, label, palette, vector)
        return
    if vector:
        _paint_on_paper(painter, label)
        return
    for piece in label.pieces:
        image, left, top = _piece_image(
            piece.text,
            label.size,
            label.weight,
            label.slanted,
            label.spacing,
            label.colour,
            label.halo,
            label.halo_width,
            round(piece.angle),
            is_steady(),
        )
        painter.drawImage(QPointF(round(piece.x + left), round(piece.y + top)), image)


# -- on paper --------------------------------------------------------------------------------------


def _paint_on_paper(painter: QPainter, label: Label) -> None:
    """Halo as a stroked path, then text. What is set sign by sign is drawn as outlines, and found as one
    word."""
    whole = len(label.pieces) == 1
    for piece in label.pieces:
        painter.save()
        painter.translate(piece.x, piece.y)
        painter.rotate(piece.angle)
        path = text_path(piece.text, label.size, label.weight, label.slanted, label.spacing)
        if label.halo_width:
            pen = QPen(QColor(*label.halo), 2 * label.halo_width)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.strokePath(path, pen)
        painter.restore()
    for piece in label.pieces:
        paint_text(
            painter,
            piece.text,
            piece.x,
            piece.y,
            label.size,
            label.weight,
            label.colour,
            slanted=label.slanted,
            spacing=label.spacing,
            angle=piece.angle,
            found=whole,
        )
    if not whole:
        first = label.pieces[0]
        _paint_found(painter, label.text, first.x, first.y, label.size, label.weight)


def paint_text(
    painter: QPainter,
    text: str,
    x: float,
    y: float,
    size: float,
    weight: int,
    ink: Colour,
    *,
    slanted: bool = False,
    spacing: float = 0.0,
    angle: float = 0.0,
    found: bool = True,
) -> None:
    """Draw text from a base line's left end, in exactly `size` of the painter's units, on paper or its
    preview.

    In a PDF it is text of the bundled font, so that it is found and copied; elsewhere, and where the font
    lacks a sign or signs are set apart (Qt's PDF then tears the word), outlines over text that is not seen.
    spacing: in em a sign. found: whether a reader of the file is to find it.
    """
    kind = painter.paintEngine().type()
    known = _in_font(text, weight)
    painter.save()
    painter.translate(x, y)
    painter.rotate(angle)
    if kind == QPaintEngine.Type.Pdf and found and known and not spacing:
        if slanted:
            painter.shear(SLANT, 0.0)
        _set_text(painter, text, size, weight, QColor(*ink))
    else:
        painter.fillPath(text_path(text, size, weight, slanted, spacing), QColor(*ink))
        if found:
            painter.scale(
                text_width(text, 1.0, weight, spacing) / max(text_width(text, 1.0, weight), 1e-9), 1.0
            )
            _paint_found(painter, text, 0.0, 0.0, size, weight)
    painter.restore()


def _paint_found(painter: QPainter, text: str, x: float, y: float, size: float, weight: int) -> None:
    """Text that is not seen but found: whole words under names drawn as outlines."""
    known = "".join(sign for sign in text if _in_font(sign, weight))
    if known and painter.paintEngine().type() in (QPaintEngine.Type.Pdf, QPaintEngine.Type.SVG):
        painter.save()
        painter.translate(x, y)
        _set_text(painter, known, size, weight, QColor(0, 0, 0, 0))
        painter.restore()


def _set_text(painter: QPainter, text: str, size: float, weight: int, ink: QColor) -> None:
    # Qt's sizes are whole px: text is set large and scaled.
    font = _paper_font(weight)
    painter.scale(size / PAPER_PX, size / PAPER_PX)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(QPointF(0.0, 0.0), text)


@lru_cache(maxsize=8)
def _paper_font(weight: int) -> QFont:
    font = map_font(PAPER_PX, weight)
    font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)  # no font but ours goes into a file
    # With local forms, digits beside Latin letters are glyphs that no character has: a PDF cannot name them.
    font.setFeature(QFont.Tag("locl"), 0)
    return font


@lru_cache(maxsize=8192)
def _in_font(text: str, weight: int) -> bool:
    """Whether the bundled font has every sign, and a PDF can name it (beyond the basic plane Qt's map is
    broken)."""
    metrics = QFontMetricsF(_paper_font(weight))
    return all(ord(sign) < 0x10000 and metrics.inFontUcs4(ord(sign)) for sign in text)


def _halo_image(path: QPainterPath, box: QRect, radius: float, halo: Colour) -> QImage:
    """What lies within `radius` px of the signs, in the halo's colour: stroking a name takes twenty times as
    long."""
    mask = QImage(box.size(), QImage.Format.Format_Alpha8)
    mask.fill(0)
    painter = QPainter(mask)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-box.left(), -box.top())
    painter.fillPath(path, QColor(0, 0, 0))
    painter.end()
    height, width = mask.height(), mask.width()
    ink = np.frombuffer(mask.constBits(), np.uint8).reshape(height, -1)[:, :width].astype(np.float32)
    ink = np.minimum(ink * THIN, 255.0)
    reach = int(radius + 0.5)
    wide = np.zeros((height + 2 * reach, width + 2 * reach), np.float32)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            share = min(1.0, radius + 0.5 - math.hypot(dx, dy))
            if share > 0:
                part = wide[reach + dy : reach + dy + height, reach + dx : reach + dx + width]
                np.maximum(part, ink * share, out=part)
    alpha = wide[reach : reach + height, reach : reach + width] * (halo[3] / 255)
    pixels = np.empty((height, width, 4), np.uint8)  # blue, green, red, opacity; colours times opacity
    pixels[..., 3] = np.rint(alpha)
    for at, part in enumerate(halo[2::-1]):
        pixels[..., at] = np.rint(alpha * (part / 255))
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()


@lru_cache(maxsize=4096)
def _piece_image(
    text: str,
    size: float,
    weight: int,
    slanted: bool,
    spacing: float,
    ink: Colour,
    halo: Colour,
    halo_width: float,
    angle: int,
    _steady: bool,
) -> tuple[QImage, int, int]:
    """A picture of a name, and where its corner lies from the base line's left end."""
    path = text_path(text, size, weight, slanted, spacing)
    if angle:
        path = QTransform().rotate(angle).map(path)
    reach = halo_width + 2
    box = path.boundingRect().adjusted(-reach, -reach, reach, reach).toAlignedRect()
    image = _halo_image(path, box, halo_width, halo)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-box.left(), -box.top())
    painter.fillPath(path, QColor(*ink))
    painter.end()
    return image, box.left(), box.top()


def _paint_pill(painter: QPainter, label: Label, palette: str, vector: bool) -> None:
    assert label.pill is not None
    box = QRectF(*label.pill)
    painter.setPen(QPen(QColor(*colour(PILL_EDGE, palette)), max(1.0, label.size * 0.07)))
    painter.setBrush(QColor(*colour("halo", palette, 0.94)))
    painter.drawRoundedRect(box, box.height() * 0.22, box.height() * 0.22)
    if label.shapes:
        paint_shapes(painter, label.shapes, *label.shapes_at)
    for piece in label.pieces:
        if vector:
            paint_text(painter, piece.text, piece.x, piece.y, label.size, label.weight, label.colour)
            continue
        path = text_path(piece.text, label.size, label.weight, False, 0.0).translated(piece.x, piece.y)
        painter.fillPath(path, QColor(*label.colour))
