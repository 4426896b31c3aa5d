"""Foreign values -> values of a kind's columns; what does not fit is left out and told, never bent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.catalogue.model import Column, LayerKind
from layers.catalogue.values import without_commas
from layers.errors import InputError
from layers.exchange.mapping import NUMBERED, Mapped
from layers.exchange.source import Flag
from layers.exchange.units import AREA, factor, unit_by_measure
from layers.plan.table import Table


def convert(
    kind: LayerKind,
    mapped: Mapping[str, Mapped],
    columns: Mapping[str, Sequence[Any]],
    rows: Sequence[int],
    *,
    taken: int = 0,
) -> tuple[dict[str, list[Any]], list[Flag]]:
    """Return (column name -> values aligned with `rows`, flags). A required value that is missing takes the
    row.

    taken: the highest number already given to rows without a code of their own.
    """
    made: dict[str, list[Any]] = {}
    flags: list[Flag] = []
    for name, one in mapped.items():
        column = kind.column(name)
        if one.heading == NUMBERED:
            width = max(len(str(taken + max(rows, default=1))), 3)
            made[name] = [f"{kind.id.upper()}-{taken + row:0{width}d}" for row in rows]
            continue
        raws = columns[one.heading]
        types = list(map(type, raws))
        texts: list[str | None]
        if column.type == "text" and not column.choices and set(types) <= {str, type(None)}:
            if None in raws:
                texts = [(raw.strip() or None) if raw else None for raw in raws]
            else:
                texts = list(map(str.strip, raws))
                texts = texts if all(texts) else [text or None for text in texts]
            if not column.required or all(texts):  # text that was read is text that a project can hold
                made[name] = texts
                continue
        if one.factor == 1.0 and _fits(column, set(types), raws):
            made[name] = list(raws)
            continue
        typed = list(zip(types, raws, strict=True))
        known = {each: _value(column, each[1], one.factor) for each in set(typed)}
        made[name] = [known[each][0] for each in typed]
        if any(fault for _, fault in known.values()):
            words = {"column": column.title.zh, "column_en": column.title.en}
            flags.extend(
                Flag(row, fault, {**words, "value": str(each[1])[:60]}, kept=not column.required)
                for row, each in zip(rows, typed, strict=True)
                if (fault := known[each][1])
            )
    flags.extend(
        Flag(row, "value_required_missing", {"column": column.title.zh, "column_en": column.title.en})
        for column in kind.columns
        if column.required and column.name not in mapped
        for row in rows
    )
    return made, flags


def with_measured_units(
    kind: LayerKind,
    mapped: Mapping[str, Mapped],
    columns: Mapping[str, Sequence[Any]],
    areas_m2: Callable[[], NDArray[np.float64]],
) -> dict[str, Mapped]:
    """Return the mapping with the units of area columns that the shapes themselves give away.

    areas_m2: gives measured areas of the first rows; called only where a column needs it.
    """
    made = dict(mapped)
    measured = None
    for name, one in mapped.items():
        column = kind.column(name)
        if (
            column.type != "real"
            or column.unit not in ("ha", "km²", "m²")
            or one.unit
            or one.heading == NUMBERED
        ):
            continue
        measured = areas_m2() if measured is None else measured
        values = np.array([_float(value) for value in columns[one.heading][: len(measured)]], float)
        unit = unit_by_measure(values, measured)
        by = factor(unit, column.unit) if unit in AREA else None
        if by is not None and by != 1.0:
            made[name] = Mapped(one.heading, one.how, unit, by)
    return made


def lost_zeros(
    kind: LayerKind, values: Mapping[str, Sequence[Any]], rows: Sequence[int], table: Table, *, keyed: bool
) -> list[Flag]:
    """Return flags of codes that a spreadsheet has made numbers: the layer has 0401 where the file has 401.

    keyed: rows are matched by their key, so that one whose key has lost its zeros is not taken.
    """
    flags = []
    for name, column in values.items():
        if kind.column(name).type != "text":
            continue
        texts = {value for value in column if isinstance(value, str)}
        short = {value for value in texts if value.isdecimal() and value[0] != "0"}
        if not short:
            continue
        there = {str(value) for value in table.column(name) if value is not None}
        padded = {value.lstrip("0"): value for value in there if value[0] == "0" and value.isdecimal()}
        lost = {value: padded[value] for value in short if value in padded and value not in there}
        title = kind.column(name).title
        flags += [
            Flag(row, "zeros_lost",
                 {"column": title.zh, "column_en": title.en, "value": value, "was": lost[value]},
                 kept=not (keyed and name == kind.key))
            for row, value in zip(rows, column, strict=True)
            if lost and value in lost
        ]  # fmt: skip
    return flags


def disagreeing_units(
    kind: LayerKind,
    mapped: Mapping[str, Mapped],
    columns: Mapping[str, Sequence[Any]],
    areas_m2: Callable[[], NDArray[np.float64]],
) -> list[tuple[str, str, str]]:
    """Return (heading, unit that it states, unit that the shapes say) where the two are not the same."""
    found = []
    for name, one in mapped.items():
        if one.unit not in AREA or kind.column(name).type != "real" or one.heading == NUMBERED:
            continue
        measured = areas_m2()
        values = np.array([_float(value) for value in columns[one.heading][: len(measured)]], float)
        unit = unit_by_measure(values, measured)
        if unit and AREA[unit] != AREA[one.unit]:
            found.append((one.heading, one.unit, unit))
    return found


def _fits(column: Column, types: set[type], raws: Sequence[Any]) -> bool:
    """Whether raw values are already what `Column.parse` would make of them, every one."""
    if column.type != "real" or column.choices or column.required or not types <= {float, type(None)}:
        return False
    numbers = np.array([raw for raw in raws if raw is not None], np.float64)
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    # The sign of zero is not kept: such a column takes the long way.
    below_zero = (numbers == 0) & np.signbit(numbers)
    return bool((np.isfinite(numbers) & (numbers >= low) & (numbers <= high) & ~below_zero).all())


def _value(column: Column, raw: Any, by: float) -> tuple[Any, str]:
    if raw is None or raw == "":
        return None, "value_required_missing" if column.required else ""
    try:
        text = _text(raw)
        if by != 1.0 and column.type in ("real", "integer"):
            text = repr(round(float(without_commas(text)) * by, 10))
        return column.parse(text), ""
    except (InputError, ValueError, OverflowError):
        return None, "value_rejected"


def _text(raw: Any) -> str:
    if isinstance(raw, bool):
        return "1" if raw else "0"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 2**53 else repr(raw)
    return str(raw)


def _float(value: Any) -> float:
    try:
        return float(without_commas(str(value))) if value is not None else float("nan")
    except ValueError:
        return float("nan")
