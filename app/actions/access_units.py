"""Access by gacha and by sumu as it is looked at and as it may leave: no two files give a household away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.access_words import bands, gacha_data, group_words
from layers.errors import InputError
from layers.planning.access import Access
from layers.planning.access_summary import GachaAccess, by_gacha, groups_of, in_all
from layers.planning.access_sums import by_sumu, in_sum
from layers.release import WITHHELD, Counts
from layers.small_atoms import kept_back

Level = tuple[bool, str | None]  # by sumu; the season, None for all


@dataclass(frozen=True, slots=True)
class Grouping:
    """What is counted together: the places of a gacha or of a sumu; of all seasons or of one."""

    sumu: bool = False
    season: str | None = None

    def rows(self, result: Access) -> tuple[GachaAccess, ...]:
        """Return a row for every unit, in order of code."""
        gachas = by_gacha(result, group=self.season)
        return by_sumu(gachas) if self.sumu else gachas

    def all(self, result: Access) -> GachaAccess:
        """Return what is counted as one row."""
        if self.season is None:
            return in_all(result)
        return in_sum(by_gacha(result, group=self.season))


def season_of(result: Access, typed: str | None) -> str | None:
    """Return the season that was typed: its value or its name in either language.

    Raises InputError `season_unknown` where no camp has it, `season_not_camps` for places that are no camps.
    """
    if typed is None:
        return None
    if result.origins.what != "camps":
        raise InputError("season_not_camps")
    names = {group: group_words(result, group) for group in groups_of(result) if group}
    found = [group for group, name in names.items() if typed.strip().lower() in (group, name.lower())]
    if not found:
        known = "、".join(f"{group}（{name}）" for group, name in names.items())
        raise InputError("season_unknown", given=typed, known=known or "—")
    return found[0]


def may_leave(result: Access, grouping: Grouping, few: int) -> tuple[list[dict[str, Any]], Counts]:
    """Return the rows in stable keys without what few people would be told by, and the counts to keep back.

    What is kept back is settled for the files by gacha and by sumu, of all seasons and of each, in one go: a
    reader who has them all, and knows the banner's sums, can reckon no count of 1 to `few` - 1. Minutes stand
    only where every gacha and season in them has none or at least `few`: no difference of two is a few.
    """
    levels = _levels(result)
    mine: Level = (grouping.sumu, grouping.season)
    counted = (*bands(result, in_all(result)), "cut_off", "unknown")
    cells = {level: [gacha_data(result, row) for row in rows] for level, rows in levels.items()}
    told = _told_by_minutes(levels, few)
    for record in cells[mine]:
        if (mine, record["code"]) in told:
            record["mean_minutes"] = record["max_minutes"] = None
    if len(levels) > 4:  # several seasons
        _keep_back(cells, mine, counted, few)
        return cells[mine], Counts(lambda _row: ())
    other = (not grouping.sumu, grouping.season)
    for by in (mine, other):
        for record in cells[by]:
            record["by"] = by
    place = {(level[0], record["code"]): at
             for at, (level, record) in enumerate((by, one) for by in (mine, other) for one in cells[by])}
    wholes: dict[int, list[int]] = {}
    for row in levels[False, grouping.season]:
        wholes.setdefault(place[True, row.sumu_code], []).append(place[False, row.code])
    return cells[mine], Counts(
        lambda _row: ("places", *counted),
        sums=((counted, "places"),),
        groups=(("by",),),
        beside=cells[other],
        wholes=tuple((whole, tuple(parts)) for whole, parts in wholes.items()),
    )  # fmt: skip


def _keep_back(
    cells: Mapping[Level, list[dict[str, Any]]], mine: Level, counted: tuple[str, ...], few: int
) -> None:
    """Mark the counts of one file that hold what a season of a gacha must keep back."""
    atoms = [
        (season, key, record)
        for (by, season), records in cells.items() if not by and season is not None
        for record in records for key in counted
    ]  # fmt: skip
    totals: dict[tuple[str | None, str], list[int]] = {}
    for at, (season, key, _) in enumerate(atoms):
        totals.setdefault((season, key), []).append(at)
    back = kept_back([record[key] for _, key, record in atoms], totals.values(), small_count=few)
    hidden = {
        (unit, key)
        for season, key, record in (atoms[at] for at in back) if mine[1] in (None, season)
        for unit in [record["sumu_code"] if mine[0] else record["code"]]
    }  # fmt: skip
    for record in cells[mine]:
        for key in counted:
            if (record["code"], key) in hidden:
                record[key] = record["places"] = WITHHELD


def _levels(result: Access) -> dict[Level, tuple[GachaAccess, ...]]:
    """Return the rows of every file that may be written."""
    seasons = (None, *groups_of(result))
    return {(by, season): Grouping(by, season).rows(result) for season in seasons for by in (False, True)}


def _told_by_minutes(
    levels: Mapping[Level, tuple[GachaAccess, ...]], few: int
) -> set[tuple[Level, str]]:
    """Rows whose minutes hold those of a gacha's few people in one season."""
    return {
        ((by, of), code)
        for (sumu, season), rows in levels.items() if not sumu and season is not None
        for row in rows if 0 < row.reached < few
        for by, code in ((False, row.code), (True, row.sumu_code))
        for of in (season, None)
    }  # fmt: skip
