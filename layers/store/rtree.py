"""A whole R-tree at once."""

from __future__ import annotations

import apsw
import numpy as np

from layers.store.connection import quoted
from layers.store.geopackage import rtree_name


def fill_index(connection: apsw.Connection, table: str, fids: np.ndarray, boxes: np.ndarray) -> None:
    """Fill the empty R-tree of a table.

    fids: int64 (n,). boxes: float64 (n, 4), min x, min y, max x, max y; NaN where there is no geometry.
    """
    known = ~np.isnan(boxes).any(axis=1)
    west, south, east, north = boxes[known].T
    connection.executemany(f"INSERT INTO {quoted(rtree_name(table))} VALUES (?,?,?,?,?)",
                           zip(fids[known].tolist(), west.tolist(), east.tolist(), south.tolist(),
                               north.tolist(), strict=True))
