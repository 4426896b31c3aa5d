"""A window on a copy of the sample, for tests of the window."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from app import theme
from app.desktop import prepare
from app.messages import set_language
from app.panels import layer_tree
from app.preferences import Preferences
from app.session import Session
from app.window import MainWindow
from tests.samples import sample_project


@pytest.fixture
def project(tmp_path) -> Path:
    return Path(shutil.copyfile(sample_project(), tmp_path / "project.gpkg"))


def open_window(
    qapp: QApplication, memory: Path, project: Path | None, width: int = 1280, height: int = 800
) -> MainWindow:
    """A window that keeps what it remembers in a file; without a project the start screen."""
    preferences = Preferences(memory)
    set_language(preferences["language"])
    prepare(qapp, preferences)
    qapp.setStyleSheet("")  # the window dresses itself, as a user's does: a third of the time
    window = MainWindow(Session(author="tester"), preferences)
    window.resize(width, height)
    window.show()
    window.activateWindow()
    if project is not None:
        assert window.open_project(project)
    settle(window)
    return window


def take_away(window: MainWindow) -> None:
    """Close a window and let nothing of it be left: what is left would be dressed with the next."""
    if Shiboken.isValid(window):
        window.close()
        window.deleteLater()
        del window
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def as_at_first() -> None:
    """Speak and look as every test begins."""
    set_language("zh")
    if theme.palette() != "light":
        theme.set_palette("light")


@pytest.fixture
def make_window(qapp, tmp_path):
    """Open windows that share one memory; each is closed at the end."""
    windows = []

    def make(project: Path | None, width: int = 1280, height: int = 800) -> MainWindow:
        for old in windows:
            if Shiboken.isValid(old) and not old.isVisible():
                take_away(old)
        windows.append(open_window(qapp, tmp_path / "preferences.json", project, width, height))
        return windows[-1]

    yield make
    for window in windows:
        take_away(window)
    as_at_first()


@pytest.fixture(scope="module")
def kept_window(qapp, tmp_path_factory):
    """One large window on a copy of the sample for a module's tests, none of which changes the project."""
    folder = tmp_path_factory.mktemp("kept")
    project = Path(shutil.copyfile(sample_project(), folder / "project.gpkg"))
    window = open_window(qapp, folder / "preferences.json", project, 1920, 1080)
    yield window
    take_away(window)
    as_at_first()


@pytest.fixture
def still_window(kept_window):
    """The kept window as it is when a project has just been opened; it has to have no history in the end."""
    kept_window.session.select("", ())
    kept_window.bus.show_years(None, None)
    kept_window.bus.show_tab.emit("gaps")
    settle(kept_window)
    yield kept_window
    assert kept_window.session.history() == []


@pytest.fixture
def window(make_window, project) -> MainWindow:
    return make_window(project)


def settle(window: MainWindow) -> None:
    """Let jobs and frames come to an end."""
    end = time.monotonic() + 60
    while True:
        QApplication.processEvents()
        window.map.wait_idle()
        QApplication.processEvents()
        if not window.jobs.running and not window.search._wait.isActive():
            return
        assert time.monotonic() < end
        time.sleep(0.005)


def picture(window: MainWindow) -> np.ndarray:
    """The map as it is on the screen."""
    image = window.map.grab_frame().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def box_of(window: MainWindow, kind: str) -> QPoint:
    """Where the check box of a layer's row is."""
    window.layers.choose(kind)
    tree = window.layers.tree
    tree.scrollToItem(tree.item_of(kind))
    row = tree.visualItemRect(tree.item_of(kind))
    return QPoint(layer_tree.BOX_X + 7, row.top() + layer_tree.row_height() // 2)
