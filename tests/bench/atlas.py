"""The atlas of every gacha of a project, as one PDF."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any


def gachas(project: str) -> dict[str, Any]:
    """Seconds and bytes of the whole atlas on A3; pages. The process' largest memory is told besides."""
    from app.exports.atlas import write_atlas
    from app.exports.paper import SheetOptions
    from app.session import Session

    session = Session(author="")
    session.open(project)
    with tempfile.TemporaryDirectory() as folder:
        begun, used = time.perf_counter(), time.process_time()
        done = write_atlas(session.snapshot(), Path(folder) / "atlas.pdf", "gacha", SheetOptions())
        seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    session.close()
    return {"s": seconds, "cpu_s": cpu, "pages": done.pages, "mb": done.bytes / 1e6}
