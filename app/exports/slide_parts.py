"""Parts of a slide: words, tiles, native charts and tables, pictures, in units of a page 1920 × 1080.

A unit is half a point on a page 13.33 inches wide. Fonts are those of the template's theme (`+mn-ea` for
Chinese), so that a bureau's own template changes them all.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from app.exports.stated import as_head
from app.exports.xml_words import clean
from layers.maps.palette import colour
from layers.maps.type import text_width

PALETTE = "projector"
WIDE, HIGH = 1920, 1080
EMU_PER_UNIT = 6350
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
Box = tuple[float, float, float, float]
"""Left, top, width, height in units."""


def ink(token: str) -> RGBColor:
    """Return a colour token as a colour of a slide."""
    return RGBColor(*colour(token, PALETTE)[:3])


class Page:
    """A slide and the scale of its template: units become EMU."""

    def __init__(self, slide: Any, unit: float, language: str) -> None:
        self.slide, self.unit, self.language = slide, unit, language

    def emu(self, box: Box) -> tuple[Emu, Emu, Emu, Emu]:
        """A box in EMU."""
        left, top, width, height = (Emu(round(value * self.unit)) for value in box)
        return left, top, width, height

    def points(self, size: float) -> Pt:
        """A size of type."""
        return Pt(round(size * self.unit / 12700 * 2) / 2)

    def words(
        self,
        box: Box,
        words: str,
        size: float,
        token: str = "ink1",
        *,
        bold: bool = False,
        name: str = "",
        right: bool = False,
        middle: bool = False,
        lines: int = 1,
        least: float = 0.0,
    ) -> Any:
        """A text box; words that are too long are set smaller, down to `least`, and then cut."""
        shape = self.slide.shapes.add_textbox(*self.emu(box))
        if name:
            shape.name = name
        said, fits = fitted(words, box[2], size, lines, bold=bold, least=least or size)
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
        frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        self.run(frame.paragraphs[0], said, fits, token, bold=bold)
        return shape

    def run(self, paragraph: Any, words: str, size: float, token: str, *, bold: bool = False) -> Any:
        """Words in a paragraph, in the fonts of the theme."""
        run = paragraph.add_run()
        run.text = clean(words)
        run.font.size, run.font.bold = self.points(size), bold
        run.font.color.rgb = ink(token)
        theme_fonts(run._r.get_or_add_rPr(), self.language)
        return run

    def block(self, box: Box, token: str, name: str = "") -> Any:
        """A plain rectangle, out of the way of screen readers."""
        shape = self.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *self.emu(box))
        shape.fill.solid()
        shape.fill.fore_color.rgb = ink(token)
        shape.line.fill.background()
        style = shape._element.find(qn("p:style"))  # the template's shadows and edges
        if style is not None:
            shape._element.remove(style)
        if name:
            shape.name = name
        return shape

    def picture(self, box: Box, data: bytes, alt: str, name: str) -> Any:
        """A picture with words for those who cannot see it."""
        shape = self.slide.shapes.add_picture(io.BytesIO(data), *self.emu(box))
        shape.name = name
        shape._element.nvPicPr.cNvPr.set("descr", clean(alt))
        return shape

    def number(self, box: Box, size: float, token: str) -> None:
        """The page's own number, as a field."""
        shape = self.words(box, "", size, token, right=True, middle=True, name="page")
        paragraph = shape.text_frame.paragraphs[0]._p
        for run in paragraph.findall(qn("a:r")):
            paragraph.remove(run)
        field = etree.SubElement(paragraph, qn("a:fld"))
        field.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
        field.set("type", "slidenum")
        look = etree.SubElement(field, qn("a:rPr"))
        look.set("lang", self.language)
        look.set("sz", str(round(self.points(size).pt * 100)))
        etree.SubElement(field, qn("a:t")).text = "‹#›"

    # -- numbers -----------------------------------------------------------------------------------

    def table(
        self,
        box: Box,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        alt: str,
        *,
        size: float = 22,
        total: bool = False,
    ) -> Any:
        """A native table: first column left, the others right; a line under each row, none between columns.

        box: its height is shared by the rows.
        """
        count = len(heads)
        frame = self.slide.shapes.add_table(len(rows) + 1, count, *self.emu(box))
        frame.name = "table"
        frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(alt))
        table = frame.table
        table.first_row, table.horz_banding, table.last_row = True, False, total
        style = table._tbl.tblPr.find(qn("a:tableStyleId"))
        if style is not None:
            style.text = NO_STYLE
        longest = max((text_width(clean(row[0]), size, 700) for row in (heads, *rows)), default=0.0)
        first = min(max(longest * 1.06 + 20, box[2] / count), box[2] * (0.7 if count > 1 else 1))
        for at, column in enumerate(table.columns):
            wide = first if at == 0 else (box[2] - first) / max(count - 1, 1)
            column.width = Emu(round((wide if count > 1 else box[2]) * self.unit))
        for row in table.rows:
            row.height = Emu(round(box[3] / (len(rows) + 1) * self.unit))
        for at, words in enumerate(([as_head(head) for head in heads], *rows)):
            last = total and at == len(rows)
            for column, said in enumerate(words):
                cell = table.cell(at, column)
                room = table.columns[column].width / self.unit - 16
                self._cell(cell, said, room, size, head=at == 0, right=column > 0, bold=last)
        return frame

    def _cell(
        self, cell: Any, words: str, room: float, size: float, *, head: bool, right: bool, bold: bool
    ) -> None:
        cell.margin_left = cell.margin_right = Emu(round(8 * self.unit))
        cell.margin_top = cell.margin_bottom = Emu(round(2 * self.unit))
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        said, fits = fitted(words, room, size, 1, bold=bold, least=size * 0.8)
        self.run(paragraph, said, fits, "ink2" if head else "ink1", bold=bold or head)
        look = cell._tc.get_or_add_tcPr()
        below = etree.SubElement(look, qn("a:lnB"))
        below.set("w", str(round(2 * self.unit)))
        fill = etree.SubElement(etree.SubElement(below, qn("a:solidFill")), qn("a:srgbClr"))
        fill.set("val", str(ink("line")))
        if head:
            ground = etree.SubElement(etree.SubElement(look, qn("a:solidFill")), qn("a:srgbClr"))
            ground.set("val", str(ink("sunken")))
        else:
            etree.SubElement(look, qn("a:noFill"))

    def bars(
        self,
        box: Box,
        names: Sequence[str],
        values: Sequence[float | None],
        series: str,
        alt: str,
        *,
        tokens: tuple[str, str],
        size: float = 20,
    ) -> Any:
        """A native bar chart, first name on top, a number on each bar, no grid; the largest stand out.

        tokens: colour of the three largest (and their equals) and of the others. None leaves a gap.
        """
        data = CategoryChartData(number_format="#,##0")
        data.categories = [clean(name) for name in names]
        data.add_series(clean(series), values)
        frame = self.slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *self.emu(box), data)
        frame.name = "chart"
        frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(alt))
        chart = frame.chart
        chart.has_legend = chart.has_title = False
        chart.font.size, chart.font.color.rgb = self.points(size), ink("ink1")
        look = chart._chartSpace.txPr.find(f".//{qn('a:defRPr')}")
        theme_fonts(look, self.language, inside=True)
        across, up = chart.category_axis, chart.value_axis
        across.reverse_order = True
        across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        across.major_tick_mark = XL_TICK_MARK.NONE
        across.format.line.color.rgb = ink("line")
        across.has_major_gridlines = False
        up.has_major_gridlines, up.visible, up.minimum_scale = False, False, 0
        plot = chart.plots[0]
        plot.gap_width, plot.vary_by_categories, plot.has_data_labels = 45, False, True
        labels = plot.data_labels
        labels.show_value, labels.position = True, XL_LABEL_POSITION.OUTSIDE_END
        labels.number_format, labels.number_format_is_linked = "#,##0", False
        bars = plot.series[0]
        bars.invert_if_negative = False
        bars.format.fill.solid()
        bars.format.fill.fore_color.rgb = ink(tokens[1])
        known = sorted((value for value in values if value), reverse=True)
        least = known[min(2, len(known) - 1)] if known else 0
        for at, value in enumerate(values):
            if value and value >= least and (known[0] != known[-1] or len(known) <= 3):
                point = bars.points[at].format.fill
                point.solid()
                point.fore_color.rgb = ink(tokens[0])
        chart.part.chart_workbook.update_from_xlsx_blob(workbook(names, values, series))
        return frame


