"""Access and the road network by the command line, by hand: keys, files, nobody named."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from scipy.optimize import linprog

from app.actions.access import write_access
from app.actions.access_units import Grouping, season_of
from app.cli import main
from app.session import Session
from layers.exchange.opening import read_source
from layers.planning.access import access as compute
from tests.app.panels.conftest import A, B, C, at, small_plan
from tests.app.panels.test_access import CAMPS, GROUND

KEYS = {"origin", "code", "minutes", "km", "facility", "way", "reason"}


def kept(path, *counts):
    """A project file; counts: gacha, its households, km east of all of them. None: those of the small
    banner."""
    homes = [
        {"code": f"{gacha}{one}", "gacha_code": gacha, "geom": at(east, 5)}
        for gacha, count, east in counts for one in range(count)
    ]  # fmt: skip
    session = Session(author="甲")
    session.create(path, small_plan(**GROUND, **({"household": homes} if homes else {})))
    session.close()
    return path


@pytest.fixture
def project(tmp_path):
    return kept(tmp_path / "small.gpkg")


def said(capsys, *arguments):
    assert main([str(one) for one in arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_minutes_by_hand_and_people_one_by_one_nowhere(project, capsys):
    """A's seat stands on the road 10 km from the clinic: at 30 km/h 20 minutes."""
    data = said(capsys, "access", project, "--to", "clinic", "--json")
    rows = {row["code"]: row for row in data["rows"]}
    assert KEYS <= set(rows["S1"]) and rows["S1"]["minutes"] == pytest.approx(20) and rows["S1"]["km"] == 10
    assert (rows["S1"]["facility"], rows["S1"]["way"], rows["S1"]["reason"]) == (
        "K1",
        "network",
        "access_reached",
    )
    data = said(
        capsys, "access", project, "--to", "clinic", "--from", "households", "--minutes", "20,200", "--json"
    )
    assert data["rows"] == [] and data["all"]["places"] == 9 and data["thresholds"] == [20, 200]
    gachas = {row["code"]: row for row in data["gachas"]}
    assert sum(gachas[A][key] for key in ("to_20", "to_200", "over_200", "cut_off", "unknown")) == 3
    assert main(["access", str(project), "--to", "clinic", "--minutes", "soon"]) == 1
    assert main(["access", str(project), "--to", "moon"]) == 1
    assert "clinic" in capsys.readouterr().err


def test_what_is_written_has_shapes_and_withholds_small_counts(project, tmp_path, capsys):
    def write(name, *more):
        out = tmp_path / name
        assert main(["access", str(project), "--to", "clinic", *more, "--out", str(out)]) == 0
        return out

    (layer,) = read_source(write("places.gpkg")).layers
    assert (layer.count, layer.geometry) == (2, "POINT")
    (layer,) = read_source(write("iso.gpkg", "--table", "isochrones")).layers
    assert (layer.count, layer.geometry) == (3, "MULTIPOLYGON")
    assert main(["access", str(project), "--to", "clinic", "--from", "households", "--table", "places",
                 "--out",
                 str(tmp_path / "no.csv")]) == 1  # fmt: skip
    assert not (tmp_path / "no.csv").exists()
    assert main(["network", str(project), "--out", str(tmp_path / "parts.gpkg")]) == 0
    (layer,) = read_source(tmp_path / "parts.gpkg").layers
    assert (layer.count, layer.geometry) == (3, "MULTILINESTRING")  # two parts, and what stands on none
    capsys.readouterr()
    parts = said(capsys, "network", project, "--json")["parts"]
    assert [(part["km"], part["main"], part["gachas"]) for part in parts] == [
        (10, True, [A, B]),
        (2, False, []),
    ]


def people(project, out):
    code = main(["access", str(project), "--to", "clinic", "--from", "households", "--out", str(out)])
    if code:
        return code, {}
    return code, {row[0]: row for row in csv.reader(out.read_text("utf-8-sig").splitlines()) if row}


def test_a_reader_who_knows_the_sums_of_sumu_reckons_no_small_count(tmp_path):
    """A 2 and B 20 in one sumu, C 10 in another: B must go with A. By the sum of the banner alone it would be
    C."""
    code, rows = people(kept(tmp_path / "a.gpkg", (A, 2, 5), (B, 20, 5), (C, 10, 5)), tmp_path / "a.csv")
    assert code == 0
    assert [rows[gacha][4] for gacha in (A, B, C)] == ["*", "*", "10"]
    assert rows[A][-2:] == ["", ""] and "" not in rows[B][-2:]  # two households: not even their mean


