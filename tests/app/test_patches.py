"""A suspect patch from issued to closed: every step in order, dated, undoable; out to the phone and back."""

from __future__ import annotations

import json
import shutil

import pytest

from app.cli import main
from app.samples import sample_file
from layers.catalogue.registry import default_catalogue
from layers.store import Store


@pytest.fixture
def project(tmp_path):
    return shutil.copyfile(sample_file(), tmp_path / "p.gpkg")


@pytest.fixture
def run(capsys):
    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        return (code, *capsys.readouterr())

    return call


def row(project, code):
    table = Store.open(project, default_catalogue()).load().table("suspect_patch")
    return table.row(table.find(code))


def test_every_step_in_order_with_what_it_needs(run, project):
    listed = json.loads(run("patch", project, "--json")[1])
    code = next(one["code"] for one in listed if one["state"] == "issued" and one["issued_on"])
    issued = row(project, code)["issued_on"]
    day = f"{int(issued[:4]) + 1}-01-10"
    for wrong in (("--to", "closed"), ("--on", day), ("--on", "1999-01-01", "--photo", "IMG1")):
        refused, _, err = run("patch", project, code, *wrong)
        assert refused == 1 and len(err.splitlines()) == 2 and row(project, code)["state"] == "issued"
    steps = (("visited", "--photo", "IMG1"), ("found", "--finding", "grazing"), ("rectified",), ("closed",))
    for step, *more in steps:
        done, out, err = run("patch", project, code, "--to", step, "--on", day, *more, "--json")
        assert done == 0, err
        assert json.loads(out)["state"] == step and row(project, code)[f"{step}_on"] == day
    assert run("patch", project, code, "--on", day)[0] == 1
    for before in ("rectified", "found", "visited", "issued"):
        assert run("undo", project)[0] == 0
        assert row(project, code)["state"] == before


def test_nothing_wrong_is_closed_at_once(run, project):
    listed = json.loads(run("patch", project, "--json")[1])
    code = next(one["code"] for one in listed if one["state"] == "visited" and not one["finding"])
    assert json.loads(run("patch", project, code, "--finding", "none", "--json")[1])["next"] == "closed"


def test_out_to_the_phone_and_back_by_code(run, project, tmp_path):
    kml = tmp_path / "patches.kml"
    code, _, err = run("export-layer", project, "suspect_patch", kml)
    assert code == 0, err
    text = kml.read_text("utf-8")
    first = json.loads(run("patch", project, "--json")[1])[0]
    assert first["code"] in text
    kml.write_text(text.replace("已下发", "已核查", 1), "utf-8")
    asked, out, _ = run("import", project, kml, "--as", "suspect_patch", "--json")
    assert asked == 1 and "existing" in out, "rows that are there already are asked about"
    code, out, err = run("import", project, kml, "--as", "suspect_patch", "--mode", "update", "--json")
    assert code == 0, out + err
    after = json.loads(run("patch", project, "--json")[1])
    before = first["state"]
    changed = [one for one in after if one["code"] == first["code"]][0]
    assert len(after) > 40 and (changed["state"] == "visited") == (before == "issued")
