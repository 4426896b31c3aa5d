"""The hash of what a file says: the same however, whenever and by whatever clock it was written.

Left out are only: the times inside an Office file and of the members of its archive, their order and
compression; the dates and the identity of a PDF; how a PNG packs its pixels; the time and name of the maker
on an index page. Everything else counts.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Mapping

from app.packs.pdf_objects import MOST_BYTES, content_digest
from layers.errors import InputError

MADE = re.compile(rb"(?s)<!--made-->.*?<!--/made-->")
_OFFICE_TIMES = re.compile(rb"(?s)<(dcterms:(?:created|modified)|cp:lastPrinted)\b[^>]*>.*?</\1>")

def canonical_hash(name: str, data: bytes) -> str:
    """Return the SHA-256 (64 hexadecimal digits) of what the file `name` says.

    A damaged file is taken as the bytes that it is: it is then simply another one.
    """
    suffix = name[name.rfind(".") :].lower()
    try:
        parts = _FORMS.get(suffix, _plain)(data)
    except (InputError, zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError):
        parts = {"": data}
    made = hashlib.sha256()
    for part in sorted(parts):
        body = parts[part]
        made.update(f"{len(part)}:{part}:{len(body)}:".encode("utf-8", "surrogatepass") + body)
    return made.hexdigest()


def combined(hashes: Mapping[str, str]) -> str:
    """Return one hash for those of several files, by name."""
    lines = "\n".join(f"{name} {hashes[name]}" for name in sorted(hashes))
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()


def members(data: bytes) -> dict[str, bytes]:
    """Return the files of an archive; raises InputError `pack_file_unreadable` where they are too large."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        listed = [one for one in archive.infolist() if not one.is_dir()]
        if sum(one.file_size for one in listed) > MOST_BYTES:
            raise InputError("pack_file_unreadable", reason="size")
        return {one.filename: archive.read(one) for one in listed}


def _plain(data: bytes) -> dict[str, bytes]:
    return {"": data}


def _html(data: bytes) -> dict[str, bytes]:
    return {"": MADE.sub(b"", data)}


def _office(data: bytes) -> dict[str, bytes]:
    found = {}
    for name, body in members(data).items():
        if name.endswith((".xlsx", ".docx", ".pptx")):  # the workbook behind a chart
            found |= {f"{name}!{inner}": part for inner, part in _office(body).items()}
        else:
            found[name] = _OFFICE_TIMES.sub(b"", body) if name.startswith("docProps/") else body
    return found


def _pdf(data: bytes) -> dict[str, bytes]:
    return {"": content_digest(data)}


def _png(data: bytes) -> dict[str, bytes]:
    size, pixels = pixels_of(data)
    return {"": b"%d %d " % size + pixels}


def pixels_of(data: bytes) -> tuple[tuple[int, int], bytes]:
    """Return (width, height) and the pixels of a picture, four bytes each, row by row.

    Raises InputError `pack_file_unreadable` for what is no picture.
    """
    from PySide6.QtGui import QImage, QImageReader

    QImageReader.setAllocationLimit(MOST_BYTES // 1_000_000)
    image = QImage.fromData(data)
    if image.isNull():
        raise InputError("pack_file_unreadable", reason="PNG")
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    return (plain.width(), plain.height()), bytes(plain.constBits())


_FORMS: Mapping[str, Callable[[bytes], dict[str, bytes]]] = {
    ".xlsx": _office,
    ".pptx": _office,
    ".docx": _office,
    ".pdf": _pdf,
    ".png": _png,
    ".html": _html,
}
