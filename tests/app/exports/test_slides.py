"""Slides read back with python-pptx: words, maps, native charts and tables, numbers and their sources, the
gate, hostile words, equal bytes."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pptx
import pytest
import shapely
from PySide6.QtGui import QImage

from app.exports.leaving import Leaving
from app.exports.office import numbers_of
from app.exports.slides import write_slides
from app.session import Snapshot
from data_samples.shifted import TOILETS as TOILETS_OF_SHIFTED
from data_samples.shifted import shifted, shifted_policy
from layers.catalogue.registry import default_catalogue
from layers.errors import InputError, RuleError
from layers.plan.plan import Plan
from layers.plan.scenes import Callout, SavedScene, add, scenes
from layers.policy import load_policy
from layers.provenance import WITHHELD, Ask
from layers.release import PUBLIC
from tests.app.exports.banners import EAST, NORTH, SIDE, banner_of, gacha_code, people

HOSTILE = '=HYPERLINK("http://evil.test","x")\x00\x08\x1b\ufffe\ud800 <a:t>&amp;</a:t> {{7*7}}'
NAMED = HOSTILE.replace("\x00", "").replace("\ud800", "")  # what a table takes
LONG = "非常长的标题" * 60
DAY = datetime.date(2026, 11, 27)
WHOLE = (EAST, NORTH, EAST + 4 * SIDE, NORTH + 2 * SIDE)
NS = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}


def source(*kept: SavedScene) -> Snapshot:
    """Five gachas in two sumu: 9, 8, 7 households lack a toilet in one, 1 in the other."""
    names = ["甲", "乙", "丙", "丁", NAMED]
    rows = people(range(5), lambda at: (5, (9, 8, 7, 0, 1)[at]))
    for kind, column in (("household", "head"), ("toilet", "note"), ("toilet", "photo")):
        for row in rows[kind]:
            row[column] = f"密语{row['code']}"
    plan = banner_of(names, rows, info={"title": "某旗", "author": "张三"})
    other = [fid for fid in plan.table("gacha").fids if plan.table("gacha").row(int(fid))["code"] in
             (gacha_code(3), gacha_code(4))]  # fmt: skip
    sumu = plan.table("sumu")
    square = shapely.box(EAST, NORTH, EAST + SIDE, NORTH + 2 * SIDE)
    gacha = plan.table("gacha")
    moved = [gacha.update(int(fid), {"sumu_code": "150724101000"}) for fid in other]
    tables = {**plan.tables, "gacha": gacha.apply(moved),
              "sumu": sumu.apply([sumu.insert({"code": "150724101000", "name": NAMED,
                                               "geom": square})])}  # fmt: skip
    plan = Plan(plan.catalogue, plan.crs, tables, plan.documents)
    for scene in kept:
        plan = plan.apply(add(plan, scene))
    return Snapshot(plan, load_policy(), default_catalogue(), Path("a.gpkg"))


TOILETS = SavedScene("", "改厕", WHOLE, ("banner", "gacha", "toilet", "household"), theme="toilets",
                     caption="先做聚居的", notes="先问意见\n再讲资金")  # fmt: skip
CALLED = SavedScene("", HOSTILE, WHOLE, ("banner", "gacha"), caption=LONG,
                    callouts=(Callout("看\n这里", (EAST, NORTH)),))  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory, qapp) -> tuple[Snapshot, bytes]:
    folder = tmp_path_factory.mktemp("slides")
    session = source(TOILETS, CALLED)
    write_slides(session, folder / "a.pptx", scenes(session.plan), leaving=Leaving(day=DAY))
    return session, (folder / "a.pptx").read_bytes()


def said(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_words_can_be_edited_and_every_page_says_what_it_is(made):
    deck = pptx.Presentation(io.BytesIO(made[1]))
    assert abs(deck.slide_width / deck.slide_height - 16 / 9) < 1e-6
    cover, toilets, called = deck.slides
    assert cover.shapes.title.text == "某旗" and "2026 年 11 月 27 日" in said(cover)
    assert toilets.shapes.title.text == "改厕" and "先做聚居的" in said(toilets)
    policy = made[0].policy
    for slide in deck.slides:
        assert "内部资料 注意保存" in said(slide) and policy.version in said(slide)
    for slide in (toilets, called):
        assert "未经审图，不得公开" in said(slide)
    notes = toilets.notes_slide.notes_text_frame.text
    assert notes.startswith("先问意见\n再讲资金") and "规划要求" in notes
    assert not any(shape.is_placeholder and not shape.text_frame.text for slide in deck.slides
                   for shape in slide.shapes)  # fmt: skip


def test_the_map_is_sharp_and_has_words_for_those_who_cannot_see_it(made):
    deck = pptx.Presentation(io.BytesIO(made[1]))
    for slide in list(deck.slides)[1:]:
        picture = next(shape for shape in slide.shapes if shape.name == "map")
        image = QImage.fromData(picture.image.blob)
        assert image.width() / (picture.width / 914_400) >= 200
        assert abs(image.width() / image.height() - picture.width / picture.height) < 0.01
        assert "地图" in picture._element.nvPicPr.cNvPr.get("descr")


def test_chart_and_table_are_native_and_small_counts_are_withheld_in_all_of_them(made):
    slide = pptx.Presentation(io.BytesIO(made[1])).slides[1]
    chart = next(shape for shape in slide.shapes if shape.has_chart).chart
    names, values = list(chart.plots[0].categories), list(chart.plots[0].series[0].values)
    # 24 in one sumu; the other's single household is withheld, and with it its complement.
    assert len(names) == 2 and all(name.endswith(WITHHELD) for name in names) and values == [None, None]
    table = next(shape for shape in slide.shapes if shape.has_table).table
    quota = made[0].policy.quota("toilets")
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert [row[:2] for row in cells[1:]] == [
        *([str(year), f"{number:,}"] for year, number in quota.items()), ["合计", f"{sum(quota.values()):,}"],
    ]  # fmt: skip
    figures = {shape.name: shape.text_frame.text for shape in slide.shapes if shape.name.startswith("figure")}
    assert figures["figure 1"] == "25" and figures["figure 2"] == "25"
    with zipfile.ZipFile(io.BytesIO(made[1])) as package:
        blob = next(package.read(name) for name in package.namelist() if name.endswith(".xlsx"))
    with zipfile.ZipFile(io.BytesIO(blob)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "HYPERLINK" in book.read("xl/sharedStrings.xml").decode()


def test_every_number_is_listed_with_what_it_came_from(made):
    session, data = made
    numbers = {one.id: one for one in numbers_of(data)}
    total = numbers["gap/toilets/all/gap/now @ slide 2 figure 1"]
    assert (total.value, total.shown, total.unit) == (25, "25", "户")
    assert total.ask == Ask("gap", "toilets", "", "gap") and total.clauses == ("7.3",)
    assert total.rules == f"{session.policy.version} · {session.policy.digest}" and len(total.digest) == 32
    slide = pptx.Presentation(io.BytesIO(data)).slides[1]
    table = next(shape for shape in slide.shapes if shape.has_table).table
    for one in numbers.values():
        place = re.fullmatch(r"slide 2 table r(\d+) c(\d+)", one.where)
        if place:
            assert table.cell(int(place[1]), int(place[2]) - 1).text == one.shown
    assert any(one.value == WITHHELD for one in numbers.values())
    assert not any(one.value in (1, 24) for one in numbers.values())


def test_hostile_words_are_words_and_nothing_tells_who_made_it(made):
    session, data = made
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert sorted(parts) == sorted(set(parts))
    whole = b"".join(parts.values()).decode("utf-8", "replace")
    for trace in ("密语", "Steve Canny", "张三", "Macintosh", "tester", "/tmp", "lastModifiedBy", "<dc:creator"):
        assert trace not in whole
    deck = pptx.Presentation(io.BytesIO(data))
    title = deck.slides[2].shapes.title.text
    assert title.startswith("=HYPERLINK") and "<a:t>&amp;</a:t>" in title and "{{7*7}}" in title
    caption = next(shape for shape in deck.slides[2].shapes if shape.name == "caption").text_frame.text
    assert caption.endswith("…") and len(caption) < len(LONG)
    theme = next(body for name, body in parts.items() if name.startswith("ppt/theme/theme1"))
    assert '<a:ea typeface="微软雅黑"/>' in theme.decode()
    runs = [run for slide in deck.slides for run in slide._element.iter(f"{{{NS['a']}}}r")]
    assert runs and all(run.find("a:rPr/a:ea", NS).get("typeface") == "+mn-ea" for run in runs)
    for slide in deck.slides:
        assert "household" not in said(slide)
    assert "household" not in session.logged[-1][0].columns and "gacha" in session.logged[-1][0].columns


def test_the_same_project_and_day_give_the_same_bytes(made, tmp_path):
    session, data = made
    write_slides(session, tmp_path / "b.pptx", scenes(session.plan), leaving=Leaving(day=DAY))
    assert (tmp_path / "b.pptx").read_bytes() == data


def test_the_public_gets_neither_notes_nor_an_unreviewed_map(tmp_path):
    session = source(TOILETS)
    kept = scenes(session.plan)
    with pytest.raises(RuleError, match="review_number_needed"):
        write_slides(session, tmp_path / "a.pptx", kept, leaving=Leaving(PUBLIC))
    leaving = Leaving(PUBLIC, "蒙S〔2026〕001号", day=DAY, dpi=100)
    write_slides(session, tmp_path / "a.pptx", kept, leaving=leaving, cover=False)
    slide, = pptx.Presentation(tmp_path / "a.pptx").slides
    assert "先问意见" not in slide.notes_slide.notes_text_frame.text
    assert "公开成果" in said(slide) and "蒙S〔2026〕001号" in said(slide) and "内部资料" not in said(slide)
    assert session.logged[-1][0].audience == PUBLIC and "rounded" in session.logged[-1][0].rules


def test_a_template_of_the_bureau_gives_its_look_and_none_of_its_secrets(made, tmp_path):
    own = pptx.Presentation()
    own.slide_width, own.slide_height = 12_192_000, 6_858_000
    own.core_properties.author = "李四"
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "旧稿"
    own.save(tmp_path / "own.pptx")
    session = made[0]
    leaving = Leaving(template=tmp_path / "own.pptx", day=DAY, dpi=100)
    write_slides(session, tmp_path / "a.pptx", scenes(session.plan)[:1], leaving=leaving)
    data = (tmp_path / "a.pptx").read_bytes()
    deck = pptx.Presentation(io.BytesIO(data))
    assert len(deck.slides) == 2 and deck.slides[1].shapes.title.text == "改厕"
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        whole = b"".join(package.read(name) for name in package.namelist()).decode("utf-8", "replace")
    assert "李四" not in whole and "旧稿" not in whole and numbers_of(data)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        named = {name for name in package.namelist() if name.startswith("docProps/")}
    assert named == {"docProps/app.xml", "docProps/core.xml"}  # the template's own had a thumbnail
    own.slide_width = 9_144_000
    own.save(tmp_path / "narrow.pptx")
    (tmp_path / "bad.pptx").write_bytes(b"PK\x03\x04 no")
    for name, code in (("narrow.pptx", "template_not_wide"), ("bad.pptx", "template_unreadable"),
                       ("none.pptx", "template_unreadable")):  # fmt: skip
        with pytest.raises(InputError, match=code):
            write_slides(session, tmp_path / "b.pptx", scenes(session.plan),
                         leaving=Leaving(template=tmp_path / name))  # fmt: skip
    assert not (tmp_path / "b.pptx").exists()


def test_another_banner_s_years_and_quotas_are_its_own(tmp_path, qapp):
    session = source(replace(TOILETS, year=2027))
    session = replace(session, policy=load_policy(shifted_policy(shifted())))
    write_slides(session, tmp_path / "a.pptx", scenes(session.plan), leaving=Leaving(day=DAY, dpi=100))
    slide = pptx.Presentation(tmp_path / "a.pptx").slides[1]
    table = next(shape for shape in slide.shapes if shape.has_table).table
    quota = [[row.cells[at].text for at in (0, 1)] for row in table.rows][1:-1]
    assert quota == [[str(year), str(number)] for year, number in TOILETS_OF_SHIFTED.items()]
    # What has not come yet is not known; what has come and was not built is none.
    assert [row.cells[2].text for row in table.rows][1:-1] == ["0", "0", "—", "—", "—"]


def test_without_scenes_nothing_is_written(tmp_path):
    session = source()
    with pytest.raises(InputError, match="story_empty"):
        write_slides(session, tmp_path / "a.pptx", scenes(session.plan))
    assert not list(tmp_path.iterdir())
