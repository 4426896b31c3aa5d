"""Twenty-six secrets and more, planted in every sensitive column, through the exports that no other test of
secrets makes: those of pages are in test_web_release.py, those of a pack (pictures, sheets, tables, slides,
reports, story) in tests/app/packs/test_safety.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.actions import atlas, exporting, gaps, profile, scenes, sharing, story, workbook
from app.exports.paper import SheetOptions, make_sheet
from app.exports.printing import PrintJob, print_pages, sheet_source
from app.session import Session
from layers.errors import RuleError
from layers.plan.scenes import SavedScene
from tests.app.exports.banners import banner_of, gacha_code
from tests.app.exports.test_web_release import forms, planted
from tests.app.packs.test_safety import inflated

FORMULA = "=cmd|' /C calc'!A0"


def printed(session: Session, out: Path) -> None:
    """A sheet with every layer ticked, printed to a PDF."""
    options = SheetOptions()
    sheet = make_sheet(session.plan, session.policy, options)
    print_pages(session, sheet_source(sheet, options, (), ""), PrintJob(out=out))


WRITERS: dict[str, Callable[[Session, Path], object]] = {
    "atlas.pdf": lambda session, out: atlas.atlas(session, out, scene="全"),
    "w.xlsx": workbook.workbook,
    "g.gpkg": lambda session, out: gaps.gaps(session, out=out),
    "share.gpkg": sharing.share,
    "p.html": lambda session, out: profile.profile(session, gacha_code(0), out=out),
    "p.json": lambda session, out: profile.profile(session, gacha_code(0), out=out),
    "project.docx": lambda session, out: story.report(
        session, out, kind="project", project_="proposed_line-1"
    ),
    "map.svg": lambda session, out: sharing.export(session, out, scene="全"),
    "printed.pdf": printed,
    "layer.csv": lambda session, out: exporting.export_layer(session, "contract_pasture", out),
    "layer.kml": lambda session, out: exporting.export_layer(session, "contract_pasture", out),
}


def test_no_secret_leaves_and_nothing_personal_leaves_as_a_layer(opened, tmp_path):
    rows, secrets = planted()
    assert len(secrets) >= 26
    rows["contract_pasture"][0]["name" if "name" in rows["contract_pasture"][0] else "code"] = FORMULA
    session = opened(banner_of(["甲嘎查", FORMULA], rows))
    everything = tuple(sorted(kind.id for kind in session.catalogue))
    scenes.save(session, SavedScene("", "全", session.plan.bounds, everything))
    leaks = set()
    for name, write in WRITERS.items():
        out = tmp_path / name
        write(session, out)
        data = inflated(out.read_bytes())
        for where, secret in secrets.items():
            for form in forms(secret):
                if any(form.encode(code) in data for code in ("utf-8", "utf-16-be", "utf-16-le", "gbk")):
                    leaks.add((name, where))
        assert str(session.path.parent).encode() not in data and b"tester" not in data, name
        if name.endswith(".csv"):
            assert f"'{FORMULA}".encode() in data and f",{FORMULA}".encode() not in data
        if name.endswith(".xlsx"):
            assert b"<f>" not in data and b"<f " not in data
    assert leaks == set()
    for kind in ("household", "toilet", "hardship"):
        with pytest.raises(RuleError) as kept:
            exporting.export_layer(session, kind, tmp_path / f"{kind}.csv")
        assert kept.value.code == "export_personal" and not (tmp_path / f"{kind}.csv").exists()
