"""The project library, a feature's history, versions compared: on the command line and in the window."""

from __future__ import annotations

import json

import pytest
import shapely
from PySide6.QtCore import Qt

from app.actions import drawing
from app.actions.editing import edit
from app.cli import main
from app.dialogs.changes import CompareDialog
from app.dialogs.project_library import ProjectLibrary
from app.panels.history import ITEM
from app.session import Session
from layers.errors import RuleError
from tests.app.windows import settle
from tests.layers.maps.small_plan import at, small_plan


@pytest.fixture
def project(tmp_path):
    """Three proposed areas: an idea, one in the library without a target (imported so), one in order."""
    rows = [
        {"code": "B", "name": "乙", "status": "idea", "geom": shapely.box(*at(0.5, 0.5), *at(0.6, 0.6))},
        {"code": "A", "name": "甲", "status": "reserve", "geom": shapely.box(*at(0.7, 0.5), *at(0.8, 0.6))},
        {"code": "C", "name": "丙", "status": "reserve", "performance_target": "x", "extent": "x",
         "standard": "x",
         "groundwork": "x", "geom": shapely.box(*at(0.9, 0.5), *at(1, 0.6))},
    ]  # fmt: skip
    path = tmp_path / "p.gpkg"
    session = Session(author="tester")
    session.create(path, small_plan(proposed_area=rows))
    session.close()
    return path


def run(capsys, *words):
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


def test_the_library_on_the_command_line(capsys, project):
    code, out, _ = run(capsys, "projects", project, "--json")
    found = {one["code"]: one for one in json.loads(out)["projects"]}
    assert code == 0 and [check["id"] for check in found["A"]["checks"]] == ["performance", "scope"]
    assert found["A"]["checks"][0]["state"] == "missing" and found["C"]["checks"][0]["state"] == "met"
    assert json.loads(out)["by_state"]["reserve"] == 2
    code, out, _ = run(capsys, "projects", project, "--state", "入库储备")
    assert code == 0 and "没有绩效目标" in out and "乙" not in out
    assert run(capsys, "projects", project, "--state", "nowhere")[0] == 1
    code, _, err = run(capsys, "set", project, "proposed_area", "B", "status=reserve")
    assert code == 1 and "绩效目标" in err and "3.4" in err
    assert (
        run(capsys, "set", project, "proposed_area", "B", "status=reserve", "performance_target=受益20户")[0]
        == 0
    )


def test_shapes_on_the_command_line(capsys, project, tmp_path):
    x, y = at(1.5, 1.5)
    code, out, _ = run(capsys, "draw", project, "proposed_line", "--wkt",
                       f"LINESTRING({x} {y}, {x + 1000} {y})",
                       "name=新路", "class=class_iv", "--json")  # fmt: skip
    assert code == 0 and json.loads(out)["features"][0]["length_m"] == pytest.approx(1000, rel=1e-3)
    code, out, _ = run(
        capsys, "draw", project, "proposed_area", "--at", f"{x},{y}", "--shed", "20x50@30", "--json"
    )
    assert json.loads(out)["features"][0]["area_m2"] == pytest.approx(1000, rel=1e-5)
    key = json.loads(out)["features"][0]["key"]
    file = tmp_path / "s.geojson"
    file.write_text(json.dumps(shapely.geometry.mapping(shapely.box(x, y, x + 100, y + 100))), "utf-8")
    assert run(capsys, "edit-geometry", project, "proposed_area", key, "--geojson", file)[0] == 0
    line = f"LINESTRING({x + 40} {y - 9}, {x + 40} {y + 200})"
    code, out, _ = run(capsys, "edit-geometry", project, "proposed_area", key, "--split", line, "--json")
    sizes = [one["area_m2"] for one in json.loads(out)["features"]]
    assert sizes == pytest.approx([6000, 4000], rel=1e-3)
    assert run(capsys, "edit-geometry", project, "proposed_area", key, "--merge", f"{key}-2")[0] == 0
    for wrong in (["--split", line, "--simplify", 3], [], ["--hole", "POLYGON((1 1,2 1,2 2,1 1))"]):
        assert run(capsys, "edit-geometry", project, "proposed_area", key, *wrong)[0] == 1
    assert run(capsys, "edit-geometry", project, "proposed_area", key, "--delete")[0] == 0
    for _ in range(6):
        assert run(capsys, "undo", project)[0] == 0
    session = Session()
    session.open(project)
    assert len(session.plan.table("proposed_area")) == 3 and "proposed_line" not in session.plan
    session.close()


