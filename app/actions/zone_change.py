"""Zones by gacha in two versions: named versions of the project, or two days on which zones hold."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.actions.editing import kind_id
from app.actions.feature_history import version_named
from app.actions.verdicts import parse_day
from app.command import Answer
from app.exports.result_table import ResultColumn, ResultTable, write_result
from app.messages import language, text, tr
from app.session import Session, Snapshot, decode_title
from layers.catalogue.model import LayerKind
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.measure import M2_PER_HA, M2_PER_MU
from layers.planning.results import Progress, Provenance
from layers.planning.units import GACHA
from layers.planning.zone_change import Version, ZoneChange, ZoneChangeRow, zone_change
from layers.planning.zones import class_column
from layers.store import Store

FIELDS = ("before", "after", "gained", "lost")
NOW = ("now", "现在")
TITLE = Text("分区变化表", "Change of zones")
COLUMNS = (
    ResultColumn("gacha_code", Text("嘎查代码", "Gacha code"), privacy=Privacy.PUBLIC),
    ResultColumn("gacha", Text("嘎查", "Gacha"), privacy=Privacy.PUBLIC),
    ResultColumn("class", Text("分区", "Zone"), privacy=Privacy.PUBLIC),
    *(
        ResultColumn(f"{name}_{unit}", Text(f"{zh}（{word}）", f"{en} ({unit})"), "real", Privacy.PUBLIC)
        for unit, word in (("ha", "公顷"), ("mu", "亩"))
        for name, zh, en in (
            ("before", "原有", "Before"), ("after", "现有", "After"),
            ("gained", "新增", "Gained"), ("lost", "减少", "Lost"),
        )
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A version that was asked for. entry: of the journal, None for now; day: ISO date, or None."""

    words: str
    entry: int | None = None
    day: str | None = None


@dataclass(frozen=True)
class Compared:
    """What was compared: the engine's result, how the two versions are called, and the versions."""

    found: ZoneChange
    old: Asked
    new: Asked
    snapshot: Snapshot
    was: Version
    now: Version


def zones_changed(
    session: Session, kind: str, *, to: str | None = None, out: Path | None = None, **more: Any
) -> Answer:
    """Compare two versions of a layer of zones, by gacha and class.

    more["from"] and to: a named version (its name or number), a day (the zones in force then), or `now`,
    which `to` is without being given; beside a day that is what is in force today. Raises InputError
    `version_unknown`, `kind_unknown`, `zone_change_needs_from`, those of `zone_change`, `write_result`.
    """
    if not more.get("from"):
        raise InputError("zone_change_needs_from")
    old, new = as_pair(resolve(session, str(more["from"])), resolve(session, to))
    compared = compare_zones(session.store, session.snapshot(), kind_id(session, kind), old, new)
    lines = list(change_lines(compared))
    if out is not None:
        write_result(session, change_table(compared), out)
        lines.append(text("wrote", path=out))
    return Answer(change_data(compared), tuple(lines))


def resolve(session: Session, given: str | None) -> Asked:
    """Return the version that is meant. Raises InputError `version_unknown`."""
    if given is None or given.strip().lower() in NOW:
        return Asked(text("zone_change_now"))
    try:
        entry = version_named(session, given)
    except InputError as unknown:
        try:
            day = parse_day(given)
        except InputError:
            raise unknown from None
        return Asked(text("zone_change_day", day=day.isoformat()), day=day.isoformat())
    return Asked(tr(decode_title(entry.title)), entry.id)


def as_pair(old: Asked, new: Asked) -> tuple[Asked, Asked]:
    """Return both; beside a day, now is what is in force today, not all that the layer has."""
    today = datetime.date.today().isoformat()  # noqa: DTZ011 - the user's own day
    in_force = Asked(text("zone_change_day", day=today), day=today)
    now = [one.entry is None and one.day is None for one in (old, new)]
    if old.day is not None and now[1]:
        return old, in_force
    return (in_force, new) if new.day is not None and now[0] else (old, new)


def compare_zones(
    store: Store, snapshot: Snapshot, kind: str, old: Asked, new: Asked, *, progress: Progress | None = None
) -> Compared:
    """Compare two versions of a layer; may run on another thread. Errors as in `zone_change`."""
    was, now = _version(store, snapshot, old), _version(store, snapshot, new)
    return Compared(zone_change(was, now, kind, progress=progress), old, new, snapshot, was, now)


