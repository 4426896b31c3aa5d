"""Our own part of the file: its version, the tables behind a plan, and which files are refused.

`user_version` belongs to GeoPackage, so our version is a row of `qitu_meta`; all our tables are
registered as a GeoPackage extension, so that other programs know whom they belong to.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import apsw

from layers.errors import InputError, StoreError
from layers.geo.crs import PlanningCrs
from layers.plan.digest import MODULUS, document_hash, format_digest
from layers.store.connection import folder_fault
from layers.store.geopackage import APPLICATION_IDS, register_extension

SCHEMA = 3      # what this program writes
READABLE = 1    # the oldest program that may still read what this one writes
EXTENSION = ("qitu_project", "QiTu project: layers, documents, journal, unfinished drawing", "read-write")
JOURNAL_MODE_WAL = 2  # bytes 18 and 19 of the file header

TABLES: Mapping[str, str] = {
    "qitu_meta": "key TEXT NOT NULL PRIMARY KEY, value",
    "qitu_layers": "kind TEXT NOT NULL PRIMARY KEY, table_name TEXT NOT NULL UNIQUE, digest TEXT",
    "qitu_documents": "collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,"
                      " PRIMARY KEY (collection, key)",
    "qitu_journal": "id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, at TEXT NOT NULL, op TEXT NOT NULL,"
                    " title TEXT NOT NULL, command TEXT NOT NULL, ref INTEGER, author TEXT NOT NULL,"
                    " row_count INTEGER NOT NULL, changes BLOB NOT NULL",
    "qitu_sketch": "id INTEGER PRIMARY KEY NOT NULL, at TEXT NOT NULL, data TEXT NOT NULL",
    "qitu_blobs": "sha256 TEXT NOT NULL PRIMARY KEY, media_type TEXT NOT NULL, size INTEGER NOT NULL,"
                  " data BLOB NOT NULL",
    "qitu_kept": "kind TEXT NOT NULL, fid INTEGER NOT NULL, column_name TEXT NOT NULL, value,"
                 " PRIMARY KEY (kind, fid, column_name)",
}
SHARED_TABLES = ("qitu_meta", "qitu_layers", "qitu_documents")  # a shared copy has no history

UPGRADES: Mapping[int, str] = {
    1: "",  # 2 has attached files: their table, which `create_tables` makes
    2: "",  # 3 has another form of many rows in the journal, which older programs do not read
}
"""Version -> script that makes a file of that version one of the next; run with the first command.

An upgrade only adds: a file of an older version must be readable before it has run.
"""


def create_tables(connection: apsw.Connection, names: tuple[str, ...] = tuple(TABLES)) -> None:
    """Make those of our tables that are not there yet."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for name in names:
        if name not in there:
            connection.execute(f"CREATE TABLE {name} ({TABLES[name]})")
            register_extension(connection, name, None, EXTENSION)


def write_meta(connection: apsw.Connection, values: Mapping[str, Any]) -> None:
    """Set rows of `qitu_meta`."""
    connection.executemany("INSERT OR REPLACE INTO qitu_meta VALUES (?, ?)", list(values.items()))


def read_meta(connection: apsw.Connection) -> dict[str, Any]:
    """Return all of `qitu_meta`."""
    return {str(key): value for key, value in connection.execute("SELECT key, value FROM qitu_meta")}


def upgrade(connection: apsw.Connection, found: int) -> None:
    """Bring a file of an older version up to ours; inside the first command's transaction."""
    for version in range(found, SCHEMA):
        connection.execute(UPGRADES[version])
    create_tables(connection)
    if found < SCHEMA:
        write_meta(connection, {"schema": SCHEMA, "readable": READABLE})


