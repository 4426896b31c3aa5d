"""The planning panel: proposals under headings with ellipsoidal sums; an empty state where there are none."""

from __future__ import annotations

import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.actions.editing import edit
from app.panels.models.proposals import Heading, Proposal
from app.panels.planning import PlanningPanel
from layers.geo.measure import areas_m2, lengths_m
from tests.app.panels.conftest import EAST, NORTH, at, box, small_plan

LEFT = Qt.MouseButton.LeftButton
LINE = shapely.LineString([(EAST, NORTH), (EAST + 12_300, NORTH)])
PROPOSED = {
    "proposed_line": [
        {"code": "L1", "name": "甲路", "scheme": "方案一", "year": 2023, "status": "idea", "geom": LINE}
    ],
    "proposed_area": [
        {
            "code": "A1",
            "name": "甲地",
            "scheme": "方案一",
            "year": 2024,
            "status": "done",
            "geom": box(0, 0, 1, 1),
        },
        {"code": "A2", "name": "乙地", "scheme": None, "status": "idea", "geom": box(2, 0, 3, 1)},
    ],
    "proposed_point": [{"code": "P1", "name": "点", "scheme": "方案二", "year": 2023, "geom": at(5, 5)}],
}


def test_lists_by_scheme_with_sums_on_the_ellipsoid(bench, qtbot):
    made = bench(small_plan(**PROPOSED))
    panel = made.show(PlanningPanel)
    headings = [
        (line.words, len(line.proposals)) for line in panel.model.lines if isinstance(line, Heading)
    ]
    assert headings == [("方案一", 2), ("方案二", 1), ("未归方案", 1)]
    km = float(lengths_m([LINE], 4549)[0]) / 1000
    ha = float(areas_m2([box(0, 0, 1, 1), box(2, 0, 3, 1)], 4549).sum()) / 10_000
    assert [tile.number.text() for tile in panel.tiles] == ["4", f"{km:,.1f}", f"{ha:,.1f}"]
    assert panel.model.total(3) == f"{km:,.1f} km · {ha:,.1f} 公顷"
    QTest.mouseClick(panel.by.button("year"), LEFT)
    headings = [line.words for line in panel.model.lines if isinstance(line, Heading)]
    assert headings == ["2023", "2024", "未定年度"]
    panel.scheme.setCurrentIndex(panel.scheme.findData("方案二"))
    panel.scheme.activated.emit(panel.scheme.currentIndex())
    assert [line.name for line in panel.model.lines if isinstance(line, Proposal)] == ["点"]
    panel.filter.setText("no")
    assert panel.no_hit.isVisible()
    QTest.mouseClick(panel.no_hit.action, LEFT)
    assert sum(isinstance(line, Proposal) for line in panel.model.lines) == 4


def test_a_click_selects_and_zooms_and_the_map_selects_the_row(bench, qtbot):
    made = bench(small_plan(**PROPOSED))
    panel = made.show(PlanningPanel)
    row = next(
        n for n, line in enumerate(panel.model.lines) if isinstance(line, Proposal) and line.code == "L1"
    )
    where = panel.table.visualRect(panel.model.index(row, 0)).center()
    QTest.mouseClick(panel.table.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, where)
    assert (made.session.selection.kind, made.session.selection.fids) == ("proposed_line", frozenset({1}))
    assert made.asked["zoom_to_features"] == [("proposed_line", frozenset({1}))]
    made.session.select("proposed_area", [2])
    assert [one.code for one in panel._picked()] == ["A2"]
    edit(made.session, "proposed_line", 1, {"scheme": "方案二"})
    assert [(line.words, len(line.proposals)) for line in panel.model.lines if isinstance(line, Heading)] == [
        ("方案一", 1), ("方案二", 2), ("未归方案", 1)]  # fmt: skip


def test_nothing_proposed_is_said(bench, qtbot):
    made = bench(small_plan())
    panel = made.show(PlanningPanel)
    assert panel.nothing.isVisible() and "还没有拟建项目" in panel.nothing.missing.text()
    assert not panel.nothing.action.isVisible()
