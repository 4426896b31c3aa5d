"""Make the templates that slides and reports begin with: `python -m resources.templates.build_templates`.

They are the plain ones of python-pptx and python-docx, made wide and given our type and colours. A bureau
opens them in WPS or Office, puts its own in their place (styles, logo, master), and names the file with
`--template`. Run again after a change here; tests hold the files against what this makes.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import pptx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn as word
from docx.shared import Mm
from docx.shared import Pt as WordPt
from docx.shared import RGBColor as WordColour
from lxml import etree
from pptx.oxml.ns import qn
from pptx.util import Emu

from app.exports.office import drop_personal, sealed
from layers.maps.palette import colour

HERE = Path(__file__).resolve().parent
LATIN, CHINESE = "Microsoft YaHei", "微软雅黑"
WIDTH, HEIGHT, UNIT = 12_192_000, 6_858_000, 6350
KEPT_LAYOUTS = ("Title Slide", "Title Only")
TITLE = (92, 50, 1764, 66)
COVER_TITLE, COVER_WORDS = (160, 330, 1600, 170), (160, 520, 1600, 200)
INK1, INK2, ACCENT, LINE, SUNKEN = ("ink1", "ink2", "accent", "line", "sunken")
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def slides_template() -> bytes:
    """Return the template of slides: 16:9, two layouts, 微软雅黑, our colours."""
    made = pptx.Presentation()
    made.slide_width, made.slide_height = Emu(WIDTH), Emu(HEIGHT)
    made.element.find(qn("p:sldSz")).attrib.pop("type", None)  # it says 4:3
    drop_personal(made.part)
    layouts = made.slide_layouts
    for layout in [one for one in layouts if one.name not in KEPT_LAYOUTS]:
        layouts.remove(layout)
    _theme(made)
    _place_all(made.slide_master)
    for layout in made.slide_layouts:
        _place_all(layout)
    cover, scene = made.slide_layouts
    for layout, name in ((cover, "封面"), (scene, "场景")):
        layout.element.cSld.set("name", name)
    _prompts((made.slide_master, cover, scene))
    _put(cover.placeholders[0], COVER_TITLE)
    _put(cover.placeholders[1], COVER_WORDS)
    _put(scene.placeholders[0], TITLE)
    _put(made.slide_master.placeholders[0], TITLE)
    _title_style(made.slide_master)
    _alignment(cover.placeholders[0], "b", 4000)
    _alignment(cover.placeholders[1], "t", 1800)
    stream = io.BytesIO()
    made.save(stream)
    return sealed(stream.getvalue())


def report_template() -> bytes:
    """Return the template of reports: A4, headings, tables and captions as styles of its own."""
    made = docx.Document()
    drop_personal(made.part)
    for paragraph in list(made.element.body.iterchildren(word("w:p"))):
        made.element.body.remove(paragraph)
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(22)
    page.top_margin, page.bottom_margin = Mm(24), Mm(20)
    page.header_distance = page.footer_distance = Mm(11)
    _word_type(made)
    stream = io.BytesIO()
    made.save(stream)
    return sealed(stream.getvalue())


def main() -> None:
    """Write both templates beside this file."""
    (HERE / "slides.pptx").write_bytes(slides_template())
    (HERE / "report.docx").write_bytes(report_template())


# -- slides ----------------------------------------------------------------------------------------


def _theme(made: Any) -> None:
    """Fonts and colours of the theme."""
    master = made.slide_master.part
    part = next(rel.target_part for rel in master.rels.values() if rel.reltype.endswith("/theme"))
    root = etree.fromstring(part.blob)
    root.set("name", "QiTu")
    for fonts in root.iter(f"{{{_A}}}majorFont", f"{{{_A}}}minorFont"):
        for child in list(fonts):
            if child.tag == f"{{{_A}}}font":
                fonts.remove(child)
        fonts.find(f"{{{_A}}}latin").set("typeface", LATIN)
        fonts.find(f"{{{_A}}}ea").set("typeface", CHINESE)
    scheme = root.find(f".//{{{_A}}}clrScheme")
    wanted = {"dk1": INK1, "dk2": INK2, "lt2": SUNKEN, "accent1": ACCENT, "accent2": "need4",
              "accent3": "ok", "accent4": "bad", "accent5": "work", "accent6": "warn"}  # fmt: skip
    for name, token in wanted.items():
        slot = scheme.find(f"{{{_A}}}{name}")
        for child in list(slot):
            slot.remove(child)
        etree.SubElement(slot, f"{{{_A}}}srgbClr").set("val", _hex(token))
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _hex(token: str) -> str:
    return "{:02X}{:02X}{:02X}".format(*colour(token, "projector")[:3])


def _place_all(slide: Any) -> None:
    """Keep titles and bodies where they are on the wider page; date, footer and number go: the slide says
    them in full."""
    for one in list(slide.placeholders):
        if one.placeholder_format.type in (13, 15, 16):
            one._element.getparent().remove(one._element)


def _prompts(slides: tuple[Any, ...]) -> None:
    """What empty places say to whoever works on the template."""
    for slide in slides:
        for one in slide.placeholders:
            frame = one.text_frame
            for paragraph in list(frame.paragraphs)[1:]:
                paragraph._p.getparent().remove(paragraph._p)
            frame.paragraphs[0].text = "标题" if one.placeholder_format.idx == 0 else "说明"


def _put(shape: Any, box: tuple[int, int, int, int]) -> None:
    shape.left, shape.top, shape.width, shape.height = (Emu(value * UNIT) for value in box)


def _title_style(master: Any) -> None:
    """Titles bold and to the left in ink, 22 pt; body plain."""
    styles = master._element.find(qn("p:txStyles"))
    for name, size, bold in (("p:titleStyle", 2200, "1"), ("p:bodyStyle", 1400, "0")):
        for level in styles.find(qn(name)):
            if not level.tag.endswith("pPr"):
                continue
            level.set("algn", "l")
            look = level.find(qn("a:defRPr"))
            if look is not None:
                look.set("sz", str(size))
                look.set("b", bold)
    for one in master.placeholders:
        body = one._element.txBody.find(qn("a:bodyPr"))
        for side in ("lIns", "tIns", "rIns", "bIns"):
            body.set(side, "0")
        for child in list(body):
            body.remove(child)
        body.set("anchor", "ctr" if one.placeholder_format.idx == 0 else "t")


def _alignment(shape: Any, anchor: str, size: int) -> None:
    body = shape._element.txBody
    frame = body.find(qn("a:bodyPr"))
    for child in list(frame):
        frame.remove(child)
    frame.set("anchor", anchor)
    styles = body.find(qn("a:lstStyle"))
    for child in list(styles):
        styles.remove(child)
    level = etree.SubElement(styles, qn("a:lvl1pPr"))
    level.set("marL", "0")
    level.set("indent", "0")
    level.set("algn", "l")
    etree.SubElement(level, qn("a:buNone"))
    etree.SubElement(level, qn("a:defRPr")).set("sz", str(size))


# -- reports ---------------------------------------------------------------------------------------


def _word_type(made: Any) -> None:
    """Styles by name: the exporter uses these and no look of its own."""
    styles = made.styles
    _style(styles["Normal"], 10.5, INK1, after=4, line=1.35)
    _style(styles["Title"], 22, INK1, bold=True, after=4)
    _plain_edge(styles["Title"])
    _style(styles["Subtitle"], 11, INK2, after=14)
    for level, size, before in ((1, 16, 18), (2, 13, 12), (3, 11, 8)):
        _style(styles[f"Heading {level}"], size, ACCENT if level < 3 else INK1, bold=True, before=before,
               after=5)  # fmt: skip
        styles[f"Heading {level}"].paragraph_format.keep_with_next = True
    _style(styles["Caption"], 9, INK2, after=8)
    _style(styles["Header"], 8.5, INK2)
    _style(styles["Footer"], 8.5, INK2)
    _style(styles["List Bullet"], 10.5, INK1, after=3, line=1.3)
    for name in ("Header", "Footer"):
        styles[name].paragraph_format.tab_stops.clear_all()
    for name, size, token, bold in (
        ("Table Text", 8.5, INK1, False), ("Table Head", 8.5, INK2, True), ("Table Number", 8.5, INK1, False),
        ("Note", 8.5, INK2, False), ("Stamp", 9, "bad", True), ("Verdict", 15, INK1, True),
    ):  # fmt: skip
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _style(style, size, token, bold=bold, after=3 if name in ("Note", "Verdict") else 0, line=1.15)
    styles["Table Number"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _table_style(made)


def _style(
    style: Any,
    size: float,
    token: str,
    *,
    bold: bool = False,
    before: float = 0,
    after: float = 0,
    line: float = 1.2,
) -> None:
    font = style.font
    font.size, font.bold, font.italic = WordPt(size), bold, False
    font.color.rgb = WordColour(*colour(token, "light")[:3])
    look = style.element.get_or_add_rPr()
    fonts = look.find(word("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        look.insert(0, fonts)
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key, face in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", CHINESE), ("cs", LATIN)):
        fonts.set(word(f"w:{key}"), face)
    spacing = style.element.rPr.find(word("w:spacing"))
    if spacing is not None:
        style.element.rPr.remove(spacing)
    shape = style.paragraph_format
    shape.space_before, shape.space_after = WordPt(before), WordPt(after)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.MULTIPLE, line


def _plain_edge(style: Any) -> None:
    edge = style.element.pPr.find(word("w:pBdr"))
    if edge is not None:
        style.element.pPr.remove(edge)


def _table_style(made: Any) -> None:
    """Hair-lines across, none upright, a tinted head: `Report Table`."""
    style = made.styles.add_style("Report Table", WD_STYLE_TYPE.TABLE)
    style.base_style = made.styles["Normal Table"]
    root = style.element
    look = OxmlElement("w:tblPr")
    edges = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        edge = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _light(LINE))):
            edge.set(word(f"w:{key}"), value)
        edges.append(edge)
    margins = OxmlElement("w:tblCellMar")
    for side, wide in (("top", 30), ("left", 100), ("bottom", 30), ("right", 100)):
        margin = OxmlElement(f"w:{side}")
        margin.set(word("w:w"), str(wide))
        margin.set(word("w:type"), "dxa")
        margins.append(margin)
    look.append(edges)
    look.append(margins)
    root.append(look)
    head = OxmlElement("w:tblStylePr")
    head.set(word("w:type"), "firstRow")
    cell = OxmlElement("w:tcPr")
    ground = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", _light(SUNKEN))):
        ground.set(word(f"w:{key}"), value)
    cell.append(ground)
    head.append(cell)
    root.append(head)


def _light(token: str) -> str:
    return "{:02X}{:02X}{:02X}".format(*colour(token, "light")[:3])


if __name__ == "__main__":
    main()
