"""Outlines of text that are the same at every run, for files that are told apart by their content.

Qt shares one FreeType face among all sizes of a font, and the outlines that it gives of a letter shift by
some 1/64 px with whatever size was drawn last in the process: nobody sees it, but the same map is another
file. Within `steady_outlines` the outlines come from faces of our own, which nothing else is drawn with.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QFont, QPainterPath, QRawFont

from layers.maps.type import text_width
from resources import RESOURCES

FILES = {400: "Regular", 500: "Medium", 700: "Bold"}
BASE = 64.0
_here = threading.local()


@contextmanager
def steady_outlines() -> Iterator[None]:
    """Let this thread take outlines from its own faces; each weight that is used costs its file in memory
    until the end."""
    outer = getattr(_here, "faces", None)
    _here.faces = {} if outer is None else outer
    try:
        yield
    finally:
        _here.faces = outer


def is_steady() -> bool:
    """Whether this thread draws with its own faces: pictures that are kept are then kept apart."""
    return getattr(_here, "faces", None) is not None


def steady_path(text: str, weight: int, spacing: float) -> QPainterPath | None:
    """Return outlines of `text`, BASE px high, from (0, 0) on its base line; None where outlines need not be
    steady, or the bundled font lacks a sign. Letters stand as far apart as the advance table says."""
    faces: dict[int, QRawFont] | None = getattr(_here, "faces", None)
    if faces is None:
        return None
    if weight not in faces:
        file = RESOURCES / "fonts" / f"NotoSansSC-{FILES[weight]}.ttf"
        faces[weight] = QRawFont(str(file), BASE, QFont.HintingPreference.PreferNoHinting)
    face, path = faces[weight], QPainterPath()
    for at, sign in enumerate(text):
        glyphs = face.glyphIndexesForString(sign)
        if len(glyphs) != 1 or not glyphs[0]:
            return None
        before = text_width(text[: at + 1], BASE, weight, spacing) - text_width(sign, BASE, weight)
        path.addPath(face.pathForGlyph(glyphs[0]).translated(before, 0.0))
    return path
