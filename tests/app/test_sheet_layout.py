"""A sheet laid out in its dialog: frames by mouse, keys and typing; steps; kept as one command; written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.dialogs.sheet import SheetDialog
from app.exports.paper import write_sheet
from app.jobs import Jobs
from app.session import Session
from layers.catalogue.text import Text
from layers.maps.paper_parts import Box
from layers.maps.settings import LayerSettings
from layers.maps.sheet_template import find_template
from layers.store import create_project
from tests.layers.maps.small_plan import small_plan

NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.mktemp("sheet") / "p.gpkg"
    create_project(path, small_plan(), title="试验")
    return path


@pytest.fixture
def dialog(qtbot, project: Path, tmp_path: Path) -> Iterator[SheetDialog]:
    session = Session(author="tester")
    own = tmp_path / "p.gpkg"
    own.write_bytes(project.read_bytes())
    session.open(own)
    jobs = Jobs()
    made = SheetDialog(
        None, session, jobs, tmp_path / "sheet.pdf", settings=LayerSettings.default(session.plan)
    )
    qtbot.addWidget(made)
    made.resize(1240, 800)
    made.show()
    qtbot.waitUntil(lambda: made._sheet is not None and not jobs.running, timeout=30_000)
    made.show_side("layout")
    QTest.mouseClick(made.layout_.begin, Qt.MouseButton.LeftButton)
    rest(made, qtbot)
    yield made
    jobs.cancel_all()
    session.close()


def rest(dialog: SheetDialog, qtbot) -> None:  # type: ignore[no-untyped-def]
    qtbot.waitUntil(lambda: not dialog._wait.isActive() and not dialog._jobs.running, timeout=30_000)


def box(dialog: SheetDialog, kind: str) -> Box:
    return next(part.box for part in dialog.layout_.parts if part.kind == kind)


def drag(dialog: SheetDialog, start: QPointF, end: QPointF) -> None:
    page, left = dialog.preview.page, Qt.MouseButton.LeftButton
    QTest.mousePress(page, left, NO_KEY, start.toPoint())
    QTest.mouseMove(page, ((start + end) / 2).toPoint())
    QTest.mouseMove(page, end.toPoint())
    QTest.mouseRelease(page, left, NO_KEY, end.toPoint())


def test_frames_follow_mouse_keys_and_typing_and_every_step_goes_back(dialog: SheetDialog, qtbot) -> None:
    panel, page = dialog.layout_, dialog.preview.page
    first, legend = panel.parts, box(dialog, "legend")
    middle = page.px(legend).center()
    drag(dialog, middle, middle + QPointF(-60, 25))
    assert box(dialog, "legend").left < legend.left - 10 and box(dialog, "legend").top > legend.top + 5
    assert [panel.parts[at].kind for at in panel.at] == ["legend"]
    moved = box(dialog, "legend")
    drag(dialog, page.px(moved).bottomRight(), page.px(moved).bottomRight() + QPointF(-30, -20))
    assert box(dialog, "legend").width < moved.width - 5 and box(dialog, "legend").left == moved.left
    before = box(dialog, "legend")
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_Right)
    QTest.keyClick(page, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert box(dialog, "legend").left == before.left + 1 and box(dialog, "legend").top == before.top + 10
    panel.fields.edges["left"].setValue(20.0)
    assert box(dialog, "legend").left == 20.0
    seen = []
    while panel.steps.past:
        seen.append(panel.parts)
        QTest.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert panel.parts == () and len(seen) == 6 and seen[-1] == first
    assert not dialog.template.template().parts  # by itself again
    for parts in reversed(seen):
        QTest.keyClick(
            dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
        assert panel.parts == parts
    rest(dialog, qtbot)
    assert dialog._sheet is not None and dialog._sheet.frames["legend"].left == 20.0
    assert not dialog._session.history()  # nothing of it is in the project yet


def test_frames_are_added_aligned_taken_away_and_snap(dialog: SheetDialog, qtbot) -> None:
    panel, page = dialog.layout_, dialog.preview.page
    panel.add_frame("text")
    at = panel.at[0]
    panel.fields.edges["left"].setValue(100.0)
    panel.fields.words.setPlainText("{project} 一期")
    rest_typed(panel, qtbot)
    assert panel.parts[at].words == Text("{project} 一期", "{project} 一期")
    legend = box(dialog, "legend")
    place = page.px(panel.parts[at].box).center()
    reach = page.px(Box(0, 0, legend.left + 1.0 - 100.0, 0)).width()  # 1 mm short of the legend's edge
    drag(dialog, place, place + QPointF(reach, 0))
    assert panel.parts[at].box.left == pytest.approx(legend.left, abs=0.01)
    numbers = [kind for kind, part in enumerate(panel.parts) if part.kind in ("north", "scale")]
    QTest.mouseClick(
        page, Qt.MouseButton.LeftButton, pos=page.px(panel.parts[numbers[0]].box).center().toPoint()
    )
    QTest.mouseClick(page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier,
                     page.px(panel.parts[numbers[1]].box).center().toPoint())  # fmt: skip
    assert panel.at == numbers
    QTest.mouseClick(panel.aligns["left"], Qt.MouseButton.LeftButton)
    assert len({panel.parts[one].box.left for one in numbers}) == 1
    page.setFocus()
    count = len(panel.parts)
    QTest.keyClick(page, Qt.Key.Key_Delete)
    assert len(panel.parts) == count - 2
    panel.choose([next(at for at, part in enumerate(panel.parts) if part.kind == "map")])
    assert not panel.delete.isEnabled()  # a sheet without a map is none


def test_frames_go_before_and_behind_others_and_are_held_fast(dialog: SheetDialog, qtbot) -> None:
    panel, page = dialog.layout_, dialog.preview.page
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    kinds = [part.kind for part in panel.parts]
    at = kinds.index("legend")
    panel.choose([at])
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_BracketLeft, control)
    assert [part.kind for part in panel.parts].index("legend") == at - 1 == panel.at[0]
    QTest.keyClick(page, Qt.Key.Key_BracketRight, control | shift)
    assert panel.parts[-1].kind == "legend" and panel.at == [len(kinds) - 1]
    rest(dialog, qtbot)
    drawn = [name for name in dialog._sheet.frames if name in kinds]
    assert drawn[-1] == "legend", "over all other frames"
    QTest.keyClick(page, Qt.Key.Key_L, control)
    held = panel.parts[-1]
    assert held.locked and not panel.fields.isEnabled() and not panel.delete.isEnabled()
    drag(dialog, page.px(held.box).center(), page.px(held.box).center() + QPointF(-60, 25))
    QTest.keyClick(page, Qt.Key.Key_Right)
    QTest.keyClick(page, Qt.Key.Key_Delete)
    assert panel.parts[-1] == held and "已锁定" in panel.list.item(panel.at[0]).text()
    spot = page.px(held.box).center().toPoint()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, page.mapToGlobal(spot))
    QApplication.sendEvent(page, asked)
    menu = QApplication.activePopupWidget()
    said = [act.text().split("\t")[0] for act in menu.actions() if act.text()]
    assert said == ["置于顶层", "上移一层", "下移一层", "置于底层", "解锁", "删除图框"]
    able = [act.isEnabled() for act in menu.actions() if act.text()]
    assert able == [False, False, True, True, True, False]
    next(act for act in menu.actions() if act.text().startswith("解锁")).trigger()
    menu.close()
    assert not panel.parts[-1].locked
    for _ in range(4):
        QTest.keyClick(dialog, Qt.Key.Key_Z, control)
    assert [part.kind for part in panel.parts] == kinds


def test_another_template_brings_its_paper_and_can_be_taken_back(dialog: SheetDialog, qtbot) -> None:
    own = dialog.template.template()
    dialog.template.list.setCurrentIndex(dialog.template.list.findText("报告附图"))
    chosen = dialog.template.template()
    assert (chosen.id, chosen.paper, dialog.paper.currentData()) == ("annex", "A4-portrait", "A4-portrait")
    dialog.layout_.undo_step()
    assert dialog.template.template() == own and dialog.paper.currentData() == "A3-landscape"
    assert dialog.template.list.currentText() == "标准图幅" and dialog.layout_.parts == own.parts
    dialog.layout_.redo_step()
    rest(dialog, qtbot)
    assert dialog._sheet is not None and dialog._sheet.paper.id == "A4-portrait"


def rest_typed(panel, qtbot) -> None:  # type: ignore[no-untyped-def]
    qtbot.waitUntil(lambda: not panel.fields._typing.isActive(), timeout=5_000)


def test_a_layout_is_kept_as_one_command_and_used_wherever_templates_are(
    dialog: SheetDialog, qtbot, tmp_path: Path
) -> None:
    panel, session = dialog.layout_, dialog._session
    panel.add_frame("text")
    panel.fields.edges["left"].setValue(30.0)
    panel.fields.edges["top"].setValue(40.0)
    dialog.paper.setCurrentIndex(dialog.paper.findData("A2-landscape"))
    panel.margins["left"].setValue(25.0)
    dialog.template.keep_as("会议版面")
    assert [item.entry.op for item in session.history()] == ["do"]
    kept = find_template(session.plan, "会议版面")
    assert kept == dialog.template.template() and kept.parts == panel.parts and kept.paper == "A2-landscape"
    assert kept.margins == (25.0, 8.0, 8.0, 8.0)
    rest(dialog, qtbot)
    out = tmp_path / "kept.pdf"
    write_sheet(session, out, paper=kept.paper, template=kept, title="土地用工图")
    page = pdfium.PdfDocument(out)[0]
    assert [round(one / 72 * 25.4) for one in page.get_size()] == [594, 420]
    assert page.get_textpage().get_text_bounded().count("土地用工图") == 2  # the title, and the text's field
    seen = np.asarray(page.render(scale=2).to_pil().convert("L"))
    assert seen[4:14].min() > 250 and seen[:, 4:14].min() > 250  # the paper's edge is clean
    session.undo()
    assert not session.plan.documents.get("sheet_template")
