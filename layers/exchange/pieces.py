"""Pieces of basemap files as pixels: read and decoded in a child process that stays.

A reader is started when it is first asked and lives until `close`; with limits of memory and time, and
without network, as for every foreign file. Where it dies or hangs it is ended and the next question starts
another: a file that kills its reader kills nothing else.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

import layers
from layers.errors import InputError
from layers.exchange.process import MEMORY_BYTES, SURROUNDINGS

SECONDS = 20.0
"""The longest that one piece may take."""
LOOK_SECONDS = 0.05
Pixels = NDArray[np.uint8]
Answer = tuple[Mapping[str, Any], bytes]


class PieceReader:
    """One child, asked one thing at a time; may be asked from any thread."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        self._asked = 0

    def tiles_facts(self, path: Path) -> dict[str, Any]:
        """Return what an MBTiles file says of itself: title, credit, format, least and most level (None
        without tiles). Raises InputError `basemap_not_tiles`, and as `pixels`."""
        answer, _ = self._ask({"do": "tiles_facts", "path": str(path)}, b"", _go_on)
        return dict(answer["facts"])

    def pixels(
        self, request: Mapping[str, Any], check: Callable[[], None], data: bytes = b""
    ) -> Pixels | None:
        """Return what is asked for (`layers.exchange.pieces_worker`) as RGBA (rows, columns, 4); None where
        the file has nothing there.

        check: called while waiting; what it raises gives up. Raises InputError `raster_unreadable` for what
        is no picture, `reader_died`, `reader_too_slow`, `reader_too_large`.
        """
        answer, body = self._ask(request, data, check)
        shape = answer.get("shape")
        return None if shape is None else np.frombuffer(body, np.uint8).reshape(shape)

    def close(self) -> None:
        """End the child, whatever it does; another is started where it is asked again."""
        child = self._child
        if child is not None:
            child.kill()
            child.wait()
        if self._turn.acquire(blocking=False):
            self._end()
            self._turn.release()

    @property
    def pid(self) -> int | None:
        """The child's process, None where there is none."""
        return None if self._child is None else self._child.pid

    def _ask(self, request: Mapping[str, Any], data: bytes, check: Callable[[], None]) -> Answer:
        while not self._turn.acquire(timeout=LOOK_SECONDS):
            check()
        try:
            for last in (False, True):
                answer = self._once(request, data, check)
                if answer is not None:
                    break
                code = self._end()
                if last:  # it was this question that killed it
                    raise InputError("reader_died", code=code)
        finally:
            self._turn.release()
        assert answer is not None
        if "error" in answer[0]:
            raise InputError(answer[0]["error"], **answer[0]["fields"])
        return answer

    def _once(self, request: Mapping[str, Any], data: bytes, check: Callable[[], None]) -> Answer | None:
        """The answer; None where the child has gone."""
        child = self._child if self._child is not None and self._child.poll() is None else self._start()
        assert child.stdin is not None
        self._asked += 1
        number, end = self._asked, time.monotonic() + SECONDS
        try:
            head = json.dumps({**request, "number": number, "size": len(data)})
            child.stdin.write(head.encode() + b"\n" + data)
            child.stdin.flush()
        except OSError:
            return None
        while True:
            try:
                answer = self._answers.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                check()
                if time.monotonic() > end:
                    self._end()
                    raise InputError("reader_too_slow", seconds=round(SECONDS)) from None
                continue
            if answer is None or answer[0]["number"] == number:  # not one that was given up
                return answer

    def _start(self) -> subprocess.Popen[bytes]:
        self._end()
        root = str(Path(layers.__file__).resolve().parent.parent)
        paths = [root, *(part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part)]
        self._child = subprocess.Popen(
            [sys.executable, "-m", "layers.exchange.pieces_worker", str(MEMORY_BYTES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **SURROUNDINGS, "PYTHONPATH": os.pathsep.join(paths)},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._answers = queue.SimpleQueue()
        assert self._child.stdout is not None
        threading.Thread(
            target=_listen, args=(self._child.stdout, self._answers), name="pieces", daemon=True
        ).start()
        return self._child

    def _end(self) -> int:
        """End the child; returns how it ended."""
        child, self._child = self._child, None
        if child is None:
            return 0
        if child.poll() is None:
            child.kill()
        code = child.wait()
        assert child.stdin is not None
        try:
            child.stdin.close()
        except OSError:  # what was not yet written is of no use any more
            return code
        return code


def _listen(out: IO[bytes], answers: queue.SimpleQueue[Answer | None]) -> None:
    with out:
        while line := out.readline():
            try:
                head = json.loads(line)
                body = out.read(head["size"])
            except (ValueError, KeyError, TypeError):
                break
            if len(body) < head["size"]:
                break
            answers.put((head, body))
    answers.put(None)


def _go_on() -> None:
    pass


READER = PieceReader()
"""The program's one reader."""
atexit.register(READER.close)
