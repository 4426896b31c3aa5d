"""GeoPackage 1.4 (OGC 12-128r19): core tables, tables of features, R-trees, readable column names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import apsw

from layers.catalogue.model import Column, LayerKind
from layers.errors import InputError
from layers.geo.crs import PlanningCrs
from layers.plan.digest import GEOMETRY
from layers.store.connection import literal, quoted

APPLICATION_ID = int.from_bytes(b"GPKG", "big")
APPLICATION_IDS = frozenset({APPLICATION_ID, *(int.from_bytes(name, "big") for name in (b"GP10", b"GP11"))})
USER_VERSION = 10_400
FID = "fid"
SQL_TYPES = {"text": "TEXT", "integer": "INTEGER", "real": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
RESERVED_PREFIXES = ("gpkg", "sqlite_", "rtree_", "qitu_", "layer_styles", "idx_")

CORE = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
  description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
  identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
  definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT,
  title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL,
  value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN,
  description TEXT, CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""
SCHEMA_EXTENSION = ("gpkg_schema", "http://www.geopackage.org/spec140/#extension_schema", "read-write")
RTREE_EXTENSION = ("gpkg_rtree_index", "http://www.geopackage.org/spec140/#extension_rtree", "write-only")

_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",'
    '0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],'
    'AUTHORITY["EPSG","4326"]]'
)
_CGCS2000 = (
    'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,'
    '298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4490"]]'
)


def now() -> str:
    """Return the moment as GeoPackage writes it: UTC, milliseconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def create_core(connection: apsw.Connection, crs: PlanningCrs) -> None:
    """Make the core tables in an empty file, with the coordinate systems a project needs."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {USER_VERSION}")
    connection.execute(CORE)
    systems = [
        ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate system"),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate system"),
        ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84, "longitude/latitude on the WGS 84 spheroid"),
        ("China Geodetic Coordinate System 2000", 4490, "EPSG", 4490, _CGCS2000, "CGCS2000"),
        (crs.name_zh, crs.epsg, "EPSG", crs.epsg, crs.wkt("WKT1_GDAL"), crs.name_en),
    ]
    connection.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", systems)
    for table in ("gpkg_data_columns", "gpkg_data_column_constraints"):
        register_extension(connection, table, None, SCHEMA_EXTENSION)


def register_extension(
    connection: apsw.Connection, table: str, column: str | None, extension: tuple[str, str, str]
) -> None:
    """Enter an extension (name, definition, scope) for a table or one of its columns."""
    connection.execute("INSERT INTO gpkg_extensions VALUES (?,?,?,?,?)", (table, column, *extension))


def free_table_name(connection: apsw.Connection, kind: LayerKind) -> str:
    """Return a table name for `kind` that nothing in the file has: its Chinese title where it can be."""
    title = kind.title.zh.strip().replace("\x00", "") or kind.id
    if title.lower().startswith(RESERVED_PREFIXES):
        title = f"_{title}"
    taken = {
        str(name).casefold()
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master UNION SELECT table_name FROM gpkg_contents"
            " UNION SELECT identifier FROM gpkg_contents WHERE identifier NOT NULL"
        )
    }
    name, number = title, 1
    while name.casefold() in taken:
        number += 1
        name = f"{title}_{number}"
    return name


def create_table(connection: apsw.Connection, kind: LayerKind, table: str, crs: PlanningCrs) -> None:
    """Make the table of a kind and register it; R-tree and triggers come with `create_index`.

    The geometry stands last, so that reading another column never walks through the pages of long
    geometries. Raises InputError `column_names_clash` where names differ by case only or are taken.
    """
    names = [FID, *kind.column_names, *([GEOMETRY] if kind.geometry else [])]
    if len({name.casefold() for name in names}) < len(names):
        raise InputError("column_names_clash", kind=kind.title.zh, kind_en=kind.title.en)
    columns = [f"{FID} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"]
    columns += [f"{quoted(column.name)} {SQL_TYPES[column.type]}" for column in kind.columns]
    if kind.geometry:
        columns.append(f"{GEOMETRY} {kind.geometry.upper()}")
    connection.execute(f"CREATE TABLE {quoted(table)} ({', '.join(columns)})")
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)"
        " VALUES (?,?,?,?,?,?)",
        (
            table,
            "features" if kind.geometry else "attributes",
            table,
            kind.note.zh,
            now(),
            crs.epsg if kind.geometry else None,
        ),
    )
    if kind.geometry:
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,0,0)",
            (table, GEOMETRY, kind.geometry.upper(), crs.epsg),
        )
    describe_columns(connection, table, kind.columns)


def describe_columns(connection: apsw.Connection, table: str, columns: Iterable[Column]) -> None:
    """Give columns their Chinese names and choices, for programs that show them (schema extension)."""
    taken = {
        name
        for (name,) in connection.execute("SELECT name FROM gpkg_data_columns WHERE table_name = ?", (table,))
    }
    for column in columns:
        title = column.title.zh or column.name
        name, number = title, 1
        while name in taken:
            number += 1
            name = f"{title}_{number}"
        taken.add(name)
        constraint = _describe_choices(connection, table, column) if column.choices else None
        connection.execute(
            "INSERT OR REPLACE INTO gpkg_data_columns VALUES (?,?,?,?,?,NULL,?)",
            (table, column.name, name, title, column.title.en, constraint),
        )


def _describe_choices(connection: apsw.Connection, table: str, column: Column) -> str:
    name = f"{table}_{column.name}"
    connection.execute("DELETE FROM gpkg_data_column_constraints WHERE constraint_name = ?", (name,))
    connection.executemany(
        "INSERT INTO gpkg_data_column_constraints VALUES (?,'enum',?,NULL,NULL,NULL,NULL,?)",
        [(name, str(choice.value), choice.title.zh) for choice in column.choices],
    )
    return name


INDEX_SQL = "CREATE VIRTUAL TABLE {name} USING rtree(id, minx, maxx, miny, maxy)"


def rtree_name(table: str) -> str:
    """Return the name of a table's R-tree."""
    return f"rtree_{table}_{GEOMETRY}"


