"""A unit on one page (A4 upright), in millimetres: its map, tiles, tables; painted as any sheet is.

    sheet = profile_page(plan, ("gacha", "150724111200"), content)

The words come ready; here they are only placed. Two columns of tables under the services are filled from the
top; a table that finds not enough room ends with how many rows it leaves out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from layers.catalogue.style import StyleClass, Symbol
from layers.catalogue.text import Text
from layers.errors import InputError
from layers.geo.repair import mended
from layers.maps.choropleth import MapTheme
from layers.maps.detail import _go_on
from layers.maps.furniture import scale_text
from layers.maps.paper_parts import (
    Box,
    Item,
    Plate,
    Rule,
    Words,
    clean,
    fitted_size,
    paper_of,
    shortened,
    wrapped,
)
from layers.maps.scene import build_scene
from layers.maps.settings import LayerSettings
from layers.maps.sheet import Sheet, in_px
from layers.maps.sheet_frame import PAPER_DPI, MapFrame, bar_length
from layers.maps.sheet_overview import INSET
from layers.maps.sources import SOURCES, Sources
from layers.maps.type import text_width
from layers.maps.viewport import METRES_PER_MM, PAPER, PIXELS_PER_MM, View, round_scale
from layers.plan.plan import Plan

PAPER_ID = "A4-portrait"
SIDE, TOP, GAP = 12.0, 11.0, 5.0
MAP_HEIGHTS, MAP_WIDTH, INSET_SIDE = (84.0, 66.0), 92.0, 27.0
FEW = 18
"""With up to so many services the map is the taller one."""
FOOT = 281.0
HEAD, BODY, NOTE, ROW = 2.9, 2.3, 2.1, 4.1
MIDDLE = 0.36
HALF_GAP = 5.0
SCALE = (27.0, 8.6)


@dataclass(frozen=True, slots=True)
class Chip:
    """A cell on a ground of its own: a status."""

    words: str
    fill: str
    ink: str


Cell = str | Chip


@dataclass(frozen=True)
class Grid:
    """A table. shares: widths of its columns, to their sum. texts: columns that are set from the left.

    more: what is said of rows that find no room (`{n}`). note: under it.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shares: tuple[float, ...]
    texts: frozenset[int] = frozenset({0})
    note: str = ""
    more: str = "{n}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on a tile with a colour mark."""

    number: str
    unit: str
    caption: str
    token: str


@dataclass(frozen=True)
class PageContent:
    """Every word of the page. beside: what stands right of the map. paragraph: its head and its text."""

    title: str
    subtitle: str
    mark: str
    warning: str
    figures: tuple[Figure, ...]
    beside: tuple[Grid, ...]
    services: Grid
    paragraph: tuple[str, str]
    left: tuple[Grid, ...]
    right: tuple[Grid, ...]
    notes: tuple[str, ...]
    foot: tuple[str, ...]
    scale: str
    day: str


def profile_page(
    plan: Plan,
    unit: tuple[str, str],
    content: PageContent,
    settings: LayerSettings | None = None,
    *,
    language: str = "zh",
    sources: Sources = SOURCES,
    check: Callable[[], None] = _go_on,
) -> Sheet:
    """Return the page of a unit (kind id, key). Raises InputError `sheet_no_extent` where the unit has no
    outline, and what `check` does."""
    paper = paper_of(PAPER_ID)
    shape = _outline(plan, unit)
    settings = settings if settings is not None else LayerSettings.default(plan)
    wide = paper.width - 2 * SIDE
    frame = Box(SIDE, TOP + 19.0, MAP_WIDTH, MAP_HEIGHTS[len(content.services.rows) > FEW])
    view = _view(shape.bounds, frame)
    inset, bar = _corners(shape, view, frame)
    main = MapFrame(
        frame,
        build_scene(plan, view, replace(settings, highlighted=(unit,)), language=language, sources=sources,
                    kept_clear=in_px([inset, bar], frame, view), check=check),
    )  # fmt: skip
    where = MapFrame(inset, _where(plan, unit, inset, language, sources, check))
    items = [*_head(content, wide), Plate(frame, "", "ink1", 0.2), Plate(inset, "", "ink1", 0.2)]
    items += _scale(content.scale, view, bar)
    items += _figures(content.figures, Box(frame.right + GAP, frame.top, wide - MAP_WIDTH - GAP, 31.0))
    y = frame.top + 35.0
    for grid in content.beside:
        box = Box(frame.right + GAP, y, wide - MAP_WIDTH - GAP, frame.bottom - y)
        made, height = grid_items(grid, box)
        items += made
        y += height + 3.2
    y = frame.bottom + GAP
    made, height = _halves(content.services, Box(SIDE, y, wide, FOOT - y))
    items += made
    made, more = _paragraph(content.paragraph, SIDE, y + height + 3.0, wide)
    items += made
    y += height + more + 6.0
    notes, low = _notes(content, wide)
    half = (wide - HALF_GAP) / 2
    items += _column(content.left, Box(SIDE, y, half, low - y))
    items += _column(content.right, Box(SIDE + half + HALF_GAP, y, half, low - y))
    whole = Box(SIDE, TOP, wide, FOOT - TOP)
    return Sheet(
        paper, main, where, (*items, *notes), {"whole": whole, "map": frame, "overview": inset},
        clean(content.title), language, content.day,
    )  # fmt: skip


