"""The manual says what the window says, in both languages, and opens where one stands."""

from __future__ import annotations

import importlib
import re

import pytest
from PIL import Image
from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.cli import main
from app.commands import COMMANDS, MENUS
from app.desktop import open_first
from app.dialogs.import_file import ImportDialog
from app.dialogs.release import ReleaseDialog
from app.dialogs.welcome import WelcomeDialog
from app.manual import pages
from app.manual.reader import ManualWindow
from app.manual.whereabouts import PAGE_OF, PAGE_OF_NAMED, PAGE_OF_TOOL
from app.manual.words import END, KEY, WORD, filled
from app.messages import LANGUAGES, set_language, text
from app.panels.planning_tab import SECTIONS
from app.session import Session
from layers.store import create_project
from tests.app.dropping import give
from tests.app.windows import settle
from tests.layers.maps.small_plan import small_plan
from tests.manual_pictures import SHOTS, pictures

MOST_BYTES = 2_500_000


@pytest.fixture
def project(tmp_path):
    """A small project: the manual needs no more."""
    path = tmp_path / "small.gpkg"
    session = Session(author="tester")
    session.create(path, small_plan())
    session.close()
    return path


# -- pages -----------------------------------------------------------------------------------------


def test_every_page_is_there_in_both_languages_and_every_place_in_it_is_filled():
    shapes = {}
    for spoken in LANGUAGES:
        set_language(spoken)
        assert {file.stem for file in (pages.FOLDER / spoken).glob("*.md")} == set(pages.PAGES)
        for page_id in pages.PAGES:
            page = pages.page(page_id)
            source = (pages.FOLDER / spoken / f"{page_id}.md").read_text("utf-8")
            assert "{" not in filled(source), page_id
            assert page.blocks[0].kind == "h1" and page.title and set(page.links) <= set(pages.PAGES), page_id
            assert not re.search(f"[{WORD}{KEY}{END}]", page.plain()), page_id
            written = "".join(re.findall(r"[^{}]*", re.sub(r"\{[^}]*\}", "", source)))
            for menu in MENUS.values():
                assert f"{menu.in_language(spoken)} ›" not in written, f"{page_id} types a menu's name"
            shape = ([block.kind for block in page.blocks], page.pictures, sorted(page.links),
                     set(re.findall(r"\{[^}]*\}", source)))  # fmt: skip
            assert shapes.setdefault(page_id, shape) == shape, f"{page_id} differs between the languages"


def test_a_page_speaks_with_the_words_of_the_window():
    assert pages.plain_words(filled("{menu:import} {key:import}")) == "“项目 › 导入数据…” Ctrl+Shift+V"
    assert pages.plain_words(filled("{ui:side_checks} › {ui:checks_roads}")) == "“核查 › 道路问题”"
    set_language("en")
    assert pages.plain_words(filled("{menu:import}")) == "“Project › Import data…”"
    for wrong in ("{menu:nothing}", "{ui:nothing}", "{layer:nothing}", "{service:nothing}", "{key:about}"):
        with pytest.raises(KeyError):
            filled(wrong)


def test_keys_are_given_to_one_command_only():
    keys = [command.shortcut for command in COMMANDS if command.shortcut]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_the_reference_names_every_command_and_argument_of_the_command_line():
    told = pages.page("command_line").plain()
    for command in COMMANDS:
        if command.cli:
            assert f"    qitu {command.id}" in told, command.id
            for parameter in command.parameters:
                if parameter.option:
                    assert f"--{parameter.name.replace('_', '-')}" in told, (command.id, parameter.name)


def test_a_search_finds_the_pages_that_say_every_word():
    assert [hit.page for hit in pages.find("断头路 紫线")] == ["roads"]
    hits = pages.find("改厕")
    assert hits[0].page == "toilets" and "改厕" in hits[0].around
    assert pages.find("  ") == [] and pages.find("没有这样的词") == []


