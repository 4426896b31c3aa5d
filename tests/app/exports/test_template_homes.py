"""Templates in three homes: listed, copied between them, used by what is exported; what is broken says so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app import template_homes
from app.cli import main
from app.dialogs.sheet_templates import TemplateRow
from app.session import Session
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.maps.paper_parts import Box
from layers.maps.sheet_logo import Logo
from layers.maps.sheet_parts import Part
from layers.maps.sheet_template import PLAIN, SheetTemplate, read_template_file
from layers.maps.sheet_template_file import template_toml
from layers.store import create_project
from tests.layers.maps.small_plan import small_plan

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"/>'
MADE = replace(
    PLAIN, id="wall", title=Text("挂图 \"甲\"\\\x7f", "Wall"), margins=(20.0, 8.0, 8.0, 8.0),
    logo=Logo("svg", SVG),
    parts=(Part("map", Box(20, 20, 200, 200)), Part("notes", Box(230, 20, 90, 20)),
           Part("text", Box(230, 60, 90, 20), Text("第一行\n{unit}\t末", "One"), 5.0, "centre"),
           Part("picture", Box(230, 90, 40, 20), picture=Logo("svg", SVG))),
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QITU_CONFIG", str(tmp_path / "profile"))
    create_project(tmp_path / "p.gpkg", small_plan(), title="试验")
    return tmp_path / "p.gpkg"


def listed(project: Path, capsys: pytest.CaptureFixture[str], *more: str) -> list[dict]:
    assert main(["templates", str(project), *more, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_template_is_the_same_after_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(template_toml(MADE), "utf-8")
    assert read_template_file(tmp_path / "x.toml") == MADE


def test_the_command_lists_copies_and_removes_in_every_home(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wall.toml").write_text(template_toml(MADE), "utf-8")
    first = listed(project, capsys, "--add", str(tmp_path / "wall.toml"), "--to", "profile")
    mine = [one for one in first if one["home"] == "profile"]
    assert [one["id"] for one in mine] == ["wall"] and mine[0]["frames"] == [
        "map",
        "notes",
        "text",
        "picture",
    ]
    both = listed(project, capsys, "--copy", "wall")
    assert {one["home"]: one["used"] for one in both if one["id"] == "wall"} == {
        "profile": False,
        "project": True,
    }
    again = listed(project, capsys, "--copy", "approval", "--to", "profile")
    assert [one["id"] for one in again if one["home"] == "profile"] == ["approval", "wall"]
    gone = listed(project, capsys, "--remove", "wall", "--source", "profile")
    assert [one["home"] for one in gone if one["id"] == "wall"] == ["project"]
    assert main(["templates", str(project), "--remove", "wall", "--source", "profile"]) == 1
    assert "不在我的模板里" in capsys.readouterr().err


def test_a_broken_file_is_told_and_hinders_nothing(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], qtbot
) -> None:  # type: ignore[no-untyped-def]
    folder = template_homes.profile_folder()
    folder.mkdir(parents=True)
    (folder / "bad.toml").write_text("id = ", "utf-8")
    (folder / "odd.toml").write_text('id = "odd"\npaper = "A9"\n', "utf-8")
    for name in ("one", "two"):
        (folder / f"{name}.toml").write_text('id = "twice"\n', "utf-8")
    assert main(["templates", str(project)]) == 0
    said = capsys.readouterr().out
    assert "bad.toml  读不出（我的）：读不出模板文件 bad.toml" in said and "odd.toml  读不出" in said
    assert "two.toml  读不出（我的）：“twice”这个编号已有另一个模板文件" in said
    assert main(["export", str(project), str(tmp_path / "x.pdf"), "--template", "odd"]) == 1
    assert "paper" in capsys.readouterr().err and not (tmp_path / "x.pdf").exists()
    session = Session(author="tester")
    session.open(project)
    faults: list[str] = []
    row = TemplateRow(session, lambda: ("A4-portrait", "甲局"), lambda error: faults.append(error.code))
    qtbot.addWidget(row)
    assert len(row.broken()) == 3 and row.list.findText("twice（我的）") >= 0
    row.keep_mine()  # the plain one, as mine
    kept: SheetTemplate = row.template()
    assert (kept.id, kept.paper, kept.unit) == ("标准图幅", "A4-portrait", "甲局") and not session.history()
    assert template_homes.find(session.plan, "标准图幅") == kept
    row._enable()
    row.delete.trigger()
    assert not (folder / "标准图幅.toml").exists() and not faults
    (folder / "x").write_text("", "utf-8")
    session.close()
    with pytest.raises(InputError, match="template_not_mine"):
        template_homes.drop_from_profile("没有")