def _outline(plan: Plan, unit: tuple[str, str]) -> shapely.Geometry:
    table = plan.tables[unit[0]]
    for code, shape in zip(table.column(table.kind.key), table.geometry, strict=True):
        if str(code) == unit[1] and shape is not None and not shape.is_empty:
            return shape
    raise InputError("sheet_no_extent")


def _view(bounds: tuple[float, ...], frame: Box) -> View:
    """A round scale at which the unit lies in its frame with a margin round it."""
    west, south, east, north = bounds
    least = max((east - west) / (frame.width - 8), (north - south) / (frame.height - 8), 0.1) / METRES_PER_MM
    return View(
        ((west + east) / 2, (south + north) / 2), round_scale(least),
        math.ceil(frame.width * PIXELS_PER_MM), math.ceil(frame.height * PIXELS_PER_MM), PAPER_DPI / 96,
        medium=PAPER,
    )  # fmt: skip


def _where(
    plan: Plan, unit: tuple[str, str], box: Box, language: str, sources: Sources, check: Callable[[], None]
):  # noqa: ANN202
    """The banner with its sumu, and the unit filled in it."""
    kinds = [table.kind for role in ("unit.banner", "unit.sumu") for table in plan.with_role(role)]
    role = next(role for role in plan.catalogue[unit[0]].roles if role.startswith("unit."))
    styles = {kind.id: replace(kind.style, label=None) for kind in kinds}
    own = plan.catalogue[unit[0]]
    styles[own.id] = replace(own.style, label=None)
    title = Text("", "")
    theme = MapTheme(
        "where", title, title, (StyleClass("unit", title, Symbol(fill="sel")),), {unit[1]: 0}, role, title
    )
    view = View(
        (0.0, 0.0), 1.0, math.ceil(box.width * PIXELS_PER_MM), math.ceil(box.height * PIXELS_PER_MM),
        PAPER_DPI / 96, medium=INSET,
    ).fitted(plan.bounds or _outline(plan, unit).bounds, 0.06)  # fmt: skip
    settings = LayerSettings(frozenset(kind.id for kind in kinds), styles=styles)
    return build_scene(plan, view, settings, theme=theme, language=language, sources=sources, check=check)


# -- parts -----------------------------------------------------------------------------------------


def _head(content: PageContent, wide: float) -> list[Item]:
    mark = text_width(content.mark, 3.4, 500)
    room = wide - mark - 6
    title = clean(content.title)
    size = fitted_size(title, room, 7.0, 700, least=4.0)
    below = clean(content.subtitle)
    small = fitted_size(below, wide, 2.6)
    items: list[Item] = [
        Words(shortened(title, room, size, 700), SIDE, TOP + 6.0, size, 700, frame="title"),
        Words(shortened(below, wide, small), SIDE, TOP + 12.5, small, 400, "ink2", frame="title"),
        Rule(SIDE, TOP + 15.5, SIDE + wide, TOP + 15.5, 0.3, "ink1"),
    ]
    if content.mark:
        items.append(Words(content.mark, SIDE + wide - mark, TOP + 5.0, 3.4, 500, "bad", frame="mark"))
    return items


