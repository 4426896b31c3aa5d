"""`check` on the command line: planned works, a scheme, a file, a day; on the sample and on the other
banner."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import shapely

from app.cli import main
from app.session import Session
from layers.catalogue.registry import default_catalogue
from layers.catalogue.text import Text
from layers.geo.measure import areas_m2
from layers.plan.changes import Changes
from layers.store import Store
from tests.samples import sample_project

KEYS = {"feature", "zone", "verdict", "area_ha", "rule", "article", "in_force", "approver", "clears"}
VERDICTS = {"allowed", "with_conditions", "permit_needed", "not_allowed", "to_be_verified"}


@pytest.fixture(scope="module", params=["sample", "shifted"])
def project(request, tmp_path_factory, shifted_file):
    path = tmp_path_factory.mktemp("check") / "p.gpkg"
    return shutil.copyfile(sample_project() if request.param == "sample" else shifted_file, path)


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

def test_zones_of_two_versions_by_gacha(run, project, tmp_path):
    """One ban goes after a version was named: what only it covered is lost, gacha by gacha."""
    mine = shutil.copyfile(project, tmp_path / "p.gpkg")
    session = Session(author="")
    session.open(mine)
    table = session.plan.table("grazing_zone")
    session.name_version("会前版")
    gone = max(table.fids, key=lambda fid: table.row(int(fid))["geom"].area)
    row, rest = table.row(int(gone)), shapely.union_all(table.geometry[np.array(table.fids) != gone])
    only = float(areas_m2([shapely.difference(row["geom"], rest)], session.plan.crs.epsg)[0]) / 1e4
    session.do(Text("", ""), Changes(rows=(table.delete(int(gone)),)))
    session.close()
    sheet = tmp_path / "change.csv"
    code, out, _ = run("zone-change", mine, "grazing_zone", "--from", "会前版", "--out", sheet, "--json")
    found = json.loads(out)
    assert code == 0 and found["zones"] == [len(table), len(table) - 1] and found["from"]["version"] == "会前版"
    rows = {(one["gacha_code"], one["class"]): one for one in found["rows"]}
    whole = rows[None, ""]
    assert whole["gained_ha"] == 0 and whole["lost_ha"] == pytest.approx(only, abs=0.02)
    gachas = [one for one in found["rows"] if one["gacha_code"] is not None and one["class"] == ""]
    for field in ("before_ha", "after_ha", "lost_ha"):
        assert sum(one[field] for one in gachas) == pytest.approx(whole[field], rel=2e-5, abs=0.5)
    assert sum(one["lost_ha"] > 0 for one in gachas) >= 1 and rows[None, row["regime"]]["lost_ha"] > 0
    written = sheet.read_text("utf-8-sig")
    assert "嘎查" in written and f"{whole['lost_ha']}" in written.replace(",", "")
    code, _, said = run("zone-change", mine, "grazing_zone", "--from", "没有这版")
    assert code == 1 and "会前版" in said
    day = json.loads(run("zone-change", mine, "grazing_zone", "--from", "1990-01-01", "--json")[1])
    assert day["from"]["day"] == "1990-01-01" and day["zones"][0] == day["undated"][0]
