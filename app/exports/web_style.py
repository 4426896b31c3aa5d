"""Symbols of the catalogue as plain values for the page's script: CSS colours, pixels, icon outlines."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from layers.catalogue.style import Symbol
from layers.maps.palette import Colour, palette
from layers.maps.symbols import PixelSymbol, Shape, pixel_symbol
from layers.maps.viewport import SCREEN, View
from resources import RESOURCES

SYMBOL_SCALE = 500_000
"""The scale for which patterns and teeth are set; the page does not change them while zooming."""
_VIEW = View((0.0, 0.0), SYMBOL_SCALE, 1, 1, medium=SCREEN)


def css(colour: Colour | None) -> str | None:
    """A colour as CSS writes it."""
    if colour is None:
        return None
    red, green, blue, opacity = colour
    if opacity == 255:
        return f"#{red:02X}{green:02X}{blue:02X}"
    return f"rgba({red},{green},{blue},{opacity / 255:.2f})"


def tokens() -> str:
    """The look's colours as CSS variables."""
    return ":root{" + "".join(f"--{name}:{value};" for name, value in palette("light").items()) + "}"


def millimetres(size: float) -> float:
    """CSS px of a size in millimetres on paper."""
    return round(_VIEW.mm(size), 2)


def symbol_data(symbol: Symbol) -> dict[str, Any]:
    """A symbol as values; what it lacks is left out."""
    ready = pixel_symbol(symbol, _VIEW)
    data: dict[str, Any] = {
        "fill": css(ready.fill),
        "patterns": [
            {
                "form": each.form,
                "colour": css(each.colour),
                "gap": _px(each.gap),
                "width": _px(each.width),
                "dash": [_px(length) for length in each.dash],
            }
            for each in ready.patterns
        ],
        "strokes": [
            {
                "colour": css(each.colour),
                "width": _px(each.width),
                "dash": [_px(length) for length in each.dash],
            }
            for each in ready.strokes
        ],
        "outer": [{"colour": css(each.colour), "width": _px(each.width), "dash": []} for each in ready.outer],
        "band": _band(ready),
        "marker": [_shape(shape) for shape in ready.marker],
        "size": _px(ready.marker_size),
    }
    return {name: value for name, value in data.items() if value}


def _band(ready: PixelSymbol) -> dict[str, Any] | None:
    band = ready.band
    if band is None:
        return None
    return {
        "colour": css(band.colour),
        "width": _px(band.width),
        "tooth": _px(band.tooth),
        "every": _px(band.every),
        "ink": css(band.ink),
        "tooth_width": _px(band.tooth_width),
    }


def _shape(shape: Shape) -> dict[str, Any]:
    data = {
        "kind": shape.kind,
        "points": [[_px(value) for value in point] for point in shape.points],
        "fill": css(shape.fill),
        "stroke": css(shape.stroke),
        "width": _px(shape.width),
        "text": shape.text,
        "dash": [_px(length) for length in shape.dash],
    }
    return {name: value for name, value in data.items() if value}


def icon_names(data: Any) -> set[str]:
    """Names of the icons that symbols in `data` (nested lists and dicts) draw."""
    if isinstance(data, dict):
        own = {data["text"]} if data.get("kind") == "icon" and "points" in data else set()
        return own.union(*(icon_names(value) for value in data.values()))
    if isinstance(data, list):
        return set().union(*(icon_names(value) for value in data))
    return set()


@cache
def icon_data(name: str) -> dict[str, Any]:
    """An icon of the map set: its box and its outlines."""
    text = (RESOURCES / "icons" / f"{name}.svg").read_text("utf-8")
    box = re.search(r'viewBox="([\d.\s-]+)"', text)
    outlines = [
        re.sub(r"&#x[0-9A-Fa-f]+;|\s+", " ", found) for found in re.findall(r'<path[^>]*\sd="([^"]+)"', text)
    ]
    return {"box": box.group(1) if box else "0 0 15 15", "paths": outlines}


def _px(value: float) -> float:
    return round(value, 2)
