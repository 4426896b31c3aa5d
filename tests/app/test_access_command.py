"""Access and the road network by the command line, by hand: keys, files, nobody named."""

from __future__ import annotations

import csv
import json

import pytest

from app.cli import main
from app.session import Session
from layers.exchange.opening import read_source
from tests.app.panels.conftest import A, B, small_plan
from tests.app.panels.test_access import GROUND

KEYS = {"origin", "code", "minutes", "km", "facility", "way", "reason"}


@pytest.fixture
def project(tmp_path):
    session = Session(author="甲")
    session.create(tmp_path / "small.gpkg", small_plan(**GROUND))
    session.close()
    return tmp_path / "small.gpkg"


def said(capsys, *arguments):
    assert main([str(one) for one in arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_minutes_by_hand_and_people_one_by_one_nowhere(project, capsys):
    """A's seat stands on the road 10 km from the clinic: at 30 km/h 20 minutes."""
    data = said(capsys, "access", project, "--to", "clinic", "--json")
    rows = {row["code"]: row for row in data["rows"]}
    assert KEYS <= set(rows["S1"]) and rows["S1"]["minutes"] == pytest.approx(20) and rows["S1"]["km"] == 10
    assert (rows["S1"]["facility"], rows["S1"]["way"], rows["S1"]["reason"]) == ("K1", "network", "access_reached")
    data = said(capsys, "access", project, "--to", "clinic", "--from", "households", "--minutes", "20,200", "--json")
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
    rows = list(csv.reader(write("people.csv", "--from", "households").read_text("utf-8-sig").splitlines()))
    mine = next(row for row in rows if row[0] == B)  # two households: not even their mean
    assert mine[4] == "*" and mine[-2:] == ["", ""]
    assert main(["access", str(project), "--to", "clinic", "--from", "households", "--table", "places", "--out",
                 str(tmp_path / "no.csv")]) == 1  # fmt: skip
    assert not (tmp_path / "no.csv").exists()
    assert main(["network", str(project), "--out", str(tmp_path / "parts.gpkg")]) == 0
    (layer,) = read_source(tmp_path / "parts.gpkg").layers
    assert (layer.count, layer.geometry) == (2, "MULTILINESTRING")
    capsys.readouterr()
    parts = said(capsys, "network", project, "--json")["parts"]
    assert [(part["km"], part["main"], part["gachas"]) for part in parts] == [(10, True, [A, B]), (2, False, [])]
