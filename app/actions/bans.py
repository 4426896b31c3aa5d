"""What stands in grazing bans, by gacha or by ban: counted, and as a table that leaves."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.actions.verdicts import parse_day
from app.command import Answer
from app.exports.result_table import Picture, ResultColumn, ResultTable, release_result, write_result
from app.messages import both, text
from app.session import Session, Snapshot
from layers.catalogue.model import LayerKind
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.planning.bans import SORTS, Ban, BanRow, Bans, Sort
from layers.planning.bans import bans as find_bans
from layers.release import WITHHELD, Counts

BY = ("gacha", "zone")
TITLE = Text("禁牧区内的营地、牲畜、水井、棚圈和围栏", "Camps, herds, wells, sheds and fences in grazing bans")
STOCK, KM, SURE_KM, NEAR = "herd_su", "fence_km", "fence_sure_km", "near"
FORCE = {True: "zone_in_force", None: "zone_force_unknown"}


def bans(
    session: Session, *, by: str = "gacha", date: str | None = None, out: Path | None = None
) -> Answer:
    """Count what stands in the bans of a day, by gacha or by ban. Counts under the small count that are of
    households are withheld.

    Raises InputError `day_not_understood`, those of `write_result`.
    """
    day = datetime.date.today() if date is None else parse_day(date)  # noqa: DTZ011 - the user's own day
    found = find_bans(session.plan, session.policy, on=day)
    if found is None:
        return Answer(None, (text("bans_unknown"),))
    table = bans_table(session, found, by)
    keys = [one.key for one in table.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in release_result(session, table).rows]
    lines = [_line(row, by) for row in rows] or [text("bans_none")]
    lines += list(notes(found))
    if out is not None:
        write_result(session, table, out)
        lines.append(text("wrote", path=out))
    data = {
        "date": day.isoformat(), "by": by, "bans": len(found.bans),
        "unknown": [kind.id for kind in found.missing],
        "rows": [{key: None if value == WITHHELD else value for key, value in row.items()}
                 | {"withheld": [key for key, value in row.items() if value == WITHHELD]} for row in rows],
    }  # fmt: skip
    return Answer(data, tuple(lines))


def bans_table(session: Session | Snapshot, found: Bans, by: str) -> ResultTable:
    """Return the counts as they leave the house: a row a gacha, or a row a ban with its document."""
    records = [_record(found, place, rows, by) for place, rows in _places(found, by)]
    counted = tuple(sort.id for sort in SORTS if _of_households(session, sort))
    counts = Counts(lambda _row: counted, groups=((),))
    table = ResultTable(TITLE, _columns(by), records, found.provenance, counts=counts, notes=notes(found))
    at = [one.key for one in table.columns].index("herd")
    for record, row in zip(records, release_result(session, table).rows, strict=True):
        if row[at] == WITHHELD:
            record[STOCK] = None  # of one or two herds it says as much as their count
        if WITHHELD in row:
            record[NEAR] = None  # a sum over all sorts
    words = [_said(record) for record in records]
    return ResultTable(TITLE, table.columns, records, found.provenance, words=words, counts=counts,
                       notes=notes(found), picture=_picture(session, found))  # fmt: skip


def notes(found: Bans) -> tuple[str, ...]:
    """What must be known beside the counts."""
    undated = sum(one.in_force is None for one in found.bans)
    said = [text("bans_head", day=found.on.isoformat(), bans=f"{len(found.bans):,}"), text("bans_edge")]
    said += [text("bans_undated", count=f"{undated:,}")] if undated else []
    said += [text("bans_ended", count=f"{found.ended:,}", day=found.last or "—")] if found.ended else []
    said += [missing_words(found)] if found.missing else []
    return tuple(said)


def missing_words(found: Bans) -> str:
    """Say which layers nobody has drawn."""
    return text("bans_no_layers", kinds=[kind.title for kind in found.missing])


def _picture(session: Session | Snapshot, found: Bans) -> Picture:
    """Where wells, works and fences are: what stands for one household leaves as a count alone."""
    open_to_see = {sort.id for sort in SORTS if not _of_households(session, sort)}
    shapes = tuple(one.shape for one in found.things if one.sort in open_to_see)
    return Picture(both("bans_picture"), shapes, frozenset(one.kind for one in found.bans))


def known(found: Bans, sort: Sort) -> bool:
    """Whether a layer of the sort is there: without one it is not known whether any thing stands."""
    return any(sort.role in table.kind.roles for table in found.provenance.plan.tables.values())


def kinds_of(session: Session | Snapshot, sort: Sort) -> tuple[LayerKind, ...]:
    """The kinds of a sort."""
    return session.catalogue.with_role(sort.role)


def _of_households(session: Session | Snapshot, sort: Sort) -> bool:
    return any(kind.sensitive or "household_code" in kind.column_names for kind in kinds_of(session, sort))


def _places(found: Bans, by: str) -> Iterator[tuple[Any, tuple[BanRow, ...]]]:
    if by == "gacha":
        yield from found.by_gacha().items()
        return
    for at, rows in found.by_zone().items():
        if rows:
            yield found.bans[at], rows


def _record(found: Bans, place: Any, rows: tuple[BanRow, ...], by: str) -> dict[str, Any]:
    record: dict[str, Any] = (
        {"gacha_code": place, "gacha": found.gachas.get(place)} if by == "gacha" else _of_ban(place)
    )
    of_sort = {row.sort: row for row in rows}
    for sort in SORTS:
        row = of_sort.get(sort.id)
        there = known(found, sort)
        record[sort.id] = (row.count if row else 0) if there else None
        if sort.amount:
            record[f"{sort.id}_su"] = None if row is None or row.amount is None else round(row.amount, 1)
        if sort.length:
            record[f"{sort.id}_km"] = _km(row.metres if row else 0.0) if there else None
            record[f"{sort.id}_sure_km"] = _km(row.sure_m if row else 0.0) if there else None
    return record | {NEAR: sum(row.near for row in rows)}


def _km(metres: float | None) -> float | None:
    return None if metres is None else round(metres / 1000, 3)


def _of_ban(ban: Ban) -> dict[str, Any]:
    return {"zone_key": ban.key, "zone": ban.name or ban.key, "document": ban.document,
            "valid_from": ban.valid_from, "valid_to": ban.valid_to, "in_force": ban.in_force}  # fmt: skip


def _said(record: dict[str, Any]) -> dict[str, Any]:
    """For people: what is outside every gacha, and whether a ban's dates are known."""
    if "in_force" in record:
        return {**record, "in_force": text(FORCE[record["in_force"]])}
    return {**record, "gacha": record["gacha"] or record["gacha_code"] or text("zone_change_outside")}


