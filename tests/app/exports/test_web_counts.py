"""Household counts over several years: a reader with all the numbers of a page, and pencil, learns no small
one."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from app.exports.web_counts import MEASURES, can_release, release_allocation, release_households
from layers.errors import RuleError
from layers.planning.results import NONE, GapRow, reason

SMALL = 3


def row(code: str, sumu: str, have: int, gap: int, unknown: int) -> GapRow:
    return GapRow(
        "unit.gacha",
        code,
        code,
        sumu,
        sumu,
        "toilets",
        have,
        gap,
        gap,
        unknown,
        NONE,
        reason("none"),
        have + gap + unknown,
    )


def random_years(seed: int) -> dict[int, list[GapRow]]:
    """Gachas of two sumu over three years: who is served stays served, many numbers are tiny."""
    draw = random.Random(seed)
    years: dict[int, list[GapRow]] = {2021: [], 2022: [], 2023: []}
    for at in range(6):
        have, gap, unknown = draw.randint(0, 9), draw.randint(4, 30), draw.choice((0, 1, 2, 5, 9))
        for year in years:
            years[year].append(row(f"g{at}", f"s{at % 2}", have, gap, unknown))
            moved = min(gap, draw.choice((0, 0, 1, 2, 4, 7)))
            have, gap = have + moved, gap - moved
    return years


def with_scheme(seed: int) -> dict[int, list[GapRow]]:
    """Those years, and the last as a scheme would have it: what it builds is no longer missing."""
    rows, draw = random_years(seed), random.Random(seed)
    rows[12023] = []
    for one in rows[2023]:
        less = min(one.gap, draw.choice((0, 2, 5, 8)))
        rows[12023].append(row(one.unit_code, one.sumu_code, one.have, one.gap - less, one.unknown))
    return rows


class Reader:
    """Knows every number that is shown, on the page or in a table (`told`), the households of each gacha, and
    that all numbers are whole and not negative."""

    def __init__(self, rows, released, told) -> None:
        self.places = [
            (code, year, measure) for year in rows for code in released.rows[year] for measure in MEASURES
        ]
        self.index = {place: at for at, place in enumerate(self.places)}
        self.equations, self.values = [], []
        for year in rows:
            for code, each in released.rows[year].items():
                self.know(
                    {(code, year, measure): 1 for measure in MEASURES}, each.have + each.gap + each.unknown
                )
                for measure in MEASURES:
                    if (code, year, measure) in told or not released.is_withheld(code, year, measure):
                        self.know({(code, year, measure): 1}, getattr(each, measure))
            for measure in MEASURES:
                total = released.banner_total(year, measure)
                if total is not None:
                    self.know({(code, year, measure): 1 for code in released.rows[year]}, total)

    def know(self, terms, value) -> None:
        line = np.zeros(len(self.places))
        for place, sign in terms.items():
            line[self.index[place]] = sign
        self.equations.append(line)
        self.values.append(value)

    def range_of(self, terms) -> tuple[int, int]:
        """Least and most that a sum of signed places can be."""
        ends = []
        for sign in (1, -1):
            objective = np.zeros(len(self.places))
            for place, weight in terms.items():
                objective[self.index[place]] = sign * weight
            found = milp(
                objective,
                integrality=np.ones(len(self.places)),
                bounds=Bounds(0, 400),
                constraints=LinearConstraint(np.array(self.equations), self.values, self.values),
            )
            assert found.success
            ends.append(round(sign * found.fun))
        return ends[0], ends[1]


@pytest.mark.parametrize(
    ("seed", "table", "scheme"),
    [*((seed, False, False) for seed in range(12)), *((seed, True, False) for seed in (3, 5, 8, 9, 10)),
     *((seed, False, True) for seed in (0, 23))],
)  # fmt: skip
def test_no_small_count_and_no_small_step_can_be_reckoned(seed, table, scheme):
    """table: that of 2022 lies beside the page, which shows the other years; scheme: the last year under one
    goes with them."""
    rows, told, withheld = with_scheme(seed) if scheme else random_years(seed), set(), set()
    if table:
        own = release_households({2022: rows[2022]}, shown=(2022,), small_count=SMALL)
        if own is None:  # there is no such table
            return
        withheld = set(own.hidden)
        told = {(each.unit_code, 2022, measure) for each in rows[2022] for measure in MEASURES} - withheld
    shown = (2021, 2023) if table else tuple(rows)
    assert not scheme or can_release(rows, shown=shown, small_count=SMALL)
    released = release_households(rows, shown=shown, small_count=SMALL, elsewhere=withheld)
    if released is None:  # nothing of the service is on the page
        return
    kept = {year: rows[year] for year in released.rows}
    reader = Reader(kept, released, told)
    asked = 0
    for code in released.rows[2023]:
        for measure in MEASURES:
            values = {year: getattr(released.rows[year][code], measure) for year in released.rows}
            for year, value in values.items():
                if 0 < value < SMALL:
                    least, most = reader.range_of({(code, year, measure): 1})
                    assert least < most, (code, year, measure)
                    asked += 1
            for one, other in combinations(sorted(values), 2):
                if 0 < abs(values[one] - values[other]) < SMALL:
                    least, most = reader.range_of({(code, one, measure): 1, (code, other, measure): -1})
                    assert least < most, (code, one, other, measure)
                    asked += 1
    assert asked, "an example without anything small proves nothing"


def test_whether_years_go_together_is_told_at_once():
    asked = [
        (can_release(rows, shown=tuple(rows), small_count=SMALL), released)
        for seed in (22, 23, 24)
        for rows in (with_scheme(seed),)
        for released in (release_households(rows, shown=tuple(rows), small_count=SMALL),)
    ]
    assert [told for told, _ in asked] == [
        released is not None and len(released.years) == 4 for _, released in asked
    ]
    assert len({told for told, _ in asked}) == 2


def test_the_years_stay_together_where_they_can():
    together = sum(
        len(found.years) == 3
        for seed in range(6)
        if (found := release_households(random_years(seed), shown=(2021, 2022, 2023), small_count=SMALL))
    )
    assert together >= 4


def test_a_step_of_one_hides_an_end_and_what_would_give_it_back():
    years = {
        2021: [row("a", "s", 40, 20, 0), row("b", "s", 30, 30, 0)],
        2022: [row("a", "s", 41, 19, 0), row("b", "s", 36, 24, 0)],
    }
    released = release_households(years, shown=(2021, 2022), small_count=SMALL)
    assert released.years == (2021, 2022)
    assert any(released.is_withheld("a", year, "have") for year in (2021, 2022))
    assert any(released.is_withheld("a", year, "gap") for year in (2021, 2022))
    assert released.new("a", 2022, 2021) is None and released.withholds_new("a", 2022, 2021)


def test_a_tint_may_stand_only_between_the_ends_of_what_a_reader_reckons():
    years = {2022: [row("a", "s", 40, 20, 1), row("b", "s", 30, 30, 2), row("c", "s", 0, 12, 0)]}
    released = release_households(years, shown=(2022,), small_count=SMALL)
    assert released.possible_gaps("c", 2022) == ((12, 12), (12, 12))
    reader = Reader(years, released, set())
    for code in ("a", "b"):
        (least, households), (most, _) = released.possible_gaps(code, 2022)
        true = {each.unit_code: each.gap for each in years[2022]}[code]
        known = reader.range_of({(code, 2022, "gap"): 1})
        assert known[0] <= least <= true <= most <= min(known[1], households)


def test_one_gacha_alone_leaves_one_year_or_nothing():
    alone = {2021: [row("a", "s", 40, 20, 0)], 2022: [row("a", "s", 41, 19, 0)]}
    released = release_households(alone, shown=(2021, 2022), small_count=SMALL)
    assert released is None or released.years == (2022,) or released.withholds_new("a", 2022, 2021)
    hopeless = {2022: [row("a", "s", 1, 20, 0)]}
    told = release_households(hopeless, shown=(2022,), small_count=SMALL)
    assert told is None or (told.is_withheld("a", 2022, "have") and told.is_withheld("a", 2022, "gap"))


def test_small_cells_of_an_allocation_are_withheld_beyond_reckoning_from_the_quota():
    given = {"a": {2022: 1, 2023: 8}, "b": {2022: 9, 2023: 4}, "c": {2022: 5, 2023: 0}}
    shown, withheld = release_allocation(given, small_count=SMALL)
    assert shown["a"][2022] is None and withheld >= 2, "the quota of 15 less the others would give it away"
    assert shown["c"][2023] == 0 and shown["b"][2023] == 4
    assert sum(value is None for value in (row_[2022] for row_ in shown.values())) >= 2
    with pytest.raises(RuleError, match="small_count_exposed"):
        release_allocation({"a": {2022: 1}}, small_count=SMALL)
