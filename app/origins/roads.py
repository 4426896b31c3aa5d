"""Where the numbers of the register of road faults are from.

Subject `roads`. unit "": field `share` (SDG 9.1.1), `unreached` (gachas without a hardened road; with a
service's id after a dot, of that service), `open` (faults that nobody has judged). unit: a fault's key; field
`km`, `households`.
"""

from __future__ import annotations

from app.messages import both
from app.origins.base import Made, Origin, grouped, titled, units_at, unknown
from layers.plan.plan import Plan
from layers.planning.road_access import homes_near
from layers.planning.road_faults import UNREACHED, Fault, RoadFaults, road_faults
from layers.planning.units import GACHA
from layers.policy.bundle import Policy
from layers.provenance import Ask

GRAPH = ("road_node_m", "road_snap_m")
SHARE = ("rural_access", "all_season_surfaces", "road_node_m")
FAULTS = (*GRAPH, "road_fault_m", "road_sheet_m", "rural_access")


def fault_ask(result: RoadFaults, field: str, fault: Fault | None = None) -> Ask:
    """Return what names a number of the register."""
    return Ask("faults", "roads", "" if fault is None else fault.key, field, result.provenance.year)


def _compute(plan: Plan, policy: Policy, ask: Ask) -> RoadFaults:
    return road_faults(plan, policy, year=ask.year)


def _made(result: RoadFaults, policy: Policy, ask: Ask) -> Made:
    if ask.unit:
        return _of_fault(result, ask)
    name, _, service = ask.field.partition(".")
    if name == "share":
        return _share(result, policy)
    if name == "open":
        still = [one for one in result.faults if one.judged is None]
        judged = [one for one in result.faults if one.judged is not None]
        fields = {"count": len(still), "of": len(result.faults), "judged": len(judged)}
        return Made(both("from_faults_open"), float(len(still)), both("faults_unit"), "faults_open", fields,
                    grouped(_places(result, still), rest=_places(result, judged)), FAULTS)  # fmt: skip
    if name == "unreached" and service in result.reach:
        reached, not_reached, null = result.reach[service]
        mine = [one for one in result.faults if one.kind == UNREACHED and one.reason == service]
        fields = {"count": not_reached, "reached": reached, "doubtful": null}
        targets = policy.targets_for_service(service)
        return Made(both("from_faults_unreached"), float(not_reached), "gacha", "faults_unreached", fields,
                    grouped(_places(result, mine)), GRAPH, targets)  # fmt: skip
    raise unknown(ask)


def _share(result: RoadFaults, policy: Policy) -> Made:
    access, share = result.access, result.access.share
    groups = homes_near(result.provenance.plan, policy, result.provenance.year)
    fields = {"near": access.near, "far": access.far, "doubtful": access.unknown, "of": access.households}
    low, high = share if share is not None else (None, None)
    return Made(both("from_faults_share"), low, "percent", "faults_share", fields, grouped(*groups), SHARE,
                (), (), high)  # fmt: skip


def _of_fault(result: RoadFaults, ask: Ask) -> Made:
    fault = result.find(ask.unit)
    if fault is None or ask.field not in ("km", "households"):
        raise unknown(ask)
    value = getattr(fault, ask.field)
    unit = "kilometre" if ask.field == "km" else "household"
    groups = grouped(_places(result, [fault]), rest=units_at(result.provenance.plan, GACHA, fault.cuts))
    fields = {"kind": both(f"fault_{fault.kind}"), "cuts": len(fault.cuts)}
    words = both(f"from_faults_{ask.field}")
    return Made(titled(words, fault.road or fault.gacha_name), None if value is None else float(value), unit,
                f"faults_{ask.field}", fields, groups, FAULTS, ())  # fmt: skip


def _places(result: RoadFaults, faults: list[Fault]) -> list[tuple[str, int]]:
    """Features that the faults are on; of what has none the gacha."""
    found = [(one.layer, one.fid) for one in faults if one.fid is not None]
    codes = [one.gacha_code for one in faults if one.fid is None]
    return [*found, *units_at(result.provenance.plan, GACHA, codes)]


FAULTS_ORIGIN = Origin(_made, lambda result, _ask: result.provenance, _compute)
