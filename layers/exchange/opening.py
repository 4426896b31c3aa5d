"""A foreign file read in the child process, whatever it turns out to be."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from layers.errors import InputError
from layers.exchange.ahead import Ahead
from layers.exchange.model import Options
from layers.exchange.parcel import unpack_source
from layers.exchange.process import Cancelled, Progress, run_child
from layers.exchange.source import Source


def read_source(
    path: str | Path,
    *,
    options: Options | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Source:
    """Return what is in a file; raises InputError for everything that is wrong with it (see
    `layers.exchange.sniff`)."""
    options, path = options or Options(), Path(path).absolute()
    if not path.exists():
        raise InputError("import_file_missing", name=path.name)
    request = {
        "do": "read",
        "path": str(path),
        "options": {"layer": options.layer, "encoding": options.encoding},
    }
    with (
        closing(Ahead()) as ahead,
        run_child(request, size=_size(path), progress=progress, cancelled=cancelled, early=ahead.start)
        as (folder, answer),
    ):
        return unpack_source(folder, answer, ahead)


def _size(path: Path) -> int:
    """Bytes of a file with its side files, or of a folder."""
    try:
        if path.is_dir():
            return sum(one.stat().st_size for one in path.iterdir() if one.is_file())
        return sum(
            one.stat().st_size for one in path.parent.glob(f"{glob_safe(path.stem)}.*") if one.is_file()
        )
    except OSError:
        return 0


def glob_safe(text: str) -> str:
    """Return text that a glob takes literally."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in text)
