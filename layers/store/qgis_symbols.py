"""Symbols of the catalogue as QGIS and SLD write them."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from xml.etree.ElementTree import Element, SubElement

from layers.catalogue.style import Marker, Pattern, Stroke, Symbol
from resources import RESOURCES

SYMBOL_TYPES = {"Point": "marker", "MultiLineString": "line", "MultiPolygon": "fill"}
# form of a marker -> shapes from bottom to top: (QGIS' name, SLD's well-known name, share of the size,
# filled)
SHAPES: Mapping[str, tuple[tuple[str, str, float, bool], ...]] = {
    "circle": (("circle", "circle", 1.0, True),),
    "ring": (("circle", "circle", 1.0, False),),
    "ring_dot": (("circle", "circle", 1.0, False), ("circle", "circle", 0.35, True)),
    "double_ring": (("circle", "circle", 1.0, False), ("circle", "circle", 0.55, False)),
    "square": (("square", "square", 1.0, True),),
    "square_hollow": (("square", "square", 1.0, False),),
    "diamond": (("diamond", "square", 1.0, True),),
    "bar": (("line", "line", 1.0, True),),
    "triangle": (("triangle", "triangle", 1.0, False),),
    "cross_box": (("square", "square", 1.0, False), ("cross2", "x", 1.0, False)),
    "wheels": (("circle", "circle", 1.0, True),),
    "arrow_ring": (("circle", "circle", 1.0, False), ("arrowhead", "triangle", 0.5, False)),
    "icon": (("circle", "circle", 1.0, True),),
}
_BARE = {"line": 0.62, "cross2": 0.35}  # shapes that are only an outline, and its width in mm
_PLAIN = SHAPES["circle"]
PT_A_MM = 72 / 25.4


@cache
def _tokens() -> Mapping[str, str]:
    table = tomllib.loads((RESOURCES / "theme" / "tokens.toml").read_text("utf-8"))
    return {
        token: value if isinstance(value, str) else value[0]
        for group in table.values()
        for token, value in group.items()
    }


def hex_colour(token: str) -> str:
    """Return a token, or a literal `#RRGGBB`, as `#RRGGBB` of the light palette."""
    tokens = _tokens()
    if token.startswith("#"):
        return token
    return tokens.get(token) or tokens["label2"]


def qgis_colour(token: str, opacity: float = 1.0) -> str:
    """Return a colour as `red,green,blue,alpha`."""
    text = hex_colour(token)
    red, green, blue = (int(text[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"


# -- QML -------------------------------------------------------------------------------------------


def qml_symbol(parent: Element, name: str, symbol: Symbol, geometry: str) -> None:
    """Add a `symbol` element; what a symbol has that the geometry cannot show is left out."""
    element = SubElement(
        parent,
        "symbol",
        {"type": SYMBOL_TYPES[geometry], "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"},
    )
    if geometry == "Point":
        _marker(element, symbol.marker or Marker("circle", 2.0, "label2"))
    elif geometry == "MultiLineString":
        _lines(element, symbol.strokes or (Stroke("label2", 0.26),))
    else:
        _area(element, symbol)
    if not len(element):  # nothing to draw: QGIS wants a layer all the same
        _layer(element, "SimpleFill", {"style": "no", "outline_style": "no", "color": "0,0,0,0"})


def _layer(parent: Element, kind: str, properties: Mapping[str, object]) -> Element:
    layer = SubElement(parent, "layer", {"class": kind, "enabled": "1", "pass": "0", "locked": "0"})
    for key, value in properties.items():
        SubElement(layer, "prop", {"k": key, "v": str(value)})
    return layer


def _area(element: Element, symbol: Symbol) -> None:
    for band in symbol.outer:  # outside the boundary: the fill covers its inner half
        _layer(
            element, "SimpleLine", _line_properties(Stroke(band.colour, 2 * band.width_mm, (), band.opacity))
        )
    if symbol.fill:
        _layer(
            element,
            "SimpleFill",
            {"color": qgis_colour(symbol.fill, symbol.fill_opacity), "style": "solid", "outline_style": "no"},
        )
    for pattern in symbol.patterns:
        _pattern(element, pattern)
    if symbol.band is not None:
        band = symbol.band
        properties = _line_properties(Stroke(band.colour, 2 * band.width_mm, (), band.opacity))
        _layer(element, "SimpleLine", {**properties, "draw_inside_polygon": "1"})
    _lines(element, symbol.strokes)


def _lines(element: Element, strokes: Iterable[Stroke]) -> None:
    for stroke in strokes:
        _layer(element, "SimpleLine", _line_properties(stroke))


def _line_properties(stroke: Stroke) -> dict[str, object]:
    properties: dict[str, object] = {
        "line_color": qgis_colour(stroke.colour, stroke.opacity),
        "line_width": stroke.width_mm,
        "line_width_unit": "MM",
        "line_style": "solid",
        "capstyle": "flat" if stroke.dash else "round",
        "joinstyle": "round",
    }
    if stroke.dash:
        properties |= {
            "use_custom_dash": "1",
            "customdash": ";".join(map(str, stroke.dash)),
            "customdash_unit": "MM",
        }
    return properties


_ANGLES = {"diagonal": (45,), "stripes": (45,), "back_diagonal": (135,), "horizontal": (0,), "grid": (0, 90)}


def _pattern(element: Element, pattern: Pattern) -> None:
    if pattern.form in ("dots", "plus"):
        layer = _layer(
            element,
            "PointPatternFill",
            {
                "distance_x": pattern.gap_mm,
                "distance_y": pattern.gap_mm,
                "distance_x_unit": "MM",
                "distance_y_unit": "MM",
                "displacement_x": pattern.gap_mm / 2,
            },
        )
        inner = SubElement(
            layer, "symbol", {"type": "marker", "name": f"@0@{len(element) - 1}", "alpha": "1"}
        )
        dots = pattern.form == "dots"
        _layer(
            inner,
            "SimpleMarker",
            {
                "name": "circle" if dots else "cross",
                "size_unit": "MM",
                "size": 2 * pattern.width_mm if dots else 0.9,
                "color": qgis_colour(pattern.colour, pattern.opacity),
                "outline_color": qgis_colour(pattern.colour, pattern.opacity),
                "outline_style": "no" if dots else "solid",
                "outline_width": pattern.width_mm,
            },
        )
        return
    for angle in _ANGLES.get(pattern.form, (45,)):
        layer = _layer(
            element,
            "LinePatternFill",
            {
                "angle": angle,
                "distance": pattern.gap_mm,
                "distance_unit": "MM",
                "color": qgis_colour(pattern.colour, pattern.opacity),
                "line_width": pattern.width_mm,
            },
        )
        inner = SubElement(layer, "symbol", {"type": "line", "name": f"@0@{len(element) - 1}", "alpha": "1"})
        _lines(inner, [Stroke(pattern.colour, pattern.width_mm, pattern.dash, pattern.opacity)])


def _marker(element: Element, marker: Marker) -> None:
    icon = _icon(marker)
    if icon is not None:
        _layer(
            element,
            "SimpleMarker",
            {
                "name": "circle",
                "size": marker.size_mm * 1.25,
                "size_unit": "MM",
                "color": qgis_colour(marker.fill or "halo"),
                "outline_style": "no",
            },
        )
        _layer(
            element,
            "SvgMarker",
            {
                "name": icon,
                "size": marker.size_mm,
                "size_unit": "MM",
                "color": qgis_colour(marker.colour),
                "outline_width": "0",
            },
        )
        return
    for shape, _, share, filled in SHAPES.get(marker.form, _PLAIN):
        ink = qgis_colour(marker.colour)
        inside = ink if filled else qgis_colour(marker.fill or "halo", 1.0 if share == 1.0 else 0.0)
        bare = shape in _BARE
        _layer(
            element,
            "SimpleMarker",
            {
                "name": shape,
                "size": marker.size_mm * share,
                "size_unit": "MM",
                "color": inside,
                "outline_color": qgis_colour("halo") if filled and not bare else ink,
                "outline_style": "dash" if marker.dash else "solid",
                "outline_width": _BARE.get(shape, 0.2 if filled else 0.35),
                "outline_width_unit": "MM",
            },
        )


def _icon(marker: Marker) -> str | None:
    """Return the icon as text that QGIS draws, so that the file needs no other file."""
    if marker.form != "icon" or not marker.icon:
        return None
    path = RESOURCES / "icons" / f"{marker.icon}.svg"
    if not path.is_file():
        return None
    return "base64:" + base64.b64encode(_paintable(path.read_text("utf-8"))).decode()


def _paintable(svg: str) -> bytes:
    """Let QGIS give the picture its colour."""
    head, _, rest = svg.partition("<svg")
    attributes, _, body = rest.partition(">")
    if "fill=" not in attributes:
        attributes += ' fill="param(fill)"'
    return f"{head}<svg{attributes}>{body}".encode()


# -- SLD -------------------------------------------------------------------------------------------


def sld_symbolizers(rule: Element, symbol: Symbol, geometry: str) -> None:
    """Add what SLD 1.1 can say of a symbol: fills, lines with dashes, plain marks."""
    if geometry == "Point":
        marker = symbol.marker or Marker("circle", 2.0, "label2")
        for _, mark, share, filled in SHAPES.get(marker.form, _PLAIN):
            _sld_mark(rule, marker, mark, share, filled)
        return
    if geometry == "MultiPolygon" and symbol.fill:
        fill = SubElement(SubElement(rule, "se:PolygonSymbolizer"), "se:Fill")
        _sld_parameters(fill, {"fill": hex_colour(symbol.fill), "fill-opacity": symbol.fill_opacity})
    for stroke in symbol.strokes or ((Stroke("label2", 0.26),) if geometry == "MultiLineString" else ()):
        element = SubElement(SubElement(rule, "se:LineSymbolizer"), "se:Stroke")
        _sld_stroke(element, stroke)


def _sld_mark(rule: Element, marker: Marker, mark: str, share: float, filled: bool) -> None:
    graphic = SubElement(SubElement(rule, "se:PointSymbolizer"), "se:Graphic")
    shape = SubElement(graphic, "se:Mark")
    SubElement(shape, "se:WellKnownName").text = mark
    inside = marker.colour if filled else marker.fill or "halo"
    _sld_parameters(SubElement(shape, "se:Fill"), {"fill": hex_colour(inside)})
    _sld_stroke(SubElement(shape, "se:Stroke"), Stroke("halo" if filled else marker.colour, 0.3))
    SubElement(graphic, "se:Size").text = f"{marker.size_mm * share * PT_A_MM:.2f}"


def _sld_stroke(element: Element, stroke: Stroke) -> None:
    parameters: dict[str, object] = {
        "stroke": hex_colour(stroke.colour),
        "stroke-opacity": stroke.opacity,
        "stroke-width": f"{stroke.width_mm * PT_A_MM:.2f}",
    }
    if stroke.dash:
        parameters["stroke-dasharray"] = " ".join(f"{part * PT_A_MM:.2f}" for part in stroke.dash)
    _sld_parameters(element, parameters)


def _sld_parameters(element: Element, parameters: Mapping[str, object]) -> None:
    for name, value in parameters.items():
        SubElement(element, "se:SvgParameter", {"name": name}).text = str(value)
