"""What child and parent hand each other: a folder with JSON and files of bare numbers; nothing that could
run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from layers.exchange.source import Flag, LayerInfo, RawLayer, Source, Stated
from layers.geo.simple_shapes import LINE, MULTILINE, MULTIPOLYGON, POLYGON, SimpleShapes

if TYPE_CHECKING:
    from layers.exchange.ahead import Ahead

ANSWER, SHAPES, COLUMNS = "answer.json", "shapes.npz", "columns.npz"
XY, STARTS = "xy.bin", "starts.bin"
SENT_XY, SENT_STARTS = "sent-xy.bin", "sent-starts.bin"
SEPARATOR = "\x00"  # between texts that do not have it
SEVERAL = {LINE: MULTILINE, POLYGON: MULTIPOLYGON}
Made = tuple[SimpleShapes, np.ndarray, np.ndarray | None]
LONG = 1_000  # values of a column from which it is worth while to write it otherwise than as JSON


def pack_source(folder: Path, source: Source, sent: SimpleShapes | None = None) -> None:
    """Write a source for `unpack_source`. sent: shapes that lie in the folder already."""
    layer = source.layer
    record: dict[str, Any] = {
        "format": source.format,
        "notes": source.notes,
        "layers": [asdict(info) for info in source.layers],
        "layer": None,
    }
    if layer is not None:
        record["layer"] = {
            "name": layer.name,
            "declared": layer.declared,
            "rows": _short(layer.rows),
            "columns": pack_columns(folder / COLUMNS, layer.columns),
            "flags": [asdict(flag) for flag in layer.flags],
            "stated": asdict(layer.stated),
            "encoding": layer.encoding,
            "encoding_sure": layer.encoding_sure,
            "alternatives": layer.alternatives,
            "notes": layer.notes,
            "has_geometry": layer.geometry is not None,
            "simple": None,
            "sent": False,
        }
        if isinstance(layer.geometry, SimpleShapes):
            record["layer"]["simple"] = layer.geometry.type
            record["layer"]["sent"] = layer.geometry is sent
            if layer.geometry is not sent:
                write_simple(folder / XY, folder / STARTS, layer.geometry)
        elif layer.geometry is not None:
            pack_geometries(folder / SHAPES, layer.geometry)
    write_answer(folder, {"ok": record})


def unpack_source(folder: Path, answer: dict[str, Any], ahead: Ahead | None = None) -> Source:
    """Return what `pack_source` wrote. ahead: what was done meanwhile with shapes that were sent."""
    record = answer["ok"]
    layer = record["layer"]
    source = Source(
        record["format"],
        [LayerInfo(**info) for info in record["layers"]],
        notes=[tuple(note) for note in record["notes"]],
    )
    if layer is not None:
        there, simple, sent = layer.pop("has_geometry"), layer.pop("simple"), layer.pop("sent")
        reasons = None
        if simple is not None:
            done = (sent and ahead is not None and ahead.result()) or made_of(folder, int(simple), sent=sent)
            simple, geometry, reasons = done
        else:
            geometry = unpack_geometries(folder / SHAPES) if there else None
        flags = [Flag(**flag) for flag in layer.pop("flags")]
        notes = [tuple(note) for note in layer.pop("notes")]
        layer["rows"] = _long(layer["rows"])
        layer["columns"] = unpack_columns(folder / COLUMNS, layer["columns"])
        source.layer = RawLayer(
            geometry=geometry,
            simple=simple,
            reasons=reasons,
            flags=flags,
            stated=Stated(**layer.pop("stated")),
            notes=notes,
            **layer,
        )
    return source


def write_simple(xy: Path, starts: Path, shapes: SimpleShapes) -> None:
    """Write bare coordinates and where each shape begins."""
    shapes.xy.tofile(xy)
    shapes.starts.tofile(starts)


def read_simple(folder: Path, kind: int, *, sent: bool) -> SimpleShapes:
    """Read what `write_simple` wrote into a child's folder; raises ValueError where it does not fit together.

    Of several parts at once: every kind but that of points keeps its shapes so.
    """
    names = (SENT_XY, SENT_STARTS) if sent else (XY, STARTS)
    xy, starts = np.fromfile(folder / names[0]).reshape(-1, 2), np.fromfile(folder / names[1], np.int64)
    return SimpleShapes(SEVERAL.get(kind, kind), xy, starts).checked()


def made_of(folder: Path, kind: int, *, sent: bool) -> Made:
    """Return (bare coordinates, shapely objects, None for what is wrong with them: nobody has looked)."""
    simple = read_simple(folder, kind, sent=sent)
    return simple, simple.shapes(), None


def pack_columns(path: Path, columns: Mapping[str, list[Any]]) -> dict[str, Any]:
    """Return what JSON holds of columns: short ones whole. Of long ones numbers and text go beside it as they
    are, and of values that stand in many rows each goes once, with their places beside it."""
    record: dict[str, Any] = {}
    beside: dict[str, np.ndarray] = {}
    for at, (heading, values) in enumerate(columns.items()):
        record[heading] = values
        if len(values) < LONG:
            continue
        types = set(map(type, values))
        if types == {float}:
            beside[f"c{at}"] = np.array(values, np.float64)
            record[heading] = {"at": f"c{at}"}
        elif types <= {str, type(None)} and len(set(values[:LONG])) * 4 < LONG:
            place = {value: number for number, value in enumerate(dict.fromkeys(values))}
            if len(place) * 4 < len(values):
                beside[f"c{at}"] = np.fromiter(map(place.__getitem__, values), np.int32, len(values))
                record[heading] = {"at": f"c{at}", "of": list(place)}
        elif types == {str}:
            whole = SEPARATOR.join(values)
            if whole.count(SEPARATOR) == len(values) - 1:
                beside[f"c{at}"] = np.frombuffer(whole.encode("utf-8", "surrogatepass"), np.uint8)
                record[heading] = {"at": f"c{at}", "text": True}
    if beside:
        np.savez(path, **beside)  # type: ignore[arg-type]
    return record


def unpack_columns(path: Path, record: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what `pack_columns` was given."""
    columns: dict[str, list[Any]] = {}
    stored = np.load(path, allow_pickle=False) if path.is_file() else {}
    for heading, values in record.items():
        if isinstance(values, dict):
            numbers = stored[values["at"]]
            if "text" in values:
                values = numbers.tobytes().decode("utf-8", "surrogatepass").split(SEPARATOR)
            else:
                values = (np.array(values["of"], object)[numbers] if "of" in values else numbers).tolist()
        columns[heading] = values
    if path.is_file():
        stored.close()
    return columns


