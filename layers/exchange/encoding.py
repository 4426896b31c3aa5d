"""In which encoding text is: what it says itself, weighed against what the bytes can be.

Strict UTF-8 first, then GB18030; both may decode by accident, so the share of common Han characters decides
(GB 2312 level 1: lead bytes B0 to D7; Big5 level 1: A4 to C6). Where two readings are as good, it is asked.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

GB, BIG5, UTF8, ASCII = "gb18030", "big5", "utf-8", "ascii"
SAMPLE = 400_000
LANGUAGE_BYTES = {0x4D: GB, 0x7A: GB, 0x4F: BIG5, 0x78: BIG5}
"""Language byte of a DBF -> encoding (Chinese ones; others say little)."""
SHOWN = {
    "gb18030": "GBK",
    "gbk": "GBK",
    "gb2312": "GBK",
    "utf-8": "UTF-8",
    "big5": "Big5",
    "ascii": "ASCII",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding (Python's name), whether it is sure, and the other readings in order."""

    encoding: str
    sure: bool = True
    alternatives: tuple[str, ...] = ()


def known_encoding(name: str) -> str | None:
    """Return Python's name for what people and .cpg files write (`936`, `CP936`, `GB2312`, `UTF8`); None if
    unknown."""
    plain = name.strip().strip("\x00").lower().replace("_", "-")
    plain = {
        "936": "gbk",
        "cp936": "gbk",
        "ansi 936": "gbk",
        "ansi-936": "gbk",
        "gb2312": "gbk",
        "950": "big5",
        "65001": "utf-8",
        "utf8": "utf-8",
        "oem": "",
        "system": "",
        "54936": "gb18030",
    }.get(plain, plain)
    try:
        name = codecs.lookup(plain).name if plain else ""
    except (LookupError, ValueError):
        return None
    return {"gbk": GB, "gb2312": GB, "utf-8-sig": UTF8, "cp950": BIG5, "big5hkscs": BIG5}.get(
        name, name
    ) or None


def shown(encoding: str) -> str:
    """Return the name to show."""
    return SHOWN.get(encoding, encoding)


def guess_encoding(data: bytes, *, stated: str | None = None) -> Guess:
    """Return the encoding of text bytes. stated: what a .cpg or language byte says, believed if it can be."""
    data = data[:SAMPLE]
    if data.isascii():
        return Guess(stated if stated in (UTF8, GB) else ASCII)
    if decodes(data, UTF8) and not _accident(data):
        return Guess(UTF8)
    gb, big5 = _common_gb(data), _common_big5(data)
    if stated == BIG5 and big5 is not None:
        return Guess(BIG5, True, (GB,))
    if gb is None and big5 is None:
        if stated and stated not in (UTF8, GB, BIG5) and decodes(data, stated):
            return Guess(stated)
        return Guess(GB, False, (BIG5, UTF8, "latin-1"))
    if stated == GB and gb is not None and gb >= 0.5:
        return Guess(GB)
    if gb is not None and gb >= 0.55 and (big5 is None or gb >= big5 - 0.1):
        return Guess(GB)
    if big5 is not None and big5 >= 0.5 and (gb is None or big5 > gb + 0.1):
        return Guess(BIG5, False, (GB,))
    return Guess(GB, False, (BIG5, "latin-1"))


def decodes(data: bytes, encoding: str) -> bool:
    """Whether `data` is text in `encoding`, its last character possibly cut."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(data, final=False)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def decode_cell(data: bytes, encoding: str) -> tuple[str, bool]:
    """Return (text, whole): a character cut at the end of a field is left out, others become U+FFFD."""
    try:
        return data.decode(encoding), True
    except UnicodeDecodeError:
        pass
    for cut in (1, 2, 3):
        try:
            return data[:-cut].decode(encoding), False
        except UnicodeDecodeError:
            continue
    return data.decode(encoding, "replace"), False


def han_share(text: str) -> float:
    """Return the share of Han characters among those that are not ASCII."""
    others = [char for char in text if ord(char) > 127]
    return sum("\u4e00" <= char <= "\u9fff" for char in others) / len(others) if others else 0.0


def decode_text(data: bytes, encoding: str | None = None) -> tuple[str, Guess]:
    """Return a text file's text and how it was read; a byte order mark settles it."""
    for mark, name in (
        (codecs.BOM_UTF8, UTF8),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), Guess(name)
    if encoding:
        return data.decode(encoding, "replace"), Guess(encoding)
    if data[1:4000:2].count(0) > len(data[:4000]) // 4:
        return data.decode("utf-16-le", "replace"), Guess("utf-16-le")
    sample = bytes(part for line in data[:SAMPLE].split(b"\n") if not line.isascii() for part in line)
    guess = guess_encoding(sample or data)
    if guess.encoding == UTF8 and not decodes(data, UTF8):
        guess = Guess(GB, False, (UTF8,))
    return data.decode(guess.encoding, "replace"), guess


def _accident(data: bytes) -> bool:
    """GBK that happens to be UTF-8: no Han in the UTF-8 reading, mostly common Han in the other."""
    text = data.decode(UTF8, "ignore")
    other = _common_gb(data)
    return han_share(text) == 0.0 and other is not None and other >= 0.9 and _two_bytes_only(text)


def _two_bytes_only(text: str) -> bool:
    return all(ord(char) < 0x800 for char in text) and not any(0x1800 <= ord(char) for char in text)


def _common_gb(data: bytes) -> float | None:
    return _common(data, GB, "gb2312", range(0xB0, 0xD8))


def _common_big5(data: bytes) -> float | None:
    return _common(data, BIG5, "big5", range(0xA4, 0xC7))


def _common(data: bytes, encoding: str, table: str, leads: range) -> float | None:
    """Share of level-1 characters among all that are not ASCII and no punctuation, None where it does not
    decode."""
    if not decodes(data, encoding):
        return None
    text = codecs.getincrementaldecoder(encoding)("strict").decode(data, final=False)
    others = [
        char for char in text if ord(char) > 127 and not 0x3000 <= ord(char) < 0x3040 and ord(char) < 0xFF00
    ]
    if not others:
        return 1.0 if any(ord(char) > 127 for char in text) else 0.0
    good = 0
    for char in others:
        try:
            raw = char.encode(table)
        except UnicodeEncodeError:
            continue
        good += len(raw) == 2 and raw[0] in leads
    return good / len(others)
