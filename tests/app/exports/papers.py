"""What a written sheet is, looked at from outside: its page, words, pixels, bytes."""

from __future__ import annotations

import datetime
import re
import zlib

import numpy as np
import pypdfium2 as pdfium

DAY = datetime.date(2024, 3, 5)


def page_of(data: bytes) -> pdfium.PdfPage:
    return pdfium.PdfDocument(data)[0]


def text_of(data: bytes) -> str:
    return page_of(data).get_textpage().get_text_bounded()


def pixels_of(data: bytes, dpi: float) -> np.ndarray:
    """A page's pixels (height, width, 3)."""
    return np.asarray(page_of(data).render(scale=dpi / 72).to_pil().convert("RGB")).astype(int)


def inflated(data: bytes) -> bytes:
    """A file's bytes with every compressed stream unpacked behind it."""
    parts = [data]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    if data.startswith(b"\x89PNG"):
        chunks, at_ = [], 8
        while at_ < len(data):
            size = int.from_bytes(data[at_ : at_ + 4], "big")
            chunks.append((data[at_ + 4 : at_ + 8], data[at_ + 8 : at_ + 8 + size]))
            at_ += 12 + size
        parts.append(zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT")))
    return b"\n".join(parts)
