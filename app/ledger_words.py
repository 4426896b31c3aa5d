"""The ledger and the guarantees in stable keys and in words; what of it may leave is said here."""

from __future__ import annotations

from typing import Any

from app.exports.result_table import ResultColumn, ResultTable, outlines_of
from app.messages import both, text, tr
from app.session import Session, Snapshot
from layers.catalogue.model import Catalogue
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.planning.guarantees import GUARANTEES, MISSING, SECURED, UNKNOWN, GuaranteeRow, Guarantees
from layers.planning.ledger import (
    CLOSED,
    DATE_OF,
    DUE,
    GUARANTEE,
    IN_CHARGE,
    ROLE,
    STEPS,
    Item,
    Ledger,
)
from layers.release import WITHHELD
from layers.small_counts import Sum, withhold_small_counts

ITEMS_TITLE = Text("困难问题台账", "Ledger of hardships")
COUNTS_TITLE = {
    "gacha": Text("各嘎查四项保障", "Four guarantees by gacha"),
    "sumu": Text("各苏木四项保障", "Four guarantees by sumu"),
}
COLUMN_OF = {"code": "code", "guarantee": GUARANTEE, "unit_in_charge": IN_CHARGE, "due_on": DUE,
             **{DATE_OF[step]: DATE_OF[step] for step in STEPS}}  # fmt: skip
"""Key of an item's record -> column of the ledger whose privacy class it has."""
OWN = ("gacha_code", "gacha_name", "sumu_name", "state", "overdue", "faults")
UNIT_KEYS = ("level", "unit_code", "unit_name", "sumu_code", "sumu_name")
PARTS = (SECURED, MISSING, UNKNOWN)


def item_data(item: Item) -> dict[str, Any]:
    """Return an item in stable keys; never the household."""
    return {
        "code": item.code,
        "gacha_code": item.gacha_code,
        "gacha_name": item.gacha_name,
        "sumu_name": item.sumu_name,
        "guarantee": item.guarantee,
        "state": item.state,
        **{DATE_OF[step]: _iso(item.dates.get(step)) for step in STEPS},
        "due_on": _iso(item.due),
        "overdue": item.overdue,
        "unit_in_charge": item.unit_in_charge,
        "faults": ", ".join(item.faults),
    }