def check_file(path: Path) -> None:
    """Refuse what cannot be a file: StoreError `file_missing`, `file_is_folder`, `not_a_geopackage`."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise StoreError("file_missing", path=str(path)) from None
    if stat.S_ISDIR(mode):
        raise StoreError("file_is_folder", path=str(path))
    if not stat.S_ISREG(mode):
        raise StoreError("not_a_geopackage", path=str(path))
    if not os.access(path, os.R_OK):
        raise StoreError("file_no_access", path=str(path), detail="")


def read_header(connection: apsw.Connection) -> bytes:
    """Return the file's first 100 bytes as they are on disk.

    They are read through SQLite's own handle: opening the file a second time and closing it would
    drop this process' locks (POSIX).
    """
    return connection.read("main", 0, 0, 100)[1]


def check_project(connection: apsw.Connection, path: Path) -> dict[str, Any]:
    """Return `qitu_meta` of a file that is a project.

    Raises StoreError: `not_a_geopackage`, `not_a_project` (a GeoPackage of another program: import
    it), `schema_newer`, `file_damaged`.
    """
    header = read_header(connection)
    if not header.startswith(b"SQLite format 3\x00"):
        raise StoreError("not_a_geopackage", path=str(path))
    if int.from_bytes(header[68:72], "big") not in APPLICATION_IDS:
        raise StoreError("not_a_geopackage", path=str(path))
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "qitu_meta" not in tables:
        raise StoreError("not_a_project", path=str(path))
    meta = read_meta(connection)
    try:
        schema, readable, epsg = int(meta["schema"]), int(meta["readable"]), int(meta["crs"])
        crs = PlanningCrs.from_epsg(epsg)
    except (KeyError, TypeError, ValueError, InputError):
        raise StoreError("file_damaged", path=str(path), detail="qitu_meta") from None
    if readable > SCHEMA:
        raise StoreError("schema_newer", path=str(path), found=schema, known=SCHEMA)
    absent = {*SHARED_TABLES, "gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"} - tables
    if absent:
        raise StoreError("file_damaged", path=str(path), detail=", ".join(sorted(absent)))
    return {**meta, "schema": schema, "crs": crs}


def read_only_reason(path: Path, schema: int) -> str | None:
    """Return why nothing can be written: `schema_newer`, `file_read_only`, `folder_read_only`, or None."""
    if schema > SCHEMA:
        return "schema_newer"
    if not os.access(path, os.W_OK):
        return "file_read_only"
    return folder_fault(path)


def canonical(value: Any) -> str:
    """Return a document's value as the text that is stored and compared."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_documents(connection: apsw.Connection) -> dict[str, dict[str, Any]]:
    """Return every document: collection -> key -> value; what is no JSON is left out."""
    documents: dict[str, dict[str, Any]] = {}
    for collection, key, text in connection.execute("SELECT collection, key, value FROM qitu_documents"):
        value = parse_document(text)
        if value is not None:
            documents.setdefault(collection, {})[key] = value
    return documents


def parse_document(text: object) -> Any:
    """Return the value of a stored document, None where there is none or it is no JSON."""
    try:
        return json.loads(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def documents_digest(connection: apsw.Connection) -> int:
    """Return the sum of the hashes of all documents as they stand in the file."""
    rows = connection.execute("SELECT collection, key, value FROM qitu_documents")
    return sum(document_hash(*row) for row in rows) % MODULUS


def parse_digest(text: object) -> int | None:
    """Return a stored digest, None where it is missing or damaged."""
    try:
        return int(str(text), 16)
    except ValueError:
        return None


def stored_digests(connection: apsw.Connection) -> dict[str, int | None]:
    """Return the digests of the layers' rows (kind id -> digest) as this program last wrote them."""
    rows = connection.execute("SELECT kind, digest FROM qitu_layers")
    return {str(kind): parse_digest(text) for kind, text in rows}


def store_digests(connection: apsw.Connection, digests: Mapping[str, int | None]) -> None:
    """Set the digests of layers (kind -> digest, None where it is not known)."""
    connection.executemany("UPDATE qitu_layers SET digest = ? WHERE kind = ?", [
        (None if digest is None else format_digest(digest), kind) for kind, digest in digests.items()])
