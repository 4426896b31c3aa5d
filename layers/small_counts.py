"""Small counts of households: which cells to withhold, so that no sum gives one away.

A count from 1 to k - 1 is withheld. A reader knows that, knows the sums, and can reckon: so for every
withheld small count the limits between which it must lie are worked out from all sums (each cell a whole
number, a small one within 1 and k - 1, another withheld one not negative), sum by sum until nothing more
follows (quick), and then by linear programmes over all sums together (complete). Where the limits meet, one
more cell of that sum is withheld: the smallest of at least k, else another.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from layers.errors import RuleError

PROGRAMME_CELLS = 20_000  # withheld cells up to which the linear programmes are solved
SPARED_CELLS = 1_000  # withheld cells up to which needless complements are sought
FAR = 1_000.0  # how much larger than it is a reader may take a withheld cell to be
ROUNDS = 200  # of reckoning; each only narrows, and a handful settles it


@dataclass(frozen=True, slots=True)
class Sum:
    """Cells that add up to another cell (`total`), or to a number that the reader knows (`number`)."""

    parts: tuple[int, ...]
    total: int | None
    number: int = 0

    @property
    def cells(self) -> tuple[int, ...]:
        """Parts, and the total where it is a cell."""
        return self.parts if self.total is None else (*self.parts, self.total)


def withhold_small_counts(
    counts: Sequence[int], sums: Sequence[Sum] = (), *, small_count: int, withheld: Collection[int] = ()
) -> frozenset[int]:
    """Return the places of the cells to withhold.

    counts: whole numbers, none negative. small_count: k; 0 and counts from k on are shown unless needed as
    complements. withheld: places of cells that stay withheld whatever they hold (another file withholds
    them). Raises RuleError `small_count_exposed` where known numbers give a small count away whatever is
    withheld (a sum of one cell). The same input gives the same answer.
    """
    small = frozenset(at for at, value in enumerate(counts) if 0 < value < small_count)
    hidden = {*small, *withheld}
    touching: dict[int, list[Sum]] = {}
    for one in sums:
        for cell in one.cells:
            touching.setdefault(cell, []).append(one)
    while True:
        exposed = _exposed(counts, sums, hidden, small, small_count)
        added = _complements(counts, exposed, hidden, touching, small_count)
        if not added:
            break
        hidden |= added
    # Nothing is left to withhold; the marks are all alike, so a reader may not know which ones are small.
    exposed = exposed and _exposed(counts, sums, hidden, frozenset(), small_count, asked=small)
    if exposed:
        raise RuleError("small_count_exposed", count=len(exposed))
    if len(hidden) <= SPARED_CELLS:
        hidden = _spared(counts, sums, hidden, small | frozenset(withheld), small, small_count)
    return frozenset(hidden)


def can_withhold(counts: Sequence[int], sums: Sequence[Sum] = (), *, small_count: int) -> bool:
    """Whether there is anything to withhold that keeps every small count: False where
    `withhold_small_counts` would raise, but told at once.

    Showing more never exposes less, so the best case is that every cell is withheld.
    """
    small = frozenset(at for at, value in enumerate(counts) if 0 < value < small_count)
    everything = set(range(len(counts)))
    return not _exposed(counts, sums, everything, frozenset(), small_count, asked=small)


def _spared(
    counts: Sequence[int],
    sums: Sequence[Sum],
    hidden: set[int],
    kept: frozenset[int],
    small: frozenset[int],
    small_count: int,
) -> set[int]:
    """Without complements that later ones made needless, largest first: what may be shown should be."""
    if _exposed(counts, sums, hidden, small, small_count):
        return hidden
    waiting = sorted(hidden - kept, key=lambda at: (-counts[at], at))
    # Showing more never exposes less, so a run of cells that may be shown together is what one by one would
    # give.
    at, run = 0, 1
    while at < len(waiting):
        fewer = hidden.difference(waiting[at : at + run])
        if not _exposed(counts, sums, fewer, small, small_count):
            hidden, at, run = fewer, at + run, run * 2
        elif run == 1:
            at += 1
        else:
            run = max(1, run // 4)
    return hidden


def _complements(
    counts: Sequence[int],
    exposed: list[int],
    hidden: set[int],
    touching: dict[int, list[Sum]],
    small_count: int,
) -> set[int]:
    """One more cell for a sum of each exposed cell; of those, what the chain of sums still shows."""
    added: set[int] = set()
    for cell in exposed:
        if any(at in added for one in touching.get(cell, ()) for at in one.cells):
            continue  # what was just withheld may be enough for this one, too
        reached, seen, frontier = [], {cell}, [cell]
        while frontier and not reached:
            following = []
            for one in (one for at in frontier for one in touching.get(at, ())):
                reached += [at for at in one.cells if at not in hidden and at not in added]
                following += [at for at in one.cells if at in hidden and at not in seen]
                seen.update(one.cells)
            frontier = following
        if reached:
            added.add(min(reached, key=lambda at: (counts[at] < small_count, counts[at], at)))
    return added


def _exposed(
    counts: Sequence[int],
    sums: Sequence[Sum],
    hidden: set[int],
    small: frozenset[int],
    small_count: int,
    *,
    asked: frozenset[int] | None = None,
) -> list[int]:
    """Cells of `asked` that the reader, who knows which cells are `small`, can reckon exactly."""
    if small_count <= 2:
        return []  # only ones are small, and the mark itself says so
    low = {cell: 1.0 if cell in small else 0.0 for cell in hidden}
    high = {cell: float(small_count - 1) if cell in small else math.inf for cell in hidden}
    reckonable = [one for one in sums if any(cell in hidden for cell in one.cells)]
    for _ in range(ROUNDS):
        moved = [_narrow(one, counts, low, high) for one in reckonable]  # all of them, not until the first
        if True not in moved:
            break
    cells = sorted(small if asked is None else asked)
    return [cell for cell in cells if low[cell] == high[cell]] or _fixed(counts, reckonable, low, high, cells)


def _fixed(
    counts: Sequence[int],
    sums: Sequence[Sum],
    low: dict[int, float],
    high: dict[int, float],
    cells: list[int],
) -> list[int]:
    """Cells that have one value in every table that fits: narrowing sum by sum does not find them all.

    Two tables that differ in a cell acquit it, so each linear programme is one answer for many cells.
    """
    touched = {cell for one in sums for cell in one.cells}
    cells = [cell for cell in cells if cell in touched]
    if not cells or len(low) > PROGRAMME_CELLS:
        return []
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    names = sorted(low)
    place = {cell: at for at, cell in enumerate(names)}
    entries, rest = [], []
    for row, one in enumerate(sums):
        signed = [(cell, 1) for cell in one.parts] + ([(one.total, -1)] if one.total is not None else [])
        entries += [(row, place[cell], sign) for cell, sign in signed if cell in place]
        rest.append(
            (one.number if one.total is None else 0)
            - sum(sign * counts[cell] for cell, sign in signed if cell not in place)
        )
    rows, columns, signs = zip(*entries, strict=True)
    matrix = csr_array((signs, (rows, columns)), shape=(len(sums), len(names)), dtype=float)
    limits = [(low[cell], min(high[cell], counts[cell] + FAR)) for cell in names]

    def solve(objective: np.ndarray) -> np.ndarray:
        return linprog(objective, A_eq=matrix, b_eq=rest, bounds=limits, method="highs").x

    wanted = np.array([place[cell] for cell in cells])
    seen = np.array([counts[cell] for cell in names], float)
    open_cells = np.ones(len(cells), bool)
    for at in (None, *range(len(cells))):
        if at is not None and not open_cells[at]:
            continue
        objective = np.zeros(len(names))
        objective[wanted[open_cells] if at is None else wanted[at]] = 1.0
        for sign in (1.0, -1.0):
            open_cells &= np.abs(solve(sign * objective)[wanted] - seen[wanted]) < 0.5
    return [cell for cell, still in zip(cells, open_cells, strict=True) if still]


def _narrow(one: Sum, counts: Sequence[int], low: dict[int, float], high: dict[int, float]) -> bool:
    """Draw what follows from one sum; True where a limit moved."""
    signed = [(cell, 1) for cell in one.parts] + ([(one.total, -1)] if one.total is not None else [])
    rest = one.number if one.total is None else 0
    unknown = []
    for cell, sign in signed:
        if cell in low:
            unknown.append((cell, sign))
        else:
            rest -= sign * counts[cell]
    # Σ sign·x over unknown = rest
    least = [low[cell] if sign > 0 else -high[cell] for cell, sign in unknown]
    most = [high[cell] if sign > 0 else -low[cell] for cell, sign in unknown]
    least_all, most_all = _totals(least), _totals(most)
    moved = False
    for at, (cell, sign) in enumerate(unknown):
        bottom, top = rest - _others(most, most_all, at), rest - _others(least, least_all, at)
        if sign < 0:
            bottom, top = -top, -bottom
        if bottom > low[cell]:
            low[cell], moved = bottom, True
        if top < high[cell]:
            high[cell], moved = top, True
    return moved


def _totals(values: list[float]) -> tuple[float, int]:
    """Sum of the finite values, and how many are not."""
    finite = [value for value in values if math.isfinite(value)]
    return sum(finite), len(values) - len(finite)


def _others(values: list[float], totals: tuple[float, int], without: int) -> float:
    """Sum of all but one value; the infinite ones of a list have one sign."""
    finite, infinite = totals
    value = values[without]
    if math.isfinite(value):
        return finite - value if not infinite else next(v for v in values if not math.isfinite(v))
    return finite if infinite == 1 else value
