"""An atlas read back: pages, words, size, bookmarks, links, small counts; cancelling leaves nothing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.actions.atlas import atlas
from app.dialogs.atlas import AtlasDialog
from app.exports.atlas import write_atlas
from app.exports.paper import SheetOptions
from app.jobs import Cancelled, Jobs
from app.session import Session
from layers.errors import InputError, RuleError, StoreError
from layers.maps.atlas import AtlasUnit, index_length, unit_extent
from layers.maps.paper_parts import PAPERS
from layers.maps.settings import LayerSettings
from tests.app.exports.banners import banner_of, gacha_code, people
from tests.layers.maps.small_plan import small_plan, square

DAY = datetime.date(2024, 3, 5)
MM = 72 / 25.4
A4 = SheetOptions("A4-landscape", date=DAY)


@pytest.fixture
def small(opened, qapp: QGuiApplication) -> Iterator[Session]:
    """Four gachas in two sumu, one of them without a place; 22 households in the first, one of them with an
    accepted toilet."""
    yield opened(small_plan())


def pages(path: Path) -> list[str]:
    document = pdfium.PdfDocument(path)
    return [page.get_textpage().get_text_bounded().replace("\r\n", "") for page in document]


def test_a_page_a_unit_with_index_numbers_bookmarks_and_links(small: Session, tmp_path: Path) -> None:
    out = tmp_path / "atlas.pdf"
    seen: list[tuple[int, int]] = []
    done = write_atlas(small, out, "gacha", A4, progress=lambda at, total: seen.append((at, total)))
    units = set(small.plan.table("gacha").column("code"))
    assert (done.units, done.pages, done.bytes) == (4, 5, out.stat().st_size)
    assert {at for at, _ in seen} == {0, 1, 2, 3, 4} and {total for _, total in seen} == {5}
    document = pdfium.PdfDocument(out)
    assert len(document) == 5
    for page in document:
        width, height = page.get_size()
        assert abs(width / MM - 297) < 0.1 and abs(height / MM - 210) < 0.1
    words = pages(out)
    for number, page in enumerate(words, 1):
        assert f"第 {number} 页 · 共 5 页" in page and "内部资料 注意保存" in page
    assert all(code in words[0] for code in units), "the index names every unit"
    for code, page in zip(sorted(units), words[1:], strict=True):
        assert code in page and "400 平方公里" in page and "1:150 000" in page and "在全旗的位置" in page
    toc = [(mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]
    assert [mark for mark in toc if mark[0] == 0] == [
        (0, "索引", 0), (0, "东河苏木", 1), (0, "西山镇", 3)]  # fmt: skip
    inner = [mark for mark in toc if mark[0] == 1]
    assert [where for _, _, where in inner] == [1, 2, 3, 4]
    assert all(title.split(" ")[1] in words[where] for _, title, where in inner)
    raw = out.read_bytes()
    targets = re.findall(rb"/Subtype /Link .*?/Dest \[(\d+) 0 R /Fit\]", raw)
    kids = re.findall(rb"(\d+) 0 R", re.search(rb"/Kids \n?\[\n(.*?)\]", raw, re.S)[1])
    assert targets == kids[1:], "each line of the index leads to its page"
    assert [item.entry.op for item in small.history()] == ["export"]


def test_names_that_occur_twice_carry_their_sumu_and_tables_unknown_is_not_zero(
    small: Session, tmp_path: Path
) -> None:
    out = tmp_path / "atlas.pdf"
    atlas(small, out, only=["900000200001"])
    words = pages(out)
    assert len(words) == 2
    names = list(small.plan.table("gacha").column("name"))
    twice = next(name for name in names if names.count(name) > 1)
    assert f"{twice}（" in words[1]
    assert "卫生厕所（户）" in words[1] and re.search(r"卫生厕所（户）\s*未知\s*—", words[1])
    with pytest.raises(InputError, match="atlas_unit_unknown"):
        atlas(small, out, only=["1"])


def test_small_counts_are_withheld_and_an_exemption_is_told_and_logged(
    opened, tmp_path: Path, qapp: QGuiApplication
) -> None:
    names = ["甲嘎查", "乙嘎查", "丙嘎查"]
    session = opened(banner_of(names, people(range(3), lambda at: [(2, 20), (4, 5), (5, 3)][at])))
    out = tmp_path / "atlas.pdf"
    atlas(session, out, only=[gacha_code(0)], public=True, exempt="示意图，不表示界线")
    page = pages(out)[1]
    row = re.search(r"卫生厕所（户）(.{0,40})", page)[1]
    assert row.split()[:2] == ["—", "*"] and " 2 " not in row and "户数很少" in page
    assert "免予审图：示意图，不表示界线" in page and "内部资料" not in page
    record = list(session.plan.documents["export_log"].values())[-1]
    assert record["audience"] == "public" and "exempt: 示意图，不表示界线" in record["rules"]
    with pytest.raises(RuleError, match="review_number_needed"):
        atlas(session, out, public=True)


def test_given_up_or_refused_it_leaves_the_old_file(small: Session, tmp_path: Path) -> None:
    out = tmp_path / "atlas.pdf"
    out.write_bytes(b"old")

    def third(done: int, total: int) -> None:
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_atlas(small, out, "gacha", A4, progress=third)

    def seal() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        write_atlas(small, out, "sumu", A4, seal=seal)
    assert out.read_bytes() == b"old" and not list(tmp_path.glob(".qitu*")) and not small.history()
    with pytest.raises(StoreError, match="cannot_write"):
        write_atlas(small, out / "no.pdf", "sumu", A4)
    with pytest.raises(InputError, match="atlas_level_unknown"):
        write_atlas(small, out, "banner", A4)


@pytest.mark.parametrize("paper", ["A3-landscape", "A4-portrait", "A3-portrait"])
def test_a_long_index_takes_several_pages_and_loses_no_line(paper: str) -> None:
    shape = square(0, 0)
    units = [AtlasUnit("gacha", f"{n:012d}", f"第{n}嘎查", f"苏木{n // 9}", shape) for n in range(700)]
    assert index_length(PAPERS[paper], units[:44]) == 1
    assert 2 < index_length(PAPERS[paper], units) < 12


def test_a_small_unit_is_not_shown_nearer_than_the_data_speak() -> None:
    west, south, east, north = unit_extent(shapely.box(10, 10, 30, 20))
    assert (east - west, north - south) == (1000, 1000) and (west + east) / 2 == 20
    west, south, east, north = unit_extent(shapely.box(0, 0, 10_000, 4_000))
    assert (west, south, east, north) == (-600, -600, 10_600, 4_600)


def test_the_dialog_writes_shows_its_progress_and_stops(small: Session, tmp_path: Path, qtbot) -> None:
    jobs = Jobs()
    small.select("gacha", small.plan.table("gacha").fids[:2].tolist())
    dialog = AtlasDialog(
        None, small, jobs, tmp_path / "atlas.pdf", settings=LayerSettings.default(small.plan)
    )
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.over.currentData() == "gacha" and "2" in dialog.only.text() and dialog.only.isVisible()
    dialog.audience.setCurrentIndex(dialog.audience.findData("public"))
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.fault.isVisible(), timeout=20_000)
    assert "审图号" in dialog.fault.text() and dialog.exempt.isEnabled() and dialog.go.isEnabled()
    dialog.audience.setCurrentIndex(dialog.audience.findData("internal"))
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.bar.maximum() == 5, timeout=20_000)
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not jobs.running, timeout=20_000)
    assert dialog.isVisible() and not (tmp_path / "atlas.pdf").exists() and not small.history()
    dialog.only.setChecked(True)
    with qtbot.waitSignal(dialog.written, timeout=30_000) as told:
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert told.args[0] == tmp_path / "atlas.pdf" and told.args[1].units == 2 and not dialog.isVisible()
    assert [item.entry.op for item in small.history()] == ["export"]
