"""Planning toilets in the grid on the sample: cells dragged and typed, locks, schemes, clashes, the map's
symbols."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.actions.editing import edit
from app.messages import set_language
from app.panels import toilet_desk
from app.panels.models.toilet_draft import wish_of
from app.panels.planning_tab import PlanningTab
from app.panels.toilet_plan import ToiletPlanPanel
from layers.planning.gaps import gaps
from layers.planning.schemes import adopted_scheme, read_scheme
from layers.planning.toilets import allocate
from tests.app.panels.conftest import small_plan

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHOWN = Qt.ItemDataRole.DisplayRole
QUOTAS = {2022: 946, 2023: 642, 2024: 642, 2025: 963}


@pytest.fixture
def made(bench):
    return bench(sample=True)


@pytest.fixture
def panel(made, qtbot, monkeypatch):
    # A slow machine would solve in the background; these tests are about what is answered at once.
    monkeypatch.setattr(toilet_desk, "QUICK_S", 1e9)
    shown = made.show(ToiletPlanPanel, height=820)
    ready(qtbot, shown)
    return shown


def ready(qtbot, panel) -> None:
    qtbot.waitUntil(lambda: panel.desk.allocation is not None and not panel.jobs.running, timeout=60_000)


def cell(panel, code: str, year: int) -> int:
    return panel.desk.allocation.by_gacha()[code][year]


def drag(panel, code: str, year: int, steps: int, *, release: bool = True) -> None:
    """Drag a cell up (more) or down with the mouse, as many numbers as `steps`."""
    view = panel.grid.years
    at = panel.grid.cell_middle(code, year) + QPoint(8, 0)
    QTest.mousePress(view.viewport(), LEFT, NONE, at)
    for part in (1, 2, 3):
        QTest.mouseMove(view.viewport(), at - QPoint(0, round(steps * 4 * part / 3)))
    if release:
        QTest.mouseRelease(view.viewport(), LEFT, NONE, at - QPoint(0, steps * 4))


def exact(panel) -> bool:
    """Whether sums are the quotas, no gacha gets more than it needs, and the locks hold."""
    allocation = panel.desk.allocation
    return (
        dict(allocation.total_by_year) == panel.desk.wish.quotas
        and bool((allocation.cells >= 0).all())
        and all(share.total <= (share.need or 0) for share in allocation.shares)
        and all(cell(panel, *key) == number for key, number in panel.desk.wish.locks.items())
    )


def type_name(panel, name: str) -> None:
    panel.schemes.field.insert(name)  # as an input method does, in the place of what is selected
    QTest.keyClick(panel.schemes.field, Qt.Key.Key_Return)


def keep_as(panel, name: str) -> None:
    QTest.mouseClick(panel.keep, LEFT)
    type_name(panel, name)


def test_the_grid_shows_the_plans_quotas_on_gachas_with_need_and_what_remains(made, panel):
    engine = allocate(made.session.plan, made.session.policy)
    assert np.array_equal(panel.desk.allocation.cells, engine.cells)
    model = panel.grid.model
    assert [model.headerData(at, Qt.Orientation.Horizontal, SHOWN) for at in range(model.columnCount())] == [
        "嘎查",
        "2022",
        "2023",
        "2024",
        "2025",
        "权重",
        "合计",
        "尚余",
    ]
    assert [model.total(at) for at in (1, 2, 3, 4, 6)] == ["946", "642", "642", "963", "3,193"]
    share = engine.shares[0]
    row = model.line_of(share.gacha_code)
    assert model.index(row, 6).data(SHOWN) == f"{share.total}/{share.need}"
    assert model.index(row, 7).data(SHOWN) == str(share.need - share.total)
    unknown = next(share for share in engine.shares if share.need is None)
    row = model.line_of(unknown.gacha_code)
    assert [model.index(row, at).data(SHOWN) for at in (1, 6, 7)] == ["—", "—", "—"], "unknown is not zero"
    assert {year: field.text() for year, field in panel.grid.quotas.fields.items()} == {
        year: str(number) for year, number in QUOTAS.items()
    }
    least, banner, spread = (tile.number.text() for tile in panel.tiles)
    assert (least, banner, spread) == tuple(
        f"{100 * share:.1f}" for share in (engine.after.least, engine.after.banner, engine.after.spread)
    )
    assert f"{engine.before.least:.1%}" in panel.tiles[0].toolTip()
    assert made.session.history() == [], "looking keeps nothing"


def test_dragging_a_cell_locks_it_and_solves_the_rest_at_once(made, panel):
    code = panel.desk.allocation.codes[3]
    before, others = cell(panel, code, 2023), panel.desk.allocation.cells.copy()
    drag(panel, code, 2023, 6, release=False)
    assert cell(panel, code, 2023) == before + 6 and exact(panel), "while the mouse is still down"
    drag(panel, code, 2023, 0)
    assert panel.desk.wish.locks == {(code, 2023): before + 6}
    assert (panel.desk.allocation.cells != others).sum() > 1
    engine = allocate(made.session.plan, made.session.policy, locks={(code, 2023): before + 6})
    assert np.array_equal(panel.desk.allocation.cells, engine.cells)
    index = panel.grid.index(code, 2023)
    assert index.data(SHOWN) == str(before + 6) and panel.locked.isVisible() and "1" in panel.locked.text()
    drag(panel, code, 2023, -200)
    assert panel.desk.wish.locks == {(code, 2023): 0} and exact(panel)
    drag(panel, panel.desk.allocation.codes[0], 2025, -3)
    assert len(panel.desk.wish.locks) == 2 and cell(panel, code, 2023) == 0, (
        "a lock is kept while others move"
    )
    QTest.mouseClick(panel.locked, LEFT)
    assert panel.desk.wish.locks == {} and np.array_equal(panel.desk.allocation.cells, others)


def test_a_cell_is_locked_by_its_glyph_and_by_key_and_typed_into(panel, qtbot):
    view, code = panel.grid.years, panel.desk.allocation.codes[0]
    number = cell(panel, code, 2022)
    spot = QPoint(
        view.visualRect(panel.grid.index(code, 2022)).left() + 6, panel.grid.cell_middle(code, 2022).y()
    )
    QTest.mouseClick(view.viewport(), LEFT, NONE, spot)
    assert panel.desk.wish.locks == {(code, 2022): number}
    QTest.mouseClick(view.viewport(), LEFT, NONE, spot)
    assert panel.desk.wish.locks == {}
    view.setFocus()
    view.setCurrentIndex(panel.grid.index(code, 2023))
    QTest.keyClick(view, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert list(panel.desk.wish.locks) == [(code, 2023)]
    QTest.keyClicks(view, "7")
    field = view.viewport().findChild(QLineEdit)
    assert field is not None and field.hasFocus()
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not view.viewport().findChildren(QLineEdit), timeout=5_000)
    assert panel.desk.wish.locks[code, 2023] == 7 == cell(panel, code, 2023) and exact(panel)
    view.setCurrentIndex(panel.grid.index(code, 2023))
    QTest.keyClicks(view, "+")
    assert panel.desk.wish.locks[code, 2023] == 8
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert panel.desk.wish.locks == {}


def test_what_cannot_be_names_the_limits_and_leaves_the_last_good_numbers(panel):
    share = next(one for one in panel.desk.allocation.shares if one.need)
    code, good = share.gacha_code, panel.desk.allocation.cells.copy()
    panel.model.wished.emit(code, 2022, share.need + 5)
    assert panel.notice.level == "bad" and str(share.need) in panel.notice.advice
    assert share.gacha_name in panel.notice.advice and str(share.need + 5) in panel.notice.advice
    assert np.array_equal(panel.desk.allocation.cells, good) and panel.desk.wish.locks == {}
    drag(panel, code, 2022, share.need + 100, release=False)
    assert cell(panel, code, 2022) <= share.need and exact(panel) and panel.notice.level == "bad"
    view = panel.grid.years
    QTest.mouseRelease(view.viewport(), LEFT, NONE, QPoint(100, 2))
    assert panel.grid.index(code, 2022).data(SHOWN) == str(cell(panel, code, 2022)), "the wish is gone"
    drag(panel, code, 2022, -4)
    assert not panel.notice.isVisible() and exact(panel)


def test_quotas_and_weights_are_changed_and_the_plans_own_come_back(panel):
    field = panel.grid.quotas.fields[2023]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "700")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert panel.desk.wish.quotas[2023] == 700 and exact(panel)
    assert "2023" in panel.notice.happened and "642" in panel.notice.happened
    QTest.mouseClick(panel.notice.action, LEFT)
    assert panel.desk.wish.quotas == QUOTAS and panel.grid.quotas.fields[2023].text() == "642"
    code = next(
        share.gacha_code for share in panel.desk.allocation.shares if share.need and share.limit == "order"
    )
    before = sum(panel.desk.allocation.by_gacha()[code].values())
    row, column = panel.model.line_of(code), 5
    assert panel.model.setData(panel.model.index(row, column), "1.5")
    assert panel.desk.wish.weights == {code: Fraction(3, 2)} and exact(panel)
    assert sum(panel.desk.allocation.by_gacha()[code].values()) > before
    assert not panel.model.setData(panel.model.index(row, column), "-1") and "-1" in panel.notice.happened
    panel.model.setData(panel.model.index(row, column), "1")
    assert panel.desk.wish.weights == {}


def test_schemes_are_kept_adopted_and_taken_back_each_as_one_command(made, panel):
    code = panel.desk.allocation.codes[3]
    drag(panel, code, 2023, 5)
    kept = panel.desk.allocation.cells.copy()
    keep_as(panel, "先补短板")
    assert len(made.session.history()) == 1 and made.bus.scheme == "先补短板" and not panel.keep.isEnabled()
    scheme = read_scheme(made.session.plan, "先补短板")
    assert (
        wish_of(scheme) == panel.desk.wish
        and sum(map(sum, (row.values() for row in scheme.cells.values()))) == 3193
    )
    QTest.mouseClick(panel.adopt, LEFT)
    assert adopted_scheme(made.session.plan, "toilets") == "先补短板" and len(made.session.history()) == 2
    assert not panel.adopt.isEnabled() and "✓" in panel.schemes.list.currentText()
    drag(panel, code, 2023, -3)
    assert panel.keep.isEnabled() and "有改动" in panel.schemes.list.currentText()
    QTest.mouseClick(panel.keep, LEFT)
    assert (
        read_scheme(made.session.plan, "先补短板").locks == panel.desk.wish.locks
        and len(made.session.history()) == 3
    )
    made.session.undo()
    assert np.array_equal(panel.desk.allocation.cells, kept) and not panel.desk.changed, (
        "the grid follows what is kept"
    )
    made.session.undo()
    assert adopted_scheme(made.session.plan, "toilets") is None and panel.adopt.isEnabled()
    made.session.undo()
    assert panel.desk.name is None and np.array_equal(panel.desk.allocation.cells, kept), (
        "the numbers stay on the table"
    )
    made.session.redo()
    assert read_scheme(made.session.plan, "先补短板").cells == scheme.cells


def test_new_copy_rename_delete_are_commands(made, panel):
    QTest.mouseClick(panel.schemes.add, LEFT)
    type_name(panel, "甲案")
    assert panel.desk.name == "甲案" and made.session.history()[0].entry.command == "toilets"
    QTest.mouseClick(panel.schemes.copy, LEFT)
    assert panel.schemes.field.text() == "甲案 副本"
    type_name(panel, "甲案")
    assert panel.schemes.message.isVisible() and "甲案" in panel.schemes.message.text(), (
        "a name is taken once"
    )
    panel.schemes.field.selectAll()
    type_name(panel, "乙案")
    assert panel.desk.name == "乙案" == made.bus.scheme
    QTest.mouseClick(panel.schemes.rename, LEFT)
    type_name(panel, "丙案")
    assert panel.desk.name == "丙案" == made.bus.scheme and set(made.session.plan.documents["scheme"]) == {
        "甲案",
        "丙案",
    }
    QTest.mouseClick(panel.schemes.rename, LEFT)
    QTest.keyClicks(panel.schemes.field, "no")
    QTest.keyClick(panel.schemes.field, Qt.Key.Key_Escape)
    assert panel.desk.name == "丙案" and panel.schemes.place.currentIndex() == 0
    QTest.mouseClick(panel.schemes.delete, LEFT)
    assert set(made.session.plan.documents["scheme"]) == {"甲案"} and panel.desk.name == "甲案"
    for _ in range(3):
        made.session.undo()
    assert set(made.session.plan.documents["scheme"]) == {"甲案"}
    assert len(made.session.history()) == 7, "four commands, three taken back"


def test_changes_to_a_scheme_wait_while_another_is_looked_at(made, panel):
    keep_as(panel, "甲案")
    QTest.mouseClick(panel.schemes.copy, LEFT)
    type_name(panel, "乙案")
    code = panel.desk.allocation.codes[3]
    drag(panel, code, 2022, 4)
    wish = panel.desk.wish
    made.bus.scheme_changed.emit("甲案")
    assert panel.desk.name == "甲案" and panel.desk.wish.locks == {} and not panel.desk.changed
    panel.schemes.list.setCurrentIndex(panel.schemes.list.findData("乙案"))
    panel.schemes.list.activated.emit(panel.schemes.list.currentIndex())
    assert panel.desk.name == "乙案" and panel.desk.wish == wish and panel.desk.changed and exact(panel)


def test_the_map_shows_the_draft_by_year(made, panel):
    theme = made.asked["gap_theme"][-1][0]
    assert theme.columns.filled == 4 and theme.columns.labels == ("2022", "2023", "2024", "2025")
    made.bus.year_changed.emit(2023)
    theme = made.asked["gap_theme"][-1][0]
    assert theme.columns.filled == 2 and "2023" in theme.title.zh
    code = panel.desk.allocation.codes[3]
    assert list(theme.columns.values[code]) == list(panel.desk.allocation.by_gacha()[code].values())
    drag(panel, code, 2022, 3)
    theme = made.asked["gap_theme"][-1][0]
    assert theme.columns.values[code][0] == cell(panel, code, 2022)
    panel.on_map.click()
    assert made.asked["gap_theme"][-1] == (None,)


def test_rows_are_grouped_filtered_explained_and_linked_with_the_map(made, panel):
    model = panel.model
    panel.grouped.click()
    heads = [line for line in model.lines if not isinstance(line, str)]
    assert len(heads) == 9 or len(heads) > 1
    assert sum(len(head.shares) for head in heads) == 44
    at = model.lines.index(heads[0])
    assert model.index(at, 1).data(SHOWN) == str(sum(share.by_year[2022] for share in heads[0].shares))
    panel.grouped.click()
    share = panel.desk.allocation.shares[5]
    view = panel.grid.years
    QTest.mouseClick(view.viewport(), LEFT, NONE, panel.grid.cell_middle(share.gacha_code, 2022))
    assert share.gacha_name[:3] in panel.why.text() and made.session.selection.kind == "gacha"
    table = made.session.plan.table("gacha")
    assert [str(table.row(fid)["code"]) for fid in made.session.selection.fids] == [share.gacha_code]
    other = panel.desk.allocation.shares[9]
    fid = next(int(fid) for fid in table.fids if str(table.row(int(fid))["code"]) == other.gacha_code)
    made.session.select("gacha", [fid])
    assert model.share(view.currentIndex().row()).gacha_code == other.gacha_code
    panel.filter.setText(other.gacha_name[:2])
    assert 0 < len(model.lines) < 44 and model.total(1) == "946", "sums stay those of the plan"


def test_it_says_when_the_plan_has_moved_on(made, panel, qtbot):
    keep_as(panel, "甲案")
    kept = panel.desk.allocation.cells.copy()
    table = made.session.plan.table("toilet")
    fid = next(int(fid) for fid in table.fids if table.row(int(fid))["state"] == "unimproved")
    gacha = str(table.row(fid)["gacha_code"])
    edit(made.session, "toilet", fid, {"state": "accepted"})
    assert panel.notice.level == "warn" and np.array_equal(panel.desk.allocation.cells, kept)
    before = next(share.need for share in panel.desk.allocation.shares if share.gacha_code == gacha)
    QTest.mouseClick(panel.notice.action, LEFT)
    qtbot.waitUntil(lambda: not panel.jobs.running and not panel.desk.moved_on, timeout=30_000)
    assert (
        next(share.need for share in panel.desk.allocation.shares if share.gacha_code == gacha) == before - 1
    )
    assert exact(panel) and panel.desk.name == "甲案"


def test_slow_answers_come_off_the_interface_thread_and_stale_ones_are_dropped(
    made, panel, qtbot, monkeypatch
):
    monkeypatch.setattr(toilet_desk, "QUICK_S", 0.0)
    code = panel.desk.allocation.codes[3]
    before = cell(panel, code, 2022)
    for more in (1, 2, 3):
        panel.model.wished.emit(code, 2022, before + more)
    assert cell(panel, code, 2022) == before and panel.jobs.running
    qtbot.waitUntil(lambda: not panel.jobs.running, timeout=30_000)
    assert cell(panel, code, 2022) == before + 3 and panel.desk.wish.locks == {(code, 2022): before + 3}
    panel.model.wished.emit(code, 2022, before + 1)
    assert panel.jobs.running
    monkeypatch.setattr(toilet_desk, "QUICK_S", 1e9)  # the next is answered at once, before the one under way
    panel.model.wished.emit(code, 2022, before + 2)
    assert cell(panel, code, 2022) == before + 2
    qtbot.waitUntil(lambda: not panel.jobs.running, timeout=30_000)
    assert cell(panel, code, 2022) == before + 2, "a late answer is not heard"


def test_charts_show_years_stacked_and_shares_before_and_after(made, panel):
    panel.charted.click()
    charts = panel.charts
    assert charts.isVisible() and len(charts.years.bars) == 44
    stack = charts.years.bars[0]
    share = panel.desk.allocation.shares[0]
    assert stack.value == share.total == sum(length for length, _ in stack.parts)
    assert [token for _, token in stack.parts] == ["y2022", "y2023", "y2024", "y2025"]
    row = gaps(made.session.plan, made.session.policy, services=("toilets",)).row("toilets", share.gacha_code)
    assert charts.served.bars[0].before == pytest.approx(row.have / (row.have + row.need))
    assert charts.served.bars[0].value == pytest.approx((row.have + share.total) / (row.have + row.need))


def test_without_survey_or_quota_it_says_so(bench, qtbot):
    made = bench(small_plan(toilet=None))
    panel = made.show(ToiletPlanPanel)
    qtbot.waitUntil(lambda: not made.jobs.running, timeout=30_000)
    assert panel.pages.currentIndex() == 1 or panel.notice.level == "bad"
    nothing = bench(None).show(ToiletPlanPanel)
    assert nothing.pages.currentIndex() == 1 and nothing.nothing.missing.text()


def test_the_tab_has_both_sections_in_both_languages(made, qtbot):
    tab = made.show(PlanningTab)
    ready(qtbot, tab.sections["toilets"])
    assert tab.section() == "toilets" and tab.sections["toilets"].isVisible()
    QTest.mouseClick(tab.selector.button("proposals"), LEFT)
    assert tab.sections["proposals"].isVisible() and not tab.sections["toilets"].isVisible()
    set_language("en")
    made.bus.language_changed.emit()
    assert tab.selector.button("toilets").text() == "Toilets"
    assert tab.sections["toilets"].keep.text() == "Keep as a scheme"
