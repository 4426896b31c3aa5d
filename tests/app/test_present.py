"""The story told by real keys: scenes, black, spotlight, years, a unit asked by a click, the end."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.actions import drawing, schemes
from app.actions import scenes as actions
from app.actions.toilets import toilets
from app.handlers.scenes import captured
from app.present.acts import key_of
from app.present.contrast import contrasts
from app.present.show import Show
from app.present.stage import wrapped
from layers.maps.palette import colour
from layers.maps.type import text_width
from layers.plan.scenes import SavedScene
from layers.policy import load_policy
from tests.app.windows import settle
from tests.layers.maps.small_plan import MIDDLE, small_plan

KEY = Qt.Key


def wait(window, show):
    """Until the move has ended and the frame is painted."""
    while show._move.state() != show._move.State.Stopped:
        QTest.qWait(20)
    settle(window)
    show.stage.map.wait_idle()


@pytest.fixture
def show(window):
    gacha = window.session.plan.with_role("unit.gacha")[0]
    actions.save(window.session, captured(window))
    window.zoom_to_features(gacha.kind.id, frozenset([int(gacha.fids[3])]))
    settle(window)
    near = captured(window)
    window.layers.show_only(window.layers.visible() | {"household"})
    actions.save(window.session, near)
    actions.save(window.session, captured(window))
    QTest.mouseClick(window.toolbar.present, Qt.MouseButton.LeftButton)
    show = window.findChild(Show)
    wait(window, show)
    return show


def test_a_story_is_told_by_keys(window, show):
    stage = show.stage
    assert stage.isFullScreen() and show.at == 0 and stage.map.scene.legend.theme
    whole = stage.map.view.scale
    west, south, east, north = stage.map.view.bounds
    asked = show.scenes[0].bounds
    column, edge = stage.grab().toImage(), QColor(*colour("year_edge", "projector")).rgb()
    here = ((x, y) for y in range(stage.height()) for x in range(stage.map.x()))
    assert any(column.pixel(*each) == edge for each in here), "the columns of the map have no key"
    assert west <= asked[0] + 1 and south <= asked[1] + 1 and east >= asked[2] - 1 and north >= asked[3] - 1

    QTest.keyClick(stage, KEY.Key_Right)
    QTest.qWait(200)
    assert whole > stage.map.view.scale  # on its way, not there at once
    wait(window, show)
    assert (show.at, stage.words.at, stage.words.title) == (1, 1, show.scenes[1].name)
    near = stage.map.view.scale
    assert near < whole / 5
    for key, at in ((KEY.Key_PageUp, 0), (KEY.Key_PageUp, 0), (KEY.Key_PageDown, 1), (KEY.Key_Space, 2),
                    (KEY.Key_Space, 2), (KEY.Key_Home, 0), (KEY.Key_End, 2), (KEY.Key_Left, 1)):  # fmt: skip
        QTest.keyClick(show.desk if at == 2 else stage, key)
        assert show.at == at
    wait(window, show)
    assert stage.map.view.scale == pytest.approx(near)
    assert "household" in show.scenes[2].visible
    show.last()
    assert "household" not in stage.map.settings.visible  # never before a meeting
    show.back()
    wait(window, show)

    QTest.mouseClick(stage.map, Qt.MouseButton.LeftButton, pos=stage.map.rect().center())
    settle(window)
    name, numbers = stage.words.card
    rows = show._acts[key_of(show.scene)].rows
    row = next(row for row in rows.values() if row.unit_name == name)
    assert f"{row.gap:,}" in numbers and f"{row.have:,}" in numbers

    QTest.keyClick(stage, KEY.Key_B)
    assert stage.grab().toImage().pixelColor(stage.width() // 2, 40).getRgb()[:3] == (0, 0, 0)
    QTest.keyClick(stage, KEY.Key_B)
    lit = stage.grab().toImage().pixelColor(stage.width() - 20, stage.height() - 20).lightness()
    QTest.keyClick(stage, KEY.Key_S)
    QTest.mouseMove(stage.map, stage.map.rect().center())
    assert stage.grab().toImage().pixelColor(stage.width() - 20, stage.height() - 20).lightness() < lit
    QTest.keyClick(stage, KEY.Key_S)
    QTest.keyClick(stage, KEY.Key_P)
    settle(window)
    assert show._year == window.session.policy.period.baseline_year and str(show._year) in stage.words.asked
    show._next_year()  # what the timer does
    assert show._year == min(window.session.policy.period.years)

    QTest.keyClick(stage, KEY.Key_Escape)
    QTest.qWait(50)
    settle(window)
    assert window.findChild(Show) is None and window.isVisible()


def test_two_halves_are_compared_by_a_line_that_is_dragged_and_side_by_side(window, show):
    """On the sample: the baseline's toilets against a scheme that serves one gacha, and against another."""
    stage = show.stage
    toilets(window.session, "一案")
    schemes.copy(window.session, "一案", "二案")
    settle(window)
    QTest.keyClick(stage, KEY.Key_W)
    wait(window, show)
    stage.other.wait_idle()
    assert stage.compared == "swipe" and stage.other.isVisible() and stage.map.chip.startswith("现状")
    assert "一案" in stage.other.chip and stage.other.view.scale == pytest.approx(stage.map.view.scale)
    before, after = stage.map._theme, stage.other._theme
    assert before.of_unit != after.of_unit and before.id == after.id
    at, seen = stage.other.rect().center(), stage.other.mask()
    assert seen.contains(QPoint(at.x() + 40, 20)) and not seen.contains(QPoint(at.x() - 40, 20))
    QTest.mousePress(stage.other, Qt.MouseButton.LeftButton, pos=at)
    there = QPointF(stage.other.width() / 4, at.y())
    moved = QMouseEvent(
        QEvent.Type.MouseMove, there, stage.other.mapToGlobal(there), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(stage.other, moved)
    QTest.mouseRelease(stage.other, Qt.MouseButton.LeftButton, pos=at)
    assert stage.share == pytest.approx(0.25, abs=0.01)
    QTest.keyClick(stage, KEY.Key_BracketRight)
    assert stage.share == pytest.approx(0.30, abs=0.01)
    QTest.keyClick(stage, KEY.Key_C)
    wait(window, show)
    assert "一案" in stage.map.chip and "二案" in stage.other.chip
    QTest.keyClick(stage, KEY.Key_D)
    wait(window, show)
    assert stage.compared == "beside" and stage.map.width() == pytest.approx(stage.other.width(), abs=1)
    assert stage.other.mask().isEmpty() and stage.other.view.center == pytest.approx(stage.map.view.center)
    QTest.keyClick(stage, KEY.Key_D)
    wait(window, show)
    assert not stage.other.isVisible() and stage.map.chip == ""


def test_a_scene_s_own_comparison_comes_first_and_no_pair_twice():
    row = {"code": "P1", "name": "井", "scheme": "甲案", "geom": shapely.Point(MIDDLE)}
    plan = small_plan(proposed_point=[row, {**row, "code": "P2", "scheme": "乙案"}])
    policy = load_policy()
    first, last = policy.period.baseline_year, max(policy.period.years)
    scene = SavedScene("s", "甲", (0, 0, 1, 1), year=2023, scheme="甲案", before=(2022, "乙案"))

    def pairs(scene):
        return [(one.key, two.key) for one, two in contrasts(plan, policy, scene)]

    rest = [((first, ""), (2023, "甲案")), ((2023, "甲案"), (2023, "乙案"))]
    assert pairs(scene) == [((2022, "乙案"), (2023, "甲案")), *rest]
    assert pairs(replace(scene, before=(first, None))) == rest
    assert pairs(replace(scene, before=(2023, "甲案"))) == rest  # with itself: nothing to be seen
    gone = replace(scene, year=None, scheme=None, before=(None, "丙案"))  # that scheme was deleted
    assert pairs(gone)[0] == ((first, ""), (last, "乙案"))
    left, right = contrasts(plan, policy, replace(scene, scheme=None, before=(first, None)))[0]
    assert (left.words, right.words) == ("现状 · 2020 年末", "2023 年末")
    assert "甲案" in contrasts(plan, policy, scene)[0][1].words


def test_what_is_changed_in_a_meeting_is_seen_at_once_marked_and_kept_in_a_scheme_of_its_own(window, show):
    west, south, east, north = show.stage.map.view.bounds
    spot = shapely.Point((west + east) / 2, (south + north) / 2)
    session = window.session
    assert session.meeting
    kind = next(
        kind for kind, _ in session.plan.layers() if "proposal" in kind.roles and kind.geometry == "Point"
    )
    done = drawing.add(session, kind.id, [spot], scheme=session.meeting)
    settle(window)
    row = session.plan.table(kind.id).row(done.fids[0])
    assert row["scheme"] == session.meeting and session.next_undo().zh.startswith("会上修改：")
    assert show.stage.map._plan is session.plan
    show.end()
    assert session.meeting == ""


def test_no_scene_is_said_and_a_closed_project_ends_the_show(window, show):
    window.session.close()
    QTest.qWait(50)
    settle(window)
    assert window.findChild(Show) is None
    window.run_command("present")
    assert window.findChild(Show) is None


def test_words_break_where_there_is_room():
    lines = wrapped("四十四个嘎查里有三十一个还缺卫生厕所，集中在辉苏木", 300, 50, 700, 2)
    assert len(lines) == 2 and lines[1].endswith("…")
    assert all(text_width(line, 50, 700) <= 300 for line in lines)
    assert wrapped("Most gachas lack toilets", 300, 50, 700, 3)[0] in ("Most", "Most gachas")
