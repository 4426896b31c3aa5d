"""Pieces of a basemap, stretched to their corners."""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter, QPolygonF, QTransform

from layers.maps.operations import Picture

MOST_DECODED = 400
"""Pictures of 256 px that are kept decoded: 100 MB."""
OVERLAP_PX = 0.4
"""By which a piece reaches over its corners, so that no light shines through between two."""
_decoded: OrderedDict[str, QImage] = OrderedDict()
_lock = threading.Lock()


def paint_picture(painter: QPainter, piece: Picture) -> None:
    """Draw a piece; one that is no picture is left out."""
    image = _image(piece)
    if image.isNull():
        return
    width, height = float(image.width()), float(image.height())
    flat = QPolygonF([QPointF(0, 0), QPointF(width, 0), QPointF(width, height), QPointF(0, height)])
    middle = piece.corners.mean(axis=0)
    away = piece.corners - middle
    reach = np.hypot(away[:, 0], away[:, 1])[:, None]
    corners = piece.corners + (away / np.maximum(reach, 1e-9) * OVERLAP_PX if piece.key else 0.0)
    transform = QTransform()
    if QTransform.quadToQuad(flat, QPolygonF([QPointF(*at) for at in corners.tolist()]), transform):
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setTransform(transform, True)
        painter.drawImage(QPointF(0, 0), image)


def _image(piece: Picture) -> QImage:
    if not isinstance(piece.data, bytes):
        pixels = np.ascontiguousarray(piece.data)
        rows, columns = pixels.shape[:2]
        return QImage(pixels.data, columns, rows, columns * 4, QImage.Format.Format_RGBA8888).copy()
    with _lock:
        if piece.key and piece.key in _decoded:
            _decoded.move_to_end(piece.key)
            return _decoded[piece.key]
    image = QImage.fromData(piece.data)
    with _lock:
        if piece.key and not image.isNull():
            _decoded[piece.key] = image
            while len(_decoded) > MOST_DECODED:
                _decoded.popitem(last=False)
    return image
