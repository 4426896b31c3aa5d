"""A fresh project file: written whole beside its place, then moved there in one step."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import shapely
from numpy.typing import NDArray

from layers.catalogue.model import LayerKind
from layers.catalogue.registry import Catalogue
from layers.errors import InputError, StoreError
from layers.geo.crs import PlanningCrs
from layers.plan.digest import GEOMETRY
from layers.plan.plan import INFO, Plan
from layers.plan.table import Table
from layers.store.binary import bounds_of, encode_geometries, register_functions
from layers.store.columns import read_layout
from layers.store.connection import check_new_path, quoted, transaction, translated
from layers.store.geopackage import (
    FID,
    RTREE_EXTENSION,
    create_core,
    create_index,
    create_table,
    create_triggers,
    free_table_name,
    rtree_name,
    touch_contents,
)
from layers.store.qgis import write_style
from layers.store.rtree import Boxes, add_boxes
from layers.store.schema import (
    READABLE,
    SCHEMA,
    TABLES,
    canonical,
    create_tables,
    documents_digest,
    store_digests,
    write_meta,
)
from layers.store.writing import add_table, describe_geometry, encode_value

GEOMETRY_TYPES = {"Point": 0, "MultiLineString": 5, "MultiPolygon": 6}  # shapely's numbers
CHUNK = 20_000  # rows whose geometries are encoded at once


def create_project(path: str | Path, plan: Plan, *, title: str = "", bare: bool = False) -> None:
    """Write `plan` as a new project file at `path`.

    title: set as the project's title where the plan has none. bare: without what others make of the rows, the
    R-trees and the styles for QGIS: whole for us, a quarter smaller; `copy_project` adds them. The file
    appears complete or not at all; raises StoreError `file_exists`, `folder_missing`, `file_name_too_long`,
    `disk_full` ...
    """
    documents = {collection: dict(values) for collection, values in plan.documents.items()}
    if title and not plan.info.get("title"):
        documents.setdefault(INFO[0], {})[INFO[1]] = {**plan.info, "title": title}
    write_project(Path(path), plan, documents, tuple(TABLES), bare=bare)


def write_project(
    path: Path, plan: Plan, documents: Mapping[str, Mapping[str, Any]], own_tables: tuple[str, ...],
    *, bare: bool = False,
) -> None:
    """Write a plan's tables and `documents` as a new file that has `own_tables` of ours."""
    with _beside(path) as beside:
        _write(beside, plan, documents, own_tables, bare)


def copy_project(source: Path, path: str | Path, catalogue: Catalogue) -> None:
    """Copy a project file to a new place; tables that have no R-tree and no style for QGIS get them.

    The copy appears complete or not at all. Raises StoreError as `create_project`.
    """
    with _beside(Path(path)) as beside:
        shutil.copyfile(source, beside)
        with _unseen(beside) as connection:
            _complete(connection, catalogue)


def _complete(connection: apsw.Connection, catalogue: Catalogue) -> None:
    indexed = {name for (name,) in connection.execute(
        "SELECT table_name FROM gpkg_extensions WHERE extension_name = ?", (RTREE_EXTENSION[0],))}
    with transaction(connection):
        for kind_id, name in connection.execute("SELECT kind, table_name FROM qitu_layers").fetchall():
            kind = catalogue.kinds.get(kind_id)
            if kind is None or name in indexed:
                continue
            rows = connection.execute(f"SELECT {FID}, {GEOMETRY} FROM {quoted(name)}"
                                      ) if kind.geometry else ()
            found = [(fid, box) for fid, blob in rows if (box := bounds_of(blob)) is not None]
            fids = np.array([fid for fid, _ in found], np.int64)
            _add_derived(connection, kind, name, fids, np.array([box for _, box in found]).reshape(-1, 4))


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a name beside `path` for the file to be made, which gets its place when it is done."""
    path = Path(os.path.abspath(path))
    check_new_path(path)
    beside = path.parent / f".qitu-{uuid.uuid4().hex[:12]}.new"
    with translated(path):
        try:
            yield beside
            place(beside, path)
        finally:
            for suffix in ("", "-journal"):
                with suppress(FileNotFoundError):
                    os.unlink(f"{beside}{suffix}")


@contextmanager
def _unseen(path: Path) -> Iterator[apsw.Connection]:
    """Write to a file that nobody sees yet; afterwards it is on the disk and stands as written by us."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    try:
        register_functions(connection)
        # Nobody sees this file before it is complete and on the disk, so nothing need be undone in it.
        connection.execute(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            " PRAGMA secure_delete = ON; PRAGMA cache_size = -65536; PRAGMA encoding = 'UTF-8'"
        )
        yield connection
        counter = int.from_bytes(connection.read("main", 0, 24, 4)[1], "big")
        with transaction(connection):
            write_meta(connection, {"counter": counter + 1})
    finally:
        connection.close()
    _sync(path)


