"""Where the numbers of access and of the network's parts are from.

Subject of access: `TO:ORIGINS`, `TO:camps:SEASON`; unit: code of a gacha or sumu, "" for all places; field:
`mean`, `longest`, `withinLIMIT`, `lost`. Subject of `network`: `roads`; unit: a part's number, "" for all
that are cut off; field: `cut`, `km`, `nodes`, `gachas`, `households`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from app.actions.access_units import Grouping
from app.messages import both
from app.origins.base import Made, Origin, grouped, titled, units_at, unknown
from layers.catalogue.text import Text
from layers.plan.plan import Plan
from layers.planning.access import CUT_OFF, REACHED, TOLERANCE, UNKNOWN, Access, AccessRow, access
from layers.planning.access_summary import GachaAccess
from layers.planning.road_parts import RoadPart, RoadParts, road_parts
from layers.planning.units import GACHA
from layers.policy.bundle import Policy
from layers.provenance import Ask

RULES = ("access_*", "road_speed_*", "cross_country_*", "river_barrier", "walking_speed", "road_node_m")
PART_RULES = ("road_node_m", "road_snap_m")
PLAIN = ("mean", "longest", "lost")


def access_ask(result: Access, field: str, *, unit: str = "", season: str | None = None) -> Ask:
    """Return what names a number of access."""
    subject = f"{result.target.id}:{result.origins.what}" + (f":{season}" if season else "")
    return Ask("access", subject, unit, field, result.provenance.year)


def part_ask(parts: RoadParts, field: str, *, part: RoadPart | None = None) -> Ask:
    """Return what names a number of the network's parts."""
    unit = "" if part is None else str(part.number)
    return Ask("network", "roads", unit, field, parts.provenance.year)


def _compute(plan: Plan, policy: Policy, ask: Ask) -> Access:
    to, _, origins = ask.subject.partition(":")
    return access(plan, policy, to=to, origins=origins.split(":")[0] or "seats", year=ask.year)


def _made(result: Access, policy: Policy, ask: Ask) -> Made:
    season = ask.subject.split(":")[2] if ask.subject.count(":") > 1 else None
    row = _row(result, ask, season)
    mine = [one for one in result.rows if _is_of(result, one, ask.unit, season)]
    reached = [one for one in mine if one.status == REACHED]
    counted, doubtful = reached, [one for one in mine if one.status == UNKNOWN]
    rest = [one for one in mine if one.status == CUT_OFF]
    limit = ask.field.removeprefix("within")
    places: str | Text = both(f"access_unit_{result.origins.what}")
    name, to = row.name, result.facilities.title
    fields = {
        "to": to, "places": row.places, "reached": row.reached, "cut_off": row.cut_off,
        "doubtful": row.unknown,
        "limit": limit, "cell": result.travel.ground.cell_m,
    }  # fmt: skip
    formula = f"access_{ask.field}"
    if ask.field == "mean":
        value, unit = row.mean, "min"
        fields["total"] = None if row.mean is None else row.mean * row.reached
    elif ask.field == "longest":
        value, unit = row.longest, "min"
        counted = [one for one in reached if one.minutes == row.longest]
        rest = []
    elif ask.field == "lost":
        value, unit = float(row.cut_off + row.unknown), places
        counted, rest = rest, []
    else:
        at = next((at for at, one in enumerate(result.thresholds) if f"{one:g}" == limit), -1)
        if at < 0:
            raise unknown(ask)
        value, unit, formula = float(row.within[at]), places, "access_within"
        counted = [one for one in reached if (one.minutes or 0.0) <= result.thresholds[at] + TOLERANCE]
        rest = [*rest, *(one for one in reached if (one.minutes or 0.0) > result.thresholds[at] + TOLERANCE)]
    used = {one.facility for one in counted if one.facility is not None}
    groups = grouped(
        [*(one.place for one in counted), *(result.facilities.places[at] for at in used)],
        [one.place for one in doubtful], [one.place for one in rest],
    )  # fmt: skip
    words = both("from_access_within" if formula == "access_within" else f"from_{formula}", limit=limit)
    title = Text(f"{to.zh} · {words.zh}", f"{to.en} · {words.en}")
    targets = policy.targets_for_service(result.target.id)
    return Made(titled(title, name), value, unit, formula, fields, groups, RULES, targets)


def _row(result: Access, ask: Ask, season: str | None) -> GachaAccess:
    if not ask.unit:
        return Grouping(False, season).all(result)
    for sumu in (False, True):
        for row in Grouping(sumu, season).rows(result):
            if row.code == ask.unit:
                return row
    raise unknown(ask)


def _is_of(result: Access, row: AccessRow, unit: str, season: str | None) -> bool:
    if season is not None and row.group != season:
        return False
    if not unit:
        return True
    units = result.origins.units
    return (
        units is not None and row.gacha >= 0 and unit in (units.codes[row.gacha], units.sumu_codes[row.gacha])
    )


def _compute_parts(plan: Plan, policy: Policy, ask: Ask) -> RoadParts:
    return road_parts(plan, policy, year=ask.year)


def _made_part(result: RoadParts, _policy: Policy, ask: Ask) -> Made:
    parts = [one for one in result.parts if str(one.number) == ask.unit] if ask.unit else result.cut_off
    if ask.unit and not parts:
        raise unknown(ask)
    homes = [one.households for one in parts if one.households is not None]
    values: dict[str, tuple[float | None, str | Text]] = {
        "cut": (float(len(parts)), both("access_unit_parts")),
        "km": (sum(one.km for one in parts), "kilometre"),
        "nodes": (float(sum(one.nodes for one in parts)), ""),
        "gachas": (float(sum(len(one.gachas) for one in parts)), "gacha"),
        "households": (float(sum(homes)) if homes else None, "household"),
    }
    if ask.field not in values:
        raise unknown(ask)
    value, unit = values[ask.field]
    codes = [code for one in parts for code in one.gachas]
    plan = result.provenance.plan
    near = [
        (table.kind.id, int(fid))
        for table in plan.with_role("road")
        for fid in table.fids[_on(table.geometry, parts)]
    ]
    fields = {"parts": len(parts), "roads": sum(one.lines for one in parts), "all": len(result.parts)}
    return Made(
        titled(both(f"from_network_{ask.field}"), ask.unit and both("from_part", number=ask.unit).zh), value,
        unit, f"network_{ask.field}", fields, grouped([*near, *units_at(plan, GACHA, codes)]), PART_RULES, (),
    )  # fmt: skip


def _on(roads: np.ndarray, parts: Sequence[RoadPart]) -> np.ndarray:
    """Which roads have a line of the parts: the parts' lines are those of the roads, unchanged."""
    wanted = {line for part in parts for line in shapely.to_wkb(shapely.get_parts(part.geometry)).tolist()}
    lines, row = shapely.get_parts(roads, return_index=True)
    mine = np.fromiter((line in wanted for line in shapely.to_wkb(lines).tolist()), bool, len(lines))
    return np.unique(row[mine])


ACCESS = Origin(_made, lambda result, _ask: result.provenance, _compute)
NETWORK = Origin(_made_part, lambda result, _ask: result.provenance, _compute_parts)
