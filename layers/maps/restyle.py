"""Styles made by a user: one look for all, a look a value, a look a class of numbers. Pure; nothing is
stored."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from layers.catalogue.model import LayerKind
from layers.catalogue.style import Marker, Stroke, Style, StyleClass, Symbol
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.maps.classes import Classing, class_limits
from layers.plan.table import Table
from resources import RESOURCES

MOST_VALUES = 24
"""More values than this are no classes: nobody tells their colours apart."""
REST_COLOUR = "#B8BDBA"
OTHERS, UNKNOWN = Text("其他", "Other"), Text("未知", "Unknown")
NUMBERS, SORTS = ("integer", "real"), ("text", "integer", "boolean")
PALER = 0.55
"""Share of a colour that is kept where a palette begins again."""


@dataclass(frozen=True)
class Ramp:
    """Colours `#rrggbb` from low to high, or one a value; kind: `sequential`, `diverging`, `qualitative`."""

    id: str
    title: Text
    kind: str
    colours: tuple[str, ...]
    source: str

    def sampled(self, count: int, *, turned: bool = False) -> tuple[str, ...]:
        """`count` colours: spread evenly over the ramp (linear in sRGB), or the values' own, paler from the
        second round on."""
        colours = self.colours[::-1] if turned else self.colours
        if self.kind == "qualitative":
            return tuple(
                mixed(colours[at % len(colours)], "#ffffff", PALER ** (at // len(colours)))
                for at in range(count)
            )
        if count == 1:
            return (colours[len(colours) // 2],)
        places = [at * (len(colours) - 1) / (count - 1) for at in range(count)]
        return tuple(
            mixed(colours[int(place)], colours[min(int(place) + 1, len(colours) - 1)], 1 - place % 1)
            for place in places
        )


@cache
def ramps() -> Mapping[str, Ramp]:
    """The records of `resources/styles/ramps.toml` by id."""
    table = tomllib.loads((RESOURCES / "styles" / "ramps.toml").read_text("utf-8"))
    return MappingProxyType({
        name: Ramp(name, Text(**each["title"]), each["kind"], tuple(each["colours"]), each["source"])
        for name, each in table.items()
    })  # fmt: skip


def mixed(one: str, other: str, share: float) -> str:
    """`share` (0 to 1) of a colour `#rrggbb` with the rest of another."""
    parts = [
        round(int(one[at : at + 2], 16) * share + int(other[at : at + 2], 16) * (1 - share))
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in parts)


def plain_symbol(kind: LayerKind) -> Symbol:
    """The symbol that a style of one look begins with: the catalogue's, of its first class where it has no
    own."""
    style = kind.style
    if style.symbol != Symbol():
        return style.symbol
    if style.classes:
        return style.classes[0].symbol
    usual = {
        "Point": Symbol(marker=Marker("circle", 1.8, "label2", "#56B4E9")),
        "MultiLineString": Symbol(strokes=(Stroke("#56606A", 0.35),)),
    }
    return usual.get(kind.geometry, Symbol("#D9E3EA", 1.0, strokes=(Stroke("#56606A", 0.2),)))


def coloured(symbol: Symbol, colour: str, geometry: str) -> Symbol:
    """The symbol with its main colour changed: inside of the area, uppermost line, or the marker's inside."""
    if symbol.marker is not None:
        part = "fill" if symbol.marker.fill and symbol.marker.form != "icon" else "colour"
        return replace(symbol, marker=replace(symbol.marker, **{part: colour}))
    if geometry == "MultiPolygon" or not symbol.strokes:
        return replace(symbol, fill=colour)
    *below, top = symbol.strokes
    return replace(symbol, strokes=(*below, replace(top, colour=colour)))


def single(style: Style, symbol: Symbol) -> Style:
    """One look for every feature."""
    return replace(style, symbol=symbol, column="", classes=())


def categorised(table: Table, style: Style, column: str, symbol: Symbol, colours: Sequence[str]) -> Style:
    """A look a value of `column`: choices in their order, other values as they are written, then all others.

    colours: one a value at least (`category_values` says how many). InputError `style_too_many_values`.
    """
    values, shape = category_values(table, column), table.kind.geometry
    classes = [
        StyleClass(value, _title(table.kind, column, value), coloured(symbol, colour, shape))
        for value, colour in zip(values, colours, strict=False)
    ]
    rest = StyleClass(None, OTHERS, coloured(symbol, REST_COLOUR, shape))
    return replace(style, symbol=Symbol(), column=column, classes=(*classes, rest))


def category_values(table: Table, column: str) -> list[Any]:
    """The values of a column that a class each can have; choices of the catalogue also where nothing has
    them.

    InputError `style_too_many_values` (with `count`, `most`).
    """
    found = table.kind.column(column)
    if found.choices:
        values = [choice.value for choice in found.choices]
    else:
        values = sorted((value for value in Counter(table.column(column)) if value is not None), key=str)
    if len(values) > MOST_VALUES:
        raise InputError("style_too_many_values", column=found.title.zh, column_en=found.title.en,
                         count=len(values), most=MOST_VALUES)  # fmt: skip
    return values


def graded(
    table: Table, style: Style, column: str, symbol: Symbol, classing: Classing, ramp: Ramp,
    *, turned: bool = False,
) -> Style:  # fmt: skip
    """A look a class of numbers, (low, high], with one for what is not known.

    InputError `style_no_numbers` where the column has no number.
    """
    found = table.kind.column(column)
    values = [float(value) for value in table.column(column) if value is not None and math.isfinite(value)]
    if not values:
        raise InputError("style_no_numbers", column=found.title.zh, column_en=found.title.en)
    limits, shape = class_limits(values, classing), table.kind.geometry
    edges = [None, *limits, None]
    classes = [
        StyleClass(None, _between(low, high, found.unit), coloured(symbol, colour, shape), limits=(low, high))
        for low, high, colour in zip(
            edges, edges[1:], ramp.sampled(len(limits) + 1, turned=turned), strict=False
        )
    ]
    rest = StyleClass(None, UNKNOWN, coloured(symbol, REST_COLOUR, shape))
    return replace(style, symbol=Symbol(), column=column, classes=(*classes, rest))


def with_class(style: Style, at: int, symbol: Symbol) -> Style:
    """The style with the symbol of one class (-1: its own) changed."""
    if at < 0:
        return replace(style, symbol=symbol)
    classes = list(style.classes)
    classes[at] = replace(classes[at], symbol=symbol)
    return replace(style, classes=tuple(classes))


def _title(kind: LayerKind, column: str, value: Any) -> Text:
    for choice in kind.column(column).choices:
        if choice.value == value:
            return choice.title
    if isinstance(value, bool):
        return Text("是", "Yes") if value else Text("否", "No")
    return Text(str(value), str(value))


def _between(low: float | None, high: float | None, unit: str) -> Text:
    after = f" {unit}" if unit else ""
    if low is None:
        words = "全部" if high is None else f"≤ {high:.12g}{after}"
        return Text(words, "all" if high is None else words)
    words = f"> {low:.12g}{after}" if high is None else f"{low:.12g} – {high:.12g}{after}"
    return Text(words, words)
