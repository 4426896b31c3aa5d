"""A sheet's page in a scrolled view that is zoomed; the whole page stays whole."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea

from app.dialogs.sheet_page import Page
from app.messages import text
from layers.maps.paper_parts import PAPERS

ZOOM_STEP, ZOOM_MOST, SHARPEST_DPI = 1.25, 4.0, 240.0


class Preview(QScrollArea):
    """The page as a picture; Ctrl+wheel and the buttons zoom, dragging the bars moves."""

    wanted = Signal()  # a picture of another size

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.setWidget(self.page)
        self.setWidgetResizable(True)
        self.setMinimumSize(420, 420)
        self.zoom = 1.0  # 1: the whole page is seen
        self._seen = QSize()
        self.setAccessibleName(text("sheet_preview"))

    def dpi(self, paper: str) -> float:
        """Device px an inch at which the page is wanted."""
        size, room = PAPERS[paper], self.size() - QSize(20, 20)  # with bars or without
        fit = min(room.width() / size.width, room.height() / size.height) * 25.4
        return min(max(fit, 20.0) * self.zoom * self.devicePixelRatioF(), SHARPEST_DPI)

    def show_page(self, image: QImage) -> None:
        """Show a picture of the page."""
        image.setDevicePixelRatio(self.devicePixelRatioF())
        bars = (self.horizontalScrollBar(), self.verticalScrollBar())
        middles = [
            (bar.value() + bar.pageStep() / 2) / max(bar.maximum() + bar.pageStep(), 1) for bar in bars
        ]
        self.page.show_picture(QPixmap.fromImage(image))
        self.page.resize(self.page.sizeHint().expandedTo(self.viewport().size()))
        for bar, middle, size in zip(bars, middles, (self.page.width(), self.page.height()), strict=True):
            bar.setRange(0, max(size - bar.pageStep(), 0))
            bar.setValue(round(middle * size - bar.pageStep() / 2))  # what was in the middle stays there

    def zoom_by(self, factor: float) -> None:
        """Nearer or farther; never smaller than the whole page."""
        wanted = min(max(self.zoom * factor, 1.0), ZOOM_MOST)
        if wanted != self.zoom:
            self.zoom = wanted
            self.wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(ZOOM_STEP if event.angleDelta().y() > 0 else 1 / ZOOM_STEP)
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The whole page stays whole."""
        super().resizeEvent(event)
        if self.size() != self._seen:
            self._seen = self.size()
            self.wanted.emit()
