"""Shapes by GDAL (through pyogrio), in bulk and as WKB. Child process only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers.exchange.formats.curves import straightened


def read_geometry(path: Path, layer: str | int | None = None) -> np.ndarray:
    """Return the shapes (n,) of a layer, in the order of the file; None where there is none."""
    from pyogrio import raw

    wkb = raw.read(str(path), layer=layer, columns=[], read_geometry=True, force_2d=True)[2]
    return to_shapes(wkb)[0]


def to_shapes(wkb: Sequence[Any] | np.ndarray | None) -> tuple[np.ndarray, list[int]]:
    """Return (shapely objects (n,), positions whose WKB is no shape); an open ring is closed, an arc
    becomes chords."""
    if wkb is None or not len(wkb):
        return np.empty(0, object), []
    pieces = np.empty(len(wkb), object)
    pieces[:] = list(wkb)
    try:
        shapes = shapely.from_wkb(pieces, on_invalid="raise")
    except (shapely.GEOSException, TypeError, ValueError, NotImplementedError):
        shapes = np.array([_shape(piece) for piece in pieces], object)
    shapes = np.array(shapes, object).reshape(-1)
    bad = [
        at for at, (shape, piece) in enumerate(zip(shapes, pieces, strict=True)) if shape is None and piece
    ]
    return shapes, bad


def _shape(piece: Any) -> Any:
    try:
        return shapely.from_wkb(piece, on_invalid="fix") if piece else None
    except NotImplementedError:  # arcs
        try:
            return straightened(bytes(piece))
        except ValueError:
            return None
    except (shapely.GEOSException, TypeError, ValueError):
        return None
