"""A PDF painted beside the file that was asked for, finished, and only then put in its place."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from mmap import ACCESS_READ, mmap
from pathlib import Path

from app.exports.files import reason_of
from app.exports.pdf import finished_pieces, is_whole
from app.messages import text
from layers.errors import StoreError
from layers.maps.paper_parts import Paper


def pdf_in_place(
    out: Path,
    paper: Paper,
    day: str,
    paint: Callable[[Path], None],
    seal: Callable[[], None],
    more: Callable[[mmap], Iterable[bytes]] | None = None,
) -> bytes:
    """Return the bytes of what `paint` wrote to the path it is given, now finished and at `out`.

    paper: its size is the pages'. more: what is to be added, given the finished bytes. seal: called before
    the file takes its place, the last moment at which it may be given up. Raises StoreError `cannot_write`,
    which names `out`.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".qitu-", dir=out.parent) as folder:
            raw, whole = Path(folder) / "raw.pdf", Path(folder) / out.name
            paint(raw)
            if not is_whole(raw):
                raise StoreError("cannot_write", path=str(out), reason=text("disk_full"))
            with raw.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
                with whole.open("wb") as made:
                    made.writelines(finished_pieces(data, paper.width, paper.height, day))
            if more is not None:
                with whole.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
                    added = list(more(data))
                with whole.open("ab") as made:
                    made.writelines(added)
            written = whole.read_bytes()
            seal()
            whole.replace(out)
            return written
    except OSError as error:
        raise StoreError("cannot_write", path=str(out), reason=reason_of(error)) from error
