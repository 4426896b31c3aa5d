"""A table of results as a report to be read: DOCX in the styles of every report, or PDF, A4 across.

The same words, rows and notes go into both, as `layers.release` let them leave. Columns in which nothing
stands are left out; first columns that say the same as the row above say it once. A picture shows where it
is.
"""

from __future__ import annotations

import base64
import datetime
import html
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from app.exports.leaving import INSIDE, Leaving
from app.exports.result_table import Picture
from app.exports.stated import Numbers, data_version
from app.messages import text, tr
from app.session import Session, Snapshot
from layers.catalogue.style import Stroke, Symbol
from layers.catalogue.text import Text
from layers.planning.results import Provenance
from layers.release import INTERNAL, Released

BASE = ("unit.banner", "unit.sumu", "unit.gacha", "seat", "road", "water.river", "water.lake")
"""Roles of what lies under the zones of the picture."""
ROOM, LEAST_M = 0.15, 1500.0
"""Ground round what is shown: a share of its size, and metres at least."""
A4 = (297.0, 210.0)
MARGIN, EDGE = 15.0, 9.0
"""Millimetres round the page, and of them to its header and footer."""
UNITS = 10.0
"""Units of the laid out page a millimetre."""
TYPE = {"body": 29, "head": 27, "title": 56, "note": 25}
"""Sizes of type in those units: 8 pt is 28."""
SHAPE = Symbol(strokes=(Stroke("halo", 0.9), Stroke("draw", 0.5)))
NAMED = 6
"""Shapes that are pointed at by name."""
RING = 0.008
"""Radius of the ring that stands for a point, as a share of the ground shown."""
WIDE_FROM = 0x2E7F
SIGNS, LEAST, MOST = 168.0, 14.0, 40.0
"""Half-width signs in a line across the page; of them to a word that is not broken, and to a column."""


@dataclass(frozen=True)
class Page:
    """What is to be written, in words."""

    title: str
    named: str
    day: datetime.date
    leaving: Leaving
    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    source: Provenance
    origin: str
    picture: tuple[bytes, float, str] | None = None
    """PNG, height against width, caption."""


def report_bytes(
    session: Session | Snapshot,
    title: Text,
    released: Released,
    notes: Sequence[str],
    source: Provenance,
    suffix: str,
    picture: Picture | None = None,
) -> bytes:
    """Return the report as the ending says (.docx or .pdf)."""
    page = _page(session, title, released, notes, source, picture)
    return _docx(page) if suffix == ".docx" else _pdf(page)


def _page(
    session: Session | Snapshot,
    title: Text,
    released: Released,
    notes: Sequence[str],
    source: Provenance,
    picture: Picture | None,
) -> Page:
    info = session.plan.info
    kept = [at for at in range(len(released.keys)) if any(row[at] not in (None, "") for row in released.rows)]
    numeric = tuple(
        any(isinstance(row[at], (int, float)) for row in released.rows) and released.keys[at] != "year"
        for at in kept
    )
    rows = [tuple(_said(row[at]) for at in kept) for row in released.rows]
    shown = [_once(row, rows[number - 1] if number else ()) for number, row in enumerate(rows)]
    origin = text("story_source", data=data_version(source), rules=source.policy_version,
                  hash=source.policy_digest[:8])  # fmt: skip
    return Page(
        tr(title), tr(Text(str(info.get("title", "")), str(info.get("title_en", info.get("title", ""))))),
        datetime.date.today(),  # noqa: DTZ011 - the local day
        INSIDE, tuple(released.headings[at] for at in kept), numeric, tuple(shown), tuple(notes), source,
        origin,
        None if picture is None or not picture.shapes else _picture(session, picture),
    )  # fmt: skip


def _once(row: tuple[str, ...], above: tuple[str, ...]) -> tuple[str, ...]:
    """A row without the first cells that are those of the row above; the last two always stand."""
    same = 0
    while above and same < len(row) - 2 and row[same] == above[same]:
        same += 1
    return ("",) * same + row[same:]


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return text("yes" if value else "no")
    if isinstance(value, int):
        return str(value) if 1900 <= value <= 2200 else f"{value:,}"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


# -- where it is -------------------------------------------------------------------------------------------


