"""A pack held against the project: every planted number is found in its place, and none where none is."""

from __future__ import annotations

import json
import shutil

import pypdfium2

from app.actions.packing import verify
from app.cli import main
from app.packs.canonical import canonical_hash
from app.packs.verify import ADDED, CHANGED, MISSING, STALE, Finding, verify_alone, verify_pack
from app.packs.words import MOST_LINES, first_of_each
from app.session import Session
from layers.catalogue.text import Text
from layers.plan.changes import Changes, RowChange
from tests.app.packs.plants import (
    Planter,
    blot,
    paint_over,
    plant_csv,
    plant_index,
    plant_json,
    plant_sheet,
    plant_slides,
    plant_web,
    plant_xlsx,
)


def checked(session: Session, folder):
    return verify_pack(folder, session.snapshot(), progress=lambda _done, _total: None)


def test_thirty_numbers_planted_in_maps_tables_and_text_are_all_found_and_nothing_else(story, copied):
    session, _ = story
    planter = Planter()
    plant_csv(copied, planter, ((1, 9), (2, 10), (3, 11), (4, 15)))
    plant_json(copied, planter, ((0, "have"), (1, "need"), (2, "gap")))
    plant_xlsx(copied, planter, ("sheet1", "sheet1", "sheet2"))
    plant_web(copied, planter)
    plant_sheet(copied, planter, session, 0, 5)
    plant_sheet(copied, planter, session, 1, 3)
    plant_slides(copied, planter)
    plant_index(copied, planter)
    paint_over(copied, "02 全旗.png", blot)
    assert len(planter.planted) + 1 >= 30
    done = checked(session, copied)
    missed = {
        number: file
        for number, file in planter.planted.items()
        if not any(one.file == file and str(number) in one.found for one in done.findings)
    }
    assert missed == {}
    extra = [
        one
        for one in done.findings
        if not any(str(number) in one.found for number in planter.planted)
        and one.place[-1] not in ("look",)  # the style of the class whose title was changed
        and one.file != "02 全旗.png"
    ]
    assert extra == []
    assert {one.what for one in done.findings} == {CHANGED}
    picture = next(one for one in done.findings if one.file == "02 全旗.png")
    assert picture.place == ("left", 1700, "top", 900, "right", 1739, "bottom", 911)
    table = next(one for one in done.findings if one.file == "缺口.csv")
    assert (table.head, table.expected) == ("已有", "9")
    assert table.stated is not None and table.stated.clauses == ("7.3",)
    assert done.numbers > 1500 and not (done.moved or done.rules or done.documents)


def test_what_the_project_has_moved_on_from_is_stale_and_what_the_file_says_otherwise_is_changed(
    story, tmp_path
):
    session, folder = story
    project = shutil.copyfile(session.path, tmp_path / "p.gpkg")
    copied = shutil.copytree(folder, tmp_path / "out")
    planter = Planter()
    plant_csv(copied, planter, ((2, 10),))
    later = Session(author="")
    later.open(project)
    table = later.plan.table("toilet")
    fid = next(
        int(fid)
        for fid, state, code in zip(
            table.fids, table.column("state"), table.column("gacha_code"), strict=True
        )
        if state == "unimproved" and str(code).endswith("203")
    )
    row = table.row(fid)
    later.do(
        Text("建成一座", "One built"),
        Changes(rows=(RowChange("toilet", fid, row, {**row, "state": "accepted"}),)),
    )
    done = checked(later, copied)
    later.close()
    assert done.moved == ("toilet",) and not done.rules and not done.documents
    changed = [one for one in done.findings if one.what == CHANGED]
    assert [(one.file, one.found) for one in changed] == [("缺口.csv", "77001")]
    stale = [one for one in done.findings if one.what == STALE]
    gaps = {one.file: (one.found, one.expected) for one in stale if one.head in ("缺口", "gap")}
    assert gaps["缺口.csv"] == gaps["缺口.json"] == gaps["缺口.xlsx"] == ("35", "34")
    assert {"01 厕所还缺多少.pdf", "网页故事.html", "幻灯片.pptx"} <= {one.file for one in stale}
    assert any((one.found, one.expected) == ("35", "34") for one in stale if one.file.endswith(".pdf"))


