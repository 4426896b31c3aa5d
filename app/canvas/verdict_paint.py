"""Verdicts on the map: strokes along a judged line, round a judged area, and the way that would clear it.

Each verdict has its own pattern, so that grey prints tell them apart: allowed plain, conditions dark ticks,
permit a white middle line, not allowed white bars, to be verified dashes without a casing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from shapely.ops import substring

from app.bus import Bus
from app.canvas.view import MapView
from app.messages import language, text
from app.painting.names import map_font
from layers.geo.measure import format_length
from layers.maps.palette import colour
from layers.maps.type import text_width
from layers.maps.viewport import View
from layers.planning.conflicts import Judged, whole_runs
from layers.planning.detours import Clearance

CASING_MM, CORE_MM, HOVER_MM = 1.75, 1.25, 2.6
TAG_LEAST_PX, TAGS_AT_MOST, REACH_PX = 46.0, 8, 8.0
MARGIN = 200.0  # logical px beyond the window that are still drawn


class VerdictVeil(QObject):
    """Draws what the bus says is judged, and tells the bus on which stretch the mouse rests."""

    def __init__(self, bus: Bus, view: MapView) -> None:
        super().__init__(view)
        self._bus, self._view = bus, view
        self._judged: Judged | None = None
        self._way: Clearance | None = None
        self._hover: tuple[tuple[float, float], ...] = ()
        view.veils.append(self.paint)
        bus.verdict_shown.connect(self._show)
        bus.verdict_hovered.connect(self._hovered)
        bus.project_changed.connect(lambda: self._show(None, None))
        view.cursor_moved.connect(self._look)

    def _show(self, judged: Judged | None, way: Clearance | None) -> None:
        self._judged, self._way, self._hover = judged, way, ()
        self._view.update()

    def _hovered(self, stretches: tuple[tuple[float, float], ...]) -> None:
        if stretches != self._hover:
            self._hover = stretches
            self._view.update()

    def _look(self, x: float, y: float) -> None:
        """The stretch under the mouse."""
        if self._judged is None or self._judged.work.line is None or not self._judged.length_m:
            return
        view, place = self._view.view, shapely.Point(x, y)
        reach = REACH_PX * view.metres_per_px * view.ratio
        before, stretches = 0.0, ()
        for part in _parts(self._judged.work.line):
            if shapely.dwithin(part, place, reach):
                scale = self._judged.length_m / (self._judged.work.line.length or 1.0)
                at = (before + shapely.line_locate_point(part, place)) * scale
                runs = whole_runs(self._judged)
                stretches = tuple((begin, end) for begin, end, _ in runs if begin <= at <= end)[:1]
                break
            before += part.length
        if stretches != self._hover:
            self._bus.verdict_hovered.emit(stretches)

    def paint(self, painter: QPainter, view: View) -> None:
        """Draw over the frame."""
        if self._judged is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        work = self._judged.work
        if work.line is None:
            for ring in shapely.get_rings(work.ground):
                stroke(painter, shapely.get_coordinates(ring), self._judged.verdict, view)
        else:
            self._paint_line(painter, view)
        if self._way is not None:
            self._paint_way(painter, view, self._way)
        painter.restore()

    def _paint_line(self, painter: QPainter, view: View) -> None:
        assert self._judged is not None and self._judged.work.line is not None
        line = self._judged.work.line
        scale = line.length / (self._judged.length_m or 1.0)
        for begin, end in self._hover:
            for part in _along(line, begin * scale, end * scale):
                _polyline(painter, shapely.get_coordinates(part), view, "ink1", HOVER_MM)
        tags = []
        for begin, end, verdict in whole_runs(self._judged):
            long, middle = 0.0, None
            for part in _along(line, begin * scale, end * scale):
                xy = shapely.get_coordinates(part)
                stroke(painter, xy, verdict, view)
                long += float(np.hypot(*np.diff(view.to_px(xy) / view.ratio, axis=0).T).sum())
                middle = middle or shapely.line_interpolate_point(part, 0.5, normalized=True)
            if verdict != "allow" and long >= TAG_LEAST_PX and middle is not None:
                tags.append((long, middle, verdict, end - begin))
        taken: list[QRectF] = []
        for _, middle, verdict, metres in sorted(tags, key=lambda one: -one[0])[:TAGS_AT_MOST]:
            _tag(painter, middle, verdict, metres, view, taken)

    def _paint_way(self, painter: QPainter, view: View, way: Clearance) -> None:
        shape = way.shape if way.judged.work.line is not None else way.judged.work.ground
        parts = shapely.get_parts(shape)
        lines = [ring for part in parts for ring in
                 (shapely.get_rings(part) if part.geom_type == "Polygon" else [part])]  # fmt: skip
        for line in lines:
            xy = shapely.get_coordinates(line)
            _polyline(painter, xy, view, "halo", 0.9)
            _polyline(painter, xy, view, "draw", 0.5, dash=(3.0, 2.0))


def stroke(painter: QPainter, xy: np.ndarray, verdict: str, view: View) -> None:
    """A line (n, 2) in planning metres in the pattern of a verdict."""
    if len(xy) < 2:
        return
    core = f"v_{verdict}"
    if verdict == "verify":
        _polyline(painter, xy, view, "halo", CORE_MM + 0.3)
        _polyline(painter, xy, view, core, CORE_MM, dash=(1.8, 1.2))
        return
    _polyline(painter, xy, view, "ink1", CASING_MM)
    _polyline(painter, xy, view, core, CORE_MM)
    if verdict == "permit":
        _polyline(painter, xy, view, "halo", CORE_MM * 0.28)
    elif verdict == "no":
        _polyline(painter, xy, view, "halo", CORE_MM, dash=(0.35, 1.15))
    elif verdict == "cond":
        _polyline(painter, xy, view, "ink1", CORE_MM * 0.75, dash=(0.3, 2.0))


def _polyline(
    painter: QPainter, xy: np.ndarray, view: View, token: str, width_mm: float,
    dash: Sequence[float] = (),
) -> None:  # fmt: skip
    px = view.to_px(xy) / view.ratio
    pen = QPen(QColor(*colour(token, view.palette)), max(1.0, view.mm(width_mm) / view.ratio))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dash:
        pen.setDashPattern(list(dash))
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in _cut(px, painter).tolist()]))


def _cut(px: np.ndarray, painter: QPainter) -> np.ndarray:
    """Without what lies far outside the window: dashes along millions of pixels take seconds."""
    room = painter.viewport()
    inside = ((px > (-MARGIN, -MARGIN)) & (px < (room.width() + MARGIN, room.height() + MARGIN))).all(axis=1)
    if inside.all() or len(px) < 3:
        return px
    kept = inside | np.r_[inside[1:], False] | np.r_[False, inside[:-1]]
    return px[kept] if kept.sum() > 1 else px[[0, -1]]


def _parts(line: shapely.Geometry) -> list[shapely.LineString]:
    """A line's parts as chainages count them (`layers.planning.overlaps.stretches`)."""
    return [line] if line.geom_type == "LineString" else list(line.geoms)


