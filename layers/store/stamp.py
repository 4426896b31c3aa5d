"""How a store sees that somebody else has written to its file."""

from __future__ import annotations

from dataclasses import dataclass

import apsw

from layers.store.schema import JOURNAL_MODE_WAL, read_header

WAL_COUNTER = -1  # in a WAL file the header's counter says nothing


@dataclass(frozen=True, slots=True)
class Stamp:
    """What shows whether somebody else has written to the file.

    counter: the change counter of the file header; SQLite adds one for each transaction.
    written: the counter that the last transaction of this program left (kept in `qitu_meta`).
    version: `PRAGMA data_version` of the connection that looked; only that tells in a WAL file.
    entry: the newest journal entry.
    """

    counter: int
    written: int
    wal: bool
    version: int
    entry: int

    @property
    def ours(self) -> bool:
        """Whether the last transaction was this program's (perhaps in another process)."""
        return not self.wal and self.counter == self.written

    def same_state(self, other: Stamp) -> bool:
        """Whether nobody wrote between two looks through the same connection."""
        if self.wal or other.wal:
            return self.wal == other.wal and self.version == other.version
        return self.counter == other.counter


def look(connection: apsw.Connection) -> Stamp:
    """Return the stamp of the file as it is now, seen within one transaction."""
    nested = connection.in_transaction
    if not nested:
        connection.execute("BEGIN")
    try:
        row = connection.execute(
            "SELECT (SELECT value FROM qitu_meta WHERE key = 'counter'),"
            " ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'qitu_journal'), 0)").fetchone()
        version = connection.execute("PRAGMA data_version").fetchone()
        header = read_header(connection)
    finally:
        if not nested:
            connection.execute("COMMIT")
    assert row is not None and version is not None
    written = row[0] if isinstance(row[0], int) else WAL_COUNTER
    return Stamp(int.from_bytes(header[24:28], "big"), written,
                 header[18] == JOURNAL_MODE_WAL, int(version[0]), int(row[1]))
