"""A table with coordinates: which headings they stand in can be said either way round."""

from __future__ import annotations

import json
import shutil

import pytest

from app.cli import main
from tests.samples import sample_project


@pytest.mark.parametrize("said", [("lon=东", "lat=北"), ("东=lon", "北=lat")])
def test_coordinate_columns_are_named_by_hand_and_the_rest_maps_itself(said, tmp_path, capsys):
    project = shutil.copyfile(sample_project(), tmp_path / "project.gpkg")
    table = tmp_path / "点.csv"
    table.write_text("编号,名称,东,北\nA1,甲,119.75,49.10\nA2,乙,119.80,49.05\n", "utf-8")
    assert main(["import", str(project), str(table), "--as", "fitness", "--map", *said, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["declared"], found["read"], found["imported"]) == (2, 2, 2)
    assert found["mapping"] == {"code": "编号", "name": "名称"} and found["crs"] == "EPSG:4490"