def _corners(shape: shapely.Geometry, view: View, frame: Box) -> tuple[Box, Box]:
    """Where the small map and the scale stand: in the corners in which least of the unit lies."""
    metres = view.scale * METRES_PER_MM

    def at(corner: str, wide: float, high: float) -> Box:
        left = frame.left if "left" in corner else frame.right - wide
        return Box(left, frame.top if "top" in corner else frame.bottom - high, wide, high)

    def covered(box: Box) -> float:
        west = view.center[0] + (box.left - frame.left - frame.width / 2) * metres
        north = view.center[1] - (box.top - frame.top - frame.height / 2) * metres
        ground = shapely.box(west, north - box.height * metres, west + box.width * metres, north)
        return float(shapely.area(shapely.intersection(mended(np.array([shape], object))[0], ground)))

    corners = ("bottom right", "top right", "top left", "bottom left")
    inset = min((at(corner, INSET_SIDE, INSET_SIDE) for corner in corners), key=covered)
    places = [at(corner, *SCALE) for corner in ("bottom left", "bottom right", "top left", "top right")]
    return inset, min((box for box in places if not box.meets(inset)), key=covered)


def _scale(word: str, view: View, box: Box) -> list[Item]:
    """The ratio and a bar of a round length."""
    _, part, unit = bar_length(view.scale)
    long = part / (view.scale * METRES_PER_MM)
    said = f"{word} {scale_text(view.scale)}".strip()
    label = f"{part / (1000 if unit == 'km' else 1):g} {unit}"
    return [
        Plate(box, "panel", opacity=0.92),
        Words(said, box.left + 1.5, box.top + 3.4, BODY, 400, "ink1", frame="scale"),
        Plate(Box(box.left + 1.5, box.top + 5.4, long, 0.9), "ink1"),
        Words(label, box.left + long + 2.5, box.top + 6.6, NOTE, 400, "ink2", frame="scale"),
    ]


