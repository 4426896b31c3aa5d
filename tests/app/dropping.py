"""Foreign files dropped on a window, for tests: what a user does with the dialog that comes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from app.dialogs.import_file import ImportDialog
from tests.app.windows import settle

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "files"


@pytest.fixture
def files(tmp_path) -> Path:
    """A copy, of which not a byte may change."""
    shutil.copytree(CORPUS, tmp_path / "files")
    (tmp_path / "files" / "plan.dwg").write_bytes(b"AC1032" + bytes(200))
    return tmp_path / "files"


def sums(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def give(window, *paths: Path) -> None:
    """Drop files on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    window.dropEvent(
        QDropEvent(
            QPointF(600, 400),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def drop(window, *paths: Path) -> ImportDialog:
    """Drop files and wait until the dialog has looked into them."""
    give(window, *paths)
    (dialog,) = (one for one in window.findChildren(ImportDialog) if one.isVisible())
    settle(window)
    return dialog


def choose(dialog: ImportDialog, window, box, value: str) -> None:
    """Choose as a user does: `activated` tells, not a change by the program."""
    at = box.findData(value)
    assert at >= 0
    box.setCurrentIndex(at)
    box.activated.emit(at)
    settle(window)


def press(button) -> None:
    assert button.isEnabled() and button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def asked(dialog: ImportDialog) -> list[str]:
    return [card.question.id for card in dialog.cards if hasattr(card, "question") and card.question.open]


def card(dialog: ImportDialog, name: str):
    return next(one for one in dialog.cards if hasattr(one, "question") and one.question.id == name)
