"""What the import dialog says of a foreign file before anything is imported, in the real window."""

from __future__ import annotations

import json

import pytest
import shapely
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget

from app.actions.importing import import_file
from app.dialogs.import_file import ImportDialog
from app.dialogs.import_tables import HEADINGS_SHOWN
from app.messages import text
from layers.geo.crs import LONLAT_EPSG, transform_geometries
from tests.app.dropping import asked, card, choose, drop, press, sums
from tests.app.windows import settle

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


def test_text_read_wrongly_is_read_again_in_the_chosen_encoding(still_window, files):
    window = still_window
    dialog = drop(window, files / "shp_gbk_cpg.shp")
    choose(dialog, window, dialog.encoding, "Big5")
    assert dialog.tabs.widget(1).item(0, 0).text() != "青龙泉村"
    choose(dialog, window, dialog.encoding, "GB18030")
    assert dialog.tabs.widget(1).item(0, 0).text() == "青龙泉村"
    dialog.reject()


def test_a_wrong_number_of_a_system_is_refused_and_what_was_seen_stays(still_window, files):
    window = still_window
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
def test_what_cannot_be_read_gets_a_sentence_and_nothing_changes(still_window, files, name):
    window = still_window
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


def test_layers_of_a_foreign_geopackage_are_offered(still_window, files):
    window = still_window
    dialog = drop(window, files / "gpkg_ok.gpkg")
    assert asked(dialog) == ["layer"] and dialog.layer.count() == 2 and not dialog.go.isEnabled()
    name = dialog.layer.itemData(0)
    press(card(dialog, "layer").buttons[name])
    settle(window)
    assert "layer" not in asked(dialog) and dialog.layer.currentData() == name
    dialog.reject()


def test_a_heading_goes_into_the_column_that_is_chosen_for_it(still_window, files):
    window = still_window
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


def test_flagged_rows_are_listed_with_reasons(still_window, files):
    window = still_window
    dialog = drop(window, files / "shp_trunc_shp.shp")
    choose(dialog, window, dialog.kind, "gacha")
    assert "声明 3 行 = 正常 1 + 有疑问 2" in dialog.counts.text() and dialog.go.text() == "导入 1 行"
    listed = dialog.tabs.widget(2)
    assert listed.rowCount() == 2 and "图形不完整" in listed.item(0, 1).text()
    dialog.reject()


def test_what_was_doubtful_stays_so_when_the_kind_is_changed(still_window, tmp_path):
    window = still_window
    file = tmp_path / "points.csv"
    file.write_text("名称,经度,纬度\n甲,119.7,48.9\n乙,不详,48.9\n", "utf-8")
    dialog = drop(window, file)
    for kind in ("proposed_point", "clinic", "proposed_point"):
        choose(dialog, window, dialog.kind, kind)
        assert [one.row for one in dialog.look.seen.flagged] == [2]
        assert dialog.look.seen.located_by == ("经度", "纬度")
    assert dialog.mapping.view.item(1, 4).text() == text("import_locates")
    dialog.reject()


def test_a_name_that_two_gachas_have_is_asked_and_never_guessed(still_window, tmp_path):
    window = still_window
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


def test_many_shapes_are_compared_by_area_when_asked(still_window, tmp_path, monkeypatch):
    window = still_window
    monkeypatch.setattr("layers.exchange.area_change.UNASKED_SHAPES", 0)
    gachas = window.session.plan.table("gacha")
    shape = transform_geometries(gachas.geometry[:1], window.session.plan.crs.epsg, LONLAT_EPSG)[0]
    part = {"type": "Feature", "properties": {"嘎查代码": gachas.row(int(gachas.fids[0]))["code"]},
            "geometry": shapely.geometry.mapping(shape)}
    file = tmp_path / "嘎查.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [part]}), "utf-8")
    dialog = drop(window, file)
    choose(dialog, window, dialog.kind, "gacha")
    page = dialog.tabs.widget(dialog.tabs.count() - 1)
    assert dialog.tabs.tabText(dialog.tabs.count() - 1) == text("import_tab_areas")
    dialog.tabs.setCurrentWidget(page)
    press(page.go)
    press(page.go)  # begun and stopped: it can be asked again
    settle(window)
    assert page.go.text() == text("import_areas_go") and page.findChildren(QTableWidget) == []
    press(page.go)
    settle(window)
    (table,) = page.findChildren(QTableWidget)
    before, after, gained, lost = (
        float(table.item(0, column).text().split(" / ")[0].replace(",", "")) for column in range(1, 5)
    )
    assert gained == 0 and after > 0 and lost == pytest.approx(before - after, abs=0.2)
    dialog.reject()


def test_of_very_many_headings_the_first_and_those_that_are_taken_are_listed(still_window, tmp_path):
    window = still_window
    file = tmp_path / "宽表.csv"
    others = [f"c{at}" for at in range(HEADINGS_SHOWN + 7)]
    file.write_text(f"{','.join(others)},经度,纬度,名称\n{'x,' * len(others)}120,48,甲\n", "utf-8")
    dialog = drop(window, file)
    choose(dialog, window, dialog.kind, "proposed_point")
    view = dialog.mapping.view
    shown = [view.item(row, 0).text() for row in range(view.rowCount())]
    assert shown[:HEADINGS_SHOWN] == others[:HEADINGS_SHOWN] and "7" in shown[-1]
    assert shown[HEADINGS_SHOWN:-1] == ["经度", "纬度", "名称"]
    assert dialog.mapping.choices["名称"].currentData() == "name"
    dialog.reject()
    said = import_file(window.session, file, dry_run=True, crs="4490", **{"as": "proposed_point"}).lines
    assert max(map(len, said)) < 500 and text("import_unmapped_more", count="77") in said
