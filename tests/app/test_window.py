"""The window with real mouse and key events on a copy of the sample."""

from __future__ import annotations

import gc
import hashlib
import re
import shutil
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog, QLabel

from app import layer_order, theme
from app.commands import COMMANDS
from app.desktop import open_first, unexpected
from app.dialogs import confirm as confirming
from app.handlers import HANDLERS
from app.messages import text, tr
from app.panels import layer_tree
from app.panels.side import TABS
from tests.app.windows import box_of, picture, settle

CJK = re.compile("[\u4e00-\u9fff]")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# -- commands --------------------------------------------------------------------------------------


def test_every_command_of_a_menu_has_a_handler_and_no_other_has():
    assert set(HANDLERS) == {command.id for command in COMMANDS if command.menu}


def test_every_command_without_a_dialog_runs_in_an_open_project(window):
    """A title that ends in … says that a dialog comes first; the others that ask, or need something, are
    named."""
    asking = {"new", "info", "shortcuts", "about", "quit", "new_sample", "full_screen", "undo", "redo"}
    asking |= {"zoom_selection"} | {command.id for command in COMMANDS if command.title.zh.endswith("…")}
    asking |= {command.id for command in COMMANDS if command.needs == "change_selection"}
    window.layers.choose("road")
    for command in COMMANDS:
        if command.menu and command.id not in asking:
            window.run_command(command.id, True)
            settle(window)
    assert [one for one in window.side.notices.notices if one.level == "bad"] == []


def test_commands_that_cannot_be_used_are_grey(make_window, project):
    window = make_window(None)
    assert not window.commands["zoom_full"].isEnabled() and window.commands["open"].isEnabled()
    assert window.pages.currentWidget() is window.start
    window.open_project(project)
    settle(window)
    assert window.commands["zoom_full"].isEnabled() and not window.commands["undo"].isEnabled()
    layer_order.set_opacity(window.session, "road", 0.5)
    assert (
        window.commands["undo"].isEnabled()
        and tr(window.session.next_undo()) in window.commands["undo"].text()
    )


# -- looking changes nothing -----------------------------------------------------------------------


def test_opening_and_looking_never_touches_the_file(window, project):
    before = digest(project)
    QTest.mouseClick(window.layers.tree.viewport(), Qt.MouseButton.LeftButton, pos=box_of(window, "lake"))
    window.run_command("zoom_in")
    for tab in TABS:
        window.bus.show_tab.emit(tab)
        settle(window)
    window.run_command("attribute_table")
    window.run_command("language")
    window.run_command("theme")
    settle(window)
    window.close()
    assert digest(project) == before


# -- the way back ----------------------------------------------------------------------------------


def test_the_history_goes_back_to_a_step_and_to_a_version(window, monkeypatch):
    session = window.session
    layer_order.set_opacity(session, "road", 0.9)
    session.name_version("会前版")
    for opacity in (0.8, 0.7, 0.6):
        layer_order.set_opacity(session, "road", opacity)
    window.run_command("history")
    panel = window.side.history
    assert panel.isVisible() and panel.list.count() == 5
    panel.list.setCurrentRow(2)  # 0.6, 0.7, 0.8, the version, 0.9
    QTest.mouseClick(panel.go_button, Qt.MouseButton.LeftButton)
    settle(window)
    assert layer_order.opacity_of(session.plan, "road") == 0.8
    version = next(
        at
        for at in range(panel.list.count())
        if panel.list.item(at).data(Qt.ItemDataRole.UserRole).entry.op == "version"
    )
    panel.list.setCurrentRow(version)
    monkeypatch.setattr(confirming.Dialog, "exec", lambda self: QDialog.DialogCode.Accepted)
    QTest.mouseClick(panel.go_button, Qt.MouseButton.LeftButton)
    assert layer_order.opacity_of(session.plan, "road") == 0.9
    window.run_command("undo")
    assert layer_order.opacity_of(session.plan, "road") == 0.8


def test_the_map_gets_its_room_back_when_the_table_closes(window):
    before = window.map.height()
    for _ in range(2):
        window.run_command("attribute_table")
        settle(window)
        assert window.map.height() < before - 100
        window.run_command("attribute_table")
        settle(window)
        assert window.map.height() == before


# -- language, palette, sizes ----------------------------------------------------------------------


def test_english_leaves_no_chinese_in_the_chrome(window):
    window.run_command("measure_line")
    for at in (QPoint(200, 200), QPoint(300, 260)):
        QTest.mouseClick(window.map, Qt.MouseButton.LeftButton, pos=at)
    assert "公里" in window.status.selected.text()
    window.run_command("language")
    settle(window)
    words = {action.text() for action in window.menus.actions()}
    words |= {window.commands[name].text() for name in window.commands if name != "language"}
    words |= {window.side.bar.tabText(at) for at in range(window.side.bar.count())}
    words |= {item.text(0) for item in window.layers.tree.items()}
    for part in (window.layers, window.status, window.drawer.head):
        words |= {label.text() for label in part.findChildren(QLabel)}
        words |= {button.text() + button.toolTip() for button in part.findChildren(QAbstractButton)}
    assert [one for one in sorted(words) if CJK.search(one)] == []
    assert "Layers" in words and "Gaps" in words
    window.run_command("language")
    assert window.side.bar.tabText(0) == "目标"


