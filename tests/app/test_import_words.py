"""What the import says of a file: traditional headings, a file that states no coordinate system, layers still
to be chosen, rows that wait for a place."""

from __future__ import annotations

import json
import shutil
import zipfile

import pytest

from app.cli import main
from tests.layers.planning.conftest import plan_of
from tests.samples import sample_project

POINTS = '{"type":"FeatureCollection","features":[%s]}'
POINT = '{"type":"Feature","properties":{"name":"甲"},"geometry":{"type":"Point","coordinates":[119.7,49.1]}}'


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return shutil.copyfile(sample_project(), tmp_path_factory.mktemp("words") / "project.gpkg")


def said(capsys, *arguments: object) -> tuple[int, str]:
    code = main(["import", *map(str, arguments)])
    return code, capsys.readouterr().out


def test_a_big5_file_with_traditional_headings_maps_itself(project, tmp_path, capsys):
    table = tmp_path / "戶.csv"
    table.write_bytes("編號,名稱,經度,緯度,戶主\nA1,甲,119.75,49.10,王小明\n".encode("big5"))
    code, out = said(capsys, project, table, "--as", "fitness", "--encoding", "Big5", "--dry-run", "--json")
    found = json.loads(out)
    assert code == 0 and found["mapping"] == {"code": "編號", "name": "名稱"}
    assert found["crs"] == "EPSG:4490" and (found["declared"], found["read"]) == (1, 1)


def test_a_file_that_states_no_coordinate_system_is_said_to_state_none(project, tmp_path, capsys):
    table = tmp_path / "点.csv"
    table.write_text("编号,名称,X,Y\nA1,甲,400000,5400000\n", "utf-8")
    code, out = said(capsys, project, table, "--as", "fitness", "--dry-run")
    assert code == 1 and "文件说：无）" in out


def test_rows_are_not_said_to_be_none_while_the_layer_is_asked(project, tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "两层.zip", "w") as archive:
        for name, count in (("甲", 1), ("乙", 2)):
            archive.writestr(f"{name}.geojson", POINTS % ",".join([POINT] * count))
    code, out = said(capsys, project, tmp_path / "两层.zip", "--dry-run")
    assert code == 1 and "甲（行数未数）" in out and "乙（行数未数）" in out and "声明" not in out
    _, out = said(capsys, project, tmp_path / "两层.zip", "--dry-run", "--json")
    assert json.loads(out)["layers"] == [{"name": "乙", "declared": None}, {"name": "甲", "declared": None}]


def test_layers_that_were_counted_tell_their_rows(project, capsys):
    code, out = said(capsys, project, sample_project(), "--dry-run", "--json")
    layers = {one["name"]: one["declared"] for one in json.loads(out)["layers"]}
    assert code == 1 and layers["公共厕所"] == 11


def test_a_row_that_waits_for_its_place_says_so(tmp_path, capsys):
    from app.session import Session

    session = Session(author="tester")
    session.create(tmp_path / "small.gpkg", plan_of())
    session.close()
    (tmp_path / "list.csv").write_text("项目编号,项目名称,建设地点\nP1,井,乙嘎查\nP2,路,甲嘎查\n", "utf-8")
    names = (tmp_path / "small.gpkg", tmp_path / "list.csv", "--as", "proposed_point", "--dry-run")
    _, out = said(capsys, *names)
    assert "（留在待落图）" in out and "（不导入）" not in out
    _, out = said(capsys, *names, "--json")
    (flagged,) = json.loads(out)["flagged"]
    assert (flagged["row"], flagged["outcome"]) == (2, "waits")


def test_what_an_update_would_do_is_said_before_it_is_done(tmp_path, capsys):
    from app.session import Session
    from tests.layers.maps.small_plan import small_plan

    project, table = tmp_path / "p.gpkg", tmp_path / "嘎查.csv"
    session = Session()
    gachas = session.create(project, small_plan()).table("gacha")
    codes, names = [gachas.column(name).tolist() for name in ("code", "name")]
    session.close()
    rows = [f"{code},{name}" for code, name in zip(codes, names, strict=True)][1:]
    rows[0] += "新名"
    table.write_text("\n".join(["嘎查代码,嘎查名称", *rows, "150724999201,新嘎查"]), "utf-8")
    wanted = (project, table, "--as", "gacha", "--mode", "replace", "--dry-run")
    code, out = said(capsys, *wanted, "--json")
    would = {"added": ["150724999201"], "changed": [codes[1]], "gone": [codes[0]], "kept": []}
    assert code == 0 and json.loads(out)["update"] == {**would, "same": len(codes) - 2}
    out = said(capsys, *wanted)[1]
    assert f"会移除 1 行：{codes[0]}" in out and "会更新 1 行" in out
    assert "身份证号" not in out
    table.write_text("名称,身份证号\n甲,150724196503121233\n", "utf-8")
    code, out = said(capsys, project, table, "--as", "household", "--dry-run")
    assert "个人信息（敏感，不出项目）：身份证号" in out
