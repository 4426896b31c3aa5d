"""Gap rows in words and in stable keys, for every face and every export."""

from __future__ import annotations

from typing import Any

from app.messages import text
from app.session import Session, Snapshot
from layers.catalogue.text import Text
from layers.planning.results import GapRow


def row_data(row: GapRow) -> dict[str, Any]:
    """Return a row in stable English keys."""
    role = row.unit_role.removeprefix("unit.")
    return {f"{role}_code": row.unit_code, "name": row.unit_name, "sumu_code": row.sumu_code,
            "sumu_name": row.sumu_name, "level": role, "service": row.service, "have": row.have,
            "need": row.need, "gap": row.gap, "unknown": row.unknown, "status": row.status,
            "reason": row.reason.code, "households": row.households}


def service_title(session: Session | Snapshot, service_id: str) -> Text:
    """Return a service's words; its id where the catalogue has none."""
    return next((service.title for service, _ in session.catalogue.services() if service.id == service_id),
                Text(service_id, service_id))


def reason_text(row: GapRow) -> str:
    """Return the sentence of a row's reason."""
    return text(f"reason_{row.reason.code}", **row.reason.fields)
