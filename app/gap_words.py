"""Gap rows in words and in stable keys, for every face and every export."""

from __future__ import annotations

from typing import Any

from app.messages import text, tr
from app.session import Session, Snapshot
from layers.catalogue.text import Text
from layers.planning.results import GapRow


def row_data(row: GapRow) -> dict[str, Any]:
    """Return a row in stable English keys."""
    role = row.unit_role.removeprefix("unit.")
    return {f"{role}_code": row.unit_code, "name": row.unit_name, "sumu_code": row.sumu_code,
            "sumu_name": row.sumu_name, "level": role, "service": row.service, "have": row.have,
            "need": row.need, "gap": row.gap, "unknown": row.unknown, "status": row.status,
            "reason": row.reason.code, "households": row.households,
            **({"states": dict(row.parts)} if row.parts else {})}


def service_title(session: Session | Snapshot, service_id: str) -> Text:
    """Return a service's words; its id where the catalogue has none."""
    return next((service.title for service, _ in session.catalogue.services() if service.id == service_id),
                Text(service_id, service_id))


def reason_text(row: GapRow) -> str:
    """Return the sentence of a row's reason."""
    return text(f"reason_{row.reason.code}", **row.reason.fields)


def parts_text(session: Session | Snapshot, row: GapRow) -> str:
    """Return what a row's number is made of in words ("" where it tells nothing): for the screen, never for a
    file."""
    if not row.parts:
        return ""
    titles: dict[str, str] = {}
    for service, kinds in session.catalogue.services():
        if service.id == row.service:
            for kind in kinds:
                column = dict(service.options).get("state")
                found = kind.column(str(column)).choices if column in kind.column_names else ()
                titles |= {str(choice.value): tr(choice.title) for choice in found}
    words = [
        f"{titles.get(name, name) if name else text('gap_state_unknown')} {number}"
        for name, number in row.parts.items()
    ]
    return text("gap_states", states=words)
