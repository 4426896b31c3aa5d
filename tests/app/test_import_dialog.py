"""Foreign files dropped on the real window: what is said, asked and imported."""

from __future__ import annotations

import tempfile
import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.actions.exporting import export_layer
from app.actions.import_look import BY_NAME
from app.dialogs.import_file import ImportDialog
from app.messages import set_language, text
from layers.catalogue.text import Text
from layers.plan.changes import Changes
from tests.app.dropping import asked, card, choose, drop, give, press, sums
from tests.app.windows import settle


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


def test_packed_angles_are_asked_and_rows_placed_by_name_are_on_the_map(window, tmp_path):
    file = tmp_path / "angles.csv"
    file.write_text("名称,经度,纬度\nA,119.4530,48.5412\nB,119.5015,49.0158\n", "utf-8")
    dialog = drop(window, file)
    choose(dialog, window, dialog.kind, "clinic")
    assert asked(dialog) == ["packed"] and not dialog.go.isEnabled()
    assert dialog.map.inside("EPSG:4490") and dialog.map.inside("EPSG:4490:dms")
    press(card(dialog, "packed").buttons["EPSG:4490:dms"])
    settle(window)
    assert asked(dialog) == [] and dialog.look.seen.crs.choice.packed and dialog.go.isEnabled()
    dialog.reject()
    name = window.session.plan.table("gacha").row(1)["name"]
    file.write_text(f"名称,嘎查\n甲,{name}\n", "utf-8")
    dialog = drop(window, file)
    choose(dialog, window, dialog.kind, "clinic")
    assert dialog.map.isVisible() and dialog.map.inside(BY_NAME) and not dialog.systems.isVisible()
    dialog.reject()
