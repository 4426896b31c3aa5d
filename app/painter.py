"""Scene -> QPainter: the one painter of the screen, of pictures and of paper.

Calls are short (a chunk of a scene each), because a painter keeps the whole process waiting while it works;
between them `check` is asked whether to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.painting.callouts import paint_callouts
from app.painting.marks import MASK_FROM, TURN_STEP, mask_image, paint_shapes, stamp
from app.painting.names import paint_label
from app.painting.paths import chunk_transform, line_groups, whole_path
from app.painting.patterns import paint_pattern_lines, pattern_brush
from app.painting.pictures import paint_picture
from app.theme import register_fonts
from layers.maps.hatch import areas_in_px, ground_anchor
from layers.maps.operations import Boxes, Discs, Fill, Hatch, Lines, Marks, Operation, Picture, Segments
from layers.maps.scene import Scene, build_scene
from layers.maps.symbols import PixelStroke
from layers.maps.viewport import View
from layers.plan.plan import Plan

HAIR_PX = 1.0
"""Up to this width a cosmetic pen strokes a whole chunk at once."""
PLAIN_PX = 4.0
"""Up to this width nobody sees whether ends and bends of a line are round; round ones take twice as long."""
CROWD = 3_000
"""Of more lines than this in view halos, which lie under the lines, go without smooth edges: four times as
fast."""
Check = Callable[[], None]


def _go_on() -> None:
    return None


@contextmanager
def _kept(painter: QPainter) -> Iterator[None]:
    """Leave the painter's state as it was, also when `check` gives the frame up."""
    painter.save()
    try:
        yield
    finally:
        painter.restore()


def render_image(
    plan: Plan, view: View, settings: Any = None, *, check: Check = _go_on, **options: Any
) -> QImage:
    """Return a picture of a view: builds the scene (`options` as `build_scene` has them) and paints it.

    The way of every frame, without a window; a QGuiApplication must exist.
    """
    return paint_image(build_scene(plan, view, settings, check=check, **options), check=check)


def paint_image(scene: Scene, *, check: Check = _go_on) -> QImage:
    """Return a scene as a picture in device px; `check` may raise to give up."""
    register_fonts()
    image = QImage(*scene.view.device_size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(*scene.background))
    painter = QPainter(image)
    try:
        paint_scene(painter, scene, check=check)
    finally:
        painter.end()
    image.setDevicePixelRatio(scene.view.ratio)
    return image


