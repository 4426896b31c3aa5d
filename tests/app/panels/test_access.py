"""Access in the window: the table by gacha, isochrones, the way from a click, cut-off parts, stale
answers."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import Qt

from app.actions.access_units import Grouping
from app.panels.access import AccessPanel
from app.panels.checks import ChecksPanel
from tests.app.panels.conftest import EAST, NORTH, A, B, C, at, small_plan


def road(code, *places, **more):
    line = [(EAST + 1000 * x, NORTH + 1000 * y) for x, y in places]
    return {
        "code": code,
        "class": "class_iv",
        "surface": "asphalt",
        "geom": shapely.MultiLineString([line]),
        **more,
    }


GROUND = {
    "seat": [
        {"code": "S1", "level": "gacha", "unit_code": A, "geom": at(2, 5)},
        {"code": "S2", "level": "gacha", "unit_code": B, "geom": at(12, 5)},
    ],
    "clinic": [{"code": "K1", "name": "乙卫生室", "operating": True, "geom": at(12, 5)}],
    "road": [road("R1", (2, 5), (12, 5)), road("R2", (25, 5), (27, 5))],
}


@pytest.fixture
def panel(bench, qtbot):
    made = bench(small_plan(**GROUND))
    shown = made.show(AccessPanel)
    shown.made = made
    qtbot.waitUntil(lambda: shown.shown is not None)
    return shown


def theme(panel):
    return panel.made.asked["gap_theme"][-1][0]


def test_the_table_the_map_and_the_way_say_the_same(panel, qtbot):
    assert panel.to.currentData() == "clinic" and panel.origin.currentData() == "seats"
    assert [row.code for row in panel.model.lines] == [A, B, C]  # the farthest first, without a seat last
    assert panel.model.lines[0].mean == pytest.approx(20)
    said = theme(panel)
    assert [said.classes[said.of_unit[code]].value for code in (A, B, C)] == ["band1", "band0", "unknown"]
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    panel.table.selectRow(0)
    assert panel.made.session.selection.kind == "gacha" and "乙卫生室 20" in panel.why.text()
    (trace,) = theme(panel).traces
    assert trace.geometry.length == pytest.approx(10_000)
    panel.made.bus.place_picked.emit(EAST + 7000, NORTH + 5000)
    assert panel.route.minutes == pytest.approx(10) and theme(panel).traces[
        0
    ].geometry.length == pytest.approx(5000)


def test_isochrones_and_cut_off_parts_are_drawn(panel, qtbot):
    qtbot.mouseClick(panel.views.button("isochrones"), Qt.MouseButton.LeftButton)
    said = theme(panel)
    assert [at for at, _ in said.areas] == [2, 1, 0] and said.areas[0][1].area > said.areas[2][1].area > 0
    qtbot.mouseClick(panel.views.button("parts"), Qt.MouseButton.LeftButton)
    assert [round(part.km) for part in panel.model.lines] == [10, 2] and panel.notice.isVisible()
    (trace,) = theme(panel).traces
    assert trace.geometry.length == pytest.approx(2000)
    panel.on_map.setChecked(False)
    assert theme(panel) is None


CAMPS = [  # A: 2 in winter, 20 in summer; B: 20 and 10; C: none in winter, 10 in summer
    {"code": f"{gacha}{season}{one}", "gacha_code": gacha, "season": season, "geom": at(east, 5)}
    for gacha, east, counts in ((A, 5, (2, 20)), (B, 15, (20, 10)), (C, 25, (0, 10)))
    for season, count in zip(("winter", "summer"), counts, strict=True)
    for one in range(count)
]


def test_camps_by_season_and_by_sumu(bench, qtbot):
    """The table, the tiles and the map follow the season; the gachas of a sumu take its class."""
    made = bench(small_plan(**GROUND, camp=CAMPS))
    panel = made.show(AccessPanel)
    panel.made = made
    qtbot.waitUntil(lambda: panel.shown is not None)
    assert not panel.season.isVisible()
    panel.origin.setCurrentIndex(panel.origin.findData("camps"))
    panel.origin.activated.emit(panel.origin.currentIndex())
    qtbot.waitUntil(lambda: not panel.running)
    assert panel.season.isVisible() and panel.season.count() == 3
    assert {row.code: row.places for row in panel.model.lines} == {A: 22, B: 30, C: 10}
    qtbot.keyClick(panel.season, Qt.Key.Key_End)
    panel.season.activated.emit(panel.season.currentIndex())
    assert {row.code: row.places for row in panel.model.lines} == {A: 2, B: 20, C: 0}
    qtbot.mouseClick(panel.views.button("sumu"), Qt.MouseButton.LeftButton)
    assert [(row.name, row.places) for row in panel.model.lines] == [("东苏木", 22), ("西苏木", 0)]
    assert panel.grouping() == Grouping(True, "winter")
    assert theme(panel).subtitle.zh == "从冬营地出发，各苏木平均"
    said = theme(panel).of_unit
    assert said[A] == said[B] != said[C]
    panel.table.selectRow(0)
    assert made.session.selection.kind == "sumu"


def test_an_answer_that_no_longer_holds_says_so(panel, qtbot):
    from app.actions.editing import edit

    edit(panel.made.session, "clinic", 1, {"operating": 0})
    assert panel.stale and panel.notice.isVisible()
    panel.compute()
    qtbot.waitUntil(lambda: not panel.running and not panel.stale)
    assert panel.model.lines[0].cut_off == 1
    panel.made.bus.year_changed.emit(2024)
    assert panel.stale
    panel.origin.setCurrentIndex(1)
    panel.origin.activated.emit(1)
    qtbot.waitUntil(lambda: not panel.running)
    assert panel.shown.result.origins.what == "households" and not panel.stale


def test_a_click_keeps_the_part_that_is_looked_at(bench, qtbot):
    made = bench(small_plan(**GROUND))
    checks = made.show(ChecksPanel)
    checks.show_part("access")
    qtbot.waitUntil(lambda: checks.access.shown is not None)
    made.bus.place_picked.emit(EAST + 2000, NORTH + 5000)
    assert checks.parts.current() == "access" and checks.access.route is not None
    checks.show_part("data")
    made.bus.place_picked.emit(EAST + 2000, NORTH + 5000)
    assert checks.parts.current() == "place"
