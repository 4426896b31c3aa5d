"""Where the manual's pictures are taken: one window on a copy of a project, brought back to rest between two,
and files of few colours.
"""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QRect, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.desktop import prepare
from app.preferences import Preferences
from app.session import Session
from app.window import MainWindow
from tests.app.windows import settle

COLOURS, GROUNDS = 64, 24  # colours in all; the commonest are grounds, whose pale tints lie near each other
NEAR, APART = 5, 28  # least difference of two colours, grounds and others
WIDTH, HEIGHT = 1280, 800


@dataclass
class Seat:
    """A window on a copy of the sample, and a folder for files that it is given."""

    window: MainWindow
    folder: Path
    visible: frozenset[str] | set[str]
    done: set[str] = field(default_factory=set)

    def settle(self) -> None:
        """Let jobs and frames come to an end."""
        settle(self.window)

    def tab(self, name: str, part: str = "") -> QWidget:
        """Bring a tab of the right side to the front, and a part of it."""
        side = self.window.side
        side.show_tab(name)
        self.settle()
        panel = side.panels[name]
        if part:
            (panel.show_part if name == "checks" else panel.show_section)(part)
            self.settle()
            panel = panel.sections[part]
        return panel

    def once(self, name: str, work: Callable[[], object]) -> None:
        """Do what takes time only for the first language; the window tells the result in the others, too."""
        if name not in self.done:
            self.done.add(name)
            work()
            self.settle()

    def plain_map(self) -> None:
        """Take the theme off the map."""
        self.window.side.panels["gaps"].on_map.setChecked(False)
        self.settle()

    def whole(self) -> QImage:
        """The window without its status row."""
        window = self.window
        image = window.grab().toImage()
        return image.copy(0, 0, window.width(), window.height() - window.status.height() - 1)

    def work(self) -> QImage:
        """The map and what is at its right."""
        window = self.window
        left = window.map.mapTo(window, window.map.rect().topLeft())
        side = window.side.mapTo(window, window.side.rect().bottomRight())
        return window.grab().toImage().copy(QRect(left, side))

    def side(self) -> QImage:
        """The right side alone."""
        return self.window.side.grab().toImage()


def opened(app: QApplication, room: Path, source: Path) -> Seat:
    """A window on a fresh copy of a project."""
    preferences = Preferences(room / "preferences.json")
    prepare(app, preferences)
    project = Path(shutil.copyfile(source, room / "QiTu.gpkg"))
    window = MainWindow(Session(author="Planner"), preferences)
    window.resize(WIDTH, HEIGHT)
    window.show()
    window.activateWindow()
    assert window.open_project(project)
    settle(window)
    return Seat(window, room, window.layers.visible())


def at_rest(seat: Seat) -> None:
    """Bring the window back to how it opens: gaps in front, nothing selected, the whole banner seen."""
    window = seat.window
    window.bus.show_years(None, None)
    window.side.show_tab("gaps")
    window.side.panels["gaps"].show_service("toilets")
    window.side.panels["gaps"].on_map.setChecked(True)
    window.session.select("", ())
    window.run_command("pan")
    window.layers.show_only(seat.visible)
    window.layers.choose("gacha")
    window.layers.tree.scrollToTop()
    window.run_command("zoom_full")
    seat.settle()


def of_dialog(
    seat: Seat,
    kind: type[QWidget],
    ask: Callable[[], None],
    *,
    ready: Callable[[QWidget], bool] = lambda _dialog: True,
) -> QImage:
    """The picture of a dialog; one that stops the window is taken, and closed, from inside its own loop."""
    taken: list[QImage] = []

    def look() -> None:
        there = [one for one in seat.window.findChildren(kind) if one.isVisible()]
        if there and not taken and ready(there[0]):
            timer.stop()
            seat.settle()
            taken.append(there[0].grab().toImage())
            there[0].close()

    timer = QTimer(seat.window)
    timer.setInterval(50)
    timer.timeout.connect(look)
    timer.start()
    ask()
    end = time.monotonic() + 20
    while not taken and time.monotonic() < end:
        seat.settle()
    timer.stop()
    if not taken:
        raise RuntimeError(f"{kind.__name__} did not come")
    return taken[0]


def small(image: QImage, path: Path) -> Path:
    """Write a picture with few colours, without dither: type stays sharp, the file small."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.convertToFormat(QImage.Format.Format_RGB888).save(buffer, "PNG")
    drawn = Image.open(io.BytesIO(buffer.data().data())).convert("RGB")
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.resize(chief_colours(np.asarray(drawn)), (256, 3)).astype(np.uint8).tobytes())
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def chief_colours(pixels: np.ndarray) -> np.ndarray:
    """Return the commonest colours that can be told apart, at most COLOURS rows of red, green, blue.

    Median cut gives every colour to the large areas: the violet columns of the map came out grey.
    """
    flat = pixels.reshape(-1, 3)
    found, counts = np.unique(flat, axis=0, return_counts=True)
    found = found[np.argsort(-counts, kind="stable")].astype(int)
    chosen = found[:1]
    for colour in found[1:4000]:
        apart = NEAR if len(chosen) < GROUNDS else APART
        if len(chosen) < COLOURS and np.abs(chosen - colour).sum(axis=1).min() > apart:
            chosen = np.vstack([chosen, colour])
    return chosen
