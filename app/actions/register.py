"""The register of targets: where each stands, written as a table, and where a number is from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.actions.feature_history import SHAPE, value_history
from app.command import Answer
from app.exports.result_table import ResultColumn, ResultTable, write_result
from app.gap_words import service_title
from app.messages import both, text, tr
from app.origins import trace_number
from app.session import Session, Snapshot
from app.trace_words import limits_words, plain, trace_data, trace_lines, unit_words
from layers.catalogue.privacy import Privacy
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.planning.choosing import kinds_of
from layers.planning.context import Context
from layers.planning.results import Gaps
from layers.planning.schemes import gaps_at, read_scheme, states_under
from layers.planning.targets import TargetState, target_states
from layers.provenance import Ask, ask_of
from layers.release import Counts

COLUMNS = (
    "id",
    "chapter",
    "title",
    "modality",
    "kind",
    "unit",
    "by",
    "asked",
    "planned",
    "value",
    "low",
    "high",
    "gap",
    "status",
    "basis",
    "measured",
)
NUMBERS = frozenset({"asked", "planned", "value", "low", "high", "gap"})
COUNTS = ("value", "low", "high")  # of households, where the layer is personal


def targets(
    session: Session, *, year: int | None = None, scheme: str | None = None, out: Path | None = None
) -> Answer:
    """Every target of the plan and where it stands; scheme: with what that scheme plans.

    out: also written as .csv, .xlsx or .json. Raises InputError `scheme_unknown`, `format_unknown`;
    StoreError `cannot_write`.
    """
    result, states = counted(session, year=year, scheme=scheme)
    written = ()
    if out is not None:
        write_targets(session, result, states, out)
        written = (text("wrote", path=out),)
    return Answer([state_data(state) for state in states], (*map(_line, states), *written))


def counted(
    session: Session | Snapshot, *, year: int | None = None, scheme: str | None = None
) -> tuple[Gaps, tuple[TargetState, ...]]:
    """Return gaps and targets at the end of a year, under a scheme where one is named."""
    kept = read_scheme(session.plan, scheme) if scheme is not None else None
    result = gaps_at(session.plan, session.policy, year=year, scheme=kept)
    states = target_states(session.plan, session.policy, result, year=year)
    return result, states if kept is None else states_under(states, kept, year)


def state_data(state: TargetState) -> dict[str, Any]:
    """Return a target's state in stable English keys."""
    target = state.target
    return {
        "id": target.id,
        "chapter": target.chapter,
        "title": tr(Text(target.title.zh, target.title.en)),
        "modality": target.modality,
        "kind": target.kind,
        "unit": target.unit,
        "by": target.by,
        "values": {str(y): n for y, n in target.values.items()},
        "threshold": target.threshold,
        "comparator": target.comparator,
        "value": state.value,
        "low": state.low,
        "high": state.high,
        "asked": state.asked,
        "gap": state.gap,
        "scheme": state.scheme or None,
        "planned": state.planned,
        "due": state.due,
        "basis": state.basis,
        "status": state.status,
        "years": {
            str(y): {"asked": s.asked, "delivered": s.delivered, "planned": s.planned}
            for y, s in state.years.items()
        },
        "parts": [
            {
                "title": tr(Text(part.title.zh, part.title.en)),
                "low": part.low,
                "high": part.high,
                "unit": part.unit,
            }
            for part in state.parts
        ],
    }


def _line(state: TargetState) -> str:
    target = state.target
    asked = "" if state.asked is None else f" / {plain(state.asked)}"
    value = "—" if state.low is None else limits_words(state.low, state.high)
    unit = unit_words(target.unit or "")
    return (
        f"{target.chapter}  {tr(Text(target.title.zh, target.title.en))}  {value}{asked} {unit}  "
        f"{text('modality_' + target.modality)}  {text('status_' + state.status)}"
    )


