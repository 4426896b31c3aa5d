"""Grazing by hand in the window and on the command line: one small banner, an overload, a law of the day."""

from __future__ import annotations

import csv
import json

import pytest
from PySide6.QtCore import Qt

from app.cli import main
from app.panels.grazing import GrazingPanel
from app.session import Session
from layers.exchange.opening import read_source
from tests.app.panels.conftest import A, B, box, small_plan

GROUND = {
    "contract_pasture": [
        {"code": "P1", "gacha_code": A, "holder": "户主甲", "season": "year_round", "hay_kg_ha": 1000.0,
         "stock": 50.0, "geom": box(1, 1, 3, 3)},
        {"code": "P2", "gacha_code": B, "season": "year_round", "hay_kg_ha": 1000.0,
         "geom": box(11, 1, 13, 3)},
    ],
    "livestock": [
        {"code": "L1", "gacha_code": A, "year": 2023, "sheep": 400, "goats": 0, "cattle": 0, "horses": 0,
         "camels": 0},
        {"code": "L2", "gacha_code": B, "year": 2023, "sheep": 200, "goats": 0, "cattle": 0, "horses": 0,
         "camels": 0},
    ],
}  # fmt: skip


@pytest.fixture
def project(tmp_path):
    session = Session(author="甲")
    session.create(tmp_path / "small.gpkg", small_plan(**GROUND))
    session.close()
    return tmp_path / "small.gpkg"


def test_the_command_says_what_the_law_attaches(project, capsys):
    """A: 400 ha × 1000 × 50 % / 657 = 304 sheep units against 400: over by a third."""
    assert main(["grazing", str(project), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    rows = {row["code"]: row for row in data["rows"]}
    assert (data["year"], data["date"]) == (2023, "2023-12-31")
    assert rows[A]["capacity"] == pytest.approx(304.4, abs=0.5) and rows[A]["status"] == "over"
    assert [one["rule"] for one in rows[A]["law"]] == ["overload_subsidy", "overload_fine"]
    assert rows[A]["ban_mu"] == pytest.approx(15 * rows[A]["ban_ha"], abs=0.1) and rows[B]["law"] == []
    assert main(["grazing", str(project), "--date", "2021-09-30", "--json"]) == 0
    assert all(row["law"] == [] for row in json.loads(capsys.readouterr().out)["rows"])
    assert main(["grazing", str(project), "--date", "then"]) == 1
    assert "then" in capsys.readouterr().err


def test_what_is_written_is_whole_and_names_nobody(project, tmp_path, capsys):
    for suffix in ("csv", "xlsx", "json", "gpkg"):
        out = tmp_path / f"table.{suffix}"
        assert main(["grazing", str(project), "--by", "pasture", "--out", str(out)]) == 0
        assert "户主甲".encode() not in out.read_bytes()
    capsys.readouterr()
    rows = list(csv.reader((tmp_path / "table.csv").read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:3]] == ["P1", "P2"] and len(rows[1]) == len(rows[0])
    assert json.loads((tmp_path / "table.json").read_text("utf-8"))["rows"][0]["stock"] == 50.0
    (layer,) = read_source(tmp_path / "table.gpkg").layers
    assert (layer.count, layer.geometry) == (2, "MULTIPOLYGON")
    assert main(["grazing", str(project), "--out", str(tmp_path / "table.txt")]) == 1


def test_the_panel_counts_links_and_grows_stale(bench, qtbot):
    made = bench(small_plan(**GROUND))
    panel = made.show(GrazingPanel)
    qtbot.waitUntil(lambda: panel.result is not None)
    assert [row.code for row in panel.model.lines][:2] == [A, B]  # the largest load first, the unknown last
    theme = made.asked["gap_theme"][-1][0]
    assert theme.counts() == [1, 0, 0, 1, 1] and theme.unit_role == "unit.gacha"
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    assert panel.row().code in (A, B) and made.session.selection.kind == "gacha"
    panel.table.selectRow(0)
    assert "29" in panel.law.text() and panel.why.isVisible()
    from app.actions.editing import edit

    edit(made.session, "livestock", 1, {"sheep": 100})
    assert panel.stale and panel.notice.isVisible()
    panel.compute()
    qtbot.waitUntil(lambda: not panel.running and not panel.stale)
    assert panel.result.by_code[A].status == "within"
