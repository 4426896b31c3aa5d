"""The toilet ledger: steps, duplicates, progress, and the rest planned anew, by hand-worked numbers."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
import shapely
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest

from app.actions.toilet_ledger import step
from app.cli import main
from app.session import Session
from layers.catalogue.registry import default_catalogue
from layers.errors import RuleError
from layers.plan.changes import Changes
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.planning.gaps import gaps
from layers.planning.schemes import Scheme
from layers.planning.toilet_ledger import duplicates, progress_of, replan, toilet_ledger
from layers.policy import load_policy
from layers.store import create_project
from tests.app.windows import settle
from tests.layers.store.samples import CRS

A, B = "150724100201", "150724100202"
POLICY = load_policy(None)


def square(east: float) -> shapely.Geometry:
    return shapely.multipolygons([shapely.box(east, 0, east + 1000, 1000)])


def small_plan(toilets: list[dict[str, object]], homes: tuple[int, int]) -> Plan:
    """Two gachas side by side with so many households; a toilet's household is `A1`, `B7` …"""
    catalogue = default_catalogue()
    households = [
        {"code": f"{letter}{at}", "gacha_code": code, "geom": shapely.Point(east + 10 * at, 500)}
        for letter, code, east, count in (("A", A, 0, homes[0]), ("B", B, 1000, homes[1]))
        for at in range(1, count + 1)
    ]
    units = [
        {"code": A, "name": "甲", "geom": square(0)},
        {"code": B, "name": "乙", "geom": square(1000)},
    ]
    rows = []
    for at, given in enumerate(toilets, 1):
        home = str(given["household_code"])
        east = (0 if home[0] == "A" else 1000) + 10 * int(home[1:])
        gacha = A if home[0] == "A" else B
        rows.append(
            {"code": f"T{at}", "gacha_code": gacha, "geom": shapely.Point(east, 510), **given}
        )
    kinds = {"gacha": units, "household": households, "toilet": rows}
    return Plan(
        catalogue,
        CRS,
        {kind: Table.from_rows(catalogue[kind], made) for kind, made in kinds.items()},
    )


def toilet(home: str, state: str, **more: object) -> dict[str, object]:
    return {"household_code": home, "state": state, **more}


def surveyed(letter: str, start: int, count: int) -> list[dict[str, object]]:
    return [toilet(f"{letter}{at}", "unimproved") for at in range(start, start + count)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "厕.gpkg"
    rows = [
        toilet("A1", "planned"),
        toilet("A2", "built", built_on="2023-05-01"),
        *surveyed("B", 1, 8),
    ]
    plan = small_plan(rows, (4, 8))
    scheme = {"service": "toilets", "quotas": {"2022": 2, "2023": 2, "2024": 2}, "locks": [], "weights": {},
              "cells": {A: {"2022": 1}, B: {"2022": 1, "2023": 2, "2024": 2}}, "policy": ""}  # fmt: skip
    kept = (
        plan.set_document("scheme", "一", scheme),
        plan.set_document("adopted", "toilets", "一"),
    )
    create_project(path, plan.apply(Changes(documents=kept)), title="厕")
    return path


def run(*words: object) -> int:
    return main([str(word) for word in words])


def test_a_toilet_goes_its_way_step_by_step_and_back(project: Path, tmp_path: Path, capsys):
    photo = tmp_path / "照.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n shot")

    def go(to: str, on: str, *more: object) -> int:
        return run("toilet-ledger", project, "--advance", "T1", "--to", to, "--on", on, *more)

    assert go("accepted", "2024-05-01") == 1  # it is only planned
    assert "建成" in (said := capsys.readouterr().err) or "已建" in said
    assert go("built", "2024-05-01", "--photo", photo) == 0
    assert go("accepted", "2024-04-30") == 1  # before it was built
    assert go("accepted", "2024-05-01") == 0  # the same day is in order
    assert go("faulty", "2024-11-01") == 1  # what is wrong?
    assert go("faulty", "2024-11-01", "--fault", "冬季冻裂") == 0
    assert go("rectified", "2999-01-01") == 1  # still to come
    assert go("rectified", "2025-03-01") == 0
    assert (
        go("faulty", "2025-04-01", "--fault", "渗漏") == 0
    )  # a second round: the first one's end is cleared
    session = Session(author="甲")
    session.open(project)
    row = session.plan.table("toilet").row(1)
    assert (row["state"], row["fault"], row["fault_on"]) == ("faulty", "渗漏", "2025-04-01")
    assert row["rectified_on"] is None
    for _ in range(4):
        session.undo()
    assert session.plan.table("toilet").row(1)["state"] == "built"
    assert session.plan.table("attachment").column("feature_fid").tolist() == [1]
    session.undo()  # the step and its photograph are one command
    assert session.plan.table("toilet").row(1)["state"] == "planned"
    assert "attachment" not in session.plan
    with pytest.raises(RuleError, match="toilet_not_next"):
        step(session, "toilet", 1, "rectified", datetime.date(2024, 1, 1))
    session.close()


def test_duplicates_of_a_household_and_within_a_metre():
    rows = [
        toilet("A1", "accepted"), toilet("A1", "built"), toilet("A1", "planned"),
        toilet("B1", "built", geom=shapely.Point(1010, 510)),
        toilet("B2", "built", geom=shapely.Point(1011, 510)),
        toilet("B3", "built", geom=shapely.Point(1012.01, 510)),
    ]  # fmt: skip
    plan = small_plan(rows, (2, 4))
    found = duplicates(plan, toilet_ledger(plan, POLICY))
    assert [(one.why, one.fids) for one in found] == [("household", (1, 2)), ("near", (4, 5))]