def test_by_sumu_adds_up_to_all_and_has_the_outlines_of_sumu(project, tmp_path, capsys):
    data = said(capsys, "access", project, "--to", "clinic", "--from", "households", "--by-sumu", "--json")
    assert [(row["name"], row["places"]) for row in data["sumu"]] == [("东苏木", 5), ("西苏木", 4)]
    assert data["all"]["places"] == 9 and "gachas" not in data
    out = tmp_path / "sumu.gpkg"
    assert main(["access", str(project), "--to", "clinic", "--by-sumu", "--out", str(out)]) == 0
    (layer,) = read_source(out).layers
    assert (layer.count, layer.geometry) == (2, "MULTIPOLYGON")


FILES = [(sumu, season) for sumu in (False, True) for season in (None, "winter", "夏营地")]
EAST_SUMU, WEST_SUMU = "990001001000", "990001002000"


def written(session, result, out, sumu, season):
    """Unit -> what was written of it, by heading."""
    write_access(session, result, out, grouping=Grouping(sumu, season_of(result, season)))
    head, *rows = [row for row in csv.reader(out.read_text("utf-8-sig").splitlines()) if row]
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows if row[0].startswith("99")}


def told(files, heading, wanted):
    """Least and most that (gacha, season) may be to a reader of all files who knows the season's sum."""
    atoms = [(gacha, season) for gacha in (A, B, C) for season in ("winter", "夏营地")]
    of = {EAST_SUMU: (A, B), WEST_SUMU: (C,)}
    known = [
        ([float(gacha in of.get(unit, (unit,)) and season in (which or season, which)) for gacha,
          season in atoms],
         int(row[heading]))
        for (_, which), rows in files.items() for unit, row in rows.items() if row[heading] != "*"
    ]  # fmt: skip
    for season, sums in (("winter", {"处数": 22}), ("夏营地", {"处数": 40})):
        if heading in sums:
            known.append(([float(which == season) for _, which in atoms], sums[heading]))
    matrix, right = zip(*known, strict=True)
    goal = np.eye(len(atoms))[atoms.index(wanted)]
    least, most = (
        linprog(sign * goal, A_eq=matrix, b_eq=right, bounds=(0, 99)).fun * sign for sign in (1, -1)
    )
    return least, most


def test_no_two_files_of_camps_give_a_few_away(tmp_path, capsys):
    """A 2 in winter and 20 in summer, B 20 and 10, C none and 10: in the winter the others go with A, and so
    do the sums of both seasons and of the sumu, but not the summer."""
    project = tmp_path / "camps.gpkg"
    session = Session(author="甲")
    session.create(project, small_plan(**GROUND, camp=CAMPS))
    result = compute(session.plan, session.policy, to="clinic", origins="camps")
    files = {file: written(session, result, tmp_path / "camps.csv", *file) for file in FILES}
    session.close()
    places = {file: {unit: row["处数"] for unit, row in rows.items()} for file, rows in files.items()}
    assert places[False, "winter"] == {A: "*", B: "*", C: "*"}  # within 15 minutes no camp but A's two
    assert places[False, "夏营地"] == {A: "20", B: "10", C: "10"}
    assert places[False, None] == {A: "*", B: "*", C: "*"}
    for heading in ("处数", "≤ 15 分钟（且大于前一级）"):
        least, most = told(files, heading, (A, "winter"))
        assert most - least >= 1
    minutes = {file: {unit: row["平均分钟"] for unit, row in rows.items()} for file, rows in files.items()}
    assert minutes[False, "winter"][A] == minutes[False, None][A] == minutes[True, "winter"][EAST_SUMU] == ""
    assert minutes[False, "夏营地"][A] != "" != minutes[False, "winter"][B]
    capsys.readouterr()
    for more, said_so in ((("--from", "camps", "--season", "autumn"), "winter（冬营地）"),
                          (("--season", "winter"), "--from camps")):  # fmt: skip
        assert main(["access", str(project), "--to", "clinic", *more]) == 1
        assert said_so in capsys.readouterr().err


def test_what_no_gacha_file_may_show_a_sumu_file_may_and_both_are_written(project, tmp_path, capsys):
    """30 to 60 minutes: banner 5, east sumu 3 (2 + 1), so 2 in the only gacha of the west one: the sumu go
    with them. Other limits than the rules' are refused: two files with 30 and 31 would tell who lives
    between."""
    code, rows = people(project, tmp_path / "people.csv")
    assert code == 0 and {rows[gacha][7] for gacha in (A, B, C)} == {"*"}
    assert main(["access", str(project), "--to", "clinic", "--from", "households", "--by-sumu", "--out",
                 str(tmp_path / "sumu.csv")]) == 0  # fmt: skip
    assert main(["access", str(project), "--to", "clinic", "--from", "households", "--minutes", "31",
                 "--out", str(tmp_path / "no.csv")]) == 1  # fmt: skip
    assert not (tmp_path / "no.csv").exists() and "--minutes" in capsys.readouterr().err
