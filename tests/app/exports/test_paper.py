"""Sheets as files: exact size, text that is found and copied right, our fonts, colours, scale, no secret."""

from __future__ import annotations

import datetime
import json
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
import shapely
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from app.exports.paper import SheetOptions, make_sheet, rounded_plan, sheet_bytes, sheet_image, write_sheet
from app.exports.pdf import pdf_page
from app.exports.picture import released_settings
from app.exports.sheet_table import sheet_table
from app.gap_themes import theme_of
from app.messages import set_language
from app.painting.names import paint_text
from app.samples import sample_file
from app.session import Session
from layers.errors import InputError, RuleError, StoreError
from layers.maps.palette import colour
from layers.maps.paper_parts import PAPERS, Swatch
from layers.maps.settings import LayerSettings
from layers.plan.changes import Changes
from layers.planning.gaps import gaps
from resources import RESOURCES
from tests.layers.maps.small_plan import SIDE, at, regime, small_plan, square

DAY = datetime.date(2024, 3, 5)
KANGXI = re.compile("[\u2e80-\u2fdf]")
MM = 72 / 25.4


@pytest.fixture(autouse=True)
def _application(qapp: QGuiApplication) -> Iterator[None]:
    set_language("zh")
    yield
    set_language("zh")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = Session(author="planner")
    opened.open(shutil.copyfile(sample_file(), tmp_path / "project.gpkg"))
    yield opened
    opened.close()


def page_of(data: bytes) -> pdfium.PdfPage:
    return pdfium.PdfDocument(data)[0]


def text_of(data: bytes) -> str:
    return page_of(data).get_textpage().get_text_bounded()


def pixels_of(data: bytes, dpi: float) -> np.ndarray:
    """A page's pixels (height, width, 3)."""
    return np.asarray(page_of(data).render(scale=dpi / 72).to_pil().convert("RGB")).astype(int)