def worked_example() -> tuple[Plan, Scheme]:
    """Quotas 4, 4, 4, 8. Built: 1 in 2022 (accepted), 2 in 2023 (one accepted, one waits), 1 in 2024 (waits).

    Short before 2024: 8 - 3 = 5, spread over 4 : 8 as 1.67 : 3.33, whole 1 + 3, the largest remainder to
    2024: 2 and 3. Quotas 6 and 11; 1 of 2024 stands, so 5 and 11 are given. Need: 4 + 16 - 2 accepted = 18,
    2 of them wait: 16.
    """
    rows = [
        toilet("A1", "accepted", built_on="2022-06-01", accepted_on="2022-09-01"),
        toilet("A2", "accepted", built_on="2023-06-01", accepted_on="2023-09-01"),
        toilet("A3", "built", built_on="2023-07-01"),
        toilet("B1", "built", built_on="2024-02-01"),
        *surveyed("A", 4, 1), *surveyed("B", 2, 15),
    ]  # fmt: skip
    cells = {A: {2022: 2, 2023: 2}, B: {2022: 2, 2023: 2, 2024: 4, 2025: 8}}
    quotas = {2022: 4, 2023: 4, 2024: 4, 2025: 8}
    return small_plan(rows, (4, 16)), Scheme("一", "toilets", cells, quotas, {}, {}, "")


def test_the_rest_is_planned_anew_and_what_stands_stays():
    plan, scheme = worked_example()
    found = replan(plan, POLICY, scheme, year=2024)
    assert (found.short, dict(found.added), dict(found.quotas)) == (
        5,
        {2024: 2, 2025: 3},
        {2024: 6, 2025: 11},
    )
    assert found.waiting == 2
    cells = found.allocation.by_gacha()
    assert (cells[A][2022], cells[A][2023], cells[B][2022], cells[B][2023]) == (1, 2, 0, 0)
    assert dict(found.allocation.total_by_year) == {2022: 1, 2023: 2, 2024: 6, 2025: 11}
    # Need now less what waits: A 4 - 2 - 1 = 1, B 16 - 1 = 15; B's own toilet of 2024 stands on top.
    assert cells[A][2024] + cells[A][2025] == 1
    assert cells[B][2024] + cells[B][2025] == 15 + 1
    assert {row.unit_code: row.need for row in gaps(plan, POLICY, services=("toilets",)).rows} == {
        A: 2,
        B: 16,
    }
    with pytest.raises(RuleError, match="replan_no_years"):
        replan(plan, POLICY, scheme, year=2026)


def test_progress_stands_against_the_scheme():
    plan, scheme = worked_example()
    cells = progress_of(toilet_ledger(plan, POLICY), scheme)
    told = {(one.gacha_code, one.year): (one.planned, one.built, one.accepted) for one in cells}
    assert told[A, 2023] == (2, 2, 1)
    assert told[B, 2024] == (4, 1, 0)
    assert told[B, 2025] == (8, 0, 0)


def test_the_command_line_tells_no_household_and_writes_no_small_count(
    project: Path, tmp_path, capsys
):
    out = tmp_path / "进度.json"
    assert (
        run("toilet-ledger", project, "--state", "built", "--gacha", A, "--json", "--out", out) == 0
    )
    assert run("toilet-ledger", project, "--json") == 0
    assert run("toilet-ledger", project, "--duplicates") == 0
    assert run("toilet-ledger", project, "--replan", "2024", "--scheme", "新") == 0
    said = capsys.readouterr().out + out.read_text("utf-8")
    assert not [word for word in ('"A2"', '"T2"', "household") if word in said]
    rows = [row for row in json.loads(out.read_text("utf-8"))["rows"] if row["gacha_code"] == A]
    assert [row["built"] for row in rows if row["year"] == 2023] == ["*"]
    session = Session(author="甲")
    session.open(project)
    assert session.plan.document("scheme", "新")["quotas"]["2023"] == 1  # what was built in it
    session.close()


def test_in_the_window(make_window, project: Path):
    window = make_window(project)
    window.bus.run_command.emit("toilet-ledger")
    settle(window)
    panel, session = window.side.panels["checks"].toilets, window.session
    assert panel.isVisible()
    assert [row.fid for row in panel.model.lines][:2] == [1, 2]
    panel.table.selectRow(1)
    assert [panel.to.itemData(at) for at in range(panel.to.count())] == ["accepted", "faulty"]
    panel.to.setCurrentIndex(1)
    panel.to.activated.emit(1)
    assert panel.fault_words.isVisible()
    panel.day.setDate(QDate(2024, 1, 5))
    panel.fault_words.setFocus()
    QTest.keyClicks(panel.fault_words, "frost")
    QTest.keyClick(panel.fault_words, Qt.Key.Key_Return)
    settle(window)
    assert session.plan.table("toilet").row(2)["fault"] == "frost"
    assert panel.model.lines[0].fid == 2  # faulty ones stand first
    panel.views.set_current("progress")
    panel._show()
    assert panel.rest.isVisible()
    panel.year.setCurrentIndex(panel.year.findData(2024))
    QTest.mouseClick(panel.anew, Qt.MouseButton.LeftButton)
    settle(window)
    assert len(session.plan.documents["scheme"]) == 2
    session.undo()
    session.undo()
    settle(window)
    assert session.plan.table("toilet").row(2)["state"] == "built"
