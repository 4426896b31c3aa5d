"""Writing a file whole or not at all, and its line in the export log."""

from __future__ import annotations

import datetime
import errno
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.messages import text
from app.session import Session, Snapshot
from layers.catalogue.text import Text
from layers.errors import StoreError
from layers.release import INTERNAL, export_record

REASONS = {
    errno.ENOSPC: "full", errno.EFBIG: "full", errno.EACCES: "denied", errno.EPERM: "denied",
    errno.EROFS: "denied", errno.ENOENT: "missing", errno.ENOTDIR: "missing", errno.ENAMETOOLONG: "long",
    errno.EISDIR: "folder"}


def reason_of(error: OSError) -> str:
    """Return why the system refused, in the user's language; in its own words where we have none."""
    known = REASONS.get(error.errno or 0)
    return text(f"disk_{known}") if known else error.strerror or str(error)


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write `data` (or one piece after another) to `path`; the old file stays as it was unless everything
    was written.

    Raises StoreError `cannot_write`.
    """
    beside = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".qitu-", suffix=path.suffix, dir=path.parent)
        beside = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            for piece in (data,) if isinstance(data, bytes) else data:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except OSError as error:
        if beside is not None:
            beside.unlink(missing_ok=True)
        raise StoreError("cannot_write", path=str(path), reason=reason_of(error)) from error


def log_file(
    session: Session | Snapshot,
    out: Path,
    data: bytes,
    title: Text,
    *,
    rules: Sequence[str],
    audience: str = INTERNAL,
    columns: Sequence[str] = (),
    rows: int = 0,
    at: str = "",
) -> None:
    """Keep the line of the export log for the file `out` with these bytes. title: what it is.

    at: ISO time; "" is now.
    """
    record = export_record(
        data,
        at=at or now(),
        what=out.name,
        audience=audience,
        columns=columns,
        rows=rows,
        rules=rules,
    )
    session.log_export(record, Text(f"导出{title.zh} {out.name}", f"Exported {title.en} {out.name}"))


def now() -> str:
    """Return the time as files carry it: ISO, UTC, whole seconds."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