def _figures(figures: Sequence[Figure], box: Box) -> list[Item]:
    """Two tiles in a row."""
    items: list[Item] = []
    wide, high = (box.width - 3.0) / 2, (box.height - 3.0) / 2
    for at, figure in enumerate(figures):
        tile = Box(box.left + (at % 2) * (wide + 3.0), box.top + (at // 2) * (high + 3.0), wide, high)
        items.append(Plate(tile, "sunken"))
        items.append(Plate(Box(tile.left, tile.top, 0.8, tile.height), figure.token))
        size = fitted_size(figure.number, wide * 0.7, 5.0, 500)
        number = text_width(figure.number, size, 500)
        unit = fitted_size(figure.unit, max(wide - number - 5, 4), BODY)
        items.append(Words(figure.number, tile.left + 2.6, tile.top + 6.4, size, 500, frame="tiles"))
        items.append(Words(figure.unit, tile.left + 3.6 + number, tile.top + 6.4, unit, 400, "ink2",
                           frame="tiles"))  # fmt: skip
        caption = fitted_size(figure.caption, wide - 4, BODY)
        items.append(Words(shortened(figure.caption, wide - 4, caption), tile.left + 2.6, tile.top + 11.2,
                           caption, 400, "ink2", frame="tiles"))  # fmt: skip
    return items


def grid_items(grid: Grid, box: Box) -> tuple[list[Item], float]:
    """Return a table set in the width of a box, with as many rows as stand in its height, and its height."""
    items: list[Item] = []
    y = box.top
    if grid.title:
        items.append(Words(shortened(grid.title, box.width, HEAD, 500), box.left, y + HEAD, HEAD, 500,
                           frame="table"))  # fmt: skip
        y += HEAD + 1.9
    widths = [box.width * share / sum(grid.shares) for share in grid.shares]
    items.append(Plate(Box(box.left, y, box.width, ROW), "sunken"))
    chips = {at for row in grid.rows for at, cell in enumerate(row) if isinstance(cell, Chip)}
    heads = [
        Chip(words, "sunken", "ink2") if at in chips else words for at, words in enumerate(grid.headings)
    ]
    items += _row(heads, widths, grid.texts, box.left, y, 500, "ink2")
    y += ROW
    items.append(Rule(box.left, y, box.left + box.width, y, 0.25, "ink2"))
    note = wrapped(grid.note, box.width, NOTE) if grid.note else ()
    room = int((box.bottom - y - len(note) * NOTE * 1.45 + 1e-6) / ROW)
    shown = grid.rows if len(grid.rows) <= room else grid.rows[: max(room - 1, 0)]
    for row in shown:
        items += _row(row, widths, grid.texts, box.left, y, 400, "ink1")
        y += ROW
        items.append(Rule(box.left, y, box.left + box.width, y, 0.08, "line"))
    if len(shown) < len(grid.rows):
        said = grid.more.format(n=len(grid.rows) - len(shown))
        items.append(Words(said, box.left + 0.8, y + ROW / 2 + BODY * MIDDLE, BODY, 400, "ink3",
                           frame="table"))  # fmt: skip
        y += ROW
    for line in note:
        y += NOTE * 1.45
        items.append(Words(line, box.left, y, NOTE, 400, "ink3", frame="table"))
    return items, y - box.top


def _row(
    cells: Sequence[Cell], widths: Sequence[float], texts: frozenset[int], left: float, top: float,
    weight: int, token: str,
) -> Iterable[Item]:  # fmt: skip
    for at, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        words = clean(cell.words if isinstance(cell, Chip) else cell)
        room = width - 1.4
        size = fitted_size(words, room, BODY, weight, least=2.0)
        words = shortened(words, room, size, weight)
        wide = text_width(words, size, weight)
        x = left + 0.7 if at in texts else left + width - 0.7 - wide
        ink = token
        if isinstance(cell, Chip):
            ink = cell.ink
            yield Plate(Box(left + 0.3, top + 0.5, width - 0.6, ROW - 1.0), cell.fill)
            x = left + (width - wide) / 2
        yield Words(words, x, top + ROW / 2 + size * MIDDLE, size, weight, ink, frame="table")
        left += width


def _halves(grid: Grid, box: Box) -> tuple[list[Item], float]:
    """A long table as two side by side under one title."""
    items: list[Item] = [Words(grid.title, box.left, box.top + HEAD, HEAD, 500, frame="table")]
    top, half = HEAD + 1.9, (len(grid.rows) + 1) // 2
    wide, tallest = (box.width - HALF_GAP) / 2, 0.0
    for at, rows in enumerate((grid.rows[:half], grid.rows[half:])):
        if not rows and at:
            continue
        part = replace(grid, title="", rows=rows, note="")
        left = box.left + at * (wide + HALF_GAP)
        made, height = grid_items(part, Box(left, box.top + top, wide, box.height - top))
        items += made
        tallest = max(tallest, height)
    if grid.note:
        tallest += NOTE * 1.6
        items.append(Words(shortened(grid.note, box.width, NOTE), box.left, box.top + top + tallest - 0.3,
                           NOTE, 400, "ink3", frame="table"))  # fmt: skip
    return items, top + tallest


def _paragraph(
    paragraph: tuple[str, str], left: float, top: float, width: float
) -> tuple[list[Item], float]:
    """A head and running text."""
    head, words = paragraph
    if not words:
        return [], 0.0
    items: list[Item] = [Words(head, left, top + HEAD, HEAD, 500, frame="targets")]
    y = top + HEAD + 1.2
    for line in wrapped(clean(words), width, BODY):
        y += BODY * 1.5
        items.append(Words(line, left, y, BODY, 400, "ink1", frame="targets"))
    return items, y - top + 0.8


def _column(grids: Sequence[Grid], box: Box) -> list[Item]:
    """Tables one below the other; the last takes the room that is left."""
    items: list[Item] = []
    y = box.top
    for grid in grids:
        if box.bottom - y < HEAD + 1.9 + 2 * ROW:
            break
        made, height = grid_items(grid, Box(box.left, y, box.width, box.bottom - y))
        items += made
        y += height + 3.2
    return items


def _notes(content: PageContent, wide: float) -> tuple[list[Item], float]:
    """Notes and foot, from below; returns them and where the room above them ends."""
    items: list[Item] = []
    warning = text_width(content.warning, 2.4, 500)
    items.append(Rule(SIDE, FOOT - 1.5, SIDE + wide, FOOT - 1.5, 0.2, "ink2"))
    items.append(Words(content.warning, SIDE + wide - warning, FOOT + 2.4, 2.4, 500, "bad", frame="foot"))
    for at, line in enumerate(content.foot):
        room = wide - (warning + 4 if at == 0 else 0)
        size = fitted_size(clean(line), room, NOTE)
        items.append(Words(shortened(clean(line), room, size), SIDE, FOOT + 2.2 + at * 3.4, size, 400, "ink2",
                           frame="foot"))  # fmt: skip
    lines = wrapped("　".join(map(clean, content.notes)), wide, NOTE)
    top = FOOT - 3.0 - len(lines) * NOTE * 1.45
    for at, line in enumerate(lines):
        base = top + (at + 1) * NOTE * 1.45
        items.append(Words(line, SIDE, base, NOTE, 400, "ink3", frame="notes"))
    return items, top - 1.0
