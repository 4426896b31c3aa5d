"""Values of columns: from what a user typed, and whether they fit."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING

from layers.errors import InputError

if TYPE_CHECKING:
    from layers.catalogue.model import Column

TRUE_WORDS = frozenset({"1", "true", "yes", "y", "是", "有", "√"})
FALSE_WORDS = frozenset({"0", "false", "no", "n", "否", "无", "×"})


def parse_value(column: Column, text: str) -> object:
    """Return the value of `column` that `text` says; see `Column.parse`."""
    text = text.strip()
    if not text:
        return check_value(column, None)
    for choice in column.choices:
        if text in (str(choice.value), choice.title.zh, choice.title.en):
            return choice.value
    return check_value(column, _CONVERTERS[column.type](column, text))


def check_value(column: Column, value: object) -> object:
    """Return `value` when it fits the column; raises InputError as `Column.parse` says."""
    if value is None:
        if column.required:
            raise InputError("value_required", column=column.title.zh, column_en=column.title.en)
        return None
    if column.choices and value not in [choice.value for choice in column.choices]:
        known = "、".join(choice.title.zh for choice in column.choices)
        known_en = ", ".join(choice.title.en for choice in column.choices)
        raise _fault("value_not_a_choice", column, value, choices=known, choices_en=known_en)
    if column.type in ("integer", "real") and isinstance(value, (int, float)):
        low, high = column.minimum, column.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            raise _fault("value_out_of_range", column, value,
                         minimum="−∞" if low is None else low, maximum="∞" if high is None else high)
    return value


def _fault(code: str, column: Column, value: object, **more: object) -> InputError:
    return InputError(code, column=column.title.zh, column_en=column.title.en, value=value, **more)


def _integer(column: Column, text: str) -> int:
    try:
        return int(text.replace(",", ""))
    except ValueError:
        raise _fault("value_not_a_number", column, text) from None


def _real(column: Column, text: str) -> float:
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        raise _fault("value_not_a_number", column, text) from None
    if not math.isfinite(number):
        raise _fault("value_not_a_number", column, text)
    return number


def _boolean(column: Column, text: str) -> int:
    lowered = text.lower()
    if lowered in TRUE_WORDS:
        return 1
    if lowered in FALSE_WORDS:
        return 0
    raise _fault("value_not_a_choice", column, text, choices="是、否", choices_en="yes, no")


def _date(column: Column, text: str) -> str:
    try:
        return datetime.date.fromisoformat(text.replace("/", "-")).isoformat()
    except ValueError:
        raise _fault("value_not_a_date", column, text) from None


def _text(column: Column, text: str) -> str:
    if "\x00" in text:
        raise _fault("value_not_text", column, text.replace("\x00", "␀"))
    return text


_CONVERTERS = {"text": _text, "integer": _integer, "real": _real, "boolean": _boolean, "date": _date}
