"""The sheet of one project: what it is, what its state asks for, the verdict by zone and article, the land.

It is internal: works that are not decided, and where they lie, are not for the public.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from app.actions.land_use import class_words, notes, ownership_words, statement_table
from app.actions.projects import missing_words, next_words, state_words
from app.exports.leaving import Leaving
from app.exports.map_part import REPORT, map_part
from app.exports.report import begin, end
from app.exports.report_parts import Cell, Report
from app.exports.stated import Quantity, with_unit
from app.messages import language, text
from app.session import Session, Snapshot
from app.verdict_words import (
    article_words,
    chainage_words,
    clearance_words,
    count_words,
    ground_words,
    reason_words,
    work_name,
    zone_title,
)
from layers.errors import InputError
from layers.geo.measure import M2_PER_HA, M2_PER_MU
from layers.maps.settings import LayerSettings
from layers.plan.scenes import Callout
from layers.planning.conflicts import VERIFY, Conflict, Judged, conflicts
from layers.planning.detours import clearance
from layers.planning.footprints import Work, planned_works
from layers.planning.land_use import LandUse, land_use
from layers.planning.projects import projects
from layers.planning.results import Provenance
from layers.provenance import Ask

Source = Session | Snapshot
Progress = Callable[[int, int], None]
STEPS = 5
ROOM, LEAST_M = 0.6, 800.0
BASE = ("unit.banner", "unit.sumu", "unit.gacha", "seat", "road", "water.river", "water.lake")
"""Roles of what lies under the zones of that map."""
"""Ground round a project on its map: a share of its size, and metres at least."""
FACTS = ("kind_of_work", "year", "unit_in_charge", "budget", "fund_source", "document", "begun_on",
         "finished_on")  # fmt: skip


def project_sheet(
    source: Source, leaving: Leaving, name: str, progress: Progress
) -> tuple[Report, str, set[str]]:
    """Return the sheet of the planned work with this code or name. Raises InputError `work_unknown`."""
    progress(0, STEPS)
    works = [one for one in planned_works(source.plan, source.policy) if name in (one.key, one.name)]
    if not works:
        raise InputError("work_unknown", name=name)
    day = leaving.day or datetime.date.today()  # noqa: DTZ011 - the local day
    found = conflicts(source.plan, source.policy, works[:1], on=day)
    judged = found.judged[0]
    progress(1, STEPS)
    title = text("report_project", name=work_name(judged))
    made = begin(source, leaving, found.provenance, title, text("report_judged", day=judged.day.isoformat()))
    _facts(source, made, judged)
    drawn = _map(source, made, leaving, judged)
    progress(2, STEPS)
    _verdict(source, made, judged, found.provenance)
    way = clearance(source.plan, source.policy, judged, on=found.on)
    if way is not None:
        made.heading(text("report_way"), 2)
        made.points([clearance_words(way)])
    progress(3, STEPS)
    _land(source, made, judged)
    _needs(source, made, judged.work)
    progress(4, STEPS)
    end(source, made, leaving, found.provenance, clauses=False)
    return made, title, drawn


def _facts(source: Source, made: Report, judged: Judged) -> None:
    """What the library knows of it; what is not filled in is a dash."""
    work = judged.work
    kind = source.catalogue[work.kind]
    rows: list[tuple[Cell, ...]] = [(text("report_code"), work.key or "—")]
    if "status" in kind.column_names:
        rows.append((text("report_state"), state_words(source, work.row.get("status"))))
    for name in FACTS:
        if name in kind.column_names:
            column = kind.column(name)
            value = work.row.get(name)
            said = column.choice_title(value, language()) if column.choices else value
            unit = f" {column.unit}" if column.unit and value is not None else ""
            shown = "—" if said in (None, "") else f"{_plain(said)}{unit}"
            rows.append((column.title.in_language(language()), shown))
    rows.append((text("report_ground"), ground_words(judged)))
    made.table((text("workbook_fact"), text("workbook_value")), rows, widths=(1, 3))


def _plain(value: Any) -> str:
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def _map(source: Source, made: Report, leaving: Leaving, judged: Judged) -> set[str]:
    """The project among its zones, pointed at."""
    west, south, east, north = judged.work.ground.bounds
    room = max((east - west) * ROOM, (north - south) * ROOM, LEAST_M)
    plan, work = source.plan, judged.work
    zones = {one.kind for one in judged.conflicts if one.area_m2}
    base = {kind.id for kind, _ in plan.layers() if set(BASE) & set(kind.roles)}
    spot = work.ground.representative_point()
    settings = LayerSettings(
        frozenset(base | zones | {work.kind}),
        callouts=(Callout(work_name(judged), (spot.x, spot.y)),),
    )
    wide = made.width_mm
    drawn = map_part(
        plan, source.policy, (wide, wide * 0.62), medium=REPORT, dpi=leaving.dpi, settings=settings,
        extent=(west - room, south - room, east + room, north + room), audience=leaving.audience,
        selection=(work.kind, frozenset([work.fid])),
    )  # fmt: skip
    said = text("report_project_map", name=work_name(judged))
    made.map(drawn.data, wide, text("story_map_of", title=said), with_unit(said, f"1:{round(drawn.scale):,}"))
    return set(drawn.kinds)


# -- verdict ---------------------------------------------------------------------------------------


def _verdict(source: Source, made: Report, judged: Judged, origin: Provenance) -> None:
    made.heading(text("report_verdict"))
    made.words(text(f"verdict_{judged.verdict}"), "Verdict")
    if not judged.conflicts:
        made.words(text("verdict_nothing_touched"))
    else:
        made.words(count_words(judged) or text("verdict_nothing_touched"))
        # What may only be touched within the accuracy of the data stands in a table of its own.
        sure = [one for one in judged.conflicts if one.area_m2 or one.verdict != VERIFY]
        heads = tuple(text(f"report_verdict_{name}")
                      for name in ("zone", "verdict", "ha", "mu", "length", "todo", "article"))  # fmt: skip
        rows = [_conflict(source, judged, one, at) for at, one in enumerate(sure, 1)]
        if rows:
            made.table(heads, rows, caption=text("verdict_sheet"), widths=(30, 14, 16, 16, 14, 42, 34))
        doubtful = [
            (zone_title(source.catalogue, one), reason_words(one),
             article_words(one.rule.basis) if one.rule else "—")
            for one in judged.conflicts if one not in sure
        ]  # fmt: skip
        if doubtful:
            heads = tuple(text(f"report_verdict_{name}") for name in ("zone", "why", "article"))
            made.table(heads, doubtful, caption=text("report_doubts"), widths=(32, 66, 44))
    if judged.duties:
        made.heading(text("report_duties"), 2)
        made.points([
            f"{duty.title.in_language(language())}: {duty.todo.in_language(language())} "
            f"{article_words(duty.basis)}" + ("" if holds else f" {text('verdict_lapsed')}")
            for duty, holds in judged.duties
        ])  # fmt: skip
    made.words(text("verdict_sheet_note"), "Note")


def _conflict(source: Source, judged: Judged, one: Conflict, at: int) -> tuple[Cell, ...]:
    rule = one.rule
    zone = f"{one.kind}:{one.key or one.fid}:{rule.id if rule else '-'}:{at}"

    def area(unit: float, name: str, digits: int) -> Quantity:
        value = None if one.area_m2 is None else one.area_m2 / unit
        clauses = (rule.basis.article,) if rule and rule.basis.article else ()
        ask = Ask("verdict", judged.work.key or str(judged.work.fid), zone, name)
        return Quantity(value, ask, name, "", clauses, digits)

    where = chainage_words(one.stretches)
    ask = Ask("verdict", judged.work.key or str(judged.work.fid), zone, "length_m")
    length = Quantity(one.length_m, ask, "m", digits=0)
    approver = rule.approver.in_language(language()) if rule else ""
    told = (rule.todo.in_language(language()) if rule else "", reason_words(one),
            text("report_approver", who=approver) if approver else "")  # fmt: skip
    title = zone_title(source.catalogue, one)
    return (
        with_unit(title, where),
        text(f"verdict_{one.verdict}"),
        area(M2_PER_HA, "ha", 4),
        area(M2_PER_MU, "mu", 2),
        length,
        text("story_stop").join(part for part in told if part),
        article_words(rule.basis) if rule else "—",
    )


# -- land, and what is still owed ------------------------------------------------------------------


def _land(source: Source, made: Report, judged: Judged) -> None:
    """The land that it takes, by class and ownership, to the last printed digit."""
    found = land_use(source.plan, source.policy, [judged.work.ground])
    made.heading(text("report_land"))
    key = judged.work.key or str(judged.work.fid)

    def sizes(name: str, ha: Any, mu: Any) -> tuple[Quantity, Quantity]:
        return (Quantity(float(ha), Ask("land_use", key, name, "ha"), "ha", "", (), 4),
                Quantity(float(mu), Ask("land_use", key, name, "mu"), "mu", "", (), 2))  # fmt: skip

    rows: list[tuple[Cell, ...]] = [
        (one.code or "—", class_words(one), ownership_words(source, one.ownership) or "—",
         *sizes(f"{one.code}/{one.name}/{one.ownership}/{one.covered}", one.ha, one.mu))
        for one in found.lines
    ]  # fmt: skip
    rows.append(("", text("landuse_total"), "", *sizes("", found.ha, found.mu)))
    heads = (text("report_land_code"), text("landuse_class"), text("landuse_owner"), text("landuse_ha"),
             text("landuse_mu"))  # fmt: skip
    usual, made.numbers.source = made.numbers.source, found.provenance
    made.table(heads, rows, caption=text("report_land_table"), total=True, widths=(1, 2.4, 1.6, 1.4, 1.4))
    made.numbers.source = usual
    told = [*_land_notes(source, found)]
    if told:
        made.points(told)


def _land_notes(source: Source, found: LandUse) -> list[str]:
    """Notes below the table, with holders of pastures withheld where they are few."""
    known = [] if found.known else [text("landuse_no_layer")]
    told = statement_table(source, found, "").notes
    absent = [line for line in notes(found) if line == text("landuse_no_pastures")]
    return [*known, *told, *absent]


def _needs(source: Source, made: Report, work: Work) -> None:
    """What its state and the next ask for and it has not."""
    one = next((each for each in projects(source.plan, source.policy)
                if (each.kind, each.fid) == (work.kind, work.fid)), None)  # fmt: skip
    if one is None or not (missing_words(one) or next_words(one)):
        return
    made.heading(text("report_needs"))
    pairs = (("report_now", missing_words(one)), ("report_next", next_words(one)))
    made.points([f"{text(when)}{said}" for when, said in pairs if said])
