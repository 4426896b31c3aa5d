"""The signs of road faults on the map and in the legend: those of the dead-end layer, and of what else is a
fault."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layers.catalogue.model import Catalogue
from layers.catalogue.style import Symbol, point
from layers.plan.plan import Plan
from layers.planning.dead_ends import CLOSED
from layers.planning.road_faults import BRIDGE, DEAD_END, NO_LOOP, PART, SECTION, UNREACHED, Fault

OWN: dict[str, Symbol] = {
    CLOSED: point("bar", 2.6, "label2", fill="halo"),
    SECTION: point("square_hollow", 1.9, "dead"),
    BRIDGE: point("square", 2.2, "dead", fill="dead"),
    PART: point("ring_dot", 2.2, "dead"),
    NO_LOOP: point("circle", 1.9, "label2", fill="halo"),
    UNREACHED: point("diamond", 3.0, "blank", fill="halo", icon="!"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign at a place (planning metres), turned clockwise by `turn` degrees."""

    x: float
    y: float
    symbol: Symbol
    turn: float = 0.0


def symbol_of(catalogue: Catalogue, fault: Fault) -> Symbol:
    """Return a fault's sign."""
    return sign(catalogue, fault.kind, fault.reason)


def sign(catalogue: Catalogue, kind: str, reason: str) -> Symbol:
    """Return the sign of a kind, of a dead end also by its reason."""
    if kind != DEAD_END:
        return OWN[kind]
    for layer in catalogue.with_role("road.dead_end"):
        found = next((one.symbol for one in layer.style.classes if one.value == reason), None)
        if found is not None:
            return found
    return OWN[CLOSED]


def marks_of(plan: Plan, faults: tuple[Fault, ...]) -> tuple[Mark, ...]:
    """Return the signs of faults whose place is known; a dead end's lies across its road."""
    return tuple(
        Mark(*fault.at, symbol_of(plan.catalogue, fault), _bearing(plan, fault))
        for fault in faults
        if fault.at is not None
    )


def _bearing(plan: Plan, fault: Fault) -> float:
    """The way in which the road runs out, degrees clockwise from north."""
    if fault.kind != DEAD_END or fault.layer not in plan or fault.fid not in plan.table(fault.layer):
        return 0.0
    import shapely

    tip = np.array(fault.at)
    for part in shapely.get_parts(plan.table(fault.layer).row(int(fault.fid or 0))["geom"]):
        xy = shapely.get_coordinates(part)
        for end, before in ((xy[0], xy[1]), (xy[-1], xy[-2])):
            if np.hypot(*(end - tip)) < 1.0:
                return float(np.degrees(np.arctan2(*(end - before))) % 360.0)
    return 0.0
