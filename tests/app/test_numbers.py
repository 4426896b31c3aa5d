"""The numbers that files carry: listed with their sources, and held against the project as it stands."""

from __future__ import annotations

import json

import pytest

from app.actions.numbers import numbers
from app.actions.scenes import save
from app.actions.story import report, slides
from app.cli import main
from app.session import Session
from layers.catalogue.text import Text
from layers.errors import InputError, StoreError
from layers.plan.changes import Changes
from layers.plan.scenes import SavedScene
from layers.provenance import WITHHELD
from tests.app.exports.banners import banner_of, people


@pytest.fixture(scope="module")
def project(tmp_path_factory, qapp):
    """A project of two gachas that lack 9 and 8 toilets, with its slides and its report."""
    folder = tmp_path_factory.mktemp("numbers")
    session = Session(author="tester")
    session.create(folder / "p.gpkg", banner_of(["甲", "乙"], people(range(2), lambda at: (5, (9, 8)[at]))))
    box = session.plan.bounds
    save(session, SavedScene("", "改厕", box, ("gacha",), theme="toilets"))
    save(session, SavedScene("", "改厕 2022", box, ("gacha",), theme="toilets", year=2022))
    slides(session, folder / "a.pptx", story=True, date="2026-11-27", dpi=100)
    report(session, folder / "a.docx", year=2022, date="2026-11-27", dpi=100)
    session.close()
    return folder


def states(folder, name: str) -> dict[str, dict]:
    session = Session(author="tester")
    answer = numbers(session, folder / name, project_=folder / "p.gpkg")
    session.close()
    return {row["where"]: row for row in answer.data["numbers"]}


def test_every_gap_and_target_that_is_reckoned_another_way_is_the_number_that_is_printed(project):
    for name, least in (("a.pptx", 20), ("a.docx", 200)):
        found = states(project, name)
        assert {row["state"] for row in found.values()} <= {"same", "not_compared"}
        assert sum(row["state"] == "same" for row in found.values()) >= least
        reckoned = [row for row in found.values()
                    if row["ask"]["what"] in ("gap", "target", "targets") and row["value"] != WITHHELD]
        assert {row["state"] for row in reckoned} == {"same"}


def test_what_has_moved_is_named_with_what_it_is_now(project, tmp_path, capsys):
    for name in ("p.gpkg", "a.pptx"):
        (tmp_path / name).write_bytes((project / name).read_bytes())
    session = Session(author="tester")
    session.open(tmp_path / "p.gpkg")
    toilet = session.plan.table("toilet")
    lacking = [int(fid) for fid in toilet.fids if toilet.row(int(fid))["state"] == "unimproved"][:3]
    built = {"state": "accepted", "accepted_on": "2023-05-01"}
    changes = Changes(rows=tuple(toilet.update(fid, built) for fid in lacking))
    session.do(Text("改厕", "toilets"), changes)
    session.close()
    code = main(["numbers", str(tmp_path / "a.pptx"), "--project", str(tmp_path / "p.gpkg"), "--json"])
    rows = {row["where"]: row for row in json.loads(capsys.readouterr().out)["numbers"]}
    assert code == 1
    missing = rows["slide 2 figure 1"]
    assert (missing["value"], missing["now"], missing["state"]) == (17, 14, "moved")
    # Built in 2023: what stood at the end of 2022 is what it was.
    before = rows["slide 3 figure 2"]
    assert before["ask"]["field"] == "have" and before["state"] == "same"


def test_a_file_without_numbers_is_refused_and_a_list_alone_is_read(project, tmp_path, capsys):
    with pytest.raises(StoreError, match="numbers_file_missing"):
        numbers(Session(), tmp_path / "none.pptx")
    for data in (b"", b"PK\x03\x04", b"{}"):
        (tmp_path / "bad.pptx").write_bytes(data)
        with pytest.raises(InputError, match="numbers_unreadable"):
            numbers(Session(), tmp_path / "bad.pptx")
    again = ["export", str(project / "p.gpkg"), str(tmp_path / "b.pptx"), "--story"]
    assert main([*again, "--year", "2022"]) == 1 and not (tmp_path / "b.pptx").exists()  # scenes have theirs
    capsys.readouterr()
    assert main(["numbers", str(project / "a.docx")]) == 0
    assert "第 7.3 节" in capsys.readouterr().out
