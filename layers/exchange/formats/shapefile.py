"""Shapefile: records found by ourselves, shapes by GDAL over an index of our own, attributes from `dbf`.

So a missing, cut or lying .shx and a .dbf of another length cost no row unseen: declared = read + flagged.
"""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from layers.errors import InputError
from layers.exchange.crs_file import stated_from_prj
from layers.exchange.encoding import known_encoding, shown
from layers.exchange.formats.dbf import Dbf, read_dbf
from layers.exchange.formats.gdal_geometry import read_geometry
from layers.exchange.source import Flag, LayerInfo, Note, RawLayer, Source

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

SHAPES = frozenset({0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, 31})
POINTS, MULTIPOINTS = frozenset({1, 11, 21}), frozenset({8, 18, 28})
HEAD = 100
LEGEND, LEGEND_BYTES = "_字段说明.txt", 200_000
LENGTH, NUMBER, NUMBERS = struct.Struct(">i"), struct.Struct("<i"), struct.Struct("<ii")


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return the one layer of a Shapefile."""
    data = path.read_bytes()
    if len(data) < HEAD:
        raise InputError("shp_damaged", name=path.name)
    records, cut = scan(data)
    tell(0.2)
    notes: list[Note] = []
    declared_shapes = max(_declared_by_index(_beside(path, ".shx"), notes), len(records) + (1 if cut else 0))
    good = [at for at, record in enumerate(records) if record is not None]
    shapes = _shapes(data, records, path, work)
    tell(0.6)
    attributes = read_attributes(path, options, notes)
    flags = [
        Flag(row, "shape_cut")
        for row in range(1, declared_shapes + 1)
        if row > len(records) or records[row - 1] is None
    ]
    layer = join_rows(path, good, shapes, declared_shapes, attributes, flags)
    layer.notes.extend(notes)
    prj = _beside(path, ".prj")
    if prj is not None:
        layer.stated = stated_from_prj(prj.read_bytes())
    return Source("shapefile", [LayerInfo(path.stem, layer.declared)], layer)


def scan(data: bytes) -> tuple[list[tuple[int, int] | None], bool]:
    """Return (offset, content length) of each record in bytes, None for one that is no shape; and whether the
    file ends inside a record."""
    records: list[tuple[int, int] | None] = []
    stated = struct.unpack(">i", data[24:28])[0] * 2
    kind = struct.unpack("<i", data[32:36])[0]
    at, size = HEAD, len(data)
    length_at, add = LENGTH.unpack_from, records.append
    while at + 8 <= size:
        length = length_at(data, at + 4)[0] * 2
        if length < 4 or at + 8 + length > size:
            return records, True
        add((at, length) if _is_shape(data, at + 8, length, kind) else None)
        at += 8 + length
    return records, at < size or at < min(stated, size + 8)


def _is_shape(data: bytes, at: int, length: int, kind: int) -> bool:
    shape = NUMBER.unpack_from(data, at)[0]
    if shape == 0:
        return True
    if shape != kind or shape not in SHAPES:
        return False
    if shape in POINTS:
        return length >= 20
    if length < 40:
        return False
    if shape in MULTIPOINTS:
        return 0 <= NUMBER.unpack_from(data, at + 36)[0] <= (length - 40) // 16
    if length < 44:
        return False
    parts, points = NUMBERS.unpack_from(data, at + 36)
    if parts < 0 or points < 0 or 44 + 4 * parts + 16 * points > length:
        return False
    if parts == 1:
        return NUMBER.unpack_from(data, at + 44)[0] == 0
    starts = struct.unpack_from(f"<{parts}i", data, at + 44)
    return all(0 <= start < max(points, 1) for start in starts) and list(starts) == sorted(starts)


def _declared_by_index(path: Path | None, notes: list[Note]) -> int:
    if path is None:
        notes.append(("index_missing", {}))
        return 0
    data = path.read_bytes()
    if len(data) < HEAD or data[:4] != b"\x00\x00\x27\x0a":
        notes.append(("index_damaged", {}))
        return 0
    stated = (struct.unpack(">i", data[24:28])[0] * 2 - HEAD) // 8
    there = (len(data) - HEAD) // 8
    if stated != there:
        notes.append(("index_damaged", {}))
    return max(there, stated if 0 <= stated <= there + 10_000_000 else 0)


def _shapes(data: bytes, records: list[tuple[int, int] | None], path: Path, work: Path) -> np.ndarray:
    """Shapes of the records that are whole, read over an index that names only those."""
    whole = [record for record in records if record is not None]
    if not whole:
        return np.empty(0, object)
    folder = work / "shape"
    folder.mkdir(exist_ok=True)
    target = folder / "layer.shp"
    try:
        os.symlink(path.resolve(), target)
    except OSError:
        shutil.copyfile(path, target)
    index = (np.array(whole, np.int64) // 2).astype(">i4")
    head = bytearray(data[:HEAD])
    head[24:28] = struct.pack(">i", (HEAD + 8 * len(whole)) // 2)
    (folder / "layer.shx").write_bytes(bytes(head) + index.tobytes())
    shapes = read_geometry(target)
    if len(shapes) != len(whole):
        raise InputError("shp_damaged", name=path.name)
    return shapes


def read_attributes(path: Path, options: ReadOptions, notes: list[Note]) -> Dbf | None:
    """Return the table of `path`'s name, with its headings whole; None where there is none."""
    dbf, cpg = _beside(path, ".dbf"), _beside(path, ".cpg")
    if dbf is None:
        notes.append(("no_attributes", {}))
        return None
    wanted = known_encoding(options.encoding) if options.encoding else None
    text = cpg.read_bytes()[:64].decode("ascii", "replace") if cpg is not None else None
    found = read_dbf(dbf, cpg=text, encoding=wanted)
    found.columns = _whole_names(found.columns, path)
    if (
        text
        and not wanted
        and known_encoding(text) not in (found.encoding.encoding, None)
        and found.encoding.encoding != "ascii"
    ):
        notes.append(("cpg_lies", {"stated": text.strip(), "found": shown(found.encoding.encoding)}))
    if any("\ufffd" in heading for heading in found.columns):
        notes.append(("heading_cut", {"headings": [name for name in found.columns if "\ufffd" in name]}))
    return found