def create_index(connection: apsw.Connection, table: str) -> None:
    """Make the R-tree of a table and register it; `create_triggers` keeps it afterwards."""
    connection.execute(INDEX_SQL.format(name=quoted(rtree_name(table))))
    register_extension(connection, table, GEOMETRY, RTREE_EXTENSION)


_TRIGGERS = (
    ("insert", "INSERT", "{new_set}", "INSERT OR REPLACE INTO {rtree} VALUES ({values})"),
    (
        "update6",
        "UPDATE OF {geom}",
        "OLD.{fid} = NEW.{fid} AND {new_set} AND {old_set}",
        "UPDATE {rtree} SET minx = ST_MinX(NEW.{geom}), maxx = ST_MaxX(NEW.{geom}),"
        " miny = ST_MinY(NEW.{geom}), maxy = ST_MaxY(NEW.{geom}) WHERE id = NEW.{fid}",
    ),
    (
        "update7",
        "UPDATE OF {geom}",
        "OLD.{fid} = NEW.{fid} AND {new_set} AND (OLD.{geom} ISNULL OR ST_IsEmpty(OLD.{geom}))",
        "INSERT INTO {rtree} VALUES ({values})",
    ),
    (
        "update2",
        "UPDATE OF {geom}",
        "OLD.{fid} = NEW.{fid} AND (NEW.{geom} ISNULL OR ST_IsEmpty(NEW.{geom}))",
        "DELETE FROM {rtree} WHERE id = OLD.{fid}",
    ),
    (
        "update5",
        "UPDATE",
        "OLD.{fid} != NEW.{fid} AND {new_set}",
        "DELETE FROM {rtree} WHERE id = OLD.{fid}; INSERT OR REPLACE INTO {rtree} VALUES ({values})",
    ),
    (
        "update4",
        "UPDATE",
        "OLD.{fid} != NEW.{fid} AND (NEW.{geom} ISNULL OR ST_IsEmpty(NEW.{geom}))",
        "DELETE FROM {rtree} WHERE id IN (OLD.{fid}, NEW.{fid})",
    ),
    ("delete", "DELETE", "OLD.{geom} NOTNULL", "DELETE FROM {rtree} WHERE id = OLD.{fid}"),
)


def create_triggers(connection: apsw.Connection, table: str) -> None:
    """Make the triggers by which every program keeps the R-tree (GeoPackage 1.4, F.3)."""
    rtree = rtree_name(table)
    words = {
        "fid": FID,
        "geom": GEOMETRY,
        "rtree": quoted(rtree),
        "new_set": f"(NEW.{GEOMETRY} NOTNULL AND NOT ST_IsEmpty(NEW.{GEOMETRY}))",
        "old_set": f"(OLD.{GEOMETRY} NOTNULL AND NOT ST_IsEmpty(OLD.{GEOMETRY}))",
        "values": f"NEW.{FID}, ST_MinX(NEW.{GEOMETRY}), ST_MaxX(NEW.{GEOMETRY}),"
        f" ST_MinY(NEW.{GEOMETRY}), ST_MaxY(NEW.{GEOMETRY})",
    }
    for suffix, event, condition, action in _TRIGGERS:
        event, condition, action = (part.format(**words) for part in (event, condition, action))
        connection.execute(
            f"CREATE TRIGGER {quoted(f'{rtree}_{suffix}')} AFTER {event} ON {quoted(table)}"
            f" WHEN {condition} BEGIN {action}; END"
        )


def drop_table(connection: apsw.Connection, table: str) -> None:
    """Take a table, its R-tree and everything that is said about it out of the file."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (rtree_name(table),)).fetchone():
        connection.execute(f"DROP TABLE {quoted(rtree_name(table))}")
    connection.execute(f"DROP TABLE {quoted(table)}")
    constraints = (
        "SELECT constraint_name FROM gpkg_data_columns"
        f" WHERE table_name = {literal(table)} AND constraint_name NOTNULL"
    )
    connection.execute(f"DELETE FROM gpkg_data_column_constraints WHERE constraint_name IN ({constraints})")
    for register in ("gpkg_data_columns", "gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"):
        connection.execute(f"DELETE FROM {register} WHERE table_name = ?", (table,))


def touch_contents(
    connection: apsw.Connection, table: str, box: tuple[float, float, float, float] | None
) -> None:
    """Say that a table changed now, and widen its extent by `box` (min x, min y, max x, max y)."""
    if box is None:
        connection.execute("UPDATE gpkg_contents SET last_change = ? WHERE table_name = ?", (now(), table))
        return
    west, south, east, north = box
    connection.execute(
        "UPDATE gpkg_contents SET last_change = ?, min_x = min(ifnull(min_x, ?2), ?2),"
        " min_y = min(ifnull(min_y, ?3), ?3), max_x = max(ifnull(max_x, ?4), ?4),"
        " max_y = max(ifnull(max_y, ?5), ?5) WHERE table_name = ?6",
        (now(), west, south, east, north, table),
    )
