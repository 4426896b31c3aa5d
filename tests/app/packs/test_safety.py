"""A public pack gives no secret away in any of its files, and nothing in it runs."""

from __future__ import annotations

import json
import re

from app.actions import scenes as actions
from app.actions.packing import pack
from app.packs.reading import read_lines
from app.packs.verify import verify_pack
from app.session import Session
from layers.plan.scenes import SavedScene, scenes
from tests.app.exports.banners import banner_of, document_of, gacha_code, people
from tests.app.exports.conftest import browser  # noqa: F401 - a fixture
from tests.app.exports.hostile import HOSTILE
from tests.app.exports.safety_checks import CHECKS, inflated
from tests.app.exports.test_web_hostile import PAYLOADS
from tests.app.exports.test_web_release import forms, planted
from tests.app.packs.conftest import told
from tests.app.packs.plants import Planter, plant_report

GROUND = "示意性图件，免予审图"


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


def test_files_of_several_years_side_by_side_tell_no_small_count(qapp, tmp_path):
    """One household of 甲 was served in 2023. Its numbers of 2022, in the table, and of any other year, in
    whatever file, must not both be told; nor a number of another year on a sheet or a slide."""
    rows = people(range(4), lambda at: (20, 30 + 4 * at))
    for one in rows["toilet"]:
        one["accepted_on"] = "2020-05-01" if one["state"] == "accepted" else None
    waiting = [one for one in rows["toilet"] if not one["accepted_on"]]
    moved = next(one for one in waiting if one["gacha_code"] == gacha_code(0))
    moved.update({"state": "accepted", "accepted_on": "2023-05-01"})
    session = Session(author="tester")
    session.create(tmp_path / "p.gpkg", banner_of(["甲嘎查", "乙嘎查", "丙嘎查", "丁嘎查"], rows))
    for year in (2022, 2023):
        actions.save(session, SavedScene("", f"{year}", session.plan.bounds, ("banner", "gacha"), year=year,
                                         theme="toilets", symbols=True))  # fmt: skip
    folder = tmp_path / "out"
    pack(session, folder, public=True, exempt=GROUND, without=["report"])

    table = json.loads((folder / "缺口.json").read_text("utf-8"))
    own = {one["gacha_code"]: one for one in table["rows"] if one["service"] == "toilets"}
    assert (own[gacha_code(0)]["have"], own[gacha_code(0)]["gap"]) == (20, 30)
    told: dict[tuple[str, str], set[int]] = {}
    service = next(one for one in document_of((folder / "网页故事.html").read_bytes())["services"]
                   if one["id"] == "toilets")  # fmt: skip
    for of_year in service["rows"]:
        for code, row in zip(service["codes"], of_year, strict=True):
            for measure, value in zip(("have", "gap"), row, strict=False):
                told.setdefault((code, measure), {own[code][measure]}).add(value)
    for place, values in told.items():
        numbers = {value for value in values if isinstance(value, int)}
        assert not [1 for one in numbers for other in numbers if 0 < one - other < 3], (place, values)
    first, second = ([" ".join(line.cells) for line in read_lines(one.name, one.read_bytes())]
                     for one in sorted(folder.glob("*.pdf")))  # fmt: skip
    assert any("甲嘎查 30 20 30" in line for line in first) and "各嘎查" not in "".join(second)
    assert not [line for line in second if re.search(r"嘎查 \d", line)]
    slides = read_lines("a.pptx", (folder / "幻灯片.pptx").read_bytes())
    cells = [
        {cell for line in slides if line.place[:2] == ("slide", at) for cell in line.cells} for at in (2, 3)
    ]
    assert {"144", "80"} <= cells[0] and not {"143", "144", "80", "81", "1"} & cells[1]
    session.close()


def test_hostile_words_stay_words_in_every_file_and_agree_with_the_project(
    qapp, browser, tmp_path, monkeypatch  # noqa: F811 - the fixture
):
    monkeypatch.chdir(tmp_path)
    plan = banner_of(
        HOSTILE,
        people(range(len(HOSTILE)), lambda at: (9, 5)),
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
    for path in folder.iterdir():
        if path.suffix != ".html":
            CHECKS[path.suffix](path, None)
    assert {one.name for one in scenes(session.plan)} >= {"../" + PAYLOADS[1] + "/" + PAYLOADS[4]}
    planter = Planter()
    plant_report(folder, planter)
    done = verify_pack(folder, session.snapshot(), progress=lambda *_: None)
    told_of = [number for number in planter.planted if any(str(number) in one.found for one in done.findings)]
    assert len(told_of) == len(done.findings) == 3 and done.notes == ()
    cell = next(one for one in done.findings if one.expected == "745")
    assert cell.stated is not None and cell.stated.ask.what == "target" and cell.stated.shown == "745"
    session.close()
