"""Point symbols, counts by unit from far, and the columns of a theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.catalogue.classes import class_columns, classify
from layers.catalogue.model import LayerKind
from layers.maps.labels import COUNT, Request
from layers.maps.operations import Boxes, Marks, Operation
from layers.maps.palette import colour
from layers.maps.stack import Context, shown_classes, symbol_of
from layers.maps.symbols import PixelStroke, marker_shapes
from layers.maps.viewport import View
from layers.plan.table import Table

BY_SUMU_FROM = 1_500_000
"""From this scale outwards, counts and columns are summed by sumu."""
ASKED_ONE_BY_ONE = 2_000
"""So many features are looked up one by one; for more, a whole column is read."""
YEAR_COLOURS = ("y2022", "y2023", "y2024", "y2025")
COLUMN_MM, COLUMN_GAP_MM, TALLEST_MM = 1.05, 0.14, 11.0
NEAR_MM, NEAR_SCALE = 9.0, 850_000
"""The tallest column at that scale; it grows and shrinks with the units."""
LARGEST_DISC_MM = 9.0
Box = tuple[float, float, float, float]


def mark_operations(context: Context) -> Iterator[Marks]:
    """Symbols of every visible point layer that shows its points one by one here."""
    hidden = _covered_units(context)
    for kind in context.settings.sequence(context.plan):
        if kind.geometry != "Point":
            continue
        context.check()
        style = context.settings.style(kind)
        classes = shown_classes(style, context.view.scale)
        if not classes:
            continue
        seen = np.zeros(len(style.classes) + 1, bool)
        opacity = context.settings.opacity.get(kind.id, 1.0)
        found: dict[int, list[tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]]] = {}
        reach = max((context.symbol(symbol_of(style, at)).reach for at in classes), default=0.0)
        for part in context.sources.parts(context.plan.tables[kind.id], style, check=context.check):
            window = part.source.in_window(context.window(reach))
            if hidden and "seat" in kind.roles:
                window &= ~np.isin(part.values("unit_code").astype(str), list(hidden))
            for at in classes:
                rows = part.shown(window & (part.source.classes == at))
                if len(rows):
                    seen[at] = True
                    turns = (
                        _turns(part.values(style.rotation)[rows]) if style.rotation else np.zeros(len(rows))
                    )
                    found.setdefault(at, []).append((part.source.bounds[rows, :2], part.fids[rows], turns))
        context.shown[kind.id] = seen
        for at in sorted(found, reverse=True):
            symbol = context.symbol(symbol_of(style, at))
            xy, fids, turns = (np.concatenate(each) for each in zip(*found[at], strict=True))
            yield Marks(
                context.view.to_px(xy),
                symbol.marker,
                symbol.marker_size,
                kind.id,
                fids,
                opacity,
                turns if turns.any() else None,
            )


def _turns(bearings: NDArray[np.object_]) -> NDArray[np.float64]:
    """Degrees clockwise for symbols that are drawn as for a road that runs out to the right (bearing 90)."""
    return np.array([0.0 if bearing is None else float(bearing) - 90.0 for bearing in bearings])


def _covered_units(context: Context) -> frozenset[str]:
    """Units whose place is taken by the theme's columns or circles, so that their seat is not drawn."""
    theme = context.theme
    if theme is not None and theme.circles is not None and not theme.circles.role:
        return frozenset(code for code, value in theme.circles.values.items() if value)
    if theme is None or theme.columns is None:
        return frozenset()
    return frozenset(theme.columns.values) & frozenset(theme.of_unit)


# -- places of units -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a unit's name and figures stand: planning metres, and the seat's class (None: no seat)."""

    xy: tuple[float, float]
    seat: int | None
    seat_kind: str = ""


def unit_anchors(context: Context, table: Table, seat_role: str) -> Mapping[str, Anchor]:
    """Key of each unit -> its seat, or a point inside it."""
    seats = context.plan.with_role(seat_role) if seat_role else ()
    key = ("anchors", seat_role, *(id(seat) for seat in seats))
    found: Mapping[str, Anchor] = context.sources.keep(table, key, lambda: _anchors(table, seats))
    return found


