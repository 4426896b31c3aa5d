"""A table of results as a report: the same words in DOCX and PDF, what may not leave stays, and it is
logged."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace

import docx
import pypdfium2 as pdfium
import pytest
import shapely

from app.cli import main
from app.exports.leaving import INSIDE
from app.exports.table_pages import table_pdf
from app.exports.table_report import Page, once
from layers.catalogue.registry import default_catalogue
from layers.planning.results import Provenance
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


def test_a_row_stands_whole_on_its_page_which_says_of_what_it_speaks(qapp):
    rows = tuple((f"项目{at // 40}", f"始{at:03}始" + "一段很长的话。" * (at % 9) + f"末{at:03}末", "x", "1.5")
                 for at in range(120))
    page = Page("表", "旗", datetime.date(2024, 1, 1), INSIDE, ("项目", "怎么办", "列", "公顷"),
                (False, False, False, True), rows, ("一句说明",), _nothing(), "数据")
    sheets = [sheet.get_textpage().get_text_bounded().replace("\r\n", "")
              for sheet in pdfium.PdfDocument(table_pdf(page))]
    assert len(sheets) > 3 and "一句说明" in sheets[-1]
    for row in range(120):
        at_home = [sheet for sheet in sheets if f"始{row:03}始" in sheet]
        assert len(at_home) == 1 and f"末{row:03}末" in at_home[0], row
    for sheet in sheets:
        first = int(sheet.split("始")[1])
        assert f"项目{first // 40}" in sheet and "怎么办" in sheet
    high = replace(page, rows=(("项目", "一段很长的话。" * 2000, "x", "1"), *rows[:2]))
    said = "".join(sheet.get_textpage().get_text_bounded() for sheet in pdfium.PdfDocument(table_pdf(high)))
    assert said.replace("\r\n", "").count("一段很长的话。") >= 1900, "only what is higher than a page is cut"


def test_cells_that_repeat_stand_once_but_for_those_that_are_stated():
    rows = (("a", "b", "1", "x"), ("a", "b", "2", "x"), ("b", "b", "2", "x"))
    assert once(rows) == [rows[0], ("", "", "2", "x"), rows[2]]
    assert once(rows, stated=1)[1] == ("a", "", "2", "x")
    assert once(()) == []


def _nothing() -> Provenance:
    return Provenance(small_plan(), (), "1", "0" * 16, (), None)
