"""Bands along boundaries as areas of their own, and the teeth of legal edges.

A wide pen along a long boundary costs a painter a hundred times what filling the band does, and a pen cannot
stay on one side.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.maps.detail import Chunk
from layers.maps.ragged import Rings, read_rings
from layers.maps.symbols import PixelBand
from layers.maps.viewport import View

TEETH_AT_MOST = 60_000
ROUGH_PX = 0.4
"""Boundaries are smoothed by so much before they are set off."""


def inner_band(chunk: Chunk, width: float, view: View) -> Chunk:
    """The band `width` device px wide inside every feature of a chunk of areas."""
    key = ("band", round(width * view.metres_per_px, 6))
    if key not in chunk.derived:
        pixel = view.metres_per_px / chunk.unit
        whole = shapely.simplify(polygons(chunk.rings), ROUGH_PX * pixel)
        inner = shapely.buffer(whole, -width * pixel, quad_segs=3)
        chunk.derived[key] = _chunk(_difference(whole, inner), chunk)
    return chunk.derived[key]


def outer_band(chunk: Chunk, width: float, view: View) -> Chunk:
    """Each feature of a chunk with a band `width` device px wide round it (what is inside is covered
    later)."""
    key = ("round", round(width * view.metres_per_px, 6))
    if key not in chunk.derived:
        pixel = view.metres_per_px / chunk.unit
        whole = shapely.simplify(polygons(chunk.rings), ROUGH_PX * pixel)
        chunk.derived[key] = _chunk(shapely.buffer(whole, width * pixel, quad_segs=4), chunk)
    return chunk.derived[key]


def _difference(whole: NDArray[np.object_], inner: NDArray[np.object_]) -> NDArray[np.object_]:
    try:
        return shapely.difference(whole, inner)
    except shapely.GEOSException:  # an area that crosses itself
        return shapely.difference(shapely.make_valid(whole), shapely.make_valid(inner))


def _chunk(geometry: NDArray[np.object_], chunk: Chunk) -> Chunk:
    return Chunk(read_rings(geometry), chunk.unit, chunk.origin, chunk.style_class)


def polygons(rings: Rings) -> NDArray[np.object_]:
    """Rings back as polygons: each shell with the holes that follow it."""
    closed = np.repeat(np.arange(len(rings)), rings.counts + 1)
    index = np.concatenate(
        [np.r_[first:last, first] for first, last in zip(rings.starts[:-1], rings.starts[1:], strict=True)]
    )
    lines = shapely.linearrings(rings.xy[index], indices=closed)
    return shapely.polygons(lines, indices=np.cumsum(rings.shell) - 1)


def teeth(chunks: tuple[Chunk, ...], band: PixelBand, view: View) -> NDArray[np.float64]:
    """Teeth (n, 4) in device px, every so far along the rings, pointing inwards (shells turn left)."""
    found = [np.empty((0, 4))]
    for chunk in chunks:
        key = ("teeth", round(view.metres_per_px, 9), band.tooth, band.every)
        if key not in chunk.derived:
            chunk.derived[key] = _ring_teeth(chunk.rings, chunk.unit / view.metres_per_px, band)
        teeth = chunk.derived[key]
        corner = view.to_px(chunk.origin)[0]
        found.append(teeth + np.r_[corner, corner])
    return np.concatenate(found)[:TEETH_AT_MOST]


def _ring_teeth(rings: Rings, factor: float, band: PixelBand) -> NDArray[np.float64]:
    pieces = [np.empty((0, 4))]
    for first, last in zip(rings.starts[:-1], rings.starts[1:], strict=True):
        ring = rings.xy[first:last] * (factor, -factor)
        ring = np.concatenate([ring, ring[:1]])
        steps = np.diff(ring, axis=0)
        lengths = np.hypot(steps[:, 0], steps[:, 1])
        reach = np.r_[0.0, np.cumsum(lengths)]
        count = int(min(reach[-1] // band.every, TEETH_AT_MOST))
        if not count:
            continue
        at = (np.arange(count) + 0.5) * (reach[-1] / count)
        edge = np.minimum(np.searchsorted(reach, at, side="right") - 1, len(steps) - 1)
        part = (at - reach[edge]) / np.maximum(lengths[edge], 1e-9)
        foot = ring[edge] + steps[edge] * part[:, None]
        along = steps[edge] / np.maximum(lengths[edge], 1e-9)[:, None]
        # On screen y runs down: a shell that turns left on the ground has its inside at (dy, -dx).
        tip = foot + np.column_stack([along[:, 1], -along[:, 0]]) * band.tooth
        pieces.append(np.concatenate([foot, tip], axis=1))
    return np.concatenate(pieces)
