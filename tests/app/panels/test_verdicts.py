"""The verdicts of a selected or drawn work: banner, strip, cards, the way out as one command, the list of
all."""

from __future__ import annotations

import datetime

import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.panels import verdicts
from app.panels.chips import StatusChip
from app.panels.models.work_rows import key_of
from app.panels.verdicts import VerdictsPanel
from layers.catalogue.text import Text
from layers.plan.changes import Changes
from layers.planning.conflicts import conflicts, whole_runs
from layers.planning.footprints import planned_works
from layers.planning.schemes import COLLECTION as SCHEMES
from tests.app.panels.conftest import EAST, NORTH, box, small_plan

LEFT = Qt.MouseButton.LeftButton
SINCE = {"valid_from": "2021-01-01", "quality": "surveyed"}


def road(*xy):
    return shapely.LineString([(EAST + 1000 * x, NORTH + 1000 * y) for x, y in xy])


def plan():
    return small_plan(
        red_line=[{"code": "R1", "name": "红线", **SINCE, "geom": box(4, 4, 5, 6)}],
        basic_grassland=[{"code": "B1", "name": "草原", **SINCE, "geom": box(7, 3, 9, 7)}],
        proposed_line=[
            {"code": "L1", "name": "新路", "kind_of_work": "road", "begun_on": "2024-06-01",
             "eia_state": "approved", "geom": road((2, 4.2), (10, 4.2))},
            {"code": "L2", "name": "远路", "kind_of_work": "road", "begun_on": "2024-06-01",
             "geom": road((22, 5), (24, 5))},
        ],
    )  # fmt: skip


def chosen(bench, qtbot, fid=1):
    made = bench(plan())
    shown = []
    made.bus.verdict_shown.connect(lambda *both: shown.append(both))
    panel = made.show(VerdictsPanel)
    assert panel.nothing.isVisible()
    made.session.select("proposed_line", [fid])
    qtbot.waitUntil(lambda: panel.judged is not None, timeout=20_000)
    return made, panel, shown


def test_a_selected_road_says_where_it_may_not_run_and_what_would_clear_it(bench, qtbot):
    made, panel, shown = chosen(bench, qtbot)
    assert panel.banner.word.text() == "不允许" and panel.title.text() == "新路"
    assert ("不允许分区", "1") in [part[:2] for part in panel.banner.counts.parts]
    red = next(card for card in panel.cards if card.conflict.kind == "red_line")
    assert panel.cards[0] is red and red.findChild(StatusChip).kind == "no"
    words = " ".join(part.text() for part in red.findChildren(type(panel.title)))
    assert "1.0 公里" in words and "第 5 条（2020-06-19 起）" in words and "0.65 公顷" in words
    runs = [(round(a, -1), round(b, -1), verdict) for a, b, verdict in whole_runs(panel.judged)]
    assert [run[2] for run in runs][1] == "no" and runs[1][:2] == (2000, 3000)
    qtbot.waitUntil(lambda: panel.way is not None, timeout=20_000)
    assert shown[-1] == (panel.judged, panel.way) and panel.way.how == "detour"
    before = made.session.plan.table("proposed_line").row(1)["geom"]
    QTest.mouseClick(panel.found_way.action, LEFT)
    after = made.session.plan.table("proposed_line").row(1)["geom"]
    assert not shapely.intersects(after, box(4, 4, 5, 6)) and "绕避" in made.session.next_undo().zh
    made.session.undo()
    assert shapely.equals(made.session.plan.table("proposed_line").row(1)["geom"], before)


def test_strip_card_and_map_point_at_the_same_stretch(bench, qtbot):
    made, panel, _ = chosen(bench, qtbot)
    told = []
    made.bus.verdict_hovered.connect(told.append)
    QTest.mouseMove(panel.strip, QPoint(round(panel.strip.width() * 2.5 / 8), 8))
    qtbot.waitUntil(lambda: bool(told), timeout=5_000)
    begin, end = told[-1][0]
    assert begin <= 2500 <= end
    red, grass = (next(card for card in panel.cards if card.conflict.kind == kind)
                  for kind in ("red_line", "basic_grassland"))  # fmt: skip
    assert red.marked and not grass.marked


