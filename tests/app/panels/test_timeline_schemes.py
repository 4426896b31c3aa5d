"""The years under the map where schemes are kept and looked at, in the whole window on the sample."""

from __future__ import annotations

import pytest

from app.actions import schemes as scheme_actions
from app.actions.toilets import toilets
from layers.planning.schemes import read_scheme
from tests.app.panels.years import click, colours, total_gap, value
from tests.app.windows import settle


@pytest.fixture
def opened(make_window, project):
    """Open large windows, one after the other, on one copy of the sample."""
    return lambda width=1920, height=1080: make_window(project, width, height)


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
