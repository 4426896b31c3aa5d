"""Exported and imported again, the sample's layers are what they were."""

from __future__ import annotations

import re
import zipfile

import numpy as np
import pytest
import shapely

from layers.errors import InputError, RuleError, StoreError
from layers.exchange.exporting import export_layer
from layers.exchange.importing import to_changes
from layers.exchange.limits import losses
from layers.exchange.preview import Options, preview
from layers.exchange.rings import polygon_of_rings
from layers.geo.repair import repair
from layers.plan.changes import Changes

WHOLE = [
    (kind, suffix)
    for kind in ("gacha", "clinic", "road", "grazing_zone")
    for suffix in (".gpkg", ".shp", ".geojson", ".kml", ".csv")
] + [
    *((kind, ".xlsx") for kind in ("gacha", "clinic", "road", "grazing_zone")),
    *(("clinic_arrangement", suffix) for suffix in (".gpkg", ".csv", ".xlsx", ".geojson")),  # without shapes
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


def rings_of(shapes):
    """Every ring as its points, the first not repeated, the smallest first, counter-clockwise; to 1 cm."""
    found = []
    for shape in shapes:
        for ring in [] if shape is None else shapely.get_rings(shape):
            points = [tuple(point) for point in np.round(shapely.get_coordinates(ring)[:-1], 2)]
            points = points if shapely.is_ccw(ring) else points[::-1]
            at = points.index(min(points))
            found.append(tuple(points[at:] + points[:at]))
    return sorted(found)


@pytest.mark.parametrize("kind", ["grazing_zone", "red_line"])
def test_boundary_points_come_back_ring_by_ring(plan, policy, tmp_path, kind):
    export_layer(plan, kind, tmp_path / "g.txt", policy=policy)
    options = Options(kind="proposed_area", crs="4528", mode="add")
    seen = preview(tmp_path / "g.txt", plan=plan, options=options)
    there = plan.tables[kind].geometry
    assert len(seen.rows) == seen.declared == len(there)
    assert any(shapely.get_num_interior_rings(shapely.get_parts(shape)).any() for shape in there)
    for new, old in zip(seen.geometry, there, strict=True):
        assert rings_of([new]) == rings_of([old]) and abs(new.area - old.area) < 1.0


def test_lines_of_a_drawing_come_back_part_by_part(plan, policy, tmp_path):
    done = export_layer(plan, "road", tmp_path / "r.dxf", policy=policy)
    title = plan.catalogue["road"].title.zh
    options = Options(layer=title, kind="proposed_line", crs="4549", mode="add")
    seen = preview(tmp_path / "r.dxf", plan=plan, options=options)
    parts = shapely.get_parts(plan.tables["road"].geometry)
    assert seen.declared == seen.read == len(parts)
    assert all(shapely.equals_exact(shapely.get_parts(seen.geometry), parts, tolerance=1e-3))
    assert {code for code, _ in done.notes} <= {"parts_apart"}


def test_areas_of_a_drawing_come_back_as_outlines_and_both_sides_say_so(plan, policy, tmp_path):
    table = plan.tables["red_line"]
    done = export_layer(plan, "red_line", tmp_path / "z.dxf", policy=policy)
    parts = [shapely.get_parts(shape) for shape in table.geometry]
    holes = [sum(shapely.get_num_interior_rings(own)) for own in parts]
    assert dict(done.notes) == {
        "holes_as_outlines": {"count": sum(count > 0 for count in holes)},
        "parts_apart": {"count": sum(len(own) > 1 for own in parts)},
    }
    assert dict(done.notes).items() <= dict(losses(table, ".dxf", table.kind.columns)).items(), "said before"
    options = Options(layer=table.kind.title.zh, crs="4549", kind="proposed_area", mode="add")
    seen = preview(tmp_path / "z.dxf", plan=plan, options=options)
    assert rings_of(seen.geometry) == rings_of(table.geometry)
    assert dict(seen.notes)["outlines_inside"]["count"] >= sum(holes) > 0


def test_a_row_without_a_shape_does_not_leave_a_drawing_unsaid(plan, policy, tmp_path):
    change = plan.tables["clinic"].update(int(plan.tables["clinic"].fids[0]), {"geom": None})
    done = export_layer(plan.apply(Changes(rows=(change,))), "clinic", tmp_path / "c.dxf", policy=policy)
    assert dict(done.notes) == {"rows_without_shape": {"count": 1}}


def test_a_table_without_shapes_goes_through_a_dbf_and_not_through_shapes(plan, policy, tmp_path):
    done = export_layer(plan, "clinic_arrangement", tmp_path / "t.shp", policy=policy)
    (dbf,) = (file for file in done.files if file.suffix == ".dbf")
    seen = preview(dbf, plan=plan, options=Options(kind="clinic_arrangement", mode="replace"))
    assert (seen.format, seen.declared, seen.read, seen.encoding) == ("dbf", done.rows, done.rows, "GBK")
    _, update = to_changes(seen, plan)
    assert (update.same, update.added, update.changed, update.gone) == (done.rows, (), (), ())
    dbf.write_bytes(dbf.read_bytes()[:-200])
    seen = preview(dbf, plan=plan, options=Options(kind="clinic_arrangement", mode="replace"))
    assert seen.declared == done.rows and {flag.code for one in seen.flagged for flag in one.flags} == {
        "attributes_cut"
    }
    for suffix in (".kml", ".dxf", ".txt"):
        with pytest.raises(InputError) as refused:
            export_layer(plan, "clinic_arrangement", tmp_path / f"t{suffix}", policy=policy)
        assert refused.value.code == "format_without_shape"


def test_a_hole_that_touches_its_shell_and_an_island_in_a_hole():
    """The hole's first vertex lies on the shell: by its vertices it would be land of its own."""
    shell = [(0, 0), (100, 0), (100, 100), (0, 100)]
    hole = [(0, 50), (40, 10), (40, 90)]
    island = [(20, 50), (30, 45), (30, 55)]
    for order in ((shell, hole, island), (island, hole, shell)):
        made, doubt = polygon_of_rings([[*ring, ring[0]] for ring in order])
        assert doubt == "" and made.area == 10_000 - 1_600 + 50
    twice, _ = polygon_of_rings([[*shell, shell[0]]] * 2)
    assert repair(twice).area_after_m2 == 10_000, "a ring that is there twice is no hole in itself"


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
