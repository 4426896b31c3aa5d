"""Shapes of one part each, as bare coordinates: how many of them are read, written and handed on together.

They become shapely objects where the first question is put to them (`shapes`). What has several parts, holes
or heights stays with shapely.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AT_ONCE = 5_000  # shapes made in one call, during which no other thread works
POINT, LINE, POLYGON, MULTILINE, MULTIPOLYGON = 0, 1, 3, 5, 6  # as shapely numbers its types
_HEADS = {
    POINT: struct.pack("<BI", 1, 1),
    LINE: struct.pack("<BI", 1, 2),
    POLYGON: struct.pack("<BII", 1, 3, 1),
    MULTILINE: struct.pack("<BIIBI", 1, 5, 1, 1, 2),
    MULTIPOLYGON: struct.pack("<BIIBII", 1, 6, 1, 1, 3, 1),
}
"""What stands in little-endian WKB before the number of coordinates (of a point: before its coordinates)."""

LEVELS = {LINE: 0, POLYGON: 1, MULTILINE: 1, MULTIPOLYGON: 2}  # of parts, in shapely's ragged arrays
_NUMBERS = {1: POINT, 2: LINE, 3: POLYGON, 5: MULTILINE, 6: MULTIPOLYGON}
"""Numbers of WKB -> shapely's."""


@dataclass(frozen=True, slots=True)
class SimpleShapes:
    """n shapes of one type, none missing, each of one part without a hole.

    type: POINT, LINE, POLYGON, MULTILINE or MULTIPOLYGON. xy: float64 (m, 2), coordinates one shape after
    another, a polygon's ring closed. starts: int64 (n + 1,), where each shape's coordinates begin, and m.
    """

    type: int
    xy: NDArray[np.float64]
    starts: NDArray[np.int64]

    @classmethod
    def of_wkb(cls, bodies: Sequence[bytes | None]) -> SimpleShapes | None:
        """Return shapes given as little-endian 2D WKB; None where one of them is missing, empty, not simple,
        and where there are none."""
        if not bodies or not all(bodies):
            return None
        whole = np.frombuffer(b"".join(bodies), np.uint8)  # type: ignore[arg-type]
        sizes = np.fromiter(map(len, bodies), np.int64, len(bodies))  # type: ignore[arg-type]
        if sizes.min() < 5:
            return None
        number = int.from_bytes(whole[1:5].tobytes(), "little")
        if number not in _NUMBERS:
            return None
        kind = _NUMBERS[number]
        head = len(_HEADS[kind]) + (0 if kind == POINT else 4)
        counts, rest = np.divmod(sizes - head, 16)
        if rest.any() or (counts < 1).any():
            return None
        begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        xy = np.empty((int(starts[-1]), 2))
        for count in np.unique(counts):
            chosen = np.flatnonzero(counts == count)
            size = head + 16 * int(count)
            rows = (
                whole.reshape(-1, size)
                if len(chosen) == len(bodies)
                else whole[begins[chosen][:, None] + np.arange(size)]
            )
            if not (rows[:, :head] == np.frombuffer(_head(kind, int(count)), np.uint8)).all():
                return None
            numbers = np.ascontiguousarray(rows[:, head:]).view("<f8").reshape(-1, 2)
            if len(chosen) == len(bodies):
                xy = numbers
            else:
                xy[(starts[:-1][chosen][:, None] + np.arange(count)).reshape(-1)] = numbers
        if kind == POINT and np.isnan(xy).any():  # an empty point
            return None
        return cls(kind, xy, starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __iter__(self) -> Iterator[Any]:
        return iter(self.shapes())

    def owners(self, coordinates: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Positions (ascending, each once) of the shapes to which chosen coordinates (bool, m) belong."""
        return np.unique(np.searchsorted(self.starts, np.flatnonzero(coordinates), side="right") - 1)

    def __getitem__(self, positions: NDArray[np.intp]) -> SimpleShapes:
        """The shapes at some positions, in their order."""
        if len(positions) == len(self) and np.array_equal(positions, np.arange(len(self))):
            return self
        counts = np.diff(self.starts)[positions]
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        at = np.arange(starts[-1]) + np.repeat(self.starts[:-1][positions] - starts[:-1], counts)
        return SimpleShapes(self.type, self.xy[at], starts)

    def shapes(self) -> NDArray[Any]:
        """Shapely objects (n,)."""
        import shapely

        if not len(self):
            return np.empty(0, object)
        made = np.empty(len(self), object)
        if self.type == POINT:
            for first in range(0, len(self), AT_ONCE):
                made[first : first + AT_ONCE] = shapely.points(self.xy[first : first + AT_ONCE])
            return made
        for first in range(0, len(self), AT_ONCE):
            starts = self.starts[first : first + AT_ONCE + 1]
            each = np.arange(len(starts))
            offsets = (starts - starts[0], *[each] * LEVELS[self.type])
            xy = self.xy[starts[0] : starts[-1]]
            made[first : first + AT_ONCE] = shapely.from_ragged_array(
                shapely.GeometryType(self.type), xy, offsets
            )
        return made

    def wkb(self) -> list[bytes]:
        """Little-endian WKB of each, byte for byte as shapely writes it."""
        counts, made = np.diff(self.starts), np.empty(len(self), object)
        for count in np.unique(counts):
            chosen = np.flatnonzero(counts == count)
            made[chosen] = self[chosen]._alike(int(count))
        whole: list[bytes] = made.tolist()
        return whole

    def _alike(self, count: int) -> list[bytes]:
        """WKB where every shape has `count` coordinates."""
        head = _head(self.type, count)
        rows = np.empty((len(self), len(head) + 16 * count), np.uint8)
        rows[:, : len(head)] = np.frombuffer(head, np.uint8)
        numbers = np.ascontiguousarray(self.xy, "<f8").view(np.uint8)
        rows[:, len(head) :] = numbers.reshape(len(self), 16 * count)
        whole: list[bytes] = rows.view(f"V{rows.shape[1]}").reshape(-1).tolist()
        return whole

    def checked(self) -> SimpleShapes:
        """The same; raises ValueError where the parts do not fit together."""
        least = {POINT: 1, LINE: 2, MULTILINE: 2}.get(self.type, 4)
        counts = np.diff(self.starts)
        if (
            self.type not in _HEADS
            or self.xy.shape[1:] != (2,)
            or not len(self.starts)
            or self.starts[0] != 0
            or self.starts[-1] != len(self.xy)
            or (counts < least).any()
            or (self.type == POINT and (counts != 1).any())
        ):
            raise ValueError("shapes that do not fit together")
        return self


def _head(kind: int, count: int) -> bytes:
    return _HEADS[kind] + (b"" if kind == POINT else struct.pack("<I", count))
