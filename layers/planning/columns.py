"""Columns of a table as arrays of numbers and flags, fast on a million rows.

A column that the kind does not have, or that holds nothing, is not an error here: it answers "not known".
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from layers.plan.table import Table

PROPOSAL_STATES = frozenset({"idea", "reserve", "approved", "building"})
"""Values of a `status` column that mean: not there yet (`layers.catalogue.columns.PROJECT_STATUS`)."""


def values_of(table: Table, name: str | None) -> np.ndarray:
    """Return a column (objects aligned with `table.fids`), all null where the kind has no such column."""
    if not name or name not in table.kind.column_names:
        return np.full(len(table), None, object)
    return table.column(name)


def codes_of(table: Table, name: str | None, index: dict[str, int]) -> np.ndarray:
    """Return the place of each row's code in `index` (int64): -1 null or blank, -2 an unknown code."""
    known = _Places(index)
    return np.fromiter(map(known.__getitem__, values_of(table, name)), np.int64, len(table))


class _Places(dict[Any, int]):
    """code -> place; a code is compared as trimmed text, whatever type a foreign file gave it."""

    def __init__(self, index: dict[str, int]) -> None:
        super().__init__(index)
        self._index = index
        self[None] = -1

    def __missing__(self, value: Any) -> int:
        text = code_text(value)
        place = self._index.get(text, -2) if text else -1
        self[value] = place
        return place


def code_text(value: Any) -> str:
    """Return a code as trimmed text: `150724201000` for the number, "" for null."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value.is_integer() else ""
    return str(value).strip()


def is_in(values: Sequence[Any] | np.ndarray, wanted: Collection[Any]) -> np.ndarray:
    """Return True where a value is one of `wanted` (bool)."""
    chosen = frozenset(wanted)
    return np.fromiter(map(chosen.__contains__, values), bool, len(values))


def is_null(values: Sequence[Any] | np.ndarray) -> np.ndarray:
    """Return True where a value is null (bool)."""
    return np.fromiter((value is None for value in values), bool, len(values))


def years_of(values: Sequence[Any] | np.ndarray) -> np.ndarray:
    """Return the years of ISO dates (float64), nan where there is no date or it cannot be read."""
    known = _Years()
    return np.fromiter(map(known.__getitem__, values), np.float64, len(values))


class _Years(dict[Any, float]):
    def __missing__(self, value: Any) -> float:
        head = str(value)[:4] if value is not None else ""
        year = float(head) if len(head) == 4 and head.isascii() and head.isdigit() else math.nan
        self[value] = year
        return year


def in_force(table: Table, date: str | None, year: int | None) -> np.ndarray:
    """Return True where a feature is there by 31 December of `year` (bool).

    A date after it rules the feature out; a date that is missing or unreadable does not. Without a year
    every date counts.
    """
    if year is None or not date:
        return np.ones(len(table), bool)
    with np.errstate(invalid="ignore"):
        return ~(years_of(values_of(table, date)) > year)


def standing(table: Table, year: int | None, date: str | None) -> np.ndarray:
    """Return True where a feature stands, as against a proposal on paper (bool).

    Of a kind that carries proposals (columns `scheme` and `status`) a row stands when its status says it is
    built, or when it belongs to no scheme and has no status: a thing that always stood. `year`: `in_force`.
    """
    there = in_force(table, date, year)
    names = table.kind.column_names
    if "scheme" not in names or "status" not in names:
        return there
    status = table.column("status")
    on_paper = is_in(status, PROPOSAL_STATES) | (is_null(status) & ~is_null(table.column("scheme")))
    return there & ~on_paper


def satisfies(table: Table, where: Sequence[tuple[str, Sequence[Any]]]) -> tuple[np.ndarray, np.ndarray]:
    """Return (certainly, possibly): whether each row meets every (column, values) pair.

    A null is possibly one of the values, never certainly.
    """
    certain = np.ones(len(table), bool)
    possible = np.ones(len(table), bool)
    for name, wanted in where:
        values = values_of(table, name)
        met = is_in(values, wanted)
        certain &= met
        possible &= met | is_null(values)
    return certain, possible


def flags_of(table: Table, name: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Return (true, null) of a boolean column; a kind without the column is true everywhere."""
    if not name or name not in table.kind.column_names:
        return np.ones(len(table), bool), np.zeros(len(table), bool)
    values = table.column(name)
    null = is_null(values)
    return is_in(values, (1, True)) & ~null, null
