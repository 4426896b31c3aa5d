"""The surface of the map: shows the worker's frames, moves them at once, goes back and forth between views.

A plain widget owns the transform (one immutable View for frame, mouse and tools): panning moves the last
frame, zooming stretches it, and the worker paints a sharp one when there is time.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cached_property

from PySide6.QtCore import QCoreApplication, QEventLoop, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.canvas.furniture import Furniture
from app.canvas.history import ViewHistory
from app.canvas.render import Frame, Renderer, Request
from app.theme import register_fonts
from layers.catalogue.text import Text
from layers.maps.choropleth import MapTheme
from layers.maps.palette import colour
from layers.maps.scene import NOTHING_SELECTED
from layers.maps.settings import LayerSettings
from layers.maps.viewport import SCREEN, Bounds, Medium, View, clamp_scale, projector
from layers.plan.plan import Plan

IDLE_MS, SETTLE_MS = 70, 350
EMPTY_MIDDLE, EMPTY_SCALE = (500_000.0, 4_900_000.0), 1_500_000
"""Where nothing is yet: on the central meridian of the zone, at 44° N, where the grassland is."""
QUICK_MS = 60.0
"""A frame that takes less is painted anew while the map is still being dragged."""


class MapSurface(QWidget):
    """Shows a plan; see the module's text."""

    view_changed = Signal(object)  # View
    frame_done = Signal(float)  # milliseconds
    busy = Signal(bool)
    failed = Signal(object)  # Exception

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        register_fonts()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 200)
        self._plan: Plan | None = None
        self._settings = LayerSettings()
        self._theme: MapTheme | None = None
        self._title: Text | None = None
        self._language, self._palette = "zh", "light"
        self._selection: tuple[str, frozenset[int]] = NOTHING_SELECTED
        self._view = View((0.0, 0.0), 1_000_000, 1, 1)
        self._placed = False
        self._whole = False  # the whole banner was asked for, and nobody has moved since
        self._frame: Frame | None = None
        self._project = 0
        self._furniture = Furniture()
        self._history = ViewHistory()
        self._last_ms = 0.0
        self._idle = self._timer(IDLE_MS, lambda: self._request(cancel=True))
        self._settle = self._timer(SETTLE_MS, lambda: self._history.visit(self._view))

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
        if plan is None:
            self._frame, self._placed = None, False
            self._project += 1
            self.update()
            return
        if first and not self._settings.visible:
            self._settings = LayerSettings.default(plan)
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

    @property
    def settings(self) -> LayerSettings:
        """The layers that are shown."""
        return self._settings

    @property
    def language(self) -> str:
        """What the map speaks: `zh` or `en`."""
        return self._language

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
        if self._plan is None:
            return
        if (bounds := self._plan.bounds) is None:
            self._move(replace(self._view, center=EMPTY_MIDDLE, scale=EMPTY_SCALE), cancel=True)
        else:
            self._placed = self.width() > 1
            head = self._furniture.head(self._view)
            view = self._view.fitted(bounds, 0.025 if head else 0.04, head)
            if self._frame is not None:
                scene = replace(self._frame.scene, view=view)
                view = self._furniture.beside(scene, self._plan, self.size())
            self._move(view, cancel=True)
            self._whole = True

    def zoom_to(self, bounds: Bounds) -> None:
        """Show a box (west, south, east, north in metres); a point is shown at 1:25 000."""
        west, south, east, north = bounds
        if east - west <= 1 and north - south <= 1:
            self._move(
                replace(self._view, center=((west + east) / 2, (south + north) / 2), scale=25_000),
                cancel=True,
            )
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
        self._view, self._whole = view, False
        if remember:
            self._settle.start()
        self.update()
        self.view_changed.emit(view)
        if cancel or self._last_ms < QUICK_MS:
            self._request(cancel=cancel)
        else:
            self._idle.start()

    def _medium(self) -> Medium:
        return projector(max(self.height(), 480)) if self._palette == "projector" else SCREEN

    def _resize_view(self) -> None:
        self._view = replace(
            self._view.sized(self.width(), self.height()),
            ratio=self.devicePixelRatioF(),
            palette=self._palette,
            medium=self._medium(),
        )

    # -- frames ------------------------------------------------------------------------------------

    def _request(self, *, cancel: bool) -> None:
        if self._plan is None or self.width() <= 1 or not (self._placed or self._plan.bounds is None):
            return
        self._idle.stop()
        was_busy = self._renderer.queue.busy
        self._renderer.queue.put(
            Request(
                self._plan,
                self._view,
                self._settings,
                self._theme,
                self._language,
                self._selection,
                self._title,
                self._furniture.covers,
                self._project,
            ),
            cancel=cancel,
        )
        if not was_busy:
            self.busy.emit(True)

    def _show_frame(self, frame: Frame) -> None:
        if self._plan is None or frame.request.project != self._project:
            return
        self._frame, self._last_ms = frame, frame.milliseconds
        self._furniture.forget()
        if self._whole and frame.request.view == self._view:
            view = self._furniture.beside(frame.scene, self._plan, self.size())
            self._move(view, cancel=True, remember=False)
            self._whole = True
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
            painter.drawImage(
                QPointF(round(x * now.ratio) / now.ratio, round(y * now.ratio) / now.ratio), frame.image
            )
        else:
            width, height = was.width * share, was.height * share
            painter.drawImage(QRectF(x, y, width, height), frame.image)

    def _paint_overlay(self, painter: QPainter) -> None:
        """What follows the mouse, above the frame and under the cards."""

    # -- the widget --------------------------------------------------------------------------------

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]  # noqa: N802
        self._resize_view()
        self._furniture.forget()
        if self._plan is not None and (self._whole or not self._placed):
            self.zoom_full()
        self._request(cancel=True)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.stop()
        super().closeEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(900, 640)
