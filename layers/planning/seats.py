"""Seats: the place that stands for a unit when ways to it are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from layers.planning.columns import code_text, is_in, values_of
from layers.planning.units import Units, assign

if TYPE_CHECKING:
    from layers.planning.context import Context

LEVEL, UNIT_CODE = "level", "unit_code"


@dataclass(frozen=True, eq=False)
class Seats:
    """The seat of each unit (shapely points aligned with the units; None where there is none)."""

    known: bool
    points: np.ndarray


def seats_of(context: Context, units: Units | None, *, role: str = "seat") -> Seats:
    """Return the seats of units: of the level that their role names, by unit code, else by containment.

    Of several seats of one unit the one with the smallest code counts. A unit without a seat has None: the
    middle of four hundred square kilometres of grassland stands for nobody.
    """
    tables = context.with_role(role)
    points = np.full(0 if units is None else len(units), None, object)
    if units is None or not tables:
        return Seats(bool(tables), points)
    level = units.role.partition(".")[2]
    found: dict[int, tuple[str, int]] = {}
    for table in tables:
        mine = is_in(values_of(table, LEVEL), (level,))
        places = assign(units, table, link=UNIT_CODE)
        codes = values_of(table, table.kind.key)
        for at in np.flatnonzero(mine & (places >= 0)):
            key = (code_text(codes[at]), int(table.fids[at]))
            place = int(places[at])
            if table.geometry[at] is not None and (place not in found or key < found[place]):
                found[place], points[place] = key, table.geometry[at]
    return Seats(True, points)
