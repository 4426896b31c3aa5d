"""Which zones things lie in, since when, by which document.

Points are looked up where they are; lines and areas by the ground they take. What lies within the accuracy of
the data of a zone's edge is in the list, marked as near.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from layers.catalogue.text import Text
from layers.plan.plan import Plan
from layers.planning.footprints import Work, accuracies
from layers.planning.overlaps import overlaps
from layers.planning.zones import class_words, holds_on, zones_at
from layers.policy.bundle import Policy


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A thing in a zone. item: which thing (its place in what was given). area_m2, length: None for a point.

    in_force: on the day; None where the zone's dates do not say. near: within the data's accuracy of the
    edge.
    """

    item: int
    kind: str
    key: str
    name: str
    words: Text
    valid_from: str | None
    valid_to: str | None
    document: str | None
    in_force: bool | None
    near: bool
    area_m2: float | None


def zone_report(
    plan: Plan, policy: Policy, works: Sequence[Work], *, on: datetime.date
) -> tuple[ZoneLine, ...]:
    """Return the zones that each thing lies in or near, in the order given, then by catalogue, then by
    key."""
    found: list[ZoneLine] = []
    areas = [at for at, work in enumerate(works) if shapely.get_dimensions(work.shape) > 0]
    for at, work in enumerate(works):
        if shapely.get_dimensions(work.shape) > 0:
            continue
        for point in shapely.get_parts(work.shape):
            for hit in zones_at(plan, policy, point.x, point.y, on=on, outside=True):
                if hit.family != "unit":
                    found.append(
                        ZoneLine(at, hit.kind, hit.key, hit.name, hit.words, hit.valid_from, hit.valid_to,
                                 hit.document, hit.in_force, hit.near, None)
                    )  # fmt: skip
    if areas:
        found += _of_areas(plan, policy, works, areas, on)
    order = {kind.id: at for at, kind in enumerate(plan.catalogue)}
    return tuple(sorted(found, key=lambda one: (one.item, order[one.kind], one.key)))


def _of_areas(
    plan: Plan, policy: Policy, works: Sequence[Work], areas: list[int], on: datetime.date
) -> list[ZoneLine]:
    grounds = np.empty(len(areas), object)
    grounds[:] = [works[at].ground for at in areas]
    own = np.array([works[at].accuracy_m for at in areas])
    found = []
    for kind, table in plan.layers():
        if kind.zone is None or kind.geometry != "MultiPolygon" or not len(table):
            continue
        has = "quality" in kind.column_names
        known = accuracies(policy, table.column("quality") if has else [None] * len(table))
        pairs = overlaps(grounds, own, table.geometry, lambda at, known=known: known[at], float(known.max()),
                         table.tree, plan.crs.epsg)  # fmt: skip
        columns = {name: table.column(name) for name in kind.column_names}
        for ground, zone, area, low, high in zip(
            pairs.ground, pairs.zone, pairs.area, pairs.low, pairs.high, strict=True
        ):
            row = {name: values[zone] for name, values in columns.items()}
            begin, end = row.get("valid_from"), row.get("valid_to")
            found.append(
                ZoneLine(areas[ground], kind.id, str(row.get(kind.key) or ""), str(row.get(kind.name) or ""),
                         class_words(kind, row)[1], begin, end, row.get("document"), holds_on(begin, end, on),
                         bool(low < area or high > area), float(area))
            )  # fmt: skip
    return found
