"""Zones: what holds at a place. Every zone and unit that contains it, and how near their edges are."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import shapely

from layers.catalogue.model import Column, LayerKind
from layers.catalogue.text import Text
from layers.plan.plan import Plan
from layers.plan.table import Table
from layers.policy.bundle import Policy

ACCURACY = "data_accuracy_m"  # rule: metres by value of the column `quality`
UNIT_ROLES = ("unit.banner", "unit.sumu", "unit.gacha")


@dataclass(frozen=True, slots=True)
class ZoneHit:
    """A zone or unit at a place.

    kind, fid, key, name: which feature. family: the zone's family, "unit" for an administrative unit.
    value, words: its class (`ban`, 禁牧区); without one, None and the kind's title.
    valid_from, valid_to, document: by what it holds (ISO dates, None where not stated).
    in_force: whether it holds on the asked day; None where no day was asked or the dates do not say.
    inside: False only for a zone just outside, given when it was asked for.
    edge_distance_m: metres to its edge, in the planning CRS. accuracy_m: how good its data are, None unknown.
    near: the edge is no further than the accuracy: whether the place is inside is to be verified.
    """

    kind: str
    fid: int
    key: str
    name: str
    family: str
    value: str | None
    words: Text
    document: str | None
    valid_from: str | None
    valid_to: str | None
    in_force: bool | None
    inside: bool
    edge_distance_m: float
    accuracy_m: float | None
    near: bool


def zones_at(
    plan: Plan, policy: Policy, x: float, y: float, *, on: datetime.date | None = None, outside: bool = False
) -> tuple[ZoneHit, ...]:
    """Return what holds at (x, y) in planning CRS metres: units first (banner, sumu, gacha), then zones.

    A place on an edge is inside. on: the day for `in_force`; the engine has no clock. outside: also zones
    that the place is not in, but whose edge is within their data's accuracy. Uses each table's index, so it
    costs the zones at hand and not all of them. Ties by catalogue order, then key and row id.
    """
    accuracies = next((rule.values for rule in policy.rules if rule.id == ACCURACY), {})
    widest = max(accuracies.values(), default=0.0) if outside else 0.0
    hits: list[ZoneHit] = []
    for kind in _kinds(plan):
        found = _hits(kind, plan.tables[kind.id], x, y, widest, accuracies, on)
        hits += sorted(found, key=lambda hit: (hit.key, hit.fid))
    return tuple(hits)


def _kinds(plan: Plan) -> list[LayerKind]:
    there = [kind for kind in plan.catalogue if kind.id in plan and kind.geometry == "MultiPolygon"]
    units = [kind for role in UNIT_ROLES for kind in there if role in kind.roles]
    return [*units, *(kind for kind in there if kind.zone and kind not in units)]


def _hits(
    kind: LayerKind,
    table: Table,
    x: float,
    y: float,
    widest: float,
    accuracies: dict[str, float],
    on: datetime.date | None,
) -> list[ZoneHit]:
    point = shapely.Point(x, y)
    hits = []
    for fid in table.query(shapely.box(x - widest, y - widest, x + widest, y + widest) if widest else point):
        row = table.row(int(fid))
        polygon = row["geom"]
        inside = bool(shapely.intersects_xy(polygon, x, y))
        away = float(shapely.distance(point, shapely.boundary(polygon)))
        accuracy = accuracies.get(row.get("quality") or "unknown")
        near = accuracy is not None and away <= accuracy
        if not inside and not (widest and near):
            continue
        value, words = class_words(kind, row)
        begin, end = row.get("valid_from"), row.get("valid_to")
        hits.append(
            ZoneHit(
                kind.id,
                int(fid),
                str(row.get(kind.key) or ""),
                str(row.get(kind.name) or ""),
                kind.zone.family if kind.zone else "unit",
                value,
                words,
                row.get("document"),
                begin,
                end,
                holds_on(begin, end, on),
                inside,
                away,
                accuracy,
                near,
            )
        )
    return hits


def class_words(kind: LayerKind, row: dict[str, object]) -> tuple[str | None, Text]:
    """Return (value, words) of a zone's class; (None, the kind's title) where it has none."""
    column = class_column(kind)
    value = None if column is None else row.get(column.name)
    if column is None or value is None:
        return None, kind.title
    words = next(
        (choice.title for choice in column.choices if choice.value == value), Text(str(value), str(value))
    )
    return str(value), words


def class_column(kind: LayerKind) -> Column | None:
    """The column that says what sort of zone it is: the one it is drawn by, else its first with choices."""
    if kind.zone is None:
        return None
    named = [column for column in kind.columns if column.name == kind.style.column]
    chosen = [column for column in kind.columns if column.choices and column.name != "quality"]
    kinds = [column for column in kind.columns if column.name == "kind"]
    return next(iter((*named, *kinds, *chosen)), None)


def holds_on(begin: str | None, end: str | None, on: datetime.date | None) -> bool | None:
    """Whether a zone with these ISO dates holds on a day (first and last included); None: they do not say."""
    if on is None:
        return None
    try:
        first = datetime.date.fromisoformat(str(begin)) if begin else None
        last = datetime.date.fromisoformat(str(end)) if end else None
    except ValueError:
        return None
    if (first and on < first) or (last and on > last):
        return False
    # Without a first day nobody can say that it holds (design, decision 10).
    return True if first else None
