"""Road faults on the command line and in the window, on both banners: found as the samples planted them, and
mended."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import Qt

from app.cli import main
from app.panels.road_faults import RoadFaultsPanel
from app.session import Session
from layers.plan.plan import Plan
from layers.planning.road_faults import road_faults
from tests.app.panels.conftest import SMALL, at, bench, small_plan  # noqa: F401 - the fixture is used by name
from tests.samples import sample_project

LINES = {"A1": [(5, 5.5), (15, 5.5)], "A2": [(15.006, 5.5), (25, 5.5)], "A3": [(5, 5.5), (5, 8)]}
ROADS = {
    "road": [
        {"code": code, "surface": "gravel", "class": "village", "passable": 1,
         "geom": shapely.LineString([at(*place) for place in places])}
        for code, places in LINES.items()
    ]
}  # fmt: skip


@pytest.fixture(scope="module", params=["sample", "shifted"])
def banner(request, tmp_path_factory, shifted_file) -> Path:
    path = tmp_path_factory.mktemp("faults") / "project.gpkg"
    return Path(shutil.copyfile(sample_project() if request.param == "sample" else shifted_file, path))


def test_what_the_generator_planted_is_found(banner):
    """Without the recorded dead ends: borders, sheet edges and gaps are all found where they were planted.

    Precision is 1 for borders and sheet edges. What is called a gap beside the planted ones touches another
    road within a centimetre and has no vertex in common with it: a fault of the data that the generator knows
    nothing of.
    """
    session = Session(author="")
    session.open(banner)
    plan = session.plan
    record = plan.table("dead_end")
    truth, places = record.column("reason"), record.geometry
    blind = Plan(
        plan.catalogue, plan.crs, {name: table for name, table in plan.tables.items() if name != "dead_end"}
    )
    result = road_faults(blind, session.policy)
    session.close()
    ends = result.of_kind("dead_end")
    xy = shapely.points(np.array([fault.at for fault in ends]))
    for reason in ("border", "data_edge"):
        found = {tuple(np.round(fault.at)) for fault in ends if fault.reason == reason}
        planted = {(round(one.x), round(one.y)) for one in places[truth == reason]}
        assert found == planted
    gaps = [fault for fault in ends if fault.repair]
    planted = places[truth == "gap"]
    spans = shapely.linestrings([[fault.repair.end, fault.repair.to] for fault in gaps])
    near = [float(shapely.distance(one, spans).min()) for one in planted]
    shut = [float(shapely.distance(one, xy).min()) > 10 for one in planted]  # on a road that is not passable
    assert all(off < 0.01 or closed for off, closed in zip(near, shut, strict=True))
    known = [
        fault for fault, span in zip(gaps, spans, strict=True) if shapely.distance(span, planted).min() < 0.01
    ]
    assert all(fault.repair.metres < 0.01 for fault in gaps if fault not in known)
    assert known


def test_listed_repaired_judged_and_undone(banner, tmp_path, capsys):
    project = Path(shutil.copyfile(banner, tmp_path / "p.gpkg"))

    def run(*more):
        assert main(["faults", str(project), *more]) == 0
        return capsys.readouterr().out

    first = json.loads(run("--json"))
    counts = Counter(row["kind"] for row in first["faults"])
    assert {kind: number for kind, number in first["summary"]["faults"].items() if number} == counts
    gaps = [row for row in first["faults"] if row["repair"]]
    west, south, east, north = 100.0, 40.0, 130.0, 55.0
    assert all(
        west < row["at"][0] < east and south < row["at"][1] < north for row in first["faults"] if row["at"]
    )
    run("--repair", gaps[0]["key"])
    assert len([row for row in json.loads(run("--json"))["faults"] if row["repair"]]) == len(gaps) - 1
    run("--repair", "all")
    assert not [row for row in json.loads(run("--json"))["faults"] if row["repair"]]
    assert main(["undo", str(project)]) == 0 and main(["undo", str(project)]) == 0
    capsys.readouterr()
    ends = [row for row in first["faults"] if row["reason"] == "true"]
    run("--judge", ends[0]["key"], "--judgement", "leave", "--note", "夏营地")
    again = json.loads(run("--json"))
    assert [row["key"] for row in again["faults"] if row["judged"]] == [ends[0]["key"]]
    assert again["faults"] == [
        {**row, "judged": again["faults"][at]["judged"]} for at, row in enumerate(first["faults"])
    ]
    assert main(["faults", str(project), "--repair", "dead_end:nowhere"]) == 1


def test_small_counts_do_not_leave(tmp_path, capsys):
    session = Session(author="")
    session.create(tmp_path / "small.gpkg", small_plan(**ROADS))
    session.close()
    out = tmp_path / "faults.csv"
    assert main(["faults", str(tmp_path / "small.gpkg"), "--json", "--out", str(out)]) == 0
    rows = {(row["kind"], row["road"]): row for row in json.loads(capsys.readouterr().out)["faults"]}
    # One household stands within 2 km of the road that A3's end hangs on: fewer than the small count.
    end = rows["dead_end", "A3"]
    assert (end["households_behind"], end["households_withheld"]) == (None, True)
    words = out.read_text("utf-8-sig")
    assert "户主" not in words and ",*," in words
    for suffix in ("xlsx", "gpkg", "json"):
        assert main(["faults", str(tmp_path / "small.gpkg"), "--out", str(tmp_path / f"f.{suffix}")]) == 0


def test_the_panel_shows_repairs_and_remembers(bench, qtbot):  # noqa: F811 - pytest's way
    made = bench(small_plan(**ROADS))
    marks = []
    made.bus.fault_marks.connect(lambda signs, coming: marks.append((signs, coming)))
    panel = made.show(RoadFaultsPanel)
    qtbot.waitUntil(lambda: panel.result is not None)
    placed = [fault for fault in panel.result.faults if fault.at is not None]
    assert len(marks[-1][0]) == len(placed) and marks[-1][1] is None
    row = next(at for at, fault in enumerate(panel.model.lines) if fault.repair)
    panel.table.setFocus()
    panel.table.selectRow(row)
    assert marks[-1][1].length == pytest.approx(6.0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert made.session.selection.kind == "road"
    panel.judged.setCurrentIndex(panel.judged.findData("wrong"))
    panel.judged.activated.emit(panel.judged.currentIndex())
    assert panel.current().judged["judgement"] == "wrong"
    qtbot.mouseClick(panel.repair, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not panel.stale and not panel.running)
    assert not any(fault.repair for fault in panel.result.faults)
    made.session.undo()
    qtbot.waitUntil(lambda: not panel.stale and not panel.running)
    back = next(fault for fault in panel.result.faults if fault.repair)
    assert back.judged["judgement"] == "wrong"
    panel.hide()
    assert marks[-1] == ((), None)
