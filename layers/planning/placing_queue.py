"""Rows that wait for a place, put on the map one by one: at a gacha's seat, or at a point that somebody has
shown."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from layers.errors import InputError
from layers.plan.changes import Changes, LayerChange, RowChange
from layers.plan.digest import GEOMETRY
from layers.plan.plan import Plan, empty_table
from layers.plan.waiting import COLLECTION, waiting_row
from layers.planning.columns import code_text, values_of
from layers.planning.context import Context
from layers.planning.seats import seats_of
from layers.planning.units import GACHA, Units, units_of
from layers.policy.bundle import Policy

LINK, QUALITY = "gacha_code", "quality"


def settle(
    plan: Plan, policy: Policy, key: str, *, code: str | None = None, at: tuple[float, float] | None = None
) -> Changes:
    """Return the changes that put a waiting row on the map and take it out of the queue.

    code: the gacha that is meant: the row gets its code, and stands at its seat (without one, at a point
    inside it). at: (x, y) in planning CRS metres; the gacha is then the one that contains the place, if any.
    One of the two. Raises InputError `waiting_unknown`, `waiting_where`, `gacha_unknown`, `key_taken`.
    """
    row = waiting_row(plan, key)
    if (code is None) == (at is None):
        raise InputError("waiting_where")
    kind = plan.catalogue[row.kind]
    point, gacha = (
        (_seat(plan, policy, code), code) if code is not None else (shapely.Point(*at), _inside(plan, at))
    )
    values = dict.fromkeys(kind.column_names) | dict(row.values)
    if LINK in kind.column_names and gacha is not None:
        values[LINK] = gacha
    if QUALITY in kind.column_names and not values.get(QUALITY):
        values[QUALITY] = "located"
    table = plan.tables.get(kind.id)
    layers: tuple[LayerChange, ...] = () if table is not None else (LayerChange(kind.id, False, True),)
    table = empty_table(kind) if table is None else table
    own = code_text(values.get(kind.key))
    if own and own in set(map(code_text, table.column(kind.key))):
        name = str(values.get(kind.name) or "")
        raise InputError("key_taken", key=own, name=name, kind=kind.title.zh, kind_en=kind.title.en)
    if kind.geometry:
        values[GEOMETRY] = point if kind.geometry == "Point" else None
    change = RowChange(kind.id, table.next_fid, None, values)
    return Changes((change,), (plan.set_document(COLLECTION, key, None),), layers)


def discard(plan: Plan, keys: Sequence[str]) -> Changes:
    """Return the changes that take rows out of the queue; raises InputError `waiting_unknown`."""
    for key in keys:
        waiting_row(plan, key)
    return Changes(documents=tuple(plan.set_document(COLLECTION, key, None) for key in dict.fromkeys(keys)))


def gacha_names(plan: Plan) -> dict[str, str]:
    """Code -> name with its sumu, for whoever has to choose."""
    units = units_of(plan, GACHA)
    if units is None:
        return {}
    return {
        code: f"{sumu}{name}"
        for code, name, sumu in zip(units.codes, units.names, units.sumu_names, strict=True)
    }


def _seat(plan: Plan, policy: Policy, code: str) -> shapely.Point:
    context = Context(plan, policy, None)
    units = context.units(GACHA)
    if units is None or code not in units.index:
        raise InputError("gacha_unknown", code=code)
    seat = seats_of(context, units).points[units.index[code]]
    if seat is not None:
        return seat
    return shapely.point_on_surface(_outline(units, code))


def _outline(units: Units, code: str) -> shapely.Geometry:
    for table in units.tables:
        for at, own in enumerate(map(code_text, table.column(table.kind.key))):
            if own == code and table.geometry[at] is not None:
                return table.geometry[at]
    raise InputError("gacha_unknown", code=code)


def _inside(plan: Plan, at: tuple[float, float]) -> str | None:
    for table in plan.with_role(GACHA):
        for fid in table.query(shapely.Point(*at)):
            row = table.row(int(fid))
            if shapely.intersects_xy(row[GEOMETRY], *at):
                return code_text(values_of(table, table.kind.key)[list(table.fids).index(fid)]) or None
    return None