def _anchors(table: Table, seats: tuple[Table, ...]) -> dict[str, Anchor]:
    geometry = table.geometry
    inside = np.array([None if each is None else shapely.point_on_surface(each) for each in geometry], object)
    found = {}
    for code, point in zip(table.column(table.kind.key), inside, strict=True):
        if code is not None and point is not None and not point.is_empty:
            found[str(code)] = Anchor((point.x, point.y), None)
    for seat in seats:
        if "unit_code" not in seat.kind.column_names:
            continue
        style = seat.kind.style
        columns: dict[str, Any] = {name: seat.column(name) for name in class_columns(style)}
        classes = classify(style, columns, len(seat))
        order = np.argsort(classes, kind="stable")[
            ::-1
        ]  # the highest seat of a unit is written last, and stays
        codes, points = seat.column("unit_code"), seat.geometry
        for at in order:
            if points[at] is not None and str(codes[at]) in found:
                found[str(codes[at])] = Anchor((points[at].x, points[at].y), int(classes[at]), seat.kind.id)
    return found


# -- counts ----------------------------------------------------------------------------------------


def count_requests(context: Context) -> Iterator[Request]:
    """From far, a symbol with the count in each gacha (or sumu) for layers that ask for it."""
    rows: dict[str, int] = {}
    for kind in context.settings.sequence(context.plan):
        style = context.settings.style(kind)
        if style.aggregate != "count" or shown_classes(style, context.view.scale):
            continue
        role = "unit.sumu" if context.view.scale > BY_SUMU_FROM else "unit.gacha"
        for table in context.plan.with_role(role):
            anchors = unit_anchors(context, table, _anchor_role(context, table))
            for code, count in counts_by_unit(context, kind, table).items():
                if code in anchors and count:
                    x, y = context.view.to_px(anchors[code].xy)[0]
                    row = rows.get(code, 0)
                    rows[code] = row + 1
                    yield Request(
                        f"{count:,}",
                        "count",
                        COUNT,
                        f"{code}{row}",
                        (x, y + context.view.mm(2.6 + 3.0 * row)),
                        shapes=_small(context, kind),
                    )


def _anchor_role(context: Context, table: Table) -> str:
    """Role of the points beside which the units of a table are named."""
    label = context.settings.style(table.kind).label
    return label.anchor if label is not None else ""


def _small(context: Context, kind: LayerKind) -> tuple[Any, ...]:
    style = context.settings.style(kind)
    symbol = next((each.symbol for each in style.classes if each.symbol.marker), style.symbol)
    if symbol.marker is None:
        return ()
    from dataclasses import replace

    return marker_shapes(
        replace(symbol.marker, size_mm=1.7),
        View((0, 0), context.view.scale, 1, 1, context.view.ratio, context.view.palette, context.view.medium),
    )


def counts_by_unit(context: Context, kind: LayerKind, units: Table) -> Mapping[str, int]:
    """How many features of a kind each unit has: by code where it is stated, else by place.

    A gacha's code stands for its sumu too: a million points need not be read for a few numbers.
    """
    table, gachas = context.plan.tables[kind.id], context.plan.with_role("unit.gacha")
    key = ("counts", id(units), *map(id, gachas))
    found: Mapping[str, int] = context.sources.keep(table, key, lambda: _counted(table, units, gachas))
    return found


def _counted(table: Table, units: Table, gachas: tuple[Table, ...]) -> dict[str, int]:
    of_sumu = "unit.sumu" in units.kind.roles
    names = table.kind.column_names
    if ("sumu_code" if of_sumu else "gacha_code") in names:
        return _by_code(table.column("sumu_code" if of_sumu else "gacha_code"))
    if "gacha_code" in names and gachas:
        codes = table.column("gacha_code")
        counts, above = Counter(_by_code(codes)), Counter[str]()
        for gacha in gachas:
            for code, sumu in zip(gacha.column(gacha.kind.key), gacha.column("sumu_code"), strict=True):
                above[str(sumu)] += counts[str(code)]
        without = table.fids[[code is None for code in codes]].tolist()
        if len(without) <= ASKED_ONE_BY_ONE:
            return dict(above + Counter(_by_place([table.row(fid).get("geom") for fid in without], units)))
    return _by_place(table.geometry, units)


