"""Which rows of a sheet are its headings: under a title, in two rows of merged cells, or none at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layers.exchange.units import is_unit

LOOKED_AT = 50
ABOVE = 10  # rows among which the headings are looked for
NUMBER = frozenset("0123456789.+-eE")
COUNTED_IN = frozenset({"个", "户", "人", "头", "头只", "只", "匹", "座", "处", "眼", "条", "年", "%", "％"})
FULL = 0.6  # of the widest row: a row of headings is as full as this
YEARS, MONTHS = range(1900, 2101), 12
_TOTAL = re.compile(r"(合计|总计|小计|共计|累计|总和|本页合计|全旗合计|全县合计|total|subtotal|sum)[:：]?", re.IGNORECASE)
_UNDER = re.compile(r"(注|备注|说明|填表人|填报人|制表人?|审核人?|负责人|单位负责人|填表日期|填报日期)[:：]")
_BEGINNINGS = frozenset("合总小共累本全注备说填制审负单tTsS")


@dataclass(frozen=True, slots=True)
class Headings:
    """cells: the headings, "" where a column has none; first: position of the first row of data; above: rows
    of title over them; rows: how many rows they take, 0 for none."""

    cells: tuple[str, ...]
    first: int
    above: int
    rows: int


def find_headings(records: Sequence[Sequence[Any]]) -> Headings:
    """Return the headings of a table; records: its rows, blank ones left out, at least one."""
    at = _heading_row(records)
    if at is None:  # the first row is data
        width = max(_filled(record) for record in records[:LOOKED_AT])
        return Headings(("",) * max(width, len(_trimmed(records[0]))), 0, 0, 0)
    for upper in (at, at - 1):
        if upper >= 0 and _two_rows(records, upper):
            first = upper + 2 + _counted(records, upper + 2)
            return Headings(_joined(records[upper], records[upper + 1]), first, upper, 2)
    if _units(records, at + 1):
        return Headings(_joined(records[at], records[at + 1], units=True), at + 2, at, 2)
    cells = tuple("" if cell is None else str(cell) for cell in _trimmed(records[at]))
    return Headings(cells, at + 1 + _counted(records, at + 1), at, 1)


def not_a_row(record: Sequence[Any]) -> str:
    """Return what a row says that is a total or a note under the table, "" for a row of data."""
    first = next((cell for cell in record if isinstance(cell, str) and cell and not cell.isspace()), "")
    if not first or first.lstrip()[0] not in _BEGINNINGS:
        return ""
    texts = [cell for cell in record if isinstance(cell, str) and cell.strip()]
    said = re.sub(r"\s+", "", first)
    if _TOTAL.fullmatch(said):
        return said
    return said[:20] if len(texts) == _filled(record) <= 2 and _UNDER.match(said) else ""


def is_number(cell: Any) -> bool:
    """Whether a cell is a number or written as a plain one."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return True
    return isinstance(cell, str) and cell.strip() != "" and set(cell.strip()) <= NUMBER


def _heading_row(records: Sequence[Sequence[Any]]) -> int | None:
    """The first of ten rows that is nearly full without a number; else the first, None where it is data."""
    width = max(_filled(record) for record in records[:LOOKED_AT])
    for at, record in enumerate(records[:ABOVE]):
        if _filled(record) >= max(FULL * width, 1) and not any(_is_value(cell) for cell in record):
            return at
    return None if _is_data(records) else 0


def _is_data(records: Sequence[Sequence[Any]]) -> bool:
    """Whether the first row has numbers that are no years, in columns of numbers."""
    if len(records) < 2:
        return False
    places = [at for at, cell in enumerate(records[0]) if _is_value(cell) and not _is_month(cell)]
    below = records[1:LOOKED_AT]
    return bool(places) and all(
        sum(at < len(record) and is_number(record[at]) for record in below) > len(below) / 2 for at in places
    )


def _is_value(cell: Any) -> bool:
    """Whether a cell is a number that is no year: headings have none."""
    text = str(cell).strip()
    return is_number(cell) and not (text.isdigit() and int(text) in YEARS)


def _is_month(cell: Any) -> bool:
    text = str(cell).strip()
    return text.isdigit() and int(text) <= MONTHS


def _two_rows(records: Sequence[Sequence[Any]], at: int) -> bool:
    """Whether row `at + 1` names what row `at` leaves blank (merged cells), over columns that have values."""
    if at + 2 >= len(records):
        return False
    upper, lower, width = records[at], records[at + 1], max(len(records[at]), len(records[at + 1]))
    texts = [place for place in range(width) if _cell(lower, place)]
    if _filled(upper) < 2 or not texts or any(_is_value(cell) for cell in (*upper, *lower)):
        return False
    named = [place for place in texts if not _cell(upper, place)]
    alone = any(_cell(upper, place) and not _cell(lower, place) for place in range(width))
    twice = len({_cell(lower, place) for place in texts}) < len(texts)
    if not named or not (alone or twice):
        return False
    below = records[at + 2 : at + 2 + LOOKED_AT]
    return any(_cell(record, place) for record in below for place in named)


def _units(records: Sequence[Sequence[Any]], at: int) -> bool:
    """Whether a row under the headings has nothing but units (万元, 亩), and data below it."""
    if at + 1 >= len(records):
        return False
    filled = [str(cell) for cell in records[at] if cell not in (None, "")]
    return bool(filled) and all(is_unit(cell) or cell.strip("()（）") in COUNTED_IN for cell in filled)


def _counted(records: Sequence[Sequence[Any]], at: int) -> int:
    """1 where a row under the headings only counts the columns (1, 2, 3 … or 甲, 1, 2 …), else 0."""
    if at + 1 >= len(records):
        return 0
    cells = [str(cell).strip("()（） ") for cell in _trimmed(records[at])]
    words = [cell for cell in cells if not cell.isdecimal()]
    numbers = [int(cell) for cell in cells if cell.isdecimal()]
    letters = words == list("甲乙丙丁戊")[: len(words)] and cells[: len(words)] == words
    return int(len(numbers) >= 3 and letters and numbers == list(range(1, len(numbers) + 1)))


def _joined(upper: Sequence[Any], lower: Sequence[Any], *, units: bool = False) -> tuple[str, ...]:
    """One heading a column: the lower one, with the upper where it stands alone, is a unit or comes twice.

    units: every lower one is a unit.
    """
    width = max(len(_trimmed(upper)), len(_trimmed(lower)))
    lows = [_cell(lower, place) for place in range(width)]
    made, over = [], ""
    for place, low in enumerate(lows):
        over = _cell(upper, place) or (over if low else "")
        if low and (units or is_unit(low)):
            made.append(f"{over}（{low.strip('()（）')}）")
        else:
            made.append(over + low if low and lows.count(low) > 1 else low or over)
    return tuple(made)


def _cell(record: Sequence[Any], place: int) -> str:
    cell = record[place] if place < len(record) else None
    return "" if cell is None else str(cell).strip()


def _filled(record: Sequence[Any]) -> int:
    return sum(cell not in (None, "") for cell in record)


def _trimmed(record: Sequence[Any]) -> list[Any]:
    cells = list(record)
    while cells and cells[-1] in (None, ""):
        cells.pop()
    return cells
