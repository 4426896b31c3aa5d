"""Where people set out from: seats, households, camps (of every season), or the cells of the cost surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from layers.errors import InputError
from layers.planning.columns import code_text, values_of
from layers.planning.context import Context
from layers.planning.ground import Ground
from layers.planning.seats import LEVEL, UNIT_CODE
from layers.planning.units import GACHA, Units, assign

CELLS = "cells"
ROLES = {"seats": "seat", "households": "household", "camps": "pasture.camp"}
ORIGINS = (*ROLES, CELLS)


@dataclass(frozen=True, eq=False)
class Origins:
    """Places in order of code. places: (kind id, row id), ("", cell number) for cells. gacha: place among
    `units`.

    xy: (n, 2), nan without a position. groups: the season of a camp, the level of a seat, else "".
    sensitive: they are people's: only counts may leave. known: whether such a layer is there.
    """

    what: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[tuple[str, int], ...]
    groups: tuple[str, ...]
    xy: np.ndarray
    gacha: np.ndarray
    units: Units | None
    sensitive: bool
    known: bool

    def __len__(self) -> int:
        return len(self.codes)


def origins_of(context: Context, what: str, ground: Ground) -> Origins:
    """Return the origins of one of ORIGINS; raises InputError `origins_unknown`."""
    if what not in ORIGINS:
        raise InputError("origins_unknown", given=what, known=", ".join(ORIGINS))
    units = context.units(GACHA)
    if what == CELLS:
        return _cells(units, ground)
    rows = []
    tables = context.with_role(ROLES[what])
    for table in tables:
        names = values_of(table, table.kind.name)
        codes = values_of(table, table.kind.key)
        groups = values_of(table, LEVEL if what == "seats" else "season")
        link = UNIT_CODE if what == "seats" else "gacha_code"
        gachas = assign(units, table, link=link) if units else np.full(len(table), -1)
        for at, fid in enumerate(table.fids):
            point = table.geometry[at]
            x, y = (point.x, point.y) if point is not None and not point.is_empty else (np.nan, np.nan)
            rows.append(
                (code_text(codes[at]), table.kind.id, int(fid), code_text(names[at]), code_text(groups[at]),
                 x, y, max(int(gachas[at]), -1))
            )  # fmt: skip
    rows.sort(key=lambda row: row[:3])
    return Origins(
        what,
        tuple(row[0] for row in rows),
        tuple(row[3] for row in rows),
        tuple((row[1], row[2]) for row in rows),
        tuple(row[4] for row in rows),
        np.array([row[5:7] for row in rows], np.float64).reshape(-1, 2),
        np.array([row[7] for row in rows], np.int64),
        units,
        any(kind.sensitive for kind in context.plan.catalogue.with_role(ROLES[what])),
        bool(tables),
    )


def _cells(units: Units | None, ground: Ground) -> Origins:
    count = len(ground.cells)
    gacha = np.full(count, -1, np.int64)
    tree = shapely.STRtree(shapely.points(ground.xy))
    for table in units.tables if units else ():
        codes = [units.index.get(code_text(code), -1) for code in table.column(table.kind.key)]
        row, cell = tree.query(table.geometry, predicate="intersects")
        # On a common boundary the smaller code, as everywhere.
        order = np.argsort(-np.array(codes)[row], kind="stable")
        gacha[cell[order]] = np.array(codes)[row[order]]
    names = tuple(f"R{cell // ground.pace.shape[1]}C{cell % ground.pace.shape[1]}" for cell in ground.cells)
    places = tuple(("", int(cell)) for cell in ground.cells)
    return Origins(CELLS, names, names, places, ("",) * count, ground.xy, gacha, units, False, bool(count))
