"""The workbook of gaps: its cells are the released numbers, nothing in it is a formula, its bytes are
repeatable."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import shapely

from app.actions.gaps import counted_gaps
from app.cli import main
from app.exports.gap_table import release_gaps
from app.exports.workbook import LEVELS, shown, write_workbook
from app.messages import tr
from app.session import Session
from layers.catalogue.text import Text
from layers.plan.changes import Changes
from tests.app.panels.conftest import A, B, at, small_plan
from tests.samples import sample_project

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(path: Path) -> list[list[list[object]]]:
    """Sheets of rows of values; an empty cell is not there."""
    with zipfile.ZipFile(path) as file:
        words = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
        strings = ["".join(part.text or "" for part in one.iter(f"{NS}t")) for one in words]
        names = sorted(name for name in file.namelist() if name.startswith("xl/worksheets/sheet"))
        sheets = [ElementTree.fromstring(file.read(name)) for name in names]
    assert not any(True for sheet in sheets for _ in sheet.iter(f"{NS}f"))
    return [
        [
            [
                strings[int(cell[0].text or "")] if cell.get("t") == "s" else float(cell[0].text or "")
                for cell in row
                if len(cell)
            ]
            for row in sheet.iter(f"{NS}row")
        ]
        for sheet in sheets
    ]


def test_a_workbook_holds_the_released_numbers_and_their_sources(tmp_path: Path) -> None:
    project = tmp_path / "a.gpkg"
    shutil.copy(sample_project(), project)
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    assert main(["workbook", str(project), str(one)]) == 0
    assert main(["workbook", str(project), str(two)]) == 0
    assert one.read_bytes() == two.read_bytes()
    *sheets, sources = cells(one)
    levels, more = sheets[: len(LEVELS)], sheets[len(LEVELS) :]
    assert len(more) == 3  # targets, roads, projects; no scheme is kept yet
    session = Session()
    session.open(project)
    result = counted_gaps(session, year=None, scheme=None)
    released = release_gaps(session, result.rows, words=True)
    for level, sheet in zip(LEVELS, levels, strict=True):
        at = [released.keys.index(name) for name in shown(level)]
        pairs = zip(released.rows, result.rows, strict=True)
        rows = [row for row, gap in pairs if gap.unit_role == f"unit.{level}"]
        expected = sorted(str([row[i] for i in at if row[i] is not None]) for row in rows)
        plain = [[int(v) if isinstance(v, float) and v.is_integer() else v for v in row] for row in sheet[1:]]
        assert sorted(map(str, plain)) == expected
    assert "计数单位" in levels[0][0] and "户" in levels[0][1]  # households without a toilet are 户
    said = str(sources)
    assert result.provenance.policy_version in said
    assert f"EPSG:{session.plan.crs.epsg}" in said
    assert all(str(digest) in said for _, digest in dict(result.provenance.digests).items())
    session.close()


def test_the_plan_s_own_tables_say_what_the_project_says(tmp_path: Path) -> None:
    """By hand: A gets 2 in 2022 and 3 in 2023, B 7 and 0: the 2 goes with the 7, and so do both sums; the
    quotas stand. One road of 3 km, budget 40; public: what the bureau keeps for itself is in no sheet."""
    road = {
        "code": "P1",
        "name": "乙路",
        "kind_of_work": "road",
        "status": "idea",
        "scheme": "甲案",
        "year": 2023,
        "budget": 40,
        "fund_source": "某资金",
        "geom": shapely.MultiLineString([[at(1, 1), at(4, 1)]]),
    }
    scheme = {
        "service": "toilets",
        "quotas": {"2022": 9, "2023": 3},
        "locks": [],
        "weights": {},
        "policy": "",
        "cells": {A: {"2022": 2, "2023": 3}, B: {"2022": 7}},
    }
    session = Session(author="甲")
    session.create(tmp_path / "a.gpkg", small_plan(proposed_line=[road]))
    session.do(Text("", ""), Changes(documents=(session.plan.set_document("scheme", "甲案", scheme),)))
    result = counted_gaps(session, year=None, scheme="甲案")
    write_workbook(session, result, tmp_path / "a.xlsx", scheme="甲案")
    targets, allocation, roads, library = cells(tmp_path / "a.xlsx")[3:-1]
    assert allocation[0][-3:] == ["2022 年", "2023 年", "合计"]
    assert [row[-3:] for row in allocation[1:]] == [["*", 3, "*"], ["*", 0, "*"], [9, 3, 12]]
    assert roads[1][:4] == ["P1", "乙路", "甲案", 2023] and roads[1][-2:] == [40, pytest.approx(3, abs=0.01)]
    assert "绩效" in str(library[1]) and "某资金" in library[1]
    assert any(row[2] == tr(session.policy.target("toilets").title) for row in targets)
    write_workbook(session, result, tmp_path / "b.xlsx", scheme="甲案", audience="public")
    assert "某资金" not in str(cells(tmp_path / "b.xlsx")) and 40 not in cells(tmp_path / "b.xlsx")[5][1]
    session.close()


def test_another_ending_is_refused(tmp_path: Path) -> None:
    project = tmp_path / "a.gpkg"
    shutil.copy(sample_project(), project)
    assert main(["workbook", str(project), str(tmp_path / "a.csv")]) != 0
    assert not (tmp_path / "a.csv").exists()


def test_words_that_look_like_a_formula_are_themselves_and_are_escaped_only_for_csv(tmp_path: Path) -> None:
    project = tmp_path / "a.gpkg"
    shutil.copy(sample_project(), project)
    assert main(["set", str(project), "gacha", "150724100204", "name==1+1"]) == 0
    assert main(["workbook", str(project), str(tmp_path / "a.xlsx")]) == 0
    assert main(["gaps", str(project), "--out", str(tmp_path / "a.csv")]) == 0
    names = {row[1] for row in cells(tmp_path / "a.xlsx")[0][1:]}
    assert "=1+1" in names and "'=1+1" not in names
    assert ",'=1+1," in (tmp_path / "a.csv").read_text("utf-8-sig")
