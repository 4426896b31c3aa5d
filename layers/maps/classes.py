"""Classes of an amount: where one class ends and the next begins.

A class holds what is over its lower limit and not over its upper one: (low, high]. The lowest has no lower
limit and the highest no upper one, so the limits between classes say all. Ties fall into one class, and where
there are fewer different values than classes are asked for, there are fewer classes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.catalogue.text import Text
from layers.errors import InputError

ROUND, JENKS, QUANTILE, EQUAL, FIXED = "round", "jenks", "quantile", "equal", "fixed"
METHODS = (ROUND, JENKS, QUANTILE, EQUAL, FIXED)
LEAST, MOST = 3, 7
USUAL = 4
TITLES = {
    ROUND: Text("整数断点", "Round breaks"),
    JENKS: Text("自然断点", "Natural breaks"),
    QUANTILE: Text("分位数", "Quantiles"),
    EQUAL: Text("等距", "Equal intervals"),
    FIXED: Text("自定断点", "Breaks as given"),
}
STEPS = (5, 2, 1)


@dataclass(frozen=True, slots=True)
class Classing:
    """How an amount is classed: a method and how many classes (LEAST to MOST), or the limits themselves.

    `round`: quantiles rounded to two digits. `jenks`: natural breaks. `quantile`: as many units a class.
    `equal`: intervals of one width from the least to the greatest. `fixed`: `limits` as given, one fewer than
    classes. Raises InputError `classes_malformed`.
    """

    method: str = ROUND
    count: int = USUAL
    limits: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        fixed = self.method == FIXED
        rises = all(a < b for a, b in zip(self.limits, self.limits[1:], strict=False))
        usable = all(math.isfinite(limit) and limit > 0 for limit in self.limits)
        if (
            self.method not in METHODS
            or not LEAST <= self.count <= MOST
            or (len(self.limits) != self.count - 1 if fixed else bool(self.limits))
            or not (rises and usable)
        ):
            raise InputError("classes_malformed", given=self.spec, least=LEAST, most=MOST)

    @classmethod
    def parse(cls, given: str) -> Classing:
        """Read `jenks:5`, `quantile` (4 classes) or `fixed:10,25,50`.

        Raises InputError `classes_malformed`.
        """
        method, _, rest = given.strip().replace("：", ":").replace("，", ",").partition(":")
        try:
            if method == FIXED:
                limits = tuple(float(part) for part in rest.split(","))
                return cls(FIXED, len(limits) + 1, limits)
            return cls(method, int(rest) if rest else USUAL)
        except ValueError:
            raise InputError("classes_malformed", given=given, least=LEAST, most=MOST) from None

    @property
    def spec(self) -> str:
        """The text that `parse` reads back."""
        if self.method == FIXED:
            return f"{FIXED}:{','.join(f'{limit:.12g}' for limit in self.limits)}"
        return f"{self.method}:{self.count}"

    def words(self, classes: int) -> Text:
        """Return method and number of classes for the legend. classes: how many there came to be."""
        title = TITLES[self.method]
        return Text(f"{title.zh}，{classes} 级，各级含上限",
                    f"{title.en}, {classes} classes, upper limits included")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """How a theme of amounts is drawn: its classes, and whether circles show the numbers over them."""

    classing: Classing = Classing()
    circles: bool = False


USUAL_LOOK = Look()


def class_limits(values: Iterable[float], classing: Classing) -> tuple[float, ...]:
    """Return the limits between classes, ascending: one fewer than there are classes.

    Each class of `round`, `jenks` and `quantile` has a value at least; limits of `jenks` and `quantile` are
    the roundest numbers that part the values as the method does.
    """
    if classing.method == FIXED:
        return classing.limits
    known = np.sort(np.fromiter(values, np.float64))
    if not len(known):
        return ()
    if classing.method == ROUND:
        return _with_values(known, round_breaks(known, classing.count))
    if classing.method == EQUAL:
        return _equal(known, classing.count)
    method = natural_limits if classing.method == JENKS else quantile_limits
    return _rounded(known, method(known, classing.count))


def place_of(value: float, limits: Sequence[float]) -> int:
    """Return the class of a value, counted from the lowest (0): a value on a limit is in the class below."""
    return int(np.searchsorted(limits, value, side="left"))


# -- methods ---------------------------------------------------------------------------------------


def natural_limits(values: Sequence[float] | NDArray[np.float64], classes: int) -> tuple[float, ...]:
    """Return the greatest value of each class but the last, so that the squares of the distances from the
    classes' means add up to the least there is.

    The exact optimum: Fisher, W. D. (1958), On grouping for maximum homogeneity, J. Am. Stat. Assoc. 53;
    named after Jenks in cartography. The best start of the last class never moves down as values are added,
    so each row of the programme is filled by halving: n log n steps a class for n different values. Of
    several optima the one whose last class is the largest.
    """
    x, weight = np.unique(np.asarray(values, np.float64), return_counts=True)
    classes = min(classes, len(x))
    if classes < 2:
        return ()
    centred = x - np.average(x, weights=weight)
    many, once, square = (
        np.r_[0.0, np.cumsum(weight * centred**power)] for power in (0, 1, 2)
    )  # of the first i values

    def spread(first: NDArray[np.intp], end: NDArray[np.intp]) -> NDArray[np.float64]:
        total = once[end] - once[first]
        return square[end] - square[first] - total * total / (many[end] - many[first])

    ends = np.arange(1, len(x) + 1)
    least = np.r_[0.0, spread(np.zeros(len(x), np.intp), ends)]  # one class of the first i values
    starts = np.zeros((classes, len(x) + 1), np.intp)
    for row in range(1, classes):
        found = np.full(len(x) + 1, np.inf)
        # Spans of ends, and between which starts their best one lies: all of one depth at a time.
        low, high = np.array([row + 1]), np.array([len(x)])
        first, last = np.array([row]), np.array([len(x) - 1])
        while len(low):
            end = (low + high) // 2
            long = np.minimum(last, end - 1) - first + 1
            begin = np.r_[0, np.cumsum(long)[:-1]]
            span = np.repeat(np.arange(len(end)), long)
            tried = np.arange(long.sum()) - begin[span] + first[span]
            sums = least[tried] + spread(tried, end[span])
            lowest = np.minimum.reduceat(sums, begin)
            hits = np.flatnonzero(sums == lowest[span])
            best = tried[hits[np.unique(span[hits], return_index=True)[1]]]
            found[end], starts[row, end] = lowest, best
            low, high = np.r_[low, end + 1], np.r_[end - 1, high]
            first, last = np.r_[first, best], np.r_[best, last]
            kept = low <= high
            low, high, first, last = low[kept], high[kept], first[kept], last[kept]
        least = found
    limits, end = [], len(x)
    for row in range(classes - 1, 0, -1):
        end = int(starts[row, end])
        limits.append(float(x[end - 1]))
    return tuple(limits[::-1])


def quantile_limits(values: Sequence[float] | NDArray[np.float64], classes: int) -> tuple[float, ...]:
    """Return the quantiles between classes of about as many values (linear between neighbours)."""
    known = np.asarray(values, np.float64)
    found = np.unique([float(np.quantile(known, at / classes)) for at in range(1, classes)])
    return tuple(float(limit) for limit in found if limit < known.max())


def round_breaks(values: NDArray[np.float64], classes: int) -> list[float]:
    """Upper limits of all classes but the last: quantiles of `values` rounded to two digits, ascending."""
    if not len(values):
        return []
    found: list[float] = []
    for at in range(1, classes):
        value = float(np.quantile(values, at / classes))
        digits = 10.0 ** (np.floor(np.log10(value)) - 1)
        limit = float(np.round(value / digits) * digits)
        if limit < values[-1] and (not found or limit > found[-1]):
            found.append(float(f"{limit:.12g}"))
    return found


def _equal(values: NDArray[np.float64], classes: int) -> tuple[float, ...]:
    """Limits of intervals of one width, with as few digits as part the values in the same way."""
    low, high = float(values[0]), float(values[-1])
    if low == high:
        return ()
    limits = [low + (high - low) * at / classes for at in range(1, classes)]
    for digits in range(2, 12):
        short = [float(f"{limit:.{digits}g}") for limit in limits]
        same = np.searchsorted(values, short, "right") == np.searchsorted(values, limits, "right")
        near = np.abs(np.subtract(short, limits)) <= (high - low) / classes / 50
        if same.all() and near.all():
            return tuple(short)
    return tuple(limits)


def _with_values(values: NDArray[np.float64], limits: Sequence[float]) -> tuple[float, ...]:
    """The limits without those that part no values."""
    below = np.r_[0, np.searchsorted(values, limits, side="right")]
    return tuple(limit for at, limit in enumerate(limits) if below[at] < below[at + 1] < len(values))


def _rounded(values: NDArray[np.float64], limits: Iterable[float]) -> tuple[float, ...]:
    """Each limit as the roundest number between the values that it parts."""
    found = []
    for limit in limits:
        at = int(np.searchsorted(values, limit, side="right"))
        if 0 < at < len(values):
            found.append(roundest(float(values[at - 1]), float(values[at]), limit))
    return tuple(dict.fromkeys(found))


def roundest(low: float, high: float, near: float) -> float:
    """Return the number in [low, high) with the coarsest step of 1, 2 or 5 times a power of ten; of several
    the one nearest to `near`, then the least. `low` itself where no shorter one is there."""
    for power in range(math.ceil(math.log10(max(abs(low), abs(high)))) + 1, -10, -1):
        for step in STEPS:
            size = step * 10.0**power
            first, last = math.ceil(low / size - 1e-9), math.ceil(high / size)
            tried = [float(f"{number * size:.12g}") for number in {*_near(first, last, near / size)}]
            tried = [one for one in tried if low <= one < high]
            if tried:
                return min(tried, key=lambda one: (abs(one - near), one))
    return low


def _near(first: int, last: int, near: float) -> Iterable[int]:
    """Of the whole numbers from `first` to `last` those beside `near`, and the ends."""
    return (number for number in (first, last, math.floor(near), math.ceil(near)) if first <= number <= last)
