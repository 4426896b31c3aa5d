"""The dialog of a sheet: a preview that is the sheet, writing as a job, what it refuses, cancelling."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import QDate

from app.dialogs import sheet as module
from app.dialogs.sheet import SheetDialog
from app.jobs import Jobs
from app.session import Session
from layers.maps.paper_parts import PAPERS
from layers.maps.settings import LayerSettings
from tests.samples import sample_project


@pytest.fixture
def dialog(qtbot, tmp_path: Path) -> Iterator[SheetDialog]:
    session = Session(author="tester")
    session.open(shutil.copyfile(sample_project(), tmp_path / "project.gpkg"))
    jobs = Jobs()
    made = SheetDialog(
        None, session, jobs, tmp_path / "sheet.pdf", settings=LayerSettings.default(session.plan)
    )
    qtbot.addWidget(made)
    made.resize(1100, 720)
    made.show()
    qtbot.waitUntil(lambda: made._sheet is not None and not jobs.running, timeout=30_000)
    yield made
    jobs.cancel_all()
    session.close()


def settle(dialog: SheetDialog, qtbot) -> None:  # type: ignore[no-untyped-def]
    dialog._wait.stop()
    dialog.refresh()
    qtbot.waitUntil(lambda: not dialog._jobs.running, timeout=30_000)


def test_the_preview_follows_what_is_chosen_and_zooms(dialog: SheetDialog, qtbot) -> None:
    first = dialog.preview.page.pixmap()
    assert first.width() > first.height() and dialog.state.text() == "比例尺 1:850 000"
    dialog.paper.setCurrentIndex(dialog.paper.findData("A4-portrait"))
    dialog.heading.setText("嘎查道路图")
    settle(dialog, qtbot)
    page = dialog.preview.page.pixmap()
    paper = PAPERS["A4-portrait"]
    assert page.width() / page.height() == pytest.approx(paper.width / paper.height, rel=0.01)
    assert dialog._sheet is not None and dialog._sheet.title == "嘎查道路图"
    sheet = dialog._sheet
    dialog.preview.zoom_by(2.0)
    settle(dialog, qtbot)
    assert dialog.preview.page.pixmap().width() == pytest.approx(2 * page.width(), rel=0.02)
    assert dialog._sheet is sheet  # a closer look makes no new sheet


def test_what_was_seen_is_written_and_logged(dialog: SheetDialog, qtbot, tmp_path: Path) -> None:
    dialog.unit.setText("鄂温克族自治旗自然资源局")
    dialog.date.setDate(QDate(2024, 3, 5))
    settle(dialog, qtbot)
    with qtbot.waitSignal(dialog.written, timeout=30_000) as told:
        dialog.write()
    assert told.args == [tmp_path / "sheet.pdf"] and not dialog.isVisible()
    words = pdfium.PdfDocument(told.args[0])[0].get_textpage().get_text_bounded()
    assert "编制单位：鄂温克族自治旗自然资源局" in words and "2024 年 3 月 5 日" in words
    assert [item.entry.op for item in dialog._session.history()] == ["export"]


def test_a_public_sheet_is_previewed_but_not_written_without_its_number(
    dialog: SheetDialog, qtbot, tmp_path: Path
) -> None:
    dialog.audience.setCurrentIndex(dialog.audience.findData("public"))
    settle(dialog, qtbot)
    assert not dialog.fault.isVisible()
    dialog.write()
    qtbot.waitUntil(lambda: dialog.fault.isVisible(), timeout=30_000)
    assert "审图号" in dialog.fault.text() and not (tmp_path / "sheet.pdf").exists() and dialog.go.isEnabled()


def test_a_write_that_is_cancelled_leaves_nothing(
    dialog: SheetDialog, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(sheet, suffix, *, dpi, progress):  # type: ignore[no-untyped-def]
        begun.set()
        go_on.wait(20)
        progress(1, 2)
        return b"whole"

    monkeypatch.setattr(module, "sheet_bytes", slow)
    dialog.write()
    qtbot.waitUntil(begun.is_set, timeout=20_000)
    dialog.reject()
    with qtbot.waitSignal(dialog._jobs.ended, timeout=20_000):
        go_on.set()
    assert dialog.isVisible() and dialog.go.isEnabled()
    assert not (tmp_path / "sheet.pdf").exists() and not dialog._session.history()


def test_a_file_that_cannot_be_written_is_told(dialog: SheetDialog, qtbot, tmp_path: Path) -> None:
    dialog.path.setText(str(tmp_path / "project.gpkg" / "x.pdf"))
    dialog.write()
    qtbot.waitUntil(lambda: dialog.fault.isVisible(), timeout=30_000)
    assert dialog.isVisible() and dialog.go.isEnabled()
