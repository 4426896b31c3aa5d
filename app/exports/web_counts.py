"""Household counts of a web map: what may stand in it for every unit and year, so that nothing can be
reckoned.

A page shows several years at once, so a small count hides in differences too: 41 households served last year
and 42 this year say that one was served. Every pair of years is therefore looked at, together with the sums
over a row, a sumu and the whole banner, and with what the gap table of each year withholds, lest page and
table laid side by side give away what neither says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from layers.errors import RuleError
from layers.planning.results import GapRow
from layers.small_counts import Sum, can_withhold, withhold_small_counts

MEASURES = ("have", "gap", "unknown")
Place = tuple[str, int, str]
"""Unit code, year, measure."""


@dataclass(frozen=True, eq=False)
class HouseholdCounts:
    """What may be shown of one service that counts households.

    rows: year -> unit code -> row. hidden: places that must not be shown. years: the years that may be shown.
    limits: withheld gaps -> least and most that follow from all that is shown.
    """

    rows: Mapping[int, Mapping[str, GapRow]]
    hidden: frozenset[Place]
    years: tuple[int, ...]
    small_count: int
    limits: Mapping[Place, tuple[float, float]]

    def value(self, code: str, year: int, measure: str) -> int | None:
        """A number that may be shown; None where it is withheld or not known (see `is_withheld`)."""
        row = self.rows.get(year, {}).get(code)
        return None if row is None or self.is_withheld(code, year, measure) else getattr(row, measure)

    def is_withheld(self, code: str, year: int, measure: str) -> bool:
        """Whether there is a number that must not be shown."""
        return (code, year, measure) in self.hidden

    def new(self, code: str, year: int, since: int) -> int | None:
        """How many more have it at the end of `year` than at the end of `since`; None where that may not be
        told."""
        now, before = self.value(code, year, "have"), self.value(code, since, "have")
        return None if now is None or before is None else now - before

    def withholds_new(self, code: str, year: int, since: int) -> bool:
        """Whether that difference is withheld."""
        return any(self.is_withheld(code, each, "have") for each in (year, since))

    def banner_total(self, year: int, measure: str) -> int | None:
        """Sum over all units that have the number; None where the series of totals may not be told."""
        series = {
            each: sum(value for row in of_year.values() if (value := getattr(row, measure)) is not None)
            for each, of_year in self.rows.items()
        }
        return series.get(year) if _tellable(series.values(), self.small_count) else None

    def possible_gaps(self, code: str, year: int) -> tuple[tuple[float, float], ...] | None:
        """(gap, households): the least and the most that a reader must reckon with; None where nothing is
        known.

        A tint may stand where both have the same one: it then says nothing that is not known already.
        """
        row = self.rows[year][code]
        if row.have is None or row.gap is None or row.unknown is None:
            return None
        households = row.have + row.gap + row.unknown
        least, most = self.limits.get((code, year, "gap"), (row.gap, row.gap))
        return (least, households), (min(most, households), households)


def release_households(
    rows: Mapping[int, Sequence[GapRow]],
    *,
    shown: Sequence[int],
    small_count: int,
    elsewhere: Iterable[Place] = (),
) -> HouseholdCounts | None:
    """Return what may be shown of one service's rows by year.

    shown: years that the page would show, the one it opens with last. elsewhere: places that another file
    withholds; that file tells every other number of a year that is not in `shown`. Where the years together
    cannot be kept from giving a count away, only the last one is left; where even that cannot, None: the page
    says nothing of the service.
    """
    by_year = {year: {row.unit_code: row for row in of_year} for year, of_year in rows.items()}
    beside = set(by_year) - set(shown)
    withheld = set(elsewhere)
    for years in (tuple(sorted(by_year)), tuple(sorted({*beside, *shown[-1:]}))):
        kept = {year: by_year[year] for year in years}
        known = _known(kept, beside, withheld)
        if not _can_hide(kept, small_count, known):
            continue
        try:
            hidden, limits = _hidden(
                kept, small_count, {place for place in withheld if place[1] in kept}, known
            )
        except RuleError:
            continue
        return HouseholdCounts(
            kept, hidden, tuple(year for year in sorted(shown) if year in kept), small_count, limits
        )
    return None


def can_release(
    rows: Mapping[int, Sequence[GapRow]],
    *,
    shown: Sequence[int],
    small_count: int,
    elsewhere: Iterable[Place] = (),
) -> bool:
    """Whether all years together can be shown by `release_households`, told at once."""
    by_year = {year: {row.unit_code: row for row in of_year} for year, of_year in rows.items()}
    return _can_hide(by_year, small_count, _known(by_year, set(by_year) - set(shown), set(elsewhere)))


def _known(
    rows: Mapping[int, Mapping[str, GapRow]], beside: set[int], withheld: set[Place]
) -> set[Place]:
    """What another file tells."""
    return {place for place in _places(rows) if place[1] in beside and place not in withheld}


def _places(rows: Mapping[int, Mapping[str, GapRow]]) -> list[Place]:
    return [(code, year, measure) for year, of in rows.items() for code in of for measure in MEASURES]


def _can_hide(rows: Mapping[int, Mapping[str, GapRow]], small_count: int, known: set[Place]) -> bool:
    counts, _, sums = _cells(rows, small_count, known)
    return can_withhold(counts, sums, small_count=small_count)


def _cells(
    rows: Mapping[int, Mapping[str, GapRow]], small_count: int, known: set[Place]
) -> tuple[list[int], dict[Place, int], list[Sum]]:
    """All numbers, what each place's is among them, and the sums that a reader can take."""
    counts: list[int] = []
    cells: dict[Place, int] = {}
    same: dict[tuple[str, str, int], int] = {}  # a number that did not move is one and the same, shown or not
    for year, of_year in rows.items():
        for code, row in of_year.items():
            for measure in MEASURES:
                value = getattr(row, measure)
                if value is not None:
                    cell = cells[code, year, measure] = same.setdefault((code, measure, value), len(counts))
                    if cell == len(counts):
                        counts.append(int(value))
    totals, sums = _sumu_sums(rows, cells, counts)
    sums += [*_row_sums(rows, cells), *_banner_sums(totals, counts, small_count)]
    sums += [Sum((cells[place],), None, counts[cells[place]]) for place in sorted(known) if place in cells]
    sums += _differences({**cells, **totals}, counts, small_count)
    return counts, cells, list(dict.fromkeys(sums))