def paint_scene(painter: QPainter, scene: Scene, *, check: Check = _go_on, vector: bool = False) -> None:
    """Draw operations and names in device px of the scene's view (the background is the caller's).

    vector: patterns become real lines and symbols stay shapes, for paper; the painter may then be moved
    and scaled (evenly), and everything follows.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    with _kept(painter):
        for operation in scene.operations:
            painter.setOpacity(operation.opacity)
            _PAINT[type(operation)](painter, operation, scene.view, check, vector)
    for label in scene.labels:
        paint_label(painter, label, scene.view.palette, vector=vector)
    if scene.callouts:
        with _kept(painter):
            paint_callouts(painter, scene.callouts, scene.view)
    check()


# -- areas -----------------------------------------------------------------------------------------


def _paint_fill(painter: QPainter, fill: Fill, view: View, check: Check, vector: bool) -> None:
    colour = QColor(*fill.colour)
    base = painter.transform()
    with _kept(painter):
        for chunk in fill.chunks:
            # Smooth edges take twice the time; under a line, thinned to less than a pixel, nobody sees them.
            rough = fill.lined and chunk.is_thinned and not vector
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not rough)
            painter.setTransform(chunk_transform(chunk, view) * base)
            painter.fillPath(whole_path(chunk), colour)
            check()


def _paint_hatch(painter: QPainter, hatch: Hatch, view: View, check: Check, vector: bool) -> None:
    with _kept(painter):
        for chunk in hatch.chunks:
            if vector:
                paint_pattern_lines(painter, hatch.pattern, areas_in_px(chunk, view), ground_anchor(view))
            else:
                world = chunk_transform(chunk, view)
                rough = hatch.lined and chunk.is_thinned
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, not rough)
                painter.setTransform(world)
                painter.fillPath(whole_path(chunk), pattern_brush(hatch.pattern, view, world))
            check()


# -- lines -----------------------------------------------------------------------------------------


def stroke_pen(stroke: PixelStroke, *, cosmetic: bool = True) -> QPen:
    """The pen of a stroke; solid ends reach out, so that pieces of a road join without a nick."""
    pen = QPen(QColor(*stroke.colour), stroke.width)
    pen.setCosmetic(cosmetic)
    plain = cosmetic and stroke.width <= PLAIN_PX
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin if plain else Qt.PenJoinStyle.RoundJoin)
    solid = Qt.PenCapStyle.SquareCap if plain else Qt.PenCapStyle.RoundCap
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if stroke.dash else solid)
    if stroke.dash:
        pen.setDashPattern([max(length / stroke.width, 0.01) for length in stroke.dash])
    return pen


def _paint_lines(painter: QPainter, lines: Lines, view: View, check: Check, vector: bool) -> None:
    if vector:
        # On paper a pen has a size of its own, in px of the view, whatever page lies beneath.
        pen = stroke_pen(lines.stroke, cosmetic=False)
        for chunk in lines.chunks:
            painter.strokePath(chunk_transform(chunk, view).map(whole_path(chunk)), pen)
            check()
        return
    pen = stroke_pen(lines.stroke)
    hair = lines.stroke.width <= HAIR_PX and not lines.stroke.dash
    halo = lines.stroke.colour[3] < 255 and sum(len(chunk.rings) for chunk in lines.chunks) > CROWD
    with _kept(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not halo)
        for chunk in lines.chunks:
            painter.setTransform(chunk_transform(chunk, view))
            for path in [whole_path(chunk)] if hair else line_groups(chunk):
                painter.strokePath(path, pen)
                check()


def _paint_segments(painter: QPainter, operation: Segments, view: View, check: Check, vector: bool) -> None:
    width, height = view.device_size
    segments = operation.segments
    seen = (
        (segments[:, 0] > -9)
        & (segments[:, 0] < width + 9)
        & (segments[:, 1] > -9)
        & (segments[:, 1] < height + 9)
    )
    painter.setPen(QPen(QColor(*operation.stroke.colour), operation.stroke.width))
    lines = [QLineF(*row) for row in segments[seen].tolist()]
    for first in range(0, len(lines), 2_000):
        painter.drawLines(lines[first : first + 2_000])
        check()


# -- points and figures ----------------------------------------------------------------------------


def _paint_marks(painter: QPainter, marks: Marks, view: View, check: Check, vector: bool) -> None:
    turns = [0.0] * len(marks.xy) if marks.turns is None else marks.turns.tolist()
    if vector:
        for (x, y), turn in zip(marks.xy.tolist(), turns, strict=True):
            paint_shapes(painter, marks.shapes, x, y, turn)
        return
    if len(marks.xy) > MASK_FROM:
        image, left, top = mask_image(marks, *view.device_size)
        painter.drawImage(left, top, image)
        return
    for at, ((x, y), turn) in enumerate(zip(marks.xy.tolist(), turns, strict=True)):
        image = stamp(marks.shapes, marks.size, round(turn / TURN_STEP) * TURN_STEP % 360.0)
        half = image.width() // 2
        painter.drawImage(round(x) - half, round(y) - half, image)
        if at % 500 == 0:
            check()


def _paint_boxes(painter: QPainter, boxes: Boxes, view: View, check: Check, vector: bool) -> None:
    with _kept(painter):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, vector)
        painter.setPen(stroke_pen(boxes.stroke, cosmetic=not vector) if boxes.stroke else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*boxes.fill) if boxes.fill else Qt.BrushStyle.NoBrush)
        for left, top, right, bottom in boxes.boxes.tolist():
            painter.drawRect(QRectF(left, top, right - left, bottom - top))
    check()


def _paint_discs(painter: QPainter, discs: Discs, view: View, check: Check, vector: bool) -> None:
    with _kept(painter):
        painter.setPen(stroke_pen(discs.stroke, cosmetic=not vector) if discs.stroke else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*discs.fill))
        for x, y, radius in discs.discs.tolist():
            painter.drawEllipse(QPointF(x, y), radius, radius)
    check()


def _paint_piece(painter: QPainter, piece: Picture, view: View, check: Check, vector: bool) -> None:
    with _kept(painter):
        paint_picture(painter, piece)
    check()


_PAINT: dict[type[Operation], Callable[[QPainter, Any, View, Check, bool], None]] = {
    Fill: _paint_fill,
    Hatch: _paint_hatch,
    Lines: _paint_lines,
    Segments: _paint_segments,
    Marks: _paint_marks,
    Boxes: _paint_boxes,
    Discs: _paint_discs,
    Picture: _paint_piece,
}
