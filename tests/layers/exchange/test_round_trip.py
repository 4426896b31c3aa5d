"""Exported and imported again, the sample's layers are what they were."""

from __future__ import annotations

import re
import zipfile

import pytest

from layers.errors import InputError, RuleError, StoreError
from layers.exchange.exporting import export_layer
from layers.exchange.importing import to_changes
from layers.exchange.preview import Options, preview

WHOLE = [
    (kind, suffix)
    for kind in ("gacha", "clinic", "road", "grazing_zone")
    for suffix in (".gpkg", ".shp", ".geojson", ".kml", ".csv")
] + [
    *((kind, ".xlsx") for kind in ("gacha", "clinic", "road")),
    *(("clinic_arrangement", suffix) for suffix in (".gpkg", ".csv", ".xlsx")),  # a table without shapes
]


@pytest.mark.parametrize(("kind", "suffix"), WHOLE)
def test_comes_back_equal(plan, policy, tmp_path, kind, suffix):
    done = export_layer(plan, kind, tmp_path / f"out{suffix}", policy=policy)
    seen = preview(tmp_path / f"out{suffix}", plan=plan, options=Options(kind=kind, mode="replace"))
    assert seen.declared == seen.read == done.rows == len(plan.tables[kind]), seen.flagged[:3]
    assert not seen.open_questions
    _, update = to_changes(seen, plan)
    assert (update.added, update.changed, update.gone) == ((), (), ())
    assert update.same == done.rows


def test_every_exported_column_is_mapped_back(plan, policy, tmp_path):
    done = export_layer(plan, "gacha", tmp_path / "g.shp", policy=policy)
    seen = preview(tmp_path / "g.shp", plan=plan, options=Options(mode="update"))
    assert seen.kind is not None and seen.kind.id == "gacha"  # guessed by its columns
    assert set(seen.mapping) == set(done.columns)
    assert (tmp_path / "g.cpg").read_text() == "GBK"


def test_boundary_points_come_back_as_the_same_land(plan, policy, tmp_path):
    export_layer(plan, "gacha", tmp_path / "g.txt", policy=policy)
    seen = preview(tmp_path / "g.txt", plan=plan, options=Options(kind="proposed_area", crs="4528"))
    there = [shape for shape in plan.tables["gacha"].geometry if shape is not None]
    assert seen.read == seen.declared == len(there)
    assert max(abs(new.area - old.area) for new, old in zip(seen.geometry, there, strict=True)) < 1.0


def test_drawing_comes_back_by_its_layers(plan, policy, tmp_path):
    export_layer(plan, "clinic", tmp_path / "c.dxf", policy=policy)
    seen = preview(tmp_path / "c.dxf", plan=plan, options=Options())
    assert [question.id for question in seen.questions] == ["layer"]
    names = [info.name for info in seen.layers]
    seen = preview(
        tmp_path / "c.dxf", plan=plan, options=Options(layer="嘎查卫生室", kind="clinic", crs="4549")
    )
    assert "嘎查卫生室" in names and seen.read == len(plan.tables["clinic"])


def test_people_never_leave(plan, policy, tmp_path):
    with pytest.raises(RuleError) as refused:
        export_layer(plan, "household", tmp_path / "h.csv", policy=policy)
    assert refused.value.code == "export_personal"
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(plan, policy, tmp_path):
    (tmp_path / "a.gpkg").write_bytes(b"mine")
    with pytest.raises(StoreError) as refused:
        export_layer(plan, "clinic", tmp_path / "a.gpkg", policy=policy)
    assert refused.value.code == "file_exists" and (tmp_path / "a.gpkg").read_bytes() == b"mine"
    (tmp_path / "b.dbf").write_bytes(b"mine")
    with pytest.raises(StoreError):
        export_layer(plan, "clinic", tmp_path / "b.shp", policy=policy)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.gpkg", "b.dbf"]


def test_formulas_stay_text(plan, policy, tmp_path):
    table = plan.tables["clinic"]
    from layers.plan.changes import Changes

    change = table.update(int(table.fids[0]), {"name": '=HYPERLINK("http://x/")'})
    mined = plan.apply(Changes(rows=(change,)))
    export_layer(mined, "clinic", tmp_path / "c.xlsx", policy=policy)
    export_layer(mined, "clinic", tmp_path / "c.csv", policy=policy)
    sheet = zipfile.ZipFile(tmp_path / "c.xlsx").read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "=HYPERLINK" in sheet
    assert not re.search(r"(^|,)\"?=", (tmp_path / "c.csv").read_text("utf-8-sig"), re.MULTILINE)


def test_only_the_selection_and_only_known_formats(plan, policy, tmp_path):
    fid = int(plan.tables["clinic"].fids[3])
    assert export_layer(plan, "clinic", tmp_path / "c.geojson", policy=policy, fids=[fid]).rows == 1
    with pytest.raises(InputError):
        export_layer(plan, "clinic", tmp_path / "c.docx", policy=policy)
