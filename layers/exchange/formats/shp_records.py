"""Records of a .shp: where they are, which of them are shapes, and those of one part without GDAL.

All at once where the index says where the records are and the records themselves agree; else one by one.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.geo.simple_shapes import LINE, POINT, POLYGON, SimpleShapes

SHAPES = frozenset({0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, 31})
POINTS, MULTIPOINTS = frozenset({1, 11, 21}), frozenset({8, 18, 28})
LINES, POLYGONS = frozenset({3, 13, 23}), frozenset({5, 15, 25})
HEAD, RECORD_HEAD = 100, 8
LENGTH, NUMBER, NUMBERS = struct.Struct(">i"), struct.Struct("<i"), struct.Struct("<ii")


@dataclass(frozen=True, slots=True)
class Records:
    """Where records lie. offsets, lengths (of their contents): bytes, int64 (n,), ascending."""

    offsets: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets)

    def __getitem__(self, chosen: NDArray[Any]) -> Records:
        return Records(self.offsets[chosen], self.lengths[chosen])


def scan(data: bytes, index: bytes = b"") -> tuple[Records, NDArray[np.bool_], bool]:
    """Return where the records are, which of them (bool, n) are shapes, and whether the file ends inside a
    record.

    index: the .shx, believed only where every record of the .shp stands where it says.
    """
    found = _all_at_once(data, index)
    return _one_by_one(data) if found is None else (*found, False)


def _all_at_once(data: bytes, index: bytes) -> tuple[Records, NDArray[np.bool_]] | None:
    """The same as `_one_by_one` finds, None where the file is not all of it as it should be."""
    count = (len(index) - HEAD) // 8
    if count < 1 or len(data) != LENGTH.unpack_from(data, 24)[0] * 2:
        return None
    offsets = np.frombuffer(index, ">i4", 2 * count, HEAD)[::2].astype(np.int64) * 2
    inside = (offsets >= HEAD).all() and (offsets + RECORD_HEAD + 4 <= len(data)).all()
    if not inside or (offsets % 4).any():
        return None
    words = np.frombuffer(data, "<i4", len(data) // 4)
    lengths = words[offsets // 4 + 1].byteswap().astype(np.int64) * 2
    ends = np.concatenate([[HEAD], offsets + RECORD_HEAD + lengths])
    if (lengths < 4).any() or not np.array_equal(ends[:-1], offsets) or ends[-1] != len(data):
        return None
    kind = NUMBER.unpack_from(data, 32)[0]
    fine = _plain(words, offsets + RECORD_HEAD, lengths, kind)
    for at in np.flatnonzero(~fine).tolist():
        fine[at] = _is_shape(data, int(offsets[at]) + RECORD_HEAD, int(lengths[at]), kind)
    return Records(offsets, lengths), fine


def _plain(
    words: NDArray[np.int32], starts: NDArray[np.int64], lengths: NDArray[np.int64], kind: int
) -> NDArray[np.bool_]:
    """Which contents (their starts in bytes) are of the file's kind, whole, and of one part."""
    at = starts // 4
    fine = words[at] == kind
    if kind in POINTS:
        return fine & (lengths >= 20)
    if kind not in LINES | POLYGONS:
        return np.zeros(len(starts), bool)
    fine &= lengths >= 48
    at = np.where(fine, at, 0)  # what is shorter is not looked into; the head is long enough to be
    parts, points = words[at + 9], words[at + 10].astype(np.int64)
    return fine & (parts == 1) & (points >= 0) & (48 + 16 * points <= lengths) & (words[at + 11] == 0)


def _one_by_one(data: bytes) -> tuple[Records, NDArray[np.bool_], bool]:
    found: list[tuple[int, int, bool]] = []
    stated = LENGTH.unpack_from(data, 24)[0] * 2
    kind = NUMBER.unpack_from(data, 32)[0]
    at, size, cut = HEAD, len(data), False
    while at + RECORD_HEAD <= size:
        length = LENGTH.unpack_from(data, at + 4)[0] * 2
        if length < 4 or at + RECORD_HEAD + length > size:
            cut = True
            break
        found.append((at, length, _is_shape(data, at + RECORD_HEAD, length, kind)))
        at += RECORD_HEAD + length
    offsets, lengths, fine = np.array(found, np.int64).reshape(-1, 3).T
    cut = cut or at < size or at < min(stated, size + RECORD_HEAD)
    return Records(offsets, lengths), fine.astype(bool), cut


