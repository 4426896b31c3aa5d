"""The small map in a sheet's column: the banner and its sumu, and where the main map lies in it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from layers.maps.paper_parts import Box, Item, Plate
from layers.maps.scene import build_scene
from layers.maps.settings import LayerSettings
from layers.maps.sheet_frame import PAPER_DPI, MapFrame
from layers.maps.sources import Sources
from layers.maps.viewport import PIXELS_PER_MM, Bounds, Medium, View
from layers.plan.plan import Plan

INSET = Medium("paper", 0.72, hair_px=0.0, hair_mm=0.08, type_px=2.0 * PIXELS_PER_MM)
"""Lines and names step back in the small map; type stays readable."""
ROLES = ("unit.banner", "unit.sumu")


def has_overview(plan: Plan) -> bool:
    """Whether there are units to show."""
    return plan.bounds is not None and any(len(table) for role in ROLES for table in plan.with_role(role))


def is_part(plan: Plan, extent: Bounds) -> bool:
    """Whether a map of `extent` leaves out some of the banner."""
    whole = plan.bounds
    return whole is not None and not (
        extent[0] <= whole[0] and extent[1] <= whole[1] and extent[2] >= whole[2] and extent[3] >= whole[3]
    )


def overview(
    plan: Plan,
    box: Box,
    language: str,
    sources: Sources,
    check: Callable[[], None],
    highlighted: tuple[tuple[str, str], ...] = (),
) -> MapFrame:
    """Return the small map in its box.

    highlighted: (kind id, key) of units that are outlined in it; then it shows where they lie, and no names.
    """
    assert plan.bounds is not None
    kinds = [table.kind for role in ROLES for table in plan.with_role(role)]
    # The banner has its name in the title, and seats are not drawn: a sumu's name stands in its middle.
    styles = {
        kind.id: replace(
            kind.style,
            label=None
            if highlighted or "unit.banner" in kind.roles or kind.style.label is None
            else replace(kind.style.label, anchor=""),
        )
        for kind in kinds
    }
    view = View(
        (0.0, 0.0),
        1.0,
        math.ceil(box.width * PIXELS_PER_MM),
        math.ceil(box.height * PIXELS_PER_MM),
        PAPER_DPI / 96,
        medium=INSET,
    ).fitted(plan.bounds, 0.05)
    scene = build_scene(
        plan,
        view,
        LayerSettings(frozenset(kind.id for kind in kinds), styles=styles, highlighted=highlighted),
        language=language,
        sources=sources,
        check=check,
    )
    return MapFrame(box, scene)


def extent_mark(plan: Plan, inset: MapFrame, extent: Bounds) -> list[Item]:
    """A frame round what the main map shows, where that is a part of the banner only."""
    west, north = inset.to_mm((extent[0], extent[3]))
    east, south = inset.to_mm((extent[2], extent[1]))
    box = inset.box
    left, top = max(west, box.left), max(north, box.top)
    right, bottom = min(east, box.right), min(south, box.bottom)
    if right <= left or bottom <= top or not is_part(plan, extent):
        return []
    return [Plate(Box(left, top, right - left, bottom - top), "", "label1", 0.5)]