def _hidden(
    rows: Mapping[int, Mapping[str, GapRow]], small_count: int, elsewhere: set[Place], known: set[Place]
) -> tuple[frozenset[Place], dict[Place, tuple[float, float]]]:
    counts, cells, sums = _cells(rows, small_count, known)
    hidden = withhold_small_counts(
        counts,
        sums,
        small_count=small_count,
        withheld=[cells[place] for place in elsewhere if place in cells],
    )
    asked = {cell for (_, _, measure), cell in cells.items() if measure == "gap" and cell in hidden}
    limits = _limits(counts, sums, hidden, sorted(asked), small_count)
    return (
        frozenset(place for place, cell in cells.items() if cell in hidden),
        {place: limits[cell] for place, cell in cells.items() if cell in limits},
    )


def _limits(
    counts: Sequence[int], sums: Sequence[Sum], hidden: frozenset[int], asked: Sequence[int], small_count: int
) -> dict[int, tuple[float, float]]:
    """Least and most of each asked cell in all tables that fit what is shown, by linear programmes.

    The reader meant here even knows which cells are small: whoever knows less can place a cell no better.
    """
    if not asked:
        return {}
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    names = sorted(hidden)
    place = {cell: at for at, cell in enumerate(names)}
    entries: list[tuple[int, int, int]] = []
    rest: list[int] = []
    for one in sums:
        signed = [(cell, 1) for cell in one.parts] + ([(one.total, -1)] if one.total is not None else [])
        if any(cell in place for cell, _ in signed):
            entries += [(len(rest), place[cell], sign) for cell, sign in signed if cell in place]
            rest.append(
                (one.number if one.total is None else 0)
                - sum(sign * counts[cell] for cell, sign in signed if cell not in place)
            )
    rows, columns, signs = zip(*entries, strict=True)
    matrix = csr_array((signs, (rows, columns)), shape=(len(rest), len(names)), dtype=float)
    bounds = [(1, small_count - 1) if 0 < counts[cell] < small_count else (0, None) for cell in names]
    found = {}
    for cell in asked:
        ends = []
        for sign in (1.0, -1.0):
            objective = np.zeros(len(names))
            objective[place[cell]] = sign
            answer = linprog(objective, A_eq=matrix, b_eq=rest, bounds=bounds, method="highs")
            ends.append(sign * answer.fun if answer.status == 0 else {1.0: 0.0, -1.0: np.inf}[sign])
        found[cell] = (float(np.round(ends[0], 6)), float(np.round(ends[1], 6)))
    return found


