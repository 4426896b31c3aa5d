"""Styles of the catalogue in device pixels and colours, and the shapes of point symbols.

A style speaks in millimetres and tokens. Here it meets a view: the same record gives the screen, a
picture and a sheet. Nothing is drawn here; `app.painter` knows how.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from layers.catalogue.style import Band, Marker, Pattern, Stroke, Symbol
from layers.maps.palette import Colour, colour
from layers.maps.viewport import View

Point = tuple[float, float]
CALM_FROM_SCALE = 300_000
CALM_FACTOR = 1.4
"""Gaps of patterns grow by this from that scale in: areas are large there."""


@dataclass(frozen=True, slots=True)
class PixelStroke:
    """A line: colour, width, on and off lengths, all in device px."""

    colour: Colour
    width: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PixelPattern:
    """A hatch: form as in `layers.catalogue.style.Pattern`, gap, width and dashes in device px."""

    form: str
    colour: Colour
    gap: float
    width: float
    dash: tuple[float, ...] = ()

    @property
    def least(self) -> float:
        """An area narrower than this shows no pattern: two gaps."""
        return 2 * self.gap


@dataclass(frozen=True, slots=True)
class PixelBand:
    """A band inside a boundary, with teeth pointing inwards where `tooth` is not 0."""

    colour: Colour
    width: float
    tooth: float = 0.0
    every: float = 0.0
    ink: Colour = (0, 0, 0, 255)
    tooth_width: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """A part of a point symbol, device px round the point (y downwards).

    kind: `ellipse` (points: two corners), `polygon`, `line`, `arc` (corners, then start and sweep in
        degrees, counter-clockwise from the east), `glyph` (text in the middle, points[0] its height),
        `icon` (text is the icon's name, points: two corners).
    """

    kind: str
    points: tuple[Point, ...]
    fill: Colour | None = None
    stroke: Colour | None = None
    width: float = 0.0
    text: str = ""
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PixelSymbol:
    """A symbol of the catalogue for one view."""

    fill: Colour | None = None
    patterns: tuple[PixelPattern, ...] = ()
    strokes: tuple[PixelStroke, ...] = ()
    band: PixelBand | None = None
    outer: tuple[PixelStroke, ...] = ()
    marker: tuple[Shape, ...] = ()
    marker_size: float = 0.0

    @property
    def reach(self) -> float:
        """How far ink may reach from the geometry, in device px."""
        widths = [stroke.width / 2 for stroke in (*self.strokes, *self.outer)]
        return max([*widths, self.marker_size, 0.0]) + 1


@lru_cache(maxsize=4096)
def pixel_symbol(symbol: Symbol, view: View, *, width: float = 1.0, fill: bool = True) -> PixelSymbol:
    """Return `symbol` in device px of `view` (only its scale, ratio, palette, medium matter).

    width: factor on lines (roads step back under a theme). fill: false leaves the tint out.
    """
    name = view.palette
    return PixelSymbol(
        fill=colour(symbol.fill, name, symbol.fill_opacity) if symbol.fill and fill else None,
        patterns=tuple(_pattern(pattern, view) for pattern in symbol.patterns),
        strokes=tuple(_stroke(stroke, view, width) for stroke in symbol.strokes),
        band=_band(symbol.band, view) if symbol.band else None,
        outer=tuple(
            PixelStroke(colour(band.colour, name, band.opacity), 2 * view.mm(band.width_mm))
            for band in symbol.outer
        ),
        marker=marker_shapes(symbol.marker, view) if symbol.marker else (),
        marker_size=view.mm(symbol.marker.size_mm) if symbol.marker else 0.0,
    )


def bare(view: View) -> View:
    """`view` without its place: what symbols depend on, so that panning finds them ready."""
    return View((0.0, 0.0), view.scale, 1, 1, view.ratio, view.palette, view.medium)


def _stroke(stroke: Stroke, view: View, factor: float) -> PixelStroke:
    return PixelStroke(
        colour(stroke.colour, view.palette, stroke.opacity),
        view.stroke(stroke.width_mm * factor),
        tuple(view.mm(length) for length in stroke.dash),
    )


def _pattern(pattern: Pattern, view: View) -> PixelPattern:
    calm = CALM_FACTOR if view.scale <= CALM_FROM_SCALE else 1.0
    width = (
        view.mm(pattern.width_mm) if pattern.form in ("dots", "stripes") else view.stroke(pattern.width_mm)
    )
    return PixelPattern(
        pattern.form,
        colour(pattern.colour, view.palette, pattern.opacity),
        view.mm(pattern.gap_mm) * calm,
        width,
        tuple(view.mm(length) for length in pattern.dash),
    )


def _band(band: Band, view: View) -> PixelBand:
    tooth, every = band.tooth_mm, band.tooth_every_mm
    if band.near and view.scale <= band.near[0]:
        tooth, every = band.near[1:]
    return PixelBand(
        colour(band.colour, view.palette, band.opacity),
        view.mm(band.width_mm),
        view.mm(tooth),
        view.mm(every),
        colour(band.colour, view.palette),
        view.stroke(band.tooth_width_mm),
    )


# -- point symbols ---------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def marker_shapes(marker: Marker, view: View) -> tuple[Shape, ...]:
    """Return the parts of a point symbol, bottom first, round (0, 0)."""
    draw = _FORMS.get(marker.form, _icon)
    return tuple(draw(marker, view))


def _paint(marker: Marker, view: View) -> tuple[Colour, Colour, Colour]:
    """The symbol's ink, its fill (white where none is said), and white."""
    white = colour("halo", view.palette)
    return (
        colour(marker.colour, view.palette),
        colour(marker.fill, view.palette) if marker.fill else white,
        white,
    )


def _glyph(marker: Marker, view: View, ink: Colour, share: float) -> list[Shape]:
    """The sign inside a symbol: `+` is drawn, other signs are set in the bold face."""
    size = view.mm(marker.size_mm) * share
    if not marker.icon:
        return []
    if marker.icon == "+":
        arm, bar = size / 2, size * 0.17
        cross = (
            (-bar, -arm),
            (bar, -arm),
            (bar, -bar),
            (arm, -bar),
            (arm, bar),
            (bar, bar),
            (bar, arm),
            (-bar, arm),
            (-bar, bar),
            (-arm, bar),
            (-arm, -bar),
            (-bar, -bar),
        )
        return [Shape("polygon", cross, fill=ink)]
    if marker.icon == "!":
        bar = max(size * 0.11, 0.6)
        stem = ((-bar, -size * 0.5), (bar, -size * 0.5), (bar * 0.8, size * 0.14), (-bar * 0.8, size * 0.14))
        dot = ((-bar, size * 0.28), (bar, size * 0.5))
        return [Shape("polygon", stem, fill=ink), Shape("ellipse", dot, fill=ink)]
    return [Shape("glyph", ((size, size),), fill=ink, text=marker.icon)]


def _disc(radius: float, fill: Colour | None, stroke: Colour | None = None, width: float = 0.0) -> Shape:
    return Shape("ellipse", ((-radius, -radius), (radius, radius)), fill, stroke, width)


def _box(half_x: float, half_y: float) -> tuple[Point, ...]:
    return (-half_x, -half_y), (half_x, -half_y), (half_x, half_y), (-half_x, half_y)


def _diamond_points(half: float) -> tuple[Point, ...]:
    return (0.0, -half), (half, 0.0), (0.0, half), (-half, 0.0)


def _circle(marker: Marker, view: View) -> list[Shape]:
    ink, fill, white = _paint(marker, view)
    radius, halo = view.mm(marker.size_mm) / 2, view.mm(0.18)
    edge = ink if ink != fill else None
    return [
        _disc(radius + halo, white),
        _disc(radius, fill, edge, view.stroke(0.16) if edge else 0),
        *_glyph(marker, view, ink, 0.72),
    ]


def _ring(marker: Marker, view: View) -> list[Shape]:
    ink, fill, white = _paint(marker, view)
    radius, width = view.mm(marker.size_mm) / 2, view.stroke(0.22 if marker.size_mm < 1.6 else 0.28)
    return [_disc(radius + width / 2 + view.mm(0.12), white), _disc(radius - width / 2, fill, ink, width)]


def _ring_dot(marker: Marker, view: View) -> list[Shape]:
    ink = _paint(marker, view)[0]
    return [*_ring(marker, view), _disc(view.mm(marker.size_mm) * 0.21, ink)]


def _double_ring(marker: Marker, view: View) -> list[Shape]:
    ink, fill, white = _paint(marker, view)
    radius, width = view.mm(marker.size_mm) / 2, view.stroke(0.22)
    return [
        _disc(radius + view.mm(0.2), white),
        _disc(radius - width / 2, fill, ink, width),
        _disc(radius * 0.56, None, ink, width),
        _disc(radius * 0.24, ink),
    ]


def _square(marker: Marker, view: View) -> list[Shape]:
    ink, fill, white = _paint(marker, view)
    half, halo = view.mm(marker.size_mm) / 2, view.mm(0.25)
    return [
        Shape("polygon", _box(half + halo, half + halo), fill=white),
        Shape("polygon", _box(half, half), fill=fill),
        *_glyph(marker, view, white, 0.66),
    ]


def _square_hollow(marker: Marker, view: View) -> list[Shape]:
    ink, fill, white = _paint(marker, view)
    half, halo, width = view.mm(marker.size_mm) / 2, view.mm(0.25), view.stroke(0.32)
    inner = half - width / 2
    return [
        Shape("polygon", _box(half + halo, half + halo), fill=white),
        Shape(
            "polygon",
            _box(inner, inner),
            fill=fill,
            stroke=ink,
            width=width,
            dash=tuple(view.mm(length) for length in marker.dash),
        ),
        *_glyph(marker, view, ink, 0.60),
    ]


def _diamond(marker: Marker, view: View) -> list[Shape]:
    ink, fill, white = _paint(marker, view)
    half, width = view.mm(marker.size_mm) / 2, view.stroke(0.36 if marker.size_mm > 3 else 0.2)
    solid = fill == ink
    return [
        Shape("polygon", _diamond_points(half + view.mm(0.3)), fill=white),
        Shape("polygon", _diamond_points(half - width / 2), fill=fill, stroke=ink, width=width),
        *_glyph(marker, view, white if solid else ink, 0.46),
    ]


def _bar(marker: Marker, view: View) -> list[Shape]:
    ink, _, white = _paint(marker, view)
    half, thick, halo = view.mm(marker.size_mm) / 2, view.mm(0.31), view.mm(0.18)
    return [
        Shape("polygon", _box(thick + halo, half + halo), fill=white),
        Shape("polygon", _box(thick, half), fill=ink),
    ]


def _triangle(marker: Marker, view: View) -> list[Shape]:
    ink, fill, white = _paint(marker, view)
    half, width = view.mm(marker.size_mm) / 2, view.stroke(0.22)
    points = ((-half * 0.8, -half), (half, 0.0), (-half * 0.8, half))
    return [
        Shape("polygon", points, fill=white, stroke=white, width=width + 2 * view.mm(0.18)),
        Shape("polygon", points, fill=fill, stroke=ink, width=width),
    ]


def _cross_box(marker: Marker, view: View) -> list[Shape]:
    ink, fill, white = _paint(marker, view)
    tall, wide, width = view.mm(marker.size_mm) / 2, view.mm(0.55), view.stroke(0.2)
    return [
        Shape("polygon", _box(wide + view.mm(0.18), tall + view.mm(0.18)), fill=white),
        Shape("polygon", _box(wide, tall), fill=white, stroke=ink, width=width),
        Shape("line", ((-wide, -tall), (wide, tall)), stroke=ink, width=width),
    ]


def _wheels(marker: Marker, view: View) -> list[Shape]:
    ink, fill, white = _paint(marker, view)
    radius = view.mm(marker.size_mm) / 2
    body, wheel, low = radius * 0.84, radius * 0.24, radius * 0.92
    wheels = [
        Shape(
            "ellipse",
            ((x - wheel, low - wheel), (x + wheel, low + wheel)),
            fill=ink,
            stroke=white,
            width=view.mm(0.12),
        )
        for x in (-radius * 0.45, radius * 0.45)
    ]
    return [
        _disc(body + view.mm(0.25), white),
        *wheels,
        _disc(body, fill),
        *_glyph(marker, view, white, 0.56),
    ]


def _arrow_ring(marker: Marker, view: View) -> list[Shape]:
    ink, _, white = _paint(marker, view)
    radius, width = view.mm(marker.size_mm) / 2, view.stroke(0.34)
    reach = radius - width
    tip = view.mm(0.75)
    angle = math.radians(35)
    end = (reach * math.cos(angle), -reach * math.sin(angle))
    arrow = (
        (end[0] - tip, end[1] - tip * 0.5),
        (end[0] + tip * 0.6, end[1] - tip * 0.7),
        (end[0] + tip * 0.35, end[1] + tip * 0.8),
    )
    return [
        _disc(radius + view.mm(0.2), white),
        Shape("arc", ((-reach, -reach), (reach, reach), (75.0, 285.0)), stroke=ink, width=width),
        Shape("polygon", arrow, fill=ink),
        *_glyph(marker, view, ink, 0.48),
    ]


def _icon(marker: Marker, view: View) -> list[Shape]:
    half = view.mm(marker.size_mm) / 2
    ink, _, white = _paint(marker, view)
    ring = [_disc(half * 1.22, white)] if marker.fill else []
    return [*ring, Shape("icon", ((-half, -half), (half, half)), fill=ink, text=marker.icon)]


_FORMS = {
    "circle": _circle,
    "ring": _ring,
    "ring_dot": _ring_dot,
    "double_ring": _double_ring,
    "square": _square,
    "square_hollow": _square_hollow,
    "diamond": _diamond,
    "bar": _bar,
    "triangle": _triangle,
    "cross_box": _cross_box,
    "wheels": _wheels,
    "arrow_ring": _arrow_ring,
    "icon": _icon,
}
