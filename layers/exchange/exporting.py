"""A layer, or chosen rows of it, as a file that others can open; through the release gate, written in the
child."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers.catalogue.model import Column, LayerKind
from layers.errors import InputError, RuleError, StoreError
from layers.exchange.parcel import pack_geometries
from layers.exchange.process import Cancelled, run_child
from layers.exchange.returning import HEADING, names_of, stamp
from layers.geo.crs import LONLAT_EPSG, transform_geometries
from layers.plan.plan import Plan
from layers.policy.bundle import Policy
from layers.release import INTERNAL, Field, allowed_columns, release_table, round_geometries

TABLE_IN, SHAPES_IN = "table.json", "in.npz"


@dataclass(frozen=True, slots=True)
class Format:
    """A format out. words: cells are the words people read; names: headings are our column names; lonlat:
    degrees; guard: text that a spreadsheet would run gets an apostrophe; returns: it comes back, so that each
    row tells what it was (`layers.exchange.returning`); shapes: kinds of geometry that it can hold."""

    writer: str
    words: bool = False
    names: bool = False
    lonlat: bool = False
    guard: bool = False
    returns: bool = False
    shapes: tuple[str, ...] = ("Point", "MultiLineString", "MultiPolygon", "")


FORMATS: Mapping[str, Format] = {
    ".gpkg": Format("gpkg", names=True),
    ".shp": Format("shapefile"),
    ".geojson": Format("geojson", names=True, lonlat=True),
    ".kml": Format("kml", words=True, lonlat=True, returns=True,
                   shapes=("Point", "MultiLineString", "MultiPolygon")),
    ".dxf": Format("dxf", words=True, shapes=("Point", "MultiLineString", "MultiPolygon")),
    ".csv": Format("csv", words=True, lonlat=True, guard=True),
    ".xlsx": Format("xlsx", words=True, lonlat=True),
    ".txt": Format("land_txt", words=True, shapes=("MultiPolygon",)),
}
"""File name ending -> how it is written (module of `layers.exchange.writers`)."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: files, headings, number of rows, rules of the release, columns left out, notes."""

    files: tuple[Path, ...]
    columns: tuple[str, ...]
    rows: int
    rules: tuple[str, ...]
    left_out: tuple[str, ...]
    notes: tuple[tuple[str, dict[str, Any]], ...]


