"""What a user may type into a column, and what is refused with which sentence."""

from __future__ import annotations

import datetime
import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from layers.catalogue.columns import choices
from layers.catalogue.model import Column
from layers.catalogue.registry import default_catalogue
from layers.catalogue.text import Text
from layers.catalogue.values import check_value, parse_value
from layers.errors import InputError

COLUMNS = [column for kind in default_catalogue() for column in kind.columns]
SENTENCES = tomllib.loads((Path(__file__).parents[3] / "resources/i18n/catalogue.toml").read_text("utf-8"))[
    "error"
]
GRADE = choices(("a", "甲级", "Grade A"), ("b", "乙级", "Grade B"))


def column(type: str = "text", **options) -> Column:
    return Column("c", Text("列", "Column"), type, **options)


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("integer", "1,234", 1234),
        ("integer", " 12 ", 12),
        ("integer", "12.0", 12),
        ("integer", "-3", -3),
        ("integer", "9007199254740993", 9007199254740993),  # would lose its last digit through a float
        ("real", "3.50", 3.5),
        ("real", "9007199254740992", 2.0**53),  # the limit itself is within
        ("real", "1，234.5", 1234.5),
        ("real", "１２", 12.0),
        ("boolean", "是", 1),
        ("boolean", "NO", 0),
        ("boolean", "×", 0),
        ("date", "2024-05-31", "2024-05-31"),
        ("date", "2024/5/1", "2024-05-01"),
        ("date", "2024.5.1", "2024-05-01"),
        ("date", "2024年5月1日", "2024-05-01"),
        ("date", "20240501", "2024-05-01"),
        ("date", "2024-05-01 08:30:00", "2024-05-01"),
        ("date", "2024-02-29", "2024-02-29"),
        ("text", "  巴彦乌拉 ", "巴彦乌拉"),
        ("text", "", None),
        ("real", " ", None),
    ],
)
def test_typed_text_becomes_the_stored_value(type, text, value):
    found = column(type).parse(text)
    assert found == value and isinstance(found, bool) is False


@pytest.mark.parametrize(
    ("options", "text", "code"),
    [
        ({"type": "integer"}, "3.5", "value_not_a_number"),
        ({"type": "integer"}, "abc", "value_not_a_number"),
        ({"type": "integer"}, "1_000", "value_not_a_number"),
        ({"type": "integer"}, "inf", "value_not_a_number"),
        ({"type": "integer"}, "9223372036854775808", "value_out_of_range"),
        ({"type": "real"}, "1e999", "value_not_a_number"),
        ({"type": "real"}, "9007199254740993", "value_out_of_range"),  # 2**53 + 1 is no float
        ({"type": "real"}, "12 km", "value_not_a_number"),
        ({"type": "real", "minimum": 0}, "-0.1", "value_out_of_range"),
        ({"type": "real", "maximum": 5}, "5.01", "value_out_of_range"),
        ({"type": "boolean"}, "2", "value_not_a_choice"),
        ({"type": "date"}, "2023-02-29", "value_not_a_date"),
        ({"type": "date"}, "24-1-5", "value_not_a_date"),
        ({"type": "date"}, "2024-13-01", "value_not_a_date"),
        ({"choices": GRADE}, "丙级", "value_not_a_choice"),
        ({"required": True}, "  ", "value_required"),
        ({}, "a\x00b", "value_not_text"),
        ({}, "\ud800", "value_not_text"),
    ],
)
def test_what_does_not_fit_is_refused(options, text, code):
    with pytest.raises(InputError) as error:
        column(**options).parse(text)
    assert error.value.code == code
    sentence = SENTENCES[code]
    for key in ("zh", "en", "hint_zh", "hint_en"):
        assert sentence[key].format_map(error.value.fields)  # every place has its field
    "".join(str(value) for value in error.value.fields.values()).encode()  # can be shown and logged


def test_limits_themselves_are_within():
    limited = column("real", minimum=0, maximum=5)
    assert (limited.parse("0"), limited.parse("5")) == (0, 5)


def test_a_choice_is_known_by_value_and_by_its_words_in_both_languages():
    graded = column(choices=GRADE)
    assert [graded.parse(text) for text in ("a", "甲级", "Grade A", " 乙级 ")] == ["a", "a", "a", "b"]
    assert (graded.choice_title("a", "zh"), graded.choice_title("a", "en")) == ("甲级", "Grade A")
    assert (graded.choice_title("z", "zh"), graded.choice_title(None, "zh")) == ("z", "")


@pytest.mark.parametrize(
    ("type", "value", "stored"),
    [
        ("real", math.nan, None),
        ("integer", math.nan, None),
        ("integer", 2.0, 2),
        ("real", 2, 2.0),
        ("boolean", True, 1),
        ("date", datetime.date(2024, 5, 1), "2024-05-01"),
        ("date", datetime.datetime(2024, 5, 1, 9), "2024-05-01"),
    ],
)
def test_values_of_foreign_files_become_stored_ones(type, value, stored):
    found = check_value(column(type), value)
    assert found == stored and type_of(found) == type_of(stored)


def type_of(value: object) -> str:
    return type(value).__name__


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("text", 5),
        ("integer", "5"),
        ("integer", 2.5),
        ("real", "x"),
        ("real", math.inf),
        ("real", 10**400),
        ("boolean", "是"),
        ("boolean", 2),
        ("date", 20240501),
        ("date", "yesterday"),
    ],
)
def test_a_value_of_the_wrong_type_never_passes(type, value):
    with pytest.raises(InputError):
        check_value(column(type), value)


@given(st.sampled_from(COLUMNS), st.text())
def test_any_text_is_a_value_that_fits_again_or_a_known_refusal(one: Column, text: str):
    try:
        value = parse_value(one, text)
    except InputError as error:
        assert error.code in SENTENCES
    else:
        assert check_value(one, value) == value


@example(column("real"), 2**53 + 1)
@given(
    st.sampled_from([column for column in COLUMNS if column.type in ("integer", "real")]),
    st.integers(-(2**70), 2**70) | st.floats(allow_nan=False),
)
def test_a_number_that_passes_is_within_its_limits(one: Column, number: float):
    try:
        value = check_value(one, number)
    except InputError:
        return
    assert value == number
    assert one.minimum is None or value >= one.minimum
    assert one.maximum is None or value <= one.maximum
