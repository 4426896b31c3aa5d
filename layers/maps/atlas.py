"""An atlas: the units of a level one by one, the ground of each one's page, and the pages of its index."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from layers.errors import InputError
from layers.maps.detail import _go_on
from layers.maps.furniture import scale_text
from layers.maps.labels import in_brackets
from layers.maps.paper_parts import Box, Item, Paper, Plate, Rule, Words, shortened
from layers.maps.scene import build_scene
from layers.maps.settings import LayerSettings
from layers.maps.sheet import corner, fitted_view, page_frames, with_scale, within_margins
from layers.maps.sheet_column import moved
from layers.maps.sheet_frame import MapFrame, SheetText, divider, foot_items, outer_frame
from layers.maps.sheet_head import head_items
from layers.maps.sheet_template import PLAIN, SheetTemplate
from layers.maps.sources import SOURCES, Sources
from layers.maps.type import text_width
from layers.maps.viewport import Bounds
from layers.plan.plan import Plan
from layers.plan.table import Table

MARGIN = 0.06
"""Room round a unit on its page, in parts of its longer side."""
LEAST_SPAN = 1_000.0
"""Metres that a page shows at least: nearer in, the data have nothing more to say."""
ROW, LEAST_ROW, TYPE, COLUMN_LEAST, GAP = 5.4, 3.2, 2.5, 46.0, 6.0
"""Of the index, in mm of A3: rows, their least height, type, least width of a column, room between."""


@dataclass(frozen=True, eq=False)
class AtlasUnit:
    """A unit that has a page. group: the name of the unit above it, "" for none. place: inside it."""

    kind: str
    code: str
    name: str
    group: str
    geometry: shapely.Geometry

    @property
    def place(self) -> tuple[float, float]:
        """A point inside, in planning metres."""
        point = shapely.point_on_surface(self.geometry)
        return float(point.x), float(point.y)


def atlas_units(
    plan: Plan, role: str, only: Sequence[str] | None = None
) -> tuple[tuple[AtlasUnit, ...], tuple[str, ...]]:
    """Return the units of a role by code, or only those with the codes `only`; and names of those without a
    place.

    Of units with the same name each has its group's in brackets. Raises InputError `atlas_no_units`,
    `atlas_unit_unknown`.
    """
    found, placeless, known = [], [], set()
    for table in plan.with_role(role):
        groups = _groups(plan, table)
        names = [str(each or "") for each in table.column(table.kind.name)]
        for code, name, group, shape in zip(
            table.column(table.kind.key), names, groups, table.geometry, strict=True
        ):
            known.add(str(code))
            said = in_brackets(name, group) if name and names.count(name) > 1 else name or str(code)
            if only and str(code) not in only:
                continue
            if shape is None or shapely.is_empty(shape) or not np.isfinite(shapely.bounds(shape)).all():
                placeless.append(said)
            else:
                found.append(AtlasUnit(table.kind.id, str(code), said, group, shape))
    missing = [code for code in only or () if code not in known]
    if missing:
        raise InputError("atlas_unit_unknown", codes=missing)
    if not found:
        raise InputError("atlas_no_units")
    return tuple(sorted(found, key=lambda unit: unit.code)), tuple(placeless)


def _groups(plan: Plan, table: Table) -> list[str]:
    """The name of the sumu of each row, "" where none is told."""
    if "sumu_code" not in table.kind.column_names:
        return [""] * len(table)
    names = {
        str(code): str(name or "")
        for above in plan.with_role("unit.sumu")
        for code, name in zip(above.column(above.kind.key), above.column(above.kind.name), strict=True)
    }
    return [names.get(str(code), "") for code in table.column("sumu_code")]


def unit_extent(geometry: shapely.Geometry) -> Bounds:
    """Return the ground that the unit's page must hold: all of it, and MARGIN round it."""
    west, south, east, north = (float(value) for value in shapely.bounds(geometry))
    spare = MARGIN * max(east - west, north - south)
    wide, high = max(east - west + 2 * spare, LEAST_SPAN), max(north - south + 2 * spare, LEAST_SPAN)
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