def join_rows(
    path: Path, good: list[int], shapes: np.ndarray, declared_shapes: int, dbf: Dbf | None, flags: list[Flag]
) -> RawLayer:
    if dbf is None:
        return RawLayer(path.stem, declared_shapes, [at + 1 for at in good], {}, shapes, flags)
    declared = max(declared_shapes, dbf.declared)
    flagged = {flag.row for flag in flags}
    for row in range(1, declared + 1):
        if row in flagged:
            continue
        if row > declared_shapes:
            flags.append(Flag(row, "no_shape"))
        elif row > dbf.whole:
            flags.append(Flag(row, "attributes_cut"))
    gone = set(dbf.deleted)
    flags.extend(Flag(row, "row_deleted") for row in sorted(gone) if row not in flagged)
    chosen = [position for position, at in enumerate(good) if at < dbf.whole and at + 1 not in gone]
    rows = [good[position] + 1 for position in chosen]
    if len(rows) == dbf.whole:
        columns = dbf.columns
    else:
        columns = {heading: [values[row - 1] for row in rows] for heading, values in dbf.columns.items()}
    there = set(rows)
    flags.extend(flag for flag in dbf.flags if flag.row in there)
    guess = dbf.encoding
    return RawLayer(
        path.stem,
        declared,
        rows,
        columns,
        shapes[np.array(chosen, np.intp)],
        flags,
        encoding=shown(guess.encoding),
        encoding_sure=guess.sure,
        alternatives=[shown(name) for name in guess.alternatives],
    )


def _whole_names(columns: dict[str, list[Any]], path: Path) -> dict[str, list[Any]]:
    """Headings as the legend beside the file tells them (our own exports bring one)."""
    legend = path.with_name(f"{path.stem}{LEGEND}")
    if not legend.is_file() or legend.stat().st_size > LEGEND_BYTES:
        return columns
    pairs = [
        line.split("\t", 1) for line in legend.read_text("utf-8-sig", "replace").splitlines() if "\t" in line
    ]
    whole = dict(pairs)
    names = [whole.get(heading, heading) for heading in columns]
    return dict(zip(names, columns.values(), strict=True)) if len(set(names)) == len(names) else columns


def _beside(path: Path, suffix: str) -> Path | None:
    """A side file, however its ending is written."""
    for name in (suffix, suffix.upper()):
        if path.with_suffix(name).is_file():
            return path.with_suffix(name)
    wanted = path.with_suffix(suffix).name.lower()
    return next((one for one in path.parent.iterdir() if one.name.lower() == wanted and one.is_file()), None)
