"""Order-independent digests of tables: a sum of row hashes that an edit moves by its rows only.

A row's hash is BLAKE2b (128 bits) over its id, its non-null values in column order of their names, and
the WKB of its geometry. A table's digest is the sum of its rows' hashes modulo 2**128, so that one edit
costs two hashes whatever the table's size, and row order does not matter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

MODULUS = 1 << 128
GEOMETRY = "geom"


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def row_hash(fid: int, row: Mapping[str, Any]) -> int:
    """Return the 128-bit hash of one row; null values count as absent."""
    values = {name: value for name, value in row.items() if name != GEOMETRY and value is not None}
    geometry = row.get(GEOMETRY)
    return _hash(fid, values, None if geometry is None else shapely.to_wkb(geometry, byte_order=1))


def table_digest(fids: np.ndarray, columns: Mapping[str, np.ndarray]) -> int:
    """Return the digest of a whole table: row ids (n,) and columns (n,) by name, the geometry among them."""
    names = [name for name in columns if name != GEOMETRY]
    bodies = shapely.to_wkb(columns[GEOMETRY], byte_order=1) if GEOMETRY in columns else [None] * len(fids)
    total = 0
    for fid, body, *row in zip(fids.tolist(), bodies, *(columns[name] for name in names), strict=True):
        total += _hash(
            fid, {name: value for name, value in zip(names, row, strict=True) if value is not None}, body
        )
    return total % MODULUS


def _hash(fid: int, values: Mapping[str, Any], body: bytes | None) -> int:
    hasher = hashlib.blake2b(_encode([fid, values]).encode("utf-8", "surrogatepass"), digest_size=16)
    if body is not None:
        hasher.update(b"\x00" + body)
    return int.from_bytes(hasher.digest(), "big")


def format_digest(digest: int) -> str:
    """Return a digest as 32 hexadecimal digits."""
    return f"{digest % MODULUS:032x}"


def document_hash(collection: str, key: str, text: str) -> int:
    """Return the 128-bit hash of one document, its value given as canonical JSON text."""
    return _hash(0, {"collection": collection, "key": key, "value": text}, None)