def workbook(names: Sequence[str], values: Sequence[float | None], series: str) -> bytes:
    """Return the workbook behind a chart: words are words, never formulas (python-pptx would run `=…`)."""
    stream = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False}  # fmt: skip
    book = xlsxwriter.Workbook(stream, safe)
    sheet = book.add_worksheet()
    number = book.add_format({"num_format": "#,##0"})
    sheet.write_string(0, 1, clean(series))
    for at, (name, value) in enumerate(zip(names, values, strict=True), 1):
        sheet.write_string(at, 0, clean(name))
        if value is not None:
            sheet.write_number(at, 1, value, number)
    book.close()
    return stream.getvalue()


def theme_fonts(look: Any, language: str, *, inside: bool = False) -> None:
    """Name the theme's fonts in run properties, in the order that the format asks for; with the language."""
    look.set("lang", language)
    look.set("altLang", "en-US" if language.startswith("zh") else "zh-CN")
    for tag, face in (("a:latin", "+mn-lt"), ("a:ea", "+mn-ea"), ("a:cs", "+mn-cs")):
        found = look.find(qn(tag))
        if found is None:
            found = etree.SubElement(look, qn(tag))
        found.set("typeface", face)


def fitted(
    words: str, room: float, size: float, lines: int, *, bold: bool = False, least: float
) -> tuple[str, float]:
    """Return words and a size at which they stand in so many lines of `room`; cut with … at the least."""
    said = clean(words)
    weight = 700 if bold else 400
    for step in range(1, 21):
        now = max(size * (1.02 - 0.02 * step), least)
        # A line breaks before what does not fit: of each line but the last some room is lost.
        if _wide(said, now, weight) <= room * lines - now * (lines - 1):
            return said, now
        if now == least:
            break
    while said and _wide(f"{said}…", least, weight) > room * lines - least * (lines - 1):
        said = said[:-1]
    return f"{said.rstrip()}…" if said != clean(words) else said, least


def _wide(words: str, size: float, weight: int) -> float:
    """Width of words, with something over: in other fonts a middle dot is a whole character, and programs
    put air between Chinese and Latin."""
    seams = sum(
        one.isascii() != other.isascii() for one, other in zip(words, words[1:], strict=False)
    )
    return text_width(words, size, weight) * 1.04 + (words.count("·") * 0.7 + seams * 0.16) * size
