"""What of a map's theme may leave: columns and circles as a table of their numbers would be."""

from __future__ import annotations

from dataclasses import replace

from app.exports.gap_table import withheld_gaps
from app.exports.web_counts import release_allocation
from app.messages import both
from layers.catalogue.text import Text
from layers.errors import RuleError
from layers.maps.choropleth import Circles, Columns, MapTheme


def released_theme(
    theme: MapTheme | None, small_count: int, *, counted: bool = True
) -> MapTheme | None:
    """The theme without the columns and circles that tell a count from 1 to `small_count` - 1: each is as
    good as its number, so what a table withholds to keep them is left out with them.

    Circles of numbers that stay in the project are left out altogether. counted: false leaves out those of
    households, where another file tells them of another state.
    """
    if theme is None or (theme.columns is None and theme.circles is None):
        return theme
    columns, circles = theme.columns, theme.circles
    if columns is not None:
        columns = _released_columns(columns, small_count)
    if circles is not None:
        kept_in = circles.inside or (not counted and bool(circles.households))
        circles = None if kept_in else _released_circles(circles, small_count)
    return replace(theme, columns=columns, circles=circles, derived={})


def _released_columns(columns: Columns, small_count: int) -> Columns:
    """The sum of a year is known to all: where it gives a count away, the year's numbers are not told."""
    years = [_released_year(columns, at, small_count) for at in range(len(columns.labels))]
    values = {code: tuple(year.get(code) for year in years) for code in columns.values}
    return replace(columns, values=values)


def _released_year(columns: Columns, at: int, small_count: int) -> dict[str, float | None]:
    of_year = {code: row[at] for code, row in columns.values.items() if at < len(row)}
    known = {code: {at: int(value)} for code, value in of_year.items() if value is not None}
    try:
        shown, _ = release_allocation(known, small_count=small_count)
    except RuleError:
        return {}
    return {code: row[at] for code, row in shown.items()}


def _released_circles(circles: Circles, small_count: int) -> Circles:
    withheld = withheld_gaps(circles.households, small_count) if circles.households else frozenset()
    sizes = {
        code: None if value is not None and (0 < value < small_count or code in withheld) else value
        for code, value in circles.values.items()
    }
    if sizes == circles.values:
        return circles
    beside = any(
        value != circles.values[code] and circles.values[code] >= small_count
        for code, value in sizes.items()
    )
    without = both("circles_without_more" if beside else "circles_without", fewer=small_count)
    title = Text(f"{circles.title.zh}{without.zh}", f"{circles.title.en}{without.en}")
    return replace(circles, values=sizes, title=title)
