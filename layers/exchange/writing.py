"""The child's side of an export: table and shapes in, files in FOLDER/out. Child process only."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from layers.exchange.exporting import SHAPES_IN, TABLE_IN
from layers.exchange.parcel import unpack_geometries
from layers.exchange.source import Note

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_words(value: object) -> str:
    """Return a value as words without the signs that XML forbids: with one no program opens the file."""
    return _NOT_IN_XML.sub("", str(value))


@dataclass(frozen=True, slots=True)
class Job:
    """What to write. types: of the columns; label: position of the column that names a feature, -1 for none.

    geometry: kind's type; shapes: (n,) or None; epsg: of the shapes; wkt: of the planning CRS for a .prj.
    """

    name: str
    suffix: str
    title: str
    headings: list[str]
    types: list[str]
    rows: list[list[Any]]
    label: int
    geometry: str
    shapes: np.ndarray | None
    epsg: int
    wkt: str
    zone: int
    meridian: int
    folder: Path
    notes: list[Note]

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}{self.suffix}"


def write_file(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Write one job; returns names of the files made and notes."""
    table = json.loads((folder / TABLE_IN).read_bytes())
    out = folder / "out"
    out.mkdir()
    shapes = unpack_geometries(folder / SHAPES_IN) if (folder / SHAPES_IN).is_file() else None
    keys = ("name", "suffix", "title", "types", "label", "geometry", "epsg", "wkt", "zone", "meridian")
    job = Job(
        headings=table["headings"],
        rows=table["rows"],
        shapes=shapes,
        folder=out,
        notes=[],
        **{key: request[key] for key in keys},
    )
    import_module(f"layers.exchange.writers.{request['writer']}").write(job)
    return {"files": sorted(file.name for file in out.iterdir() if file.is_file()), "notes": job.notes}
