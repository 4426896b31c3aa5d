"""Pieces of a basemap, stretched to their corners."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter, QPolygonF, QTransform

from layers.maps.operations import Picture

OVERLAP_PX = 0.4
"""By which a piece reaches over its corners, so that no light shines through between two."""


def paint_picture(painter: QPainter, piece: Picture) -> None:
    """Draw a piece."""
    pixels = np.ascontiguousarray(piece.data)
    rows, columns = pixels.shape[:2]
    image = QImage(pixels.data, columns, rows, columns * 4, QImage.Format.Format_RGBA8888)
    width, height = float(columns), float(rows)
    flat = QPolygonF([QPointF(0, 0), QPointF(width, 0), QPointF(width, height), QPointF(0, height)])
    middle = piece.corners.mean(axis=0)
    away = piece.corners - middle
    reach = np.hypot(away[:, 0], away[:, 1])[:, None]
    corners = piece.corners + (away / np.maximum(reach, 1e-9) * OVERLAP_PX if piece.joined else 0.0)
    transform = QTransform()
    if QTransform.quadToQuad(flat, QPolygonF([QPointF(*at) for at in corners.tolist()]), transform):
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setTransform(transform, True)
        painter.drawImage(QPointF(0, 0), image.copy())
