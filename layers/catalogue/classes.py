"""Which class of a style draws each feature, and the rows of a legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layers.catalogue.style import Style, StyleClass, Symbol
from layers.catalogue.text import Text

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class LegendRow:
    """A swatch with its words; `classes` are the positions of the style classes that it stands for."""

    title: Text
    symbol: Symbol
    classes: tuple[int, ...]


def class_columns(style: Style) -> tuple[str, ...]:
    """Return the columns that decide a feature's class, none where all look alike."""
    if not style.classes:
        return ()
    further = (column for entry in style.classes for column, _ in entry.where)
    return tuple(dict.fromkeys((style.column, *further)))


def classify(style: Style, columns: Mapping[str, Sequence[object]], count: int) -> np.ndarray:
    """Return for each of `count` features the position of the first class that fits, -1 for none.

    columns: values (aligned with the features) of at least `class_columns(style)`. A style without
    classes, and a feature that no class fits, is drawn with the style's own symbol (-1).
    """
    import numpy as np

    names = class_columns(style)
    if not names:
        return np.full(count, -1, np.int16)
    known: dict[tuple[object, ...], int] = {}  # few combinations among many features
    places = np.empty(count, np.int16)
    for at, values in enumerate(zip(*(columns[name] for name in names), strict=True)):
        place = known.get(values)
        if place is None:
            place = known[values] = _first_class(style, dict(zip(names, values, strict=True)))
        places[at] = place
    return places


def _first_class(style: Style, values: Mapping[str, object]) -> int:
    for place, entry in enumerate(style.classes):
        if _fits(entry, style.column, values):
            return place
    return -1


def _fits(entry: StyleClass, column: str, values: Mapping[str, object]) -> bool:
    if entry.value is not None and values[column] != entry.value:
        return False
    if entry.limits is not None and not _within(values[column], *entry.limits):
        return False
    return all(values[name] in allowed for name, allowed in entry.where)


def _within(value: object, low: float | None, high: float | None) -> bool:
    if not isinstance(value, (int, float)) or value != value:
        return False
    return (low is None or value > low) and (high is None or value <= high)


def legend_rows(style: Style, title: Text) -> tuple[LegendRow, ...]:
    """Return the rows of a legend; classes of one title are one row, drawn as the first of them.

    title: words for a style without classes.
    """
    if not style.classes:
        return (LegendRow(title, style.symbol, (-1,)),)
    rows: dict[Text, LegendRow] = {}
    for place, entry in enumerate(style.classes):
        row = rows.get(entry.title, LegendRow(entry.title, entry.symbol, ()))
        rows[entry.title] = LegendRow(row.title, row.symbol, (*row.classes, place))
    return tuple(rows.values())
