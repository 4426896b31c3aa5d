"""A picture that stands on a sheet: the bytes of a PNG or an SVG file, looked at before they are kept."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from layers.errors import InputError

LOGO_BYTES, LOGO_PX = 262_144, 4_000
"""Most bytes of a logo's file, most pixels along a side."""
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture of the issuing unit: the bytes of a PNG or an SVG file."""

    kind: str
    data: bytes

    @property
    def ratio(self) -> float:
        """Width against height."""
        wide, high = _png_size(self.data) if self.kind == "png" else _svg_size(self.data)
        return min(max(wide / high, 0.1), 10.0)


def read_logo(path: Path) -> Logo:
    """Return a picture from a PNG or SVG file.

    Raises InputError `logo_unreadable`, `logo_too_large`, `logo_not_a_picture`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LOGO_BYTES + 1)
    except OSError as error:
        raise InputError("logo_unreadable", path=path.name, reason=error.strerror or str(error)) from error
    if len(data) > LOGO_BYTES:
        raise InputError("logo_too_large", path=path.name, kilobytes=LOGO_BYTES // 1024)
    return _checked_logo(data, path.name)


def _checked_logo(data: bytes, name: str) -> Logo:
    kind = "png" if data.startswith(_PNG) else "svg"
    try:
        wide, high = _png_size(data) if kind == "png" else _svg_size(data)
    except (ValueError, struct.error, ElementTree.ParseError) as error:
        raise InputError("logo_not_a_picture", path=name) from error
    if kind == "png" and max(wide, high) > LOGO_PX:
        raise InputError("logo_too_large", path=name, kilobytes=LOGO_BYTES // 1024)
    return Logo(kind, data)


def stored_logo(value: Any) -> Logo | None:
    """Return a picture as a project's document has it (`logo_record`); raises as `read_logo`."""
    if value is None:
        return None
    try:
        data = base64.b64decode(value["data"], validate=True)
    except (TypeError, KeyError, ValueError, binascii.Error) as error:
        raise InputError("template_damaged", what="logo") from error
    if len(data) > LOGO_BYTES:
        raise InputError("logo_too_large", path="logo", kilobytes=LOGO_BYTES // 1024)
    return _checked_logo(data, "logo")


def _png_size(data: bytes) -> tuple[float, float]:
    if data[12:16] != b"IHDR":
        raise ValueError("no header")
    wide, high = struct.unpack(">II", data[16:24])
    if not (wide and high):
        raise ValueError("no size")
    return float(wide), float(high)


def _svg_size(data: bytes) -> tuple[float, float]:
    """The size of a drawing that names no other file, runs nothing and defines no entities."""
    head = data.lower()
    if b"<!doctype" in head or b"<!entity" in head:
        raise ValueError("entities")
    root = ElementTree.fromstring(data)  # noqa: S314 - no entities, and no longer than LOGO_BYTES
    if root.tag.rsplit("}", 1)[-1] != "svg":
        raise ValueError("no drawing")
    for part in root.iter():
        name = str(part.tag).rsplit("}", 1)[-1].lower()
        if name in ("script", "image", "foreignobject", "a", "style"):
            raise ValueError(name)
        for key, value in part.attrib.items():
            own = key.rsplit("}", 1)[-1].lower()
            if own.startswith("on") or (own in ("href", "src") and not value.startswith("#")):
                raise ValueError(own)
            if re.search(r"url\(\s*['\"]?(?!#)", value) or "@import" in value:
                raise ValueError(own)
    box = [float(one) for one in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if one]
    if len(box) != 4:
        box = [0.0, 0.0, *(_length(root.get(name)) for name in ("width", "height"))]
    if not (0 < box[2] < 1e6 and 0 < box[3] < 1e6):
        raise ValueError("no size")
    return box[2], box[3]


def _length(value: str | None) -> float:
    found = re.match(r"\s*([\d.]+)", value or "")
    return float(found[1]) if found else 0.0


def logo_record(logo: Logo) -> dict[str, str]:
    """Return a picture as JSON values."""
    return {"kind": logo.kind, "data": base64.b64encode(logo.data).decode()}
