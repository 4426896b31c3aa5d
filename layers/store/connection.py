"""Connections to a project file: how they are set up, and what SQLite's errors mean to a planner."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import apsw

from layers.errors import StoreError
from layers.store.binary import register_functions

BUSY_MS = 3_000  # how long to wait for another program's lock before saying so
ROWS_AT_ONCE = 50  # rows in one statement where many are inserted: more of them gain nothing
LONGEST_NAME = 255 - len("-journal")  # bytes; SQLite's journal must find room beside the file

_CODES: tuple[tuple[type[apsw.Error], str], ...] = (
    (apsw.BusyError, "file_locked"),
    (apsw.LockedError, "file_locked"),
    (apsw.FullError, "disk_full"),
    (apsw.ReadOnlyError, "file_read_only"),
    (apsw.CorruptError, "file_damaged"),
    (apsw.NotADBError, "not_a_geopackage"),
    (apsw.PermissionsError, "file_no_access"),
    (apsw.AuthError, "file_no_access"),
    (apsw.IOError, "disk_error"),
    (apsw.CantOpenError, "file_cannot_open"),
)
GONE = ("file_cannot_open", "file_read_only", "disk_error")
"""What SQLite may say of a file that is not where it was opened."""
_WRITE_FAILED = {apsw.SQLITE_IOERR_WRITE, apsw.SQLITE_IOERR_TRUNCATE}  # also a quota or a size limit
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def connect(path: Path, *, write: bool) -> apsw.Connection:
    """Open an existing project file.

    A connection that is not for writing still opens the file for writing where the system allows it, so
    that what a crash left half done can be rolled back; `query_only` keeps it from changing anything.
    """
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.set_busy_timeout(BUSY_MS)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    register_functions(connection)
    connection.execute("PRAGMA synchronous = EXTRA" if write else "PRAGMA query_only = ON")
    return connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the system into StoreError; nothing else leaves this package."""
    try:
        yield
    except apsw.Error as error:
        raise store_error(error, path) from error
    except UnicodeDecodeError as error:  # text of ours that is no UTF-8 any more
        raise StoreError("file_damaged", path=str(path), detail=str(error)) from error
    except OSError as error:
        code = "disk_full" if error.errno in _FULL else "disk_error"
        if isinstance(error, PermissionError):
            code = "file_no_access"
        raise StoreError(code, path=str(path), detail=error.strerror or str(error)) from error


def store_error(error: apsw.Error, path: Path) -> StoreError:
    """Return the StoreError that says what `error` means."""
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "store_failed")
    if getattr(error, "extendedresult", 0) in _WRITE_FAILED:
        code = "disk_full"
    if code in GONE and not path.exists():  # SQLite calls a file that was moved away read-only
        code = "file_missing"
    elif code == "file_cannot_open":
        code = folder_fault(path) or code
    return StoreError(code, path=str(path), detail=str(error))


def folder_fault(path: Path) -> str | None:
    """Return `folder_read_only` where no journal can be written beside the file, else None."""
    return None if os.access(path.parent, os.W_OK) else "folder_read_only"


def check_new_path(path: Path) -> None:
    """Raise StoreError where no new file can be made: `file_exists`, `folder_missing`,
    `file_name_too_long`."""
    if os.path.lexists(path):
        raise StoreError("file_exists", path=str(path))
    if not path.parent.is_dir():
        raise StoreError("folder_missing", path=str(path.parent))
    if len(os.fsencode(path.name)) > LONGEST_NAME:
        raise StoreError(
            "file_name_too_long", path=str(path), longest=LONGEST_NAME, characters=LONGEST_NAME // 3
        )


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return text as an SQL literal, for the few statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def insert_many(connection: apsw.Connection, into: str, columns: Sequence[Sequence[Any]]) -> None:
    """Insert rows given as columns (at least one, all of one length) into `into`, a table's name with those
    of its columns as SQL has them.

    Many rows a statement: each statement of its own would look up and write the table's last id, which costs
    more than the row.
    """
    width = len(columns)
    most = connection.limit(apsw.SQLITE_LIMIT_VARIABLE_NUMBER)
    cells = list(chain.from_iterable(zip(*columns, strict=True)))
    size = max(min(ROWS_AT_ONCE, most // width), 1) * width
    row = f"({','.join('?' * width)})"
    whole = len(cells) // size * size
    if whole:
        sql = f"INSERT INTO {into} VALUES {','.join([row] * (size // width))}"
        connection.executemany(sql, (cells[at : at + size] for at in range(0, whole, size)))
    if whole < len(cells):
        rest = ",".join([row] * ((len(cells) - whole) // width))
        connection.execute(f"INSERT INTO {into} VALUES {rest}", cells[whole:])


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """A write transaction: all of it or nothing, also when the commit itself fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have rolled back already; a second ROLLBACK would hide the first error.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
