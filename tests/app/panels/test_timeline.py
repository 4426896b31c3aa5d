"""The years under the map, in the whole window on the sample: real mouse and keys, numbers and pixels."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from app import theme
from app.actions import schemes as scheme_actions
from app.actions.toilets import toilets
from app.panels.models.years import years_of
from app.window import MainWindow
from layers.catalogue.registry import default_catalogue
from layers.planning.gaps import gaps
from layers.planning.schemes import read_scheme
from layers.policy import load_policy
from tests.app.windows import settle

LEFT = Qt.MouseButton.LeftButton
YEARS = [2020, 2022, 2023, 2024, 2025]


@pytest.fixture
def opened(make_window, project):
    """Open large windows, one after the other, on one copy of the sample."""
    return lambda width=1920, height=1080: make_window(project, width, height)


def middle(window: MainWindow, year: int) -> QPoint:
    strip = window.timeline.strip
    return strip.cell_box([cell.year for cell in strip.years.cells].index(year)).center().toPoint()


def click(window: MainWindow, year: int) -> None:
    QTest.mouseClick(window.timeline.strip, LEFT, pos=middle(window, year))
    settle(window)


def total_gap(window: MainWindow) -> int:
    """What the gap table shows as the sum of what is missing."""
    model = window.side.panels["gaps"].table.model
    return int(model.total([column.id for column in model.columns].index("gap")).replace(",", ""))


def colours(widget_or_image) -> set[int]:
    image = widget_or_image if isinstance(widget_or_image, QImage) else widget_or_image.grab().toImage()
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return set(np.unique(pixels & 0xFFFFFF).tolist())


def value(token: str) -> int:
    return QColor(theme.hex_of(token)).rgb() & 0xFFFFFF


def test_a_click_on_a_year_changes_the_gap_table_the_figures_and_the_maps_pixels(opened):
    window = opened()
    assert [cell.year for cell in window.timeline.years.cells] == YEARS and window.bus.year is None
    engine = {
        year: sum(
            row.gap or 0
            for row in gaps(window.session.plan, window.session.policy, year=year, services=("toilets",)).rows
        )
        for year in YEARS
    }
    seen = {}
    for year in (2020, 2022, 2023):
        click(window, year)
        assert window.bus.year == year and total_gap(window) == engine[year]
        assert window.side.panels["gaps"].year.currentData() == year
        seen[year] = window.map.grab_frame().copy()
    assert engine[2020] > engine[2022] > engine[2023]
    assert value("y2022") not in colours(seen[2020]) and value("y2022") in colours(seen[2022])
    assert value("y2023") in colours(seen[2023]) and value("y2023") not in colours(seen[2022])
    tile = window.side.panels["gaps"].tiles[1]
    assert (tile.number.text(), tile.caption.text()) == ("373", "2023 年新建")
    window.bus.show_tab.emit("targets")
    settle(window)
    state = window.side.panels["targets"].cards["toilets"].state
    assert state.asked == 946 + 642 and state.low == 353 + 373


def test_the_map_answers_for_the_year_also_when_another_tab_is_in_front(opened):
    window = opened()
    click(window, 2020)
    before = window.map.grab_frame().copy()
    window.bus.show_tab.emit("checks")
    click(window, 2023)
    assert "2023" in window.gap_theme.title.zh
    assert value("y2023") in colours(window.map.grab_frame()) and value("y2023") not in colours(before)


def test_dragging_and_keys_scrub_and_escape_shows_all_records(opened):
    window = opened()
    strip, heard = window.timeline.strip, []
    window.bus.year_changed.connect(heard.append)
    QTest.mousePress(strip, LEFT, pos=middle(window, 2022))
    for year in (2023, 2023, 2024, 2025):
        QTest.mouseMove(strip, middle(window, year))
    QTest.mouseMove(strip, QPoint(strip.width() + 400, 10))
    QTest.mouseRelease(strip, LEFT, pos=middle(window, 2025))
    assert heard == [2022, 2023, 2024, 2025]
    strip.setFocus()
    for key, year in (
        (Qt.Key.Key_Left, 2024),
        (Qt.Key.Key_Home, 2020),
        (Qt.Key.Key_Left, None),
        (Qt.Key.Key_Right, 2022),
        (Qt.Key.Key_End, 2025),
        (Qt.Key.Key_Escape, None),
    ):
        heard.clear()
        QTest.keyClick(strip, key)
        assert heard == ([year] if year is not None else [None] if key == Qt.Key.Key_Escape else [])
    assert window.bus.year is None
    settle(window)
    assert total_gap(window) == 3937


def test_play_goes_through_the_years_and_stops_at_the_end_or_when_asked(opened, qtbot):
    window = opened()
    timeline, heard = window.timeline, []
    timeline.timer.setInterval(20)
    window.bus.year_changed.connect(heard.append)
    QTest.mouseClick(timeline.button, LEFT)
    assert timeline.playing
    qtbot.waitUntil(lambda: not timeline.playing, timeout=60_000)
    settle(window)
    assert (
        heard == YEARS and window.bus.year == 2025 and window.side.panels["gaps"].results.board.year == 2025
    )
    heard.clear()
    timeline.strip.setFocus()
    QTest.keyClick(timeline.strip, Qt.Key.Key_Space)  # from the end it begins anew
    qtbot.waitUntil(lambda: len(heard) >= 2, timeout=60_000)
    QTest.keyClick(timeline.strip, Qt.Key.Key_Space)
    assert not timeline.playing and window.bus.year == heard[-1] != 2025


def test_a_scheme_is_looked_at_and_everything_answers_for_it(opened):
    window = opened()
    assert not window.timeline.scheme.isVisible(), "there is nothing to choose yet"
    toilets(window.session, "先补短板", adopt=True)
    toilets(window.session, "多一些", quotas="2022=1000,2023=700")
    chooser = window.timeline.scheme
    assert {chooser.itemText(at) for at in range(chooser.count())} == {"按登记", "先补短板 ✓", "多一些"}
    click(window, 2023)
    window.bus.show_tab.emit("gaps")
    chooser.setFocus()
    chooser.setCurrentIndex(chooser.findData("先补短板"))
    chooser.activated.emit(chooser.currentIndex())
    settle(window)
    scheme = read_scheme(window.session.plan, "先补短板")
    assert total_gap(window) == 3937 - scheme.total_through(2023) == 3937 - 946 - 642
    columns = window.gap_theme.columns
    assert columns.filled == 2 and [sum(row[at] for row in columns.values.values()) for at in range(4)] == [
        946,
        642,
        642,
        963,
    ]
    assert "先补短板" in columns.title.zh and "2023" in window.gap_theme.title.zh
    assert (window.timeline.total.figure.text(), window.timeline.total.against.text()) == (
        "1,588",
        "/ 3,193 · 49.7%",
    )
    tile = window.side.panels["gaps"].tiles[1]
    assert (tile.number.text(), tile.unit.text(), tile.caption.text()) == ("642", "/ 642", "2023 年安排")
    window.bus.show_tab.emit("targets")
    settle(window)
    state = window.side.panels["targets"].cards["toilets"].state
    assert (state.scheme, state.planned, state.low) == ("先补短板", 1588, 726), (
        "planned is told apart from done"
    )
    chooser.setCurrentIndex(chooser.findData("多一些"))
    chooser.activated.emit(chooser.currentIndex())
    settle(window)
    assert [cell.year for cell in window.timeline.years.cells] == [2020, 2022, 2023]
    assert [cell.number for cell in window.timeline.years.quotas] == [1000, 700]
    window.session.undo()  # the keeping of 多一些
    settle(window)
    assert window.bus.scheme is None and window.timeline.scheme.currentData() is None


def test_existing_planned_and_done_are_told_apart_in_the_cells(opened):
    window = opened()
    click(window, 2022)
    strip = window.timeline.strip

    def inside(year: int) -> set[int]:
        box = strip.cell_box([cell.year for cell in strip.years.cells].index(year)).toRect()
        return colours(strip.grab(box.adjusted(2, 2, -2, -2)).toImage())

    assert value("y2022") in inside(2022) and value("y2023") not in inside(2023), "still to come is hollow"
    cell = next(cell for cell in strip.years.cells if cell.year == 2022)
    assert (cell.asked, cell.planned, cell.done) == (946, None, 353)
    assert "353" in strip.words(cell) and "946" in strip.words(cell)
    toilets(window.session, "方案")
    window.bus.scheme_changed.emit("方案")
    settle(window)
    cell = next(cell for cell in strip.years.cells if cell.year == 2022)
    assert (cell.asked, cell.planned, cell.done) == (946, 946, 353)


def test_year_and_scheme_are_remembered_for_the_project(opened):
    window = opened()
    toilets(window.session, "方案")
    window.bus.scheme_changed.emit("方案")
    click(window, 2024)
    window.close()
    again = opened()
    assert (again.bus.year, again.bus.scheme) == (2024, "方案")
    assert again.timeline.strip.year == 2024 and again.timeline.scheme.currentData() == "方案"
    scheme_actions.delete(again.session, "方案")
    again.close()
    assert opened().bus.scheme is None


def test_counts_of_layers_that_carry_a_year_answer_for_the_year(opened):
    window = opened()
    click(window, 2022)
    table = window.session.plan.table("proposed_point")
    by_then = sum(year is None or year <= 2022 for year in table.column("year"))
    assert 0 < by_then < len(table)
    item = window.layers.tree.item_of("proposed_point")
    from app.panels import layer_tree

    assert item.data(0, layer_tree.COUNT) == f"{by_then}/{len(table)}"
    QTest.keyClick(window.timeline.strip, Qt.Key.Key_Escape)
    settle(window)
    assert item.data(0, layer_tree.COUNT) == f"{len(table)}"


def test_small_windows_leave_the_total_out_and_heights_are_as_designed(opened):
    large = opened()
    assert large.timeline.height() == 76 and large.timeline.total.isVisible()
    large.resize(1280, 800)
    settle(large)
    assert large.timeline.height() == 52 and not large.timeline.total.isVisible()
    assert large.timeline.width() <= large.middle.width()


PERIODS = """version = 2030-01-01
current = "next"
[[period]]
id = "next"
title = { zh = "下一期", en = "next" }
first_year = 2031
last_year = 2037
baseline_year = 2030
document = { zh = "规划", en = "plan" }
issued = 2031-01-01
"""
TARGETS = """period = "next"
[[target]]
id = "new_toilets"
chapter = "1.1"
title = { zh = "改厕", en = "toilets" }
modality = "planned"
kind = "spatial"
level = "household"
unit = "toilet"
by = 2037
values = { 2032 = 3000, 2037 = 193 }
aggregate = "sum"
comparator = "ge"
threshold = 3193
service = "toilets"
measured = { zh = "座", en = "toilets" }
"""


def test_years_come_from_the_policy():
    policy = load_policy({"periods.toml": PERIODS, "targets.toml": TARGETS})
    made = years_of(default_catalogue(), policy, None, {2032: 7})
    assert [(cell.year, cell.asked, cell.done) for cell in made.cells] == [
        (2030, None, None),
        (2032, 3000, 7),
        (2037, 193, None),
    ]
    assert made.whole == 3193 and made.unit == "toilet" and made.through(2032) == [7]
    none = load_policy({"periods.toml": PERIODS, "targets.toml": TARGETS.replace('service = "toilets"', "")})
    assert [cell.year for cell in years_of(default_catalogue(), none, None, {}).cells] == [
        2030,
        *range(2031, 2038),
    ]
