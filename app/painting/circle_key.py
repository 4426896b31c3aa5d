"""The key to proportional symbols on a card: three circles one in the other, and their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPen

from layers.maps.circles import EDGE_MM, key_sizes, largest_radius, radius
from layers.maps.scene import Scene
from layers.maps.type import text_width

if TYPE_CHECKING:
    from app.painting.cards import Sheet

TITLE, GAP, TYPE = 26.0, 8.0, 12.0
LEAST_STEP = 15.0
"""Logical px from one number of the key to the next."""


def circle_key_size(scene: Scene, unit: float) -> tuple[float, float]:
    """Width and height of the key in logical px."""
    circles = scene.legend.circles
    assert circles is not None
    sizes = key_sizes(circles.largest)
    most = largest_radius(scene.view) / scene.view.ratio
    widest = 2 * radius(sizes[-1], circles.largest, most)
    numbers = max(text_width(_words(scene, size), TYPE * unit) for size in sizes)
    wide = max(widest + 14 * unit + numbers, text_width(scene.words(circles.title), TYPE * unit))
    return wide, TITLE * unit + max(widest, len(sizes) * LEAST_STEP * unit) + GAP * unit


def paint_circle_key(sheet: Sheet, scene: Scene, left: float, top: float) -> None:
    """Draw the key with its upper left corner there (logical px)."""
    circles = scene.legend.circles
    assert circles is not None
    unit, painter = sheet.unit, sheet.painter
    sizes = key_sizes(circles.largest)
    most = largest_radius(scene.view) / scene.view.ratio
    widest = radius(sizes[-1], circles.largest, most)
    sheet.text(left, top + 9 * unit, scene.words(circles.title), TYPE, "ink2")
    foot = top + TITLE * unit + max(2 * widest, len(sizes) * LEAST_STEP * unit)
    line = foot
    for size in reversed(sizes):
        r = radius(size, circles.largest, most)
        fill, rim = circles.colours
        painter.setPen(QPen(sheet.ink(rim), max(1.0, scene.view.mm(EDGE_MM) / scene.view.ratio)))
        painter.setBrush(sheet.ink(fill))
        painter.drawEllipse(QPointF(left + widest, foot - r), r, r)
    for at, size in enumerate(sizes):
        r = radius(size, circles.largest, most)
        line = foot - 2 * r if at == 0 else min(foot - 2 * r, line - LEAST_STEP * unit)
        line = min(line, foot - LEAST_STEP * unit / 2) if at == 0 else line
        painter.setPen(QPen(sheet.ink("ink3"), 0.8))
        edge = left + 2 * widest + 10 * unit
        painter.drawLine(QLineF(left + widest, foot - 2 * r, edge - 4 * unit, line))
        sheet.text(edge, line, _words(scene, size), TYPE, "ink2")


def _words(scene: Scene, size: float) -> str:
    circles = scene.legend.circles
    unit = scene.words(circles.unit) if circles is not None else ""
    return f"{size:,.10g} {unit}".strip()
