"""Columns of many values as bytes: numbers as they are but for the bytes that hardly differ, words once each.

The journal's form of blocks (`layers.plan.block_bytes`). What JSON holds refers to sections by number.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE = 65_536
SHRINKS_TO = 0.2  # of its size at most: bytes that shrink less are not worth the time, coordinates hardly do
FIRST = 1_000  # values by which it is seen whether words stand in many rows
MANY_ROWS = 4  # rows a word must have on average before it is written once


class Sections:
    """Runs of bytes that are written one after another."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def add(self, data: bytes) -> int:
        """Return the number under which `data` is found again."""
        self.parts.append(data)
        return len(self.parts) - 1

    def packed(self, data: bytes) -> list[int]:
        """Add bytes, deflated where that is worth it; returns (number, deflated or not, length)."""
        sample = data[:SAMPLE]
        worth = len(zlib.compress(sample, 1)) <= SHRINKS_TO * len(sample)
        return [self.add(zlib.compress(data, 1) if worth else data), int(worth), len(data)]

    def numbers(self, values: NDArray[np.float64]) -> list[list[int]]:
        """Add numbers (n,): what each differs from the one before, the eight bytes of all in turn."""
        bits = np.ascontiguousarray(values, "<f8").view(np.uint64).copy()
        bits[1:] ^= bits[:-1].copy()
        planes = np.ascontiguousarray(bits.view(np.uint8).reshape(-1, 8).T)
        return [self.packed(plane.tobytes()) for plane in planes]

    def integers(self, values: NDArray[np.integer[Any]]) -> list[int]:
        """Add whole numbers of four bytes (n,)."""
        return self.packed(np.ascontiguousarray(values, "<i4").tobytes())

    def column(self, values: NDArray[Any]) -> Any:
        """Add a column of an object array; returns what JSON holds of it."""
        listed = values.tolist()
        if listed.count(None) == len(listed):
            return {"all": None, "count": len(listed)}
        types = set(map(type, listed))
        if types == {float}:
            return {"numbers": self.numbers(np.array(listed, np.float64))}
        few = len(set(listed[:FIRST])) * MANY_ROWS <= min(len(listed), FIRST)
        if few and types <= {str, int, type(None)} and len(types - {type(None)}) == 1:
            place = {value: at for at, value in enumerate(dict.fromkeys(listed))}
            if len(place) == 1:
                return {"all": listed[0], "count": len(listed)}
            if len(place) * MANY_ROWS <= len(listed):
                at = np.fromiter(map(place.__getitem__, listed), np.int32, len(listed))
                return {"of": list(place), "at": self.integers(at)}
        return {"values": listed}


class Stored:
    """Sections as they are read back; all raise ValueError where bytes are not as they were written."""

    def __init__(self, parts: Sequence[memoryview]) -> None:
        self._parts = parts

    def packed(self, place: Sequence[int]) -> bytes:
        """What `Sections.packed` was given."""
        number, deflated, length = place
        data = bytes(self._parts[number])
        data = zlib.decompress(data) if deflated else data
        if len(data) != length:
            raise ValueError("a section of another length")
        return data

    def numbers(self, places: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """What `Sections.numbers` was given."""
        planes = np.stack([np.frombuffer(self.packed(place), np.uint8) for place in places])
        bits = np.ascontiguousarray(planes.T).view("<u8").reshape(-1)
        return np.bitwise_xor.accumulate(bits).view(np.float64) if len(bits) else np.empty(0)

    def integers(self, place: Sequence[int]) -> NDArray[np.int64]:
        """What `Sections.integers` was given."""
        return np.frombuffer(self.packed(place), "<i4").astype(np.int64)

    def column(self, record: Mapping[str, Any]) -> NDArray[Any]:
        """What `Sections.column` was given."""
        if "numbers" in record:
            return self.numbers(record["numbers"]).astype(object)
        if "all" in record:
            return np.full(int(record["count"]), record["all"], object)
        listed = record["of" if "of" in record else "values"]
        values = np.empty(len(listed), object)
        values[:] = listed
        return values[self.integers(record["at"])] if "of" in record else values
