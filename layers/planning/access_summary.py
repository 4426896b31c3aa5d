"""Access by gacha: how many places lie within each threshold, how far on average, and what is cut off or
unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from layers.planning.access import CUT_OFF, REACHED, TOLERANCE, UNKNOWN, Access


@dataclass(frozen=True, slots=True)
class GachaAccess:
    """One gacha. within: places whose minutes are <= each threshold (each holds the ones before).

    mean, longest: minutes over the places that are reached, None where none is. code "": places of no gacha.
    """

    code: str
    name: str
    sumu_code: str
    sumu_name: str
    places: int
    reached: int
    cut_off: int
    unknown: int
    mean: float | None
    longest: float | None
    within: tuple[int, ...]


def by_gacha(result: Access, *, group: str | None = None) -> tuple[GachaAccess, ...]:
    """Return a row for every gacha in order of code; places of none last, where there are any.

    group: only places of that group (the season of a camp, the level of a seat).
    """
    units = result.origins.units
    rows = [row for row in result.rows if group is None or row.group == group]
    gacha = np.array([row.gacha for row in rows], np.int64)
    status = np.array([row.status for row in rows], object)
    minutes = np.array([np.nan if row.minutes is None else row.minutes for row in rows], np.float64)
    order = np.argsort(gacha, kind="stable")
    count = len(units) if units else 0
    edges = np.searchsorted(gacha[order], np.arange(-1, count + 1))
    found = []
    for place in (*range(count), -1):
        mine = order[edges[place + 1] : edges[place + 2]]
        if place >= 0 or len(mine):
            names = (
                (units.codes[place], units.names[place], units.sumu_codes[place], units.sumu_names[place])
                if units and place >= 0
                else ("", "", "", "")
            )
            found.append(_row(names, status[mine], minutes[mine], result.thresholds))
    return tuple(found)


def in_all(result: Access) -> GachaAccess:
    """Return all places as one row."""
    status = np.array([row.status for row in result.rows], object)
    minutes = np.array([np.nan if row.minutes is None else row.minutes for row in result.rows], np.float64)
    return _row(("", "", "", ""), status, minutes, result.thresholds)


def groups_of(result: Access) -> tuple[str, ...]:
    """Return the groups that occur, in order; "" where a place says none."""
    return tuple(sorted({row.group for row in result.rows}))


def _row(
    names: tuple[str, str, str, str], status: np.ndarray, minutes: np.ndarray, thresholds: Sequence[float]
) -> GachaAccess:
    known = minutes[~np.isnan(minutes)]
    return GachaAccess(
        *names,
        len(status),
        int((status == REACHED).sum()),
        int((status == CUT_OFF).sum()),
        int((status == UNKNOWN).sum()),
        float(known.mean()) if len(known) else None,
        float(known.max()) if len(known) else None,
        tuple(int((known <= limit + TOLERANCE).sum()) for limit in thresholds),
    )
