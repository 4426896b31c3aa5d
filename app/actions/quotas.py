"""Quotas of grassland and of the construction-land reserve: entered with date and source, used, left."""

from __future__ import annotations

import datetime
import math

from app.actions.verdicts import parse_day
from app.command import Answer
from app.messages import both, text
from app.session import Session
from layers.errors import InputError
from layers.plan.changes import Changes
from layers.planning.footprints import planned_works
from layers.planning.quotas import COLLECTION, quotas
from layers.policy.zone_rules import QUOTAS


def quota(
    session: Session,
    *,
    scheme: str | None = None,
    enter: str | None = None,
    source: str | None = None,
    date: str | None = None,
) -> Answer:
    """What planned works use of each quota, by sumu, year and scheme; `enter` QUOTA:YEAR=HA first.

    Raises InputError `quota_limit_malformed`, `quota_needs_source`, `day_not_understood`, `scheme_unknown`.
    """
    lines = []
    today = datetime.date.today()  # noqa: DTZ011 - the user's own day
    if enter is not None:
        name, year, ha = _parsed(enter)
        if not (source or "").strip() or date is None:
            raise InputError("quota_needs_source")
        record = {"ha": ha, "source": str(source).strip(), "date": parse_day(date).isoformat()}
        change = session.plan.set_document(COLLECTION, f"{name}:{year}", record)
        title = both("quota_entered", quota=text(f"quota_{name}"), year=year, ha=f"{ha:g}")
        session.do(title, Changes(documents=(change,)), command="quota")
        lines.append(text("quota_entered", quota=text(f"quota_{name}"), year=year, ha=f"{ha:g}"))
    found = quotas(
        session.plan, session.policy, planned_works(session.plan, session.policy, scheme=scheme), on=today
    )
    data = {
        "rows": [
            {"quota": one.quota, "sumu_code": one.sumu or None, "sumu_name": one.sumu_name or None,
             "year": one.year,
             "scheme": one.scheme, "used_ha": round(one.used_ha, 4), "works": one.works}
            for one in found.rows
        ],
        "totals": [
            {"quota": one.quota, "year": one.year, "used_ha": round(one.used_ha, 4), "limit_ha": one.limit_ha,
             "left_ha": None if one.left_ha is None else round(one.left_ha, 4), "source": one.source or None,
             "date": one.entered_on or None}
            for one in found.totals
        ],
        "reserve_share_ha": None if found.reserve_share_ha is None else round(found.reserve_share_ha, 4),
    }  # fmt: skip
    for one in found.totals:
        lines.append(
            text("quota_line", quota=text(f"quota_{one.quota}"), year=one.year or "—",
                 used=f"{one.used_ha:,.4f}",
                 limit=_ha(one.limit_ha), left=_ha(one.left_ha),
                 source=one.source or text("quota_not_entered"))
        )  # fmt: skip
    lines += [
        f"  {text(f'quota_{one.quota}')}  {one.sumu_name or '—'}  {one.year or '—'}  {one.scheme or '—'}  "
        f"{one.used_ha:,.4f}"
        for one in found.rows
    ]
    if found.reserve_share_ha is not None:
        lines.append(text("quota_share", ha=f"{found.reserve_share_ha:,.2f}"))
    return Answer(data, tuple(lines) or (text("verdict_nothing_planned"),))


def _parsed(given: str) -> tuple[str, int, float]:
    """QUOTA:YEAR=HA -> its parts."""
    place, equals, amount = given.partition("=")
    name, _, year = place.partition(":")
    try:
        ha = float(amount)
        good = bool(equals) and name in QUOTAS and 1900 <= int(year) <= 2200 and math.isfinite(ha) and ha >= 0
    except ValueError:
        good = False
    if not good:
        raise InputError("quota_limit_malformed", given=given)
    return name, int(year), ha


def _ha(value: float | None) -> str:
    return "—" if value is None else f"{value:,.4f}"
