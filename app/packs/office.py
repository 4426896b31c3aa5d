"""What Office files say: cells of workbooks; texts, tables, charts, notes of slides; paragraphs of reports.

Only the parts that are shown are read, by their names in the standard (ECMA-376); relations say in what order
sheets and slides come.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from app.packs.canonical import members
from app.packs.reading import DIGEST, Line, Place
from layers.errors import InputError

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAW = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHOW = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COLUMN = re.compile(r"([A-Z]+)")


class _Package:
    """The parts of an Office file."""

    def __init__(self, data: bytes) -> None:
        self._parts = members(data)

    def root(self, name: str) -> Element:
        """Return a part's XML; raises InputError `pack_file_unreadable` where it is not there."""
        try:
            return ElementTree.fromstring(self._parts[name])
        except KeyError:
            raise InputError("pack_file_unreadable", reason=name) from None

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Id -> (last word of its type, part that it leads to)."""
        folder, file = posixpath.split(name)
        beside = f"{folder}/_rels/{file}.rels"
        if beside not in self._parts:
            return {}
        return {
            one.get("Id", ""): (
                one.get("Type", "").rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"),
            )
            for one in self.root(beside)
            if one.get("TargetMode") != "External"
        }

    def pictures(self, name: str, place: Place) -> Iterator[Line]:
        """The pictures of a part, each by the digest of its bytes, in the order of their names."""
        found = sorted(target for kind, target in self.relations(name).values() if kind == "image")
        for at, target in enumerate((one for one in found if one in self._parts), 1):
            digest = hashlib.sha256(self._parts[target]).hexdigest()[:16]
            yield Line((*place, "picture", at), (digest,), DIGEST)

    def in_order(self, name: str, listed: str) -> list[tuple[Element, str]]:
        """Elements `listed` of a part, each with the part that its relation leads to."""
        links = self.relations(name)
        found = [(one, links.get(one.get(_LINK, ""), ("", ""))[1]) for one in self.root(name).iter(listed)]
        return [(one, target) for one, target in found if target in self._parts]


# -- workbooks ---------------------------------------------------------------------------------------------


def xlsx_lines(data: bytes) -> Iterator[Line]:
    """Rows of each sheet, hidden ones too; a cell is what it holds, not how it is formatted."""
    package = _Package(data)
    strings = []
    if "xl/sharedStrings.xml" in package:
        strings = [_joined(one, f"{_MAIN}t") for one in package.root("xl/sharedStrings.xml")]
    for sheet, part in package.in_order("xl/workbook.xml", f"{_MAIN}sheet"):
        name, root, heads = sheet.get("name", ""), package.root(part), ()
        for row in root.iter(f"{_MAIN}row"):
            cells = _cells(row, strings)
            if any(cells):
                yield Line(("sheet", name, "row", int(row.get("r", 0))), cells, heads)
                heads = heads or cells
        for one in root.iter(f"{_MAIN}headerFooter"):
            for words in one:
                if words.text:
                    yield Line(("sheet", name, words.tag.rpartition("}")[2], 1), (words.text,))


def _cells(row: Element, strings: list[str]) -> tuple[str, ...]:
    """Values by column; a formula is shown as one, behind the value that was kept of it."""
    found: dict[int, str] = {}
    for at, cell in enumerate(row.iter(f"{_MAIN}c")):
        value = cell.find(f"{_MAIN}v")
        held = "" if value is None else value.text or ""
        if cell.get("t") == "s" and held:
            held = strings[int(held)]
        elif cell.get("t") == "inlineStr":
            held = _joined(cell, f"{_MAIN}t")
        formula = cell.find(f"{_MAIN}f")
        if formula is not None:
            held += f" (={formula.text or ''})"
        letters = _COLUMN.match(cell.get("r", ""))
        found[_number(letters[1]) if letters else at] = held
    return tuple(found.get(at, "") for at in range(max(found, default=-1) + 1))


def _number(letters: str) -> int:
    """Position of a column, A is 0."""
    if len(letters) > 3:
        raise InputError("pack_file_unreadable", reason=letters)
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1


def _joined(element: Element, tag: str) -> str:
    return "".join(one.text or "" for one in element.iter(tag))


# -- slides ------------------------------------------------------------------------------------------------


def pptx_lines(data: bytes) -> Iterator[Line]:
    """Texts, tables, charts and notes of each slide, in the order of the show."""
    package = _Package(data)
    slides = package.in_order("ppt/presentation.xml", f"{_SHOW}sldId")
    for number, (_, part) in enumerate(slides, 1):
        place: Place = ("slide", number)
        yield from _drawn(package.root(part), place)
        for kind, target in package.relations(part).values():
            if kind == "chart" and target in package:
                yield from _chart(package.root(target), place)
            elif kind == "notesSlide" and target in package:
                yield from _drawn(package.root(target), (*place, "notes", 1))
        yield from package.pictures(part, place)


def _drawn(root: Element, place: Place) -> Iterator[Line]:
    """Paragraphs outside tables, then tables row by row."""
    tables = list(root.iter(f"{_DRAW}tbl"))
    inside = {id(one) for table in tables for one in table.iter(f"{_DRAW}p")}
    number = 0
    for one in root.iter(f"{_DRAW}p"):
        if id(one) not in inside and (words := _run(one)):
            number += 1
            yield Line((*place, "text", number), (words,))
    for at, table in enumerate(tables, 1):
        heads: tuple[str, ...] = ()
        for row, cells in enumerate(table.iter(f"{_DRAW}tr"), 1):
            shown = tuple(
                " ".join(_run(one) for one in cell.iter(f"{_DRAW}p")) for cell in cells.iter(f"{_DRAW}tc")
            )
            yield Line((*place, "table", at, "row", row), shown, heads)
            heads = heads or shown


def _run(paragraph: Element) -> str:
    return "".join(
        "\n" if one.tag == f"{_DRAW}br" else one.text or ""
        for one in paragraph.iter()
        if one.tag in (f"{_DRAW}t", f"{_DRAW}br")
    ).strip()


def _chart(root: Element, place: Place) -> Iterator[Line]:
    """A line a series: its name, then what is kept of its values; a line for its categories."""
    for at, series in enumerate(root.iter(f"{_CHART}ser"), 1):
        heads = ("", *_points(series, "cat")) if series.find(f"{_CHART}cat") is not None else ("",)
        name = " ".join(_points(series, "tx"))
        values = _points(series, "val") or _points(series, "yVal")
        yield Line((*place, "series", at), (name, *values), heads)
        yield Line((*place, "series", at, "categories"), heads[1:])
    for at, words in enumerate(root.iter(f"{_DRAW}p"), 1):
        if shown := _run(words):
            yield Line((*place, "charttext", at), (shown,))


def _points(series: Element, tag: str) -> tuple[str, ...]:
    part = series.find(f"{_CHART}{tag}")
    if part is None:
        return ()
    found: Mapping[int, str] = {
        int(one.get("idx", 0)): (one.findtext(f"{_CHART}v") or "") for one in part.iter(f"{_CHART}pt")
    }
    return tuple(found.get(at, "") for at in range(min(max(found, default=-1), 10_000) + 1))


# -- reports -----------------------------------------------------------------------------------------------


def docx_lines(data: bytes) -> Iterator[Line]:
    """Paragraphs and table rows in their order, then charts, headers and footers."""
    package = _Package(data)
    part = "word/document.xml"
    body = package.root(part).find(f"{_WORD}body")
    if body is not None:
        yield from _blocks(body, ())
    for kind, target in package.relations(part).values():
        if target not in package:
            continue
        if kind == "chart":
            yield from _chart(package.root(target), ("chart", 1))
        elif kind in ("header", "footer", "footnotes"):
            yield from _blocks(package.root(target), (kind, 1))
    yield from package.pictures(part, ())


def _blocks(parent: Element, place: Place) -> Iterator[Line]:
    paragraph = table = 0
    for block in parent:
        if block.tag == f"{_WORD}p" and (words := _words(block)):
            paragraph += 1
            yield Line((*place, "paragraph", paragraph), (words,))
        elif block.tag == f"{_WORD}tbl":
            table += 1
            heads: tuple[str, ...] = ()
            for at, row in enumerate(block.iter(f"{_WORD}tr"), 1):
                cells = tuple(_words(cell) for cell in row.iter(f"{_WORD}tc"))
                yield Line((*place, "table", table, "row", at), cells, heads)
                heads = heads or cells
        elif block.tag == f"{_WORD}sdt":
            for content in block.iter(f"{_WORD}sdtContent"):
                yield from _blocks(content, (*place, "field", 1))


def _words(element: Element) -> str:
    shown = {f"{_WORD}t": None, f"{_WORD}tab": " ", f"{_WORD}br": " ", f"{_WORD}p": " "}
    return " ".join(
        "".join(
            (one.text or "") if shown[one.tag] is None else str(shown[one.tag])
            for one in element.iter()
            if one.tag in shown
        ).split()
    )
