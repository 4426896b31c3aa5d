"""The sign of a layer as the tree shows it, 26 × 14: an area, a piece of line, a point, as on the map."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QPixmap

from app import theme
from app.painting.swatches import swatch_image
from layers.catalogue.style import Symbol

WIDTH, HEIGHT, RATIO = 26, 14, 2.0


def swatch(symbol: Symbol, geometry: str) -> QPixmap:
    """Return the sign of `symbol` on a geometry `Point`, `MultiLineString` or `MultiPolygon`."""
    return _swatch(symbol, geometry, theme.palette())


@cache
def _swatch(symbol: Symbol, geometry: str, palette: str) -> QPixmap:
    return QPixmap.fromImage(swatch_image(symbol, geometry, WIDTH, HEIGHT, palette=palette, ratio=RATIO))


def table_swatch() -> QPixmap:
    """Return the sign of a layer without geometry."""
    return theme.pixmap("table", "ink3", HEIGHT, ratio=RATIO)
