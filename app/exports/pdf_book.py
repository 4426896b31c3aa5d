"""What a PDF of many pages has besides its pages: bookmarks, and places of a page that lead to another.

Qt's writer has neither. They are appended as the format means it: objects that are new or changed, a table of
their offsets, and where the table before stands (an incremental update, ISO 32000-1 §7.5.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from mmap import mmap

from app.exports.pdf import POINTS_PER_MM
from layers.maps.paper_parts import Box


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A line of the outline that leads to a page (from 1); under another where `level` is 1."""

    title: str
    page: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A box in mm on a page (from 1) that leads to another page."""

    page: int
    box: Box
    target: int


def additions(
    data: bytes | mmap, height: float, bookmarks: Sequence[Bookmark], links: Sequence[Link]
) -> Iterator[bytes]:
    """What is to stand behind the finished file `data` so that it has bookmarks and links.

    height: of a page in mm. Raises ValueError where the file is not one that Qt has written.
    """
    last = _last(rb"startxref\n(\d+)\s+%%EOF\s*$", data)
    trailer = _last(rb"trailer\n<<\n/Size (\d+)\s(.*?)>>\s*startxref", data)
    root = _number(rb"/Root (\d+) 0 R", trailer[2])
    pages = [int(one) for one in re.findall(rb"(\d+) 0 R", _last(rb"/Kids \n?\[\n(.*?)\]", data)[1])]
    catalogue = _last(rb"\n%d 0 obj\n<<\n(/Type /Catalog.*?)>>\nendobj" % root, data)[1]
    size = int(trailer[1])
    objects: dict[int, bytes] = {}
    if bookmarks:
        objects |= _outline(bookmarks, pages, size)
        objects[root] = b"<<\n%s/Outlines %d 0 R\n/PageMode /UseOutlines\n>>" % (catalogue, size)
    for page in sorted({link.page for link in links}):
        own = _last(rb"\n%d 0 obj\n<<\n/Type /Page\n(.*?)>>\nendobj" % pages[page - 1], data)[1]
        top = float(_group(rb"/MediaBox \[[\d.-]+ [\d.-]+ [\d.-]+ ([\d.-]+)\]", own))
        found = b"\n".join(_link(link, pages, top) for link in links if link.page == page)
        objects[_number(rb"/Annots (\d+) 0 R", own)] = b"[\n%s\n]" % found
    return _update(objects, len(data), int(last[1]), max(size, max(objects, default=0) + 1), trailer[2])


def _update(
    objects: dict[int, bytes], start: int, before: int, size: int, facts: bytes
) -> Iterator[bytes]:
    at, rows = start, []
    for number in sorted(objects):
        piece = b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
        rows.append(b"%d 1\n%010d 00000 n \n" % (number, at))
        at += len(piece)
        yield piece
    yield b"xref\n" + b"".join(rows)
    yield b"trailer\n<<\n/Size %d\n%s/Prev %d\n>>\nstartxref\n%d\n%%%%EOF\n" % (size, facts, before, at)


def _outline(bookmarks: Sequence[Bookmark], pages: Sequence[int], first: int) -> dict[int, bytes]:
    """Objects of the outline: its root has the number `first`, its lines follow."""
    numbers = {at: first + 1 + at for at in range(len(bookmarks))}
    parents, top = [], -1
    for at, mark in enumerate(bookmarks):
        top = at if mark.level == 0 else top
        parents.append(-1 if mark.level == 0 else top)
    children: dict[int, list[int]] = {}
    for at, parent in enumerate(parents):
        children.setdefault(parent, []).append(at)

    def family(at: int) -> bytes:
        own = children.get(at, ())
        if not own:
            return b""
        return b"/First %d 0 R\n/Last %d 0 R\n/Count %d\n" % (numbers[own[0]], numbers[own[-1]], len(own))

    total = len(bookmarks)
    ends = children.get(-1, [0])
    made = {
        first: b"<<\n/Type /Outlines\n/First %d 0 R\n/Last %d 0 R\n/Count %d\n>>"
        % (numbers[ends[0]], numbers[ends[-1]], total)
    }
    for at, mark in enumerate(bookmarks):
        row = children[parents[at]]
        place = row.index(at)
        parts = [b"/Title %s\n" % _text(mark.title)]
        parts.append(b"/Parent %d 0 R\n" % (first if parents[at] < 0 else numbers[parents[at]]))
        parts.append(b"/Prev %d 0 R\n" % numbers[row[place - 1]] if place else b"")
        parts.append(b"/Next %d 0 R\n" % numbers[row[place + 1]] if place + 1 < len(row) else b"")
        parts += [family(at), b"/Dest [%d 0 R /Fit]\n" % pages[mark.page - 1]]
        made[numbers[at]] = b"<<\n%s>>" % b"".join(parts)
    return made


def _link(link: Link, pages: Sequence[int], top: float) -> bytes:
    box = link.box
    return (
        b"<< /Type /Annot /Subtype /Link /Border [0 0 0] /Rect [%.2f %.2f %.2f %.2f] /Dest [%d 0 R /Fit] >>"
        % (
            box.left * POINTS_PER_MM,
            top - box.bottom * POINTS_PER_MM,
            box.right * POINTS_PER_MM,
            top - box.top * POINTS_PER_MM,
            pages[link.target - 1],
        )
    )


def _text(words: str) -> bytes:
    return b"<FEFF%s>" % words.encode("utf-16-be").hex().upper().encode()


def _last(pattern: bytes, data: bytes | mmap) -> re.Match[bytes]:
    found = None
    for found in re.finditer(pattern, data, re.S):  # noqa: B007 - the last one
        pass
    if found is None:
        raise ValueError(f"no {pattern!r} in the file")
    return found


def _group(pattern: bytes, data: bytes) -> bytes:
    return _last(pattern, data)[1]


def _number(pattern: bytes, data: bytes) -> int:
    return int(_group(pattern, data))