def _row_sums(rows: Mapping[int, Mapping[str, GapRow]], cells: Mapping[Place, int]) -> list[Sum]:
    """Have, gap and unknown make up the households, which a reader is taken to know from elsewhere."""
    sums = []
    for year, of_year in rows.items():
        for code, row in of_year.items():
            parts = tuple(cells[place] for measure in MEASURES if (place := (code, year, measure)) in cells)
            if len(parts) == len(MEASURES):
                sums.append(Sum(parts, None, row.have + row.gap + row.unknown))  # type: ignore[operator]
    return sums


def _sumu_sums(
    rows: Mapping[int, Mapping[str, GapRow]], cells: Mapping[Place, int], counts: list[int]
) -> tuple[dict[Place, int], list[Sum]]:
    """Totals by sumu, which a reader is taken to know where that gives nothing away: cells appended to
    `counts`."""
    parts: dict[Place, list[int]] = {}
    for (code, year, measure), cell in cells.items():
        parts.setdefault((f"in {rows[year][code].sumu_code}", year, measure), []).append(cell)
    totals: dict[Place, int] = {}
    sums: dict[tuple[int, ...], Sum] = {}
    for place, own in parts.items():
        cells_of_sum = tuple(own)
        if cells_of_sum not in sums:
            sums[cells_of_sum] = Sum(cells_of_sum, len(counts))
            counts.append(sum(counts[cell] for cell in own))
        totals[place] = sums[cells_of_sum].total  # type: ignore[assignment]
    return totals, list(sums.values())


def _banner_sums(totals: Mapping[Place, int], counts: Sequence[int], small_count: int) -> list[Sum]:
    """Totals of all, which the page shows, unless one is small or moves by a small number
    (`banner_total`)."""
    groups: dict[str, dict[int, list[int]]] = {}
    for (_, year, measure), cell in totals.items():
        groups.setdefault(measure, {}).setdefault(year, []).append(cell)
    sums = []
    for by_year in groups.values():
        numbers = {year: sum(counts[cell] for cell in parts) for year, parts in by_year.items()}
        if _tellable(numbers.values(), small_count):
            sums += [Sum(tuple(parts), None, numbers[year]) for year, parts in by_year.items()]
    return sums


def _tellable(numbers: Iterable[int], small_count: int) -> bool:
    """Whether a series of totals can be told: none is small, and no two differ by a small number."""
    numbers = list(numbers)
    steps = [abs(one - other) for one, other in combinations(numbers, 2)]
    return not any(0 < number < small_count for number in (*numbers, *steps))


def _differences(cells: Mapping[Place, int], counts: list[int], small_count: int) -> list[Sum]:
    """Differences between two years that are small become cells of their own (appended to `counts`)."""
    years: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for (code, year, measure), cell in cells.items():
        years.setdefault((code, measure), []).append((year, cell))
    sums = []
    for series in years.values():
        for one, other in combinations(sorted({cell for _, cell in series}), 2):
            less, more = sorted((one, other), key=lambda cell: counts[cell])
            if 0 < counts[more] - counts[less] < small_count:
                counts.append(counts[more] - counts[less])
                sums.append(Sum((less, len(counts) - 1), more))
    return sums


def release_allocation(
    allocation: Mapping[str, Mapping[int, int]], *, small_count: int
) -> tuple[dict[str, dict[int, int | None]], int]:
    """Return an allocation as it may be shown (None: withheld), and how many cells are withheld.

    A cell says how many households get something in that year; the sums by year are the plan's own quotas and
    known to all. Raises RuleError `small_count_exposed` where they give a cell away.
    """
    years = sorted({year for row in allocation.values() for year in row})
    places = [(code, year) for code in sorted(allocation) for year in years]
    counts = [int(allocation[code].get(year, 0)) for code, year in places]
    by_year: dict[int, list[int]] = {}
    for at, (_, year) in enumerate(places):
        by_year.setdefault(year, []).append(at)
    sums = [Sum(tuple(parts), None, sum(counts[at] for at in parts)) for parts in by_year.values()]
    hidden = withhold_small_counts(counts, list(dict.fromkeys(sums)), small_count=small_count)
    shown: dict[str, dict[int, int | None]] = {code: {} for code in allocation}
    for at, (code, year) in enumerate(places):
        shown[code][year] = None if at in hidden else counts[at]
    return shown, len(hidden)
