"""Access and the road network by the command line, by hand: keys, files, nobody named."""

from __future__ import annotations

import csv
import json

import pytest

from app.cli import main
from app.session import Session
from layers.exchange.opening import read_source
from tests.app.panels.conftest import A, B, C, at, small_plan
from tests.app.panels.test_access import GROUND

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
    assert (layer.count, layer.geometry) == (2, "MULTILINESTRING")
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


def test_what_the_sums_give_away_whatever_is_withheld_does_not_leave(project, tmp_path, capsys):
    """30 to 60 minutes: banner 5, east sumu 3 (2 + 1), so 2 in the only gacha of the west one. It says what
    to do."""
    assert people(project, tmp_path / "people.csv") == (1, {})
    assert not (tmp_path / "people.csv").exists() and "按苏木汇总" in capsys.readouterr().err