def _along(line: shapely.Geometry, begin: float, end: float) -> list[shapely.LineString]:
    """What lies between two places along a line, part by part; plane metres."""
    found, before = [], 0.0
    for part in _parts(line):
        first, last = max(begin - before, 0.0), min(end - before, part.length)
        if last > first:
            found.append(substring(part, first, last))
        before += part.length
    return found


def _tag(
    painter: QPainter, at: shapely.Point, verdict: str, metres: float, view: View, taken: list[QRectF]
) -> None:
    size = 12.0 * (1.4 if view.palette == "projector" else 1.0)
    words = f"{text('verdict_' + verdict)} {format_length(metres, language())}"
    x, y = view.to_logical(at.x, at.y)
    width, height = text_width(words, size, 500) + 14, size * 1.8
    for dx, dy in ((14, -34), (14, 16), (-width - 14, -34), (-width - 14, 16), (20, -64), (20, 46)):
        box = QRectF(x + dx, y + dy, width, height)
        if not any(box.intersects(other) for other in taken):
            break
    else:
        return
    taken.append(box)
    ink = QColor(*colour(f"v_{verdict}_ink", view.palette))
    painter.setPen(QPen(ink, 1.0))
    near = QPointF(min(max(x, box.left()), box.right()), min(max(y, box.top()), box.bottom()))
    painter.drawLine(QPointF(x, y), near)
    painter.setBrush(QColor(*colour(f"v_{verdict}_chip", view.palette)))
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(map_font(size, 500))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
