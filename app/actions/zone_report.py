"""The ecology desk on the command line: a list of places or drawings and their zones."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from app.actions.verdicts import parse_day
from app.command import Answer
from app.exports.result_table import ResultColumn, ResultTable, write_result
from app.messages import language, text, tr
from app.session import Session
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.planning.footprints import Work, planned_works
from layers.planning.results import Provenance
from layers.planning.zone_report import ZoneLine, zone_report

COLUMNS = (
    ResultColumn("item", Text("地点或图形", "Place or shape"), privacy=Privacy.INTERNAL),
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
    file: Path | None = None,
    crs: str | None = None,
    date: str | None = None,
    out: Path | None = None,
) -> Answer:
    """Zones of every shape of a file (coordinates, drawings), else of all that is planned.

    Raises InputError `day_not_understood`, those of `works_of_file` and `write_result`.
    """
    day = datetime.date.today() if date is None else parse_day(date)  # noqa: DTZ011 - the user's own day
    if file is not None:
        from app.actions.drawn_files import works_of_file

        works, _ = works_of_file(session.plan, session.policy, file, crs=crs)
    else:
        works = planned_works(session.plan, session.policy)
    found = zone_report(session.plan, session.policy, works, on=day)
    records = [_record(session, works[one.item], one) for one in found]
    lines = ["  ".join(str(value) for value in record.values() if value not in (None, "")) for record in
             (_words(one) for one in records)]  # fmt: skip
    if out is not None:
        kinds = tuple(kind.id for kind in session.catalogue if kind.zone)
        policy = session.policy
        table = ResultTable(
            Text("分区核查表", "Zones of places"), COLUMNS, records,
            Provenance(session.plan, kinds, policy.version, policy.digest, ("7.4",), None),
            words=[_words(one) for one in records], notes=(text("zones_on_day", day=day.isoformat()),),
        )  # fmt: skip
        write_result(session, table, out)
        lines.append(text("wrote", path=out))
    return Answer(records, tuple(lines) or (text("zones_none"),))


def _record(session: Session, work: Work, one: ZoneLine) -> dict[str, Any]:
    return {
        "item": work.name or work.key,
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
    force = {True: "zone_in_force", False: "zone_not_in_force", None: "zone_force_unknown"}[
        record["in_force"]
    ]
    return {**record, "in_force": text(force), "near": text("zone_near_edge") if record["near"] else ""}
