"""Siting from the command line and the window: plan, keep as a scheme's proposals, write."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.command import Answer
from app.exports.result_table import ResultColumn, ResultTable, ending_of, write_result
from app.messages import both, text
from app.session import Session
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.crs import transform_geometries
from layers.planning.site_plan import SEATS, NewSite, SitePlan, site_changes, site_plan
from layers.release import WITHHELD

LONLAT_EPSG = 4490
REACH_MIN = 30


def site(
    session: Session,
    kind: str,
    *,
    number: int | None = None,
    all: bool = False,
    reach_min: float | None = None,
    objective: str | None = None,
    capacity: int | None = None,
    year: int | None = None,
    date: str | None = None,
    scheme: str | None = None,
    out: Path | None = None,
) -> Answer:
    """Say where new sites for a service should stand; keep them as proposals of `scheme` where one is named.

    number, or all: as many as everyone within `reach_min` minutes takes. Raises InputError
    `site_number_or_all` and those of `site_plan`.
    """
    from app.actions.verdicts import parse_day

    if (number is None) == (not all):
        raise InputError("site_number_or_all")
    if out is not None:
        ending_of(out)
    made = site_plan(
        session.plan, session.policy, kind=kind, number=number, objective=objective, year=year,
        capacity=capacity,
        reach=float(reach_min or REACH_MIN), on=datetime.date.today() if date is None else parse_day(date),
    )  # fmt: skip
    lines = list(site_lines(made))
    if scheme is not None:
        keep(session, made, scheme, year=year)
        lines.append(text("sites_kept", name=scheme.strip(), count=len(made.new)))
    if out is not None:
        write_result(session, site_table(made, int(session.policy.rule("small_count").value)), out)
        lines.append(text("wrote", path=str(out)))
    return Answer(site_data(session, made), tuple(lines))


def keep(session: Session, made: SitePlan, scheme: str, *, year: int | None = None) -> Any:
    """Keep new sites as proposals of a scheme, one command; raises InputError `scheme_unnamed`."""
    if not scheme.strip():
        raise InputError("scheme_unnamed")
    title = both("did_sites", name=scheme.strip(), count=len(made.new))
    return session.do(title, lambda plan: site_changes(plan, made, scheme.strip(), year=year), command="site")


def site_data(session: Session, made: SitePlan) -> dict[str, Any]:
    """Return a plan of sites in stable keys."""
    points = transform_geometries(
        [one.candidate.point for one in made.new], session.plan.crs.epsg, LONLAT_EPSG
    )
    return {
        "kind": made.target, "objective": made.objective, "reach_min": made.reach, "weight": made.weight,
        "within_before": round(made.before, 3), "within_after": round(made.after, 3),
        "total": round(made.total, 3),
        "share_before": _share(made.before, made.total), "share_after": _share(made.after, made.total),
        "unreachable": round(made.unreachable, 3), "existing": len(made.facilities),
        "optimal": made.siting.optimal,
        "value": made.siting.value, "bound": made.siting.bound,
        "sites": [_site_data(one, point) for one, point in zip(made.new, points, strict=True)],
        "forbidden": [{"code": one.code, "name": one.name, "zone": one.forbidden}
                      for one in made.candidates if one.forbidden],
        "gachas": [{"gacha_code": code, "within_before": round(now, 3), "within_after": round(after, 3),
                    "total": round(total, 3)} for code, (now, after, total) in made.by_gacha.items()],
    }  # fmt: skip


def site_table(made: SitePlan, small_count: int) -> ResultTable:
    """Return the new sites as a table that may be written.

    What stands for fewer than `small_count` households tells how many people one of them has: it is
    withheld, and with it the sums before and after, which would give it away. Seats are nobody's.
    """
    unit = text(f"weight_{made.weight}")
    columns = (
        ResultColumn("code", Text("编码", "Code"), privacy=Privacy.PUBLIC),
        ResultColumn("name", Text("地点", "Place"), privacy=Privacy.PUBLIC),
        ResultColumn("sumu", Text("苏木", "Sumu"), privacy=Privacy.PUBLIC),
        ResultColumn("served", Text(f"服务（{unit}）", f"Served ({unit})"), "real", Privacy.INTERNAL),
        ResultColumn(
            "alone", Text(f"只有它能到（{unit}）", f"Served by it alone ({unit})"), "real", Privacy.INTERNAL
        ),
        ResultColumn("farthest_min", Text("最远（分钟）", "Farthest (min)"), "real", Privacy.PUBLIC),
        ResultColumn("runner_up", Text("次选地点", "Runner-up"), privacy=Privacy.PUBLIC),
    )
    fewest = 0 if made.weight == SEATS else small_count
    records = [
        {"code": one.candidate.code, "name": one.candidate.name, "sumu": one.candidate.sumu_name,
         "served": WITHHELD if 0 < one.clients < fewest else round(one.people, 1),
         "alone": WITHHELD if 0 < one.alone_clients < fewest else round(one.alone, 1),
         "farthest_min": round(one.farthest, 1), "runner_up": one.runner_up}
        for one in made.new
    ]  # fmt: skip
    kept = any(WITHHELD in one.values() for one in records)
    return ResultTable(
        both("sites_title"), columns, records, made.provenance,
        notes=() if kept else tuple(site_lines(made))[:1],
    )  # fmt: skip


def site_lines(made: SitePlan, *, rows: bool = True) -> Iterable[str]:
    """Say a plan of sites in words; rows: a line for every site, too."""
    unit = text(f"weight_{made.weight}")
    yield text("sites_head", count=len(made.new), existing=len(made.facilities), reach=f"{made.reach:g}",
               unit=unit,
               before=f"{made.before:,.0f}", after=f"{made.after:,.0f}", total=f"{made.total:,.0f}",
               share=f"{(_share(made.after, made.total) or 0):.1%}")  # fmt: skip
    if not made.siting.optimal:
        yield text("sites_bound", value=f"{made.siting.value:,.1f}", bound=f"{made.siting.bound:,.1f}")
    for one in made.new if rows else ():
        yield text("sites_row", name=one.candidate.name, code=one.candidate.code, people=f"{one.people:,.0f}",
                   unit=unit,
                   alone=f"{one.alone:,.0f}", far=f"{one.farthest:.0f}",
                   rival=one.runner_up or "—")  # fmt: skip
    if made.unreachable:
        yield text("sites_unreachable", count=f"{made.unreachable:,.0f}", unit=unit)
    for one in made.candidates:
        if one.forbidden:
            yield text("sites_forbidden", name=one.name, zone=one.forbidden)


def _site_data(one: NewSite, point: Any) -> dict[str, Any]:
    return {
        "code": one.candidate.code, "name": one.candidate.name, "at": [round(point.x, 6), round(point.y, 6)],
        "served": round(one.people, 3), "alone": round(one.alone, 3), "farthest_min": round(one.farthest, 2),
        "runner_up": one.runner_up or None, "runner_up_value": one.runner_up_value,
    }  # fmt: skip


def _share(part: float, total: float) -> float | None:
    return round(part / total, 6) if total else None
