"""Which class of its style each feature belongs to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.catalogue.style import Style, StyleClass, Symbol

HIDDEN = -1
Reader = Callable[[str], Sequence[Any]]


def classify(style: Style, read: Reader, count: int) -> NDArray[np.int16]:
    """Return the class (position in `shown_classes`) of each of `count` features; HIDDEN draws nothing.

    read: column name -> values of the features. The first class that fits wins.
    """
    if not style.classes:
        return np.zeros(count, np.int16)
    names = _columns(style)
    columns = [read(name) for name in names]
    known: dict[tuple[Any, ...], int] = {}
    found = np.empty(count, np.int16)
    for at, values in enumerate(zip(*columns, strict=True)):
        fit = known.get(values)
        if fit is None:
            fit = known[values] = _fit(style, dict(zip(names, values, strict=True)))
        found[at] = fit
    return found


def _columns(style: Style) -> list[str]:
    conditions = [name for each in style.classes for name, _ in each.where]
    return list(dict.fromkeys([*([style.column] if style.column else []), *conditions]))


def _fit(style: Style, row: dict[str, Any]) -> int:
    for at, each in enumerate(style.classes):
        if (each.value is None or row.get(style.column) == each.value) and all(
                row.get(name) in values for name, values in each.where):
            return at
    return len(style.classes) if style.symbol != Symbol() else HIDDEN


def shown_classes(style: Style, title: Any) -> tuple[StyleClass, ...]:
    """Every class that `classify` may name, in its order; a style without classes is one class.

    title: the kind's title, for the class of features that no class names.
    """
    if not style.classes:
        return (StyleClass(None, title, style.symbol),)
    rest = (StyleClass(None, title, style.symbol),) if style.symbol != Symbol() else ()
    return (*style.classes, *rest)


def at_scale(style: Style, classes: tuple[StyleClass, ...], scale: float) -> frozenset[int]:
    """Classes that are drawn at 1:scale."""
    if style.min_scale and scale > style.min_scale:
        return frozenset()
    return frozenset(at for at, each in enumerate(classes) if not each.min_scale or scale <= each.min_scale)
