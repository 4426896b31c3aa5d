"""GeoPackage: a copy in the child's folder, read by SQLite with everything foreign switched off.

No trigger runs (nothing is written), no R-tree is trusted (the table itself is read), a -wal beside the file
comes along when it belongs to it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw
import numpy as np
import shapely

from layers.errors import InputError
from layers.exchange.crs_file import stated_from_text
from layers.exchange.formats.gdal_geometry import to_shapes
from layers.exchange.source import Flag, LayerInfo, Note, RawLayer, Source, Stated, safe_heading

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

ENVELOPES = (0, 32, 48, 48, 64)
UNFILED = "unfiled"  # tables that the file's own contents do not list: read when asked for by name
INNER = ("gpkg_", "rtree_", "sqlite_", "qitu_", "layer_styles", "ogr_", "idx_")


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return the layers of a GeoPackage; raises InputError `gpkg_damaged`, `gpkg_no_layers`."""
    from layers.exchange.reading import choose_layer

    notes: list[Note] = []
    connection = _open(path, work, notes)
    try:
        layers = _layers(connection, path)
        tell(0.2)
        filed = [info for info, *_ in layers if info.geometry != UNFILED]
        chosen = choose_layer(
            filed if filed and options.layer is None else [info for info, *_ in layers], options.layer
        )
        layer = None
        if chosen is not None:
            row = next(one for one in layers if one[0] is chosen)
            layer = _read_layer(connection, *row)
            if row[2] and _stale_index(connection, row[1], row[2], layer):
                layer.notes.append(("index_stale", {}))
        return Source("gpkg", [info for info, *_ in layers], layer, notes)
    except apsw.Error as error:
        raise InputError("gpkg_damaged", name=path.name, reason=str(error)[:120]) from None
    finally:
        connection.close()


def _open(path: Path, work: Path, notes: list[Note]) -> apsw.Connection:
    copy = work / "copy.gpkg"
    shutil.copyfile(path, copy)
    wal = path.with_name(path.name + "-wal")
    if wal.is_file() and wal.stat().st_size:
        shutil.copyfile(wal, work / "copy.gpkg-wal")
        try:
            return _checked(copy)
        except (apsw.Error, InputError):
            for side in ("-wal", "-shm"):
                (work / f"copy.gpkg{side}").unlink(missing_ok=True)
            shutil.copyfile(path, copy)
            notes.append(("wal_foreign", {}))
    try:
        return _checked(copy)
    except apsw.Error as error:
        raise InputError("gpkg_damaged", name=path.name, reason=str(error)[:120]) from None


def _checked(copy: Path) -> apsw.Connection:
    connection = apsw.Connection(str(copy))
    try:
        connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
        connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
        connection.pragma("query_only", 1)
        fault = next(iter(connection.execute("PRAGMA quick_check(1)")))[0]
        if fault != "ok":
            raise InputError("gpkg_damaged", name=copy.name, reason=str(fault)[:120])
    except BaseException:
        connection.close()
        raise
    return connection


