"""Which zones things lie in, since when, by which document; and what stands inside grazing bans.

Points are looked up where they are; lines and areas by the ground they take. What lies within the accuracy of
the data of a zone's edge is in the list, marked as near.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from layers.catalogue.model import LayerKind
from layers.catalogue.text import Text
from layers.geo.repair import mended
from layers.plan.plan import Plan
from layers.planning.columns import standing
from layers.planning.footprints import Work, accuracies
from layers.planning.overlaps import overlaps
from layers.planning.zones import class_words, holds_on, zones_at
from layers.policy.bundle import Policy

GRAZING = "zone.grazing"
BAN = ("regime", "ban")


@dataclass(frozen=True, slots=True)
class Sort:
    """What is counted inside bans: things of a role, where `column` is `value` (None: above zero).

    ground: what only touches a ban does not count.
    """

    role: str
    column: str = ""
    value: str | None = None
    ground: bool = False


IN_BANS = (
    Sort("pasture.camp"),
    Sort("pasture.contract", "stock", ground=True),  # herds, by the pastures that they are on
    Sort("water.work"),
    Sort("proposal", "kind_of_work", "livestock"),  # sheds and yards that were drawn and have been built
)


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


@dataclass(frozen=True, slots=True)
class InBan:
    """How many things of a kind stand in bans in force, by gacha. gacha_code: None outside or not filled
    in."""

    kind: str
    gacha_code: str | None
    count: int


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


def in_bans(plan: Plan, *, on: datetime.date) -> tuple[InBan, ...] | None:
    """Count what stands in grazing bans in force on a day; None where there is no layer of regimes.

    A thing on a ban's edge counts; a pasture with herds counts where it shares ground with a ban. Bans whose
    dates do not say count, too: they are not known to have ended. A ban that crosses itself is mended first.
    What is only planned does not stand.
    """
    tables = plan.with_role(GRAZING)
    if not tables:
        return None
    bans = [
        shape
        for table in tables
        for shape, regime, begin, end in zip(
            table.geometry,
            table.column(BAN[0]),
            table.column("valid_from"),
            table.column("valid_to"),
            strict=True,
        )
        if regime == BAN[1] and shape is not None and holds_on(begin, end, on) is not False
    ]
    shapes = mended(np.array(bans, object))
    tree = shapely.STRtree(shapes)
    counts: dict[tuple[str, str | None], int] = {}
    for sort in IN_BANS:
        for table in plan.with_role(sort.role):
            there = standing(table, None, on.isoformat())
            if sort.column:
                there &= np.array([_is(sort, value) for value in table.column(sort.column)], bool)
            own = mended(table.geometry)
            things, found = tree.query(own, predicate="intersects")
            if sort.ground:
                shared = shapely.area(shapely.intersection(own[things], shapes[found])) > 0
                things = things[shared]
            codes = table.column("gacha_code")
            for at in np.unique(things[there[things]]):
                place = (table.kind.id, codes[at])
                counts[place] = counts.get(place, 0) + 1
    ordered = sorted(counts.items(), key=lambda one: (one[0][0], one[0][1] or "~"))
    return tuple(InBan(kind, gacha, count) for (kind, gacha), count in ordered)


def not_drawn(plan: Plan) -> tuple[LayerKind, ...]:
    """Return the layers that `in_bans` would count, and that the project has not: they are not known."""
    wanted = (kind for sort in IN_BANS for kind in plan.catalogue.with_role(sort.role))
    return tuple(kind for kind in dict.fromkeys(wanted) if kind.geometry and kind.id not in plan)


def _is(sort: Sort, value: object) -> bool:
    if sort.value is None:
        return isinstance(value, (int, float)) and value > 0
    return value == sort.value
