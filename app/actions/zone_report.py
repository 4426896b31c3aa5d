"""The ecology desk on the command line: a list of places or drawings and their zones."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import shapely

from app.actions.typed_shapes import parse_shapes
from app.actions.verdicts import parse_day
from app.command import Answer
from app.exports.result_table import Picture, ResultColumn, ResultTable, write_result
from app.exports.verdict_table import spot_of
from app.messages import both, language, listed, text, tr
from app.session import Session, Snapshot
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.planning.footprints import Work, made_work, planned_works, works_of_table
from layers.planning.results import Provenance
from layers.planning.zone_report import ZoneLine, zone_report

FORMS = ("Point", "MultiPolygon", "MultiLineString")
TITLE = Text("分区核查表", "Zones of places")
COLUMNS = (
    ResultColumn("item", Text("地点或图形", "Place or shape"), privacy=Privacy.INTERNAL),
    ResultColumn("place", Text("经度,纬度", "LON,LAT"), privacy=Privacy.INTERNAL),
    ResultColumn("zone_kind", Text("图层", "Layer"), privacy=Privacy.PUBLIC),
    ResultColumn("zone_class", Text("分区", "Zone"), privacy=Privacy.PUBLIC),
    ResultColumn("zone", Text("名称", "Name"), privacy=Privacy.PUBLIC),
    ResultColumn("valid_from", Text("生效日期", "Since"), "date", Privacy.PUBLIC),
    ResultColumn("valid_to", Text("失效日期", "Until"), "date", Privacy.PUBLIC),
    ResultColumn("document", Text("依据文件", "Document"), privacy=Privacy.PUBLIC),
    ResultColumn("in_force", Text("当日有效", "In force"), privacy=Privacy.PUBLIC),
    ResultColumn("near", Text("在数据精度内", "Within the accuracy"), privacy=Privacy.PUBLIC),
    ResultColumn("area_ha", Text("区内面积（公顷）", "Inside (ha)"), "real", Privacy.PUBLIC),
)


def zones(
    session: Session,
    *,
    at: tuple[float, float] | None = None,
    file: Path | None = None,
    crs: str | None = None,
    date: str | None = None,
    out: Path | None = None,
) -> Answer:
    """Zones of a place, of every shape of a file (coordinates, drawings), else of all that is planned.

    Raises InputError `check_one_thing`, `day_not_understood`, those of `works_of_file` and `write_result`.
    """
    day = datetime.date.today() if date is None else parse_day(date)  # noqa: DTZ011 - the user's own day
    if at is not None and file is not None:
        raise InputError("check_one_thing")
    if at is not None:
        works = [work_at(session, at)]
    elif file is not None:
        from app.actions.drawn_files import works_of_file

        works, _ = works_of_file(session.plan, session.policy, file, crs=crs)
    else:
        works = planned_works(session.plan, session.policy)
    table = zones_table(session, works, day)
    lines = ["  ".join(str(value) for value in one.values() if value not in (None, ""))
             for one in table.words or ()]  # fmt: skip
    if out is not None:
        write_result(session, table, out)
        lines.append(text("wrote", path=out))
    return Answer([one for one in table.records if one["zone_kind"] is not None],
                  tuple(lines) or (text("zones_none"),))  # fmt: skip


def work_at(session: Session | Snapshot, lonlat: tuple[float, float]) -> Work:
    """A place as something that lies in zones."""
    x, y = session.plan.crs.from_lonlat([lonlat])[0]
    return made_work(session.policy, shapely.Point(float(x), float(y)), None, {})


def zones_table(session: Session | Snapshot, works: Sequence[Work], day: datetime.date) -> ResultTable:
    """Return every zone that each thing lies in, since when and by which document, as a table that leaves; a
    thing in none has a row that says so, and zone layers that the project has not are named as unknown."""
    found = zone_report(session.plan, session.policy, works, on=day)
    of_item: dict[int, list[ZoneLine]] = {at: [] for at in range(len(works))}
    for one in found:
        of_item[one.item].append(one)
    records: list[dict[str, Any]] = []
    for at, work in enumerate(works):
        named = work.name or work.key or text("zones_item", number=at + 1)
        head = {"item": named, "place": _place(session, work)}
        records += [head | _record(session, one) for one in of_item[at]]
        if not of_item[at]:
            records.append(head | dict.fromkeys(one.key for one in COLUMNS[2:]))
    absent = [tr(kind.title) for kind in session.catalogue if kind.zone and kind.id not in session.plan]
    notes = [text("zones_on_day", day=day.isoformat())]
    notes += [text("zones_absent", kinds=listed(absent))] if absent else []
    kinds = tuple(kind.id for kind in session.catalogue if kind.zone)
    policy = session.policy
    seen = Picture(both("zones_picture"), tuple(work.shape for work in works),
                   frozenset(one.kind for one in found), _names(works))  # fmt: skip
    return ResultTable(
        TITLE, COLUMNS, records,
        Provenance(session.plan, kinds, policy.version, policy.digest, ("7.4",), None),
        words=[_words(one) for one in records], notes=tuple(notes), picture=seen,
    )  # fmt: skip


def _names(works: Sequence[Work]) -> tuple[tuple[str, tuple[float, float]], ...]:
    return tuple((work.name or work.key or text("zones_item", number=at + 1), spot_of(work.ground))
                 for at, work in enumerate(works))  # fmt: skip


def _place(session: Session | Snapshot, work: Work) -> str:
    """Degrees of a place on it, longitude first."""
    lon, lat = session.plan.crs.to_lonlat([spot_of(work.shape)])[0]
    return f"{lon:.6f},{lat:.6f}"


def _record(session: Session | Snapshot, one: ZoneLine) -> dict[str, Any]:
    return {
        "zone_kind": tr(session.catalogue[one.kind].title),
        "zone_class": one.words.in_language(language()),
        "zone": one.name or one.key,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "document": one.document,
        "in_force": one.in_force,
        "near": one.near,
        "area_ha": None if one.area_m2 is None else round(one.area_m2 / 10_000, 4),
    }


def _words(record: dict[str, Any]) -> dict[str, Any]:
    if record["zone_kind"] is None:
        return {**record, "zone_class": text("zones_in_none")}
    force = {True: "zone_in_force", False: "zone_not_in_force", None: "zone_force_unknown"}[
        record["in_force"]
    ]
    return {**record, "in_force": text(force), "near": text("zone_near_edge") if record["near"] else ""}


def works_typed(session: Session | Snapshot, typed: str) -> list[Work]:
    """Places and shapes as they were typed or pasted: coordinates a line, WKT, GeoJSON.

    Raises those of `parse_shapes`.
    """
    refused: InputError | None = None
    for form in FORMS:
        try:
            shapes = parse_shapes(typed, session.plan.crs, form)
        except InputError as error:
            if error.code != "geometry_form":
                raise
            refused = error
            continue
        return [made_work(session.policy, shape, None, {}) for shape in shapes]
    raise refused or InputError("paste_nothing")


def works_selected(session: Session) -> list[Work]:
    """What is selected, by its shapes alone."""
    chosen = session.selection
    if chosen.kind not in session.plan:
        return []
    return works_of_table(session.policy, session.plan.table(chosen.kind), sorted(chosen.fids))
