"""The worker that paints frames: the newest request wins, a stale frame is given up at its next step."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtGui import QImage

from app.painter import paint_image
from app.painting.cards import kept_clear
from layers.catalogue.text import Text
from layers.maps.choropleth import MapTheme
from layers.maps.scene import NOTHING_SELECTED, Scene, build_scene, titles
from layers.maps.settings import LayerSettings
from layers.maps.viewport import View
from layers.plan.plan import Plan

BREATH_EVERY_S, BREATH_S = 0.006, 0.0003


class Stale(Exception):
    """A newer frame is wanted."""


@dataclass(frozen=True, eq=False)
class Request:
    """A frame that is wanted: snapshots only, so that nothing changes under the worker."""

    plan: Plan
    view: View
    settings: LayerSettings
    theme: MapTheme | None = None
    language: str = "zh"
    selection: tuple[str, frozenset[int]] = NOTHING_SELECTED
    title: Text | None = None
    cards: bool = True  # they lie on the map: names keep off them
    project: int = 0  # the how manieth that was opened here: a frame of the last one is not shown


@dataclass(frozen=True, eq=False)
class Frame:
    """A painted request."""

    request: Request
    image: QImage
    scene: Scene
    milliseconds: float


@dataclass(eq=False)
class Queue:
    """One place for the next request; plain threading, so that it is tested without Qt."""

    condition: threading.Condition = field(default_factory=threading.Condition)
    waiting: Request | None = None
    running: bool = False
    stopped: bool = False
    superseded: bool = False
    cancelled: int = 0
    breathed: float = 0.0

    def put(self, request: Request, *, cancel: bool) -> None:
        """Ask for a frame in place of one that waits; with `cancel` the running one is given up too."""
        with self.condition:
            self.waiting = request
            self.superseded = self.superseded or (cancel and self.running)
            self.condition.notify_all()

    def take(self) -> Request | None:
        """Wait for a request; None when there will be no more."""
        with self.condition:
            self.condition.wait_for(lambda: self.waiting is not None or self.stopped)
            if self.stopped:
                return None
            request, self.waiting = self.waiting, None
            self.running, self.superseded = True, False
            return request

    def done(self, *, given_up: bool) -> None:
        """The taken request has been dealt with."""
        with self.condition:
            self.running = False
            self.cancelled += given_up

    def check(self) -> None:
        """Raise Stale when the running frame is not wanted any more; let the interface in now and then."""
        if self.superseded or self.stopped:
            raise Stale
        now = time.perf_counter()
        if now - self.breathed > BREATH_EVERY_S:
            # A painter keeps the interpreter to itself: without a pause the interface waits its turn too
            # long.
            time.sleep(BREATH_S)
            self.breathed = time.perf_counter()

    def stop(self) -> None:
        """No more requests; the running one is given up."""
        with self.condition:
            self.stopped = True
            self.condition.notify_all()

    @property
    def busy(self) -> bool:
        """Whether a frame is waiting or being painted."""
        with self.condition:
            return self.running or self.waiting is not None


class Renderer(QThread):
    """Paints frames one after another."""

    painted = Signal(object)  # Frame
    failed = Signal(object)  # Exception
    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.queue = Queue()

    def run(self) -> None:
        """The worker's loop."""
        while (request := self.queue.take()) is not None:
            given_up = False
            try:
                frame = paint_request(request, self.queue.check)
                self.painted.emit(frame)
            except Stale:
                given_up = True
            except Exception as error:  # noqa: BLE001 - the window says it; the next frame may succeed
                self.failed.emit(error)
            self.queue.done(given_up=given_up)
            if not self.queue.busy:
                self.idle.emit()

    def stop(self) -> None:
        """End the worker and wait for it."""
        self.queue.stop()
        self.wait()


def paint_request(request: Request, check) -> Frame:  # type: ignore[no-untyped-def]
    """Paint a frame; raises what `check` raises."""
    start = time.perf_counter()
    shown = titles(request.plan, request.theme, request.title)
    scene = build_scene(
        request.plan,
        request.view,
        request.settings,
        theme=request.theme,
        language=request.language,
        selection=request.selection,
        title=request.title,
        kept_clear=kept_clear(request.view, *shown, request.language) if request.cards else None,
        check=check,
    )
    image = paint_image(scene, check=check)
    return Frame(request, image, scene, (time.perf_counter() - start) * 1000)
