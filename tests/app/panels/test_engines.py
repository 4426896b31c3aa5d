"""The planning engines in the window, by real events: form, job, table, kept as a scheme, compared,
adopted."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.dialogs.compare_maps import CompareMapsDialog
from app.dialogs.trace import TraceDialog
from app.panels.models.engines import ENGINES
from app.scheme_views import only_scheme
from app.session import Session
from tests.app.panels.test_numbers_from import check, numbers_of
from tests.app.windows import settle
from tests.layers.planning.conftest import C, at, line, plan_of


def road(code, *points, **more):
    shape = shapely.multilinestrings([line(*points)])
    return {"code": code, "class": "class_iii", "surface": "asphalt", "passable": True, "geom": shape, **more}


@pytest.fixture
def project(tmp_path):
    """Three gachas, the eastern one behind 13 km of gravel."""
    gravel = {"surface": "gravel", "class": "class_iv"}
    homes = [{"code": f"c{n}", "gacha_code": C, "members": 3, "geom": at(25, 5.1)} for n in range(3)]
    plan = plan_of(
        road=[road("main", (1, 5), (5, 5), (12, 5)), road("gravel", (12, 5), (15, 5), (25, 5), **gravel)],
        household=homes, kindergarten=[],
    )  # fmt: skip
    path = tmp_path / "small.gpkg"
    session = Session(author="tester")
    session.create(path, plan)
    session.close()
    return path


def click(window, button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(window)


def open_section(window, name):
    window.bus.show_tab.emit("planning")
    tab = window.side.panels["planning"]
    tab.show_section(name)
    settle(window)
    return tab.sections[name]


def test_roads_are_planned_kept_as_a_scheme_and_taken_back(window):
    panel = open_section(window, "roads")
    for year, box in panel.fields["years"].boxes.items():
        box.setValue(1400 if year in (2022, 2023) else box.minimum())
    click(window, panel.compute_button)
    assert [(row.project.code, row.project.year) for row in panel.model.lines] == [
        ("sumu_class3-01", 2022), ("sumu_class3-02", 2023)]
    assert panel.tiles[1].number.text() == "1,690" and panel.chart.bars[0].name == "2022"
    theme = window.gap_theme
    shown = sum(trace.geometry.length for trace in theme.traces)
    found = sum(row.project.line.length for row in panel.model.lines)
    assert theme.id == "engine_roads" and shown == pytest.approx(found), "on the map before it is kept"
    QTest.mouseClick(panel.on_map, Qt.MouseButton.LeftButton)
    assert window.gap_theme is None
    for ask, words, value in [*numbers_of(panel), *((bar.ask, "", bar.value) for bar in panel.chart.bars)]:
        check(window.session, panel, ask, words, value)
    panel.chart.setFocus()
    QTest.keyClick(panel.chart, Qt.Key.Key_Down)
    QTest.keyClick(panel.chart, Qt.Key.Key_Return)
    settle(window)
    (card,) = window.findChildren(TraceDialog)
    assert card.ask.key == "engine/roads/@2022/km/now" and card.trace.low == panel.chart.bars[0].value
    card.close()
    panel.name.setText("路一")
    click(window, panel.keep_button)
    table = window.session.plan.table("proposed_line")
    assert sorted(table.row(fid)["code"] for fid in table.fids.tolist()) == [
        "路一-sumu_class3-01", "路一-sumu_class3-02"]
    assert window.layers.is_visible("proposed_line") and not panel.stale
    window.run_command("undo", False)
    settle(window)
    assert not len(window.session.plan.tables.get("proposed_line", ()))


def test_a_refusal_stands_in_the_panel(window):
    panel = open_section(window, "sites")
    panel.fields["kind"].box.setCurrentIndex(panel.fields["kind"].box.findData("kindergarten"))
    panel.fields["objective"].box.setCurrentIndex(panel.fields["objective"].box.findData("median"))
    panel.fields["number"].box.setValue(1)
    panel.fields["capacity"].box.setValue(2)
    click(window, panel.compute_button)
    assert panel.result is None and panel.notice.isVisible() and panel.notice.level == "bad"
    panel.fields["capacity"].box.setValue(panel.fields["capacity"].box.minimum())
    click(window, panel.compute_button)
    assert [row.candidate.code for row in panel.model.lines] and not panel.notice.isVisible()
    for ask, words, value in [*numbers_of(panel), *((bar.ask, "", bar.value) for bar in panel.chart.bars)]:
        check(window.session, panel, ask, words, value)
    assert window.gap_theme.traces[-1].geometry.geoms[0].equals(panel.model.lines[0].candidate.point)


def test_schemes_are_ticked_compared_and_adopted(window):
    for name in ("甲", "乙"):
        panel = open_section(window, "sites")
        panel.fields["kind"].box.setCurrentIndex(panel.fields["kind"].box.findData("kindergarten"))
        panel.fields["number"].box.setValue(1 if name == "甲" else 2)
        panel.fields["reach"].box.setValue(3)
        click(window, panel.compute_button)
        panel.name.setText(name)
        click(window, panel.keep_button)
    schemes = open_section(window, "schemes")
    for at_row in range(schemes.list.count()):
        schemes.list.item(at_row).setCheckState(Qt.CheckState.Checked)
    settle(window)
    assert schemes.ticked() == ("乙", "甲")
    assert [row.differs for row in schemes.model.lines if row.key == "works"] == [False]
    dialog = CompareMapsDialog(
        window, window.session.plan, schemes.ticked(), window.map.settings, window.map.view
    )
    dialog.show()
    first, second = dialog.maps
    first.zoom_by(2.0)
    assert second.view.scale == first.view.scale and second.view.center == first.view.center
    kept = [
        {table.row(fid)["scheme"] for fid in table.fids.tolist()}
        for one in schemes.ticked()
        for table in [only_scheme(window.session.plan, one).table("proposed_point")]
    ]
    assert kept == [{"乙"}, {"甲"}]
    dialog.close()
    schemes.list.setCurrentRow(0)
    click(window, schemes.adopt_button)
    assert dict(window.session.plan.documents["adopted"]) == {"works": "乙"}


def test_every_field_and_column_has_its_words_in_both_languages():
    from app.messages import set_language, text

    for language in ("zh", "en"):
        set_language(language)
        for engine in ENGINES.values():
            keys = [f"planning_{engine.id}", f"engine_run_{engine.id}", f"engine_job_{engine.id}"]
            keys += [key for field in engine.fields for key in (field.key, f"{field.key}_tip")]
            keys += [key for column in engine.columns for key in (column.key, f"{column.key}_tip")]
            keys += [field.unit for field in engine.fields if field.unit]
            assert [key for key in keys if text(key) == key] == []
