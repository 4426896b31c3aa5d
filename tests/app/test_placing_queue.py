"""项目落图: doubtful rows wait in the project and are placed one by one, on the command line and in the
window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.actions.importing import import_file
from app.actions.placing import queue
from app.dialogs.placing import PlacingDialog
from app.session import Session
from layers.errors import InputError
from layers.plan.waiting import waiting_rows
from tests.app.windows import settle
from tests.layers.planning.conftest import A, B, C, plan_of

LIST = "项目编号,项目名称,建设地点\nP1,水井,乙嘎查\nP2,道路,甲嘎查\nP3,卫生室,丙地\n"
"""Two gachas of the small banner are called 甲嘎查 (A and C), one 乙嘎查 (B); 丙地 is nowhere."""


@pytest.fixture
def project(tmp_path):
    path = tmp_path / "small.gpkg"
    session = Session(author="tester")
    session.create(path, plan_of())
    session.close()
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    return path


@pytest.fixture
def session(project):
    session = Session(author="tester")
    session.open(project)
    yield session
    session.close()


def points(session):
    table = session.plan.table("proposed_point")
    return {row["code"]: (row["gacha_code"], row["geom"].coords[0])
            for row in map(table.row, table.fids.tolist())}


def test_what_is_certain_is_placed_and_the_rest_waits_in_the_same_step(session, project):
    answer = import_file(session, project.parent / "list.csv", **{"as": "proposed_point"})
    assert answer.data["imported"] == 1 and answer.data["waiting"] == ["list.csv#2", "list.csv#3"]
    rows = {one.key: one for one in waiting_rows(session.plan)}
    assert (rows["list.csv#2"].why, rows["list.csv#2"].candidates) == ("doubled", (A, C))
    assert rows["list.csv#3"].why == "unknown" and rows["list.csv#2"].values["name"] == "道路"
    data = queue(session, place=[f"list.csv#2={C}"]).data
    assert [one["key"] for one in data] == ["list.csv#3"]
    assert points(session)["P2"] == (C, (525_000.0, 5_305_000.0))  # C's seat
    session.undo()
    assert [one.key for one in waiting_rows(session.plan)] == ["list.csv#2", "list.csv#3"]
    session.undo()  # the import, and what waited with it
    assert waiting_rows(session.plan) == () and "proposed_point" not in session.plan


def test_a_place_by_degrees_and_what_is_refused(session, project):
    import_file(session, project.parent / "list.csv", **{"as": "proposed_point"})
    lon, lat = session.plan.crs.to_lonlat([(512_500.0, 5_304_000.0)])[0]
    queue(session, place=[f"list.csv#3={lon:.7f},{lat:.7f}"])
    gacha, place = points(session)["P3"]
    assert gacha == B and place == pytest.approx((512_500.0, 5_304_000.0), abs=0.05)
    for wrong, code in (("list.csv#9=" + A, "waiting_unknown"), ("list.csv#2=999", "gacha_unknown"),
                        ("list.csv#2", "assignment_malformed")):
        with pytest.raises(InputError) as told:
            queue(session, place=[wrong])
        assert told.value.code == code
    assert queue(session, discard=["list.csv#2"]).data == []


def test_in_the_window_a_candidate_is_one_click_and_the_map_another(window, project):
    import_file(window.session, project.parent / "list.csv", **{"as": "proposed_point"})
    settle(window)
    window.run_command("queue", True)
    dialog = next(one for one in window.findChildren(PlacingDialog))
    assert [one.key for one in dialog.rows] == ["list.csv#2", "list.csv#3"]
    QTest.mouseClick(dialog.choices.itemAt(1).widget(), Qt.MouseButton.LeftButton)
    settle(window)
    assert [one.key for one in dialog.rows] == ["list.csv#3"] and points(window.session)["P2"][0] == C
    QTest.mouseClick(dialog.pick_button, Qt.MouseButton.LeftButton)
    at = window.map.view.to_px([(512_500.0, 5_304_000.0)])[0]
    QTest.mouseClick(window.map, Qt.MouseButton.LeftButton, pos=QPoint(round(at[0]), round(at[1])))
    settle(window)
    assert points(window.session)["P3"][0] == B and dialog.rows == ()
    assert dialog.nothing.isVisible() and not dialog.list.isVisible() and not dialog.drop_button.isEnabled()
    dialog.close()
