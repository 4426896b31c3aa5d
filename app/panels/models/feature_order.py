"""Which rows of a layer are shown and in what order; pure functions over a table, run in jobs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from app.places import fold
from layers.catalogue.model import Column
from layers.plan.table import Table

Report = Callable[[int, int], None]
CHUNK = 20_000
MOST_KNOWN = 200_000  # values remembered of one column
Box = tuple[float, float, float, float]
NUMBERS = ("integer", "real")
SUMMED = frozenset(
    {
        "ha",
        "km",
        "km²",
        "m²",
        "m³",
        "亩",
        "户",
        "人",
        "个",
        "处",
        "座",
        "所",
        "间",
        "头",
        "只",
        "头只",
        "羊单位",
        "万元",
        "kVA",
        "m³/d",
        "t",
        "张",
        "辆",
    }
)
"""Units whose values add up to something; of others (kV, %, years) a sum says nothing."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the table is asked to show.

    words: text that any of `columns` must contain. sort: column to sort by, "" for the order of entry.
    only: ids to keep, None for all. inside: extent whose features to keep, None for all.
    """

    words: str = ""
    columns: tuple[Column, ...] = ()
    sort: str = ""
    down: bool = False
    only: frozenset[int] | None = None
    inside: Box | None = None
    language: str = "zh"

    @property
    def plain(self) -> bool:
        """Whether every row is shown in the order of entry."""
        return not self.words.strip() and not self.sort and self.only is None and self.inside is None


def order_of(table: Table, wish: Wish, report: Report) -> np.ndarray | None:
    """Return positions in `table.fids` to show, in order; None for all as they are."""
    if wish.plain:
        return None
    keep = np.ones(len(table), bool)
    if wish.only is not None:
        keep &= np.isin(table.fids, np.fromiter(wish.only, np.int64, len(wish.only)))
    if wish.inside is not None and table.kind.geometry:
        keep &= np.isin(table.fids, table.query(shapely.box(*wish.inside), predicate="intersects"))
    if wish.words.strip():
        keep &= _contain(table, wish, keep, report)
    positions = np.flatnonzero(keep)
    if wish.sort:
        positions = _sorted(table, wish, positions)
    return positions


def _contain(table: Table, wish: Wish, keep: np.ndarray, report: Report) -> np.ndarray:
    wanted = fold(wish.words)
    hit = np.zeros(len(table), bool)
    for done, column in enumerate(wish.columns):
        values = table.column(column.name)
        # Values repeat (choices, codes, names): each is folded and compared once.
        known: dict[Any, bool] = {None: False}
        left = np.flatnonzero(keep & ~hit)
        for begin in range(0, len(left), CHUNK):
            report(done, len(wish.columns))
            rows = left[begin : begin + CHUNK]
            part = values[rows].tolist()
            if len(known) > MOST_KNOWN:
                known = {None: False}
            for value in set(part) - known.keys():
                known[value] = _meets(column, value, wanted, wish.language)
            hit[rows] = np.fromiter(map(known.__getitem__, part), bool, len(part))
    return hit


def _meets(column: Column, value: Any, wanted: str, language: str) -> bool:
    if wanted in fold(column.choice_title(value, language)):
        return True
    return bool(column.choices) and wanted in fold(str(value))


def _sorted(table: Table, wish: Wish, positions: np.ndarray) -> np.ndarray:
    """Sort by a column, ties in the order of entry; what is not known comes last, whichever way."""
    column = table.kind.column(wish.sort)
    values = table.column(wish.sort)[positions]
    null = np.fromiter((value is None for value in values), bool, len(values))
    known, lost = positions[~null], positions[null]
    chosen = values[~null]
    if column.choices:
        place = {choice.value: at for at, choice in enumerate(column.choices)}
        keys: np.ndarray = np.fromiter(
            (place.get(value, len(place)) for value in chosen), np.int64, len(chosen)
        )
    elif column.type in ("integer", "real", "boolean"):
        keys = chosen.astype(np.float64)
    else:
        keys = chosen.astype(str)
    order = np.argsort(keys, kind="stable")
    if wish.down:  # the other way round, ties still in the order of entry
        order = len(keys) - 1 - np.argsort(keys[::-1], kind="stable")[::-1]
    return np.concatenate([known[order], lost])


def totals_of(
    table: Table, columns: tuple[Column, ...], positions: np.ndarray | None, report: Report
) -> dict[str, float]:
    """Return the sum of each column over the shown rows; none for one without any known value."""
    sums: dict[str, float] = {}
    for done, column in enumerate(columns):
        report(done, len(columns))
        values = table.column(column.name)
        if positions is not None:
            values = values[positions]
        known = [value for value in values if value is not None]
        if known:
            sums[column.name] = (
                math.fsum(known) if column.type == "real" else sum(known)
            )  # whatever the order, one sum
    return sums


def adds_up(column: Column) -> bool:
    """Whether a column's values add up to something worth reading."""
    return column.type in NUMBERS and not column.choices and column.unit in SUMMED


def runs(rows: np.ndarray) -> list[tuple[int, int]]:
    """Return runs (first, last) of ascending rows that follow one another."""
    if not len(rows):
        return []
    breaks = np.flatnonzero(np.diff(rows) > 1)
    return list(
        zip(rows[np.r_[0, breaks + 1]].tolist(), rows[np.r_[breaks, len(rows) - 1]].tolist(), strict=True)
    )
