"""How layers stand to each other in a project: drawing order and opacity, kept in the plan, undoable.

They are the documents of collection `layers`: kind id -> {"order": number, "opacity": 0 to 1}; what is
left out is as the catalogue says. Which layers are shown is no part of the plan: looking changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from app.messages import both
from app.session import Session
from layers.catalogue.model import LayerKind
from layers.plan.changes import Changes
from layers.plan.plan import Plan

COLLECTION = "layers"


def order_of(plan: Plan, kind: LayerKind) -> float:
    """Return where a layer stands in the drawing order, small first."""
    return float(_setting(plan, kind.id).get("order", kind.style.order))


def opacity_of(plan: Plan, kind_id: str) -> float:
    """Return a layer's opacity, 0 to 1."""
    return float(_setting(plan, kind_id).get("opacity", 1.0))


def drawn(plan: Plan) -> list[LayerKind]:
    """Return the layers that can be drawn, topmost first (of one order: as in the catalogue)."""
    kinds = [kind for kind, _ in plan.layers() if kind.geometry]
    return sorted(kinds, key=lambda kind: -order_of(plan, kind))


def shown_at_first(plan: Plan) -> frozenset[str]:
    """Return the layers that are shown when a project is opened for the first time."""
    return frozenset(kind.id for kind in drawn(plan) if kind.style.visible)


def set_opacity(session: Session, kind_id: str, opacity: float) -> None:
    """Set a layer's opacity (0 to 1, in whole hundredths); one undoable command."""
    value = round(min(max(opacity, 0.0), 1.0), 2)
    kind = session.catalogue[kind_id]
    session.do(
        both("did_opacity", layer=kind.title, percent=round(value * 100)),
        lambda plan: _set(plan, kind_id, opacity=None if value == 1.0 else value),
        command="opacity",
    )


def neighbour(plan: Plan, kind_id: str, step: int, among: Collection[str]) -> str | None:
    """Return the layer that `kind_id` would pass: the next above (step 1) or below (-1) of `among`."""
    stack = [kind.id for kind in drawn(plan) if kind.id in among or kind.id == kind_id]
    if kind_id not in stack:
        return None
    at = stack.index(kind_id) - step
    return stack[at] if 0 <= at < len(stack) else None


def move(session: Session, kind_id: str, other_id: str, *, above: bool) -> None:
    """Draw a layer directly above (or below) another; one undoable command."""
    kind, other = session.catalogue[kind_id], session.catalogue[other_id]
    session.do(
        both("did_above" if above else "did_below", layer=kind.title, other=other.title),
        lambda plan: _set(plan, kind_id, order=_place(plan, kind_id, other_id, above)),
        command="order",
    )


def _place(plan: Plan, kind_id: str, other_id: str, above: bool) -> float:
    """The middle between the other layer and the next one beyond it."""
    orders = sorted({order_of(plan, kind) for kind in drawn(plan) if kind.id != kind_id})
    at = orders.index(order_of(plan, plan.catalogue[other_id]))
    if above:
        return (orders[at] + orders[at + 1]) / 2 if at + 1 < len(orders) else orders[at] + 1
    return (orders[at] + orders[at - 1]) / 2 if at > 0 else orders[at] - 1


def _setting(plan: Plan, kind_id: str) -> dict[str, Any]:
    return plan.document(COLLECTION, kind_id) or {}


def _set(plan: Plan, kind_id: str, **values: float | None) -> Changes:
    before = _setting(plan, kind_id)
    after = {name: value for name, value in {**before, **values}.items() if value is not None}
    if after == before:
        return Changes()
    return Changes(documents=(plan.set_document(COLLECTION, kind_id, after or None),))
