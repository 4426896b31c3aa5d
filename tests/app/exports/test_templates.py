"""Templates of sheets on paper and in the window: read back from the PDF, chosen, kept, undone, removed."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage

from app.actions.sharing import export
from app.actions.templates import list_templates
from app.dialogs.sheet_template_form import TemplateForm
from app.dialogs.sheet_templates import TemplateRow
from app.exports.paper import SheetOptions, make_sheet, sheet_bytes
from layers.errors import InputError
from layers.maps.settings import LayerSettings
from layers.maps.sheet_template import find_template, read_logo
from layers.policy import load_policy
from tests.layers.maps.small_plan import small_plan

TEMPLATE = """
id = "bureau"
title = {zh = "局图", en = "Bureau sheet"}
paper = "A4-landscape"
head = "band"
heading = "{title}（{year} 年）"
subtitle = "{unit}"
unit = "试验旗自然资源局"
secrecy = "秘密★10年"
approval = [{zh = "编制", en = "Drawn"}, {zh = "批准", en = "Approved"}]
notes = ["截至 {date}，比例尺 {scale}"]
logo = "logo.png"
"""


def words_of(data: bytes) -> str:
    return pdfium.PdfDocument(data)[0].get_textpage().get_text_bounded().replace("\r\n", "")


def logo_file(folder: Path) -> Path:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("#0000FF"))
    image.save(str(folder / "logo.png"))
    return folder / "logo.png"


def test_a_bureaus_template_is_kept_and_stands_on_paper(
    opened, tmp_path: Path, qapp: QGuiApplication
) -> None:
    session = opened(small_plan())
    logo_file(tmp_path)
    (tmp_path / "bureau.toml").write_text(TEMPLATE, "utf-8")
    rows = list_templates(session, add=tmp_path / "bureau.toml").data
    assert {"id": "bureau", "own": True, "logo": "png", "head": "band"}.items() <= rows[-1].items()
    out = tmp_path / "sheet.pdf"
    export(session, out, template="局图")
    page = pdfium.PdfDocument(out)[0]
    assert page.get_width() * 25.4 / 72 == pytest.approx(297, abs=0.1)
    words = words_of(out.read_bytes())
    year = datetime.date.today().year  # noqa: DTZ011
    for wanted in (f"试验（{year} 年）", "试验旗自然资源局", "秘密★10年", "内部资料 注意保存", "编制", "批准", "日期",
                   f"截至 {year} 年", "比例尺 1:300 000"):  # fmt: skip
        assert wanted in words, wanted
    pixels, dot = page.render(scale=2).to_pil().convert("RGB"), 144 / 25.4
    blue = pixels.getpixel((round(18 * dot), round(14 * dot)))
    assert blue[2] > 200 and blue[0] < 60, "the logo is on the page"
    session.undo()
    with pytest.raises(InputError, match="template_unknown"):
        export(session, out, template="bureau")
    with pytest.raises(InputError, match="template_for_paper"):
        export(session, tmp_path / "map.html", template="plain")


def test_a_public_sheet_carries_no_level_of_secrecy(qapp: QGuiApplication) -> None:
    plan = small_plan()
    own = replace(find_template(plan, "approval"), secrecy="秘密")
    for audience, there in (("internal", True), ("public", False)):
        options = SheetOptions(template=own, audience=audience, review_number="蒙S(2026)001号")
        sheet = make_sheet(plan, load_policy(), options, settings=LayerSettings(frozenset({"gacha"})))
        assert ("秘密" in words_of(sheet_bytes(sheet, ".pdf"))) is there


def test_the_row_of_a_dialog_chooses_dresses_keeps_and_removes(opened, tmp_path: Path, qtbot) -> None:
    session = opened(small_plan())
    faults: list[str] = []
    row = TemplateRow(session, lambda: ("A4-portrait", "甲局"), lambda error: faults.append(error.code))
    qtbot.addWidget(row)
    row.list.setCurrentIndex(row.list.findText("报批存档图"))
    with qtbot.waitSignal(row.changed):
        row.set_logo(logo_file(tmp_path))
    assert row.template().logo == read_logo(tmp_path / "logo.png") and row.template().id == "approval"
    (tmp_path / "bad.png").write_bytes(b"no")
    row.set_logo(tmp_path / "bad.png")
    assert faults == ["logo_not_a_picture"]
    row.keep_as("甲局图")
    kept = row.template()
    assert (kept.title.zh, kept.paper, kept.unit, bool(kept.logo)) == ("甲局图", "A4-portrait", "甲局", True)
    assert find_template(session.plan, "甲局图") == kept
    row.keep_as("甲局图")
    assert len([one for one in list_templates(session).data if one["own"]]) == 1
    row._enable()
    assert row.delete.isEnabled()
    row.delete.trigger()
    row._enable()
    assert row.template().id == "plain" and not row.delete.isEnabled()
    assert not [one for one in list_templates(session).data if one["own"]]


def test_the_form_changes_what_stands_and_tells_what_is_wrong(qtbot) -> None:
    form = TemplateForm(None, find_template(small_plan(), "approval"))
    qtbot.addWidget(form)
    form.show()
    form.lines["heading"].setText("{who}")
    qtbot.mouseClick(form.go, Qt.MouseButton.LeftButton)
    assert form.isVisible() and "who" in form.fault.text()
    form.lines["heading"].setText("{title}（{year}）")
    form.lines["secrecy"].setText("秘密★10年")
    form.lists["approval"].setPlainText("编制\n局长\n")
    form.looks["legend"].setCurrentIndex(form.looks["legend"].findData("left"))
    form.parts["table"].setChecked(False)
    qtbot.mouseClick(form.go, Qt.MouseButton.LeftButton)
    made = form.made
    assert not form.isVisible() and (made.legend, made.table, made.secrecy) == ("left", False, "秘密★10年")
    assert [(row.zh, row.en) for row in made.approval] == [("编制", "Drawn"), ("局长", "局长")]
    assert made.id == "approval" and made.frame == "double"
