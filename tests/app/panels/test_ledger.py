"""The ledger on the command line and in the window: one step at a time, undone again; nothing personal
leaves."""

from __future__ import annotations

import datetime
import json

import pytest
from PySide6.QtCore import QDate, Qt

from app.cli import main
from app.panels.ledger import LedgerPanel
from app.session import Session
from tests.app.panels.conftest import A, B, at, small_plan

BOOK = {
    "hardship": [
        {"code": "W1", "household_code": "H0010", "gacha_code": A, "guarantee": "water", "problem": "取水很远",
         "found_on": "2023-01-01"},
        {"code": "W2", "household_code": "H0011", "gacha_code": B, "guarantee": "housing", "problem": "房子漏雨",
         "found_on": "2023-01-01", "assigned_on": "2023-01-03", "unit_in_charge": "住建局"},
    ],
    "household": [
        {"code": f"H{gacha[-4:]}{number}", "gacha_code": gacha, "head": f"户主{number}", "monitored": "sudden",
         "water_ok": number % 2, "geom": at(5, 1 + number)}
        for gacha, count in ((A, 7), (B, 1)) for number in range(count)
    ],
}  # fmt: skip


@pytest.fixture
def project(tmp_path):
    session = Session(author="甲")
    session.create(tmp_path / "small.gpkg", small_plan(**BOOK))
    session.close()
    return tmp_path / "small.gpkg"


def test_steps_on_the_command_line(project, capsys):
    def run(*more):
        code = main(["ledger", str(project), *more])
        return code, capsys.readouterr()

    assert run("--advance", "W2", "--to", "closed", "--on", "2023-02-01")[0] == 1  # not before it is done
    assert run("--advance", "W2", "--to", "done")[0] == 1  # a step has a date
    assert run("--advance", "W2", "--to", "done", "--on", "2999-01-01")[0] == 1  # and it has come
    assert run("--advance", "W2", "--to", "done", "--on", "2023-02-01")[0] == 0
    rows = json.loads(run("--json", "--state", "done", "--date", "2023-02-02")[1].out)["rows"]
    assert [(row["code"], row["done_on"], row["due_on"]) for row in rows] == [
        ("W2", "2023-02-01", "2023-03-03")
    ]
    assert main(["undo", str(project)]) == 0
    capsys.readouterr()
    assert json.loads(run("--json", "--state", "done")[1].out)["rows"] == []


@pytest.mark.parametrize("by", ["items", "gacha", "sumu"])
def test_what_leaves_names_no_household(project, tmp_path, capsys, by):
    for suffix in ("csv", "json", "xlsx"):
        out = tmp_path / f"{by}.{suffix}"
        assert main(["ledger", str(project), "--by", by, "--date", "2023-06-01", "--out", str(out)]) == 0
    capsys.readouterr()
    words = (tmp_path / f"{by}.json").read_text("utf-8") + (tmp_path / f"{by}.csv").read_text("utf-8-sig")
    assert not any(personal in words for personal in ("H0010", "户主", "取水", "漏雨", 'housing"'))
    rows = {
        row.get("code") or row["unit_code"]: row
        for row in json.loads((tmp_path / f"{by}.json").read_text("utf-8"))["rows"]
    }
    if by == "items":
        assert set(rows) == {"W1", "W2"} and "guarantee" not in rows["W1"]
    elif by == "gacha":
        # one household in B: it is withheld, and so is A's number, from which the sumu's sum would give it
        # away
        assert {rows[A]["monitored"], rows[B]["monitored"], rows[B]["water_missing"]} == {"*"}
        assert rows[A]["water_secured"] == 3


def test_keys_take_an_item_on_and_undo_brings_it_back(bench, qtbot):
    made = bench(small_plan(**BOOK))
    panel = made.show(LedgerPanel)
    qtbot.waitUntil(lambda: panel.board is not None)
    assert [item.code for item in panel.model.lines] == ["W1", "W2"]
    panel.table.setFocus()
    panel.table.selectRow(0)
    assert panel.next.isVisible() and panel.unit.isVisible() and "取水很远" in panel.facts.text()
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert panel.unit.hasFocus()  # somebody must be in charge first
    qtbot.keyClicks(panel.unit, "Water office")
    panel.day.setDate(QDate(2023, 1, 9))
    qtbot.keyClick(panel.unit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    row = made.session.plan.table("hardship").row(1)
    assert (row["assigned_on"], row["unit_in_charge"], row["done_on"]) == ("2023-01-09", "Water office", None)
    qtbot.waitUntil(lambda: not panel.stale)
    assert panel.row().code == "W1" and panel.row().next_step == "done" and not panel.unit.isVisible()
    assert panel.day.minimumDate().toPython() == datetime.date(2023, 1, 9)
    made.session.undo()
    qtbot.waitUntil(lambda: not panel.stale)
    assert made.session.plan.table("hardship").row(1)["assigned_on"] is None
    panel.state.setCurrentIndex(panel.state.findData("assigned"))
    panel.state.activated.emit(panel.state.currentIndex())
    assert [item.code for item in panel.model.lines] == ["W2"]
    panel.views.set_current("gacha")
    panel.views.chosen.emit("gacha")
    assert panel.model.lines[0].monitored == 7 and not panel.next.isVisible()
