"""Where the numbers of the quotas are from: ground that planned works take.

Subject: `QUOTA:all`, `QUOTA:year`, `QUOTA:sumu`, `QUOTA:scheme`; unit: the year, the sumu's code (`~`: not
filled in; of a scheme its name stands as the scheme); field: `used`, `committed`, `works`, `limit`, `left`.
"""

from __future__ import annotations

import datetime

from app.messages import both, text
from app.origins.base import Made, Origin, grouped, titled, unknown
from layers.catalogue.text import Text
from layers.geo.measure import M2_PER_HA
from layers.plan.plan import Plan
from layers.planning.footprints import planned_works
from layers.planning.quotas import SHARE, Quotas, Taking, quotas
from layers.policy.bundle import Policy
from layers.provenance import Ask

NONE = "~"
RULES = ("footprint_*", "data_accuracy_m")


def quota_ask(quota: str, field: str, *, view: str = "all", key: str = "", scheme: str | None = None) -> Ask:
    """Return what names a number of a quota. key: of the row; scheme: the only one that is looked at."""
    if view == "scheme":
        return Ask("quota", f"{quota}:{view}", "", field, None, key)
    return Ask("quota", f"{quota}:{view}", key, field, None, scheme or "")


def _compute(plan: Plan, policy: Policy, ask: Ask) -> Quotas:
    scheme = ask.scheme if ask.scheme not in ("", NONE) else None
    on = datetime.date.today()  # noqa: DTZ011 - the user's own day
    return quotas(plan, policy, planned_works(plan, policy, scheme=scheme), on=on)


def _made(result: Quotas, policy: Policy, ask: Ask) -> Made:
    quota, _, view = ask.subject.partition(":")
    mine = [one for one in result.takings if one.quota == quota and _is_of(one, view, ask)]
    totals = [one for one in result.totals if one.quota == quota
              and (view == "all" or (view == "year" and str(one.year or NONE) == ask.unit))]  # fmt: skip
    entered = [one for one in totals if one.limit_ha is not None]
    share = result.reserve_share_ha if view == "all" and quota == "reserve" else None
    limit = share if share is not None else sum(one.limit_ha or 0.0 for one in entered) if entered else None
    used = sum(one.area_m2 for one in mine) / M2_PER_HA
    bounded = used if share is not None or view == "year" else sum(one.used_ha for one in entered)
    works = {(one.work.kind, one.work.fid) for one in mine}
    hectares: str | Text = "ha"
    values: dict[str, tuple[float | None, str | Text]] = {
        "used": (used, hectares),
        "committed": (sum(one.area_m2 for one in mine if one.committed) / M2_PER_HA, hectares),
        "works": (float(len(works)), "project"),
        "limit": (limit, hectares),
        "left": (None if limit is None else limit - bounded, hectares),
    }
    if ask.field not in values:
        raise unknown(ask)
    value, unit = values[ask.field]
    sources = text("list_between").join(f"{one.source}（{one.entered_on}）" for one in entered) or "—"
    fields = {"count": len(works), "used": bounded, "limit": limit, "sources": sources}
    formula = f"quota_{ask.field}"
    if share is not None and ask.field == "limit":
        formula = "quota_share"
    rules = (SHARE,) if share is not None and ask.field in ("limit", "left") else RULES
    name = ask.scheme if view == "scheme" else ask.unit
    title = titled(both(f"quota_{quota}"), "" if name in ("", NONE) else name)
    words = both(f"from_quota_{ask.field}")
    title = Text(f"{title.zh} · {words.zh}", f"{title.en} · {words.en}")
    chosen = [one for one in mine if ask.field != "committed" or one.committed]
    places = [] if ask.field == "limit" else [(one.work.kind, one.work.fid) for one in chosen]
    del policy
    return Made(title, value, unit, formula, fields, grouped(places), rules)


def _is_of(one: Taking, view: str, ask: Ask) -> bool:
    if view == "scheme":
        return (one.scheme or NONE) == ask.scheme
    own = {"year": str(one.year or NONE), "sumu": one.sumu or NONE}.get(view, "")
    return own == ask.unit and (not ask.scheme or one.scheme == ask.scheme)


QUOTA = Origin(_made, lambda result, _ask: result.provenance, _compute)
