"""The gap panel: the engine's numbers, a dash for what is unknown, linked with the map."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app import theme
from app.actions.editing import edit
from app.messages import set_language
from app.panels.gaps import GapsPanel
from app.panels.rows import BAR_ROLE, CHIP_ROLE, GLYPH_ROLE
from layers.planning.gaps import gaps
from tests.app.panels.conftest import A, B, C, small_plan

SHOWN = Qt.ItemDataRole.DisplayRole


def ready(qtbot, panel) -> None:
    qtbot.waitUntil(lambda: panel.results.board is not None and not panel.results.running, timeout=60_000)


def cells(panel, code: str, role=SHOWN) -> dict[str, object]:
    model = panel.table.model
    row = model.line_of(code)
    return {column.id: model.index(row, at).data(role) for at, column in enumerate(model.columns)}


def click_row(panel, code: str, *, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    view, model = panel.table.view, panel.table.model
    index = model.index(model.line_of(code), 0)
    view.scrollTo(index)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, view.visualRect(index).center())


def test_small_banner_shows_what_was_counted_by_hand(bench, qtbot):
    made = bench(small_plan())
    panel = made.show(GapsPanel)
    ready(qtbot, panel)
    assert panel.services.current() == "toilets"
    assert cells(panel, A) == {"name": "甲（东）", "households": "3", "have": "1", "unknown": "1", "gap": "1",
                               "share": "33%"}  # fmt: skip
    assert cells(panel, B)["gap"] == "2"
    unknown = cells(panel, C)
    assert (unknown["have"], unknown["gap"], unknown["share"]) == ("—", "—", "未知")
    assert cells(panel, C, GLYPH_ROLE)["gap"] == "circle-help"
    assert cells(panel, B, BAR_ROLE)["gap"][0] == 1.0 and cells(panel, A, BAR_ROLE)["gap"][0] == 0.5
    assert [panel.table.model.total(at) for at in range(6)] == ["3 个 · 合计", "9", "1", "5", "3", "60%"]
    assert [tile.number.text() for tile in panel.tiles] == ["3", "1", "1"]
    assert "未定普及率" in panel.notice.happened and "不判达标" in panel.notice.advice
    assert "7.3" in panel.provenance.words.text()
    assert panel.table.model.lines[-1].unit_code == C, "what is not known comes last"


def test_sample_table_equals_the_engine_service_by_service(bench, qtbot):
    made = bench(sample=True)
    panel = made.show(GapsPanel)
    ready(qtbot, panel)
    engine = gaps(made.session.plan, made.session.policy)
    assert len(engine.of_service("toilets")) == 44
    for service in engine.services:
        panel.show_service(service)
        rows = panel.table.model.rows
        assert sorted(
            (row.unit_code, row.have, row.need, row.gap, row.unknown, row.status) for row in rows
        ) == sorted(
            (row.unit_code, row.have, row.need, row.gap, row.unknown, row.status)
            for row in engine.of_service(service)
        )
        shown = panel.map_theme
        if rows:
            assert set(shown.of_unit) == {row.unit_code for row in rows}
    panel.show_service("toilets")
    model = panel.table.model
    total = model.total([column.id for column in model.columns].index("gap"))
    assert total == f"{sum(row.gap for row in engine.of_service('toilets') if row.gap is not None):,}"
    assert panel.map_theme.columns is not None and panel.map_theme.columns.labels == (
        "2022",
        "2023",
        "2024",
        "2025",
    )
    panel.show_service("clinics")
    ways = {str(one.value) for one in panel.map_theme.classes}
    assert {"own", "shared", "mobile", "rounds", "blank"} <= ways
    blank = next(row for row in model.rows if row.status == "short")
    assert cells(panel, blank.unit_code, CHIP_ROLE)["way"] == "blank"
    assert all(one.symbol.marker is not None for one in panel.map_theme.classes if one.value != "unknown")


def test_a_row_is_selected_on_the_map_and_back(bench, qtbot):
    made = bench(small_plan())
    panel = made.show(GapsPanel)
    ready(qtbot, panel)
    click_row(panel, B)
    assert (made.session.selection.kind, made.session.selection.fids) == ("gacha", frozenset({2}))
    assert made.asked["flash_feature"] == [("gacha", 2)]
    assert panel.why.isVisible() and panel.why.text().startswith("乙嘎查：")
    made.session.select("gacha", [3])
    assert [row.unit_code for row in panel.table.selected_rows()] == [C]
    assert len(made.asked["flash_feature"]) == 1, "what the map chose is not sent back to it"
    made.session.select("household", [1])
    assert panel.table.selected_rows() == []
    click_row(panel, A)
    click_row(panel, C, modifier=Qt.KeyboardModifier.ControlModifier)
    assert made.session.selection.fids == {1, 3}
    click_row(panel, B)
    index = panel.table.model.index(panel.table.model.line_of(B), 0)
    QTest.mouseDClick(panel.table.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                      panel.table.view.visualRect(index).center())  # fmt: skip
    assert made.asked["zoom_to_features"][-1] == ("gacha", frozenset({2}))


@pytest.mark.parametrize("palette", ["light", "projector"])
def test_no_column_is_cut_where_the_panel_is_narrow(bench, qtbot, palette):
    theme.set_palette(palette)
    made = bench(small_plan())
    panel = made.show(GapsPanel)
    ready(qtbot, panel)
    head, columns = panel.table.view.head, [column.id for column in panel.table.model.columns]
    panel.resize(round(352 * (1.15 if palette == "projector" else 1)), 700)
    qtbot.waitUntil(lambda: head.isSectionHidden(columns.index("have")))
    assert head.length() <= panel.table.view.viewport().width()
    assert not any(head.isSectionHidden(columns.index(one)) for one in ("name", "gap", "share"))
    panel.resize(900, 700)
    qtbot.waitUntil(lambda: not any(head.isSectionHidden(at) for at in range(len(columns))))


def test_filter_sort_and_groups(bench, qtbot):
    made = bench(small_plan())
    panel = made.show(GapsPanel)
    ready(qtbot, panel)
    model = panel.table.model
    panel.filter.setFocus()
    QTest.keyClicks(panel.filter, "ygc")  # the initials of 乙嘎查
    assert [row.unit_code for row in model.rows] == [B]
    assert model.total(0).startswith("1 ")
    QTest.keyClicks(panel.filter, "zz")
    assert panel.table.no_hit.isVisible() and "ygczz" in panel.table.no_hit.missing.text()
    QTest.mouseClick(panel.table.no_hit.action, Qt.MouseButton.LeftButton)
    assert panel.filter.text() == "" and len(model.rows) == 3
    head = panel.table.view.head
    at = [column.id for column in model.columns].index("households")
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                     QPoint(head.sectionViewportPosition(at) + 10, 10))  # fmt: skip
    assert [line.unit_code for line in model.lines] == [C, A, B]
    assert head.sorted_column == at and head.sorted_down
    QTest.mouseClick(panel.grouped, Qt.MouseButton.LeftButton)
    assert [getattr(line, "name", None) or line.unit_code for line in model.lines] == [
        "东苏木",
        A,
        B,
        "西苏木",
        C,
    ]
    gap = [column.id for column in model.columns].index("gap")
    assert model.index(0, gap).data(SHOWN) == "3"


def test_an_edit_that_matters_makes_it_compute_again_and_one_that_does_not_leaves_it(bench, qtbot):
    made = bench(small_plan())
    panel = made.show(GapsPanel)
    ready(qtbot, panel)
    before = panel.results.board
    edit(made.session, "grazing_zone", 1, {"name": "别的"})
    assert not panel.results.stale and panel.results.board is before
    edit(made.session, "toilet", 3, {"state": "accepted"})
    assert panel.results.stale and "旧结果" in panel.notice.happened
    QTest.mouseClick(panel.notice.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.results.board is not before and not panel.results.running, timeout=30_000)
    assert cells(panel, B)["gap"] == "1" and not panel.results.stale


def test_year_is_chosen_here_and_elsewhere(bench, qtbot):
    made = bench(small_plan())
    panel = made.show(GapsPanel)
    ready(qtbot, panel)
    made.bus.year_changed.emit(2022)
    qtbot.waitUntil(lambda: panel.results.board.year == 2022 and not panel.results.running, timeout=30_000)
    assert panel.year.currentData() == 2022
    assert cells(panel, A)["have"] == "0", "accepted in 2023, so not had at the end of 2022"
    heard = []
    made.bus.year_changed.connect(heard.append)
    panel.year.setFocus()
    QTest.keyClick(panel.year, Qt.Key.Key_Down)
    assert heard == [2023]
    qtbot.waitUntil(lambda: panel.results.board.year == 2023 and not panel.results.running, timeout=30_000)
    assert cells(panel, A)["have"] == "1"


def test_absent_layer_is_said_and_no_project_offers_the_sample(bench, qtbot):
    made = bench(small_plan())
    panel = made.show(GapsPanel)
    ready(qtbot, panel)
    panel.show_service("clinics")
    assert panel.notice.level == "warn" and "嘎查卫生室" in panel.notice.happened
    assert cells(panel, A, CHIP_ROLE)["way"] == "unknown"
    made.session.close()
    assert panel.nothing.isVisible()
    QTest.mouseClick(panel.nothing.action, Qt.MouseButton.LeftButton)
    assert made.asked["run_command"] == [("new_sample",)]


def test_chart_shows_the_longest_and_a_click_on_a_bar_selects(bench, qtbot):
    made = bench(small_plan())
    panel = made.show(GapsPanel)
    ready(qtbot, panel)
    QTest.mouseClick(panel.charted, Qt.MouseButton.LeftButton)
    chart = panel.table.chart
    assert [(bar.key, bar.words) for bar in chart.bars] == [(B, "2"), (A, "1"), (C, "—")]
    qtbot.wait(50)
    y = round(chart.row_y(B))
    QTest.mouseClick(
        chart.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(180, y)
    )
    qtbot.waitUntil(lambda: made.session.selection.fids == {2}, timeout=3_000)
    asked = []
    made.bus.trace_asked.connect(lambda *what: asked.append(what))
    QTest.keyClick(chart, Qt.Key.Key_Down)
    assert made.session.selection.fids == {1} and asked == []
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert asked == [("gap", "toilets", A)]
    number = QPoint(chart.width() - 8, round(chart.row_y(B)))  # the longest bar: its number is at the edge
    QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, number)
    assert asked[1:] == [("gap", "toilets", B)]


def test_map_theme_goes_with_its_button_and_the_words_with_the_language(bench, qtbot):
    made = bench(small_plan())
    panel = made.show(GapsPanel)
    ready(qtbot, panel)
    assert made.asked["gap_theme"][-1][0].id == "toilets"
    QTest.mouseClick(panel.on_map, Qt.MouseButton.LeftButton)
    assert made.asked["gap_theme"][-1] == (None,)
    set_language("en")
    made.bus.language_changed.emit()
    assert panel.services.button("toilets").text() == "Sanitary toilets"
    assert "Counted only" in panel.notice.advice
    QTest.mouseClick(panel.export, Qt.MouseButton.LeftButton)
    assert made.asked["run_command"] == [("export_gaps",)]


def test_arrows_walk_along_the_services_whose_words_are_never_cut(bench, qtbot):
    made = bench(small_plan())
    panel = made.show(GapsPanel, 352, 620)
    ready(qtbot, panel)
    services, ids = panel.services, [one.id for one, _ in made.session.catalogue.services()]
    services.button("toilets").setFocus()
    QTest.keyClick(services.button("toilets"), Qt.Key.Key_Right)
    assert services.current() == "clinics"
    assert [at for row in services.rows for at in row] == list(range(len(ids))) and len(services.rows) > 1
    for one in ids:
        box = services.button(one).geometry()
        assert services.rect().contains(box) and box.width() >= services.button(one).sizeHint().width()
    QTest.keyClick(services.button("clinics"), Qt.Key.Key_Down)
    assert ids.index(services.current()) in services.rows[1]
    assert services.button(services.current()).hasFocus()
    QTest.keyClick(services.button(services.current()), Qt.Key.Key_Up)
    assert services.current() == "clinics"