def test_what_happened_to_one_feature_and_what_a_version_differs_by(capsys, project):
    session = Session(author="李工")
    session.open(project)
    edit(session, "proposed_area", 1, {"budget": 10.0})
    session.name_version("会前版")
    edit(session, "proposed_area", 1, {"budget": 12.0})
    drawing.move(session, "proposed_area", [1], 5, 0)
    drawing.delete(session, "proposed_area", [2])
    session.close()
    code, out, _ = run(capsys, "history", project, "--feature", "proposed_area:B", "--json")
    steps = json.loads(out)
    assert code == 0 and [step["author"] for step in steps] == ["李工"] * 3
    assert (steps[1]["before"], steps[1]["after"]) == ({"budget": 10.0}, {"budget": 12.0})
    assert "POLYGON" in steps[0]["after"]["geom"]
    assert "12.0" in run(capsys, "history", project, "--feature", "proposed_area:B")[1]
    code, out, _ = run(capsys, "versions", project, "会前版", "--json")
    (kind,) = json.loads(out)["kinds"]
    assert (kind["added"], kind["changed"], kind["removed"]) == ([], [1], [2])
    assert run(capsys, "versions", project, "会前版", "--returning")[0] == 0
    assert json.loads(run(capsys, "versions", project, "会前版", "--json")[1])["kinds"] == []
    assert (
        run(capsys, "versions", project, "没有的版")[0] == 1
        and run(capsys, "history", project, "--feature", "x")[0] == 1
    )


def test_an_edit_and_a_new_feature_pass_the_same_gate(project):
    session = Session()
    session.open(project)
    with pytest.raises(RuleError, match="state_refused"):
        edit(session, "proposed_area", 1, {"status": "reserve"})
    with pytest.raises(RuleError, match="state_refused"):
        drawing.add(session, "proposed_area", [shapely.box(*at(1, 1), *at(1.1, 1.1))], {"status": "approved"})
    assert not session.history()
    session.close()


def test_the_library_and_a_comparison_in_the_window(make_window, project):
    window = make_window(project)
    window.run_command("projects")
    library = window.findChild(ProjectLibrary)
    shown = [library.table.item(row, 0).text() for row in range(3)]
    assert shown == ["A", "B", "C"] and "没有绩效目标" in library.table.item(0, 7).text()
    library.state.setCurrentIndex(library.state.findData("lacking"))
    assert [library.table.isRowHidden(row) for row in range(3)] == [False, True, True]
    library.state.setCurrentIndex(0)
    library.filter.setText("丙")
    assert [library.table.isRowHidden(row) for row in range(3)] == [True, True, False]
    library.table.selectRow(2)
    assert window.session.selection.fids == {3} and library.edit.isEnabled()
    window.session.name_version("会前版")
    drawing.delete(window.session, "proposed_area", [2])
    edit(window.session, "proposed_area", 3, {"budget": 5.0})
    assert library.table.rowCount() == 2
    library.close()
    window.run_command("history")
    history = window.side.history
    rows = range(history.list.count())
    history.list.setCurrentRow(
        next(at for at in rows if history.list.item(at).data(ITEM).entry.op == "version")
    )
    history.compare_button.click()
    settle(window)
    dialog = window.findChild(CompareDialog)
    assert {token for _, token in dialog.shapes} == {"bad", "warn"} and len(window.map._highlights) == 2
    assert dialog.tree.topLevelItem(0).childCount() == 2
    dialog.close()
    assert window.map._highlights == []
    assert Qt.ItemDataRole.UserRole == ITEM
