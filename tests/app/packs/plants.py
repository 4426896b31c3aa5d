"""Numbers planted in the files of a pack, each by the means of its format and none by the code under test.

Every plant is a number that stands nowhere else (77001, 77002 …), so that what is found can be told apart.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtGui import QColor, QImage, QPainter

from app.exports.paper import SheetOptions, make_sheet, sheet_bytes
from app.packs.manifest import read_manifest
from app.painting.steady import steady_outlines
from app.scene_views import settings_of, theme_of, words_of
from app.session import Session
from layers.maps.paper_parts import Words
from layers.plan.scenes import scenes

FIRST = 77_001
ISLAND = re.compile(r'(<script type="application/json" id="qitu-data">)(.*?)(</script>)', re.S)


class Planter:
    """Gives out numbers that stand nowhere else, and keeps which file each went to."""

    def __init__(self) -> None:
        self.planted: dict[int, str] = {}

    def next(self, file: str) -> int:
        number = FIRST + len(self.planted)
        self.planted[number] = file
        return number


def plant_csv(folder: Path, planter: Planter, rows: tuple[tuple[int, int], ...]) -> None:
    """Cells (row, column) of the gap table."""
    path = folder / "缺口.csv"
    table = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    for row, column in rows:
        assert table[row][column].isdigit()
        table[row][column] = str(planter.next(path.name))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    path.write_text(out.getvalue(), "gb18030")  # as an office program may save it


def plant_json(folder: Path, planter: Planter, cells: tuple[tuple[int, str], ...]) -> None:
    """Fields of the gaps as data."""
    path = folder / "缺口.json"
    document = json.loads(path.read_text("utf-8"))
    for row, field in cells:
        assert isinstance(document["rows"][row][field], int)
        document["rows"][row][field] = planter.next(path.name)
    path.write_text(json.dumps(document), "utf-8")


def plant_xlsx(folder: Path, planter: Planter, sheets: tuple[str, ...]) -> None:
    """A number cell of a sheet, as often as the sheet is named."""
    path = folder / "缺口.xlsx"
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    for sheet in sheets:
        name = f"xl/worksheets/{sheet}.xml"
        cells = [
            hit
            for hit in re.finditer(rb'<c r="[A-Z]+\d+"[^>]*?><v>(\d+)</v></c>', parts[name])
            if b't="s"' not in hit[0] and int(hit[1]) < FIRST
        ]
        hit = cells[len(cells) // 2]
        new = hit[0].replace(b"<v>" + hit[1], b"<v>%d" % planter.next(path.name))
        parts[name] = parts[name][: hit.start()] + new + parts[name][hit.end() :]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, data in reversed(parts.items()):
            archive.writestr(one, data)


def plant_web(folder: Path, planter: Planter) -> None:
    """Figures of cards, legend, columns, features, foot, and the page's own words: nine."""
    path = folder / "网页故事.html"
    page = path.read_text("utf-8")
    found = ISLAND.search(page)
    assert found is not None
    data = json.loads(found[2])
    service = next(one for one in data["services"] if one["id"] == "toilets")
    service["rows"][-1][0][0] = planter.next(path.name)  # a unit's card
    service["rows"][0][2][1] = planter.next(path.name)
    service["totals"][1][1] = planter.next(path.name)  # the banner's
    service["quota"][0][1] = planter.next(path.name)
    service["headings"][2] += f" {planter.next(path.name)}"
    service["classes"][0]["title"] = f"> {planter.next(path.name)}%"  # the legend
    gacha = next(one for one in data["layers"] if one["id"] == "gacha")
    gacha["names"][1] += str(planter.next(path.name))
    data["foot"]["left"][0] += str(planter.next(path.name))
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    page = page[: found.start(2)] + text + page[found.end(2) :]
    page = page.replace("<noscript>", f"<noscript>{planter.next(path.name)} ", 1)
    path.write_text(page, "utf-8")


def plant_sheet(folder: Path, planter: Planter, session: Session, at: int, wanted: int) -> None:
    """Texts of a printed sheet: of its legend, its table, its title, scale and foot."""
    scene, manifest = scenes(session.plan)[at], read_manifest(folder)
    name = next(
        one.path for one in manifest.files if one.scene == scene.id and one.path.endswith(".pdf")
    )
    title, caption = words_of(scene)
    with steady_outlines():
        sheet = make_sheet(
            session.plan,
            session.policy,
            SheetOptions(title=title, subtitle=caption, date=manifest.order.date, extent=scene.bounds),
            settings=settings_of(session.plan, scene),
            theme=theme_of(session, scene),
        )
        items: list[Any] = list(sheet.items)
        numbered = [
            place
            for place, item in enumerate(items)
            if isinstance(item, Words) and re.search(r"\d", item.text) and item.angle == 0
        ]
        for place in numbered[:: max(1, len(numbered) // wanted)][:wanted]:
            words = re.sub(r"\d[\d,]*", str(planter.next(name)), items[place].text, count=1)
            items[place] = replace(items[place], text=words)
        data = sheet_bytes(replace(sheet, items=tuple(items)), ".pdf")
    (folder / name).write_bytes(data)


def plant_slides(folder: Path, planter: Planter) -> None:
    """A text, a cell of a table and a note of the slides."""
    path = folder / "幻灯片.pptx"
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    for name, pattern in (
        ("ppt/slides/slide2.xml", rb"<a:t>98</a:t>"),
        ("ppt/slides/slide2.xml", rb"<a:t>3,193</a:t>"),
        ("ppt/notesSlides/notesSlide1.xml", rb"2026-11-23"),
    ):
        number = b"%d" % planter.next(path.name)
        new = number if name.startswith("ppt/notes") else b"<a:t>%s</a:t>" % number
        assert pattern in parts[name], (name, pattern)
        parts[name] = parts[name].replace(pattern, new, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, data in parts.items():
            archive.writestr(one, data)


def plant_report(folder: Path, planter: Planter) -> None:
    """A sentence, a cell of a table and the foot of the report."""
    path = folder / "年度监测报告.docx"
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    foot = next(name for name in sorted(parts) if re.fullmatch(r"word/footer\d*\.xml", name))
    for name, pattern in (
        ("word/document.xml", rb"(<w:t[^>]*>[^<]*?)(?<!\d)96(?!\d)"),
        ("word/document.xml", rb"(<w:t[^>]*>)745(?=</w:t>)"),
        (foot, rb"(<w:t[^>]*>[^<]*?)2026-11-23"),
    ):
        new, count = re.subn(pattern, rb"\g<1>%d" % planter.next(path.name), parts[name], count=1)
        assert count == 1, (name, pattern)
        parts[name] = new
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, data in parts.items():
            archive.writestr(one, data)


def plant_index(folder: Path, planter: Planter) -> None:
    """The caption and the rules on the index page."""
    path = folder / "index.html"
    page = path.read_text("utf-8")
    for words in ("共 98 户", "2026-11-23"):
        assert words in page
        page = page.replace(words, str(planter.next(path.name)))
    path.write_text(page, "utf-8")


def paint_over(folder: Path, name: str, paint: Callable[[QPainter], None]) -> None:
    """Draw on a picture."""
    image = QImage(str(folder / name)).convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint(painter)
    painter.end()
    assert image.save(str(folder / name))


def blot(painter: QPainter) -> None:
    """Hide a number."""
    painter.fillRect(1700, 900, 40, 12, QColor("#FFFFFE"))