def _picture(session: Session | Snapshot, picture: Picture) -> tuple[bytes, float, str]:
    """The shapes among the zones, as one map."""
    from app.exports.map_part import REPORT, map_part
    from app.exports.picture import ensure_application
    from app.exports.stated import with_unit
    from app.theme import register_fonts
    from layers.maps.choropleth import MapTheme, Trace
    from layers.maps.settings import LayerSettings
    from layers.plan.scenes import Callout

    ensure_application()
    register_fonts()
    plan = session.plan
    base = {kind.id for kind, _ in plan.layers() if set(BASE) & set(kind.roles)}
    bounds = shapely.total_bounds(np.array(picture.shapes, object))
    west, south, east, north = (float(value) for value in bounds)
    room = max((east - west) * ROOM, (north - south) * ROOM, LEAST_M)
    lines = _lines(picture.shapes, max(east - west, north - south) + 2 * room)
    traces = (Trace(picture.title, SHAPE, lines),)
    settings = LayerSettings(
        frozenset(base | {kind for kind in picture.kinds if kind in plan}),
        callouts=tuple(Callout(words, place) for words, place in picture.names[:NAMED]),
    )
    wide, share = A4[0] - 2 * MARGIN, 0.5
    drawn = map_part(
        plan, session.policy, (wide, wide * share), medium=REPORT, dpi=INSIDE.dpi, settings=settings,
        explained=picture.kinds, theme=MapTheme("places", picture.title, Text("", ""), (), {}, traces=traces),
        extent=(west - room, south - room, east + room, north + room), audience=INTERNAL,
    )  # fmt: skip
    return drawn.data, share, with_unit(tr(picture.title), f"1:{round(drawn.scale):,}")


def _lines(shapes: Sequence[Any], across: float) -> Any:
    """Shapes as lines: areas by their edges, points by a ring that can be seen."""
    found: list[Any] = []
    for shape in shapes:
        dimensions = shapely.get_dimensions(shape)
        area = shape if dimensions == 2 else shapely.buffer(shape, across * RING) if dimensions == 0 else None
        found += list(shapely.get_parts(shape if area is None else shapely.boundary(area)))
    return shapely.multilinestrings([one for one in found if one.geom_type in ("LineString", "LinearRing")])


# -- DOCX --------------------------------------------------------------------------------------------------


def _docx(page: Page) -> bytes:
    from docx.enum.section import WD_ORIENT

    from app.exports.report_parts import Report

    made = Report(page.leaving.template, Numbers(page.source))
    for section in made.doc.sections:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = (max(section.page_width, section.page_height),
                                                   min(section.page_width, section.page_height))  # fmt: skip
    last = made.doc.sections[-1]
    made.width_mm = (last.page_width - last.left_margin - last.right_margin) / 36_000
    stamp = page.leaving.stamp(is_map=page.picture is not None)
    made.words(page.title, "Title")
    made.words(" · ".join(part for part in (page.named, page.leaving.day_words()) if part), "Subtitle")
    made.words(stamp, "Stamp")
    made.edges(stamp, f"{page.named} {page.title}", page.origin)
    if page.picture is not None:
        data, _, caption = page.picture
        made.map(data, made.width_mm * 0.9, caption, caption)
    if page.rows:
        made.table(page.heads, page.rows, widths=_widths(page), numeric=page.numeric)
    else:
        made.words(text("report_no_rows"))
    made.points([note for note in page.notes if note])
    return made.packed(page.title)


def _widths(page: Page) -> list[float]:
    """Half-width signs a column: room for its longest word first, then for what it says, up to MOST."""
    columns = list(zip(page.heads, *page.rows, strict=True))
    least = [min(max(_word(one) for one in column), LEAST) + 1 for column in columns]
    wished = [max(min(max(_wide(one) for one in column), MOST) - own, 0.0) + 0.5
              for column, own in zip(columns, least, strict=True)]  # fmt: skip
    spare = max(SIGNS - sum(least), 0.0)
    return [own + spare * wish / sum(wished) for own, wish in zip(least, wished, strict=True)]


def _wide(words: str) -> float:
    """Half-width signs; a Chinese one takes two."""
    return float(sum(2 if ord(sign) > WIDE_FROM else 1 for sign in words))


def _word(words: str) -> float:
    """The longest run that should not be broken: Latin letters and digits, or two Chinese signs."""
    runs = re.findall(r"[!-~]+", words)
    return max((*map(len, runs), 4 if any(ord(sign) > WIDE_FROM for sign in words) else 1))


