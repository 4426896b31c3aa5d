"""Which names want a place on the map: of units beside their seats, of rivers along them, of roads in
pills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.catalogue.model import LayerKind
from layers.catalogue.style import Label as LabelStyle
from layers.maps.labels import (
    FLAGGED,
    FULL_NAMES_FROM,
    LAKE,
    PLACE,
    RIVER,
    ROAD,
    SEAT,
    SELECTED,
    UNIT,
    Request,
    in_brackets,
    short_name,
)
from layers.maps.points import Anchor, count_requests, unit_anchors
from layers.maps.stack import Context, shown_classes, symbol_of
from layers.maps.unit_marks import mark_reach
from layers.maps.unknown import unknown_requests
from layers.maps.viewport import Bounds
from layers.plan.table import Table

JOINED_UP_TO = 20_000
"""Lines of one name are joined once for a whole layer of up to so many, beyond only those in view."""
BANNER_NAME_FROM = 2_500_000
MOST = 4_000
"""Names of one layer that are looked at; beyond it the map is full long before."""
PRIORITIES = {
    "banner": SEAT - 1,
    "sumu": SEAT,
    "gacha": UNIT,
    "place": PLACE,
    "river": RIVER,
    "lake": LAKE,
    "road": ROAD,
}


def requests(context: Context) -> Iterator[Request]:
    """Every name that may show in this view, and the counts that stand in for points."""
    yield from count_requests(context)
    yield from unknown_requests(context)
    for kind in context.settings.sequence(context.plan):
        label = context.settings.style(kind).label
        if label is None or (label.min_scale and context.view.scale > label.min_scale):
            continue
        if label.rank == "banner" and context.view.scale < BANNER_NAME_FROM:
            continue
        context.check()
        yield from _of_layer(context, kind, label)


def _of_layer(context: Context, kind: LayerKind, label: LabelStyle) -> Iterator[Request]:
    table = context.plan.tables[kind.id]
    if label.rank == "river":
        yield from _rivers(context, kind, table, label)
    elif label.rank == "road":
        yield from _roads(context, kind, table, label)
    elif label.anchor or any(role.startswith("unit.") for role in kind.roles):
        yield from _units(context, kind, table, label)
    else:
        yield from _places(context, kind, table, label)


# -- units -----------------------------------------------------------------------------------------


def _units(context: Context, kind: LayerKind, table: Table, label: LabelStyle) -> Iterator[Request]:
    view, theme = context.view, context.theme
    columns = theme is not None and theme.columns is not None and theme.unit_role in kind.roles
    rows = _unit_rows(context, table, "" if columns else label.anchor)
    names = display_names(context, table, label.column)
    selected = context.selection[1] if context.selection[0] == kind.id else frozenset()
    west, south, east, north = view.bounds
    reaches = _seat_reaches(context, label.anchor)
    themed = theme is not None and theme.unit_role in kind.roles
    x, y = rows.xy.T
    seen = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
    for at, px in zip(seen.tolist(), view.to_px(rows.xy[seen]).tolist(), strict=True):
        fid, code, anchor = rows.fids[at], rows.codes[at], rows.anchors[at]
        name = names.get(fid)
        if not name:
            continue
        chosen = fid in selected
        flagged = themed and theme is not None and code in theme.flagged
        priority = SELECTED if chosen else FLAGGED if flagged else PRIORITIES.get(label.rank, PLACE)
        reach = view.mm(0.3) if columns else _reach(anchor, reaches)
        if themed:
            reach = max(reach, mark_reach(context, code))
        yield Request(
            name,
            "selected" if chosen and label.rank == "gacha" else label.rank,
            priority,
            code,
            (px[0], px[1]),
            reach,
            below=columns,
            key=(kind.id, fid),
        )


@dataclass(frozen=True, eq=False)
class UnitRows:
    """Units that have a place: row ids, keys, anchors, and where they are (n, 2) in metres."""

    fids: list[int]
    codes: list[str]
    anchors: list[Anchor]
    xy: NDArray[np.float64]


def _unit_rows(context: Context, table: Table, role: str) -> UnitRows:
    anchors = unit_anchors(context, table, role)

    def makes() -> UnitRows:
        rows = [
            (int(fid), str(code))
            for fid, code in zip(table.fids, table.column(table.kind.key), strict=True)
            if str(code) in anchors
        ]
        found = [anchors[code] for _, code in rows]
        return UnitRows(
            [fid for fid, _ in rows],
            [code for _, code in rows],
            found,
            np.array([anchor.xy for anchor in found]).reshape(-1, 2),
        )

    made: UnitRows = context.sources.keep(table, ("unit rows", role, id(anchors)), makes)
    return made


def _seat_reaches(context: Context, role: str) -> Mapping[tuple[str, int], float]:
    """(Kind, class) of each seat symbol that is drawn here -> its half size in device px."""
    found = {}
    for kind in context.settings.sequence(context.plan):
        if role and role in kind.roles:
            style = context.settings.style(kind)
            for at in shown_classes(style, context.view.scale):
                found[kind.id, at] = context.symbol(symbol_of(style, at)).marker_size / 2
    return found


def _reach(anchor: Anchor, reaches: Mapping[tuple[str, int], float]) -> float:
    return 0.0 if anchor.seat is None else reaches.get((anchor.seat_kind, anchor.seat), 0.0)


def display_names(context: Context, table: Table, column: str) -> Mapping[int, str]:
    """Row id -> the name as the map says it: short from far, with its sumu where two have the same."""
    full = context.view.scale <= FULL_NAMES_FROM
    sumu = context.plan.with_role("unit.sumu")
    key = ("names", column, full, *(id(each) for each in sumu))
    found: Mapping[int, str] = context.sources.keep(table, key, lambda: _names(context, table, column, sumu))
    return found


def _names(context: Context, table: Table, column: str, sumu: tuple[Table, ...]) -> dict[int, str]:
    names = [None if name is None else str(name) for name in table.column(column)]
    twice = {name for name, count in Counter(names).items() if count > 1}
    of_sumu: dict[str, str] = {}
    for each in sumu:
        if each is not table:
            of_sumu |= {
                str(code): str(name or "")
                for code, name in zip(each.column(each.kind.key), each.column(each.kind.name), strict=True)
            }
    codes = table.column("sumu_code") if "sumu_code" in table.kind.column_names else [None] * len(names)
    found = {}
    for fid, name, code in zip(table.fids, names, codes, strict=True):
        if name:
            said = short_name(name, context.view.scale)
            found[int(fid)] = in_brackets(said, of_sumu.get(str(code), "")) if name in twice else said
    return found


# -- points, lakes, other areas --------------------------------------------------------------------


def _places(context: Context, kind: LayerKind, table: Table, label: LabelStyle) -> Iterator[Request]:
    view, style = context.view, context.settings.style(kind)
    classes = shown_classes(style, view.scale)
    if not classes:
        return
    selected = context.selection[1] if context.selection[0] == kind.id else frozenset()
    sizes = {at: context.symbol(symbol_of(style, at)).marker_size / 2 for at in classes}
    for part in context.sources.parts(table, style, check=context.check):
        source = part.source
        chosen = source.in_window(view.bounds) & np.isin(source.classes, list(classes))
        rows = part.shown(chosen)
        if kind.geometry == "MultiPolygon":
            rows = rows[np.argsort(-source.sides()[rows], kind="stable")]
        names = part.values(label.column)
        for at in rows[:MOST]:
            if not names[at]:
                continue
            xy = _spot(context, source.geometry[at], kind.geometry)
            if xy is None:
                continue
            px = view.to_px(xy)[0]
            fid = int(part.fids[at])
            priority = SELECTED if fid in selected else PRIORITIES.get(label.rank, PLACE)
            yield Request(
                str(names[at]),
                label.rank,
                priority,
                f"{kind.id}{fid:012d}",
                (float(px[0]), float(px[1])),
                sizes[int(source.classes[at])],
                key=(kind.id, fid),
            )


def _spot(context: Context, geometry: shapely.Geometry, type: str) -> tuple[float, float] | None:
    """A point of the feature that lies in view."""
    if type != "Point":
        geometry = _in_view(context, geometry)
        if geometry is None:
            return None
        geometry = shapely.point_on_surface(geometry)
    return geometry.x, geometry.y


def _in_view(context: Context, geometry: shapely.Geometry) -> shapely.Geometry | None:
    try:
        cut = shapely.clip_by_rect(geometry, *context.view.bounds)
    except shapely.GEOSException:
        cut = geometry
    return None if cut.is_empty else cut


# -- lines -----------------------------------------------------------------------------------------


def _by_name(
    context: Context, kind: LayerKind, table: Table, column: str
) -> Iterator[tuple[str, int, shapely.Geometry]]:
    """(Name, a row id, its longest line in view) of shown classes; lines of one name count as one."""
    classes = shown_classes(context.settings.style(kind), context.view.scale)
    if not classes:
        return
    if len(table) <= JOINED_UP_TO:
        joined = context.sources.keep(
            table, ("joined", column, classes), lambda: _joined(context, kind, table, column, classes, None)
        )
    else:
        joined = _joined(context, kind, table, column, classes, context.view.bounds)
    west, south, east, north = context.view.bounds
    for name, (fid, line, box) in joined.items():
        if box[0] > east or box[2] < west or box[1] > north or box[3] < south:
            continue
        context.check()
        inside = west <= box[0] and south <= box[1] and box[2] <= east and box[3] <= north
        cut = line if inside else _in_view(context, line)
        if cut is not None:
            parts = shapely.get_parts(cut)
            parts = parts[shapely.get_type_id(parts) == 1]
            if len(parts):
                yield name, fid, parts[np.argmax(shapely.length(parts))]


def _joined(
    context: Context,
    kind: LayerKind,
    table: Table,
    column: str,
    classes: frozenset[int],
    window: Bounds | None,
) -> dict[str, tuple[int, shapely.Geometry, tuple[float, ...]]]:
    """Name -> (a row id, lines of that name joined, their box); only those that meet a window where one is
    given."""
    found: dict[str, tuple[int, list[shapely.Geometry]]] = {}
    for part in context.sources.parts(table, context.settings.style(kind), check=context.check):
        chosen = np.isin(part.source.classes, list(classes))
        if window is not None:
            chosen &= part.source.in_window(window)
        names = part.values(column)
        for at in part.shown(chosen)[:JOINED_UP_TO]:
            if names[at] and part.source.geometry[at] is not None:
                found.setdefault(str(names[at]), (int(part.fids[at]), []))[1].append(part.source.geometry[at])
    joined = {}
    for name, (fid, lines) in found.items():
        line = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lines)))
        joined[name] = (fid, line, line.bounds)
    return joined


def _rivers(context: Context, kind: LayerKind, table: Table, label: LabelStyle) -> Iterator[Request]:
    view = context.view
    for name, fid, line in _by_name(context, kind, table, label.column):
        # Names follow the stream's course, not its meanders.
        course = shapely.simplify(line, view.mm(1.2) * view.metres_per_px)
        px: NDArray[np.float64] = view.to_px(shapely.get_coordinates(course))
        middle = px[len(px) // 2]
        yield Request(
            name,
            "river",
            RIVER,
            f"{1e12 - line.length:020.1f}{name}",
            (float(middle[0]), float(middle[1])),
            line=px,
            key=(kind.id, fid),
        )


def _roads(context: Context, kind: LayerKind, table: Table, label: LabelStyle) -> Iterator[Request]:
    view = context.view
    for name, fid, line in _by_name(context, kind, table, label.column):
        if line.length / view.metres_per_px < view.mm(12):
            continue
        for at, share in enumerate((0.5, 0.3, 0.7)):
            point = shapely.line_interpolate_point(line, share, normalized=True)
            px = view.to_px((point.x, point.y))[0]
            yield Request(name, "road", ROAD + at, name, (float(px[0]), float(px[1])), key=(kind.id, fid))