def _by_code(codes: NDArray[np.object_]) -> dict[str, int]:
    return {str(code): count for code, count in Counter(codes).items() if code is not None}


def _by_place(geometry: Iterable[Any], units: Table) -> dict[str, int]:
    places = np.array([each for each in geometry if each is not None], object)
    keys = units.column(units.kind.key)
    if not len(places):
        return {}
    owners = shapely.STRtree(places).query(units.geometry, predicate="covers")[0]
    counts = np.bincount(owners, minlength=len(keys))
    return {str(keys[at]): int(counts[at]) for at in np.flatnonzero(counts)}


# -- columns ---------------------------------------------------------------------------------------


def column_operations(context: Context) -> Iterator[Operation]:
    """Four columns on a base line in each unit; one scale a map."""
    theme = context.theme
    if theme is None or theme.columns is None:
        return
    bars: dict[int, list[tuple[float, float, float, float]]] = {}
    bases = []
    view, columns = context.view, theme.columns
    width, gap, tallest = view.mm(COLUMN_MM), view.mm(COLUMN_GAP_MM), column_height(view)
    years = len(columns.labels)
    for code, (x, y) in column_places(context).items():
        left = x - (years * width + (years - 1) * gap) / 2
        bases.append((left - gap, y, left + years * (width + gap), y + view.stroke(0.2)))
        for at, value in enumerate(columns.values[code]):
            if value:
                start = left + at * (width + gap)
                bars.setdefault(at, []).append(
                    (start, y - value / columns.largest * tallest, start + width, y)
                )
    edge = PixelStroke(colour("year_edge", view.palette), view.stroke(0.12))
    for at, boxes in sorted(bars.items()):
        fill = colour(year_colour(at, years) if at < columns.filled else "halo", view.palette)
        yield Boxes(np.array(boxes), fill, edge)
    if bases:
        yield Boxes(np.array(bases), colour("year_edge", view.palette))


def column_height(view: View) -> float:
    """Device px of the tallest column: 11 mm near, less where units are small."""
    return view.mm(min(TALLEST_MM, NEAR_MM * NEAR_SCALE / max(view.scale, 1.0)))


def year_colour(at: int, years: int) -> str:
    """The token of the `at`-th of some years, from pale to dark."""
    return YEAR_COLOURS[round(at * (len(YEAR_COLOURS) - 1) / max(years - 1, 1))]


def column_places(context: Context) -> Mapping[str, tuple[float, float]]:
    """Unit code -> middle of the base line in device px; the middle of the unit until others need that
    place."""
    theme = context.theme
    if context.columns is not None:
        return context.columns
    if theme is None or theme.columns is None:
        return {}
    found = {}
    west, south, east, north = context.window(60)
    for table in context.plan.with_role(theme.unit_role):
        for code, anchor in unit_anchors(context, table, "").items():
            x, y = anchor.xy
            values = theme.columns.values.get(code, ())
            # Where nothing is known there is no base line either: it would say none.
            if any(value is not None for value in values) and west <= x <= east and south <= y <= north:
                px = context.view.to_px(anchor.xy)[0]
                found[code] = (float(px[0]), float(px[1]))
    return found


def column_boxes(context: Context, places: Mapping[str, tuple[float, float]]) -> dict[str, Box]:
    """Unit code -> box in device px that its columns take up."""
    theme = context.theme
    if theme is None or theme.columns is None:
        return {}
    columns, view = theme.columns, context.view
    half = len(columns.labels) * view.mm(COLUMN_MM + COLUMN_GAP_MM) / 2
    boxes = {}
    for code, (x, y) in places.items():
        tall = max((value or 0 for value in columns.values[code]), default=0) / (columns.largest or 1)
        boxes[code] = x - half, y - tall * column_height(view), x + half, y + view.stroke(0.2)
    return boxes