def _version(store: Store, snapshot: Snapshot, asked: Asked) -> Version:
    plan = snapshot.plan
    if asked.entry is not None:
        plan = plan.apply(store.changes_since(asked.entry).inverse())
    return Version(plan, None if asked.day is None else parse_day(asked.day))


def change_data(compared: Compared) -> dict[str, Any]:
    """Return it in the stable keys of the command line; `gacha_code` is null for the whole, "" for outside
    every gacha, `class` null for zones without one, "" for all classes."""
    found = compared.found
    return {
        "kind": found.kind,
        "from": _asked(compared.old),
        "to": _asked(compared.new),
        "zones": list(found.counts),
        "undated": list(found.undated),
        "without_shape": list(found.shapeless),
        "gachas_known": found.gachas is not None,
        "rows": [_record(compared, row) for row in found.rows],
    }


def _asked(one: Asked) -> dict[str, Any]:
    """A version for a program: all null for now."""
    return {"version": one.words if one.entry is not None else None, "entry": one.entry, "day": one.day}


def _record(compared: Compared, row: ZoneChangeRow) -> dict[str, Any]:
    names = compared.found.gachas or {}
    record = {"gacha_code": row.gacha_code, "gacha": names.get(row.gacha_code or ""), "class": row.value}
    for unit, m2, digits in (("ha", M2_PER_HA, 2), ("mu", M2_PER_MU, 1)):
        record |= {f"{name}_{unit}": round(getattr(row.change, name) / m2, digits) for name in FIELDS}
    return record


def place_words(compared: Compared, row: ZoneChangeRow) -> str:
    """Return the gacha's name, or what stands for the whole and for what lies outside."""
    if row.gacha_code is None:
        return text("zone_change_whole")
    if not row.gacha_code:
        return text("zone_change_outside")
    return (compared.found.gachas or {}).get(row.gacha_code, row.gacha_code)


def class_words(kind: LayerKind, row: ZoneChangeRow) -> str:
    """Return the words for a row's class."""
    if row.value == "":
        return text("zone_change_all")
    column = class_column(kind)
    return column.choice_title(row.value, language()) if column and row.value is not None else text(
        "zone_change_unclassed")  # fmt: skip


def kind_of(compared: Compared) -> LayerKind:
    """Return the kind that was compared."""
    return compared.snapshot.plan.catalogue[compared.found.kind]


def notes(compared: Compared) -> Iterator[str]:
    """What must be known beside the numbers."""
    found = compared.found
    if found.gachas is None:
        yield text("zone_change_no_gachas")
    if any(found.undated):
        yield text("zone_change_undated", before=found.undated[0], after=found.undated[1])
    if any(found.shapeless):
        yield text("zone_change_shapeless", before=found.shapeless[0], after=found.shapeless[1])


def change_lines(compared: Compared) -> Iterator[str]:
    """Sentences for the command line."""
    kind = kind_of(compared)
    yield text("zone_change_head", kind=tr(kind.title), old=compared.old.words, new=compared.new.words,
               before=compared.found.counts[0], after=compared.found.counts[1])  # fmt: skip
    for row in compared.found.rows:
        values = {name: f"{getattr(row.change, name) / M2_PER_HA:,.2f}" for name in FIELDS}
        mu = f"{(row.change.after - row.change.before) / M2_PER_MU:+,.1f}"
        yield text("zone_change_line", place=place_words(compared, row), zone=class_words(kind, row), mu=mu,
                   **values)  # fmt: skip
    yield from notes(compared)


def change_table(compared: Compared) -> ResultTable:
    """Return it as it leaves the house."""
    snapshot, kind = compared.snapshot, kind_of(compared)
    records = [_record(compared, row) for row in compared.found.rows]
    words: list[Mapping[str, Any]] = [
        {**record, "gacha": place_words(compared, row), "class": class_words(kind, row)}
        for record, row in zip(records, compared.found.rows, strict=True)
    ]
    kinds = (kind.id, *(table.kind.id for table in snapshot.plan.with_role(GACHA)))
    policy = snapshot.policy
    head = text("zone_change_head", kind=tr(kind.title), old=compared.old.words, new=compared.new.words,
                before=compared.found.counts[0], after=compared.found.counts[1])  # fmt: skip
    return ResultTable(
        TITLE, COLUMNS, records,
        Provenance(snapshot.plan, kinds, policy.version, policy.digest, ("7.4",), None),
        words=words, notes=(head, *notes(compared)),
    )  # fmt: skip
