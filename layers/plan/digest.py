"""Order-independent digests of tables: a sum of row hashes that an edit moves by its rows only.

A row's hash is BLAKE2b (128 bits) over its id, its non-null values in column order of their names, and
the WKB of its geometry. A table's digest is the sum of its rows' hashes modulo 2**128, so that one edit
costs two hashes whatever the table's size, and row order does not matter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

import numpy as np
import shapely

MODULUS = 1 << 128
GEOMETRY = "geom"


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_TEXT_OF: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: int.__repr__,
    float: lambda value: float.__repr__(value) if isfinite(value) else _encode(value),
    type(None): lambda _: "",
}
"""What `_encode` makes of a value, by its type, without its cost a call; null is left out of a row."""


def row_hash(fid: int, row: Mapping[str, Any]) -> int:
    """Return the 128-bit hash of one row; null values count as absent."""
    values = {name: value for name, value in row.items() if name != GEOMETRY and value is not None}
    geometry = row.get(GEOMETRY)
    return _hash(_encode([fid, values]), None if geometry is None else wkb_of([geometry])[0])


def table_digest(
    fids: np.ndarray, columns: Mapping[str, np.ndarray], wkb: Sequence[bytes | None] | None = None
) -> int:
    """Return the digest of a whole table: row ids (n,) and columns (n,) by name, the geometry among them.

    wkb: what `wkb_of` makes of the geometry, where it is known already.
    """
    bodies: Iterable[bytes | None] = [None] * len(fids)
    if GEOMETRY in columns:
        bodies = wkb_of(columns[GEOMETRY]) if wkb is None else wkb
    cells = [_cells(name, columns[name]) for name in sorted(columns) if name != GEOMETRY]
    rows = map("".join, zip(*cells, strict=True)) if cells else [""] * len(fids)
    texts = (f"[{fid},{{{row[1:]}}}]" for fid, row in zip(fids.tolist(), rows, strict=True))
    return sum(map(_hash, texts, bodies)) % MODULUS


def wkb_of(geometry: Sequence[Any] | np.ndarray) -> list[bytes | None]:
    """Return shapes (n,) as little-endian WKB, None for none."""
    return list(shapely.to_wkb(geometry, byte_order=1))


def _cells(name: str, values: Sequence[Any] | np.ndarray) -> list[str]:
    """Each value of a column as `_encode` writes it, after a comma and its name; "" for null."""
    start = f",{encode_basestring(name)}:"
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
    types = set(map(type, listed))
    if types == {type(None)}:
        return [""] * len(listed)
    if len(types) == 1:
        text_of = _TEXT_OF.get(types.pop(), _encode)
        return [start + text_of(value) for value in listed]
    return ["" if value is None else start + _TEXT_OF.get(type(value), _encode)(value) for value in listed]


def _hash(text: str, body: bytes | None) -> int:
    whole = text.encode("utf-8", "surrogatepass")
    hasher = hashlib.blake2b(whole if body is None else whole + b"\x00" + body, digest_size=16)
    return int.from_bytes(hasher.digest(), "big")


def format_digest(digest: int) -> str:
    """Return a digest as 32 hexadecimal digits."""
    return f"{digest % MODULUS:032x}"


def document_hash(collection: str, key: str, text: str) -> int:
    """Return the 128-bit hash of one document, its value given as canonical JSON text."""
    return _hash(_encode([0, {"collection": collection, "key": key, "value": text}]), None)
