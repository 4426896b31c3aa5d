"""The map in the window: shows the worker's frames, moves them at once, and hands the mouse to the tools.

A plain widget owns the transform (one immutable View for frame, mouse and tools): panning moves the last
frame, zooming stretches it, and the worker paints a sharp one when there is time.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cached_property

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.canvas import tools
from app.canvas.furniture import Furniture
from app.canvas.history import ViewHistory
from app.canvas.overlay import paint_band, paint_measurement, paint_outline
from app.canvas.picking import Hit, box_kind, pick, pick_in
from app.canvas.render import Frame, Renderer, Request
from app.theme import register_fonts
from layers.catalogue.text import Text
from layers.maps.choropleth import MapTheme
from layers.maps.palette import colour
from layers.maps.scene import NOTHING_SELECTED
from layers.maps.settings import LayerSettings
from layers.maps.viewport import SCREEN, Bounds, View, clamp_scale, projector
from layers.plan.plan import Plan

WHEEL_STEP, KEY_STEP = 1.25, 1.5
IDLE_MS, HOVER_MS, SETTLE_MS, FLASH_MS = 70, 40, 350, 160
QUICK_MS = 60.0
"""A frame that takes less is painted anew while the map is still being dragged."""
CURSORS = {"pan": Qt.CursorShape.OpenHandCursor, "zoom_box": Qt.CursorShape.CrossCursor,
           "zoom_out": Qt.CursorShape.CrossCursor, "select": Qt.CursorShape.ArrowCursor,
           "identify": Qt.CursorShape.WhatsThisCursor, "measure_line": Qt.CursorShape.CrossCursor,
           "measure_area": Qt.CursorShape.CrossCursor}


class MapView(QWidget):
    """The map; see the module's text. Positions in signals are planning metres."""

    cursor_moved = Signal(float, float)
    clicked_feature = Signal(str, int)
    identified = Signal(list, tuple)          # [(kind id, row id)], (x, y)
    selection_changed = Signal(str, frozenset)
    view_changed = Signal(object)             # View
    measured = Signal(dict)
    frame_done = Signal(float)                # milliseconds
    busy = Signal(bool)
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        register_fonts()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 200)
        self._plan: Plan | None = None
        self._settings = LayerSettings()
        self._theme: MapTheme | None = None
        self._title: Text | None = None
        self._language, self._palette = "zh", "light"
        self._selection: tuple[str, frozenset[int]] = NOTHING_SELECTED
        self._active = ""
        self._view = View((0.0, 0.0), 1_000_000, 1, 1)
        self._placed = False
        self._frame: Frame | None = None
        self._tool: tools.Navigator | tools.Measurer = tools.Navigator("pan")
        self._space = False
        self._band: tuple[tools.Xy, tools.Xy] | None = None
        self._hover: Hit | None = None
        self._hover_at: tools.Xy | None = None
        self._flash: tuple[Hit, int] | None = None
        self._furniture = Furniture()
        self._history = ViewHistory()
        self._last_ms = 0.0
        self._idle = self._timer(IDLE_MS, lambda: self._request(cancel=True))
        self._hovering = self._timer(HOVER_MS, self._look)
        self._settle = self._timer(SETTLE_MS, lambda: self._history.visit(self._view))
        self._blink = QTimer(self, interval=FLASH_MS)
        self._blink.timeout.connect(self._blinked)

    def _timer(self, milliseconds: int, answer) -> QTimer:  # type: ignore[no-untyped-def]
        timer = QTimer(self, interval=milliseconds, singleShot=True)
        timer.timeout.connect(answer)
        return timer

    @cached_property
    def _renderer(self) -> Renderer:
        renderer = Renderer(self)
        renderer.painted.connect(self._show_frame)
        renderer.failed.connect(self.failed)
        renderer.idle.connect(lambda: self.busy.emit(False))
        renderer.start()
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(renderer.stop)
        self.destroyed.connect(renderer.queue.stop)
        return renderer

    # -- what is shown -----------------------------------------------------------------------------

    def show_plan(self, plan: Plan | None) -> None:
        """Show a plan (after an edit: the new one); the view stays unless nothing was shown before."""
        first = self._plan is None
        self._plan = plan
        self._hover = None
        if plan is None:
            self._frame, self._placed = None, False
            self.update()
            return
        if first and not self._settings.visible:
            self._settings = LayerSettings.default(plan)
        kind_id, fids = self._selection
        if fids and (kind_id not in plan or not all(fid in plan.tables[kind_id] for fid in fids)):
            left = frozenset(fid for fid in fids if kind_id in plan and fid in plan.tables[kind_id])
            self.select(kind_id if left else "", left)
        if not self._placed:
            self.zoom_full()
        self._request(cancel=True)

    def set_layers(self, settings: LayerSettings) -> None:
        """Show these layers."""
        self._settings = settings
        self._request(cancel=True)

    def set_theme(self, theme: MapTheme | None, title: Text | None = None) -> None:
        """Show what a theme says about units, or the layers alone; `title` in place of the theme's own."""
        self._theme, self._title = theme, title
        self._request(cancel=True)

    def set_palette(self, palette: str) -> None:
        """Use the colours `light` or `projector`."""
        self._palette = palette
        self._resize_view()
        self._request(cancel=True)

    def set_language(self, language: str) -> None:
        """Speak `zh` or `en` on the map."""
        self._language = language
        self._request(cancel=True)

    def set_active_kind(self, kind_id: str) -> None:
        """The layer in which a box selects; "" for the theme's units."""
        self._active = kind_id

    @property
    def settings(self) -> LayerSettings:
        """The layers that are shown."""
        return self._settings

    @property
    def view(self) -> View:
        """The view as it is now."""
        return self._view

    # -- moving ------------------------------------------------------------------------------------

    def scale(self) -> float:
        """The denominator of the scale."""
        return self._view.scale

    def set_scale(self, denominator: float) -> None:
        """Show at 1:denominator about the middle."""
        self._move(replace(self._view, scale=clamp_scale(denominator)), cancel=True)

    def set_view(self, view: View) -> None:
        """Show the place and scale of a view in this window."""
        self._move(replace(self._view, center=view.center, scale=clamp_scale(view.scale)), cancel=True)

    def zoom_full(self) -> None:
        """Show the whole banner."""
        if self._plan is not None and (bounds := self._plan.bounds) is not None:
            self._placed = self.width() > 1
            self._move(self._view.fitted(bounds), cancel=True)

    def zoom_to(self, bounds: Bounds) -> None:
        """Show a box (west, south, east, north in metres); a point is shown at 1:25 000."""
        west, south, east, north = bounds
        if east - west <= 1 and north - south <= 1:
            self._move(replace(self._view, center=((west + east) / 2, (south + north) / 2), scale=25_000), cancel=True)
        else:
            self._move(self._view.fitted(bounds), cancel=True)

    def previous_view(self) -> None:
        """Back to the view before."""
        self._settle.stop()
        self._history.visit(self._view)
        if (view := self._history.back()) is not None:
            self._move(view.sized(self._view.width, self._view.height), cancel=True, remember=False)

    def next_view(self) -> None:
        """Forward again."""
        if (view := self._history.forward()) is not None:
            self._move(view.sized(self._view.width, self._view.height), cancel=True, remember=False)

    def zoom_by(self, factor: float, at: tuple[float, float] | None = None) -> None:
        """Nearer by `factor`, the ground under `at` (logical px) staying where it is."""
        self._move(self._view.zoomed(factor, at), cancel=True)

    def pan_by(self, dx: float, dy: float) -> None:
        """Push the map by logical px: what is shown moves by (dx, dy)."""
        self._move(self._view.moved(-dx, -dy), cancel=False)

    def _move(self, view: View, *, cancel: bool, remember: bool = True) -> None:
        view = replace(view, ratio=self.devicePixelRatioF(), palette=self._palette, medium=self._medium())
        if view == self._view:
            return
        self._view = view
        if remember:
            self._settle.start()
        self.update()
        self.view_changed.emit(view)
        if cancel or self._last_ms < QUICK_MS:
            self._request(cancel=cancel)
        else:
            self._idle.start()

    def _medium(self):  # type: ignore[no-untyped-def]
        return projector(max(self.height(), 480)) if self._palette == "projector" else SCREEN

    def _resize_view(self) -> None:
        self._view = replace(self._view.sized(self.width(), self.height()), ratio=self.devicePixelRatioF(),
                             palette=self._palette, medium=self._medium())

    # -- tools and selection -----------------------------------------------------------------------

    def set_tool(self, name: str) -> None:
        """Use `pan`, `zoom_box`, `zoom_out`, `select`, `identify`, `measure_line` or `measure_area`."""
        self._band = None
        if name.startswith("measure"):
            epsg = self._plan.crs.epsg if self._plan is not None else 4549
            self._tool = tools.Measurer(name, epsg)
        else:
            self._tool = tools.Navigator(name)
        self.setCursor(CURSORS[name])
        self.update()

    @property
    def tool(self) -> str:
        """The tool's name."""
        return self._tool.name

    @property
    def selection(self) -> tuple[str, frozenset[int]]:
        """Kind and row ids of what is selected."""
        return self._selection

    def select(self, kind_id: str, fids) -> None:  # type: ignore[no-untyped-def]
        """Select features of one kind; tells about it only when that is new."""
        chosen = (kind_id, frozenset(int(fid) for fid in fids)) if fids else NOTHING_SELECTED
        if chosen == self._selection:
            return
        self._selection = chosen
        self.selection_changed.emit(*chosen)
        self._request(cancel=True)

    def flash(self, kind_id: str, fid: int) -> None:
        """Draw the eye to a feature for a moment."""
        self._flash = ((kind_id, fid), 6)
        self._blink.start()
        self.update()

    def _blinked(self) -> None:
        if self._flash is None or self._flash[1] <= 1:
            self._flash = None
            self._blink.stop()
        else:
            self._flash = (self._flash[0], self._flash[1] - 1)
        self.update()

    def _change_selection(self, kind_id: str, fids: frozenset[int], mode: str) -> None:
        old_kind, old = self._selection
        if mode != "set" and old_kind == kind_id:
            fids = old | fids if mode == "add" else old - fids
        elif mode == "remove":
            return
        self.select(kind_id, fids)

    # -- frames ------------------------------------------------------------------------------------

    def _request(self, *, cancel: bool) -> None:
        if self._plan is None or self.width() <= 1 or not self._placed:
            return
        self._idle.stop()
        was_busy = self._renderer.queue.busy
        self._renderer.queue.put(Request(self._plan, self._view, self._settings, self._theme, self._language,
                                         self._selection, self._title), cancel=cancel)
        if not was_busy:
            self.busy.emit(True)

    def _show_frame(self, frame: Frame) -> None:
        if self._plan is None:
            return
        self._frame, self._last_ms = frame, frame.milliseconds
        self._furniture.forget()
        self.update()
        self.frame_done.emit(frame.milliseconds)

    def grab_frame(self) -> QImage:
        """The map as it is on the screen, with cards and overlays, in device px."""
        return self.grab().toImage()

    def wait_idle(self, seconds: float = 60.0) -> None:
        """Run the event loop until no frame is wanted any more (tests, presentations)."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if self._idle.isActive() or self._renderer.queue.busy:
                time.sleep(0.002)
                continue
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if not (self._idle.isActive() or self._renderer.queue.busy):
                return
        raise TimeoutError("the map is still being painted")

    def stop(self) -> None:
        """End the worker (before the widget goes)."""
        if "_renderer" in self.__dict__:
            self._renderer.stop()

    # -- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        background = self._frame.scene.background if self._frame else colour("app", self._palette)
        painter.fillRect(self.rect(), QColor(*background))
        if self._plan is not None and self._frame is not None:
            self._blit(painter, self._frame)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_overlay(painter)
            self._furniture.paint(painter, self._frame.scene, self._view, self.size())
        painter.end()

    def _blit(self, painter: QPainter, frame: Frame) -> None:
        """The last frame where it belongs now: moved, or stretched, until a sharp one comes."""
        was, now = frame.request.view, self._view
        x, y = now.to_logical(*was.origin)
        share = was.scale / now.scale
        if share == 1.0:
            painter.drawImage(QPointF(round(x * now.ratio) / now.ratio, round(y * now.ratio) / now.ratio), frame.image)
        else:
            width, height = was.width * share, was.height * share
            painter.drawImage(QRectF(x, y, width, height), frame.image)

    def _paint_overlay(self, painter: QPainter) -> None:
        if self._hover is not None and self._hover[0] in self._plan and self._hover[1] in self._plan.tables[self._hover[0]]:
            self._outline(painter, self._hover, "halo", 0.7, "")
        if self._flash is not None and self._flash[1] % 2 == 0:
            self._outline(painter, self._flash[0], "sel", 1.2, "sel_case")
        if self._band is not None:
            paint_band(painter, self._band, self._palette)
        if isinstance(self._tool, tools.Measurer):
            paint_measurement(painter, self._tool.measurement, self._tool.cursor, self._view, self._language)

    def _outline(self, painter: QPainter, hit: Hit, token: str, width: float, case: str) -> None:
        assert self._plan is not None
        kind_id, fid = hit
        if kind_id in self._plan and fid in self._plan.tables[kind_id]:
            geometry = self._plan.tables[kind_id].row(fid).get("geom")
            if geometry is not None:
                paint_outline(painter, geometry, self._view, token, width, case)

    # -- events ------------------------------------------------------------------------------------

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]  # noqa: N802
        self._resize_view()
        self._furniture.forget()
        if self._plan is not None and not self._placed:
            self.zoom_full()
        self._request(cancel=True)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        turns = event.angleDelta().y() / 120
        if turns:
            at = event.position()
            self.zoom_by(WHEEL_STEP ** turns, (at.x(), at.y()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        at, button = _at(event), event.button()
        if button == Qt.MouseButton.BackButton:
            self.previous_view()
        elif button == Qt.MouseButton.ForwardButton:
            self.next_view()
        elif button == Qt.MouseButton.RightButton and isinstance(self._tool, tools.Measurer):
            self._carry_out(self._tool.end())
        elif button == Qt.MouseButton.LeftButton and self._furniture.click(QPointF(*at)):
            self.update()
        elif button == Qt.MouseButton.MiddleButton:
            self._middle = tools.Navigator("pan")
            self._middle.press(at, tools.Keys())
        elif button == Qt.MouseButton.LeftButton:
            self._carry_out(self._tool.press(at, self._keys(event)))
            if self._tool.name == "pan":
                self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = _at(event)
        self.cursor_moved.emit(*self._view.to_ground(*at))
        if event.buttons() & Qt.MouseButton.MiddleButton:
            self._carry_out(self._middle.move(at, tools.Keys()))
            return
        if isinstance(self._tool, tools.Measurer):
            self._carry_out(self._tool.move(at, self._keys(event), self._view))
        else:
            self._carry_out(self._tool.move(at, self._keys(event)))
            if not event.buttons():
                self._hover_at = at
                self._hovering.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.MiddleButton:
            self._carry_out(self._middle.release(_at(event), tools.Keys(), self._view))
        elif event.button() == Qt.MouseButton.LeftButton:
            self._carry_out(self._tool.release(_at(event), self._keys(event), self._view))
            self.setCursor(CURSORS[self._tool.name])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and isinstance(self._tool, tools.Measurer):
            self._carry_out(self._tool.end())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = min(self.width(), self.height()) / 5
        moves = {Qt.Key.Key_Left: (step, 0), Qt.Key.Key_Right: (-step, 0), Qt.Key.Key_Up: (0, step),
                 Qt.Key.Key_Down: (0, -step)}
        key = event.key()
        if key in moves:
            self.pan_by(*moves[Qt.Key(key)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(KEY_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(1 / KEY_STEP)
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
        elif key == Qt.Key.Key_Escape:
            self._carry_out(self._tool.cancel())
        elif isinstance(self._tool, tools.Measurer) and key == Qt.Key.Key_Backspace:
            self._carry_out(self._tool.backspace())
        elif isinstance(self._tool, tools.Measurer) and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._carry_out(self._tool.end())
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
        super().keyReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._hovering.stop()
        self._hover = None
        self.update()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.stop()
        super().closeEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(900, 640)

    def _keys(self, event: QMouseEvent) -> tools.Keys:
        held = event.modifiers()
        return tools.Keys(bool(held & Qt.KeyboardModifier.ShiftModifier),
                          bool(held & Qt.KeyboardModifier.ControlModifier), self._space)

    def _look(self) -> None:
        """What the mouse rests on gets a white line."""
        if self._plan is None or self._hover_at is None or self._tool.name not in ("select", "identify"):
            found: list[Hit] = []
        else:
            found = pick(self._plan, self._view, self._settings, self._view.to_ground(*self._hover_at),
                         theme=self._theme)
        hover = found[0] if found else None
        if hover != self._hover:
            self._hover = hover
            self.update()

    # -- effects -----------------------------------------------------------------------------------

    def _carry_out(self, effects: list[tools.Effect]) -> None:
        for effect in effects:
            match effect:
                case tools.PanBy(dx, dy, final):
                    self.pan_by(dx, dy)
                    if final:
                        self._idle.start()
                case tools.ZoomTo(bounds):
                    self.zoom_to(bounds)
                case tools.ZoomBy(factor, at):
                    self.zoom_by(factor, at)
                case tools.Band(corners):
                    self._band = corners
                case tools.Measured(result):
                    self.measured.emit(result)
                case tools.Identify(at):
                    self._identify(at)
                case tools.SelectAt(at, mode):
                    self._select_at(at, mode)
                case tools.SelectIn(bounds, mode) if self._plan is not None:
                    kind_id = box_kind(self._plan, self._settings, self._active, self._theme)
                    if kind_id:
                        self._change_selection(kind_id, pick_in(self._plan.tables[kind_id], self._settings, bounds), mode)
        if effects:
            self.update()

    def _hits(self, at: tools.Xy) -> list[Hit]:
        if self._plan is None:
            return []
        return pick(self._plan, self._view, self._settings, at, theme=self._theme)

    def _identify(self, at: tools.Xy) -> None:
        hits = self._hits(at)
        self.identified.emit(hits, at)
        if hits:
            self.clicked_feature.emit(*hits[0])

    def _select_at(self, at: tools.Xy, mode: str) -> None:
        hits = self._hits(at)
        active = [hit for hit in hits if hit[0] == self._active]
        if hits:
            kind_id, fid = (active or hits)[0]
            self._change_selection(kind_id, frozenset({fid}), mode)
            self.clicked_feature.emit(kind_id, fid)
        elif mode == "set":
            self.select("", ())


def _at(event: QMouseEvent) -> tuple[float, float]:
    return event.position().x(), event.position().y()


