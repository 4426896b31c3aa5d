"""What a file says, line by line, as it stands in the file now: the places and texts that are compared.

`read_lines(name, data)` gives the lines of CSV, JSON, XLSX, PPTX, DOCX, HTML and PDF; a PNG has none (its
pixels are compared). The readers are our own and small: they take what they meet for data, never run it, and
a file that they cannot read is told as such.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from app.messages import text
from layers.errors import InputError

Place = tuple[str | int, ...]
"""Words and numbers in turn, as ("page", 1, "line", 12); words are ids of `[ui.place_…]`."""


DIGEST = ("digest",)
"""Heads of a line that is no text: what is drawn, styles, scripts, compared whole."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file: its place, its cells, and what each cell is called ("" where nothing says it)."""

    place: Place
    cells: tuple[str, ...]
    heads: tuple[str, ...] = ()

    def head(self, at: int) -> str:
        """What the cell is called."""
        return self.heads[at] if at < len(self.heads) else ""


def read_lines(name: str, data: bytes) -> list[Line]:
    """Return every line of the file; [] for a format without text. Raises InputError
    `pack_file_unreadable`."""
    reader = _READERS.get(name[name.rfind(".") :].lower())
    if reader is None:
        return []
    try:
        return list(reader(data))
    except InputError:
        raise
    except Exception as error:  # whatever a damaged file does to a reader, it is the file that is at fault
        raise InputError("pack_file_unreadable", reason=f"{type(error).__name__}: {error}"[:160]) from error


def plain(cell: str) -> str:
    """Return a cell as it is compared: a number without its separators and idle zeros, text without extra
    spaces."""
    said = " ".join(cell.split())
    bare = said.replace(",", "").replace("\u2212", "-")
    if _NUMBER.fullmatch(bare):
        try:
            value = Decimal(bare).normalize()
        except InvalidOperation:
            return said
        return format(value, "f") if value else "0"
    return said


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")


# -- CSV, JSON ---------------------------------------------------------------------------------------------


def _csv(data: bytes) -> Iterator[Line]:
    rows = csv.reader(io.StringIO(_text(data), newline=""))
    heads: tuple[str, ...] = ()
    for number, row in enumerate(rows, 1):
        yield Line(("row", number), tuple(row), heads)
        heads = heads or tuple(row)


def _text(data: bytes) -> str:
    """An office program may have written it again, in its own encoding."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("pack_file_unreadable", reason="encoding")


def _json(data: bytes) -> Iterator[Line]:
    document = json.loads(data.decode("utf-8-sig"))
    yield from json_lines(document, ())


def json_lines(value: Any, place: Place) -> Iterator[Line]:
    """Lines of a JSON value: an object's plain values together, lists of plain values as rows."""
    if isinstance(value, Mapping):
        flat = {key: one for key, one in value.items() if not isinstance(one, dict | list)}
        if flat:
            yield Line(place, tuple(said(one) for one in flat.values()), tuple(map(str, flat)))
        for key, one in value.items():
            if isinstance(one, dict | list):
                yield from json_lines(one, (*place, str(key)))
    elif isinstance(value, list):
        if all(not isinstance(one, dict | list) for one in value):
            yield Line(place, tuple(said(one) for one in value))
        else:
            for at, one in enumerate(value, 1):
                yield from json_lines(one, (*place, at))
    else:
        yield Line(place, (said(value),))


def said(value: Any) -> str:
    """A JSON value as text; null is nothing."""
    return "" if value is None else json.dumps(value) if isinstance(value, bool) else str(value)


def _xlsx(data: bytes) -> Iterator[Line]:
    from app.packs.office import xlsx_lines

    return xlsx_lines(data)


def _pptx(data: bytes) -> Iterator[Line]:
    from app.packs.office import pptx_lines

    return pptx_lines(data)


def _docx(data: bytes) -> Iterator[Line]:
    from app.packs.office import docx_lines

    return docx_lines(data)


def _html(data: bytes) -> Iterator[Line]:
    from app.packs.page import html_lines

    return html_lines(data)


def _pdf(data: bytes) -> Iterator[Line]:
    from app.packs.pdf_text import pdf_lines

    try:
        return iter(list(pdf_lines(data)))
    except Exception as error:  # another program's way of writing, as far as its end is there
        whole = b"%%EOF" in data[-1024:]
        reason = text("pack_pdf_foreign" if whole else "pack_pdf_damaged")
        raise InputError("pack_file_unreadable", reason=reason) from error


_READERS: Mapping[str, Callable[[bytes], Iterator[Line]]] = {
    ".csv": _csv,
    ".json": _json,
    ".xlsx": _xlsx,
    ".pptx": _pptx,
    ".docx": _docx,
    ".html": _html,
    ".pdf": _pdf,
}
