"""Rows that wait for a place: kept in the project as they came, until somebody says where they belong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.errors import InputError
from layers.plan.changes import DocumentChange
from layers.plan.plan import Plan

COLLECTION = "placing_queue"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row. key: under which it waits. file, row: where it came from. kind: id of the layer it is meant
    for.

    why: the doubt (`doubled`, `near`, `several`, `unknown`, `empty`). words: the place as written.
    candidates: codes of gachas that may be meant. values: column -> value, as they will be written.
    """

    key: str
    file: str
    row: int
    kind: str
    why: str
    words: str
    candidates: tuple[str, ...]
    values: Mapping[str, Any]


def waiting_rows(plan: Plan) -> tuple[Waiting, ...]:
    """Return every row that waits, by file and row."""
    found = [
        Waiting(key, one["file"], int(one["row"]), one["kind"], one["why"], one["words"],
                tuple(one["candidates"]),
                one["values"])
        for key, one in plan.documents.get(COLLECTION, {}).items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.file, one.row, one.key)))


def waiting_row(plan: Plan, key: str) -> Waiting:
    """Return a row that waits; raises InputError `waiting_unknown`."""
    found = next((one for one in waiting_rows(plan) if one.key == key), None)
    if found is None:
        raise InputError("waiting_unknown", key=key)
    return found


def keep_waiting(plan: Plan, rows: tuple[Waiting, ...]) -> tuple[DocumentChange, ...]:
    """Return the changes that let rows wait; a row of the same file and number that waits already is
    replaced."""
    return tuple(
        plan.set_document(COLLECTION, one.key, {
            "file": one.file, "row": one.row, "kind": one.kind, "why": one.why, "words": one.words,
            "candidates": list(one.candidates), "values": dict(one.values),
        })
        for one in rows
    )  # fmt: skip
