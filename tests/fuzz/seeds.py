"""Whole files of every format, from which the damaged ones are made."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import shapely

from layers.catalogue.registry import default_catalogue
from layers.exchange.exporting import export_layer
from layers.geo.crs import PlanningCrs
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.policy import load_policy

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "files"
OFFICE = Path(__file__).resolve().parents[1] / "layers" / "exchange" / "office"
GPX = (
    '<?xml version="1.0"?>'
    '<gpx version="1.1"><wpt lat="48.6" lon="119.7"><name>甲</name></wpt><trk><name>乙</name>'
    '<trkseg><trkpt lat="48.6" lon="119.7"/><trkpt lat="48.7" lon="119.8"/></trkseg></trk></gpx>'
)


def small_plan() -> Plan:
    """A plan with a few zones and a few points."""
    catalogue = default_catalogue()
    zones = [
        {
            "code": f"Z{at}",
            "name": f"红线{at}",
            "area_ha": 1.5 * at,
            "note": "说明",
            "geom": shapely.box(500_000 + 900 * at, 5_400_000, 500_800 + 900 * at, 5_400_700).difference(
                shapely.box(500_100 + 900 * at, 5_400_100, 500_200 + 900 * at, 5_400_200)
            ),
        }
        for at in range(12)
    ]
    points = [
        {
            "code": f"C{at}",
            "name": f"卫生室{at}",
            "doctors": at,
            "operating": at % 2,
            "opened_on": "2021-05-01",
            "geom": shapely.Point(500_000 + 300 * at, 5_400_000),
        }
        for at in range(12)
    ]
    return Plan(
        catalogue,
        PlanningCrs.from_epsg(4549),
        {
            "red_line": Table.from_rows(catalogue["red_line"], zones),
            "clinic": Table.from_rows(catalogue["clinic"], points),
        },
    )


def make_seeds(folder: Path) -> dict[str, tuple[Path, str]]:
    """Write the whole files; returns format -> (file to import, suffix of the part that is damaged)."""
    plan, policy = small_plan(), load_policy(None)
    seeds: dict[str, tuple[Path, str]] = {}
    for suffix in (".gpkg", ".geojson", ".kml", ".dxf", ".csv", ".txt"):
        file = folder / f"zones{suffix}"
        export_layer(plan, "red_line", file, policy=policy)
        seeds[suffix] = (file, suffix)
    export_layer(plan, "clinic", folder / "points.xlsx", policy=policy)
    seeds[".xlsx"] = (folder / "points.xlsx", ".xlsx")
    export_layer(plan, "red_line", folder / "shape.shp", policy=policy)
    for part in (".shp", ".dbf", ".shx"):
        seeds[f".shp {part}"] = (folder / "shape.shp", part)
    with zipfile.ZipFile(folder / "shape.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.glob("shape.*")):
            if file.suffix != ".zip":
                archive.write(file, file.name)
    seeds[".zip"] = (folder / "shape.zip", ".zip")
    with zipfile.ZipFile(folder / "zones.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "zones.kml", "doc.kml")
    seeds[".kmz"] = (folder / "zones.kmz", ".kmz")
    (folder / "track.gpx").write_text(GPX, "utf-8")
    seeds[".gpx"] = (folder / "track.gpx", ".gpx")
    _flatgeobuf(folder / "zones.fgb", plan)
    seeds[".fgb"] = (folder / "zones.fgb", ".fgb")
    for suffix in (".ods", ".xls"):
        seeds[suffix] = (
            Path(shutil.copyfile(OFFICE / f"clinics{suffix}", folder / f"clinics{suffix}")),
            suffix,
        )
    shutil.copyfile(CORPUS / "xlsx_id_as_number.xlsx", folder / "ids.xlsx")
    return seeds


def _flatgeobuf(path: Path, plan: Plan) -> None:
    from pyogrio import raw

    table = plan.tables["red_line"]
    names = np.empty(len(table), object)
    names[:] = list(table.column("name"))
    raw.write(
        str(path),
        geometry=np.array(shapely.to_wkb(table.geometry), object),
        field_data=[names],
        fields=np.array(["name"], object),
        driver="FlatGeobuf",
        geometry_type="MultiPolygon",
        crs="EPSG:4549",
    )