def write_targets(
    session: Session | Snapshot, result: Gaps, states: tuple[TargetState, ...], out: Path
) -> None:
    """Write the register to .csv, .xlsx or .json through the release gate. Errors as in `write_result`."""
    write_result(session, targets_table(session, result, states), out)


def targets_table(
    session: Session | Snapshot, result: Gaps, states: tuple[TargetState, ...]
) -> ResultTable:
    """Return the register as a table that is still to pass the release gate."""
    personal = _personal(session, states)
    records, words = [], []
    for state in states:
        data = state_data(state)
        record = {name: data.get(name) for name in COLUMNS} | {
            "measured": tr(Text(state.target.measured.zh, state.target.measured.en))
        }
        if record["id"] in personal:  # whole numbers: what is withheld is a count
            record |= {name: None if record[name] is None else int(record[name]) for name in COUNTS}
        records.append(record)
        words.append(
            record
            | {
                "modality": text(f"modality_{state.target.modality}"),
                "kind": text(f"target_kind_{state.target.kind}"),
                "unit": unit_words(state.target.unit or ""),
                "status": text(f"status_{state.status}"),
                "basis": text(f"register_basis_{state.basis}"),
            }
        )
    return ResultTable(
        both("register_title"),
        tuple(map(_column, COLUMNS)),
        records,
        result.provenance,
        words,
        layer=True,
        counts=Counts(lambda record: COUNTS if record["id"] in personal else (), same={"low": ("id",)}),
    )


def _column(name: str) -> ResultColumn:
    kind = "real" if name in NUMBERS else "integer" if name == "by" else "text"
    return ResultColumn(name, both(f"register_col_{name}"), kind, Privacy.PUBLIC)


def _personal(session: Session | Snapshot, states: tuple[TargetState, ...]) -> frozenset[str]:
    """Targets whose number counts features of a layer that is personal."""
    context = Context(session.plan, session.policy, None)
    return frozenset(
        state.target.id
        for state in states
        if state.basis == "counted"
        and state.target.unit != "percent"
        and any(kind.sensitive for how in state.target.counts for kind in kinds_of(context, how.options))
    )


def trace(
    session: Session,
    number: str | None = None,
    *,
    target: str | None = None,
    service: str | None = None,
    unit: str | None = None,
    year: int | None = None,
) -> Answer:
    """Where a number is from: the one that `number` names (`access/clinic:seats/all/mean/now`), that of a
    target, or of a service in a unit (a sumu's code: their sum; none: of all).

    Raises InputError `trace_unasked`, `number_key`, and those of `trace_number`.
    """
    if number is not None:
        ask = ask_of(number)
    elif target is not None:
        ask = Ask("target", target, year=year)
    elif service is not None:
        ask = Ask("gap", service, unit or "", year=year)
    else:
        raise InputError("trace_unasked")
    found = trace_number(session.plan, session.policy, ask)
    dated, past = session.store.changed_on(), past_of(session, ask)
    lines = trace_lines(session.plan, found, dated, ask) + past_lines(past)
    data = trace_data(found, dated, ask)
    return Answer(data if past is None else {**data, "history": past}, tuple(lines))


def past_of(session: Session, ask: Ask) -> list[dict[str, str]] | None:
    """Return what became of the value that a number is, newest first; None for what is no stored value."""
    if ask.what != "value":
        return None
    computed = ask.field.startswith("@")
    return value_history(session, ask.subject, int(ask.unit), SHAPE if computed else ask.field)


def past_lines(past: list[dict[str, str]] | None) -> list[str]:
    """Return the history of a value in lines."""
    if past is None:
        return []
    return [text("value_history", **one) for one in past] or [text("value_unchanged")]


def moved_name(session: Session | Snapshot, kind: str, identity: tuple[str, str]) -> str:
    """Return what a moved number is called: the target, or service and unit."""
    if kind == "target":
        title = session.policy.target(identity[0]).title
        return tr(Text(title.zh, title.en))
    return f"{tr(service_title(session, identity[0]))} {identity[1]}"
