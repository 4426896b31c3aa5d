"""What one edit costs: `Session.do` on one cell of one row, on the disk when it returns; and undo."""

from __future__ import annotations

import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.run import percentile

EDITS, UNDOS = 60, 20


def edits(project: str, kind: str, column: str, values: tuple[object, object]) -> dict[str, float]:
    """Edit rows all over a layer, on a copy of the project; then undo some. Milliseconds, bytes."""
    from app.session import Session
    from layers.catalogue.text import Text
    from layers.plan.changes import Changes

    with tempfile.TemporaryDirectory(prefix="qitu-bench-") as folder:
        copy = Path(shutil.copy(project, folder))
        session = Session(author="")
        session.open(copy)
        count = len(session.plan.table(kind))
        fids = session.plan.table(kind).fids
        places = [int(fids[(at * 7919 * 104729) % count]) for at in range(EDITS + 1)]

        def edit(at: int) -> None:
            value = values[at % 2]

            def change(plan: object) -> Changes:
                table = session.plan.table(kind)
                row = table.row(places[at])
                wanted = value if row[column] != value else values[1 - at % 2]
                return Changes(rows=(table.update(places[at], {column: wanted}),))

            session.do(Text("改", "Edit"), change, command="set")

        first, = timed(1, lambda _: edit(EDITS))
        before = copy.stat().st_size
        did = timed(EDITS, edit)
        grown = (copy.stat().st_size - before) / EDITS
        undone = timed(UNDOS, lambda _: session.undo())
        session.close()
        return {"rows": count, "first_ms": first, "median_ms": statistics.median(did),
                "p99_ms": percentile(did, 0.99), "bytes": grown, "undo_ms": statistics.median(undone),
                "plain_ms": plain_commits(Path(folder), count)}


def plain_commits(folder: Path, rows: int) -> float:
    """Return the median of a plain commit on the same disk: one row of a bare table and one row of a log."""
    connection = sqlite3.connect(folder / "plain.sqlite", isolation_level=None)
    connection.executescript("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;"
                             " CREATE TABLE thing (id INTEGER PRIMARY KEY, members INTEGER);"
                             " CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT); BEGIN")
    connection.executemany("INSERT INTO thing VALUES (?, 1)", ((at,) for at in range(rows)))
    connection.execute("COMMIT")

    def edit(at: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE thing SET members = members + 1 WHERE id = ?", ((at * 7919) % rows,))
        connection.execute("INSERT INTO log (what) VALUES (?)", ("x" * 150,))
        connection.execute("COMMIT")

    took = timed(EDITS, edit)
    connection.close()
    return statistics.median(took)


def timed(count: int, what: Callable[[int], object]) -> list[float]:
    """Return milliseconds of each of `count` calls."""
    took = []
    for at in range(count):
        start = time.perf_counter()
        what(at)
        took.append((time.perf_counter() - start) * 1000)
    return took


def drop_cache(path: str) -> None:
    """Ask the system to forget a file's pages, where it can be asked."""
    if hasattr(os, "posix_fadvise"):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)
