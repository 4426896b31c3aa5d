"""Parts of a report (DOCX) in the styles of its template: headings, words, tables, maps, header and footer.

Styles are taken by name; one that a bureau's template lacks is its plain one. Head rows of tables repeat on
each page, rows are never torn, and each number's place is noted (`app.exports.stated`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, RGBColor

from app.exports.office import CUSTOM_XML, drop_personal, opened, sealed
from app.exports.stated import Numbers, Quantity, as_head
from app.exports.xml_words import clean
from app.messages import language, text
from layers.maps.palette import colour
from layers.provenance import numbers_xml

Cell = str | Quantity
MM = 36_000
KEPT_TOGETHER = 14
"""Rows up to which a table of short cells stays on one page where it can."""
SHORT_CELL = 30


class Report:
    """A document that is being written; see the module's text."""

    def __init__(self, template: Path | None, numbers: Numbers) -> None:
        self.doc = opened(docx.Document, template, "report.docx")
        self.numbers = numbers
        drop_personal(self.doc.part)
        # by name, once: python-docx looks through all styles for each paragraph
        self._styles = {style.name: style.style_id for style in self.doc.styles}
        page = self.doc.sections[-1]
        self.width_mm = (page.page_width - page.left_margin - page.right_margin) / MM
        self._tables = self._maps = 0

    # -- words -------------------------------------------------------------------------------------

    def words(self, said: str, style: str = "Normal") -> Any:
        """A paragraph."""
        made = self.doc.add_paragraph(clean(said))
        self._dress(made, style)
        return made

    def heading(self, said: str, level: int = 1) -> None:
        """A heading that stays with what follows."""
        self.words(said, f"Heading {level}").paragraph_format.keep_with_next = True

    def points(self, said: Sequence[str]) -> None:
        """A list."""
        for one in said:
            self.words(one, "List Bullet")

    def number(self, one: Quantity, where: str) -> str:
        """Note a number that stands in words; returns how it is written."""
        return self.numbers.put(one, where)

    # -- tables ------------------------------------------------------------------------------------

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        *,
        caption: str = "",
        widths: Sequence[float] = (),
        total: bool = False,
        numeric: Sequence[bool] = (),
    ) -> None:
        """A table with a numbered caption above it; quantities stand to the right, words to the left.

        widths: shares of the page's width a column, equal without. total: whether the last row is one.
        numeric: which columns stand to the right though their cells are words.
        """
        self._tables += 1
        place = f"table {self._tables}"
        if caption:
            said = self.words(text("report_table", at=self._tables, caption=caption), "Caption")
            said.paragraph_format.keep_with_next = True
        made = self.doc.add_table(rows=1, cols=len(heads))
        if "Report Table" in self._styles:
            made.style = self.doc.styles["Report Table"]
        made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        right = list(numeric) or [
            any(isinstance(row[at], Quantity) for row in rows if at < len(row)) for at in range(len(heads))
        ]
        self._row(made.rows[0], [as_head(head) for head in heads], right, place, head=True)
        for number, row in enumerate(rows, 1):
            last = total and number == len(rows)
            self._row(made.add_row(), row, right, f"{place} r{number}", bold=last)
        short = all(len(said) <= SHORT_CELL for row in rows for said in row if isinstance(said, str))
        if len(rows) <= KEPT_TOGETHER and short:
            for row_ in made.rows[: len(rows)]:
                for cell in row_.cells:
                    cell.paragraphs[0].paragraph_format.keep_with_next = True
        shares = list(widths) or [1.0] * len(heads)
        wide = [Mm(self.width_mm * share / sum(shares)) for share in shares]
        for column, each in zip(made.columns, wide, strict=True):
            column.width = each
        for row_ in made._tbl.tr_lst:  # python-docx counts all cells anew for each column's
            for cell, each in zip(row_.tc_lst, wide, strict=True):
                cell.width = each
        self.words("", "Note")

    def _row(
        self,
        row: Any,
        cells: Sequence[Cell],
        right: Sequence[bool],
        place: str,
        *,
        head: bool = False,
        bold: bool = False,
    ) -> None:
        look = row._tr.get_or_add_trPr()
        for tag in ("w:cantSplit", *(["w:tblHeader"] if head else [])):
            look.append(OxmlElement(tag))
        for at, (cell, said) in enumerate(zip(row.cells, cells, strict=True)):
            shown = self.numbers.put(said, f"{place} c{at + 1}") if isinstance(said, Quantity) else said
            paragraph = cell.paragraphs[0]
            style = "Table Head" if head else "Table Number" if right[at] else "Table Text"
            self._dress(paragraph, style)
            if head and right[at]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run = paragraph.add_run(clean(shown))
            run.bold = True if bold else None

    # -- maps --------------------------------------------------------------------------------------

    def map(self, data: bytes, width_mm: float, alt: str, caption: str) -> None:
        """A map in the middle with a numbered caption below."""
        self._maps += 1
        paragraph = self.words("", "Normal")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(data), width=Mm(width_mm))
        properties = shape._inline.docPr
        properties.set("descr", clean(alt))
        properties.set("name", f"map {self._maps}")
        below = self.words(text("report_map", at=self._maps, caption=caption), "Caption")
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER

    # -- page --------------------------------------------------------------------------------------

    def edges(self, stamp: str, title: str, source: str) -> None:
        """Stamp and title above each page, source and page number below; a template's own lines stay."""
        for section in self.doc.sections:
            section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
            line = _line_of(section.header)
            self._dress(line, "Header")
            run = line.add_run(clean(stamp))
            run.bold, run.font.color.rgb = True, RGBColor(*colour("bad")[:3])
            line.add_run(f"\t{clean(title)}")
            _tabs(line, section)
            line = _line_of(section.footer)
            self._dress(line, "Footer")
            line.add_run(f"{clean(source)}\t")
            before, middle, after = text("report_page").split("|")
            for words, field in ((before, "PAGE"), (middle, "NUMPAGES")):
                line.add_run(words)
                _field(line, field)
            line.add_run(after)
            _tabs(line, section)

    def packed(self, title: str) -> bytes:
        """The file's bytes, with its numbers in them and without traces."""
        part = self.doc.part
        for rel in list(part.package.rels.values()):
            if rel.reltype.endswith("/customXml"):
                part.package.rels.pop(rel.rId)
        numbers = Part(PackURI("/customXml/item1.xml"), "application/xml", numbers_xml(self.numbers.listed),
                       part.package)  # fmt: skip
        part.relate_to(numbers, CUSTOM_XML)
        language_tag = "zh-CN" if language() == "zh" else "en-GB"
        stream = io.BytesIO()
        self.doc.save(stream)
        return sealed(stream.getvalue(), title=title, language=language_tag)

    def _dress(self, paragraph: Any, name: str) -> None:
        """Give a paragraph a style; the plain one where the template has none of that name."""
        paragraph._p.style = self._styles.get(name)


def _line_of(edge: Any) -> Any:
    """The line of a header or footer that is still empty, or a new one below a template's own."""
    last = edge.paragraphs[-1] if edge.paragraphs else None
    return edge.add_paragraph() if last is None or last._p.xpath(".//w:r") else last


def _tabs(paragraph: Any, section: Any) -> None:
    """One stop, at the right margin; those of the style would stop the words short."""
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(
        Emu(section.page_width - section.left_margin - section.right_margin), WD_TAB_ALIGNMENT.RIGHT
    )
    look = paragraph._p.get_or_add_pPr().find(qn("w:tabs"))
    for usual in reversed(list(paragraph.style.paragraph_format.tab_stops)):
        stop = OxmlElement("w:tab")
        stop.set(qn("w:val"), "clear")
        stop.set(qn("w:pos"), str(round(usual.position / Emu(635))))
        look.insert(0, stop)


def _field(paragraph: Any, name: str) -> None:
    """A field that Word and WPS reckon themselves."""
    run = paragraph.add_run()._r
    for kind, words in (("begin", ""), ("", f" {name} "), ("separate", ""), (None, "1"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:t" if kind is None else "w:instrText")
            mark.text = words
            mark.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(mark)
