"""Where the numbers of what stands in grazing bans are from.

Subject `all:DAY`, `gacha:DAY` (unit: a code, `~` outside every gacha) or `zone:DAY` (unit: KIND:ROW of the
ban); field: `things`, a sort's id (how many), `fence_km`, `herd_su`; of `all` also `near` (things), `bans`,
`undated`.
"""

from __future__ import annotations

import datetime

from app.actions.bans import known
from app.messages import both
from app.origins.base import Made, Origin, grouped, titled, unknown
from layers.catalogue.text import Text
from layers.plan.plan import Plan
from layers.planning.bans import CLAUSE, SORTS, BanRow, Bans, Standing, bans
from layers.planning.tally import Groups
from layers.policy.bundle import Policy
from layers.policy.targets import Target
from layers.provenance import Ask

OUTSIDE = "~"
RULES = ("data_accuracy_m",)
SORT = {sort.id: sort for sort in SORTS}
MEASURED = {"fence_km": "fence", "herd_su": "herd"}


def bans_ask(result: Bans, field: str, *, by: str = "all", key: str = "") -> Ask:
    """Return what names a number of what stands in the bans of a day. key: of a gacha or a ban."""
    return Ask("bans", f"{by}:{result.on.isoformat()}", key, field)


def _compute(plan: Plan, policy: Policy, ask: Ask) -> Bans:
    try:
        day = datetime.date.fromisoformat(ask.subject.partition(":")[2])
    except ValueError:
        raise unknown(ask) from None
    found = bans(plan, policy, on=day)
    if found is None:
        raise unknown(ask)
    return found


def _made(result: Bans, policy: Policy, ask: Ask) -> Made:
    by = ask.subject.partition(":")[0]
    name, rows, mine = _part(result, by, ask)
    day = result.on.isoformat()
    targets = tuple(one for one in policy.targets if one.chapter == CLAUSE)
    if ask.field == "things" and by == "all":
        fields = {"count": len(mine), "near": sum(one.near for one in mine), "day": day}
        return Made(both("from_bans_things"), float(len(mine)), both("bans_unit_things"), "bans_things",
                    fields, _groups(result, mine, ask, by), RULES, targets)  # fmt: skip
    if by == "all" and ask.field in ("near", "bans", "undated"):
        return _of_all(result, ask, targets)
    sort = SORT.get(MEASURED.get(ask.field, ask.field))
    if sort is None:
        raise unknown(ask)
    row = next((one for one in rows if one.sort == sort.id), None)
    own = [one for one in mine if one.sort == sort.id]
    value, unit = _value(row, ask.field)
    fields = {"count": len(own), "near": sum(one.near for one in own), "day": day,
              "what": both(f"bans_col_{sort.id}")}  # fmt: skip
    formula = f"bans_{ask.field}" if ask.field in MEASURED else "bans_count"
    words = both(f"bans_col_{ask.field}")
    groups = _groups(result, own, ask, by)
    there = known(result, sort)
    return Made(titled(words, name), value if there else None, unit, formula, fields, groups, RULES, targets)


def _of_all(result: Bans, ask: Ask, targets: tuple[Target, ...]) -> Made:
    """How many bans hold, how many of them without dates, how many things are near an edge."""
    day, near = result.on.isoformat(), [one for one in result.things if one.near]
    undated = [one for one in result.bans if one.in_force is None]
    places = {
        "near": [(one.kind, one.fid) for one in near],
        "bans": [(one.kind, one.fid) for one in result.bans],
        "undated": [(one.kind, one.fid) for one in undated],
    }[ask.field]
    fields = {"count": len(places), "undated": len(undated), "ended": result.ended, "day": day}
    unit = both("bans_unit_things")
    return Made(both(f"from_bans_{ask.field}"), float(len(places)), unit, f"bans_{ask.field}", fields,
                grouped(places), RULES, targets)  # fmt: skip


def _value(row: BanRow | None, field: str) -> tuple[float, str | Text]:
    if field == "fence_km":
        return (0.0 if row is None else (row.metres or 0.0) / 1000), "kilometre"
    if field == "herd_su":
        return (0.0 if row is None else row.amount or 0.0), both("grazing_unit_sheep")
    return (0.0 if row is None else float(row.count)), both("bans_unit_things")


def _part(result: Bans, by: str, ask: Ask) -> tuple[str, tuple[BanRow, ...], list[Standing]]:
    """Name, rows and things of the place that is asked about."""
    if by == "all" and not ask.unit:
        return "", result.whole(), list(result.things)
    if by == "gacha":
        code = None if ask.unit == OUTSIDE else ask.unit
        mine = [one for one in result.things if one.gacha == code]
        return result.gachas.get(ask.unit, ""), result.by_gacha().get(code, ()), mine
    at = next((at for at, ban in enumerate(result.bans) if f"{ban.kind}:{ban.fid}" == ask.unit), -1)
    if by != "zone" or at < 0:
        raise unknown(ask)
    ban = result.bans[at]
    mine = [one for one in result.things if at in one.bans]
    return ban.name or ban.key or str(ban.fid), result.by_zone().get(at, ()), mine


def _groups(result: Bans, mine: list[Standing], ask: Ask, by: str) -> Groups:
    """The things, and the bans that they stand in."""
    inside = {at for one in mine for at in one.bans}
    grounds = [(result.bans[at].kind, result.bans[at].fid) for at in sorted(inside)]
    if by == "zone":
        grounds = [one for one in grounds if f"{one[0]}:{one[1]}" == ask.unit]
    return grouped([*((one.kind, one.fid) for one in mine), *grounds])


BANS = Origin(_made, lambda result, _ask: result.provenance, _compute)
