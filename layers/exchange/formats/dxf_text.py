"""In which encoding the text of a DXF is: its code page is missing or wrong in many a drawing."""

from __future__ import annotations

import codecs
import re

from layers.exchange.encoding import BIG5, GB, UTF8, Guess, decodes, guess_encoding

PAGES = {GB: b"ANSI_936", BIG5: b"ANSI_950"}
OF_PAGES = {b"ANSI_936": GB, b"GBK": GB, b"GB2312": GB, b"ANSI_950": BIG5}
UNICODE_FROM = b"AC1021"  # AutoCAD 2007: all text is UTF-8, whatever the page says
_VERSION = re.compile(rb"\$ACADVER\s+1\s+(AC\d{4})")
_PAGE = re.compile(rb"(\$DWGCODEPAGE\s+3\s+)(\S+)")
_HEADER = re.compile(rb"^\s*0\r?\n\s*SECTION\r?\n\s*2\r?\n\s*HEADER\r?\n", re.MULTILINE)
_LINE = b"9\n$DWGCODEPAGE\n3\n%s\n"


def _escaped(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "".join(f"\\U+{ord(char):04X}" for char in error.object[error.start : error.end]), error.end


codecs.register_error("dxf_escape", _escaped)


def with_code_page(data: bytes, wanted: str | None) -> tuple[bytes, Guess]:
    """Return a text DXF whose code page is what its bytes are, and what they are.

    wanted: encoding that the user has settled. A page that can be right is believed.
    """
    lines = b"\n".join(line for line in data.split(b"\n") if not line.isascii())
    if not lines and wanted is None:
        return data, Guess(UTF8)
    version, page = _VERSION.search(data), _PAGE.search(data)
    unicode = version is not None and version[1] >= UNICODE_FROM
    if unicode and wanted in (None, UTF8) and decodes(data, UTF8):
        return data, Guess(UTF8)
    stated = OF_PAGES.get(page[2].upper()) if page else None
    guess = Guess(wanted) if wanted else guess_encoding(lines, stated=stated)
    if unicode:
        return data.decode(guess.encoding, "replace").encode(), guess
    if guess.encoding not in PAGES:  # no page says so: the same text in one that has a name
        text = data.decode(guess.encoding, "replace")
        return _stamped(text.encode("gbk", "dxf_escape"), PAGES[GB]), guess
    return _stamped(data, PAGES[guess.encoding]), guess


def _stamped(data: bytes, page: bytes) -> bytes:
    if _PAGE.search(data):
        return _PAGE.sub(lambda found: found[1] + page, data, count=1)
    header = _HEADER.search(data)
    if header:
        return data[: header.end()] + _LINE % page + data[header.end() :]
    return b"0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1009\n" + _LINE % page + b"0\nENDSEC\n" + data
