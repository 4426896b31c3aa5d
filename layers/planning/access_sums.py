"""Access added up: rows of gachas as one row a sumu, or as one row of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from layers.planning.access_summary import GachaAccess


def by_sumu(rows: Iterable[GachaAccess]) -> tuple[GachaAccess, ...]:
    """Return a row for every sumu in order of code; places of no gacha last, where there are any.

    rows: as `by_gacha` gives them. code and name are then those of the sumu.
    """
    found: dict[str, list[GachaAccess]] = {}
    for row in rows:
        found.setdefault(row.sumu_code, []).append(row)
    return tuple(
        replace(in_sum(found[code]), code=code, name=found[code][0].sumu_name, sumu_code=code,
                sumu_name=found[code][0].sumu_name)
        for code in sorted(found, key=lambda code: (not code, code))
    )  # fmt: skip


def in_sum(rows: Sequence[GachaAccess]) -> GachaAccess:
    """Return rows of the same thresholds added up; the mean is that of the places, the longest of all.

    Raises ValueError for no rows.
    """
    if not rows:
        raise ValueError("no rows to add up")
    reached = sum(row.reached for row in rows)
    longest = [row.longest for row in rows if row.longest is not None]
    return GachaAccess(
        "", "", "", "",
        sum(row.places for row in rows),
        reached,
        sum(row.cut_off for row in rows),
        sum(row.unknown for row in rows),
        sum((row.mean or 0.0) * row.reached for row in rows) / reached if reached else None,
        max(longest, default=None),
        tuple(sum(counts) for counts in zip(*(row.within for row in rows), strict=True)),
    )  # fmt: skip
