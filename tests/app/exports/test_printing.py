"""Printing: to a PDF printer, read back: sizes, words, colours; page ranges; what is given up leaves
nothing."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.cli import main
from app.dialogs.printing import PrintDialog
from app.exports.atlas import atlas_book
from app.exports.paper import SheetOptions, make_sheet, sheet_image
from app.exports.printing import (
    PrintJob,
    PrintSource,
    atlas_source,
    page_image,
    page_range,
    placed_on,
    print_pages,
    sheet_source,
)
from app.jobs import Cancelled, Jobs
from app.session import Session
from layers.errors import InputError, PlannerError
from layers.maps.paper_parts import PAPERS, Box
from layers.maps.settings import LayerSettings
from layers.store import create_project
from tests.layers.maps.small_plan import small_plan

A4, A3 = PAPERS["A4-landscape"], PAPERS["A3-landscape"]
OPTIONS = SheetOptions("A4-landscape", title="土地用工图", date=datetime.date(2024, 3, 5))
MM = 72 / 25.4


@pytest.fixture(scope="module")
def session(tmp_path_factory, qapp) -> Iterator[Session]:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.mktemp("print") / "p.gpkg"
    create_project(path, small_plan(), title="试验")
    made = Session(author="tester")
    made.open(path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def sheet(session: Session) -> PrintSource:
    made = make_sheet(session.plan, session.policy, OPTIONS, settings=LayerSettings.default(session.plan))
    return sheet_source(made, OPTIONS, ("gacha",), "ABCD")


@pytest.fixture(scope="module")
def atlas(session: Session) -> PrintSource:
    return atlas_source(atlas_book(session, "gacha", OPTIONS), OPTIONS, "ABCD")


def pixels(page: pdfium.PdfPage, dpi: float) -> np.ndarray:
    return np.asarray(page.render(scale=dpi / 72).to_pil().convert("RGB")).astype(int)


def test_a_sheet_on_a_pdf_printer_is_the_sheet(session: Session, sheet: PrintSource, tmp_path: Path) -> None:
    out = tmp_path / "printed.pdf"
    print_pages(session, sheet, PrintJob(out=out, copies=2))
    made = pdfium.PdfDocument(out)
    assert len(made) == 2  # a file has no copies of its own
    page = made[1]
    assert page.get_size() == pytest.approx((A4.width * MM, A4.height * MM), abs=0.05)
    words = page.get_textpage().get_text_bounded()
    assert "土地用工图" in words and "内部资料 注意保存" in words and "未经审图，不得公开" in words
    whole = make_sheet(session.plan, session.policy, OPTIONS, settings=LayerSettings.default(session.plan))
    image = sheet_image(whole, dpi=96).convertToFormat(sheet_image(whole, dpi=20).format())
    seen = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., 2::-1]
    printed, px = pixels(page, 96), 96 / 25.4
    size = np.array(printed.shape[:2])
    assert np.abs(size - seen.shape[:2]).max() <= 1
    box = whole.map.box
    places = [
        (4.0, 4.0),
        (8.0, 100.0),
        (box.left + 3, box.top + 3),
        (box.left + 0.4 * box.width, box.top + 0.4 * box.height),
    ]
    for x, y in places:  # paper, outer frame, outside, land
        at = round(y * px), round(x * px)
        assert np.abs(printed[at] - seen[at].astype(int)).max() < 24, (x, y)
    assert len({tuple(printed[round(y * px), round(x * px)]) for x, y in places}) == 4
    entry = session.history()[-1].entry
    assert entry.op == "export" and b"/Producer (QiTu)" in out.read_bytes()


def test_pages_of_an_atlas_are_chosen_by_range(session: Session, atlas: PrintSource, tmp_path: Path) -> None:
    out = tmp_path / "pages.pdf"
    print_pages(session, atlas, PrintJob(out=out, pages=page_range("4, 1-2", atlas.count), paper=A3))
    made = pdfium.PdfDocument(out)
    words = [made[at].get_textpage().get_text_bounded() for at in range(len(made))]
    assert atlas.count == 5 and len(words) == 3
    assert "第 4 页 · 共 5 页" in words[0] and "第 1 页" in words[1] and "第 2 页" in words[2]
    assert made[0].get_size() == pytest.approx((A3.width * MM, A3.height * MM), abs=0.05)
    seen = pixels(made[0], 50)  # A4 on A3: as large as it is, in the middle
    used = np.argwhere(seen.min(axis=2) < 200) / 50 * 25.4
    assert used[:, 1].min() > (420 - 297) / 2 and used[:, 1].max() < (420 + 297) / 2


def test_ranges_and_scales() -> None:
    assert page_range("", 3) == (1, 2, 3) and page_range("3，1-2", 3) == (3, 1, 2)
    assert page_range("2至3", 3) == (2, 3) and page_range("1 - 2", 3) == (1, 2)
    for wrong in ("0", "4", "2-1", "a", "1-", "-"):
        with pytest.raises(InputError, match="print_range_wrong"):
            page_range(wrong, 3)
    box, scale = placed_on(A3, A4)
    assert scale == pytest.approx(210 / 297, abs=1e-3) and Box(0, 0, A4.width, A4.height).holds(box)
    assert placed_on(A4, A3)[1] == 1.0


def test_what_is_given_up_or_refused_leaves_no_file_and_no_line(
    session: Session, atlas: PrintSource, sheet: PrintSource, tmp_path: Path
) -> None:
    before = len(session.history())

    def stop(done: int, _total: int) -> None:
        if done >= 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        print_pages(session, atlas, PrintJob(out=tmp_path / "a.pdf", pages=(1, 2, 3, 4)), progress=stop)
    (tmp_path / "file").write_text("x")
    for out, code in (
        (tmp_path / "file" / "b.pdf", "cannot_write"),
        (Path("/proc/none/c.pdf"), "cannot_write"),
    ):
        with pytest.raises(PlannerError, match=code):
            print_pages(session, sheet, PrintJob(out=out))
    with pytest.raises(InputError, match="printer_unknown"):
        print_pages(session, sheet, PrintJob("没有的打印机"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"] and len(session.history()) == before


def test_the_dialog_shows_the_page_that_is_printed_and_says_what_is_wrong(
    session: Session, atlas: PrintSource, tmp_path: Path, qtbot
) -> None:  # type: ignore[no-untyped-def]
    jobs = Jobs()
    dialog = PrintDialog(None, session, jobs, atlas, tmp_path / "x.pdf")
    qtbot.addWidget(dialog)
    dialog.show()

    def rest() -> None:
        qtbot.waitUntil(lambda: not dialog._wait.isActive() and not jobs.running, timeout=20_000)

    rest()
    assert dialog.where.text() == "第 1 页，共 5 页" and not dialog.view.pixmap().isNull()
    dialog.range.setText("9")
    assert "页码“9”不对" in dialog.fault.text() and not dialog.go.isEnabled()
    dialog.range.setText("2-3")
    QTest.mouseClick(dialog.on, Qt.MouseButton.LeftButton)
    assert dialog.where.text() == "第 3 页，共 5 页" and not dialog.on.isEnabled() and not dialog.fault.isVisible()
    dialog.paper.setCurrentIndex(dialog.paper.findData(PAPERS["A4-portrait"]))
    assert "71%" in dialog.scaled.text()
    rest()
    shown = dialog.view.pixmap()
    assert shown.height() > shown.width()
    assert page_image(atlas, 3, PAPERS["A4-portrait"], 20).height() > 0
    out = tmp_path / "x.pdf"
    with qtbot.waitSignal(dialog.printed, timeout=20_000):
        dialog.start(replace(PrintJob(out=out), pages=dialog.wanted()))
    assert len(pdfium.PdfDocument(out)) == 2 and not dialog.isVisible()
    assert session.history()[-1].entry.op == "export"


def test_the_command_prints_a_sheet_and_pages_of_an_atlas(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, out = str(session.path), tmp_path / "x.pdf"
    session.close()
    try:
        assert main(["print", project, "--out", str(out), "--sheet", "A4-portrait", "--copies", "3"]) == 0
        assert "已打印 1 页 × 3 份" in capsys.readouterr().out and len(pdfium.PdfDocument(out)) == 3
        assert main(["print", project, "--out", str(out), "--over", "gacha", "--pages", "2,5", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["pages"] == [2, 5] and len(pdfium.PdfDocument(out)) == 2
        out.unlink()
        for wrong in (
            ["--pages", "9"],
            ["--public"],
            ["--over", "gacha", "--year", "2023"],
            ["--paper", "A9"],
        ):
            assert main(["print", project, "--out", str(out), *wrong]) == 1 and not out.exists()
        assert main(["printers", "--json"]) == 0
    finally:
        session.open(Path(project))
