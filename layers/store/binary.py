"""Geometries as GeoPackage writes them: a header with the envelope, then ISO WKB (OGC 12-128r19, 2.1.3)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

import apsw
import numpy as np
import shapely

_ENVELOPE_BYTES = (0, 32, 48, 48, 64, 0, 0, 0)
_BODY = tuple(8 + _ENVELOPE_BYTES[(flags >> 1) & 7] for flags in range(256))
_HEAD = struct.Struct("<2sBBi")
_POINT_BYTES = 8 + 21  # a header without an envelope, then byte order, type, x and y
_LITTLE, _LITTLE_BOX = 0x01, 0x03  # flags: little endian without and with an envelope of x and y
AT_ONCE = 500  # geometries decoded in one call, during which no other thread works (150 ms for 50,000)


def encode_geometry(geometry: shapely.Geometry | None, srs_id: int) -> bytes | None:
    """Return one geometry as a GeoPackage blob."""
    if geometry is None:
        return None
    body = shapely.to_wkb(geometry, flavor="iso", byte_order=1, output_dimension=2)
    if geometry.geom_type == "Point":
        return _HEAD.pack(b"GP", 0, _LITTLE, srs_id) + body
    west, south, east, north = geometry.bounds
    return _HEAD.pack(b"GP", 0, _LITTLE_BOX, srs_id) + struct.pack("<4d", west, east, south, north) + body


def encode_geometries(
    geometries: np.ndarray,
    srs_id: int,
    bodies: Sequence[bytes | None] | None = None,
    boxes: np.ndarray | None = None,
) -> list[bytes | None]:
    """Return shapely geometries (object array, None where missing; none is empty) as blobs.

    bodies: their little-endian 2D WKB; boxes: their bounds (n, 4), where these are known already.
    """
    if not len(geometries):
        return []
    if bodies is None:
        bodies = shapely.to_wkb(geometries, flavor="iso", byte_order=1, output_dimension=2)
    heads = np.zeros(len(geometries), np.dtype([("magic", "S2"), ("version", "u1"), ("flags", "u1"),
                                                ("srs", "<i4"), ("box", "<f8", 4)]))
    heads["magic"], heads["srs"] = b"GP", srs_id
    heads["box"] = (shapely.bounds(geometries) if boxes is None else boxes)[:, [0, 2, 1, 3]]
    points = bool((shapely.get_type_id(geometries) == 0).any())  # of one layer: all of them or none
    heads["flags"] = _LITTLE if points else _LITTLE_BOX
    boxed, data = heads.dtype.itemsize, heads.tobytes()
    size = 8 if points else boxed  # a point is its own envelope
    return [
        None if body is None else data[start:start + size] + body
        for start, body in zip(range(0, len(data), boxed), bodies, strict=True)
    ]


def bodies_of(blobs: Sequence[object]) -> list[bytes | None]:
    """Return the WKB of blobs as it stands there; None where there is none, or nothing that can be one."""
    return [_body(blob) for blob in blobs]


def decode_geometries(blobs: Sequence[object]) -> tuple[np.ndarray, list[int]]:
    """Return geometries (object array; None where missing or empty) and the places that cannot be read."""
    bodies = np.empty(len(blobs), object)
    try:
        bodies[:] = [None if blob is None else blob[_BODY[blob[3]]:] for blob in blobs]  # type: ignore[index]
    except (TypeError, IndexError):  # something that is no blob, or shorter than a header
        bodies[:] = [_body(blob) for blob in blobs]
    geometries = np.empty(len(bodies), object)
    for start in range(0, len(bodies), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        geometries[part] = shapely.from_wkb(bodies[part], on_invalid="ignore")
    missing = shapely.is_missing(geometries)
    bad = [at for at in np.flatnonzero(missing).tolist() if blobs[at] is not None]
    geometries[shapely.is_empty(geometries) & ~missing] = None
    return geometries, bad


def decode_geometry(blob: object) -> shapely.Geometry | None:
    """Return the geometry of one blob; None where it is missing, empty or cannot be read."""
    return decode_geometries([blob])[0][0]


def _body(blob: object) -> bytes | None:
    if isinstance(blob, bytes) and len(blob) > 8:
        return blob[_BODY[blob[3]]:]
    return None if blob is None else b"\x00"


def bounds_of(blob: object) -> tuple[float, float, float, float] | None:
    """Return (min x, min y, max x, max y) of a blob, from its envelope where it has one."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP" or blob[3] & 0x10:
        return None
    order = "<" if blob[3] & 1 else ">"
    if (blob[3] >> 1) & 7 and len(blob) >= 40:
        west, east, south, north = struct.unpack_from(order + "4d", blob, 8)
        return (west, south, east, north) if west == west else None
    if len(blob) == _POINT_BYTES and blob[8] == 1:  # what we write for a point
        kind, x, y = struct.unpack_from("<I2d", blob, 9)
        if kind == 1:
            return None if x != x else (x, y, x, y)
    geometry = decode_geometry(blob)
    return None if geometry is None else geometry.bounds


def register_functions(connection: apsw.Connection) -> None:
    """Give `connection` the functions that R-tree triggers call.

    They are innocuous (they only compute), so that triggers may call them though the schema of a
    foreign file is not trusted.
    """
    for name, place in (("ST_MinX", 0), ("ST_MinY", 1), ("ST_MaxX", 2), ("ST_MaxY", 3)):
        _register(connection, name, _coordinate(place))
    _register(connection, "ST_IsEmpty", lambda blob: None if blob is None else int(bounds_of(blob) is None))


def _coordinate(place: int) -> Callable[[object], float | None]:
    def coordinate(blob: object) -> float | None:
        bounds = bounds_of(blob)
        return None if bounds is None else bounds[place]
    return coordinate


def _register(connection: apsw.Connection, name: str, function: Callable[[Any], Any]) -> None:
    connection.create_scalar_function(name, function, 1, deterministic=True, flags=apsw.SQLITE_INNOCUOUS)