def export_layer(
    plan: Plan,
    kind_id: str,
    out: Path,
    *,
    policy: Policy,
    audience: str = INTERNAL,
    fids: Collection[int] | None = None,
    language: str = "zh",
    cancelled: Cancelled | None = None,
) -> Exported:
    """Write a layer to `out` (its ending says the format); `fids`: only these rows.

    Raises InputError `format_unknown`, `format_without_shape`, `layer_absent`; RuleError `export_personal`;
    StoreError `file_exists`, `cannot_write`. Nothing is overwritten; on failure nothing is left.
    """
    form = FORMATS.get(out.suffix.lower())
    if form is None:
        raise InputError("format_unknown", suffix=out.suffix or out.name, known=" ".join(FORMATS))
    table = plan.table(kind_id)
    kind = table.kind
    if kind.geometry not in form.shapes:
        raise InputError("format_without_shape", suffix=out.suffix, kind=kind.title.zh, kind_en=kind.title.en)
    allowed = allowed_columns(plan.catalogue, audience=audience)
    if kind.id not in allowed:
        raise RuleError("export_personal", kind=kind.title.zh, kind_en=kind.title.en)
    if out.exists():
        raise StoreError("file_exists", path=str(out))
    chosen = (
        np.isin(table.fids, np.array(sorted(fids), np.int64))
        if fids is not None
        else np.ones(len(table), bool)
    )
    columns = [column for column in kind.columns if column.name in allowed[kind.id]]
    fields = [
        Field(column.name, column.name if form.names else column.title.in_language(language), column.privacy)
        for column in columns
    ]
    cells = {column.name: table.column(column.name)[chosen] for column in columns}
    records = [
        {column.name: _cell(column, cells[column.name][at], form, language) for column in columns}
        for at in range(int(chosen.sum()))
    ]
    released = release_table(
        fields,
        records,
        audience=audience,
        small_count=int(policy.rule("small_count").value),
        formulas=form.guard,
    )
    geometry, epsg = None, plan.crs.epsg
    if kind.geometry:
        geometry = round_geometries(table.geometry[chosen], policy, audience=audience)
        if form.lonlat:
            geometry, epsg = transform_geometries(geometry, epsg, LONLAT_EPSG), LONLAT_EPSG
    request = {
        "do": "write",
        "writer": form.writer,
        "name": out.stem,
        "suffix": out.suffix.lower(),
        "epsg": epsg,
        "geometry": kind.geometry,
        "title": kind.title.in_language(language),
        "wkt": plan.crs.wkt("WKT1_ESRI"),
        "zone": plan.crs.zone_number,
        "meridian": plan.crs.central_meridian,
        "label": _label(kind, columns),
        "types": [_type(column, form) for column in columns],
    }
    table_in = {"headings": list(released.headings), "rows": [list(row) for row in released.rows]}
    if form.returns and audience == INTERNAL:  # a digest of what the file itself says: it tells nothing else
        names = names_of(kind, allowed[kind.id])
        table_in["headings"].append(HEADING)
        request["types"].append("text")
        for row, fid in zip(table_in["rows"], np.asarray(table.fids)[chosen].tolist(), strict=True):
            row.append(stamp(names, table.row(fid)))

    def prepare(folder: Path) -> None:
        (folder / TABLE_IN).write_text(json.dumps(table_in, ensure_ascii=False), "utf-8")
        if geometry is not None:
            pack_geometries(folder / SHAPES_IN, geometry)

    with run_child(request, prepare=prepare, size=100 * len(records), cancelled=cancelled) as (
        folder,
        answer,
    ):
        files = _move([folder / "out" / name for name in answer["ok"]["files"]], out)
    rules = (*released.rules, *(("rounded",) if audience != INTERNAL and kind.geometry else ()))
    left_out = tuple(column.title.in_language(language) for column in kind.columns if column not in columns)
    return Exported(
        tuple(files),
        released.keys,
        len(records),
        rules,
        left_out,
        tuple((code, fields) for code, fields in answer["ok"]["notes"]),
    )


def _cell(column: Column, value: Any, form: Format, language: str) -> Any:
    if value is None or not form.words:
        return value
    if column.type == "boolean":
        return ("是" if value else "否") if language != "en" else ("yes" if value else "no")
    return column.choice_title(value, language) if column.choices else value


def _type(column: Column, form: Format) -> str:
    if form.words and (column.choices or column.type == "boolean"):
        return "text"
    return column.type


def _label(kind: LayerKind, columns: list[Column]) -> int:
    """Position of the column that names a feature, -1 for none."""
    names = [column.name for column in columns]
    return next((names.index(name) for name in (kind.name, kind.key) if name in names), -1)


def _move(made: list[Path], out: Path) -> list[Path]:
    """Bring finished files to where they are wanted: all of them or none."""
    targets = [out.with_name(file.name) for file in made]
    done: list[Path] = []
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        for target in targets:
            if target.exists():
                raise StoreError("file_exists", path=str(target))
        for file, target in zip(made, targets, strict=True):
            done.append(target)
            shutil.copyfile(file, target)
    except OSError as error:
        for target in done:
            target.unlink(missing_ok=True)
        raise StoreError("cannot_write", path=str(out), reason=error.strerror or str(error)) from error
    return targets


def centres(geometry: np.ndarray) -> np.ndarray:
    """Return a point inside each shape; None where there is none."""
    made = np.array(shapely.point_on_surface(geometry), object)
    made[shapely.is_missing(geometry) | shapely.is_empty(geometry)] = None
    return made
