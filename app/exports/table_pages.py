"""A table report as PDF pages: rows stand whole, and the first row of each page says of what it speaks."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QTextDocument, QTextTable

from app.exports.pdf import finished, pdf_pages
from app.exports.picture import ensure_application
from app.exports.table_report import OURS, PICTURE, Page, caption, once, widths
from app.messages import text
from app.painting.names import map_font
from app.theme import register_fonts
from layers.maps.palette import colour

if TYPE_CHECKING:
    from collections.abc import Iterator

A4 = (297.0, 210.0)
MARGIN, EDGE = 15.0, 9.0
"""Millimetres round the page, and of them to its header and footer."""
UNITS = 10.0
"""Units of the laid out page a millimetre."""
TYPE = {"body": 29, "head": 27, "title": 56, "note": 25}
"""Sizes of type in those units: 8 pt is 28."""
WIDE, HIGH = (A4[0] - 2 * MARGIN) * UNITS, (A4[1] - 2 * MARGIN) * UNITS
RULE = "border-bottom:2px solid #b9c0ba"


def table_pdf(page: Page) -> bytes:
    """Return the pages. A row that is higher than a page is the only one that is cut."""
    ensure_application()
    register_fonts()
    sheets = list(_sheets(page))
    paints = [
        _painted(page, sheet, at, number, len(sheets))
        for number, (sheet, at) in enumerate(sheets)
    ]  # fmt: skip
    buffer, date = QBuffer(), f"{page.day:%Y%m%d}"
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pdf_pages(buffer, *A4, paints, title=page.title, date=date)
    return finished(bytes(buffer.data().data()), *A4, date)


def _sheets(page: Page) -> Iterator[tuple[QTextDocument, int]]:
    """What stands on each sheet of paper: a laid out text, and which of its own pages."""
    above, below = _above(page), _below(page)
    parts = [above]
    left = HIGH - _document(above).size().height()
    if page.rows:
        head, heights = _heights(page)
        for rows, fresh in _shared_out(heights, left - head, HIGH - head):
            if fresh:
                parts.append("")
                left = HIGH
            parts[-1] += _table(page, once(page.rows[rows]))
            left -= head + sum(heights[rows])
    if below and _document(below).size().height() > left:
        parts.append("")
    parts[-1] += below
    for part in filter(None, parts):
        document = _document(part)
        document.setPageSize(QSizeF(WIDE, HIGH))
        yield from ((document, at) for at in range(document.pageCount()))


def _shared_out(heights: Sequence[float], first: float, room: float) -> Iterator[tuple[slice, bool]]:
    """Rows page by page, and whether a page is begun for them; first: what is left of the one begun."""
    start, left, fresh = 0, first, False
    for at, height in enumerate(heights):
        if height > left and (at > start or not fresh):
            if at > start:
                yield slice(start, at), fresh
            start, left, fresh = at, room, True
        left -= height
    yield slice(start, len(heights)), fresh


def _heights(page: Page) -> tuple[float, list[float]]:
    """Heights of the head and of each row where every cell is stated: none is higher on its page."""
    document = _document(_table(page, page.rows))
    table = cast("QTextTable", document.rootFrame().childFrames()[0])
    layout = document.documentLayout()
    tops = [
        layout.blockBoundingRect(table.cellAt(row, 0).firstCursorPosition().block()).top()
        for row in range(table.rows())
    ]
    tops.append(layout.frameBoundingRect(table).bottom())
    each = [below - above for above, below in zip(tops, tops[1:], strict=False)]
    return each[0], each[1:]


def _document(words: str) -> QTextDocument:
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDefaultFont(map_font(TYPE["body"]))
    document.setDocumentMargin(0)
    document.setHtml(words)
    document.setTextWidth(WIDE)
    return document


def _painted(
    page: Page, document: QTextDocument, at: int, number: int, count: int
) -> Callable[[QPainter], None]:
    stamp = page.leaving.stamp(is_map=page.picture is not None)

    def paint(painter: QPainter) -> None:
        painter.translate(MARGIN, MARGIN)
        painter.scale(1 / UNITS, 1 / UNITS)
        painter.setFont(map_font(TYPE["note"]))
        line = QRectF(0, -EDGE * UNITS + 20, WIDE, 44)
        below = QRectF(0, HIGH + 16, WIDE, 44)
        painter.setPen(QColor(*colour("bad", "light")))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, stamp)
        painter.setPen(QColor(*colour("ink3", "light")))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, f"{page.named} {page.title}")
        before, middle, after = text("report_page").split("|")
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, page.origin)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{before}{number + 1}{middle}{count}{after}")
        top = at * HIGH
        painter.translate(0, -top)
        document.drawContents(painter, QRectF(0, top, WIDE, HIGH))

    return paint


# -- words as Qt lays them out: its own small HTML, everything escaped ---------------------------------------


def _above(page: Page) -> str:
    """Title, day, the picture and what it shows."""
    named = " · ".join(part for part in (page.named, page.leaving.day_words()) if part)
    parts = [
        _paragraph(page.title, "title", "font-weight:700; margin:0 0 8px 0"),
        _paragraph(named, "body", "margin:0 0 20px 0"),
    ]
    if page.picture is not None:
        image = base64.b64encode(page.picture[0]).decode("ascii")
        across, high = (round(each * UNITS) for each in PICTURE)
        parts += [
            f'<p align="center" style="margin:0"><img src="data:image/png;base64,{image}" width="{across}" '
            f'height="{high}"></p>',
            _paragraph(caption(page, PICTURE[0]), "note", "margin:6px 0 20px 0", "center"),
        ]
    return "".join(parts)


def _below(page: Page) -> str:
    """That there is nothing, and the notes."""
    nothing = "" if page.rows else _paragraph(text("report_no_rows"), "body", "margin:0")
    notes = [_paragraph(f"• {note}", "note", "margin:10px 0 0 0") for note in page.notes if note]
    return "".join([nothing, *notes])


def _paragraph(words: str, size: str, style: str, align: str = "left") -> str:
    return f'<p align="{align}" style="font-size:{TYPE[size]}px; {style}">{_esc(words)}</p>'


def _table(page: Page, rows: Sequence[tuple[str, ...]]) -> str:
    shares = widths(page, *OURS)
    heads = "".join(
        f'<th bgcolor="#eef0ec" width="{each / sum(shares):.1%}" align="{_side(right)}" '
        f'style="font-size:{TYPE["head"]}px; font-weight:500; {RULE}">{_esc(head)}</th>'
        for head, each, right in zip(page.heads, shares, page.numeric, strict=True)
    )
    lines = "".join(
        "<tr>" + "".join(f'<td align="{_side(right)}" style="{RULE}">{_esc(said)}</td>'
                         for said, right in zip(row, page.numeric, strict=True)) + "</tr>"
        for row in rows
    )  # fmt: skip
    look = f'width="{round(WIDE)}" border="0" cellspacing="0" cellpadding="7"'
    return (f'<table {look} style="font-size:{TYPE["body"]}px">'
            f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>")  # fmt: skip


def _side(right: bool) -> str:
    return "right" if right else "left"


def _esc(words: str) -> str:
    return html.escape(words).replace("\n", "<br>")
