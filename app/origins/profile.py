"""Where the figures on the page of a gacha or sumu are from.

Subject `unit`; unit: its code; field `households`, `area`, `short`, `unknown` (services that stand so),
`reach.SERVICE` (minutes from its seat), a regime (ha), `capacity`, `stock`, `load`, `works`,
`planned.SERVICE.YEAR`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np

from app.messages import both
from app.origins.access import RULES as ACCESS_RULES
from app.origins.base import Made, Origin, grouped, titled, units_at, unknown
from app.origins.grazing import GROWS, HERD
from layers.catalogue.text import Text
from layers.geo.measure import M2_PER_HA
from layers.plan.plan import Plan
from layers.planning.grazing_ground import REGIMES
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
    part, _, rest = ask.field.partition(".")
    if part in MORE:
        return MORE[part](result, policy, ask, rest)
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


def _of_reach(result: Profile, policy: Policy, ask: Ask, service: str) -> Made:
    """Minutes from the unit's own seat to the nearest facility."""
    one = next((reach for reach in result.reach if reach.target == service), None)
    if one is None:
        raise unknown(ask)
    row = one.row
    fields = {"to": one.title, "facility": one.facility or "—", "km": row and row.km,
              "off": row and row.off_km}  # fmt: skip
    places = [] if row is None else [row.place, *([one.at] if one.at is not None else [])]
    return Made(titled(one.title, result.unit.name), row and row.minutes, both("unit_min"), "profile_reach",
                fields, grouped(places), ACCESS_RULES, policy.targets_for_service(service))  # fmt: skip


def _of_land(result: Profile, _policy: Policy, ask: Ask, _rest: str) -> Made:
    """A regime's ground, what it carries, the livestock, the load: of the gachas of the unit together."""
    land, name = result.land, ask.field
    sheep = both("grazing_unit_sheep")
    if name in REGIMES:
        value = None if land.regimes is None else land.regimes.get(name, 0.0) / M2_PER_HA
        parts = tuple(_part(row.name, (row.regimes or {}).get(name, 0.0) / M2_PER_HA) for row in land.gachas)
        unit: str | Text = "ha"
    else:
        value = getattr(land, name)
        parts = tuple(_part(row.name, getattr(row, name)) for row in land.gachas)
        unit = "percent" if name == "load" else sheep
    rules = () if name in REGIMES else HERD if name == "stock" else (*GROWS, *HERD)
    fields = {"count": len(land.gachas), "capacity": land.capacity, "stock": land.stock,
              "year": land.year or "—"}  # fmt: skip
    form = "profile_load" if name == "load" else "profile_regime" if name in REGIMES else "profile_sheep"
    codes = [row.gacha_code for row in land.gachas]
    return Made(titled(both(f"grazing_{name}"), result.unit.name), value, unit, form, fields,
                grouped(units_at(result.provenance.plan, GACHA, codes)), rules, None,
                parts if len(parts) > 1 else ())  # fmt: skip


def _part(name: str, value: float | None) -> Part:
    return Part(Text(name, name), value, value, "")


def _of_works(result: Profile, _policy: Policy, _ask: Ask, _rest: str) -> Made:
    fields = {"scheme": result.scheme or "—", "count": len(result.works)}
    return Made(titled(both("from_profile_works"), result.unit.name), float(len(result.works)), "project",
                "profile_works", fields, grouped([(one.kind, one.fid) for one in result.works]), (),
                ())  # fmt: skip


def _of_planned(result: Profile, policy: Policy, ask: Ask, rest: str) -> Made:
    service, _, year = rest.rpartition(".")
    one = next((plan for plan in result.planned if plan.service == service), None)
    if one is None or not year.isdecimal() or int(year) not in one.by_year:
        raise unknown(ask)
    number = float(one.by_year[int(year)])
    codes = [row.gacha_code for row in result.land.gachas if one.cells.get(row.gacha_code, {}).get(int(year))]
    title = both("from_profile_planned", scheme=one.scheme, year=year)
    return Made(titled(title, result.unit.name), number, both("unit_seat"), "profile_planned",
                {"scheme": one.scheme, "year": year, "count": number},
                grouped(units_at(result.provenance.plan, GACHA, codes)), (),
                policy.targets_for_service(service))  # fmt: skip


MORE: dict[str, Callable[[Profile, Policy, Ask, str], Made]] = {
    "reach": _of_reach, "works": _of_works, "planned": _of_planned,
    **dict.fromkeys((*REGIMES, "capacity", "stock", "load"), _of_land),
}  # fmt: skip
PROFILE = Origin(_made, lambda result, _ask: result.provenance, _compute)
