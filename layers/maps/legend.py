"""The legend: entries of only what is shown, with counts."""

from __future__ import annotations

from dataclasses import dataclass

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


def theme_entries(theme: MapTheme) -> tuple[Entry, ...]:
    """Rows of a theme's classes that at least one unit has, of those of its areas (not counted), of its
    lines and places."""
    areas = {at for at, _ in theme.areas}
    counted = [0 if areas else count for count in theme.counts()]
    units = [
        Entry(each.title, each.symbol, "MultiPolygon", count, theme.unit_title if count else Text("", ""))
        for at, (each, has, count) in enumerate(zip(theme.classes, theme.counts(), counted, strict=True))
        if has or at in areas
    ]
    traces = (
        Entry(each.title, each.symbol, "Point" if each.is_places else "MultiLineString", 0)
        for each in theme.traces
    )
    return (*units, *traces)
