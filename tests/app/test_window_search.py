"""Searching in the window: by pinyin, by code, for commands; and what is never found."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.app.windows import settle


def test_search_by_pinyin_initials_goes_there(window):
    plan = window.session.plan
    QTest.keyClick(window.map, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.search.hasFocus()
    QTest.keyClicks(window.search, "bywl")
    settle(window)
    titles = [hit.title for hit in window.search.results.hits()]
    gacha = plan.tables["gacha"]
    twins = [
        int(fid) for fid, name in zip(gacha.fids, gacha.column("name"), strict=True) if name == "巴彦乌拉嘎查"
    ]
    assert len(twins) == 2 and len({title for title in titles if title.startswith("巴彦乌拉嘎查（")}) == 2
    QTest.keyClick(window.search, Qt.Key.Key_Down)
    chosen = window.search.results.hits()[1].place
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    settle(window)
    assert (window.session.selection.kind, window.session.selection.fids) == (
        "gacha",
        frozenset({chosen.fid}),
    )
    west, south, east, north = gacha.row(chosen.fid)["geom"].bounds
    seen = window.map.view.bounds
    assert seen[0] <= west and seen[1] <= south and seen[2] >= east and seen[3] >= north
    assert window.map.view.scale < 800_000


def test_enter_before_the_answer_still_goes_there_and_a_command_can_be_found(window):
    window.run_command("search")
    QTest.keyClicks(window.search, "150724")
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    settle(window)
    assert window.session.selection.fids
    window.run_command("search")
    QTest.keyClicks(window.search, "sxb")
    settle(window)
    hit = next(hit for hit in window.search.results.hits() if hit.command == "attribute_table")
    window.search.results.chosen.emit(hit)
    assert window.drawer.is_open()


def test_households_are_not_found(window):
    household = window.session.plan.tables["household"]
    window.run_command("search")
    QTest.keyClicks(window.search, str(household.column("code")[0]))
    settle(window)
    assert all(
        hit.place is None or hit.place.kind not in ("household", "toilet")
        for hit in window.search.results.hits()
    )
