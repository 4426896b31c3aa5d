"""Shapefile: records found by ourselves, shapes of several parts by GDAL over an index of our own, attributes
from `dbf`.

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
from layers.exchange.formats.shp_records import HEAD, Records, scan, simple_shapes
from layers.exchange.source import Flag, LayerInfo, Note, RawLayer, Source
from layers.geo.simple_shapes import SimpleShapes

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions

LEGEND, LEGEND_BYTES = "_字段说明.txt", 200_000


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return the one layer of a Shapefile."""
    data = path.read_bytes()
    if len(data) < HEAD:
        raise InputError("shp_damaged", name=path.name)
    index = _beside(path, ".shx")
    stated = None if index is None else index.read_bytes()
    notes: list[Note] = []
    records, fine, cut = scan(data, stated or b"")
    tell(0.2)
    declared_shapes = max(_declared_by_index(stated, notes), len(records) + (1 if cut else 0))
    shapes = _shapes(data, records[fine], path, work)
    if options.send is not None and isinstance(shapes, SimpleShapes):
        options.send(shapes)
    tell(0.6)
    attributes = read_attributes(path, options, notes)
    flags = [Flag(at + 1, "shape_cut") for at in np.flatnonzero(~fine).tolist()]
    flags += [Flag(row, "shape_cut") for row in range(len(records) + 1, declared_shapes + 1)]
    layer = join_rows(path, np.flatnonzero(fine), shapes, declared_shapes, attributes, flags)
    layer.notes.extend(notes)
    prj = _beside(path, ".prj")
    if prj is not None:
        layer.stated = stated_from_prj(prj.read_bytes())
    return Source("shapefile", [LayerInfo(path.stem, layer.declared)], layer)


def _declared_by_index(data: bytes | None, notes: list[Note]) -> int:
    if data is None:
        notes.append(("index_missing", {}))
        return 0
    if len(data) < HEAD or data[:4] != b"\x00\x00\x27\x0a":
        notes.append(("index_damaged", {}))
        return 0
    stated = (struct.unpack(">i", data[24:28])[0] * 2 - HEAD) // 8
    there = (len(data) - HEAD) // 8
    if stated != there:
        notes.append(("index_damaged", {}))
    return max(there, stated if 0 <= stated <= there + 10_000_000 else 0)


def _shapes(data: bytes, records: Records, path: Path, work: Path) -> np.ndarray | SimpleShapes:
    """Shapes of the records: those of one part as they lie there, the others by GDAL."""
    found = simple_shapes(data, records)
    if found is None:
        return _by_gdal(data, records, path, work)
    simple, positions = found
    if len(simple) == len(records):
        return simple
    shapes = np.empty(len(records), object)
    shapes[positions] = simple.shapes()
    others = np.delete(np.arange(len(records)), positions)
    shapes[others] = _by_gdal(data, records[others], path, work)
    return shapes


def _by_gdal(data: bytes, records: Records, path: Path, work: Path) -> np.ndarray:
    """Shapes of records, read over an index that names only those."""
    if not len(records):
        return np.empty(0, object)
    from layers.exchange.formats.gdal_geometry import read_geometry

    folder = work / "shape"
    folder.mkdir(exist_ok=True)
    target = folder / "layer.shp"
    try:
        os.symlink(path.resolve(), target)
    except OSError:
        shutil.copyfile(path, target)
    index = (np.column_stack([records.offsets, records.lengths]) // 2).astype(">i4")
    head = bytearray(data[:HEAD])
    head[24:28] = struct.pack(">i", (HEAD + 8 * len(records)) // 2)
    (folder / "layer.shx").write_bytes(bytes(head) + index.tobytes())
    shapes = read_geometry(target)
    if len(shapes) != len(records):
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
    path: Path,
    good: np.ndarray,
    shapes: np.ndarray | SimpleShapes,
    declared_shapes: int,
    dbf: Dbf | None,
    flags: list[Flag],
) -> RawLayer:
    if dbf is None:
        return RawLayer(path.stem, declared_shapes, (good + 1).tolist(), {}, shapes, flags)
    declared = max(declared_shapes, dbf.declared)
    flagged = {flag.row for flag in flags}
    for row in range(min(declared_shapes, dbf.whole) + 1, declared + 1):
        if row in flagged:
            continue
        flags.append(Flag(row, "no_shape" if row > declared_shapes else "attributes_cut"))
    gone = set(dbf.deleted)
    flags.extend(Flag(row, "row_deleted") for row in sorted(gone) if row not in flagged)
    chosen = np.flatnonzero((good < dbf.whole) & ~np.isin(good + 1, dbf.deleted))
    rows = (good[chosen] + 1).tolist()
    if len(rows) == dbf.whole:
        columns = dbf.columns
    else:
        columns = {heading: [values[row - 1] for row in rows] for heading, values in dbf.columns.items()}
    if dbf.flags:
        there = set(rows)
        flags.extend(flag for flag in dbf.flags if flag.row in there)
    guess = dbf.encoding
    return RawLayer(
        path.stem,
        declared,
        rows,
        columns,
        shapes[chosen],
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
