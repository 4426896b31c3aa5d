"""Works against zones on the command line; a place keeps its own answer (`app.actions.gaps.check`)."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import shapely

from app.actions.gaps import check as check_place
from app.command import Answer
from app.messages import language, text
from app.session import Session
from app.verdict_words import (
    JSON_VERDICTS,
    article_words,
    chainage_words,
    clearance_words,
    count_words,
    ground_words,
    measure_words,
    reason_words,
    work_name,
    zone_title,
)
from layers.errors import InputError
from layers.geo.crs import LONLAT_EPSG, transform_geometries
from layers.planning.conflicts import Conflict, Conflicts, Judged, conflicts
from layers.planning.detours import Clearance, clearance
from layers.planning.footprints import Work, planned_works

CLEARED_AT_MOST = 200  # works for which a way round is looked for; more of them are told how to ask


NOTHING: dict[str, Any] = {
    **dict.fromkeys((
        "zone", "zone_kind", "zone_key", "zone_fid", "would_be", "reason", "accuracy_m", "length_m", "rule",
        "title",
        "todo", "source", "article", "in_force", "amended", "until", "approver", "quota", "rules_version",
        "clears",
    )),
    "verdict": "allowed", "stretches": [], "area_ha": 0.0, "area_mu": 0.0, "area_low_ha": 0.0,
    "area_high_ha": 0.0,
}  # fmt: skip
"""What a work has that touches nothing."""


def check(
    session: Session,
    at: tuple[float, float] | None = None,
    *,
    scheme: str | None = None,
    file: Path | None = None,
    date: str | None = None,
    crs: str | None = None,
    feature: str | None = None,
    out: Path | None = None,
) -> Answer:
    """Zones of a place (`at` alone), else verdicts on the works of a file, a scheme, or all that is planned.

    date: judge all by this day, not each by its own. feature: only works with this code or name.
    Raises InputError `check_one_thing`, `day_not_understood`, `scheme_unknown`, `work_unknown` and those of
    `works_of_file`.
    """
    if at is not None:
        if any(one is not None for one in (scheme, file, feature, out)):
            raise InputError("check_one_thing")
        return check_place(session, at, date=date)
    today = datetime.date.today()  # noqa: DTZ011 - the user's own day
    day = today if date is None else parse_day(date)
    works, lost = _works(session, scheme, file, crs)
    if feature is not None:
        works = [work for work in works if feature in (work.key, work.name)]
        if not works:
            raise InputError("work_unknown", name=feature)
    found = conflicts(session.plan, session.policy, works, on=day, fixed_day=date is not None)
    ways = clearances(session, found) if len(works) <= CLEARED_AT_MOST else {}
    data = [row for judged in found.judged for row in verdict_data(session, judged, ways)]
    lines = [line for judged in found.judged for line in _lines(session, judged, ways)]
    if out is not None:
        from app.exports.result_table import write_result
        from app.exports.verdict_table import verdict_table

        write_result(session, verdict_table(session, found), out)
        lines.append(text("wrote", path=out))
    if lost:
        lines.append(text("verdict_lost_rows", count=lost))
    return Answer(data, tuple(lines) or (text("verdict_nothing_planned"),))


def _works(
    session: Session, scheme: str | None, file: Path | None, crs: str | None
) -> tuple[list[Work], int]:
    if file is None:
        return planned_works(session.plan, session.policy, scheme=scheme), 0
    if scheme is not None:
        raise InputError("check_one_thing")
    from app.actions.drawn_files import works_of_file

    return works_of_file(session.plan, session.policy, file, crs=crs)


def parse_day(given: str) -> datetime.date:
    """Return a day from ISO text; raises InputError `day_not_understood`."""
    try:
        return datetime.date.fromisoformat(given.strip())
    except ValueError:
        raise InputError("day_not_understood", given=given) from None


def clearances(session: Session, found: Conflicts) -> dict[int, Clearance]:
    """What would clear each work: position in `found.judged` identity -> way; works without one are left
    out."""
    ways = {id(one): clearance(session.plan, session.policy, one, on=found.on) for one in found.judged}
    return {key: way for key, way in ways.items() if way is not None}


def verdict_data(session: Session, judged: Judged, ways: dict[int, Clearance]) -> list[dict[str, Any]]:
    """One dict a zone and article, worst first; a work that touches nothing has one without a zone."""
    way = ways.get(id(judged))
    clears = None if way is None else _clearance_data(session, way)
    head: dict[str, Any] = {
        "feature": judged.work.key or judged.work.name,
        "feature_name": judged.work.name,
        "feature_kind": judged.work.kind or None,
        "feature_fid": judged.work.fid or None,
        "work": judged.work.work,
        "date": judged.day.isoformat(),
        "feature_verdict": JSON_VERDICTS[judged.verdict],
        "feature_area_ha": _ha(judged.area_m2),
        "owed": [
            {"duty": duty.id, "article": duty.basis.article, "in_force": _day(duty.basis.in_force),
             "holds": holds}
            for duty, holds in judged.duties
        ],
    }  # fmt: skip
    if not judged.conflicts:
        return [{**head, **NOTHING}]
    return [
        {**head, **_conflict_data(session, one), "clears": clears if _is_cleared(way, one) else None}
        for one in judged.conflicts
    ]


def _is_cleared(way: Clearance | None, one: Conflict) -> bool:
    return way is not None and bool(one.fid) and way.cleared in (one.verdict, one.would_be)


def _conflict_data(session: Session, one: Conflict) -> dict[str, Any]:
    rule = one.rule
    return {
        "zone": zone_title(session.catalogue, one),
        "zone_kind": one.kind,
        "zone_key": one.key or None,
        "zone_fid": one.fid or None,
        "verdict": JSON_VERDICTS[one.verdict],
        "would_be": JSON_VERDICTS[one.would_be] if one.would_be else None,
        "reason": one.reason,
        "area_ha": _ha(one.area_m2),
        "area_mu": None if one.area_m2 is None else round(one.area_m2 * 15 / 10_000, 3),
        "area_low_ha": _ha(one.low_m2),
        "area_high_ha": _ha(one.high_m2),
        "accuracy_m": one.distance_m,
        "length_m": None if one.length_m is None else round(one.length_m, 1),
        "stretches": [[round(begin, 1), round(end, 1)] for begin, end in one.stretches],
        "rule": rule.id if rule else None,
        "title": rule.title.in_language(language()) if rule else None,
        "todo": rule.todo.in_language(language()) if rule else None,
        "source": rule.basis.source.in_language(language()) if rule else None,
        "article": rule.basis.article if rule else None,
        "in_force": _day(rule.basis.in_force) if rule else None,
        "amended": _day(rule.basis.amended) if rule else None,
        "until": _day(rule.basis.until) if rule else None,
        "approver": (rule.approver.in_language(language()) or None) if rule else None,
        "quota": rule.quota if rule else None,
        "rules_version": session.policy.version,
    }


def _clearance_data(session: Session, way: Clearance) -> dict[str, Any]:
    shape = transform_geometries([way.shape], session.plan.crs.epsg, LONLAT_EPSG)[0]
    return {
        "how": way.how,
        "metres": round(way.metres, 1),
        "east_m": round(way.east_m, 1),
        "north_m": round(way.north_m, 1),
        "verdict": JSON_VERDICTS[way.verdict],
        "wkt": shapely.to_wkt(shape, rounding_precision=7),
    }


def _lines(session: Session, judged: Judged, ways: dict[int, Clearance]) -> list[str]:
    head = f"{work_name(judged)}  {ground_words(judged)}  {text('verdict_' + judged.verdict)}"
    lines = [f"{head}  {count_words(judged)}".rstrip()]
    for one in judged.conflicts:
        parts = [text(f"verdict_{one.verdict}"), zone_title(session.catalogue, one), measure_words(one)]
        parts.append(chainage_words(one.stretches))
        if one.rule is not None:
            parts += [one.rule.todo.in_language(language()), article_words(one.rule.basis)]
            parts.append(one.rule.approver.in_language(language()))
        parts.append(reason_words(one))
        lines.append("  " + "  ".join(part for part in parts if part))
    lines += [
        f"  {duty.title.in_language(language())}: {duty.todo.in_language(language())}  "
        f"{article_words(duty.basis)}"
        + ("" if holds else f"  {text('verdict_lapsed')}")
        for duty, holds in judged.duties
    ]
    way = ways.get(id(judged))
    if way is not None:
        lines.append(f"  → {clearance_words(way)}")
    return lines


def _ha(m2: float | None) -> float | None:
    return None if m2 is None else round(m2 / 10_000, 4)


def _day(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()
