"""Order-independent digests of tables: a sum of row hashes that an edit moves by its rows only.

A row's hash is BLAKE2b (128 bits) over its id, its non-null values in column order of their names, and
the WKB of its geometry. A table's digest is the sum of its rows' hashes modulo 2**128, so that one edit
costs two hashes whatever the table's size, and row order does not matter.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

import numpy as np
import shapely

MODULUS = 1 << 128
GEOMETRY = "geom"
AT_ONCE = 4_000  # rows whose text is joined in one call, during which no other thread works
SAMPLE = 1_000  # values by which it is seen whether few words stand in many rows


_ESCAPED = re.compile(r'["\\\x00-\x1f]')  # what JSON text does not have as it is
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
    bodies: Sequence[bytes | None] = ()
    if GEOMETRY in columns:
        bodies = wkb_of(columns[GEOMETRY]) if wkb is None else wkb
    names = [name for name in sorted(columns) if name != GEOMETRY]
    total = 0
    for start in range(0, len(fids), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        texts = _texts(fids[part], [(name, columns[name][part]) for name in names])
        total += _sum_of_hashes(texts, bodies[part])
    return total % MODULUS


def _texts(fids: np.ndarray, columns: Sequence[tuple[str, np.ndarray]]) -> list[bytes]:
    """Each row as `row_hash` writes it, but for its geometry. columns: (name, values), in order of names."""
    if not len(fids):
        return []
    pieces: list[Iterable[str]] = []
    for name, values in columns:
        listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
        if listed.count(None) == len(listed):
            continue
        start = f"{',' if pieces else ''}{encode_basestring(name)}:"
        if not pieces and listed.count(None):  # the first value of a row, whichever it is, has no comma
            return _texts_with_gaps(fids, columns)
        pieces.extend(_cells(start, listed))
    heads = [f"[{fid},{{" for fid in fids.tolist()]
    return _cut("}]\n".join(map("".join, zip(heads, *pieces, strict=False))) + "}]")


def _texts_with_gaps(fids: np.ndarray, columns: Sequence[tuple[str, np.ndarray]]) -> list[bytes]:
    cells = []
    for name, values in columns:
        listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
        if listed.count(None) < len(listed):
            pieces = _cells(f",{encode_basestring(name)}:", listed)
            cells.extend(pieces)
    rows = map("".join, zip(*cells, strict=False))
    return _cut("\n".join([f"[{fid},{{{row[1:]}}}]" for fid, row in zip(fids.tolist(), rows, strict=False)]))


def _cut(text: str) -> list[bytes]:
    """Lines as bytes: JSON has no bare line's end, so that what is encoded at once is cut again there."""
    return text.encode("utf-8", "surrogatepass").split(b"\n")


def _sum_of_hashes(texts: Sequence[bytes], bodies: Sequence[bytes | None]) -> int:
    """Sum of rows' 128-bit hashes modulo 2**128. bodies: WKB of each row's shape or None; or nothing."""
    hashes, fresh = [], hashlib.blake2b(digest_size=16).copy  # a copy is made in half the time
    for text, body in zip(texts, bodies or repeat(None), strict=False):
        hasher = fresh()
        hasher.update(text if body is None else text + b"\x00" + body)
        hashes.append(hasher.digest())
    words = np.frombuffer(b"".join(hashes), ">u4").reshape(-1, 4).sum(axis=0, dtype=np.uint64).tolist()
    return sum(int(word) << shift for word, shift in zip(words, (96, 64, 32, 0), strict=True)) % MODULUS


def wkb_of(geometry: Sequence[Any] | np.ndarray) -> list[bytes | None]:
    """Return shapes (n,) as little-endian WKB, None for none."""
    return list(shapely.to_wkb(geometry, byte_order=1))


def _cells(start: str, listed: list[Any]) -> list[Iterable[str]]:
    """What stands in each row for a column after `start`, as pieces to be joined; one piece alone where some
    values are null, which is "" then."""
    types = set(map(type, listed))
    if types == {float} and np.isfinite(listed).all():
        distinct = set(listed)  # 0.0 and -0.0 are one there
        if len(distinct) * 4 < len(listed) and 0.0 not in distinct:
            numbers = {value: float.__repr__(value) for value in distinct}
            return [repeat(start), map(numbers.__getitem__, listed)]
        return [repeat(start), map(float.__repr__, listed)]
    if types == {int}:
        return [repeat(start), map(int.__repr__, listed)]
    if types == {str}:
        if _ESCAPED.search("".join(listed)) is None:
            return [repeat(f'{start}"'), listed, repeat('"')]
        return [repeat(start), map(encode_basestring, listed)]
    few = len(set(listed[:SAMPLE])) * 4 < min(len(listed), SAMPLE)
    if few and types <= {str, type(None)}:
        words = {value: "" if value is None else start + encode_basestring(value) for value in set(listed)}
        return [list(map(words.__getitem__, listed))]
    return [["" if value is None else start + _TEXT_OF.get(type(value), _encode)(value) for value in listed]]


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
