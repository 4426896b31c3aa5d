"""A new project that carries a banner's boundaries, in its own zone."""

from __future__ import annotations

import json

import pytest
import shapely

from app.actions.boundaries import Boundaries
from app.cli import main
from app.session import Session
from layers.errors import InputError
from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from tests.layers.maps.small_plan import small_plan


def test_new_carries_the_boundaries_of_a_project_into_its_zone(tmp_path, capsys):
    session, source, out = Session(), tmp_path / "source.gpkg", tmp_path / "new.gpkg"
    plan = session.create(source, small_plan())
    here = plan.crs.to_lonlat(shapely.get_coordinates(shapely.centroid(plan.table("gacha").geometry[0])))
    session.close()
    assert main(["new", str(out), "--boundaries", str(source), "--meridian", "117", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {layer["kind"] for layer in said["layers"]} == {"banner", "sumu", "gacha"}
    assert said["crs"] == "EPSG:4548"
    made = session.open(out).table("gacha").geometry[0]
    session.close()
    there = PlanningCrs.from_epsg(4548).to_lonlat(shapely.get_coordinates(shapely.centroid(made)))
    assert there == pytest.approx(here, abs=1e-5)
    assert main(["new", str(tmp_path / "same.gpkg"), "--boundaries", str(source), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["crs"] == f"EPSG:{plan.crs.epsg}"


def test_a_project_without_boundaries_gives_none(tmp_path):
    session = Session()
    session.create(tmp_path / "bare.gpkg", Plan(session.catalogue, PlanningCrs.from_epsg(4549), {}))
    session.close()
    with pytest.raises(InputError, match="boundaries_none"):
        Boundaries(tmp_path / "bare.gpkg", session.catalogue)
