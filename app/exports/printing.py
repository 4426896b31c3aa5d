"""Pages on a printer: which of them, how often, on what paper; a PDF "printer" writes whole or not at all.

    source = sheet_source(sheet, options, columns)
    print_pages(session, source, PrintJob(printer="Office", copies=2, pages=(1, 3)), progress=progress)

What is printed has passed `layers.release` as a sheet or an atlas, and leaves a line in the export log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPen
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from app import theme
from app.exports.atlas import Book
from app.exports.files import log_file
from app.exports.paper import SheetOptions, sheet_rules
from app.exports.pdf import SOFTWARE
from app.exports.pdf_file import pdf_in_place
from app.exports.picture import ensure_application
from app.painting.sheet import paint_page
from app.session import Session, Snapshot
from app.theme import register_fonts
from layers.catalogue.text import Text
from layers.errors import InputError, StoreError
from layers.maps.paper_parts import Box, Paper
from layers.maps.sheet import Sheet

COPIES_MOST = 99
Progress = Callable[[int, int], None]
Paint = Callable[[QPainter], None]


def _quiet(done: int, total: int) -> None:
    return None


@dataclass(frozen=True)
class PrintSource:
    """Pages that may be printed. count: how many. paints: of the pages asked for (from 1), one by one.

    day: YYYYMMDD. audience, columns, rows, rules: for the export log. mark: what tells one state of the
    data from another.
    """

    what: Text
    title: str
    paper: Paper
    count: int
    paints: Callable[[Sequence[int], Progress], Iterator[Paint]]
    day: str
    audience: str
    columns: tuple[str, ...]
    rules: tuple[str, ...]
    mark: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class PrintJob:
    """How it is printed. printer: its name, "" for a PDF file at `out`. paper: the printer's, None for the
    sheet's own size. pages: from 1."""

    printer: str = ""
    out: Path | None = None
    copies: int = 1
    pages: tuple[int, ...] = (1,)
    paper: Paper | None = None


def sheet_source(sheet: Sheet, options: SheetOptions, columns: Sequence[str], mark: str) -> PrintSource:
    """Return a sheet as what may be printed."""

    def paints(pages: Sequence[int], progress: Progress) -> Iterator[Paint]:
        for at, _ in enumerate(pages):
            yield lambda painter, at=at: paint_page(painter, sheet, check=lambda: progress(at, len(pages)))

    return PrintSource(
        Text("图幅", "a sheet"), sheet.title, sheet.paper, 1, paints, sheet.day, options.audience,
        tuple(sorted(columns)), sheet_rules(options), mark,
    )  # fmt: skip


def atlas_source(book: Book, options: SheetOptions, mark: str) -> PrintSource:
    """Return an atlas as what may be printed; its pages are made one by one."""

    def paints(pages: Sequence[int], progress: Progress) -> Iterator[Paint]:
        # A copy: what is looked at and what is printed meanwhile report to different jobs.
        return copy(book).paints(progress, pages)

    return PrintSource(
        Text("图集", "an atlas"), book.title, book.paper, book.pages, paints, book.day, options.audience,
        tuple(book.columns), sheet_rules(options), mark, book.units,
    )  # fmt: skip


def printers() -> tuple[str, ...]:
    """Return the names of the printers there are, the usual one first."""
    usual = QPrinterInfo.defaultPrinterName()
    return tuple(sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: (name != usual, name)))


def page_range(words: str, count: int) -> tuple[int, ...]:
    """Return pages of `1-3, 5`, in the order in which they are named; all for nothing.

    Raises InputError `print_range_wrong`.
    """
    if not words.strip():
        return tuple(range(1, count + 1))
    found: list[int] = []
    for piece in re.split(r"[,，、;；\s]+", re.sub(r"\s*[-–—~～至]\s*", "-", words.strip())):
        hit = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", piece)
        first, last = (int(hit[1]), int(hit[2] or hit[1])) if hit else (0, 0)
        if not 1 <= first <= last <= count:
            raise InputError("print_range_wrong", given=words.strip(), count=count)
        found += [page for page in range(first, last + 1) if page not in found]
    return tuple(found)


def placed_on(sheet: Paper, paper: Paper) -> tuple[Box, float]:
    """Return where a sheet stands on a printer's paper, and its scale: never larger than it is, in the
    middle; a sheet that lies the other way is not turned (printers do that by themselves)."""
    scale = min(1.0, paper.width / sheet.width, paper.height / sheet.height)
    wide, high = sheet.width * scale, sheet.height * scale
    return Box((paper.width - wide) / 2, (paper.height - high) / 2, wide, high), scale


