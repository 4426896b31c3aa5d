"""What the panel of road faults shows: columns, filters with their counts, what is said of one fault."""

from __future__ import annotations

from collections.abc import Callable

from app.messages import listed, text
from app.origins.roads import fault_ask
from app.panels.models.records import RecordColumn
from app.road_words import judged_words, reason_words, repair_words
from app.session import Session
from layers.planning.road_faults import DEAD_END, KINDS, Fault, RoadFaults
from layers.provenance import Ask

CHIPS = {"leave": "met", "plan": "cond", "wrong": "none"}
Filter = tuple[str, str]
"""A kind, and a reason of it ("" for all); ("", "") is everything."""


def columns(session: Session, result: RoadFaults | None) -> tuple[RecordColumn, ...]:
    """Columns of the table."""

    def asks(name: str) -> Callable[[Fault], Ask | None]:
        return lambda fault: fault_ask(result, name, fault) if result is not None else None

    return (
        RecordColumn("faults_where", lambda fault: fault.gacha_name or fault.gacha_code or "—"),
        RecordColumn("faults_why", lambda fault: why(session, fault)),
        RecordColumn("faults_km", lambda fault: fault.km, True, 1, spare=1, ask=asks("km")),
        RecordColumn("faults_homes", lambda fault: fault.households, True, ask=asks("households")),
        RecordColumn("faults_said", lambda fault: judged_words(fault) or None, chip=_chip),
    )


def _chip(fault: Fault) -> tuple[str, str] | None:
    if fault.judged is None:
        return None
    said = fault.judged["judgement"]
    return CHIPS[said], text(f"fault_judged_{said}")


def why(session: Session, fault: Fault) -> str:
    """Return a dead end's reason, what is not reached, or else the kind."""
    return (
        reason_words(session, fault) if fault.kind in (DEAD_END, "unreached") else text(f"fault_{fault.kind}")
    )


def filters(result: RoadFaults) -> list[tuple[Filter, int]]:
    """Every kind that there is, dead ends also by reason, with how many."""
    found: list[tuple[Filter, int]] = []
    for kind in KINDS:
        faults = result.of_kind(kind)
        if faults:
            found.append(((kind, ""), len(faults)))
        if kind == DEAD_END:
            reasons = sorted({fault.reason for fault in faults})
            found += [((kind, one), sum(fault.reason == one for fault in faults)) for one in reasons]
    return found


def chosen(result: RoadFaults, wanted: Filter) -> tuple[Fault, ...]:
    """Faults that a filter lets through."""
    kind, reason = wanted
    return tuple(
        fault for fault in result.faults if kind in ("", fault.kind) and reason in ("", fault.reason)
    )


def facts(session: Session, fault: Fault, names: dict[str, str]) -> str:
    """Return what is known of one fault, in lines."""
    head = " · ".join(
        part
        for part in (
            text(f"fault_{fault.kind}"), reason_words(session, fault), fault.road,
            text(f"fault_basis_{fault.basis}") if fault.basis else "", judged_words(fault),
        )
        if part
    )  # fmt: skip
    cuts = (
        text("faults_cuts", names=listed(names.get(code, code) for code in fault.cuts))
        if fault.cuts
        else ""
    )
    return "\n".join(part for part in (head, cuts, repair_words(fault.repair)) if part)
