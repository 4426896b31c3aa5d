"""A table of results as a report: the same words in DOCX and PDF, what may not leave stays, and it is
logged."""

from __future__ import annotations

import json

import docx
import pypdfium2 as pdfium
import pytest
import shapely

from app.cli import main
from layers.catalogue.registry import default_catalogue
from layers.store import Store, create_project
from tests.app.panels.conftest import A, at, box, small_plan


@pytest.fixture
def project(tmp_path):
    plan = small_plan(
        proposed_area=[{"code": "X1", "name": "样例养殖小区", "kind_of_work": "livestock", "year": 2024,
                        "geom": box(1, 6, 2, 7)}],
        camp=[{"code": "C1", "geom": at(3, 7)}],
        fence=[{"code": "F", "gacha_code": A, "geom": shapely.LineString([at(2, 6), at(6, 6)])}],
    )  # fmt: skip
    path = tmp_path / "p.gpkg"
    create_project(path, plan)
    return path


def pdf_text(path) -> str:
    pages = pdfium.PdfDocument(path.read_bytes())
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages)


def docx_text(path) -> str:
    found = docx.Document(str(path))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in found.paragraphs), *cells])


def test_verdicts_and_bans_as_reports(project, tmp_path):
    asked = (
        ("check", ".pdf", ("--date", "2024-06-01"), ("核查单", "样例养殖小区", "北禁牧区")),
        ("bans", ".docx", ("--date", "2024-06-01", "--by", "zone"), ("禁牧区内", "北禁牧区", "样〔2021〕1号", "4")),
    )
    for command, suffix, options, words in asked:
        out = tmp_path / f"{command}{suffix}"
        assert main([command, str(project), *options, "--out", str(out)]) == 0, command
        said = (docx_text if suffix == ".docx" else pdf_text)(out).replace("\n", "").replace("\r", "")
        missing = [word for word in words if word not in said]
        assert not missing, (command, suffix, missing, said)
        assert "内部资料" in said and "C1" not in said, "one camp is not said"
    with Store.open(project, default_catalogue()) as store:
        log = store.load().documents["export_log"]
    assert sorted(str(one["what"]) for one in log.values()) == ["bans.docx", "check.pdf"]


def test_what_lies_in_no_zone_is_said_and_a_missing_layer_is_unknown(project, tmp_path, capsys):
    out = tmp_path / "z.docx"
    assert main(["zones", str(project), "--at", "117.25,47.85", "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr()[0]) == []
    said = docx_text(out)
    assert "不在已有的任何分区" in said and "117.250000,47.850000" in said and "生态保护红线" in said
