"""The legend: entries of only what is shown, with counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from layers.catalogue.style import Symbol
from layers.catalogue.text import Text
from layers.maps.choropleth import Circles, Columns, MapTheme


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: swatch, words, how many. geometry: that of the kind, says the swatch's form. kind: its id."""

    title: Text
    symbol: Symbol
    geometry: str
    count: int
    unit: Text = Text("", "")
    kind: str = ""
    schematic: bool = False
    step: int = -1
    """Which class of a theme it is, in the theme's order; -1: none."""


@dataclass(frozen=True, eq=False)
class Legend:
    """Rows of the theme, then of the layers; columns explain themselves by a ruler, circles by three sizes.

    note: how the theme's classes are cut.
    """

    theme: tuple[Entry, ...] = ()
    layers: tuple[Entry, ...] = ()
    columns: Columns | None = None
    circles: Circles | None = None
    note: Text = Text("", "")

    def __bool__(self) -> bool:
        return bool(self.theme or self.layers or self.columns or self.circles)


def faded(symbol: Symbol, opacity: float, tint: float = 1.0) -> Symbol:
    """A symbol as strong as it is on the map. opacity: of all of its lines and tints (0 to 1); tint: besides,
    of its fill."""
    if opacity == tint == 1.0:
        return symbol
    if tint == 0.0:
        symbol = replace(symbol, fill="")
    return replace(
        symbol,
        fill_opacity=symbol.fill_opacity * opacity * tint,
        patterns=tuple(replace(one, opacity=one.opacity * opacity) for one in symbol.patterns),
        strokes=tuple(replace(one, opacity=one.opacity * opacity) for one in symbol.strokes),
        band=replace(symbol.band, opacity=symbol.band.opacity * opacity) if symbol.band else None,
    )


def is_step(theme: MapTheme, at: int) -> bool:
    """Whether a class is a step of an amount whose classes were chosen."""
    return bool(theme.note.zh) and str(theme.classes[at].value).startswith("amount")


def _unit(theme: MapTheme, at: int, count: int) -> Text:
    return theme.unit_title if count or is_step(theme, at) else Text("", "")


def theme_entries(theme: MapTheme, share: float = 1.0) -> tuple[Entry, ...]:
    """Rows of a theme's classes that at least one unit has (of an amount whose classes were chosen, of all of
    them: an empty one is told), of those of its areas (not counted), of its lines and places.

    share: of the units' tints over what lies under them.
    """
    areas = {at for at, _ in theme.areas}
    counted = [0 if areas else count for count in theme.counts()]
    units = [
        Entry(
            each.title, each.symbol if at in areas else faded(each.symbol, 1.0, share), "MultiPolygon", count,
            _unit(theme, at, count), step=at,
        )
        for at, (each, has, count) in enumerate(zip(theme.classes, theme.counts(), counted, strict=True))
        if has or at in areas or is_step(theme, at)
    ]
    traces = (
        Entry(each.title, each.symbol, "Point" if each.is_places else "MultiLineString", 0)
        for each in theme.traces
    )
    return (*units, *traces)