def test_the_command_line_prints_a_page_and_the_contents(capsys):
    assert main(["manual", "roads"]) == 0
    assert "规划 › 道路缺陷" in capsys.readouterr().out
    assert main(["--lang", "en", "manual", "--list"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == list(pages.PAGES) and "Into the meeting" in out
    assert main(["manual", "nothing"]) == 1 and "没有“nothing”" in capsys.readouterr().err


# -- pictures --------------------------------------------------------------------------------------


def test_every_picture_of_a_page_can_be_taken_and_is_there_and_none_is_left_over():
    named = {name for page_id in pages.PAGES for name in pages.page(page_id).pictures}
    assert named == set(SHOTS)
    files = [file for spoken in LANGUAGES for file in (pages.FOLDER / spoken).glob("*.png")]
    assert {(file.parent.name, file.stem) for file in files} == {
        (spoken, name) for spoken in LANGUAGES for name in named
    }
    assert sum(file.stat().st_size for file in files) <= MOST_BYTES


def test_the_script_takes_a_picture_like_the_one_that_is_there(tmp_path):
    create_project(tmp_path / "small.gpkg", small_plan(), title="试验")
    (file,) = pictures(["rules"], tmp_path, ["en"], tmp_path / "small.gpkg")
    with Image.open(file) as taken, Image.open(pages.picture_file("rules", "en")) as kept:
        assert taken.size == kept.size and len(taken.convert("L").getcolors()) > 10


# -- F1 --------------------------------------------------------------------------------------------


def test_every_part_that_has_a_page_is_there():
    for name, page_id in PAGE_OF.items():
        module, _, kind = name.rpartition(".")
        assert isinstance(getattr(importlib.import_module(module), kind), type) and page_id in pages.PAGES
    assert set(PAGE_OF_NAMED) <= {f"planning_{name}" for name in SECTIONS}
    assert set(PAGE_OF_TOOL) <= {command.id for command in COMMANDS if command.group == "tool"}
    assert {*PAGE_OF_NAMED.values(), *PAGE_OF_TOOL.values()} <= set(pages.PAGES)


def press_f1(part) -> str:
    """F1 where the focus is; returns the page that came, and closes the manual."""
    QTest.keyClick(part, Qt.Key.Key_F1)
    QTest.qWait(20)
    (reader,) = (
        one for one in QApplication.topLevelWidgets() if isinstance(one, ManualWindow) and one.isVisible()
    )
    shown = reader.shown()
    reader.close()
    part.window().activateWindow()
    QTest.qWait(20)
    return shown


def test_f1_opens_the_page_of_where_one_stands(window, tmp_path):
    side = window.side
    for tab, part, field, page_id in (
        ("gaps", "", "filter", "gaps"), ("planning", "roads", "compute_button", "roads"),
        ("planning", "sites", "compute_button", "access"),
        ("planning", "works", "compute_button", "toilets"), ("checks", "ledger", "filter", "ledger"),
    ):  # fmt: skip
        side.show_tab(tab)
        panel = side.panels[tab]
        if part:
            (panel.show_part if tab == "checks" else panel.show_section)(part)
            panel = panel.page() if tab == "checks" else panel.sections[part]
        settle(window)
        getattr(panel, field).setFocus()
        assert press_f1(QApplication.focusWidget()) == page_id, (tab, part)
        window.map.setFocus()
        assert press_f1(window.map) == page_id, "on the map, what the right side shows"
    window.run_command("draw_shape")
    window.map.setFocus()
    assert press_f1(window.map) == "drawing"
    window.layers.tree.setFocus()
    assert press_f1(window.layers.tree) == "window"

    # a dialog that stops the window
    dialog = ReleaseDialog(window, "picture", tmp_path / "a.png", {".png": "PNG"})
    dialog.open()
    QTest.qWait(20)
    dialog.path.setFocus()
    assert press_f1(dialog.path) == "outputs"
    dialog.reject()


# -- the manual's window ---------------------------------------------------------------------------


def test_the_reader_is_walked_by_links_keys_and_search(window):
    window.run_command("manual")
    QTest.qWait(20)
    (reader,) = window.findChildren(ManualWindow)
    reader.open_page("first_map")
    reader.view.anchorClicked.emit(QUrl("import"))
    assert reader.shown() == "import" and "导入自己的数据" in reader.windowTitle()
    QTest.keyClick(reader, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert reader.shown() == "first_map" and reader.on.isEnabled()
    QTest.keyClick(reader, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert reader.shown() == "import"

    for page_id in pages.PAGES:
        reader.open_page(page_id)
        reader.resize(reader.width() - 3, reader.height())
        QApplication.processEvents()
        text = reader.view.toPlainText()
        assert text.startswith(reader.list.currentItem().text()) and text.count(text[:60]) == 1, page_id
    reader.open_page("import")
    width, _ = reader.view.size_of("importing")
    assert 0 < width <= reader.view.viewport().width()
    reader.view.anchorClicked.emit(QUrl("picture:importing"))
    with Image.open(pages.picture_file("importing")) as real:
        assert reader.view.size_of("importing") == real.size

    QTest.keyClick(reader, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(QApplication.focusWidget(), "S201")
    assert reader.list.count() == 0 and reader.nothing.isVisibleTo(reader)
    reader.search.setText("超载")
    QTest.keyClick(reader.search, Qt.Key.Key_Return)
    assert reader.shown() == "grassland" and reader.view.extraSelections()
    QTest.keyClick(reader.search, Qt.Key.Key_Escape)
    assert reader.isVisible() and reader.list.count() == len(pages.PAGES)
    window.run_command("language")
    assert reader.windowTitle().startswith("Grassland") and reader.list.item(0).text().startswith(
        "My first map"
    )
    QTest.keyClick(reader, Qt.Key.Key_Escape)
    assert not reader.isVisible()


# -- the welcome -----------------------------------------------------------------------------------


def test_the_welcome_comes_once_and_leads_to_the_manual(make_window, project, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr("app.handlers.project.documents", lambda: tmp_path / "file" / "QiTu")
    window = make_window(None)
    open_first(window, None)  # no folder can be made there: the start screen says so, and nothing hides it
    assert not window.session.is_open and not window.findChildren(WelcomeDialog)
    monkeypatch.setattr("app.handlers.project.documents", lambda: tmp_path / "Documents" / "QiTu")
    monkeypatch.setattr("app.actions.project.sample_file", lambda: project)
    open_first(window, None)
    settle(window)
    (dialog,) = window.findChildren(WelcomeDialog)
    assert dialog.isVisible() and window.session.is_open
    QTest.mouseClick(dialog.ways["manual"], Qt.MouseButton.LeftButton)
    settle(window)
    (reader,) = window.findChildren(ManualWindow)
    assert reader.isVisible() and reader.shown() == "first_map" and window.preferences["welcomed"]
    reader.close()
    window.preferences.set("recent", [])
    open_first(window, None)
    assert not [one for one in window.findChildren(WelcomeDialog) if one.isVisible()]


@pytest.mark.parametrize("ours", [True, False])
def test_a_file_of_ones_own_is_opened_or_gets_a_project_of_its_own(
    make_window, project, tmp_path, monkeypatch, ours
):
    """Another program's GeoPackage does not go into the copy of the sample that happens to be open, but into
    a project of its own, which carries the boundaries in which one sees where it lies."""
    import geopandas
    import shapely

    from app.dialogs.project import NewProjectDialog
    from app.dialogs.welcome import open_own

    own, new = tmp_path / "own.gpkg", tmp_path / "new.gpkg"
    if ours:
        own.write_bytes(project.read_bytes())
    else:
        geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(5e5, 5.3e6)], crs=4549).to_file(own)
    window, asked = make_window(project), []
    monkeypatch.setattr("app.dialogs.welcome.ask_import", lambda *_: own)
    monkeypatch.setattr("app.actions.boundaries.sample_file", lambda: project)
    monkeypatch.setattr("app.dialogs.project.documents", lambda: tmp_path)

    def answer() -> None:
        dialog = next((one for one in window.findChildren(NewProjectDialog) if one.isVisible()), None)
        if dialog is None:
            QTimer.singleShot(10, answer)
            return
        asked.append(dialog.carry.currentText())
        dialog.file.setText(str(new))
        QTest.mouseClick(dialog.create, Qt.MouseButton.LeftButton)

    if not ours:
        QTimer.singleShot(0, answer)
    open_own(window)
    settle(window)
    if ours:
        assert window.session.path == own and not window.findChildren(ImportDialog)
        return
    assert asked == [text("new_carry_sample")] and window.preferences["boundaries"] == "sample"
    assert window.session.path == new and set(window.session.plan.tables) == {"banner", "sumu", "gacha"}
    (dialog,) = window.findChildren(ImportDialog)
    assert dialog.isVisible() and "own.gpkg" in dialog.windowTitle()
    dialog.reject()
    dialog.deleteLater()
    new = tmp_path / "dropped.gpkg"
    window.session.close()
    give(window, own)  # on a window without a project
    QTimer.singleShot(0, answer)
    settle(window)
    assert window.session.path == new and len(asked) == 2
