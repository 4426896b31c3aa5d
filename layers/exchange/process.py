"""The child process in which foreign files are read and written: started, watched, ended, cleaned up
after."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import layers
from layers.errors import InputError, PlannerError, RuleError, StoreError
from layers.exchange.parcel import read_answer

MEMORY_BYTES = 1_500_000_000
LEAST_SECONDS, SECONDS_PER_MB = 60.0, 0.5
LOOK_SECONDS = 0.02
SKIPPED_DRIVERS = (
    "OGR_VRT,VRT,GDALG,HTTP,WFS,OAPIF,CSW,AmigoCloud,Carto,Elasticsearch,NGW,PLSCENES,EEDA,OGCAPI,"
    "LIBKML,WCS,WMS,WMTS,DAAS,PostgreSQL,MySQL,MongoDBv3,STACIT,STACTA,GMLAS,OSM,XLSX,ODS,XLS"
)
"""Drivers that open other files or the network, and those whose formats we read ourselves."""
SURROUNDINGS = {
    "OGR_SKIP": SKIPPED_DRIVERS,
    "GDAL_SKIP": SKIPPED_DRIVERS,
    "CPL_CURL_ENABLE_VSIMEM": "NO",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_PAM_ENABLED": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "PROJ_NETWORK": "OFF",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONUTF8": "1",
}
KINDS: Mapping[str, type[PlannerError]] = {
    "InputError": InputError,
    "RuleError": RuleError,
    "StoreError": StoreError,
}
Progress = Callable[[float], None]
Cancelled = Callable[[], bool]
Early = Callable[[Path, str], None]


class Stopped(InputError):
    """The user took the job back; nothing is left of it."""


@contextmanager
def run_child(
    request: Mapping[str, Any],
    *,
    size: int = 0,
    seconds: float | None = None,
    memory: int = MEMORY_BYTES,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    prepare: Callable[[Path], None] | None = None,
    early: Early | None = None,
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Carry out `request` in a child process and give (its folder, its answer); the folder goes afterwards.

    size: bytes of what is read, which lengthens the time limit. prepare: puts what the child needs into its
    folder. early: told on another thread (the child's folder, words) of what lies there before the answer.
    Raises what the child raised, InputError
    `reader_died`, `reader_too_slow`, `reader_too_large`, StoreError `work_folder_full` where the system's
    folder for temporary files takes nothing, and Stopped (`import_stopped`) once `cancelled()`.
    """
    folder = _work_folder()
    try:
        try:
            if prepare is not None:
                prepare(folder)
            (folder / "request.json").write_text(json.dumps({**request, "memory": memory}), "utf-8")
        except OSError as error:
            raise _no_room(error) from error
        limit = seconds if seconds is not None else LEAST_SECONDS + SECONDS_PER_MB * size / 1e6
        code = _watch(folder, limit, progress, cancelled, early)
        answer = read_answer(folder)
        if answer is None:
            said = (folder / "errors.txt").read_bytes()[-2000:].decode("utf-8", "replace")
            lack = "MemoryError" in said or "bad_alloc" in said or code in (3, -9, 137)
            raise InputError("reader_too_large" if lack else "reader_died", code=code)
        if "error" in answer:
            kind = KINDS.get(answer["kind"], InputError)
            raise kind(answer["error"], **answer["fields"])
        yield folder, answer
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _work_folder() -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix="qitu-"))
    except OSError as error:
        raise _no_room(error) from error


def _no_room(error: OSError) -> StoreError:
    return StoreError("work_folder_full", path=tempfile.gettempdir(), reason=error.strerror or str(error))


def _watch(
    folder: Path,
    limit: float,
    progress: Progress | None,
    cancelled: Cancelled | None,
    early: Early | None,
) -> int:
    root = str(Path(layers.__file__).resolve().parent.parent)
    paths = [root, *(part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part)]
    surroundings = {**os.environ, **SURROUNDINGS, "PYTHONPATH": os.pathsep.join(paths)}
    with open(folder / "errors.txt", "wb") as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "layers.exchange.worker", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=surroundings,
            cwd=folder,
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    listener = threading.Thread(target=_listen, args=(child, progress, folder, early), daemon=True)
    listener.start()
    end = time.monotonic() + limit
    try:
        while True:
            listener.join(LOOK_SECONDS)  # a child that ends is heard at once
            try:
                code = child.wait(0 if listener.is_alive() else LOOK_SECONDS)
                listener.join(1.0)
                return code
            except subprocess.TimeoutExpired:
                pass
            if cancelled is not None and cancelled():
                raise Stopped("import_stopped")
            if time.monotonic() > end:
                raise InputError("reader_too_slow", seconds=round(limit))
    finally:
        _end(child)
        listener.join(1.0)


def _listen(
    child: subprocess.Popen[bytes], progress: Progress | None, folder: Path, early: Early | None
) -> None:
    assert child.stdout is not None
    with child.stdout:
        for line in child.stdout:
            word, _, number = line.decode("utf-8", "replace").strip().partition(" ")
            if word == "progress" and progress is not None:
                try:
                    progress(min(max(float(number), 0.0), 1.0))
                except ValueError:
                    continue
            elif word == "early" and early is not None:
                early(folder, number)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started."""
    if os.name == "posix":
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    elif child.poll() is None:
        child.kill()
    child.wait()