# -- PDF ---------------------------------------------------------------------------------------------------


def _pdf(page: Page) -> bytes:
    from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSizeF, Qt
    from PySide6.QtGui import QColor, QPainter, QTextDocument

    from app.exports.pdf import finished, pdf_pages
    from app.exports.picture import ensure_application
    from app.painting.names import map_font
    from app.theme import register_fonts
    from layers.maps.palette import colour

    ensure_application()
    register_fonts()
    width, height = A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDefaultFont(map_font(TYPE["body"]))
    document.setDocumentMargin(0)
    document.setHtml(_html(page, width * UNITS))
    document.setPageSize(QSizeF(width * UNITS, height * UNITS))
    count = document.pageCount()
    stamp = page.leaving.stamp(is_map=page.picture is not None)

    def painted(number: int) -> Callable[[QPainter], None]:
        def paint(painter: QPainter) -> None:
            painter.translate(MARGIN, MARGIN)
            painter.scale(1 / UNITS, 1 / UNITS)
            top = number * height * UNITS
            painter.setFont(map_font(TYPE["note"]))
            line = QRectF(0, -EDGE * UNITS + 20, width * UNITS, 44)
            below = QRectF(0, height * UNITS + 16, width * UNITS, 44)
            painter.setPen(QColor(*colour("bad", "light")))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft, stamp)
            painter.setPen(QColor(*colour("ink3", "light")))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, f"{page.named} {page.title}")
            before, middle, after = text("report_page").split("|")
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, page.origin)
            said = f"{before}{number + 1}{middle}{count}{after}"
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, said)
            painter.translate(0, -top)
            document.drawContents(painter, QRectF(0, top, width * UNITS, height * UNITS))

        return paint

    buffer, date = QBuffer(), f"{page.day:%Y%m%d}"
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pdf_pages(buffer, *A4, [painted(number) for number in range(count)], title=page.title, date=date)
    return finished(bytes(buffer.data().data()), *A4, date)


def _html(page: Page, wide: float) -> str:
    """The page as Qt lays out rich text: its own small HTML, everything escaped."""
    out = io.StringIO()
    named = " · ".join(part for part in (page.named, page.leaving.day_words()) if part)
    out.write(_paragraph(page.title, "title", "font-weight:700; margin:0 0 8px 0"))
    out.write(_paragraph(named, "body", "margin:0 0 20px 0"))
    if page.picture is not None:
        data, share, caption = page.picture
        image, across = base64.b64encode(data).decode("ascii"), round(wide * 0.9)
        out.write(f'<p align="center" style="margin:0"><img src="data:image/png;base64,{image}" '
                  f'width="{across}" height="{round(across * share)}"></p>')  # fmt: skip
        out.write(_paragraph(caption, "note", "margin:0 0 20px 0", "center"))
    if page.rows:
        out.write(_table(page, wide))
    else:
        out.write(_paragraph(text("report_no_rows"), "body", "margin:0"))
    for note in filter(None, page.notes):
        out.write(_paragraph(f"• {note}", "note", "margin:10px 0 0 0"))
    return out.getvalue()


def _paragraph(words: str, size: str, style: str, align: str = "left") -> str:
    return f'<p align="{align}" style="font-size:{TYPE[size]}px; {style}">{_esc(words)}</p>'


def _table(page: Page, wide: float) -> str:
    """The rows; the head stands on each page."""
    shares = _widths(page)
    look, rule = f"font-size:{TYPE['body']}px", "border-bottom:2px solid #b9c0ba"
    heads = "".join(
        f'<th bgcolor="#eef0ec" width="{each / sum(shares):.1%}" align="{_side(right)}" '
        f'style="font-size:{TYPE["head"]}px; font-weight:500; {rule}">{_esc(head)}</th>'
        for head, each, right in zip(page.heads, shares, page.numeric, strict=True)
    )
    rows = "".join(
        "<tr>" + "".join(f'<td align="{_side(right)}" style="{rule}">{_esc(said)}</td>'
                         for said, right in zip(row, page.numeric, strict=True)) + "</tr>"
        for row in page.rows
    )  # fmt: skip
    return (f'<table width="{round(wide)}" border="0" cellspacing="0" cellpadding="7" style="{look}">'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")  # fmt: skip


def _side(right: bool) -> str:
    return "right" if right else "left"


def _esc(words: str) -> str:
    return html.escape(words).replace("\n", "<br>")

