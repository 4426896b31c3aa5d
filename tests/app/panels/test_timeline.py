"""The years under the map, in the whole window on the sample: real mouse and keys, numbers and pixels."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.panels.models.years import years_of
from layers.catalogue.registry import default_catalogue
from layers.planning.gaps import gaps
from layers.policy import load_policy
from tests.app.panels.years import LEFT, click, colours, middle, total_gap, value
from tests.app.windows import settle

YEARS = [2020, 2022, 2023, 2024, 2025]


def test_a_click_on_a_year_changes_the_gap_table_the_figures_and_the_maps_pixels(still_window):
    window = still_window
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


def test_the_map_answers_for_the_year_also_when_another_tab_is_in_front(still_window):
    window = still_window
    click(window, 2020)
    before = window.map.grab_frame().copy()
    window.bus.show_tab.emit("checks")
    click(window, 2023)
    assert "2023" in window.gap_theme.title.zh
    assert value("y2023") in colours(window.map.grab_frame()) and value("y2023") not in colours(before)


def test_dragging_and_keys_scrub_and_escape_shows_all_records(still_window):
    window = still_window
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


def test_play_goes_through_the_years_and_stops_at_the_end_or_when_asked(still_window, qtbot):
    window = still_window
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


def test_counts_of_layers_that_carry_a_year_answer_for_the_year(still_window):
    window = still_window
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


def test_small_windows_leave_the_total_out_and_heights_are_as_designed(still_window):
    large = still_window
    assert large.timeline.height() == 76 and large.timeline.total.isVisible()
    large.resize(1280, 800)
    settle(large)
    assert large.timeline.height() == 52 and not large.timeline.total.isVisible()
    assert large.timeline.width() <= large.middle.width()
    large.resize(1920, 1080)
    settle(large)
    large.timeline.set_height(52)
    settle(large)
    total = large.timeline.total
    assert total.isVisible() and not large.timeline.caption.isVisible()
    assert total.height() >= total.minimumSizeHint().height(), "in a low strip it stands whole"
    large.timeline.set_height(76)
    settle(large)


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
