"""Sheets as files: exact size, text that is found and copied right, our fonts, colours, scale, no secret."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from app.exports.paper import SheetOptions, make_sheet, sheet_bytes, sheet_image, write_sheet
from app.exports.pdf import pdf_page
from app.gap_themes import theme_of
from app.painting.names import paint_text
from app.session import Session
from layers.maps.palette import colour
from layers.maps.paper_parts import PAPERS
from layers.maps.settings import LayerSettings
from layers.planning.gaps import gaps
from resources import RESOURCES
from tests.app.exports.papers import DAY, page_of, pixels_of, text_of
from tests.layers.maps.small_plan import SIDE, at, regime, small_plan, square

KANGXI = re.compile("[\u2e80-\u2fdf]")
MM = 72 / 25.4


@pytest.fixture(autouse=True)
def _application(qapp: QGuiApplication) -> None:
    """Sheets are painted."""


def small_sheet(**options):  # type: ignore[no-untyped-def]
    """A sheet of the small plan with two zones."""
    from layers.policy import load_policy

    plan = small_plan(grazing_zone=[regime("z1", "ban", square(0, 0)), regime("z2", "balance", square(1, 1))])
    settings = LayerSettings(frozenset(("banner", "sumu", "gacha", "grazing_zone")))
    return make_sheet(
        plan,
        load_policy(),
        SheetOptions(date=DAY, title="土地用工图", unit="试验旗自然资源局", **options),
        settings=settings,
    )


@pytest.mark.parametrize("paper", ["A3-landscape", "A4-portrait"])
def test_pages_have_their_size_and_their_words(session: Session, paper: str, tmp_path: Path) -> None:
    theme = theme_of(
        session.catalogue,
        session.policy,
        gaps(session.plan, session.policy, services=("toilets",)),
        "toilets",
    )
    out = tmp_path / "sheet.pdf"
    write_sheet(
        session, out, theme=theme, paper=paper, date=DAY, unit="鄂温克族自治旗自然资源局", review_number=""
    )
    data = out.read_bytes()
    width, height = page_of(data).get_size()
    assert abs(width / MM - PAPERS[paper].width) < 0.1 and abs(height / MM - PAPERS[paper].height) < 0.1
    words = text_of(data)
    assert not KANGXI.search(words)
    words = words.replace("\r\n", "")
    for wanted in (
        "卫生厕所还缺多少",
        "内部资料 注意保存",
        "未经审图，不得公开",
        "审图号：（未送审）",
        "编制单位：鄂温克族自治旗自然资源局",
        "2024 年 3 月 5 日",
        "中央经线120°E",
        "图例",
        "卫生厕所缺口最大的嘎查",
        "不作划界和定位依据",
        "伊敏河",
        "海拉尔河",
        "辉苏木",
        "红花尔基镇",
        "120°00′E",
        "48°30′N" if paper.startswith("A4") else "48°40′N",
    ):
        assert wanted in words, wanted
    assert not {kind for kind in ("household", "toilet") if session.catalogue[kind].title.zh + "点" in words}
    log = session.plan.documents["export_log"]
    assert [entry["what"] for entry in log.values()] == ["sheet.pdf"]
    assert "household" not in json.dumps(list(log.values()))


def test_a_name_is_found_once_at_its_place_and_copied_whole() -> None:
    sheet = small_sheet(paper="A3-landscape")
    page = page_of(sheet_bytes(sheet, ".pdf")).get_textpage()
    for name in ("土地用工图", "东河苏木", "西山镇", "乌兰", "查干"):
        assert page.search(name, match_case=True).get_next() is not None, name
    label = next(each for each in sheet.map.scene.labels if each.text.startswith("乌兰"))
    start, count = page.search(label.text).get_next()
    left, bottom, right, top = page.get_charbox(start, loose=True)
    neat, box = sheet.frames["map"], label.boxes[0] / 600 * 25.4
    assert abs(left / MM - (neat.left + label.pieces[0].x / 600 * 25.4)) < 0.3
    assert neat.top + box[1] - 1.0 < sheet.paper.height - top / MM < neat.top + box[3]


def test_only_our_fonts_are_in_the_file_and_all_of_them_embedded() -> None:
    data = sheet_bytes(small_sheet(paper="A4-portrait"), ".pdf")
    fonts = set(re.findall(rb"/BaseFont /([\w+-]+)", data))
    assert fonts and all(re.fullmatch(rb"(\w{6}\+)?NotoSansSC-(Regular|Medium|Bold)", font) for font in fonts)
    descriptors = re.findall(rb"/Type /FontDescriptor.*?endobj", data, re.S)
    assert len(descriptors) == len(re.findall(rb"/FontFile2 \d+ 0 R", data)) > 0


def test_every_sign_that_our_words_use_is_copied_as_itself() -> None:
    """Chinese, digits beside Latin letters, punctuation: what is read back is what was written."""
    signs = sorted(
        {
            sign
            for file in (RESOURCES / "i18n").glob("*.toml")
            for sign in file.read_text("utf-8")
            if sign.isprintable() and sign not in " \u00ad"
        }
    )
    assert len(signs) > 700
    lines = ["".join(signs[first : first + 40]) for first in range(0, len(signs), 40)]
    lines += [
        "胶西土用工‒"[:5],
        "CGCS2000 3度带高斯-克吕格 中央经线120°E（EPSG:4549）",
        "china-division 2.7.0；1:850 000",
    ]

    def paint(painter: QPainter) -> None:
        for at_, line in enumerate(lines):
            for weight, left in ((400, 10), (500, 210), (700, 400)):
                paint_text(painter, line, left, 10 + 6 * at_, 3.0, weight, (0, 0, 0, 255))

    data = pdf_page(600, 20 + 6 * len(lines), paint, title="x", date="20240305")
    page = page_of(data).get_textpage()
    height = page_of(data).get_size()[1] / MM
    for at_, line in enumerate(lines):
        for left, right in ((5, 205), (205, 395), (395, 600)):
            top = height - (10 + 6 * at_ - 4)
            found = page.get_text_bounded(
                left=left * MM, right=right * MM, top=top * MM, bottom=(top - 6) * MM
            )
            assert found.strip() == line, (found, line)
    names = b"".join(re.findall(rb"(?s)begincmap.*?endcmap", data))
    assert b"<0020>" in names and not re.search(rb"> <0009>\n", names)


def test_signs_that_no_font_of_ours_has_bring_no_other_font() -> None:
    sheet = small_sheet(paper="A4-portrait", subtitle="ᠣᠷᠣᠨ 𬭎 中 🐑")
    data = sheet_bytes(sheet, ".pdf")
    assert all(b"NotoSansSC" in font for font in re.findall(rb"/BaseFont /([\w+-]+)", data))
    assert "中" in text_of(data)


def test_the_page_is_vector_and_has_hatches_as_lines() -> None:
    data = sheet_bytes(small_sheet(paper="A3-landscape"), ".pdf")
    kinds = [each.type for each in page_of(data).get_objects(max_depth=4)]
    assert pdfium.raw.FPDF_PAGEOBJ_IMAGE not in kinds
    assert kinds.count(pdfium.raw.FPDF_PAGEOBJ_PATH) > 50
    assert b"/Subtype /Image" not in data and b"/PatternType" not in data
    svg = sheet_bytes(small_sheet(paper="A3-landscape"), ".svg").decode("utf-8")
    assert "<image" not in svg and "<pattern" not in svg and "clip-path" in svg


def test_colours_stand_where_they_should() -> None:
    sheet = small_sheet(paper="A3-landscape")
    for shot in (pixels_of(sheet_bytes(sheet, ".pdf"), 200), _rgb(sheet_image(sheet, dpi=200))):

        def share(place: tuple[float, float], token: str, shot: np.ndarray = shot) -> float:
            x, y = (round(value * 200 / 25.4) for value in sheet.map.to_mm(place))
            found = shot[y - 25 : y + 25, x - 25 : x + 25].reshape(-1, 3)
            return float((np.abs(found - colour(token)[:3]).max(axis=1) <= 3).mean())

        assert share(at(0.3, 0.3), "ban") > 0.5
        assert 0.01 < share(at(0.3, 0.3), "ban_ink") < 0.4  # the hatch is there
        assert share(at(1.7, 1.7), "bal") > 0.5
        assert share(at(1.6, 0.3), "land") > 0.9
        assert share(at(-0.1, 1), "outside_paper") > 0.9
        assert (shot[:10].min(), shot[-10:].min()) == (255, 255)  # the margin stays white


def _rgb(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).astype(int)


@pytest.mark.parametrize("paper", ["A4-landscape", "A4-portrait"])
def test_metres_on_the_page_are_the_ratio_s_metres(paper: str) -> None:
    """The tint of a square of known size is measured in the rendered page."""
    sheet = small_sheet(paper=paper)
    dpi = 300
    shot = pixels_of(sheet_bytes(sheet, ".pdf"), dpi)
    neat = sheet.frames["map"].inner(1.0)
    top, bottom, left, right = (
        round(value * dpi / 25.4) for value in (neat.top, neat.bottom, neat.left, neat.right)
    )
    tint = np.abs(shot - colour("bal")[:3]).max(axis=2) <= 2
    tint[:top] = tint[bottom:] = False
    tint[:, :left] = tint[:, right:] = False
    columns = np.flatnonzero(tint.sum(axis=0) > 50)
    measured = (columns[-1] - columns[0] + 1) / dpi * 25.4
    expected = SIDE * 1000 / sheet.scale
    # A pixel is 0.08 mm and the border's pen covers up to 0.3 mm at each side of the square.
    assert measured == pytest.approx(expected, abs=0.75)
    assert (columns[0] + columns[-1] + 1) / 2 / dpi * 25.4 == pytest.approx(
        sheet.map.to_mm(at(1.5, 1.5))[0], abs=0.2
    )
    # The bar itself is drawn to 0.1 %: from the page's own numbers.
    page = page_of(sheet_bytes(sheet, ".pdf"))
    bars = sorted(
        box
        for box in (
            each.get_bounds()
            for each in page.get_objects(max_depth=4)
            if each.type == pdfium.raw.FPDF_PAGEOBJ_PATH
        )
        if 0.9 < (box[3] - box[1]) / MM < 1.6
        and sheet.frames["scale"].left < box[0] / MM < sheet.frames["scale"].right
        and (box[2] - box[0]) / MM > 4
    )
    from layers.maps.sheet_frame import bar_length

    assert len(bars) == 4
    three_parts = (bars[3][0] - bars[0][0]) / MM
    assert three_parts == pytest.approx(bar_length(sheet.scale)[1] * 3 * 1000 / sheet.scale, rel=1e-3)


def test_the_north_border_of_the_banner_lies_where_the_ratio_puts_it() -> None:
    """Path coordinates of the page itself: a border 40 km long is right to 0.1 %."""
    sheet = small_sheet(paper="A3-landscape")
    page = page_of(sheet_bytes(sheet, ".pdf"))
    land = [
        each.get_bounds()
        for each in page.get_objects(max_depth=4)
        if each.type == pdfium.raw.FPDF_PAGEOBJ_PATH
    ]
    wanted = 2 * SIDE * 1000 / sheet.scale
    west, north = sheet.map.to_mm(at(0, 2))
    close = [
        box
        for box in land
        if abs((box[2] - box[0]) / MM - wanted) < 0.05 and abs((box[3] - box[1]) / MM - wanted) < 0.05
    ]
    assert close
    for box in close:
        assert (box[2] - box[0]) / MM == pytest.approx(wanted, rel=1e-3)
        assert abs(box[0] / MM - west) < 0.05 and abs(sheet.paper.height - box[3] / MM - north) < 0.05


def test_grey_print_tells_the_zones_apart() -> None:
    sheet = small_sheet(paper="A3-landscape", grey=True)
    shot = pixels_of(sheet_bytes(sheet, ".pdf"), 300) @ (0.299, 0.587, 0.114)

    def patch(place: tuple[float, float]) -> np.ndarray:
        x, y = (round(value * 300 / 25.4) for value in sheet.map.to_mm(place))
        return shot[y - 60 : y + 60, x - 60 : x + 60]

    ban, balance, plain = patch(at(0.3, 0.3)), patch(at(1.7, 1.7)), patch(at(1.6, 0.3))
    assert plain.std() < 1 < balance.std() < ban.std()
    assert ban.min() < 140 and balance.min() < 190
    assert abs(np.median(ban) - np.median(plain)) < 3  # the tint is off


def test_the_same_sheet_is_the_same_file() -> None:
    for suffix in (".pdf", ".svg", ".png"):
        one, other = (sheet_bytes(small_sheet(paper="A4-landscape"), suffix, dpi=100) for _ in range(2))
        assert one == other, suffix


def test_a_png_has_its_dpi_and_pixels() -> None:
    data = sheet_bytes(small_sheet(paper="A4-landscape"), ".png", dpi=150)
    image = QImage.fromData(data)
    assert (image.width(), image.height()) == (round(297 * 150 / 25.4), round(210 * 150 / 25.4))
    assert image.dotsPerMeterX() == pytest.approx(150 / 0.0254, abs=1)
    assert not image.textKeys()


def test_svg_text_is_found_and_the_map_stays_in_its_frame() -> None:
    import xml.etree.ElementTree as ET

    sheet = small_sheet(paper="A4-landscape")
    root = ET.fromstring(sheet_bytes(sheet, ".svg"))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == (
        "297mm",
        "210mm",
        "0 0 29700 21000",
    )
    space = "{http://www.w3.org/2000/svg}"
    texts = ["".join(each.itertext()) for each in root.iter(f"{space}text")]
    for wanted in ("土地用工图", "东河苏木", "图例", "禁牧区", "未经审图，不得公开"):
        assert wanted in texts
    assert len(list(root.iter(f"{space}clipPath"))) == 2


# -- release ---------------------------------------------------------------------------------------