def test_the_projector_palette_is_worn_at_once(window):
    window.run_command("theme")
    settle(window)
    assert theme.palette() == "projector" and window.commands["theme"].isChecked()
    corner = picture(window)[-3, 3, [2, 1, 0]].tolist()
    assert corner == [*theme.color("outside").getRgb()[:3]] == [0xD5, 0xD9, 0xD4]
    assert window.font().pixelSize() == 18 and window.toolbar.height() == 52
    assert (
        window.layers.tree.visualItemRect(window.layers.tree.items()[0]).height()
        == layer_tree.row_height()
        == 35
    )


@pytest.mark.parametrize(
    ("width", "height", "layers", "side", "toolbar"), [(1920, 1080, 300, 404, 46), (1280, 800, 240, 352, 42)]
)
def test_sizes_are_as_designed(make_window, project, width, height, layers, side, toolbar):
    window = make_window(project, width, height)
    assert (window.layers.width(), window.side.width(), window.toolbar.height()) == (layers, side, toolbar)
    assert window.map.width() == width - layers - side - 2


def test_a_narrow_window_folds_the_layers_to_a_rail(make_window, project):
    window = make_window(project, 1120, 680)
    assert window.rail.isVisible() and window.rail.width() == 40 and not window.layers.isVisible()
    assert window.map.width() >= 480
    QTest.mouseClick(window.rail._button, Qt.MouseButton.LeftButton)
    assert window.layers.isVisible() and window.map.width() >= 480


# -- remembering -----------------------------------------------------------------------------------


def test_what_was_seen_is_seen_again_next_time(make_window, project):
    window = make_window(project)
    window.layers.toggle("river")
    window.layers.toggle("red_line")
    window.bus.show_tab.emit("targets")
    window.run_command("attribute_table")
    window.map.set_scale(400_000)
    window.map.pan_by(120, -60)
    settle(window)
    kept = window.map.view
    window.close()
    again = make_window(project)
    assert not again.layers.is_visible("river") and again.layers.is_visible("red_line")
    assert again.side.current_tab() == "targets" and again.drawer.is_open()
    assert again.map.view.scale == pytest.approx(400_000) and again.map.view.center == pytest.approx(
        kept.center
    )
    assert again.preferences["recent"][0] == str(project.resolve())


def test_without_a_project_the_last_one_opens_and_a_missing_one_is_grey(make_window, project, tmp_path):
    first = make_window(project)
    first.preferences.add_recent(tmp_path / "gone.gpkg")
    first.close()
    window = make_window(None)
    open_first(window, None)
    settle(window)
    assert window.session.path == project.resolve()
    window.recent_menu.aboutToShow.emit()
    entries = {action.text(): action.isEnabled() for action in window.recent_menu.actions()}
    assert entries[text("recent_missing", name="gone.gpkg")] is False and entries[project.name] is True


# -- refusals --------------------------------------------------------------------------------------


def test_a_file_that_is_no_project_is_refused_in_words_and_the_old_one_stays(window, project, tmp_path):
    other = tmp_path / "other.gpkg"
    other.write_bytes(b"no database at all")
    assert window.open_project(other) is False
    notice = window.side.notices.notices[-1]
    assert notice.level == "bad" and notice.happened and notice.advice
    assert window.session.path == project.resolve()
    QTest.mouseClick(notice.close_button, Qt.MouseButton.LeftButton)
    assert not window.side.notices.isVisible()


def test_a_dropped_project_opens(window, project, tmp_path):
    other = Path(shutil.copyfile(project, tmp_path / "second.gpkg"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(other))])
    window.dropEvent(
        QDropEvent(
            QPointF(600, 400),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    settle(window)
    assert window.session.path == other.resolve()


def test_a_read_only_project_can_be_looked_at_and_says_so(window, project):
    window.session.store.read_only = "file_read_only"
    window.bus.project_changed.emit()
    settle(window)
    assert window.status.saved.text() == text("status_read_only")
    assert not window.commands["name_version"].isEnabled()
    window.layers.choose("road")
    assert not window.layers.tree.slider.slider.isEnabled()
    window.layers.toggle("river")
    assert not window.layers.is_visible("river")


def test_a_fault_of_ours_is_told_in_a_sentence_and_kept_in_a_file(window, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("QITU_CONFIG", str(tmp_path / "config"))
    try:
        raise ZeroDivisionError("deep inside")
    except ZeroDivisionError as error:
        unexpected(window, type(error), error, error.__traceback__)
    notice = window.side.notices.notices[-1]
    assert notice.level == "bad" and "ZeroDivisionError" in notice.happened
    assert "deep inside" in (tmp_path / "config" / "faults.log").read_text("utf-8")
    window.run_command("zoom_in")


def test_closing_stops_what_is_running(window):
    seen = []

    def work(progress):
        for step in range(100_000):
            time.sleep(0.001)
            progress(step, 100_000)

    window.jobs.start("long", work, seen.append, fault=seen.append)
    window.close()
    assert not window.jobs.busy and seen == []


def test_windows_leave_nothing_behind(make_window, project, qapp):
    def widgets() -> int:
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            qapp.processEvents()
            gc.collect()
        return len(qapp.allWidgets())

    counts = []
    for _ in range(3):
        window = make_window(project)
        window.run_command("history")
        window.run_command("language")
        window.run_command("theme")
        settle(window)
        window.close()
        window.deleteLater()
        del window
        counts.append(widgets())
    assert counts[2] <= counts[1]
