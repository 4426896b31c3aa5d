"""Shapes of a theme's own: areas in its tints, lines over the roads, places over the layers' symbols."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from layers.maps.detail import Chunk
from layers.maps.operations import Fill, Lines, Marks, Operation
from layers.maps.ragged import Rings, read_rings
from layers.maps.stack import Context
from layers.maps.viewport import Bounds

REACH_PX = 40  # beyond the view, so that no cut edge shows


def area_operations(context: Context) -> Iterator[Operation]:
    """Fills of the theme's areas, bottom to top."""
    theme = context.theme
    for at, geometry in theme.areas if theme else ():
        symbol = context.symbol(theme.classes[at].symbol)  # type: ignore[union-attr]
        chunk = _chunk(geometry, context.window(REACH_PX), ("Polygon",))
        if chunk is not None and symbol.fill:
            yield Fill((chunk,), symbol.fill)


def trace_operations(context: Context) -> Iterator[Operation]:
    """The theme's lines, each with all its strokes."""
    for trace in context.theme.traces if context.theme else ():
        chunk = _chunk(trace.geometry, context.window(REACH_PX), ("LineString",))
        if chunk is not None:
            yield from (Lines((chunk,), stroke) for stroke in context.symbol(trace.symbol).strokes)


def trace_marks(context: Context) -> Iterator[Marks]:
    """The theme's places, each with its symbol; they belong to no layer."""
    for trace in context.theme.traces if context.theme else ():
        symbol = context.symbol(trace.symbol)
        if symbol.marker and trace.is_places:
            xy = shapely.get_coordinates(shapely.clip_by_rect(trace.geometry, *context.window(REACH_PX)))
            if len(xy):
                rows = np.zeros(len(xy), np.int64)
                yield Marks(context.view.to_px(xy), symbol.marker, symbol.marker_size, "", rows)


def _chunk(geometry: Any, window: Bounds, wanted: tuple[str, ...]) -> Chunk | None:
    """What of a geometry is in the window, about its corner; None where nothing is."""
    parts = shapely.get_parts(shapely.get_parts(shapely.clip_by_rect(geometry, *window)))
    parts = parts[np.array([part.geom_type in wanted and not part.is_empty for part in parts], bool)]
    if not len(parts):
        return None
    rings = read_rings(parts)
    origin = (window[0], window[1])
    return Chunk(
        Rings(rings.xy - origin, rings.starts, rings.feature, rings.shell, rings.closed), 1.0, origin, 0
    )
