"""Where a foreign file lands: the banner's outline and, coloured, each system that may be meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme

COLOURS = ("accent", "bad", "draw", "ok", "warn", "ink2")
PAD, DOT, EDGE = 14, 2.5, 7
REACH = 3.0  # how many sizes of the banner round it are shown for what lies beside it

Points = NDArray[np.float64]


def colour_of(at: int) -> QColor:
    """Return the colour of the candidate at position `at`."""
    return theme.color(COLOURS[at % len(COLOURS)])


def mark(at: int) -> QIcon:
    """Return a disc in a candidate's colour."""
    picture = QPixmap(12, 12)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour_of(at))
    painter.drawEllipse(QRectF(1, 1, 10, 10))
    painter.end()
    return QIcon(picture)


class LandingMap(QWidget):
    """The outline and the candidates; what lies beyond the frame is an arrow at its edge."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(theme.metric(200), theme.metric(170))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._outline: Sequence[Points] = ()
        self._landings: list[tuple[int, str, Points]] = []
        self._chosen = ""
        self._frame: tuple[float, float, float, float] | None = None

    def show_places(
        self, outline: Sequence[Points], landings: Mapping[str, Points], order: Sequence[str], chosen: str
    ) -> None:
        """Show rings and samples of vertices (planning metres). order: keys as listed; chosen: drawn on
        top."""
        self._outline, self._chosen = outline, chosen
        found = [(at, key, landings[key]) for at, key in enumerate(order) if key in landings]
        self._landings = sorted(found, key=lambda one: one[1] == chosen)
        self._frame = _frame([*outline], [points for _, _, points in found])
        self.update()

    def inside(self, key: str) -> bool | None:
        """Whether the middle of a candidate's data is in the frame; None where it has no place."""
        for _, name, points in self._landings:
            if name == key and self._frame is not None:
                west, south, east, north = self._frame
                x, y = np.median(points, axis=0)
                return bool(west <= x <= east and south <= y <= north)
        return None

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw outline, dots and arrows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(theme.color("sunken"))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        if self._frame is not None:
            self._paint(painter, self._frame)
        painter.end()

    def _paint(self, painter: QPainter, frame: tuple[float, float, float, float]) -> None:
        west, south, east, north = frame
        width, height = self.width() - 2 * PAD, self.height() - 2 * PAD
        scale = min(width / max(east - west, 1.0), height / max(north - south, 1.0))
        left = PAD + (width - (east - west) * scale) / 2
        top = PAD + (height - (north - south) * scale) / 2

        def place(points: Points) -> Points:
            return np.column_stack(
                (left + (points[:, 0] - west) * scale, top + (north - points[:, 1]) * scale)
            )

        painter.setPen(QPen(theme.color("ink2"), 1.2))
        painter.setBrush(theme.color("panel"))
        for ring in self._outline:
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in place(ring).tolist()]))
        painter.setPen(Qt.PenStyle.NoPen)
        for at, key, points in self._landings:
            colour = colour_of(at)
            if self._chosen and key != self._chosen:
                colour.setAlphaF(0.35)
            painter.setBrush(colour)
            there = place(points)
            seen = (
                (there[:, 0] > 2)
                & (there[:, 0] < self.width() - 2)
                & (there[:, 1] > 2)
                & (there[:, 1] < self.height() - 2)
            )
            for x, y in there[seen].tolist():
                painter.drawEllipse(QPointF(x, y), DOT, DOT)
            if not seen.any():
                self._arrow(painter, *np.median(there, axis=0).tolist())

    def _arrow(self, painter: QPainter, x: float, y: float) -> None:
        """A triangle at the edge that points to where it lies."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        away = QPointF(x, y) - middle
        length = max((away.x() ** 2 + away.y() ** 2) ** 0.5, 1.0)
        way = away / length
        room = min(
            (middle.x() - EDGE) / max(abs(way.x()), 1e-9), (middle.y() - EDGE) / max(abs(way.y()), 1e-9)
        )
        tip, side = middle + way * room, QPointF(-way.y(), way.x()) * 0.8 * EDGE
        painter.drawPolygon(QPolygonF([tip, tip - way * 2.6 * EDGE + side, tip - way * 2.6 * EDGE - side]))


def _frame(outline: list[Points], landings: list[Points]) -> tuple[float, float, float, float] | None:
    """The outline with what lies near it; without an outline, the likeliest candidate."""
    base = outline or landings[:1]
    if not base:
        return None
    every = np.concatenate(base)
    (west, south), (east, north) = every.min(axis=0), every.max(axis=0)
    pad = max(east - west, north - south, 2_000.0) * REACH
    for points in landings:
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        if x1 > west - pad and x0 < east + pad and y1 > south - pad and y0 < north + pad:
            west, east = min(west, max(x0, west - pad)), max(east, min(x1, east + pad))
            south, north = min(south, max(y0, south - pad)), max(north, min(y1, north + pad))
    return float(west), float(south), float(east), float(north)
