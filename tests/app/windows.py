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
from app.samples import sample_file
from app.session import Session
from app.window import MainWindow


@pytest.fixture
def project(tmp_path) -> Path:
    return Path(shutil.copyfile(sample_file(), tmp_path / "project.gpkg"))


@pytest.fixture
def make_window(qapp, tmp_path):
    """Open windows that share one memory; each is closed at the end."""
    windows = []

    def make(project: Path | None, width: int = 1280, height: int = 800) -> MainWindow:
        preferences = Preferences(tmp_path / "preferences.json")
        set_language(preferences["language"])
        prepare(qapp, preferences)
        if not any(map(Shiboken.isValid, windows)):
            qapp.setStyleSheet("")  # the window dresses itself: three times as fast, and as a user's does
        window = MainWindow(Session(author="tester"), preferences)
        windows.append(window)
        window.resize(width, height)
        window.show()
        window.activateWindow()
        if project is not None:
            assert window.open_project(project)
        settle(window)
        return window

    yield make
    for window in filter(Shiboken.isValid, windows):
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    set_language("zh")
    theme.set_palette("light")


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
