"""Hatches as picture tiles anchored to the ground, and as real lines where the paper wants them."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QTransform

from layers.maps.hatch import ROW, hatch_marks
from layers.maps.symbols import PixelPattern
from layers.maps.viewport import View


def pattern_brush(pattern: PixelPattern, view: View, world: QTransform) -> QBrush:
    """The brush of a pattern under the painter's transform `world`; it lies still on the ground."""
    tile = pattern_tile(pattern)
    west, north = view.origin
    size = view.metres_per_px
    shift = QTransform.fromTranslate(
        round(math.fmod(-west / size, tile.width())), round(math.fmod(north / size, tile.height()))
    )
    brush = QBrush(tile)
    brush.setTransform(shift * world.inverted()[0])
    return brush


@lru_cache(maxsize=256)
def pattern_tile(pattern: PixelPattern) -> QImage:
    """A picture that repeats without a seam."""
    width, height = tile_size(pattern)
    tile = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, pattern.form not in ("grid", "horizontal"))
    for dx in (-width, 0, width):
        for dy in (-height, 0, height):
            painter.save()
            painter.translate(dx, dy)
            _draw(painter, pattern, width, height)
            painter.restore()
    painter.end()
    return tile


def tile_size(pattern: PixelPattern) -> tuple[int, int]:
    """Device px of the pattern's period (of several, where dashes have to fit)."""
    gap = pattern.gap
    if pattern.form in ("diagonal", "stripes"):
        side = max(2, round(gap * math.sqrt(2)))
        return side, side
    if pattern.form == "back_diagonal":
        side = 2 * max(2, round(gap * math.sqrt(2)))
        return side, side
    if pattern.form == "dots":
        return max(2, round(gap)), 2 * max(2, round(gap * ROW))
    if pattern.form == "plus":
        return max(2, round(gap)), 2 * max(2, round(gap * ROW))
    side = max(2, round(gap))
    return side, side


def _pen(pattern: PixelPattern, dash: tuple[float, ...] = ()) -> QPen:
    pen = QPen(QColor(*pattern.colour), pattern.width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dash:
        pen.setDashPattern([length / pattern.width for length in dash])
    return pen


def _draw(painter: QPainter, pattern: PixelPattern, width: int, height: int) -> None:
    """One period of the pattern at (0, 0)."""
    if pattern.form in ("diagonal", "stripes"):
        painter.setPen(_pen(pattern))
        painter.drawLine(QLineF(0, height, width, 0))
    elif pattern.form == "back_diagonal":
        # Two lines a tile, the second half a period on; dashes fitted to the tile's diagonal.
        length = width * math.sqrt(2)
        dash = pattern.dash or ()
        if dash:
            count = max(1, round(length / sum(dash)))
            dash = tuple(part * length / count / sum(dash) for part in dash)
        for at, shift in enumerate((0.0, width / 2)):
            pen = _pen(pattern, dash)
            if dash:
                pen.setDashOffset(at * sum(dash) / 2 / pattern.width)
            painter.setPen(pen)
            painter.drawLine(QLineF(shift, 0, shift + width, height))
    elif pattern.form == "dots":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*pattern.colour))
        radius = max(pattern.width, 0.7)
        for x, y in ((width * 0.25, height * 0.25), (width * 0.75, height * 0.75)):
            painter.drawEllipse(QPointF(x, y), radius, radius)
    elif pattern.form == "plus":
        painter.setPen(_pen(pattern))
        arm = pattern.gap * 0.9 / 2.6 / 2
        for x, y in ((width * 0.25, height * 0.25), (width * 0.75, height * 0.75)):
            painter.drawLine(QLineF(x - arm, y, x + arm, y))
            painter.drawLine(QLineF(x, y - arm, x, y + arm))
    else:
        thick = max(1, round(pattern.width))
        colour = QColor(*pattern.colour)
        painter.fillRect(QRectF(0, 0, width, thick), colour)
        if pattern.form == "grid":
            painter.fillRect(QRectF(0, thick, thick, height - thick), colour)


def paint_pattern_lines(
    painter: QPainter,
    pattern: PixelPattern,
    areas: NDArray[np.object_],
    anchor: tuple[float, float] = (0.0, 0.0),
) -> None:
    """The pattern as strokes inside `areas` (polygons in px), for paper: real lines, no clip and no
    picture."""
    marks = hatch_marks(pattern, areas, anchor)
    pen = _pen(pattern)
    if len(marks.points):
        pen.setWidthF(2 * pattern.width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints([QPointF(x, y) for x, y in marks.points.tolist()])
        return
    path = QPainterPath()
    for x1, y1, x2, y2 in marks.segments.tolist():
        path.moveTo(x1, y1)
        path.lineTo(x2, y2)
    painter.strokePath(path, pen)
