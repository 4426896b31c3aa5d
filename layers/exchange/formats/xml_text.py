"""XML that may be parsed: without document types and entities, in whatever encoding it comes."""

from __future__ import annotations

import codecs
import re
import xml.etree.ElementTree as ET

from layers.errors import InputError

DEEPEST = 400


def checked_xml(data: bytes, name: str) -> bytes:
    """Return XML as UTF-8; raises InputError `xml_entities` for a DTD or entities, `file_too_deep`."""
    text = _text(data)
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise InputError("xml_entities", name=name)
    _measure(text, name)
    text = re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", text, count=1)
    return text.encode("utf-8", "replace")


def local(element: ET.Element) -> str:
    """Return a tag without its namespace."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _text(data: bytes) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    if data[1:200:2].count(0) > 50:
        return data.decode("utf-16-le", "replace")
    stated = re.match(rb"\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)", data[:300])
    wanted = stated[1].decode("ascii").lower() if stated else "utf-8"
    for encoding in ({"gb2312": "gb18030", "gbk": "gb18030"}.get(wanted, wanted), "utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def _measure(text: str, name: str) -> None:
    """Elements nested by the ten thousand bring a parser down; a map has a dozen levels."""
    depth = 0
    for mark in re.finditer(r"<(/?)[A-Za-z_][^<>]*?(/?)>", text):
        if mark[1]:
            depth -= 1
        elif not mark[2]:
            depth += 1
            if depth > DEEPEST:
                raise InputError("file_too_deep", name=name)
