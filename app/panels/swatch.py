"""The sign of a layer as the tree shows it, 26 × 14: an area, a piece of line, a point, as on the map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QPixmap

from app import theme
from app.painting.swatches import swatch_image
from layers.catalogue.style import Symbol

WIDTH, HEIGHT, RATIO = 26, 14, 2.0


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that is drawn when a row first shows it: a project has 150, a window shows 30."""

    symbol: Symbol
    geometry: str

    def picture(self) -> QPixmap:
        """Return the sign in the palette in use."""
        return _swatch(self.symbol, self.geometry, theme.palette())


def swatch(symbol: Symbol, geometry: str) -> Sign:
    """Return the sign of `symbol` on a geometry `Point`, `MultiLineString` or `MultiPolygon`."""
    return Sign(symbol, geometry)


@cache
def _swatch(symbol: Symbol, geometry: str, palette: str) -> QPixmap:
    return QPixmap.fromImage(swatch_image(symbol, geometry, WIDTH, HEIGHT, palette=palette, ratio=RATIO))


def table_swatch() -> QPixmap:
    """Return the sign of a layer without geometry."""
    return theme.pixmap("table", "ink3", HEIGHT, ratio=RATIO)