def test_a_pdf_that_another_program_saved_is_told_in_a_sentence(copied):
    path = copied / "01 厕所还缺多少.pdf"
    pdf = pypdfium2.PdfDocument(path.read_bytes())
    pdf.save(path)
    pdf.close()
    (copied / "02 全旗.pdf").write_bytes((copied / "02 全旗.pdf").read_bytes()[:30_000])
    found = {one.file: one for one in verify_alone(copied).findings}
    assert {one.what for one in found.values()} == {"unreadable"} and len(found) == 2
    assert "别的程序另存" in found[path.name].found and "不完整" in found["02 全旗.pdf"].found


def test_the_command_line_tells_what_is_gone_added_and_not_ours_whatever_the_manifest_says(
    story, copied, tmp_path, capsys
):
    session, _ = story
    (copied / "01 厕所还缺多少.pdf").write_bytes(b"%PDF-1.4 damaged")
    (copied / "缺口.xlsx").unlink()
    (copied / "sketch.txt").write_text("9")
    plant_json(copied, Planter(), ((0, "have"),))
    table = (copied / "缺口.csv").read_text("utf-8-sig").splitlines()
    lost, *rest = table[1:]
    (copied / "缺口.csv").write_text("\n".join([table[0], *rest, "嘎查,1,1,,戊嘎查,9"]), "utf-8")
    alone = verify_alone(copied)  # no project is near
    assert not alone.compared and verify(Session(author=""), copied).exit_code == 1
    assert {one.file for one in alone.findings} == {
        "01 厕所还缺多少.pdf", "缺口.xlsx", "缺口.csv", "缺口.json"
    }  # fmt: skip
    path = copied / "manifest.json"
    document = json.loads(path.read_text("utf-8"))
    for one in document["files"]:  # whoever changes a file can change its digest, too
        if (copied / one["path"]).is_file():
            one["sha256"] = canonical_hash(one["path"], (copied / one["path"]).read_bytes())
    path.write_text(json.dumps(document), "utf-8")
    shutil.copyfile(session.path, tmp_path / "p.gpkg")
    assert main(["verify", str(copied), "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert not data["agrees"] and data["compared_with_project"] and data["numbers"] > 1000
    assert {(one["file"], one["what"]) for one in data["findings"]} == {
        ("manifest.json", CHANGED),
        ("01 厕所还缺多少.pdf", "unreadable"),
        ("缺口.xlsx", MISSING),
        ("缺口.json", CHANGED),
        ("缺口.csv", MISSING),
        ("缺口.csv", ADDED),
    }
    found = {(one["file"], one["what"]): one for one in data["findings"]}
    gone = " | ".join(cell for cell in lost.split(",") if cell)
    assert found["缺口.csv", MISSING]["expected"] == gone
    number = found["缺口.json", CHANGED]
    assert (number["found"], number["expected"], number["source"]["clauses"]) == ("77001", "9", ["7.3"])
    assert data["notes"] == [{"file": "sketch.txt", "note": "not_ours"}]
    document["files"][0]["path"] = "../p.gpkg"
    path.write_text(json.dumps(document), "utf-8")
    assert main(["verify", str(copied)]) == 1 and main(["verify", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("manifest.json") == 2


def test_a_file_that_is_wrong_a_hundred_times_hides_no_other_in_the_list():
    found = [Finding("a.html", CHANGED, found=str(at)) for at in range(100)]
    found += [Finding("b.docx", CHANGED, found="7"), Finding("c.xlsx", CHANGED, found="8")]
    shown = first_of_each(found)
    assert len(shown) == MOST_LINES and [one.file for one in shown[-2:]] == ["b.docx", "c.xlsx"]
    assert [one.found for one in shown[:58]] == [str(at) for at in range(58)]
    assert first_of_each(found[:9]) == found[:9]