def _iso(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def guarantee_words(catalogue: Catalogue, value: str | None) -> str:
    """Return the words of a guarantee, as the ledger's own column has them."""
    for kind in catalogue.with_role(ROLE):
        words = kind.column(GUARANTEE)
        found = next((choice.title for choice in words.choices if choice.value == value), None)
        if found is not None:
            return tr(found)
    return value or "—"


def item_words(item: Item) -> dict[str, Any]:
    """Return an item as people read it."""
    return {
        **item_data(item),
        "state": text(f"ledger_{item.state}"),
        "overdue": text("ledger_overdue") if item.overdue else "",
        "faults": " ".join(text(f"ledger_fault_{code}") for code in item.faults),
    }


def items_table(session: Session | Snapshot, book: Ledger, items: tuple[Item, ...]) -> ResultTable:
    """Return the items as they may be written: each column as far as its column in the catalogue may
    travel."""
    kind = session.catalogue.with_role(ROLE)[0]

    def column(key: str) -> ResultColumn:
        privacy = Privacy.INTERNAL if key in OWN else kind.column(COLUMN_OF[key]).privacy
        return ResultColumn(
            key, both(f"ledger_col_{key}"), "boolean" if key == "overdue" else "text", privacy
        )

    keys = tuple(item_data(items[0])) if items else ("code", *OWN)
    return ResultTable(
        ITEMS_TITLE,
        tuple(column(key) for key in keys),
        [item_data(item) for item in items],
        book.provenance,
        [item_words(item) for item in items],
        notes=(text("ledger_day", day=book.on.isoformat()),),
        layer=True,
    )


def counts_table(session: Session | Snapshot, found: Guarantees, level: str) -> ResultTable:
    """Return the four guarantees of a level as they may be written: counts of households, the small ones
    withheld.

    Which cells are withheld is worked out over gachas and sumu together, whichever is written: a reader may
    have both, and adds up types, guarantees and gachas. Raises RuleError `small_count_exposed`.
    """
    keys = count_keys(found)
    records = [count_data(row) for row in found.rows]
    hidden = _withheld(records, keys, found, int(session.policy.rule("small_count").value))
    shown = [
        {key: WITHHELD if (at, key) in hidden else value for key, value in record.items()}
        for at, record in enumerate(records)
        if record["level"] == level
    ]
    notes = [
        text("ledger_day", day=found.on.isoformat()),
        *([text("release_counts_withheld")] if hidden else ()),
    ]
    if found.left_out:
        notes.append(text("ledger_left_out", count=found.left_out))
    titles = count_titles(session.catalogue, found)
    return ResultTable(
        COUNTS_TITLE[level],
        tuple(
            ResultColumn(key, titles[key], "text" if key in UNIT_KEYS else "integer", Privacy.PUBLIC)
            for key in (*UNIT_KEYS, *keys)
        ),
        shown,
        found.provenance,
        shapes=outlines_of(session, [str(record["unit_code"]) for record in shown]),
        notes=tuple(notes),
    )


def count_keys(found: Guarantees) -> tuple[str, ...]:
    """Return the keys of the counts, in their order."""
    parts = (*(f"{one}_{state}" for one in GUARANTEES for state in (*PARTS, "open")),)
    return ("monitored", *(f"type_{kind}" for kind in found.types), *parts)


def count_titles(catalogue: Catalogue, found: Guarantees) -> dict[str, Text]:
    """Return the heading of every key."""
    titles = {key: both(f"ledger_col_{key}") for key in (*UNIT_KEYS, "monitored")}
    types = _choices(catalogue, "household", "monitored")
    named = _choices(catalogue, ROLE, GUARANTEE)
    titles |= {f"type_{kind}": types.get(kind, Text(kind, kind)) for kind in found.types}
    for one in GUARANTEES:
        for state in (*PARTS, "open"):
            words = both(f"ledger_col_{state}")
            name = named.get(one, Text(one, one))
            titles[f"{one}_{state}"] = Text(f"{name.zh}：{words.zh}", f"{name.en}: {words.en}")
    return titles


def _choices(catalogue: Catalogue, role: str, column: str) -> dict[str, Text]:
    return {
        str(choice.value): choice.title
        for kind in catalogue.with_role(role)
        for choice in kind.column(column).choices
    }


def count_data(row: GuaranteeRow) -> dict[str, Any]:
    """Return a row of counts in stable keys."""
    counts: dict[str, Any] = {"monitored": row.monitored}
    counts |= {f"type_{kind}": number for kind, number in row.by_type.items()}
    for one in GUARANTEES:
        counts |= {f"{one}_{state}": row.by_guarantee[one][state] for state in PARTS}
        counts[f"{one}_open"] = row.open[one]
    return {
        "level": row.level,
        "unit_code": row.unit_code,
        "unit_name": row.unit_name,
        "sumu_code": row.sumu_code,
        "sumu_name": row.sumu_name,
        **counts,
    }


def _withheld(
    records: list[dict[str, Any]], keys: tuple[str, ...], found: Guarantees, small: int
) -> frozenset[tuple[int, str]]:
    """Cells (record, key) that must not be read: what adds up to what is told to the reckoning."""
    places = {(at, key): 0 for at, record in enumerate(records) for key in keys if record[key] is not None}
    places = {cell: number for number, cell in enumerate(places)}
    values = [int(records[at][key]) for at, key in places]
    sums: list[Sum] = []
    for at, _record in enumerate(records):
        for parts in (
            [f"type_{kind}" for kind in found.types],
            *([f"{one}_{state}" for state in PARTS] for one in GUARANTEES),
        ):
            if (at, "monitored") in places and all((at, key) in places for key in parts):
                sums.append(Sum(tuple(places[at, key] for key in parts), places[at, "monitored"]))
    for at, record in enumerate(records):
        if record["level"] == "sumu":
            own = [
                one
                for one, other in enumerate(records)
                if other["level"] == "gacha" and other["sumu_code"] == record["unit_code"]
            ]
            sums += [
                Sum(tuple(places[one, key] for one in own), places[at, key])
                for key in keys
                if (at, key) in places
            ]
    hidden = withhold_small_counts(values, sums, small_count=small)
    cells = list(places)
    return frozenset(cells[number] for number in hidden)


def is_open(item: Item) -> bool:
    """Whether an item is not closed yet."""
    return item.state != CLOSED
