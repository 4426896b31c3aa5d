"""`check` on the command line: planned works, a scheme, a file, a day; on the sample and on the other
banner."""

from __future__ import annotations

import json
import shutil

import pytest
import shapely

from app.cli import main
from app.samples import sample_file
from data_samples.build import build
from layers.catalogue.registry import default_catalogue
from layers.store import Store

KEYS = {"feature", "zone", "verdict", "area_ha", "rule", "article", "in_force", "approver", "clears"}
VERDICTS = {"allowed", "with_conditions", "permit_needed", "not_allowed", "to_be_verified"}


@pytest.fixture(scope="module", params=["sample", "shifted"])
def project(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("check") / "p.gpkg"
    if request.param == "sample":
        return shutil.copyfile(sample_file(), path)
    build("shifted", path)
    return path


@pytest.fixture
def run(capsys):
    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        return (code, *capsys.readouterr())

    return call


def test_every_planned_work_has_its_verdicts(run, project, tmp_path):
    code, out, _ = run("check", project, "--date", "2024-06-01", "--json")
    rows = json.loads(out)
    assert code == 0 and rows and all(set(row) >= KEYS and row["verdict"] in VERDICTS for row in rows)
    plan = Store.open(project, default_catalogue()).load()
    lines = plan.table("proposed_line")
    assert {row["feature_fid"] for row in rows if row["feature_kind"] == "proposed_line"} == set(lines.fids)
    for row in rows:
        assert set(row) == set(rows[0])
        binding = row["article"] and row["in_force"]
        assert binding or row["verdict"] in ("to_be_verified", "allowed")
        assert row["area_ha"] is None or row["area_low_ha"] <= row["area_ha"] <= row["area_high_ha"]
    scheme = next(name for name in lines.column("scheme") if name)
    sheet = tmp_path / "sheet.csv"
    some = json.loads(run("check", project, "--scheme", scheme, "--out", sheet, "--json")[1])
    assert sheet.read_text("utf-8-sig").startswith("项目,编号,") and "内部资料" in sheet.read_text("utf-8-sig")
    assert some and {row["feature"] for row in some} < {row["feature"] for row in rows}
    assert run("--lang", "en", "check", project, "--scheme", "no such")[0] == 1


def test_a_file_is_judged_without_being_imported(run, project, tmp_path):
    before = project.read_bytes()
    plan = Store.open(project, default_catalogue()).load()
    zones = plan.table("grazing_zone")
    at = next(i for i, regime in enumerate(zones.column("regime")) if regime == "ban")
    place = shapely.maximum_inscribed_circle(zones.geometry[at], tolerance=50).coords[0]
    lon, lat = plan.crs.to_lonlat([place])[0]
    file = tmp_path / "drawn.geojson"
    feature = {"type": "Feature", "properties": {"name": "新牧场", "项目类别": "养殖"},
               "geometry": {"type": "Point", "coordinates": [lon, lat]}}  # fmt: skip
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    begin = zones.column("valid_from")[at]
    code, out, _ = run("check", project, "--file", file, "--date", begin, "--json")
    rows = json.loads(out)
    assert code == 0 and {row["feature_name"] for row in rows} == {"新牧场"}
    assert {row["work"] for row in rows} == {"livestock"} and "grazing_zone" in {
        row["zone_kind"] for row in rows
    }
    assert project.read_bytes() == before
    for bad in (("--file", file, "--scheme", "x"), ("--date", "soon"), ("--feature", "无此项目")):
        code, _, err = run("check", project, *bad)
        assert code == 1 and len(err.splitlines()) == 2
