"""Reports read back with python-docx: real styles, repeated heads, numbers and their sources, the gate."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import docx
import pytest
import shapely
from docx.oxml.ns import qn

from app.exports.leaving import Leaving
from app.exports.office import numbers_of
from app.exports.report import write_report
from app.session import Snapshot
from layers.catalogue.registry import default_catalogue
from layers.errors import InputError, RuleError
from layers.plan.plan import Plan
from layers.policy import load_policy
from layers.provenance import WITHHELD
from layers.release import PUBLIC
from resources.templates.build_templates import report_template, slides_template
from tests.app.exports.banners import EAST, NORTH, SIDE, banner_of, gacha_code, people

HOSTILE = '=cmd|"/c calc"!A1\x08 <w:p>&amp;</w:p> 很长' + "长" * 200
DAY = datetime.date(2026, 11, 27)


def source(*, small: bool = False) -> Snapshot:
    """Three gachas that lack 9, 8 and 1 toilets; one clinic, a road, a planned road across a ban zone.

    small: the third is alone in a sumu of its own.
    """
    rows = people(range(3), lambda at: (5, (9, 8, 1)[at]))
    for row in rows["household"]:
        row["head"] = row["note"] = f"密语{row['code']}"
    rows["clinic"] = [{"code": "W1", "gacha_code": gacha_code(0), "operating": True,
                       "geom": shapely.Point(EAST + 10, NORTH + 10)}]  # fmt: skip
    line = shapely.MultiLineString([[(EAST, NORTH + 3000), (EAST + 2 * SIDE, NORTH + 3000)]])
    rows["road"] = [{"code": "R1", "class": "class_iv", "surface": "asphalt", "geom": line}]
    rows["grazing_zone"] = [{
        "code": "Z1", "name": "某禁牧区", "regime": "ban", "valid_from": "2021-01-01", "quality": "surveyed",
        "geom": shapely.MultiPolygon([shapely.box(EAST, NORTH, EAST + 1000, NORTH + 6000)]),
    }]  # fmt: skip
    rows["proposed_line"] = [{
        "code": "XL1", "name": HOSTILE, "kind_of_work": "road", "status": "idea", "year": 2024,
        "quality": "surveyed", "budget": 12.5,
        "geom": shapely.MultiLineString([[(EAST, NORTH + 2000), (EAST + 5000, NORTH + 2000)]]),
    }]  # fmt: skip
    rows["land_parcel"] = [{
        "BSM": "P1", "DLBM": "0401", "DLMC": "天然牧草地", "QSXZ": "20",
        "geom": shapely.MultiPolygon([shapely.box(EAST, NORTH, EAST + 2000, NORTH + 6000)]),
    }]  # fmt: skip
    catalogue = default_catalogue()
    kept = {kind: [{name: value for name, value in row.items() if name == "geom" or
                    name in catalogue[kind].column_names} for row in each] for kind, each in rows.items()}
    plan = banner_of(["甲", "乙", "丙"], kept)
    if small:
        gacha, sumu = plan.table("gacha"), plan.table("sumu")
        other = {"code": "150724101000", "name": "另一苏木", "geom": sumu.row(int(sumu.fids[0]))["geom"]}
        moved = gacha.apply([gacha.update(int(gacha.fids[2]), {"sumu_code": "150724101000"})])
        changed = {"gacha": moved, "sumu": sumu.apply([sumu.insert(other)])}
        plan = Plan(plan.catalogue, plan.crs, {**plan.tables, **changed}, plan.documents)
    return Snapshot(plan, load_policy(), catalogue, Path("a.gpkg"))


@pytest.fixture(scope="module")
def yearly(tmp_path_factory, qapp) -> tuple[Snapshot, bytes]:
    session, out = source(), tmp_path_factory.mktemp("report") / "a.docx"
    write_report(session, out, year=2023, leaving=Leaving(day=DAY, dpi=100))
    return session, out.read_bytes()


@pytest.fixture(scope="module")
def sheet(tmp_path_factory, qapp) -> bytes:
    out = tmp_path_factory.mktemp("sheet") / "a.docx"
    write_report(source(), out, kind="project", project="XL1", leaving=Leaving(day=DAY, dpi=100))
    return out.read_bytes()


def tables(document) -> dict[str, list[list[str]]]:
    """Tables by the words of their first head cells."""
    return {" ".join(cell.text for cell in table.rows[0].cells):
            [[cell.text for cell in row.cells] for row in table.rows[1:]] for table in document.tables}


def test_a_report_has_real_styles_and_every_page_says_what_it_is(yearly):
    document = docx.Document(io.BytesIO(yearly[1]))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles[0] == "Title" and document.paragraphs[0].text == "2023 年度监测报告"
    assert {"Subtitle", "Stamp", "Heading 1", "Heading 2", "Caption", "List Bullet"} <= set(styles)
    heads = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert heads[:3] == ["概要", "目标进展", "各苏木还缺什么"] and "卫生厕所" in heads and "道路" in heads
    section = document.sections[0]
    assert "内部资料 注意保存 · 未经审图，不得公开" in section.header.paragraphs[0].text
    footer = section.footer.paragraphs[0]
    assert yearly[0].policy.version in footer.text
    assert [one.text.strip() for one in footer._p.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table.style.name == "Report Table"
    fonts = document.styles["Heading 1"].element.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == "微软雅黑"
    assert len(document.inline_shapes) >= 2
    assert all("地图" in shape._inline.docPr.get("descr") for shape in document.inline_shapes)


def test_numbers_of_the_yearly_report_are_the_hand_counted_ones_with_their_sources(yearly):
    session, data = yearly
    document = docx.Document(io.BytesIO(data))
    # 18 lack a toilet and 15 have one; all 33 were surveyed. Of 3 gachas one has a clinic.
    assert "卫生厕所：已有 15 户，还缺 18 户，未知 0 户。" in [one.text for one in document.paragraphs]
    found = tables(document)
    by_sumu = found["苏木乡镇 已有 还缺 未知"]
    assert by_sumu == [["某苏木", "15", "18", "0"], ["合计", "15", "18", "0"]]
    roads = next(rows for head, rows in found.items() if "长度（公里）" in head)
    assert roads[-1][1:] == ["1", "12.0"]  # two squares of 6 km
    targets = [[cell.text for cell in row.cells] for table in document.tables
               if table.cell(0, 0).text == "目标（单位）" for row in table.rows[1:]]  # fmt: skip
    assert len(targets) == len(session.policy.targets)
    clinic = next(row for row in targets if row[0].startswith("新建卫生厕所"))
    assert clinic[2] == "1,588"  # 946 + 642: what the plan asks by the end of 2023
    numbers = {one.where: one for one in numbers_of(data)}
    assert len(numbers) == len(numbers_of(data))
    for at, table in enumerate(document.tables, 1):
        for row, cells in enumerate(table.rows):
            for column, cell in enumerate(cells.cells, 1):
                one = numbers.get(f"table {at} r{row} c{column}")
                assert one is None or one.shown == cell.text
    gap = next(one for one in numbers.values() if one.ask.subject == "toilets" and one.ask.field == "gap")
    assert gap.value == 18 and gap.ask.year == 2023 and gap.rules.startswith(session.policy.version)


def test_the_sheet_of_a_project_has_its_verdict_and_its_land(sheet):
    document = docx.Document(io.BytesIO(sheet))
    whole = "\n".join(one.text for one in document.paragraphs)
    assert "=cmd|" in whole and "<w:p>&amp;</w:p>" in whole and "\x08" not in whole
    assert "Verdict" in [one.style.name for one in document.paragraphs]
    found = tables(document)
    facts = dict(found["项目 内容"])
    assert facts["编号"] == "XL1" and facts["概算投资"] == "12.5 万元" and facts["完工日期"] == "—"
    land = next(rows for head, rows in found.items() if head.startswith("编码"))
    # Of 5 km, 2 km lie on the parcel: two fifths, to the last digit; the lines add up to the total.
    sizes = [float(row[3].replace(",", "")) for row in land]
    assert land[0][1] == "天然牧草地" and sizes[0] == pytest.approx(sizes[-1] * 0.4, rel=0.01)
    assert sum(sizes[:-1]) == pytest.approx(sizes[-1], abs=1e-9)
    zones = [row for head, rows in found.items() if head.startswith("分区") for row in rows]
    assert any("某禁牧区" in row[0] for row in zones)
    assert any(one.ask.what == "land_use" for one in numbers_of(sheet))


def test_the_same_project_and_day_give_the_same_bytes_without_traces(yearly, sheet, tmp_path):
    out = tmp_path / "b.docx"
    write_report(source(), out, kind="project", project="XL1", leaving=Leaving(day=DAY, dpi=100))
    assert out.read_bytes() == sheet
    with zipfile.ZipFile(io.BytesIO(yearly[1])) as package:
        whole = b"".join(package.read(name) for name in package.namelist()).decode("utf-8", "replace")
    for trace in ("密语", "python-docx", "lastModifiedBy", "<dc:creator", "rsids", "attachedTemplate"):
        assert trace not in whole


def test_the_public_gets_no_small_count_no_stock_and_no_sheet_of_a_project(tmp_path):
    session = source(small=True)
    leaving = Leaving(PUBLIC, exempt="示意图", day=DAY, dpi=100)
    with pytest.raises(RuleError, match="report_project_inside"):
        write_report(session, tmp_path / "a.docx", kind="project", project="XL1", leaving=leaving)
    with pytest.raises(RuleError, match="review_number_needed"):
        write_report(session, tmp_path / "a.docx", leaving=Leaving(PUBLIC))
    write_report(session, tmp_path / "a.docx", year=2023, leaving=leaving)
    document = docx.Document(tmp_path / "a.docx")
    found = tables(document)
    # One household of a sumu is kept back, and with it the other sumu's 17, which the total would give away.
    assert [row[2] for row in found["苏木乡镇 已有 还缺 未知"]] == [WITHHELD, WITHHELD, "18"]
    assert not any(one.value in (17, 1) and one.ask.subject == "toilets"
                   for one in numbers_of((tmp_path / "a.docx").read_bytes()))  # fmt: skip
    assert "载畜量" not in " ".join(found) and "牧户" not in " ".join(found)
    header = document.sections[0].header.paragraphs[0].text
    assert "公开成果" in header and "示意图" in header and "内部资料" not in header
    assert "exempt: 示意图" in session.logged[-1][0].rules


def test_a_template_of_the_bureau_keeps_its_own_lines_and_gives_its_styles(yearly, tmp_path):
    own = docx.Document()
    own.core_properties.author = "李四"
    own.sections[0].header.paragraphs[0].text = "某某局"
    own.add_paragraph("封面")
    own.save(tmp_path / "own.docx")
    leaving = Leaving(day=DAY, dpi=100, template=tmp_path / "own.docx")
    write_report(source(), tmp_path / "a.docx", kind="project", project="XL1", leaving=leaving)
    document = docx.Document(tmp_path / "a.docx")
    assert document.paragraphs[0].text == "封面" and document.paragraphs[1].style.name == "Title"
    lines = [one.text for one in document.sections[0].header.paragraphs]
    assert lines[0] == "某某局" and "内部资料" in lines[1]
    with zipfile.ZipFile(tmp_path / "a.docx") as package:
        assert "李四" not in package.read("docProps/core.xml").decode()


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("a.doc", {}, "format_unknown"),
        ("a.docx", {"kind": "weekly"}, "report_kind_unknown"),
        ("a.docx", {"kind": "project"}, "report_project_needed"),
        ("a.docx", {"kind": "project", "project": "无"}, "work_unknown"),
        ("a.docx", {"leaving": Leaving(template=Path("no.docx"))}, "template_unreadable"),
        ("a.docx", {"leaving": Leaving(dpi=5)}, "dpi_out_of_range"),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(tmp_path, name, options, code):
    with pytest.raises(InputError, match=code):
        write_report(source(), tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


def test_the_templates_are_what_their_script_makes():
    folder = Path(__file__).parents[3] / "resources" / "templates"
    assert (folder / "report.docx").read_bytes() == report_template()
    assert (folder / "slides.pptx").read_bytes() == slides_template()
