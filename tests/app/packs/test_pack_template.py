"""The sheets of a pack have the template that was asked for, and the pack is checked with it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium

from app.actions.packing import pack
from app.actions.templates import keep
from app.packs.outputs import OUTPUTS
from app.packs.verify import verify_pack
from layers.catalogue.text import Text
from layers.maps.paper_parts import Box
from layers.maps.sheet_parts import Part
from layers.maps.sheet_template import PLAIN
from tests.app.exports.banners import banner_of, people
from tests.app.packs.conftest import NAMES, told

BY_HAND = replace(
    PLAIN, id="meeting-a4", title=Text("会议 A4", "Meeting"), paper="A4-landscape", secrecy="秘密★10年",
    parts=(Part("map", Box(20, 40, 160, 140)), Part("notes", Box(190, 150, 90, 20)),
           Part("legend", Box(190, 40, 90, 80)), Part("text", Box(20, 20, 120, 10), Text("第二期：{project}",
                                                                                         "x"))),
)  # fmt: skip
REST = tuple(one.id for one in OUTPUTS if one.id != "map_sheet")


def test_a_pack_has_its_sheets_by_a_template_of_the_project_and_is_checked_with_it(
    qapp, tmp_path: Path
) -> None:
    plan = banner_of(NAMES, people(range(4), lambda at: (9 + at * 3, 14 + at * 7)))
    session = told(tmp_path / "p.gpkg", plan, both=False)
    keep(session, BY_HAND)
    pack(session, tmp_path / "out", without=REST, template="会议 A4")
    sheet = pdfium.PdfDocument(next((tmp_path / "out").glob("*.pdf")))[0]
    assert [round(one / 72 * 25.4) for one in sheet.get_size()] == [297, 210]
    words = sheet.get_textpage().get_text_bounded()
    assert "第二期：" in words and "秘密★10年" in words
    done = verify_pack(tmp_path / "out", session.snapshot(), progress=lambda _done, _total: None)
    assert done.compared and not done.findings
    pack(
        session,
        tmp_path / "public",
        without=REST,
        template="会议 A4",
        public=True,
        review_number="蒙S(2026)001号",
    )
    manifest = (tmp_path / "public" / "manifest.json").read_text("utf-8")
    assert json.loads(manifest)["template"]["id"] == "meeting-a4" and "秘密" not in manifest
    session.close()
