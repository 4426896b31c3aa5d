"""Figures on the command line: with date and source, undone, what became of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import main
from app.session import Session
from tests.app.panels.conftest import small_plan


@pytest.fixture
def project(tmp_path):
    session = Session(author="甲")
    session.create(tmp_path / "small.gpkg", small_plan())
    session.close()
    return str(tmp_path / "small.gpkg")


def enter(project, year, value, date="2025-12-31", source="疾控年报", target="vaccination"):
    return main(["set-figure", project, target, str(year), value, "--date", date, "--source", source])


def said(capsys, *arguments):
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_program_gets_the_refusal_too(project, tmp_path, capsys):
    """--json: code, sentence and hint on stdout; and what cannot be written is refused before anything is
    kept."""
    assert main(["figures", project, "--target", "moon", "--json"]) == 1
    told, err = capsys.readouterr()
    assert json.loads(told)["error"] == "unknown_target" and json.loads(told)["message"] in err
    before, out = Path(project).read_bytes(), str(tmp_path / "x.bin")
    assert main(["roads", project, "--scheme", "甲案", "--out", out]) == 1
    assert main(["site", project, "--kind", "clinic", "--number", "1", "--scheme", "甲案", "--out", out]) == 1
    assert ".bin" in capsys.readouterr().err and Path(project).read_bytes() == before


def test_a_figure_is_kept_with_its_date_and_source_and_all_that_became_of_it(project, capsys):
    assert enter(project, 2024, "88") == 0 == enter(project, 2024, "91.5", "2025/1/15", "更正")
    found = said(capsys, "figures", project, "--target", "vaccination")
    assert found["figures"] == [{"year": 2024, "value": 91.5, "as_of": "2025-01-15", "source": "更正"}]
    newest, oldest = found["history"]
    assert (newest["before"]["value"], newest["after"]["value"], newest["op"]) == (88, 91.5, "do")
    assert newest["before"]["source"] == "疾控年报" and oldest["before"]["value"] is None
    trace = said(capsys, "trace", project, "--target", "vaccination")
    assert trace["low"] == 91.5 and trace["fields"]["figures"] == found["figures"]
    assert "截至 2025-01-15，来源：更正" in trace["words"]
    assert main(["undo", project]) == 0
    found = said(capsys, "figures", project, "--target", "vaccination")
    assert found["figures"][0]["value"] == 88 and [one["op"] for one in found["history"]] == [
        "undo",
        "do",
        "do",
    ]
    assert enter(project, 2024, "-") == 0
    assert said(capsys, "figures", project) == []
    assert said(capsys, "figures", project, "--target", "vaccination")["history"][0]["after"]["value"] is None


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"value": "many"}, 1, "many"),
        ({"value": "9", "date": "yesterday"}, 1, "yesterday"),
        ({"value": "9", "source": " "}, 1, "来源"),
        ({"value": "9", "target": "moon"}, 1, "moon"),
        ({"value": "9", "year": 20}, 1, "20"),
        ({"value": "9", "year": "x"}, 2, "x"),
    ],
)
def test_what_is_not_a_figure_is_refused_in_a_sentence(project, capsys, given, code, words):
    before = Path(project).read_bytes()
    try:
        found = enter(project, **{"year": 2024, **given})
    except SystemExit as end:
        found = end.code
    assert found == code and words in capsys.readouterr().err and Path(project).read_bytes() == before
