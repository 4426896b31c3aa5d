"""Python's collector of reference cycles, put aside while much is made and none of it is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Let nobody look for cycles meanwhile; also a decorator.

    Rows in the hundred thousands are tuples and strings without cycles, and the collector would look through
    all of them again and again: a tenth of an import, a fifth of its undo. Of two threads that do so at once
    the first to end brings it back for both, which costs time only.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
