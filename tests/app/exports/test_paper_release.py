"""What leaves on a sheet: for whom, rounded, without small counts and secrets; written whole or not."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
import shapely
from PySide6.QtGui import QGuiApplication

from app.exports.paper import SheetOptions, make_sheet, rounded_plan, sheet_bytes, write_sheet
from app.exports.picture import released_settings
from app.exports.sheet_table import sheet_table
from app.gap_themes import theme_of
from app.messages import set_language
from app.session import Session
from layers.errors import InputError, RuleError, StoreError
from layers.maps.paper_parts import Swatch
from layers.maps.settings import LayerSettings
from layers.plan.changes import Changes
from layers.planning.gaps import gaps
from tests.app.exports.papers import DAY, inflated, text_of


@pytest.fixture(autouse=True)
def _application(qapp: QGuiApplication) -> None:
    """Sheets are painted."""


def test_a_public_sheet_needs_its_review_number(session: Session, tmp_path: Path) -> None:
    out = tmp_path / "public.pdf"
    with pytest.raises(RuleError) as caught:
        write_sheet(session, out, audience="public", review_number="  ")
    assert caught.value.code == "review_number_needed" and not out.exists()
    write_sheet(
        session, out, audience="public", review_number="蒙S（2024）017号", paper="A4-landscape", date=DAY
    )
    words = text_of(out.read_bytes())
    assert "审图号：蒙S（2024）017号" in words
    assert "不得公开" not in words and "内部资料" not in words and "坐标已按公开要求取整" in words
    assert next(iter(session.plan.documents["export_log"].values()))["audience"] == "public"


def test_what_is_drawn_for_the_public_is_rounded_and_tells_no_internal_column(session: Session) -> None:
    plan = session.plan
    settings = LayerSettings(frozenset(kind.id for kind, _ in plan.layers() if kind.geometry))
    shown = released_settings(plan, settings, "public")
    rounded = rounded_plan(plan, session.policy, shown, "public")
    metres = session.policy.rule("public_coordinate_rounding").values["metres"]
    for kind in sorted(shown.visible):
        geometry = rounded.tables[kind].geometry
        xy = shapely.get_coordinates(geometry[[each is not None for each in geometry]])
        assert np.allclose(np.mod(xy + metres / 2, metres), metres / 2, atol=1e-3), kind
    assert not shown.visible & {"household", "toilet"}
    assert "suspect_patch" not in shown.visible or not shown.styles["suspect_patch"].classes
    assert rounded_plan(plan, session.policy, shown, "internal") is plan


def test_small_counts_are_withheld_as_in_the_gap_table(session: Session) -> None:
    theme = theme_of(
        session.catalogue,
        session.policy,
        gaps(session.plan, session.policy, services=("toilets",)),
        "toilets",
    )
    made = sheet_table(session.plan, session.policy, theme, audience="internal")
    assert made.table is not None
    cells = [cell for row in made.table.rows for cell in row[1:]]
    assert not {"1", "2"} & set(cells)
    assert made.withheld == cells.count("*") and bool(made.withheld) == ("*" in made.table.note)


def test_no_secret_leaves_in_any_format(session: Session, tmp_path: Path) -> None:
    """26 secrets planted in every place a project has that is not for others; every layer is asked for."""
    secrets = plant(session)
    assert len(secrets) == 26
    everything = LayerSettings(frozenset(kind.id for kind, _ in session.plan.layers() if kind.geometry))
    result = gaps(session.plan, session.policy, services=("toilets",))
    theme = theme_of(session.catalogue, session.policy, result, "toilets")
    for audience in ("internal", "public"):
        for suffix in (".pdf", ".svg", ".png"):
            out = tmp_path / f"{audience}{suffix}"
            write_sheet(
                session,
                out,
                settings=everything,
                theme=theme,
                audience=audience,
                review_number="蒙S（2024）1号",
                dpi=72,
                paper="A4-landscape",
            )
            data = inflated(out.read_bytes())
            words = text_of(out.read_bytes()) if suffix == ".pdf" else ""
            for secret in secrets:
                for encoded in (
                    secret.encode(),
                    secret.encode("utf-16-be"),
                    secret.encode("utf-16-le"),
                    secret.encode("gbk"),
                ):
                    assert encoded not in data, (secret, out.name)
                assert secret not in words
            for word in (b"Qt", b"planner", str(tmp_path).encode(), b"/home", b"/tmp"):
                assert word not in re.sub(rb"(?s)stream\r?\n.*?endstream|IDAT.*", b"", out.read_bytes()), (
                    word,
                    out.name,
                )
            # What the file says of itself ("Qt 6…") may be in UTF-16 as well.
            assert "Qt ".encode("utf-16-be") not in out.read_bytes()


def plant(session: Session) -> list[str]:
    """Put made-up secrets into sensitive columns and documents of the session's plan."""
    from layers.catalogue.text import Text
    from layers.plan.changes import RowChange

    secrets: list[str] = []
    changes, documents = [], []
    for kind, table in session.plan.layers():
        columns = [
            column.name
            for column in kind.columns
            if column.type == "text"
            and not column.choices
            and (kind.sensitive or column.privacy.name == "SENSITIVE")
            and column.name != kind.key
            and "code" not in column.name
        ]
        fid = int(table.fids[0]) if len(table) else None
        if not columns or fid is None:
            continue
        before = table.row(fid)
        after = dict(before)
        for name in columns:
            if len(secrets) < 22:
                secrets.append(f"密语{len(secrets):02d}QX{kind.id}")
                after[name] = secrets[-1]
        if after != before:
            changes.append(RowChange(kind.id, fid, before, after))
    for key in ("scene", "sketch", "settings", "memo"):
        secrets.append(f"密语{len(secrets):02d}QX{key}")
        documents.append(session.plan.set_document("private", key, {"text": secrets[-1]}))
    while len(secrets) < 26:
        kind, table = next((kind, table) for kind, table in session.plan.layers() if kind.id == "road")
        fid = int(table.fids[len(secrets)])
        secrets.append(f"密语{len(secrets):02d}QXnote")
        changes.append(RowChange(kind.id, fid, table.row(fid), {**table.row(fid), "note": secrets[-1]}))
    session.do(Text("秘密标题", "secret title"), Changes(rows=tuple(changes), documents=tuple(documents)))
    return secrets