def test_a_sketch_is_judged_while_it_is_drawn_and_forgotten_after(bench, qtbot, monkeypatch):
    made, panel, _ = chosen(bench, qtbot, 2)
    assert panel.judged.verdict != "no"
    made.bus.year = 2024
    made.bus.sketch_changed.emit(road((3, 5), (6, 5)), "proposed_line")
    qtbot.waitUntil(lambda: panel.judged.work.fid == 0, timeout=20_000)
    assert panel.judged.day == datetime.date(2024, 12, 31)
    assert panel.judged.verdict == "no" and "道路" in panel.title.text()
    assert {one.kind for one in panel.judged.conflicts if one.fid} >= {"red_line"}
    made.bus.sketch_changed.emit(None, "")
    qtbot.waitUntil(lambda: panel.judged is not None and panel.judged.work.fid == 2, timeout=20_000)
    assert verdicts.is_work(made.session.catalogue["proposed_area"])


def test_the_list_of_all_agrees_with_the_engine_and_says_when_it_is_old(bench, qtbot):
    made = bench(plan())
    panel = made.show(VerdictsPanel)
    QTest.mouseClick(panel.nothing.action, LEFT)
    qtbot.waitUntil(lambda: panel.every is not None, timeout=20_000)
    session = made.session
    works = planned_works(session.plan, session.policy)
    engine = conflicts(session.plan, session.policy, works, on=panel.day())
    assert [one.work.key for one in panel.model.works] == ["L1", "L2"] and len(engine.judged) == 2
    assert [one.verdict for one in panel.model.works] == [one.verdict for one in engine.judged]
    where = panel.table.visualRect(panel.model.index(0, 0)).center()
    QTest.mouseClick(panel.table.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, where)
    assert session.selection.fids == frozenset({1})
    qtbot.waitUntil(lambda: panel.judged is not None, timeout=20_000)
    from app.actions.editing import edit
    from app.actions.rules import change_rule

    for name in session.policy.rule("data_accuracy_m").values:
        change_rule(session, f"data_accuracy_m.{name}", "900", source="会议定")
    assert "旧结果" in panel.summary.happened, "a changed rule makes it old, too"
    panel.check_all()
    qtbot.waitUntil(lambda: not panel.running and panel.policy is session.policy, timeout=20_000)
    moved = {one.work.key for one in panel.model.works if panel.moved.has(key_of(one))}
    assert moved == {"L1"}, "the other is far from every zone"
    panel._touched(panel.model.index(0, 0))
    assert not panel.moved.marks
    edit(session, "red_line", 1, {"name": "改名"})
    assert "旧结果" in panel.summary.happened


def test_the_scheme_that_is_looked_at_is_checked_alone(bench, qtbot):
    made = bench(plan())
    session = made.session
    session.do(Text("", ""), lambda plan: Changes(
        rows=(plan.table("proposed_line").update(1, {"scheme": "南线"}),),
        documents=(plan.set_document(SCHEMES, "南线", {}), plan.set_document(SCHEMES, "空的", {})),
    ))  # fmt: skip
    panel = made.show(VerdictsPanel)
    made.bus.scheme_changed.emit("南线")
    assert panel.nothing.action.text() == "核查方案“南线”"
    QTest.mouseClick(panel.nothing.action, LEFT)
    qtbot.waitUntil(lambda: panel.every is not None, timeout=20_000)
    assert [one.work.key for one in panel.model.works] == ["L1"]
    assert "方案“南线”：1 个拟建，1 个不允许" in panel.summary.happened
    made.bus.scheme_changed.emit(None)
    assert "旧结果" in panel.summary.happened, "the list is another scheme's"
    made.bus.scheme_changed.emit("空的")
    QTest.mouseClick(panel.again, LEFT)
    qtbot.waitUntil(lambda: panel.scheme == "空的", timeout=20_000)
    assert panel.model.works == [] and "0 个拟建" in panel.summary.happened