# -- the index -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class IndexWords:
    """Words of an index: heading of its list, what the map of page numbers is called."""

    title: str
    page: str
    name: str
    code: str


@dataclass(frozen=True, eq=False)
class IndexPage:
    """A page of the index. links: boxes that lead to a page (its number, from 1)."""

    paper: Paper
    map: MapFrame | None
    items: tuple[Item, ...]
    links: tuple[tuple[Box, int], ...]
    frames: dict[str, Box] = field(default_factory=dict)

    @property
    def scale(self) -> float:
        """The denominator of its map's ratio; of a page without a map, some."""
        return self.map.scene.view.scale if self.map is not None else 1_000_000.0


def index_length(page: Paper, units: Sequence[AtlasUnit], template: SheetTemplate = PLAIN) -> int:
    """Return how many pages the index of these units takes."""
    return len(_set_out(within_margins(page, template), _lines(units), template))


def build_index(
    plan: Plan,
    page: Paper,
    units: Sequence[AtlasUnit],
    texts: Sequence[SheetText],
    words: IndexWords,
    *,
    language: str = "zh",
    sources: Sources = SOURCES,
    template: SheetTemplate = PLAIN,
    check: Callable[[], None] = _go_on,
) -> tuple[IndexPage, ...]:
    """Return the pages of the index; the units' own pages follow them in their order.

    texts: head and foot of each page of the index. The first has a map on which each unit has its page's
    number, as far as numbers find room: larger units first.
    """
    whole, page = page, within_margins(page, template)
    dx, dy = corner(template)
    cells = _set_out(page, _lines(units), template)
    assert len(cells) == len(texts)
    made = []
    for at, (columns, text) in enumerate(zip(cells, texts, strict=True)):
        frames = page_frames(page, template)
        items: list[Item] = outer_frame(frames["whole"], template)
        main = None
        if at == 0:
            main, numbers = _numbered_map(plan, frames["map"], units, len(cells), language, sources, check)
            items += [Plate(frames["map"], "", "ink1", 0.2), *numbers, *divider(page, frames, template)]
        scale = main.scene.view.scale if main else None
        text = with_scale(text, scale_text(scale) if scale else "")
        items += [*head_items(page, frames, text, scale, template), *foot_items(page, frames, text)]
        links: list[tuple[Box, int]] = []
        for box, lines in columns:
            items += _column(box, lines, words, page, len(cells), links)
        frames = {name: box.moved(dx, dy) for name, box in frames.items()}
        main = replace(main, box=main.box.moved(dx, dy)) if main else None
        moved_links = tuple((box.moved(dx, dy), target) for box, target in links)
        made.append(IndexPage(whole, main, tuple(moved(item, dx, dy) for item in items), moved_links, frames))
    return tuple(made)


Line = tuple[str, int, AtlasUnit | None]
"""A group's name (then no unit), or the number of a unit from 0."""


def _lines(units: Sequence[AtlasUnit]) -> list[Line]:
    found: list[Line] = []
    for at, unit in enumerate(units):
        if unit.group and (at == 0 or units[at - 1].group != unit.group):
            found.append((unit.group, -1, None))
        found.append(("", at, unit))
    return found


