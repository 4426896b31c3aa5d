"""Styles that a project has in place of the catalogue's: documents of the collection `styles`, kind id ->
record.

A record that cannot be read, or names a column that the kind does not have, leaves the catalogue's style.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from layers.catalogue.classes import class_columns
from layers.catalogue.model import LayerKind
from layers.catalogue.style import Style, Symbol
from layers.catalogue.style_record import read_style, style_record
from layers.errors import InputError
from layers.maps.palette import colour
from layers.plan.changes import DocumentChange
from layers.plan.plan import Plan
from resources import RESOURCES

COLLECTION = "styles"
ICON_SETS = ("maki", "temaki")


def project_styles(plan: Plan) -> Mapping[str, Style]:
    """Kind id -> style, of the kinds of the plan that have one of their own."""
    found = {}
    for kind_id, record in plan.documents.get(COLLECTION, {}).items():
        if kind_id in plan.catalogue:
            try:
                found[kind_id] = checked(plan.catalogue[kind_id], read_style(record))
            except InputError:
                continue
    return found


def dressed(plan: Plan, kind: LayerKind) -> LayerKind:
    """The kind in the project's style."""
    own = project_styles(plan).get(kind.id)
    return kind if own is None else replace(kind, style=own)


def checked(kind: LayerKind, style: Style) -> Style:
    """Return a style that can draw a kind.

    InputError `style_column_unknown`, `colour_unknown`, `icon_unknown`, `style_shape` (a marker for areas, a
    fill for points).
    """
    columns = class_columns(style) + ((style.label.column,) if style.label else ())
    for column in (*columns, *((style.rotation,) if style.rotation else ())):
        if column not in kind.column_names:
            raise InputError(
                "style_column_unknown", column=column, layer=kind.title.zh, layer_en=kind.title.en
            )
    for symbol in symbols_of(style):
        if symbol != Symbol() and bool(symbol.marker) != (kind.geometry == "Point"):
            raise InputError("style_shape", layer=kind.title.zh, layer_en=kind.title.en)
        for token in colours_of(symbol):
            colour(token)
        if symbol.marker and symbol.marker.form == "icon" and symbol.marker.icon not in icon_names():
                raise InputError("icon_unknown", icon=symbol.marker.icon)
    return style


def change_of(plan: Plan, kind_id: str, style: Style | None) -> DocumentChange:
    """The change that gives a kind a style of its own; None, or the catalogue's own, takes it away."""
    kind = plan.catalogue[kind_id]
    own = None if style is None or style == kind.style else style_record(checked(kind, style))
    return plan.set_document(COLLECTION, kind_id, own)


@cache
def icon_names() -> tuple[str, ...]:
    """The map icons there are: `maki/hospital`, `temaki/well_pump_manual`, ..."""
    folder = RESOURCES / "icons"
    return tuple(
        f"{family}/{file.stem}" for family in ICON_SETS for file in sorted((folder / family).glob("*.svg"))
    )


def symbols_of(style: Style) -> Iterator[Symbol]:
    """The style's own symbol and those of its classes."""
    yield style.symbol
    yield from (each.symbol for each in style.classes)


def colours_of(symbol: Symbol) -> Iterable[str]:
    """Every token or literal of a symbol."""
    found = [symbol.fill, *(each.colour for each in (*symbol.patterns, *symbol.strokes, *symbol.outer))]
    found += [symbol.band.colour] if symbol.band else []
    found += [symbol.marker.colour, symbol.marker.fill] if symbol.marker else []
    return (each for each in found if each)