def _write(
    path: Path, plan: Plan, documents: Mapping[str, Mapping[str, Any]], own_tables: tuple[str, ...],
    bare: bool,
) -> None:
    with _unseen(path) as connection:
        with transaction(connection):
            create_core(connection, plan.crs)
            create_tables(connection, own_tables)
            digests: dict[str, int | None] = {}
            for kind, table in plan.layers():
                _write_table(connection, kind, table, plan.crs, bare)
                digests[kind.id] = table.digest
            store_digests(connection, digests)
            connection.executemany(
                "INSERT INTO qitu_documents VALUES (?, ?, ?)",
                [
                    (collection, key, canonical(value))
                    for collection, values in documents.items()
                    for key, value in values.items()
                ],
            )
            write_meta(
                connection,
                {
                    "schema": SCHEMA,
                    "readable": READABLE,
                    "crs": plan.crs.epsg,
                    "project": uuid.uuid4().hex,
                    "documents": f"{documents_digest(connection):032x}",
                    "counter": 1,
                },
            )
        connection.execute("VACUUM")


def _write_table(
    connection: apsw.Connection, kind: LayerKind, table: Table, crs: PlanningCrs, bare: bool
) -> None:
    name = free_table_name(connection, kind)
    add_table(connection, kind.id, name)
    create_table(connection, kind, name, crs)
    layout = read_layout(connection, kind, name)
    assert layout is not None
    names = (*kind.column_names, *((GEOMETRY,) if kind.geometry else ()))
    places = ", ".join("?" * (len(names) + 1))
    columns = ", ".join([FID, *map(quoted, names)])
    for column in kind.column_names:  # one odd value a type is enough to know that a column is not as stored
        for value in {type(value): value for value in table.column(column)}.values():
            encode_value(layout, column, value, crs)
    _check_geometries(kind, table)
    connection.executemany(
        f"INSERT INTO {quoted(name)} ({columns}) VALUES ({places})", _rows(kind, table, crs)
    )
    if not bare:
        boxes = shapely.bounds(table.geometry) if kind.geometry and len(table) else np.empty((0, 4))
        _add_derived(connection, kind, name, table.fids, boxes)
    if kind.geometry and table.bounds is not None:
        touch_contents(connection, name, table.bounds)


def _add_derived(
    connection: apsw.Connection, kind: LayerKind, table: str, fids: NDArray[np.int64], boxes: Boxes
) -> None:
    """Make a table's style for QGIS and its R-tree: boxes (n, 4) of the rows that have a shape."""
    write_style(connection, kind, table)
    if kind.geometry:
        create_index(connection, table)
        add_boxes(connection, rtree_name(table), fids, boxes)
        create_triggers(connection, table)


def _check_geometries(kind: LayerKind, table: Table) -> None:
    """Refuse geometries that the file would not give back as they are."""
    if not kind.geometry or not len(table):
        return
    geometries = table.geometry
    there = ~shapely.is_missing(geometries)
    wrong = there & (
        (shapely.get_type_id(geometries) != GEOMETRY_TYPES[kind.geometry])
        | shapely.has_z(geometries)
        | shapely.is_empty(geometries)
    )
    if wrong.any():
        found = geometries[int(np.flatnonzero(wrong)[0])]
        raise InputError(
            "geometry_wrong_type",
            kind=kind.title.zh,
            kind_en=kind.title.en,
            expected=kind.geometry,
            found=describe_geometry(found),
        )


def _rows(kind: LayerKind, table: Table, crs: PlanningCrs) -> Iterator[tuple[Any, ...]]:
    columns = [table.column(name) for name in kind.column_names]
    for start in range(0, len(table), CHUNK):
        part = slice(start, start + CHUNK)
        cells: list[Iterable[Any]] = [table.fids[part].tolist(), *(column[part] for column in columns)]
        if kind.geometry:
            cells.append(encode_geometries(table.geometry[part], crs.epsg))
        yield from zip(*cells, strict=True)


def place(beside: Path, path: Path) -> None:
    """Give a finished file its name, never over another file."""
    try:
        os.link(beside, path)  # unlike a rename, it fails where something has appeared there meanwhile
    except FileExistsError:
        raise StoreError("file_exists", path=str(path)) from None
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            raise StoreError("file_exists", path=str(path)) from None
        os.rename(beside, path)
    sync_folder(path.parent)


def _sync(path: Path) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a new name in `folder` outlast a power cut, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
