"""A suspect patch from issued to closed: every step in order, dated, undoable; out to the phone and back."""

from __future__ import annotations

import json
import shutil

import pytest

from app.cli import main
from layers.catalogue.registry import default_catalogue
from layers.store import Store
from tests.samples import sample_project


@pytest.fixture
def project(tmp_path):
    return shutil.copyfile(sample_project(), tmp_path / "p.gpkg")


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
    wrong, out, err = run("patch", project, "--finding", "grazing")
    assert (wrong, out) == (2, "") and len(err.splitlines()) == 2, "a step without a patch is wrong usage"
    for before in ("rectified", "found", "visited", "issued"):
        assert run("undo", project)[0] == 0
        assert row(project, code)["state"] == before


def test_nothing_wrong_is_closed_at_once(run, project):
    listed = json.loads(run("patch", project, "--json")[1])
    code = next(one["code"] for one in listed if one["state"] == "visited" and not one["finding"])
    assert json.loads(run("patch", project, code, "--finding", "none", "--json")[1])["next"] == "closed"


def test_out_to_the_phone_and_back_by_code(run, project, tmp_path):
    """The phone visits two patches; one of them is stepped on here meanwhile: that one is asked about."""
    kml = tmp_path / "patches.kml"
    code, _, err = run("export-layer", project, "suspect_patch", kml)
    assert code == 0, err
    listed = json.loads(run("patch", project, "--json")[1])
    both, theirs = [one["code"] for one in listed if one["state"] == "issued"][:2]
    placemarks = kml.read_text("utf-8").split("<Placemark>")
    edited = [one.replace("已下发", "已核查") if both in one or theirs in one else one for one in placemarks]
    assert sum(one != other for one, other in zip(placemarks, edited, strict=True)) == 2
    kml.write_text("<Placemark>".join(edited), "utf-8")
    day = f"{int(row(project, both)['issued_on'][:4]) + 1}-01-10"
    for more in (("--photo", "IMG1"), ("--finding", "grazing")):
        assert run("patch", project, both, "--on", day, *more)[0] == 0
    back = ("import", project, kml, "--as", "suspect_patch", "--mode", "update")
    asked, out, _ = run(*back)
    assert asked == 1 and "--clash" in out and "项目“已认定”、文件“已核查”" in out
    asked, out, _ = run(*back, "--json")
    (clash,) = json.loads(out)["clashes"]
    state = {"column": "state", "project": "found", "file": "visited"}
    assert clash["key"] == both and state in clash["columns"]
    assert row(project, theirs)["state"] == "issued", "nothing is imported before it is answered"
    code, out, err = run(*back, "--clash", "keep", "--json")
    assert code == 0 and json.loads(out)["imported"] == 1, out + err
    assert (row(project, both)["state"], row(project, theirs)["state"]) == ("found", "visited")
    assert len(Store.open(project, default_catalogue()).load().table("suspect_patch")) == len(listed)
    assert run("undo", project)[0] == 0
    assert run(*back, "--clash", "take", "--json")[0] == 0 and row(project, both)["state"] == "visited"
