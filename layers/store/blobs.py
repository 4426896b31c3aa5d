"""Files that are attached to features: kept whole in the project file, each content once, found by its hash.

A file is written in the transaction of the command that attaches it. Undo takes back the row that names it,
never the file: the journal still refers to it, and redo finds it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import apsw

from layers.errors import StoreError
from layers.store.columns import Reader


@dataclass(frozen=True, slots=True)
class Blob:
    """One file's content. sha256: 64 hexadecimal digits of `data`; media_type: as `image/jpeg`."""

    sha256: str
    media_type: str
    data: bytes


def blob_of(data: bytes, media_type: str) -> Blob:
    """Return a content with its hash."""
    return Blob(hashlib.sha256(data).hexdigest(), media_type, data)


def write_blobs(connection: apsw.Connection, blobs: Iterable[Blob]) -> None:
    """Keep contents that are not there yet; inside the command's transaction."""
    connection.executemany(
        "INSERT OR IGNORE INTO qitu_blobs (sha256, media_type, size, data) VALUES (?, ?, ?, ?)",
        [(blob.sha256, blob.media_type, len(blob.data), blob.data) for blob in blobs],
    )


def read_blob(reader: Reader, sha256: str) -> bytes:
    """Return a content; raises StoreError `blob_missing`, `blob_damaged` where its hash differs."""
    there = reader.rows("SELECT 1 FROM sqlite_master WHERE name = 'qitu_blobs'")
    rows = reader.rows("SELECT data FROM qitu_blobs WHERE sha256 = ?", (sha256,)) if there else []
    if not rows:
        raise StoreError("blob_missing", path=str(reader.path), sha256=sha256[:12])
    data = bytes(rows[0][0])
    if hashlib.sha256(data).hexdigest() != sha256:
        raise StoreError("blob_damaged", path=str(reader.path), sha256=sha256[:12])
    return data
