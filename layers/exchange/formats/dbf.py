"""Attributes of a Shapefile, read by ourselves: exact counts, every encoding, field names cut inside a
character."""

from __future__ import annotations

import datetime
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from layers.errors import InputError
from layers.exchange.encoding import LANGUAGE_BYTES, Guess, decode_cell, guess_encoding, known_encoding
from layers.exchange.source import Flag, safe_heading

SAMPLE_ROWS = 3000


@dataclass(slots=True)
class Dbf:
    """declared: what the header says; whole: records that are there completely; deleted: marked as gone."""

    declared: int
    whole: int
    columns: dict[str, list[Any]]
    deleted: list[int]
    encoding: Guess
    flags: list[Flag] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Field:
    name: bytes
    type: str
    start: int
    width: int
    decimals: int


def read_dbf(path: Path, *, cpg: str | None, encoding: str | None) -> Dbf:
    """Read a .dbf. cpg: text of the .cpg; encoding: settled by the user. Raises InputError `dbf_damaged`."""
    data = path.read_bytes()
    if len(data) < 33:
        raise InputError("dbf_damaged", name=path.name)
    declared, head, width = struct.unpack("<IHH", data[4:12])
    fields = _fields(data, head)
    if not fields or width < 2 or head < 33 or fields[-1].start + fields[-1].width > width:
        raise InputError("dbf_damaged", name=path.name)
    whole = max(min(declared, (len(data) - head) // width), 0)
    table = np.frombuffer(data, np.uint8, whole * width, min(head, len(data))).reshape(whole, width)
    guess = _encoding(data, fields, table, cpg, encoding)
    deleted = (np.flatnonzero(table[:, 0] == 0x2A) + 1).tolist()
    result = Dbf(declared, whole, {}, deleted, guess)
    for at, one in enumerate(fields):
        name, _ = one.name.decode(guess.encoding, "replace"), None
        heading = safe_heading(name, at, result.columns)
        cells = table[:, one.start : one.start + one.width]
        if one.type == "C" and whole:  # wide fields are mostly blanks: those of every row are left away
            used = np.flatnonzero((cells != 0x20).any(axis=0))
            cells = cells[:, : int(used[-1]) + 1 if len(used) else 0]
        cells = np.ascontiguousarray(cells)
        width = cells.shape[1]
        raw = cells.view(f"S{width}").reshape(-1).tolist() if width and whole else [b""] * whole
        result.columns[heading] = _values(one, raw, cells, guess.encoding, heading, result.flags)
    return result


def _fields(data: bytes, head: int) -> list[_Field]:
    fields, start = [], 1
    for at in range(32, min(head, len(data)) - 31, 32):
        if data[at] == 0x0D:
            break
        name = data[at : at + 11].split(b"\x00")[0]
        kind, width, decimals = chr(data[at + 11]), data[at + 16], data[at + 17]
        if kind == "C":  # wide text fields use the decimals' byte, too
            width, decimals = width + 256 * decimals, 0
        fields.append(_Field(name, kind, start, width, decimals))
        start += width
    return fields


def _encoding(
    data: bytes, fields: list[_Field], table: np.ndarray, cpg: str | None, wanted: str | None
) -> Guess:
    if wanted:
        return Guess(wanted)
    stated = known_encoding(cpg) if cpg else LANGUAGE_BYTES.get(data[29])
    names = b" ".join(one.name for one in fields)
    texts = [one for one in fields if one.type == "C"]
    step = max(len(table) // SAMPLE_ROWS, 1)
    parts = [
        row[one.start : one.start + one.width].tobytes().split(b"\x00")[0].strip()
        for row in table[::step]
        for one in texts
    ]
    cells = b" ".join(part for part in parts if not part.isascii())
    if not cells:
        return guess_encoding(names, stated=stated)
    if stated == "utf-8" and not _all_decode(parts, "utf-8"):
        stated = None  # it lies
    guess = guess_encoding(cells, stated=stated)
    if (
        guess.encoding != "utf-8"
        and stated != "utf-8"
        and _all_decode(parts, "utf-8")
        and not _all_decode(parts, guess.encoding)
    ):
        return Guess("utf-8")
    return guess


def _all_decode(parts: list[bytes], encoding: str) -> bool:
    return all("\ufffd" not in decode_cell(part, encoding)[0] for part in parts)


def _values(
    one: _Field, raw: list[bytes], cells: np.ndarray, encoding: str, heading: str, flags: list[Flag]
) -> list[Any]:
    if one.type in "IO+B" and one.width in (4, 8):
        return _binary(one, cells)
    if one.type == "C":
        width = cells.shape[1]
        if width and ((cells > 0) & (cells < 0x80)).all():  # plain: cut one long text
            text = cells.tobytes().decode("ascii")
            pieces = [text[at : at + width] for at in range(0, len(text), width)]
            full = bool((cells[:, -1] != 0x20).all())
            return pieces if full else [piece.rstrip(" ") or None for piece in pieces]
        return _texts(one, raw, encoding, heading, flags)
    reader = {"N": _number, "F": _number, "D": _day, "L": _truth}.get(one.type)
    if reader is None:
        return [decode_cell(cell.strip(b"\x00 "), encoding)[0] or None for cell in raw]
    read = {cell: reader(cell.strip(b" \x00"), one) for cell in set(raw)}
    wrong = {cell for cell, (_, fine) in read.items() if not fine}
    if wrong:
        flags.extend(
            Flag(
                at + 1,
                "value_unreadable",
                {"column": heading, "value": cell.decode("ascii", "replace")},
                kept=True,
            )
            for at, cell in enumerate(raw)
            if cell in wrong
        )
    values = {cell: value for cell, (value, _) in read.items()}
    return list(map(values.__getitem__, raw))


def _texts(one: _Field, raw: list[bytes], encoding: str, heading: str, flags: list[Flag]) -> list[Any]:
    decoded = {cell: decode_cell(cell.split(b"\x00")[0].rstrip(b" "), encoding) for cell in set(raw)}
    texts = {cell: text or None for cell, (text, _) in decoded.items()}
    cut = {cell for cell, (_, whole) in decoded.items() if not whole}
    if cut:
        flags.extend(
            Flag(at + 1, "text_cut", {"column": heading, "value": texts[cell] or ""}, kept=True)
            for at, cell in enumerate(raw)
            if cell in cut
        )
    return list(map(texts.__getitem__, raw))


def _number(cell: bytes, one: _Field) -> tuple[Any, bool]:
    if not cell:
        return None, True
    try:
        if one.decimals == 0 and b"." not in cell and b"e" not in cell.lower():
            return int(cell), True
        value = float(cell)
    except ValueError:
        return None, False
    if not np.isfinite(value):
        return None, False
    return value, True


def _day(cell: bytes, _: _Field) -> tuple[Any, bool]:
    if not cell.strip(b"0"):
        return None, True
    try:
        return datetime.date(int(cell[:4]), int(cell[4:6]), int(cell[6:8])).isoformat(), True
    except ValueError:
        return None, False


def _truth(cell: bytes, _: _Field) -> tuple[Any, bool]:
    value = {b"T": True, b"Y": True, b"F": False, b"N": False, b"": None, b"?": None}.get(cell.upper(), cell)
    return (None, False) if isinstance(value, bytes) else (value, True)


def _binary(one: _Field, cells: np.ndarray) -> list[Any]:
    kind = {"I": "<i4", "+": "<i4", "O": "<f8", "B": "<f8"}[one.type] if one.width != 4 else "<i4"
    return [value if value == value else None for value in cells.view(kind).reshape(-1).tolist()]