def _short(rows: list[int]) -> list[int] | dict[str, int]:
    """Numbers one after another as the first and how many."""
    if len(rows) >= LONG and rows == list(range(rows[0], rows[0] + len(rows))):
        return {"first": rows[0], "count": len(rows)}
    return rows


def _long(rows: list[int] | dict[str, int]) -> list[int]:
    return list(range(rows["first"], rows["first"] + rows["count"])) if isinstance(rows, dict) else rows


def pack_geometries(path: Path, geometry: np.ndarray) -> None:
    """Write shapely objects (n,) as one run of WKB with offsets; None has length 0."""
    import shapely

    pieces = [piece or b"" for piece in shapely.to_wkb(geometry)]
    lengths = np.fromiter((len(piece) for piece in pieces), np.int64, len(pieces))
    np.savez(path, data=np.frombuffer(b"".join(pieces), np.uint8), lengths=lengths)


def unpack_geometries(path: Path) -> np.ndarray:
    """Return shapely objects (n,)."""
    import shapely

    with np.load(path, allow_pickle=False) as stored:
        data, lengths = stored["data"].tobytes(), stored["lengths"]
    ends = np.cumsum(lengths)
    pieces = np.empty(len(lengths), object)
    pieces[:] = [
        data[end - length : end] if length else None
        for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)
    ]
    return np.array(shapely.from_wkb(pieces), object).reshape(-1)


def write_answer(folder: Path, answer: dict[str, Any]) -> None:
    """Write the answer whole: it is there completely or not at all."""
    beside = folder / (ANSWER + ".part")
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    beside.write_bytes(text.encode("utf-8", "replace"))
    beside.replace(folder / ANSWER)


def read_answer(folder: Path) -> dict[str, Any] | None:
    """Return the answer, None where there is none."""
    try:
        return json.loads((folder / ANSWER).read_bytes())
    except (OSError, ValueError):
        return None
