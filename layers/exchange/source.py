"""What the child process found in a foreign file, before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layers.geo.simple_shapes import SimpleShapes

Note = tuple[str, dict[str, Any]]
"""(code, fields) of a remark on the whole layer; the words are `[ui.import_note_CODE]`."""

INSERTED = ("插入点X", "插入点Y")
"""Headings of the place where a block of a drawing stands, drawing units."""


@dataclass(slots=True)
class Flag:
    """Something about a row that was not as it should be.

    row: counted from 1 as in the file (without headings). kept: the row is there all the same, mended or
    with the doubtful value left out. The words are `[ui.flag_CODE]`.
    """

    row: int
    code: str
    fields: dict[str, Any] = field(default_factory=dict)
    kept: bool = False


@dataclass(slots=True)
class LayerInfo:
    """A layer that a file offers. count: declared rows, -1 where it takes reading to know."""

    name: str
    count: int = -1
    geometry: str = ""


@dataclass(slots=True)
class Stated:
    """The coordinate system that a file states. epsg None: stated but not recognised, or not stated ("")."""

    epsg: int | None = None
    name: str = ""
    origin: str = ""  # prj, crs, format, heading, srs


@dataclass(slots=True)
class RawLayer:
    """A layer as read.

    columns: heading -> values (text, int, float, bool, None), aligned with `rows`; rows: numbers in the file.
    geometry: shapely objects aligned with `rows`, or None for a table without any; in the child process also
    the bare coordinates of shapes that nobody has asked for yet.
    simple: the coordinates of `geometry`, where the child handed them on bare. reasons: what is wrong with
    each shape as it was read (`layers.geo.repair.validity`), where that is known already.
    declared: rows the file says it has. encoding_sure: False asks. alternatives: other readings to offer.
    """

    name: str
    declared: int
    rows: list[int]
    columns: dict[str, list[Any]]
    geometry: np.ndarray | SimpleShapes | None = None
    flags: list[Flag] = field(default_factory=list)
    stated: Stated = field(default_factory=Stated)
    encoding: str = ""
    encoding_sure: bool = True
    alternatives: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    simple: SimpleShapes | None = None
    reasons: np.ndarray | None = None


@dataclass(slots=True)
class Source:
    """A foreign file: its format, the layers in it, and the one that was read (None: which one is asked)."""

    format: str
    layers: list[LayerInfo]
    layer: RawLayer | None = None
    notes: list[Note] = field(default_factory=list)


def add_value(columns: dict[str, list[Any]], heading: str, at: int, value: Any) -> None:
    """Put a value at position `at` of a column that may be new; what is between stays None."""
    values = columns.setdefault(heading, [])
    if len(values) < at:
        values.extend([None] * (at - len(values)))
    values.append(value)


def fill_columns(columns: dict[str, list[Any]], length: int) -> None:
    """Make every column `length` long."""
    for values in columns.values():
        values.extend([None] * (length - len(values)))


def safe_heading(heading: str, at: int, taken: Any) -> str:
    """Return a heading that is not empty and not taken yet; the first spelling keeps its own."""
    base = heading.replace("\x00", "").strip() or f"列{at + 1}"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name
