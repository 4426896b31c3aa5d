"""Changes with blocks as the journal keeps them.

`c`, a check sum (CRC-32, 4 bytes) of all that follows, the number of runs (4 bytes) and their lengths (8
bytes each), the runs: first the JSON (deflated), then what it refers to (`layers.plan.sections`). All
little-endian.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from layers.geo.simple_shapes import SimpleShapes
from layers.plan.digest import GEOMETRY
from layers.plan.sections import Sections, Stored

if TYPE_CHECKING:
    from layers.plan.blocks import RowBlock

MARK = b"c"
_NUMBER, _CHECK = struct.Struct("<I"), struct.Struct("<I")


def pack(record: dict[str, Any], blocks: Sequence[RowBlock]) -> bytes:
    """Return the bytes of blocks, and of what else JSON holds of a command."""
    sections = Sections()
    whole = {**record, "b": [_to_record(block, sections) for block in blocks]}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    parts = [zlib.compress(text, 1), *sections.parts]
    lengths = struct.pack(f"<{len(parts)}Q", *map(len, parts))
    body = b"".join((_NUMBER.pack(len(parts)), lengths, *parts))
    return b"".join((MARK, _CHECK.pack(zlib.crc32(body)), body))


def unpack(data: bytes) -> tuple[dict[str, Any], tuple[RowBlock, ...]]:
    """Read what `pack` wrote; raises ValueError, struct.error or zlib.error where a bit of it has changed."""
    body = memoryview(data)[len(MARK) + _CHECK.size :]
    if zlib.crc32(body) != _CHECK.unpack_from(data, len(MARK))[0]:
        raise ValueError("a check sum that does not fit")
    (count,) = _NUMBER.unpack_from(body)
    lengths = struct.unpack_from(f"<{count}Q", body, _NUMBER.size)
    at, parts = _NUMBER.size + 8 * count, []
    for length in lengths:
        parts.append(body[at : at + length])
        at += length
    record = json.loads(zlib.decompress(parts[0]).decode("utf-8", "surrogatepass"))
    stored = Stored(parts[1:])
    return record, tuple(_from_record(one, stored) for one in record["b"])


def _to_record(block: RowBlock, sections: Sections) -> dict[str, Any]:
    record: dict[str, Any] = {
        "kind": block.kind,
        "added": block.added,
        "digest": f"{block.digest:032x}",
        "fids": _fids(block.fids),
        "columns": {
            name: sections.column(values) for name, values in block.columns.items() if name != GEOMETRY
        },
        "shapes": None,
    }
    if GEOMETRY not in block.columns:
        return record
    simple = block.simple
    if simple is not None:
        counts = np.diff(simple.starts)
        record["shapes"] = {
            "type": simple.type,
            "counts": sections.integers(counts),
            "xy": [sections.numbers(simple.xy[:, axis]) for axis in (0, 1)],
        }
        return record
    pieces = [piece or b"" for piece in block.wkb]
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    record["shapes"] = {"lengths": sections.integers(lengths), "wkb": sections.packed(b"".join(pieces))}
    return record


def _from_record(record: dict[str, Any], stored: Stored) -> RowBlock:
    from layers.plan.blocks import RowBlock, as_objects

    first, count, *others = record["fids"]
    fids = np.array(others, np.int64) if others else np.arange(first, first + count, dtype=np.int64)
    columns = {name: stored.column(one) for name, one in record["columns"].items()}
    known: dict[str, Any] = {"digest": int(record["digest"], 16)}
    shapes = record["shapes"]
    if shapes is not None and "xy" in shapes:
        starts = np.concatenate([[0], np.cumsum(stored.integers(shapes["counts"]))]).astype(np.int64)
        xy = np.column_stack([stored.numbers(axis) for axis in shapes["xy"]])
        simple = SimpleShapes(int(shapes["type"]), xy, starts).checked()
        columns[GEOMETRY] = simple.shapes()
        known["simple"] = simple
    elif shapes is not None:
        ends = np.cumsum(stored.integers(shapes["lengths"])).tolist()
        whole = stored.packed(shapes["wkb"])
        pieces = [whole[start:end] or None for start, end in zip([0, *ends[:-1]], ends, strict=True)]
        columns[GEOMETRY] = np.asarray(shapely.from_wkb(as_objects(pieces)), object).reshape(-1)
    if any(len(values) != len(fids) for values in columns.values()):
        raise ValueError("a column of another length")
    return RowBlock(record["kind"], fids, columns, bool(record["added"]), known)


def _fids(fids: np.ndarray) -> list[int]:
    """Ids in a row as (first, count); others as (0, 0, every one)."""
    if len(fids) and int(fids[-1]) - int(fids[0]) + 1 == len(fids):
        return [int(fids[0]), len(fids)]
    return [0, 0, *fids.tolist()]
