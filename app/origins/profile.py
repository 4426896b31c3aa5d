"""Where the figures on the page of a gacha or sumu are from.

Subject `unit`; unit: its code; field `households`, `area`, `short`, `unknown` (services that stand so).
"""

from __future__ import annotations

import datetime

import numpy as np

from app.messages import both
from app.origins.base import Made, Origin, grouped, titled, units_at, unknown
from layers.catalogue.text import Text
from layers.geo.measure import M2_PER_HA
from layers.plan.plan import Plan
from layers.planning.profile import Profile, profile
from layers.planning.results import SHORT, UNKNOWN
from layers.planning.tally import Part
from layers.planning.units import GACHA, assign, units_of
from layers.policy.bundle import Policy
from layers.provenance import Ask

STATUS = {"short": SHORT, "unknown": UNKNOWN}


def profile_ask(code: str, field: str, year: int | None, scheme: str | None) -> Ask:
    """Return what names a figure of a unit's page."""
    return Ask("profile", "unit", code, field, year, scheme or "")


def _compute(plan: Plan, policy: Policy, ask: Ask) -> Profile:
    today = datetime.date.today()  # noqa: DTZ011 - the user's own day
    return profile(plan, policy, ask.unit, year=ask.year, scheme=ask.scheme or None, on=today)


def _made(result: Profile, policy: Policy, ask: Ask) -> Made:
    unit, plan = result.unit, result.provenance.plan
    if ask.field in STATUS:
        return _of_services(result, policy, ask)
    if ask.field not in ("area", "households"):
        raise unknown(ask)
    name = titled(both(f"from_profile_{ask.field}"), unit.name)
    if ask.field == "area":
        codes = [row.gacha_code for row in result.land.gachas]
        area = result.land.area_m2
        return Made(name, None if area is None else area / M2_PER_HA, "ha", "profile_area",
                    {"count": len(codes)}, grouped(units_at(plan, GACHA, codes)), (), ())  # fmt: skip
    homes = result.households
    return Made(name, None if homes is None else float(homes), "household", "profile_households", {},
                grouped(_homes(plan, unit.code)), (), ())  # fmt: skip


def _of_services(result: Profile, policy: Policy, ask: Ask) -> Made:
    mine = [row for row in result.services if row.status == STATUS[ask.field]]
    services = {one.id: one for one, _ in result.provenance.plan.catalogue.services()}
    titles = [services[row.service].title for row in mine]
    which = Text("、".join(one.zh for one in titles) or "—", ", ".join(one.en for one in titles) or "—")
    parts = tuple(
        Part(title, float(row.gap), float(row.gap), "")
        for title, row in zip(titles, mine, strict=True) if row.gap is not None
    )  # fmt: skip
    targets = {one.id: one for row in mine for one in policy.targets_for_service(row.service)}
    fields = {"count": len(mine), "of": len(result.services), "which": which}
    places = units_at(result.provenance.plan, result.unit.role, [result.unit.code])
    return Made(titled(both(f"profile_{ask.field}"), result.unit.name), float(len(mine)),
                both("profile_items"), f"profile_{ask.field}", fields, grouped(places), (),
                tuple(targets.values()), parts)  # fmt: skip


def _homes(plan: Plan, code: str) -> list[tuple[str, int]]:
    """The households of a gacha, or of the gachas of a sumu."""
    units, found = units_of(plan, GACHA), []
    for table in plan.with_role("household") if units is not None else ():
        places = assign(units, table, link="gacha_code")
        at = [at for at, own in enumerate(units.codes) if code in (own, units.sumu_codes[at])]
        found += [(table.kind.id, int(fid)) for fid in table.fids[np.isin(places, at)]]
    return found


PROFILE = Origin(_made, lambda result, _ask: result.provenance, _compute)
