"""The register on both faces: traced, written, rules changed and what moved; on another banner too."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest
from python_calamine import CalamineWorkbook

from app.actions.gaps import gaps
from app.actions.register import targets, trace
from app.actions.rules import rules
from app.cli import main
from app.session import Session
from layers.errors import InputError
from tests.samples import sample_project


@pytest.fixture
def session(tmp_path):
    made = Session(author="甲")
    made.open(shutil.copyfile(sample_project(), tmp_path / "p.gpkg"))
    yield made
    made.close()


def test_the_plan_s_scope_is_counted_from_the_layers(session):
    states = {one["id"]: one for one in targets(session).data}
    assert [states[f"scope_{name}"]["value"] for name in ("sumu", "gachas", "households", "people")] == [
        8,
        44,
        745,
        1724,
    ]
    spatial = [one for one in states.values() if one["kind"] == "spatial"]
    assert spatial and all(one["low"] is not None for one in spatial)
    for one in states.values():
        if one["threshold"] is None:
            assert one["status"] == "none" and one["gap"] is None


def test_a_trace_leads_to_features_formula_rules_clause_and_data(session):
    answer = trace(session, target="no_blank_spots")
    assert answer.data["low"] == len(answer.data["features"]["counted"]["gacha"])
    assert answer.data["clauses"] == [{"id": "no_blank_spots", "chapter": "6.2"}]
    assert "{" not in "\n".join(answer.lines) and answer.data["policy_digest"] == session.policy.digest
    road = trace(session, service="road", unit=session.plan.with_role("unit.gacha")[0].column("code")[0])
    assert {rule["id"] for rule in road.data["rules"]} == {"road_node_m", "road_snap_m"}
    for state in targets(session).data:
        words = "\n".join(trace(session, target=state["id"]).lines[:4]) if state["kind"] == "rule" else ""
        assert "{" not in words
    dated = [one for one in targets(session).data if one["basis"] == "delivered" and len(one["years"]) > 1]
    quota = dated[0]
    for year, one in quota["years"].items():
        of_year = trace(session, f"target/{quota['id']}/all/years.{year}.delivered").data
        assert of_year["low"] == one["delivered"], year
        assert sum(map(len, of_year["features"]["counted"].values())) == one["delivered"]
    no_year = f"target/{quota['id']}/all/years.1.delivered"
    for number, code in ((None, "trace_unasked"), (no_year, "target_year_unknown")):
        with pytest.raises(InputError) as refused:
            trace(session, number)
        assert refused.value.code == code


def test_every_formula_has_its_sentence_and_all_its_numbers(session):
    from app.trace_words import formula_words
    from layers.planning.gaps import gaps as compute
    from layers.planning.trace import trace_target

    counted = compute(session.plan, session.policy)
    for target in session.policy.targets:
        words = formula_words(trace_target(session.plan, session.policy, target.id, counted=counted))
        assert not words.startswith("formula_") and "{" not in words, target.id


def test_a_rule_is_changed_as_one_step_that_can_be_undone_and_says_what_moved(session):
    before = session.policy.digest
    answer = rules(session, set={"road_snap_m": "1"}, source="会议定")
    assert session.policy.rule("road_snap_m").value == 1 and answer.data["moved"]
    assert {"kind", "id", "before", "after"} == set(answer.data["moved"][0])
    listed = {one["id"]: one for one in rules(session).data}
    assert listed["road_snap_m"]["changed"] and listed["road_snap_m"]["shipped"] == {"value": 500}
    session.undo()
    assert session.policy.digest == before
    assert rules(session, set={"sheep_unit_weight": "46"}, source="会议定").data["moved"] == []
    with pytest.raises(InputError) as refused:
        rules(session, set={"road_snap_m": "2"})
    assert refused.value.code == "rule_source_missing"


def test_written_as_workbook_and_layer(session, tmp_path):
    for name in ("t.xlsx", "t.json", "t.gpkg"):
        targets(session, out=tmp_path / name)
    rows = CalamineWorkbook.from_path(str(tmp_path / "t.xlsx")).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["编号", "章节", "指标"] and len(rows) > len(session.policy.targets)
    with pytest.raises(InputError) as refused:
        targets(session, out=tmp_path / "t.shp")
    assert refused.value.code == "format_unknown"
    with sqlite3.connect(tmp_path / "t.gpkg") as file:  # a table that QGIS joins: targets have no shape
        ((table, kind),) = file.execute("select table_name, data_type from gpkg_contents").fetchall()
        counted = f'select count(*), max("asked") from "{table}"'  # noqa: S608
        assert kind == "attributes" and file.execute(counted).fetchone()[0] == len(session.policy.targets)
    gaps(session, out=tmp_path / "g.gpkg")
    with sqlite3.connect(tmp_path / "g.gpkg") as file:
        named = "select table_name from gpkg_contents where data_type = 'features'"
        (table,) = file.execute(named).fetchone()
        counted = f'select count(*), count(geom), typeof(max("gap")) from "{table}"'  # noqa: S608
        found = file.execute(counted).fetchone()
    assert found[0] == found[1] == len(gaps(session).data) and found[2] == "integer"


def test_on_the_command_line(session, capsys):
    path = str(session.path)
    session.close()
    assert main(["trace", path, "--target", "scope_people", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["low"] == 1724
    assert main(["trace", path]) == 1
    assert main(["rules", path, "--set", "road_snap_m=900", "--source", "会议定", "--json"]) == 0
    capsys.readouterr()
    assert main(["rules", path, "--json"]) == 0
    assert next(one for one in json.loads(capsys.readouterr().out) if one["id"] == "road_snap_m")[
        "values"
    ] == {"value": 900}