def _columns(by: str) -> tuple[ResultColumn, ...]:
    heads = {"gacha": ("gacha_code", "gacha"),
             "zone": ("zone_key", "zone", "document", "valid_from", "valid_to", "in_force")}[by]  # fmt: skip
    made = [ResultColumn(key, both(f"bans_col_{key}"), "date" if key.startswith("valid") else "text",
                         Privacy.PUBLIC) for key in heads]  # fmt: skip
    for sort in SORTS:
        made.append(ResultColumn(sort.id, both(f"bans_col_{sort.id}"), "integer", Privacy.PUBLIC))
        if sort.amount:
            made.append(ResultColumn(STOCK, both("bans_col_herd_su"), "real", Privacy.INTERNAL))
        if sort.length:
            more = (KM, SURE_KM) if by == "gacha" else (KM,)
            made += [ResultColumn(key, both(f"bans_col_{key}"), "real", Privacy.PUBLIC) for key in more]
    return (*made, ResultColumn(NEAR, both("bans_col_near"), "integer", Privacy.INTERNAL))


def _line(row: dict[str, Any], by: str) -> str:
    """A line of the command line: the place, then what is there."""
    if by == "gacha":
        parts = [row["gacha"] or row["gacha_code"] or text("zone_change_outside")]
    else:
        held = " – ".join(str(row[key] or "…") for key in ("valid_from", "valid_to"))
        parts = [row["zone"], row["document"] or "—", held]
    parts += [f"{text(f'bans_col_{key}')} {value:,}" if not isinstance(value, str) else
              f"{text(f'bans_col_{key}')} {value}" for key, value in row.items()
              if text_key(key) and value not in (None, 0)]  # fmt: skip
    return "  ".join(parts)


def text_key(key: str) -> bool:
    """Whether a key is a count or a measure."""
    return key in (*(sort.id for sort in SORTS), STOCK, KM, SURE_KM, NEAR)
