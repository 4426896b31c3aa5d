"""The text of our own PDFs, page by page, in the order in which it is drawn.

Reads what `app.exports.pdf` writes (a PDF 1.4 with a plain cross-reference table, Flate streams, Identity-H
fonts with a table of characters); a file that another program has written anew is refused by name: what it
says cannot be told then, only that it is another file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import groupby

from app.packs.pdf_objects import objects_of, reference, stream
from app.packs.reading import DIGEST, Line
from layers.errors import InputError

_FONT = re.compile(rb"/(\w+) [\d.]+ Tf")
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> (?:<([0-9A-Fa-f]+)>|\[([^\]]*)\])")
_SINGLE = re.compile(rb"(?m)^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\s*$")


def pdf_lines(data: bytes) -> Iterator[Line]:
    """A line for the pieces of text that follow each other on one base line.

    Raises InputError `pack_file_unreadable`.
    """
    objects = objects_of(data)
    pages = [number for number, body in objects.items() if re.search(rb"/Type /Page\b(?!s)", body)]
    if not pages or b"/ObjStm" in data or b"/Encrypt" in data:
        raise InputError("pack_file_unreadable", reason="PDF")
    for number, page in enumerate(_in_order(objects, pages), 1):
        body = objects[page]
        contents, resources = reference(body, b"Contents"), reference(body, b"Resources")
        fonts = {
            name: _characters(objects, int(font))
            for name, font in re.findall(rb"/(F\d+) (\d+) 0 R", objects.get(resources, body))
        }
        content = stream(objects.get(contents, b""))
        pieces = _pieces(content, fonts)
        for at, (_, group) in enumerate(groupby(pieces, key=lambda piece: piece[0]), 1):
            yield Line(("page", number, "line", at), tuple(words for _, words in group))
        yield Line(("page", number, "drawing"), (_drawn(content),), DIGEST)


def _in_order(objects: dict[int, bytes], pages: list[int]) -> list[int]:
    """Pages as the tree of pages lists them."""
    kids = [
        int(number)
        for body in objects.values()
        if re.search(rb"/Type /Pages\b", body)
        for listed in re.findall(rb"/Kids\s*\[([^\]]*)\]", body)
        for number in re.findall(rb"(\d+) 0 R", listed)
    ]
    return [number for number in kids if number in pages] or sorted(pages)


def _characters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    """Glyph -> character of a font."""
    table = stream(objects.get(reference(objects.get(font, b""), b"ToUnicode"), b""))
    found: dict[int, str] = {}
    for first, last, start, listed in _RANGE.findall(table):
        low, high = int(first, 16), min(int(last, 16), 0xFFFF)
        if listed:
            signs = [_sign(one) for one in _HEX.findall(listed)]
            found |= dict(zip(range(low, high + 1), signs, strict=False))
        else:
            found |= {at: chr(int(start, 16) + at - low) for at in range(low, high + 1)}
    found |= {int(glyph, 16): _sign(sign) for glyph, sign in _SINGLE.findall(table)}
    return found


def _sign(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", "replace")


def _pieces(content: bytes, fonts: dict[bytes, dict[int, str]]) -> Iterator[tuple[int, str]]:
    """(base line, text) of each text from BT to ET; Qt moves to its place by `cm`, in the page's units."""
    font: dict[int, str] = {}
    said: list[str] = []
    here, kept = _STILL, list[Matrix]()
    for line in content.split(b"\n"):
        if line == b"q":
            kept.append(here)
        elif line == b"Q":
            here = kept.pop() if kept else _STILL
        elif line.endswith(b" cm"):
            here = _times(tuple(map(float, line.split()[:6])), here)
        elif line == b"ET":
            if words := "".join(said).strip():
                yield round(here[5]), words
            said = []
        elif line.endswith((b"Tj", b"TJ")):
            said += [_spoken(digits, font) for digits in _HEX.findall(line)]
        elif found := _FONT.search(line):
            font = fonts.get(found[1], {})


def _drawn(content: bytes) -> str:
    """Digest of what is drawn beside text: paths and their colours."""
    drawn = hashlib.sha256()
    for line in content.split(b"\n"):
        if line.endswith((b" l", b" m", b" c", b" re", b" scn", b" SCN")):
            drawn.update(line + b"\n")
    return drawn.hexdigest()[:16]


def _spoken(digits: bytes, font: dict[int, str]) -> str:
    """Glyphs as characters; one without a character is a question that no number equals."""
    glyphs = bytes.fromhex(re.sub(rb"\s", b"", digits).decode("ascii"))
    pairs = (int.from_bytes(glyphs[at : at + 2], "big") for at in range(0, len(glyphs), 2))
    return "".join(font.get(glyph, "\ufffd") for glyph in pairs)


Matrix = tuple[float, ...]
_STILL: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _times(one: Matrix, other: Matrix) -> Matrix:
    """The movement `one`, then `other`."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)
