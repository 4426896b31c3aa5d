"""A .dbf without a .shp beside it: a table without shapes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from layers.exchange.formats.shapefile import join_rows, read_attributes
from layers.exchange.source import LayerInfo, Note, Source

if TYPE_CHECKING:
    from layers.exchange.reading import ReadOptions


def read(path: Path, options: ReadOptions, work: Path, tell: Callable[[float], None]) -> Source:
    """Return the one table; raises InputError `dbf_damaged`."""
    notes: list[Note] = []
    table = read_attributes(path, options, notes)
    assert table is not None
    nothing = np.empty(table.whole, object)
    layer = join_rows(path, np.arange(table.whole), nothing, table.declared, table, [])
    layer.geometry = None
    layer.notes.extend(notes)
    return Source("dbf", [LayerInfo(path.stem, layer.declared)], layer)
