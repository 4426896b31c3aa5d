"""A page as PDF: vector, fonts embedded, exact size, nothing about who wrote it where."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import accumulate
from mmap import mmap
from pathlib import Path
from xml.sax.saxutils import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF, QUuid
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter, QRawFont

from app.painting.names import map_font

UNITS_PER_MM = 100
DPI = round(UNITS_PER_MM * 25.4)
POINTS_PER_MM = 72 / 25.4
SOFTWARE = "QiTu"
_XREF = re.compile(rb"xref\n0 (\d+)\n((?:\d{10} \d{5} [fn] \n)+)")


def pdf_page(
    width: float, height: float, paint: Callable[[QPainter], None], *, title: str, date: str
) -> bytes:
    """Return a PDF of one page of `width` × `height` mm; `paint` draws on it in mm.

    title: the document's. date: `YYYYMMDD`, as when it was made; the same sheet is the same file.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    _paint(buffer, width, height, (paint,), title, date)
    return finished(bytes(buffer.data().data()), width, height, date)


def pdf_pages(
    device: QIODevice,
    width: float,
    height: float,
    pages: Iterable[Callable[[QPainter], None]],
    *,
    title: str,
    date: str,
) -> None:
    """Write pages one after another to an open device, as Qt writes them; `finished_pieces` follows.

    Only the page that is being painted is held in memory.
    """
    _paint(device, width, height, pages, title, date)


def _paint(
    device: QIODevice,
    width: float,
    height: float,
    pages: Iterable[Callable[[QPainter], None]],
    title: str,
    date: str,
) -> None:
    writer = QPdfWriter(device)
    writer.setResolution(DPI)
    writer.setPageSize(
        QPageSize(
            QSizeF(width, height), QPageSize.Unit.Millimeter, "page", QPageSize.SizeMatchPolicy.ExactMatch
        )
    )
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(title)
    writer.setCreator(SOFTWARE)
    writer.setDocumentId(QUuid.createUuidV5(QUuid(), f"{title} {date} {width:g} {height:g}".encode()))
    writer.setDocumentXmpMetadata(QByteArray(_xmp(title).encode("utf-8")))
    painter = QPainter(writer)
    try:
        for at, paint in enumerate(pages):
            if at:
                writer.newPage()
            painter.save()
            try:
                painter.scale(UNITS_PER_MM, UNITS_PER_MM)
                paint(painter)
            finally:
                painter.restore()
    finally:
        painter.end()


def is_whole(path: Path) -> bool:
    """Whether a PDF was written to its end: Qt's writer says nothing of a disk that fills on the way."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 16))
            return file.read().rstrip().endswith(b"%%EOF")
    except FileNotFoundError:
        return False


def finished(data: bytes, width: float, height: float, date: str) -> bytes:
    """The writer's file with what Qt has no switch for: the exact page box, the producer, the dates.

    Qt rounds a page to whole points (A3 becomes 420.16 mm wide) and names itself with its version.
    """
    return b"".join(finished_pieces(data, width, height, date))


def finished_pieces(data: bytes | mmap, width: float, height: float, date: str) -> Iterator[bytes]:
    """What `finished` returns, in pieces: a file of many pages is never held whole."""
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    high = float(box[2]) if box else height * POINTS_PER_MM
    # Its coordinates hang from the upper edge of the rounded page.
    exact = b"[0 %.4f %.4f %.4f]" % (high - height * POINTS_PER_MM, width * POINTS_PER_MM, high)
    changes = [
        (rb"/(Media|Trim)Box \[0 0 [\d.]+ [\d.]+\]", lambda hit: b"/%sBox %s" % (hit[1], exact)),
        (rb"/Producer \((?:\\.|[^)\\])*\)", lambda hit: b"/Producer (" + SOFTWARE.encode() + b")"),
        (rb"/(Creation|Mod)Date \([^)]*\)", lambda hit: b"/%sDate (D:%s)" % (hit[1], date.encode())),
        (rb"/Author \((?:\\.|[^)\\])*\)\n", lambda hit: b""),
    ]
    changes += [(rb"(?s)begincmap.*?endcmap", lambda hit: _named(hit[0]))]
    edits = sorted(
        (hit.start(), hit.end(), make(hit)) for pattern, make in changes for hit in re.finditer(pattern, data)
    )
    return _edited(data, edits)


def _named(names: bytes) -> bytes:
    """A font's table of characters in which each glyph has its usual one.

    Some glyphs stand for several characters (space and tab, – and ‒, 胶 and a rare twin); Qt names the first.
    """
    usual = _usual()

    def entry(hit: re.Match[bytes]) -> bytes:
        return hit[1] + re.sub(rb"<(\w{4})>", lambda one: b"<%s>" % usual.get(one[1].upper(), one[1]), hit[2])

    return re.sub(rb"(?m)^(<\w{4}> <\w{4}> )(<\w{4}>|\[[^\]]*\])$", entry, names)


@cache
def _usual() -> dict[bytes, bytes]:
    """Character (four hexadecimal digits) -> the usual one of those that have its glyph in our font."""
    signs = [chr(code) for code in range(0x20, 0xFFFE) if not 0xD800 <= code < 0xE000]
    glyphs = QRawFont.fromFont(map_font(100)).glyphIndexesForString("".join(signs))
    twins: dict[int, list[str]] = {}
    for sign, glyph in zip(signs, glyphs, strict=True):
        if glyph:
            twins.setdefault(glyph, []).append(sign)
    found = {b"0009": b"0020"}
    for many in twins.values():
        if len(many) > 1:
            chosen = min(many, key=_rarity)
            found |= {b"%04X" % ord(sign): b"%04X" % ord(chosen) for sign in many}
    return found


def _rarity(sign: str) -> int:
    for at, encoding in enumerate(("ascii", "latin-1", "gb2312", "gbk")):
        try:
            sign.encode(encoding)
        except UnicodeEncodeError:
            continue
        return at
    return 4


def _edited(data: bytes | mmap, edits: list[tuple[int, int, bytes]]) -> Iterator[bytes]:
    """The file with pieces replaced, and its table of offsets put right."""
    table = None
    for table in _XREF.finditer(data):  # noqa: B007 - the last one
        pass
    if table is None:
        raise RuntimeError("Qt wrote a PDF without a cross-reference table")
    edits = [edit for edit in edits if edit[1] <= table.start()]
    ends = [end for _, end, _ in edits]
    shifts = [0, *accumulate(len(new) - (end - start) for start, end, new in edits)]

    def moved(offset: int) -> int:
        return offset + shifts[bisect_right(ends, offset)]

    at = 0
    for start, end, new in edits:
        yield data[at:start]
        yield new
        at = end
    rows = [
        b"%010d%s" % (moved(int(row[:10])) if row[17:18] == b"n" else int(row[:10]), row[10:])
        for row in (table[2][first : first + 20] for first in range(0, len(table[2]), 20))
    ]
    tail = re.sub(rb"startxref\n\d+", lambda _: b"startxref\n%d" % moved(table.start()), data[table.end() :])
    yield data[at : table.start()]
    yield from (b"xref\n0 " + table[1] + b"\n", *rows, tail)


def _xmp(title: str) -> str:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        f'xmp:CreatorTool="{SOFTWARE}"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}'
        "</rdf:li>"
        '</rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    )
