"""Twelve hostile texts and more than twenty-six secrets through every command that writes a file: the texts
stay texts, no secret leaves. A new command or format must join the table here.

A pack, all files of which are in it, goes through tests/app/packs/test_safety.py; web maps for the public
through test_web_release.py.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.actions import (
    access,
    atlas,
    bans,
    compare,
    exporting,
    gaps,
    grazing,
    land_use,
    ledger,
    printing,
    profile,
    quotas,
    register,
    road_network,
    road_plans,
    roads,
    sharing,
    siting,
    story,
    styles,
    toilet_ledger,
    verdicts,
    workbook,
    zone_change,
    zone_report,
)
from app.commands import COMMANDS
from app.exports.result_table import WITH_SHAPES
from app.panels.copied import table_words
from app.session import Session
from layers.errors import RuleError
from layers.exchange.exporting import FORMATS
from tests.app.exports.banners import gacha_code
from tests.app.exports.hostile import HOSTILE, NEW, OLD, SCENE, hostile_session
from tests.app.exports.safety_checks import CHECKS, inflated
from tests.app.exports.test_web_release import forms

GROUND = "示意性图件，免予审图"
PUBLIC = {"public": True, "exempt": GROUND}
Write = Callable[[Session, Path], object]

TABLES: dict[str, Write] = {
    "gaps": lambda s, out: gaps.gaps(s, out=out, level="all"),
    "compare": lambda s, out: compare.compare(s, [OLD, NEW], out=out),
    "site": lambda s, out: siting.site(s, "clinics", number=1, out=out),
    "roads": lambda s, out: road_plans.roads(s, HOSTILE[3], out=out),
    "check": lambda s, out: verdicts.check(s, out=out),
    "landuse": lambda s, out: land_use.landuse(s, "proposed_line-1", out=out),
    "zones": lambda s, out: zone_report.zones(s, out=out),
    "zone-change": lambda s, out: zone_change.zones_changed(
        s, "grazing_zone", out=out, **{"from": "2020-01-01"}
    ),
    "bans": lambda s, out: bans.bans(s, out=out),
    "quota": lambda s, out: quotas.quota(s, out=out),
    "targets": lambda s, out: register.targets(s, out=out),
    "grazing": lambda s, out: grazing.grazing(s, out=out),
    "access": lambda s, out: access.access(s, to="clinics", out=out),
    "network": lambda s, out: road_network.network(s, out=out),
    "ledger": lambda s, out: ledger.ledger(s, out=out),
    "toilet-ledger": lambda s, out: toilet_ledger.toilet_ledger(s, out=out),
    "faults": lambda s, out: roads.faults(s, out=out),
}
"""Commands that write a table of results, all by one writer: each as CSV, one as everything else."""
FORMATS_OF = "grazing"

FILES: tuple[tuple[str, str, Write], ...] = (
    *((command, f"{command}.csv", write) for command, write in TABLES.items()),
    *((FORMATS_OF, f"t{end}", TABLES[FORMATS_OF]) for end in WITH_SHAPES if end != ".csv"),
    *(("export-layer", f"l{end}", lambda s, out: exporting.export_layer(s, "gacha", out)) for end in FORMATS),
    ("export-layer", "public.csv", lambda s, out: exporting.export_layer(s, "road", out, public=True)),
    ("export-layer", "own.csv", lambda s, out: exporting.export_layer(s, "contract_pasture", out)),
    ("share", "share.gpkg", sharing.share),
    ("export", "map.png", lambda s, out: sharing.export(s, out, scene=SCENE, width=640, height=360)),
    ("export", "public.png", lambda s, out: sharing.export(s, out, scene=SCENE, dpi=60, **PUBLIC)),
    ("export", "map.svg", lambda s, out: sharing.export(s, out, scene=SCENE)),
    ("export", "story.html", lambda s, out: sharing.export(s, out, story=True)),
    ("export", "public.pptx", lambda s, out: sharing.export(s, out, story=True, dpi=100, **PUBLIC)),
    ("style", "style.json", lambda s, out: styles.style(s, "road", out=out)),
    ("workbook", "w.xlsx", workbook.workbook),
    ("atlas", "public.pdf", lambda s, out: atlas.atlas(s, out, scene=SCENE, only=[gacha_code(5)], **PUBLIC)),
    ("print", "print.pdf", lambda s, out: printing.print_map(s, out=out, scene=SCENE)),
    ("profile", "p.json", lambda s, out: profile.profile(s, gacha_code(5), out=out)),
    ("profile", "public.html", lambda s, out: profile.profile(s, gacha_code(0), out=out, **PUBLIC)),
    ("report", "project.docx",
     lambda s, out: story.report(s, out, kind="project", project_="proposed_line-1", dpi=100)),
)  # fmt: skip

OTHERWISE = {
    "new": "makes a project of the house",
    "attachments": "gives a file back that was put in",
    "headless": "calls the others",
    "pack": "tests/app/packs/test_safety.py",
}


def test_every_command_that_writes_a_file_is_in_the_table():
    writing = {
        one.id
        for one in COMMANDS
        if one.cli and any(p.type == "new_path" or p.name in ("out", "folder") for p in one.parameters)
    } - {"verify"}
    assert writing == {command for command, _, _ in FILES} | OTHERWISE.keys()
    ends = {Path(name).suffix for _, name, _ in FILES}
    assert ends == CHECKS.keys() and ends >= {*FORMATS, *WITH_SHAPES, *sharing.WRITERS, ".pptx"}


@pytest.fixture(scope="module")
def hostile(qapp, tmp_path_factory) -> Iterator[tuple[Session, dict[str, str], list[str]]]:
    """The project with all of it."""
    session, secrets, inside = hostile_session(tmp_path_factory.mktemp("hostile") / "p.gpkg")
    assert len(secrets) >= 26 and len(inside) >= 26 and len(HOSTILE) == 12
    yield session, secrets, inside
    session.close()


@pytest.mark.parametrize(
    ("name", "write"), [one[1:] for one in FILES], ids=[f"{one}-{name}" for one, name, _ in FILES]
)
def test_words_stay_words_and_no_secret_leaves(hostile, request, tmp_path, name, write):
    session, secrets, inside = hostile
    out = tmp_path / name
    write(session, out)

    def browse(path: Path) -> Any:
        return request.getfixturevalue("browser").open(path)

    CHECKS[out.suffix](out, browse)
    data = b"\n".join(inflated(one.read_bytes()) for one in sorted(tmp_path.iterdir()))
    private = {form for secret in secrets.values() for form in forms(secret)}
    private |= {"tester", str(session.path.parent)} | (set(inside) if name.startswith("public") else set())
    found = {
        form
        for form in private
        if any(form.encode(code) in data for code in ("utf-8", "utf-16-be", "utf-16-le", "gbk"))
    }
    assert not found


def test_what_is_searched_for_would_be_found(hostile, tmp_path):
    session, _, inside = hostile
    exporting.export_layer(session, "road", tmp_path / "inside.csv")
    exporting.export_layer(session, "gacha", tmp_path / "gacha.csv")
    assert any(one in (tmp_path / "inside.csv").read_text("utf-8-sig") for one in inside)
    rows = csv.reader(io.StringIO((tmp_path / "gacha.csv").read_bytes().decode("utf-8-sig"), newline=""))
    cells = {cell.removeprefix("'") for row in rows for cell in row}
    assert cells >= {words.removeprefix("'") for words in HOSTILE}


def test_nothing_personal_leaves_as_a_layer(hostile, tmp_path):
    for kind in ("household", "toilet", "hardship"):
        with pytest.raises(RuleError) as kept:
            exporting.export_layer(hostile[0], kind, tmp_path / f"{kind}.csv")
        assert kept.value.code == "export_personal" and not (tmp_path / f"{kind}.csv").exists()


def test_what_is_copied_is_pasted_as_text():
    lines = table_words([HOSTILE, ["-5", "+1,200.5", "-12%", None, "——"]]).split("\n")
    cells = [line.split("\t") for line in lines]
    assert len(lines) == 2 and len(cells[0]) == len(HOSTILE)
    assert not [one for one in cells[0] if one.startswith(("=", "+", "-", "@"))]
    assert cells[1] == ["-5", "+1,200.5", "-12%", "", "——"]
