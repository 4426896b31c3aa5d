"""The child process: `python -m layers.exchange.worker FOLDER` reads FOLDER/request.json and leaves an
answer.

Limits come first, then the imports. Only here, and in what is imported from here, may GDAL be loaded.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

WATCH_SECONDS = 0.2
UNUSED = ("geopandas", "pandas", "pyarrow")
"""What pyogrio loads where it finds it: more than half of a child's life, and nothing here uses it."""


def main(folder: Path) -> int:
    """Carry out one request; the exit code is 0 whenever an answer was left."""
    request = json.loads((folder / "request.json").read_bytes())
    limit_memory(int(request.pop("memory")))
    shut_off_network()
    sys.modules.update(dict.fromkeys(UNUSED))  # type: ignore[arg-type]  # None: not to be imported
    from layers.errors import PlannerError
    from layers.exchange.parcel import write_answer

    work = folder / "work"
    work.mkdir()
    try:
        _carry_out(request, folder, work)
    except PlannerError as error:
        write_answer(
            folder,
            {
                "error": error.code,
                "kind": type(error).__name__,
                "fields": {name: _plain(value) for name, value in error.fields.items()},
            },
        )
    except MemoryError:
        write_answer(folder, {"error": "reader_too_large", "kind": "InputError", "fields": {"code": 0}})
    except RecursionError:
        write_answer(folder, {"error": "file_too_deep", "kind": "InputError", "fields": {}})
    except Exception as error:  # noqa: BLE001 - whatever a library throws becomes a sentence
        text = str(error).replace(str(work), "").replace(str(folder), "")
        write_answer(
            folder,
            {
                "error": "file_unreadable",
                "kind": "InputError",
                "fields": {"reason": f"{type(error).__name__}: {text[:300]}"},
            },
        )
    return 0


def tell(share: float) -> None:
    """Tell the parent how far the work is, 0 to 1."""
    print(f"progress {share:.3f}", flush=True)


def _carry_out(request: dict[str, Any], folder: Path, work: Path) -> None:
    if request["do"] == "read":
        from layers.exchange.parcel import SENT_STARTS, SENT_XY, pack_source, write_simple
        from layers.exchange.reading import ReadOptions, read_file

        sent: list[Any] = [None]

        def send(shapes: Any) -> None:
            write_simple(folder / SENT_XY, folder / SENT_STARTS, shapes)
            sent[0] = shapes
            print(f"early {shapes.type}", flush=True)

        source = read_file(Path(request["path"]), ReadOptions(**request["options"], send=send), work, tell)
        tell(0.95)
        pack_source(folder, source, sent[0])
    elif request["do"] == "look_at_raster":
        from layers.exchange.parcel import write_answer
        from layers.exchange.raster_look import raster_facts

        copy = Path(request["reduced"]) if request["reduced"] else None
        write_answer(folder, {"ok": raster_facts(Path(request["path"]), copy)})
    elif request["do"] == "read_heights":
        from layers.exchange.parcel import write_answer
        from layers.exchange.raster_look import write_heights

        write_heights(request, folder)
        write_answer(folder, {"ok": True})
    else:
        from layers.exchange.parcel import write_answer
        from layers.exchange.writing import write_file

        write_answer(folder, {"ok": write_file(folder, request)})


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:
        threading.Thread(target=_watch_memory, args=(size,), daemon=True).start()
        return
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _watch_memory(size: int) -> None:
    """Where the system has no limit to set (Windows): look, and leave when it is too much."""
    import ctypes

    class Counters(ctypes.Structure):
        _fields_ = [
            ("cb", ctypes.c_ulong),
            ("faults", ctypes.c_ulong),
            *(
                (name, ctypes.c_size_t)
                for name in ("peak", "working", "a", "b", "c", "d", "page", "peak_page")
            ),
        ]

    counters = Counters()
    counters.cb = ctypes.sizeof(Counters)
    query = ctypes.windll.kernel32.K32GetProcessMemoryInfo  # type: ignore[attr-defined]
    query.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong]
    while query(ctypes.c_void_p(-1), ctypes.byref(counters), counters.cb):
        if counters.page > size:
            os._exit(3)
        time.sleep(WATCH_SECONDS)


def shut_off_network() -> None:
    """No file makes this process talk to another."""
    import socket

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("no network in the reader")

    socket.socket.connect = refuse  # type: ignore[method-assign,assignment]
    socket.create_connection = refuse  # type: ignore[assignment]


if __name__ == "__main__":
    code = main(Path(sys.argv[1]))
    sys.stdout.flush()
    os._exit(code)  # the answer is on the disk: taking a million values apart again would only take time
