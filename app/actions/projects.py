"""The project library: every proposed feature with its state and what its state still asks for."""

from __future__ import annotations

from typing import Any

from app.actions.drawing import sizes
from app.command import Answer
from app.messages import language, text
from app.session import Session, Snapshot
from layers.errors import InputError
from layers.planning.projects import ROLE, STATES, Check, Project, by_state, projects

SHOWN = ("kind_of_work", "status", "year", "unit_in_charge", "budget", "scheme")


def library(session: Session, *, state: str | None = None) -> Answer:
    """List the projects, those of one state or all; raises InputError `state_unknown`."""
    wanted = _state_id(session, state) if state is not None else None
    found = projects(session.plan, session.policy)
    chosen = [one for one in found if wanted is None or one.row.get("status") == wanted]
    data = {
        "projects": [_record(session, one) for one in chosen],
        "by_state": {name or "unknown": count for name, count in by_state(found)},
    }
    lines = [
        "  ".join(
            part
            for part in (
                str(one.row.get("code") or one.fid),
                str(one.row.get("name") or ""),
                state_words(session, one.row.get("status")),
                missing_words(one) or text("projects_in_order"),
            )
            if part
        )
        for one in chosen
    ]
    return Answer(data, tuple(lines) or (text("projects_none"),))


def _record(session: Session, one: Project) -> dict[str, Any]:
    kind = session.catalogue[one.kind]
    geometry = session.plan.table(one.kind).row(one.fid).get("geom")
    return {
        "kind": one.kind,
        "fid": one.fid,
        "code": one.row.get(kind.key),
        "name": one.row.get(kind.name),
        **{name: one.row.get(name) for name in SHOWN},
        **(
            sizes(geometry, session.plan.crs.epsg)
            if geometry is not None
            else {"area_m2": None, "length_m": None}
        ),
        "checks": [_check(check) for check in one.checks],
        "next": [_check(check) for check in one.next_checks],
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "id": check.need.id,
        "step": check.need.state,
        "state": check.state,
        "binding": check.need.binds,
        "chapter": check.chapter or None,
    }


def _state_id(session: Session, typed: str) -> str:
    kinds = session.catalogue.with_role(ROLE)
    for choice in kinds[0].column("status").choices if kinds else ():
        if typed in (choice.value, choice.title.zh, choice.title.en):
            return str(choice.value)
    raise InputError("state_unknown", given=typed, known=", ".join(STATES))


def state_words(session: Session | Snapshot, state: Any) -> str:
    """Return a state in the current language."""
    kinds = session.catalogue.with_role(ROLE)
    words = kinds[0].column("status").choice_title(state, language()) if kinds else ""
    return words or text("projects_no_state")


def missing_words(one: Project) -> str:
    """Return what a project's state asks for and it has not, "" where nothing."""
    return ("；" if language() == "zh" else "; ").join(text(f"need_{name}") for name in one.missing)


def next_words(one: Project) -> str:
    """Return what the next state would ask for and the project has not, "" where nothing."""
    wanted = [check.need.id for check in one.next_checks if check.state in ("missing", "unknown")]
    return ("；" if language() == "zh" else "; ").join(text(f"need_{name}") for name in wanted)
