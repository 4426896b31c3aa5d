"""A page as SVG: shapes and names as outlines, with each name once more as text that is found but not seen.

Qt's generator knows no clip. The map is written into a document of its own, and its shapes are put into a
group that the map's frame clips.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import escape

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator

from layers.maps.paper_parts import Box

UNITS_PER_MM = 100
SOFTWARE = "QiTu"
Paint = Callable[[QPainter], None]


def svg_page(width: float, height: float, layers: list[tuple[Paint, Box | None]], *, title: str) -> bytes:
    """Return an SVG of `width` × `height` mm: each of `layers` draws in mm, clipped to its box if any."""
    clips, bodies = [], []
    for at, (paint, box) in enumerate(layers):
        body = _body(width, height, paint)
        if box is not None:
            x, y, w, h = (
                round(value * UNITS_PER_MM, 2) for value in (box.left, box.top, box.width, box.height)
            )
            clips.append(
                f'<clipPath id="frame{at}"><rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}"/>'
                "</clipPath>"
            )
            body = f'<g clip-path="url(#frame{at})">\n{body}</g>\n'
        bodies.append(body)
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
        f'width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width * UNITS_PER_MM:g} {height * UNITS_PER_MM:g}">\n'
        f"<title>{escape(title)}</title>\n<desc>{SOFTWARE}</desc>\n<defs>{''.join(clips)}</defs>\n"
    )
    return (head + "".join(bodies) + "</svg>\n").encode("utf-8")


def _body(width: float, height: float, paint: Paint) -> str:
    """What Qt writes between its head and its foot."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    size = QSize(round(width * UNITS_PER_MM), round(height * UNITS_PER_MM))
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    painter = QPainter(generator)
    try:
        painter.scale(UNITS_PER_MM, UNITS_PER_MM)
        paint(painter)
    finally:
        painter.end()
    text = bytes(buffer.data().data()).decode("utf-8")
    return text[text.index("</defs>") + len("</defs>") : text.rindex("</svg>")].lstrip()
