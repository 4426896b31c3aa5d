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

import shapely

MODULUS = 1 << 128
GEOMETRY = "geom"


def row_hash(fid: int, row: Mapping[str, Any]) -> int:
    """Return the 128-bit hash of one row; null values count as absent."""
    values = {name: value for name, value in row.items() if name != GEOMETRY and value is not None}
    text = json.dumps([fid, values], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    hasher = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16)
    geometry = row.get(GEOMETRY)
    if geometry is not None:
        hasher.update(b"\x00" + shapely.to_wkb(geometry, byte_order=1))
    return int.from_bytes(hasher.digest(), "big")


def format_digest(digest: int) -> str:
    """Return a digest as 32 hexadecimal digits."""
    return f"{digest % MODULUS:032x}"
