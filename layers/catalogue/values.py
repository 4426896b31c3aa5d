"""Values of columns: from what a user typed, and whether they fit."""

from __future__ import annotations

import datetime
import math
import re
from typing import TYPE_CHECKING

from layers.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from layers.catalogue.model import Column

TRUE_WORDS = frozenset({"1", "true", "yes", "y", "是", "有", "真", "√", "✓"})
FALSE_WORDS = frozenset({"0", "false", "no", "n", "否", "无", "假", "×", "✗"})
EXACT = 2**53  # whole numbers up to here are each a float of their own
INTEGER_MIN, INTEGER_MAX = -(2**63), 2**63 - 1  # what a SQLite integer holds

# 2024-01-05, 2024/1/5, 2024.1.5, 20240105, 2024年1月5日, each with a time of day behind it that is dropped
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[T ]\d.*)?", re.ASCII)

_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}")


def parse_value(column: Column, text: str) -> object:
    """Return the value of `column` that `text` says; see `Column.parse`."""
    text = text.strip()
    if not text:
        return check_value(column, None)
    for choice in column.choices:
        if text in (str(choice.value), choice.title.zh, choice.title.en):
            return choice.value
    return check_value(column, _PARSERS[column.type](column, text) if column.type in _PARSERS else text)


def check_value(column: Column, value: object) -> object:
    """Return `value` as the column stores it, when it fits; raises InputError as `Column.parse` says.

    NaN is null, a true or false is 1 or 0, a date in another notation becomes ISO 8601.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        if column.required:
            raise InputError("value_required", column=column.title.zh, column_en=column.title.en)
        return None
    value = _CHECKERS[column.type](column, value)
    if column.choices and value not in [choice.value for choice in column.choices]:
        known = "、".join(choice.title.zh for choice in column.choices)
        known_en = ", ".join(choice.title.en for choice in column.choices)
        raise _fault("value_not_a_choice", column, value, choices=known, choices_en=known_en)
    if isinstance(value, (int, float)):
        _check_range(column, value)
    return value


def _check_range(column: Column, value: int | float) -> None:
    low, high = column.minimum, column.maximum
    if column.type == "integer":  # a whole number that no file could hold is out of range, too
        low, high = INTEGER_MIN if low is None else low, INTEGER_MAX if high is None else high
    if (low is not None and value < low) or (high is not None and value > high):
        raise _fault("value_out_of_range", column, value,
                     minimum="−∞" if column.minimum is None and value >= INTEGER_MIN else low,
                     maximum="∞" if column.maximum is None and value <= INTEGER_MAX else high)


def _fault(code: str, column: Column, value: object, **more: object) -> InputError:
    return InputError(code, column=column.title.zh, column_en=column.title.en, value=value, **more)


def without_commas(text: str) -> str:
    """Return a number's text without commas: `5,418,000.5` by threes, `12,5` for 12.5; "" for any other.

    `1,0000` (by fours) and `12,3456` could be either, and ten thousand times apart: they are no number.
    """
    digits = text.replace("，", ",").strip()
    if "," not in digits or _THOUSANDS.fullmatch(digits):
        return digits.replace(",", "")
    return digits.replace(",", ".") if _DECIMAL_COMMA.fullmatch(digits) else ""


def _parse_number(column: Column, text: str) -> int | float:
    digits = without_commas(text)
    if not digits or "_" in digits:  # Python's own notation, not a planner's
        raise _fault("value_not_a_number", column, text)
    try:
        return int(digits)
    except ValueError:
        pass
    try:
        return float(digits)
    except ValueError:
        raise _fault("value_not_a_number", column, text) from None


def _parse_boolean(column: Column, text: str) -> int:
    lowered = text.lower()
    if lowered in TRUE_WORDS:
        return 1
    if lowered in FALSE_WORDS:
        return 0
    raise _fault("value_not_a_choice", column, text, choices="是、否", choices_en="yes, no")


def _integer(column: Column, value: object) -> int:
    if isinstance(value, (int, float)) and math.isfinite(value) and value == int(value):
        return int(value)
    raise _fault("value_not_a_number", column, value)


def _real(column: Column, value: object) -> float:
    try:
        if isinstance(value, (int, float)) and math.isfinite(value):
            if float(value) != value:  # a long whole number would be kept as its neighbour: refused
                raise _fault("value_out_of_range", column, value, minimum=-EXACT, maximum=EXACT)
            return float(value)
    except OverflowError:  # a whole number beyond any float
        pass
    raise _fault("value_not_a_number", column, value)


def _boolean(column: Column, value: object) -> int:
    if isinstance(value, (int, float)) and value in (0, 1):
        return int(value)
    raise _fault("value_not_a_choice", column, value, choices="是、否", choices_en="yes, no")


def _date(column: Column, value: object) -> str:
    if isinstance(value, datetime.date):  # a datetime is one, too
        return value.isoformat()[:10]
    found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        if found is not None:
            year, month, day = (int(part) for part in found.groups() if part is not None)
            return datetime.date(year, month, day).isoformat()
    except ValueError:
        pass
    raise _fault("value_not_a_date", column, value)


def _text(column: Column, value: object) -> str:
    if isinstance(value, str) and "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value):
        return value
    shown = value
    if isinstance(value, str):
        shown = value.encode("utf-8", "replace").decode().replace("\x00", "␀")
    raise _fault("value_not_text", column, shown)


_PARSERS: dict[str, Callable[[Column, str], object]] = {
    "integer": _parse_number, "real": _parse_number, "boolean": _parse_boolean,
}
_CHECKERS: dict[str, Callable[[Column, object], object]] = {
    "text": _text, "integer": _integer, "real": _real, "boolean": _boolean, "date": _date,
}
