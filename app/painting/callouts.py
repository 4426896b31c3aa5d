"""Callouts on a painter: a white box with a leader to its place."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.painting.names import paint_text
from layers.maps.callouts import LINE, PAD_MM, PlacedCallout
from layers.maps.palette import colour
from layers.maps.viewport import View

LEADER_MM, DOT_MM, EDGE_MM = 0.28, 0.9, 0.2


def paint_callouts(painter: QPainter, callouts: tuple[PlacedCallout, ...], view: View) -> None:
    """Draw them in device px of the view: leaders first, so that no leader crosses a box."""
    ink, paper = QColor(*colour("ink1", view.palette)), QColor(*colour("panel", view.palette))
    halo, leader = QPen(paper, view.stroke(LEADER_MM) * 2.6), QPen(ink, view.stroke(LEADER_MM))
    for pen in (halo, leader):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for one in callouts:
            box = QRectF(*one.box[:2], one.box[2] - one.box[0], one.box[3] - one.box[1])
            painter.drawLine(QPointF(*one.at), _nearest(box, QPointF(*one.at)))
    for one in callouts:
        left, top, right, bottom = one.box
        painter.setPen(QPen(paper, view.stroke(EDGE_MM)))
        painter.setBrush(ink)
        painter.drawEllipse(QPointF(*one.at), view.mm(DOT_MM), view.mm(DOT_MM))
        painter.setPen(QPen(ink, view.stroke(EDGE_MM)))
        painter.setBrush(paper)
        painter.drawRoundedRect(QRectF(left, top, right - left, bottom - top), view.mm(0.8), view.mm(0.8))
        for at, line in enumerate(one.lines):
            base = top + view.mm(PAD_MM) / 2 + ((at + 0.5) * LINE + 0.36) * one.size
            paint_text(painter, line, left + view.mm(PAD_MM), base, one.size, 700 if at == 0 else 400,
                       colour("ink1" if at == 0 else "ink2", view.palette))  # fmt: skip


def _nearest(box: QRectF, at: QPointF) -> QPointF:
    return QPointF(min(max(at.x(), box.left()), box.right()), min(max(at.y(), box.top()), box.bottom()))
