"""Writing a file whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from app.messages import text
from layers.errors import StoreError

REASONS = {
    errno.ENOSPC: "full", errno.EFBIG: "full", errno.EACCES: "denied", errno.EPERM: "denied",
    errno.EROFS: "denied", errno.ENOENT: "missing", errno.ENOTDIR: "missing", errno.ENAMETOOLONG: "long",
    errno.EISDIR: "folder"}


def reason_of(error: OSError) -> str:
    """Return why the system refused, in the user's language; in its own words where we have none."""
    known = REASONS.get(error.errno or 0)
    return text(f"disk_{known}") if known else error.strerror or str(error)


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path`; the old file stays as it was unless everything was written.

    Raises StoreError `cannot_write`.
    """
    beside = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".qitu-", suffix=path.suffix, dir=path.parent)
        beside = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except OSError as error:
        if beside is not None:
            beside.unlink(missing_ok=True)
        raise StoreError("cannot_write", path=str(path), reason=reason_of(error)) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
