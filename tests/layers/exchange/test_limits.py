"""What each format cannot carry, on a layer made to meet every limit."""

from __future__ import annotations

from dataclasses import replace

import shapely

from layers.catalogue.registry import default_catalogue
from layers.exchange import limits
from layers.exchange.exporting import FORMATS
from layers.exchange.limits import LIMITS, losses
from layers.plan.table import Table

KIND = default_catalogue()["proposed_area"]
SQUARE = shapely.box(0, 0, 10, 10)
HOLED = shapely.Polygon(SQUARE.exterior.coords, [shapely.box(2, 2, 4, 4).exterior.coords])
ROWS = [
    {"code": "A", "name": "草" * 127, "year": 2024, "geom": shapely.MultiPolygon([SQUARE])},
    {"code": "B", "name": "草" * 128, "geom": shapely.MultiPolygon([HOLED, shapely.box(20, 0, 30, 10)])},
    {"code": "C", "name": "a" * 255, "geom": None},
]
TABLE = Table.from_rows(KIND, ROWS)
COLUMNS = [KIND.column(name) for name in ("code", "name", "year", "unit_in_charge", "eia_document")]


def of(suffix, **more):
    return dict(losses(TABLE, suffix, COLUMNS, **more))


def test_every_format_has_its_limits_and_what_holds_all_loses_nothing():
    assert set(LIMITS) == set(FORMATS)
    assert of(".gpkg") == of(".geojson") == {}


def test_a_shapefile_cuts_what_is_longer_than_its_fields():
    """254 bytes of GBK are 127 characters: the first text just fits, the others do not; 环评文号 fits."""
    found = of(".shp")
    assert set(found) == {"texts_shortened"} and found["texts_shortened"]["count"] == 2
    english = of(".shp", language="en")["headings_shortened"]
    assert english["columns"] == [
        "Project code", "Planned year", "Unit in charge", "Assessment's number"]  # fmt: skip
    assert of(".shp", fids=[int(TABLE.fids[0])]) == {}


def test_a_drawing_has_outlines_of_parts_and_no_table():
    found = of(".dxf")
    assert found == {
        "columns_left": {"count": 3, "columns": [KIND.column("year").title.zh,
                                                 "责任单位", "环评文号"]},
        "rows_without_shape": {"count": 1}, "parts_apart": {"count": 1}, "holes_as_outlines": {"count": 1},
        "no_crs": {},
    }  # fmt: skip
    assert set(of(".txt")) == {"columns_left", "rows_without_shape"}


def test_sheets_and_text(monkeypatch):
    assert of(".xlsx") == {"shapes_as_points": {"count": 2}, "no_crs": {}}
    assert set(of(".csv")) == {"values_as_text", "no_crs"} and set(of(".kml")) == {"values_as_text"}
    small = replace(LIMITS[".xlsx"], rows=2, whole=2024, text_chars=128)
    monkeypatch.setattr(limits, "LIMITS", {".xlsx": small})
    found = of(".xlsx")
    assert found["rows_too_many"] == {"count": 1, "most": 2}
    assert found["numbers_rounded"]["count"] == 1 and found["texts_shortened"]["count"] == 1
