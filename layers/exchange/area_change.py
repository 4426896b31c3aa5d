"""A zone layer's new version beside the old one: how much land each class has, gains and loses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely

from layers.catalogue.model import LayerKind
from layers.exchange.model import Preview
from layers.exchange.source import Note
from layers.geo.land_change import LandChange, land, land_change
from layers.plan.plan import Plan

MOST_SHAPES = 20_000  # of either version; beyond it overlaying takes minutes, and is not done unasked


@dataclass(frozen=True, slots=True)
class AreaChange(LandChange):
    """One class, old and new. value: of the class, None for the whole layer."""

    value: Any


def compare_areas(preview: Preview, plan: Plan) -> tuple[AreaChange, ...]:
    """Return the whole and, where the layer is drawn by class, each class in the catalogue's order.

    The file is taken as the whole new version. Empty for what is no layer of faces, is not there yet, has no
    shapes in the file, or has more than MOST_SHAPES (`too_many` then says so).
    """
    kind = preview.kind
    if kind is None or not _has_versions(preview, plan) or too_many(preview, plan):
        return ()
    table = plan.tables[kind.id]
    column = _class_column(kind)
    old, new = land(table.geometry), land(() if preview.geometry is None else preview.geometry)
    changes = [_change(None, old, new, plan.crs.epsg)]
    if column is None:
        return tuple(changes)
    old_of, new_of = table.column(column), preview.values.get(column, [None] * len(preview.rows))
    order = [choice.value for choice in kind.column(column).choices]
    for value in (*order, None):
        was, becomes = (land([shape for shape, one in zip(shapes, values, strict=True) if one == value])
                        for shapes, values in ((table.geometry, old_of), (preview.geometry, new_of)))
        if not (was.is_empty and becomes.is_empty):
            changes.append(_change("" if value is None else value, was, becomes, plan.crs.epsg))
    return tuple(changes)


def not_compared(preview: Preview, plan: Plan) -> tuple[Note, ...]:
    """Return the note that says that two versions are too large to be compared; none where they are not."""
    return (("areas_not_compared", {"most": f"{MOST_SHAPES:,}"}),) if too_many(preview, plan) else ()


def too_many(preview: Preview, plan: Plan) -> bool:
    """Whether there are two versions of which one has more than MOST_SHAPES: they are not compared."""
    if preview.kind is None or not _has_versions(preview, plan):
        return False
    return max(len(plan.tables[preview.kind.id]), len(preview.rows)) > MOST_SHAPES


def _has_versions(preview: Preview, plan: Plan) -> bool:
    kind = preview.kind
    faces = kind is not None and kind.geometry == "MultiPolygon" and preview.geometry is not None
    return faces and kind is not None and kind.id in plan and len(plan.tables[kind.id]) > 0


def class_title(kind: LayerKind, value: Any, language: str) -> str:
    """Return the words for a class of `compare_areas`, "" for the whole and for rows without one."""
    column = _class_column(kind)
    return kind.column(column).choice_title(value, language) if column and value not in (None, "") else ""


def _class_column(kind: LayerKind) -> str | None:
    """The column by whose choices a layer is drawn."""
    name = kind.style.column
    return name if name in kind.column_names and kind.column(name).choices else None


def _change(value: Any, old: shapely.Geometry, new: shapely.Geometry, epsg: int) -> AreaChange:
    one = land_change(old, new, epsg)
    return AreaChange(one.before, one.after, one.gained, one.lost, value)
