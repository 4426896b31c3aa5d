"""The lasting child of `layers.exchange.pieces`: `python -m layers.exchange.pieces_worker MEMORY`.

A question is a line of JSON and `size` bytes after it, an answer too; `number` says which belongs to which.
It ends when nobody can ask any more. Only here are basemap files opened and pictures in them decoded.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from layers.exchange.worker import limit_memory, shut_off_network

OPEN_FILES = 4
_files: dict[str, sqlite3.Connection] = {}


def main(memory: int) -> int:
    """Answer until the questions end."""
    limit_memory(memory)
    shut_off_network()
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    questions = sys.stdin.buffer
    while line := questions.readline():
        request = json.loads(line)
        head, body = _answer(request, questions.read(request["size"]))
        answers.write(json.dumps({**head, "number": request["number"], "size": len(body)}).encode() + b"\n")
        answers.write(body)
        answers.flush()
    return 0


def _answer(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    from layers.errors import PlannerError

    name = Path(request.get("path", "")).name
    try:
        return _WAYS[request["do"]](request, data)
    except PlannerError as error:
        fields = {key: str(value) for key, value in error.fields.items()}
        return {"error": error.code, "fields": fields}, b""
    except MemoryError:
        return {"error": "reader_too_large", "fields": {"code": "0"}}, b""
    except Exception as error:  # noqa: BLE001 - whatever a library throws becomes a sentence
        reason = f"{type(error).__name__}: {str(error)[:200]}"
        return {"error": "raster_unreadable", "fields": {"path": name, "reason": reason}}, b""


def _tiles_facts(request: dict[str, Any], _data: bytes) -> tuple[dict[str, Any], bytes]:
    from layers.errors import InputError

    path = Path(request["path"])
    if (kept := _files.pop(request["path"], None)) is not None:  # it may be another file by now
        kept.close()
    try:
        with closing(_connected(path)) as file:
            said = {str(k): str(v) for k, v in file.execute("SELECT name, value FROM metadata")}
            levels = file.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
    except sqlite3.Error as error:
        raise InputError("basemap_not_tiles", path=path.name, reason=str(error)) from error
    facts = {
        "title": said.get("name", ""),
        "credit": said.get("attribution", ""),
        "format": said.get("format", "png").lower(),
        "levels": None if levels[0] is None else [int(level) for level in levels],
    }
    return {"facts": facts}, b""


def _tile(request: dict[str, Any], _data: bytes) -> tuple[dict[str, Any], bytes]:
    place = request["path"]
    if place not in _files:
        while len(_files) >= OPEN_FILES:
            _files.pop(next(iter(_files))).close()
        _files[place] = _connected(Path(place))
    z, x, y = request["tile"]
    found = _files[place].execute(
        "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
        (z, x, 2**z - 1 - y),  # rows are counted from the south
    ).fetchone()
    if not found or not found[0]:
        return {}, b""
    return _pixels(_decode(bytes(found[0]), f"{Path(place).name} {z}/{x}/{y}"))


def _decoded(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    return _pixels(_decode(data, request["name"]))


def _raster(request: dict[str, Any], _data: bytes) -> tuple[dict[str, Any], bytes]:
    from layers.exchange.raster_pixels import raster_pixels

    return _pixels(raster_pixels(request))


def _decode(data: bytes, name: str) -> Any:
    from layers.exchange.raster_pixels import decode

    return decode(data, name)


def _pixels(pixels: Any) -> tuple[dict[str, Any], bytes]:
    return ({}, b"") if pixels is None else ({"shape": list(pixels.shape)}, pixels.tobytes())


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)


_WAYS: dict[str, Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]] = {
    "tiles_facts": _tiles_facts, "tile": _tile, "decode": _decoded, "raster": _raster,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
