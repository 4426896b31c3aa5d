"""The boundaries that a new project may carry from another: data alone lie nowhere that one knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.samples import sample_file
from layers.catalogue.model import Catalogue
from layers.errors import InputError
from layers.geo.crs import PlanningCrs, transform_geometries
from layers.plan.digest import GEOMETRY
from layers.plan.table import Table
from layers.store import Store

SAMPLE = "sample"
CARRIED = ("unit.banner", "unit.sumu", "unit.gacha", "seat")
"""Roles of the layers that are carried: outline, sumu, gacha, and the seats by which places are found."""


class Boundaries:
    """The boundaries of a project file, read once.

    source: `sample`, or the path of a project. Raises StoreError as `Store.open` (`not_a_project` for another
    program's file); InputError `boundaries_none` for a project without any.
    """

    def __init__(self, source: str | Path, catalogue: Catalogue) -> None:
        path = sample_file() if source == SAMPLE else Path(source)
        store = Store.open(path, catalogue)
        try:
            plan = store.load()
            self.crs = plan.crs
            self.tables = {
                table.kind.id: _rows(table)
                for role in CARRIED
                for table in plan.with_role(role)
                if len(table)
            }
        finally:
            store.close()
        if not self.tables:
            raise InputError("boundaries_none", path=str(path))
        self._catalogue = catalogue

    def within(self, crs: PlanningCrs) -> dict[str, Table]:
        """Return kind -> table in the metres of `crs`."""
        made = {}
        for kind, rows in self.tables.items():
            shapes = np.empty(len(rows), object)
            shapes[:] = [row.get(GEOMETRY) for row in rows]
            moved = transform_geometries(shapes, self.crs.epsg, crs.epsg)
            made[kind] = Table.from_rows(
                self._catalogue[kind],
                [{**row, GEOMETRY: shape} for row, shape in zip(rows, moved, strict=True)],
            )
        return made


def _rows(table: Table) -> list[dict[str, object]]:
    return [dict(table.row(int(fid))) for fid in table.fids]
