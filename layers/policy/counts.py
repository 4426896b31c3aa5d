"""How a target is counted: a record of the policy that names a method and what it is given.

A record is a table of the target, `count = { method = "features", role = "road", ... }`, or a list of them:
the first one makes the target's number, the others stand beside it. What an option means is said with the
method, in `layers.planning.tally`; here is which options a method takes, so that a misspelt one is a fault
and not lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layers.policy.reader import Reader
from layers.policy.values import Fixed, Text

CHOOSING = frozenset(
    {"role", "where", "blank", "above", "filled", "empty", "date", "since", "until", "operating", "on"}
)
"""Options that choose features; `ratio` and the nested tables `good`, `top`, `bottom`, `of` take them as
well."""
AMOUNT = frozenset({"sum", "measure"})

METHODS: dict[str, frozenset[str]] = {
    "features": CHOOSING | AMOUNT | {"distinct", "by"},
    "share": CHOOSING | AMOUNT | {"good", "by"},
    "ratio": frozenset({"top", "bottom"}),
    "columns": frozenset({"role", "columns"}),
    "units": frozenset({"service", "statuses", "of"}),
    "service_share": frozenset({"service"}),
    "extreme": CHOOSING | {"column", "pick"},
    "inside": CHOOSING | {"zones", "zone_where", "measure"},
    "loops": frozenset({"role", "measure"}),
    "grazing": frozenset({"status"}),
}
NESTED = {
    "good": CHOOSING,
    "top": CHOOSING | AMOUNT,
    "bottom": CHOOSING | AMOUNT,
    "of": CHOOSING,
    "on": CHOOSING | {"link"},
}


@dataclass(frozen=True, slots=True)
class How:
    """One way of counting. title: what this number is, where several stand beside each other. unit: its own,
    "" for the target's. options: as the method takes them; lists are tuples, tables are Fixed."""

    method: str
    title: Text
    unit: str
    options: Fixed[str, Any]


def read_counts(reader: Reader, units: tuple[str, ...]) -> tuple[How, ...]:
    """The `count` of one target, empty where it has none; faults are noted in the reader."""
    given = reader.anything("count")
    if given is None:
        return ()
    found = []
    for number, table in enumerate(given if isinstance(given, list) else [given], start=1):
        place = "count" if not isinstance(given, list) else f"count[{number}]"
        if not isinstance(table, dict):
            reader.fault(place, "wrong_type", table)
            continue
        own = Reader(reader.file, reader.record, {**table}, reader.faults)
        method = own.choice("method", tuple(METHODS))
        title, unit = own.text("title", needed=False), own.string("unit", needed=False)
        if unit is not None and unit not in units:
            reader.fault(f"{place}.unit", "not_a_choice", unit)
        options = {name: value for name, value in table.items() if name not in ("method", "title", "unit")}
        _check(reader, place, options, METHODS.get(method, frozenset(options)))
        found.append(How(method, title, unit or "", _frozen(options)))
    return tuple(found)


def _check(reader: Reader, place: str, options: dict[str, Any], known: frozenset[str]) -> None:
    for name, value in options.items():
        if name not in known:
            reader.fault(f"{place}.{name}", "unknown_field")
        elif name in NESTED:
            if isinstance(value, dict):
                _check(reader, f"{place}.{name}", value, NESTED[name])
            else:
                reader.fault(f"{place}.{name}", "wrong_type", value)


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return Fixed({name: _frozen(one) for name, one in value.items()})
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
