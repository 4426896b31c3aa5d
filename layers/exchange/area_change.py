"""A zone layer's new version beside the old one: how much land each class has, gains and loses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layers.catalogue.model import LayerKind
from layers.exchange.model import Preview
from layers.exchange.source import Note
from layers.geo.land_change import LandChange
from layers.geo.land_tiles import Progress, land_changes
from layers.plan.plan import Plan

UNASKED_SHAPES = 20_000  # of either version: more take longer than a preview may


@dataclass(frozen=True, slots=True)
class AreaChange(LandChange):
    """One class, old and new. value: of the class, None for the whole layer."""

    value: Any


def compare_areas(
    preview: Preview, plan: Plan, *, progress: Progress | None = None
) -> tuple[AreaChange, ...]:
    """Return the whole and, where the layer is drawn by class, each class in the catalogue's order.

    The file is taken as the whole new version. Empty for what is no layer of faces, is not there yet or has
    no shapes in the file. progress: told (shapes done, shapes in all); what it raises ends the work.
    """
    kind = preview.kind
    if kind is None or preview.geometry is None or not has_versions(preview, plan):
        return ()
    table = plan.tables[kind.id]
    column = _class_column(kind)
    if column is None:
        old_of, new_of = [None] * len(table), [None] * len(preview.geometry)
    else:
        old_of = table.column(column).tolist()
        new_of = list(preview.values.get(column, [None] * len(preview.geometry)))
    old, new = (table.geometry, old_of), (preview.geometry, new_of)
    found = land_changes(old, new, plan.crs.epsg, progress=progress)
    changes = [_of(None, found.whole)]
    if column is None:
        return tuple(changes)
    for value in (*(choice.value for choice in kind.column(column).choices), None):
        if value in found.of and (found.of[value].before or found.of[value].after):
            changes.append(_of("" if value is None else value, found.of[value]))
    return tuple(changes)


def areas_left_out(preview: Preview, plan: Plan) -> tuple[Note, ...]:
    """Return the note that says that two versions are compared only when asked; none where that is quick."""
    return (("areas_not_compared", {"most": f"{UNASKED_SHAPES:,}"}),) if too_many(preview, plan) else ()


def too_many(preview: Preview, plan: Plan) -> bool:
    """Whether there are two versions of which one has more than UNASKED_SHAPES."""
    if preview.kind is None or not has_versions(preview, plan):
        return False
    return max(len(plan.tables[preview.kind.id]), len(preview.rows)) > UNASKED_SHAPES


def has_versions(preview: Preview, plan: Plan) -> bool:
    """Whether a file is a new version of a layer of faces that is there."""
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


def _of(value: Any, one: LandChange) -> AreaChange:
    return AreaChange(one.before, one.after, one.gained, one.lost, value)
