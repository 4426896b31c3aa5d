"""Bar charts of the panels: calm bars across, direct numbers, no grid; a click chooses a bar, or asks where
its number is from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from app.messages import text
from app.panels.models.bars import Bar

BAR, STEP = 0.62, 26  # thickness in rows, px a row
MARGIN = 12


class BarChart(pg.PlotWidget):
    """Bars across, longest first; names at the left, numbers at their ends.

    A click chooses a bar; on its number, or twice, it asks where that is from. With the keyboard: up and
    down, Enter.
    """

    chosen = Signal(str)  # key of a bar
    traced = Signal(str)  # key of a bar: where its number is from

    def __init__(self, parent: QWidget | None = None, *, traces: bool = True) -> None:
        """traces: whether a bar's number can be traced; else it is only looked at."""
        super().__init__(parent, viewBox=_Still())
        self.traces = traces
        self.bars: tuple[Bar, ...] = ()
        self._selected: frozenset[str] = frozenset()
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setAntialiasing(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if traces else Qt.FocusPolicy.NoFocus)
        self.current = -1  # the bar that the keyboard is at
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        item = self.getPlotItem()
        item.hideAxis("bottom")
        item.hideAxis("left")
        item.getViewBox().invertY(True)
        item.getViewBox().setDefaultPadding(0)
        item.setContentsMargins(0, 0, 0, 0)
        self.scene().sigMouseClicked.connect(self._clicked)
        self.restyle()

    def show_bars(self, bars: Sequence[Bar], *, selected: frozenset[str] = frozenset()) -> None:
        """Draw bars; unknown ones have a question mark instead of a length."""
        self.bars, self._selected = tuple(bars), selected
        mine = [at for at, bar in enumerate(self.bars) if bar.key in selected]
        self.current = mine[0] if len(mine) == 1 else min(self.current, len(self.bars) - 1)
        self.setToolTip(text("chart_tip") if self.traces else "")
        self.setAccessibleName("; ".join(f"{bar.name} {bar.words}" for bar in self.bars))
        self.setFixedHeight(max(len(bars), 1) * theme.metric(STEP) + 8)
        self._draw()

    def resizeEvent(self, event: Any) -> None:
        """Names keep their room whatever the width."""
        super().resizeEvent(event)
        if hasattr(self, "bars"):
            self._draw()

    def restyle(self) -> None:
        """Take the palette's colours."""
        self.setBackground(theme.color("panel"))
        if self.bars:
            self._draw()

    def row_y(self, key: str) -> float:
        """Return the middle of a bar in the widget, for whoever points at it."""
        at = next(at for at, bar in enumerate(self.bars) if bar.key == key)
        box = self.getPlotItem().getViewBox()
        return self.mapFromScene(box.mapViewToScene(pg.Point(0, at))).y()

    def _draw(self) -> None:
        item = self.getPlotItem()
        item.clear()
        if not self.bars:
            return
        font = theme.font(theme.NOTE)
        measure = QFontMetricsF(font)
        width = max(self.width() - 4, 50)
        names = min(max(measure.horizontalAdvance(bar.name) for bar in self.bars) + 8, width * 0.45)
        numbers = max(measure.horizontalAdvance(bar.words) for bar in self.bars) + 10
        longest = max((bar.value or 0 for bar in self.bars), default=0) or 1
        unit = longest / max(width - names - numbers, 20)  # value a pixel
        box = item.getViewBox()
        box.setRange(
            xRange=(-names * unit, longest + numbers * unit),
            yRange=(-0.5, len(self.bars) - 0.5),
            padding=0,
            disableAutoRange=True,
        )
        ink, soft = theme.color("ink1"), theme.color("ink3")
        for at, bar in enumerate(self.bars):
            if bar.key in self._selected:
                ground = pg.BarGraphItem(
                    x0=[-names * unit],
                    x1=[longest + numbers * unit],
                    y=[at],
                    height=1.0,
                    brush=theme.color("row_sel"),
                    pen=None,
                )
                item.addItem(ground)
            self._shape(item, bar, at)
            shown = measure.elidedText(bar.name, Qt.TextElideMode.ElideMiddle, names - 6)
            self._words(item, shown, -names * unit + 2 * unit, at, ink, font, 0.0)
            self._words(
                item,
                bar.words,
                (bar.value or 0) + 4 * unit,
                at,
                ink if bar.value is not None else soft,
                font,
                0.0,
            )

    def _shape(self, item: Any, bar: Bar, at: int) -> None:
        """Draw the bar itself."""
        if bar.value:
            edge = pg.mkPen(theme.color("need4"), width=1) if bar.token.startswith("need") else None
            item.addItem(
                pg.BarGraphItem(
                    x0=[0], x1=[bar.value], y=[at], height=BAR, brush=theme.color(bar.token), pen=edge
                )
            )

    @staticmethod
    def _words(item: Any, words: str, x: float, y: float, ink: Any, font: Any, anchor: float) -> None:
        label = pg.TextItem(words, color=ink, anchor=(anchor, 0.5))
        label.setFont(font)
        label.textItem.document().setDocumentMargin(0)
        label.updateTextPos()
        label.setPos(x, y)
        item.addItem(label)

    def _clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = self.getPlotItem().getViewBox().mapSceneToView(event.scenePos())
        at = round(place.y())
        if 0 <= at < len(self.bars):
            bar, self.current = self.bars[at], at
            self.chosen.emit(bar.key)
            if event.double() or place.x() > (bar.value or 0):
                self.traced.emit(bar.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go from bar to bar, Enter asks where the number is from."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and self.bars:
            self.current = min(max(self.current + step, 0), len(self.bars) - 1)
            self.chosen.emit(self.bars[self.current].key)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self.current < len(self.bars):
            self.traced.emit(self.bars[self.current].key)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: Any) -> None:
        """The wheel scrolls the panel, not the chart."""
        event.ignore()


class _Still(pg.ViewBox):
    """A chart that is read, not moved."""

    def __init__(self) -> None:
        super().__init__(enableMouse=False, enableMenu=False, border=None)