def page_image(
    source: PrintSource, page: int, paper: Paper, dpi: float, progress: Progress = _quiet
) -> QImage:
    """Return a page as it will be on the printer's paper."""
    ensure_application()
    register_fonts()
    box, scale = placed_on(source.paper, paper)
    size = dpi / 25.4
    image = QImage(round(paper.width * size), round(paper.height * size), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    try:
        for paint in source.paints((page,), progress):
            painter.save()
            painter.scale(size, size)
            painter.translate(box.left, box.top)
            painter.scale(scale, scale)
            paint(painter)
            painter.restore()
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawRect(QRectF(0.5, 0.5, image.width() - 1.0, image.height() - 1.0))
    finally:
        painter.end()
    return image


# -- printing --------------------------------------------------------------------------------------


def print_pages(
    session: Session | Snapshot,
    source: PrintSource,
    job: PrintJob,
    *,
    progress: Progress = _quiet,
    seal: Callable[[], None] = lambda: None,
) -> None:
    """Print, and log it. What `progress` raises gives it up: nothing is left, as far as the printer lets go.

    seal: called before a PDF file takes its place. Raises InputError `printer_unknown`, StoreError
    `print_refused`, `cannot_write`.
    """
    ensure_application()
    register_fonts()
    if job.printer:
        if job.printer not in printers():
            raise InputError("printer_unknown", name=job.printer, known=list(printers()))
        printer = QPrinter(QPrinterInfo.printerInfo(job.printer), QPrinter.PrinterMode.HighResolution)
        _print(printer, source, job, progress)
        said = " ".join((source.title, source.mark, job.printer, *map(str, job.pages), str(job.copies)))
        _log(session, source, job, Path(source.title or source.what.zh), said.encode())
        return
    assert job.out is not None
    _log(session, source, job, job.out, _to_file(source, job, job.out, progress, seal))


def _log(session: Session | Snapshot, source: PrintSource, job: PrintJob, out: Path, data: bytes) -> None:
    printed = f"printed: {job.printer or 'PDF'}, {len(job.pages)} × {job.copies}"
    log_file(
        session, out, data, source.what, audience=source.audience, columns=source.columns, rows=source.rows,
        rules=(*source.rules, printed),
    )  # fmt: skip


def _to_file(
    source: PrintSource, job: PrintJob, out: Path, progress: Progress, seal: Callable[[], None]
) -> bytes:
    """Print beside the target, then put it in its place."""

    def paint(raw: Path) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(raw))
        _print(printer, source, job, progress)

    return pdf_in_place(out, job.paper or source.paper, source.day, paint, seal)


def _print(printer: QPrinter, source: PrintSource, job: PrintJob, progress: Progress) -> None:
    paper = job.paper or source.paper
    printer.setDocName(source.title)
    printer.setCreator(SOFTWARE)
    printer.setFullPage(True)
    upright = QPageSize(
        QSizeF(min(paper.width, paper.height), max(paper.width, paper.height)), QPageSize.Unit.Millimeter,
        "", QPageSize.SizeMatchPolicy.FuzzyMatch,
    )  # fmt: skip
    way = QPageLayout.Orientation.Portrait if paper.is_portrait else QPageLayout.Orientation.Landscape
    printer.setPageLayout(QPageLayout(upright, way, QMarginsF(0, 0, 0, 0)))
    printer.setFullPage(True)
    able = printer.supportsMultipleCopies()
    if able:
        printer.setCopyCount(job.copies)
    pages = job.pages * (1 if able else job.copies)
    box, scale = placed_on(source.paper, paper)
    painter = QPainter()
    if not painter.begin(printer):
        raise StoreError("print_refused", name=job.printer or str(job.out))
    try:
        size = printer.resolution() / 25.4
        for at, paint in enumerate(source.paints(pages, progress)):
            if at and not printer.newPage():
                raise StoreError("print_refused", name=job.printer or str(job.out))
            painter.save()
            try:
                painter.scale(size, size)
                painter.translate(box.left, box.top)
                painter.scale(scale, scale)
                paint(painter)
            finally:
                painter.restore()
    except BaseException:
        printer.abort()
        raise
    finally:
        painter.end()
    if printer.printerState() == QPrinter.PrinterState.Error:
        raise StoreError("print_refused", name=job.printer or str(job.out))