def _is_shape(data: bytes, at: int, length: int, kind: int) -> bool:
    shape = NUMBER.unpack_from(data, at)[0]
    if shape == 0:
        return True
    if shape != kind or shape not in SHAPES:
        return False
    if shape in POINTS:
        return length >= 20
    if length < 40:
        return False
    if shape in MULTIPOINTS:
        return 0 <= NUMBER.unpack_from(data, at + 36)[0] <= (length - 40) // 16
    if length < 44:
        return False
    parts, points = NUMBERS.unpack_from(data, at + 36)
    if parts < 0 or points < 0 or 44 + 4 * parts + 16 * points > length:
        return False
    if parts == 1:
        return NUMBER.unpack_from(data, at + 44)[0] == 0
    starts = struct.unpack_from(f"<{parts}i", data, at + 44)
    return all(0 <= start < max(points, 1) for start in starts) and list(starts) == sorted(starts)


def simple_shapes(data: bytes, records: Records) -> tuple[SimpleShapes, NDArray[np.intp]] | None:
    """Return (shapes, their positions in `records`) of those records that need no reader to be understood.

    These are points, lines of one part and faces of one closed ring, with numbers for coordinates. None where
    the file's kind has no such shapes or the records do not lie at multiples of four bytes.
    """
    kind = NUMBER.unpack_from(data, 32)[0]
    if not len(records) or kind not in POINTS | LINES | POLYGONS:
        return None
    offsets, lengths = records.offsets, records.lengths
    if (offsets % 4).any():
        return None
    words = np.frombuffer(data, "<i4", len(data) // 4)
    contents = offsets + RECORD_HEAD
    plain = _plain(words, contents, lengths, kind)
    if kind in POINTS:
        return _checked(POINT, data, contents + 4, np.where(plain, 1, 0))
    at = np.where(plain, contents // 4, 0)
    counts = np.where(plain, words[at + 10].astype(np.int64), 0)
    least = 4 if kind in POLYGONS else 2
    return _checked(POLYGON if kind in POLYGONS else LINE, data, contents + 48,
                    np.where(counts >= least, counts, 0))


def _checked(
    kind: int, data: bytes, starts: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[SimpleShapes, NDArray[np.intp]]:
    """Shapes of `counts` coordinates (0: none) that begin at byte `starts`, but for the unclean ones."""
    chosen = np.flatnonzero(counts)
    shapes = SimpleShapes(kind, *_coordinates(data, starts[chosen], counts[chosen]))
    clean = np.ones(len(shapes), bool)
    if len(shapes) and not np.isfinite([shapes.xy.min(), shapes.xy.max()]).all():
        clean[shapes.owners(~np.isfinite(shapes.xy).all(axis=1))] = False
    if kind == POLYGON and len(shapes):
        first, last = shapes.xy[shapes.starts[:-1]], shapes.xy[shapes.starts[1:] - 1]
        clean &= (first == last).all(axis=1)
    return shapes[np.flatnonzero(clean)], chosen[clean]


def _coordinates(
    data: bytes, starts: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Pairs of eight-byte numbers (m, 2) from runs in `data`, and where each run begins among them.

    starts: in bytes, ascending; runs do not touch each other.
    """
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    xy = np.empty((int(ends[-1]), 2))
    for shift in (0, 4):  # numbers lie at multiples of four bytes: two readings of the file have them all
        here = starts % 8 == shift
        numbers = np.frombuffer(data, "<f8", (len(data) - shift) // 8, shift)
        found = numbers[_covered((starts[here] - shift) // 8, 2 * counts[here], len(numbers))].reshape(-1, 2)
        if here.all():
            return found, ends
        xy[np.repeat(here, counts)] = found
    return xy, ends


def _covered(starts: NDArray[np.int64], counts: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    """Whether each of `length` places is in one of the runs."""
    edges = np.zeros(length + 1, np.int8)
    edges[starts] = 1
    edges[starts + counts] = -1
    return np.cumsum(edges[:-1], dtype=np.int8).view(np.bool_)
