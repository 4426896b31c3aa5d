"""Foreign files dropped on the real window: what is said, asked and imported."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.actions.exporting import export_layer
from app.dialogs.import_file import ImportDialog
from app.messages import set_language, text
from layers.catalogue.text import Text
from layers.plan.changes import Changes
from tests.app.windows import settle

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "files"
REFUSED = {
    "png.shp": "像 PNG",
    "kmz_bomb_300MB.kmz": "拒绝解压",
    "zip_bomb_150MB.zip": "拒绝解压",
    "xlsx_huge_dimension.xlsx": "太大",
    "vrt_as_geojson.geojson": "虚拟数据源",
    "kml_xxe.kml": "实体定义",
    "gj_trunc.geojson": "第 1 行第 20001 个字符",
    "gpkg_badheader.gpkg": "内容却不是",
}


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


def test_a_gbk_shapefile_is_shown_imported_and_taken_back(window, files):
    before = sums(files)
    rows = len(window.session.plan.table("gacha"))
    window.layers.show_only({"road"})
    dialog = drop(window, *(files / f"shp_gbk_cpg{end}" for end in (".dbf", ".prj", ".shx", ".shp", ".cpg")))
    assert dialog.format.text() == "Shapefile" and dialog.encoding.currentData() == "GBK"
    assert asked(dialog) == ["kind"] and not dialog.go.isEnabled()
    choose(dialog, window, dialog.kind, "gacha")
    assert asked(dialog) == [] and dialog.go.text() == "导入 3 行"
    assert "声明 3 行 = 正常 3 + 有疑问 0" in dialog.counts.text()
    shown = dialog.tabs.widget(1)
    assert [shown.item(row, 0).text() for row in range(3)] == ["青龙泉村", "大同镇", "綦江區"]
    assert dialog.mapping.choices["村名"].currentData() == "name"
    assert dialog.map.inside("EPSG:4490") is False  # far from the banner, and the map says so
    press(dialog.go)
    settle(window)
    table = window.session.plan.table("gacha")
    assert len(table) == rows + 3 and list(table.column("name"))[-3:] == ["青龙泉村", "大同镇", "綦江區"]
    assert window.layers.is_visible("gacha") and window.layers.current_kind() == "gacha"
    west, south, east, north = window.map.view.bounds
    x, y = table.geometry[-1].centroid.coords[0]
    assert west < x < east and south < y < north
    notice = window.side.notices.notices[-1]
    assert notice.level == "ok" and "3 行" in notice.happened
    assert len(window.session.history()) == 1 and sums(files) == before
    window.run_command("undo")
    settle(window)
    assert len(window.session.plan.table("gacha")) == rows


def test_text_read_wrongly_is_read_again_in_the_chosen_encoding(window, files):
    dialog = drop(window, files / "shp_gbk_cpg.shp")
    choose(dialog, window, dialog.encoding, "Big5")
    assert dialog.tabs.widget(1).item(0, 0).text() != "青龙泉村"
    choose(dialog, window, dialog.encoding, "GB18030")
    assert dialog.tabs.widget(1).item(0, 0).text() == "青龙泉村"
    dialog.reject()


def test_an_open_coordinate_system_stops_the_import_until_it_is_chosen(window, files):
    dialog = drop(window, files / "gj_swapped.geojson")
    choose(dialog, window, dialog.kind, "proposed_point")
    assert asked(dialog) == ["crs"] and not dialog.go.isEnabled()
    dialog.write()
    assert dialog.isVisible() and window.session.history() == []
    systems = dialog.systems.list
    item = systems.item(0)
    assert "EPSG:4490:yx" in item.text() and text("crs_degrees_swapped") in item.text()
    assert dialog.map.inside("EPSG:4490:yx") is not None
    QTest.mouseClick(
        systems.viewport(), Qt.MouseButton.LeftButton, pos=systems.visualItemRect(item).center()
    )
    settle(window)
    assert asked(dialog) == [] and dialog.go.isEnabled()
    press(dialog.go)
    settle(window)
    assert len(window.session.history()) == 1


def test_a_wrong_number_of_a_system_is_refused_and_what_was_seen_stays(window, files):
    dialog = drop(window, files / "shp_no_prj.shp")
    choose(dialog, window, dialog.kind, "gacha")
    dialog.systems.typed.setText("Gauss")
    QTest.keyClick(dialog.systems.typed, Qt.Key.Key_Return)
    settle(window)
    assert dialog.fault.isVisible() and "Gauss" in dialog.fault.happened and dialog.fault.advice
    assert asked(dialog) == ["crs"] and dialog.isVisible()
    dialog.systems.typed.setText("4490")
    QTest.keyClick(dialog.systems.typed, Qt.Key.Key_Return)
    settle(window)
    assert asked(dialog) == [] and not dialog.fault.isVisible()
    dialog.reject()


@pytest.mark.parametrize("name", [*REFUSED, "plan.dwg"])
def test_what_cannot_be_read_gets_a_sentence_and_nothing_changes(window, files, name):
    before, plan = sums(files), window.session.plan
    dialog = drop(window, files / name)
    assert dialog.fault.isVisible() and dialog.fault.level == "bad" and dialog.fault.advice
    assert REFUSED.get(name, "DWG") in dialog.fault.happened
    assert not dialog.go.isEnabled() and not dialog.page.isVisible()
    assert dialog.cancel.text() == text("dialog_close")
    press(dialog.cancel)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.findChildren(ImportDialog) == []
    assert window.session.plan is plan and window.session.history() == [] and sums(files) == before


def test_layers_of_a_foreign_geopackage_are_offered(window, files):
    dialog = drop(window, files / "gpkg_ok.gpkg")
    assert asked(dialog) == ["layer"] and dialog.layer.count() == 2 and not dialog.go.isEnabled()
    name = dialog.layer.itemData(0)
    press(card(dialog, "layer").buttons[name])
    settle(window)
    assert "layer" not in asked(dialog) and dialog.layer.currentData() == name
    dialog.reject()


def test_a_heading_goes_into_the_column_that_is_chosen_for_it(window, files):
    dialog = drop(window, files / "csv_gbk.csv")
    choose(dialog, window, dialog.kind, "proposed_point")
    heading = next(iter(dialog.mapping.choices))
    for name in ("name", "note"):
        choose(dialog, window, dialog.mapping.choices[heading], name)
        assert dialog.mapping.choices[heading].currentData() == name
    assert "name" not in dialog.look.seen.mapping
    assert dialog.look.seen.values["note"] == ["大同镇"]
    choose(dialog, window, dialog.mapping.choices[heading], "")
    assert heading not in {one.heading for one in dialog.look.seen.mapping.values()}
    dialog.reject()


def test_flagged_rows_are_listed_with_reasons(window, files):
    dialog = drop(window, files / "shp_trunc_shp.shp")
    choose(dialog, window, dialog.kind, "gacha")
    assert "声明 3 行 = 正常 1 + 有疑问 2" in dialog.counts.text() and dialog.go.text() == "导入 1 行"
    listed = dialog.tabs.widget(2)
    assert listed.rowCount() == 2 and "图形不完整" in listed.item(0, 1).text()
    dialog.reject()


def test_what_was_doubtful_stays_so_when_the_kind_is_changed(window, tmp_path):
    file = tmp_path / "points.csv"
    file.write_text("名称,经度,纬度\n甲,119.7,48.9\n乙,不详,48.9\n", "utf-8")
    dialog = drop(window, file)
    for kind in ("proposed_point", "clinic", "proposed_point"):
        choose(dialog, window, dialog.kind, kind)
        assert [one.row for one in dialog.look.seen.flagged] == [2]
        assert dialog.look.seen.located_by == ("经度", "纬度")
    assert dialog.mapping.view.item(1, 4).text() == text("import_locates")
    dialog.reject()


def test_a_name_that_two_gachas_have_is_asked_and_never_guessed(window, tmp_path):
    file = tmp_path / "herders.csv"
    file.write_text("嘎查,户主\n巴彦乌拉嘎查,甲\n", "utf-8")
    dialog = drop(window, file)
    choose(dialog, window, dialog.kind, "household")
    assert len(dialog.look.seen.flagged) == 1 and dialog.look.seen.rows == ()
    assert dialog.go.text() == text(
        "import_go_waiting", rows="1"
    )  # it can wait to be placed; nothing is guessed
    choice = dialog.tabs.widget(2).cellWidget(0, 2)
    assert choice.count() == 2 and choice.currentIndex() == -1
    code = choice.itemData(1)
    choose(dialog, window, choice, code)
    assert dialog.look.seen.flagged == () and dialog.look.seen.values["gacha_code"] == [code]
    dialog.reject()


def test_an_existing_layer_is_brought_up_to_date_by_key(window, tmp_path):
    gachas = window.session.plan.table("gacha")
    code, other = list(gachas.column("code"))[:2]
    file = tmp_path / "gachas.csv"
    file.write_text(
        f"嘎查代码,嘎查名称\n{code},新名字\n{other},{gachas.row(int(gachas.fids[1]))['name']}\n", "utf-8"
    )
    dialog = drop(window, file)
    choose(dialog, window, dialog.kind, "gacha")
    assert asked(dialog) == ["positions", "existing"] and not dialog.go.isEnabled()
    assert card(dialog, "positions").buttons == {}  # adding would answer both, and double the rows
    assert f"更新 1 移除 {len(gachas) - 2}" in dialog.tabs.tabText(3)
    press(card(dialog, "existing").buttons["update"])
    settle(window)
    assert asked(dialog) == [] and dialog.mode.currentData() == "update"
    assert "更新 1 移除 0" in dialog.tabs.tabText(3)
    press(dialog.go)
    settle(window)
    row = window.session.plan.table("gacha").row(int(gachas.fids[0]))
    assert row["name"] == "新名字" and row["geom"] is not None
    assert len(window.session.plan.table("gacha")) == len(gachas)


def test_a_file_that_comes_back_asks_about_what_was_changed_here_meanwhile(window, tmp_path):
    session, kml = window.session, tmp_path / "patches.kml"
    table = session.plan.table("suspect_patch")
    fid = next(int(fid) for fid in table.fids if table.row(int(fid))["state"] == "issued")
    export_layer(session, "suspect_patch", kml, fids=[fid])
    kml.write_text(kml.read_text("utf-8").replace("已下发", "已核查"), "utf-8")
    session.do(Text("", ""), Changes(rows=(table.update(fid, {"state": "closed"}),)))
    dialog = drop(window, kml)
    choose(dialog, window, dialog.kind, "suspect_patch")
    press(card(dialog, "existing").buttons["update"])
    settle(window)
    assert asked(dialog) == ["clash"] and not dialog.go.isEnabled()
    at = next(at for at in range(dialog.tabs.count()) if "两边都改过 1" in dialog.tabs.tabText(at))
    assert "项目“已销号”、文件“已核查”" in dialog.tabs.widget(at).item(0, 2).text()
    press(card(dialog, "clash").buttons["take"])
    settle(window)
    press(dialog.go)
    settle(window)
    assert session.plan.table("suspect_patch").row(fid)["state"] == "visited"


def test_cancelling_while_it_is_read_leaves_nothing(window, files, monkeypatch, tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    plan = window.session.plan
    data = files / "many.geojson"
    feature = (
        '{"type":"Feature","properties":{"name":"x"},"geometry":{"type":"Point","coordinates":[119.7,48.9]}}'
    )
    data.write_text(f'{{"type":"FeatureCollection","features":[{",".join([feature] * 60_000)}]}}', "utf-8")
    give(window, data)
    (dialog,) = window.findChildren(ImportDialog)
    end = time.monotonic() + 30
    while not list(folder.iterdir()):  # until the child has its folder
        QApplication.processEvents()
        assert time.monotonic() < end
    press(dialog.cancel)
    settle(window)
    while window.jobs.busy:
        QApplication.processEvents()
    assert list(folder.iterdir()) == [] and not dialog.isVisible() and dialog.look is None
    assert window.session.plan is plan and window.session.history() == []


def test_it_speaks_english_and_a_project_that_cannot_be_written_says_so(make_window, project, files):
    set_language("en")
    window = make_window(project)
    window.speak("en")
    dialog = drop(window, files / "shp_gbk_cpg.shp")
    assert dialog.windowTitle() == "Import: shp_gbk_cpg.shp"
    assert all("\u4e00" > sign for label in (dialog.counts, dialog.go) for sign in label.text())
    dialog.reject()
    window.session.store.read_only = "file_read_only"
    window.bus.project_changed.emit()
    settle(window)
    assert not window.commands["import"].isEnabled()
    give(window, files / "kml_ok.kml")
    assert [one for one in window.findChildren(ImportDialog) if one.isVisible()] == []
    notice = window.side.notices.notices[-1]
    assert (notice.level, notice.happened) == ("warn", text("import_not_now"))
