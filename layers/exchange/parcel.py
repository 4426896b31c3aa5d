"""What child and parent hand each other: a folder with JSON and one file of WKB; nothing that could run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers.exchange.source import Flag, LayerInfo, RawLayer, Source, Stated

ANSWER, SHAPES = "answer.json", "shapes.npz"


def pack_source(folder: Path, source: Source) -> None:
    """Write a source for `unpack_source`."""
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
            "rows": layer.rows,
            "columns": layer.columns,
            "flags": [asdict(flag) for flag in layer.flags],
            "stated": asdict(layer.stated),
            "encoding": layer.encoding,
            "encoding_sure": layer.encoding_sure,
            "alternatives": layer.alternatives,
            "notes": layer.notes,
            "has_geometry": layer.geometry is not None,
        }
        if layer.geometry is not None:
            pack_geometries(folder / SHAPES, layer.geometry)
    write_answer(folder, {"ok": record})


def unpack_source(folder: Path, answer: dict[str, Any]) -> Source:
    """Return what `pack_source` wrote."""
    record = answer["ok"]
    layer = record["layer"]
    source = Source(
        record["format"],
        [LayerInfo(**info) for info in record["layers"]],
        notes=[tuple(note) for note in record["notes"]],
    )
    if layer is not None:
        geometry = unpack_geometries(folder / SHAPES) if layer.pop("has_geometry") else None
        flags = [Flag(**flag) for flag in layer.pop("flags")]
        notes = [tuple(note) for note in layer.pop("notes")]
        source.layer = RawLayer(
            geometry=geometry, flags=flags, stated=Stated(**layer.pop("stated")), notes=notes, **layer
        )
    return source


def pack_geometries(path: Path, geometry: np.ndarray) -> None:
    """Write shapely objects (n,) as one run of WKB with offsets; None has length 0."""
    pieces = [piece or b"" for piece in shapely.to_wkb(geometry)]
    lengths = np.fromiter((len(piece) for piece in pieces), np.int64, len(pieces))
    np.savez(path, data=np.frombuffer(b"".join(pieces), np.uint8), lengths=lengths)


def unpack_geometries(path: Path) -> np.ndarray:
    """Return shapely objects (n,)."""
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
