"""The years under the map for tests: where to click, and what is seen then."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from app import theme
from app.window import MainWindow
from tests.app.windows import settle

LEFT = Qt.MouseButton.LeftButton


def middle(window: MainWindow, year: int) -> QPoint:
    strip = window.timeline.strip
    return strip.cell_box([cell.year for cell in strip.years.cells].index(year)).center().toPoint()


def click(window: MainWindow, year: int) -> None:
    QTest.mouseClick(window.timeline.strip, LEFT, pos=middle(window, year))
    settle(window)


def total_gap(window: MainWindow) -> int:
    """What the gap table shows as the sum of what is missing."""
    model = window.side.panels["gaps"].table.model
    return int(model.total([column.id for column in model.columns].index("gap")).replace(",", ""))


def colours(widget_or_image) -> set[int]:
    image = widget_or_image if isinstance(widget_or_image, QImage) else widget_or_image.grab().toImage()
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return set(np.unique(pixels & 0xFFFFFF).tolist())


def value(token: str) -> int:
    return QColor(theme.hex_of(token)).rgb() & 0xFFFFFF
