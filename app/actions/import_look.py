"""What a window shows of a foreign file before it is imported: preview, place, what would change.

The window's parts import the words of `layers.exchange` from here and from `app.actions.importing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from app.actions.area_change import OF_ROWS_THERE
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.exchange.area_change import AreaChange, compare_areas, too_many
from layers.exchange.crs_guess import Candidate, to_planning
from layers.exchange.importing import MODES, Update, foreseen, to_changes
from layers.exchange.opening import read_source
from layers.exchange.preview import FlaggedRow, Options, Preview, Question, interpret
from layers.exchange.source import Source
from layers.plan.changes import Changes
from layers.plan.plan import Plan

__all__ = [
    "MODES",
    "AreaChange",
    "Candidate",
    "FlaggedRow",
    "Look",
    "Options",
    "Preview",
    "Question",
    "Update",
    "compare_areas",
    "look_into",
]

LANDED_SHAPES, LANDED_POINTS = 400, 1_500
BY_NAME = ""  # in place of a coordinate system: the gacha that each row names
OUTLINE_TOLERANCE = 300  # metres; a map of some 300 px shows a banner


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it would be imported with `seen.options`.

    outline: rings (n, 2) of the banner; landings: key of a coordinate system (or BY_NAME) -> sample of
    vertices (n, 2), both in planning metres, none where the numbers cannot be in it. update: what replacing
    an existing layer by key would do, None where there is no such layer yet or a question stands before it;
    areas: the file as the layer's new version beside the old one.
    """

    source: Source
    seen: Preview
    outline: tuple[NDArray[np.float64], ...] = ()
    landings: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    update: Update | None = None
    areas: tuple[AreaChange, ...] = ()
    areas_wait: bool = False


def look_into(
    file: Path,
    *,
    plan: Plan,
    options: Options,
    source: Source | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Look:
    """Read a file in the child process (or take `source`, read before) and say what it is.

    Raises InputError for what is wrong with the file or the options.
    """
    if source is None:
        source = read_source(file, options=options, progress=progress, cancelled=cancelled)
    # A copy: `interpret` puts the shapes of a table into its layer, and the next look must find them again.
    layer = None if source.layer is None else replace(source.layer)
    seen = interpret(replace(source, layer=layer), path=file, plan=plan, options=options)
    landings = {}
    for candidate in seen.crs_candidates:
        if candidate.usable and (points := _landing(seen, candidate, plan)) is not None:
            landings[candidate.choice.key] = points
    if seen.crs is not None and seen.crs.choice.key not in landings:
        points = _landing(seen, seen.crs, plan)
        landings |= {} if points is None else {seen.crs.choice.key: points}
    if not landings and seen.geometry is not None:  # rows that a name has put where they are
        there = shapely.get_coordinates(seen.geometry[~shapely.is_missing(seen.geometry)])
        if len(there):
            landings[BY_NAME] = there[:: max(len(there) // LANDED_POINTS, 1)]
    update = _update(seen, plan)
    wait = update is not None and too_many(seen, plan)
    areas = compare_areas(seen, plan) if update is not None and not wait else ()
    return Look(source, seen, _outline(plan), landings, update, areas, wait)


def import_title(seen: Preview) -> Text:
    """Return what the history calls the import of a preview."""
    name, kind = Path(seen.path).name, seen.kind
    assert kind is not None
    rows = len(seen.rows)
    return Text(f"导入 {name}：{kind.title.zh} {rows} 行", f"Imported {name}: {rows} rows of {kind.title.en}")


def prepare_import(seen: Preview, plan: Plan) -> tuple[Changes, Update]:
    """Return changes and outcome of importing a preview. Raises InputError as `to_changes`."""
    return to_changes(seen, plan)


def _landing(seen: Preview, candidate: Candidate, plan: Plan) -> NDArray[np.float64] | None:
    if seen.foreign is None:
        return None
    there = seen.foreign[~(shapely.is_missing(seen.foreign) | shapely.is_empty(seen.foreign))]
    there = there[:: max(len(there) // LANDED_SHAPES, 1)]
    try:
        points = shapely.get_coordinates(to_planning(there, candidate.choice, plan.crs.epsg))
    except InputError:
        return None  # the numbers have no place in it, or parameters are lacking
    points = points[np.isfinite(points).all(axis=1)]
    return points[:: max(len(points) // LANDED_POINTS, 1)] if len(points) else None


def _outline(plan: Plan) -> tuple[NDArray[np.float64], ...]:
    for role in ("unit.banner", "unit.sumu", "unit.gacha"):
        shapes = [shape for table in plan.with_role(role) for shape in table.geometry if shape is not None]
        if shapes:
            simple = shapely.simplify(np.array(shapes, object), OUTLINE_TOLERANCE)
            return tuple(shapely.get_coordinates(ring) for ring in shapely.get_rings(simple))
    return ()


def _update(seen: Preview, plan: Plan) -> Update | None:
    open_ids = {question.id for question in seen.open_questions}
    if seen.kind is None or seen.kind.id not in plan or not seen.rows or open_ids - OF_ROWS_THERE:
        return None
    return foreseen(replace(seen, questions=()), plan)
