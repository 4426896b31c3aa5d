"""A public pack gives no secret away in any of its files, and nothing in it runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from pathlib import Path

from app.packs.verify import verify_pack
from layers.plan.scenes import scenes
from tests.app.exports.banners import banner_of, people
from tests.app.exports.conftest import browser  # noqa: F401 - a fixture
from tests.app.exports.test_web_hostile import PAYLOADS
from tests.app.exports.test_web_release import forms, planted
from tests.app.packs.conftest import told
from tests.app.packs.plants import Planter, plant_report

GROUND = "示意性图件，免予审图"
FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3")


def inflated(data: bytes) -> bytes:
    """What a file holds, unpacked: members of archives (and of those in them), streams of a PDF."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"\n".join(inflated(archive.read(one)) for one in archive.namelist())
    if data[:4] == b"%PDF":
        streams = re.findall(rb"(?s)stream\r?\n(.*?)\r?\nendstream", data)
        return data + b"\n".join(_unpacked(one) for one in streams)
    return data


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return data


def test_no_planted_secret_leaves_in_any_file_of_a_public_pack(packed_of):
    rows, secrets = planted()
    assert len(secrets) >= 26
    session, folder = packed_of(banner_of(["甲嘎查", "乙嘎查"], rows), public=True, exempt=GROUND)
    leaks = set()
    for path in folder.iterdir():
        data = inflated(path.read_bytes())
        for where, secret in secrets.items():
            for form in forms(secret):
                for encoding in ("utf-8", "utf-16-be", "utf-16-le", "gbk"):
                    if form.encode(encoding) in data:
                        leaks.add((path.name, where))
        for word in ("tester", session.path.name, str(folder.parent)):
            assert word.encode() not in data and word.encode("utf-16-be") not in data, (path.name, word)
    assert leaks == set()
    page = (folder / "index.html").read_text("utf-8")
    assert GROUND in page and "未经审图" not in page and "内部资料" not in page
    assert f"exempt: {GROUND}" in str(session.plan.documents["export_log"])
    assert not [one for one in folder.iterdir() if b"\xe5\x86\x85\xe9\x83\xa8\xe8\xb5\x84\xe6\x96\x99"
                in inflated(one.read_bytes())], "an internal mark on a public file"


def test_hostile_words_stay_words_in_every_file_and_agree_with_the_project(
    qapp, browser, tmp_path, monkeypatch  # noqa: F811 - the fixture
):
    from app.actions.packing import pack

    monkeypatch.chdir(tmp_path)
    words = [*PAYLOADS[:4], *FORMULAS]
    plan = banner_of(
        words,
        people(range(len(words)), lambda at: (9, 5)),
        info={"title": "".join(PAYLOADS), "period": "2021-2025"},
    )
    session = told(tmp_path / "p.gpkg", plan, name="../" + PAYLOADS[1] + "/" + PAYLOADS[4],
                   caption="".join(PAYLOADS), both=False)  # fmt: skip
    folder = tmp_path / "out"
    pack(session, folder)
    assert not (tmp_path / "pwned").exists() and not (tmp_path.parent / "pwned").exists()
    assert all(re.fullmatch(r"[\w .\-（）()·、，]+", path.name) for path in folder.iterdir())
    for name in ("index.html", "网页故事.html"):
        page = browser.open(folder / name)
        page.run("new Promise(resolve => setTimeout(resolve, 300))")
        assert page.run("window.pwned === undefined && ({}).pwned === undefined"), name
        assert page.run("document.querySelectorAll('iframe, object, embed, form').length") == 0
        assert all(one.startswith(folder.resolve().as_uri() + "/") for one in page.requests), page.requests
        if name == "index.html":
            assert page.run("document.scripts.length") == 0
            assert PAYLOADS[1] in page.run("document.body.textContent")
            assert page.run("[...document.images].every(one => one.naturalWidth > 0)")
        page.close()
    _no_formula_and_no_link(folder)
    assert {one.name for one in scenes(session.plan)} >= {"../" + PAYLOADS[1] + "/" + PAYLOADS[4]}
    planter = Planter()
    plant_report(folder, planter)
    done = verify_pack(folder, session.snapshot(), progress=lambda *_: None)
    told_of = [number for number in planter.planted if any(str(number) in one.found for one in done.findings)]
    assert len(told_of) == len(done.findings) == 3 and done.notes == ()
    cell = next(one for one in done.findings if one.expected == "745")
    assert cell.stated is not None and cell.stated.ask.what == "target" and cell.stated.shown == "745"
    session.close()


def _no_formula_and_no_link(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix == ".csv":
            cells = [cell for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))) for cell in row]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "@")) or re.match(r"-\D", cell)]
            assert "'=1+1" in cells
        elif path.suffix in (".xlsx", ".pptx", ".docx"):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    data = archive.read(name)
                    assert b'TargetMode="External"' not in data, (path.name, name)
                    assert "vba" not in name.lower() and b"hlinkClick" not in data
                    assert not re.search(rb"<f>|<f ", data) or not name.startswith("xl/worksheets")
        elif path.suffix == ".pdf":
            runs = rb"/JavaScript|/JS\b|/OpenAction|/URI\b|/Launch"
            assert not re.search(runs, inflated(path.read_bytes()))