def _set_out(
    page: Paper, lines: Sequence[Line], template: SheetTemplate = PLAIN
) -> list[list[tuple[Box, list[Line]]]]:
    """Lines in columns on pages: beside the map first, then on pages of lists; no head ends a column."""
    frames = page_frames(page, template)
    rest, pages = list(lines), []
    while rest:
        room = (frames["whole"] if pages else frames["column"]).inner(4.0)
        most = max(1, int((room.width + GAP) // (COLUMN_LEAST * page.type + GAP)))
        rows = int(room.height // (LEAST_ROW * page.type)) - 1
        count = min(most, max(1, math.ceil(len(rest) / rows)))
        each = math.ceil(len(rest) / count) if len(rest) <= count * rows else rows
        wide = (room.width - GAP * (count - 1)) / count
        columns = []
        for at in range(count):
            taken = rest[:each]
            while len(taken) > 1 and len(rest) > len(taken) and taken[-1][2] is None:
                taken.pop()
            del rest[: len(taken)]
            if taken:
                columns.append((Box(room.left + at * (wide + GAP), room.top, wide, room.height), taken))
        pages.append(columns)
    return pages


def _column(
    box: Box, lines: Sequence[Line], words: IndexWords, page: Paper, before: int, links: list[tuple[Box, int]]
) -> list[Item]:
    row = min(ROW * page.type, box.height / (len(lines) + 1))
    size = max(2.0, min(TYPE * page.type, row * 0.62))
    code = max((text_width(unit.code, size) for _, _, unit in lines if unit), default=0.0) + 1.5
    number = text_width("0000", size, 500)
    items: list[Item] = [Plate(Box(box.left, box.top, box.width, row), "sunken")]

    def put(left: str, middle: str, right: str, at: int, weight: int, token: str) -> None:
        base = box.top + (at + 0.5) * row + size * 0.36
        room = box.width - code - number - 2.0
        items.append(
            Words(shortened(left, room, size, weight), box.left + 1.0, base, size, weight, token,
                  frame="index")
        )  # fmt: skip
        for said, edge, bold in ((middle, box.right - number - 1.5, weight), (right, box.right - 1.0, 500)):
            wide = text_width(said, size, bold)
            items.append(Words(said, edge - wide, base, size, bold, token, frame="index"))

    put(words.name, words.code, words.page, 0, 500, "ink2")
    for at, (group, place, unit) in enumerate(lines, 1):
        y = box.top + at * row
        if unit is None:
            put(group, "", "", at, 500, "accent")
        else:
            put(unit.name, unit.code, str(before + place + 1), at, 400, "ink1")
            links.append((Box(box.left, y, box.width, row), before + place + 1))
        items.append(Rule(box.left, y + row, box.right, y + row, 0.1, "line"))
    return items


def _numbered_map(
    plan: Plan,
    box: Box,
    units: Sequence[AtlasUnit],
    before: int,
    language: str,
    sources: Sources,
    check: Callable[[], None],
) -> tuple[MapFrame, list[Item]]:
    """The units' outlines with each one's page; numbers that would touch another are left out."""
    roles = ("unit.banner", "unit.sumu")
    kinds = {table.kind.id: table.kind for role in roles for table in plan.with_role(role)}
    kinds |= {unit.kind: plan.tables[unit.kind].kind for unit in units}
    view = fitted_view(plan, box, None)
    styles = {kind.id: replace(kind.style, label=None) for kind in kinds.values()}
    scene = build_scene(
        plan, view, LayerSettings(frozenset(kinds), styles=styles), language=language, sources=sources,
        check=check,
    )  # fmt: skip
    main = MapFrame(box, scene)
    items: list[Item] = []
    taken: list[Box] = []
    order = sorted(range(len(units)), key=lambda at: (-shapely.area(units[at].geometry), at))
    for at in order:
        number = str(before + at + 1)
        x, y = main.to_mm(units[at].place)
        wide = text_width(number, TYPE, 500) + 1.2
        spot = Box(x - wide / 2, y - TYPE * 0.65, wide, TYPE * 1.3)
        if box.holds(spot) and not any(spot.meets(other) for other in taken):
            taken.append(spot)
            items.append(Plate(spot, "panel", "accent", 0.15, 0.9))
            items.append(Words(number, x - wide / 2 + 0.6, y + TYPE * 0.36, TYPE, 500, "accent", frame="map"))
    return main, items
