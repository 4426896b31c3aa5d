"""Columns and circles on what leaves: with a ruler on a map one learns no more than from the table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from app.exports.gap_table import release_gaps, withheld_gaps
from app.exports.paper import SheetOptions, make_sheet
from app.exports.released_theme import released_theme
from app.gap_themes import theme_of
from layers.catalogue.text import Text
from layers.maps.choropleth import Columns, amount_theme
from layers.maps.classes import Classing, Look
from layers.maps.operations import Discs
from layers.maps.palette import colour
from layers.planning.gaps import gaps
from layers.release import WITHHELD
from tests.app.exports.banners import banner_of, gacha_code, people

NEEDS = (2, 9, 14, 30)
"""Households that lack a toilet, by gacha: of the first the number is small."""
NAMES = ("甲嘎查", "乙嘎查", "丙嘎查", "丁嘎查")


@pytest.fixture
def session(opened):
    return opened(banner_of(NAMES, people(range(4), lambda at: (20, NEEDS[at]))))


def themed(session):  # type: ignore[no-untyped-def]
    """The theme with circles, and the rows behind it."""
    result = gaps(session.plan, session.policy)
    look = Look(Classing(), True)
    theme = theme_of(session.catalogue, session.policy, result, "toilets", look=look)
    return theme, result.of_service("toilets")


def test_circles_leave_out_what_the_table_withholds(session):
    theme, rows = themed(session)
    told = released_theme(theme, 3).circles.values
    hidden = {code for code, value in told.items() if value is None}
    assert gacha_code(0) in hidden and len(hidden) == 2, "one beside it, or the sum would give it away"
    released = release_gaps(session, gaps(session.plan, session.policy).rows, words=False)
    at = {key: place for place, key in enumerate(released.keys)}
    withheld = {row[at["gacha_code"]] for row in released.rows
                if row[at["service"]] == "toilets" and row[at["gap"]] == WITHHELD}  # fmt: skip
    assert withheld == hidden == withheld_gaps(rows, 3)


def test_a_reader_with_circles_table_and_sums_reckons_no_small_count(session):
    """Who knows the sum of the sumu and every circle: the least and most that each missing one can be."""
    theme, _ = themed(session)
    told = released_theme(theme, 3).circles.values
    codes = [gacha_code(at) for at in range(4)]
    known = [(np.ones(4), sum(NEEDS))]
    known += [(np.eye(4)[at], told[code]) for at, code in enumerate(codes) if told[code] is not None]
    lines, values = np.array([line for line, _ in known]), np.array([value for _, value in known])
    for at, need in enumerate(NEEDS):
        if 0 < need < 3:
            ends = [
                milp(sign * np.eye(4)[at], integrality=np.ones(4), bounds=Bounds(0, 99),
                     constraints=LinearConstraint(lines, values, values)).fun * sign
                for sign in (1, -1)
            ]  # fmt: skip
            assert ends[0] < ends[1]


def test_a_sheet_draws_them_so_and_none_where_another_file_tells_the_numbers(session):
    theme, _ = themed(session)

    def circles(options: SheetOptions) -> int:
        sheet = make_sheet(session.plan, session.policy, options, theme=theme)
        discs = [one for one in sheet.map.scene.operations if isinstance(one, Discs)]
        return len([one for one in discs if one.fill[:3] == colour("circle")[:3]]) // 2

    assert circles(SheetOptions()) == 2
    assert circles(SheetOptions(counted=False)) == 0


def test_columns_leave_out_what_the_sums_of_their_years_would_give_back():
    """40 new toilets in 2022, 3 households of which are nobody else's: 2 is small, and 38 would tell it."""
    values = {"a": (2, 5, None), "b": (38, 6, 7), "c": (0, 9, 8)}
    columns = Columns(values, ("2022", "2023", "2024"), 3)
    theme = amount_theme("t", Text("t", "t"), {"a": 1.0}, columns=columns)
    told = released_theme(theme, 3).columns.values
    assert [row[1:] for row in told.values()] == [row[1:] for row in values.values()]
    hidden = [code for code, row in told.items() if row[0] is None]
    assert "a" in hidden and len(hidden) == 2
    alone = replace(theme, columns=replace(columns, values={"a": (2, 5, None)}))
    assert released_theme(alone, 3).columns.values == {"a": (None, 5, None)}