# -- the file --------------------------------------------------------------------------------------


def test_a_sheet_is_written_whole_or_not_at_all(session: Session, tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"
    out.write_bytes(b"old")

    class Stop(Exception):
        pass

    calls = 0

    def progress(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 40:
            raise Stop

    with pytest.raises(Stop):
        write_sheet(session, out, progress=progress)
    assert out.read_bytes() == b"old" and sorted(path.name for path in tmp_path.iterdir()) == [
        "project.gpkg",
        "sheet.pdf",
    ]
    assert not session.plan.documents.get("export_log")
    with pytest.raises(StoreError):
        write_sheet(session, tmp_path / "project.gpkg" / "x.pdf")
    with pytest.raises(InputError) as caught:
        write_sheet(session, tmp_path / "x.docx")
    assert caught.value.code == "format_unknown"
    with pytest.raises(InputError) as caught:
        write_sheet(session, tmp_path / "x.png", dpi=9_000)
    assert caught.value.code == "dpi_out_of_range"


def test_hostile_words_stay_words(session: Session) -> None:
    hostile = "<script>alert(1)</script>\n\t&amp; ) endobj (" + "\u202e" + "字" * 300
    sheet = make_sheet(
        session.plan,
        session.policy,
        SheetOptions(
            title=hostile,
            unit=hostile,
            subtitle=hostile,
            date=DAY,
            review_number=hostile[:40],
            paper="A4-portrait",
        ),
    )
    import xml.etree.ElementTree as ET

    root = ET.fromstring(sheet_bytes(sheet, ".svg"))
    assert not [each for each in root.iter() if "script" in each.tag]
    data = sheet_bytes(sheet, ".pdf")
    assert "<script>alert(1)</script>" in text_of(data).replace("\r\n", "")
    assert pdfium.PdfDocument(data).get_metadata_dict()["Producer"] == "QiTu"


def test_english_has_no_chinese_of_ours(session: Session) -> None:
    set_language("en")
    sheet = make_sheet(session.plan, session.policy, SheetOptions(date=DAY, paper="A3-landscape"))
    own = [
        item.text
        for item in sheet.items
        if hasattr(item, "text") and getattr(item, "frame", "") not in ("table", "notes")
    ]
    assert own and not [words for words in own if re.search("[\u4e00-\u9fff]", words)]
    assert any(isinstance(item, Swatch) for item in sheet.items)
