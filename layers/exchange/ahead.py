"""What the parent does with shapes while the child still reads their attributes."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from layers.exchange.parcel import Made, read_simple
from layers.geo.repair import validity
from layers.geo.simple_shapes import SimpleShapes

LARGEST_DEGREE = 400.0


class Ahead:
    """Shapes made and looked at in the parent while the child still reads their attributes."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._made: Future[Made] | None = None

    def start(self, folder: Path, kind: str) -> None:
        """Begin with the shapes (of a type's number) that lie in the child's folder."""
        try:
            simple = read_simple(folder, int(kind), sent=True)
            self._made = self._pool.submit(self._make, simple)
        except (OSError, ValueError, RuntimeError):  # they are read again with the answer, and fail there
            self._made = None

    @staticmethod
    def _make(simple: SimpleShapes) -> Made:
        shapes = simple.shapes()
        # Degrees are turned into metres before anybody asks whether the shapes are whole.
        plane = len(simple) > 0 and max(simple.xy.max(), -simple.xy.min()) > LARGEST_DEGREE
        return simple, shapes, validity(shapes) if plane else None

    def result(self) -> Made | None:
        """Return what was made, None where nothing was sent."""
        return None if self._made is None else self._made.result()

    def close(self) -> None:
        """Nothing more is to be made."""
        self._pool.shutdown(wait=False, cancel_futures=True)
