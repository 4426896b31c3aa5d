"""The real window: its start, the first map, panning, and whether it still listens while a map is painted."""

from __future__ import annotations

import gc
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.painting import SIZE, settings_of, view_of
from tests.bench.run import percentile, since_start

BEAT_MS = 10
MOVES = 40


def start_up(project: str) -> dict[str, float]:
    """From the process' start to the window, and to the first whole map in it. Milliseconds."""
    app, window = _window()
    app.processEvents()
    shown = since_start()
    drawn: list[float] = []
    window.map.frame_done.connect(lambda _: drawn.append(since_start()))
    window.open_project(Path(project))
    while not drawn:
        app.processEvents()
        time.sleep(0.001)
    app.processEvents()
    first, spent = since_start(), time.process_time()
    _end(app, window)
    return {"window_ms": shown * 1e3, "map_ms": first * 1e3, "cpu_ms": spent * 1e3}


def first_map(project: str, what: str) -> dict[str, float]:
    """From the process' start to the first map of a project with these layers on, in a bare map widget."""
    app, view = _map()
    from app.session import Session

    plan = Session(author="").open(project)
    done: list[float] = []
    view.frame_done.connect(done.append)
    view.set_layers(settings_of(plan, what))
    view.show_plan(plan)
    while not done:
        app.processEvents()
        time.sleep(0.001)
    view.repaint()
    answer = {"map_ms": since_start() * 1e3, "cpu_ms": time.process_time() * 1e3}
    view.wait_idle()
    view.stop()
    return answer


def heartbeat(project: str, what: str) -> dict[str, float]:
    """Gaps between the beats of a 10 ms timer of the interface while its worker paints. Milliseconds.

    first: from opening to the first frame (layers are read, thinned and painted). again: eight frames at four
    zooms. idle: before, because the machine itself may be late. own: processor time that this process used
    within a gap; where a gap is long and its own time short, other programs had the machine.
    """
    app, view = _map()
    from PySide6.QtCore import Qt, QTimer

    from app.session import Session

    beats: list[tuple[float, float]] = []  # moment, processor time of this process
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(BEAT_MS)
    timer.timeout.connect(lambda: beats.append((time.perf_counter(), time.process_time())))
    timer.start()

    def listen(until: Any) -> list[tuple[float, float]]:
        beats[:] = [(time.perf_counter(), time.process_time())]
        while not until():
            # Nothing to do: wait in Qt, as the program's own loop does.
            app.processEvents(_wait_flag())
        return [((later[0] - sooner[0]) * 1e3, (later[1] - sooner[1]) * 1e3)
                for sooner, later in zip(beats, beats[1:], strict=False)]

    begin = time.perf_counter()
    idle = listen(lambda: time.perf_counter() - begin > 1.0)
    plan = Session(author="").open(project)
    frames: list[float] = []
    view.frame_done.connect(frames.append)
    view.set_layers(settings_of(plan, what))
    view.show_plan(plan)
    first = listen(lambda: len(frames) >= 1)
    view.wait_idle()
    again = []
    for at, zoom in enumerate((1, 4, 1, 16, 4, 64, 16, 1)):
        count = len(frames)
        view.set_view(view_of(plan, zoom).moved(at + 1, 0))
        again += listen(lambda count=count: len(frames) > count)
    view.wait_idle()
    view.stop()
    return {**_gaps("idle", idle), **_gaps("first", first), **_gaps("again", again)}


def panning(project: str, what: str) -> dict[str, float]:
    """What a step of a drag costs the interface (moved view, repainted widget); then until all is sharp."""
    app, view = _map()
    from app.session import Session

    plan = Session(author="").open(project)
    view.set_layers(settings_of(plan, what))
    view.show_plan(plan)
    view.wait_idle(300)
    steps = []
    for at in range(MOVES):
        start = time.perf_counter()
        view.pan_by(5, 3 if at % 2 else -2)
        view.repaint()
        steps.append((time.perf_counter() - start) * 1e3)
        app.processEvents()
    start = time.perf_counter()
    view.wait_idle(300)
    sharp = (time.perf_counter() - start) * 1e3
    view.stop()
    return {"step_ms": statistics.median(steps), "p99_ms": percentile(steps, 0.99), "sharp_ms": sharp}


def _gaps(name: str, beats: list[tuple[float, float]]) -> dict[str, float]:
    gaps, own = zip(*beats, strict=True)
    return {f"{name}_p50": percentile(gaps, 0.5), f"{name}_p99": percentile(gaps, 0.99),
            f"{name}_max": max(gaps), f"{name}_own_p99": percentile(own, 0.99), f"{name}_own_max": max(own),
            f"{name}_beats": len(gaps)}


def _wait_flag() -> Any:
    from PySide6.QtCore import QEventLoop

    return QEventLoop.ProcessEventsFlag.WaitForMoreEvents


def _map() -> tuple[Any, Any]:
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    from app import desktop
    from app.canvas.view import MapView

    view = MapView()
    view.resize(*SIZE)
    view.show()
    app.processEvents()
    desktop.settle()
    return app, view


def _window() -> tuple[Any, Any]:
    """The program's own window, with preferences of its own."""
    folder = tempfile.mkdtemp(prefix="qitu-bench-")
    os.environ["QITU_CONFIG"] = folder
    gc.disable()  # as the program does until its window stands
    from PySide6.QtWidgets import QApplication

    from app import desktop
    from app.preferences import Preferences
    from app.session import Session

    app = QApplication.instance() or QApplication([])
    preferences = Preferences()
    desktop.prepare(app, preferences, sheet=False)
    from app.window import MainWindow

    window = MainWindow(Session(author=""), preferences)
    window.resize(*SIZE)
    window.show()
    desktop.settle()
    return app, window


def _end(app: Any, window: Any) -> None:
    window.close()
    app.processEvents()
    shutil.rmtree(os.environ["QITU_CONFIG"], ignore_errors=True)
