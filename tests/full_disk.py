"""A disk that takes no more, for tests."""
from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process, nor of its children, grows beyond so many bytes: the system itself refuses.

    No compiled module is written meanwhile: Python 3.11 takes one that was cut short for a whole one and
    nothing that imports it would start again.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with patch.dict(os.environ, PYTHONDONTWRITEBYTECODE="1"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, old)
            sys.dont_write_bytecode = kept