def _layers(connection: apsw.Connection, path: Path) -> list[tuple[LayerInfo, str, str | None, Stated]]:
    """(info, table, geometry column, stated CRS) of each layer."""
    names = {name.lower() for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "gpkg_contents" not in names:
        raise InputError("gpkg_no_layers", name=path.name)
    columns = {}
    if "gpkg_geometry_columns" in names:
        columns = {
            table.lower(): (column, kind, srs)
            for table, column, kind, srs in connection.execute(
                "SELECT table_name, column_name, geometry_type_name, srs_id FROM gpkg_geometry_columns"
            )
        }
    layers = []
    for table, kind, _name in connection.execute(
        "SELECT table_name, data_type, identifier FROM gpkg_contents WHERE data_type IN"
        " ('features', 'attributes', 'aspatial') ORDER BY table_name"
    ):
        if table.lower() not in names or table == "layer_styles":
            continue
        column, shape, srs = columns.get(table.lower(), (None, "", None))
        count = next(iter(connection.execute(f"SELECT count(*) FROM {_quoted(table)}")))[0]
        info = LayerInfo(table, count, str(shape or ""))
        layers.append((info, table, column if kind == "features" else None, _stated(connection, srs, names)))
    if not layers:
        raise InputError("gpkg_no_layers", name=path.name)
    listed = {table.lower() for _, table, _, _ in layers}
    for (table,) in list(
        connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ):
        if table.lower() not in listed and not table.lower().startswith(INNER):
            count = next(iter(connection.execute(f"SELECT count(*) FROM {_quoted(table)}")))[0]
            layers.append((LayerInfo(table, count, UNFILED), table, None, Stated()))
    return layers


def _stale_index(connection: apsw.Connection, table: str, geometry: str, layer: RawLayer) -> bool:
    """Whether the file's R-tree differs from the shapes; programs that trust it miss rows."""
    try:
        found = list(
            connection.execute(
                "SELECT count(*), min(minx), max(maxx), min(miny), max(maxy) FROM "
                + _quoted(f"rtree_{table}_{geometry}")
            )
        )[0]
    except apsw.SQLError:
        return False
    shapes = layer.geometry if layer.geometry is not None else np.empty(0, object)
    there = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if found[0] != len(there):
        return True
    if not len(there):
        return False
    west, south, east, north = shapely.total_bounds(there)
    return not np.allclose(found[1:], (west, east, south, north), rtol=1e-5, atol=1e-9)


def _stated(connection: apsw.Connection, srs: int | None, names: set[str]) -> Stated:
    if srs in (None, 0, -1) or "gpkg_spatial_ref_sys" not in names:
        return Stated()
    for name, organisation, number, definition in connection.execute(
        "SELECT srs_name, organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys"
        " WHERE srs_id = ?",
        (srs,),
    ):
        if str(organisation).upper() == "EPSG":
            return stated_from_text(f"EPSG:{number}", "srs")
        found = stated_from_text(str(definition), "srs")
        return found if found.epsg else Stated(None, str(name), "srs")
    return Stated(None, f"srs_id {srs}", "srs")


def _read_layer(
    connection: apsw.Connection, info: LayerInfo, table: str, geometry: str | None, stated: Stated
) -> RawLayer:
    described = [
        (name, kind, key)
        for _, name, kind, _, _, key in connection.execute(f"PRAGMA table_info({_quoted(table)})")
    ]
    keys = {name for name, kind, key in described if key and str(kind).upper() == "INTEGER"}
    names = [name for name, _, _ in described if name != geometry and name not in keys]
    wanted = [*names, *([geometry] if geometry else [])]
    if not wanted:
        wanted = [name for name, _, _ in described]
        names = wanted
    rows = list(
        connection.execute(f"SELECT {', '.join(_quoted(name) for name in wanted)} FROM {_quoted(table)}")
    )
    flags: list[Flag] = []
    columns: dict[str, list[Any]] = {}
    by_column = list(zip(*rows, strict=True)) or [()] * len(wanted)
    for at, name in enumerate(names):
        heading = safe_heading(name, at, columns)
        columns[heading] = [
            _plain(value, number + 1, heading, flags) for number, value in enumerate(by_column[at])
        ]
    layer = RawLayer(
        info.name,
        max(info.count, len(rows)),
        list(range(1, len(rows) + 1)),
        columns,
        flags=flags,
        stated=stated,
        encoding="UTF-8",
    )
    layer.flags.extend(Flag(row, "row_unreadable") for row in range(len(rows) + 1, info.count + 1))
    if geometry:
        _add_geometry(layer, by_column[-1])
    return layer


def _add_geometry(layer: RawLayer, blobs: tuple[Any, ...]) -> None:
    from layers.exchange.reading import keep_rows

    layer.geometry, bad = to_shapes([_wkb(blob) for blob in blobs])
    if bad:
        layer.flags.extend(Flag(layer.rows[at], "geometry_broken") for at in bad)
        broken = set(bad)
        keep_rows(layer, [at for at in range(len(layer.rows)) if at not in broken])


def _wkb(blob: Any) -> bytes | None:
    """The WKB of a GeoPackage blob; what is no such blob is handed on, so that it counts as broken."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        return blob if isinstance(blob, bytes) and blob else b"\x00"
    kind = (blob[3] >> 1) & 7
    start = 8 + (ENVELOPES[kind] if kind < len(ENVELOPES) else 0)
    return blob[start:] or b"\x00"


def _plain(value: Any, row: int, heading: str, flags: list[Flag]) -> Any:
    if isinstance(value, bytes):
        flags.append(Flag(row, "value_binary", {"column": heading}, kept=True))
        return None
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