def inflated(data: bytes) -> bytes:
    """A file's bytes with every compressed stream unpacked behind it."""
    parts = [data]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    if data.startswith(b"\x89PNG"):
        chunks, at_ = [], 8
        while at_ < len(data):
            size = int.from_bytes(data[at_ : at_ + 4], "big")
            chunks.append((data[at_ + 4 : at_ + 8], data[at_ + 8 : at_ + 8 + size]))
            at_ += 12 + size
        parts.append(zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT")))
    return b"\n".join(parts)


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


@pytest.mark.parametrize("paper", PAPERS)
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


def test_a_public_sheet_needs_its_review_number(session: Session, tmp_path: Path) -> None:
    out = tmp_path / "public.pdf"
    with pytest.raises(RuleError) as caught:
        write_sheet(session, out, audience="public", review_number="  ")
    assert caught.value.code == "review_number_needed" and not out.exists()
    write_sheet(
        session, out, audience="public", review_number="蒙S（2024）017号", paper="A4-landscape", date=DAY
    )
    words = text_of(out.read_bytes())
    assert "审图号：蒙S（2024）017号" in words
    assert "不得公开" not in words and "内部资料" not in words and "坐标已按公开要求取整" in words
    assert next(iter(session.plan.documents["export_log"].values()))["audience"] == "public"


def test_what_is_drawn_for_the_public_is_rounded_and_tells_no_internal_column(session: Session) -> None:
    plan = session.plan
    settings = LayerSettings(frozenset(kind.id for kind, _ in plan.layers() if kind.geometry))
    shown = released_settings(plan, settings, "public")
    rounded = rounded_plan(plan, session.policy, shown, "public")
    metres = session.policy.rule("public_coordinate_rounding").values["metres"]
    for kind in sorted(shown.visible):
        geometry = rounded.tables[kind].geometry
        xy = shapely.get_coordinates(geometry[[each is not None for each in geometry]])
        assert np.allclose(np.mod(xy + metres / 2, metres), metres / 2, atol=1e-3), kind
    assert not shown.visible & {"household", "toilet"}
    assert "suspect_patch" not in shown.visible or not shown.styles["suspect_patch"].classes
    assert rounded_plan(plan, session.policy, shown, "internal") is plan


def test_small_counts_are_withheld_as_in_the_gap_table(session: Session) -> None:
    theme = theme_of(
        session.catalogue,
        session.policy,
        gaps(session.plan, session.policy, services=("toilets",)),
        "toilets",
    )
    made = sheet_table(session.plan, session.policy, theme, audience="internal")
    assert made.table is not None
    cells = [cell for row in made.table.rows for cell in row[1:]]
    assert not {"1", "2"} & set(cells)
    assert made.withheld == cells.count("*") and bool(made.withheld) == ("*" in made.table.note)


def test_no_secret_leaves_in_any_format(session: Session, tmp_path: Path) -> None:
    """26 secrets planted in every place a project has that is not for others; every layer is asked for."""
    secrets = plant(session)
    assert len(secrets) == 26
    everything = LayerSettings(frozenset(kind.id for kind, _ in session.plan.layers() if kind.geometry))
    result = gaps(session.plan, session.policy, services=("toilets",))
    theme = theme_of(session.catalogue, session.policy, result, "toilets")
    for audience in ("internal", "public"):
        for suffix in (".pdf", ".svg", ".png"):
            out = tmp_path / f"{audience}{suffix}"
            write_sheet(
                session,
                out,
                settings=everything,
                theme=theme,
                audience=audience,
                review_number="蒙S（2024）1号",
                dpi=72,
                paper="A4-landscape",
            )
            data = inflated(out.read_bytes())
            words = text_of(out.read_bytes()) if suffix == ".pdf" else ""
            for secret in secrets:
                for encoded in (
                    secret.encode(),
                    secret.encode("utf-16-be"),
                    secret.encode("utf-16-le"),
                    secret.encode("gbk"),
                ):
                    assert encoded not in data, (secret, out.name)
                assert secret not in words
            for word in (b"Qt", b"planner", str(tmp_path).encode(), b"/home", b"/tmp"):
                assert word not in re.sub(rb"(?s)stream\r?\n.*?endstream|IDAT.*", b"", out.read_bytes()), (
                    word,
                    out.name,
                )
            # What the file says of itself ("Qt 6…") may be in UTF-16 as well.
            assert "Qt ".encode("utf-16-be") not in out.read_bytes()


def plant(session: Session) -> list[str]:
    """Put made-up secrets into sensitive columns and documents of the session's plan."""
    from layers.catalogue.text import Text
    from layers.plan.changes import RowChange

    secrets: list[str] = []
    changes, documents = [], []
    for kind, table in session.plan.layers():
        columns = [
            column.name
            for column in kind.columns
            if column.type == "text"
            and not column.choices
            and (kind.sensitive or column.privacy.name == "SENSITIVE")
            and column.name != kind.key
            and "code" not in column.name
        ]
        fid = int(table.fids[0]) if len(table) else None
        if not columns or fid is None:
            continue
        before = table.row(fid)
        after = dict(before)
        for name in columns:
            if len(secrets) < 22:
                secrets.append(f"密语{len(secrets):02d}QX{kind.id}")
                after[name] = secrets[-1]
        if after != before:
            changes.append(RowChange(kind.id, fid, before, after))
    for key in ("scene", "sketch", "settings", "memo"):
        secrets.append(f"密语{len(secrets):02d}QX{key}")
        documents.append(session.plan.set_document("private", key, {"text": secrets[-1]}))
    while len(secrets) < 26:
        kind, table = next((kind, table) for kind, table in session.plan.layers() if kind.id == "road")
        fid = int(table.fids[len(secrets)])
        secrets.append(f"密语{len(secrets):02d}QXnote")
        changes.append(RowChange(kind.id, fid, table.row(fid), {**table.row(fid), "note": secrets[-1]}))
    session.do(Text("秘密标题", "secret title"), Changes(rows=tuple(changes), documents=tuple(documents)))
    return secrets


# -- the file --------------------------------------------------------------------------------------


def test_a_sheet_is_written_whole_or_not_at_all(session: Session, tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    out.write_bytes(b"old")

    class Stop(Exception):
        pass

    calls = 0

    def progress(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 40:
            raise Stop

    with pytest.raises(Stop):
        write_sheet(session, out, progress=progress)
    assert out.read_bytes() == b"old" and sorted(path.name for path in tmp_path.iterdir()) == [
        "project.gpkg",
        "sheet.pdf",
    ]
    assert not session.plan.documents.get("export_log")
    with pytest.raises(StoreError):
        write_sheet(session, tmp_path / "project.gpkg" / "x.pdf")
    with pytest.raises(InputError) as caught:
        write_sheet(session, tmp_path / "x.docx")
    assert caught.value.code == "format_unknown"
    with pytest.raises(InputError) as caught:
        write_sheet(session, tmp_path / "x.png", dpi=9_000)
    assert caught.value.code == "dpi_out_of_range"


def test_hostile_words_stay_words(session: Session) -> None:
    hostile = "<script>alert(1)</script>\n\t&amp; ) endobj (" + "\u202e" + "字" * 300
    sheet = make_sheet(
        session.plan,
        session.policy,
        SheetOptions(
            title=hostile,
            unit=hostile,
            subtitle=hostile,
            date=DAY,
            review_number=hostile[:40],
            paper="A4-portrait",
        ),
    )
    import xml.etree.ElementTree as ET

    root = ET.fromstring(sheet_bytes(sheet, ".svg"))
    assert not [each for each in root.iter() if "script" in each.tag]
    data = sheet_bytes(sheet, ".pdf")
    assert "<script>alert(1)</script>" in text_of(data).replace("\r\n", "")
    assert pdfium.PdfDocument(data).get_metadata_dict()["Producer"] == "QiTu"


def test_english_has_no_chinese_of_ours(session: Session) -> None:
    set_language("en")
    sheet = make_sheet(session.plan, session.policy, SheetOptions(date=DAY, paper="A3-landscape"))
    own = [
        item.text
        for item in sheet.items
        if hasattr(item, "text") and getattr(item, "frame", "") not in ("table", "notes")
    ]
    assert own and not [words for words in own if re.search("[\u4e00-\u9fff]", words)]
    assert any(isinstance(item, Swatch) for item in sheet.items)
