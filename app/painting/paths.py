"""Chunks of a scene as painter paths, built many at a time through one stream, kept with the chunk."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, Qt
from PySide6.QtGui import QPainterPath, QTransform

from layers.maps.detail import Chunk
from layers.maps.ragged import Rings
from layers.maps.viewport import View

GROUP_VERTICES = 60
"""Wide strokes are painted in groups of lines about this long: a stroke's cost grows faster than its
length."""
_ELEMENT = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])


def chunk_transform(chunk: Chunk, view: View) -> QTransform:
    """From the chunk's numbers to device px."""
    size = view.metres_per_px
    west, north = view.origin
    return QTransform(
        chunk.unit / size,
        0.0,
        0.0,
        -chunk.unit / size,
        (chunk.origin[0] - west) / size,
        (north - chunk.origin[1]) / size,
    )


def whole_path(chunk: Chunk) -> QPainterPath:
    """All rings of a chunk in one path; shells and holes turn against each other (winding fill)."""
    return _kept(chunk, "whole", lambda: _paths(chunk.rings, np.array([0, len(chunk.rings)])))[0]


def line_groups(chunk: Chunk) -> list[QPainterPath]:
    """Lines in groups that a wide pen strokes quickly."""

    def makes() -> list[QPainterPath]:
        group = np.cumsum(chunk.rings.counts) // GROUP_VERTICES
        cuts = np.flatnonzero(np.diff(group)) + 1
        return _paths(chunk.rings, np.r_[0, cuts, len(chunk.rings)])

    return _kept(chunk, "groups", makes)


def _kept(chunk: Chunk, name: str, makes) -> list[QPainterPath]:  # type: ignore[no-untyped-def]
    key = ("path", name)
    found = chunk.derived.get(key)
    if found is None:
        found = chunk.derived[key] = makes()
    return found


def _paths(rings: Rings, cuts: NDArray[np.int64]) -> list[QPainterPath]:
    """One path for rings cuts[i] to cuts[i + 1]."""
    starts, xy = rings.starts, rings.xy
    counts = rings.counts
    if rings.closed:
        # A closed ring comes back to its first vertex, so that its stroke closes too.
        index = np.empty(len(xy) + len(rings), np.int64)
        own = np.arange(len(xy)) + np.repeat(np.arange(len(rings)), counts)
        index[own] = np.arange(len(xy))
        index[starts[1:] + np.arange(len(rings))] = starts[:-1]
        xy = xy[index]
        starts = starts + np.arange(len(starts))
    elements = np.empty(len(xy), _ELEMENT)
    elements["type"] = 1
    elements["type"][starts[:-1]] = 0
    elements["x"], elements["y"] = xy[:, 0], xy[:, 1]
    fill = Qt.FillRule.WindingFill.value
    pieces = []
    for first, last in zip(cuts[:-1], cuts[1:], strict=True):
        begin, end = int(starts[first]), int(starts[last])
        pieces.append(np.array([end - begin], ">i4").tobytes())
        pieces.append(elements[begin:end].tobytes())
        pieces.append(np.array([int(starts[last - 1]) - begin if last > first else 0, fill], ">i4").tobytes())
    data = QByteArray(b"".join(pieces))  # the stream reads from it and does not keep it
    stream = QDataStream(data, QIODevice.OpenModeFlag.ReadOnly)
    paths = []
    for _ in range(len(cuts) - 1):
        path = QPainterPath()
        stream >> path
        path.setFillRule(Qt.FillRule.WindingFill)
        paths.append(path)
    return paths
