"""The printed sheet as data: map, frames, ticks, overview, legend, table, notes and foot, in millimetres.

    sheet = build_sheet(plan, "A3-landscape", text, settings, theme=theme)

`app.painting.sheet` paints the same sheet on the preview, into PDF, SVG and PNG. The map is built once, at
PAPER_DPI, so that what the preview shows is what is written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from layers.catalogue.style import Style
from layers.errors import InputError
from layers.maps.choropleth import MapTheme
from layers.maps.detail import _go_on
from layers.maps.furniture import scale_text
from layers.maps.paper_parts import Box, Item, Paper, Plate, SheetTable, Words, clean, paper_of
from layers.maps.scene import build_scene
from layers.maps.settings import LayerSettings
from layers.maps.sheet_column import moved
from layers.maps.sheet_fit import fit_column
from layers.maps.sheet_frame import (
    FOOT,
    NEAT,
    PAPER_DPI,
    PX_PER_MM,
    SIDE,
    TOP,
    MapFrame,
    SheetText,
    bar_length,
    foot_items,
    furniture,
    grid_items,
)
from layers.maps.sheet_free import Content, lay, over_map
from layers.maps.sheet_head import (
    approval_height,
    approval_items,
    band_items,
    head_items,
    mark_items,
)
from layers.maps.sheet_legend import columns_key, legend_groups
from layers.maps.sheet_overview import extent_mark, has_overview, is_part, overview
from layers.maps.sheet_parts import on_page
from layers.maps.sheet_template import MARGIN, PLAIN, SheetTemplate, filled
from layers.maps.sources import SOURCES, Sources
from layers.maps.viewport import METRES_PER_MM, PAPER, PIXELS_PER_MM, Bounds, View, is_whole, round_scale
from layers.plan.plan import Plan

MARGIN_MM = 4.0
"""Least room between the banner and the map's neat-line."""
COLUMN = {"A1": 140.0, "A2": 120.0, "A3": 108.0, "A4": 78.0}
BAND = {"A1": 180.0, "A2": 150.0, "A3": 124.0, "A4": 92.0}
"""Width of the column beside the map, or height of the band under it."""
OVERVIEW = {"A1": 80.0, "A2": 68.0, "A3": 57.0, "A4": 38.0}


@dataclass(frozen=True, eq=False)
class Sheet:
    """A page: the maps, and `items` over them. frames: the parts by name, none over another.

    left_out: names of parts that found no room (`table`, `overview`, `legend`). cut: those of which only
    the first rows did.
    """

    paper: Paper
    map: MapFrame
    overview: MapFrame | None
    items: tuple[Item, ...]
    frames: Mapping[str, Box]
    title: str
    language: str
    day: str
    left_out: tuple[str, ...] = field(default=())
    cut: tuple[str, ...] = ()

    @property
    def scale(self) -> float:
        """The denominator of the sheet's ratio."""
        return self.map.scene.view.scale


def build_sheet(
    plan: Plan,
    paper: str,
    text: SheetText,
    settings: LayerSettings | None = None,
    *,
    theme: MapTheme | None = None,
    table: SheetTable | None = None,
    extent: Bounds | None = None,
    language: str = "zh",
    grey: bool = False,
    sources: Sources = SOURCES,
    template: SheetTemplate = PLAIN,
    check: Callable[[], None] = _go_on,
) -> Sheet:
    """Return the sheet.

    extent: planning metres that the map must hold; without it the banner with MARGIN_MM round it. The ratio
    is the largest round one that does. grey: tints of what has a pattern are left out, for printing without
    colour. template: how it looks; its words are already in `text`. Raises InputError `paper_unknown`,
    `sheet_no_extent` (nothing has a place), and what `check` does.
    """
    page = paper_of(paper)
    settings = settings if settings is not None else LayerSettings.default(plan)
    settings = without_tints(plan, settings) if grey else settings
    if template.parts:
        return _by_hand(plan, page, text, settings, theme, table, extent, language, sources, template, check)
    inner = within_margins(page, template)
    frames = page_frames(inner, template)
    view = fitted_view(plan, frames["map"], extent)
    corners = _corners(plan, frames["map"], view)
    frames |= corners
    clear = in_px([corners["north"].inner(-1), corners["scale"].inner(-0.6)], frames["map"], view)
    scene = build_scene(
        plan, view, settings, theme=theme, language=language, sources=sources, kept_clear=clear, check=check
    )
    main = MapFrame(frames["map"], scene)
    text = with_scale(text, scale_text(view.scale))
    column = frames["column"]
    fitted = fit_column(
        inner,
        replace(column, height=column.height - approval_height(inner, text.approval)),
        text,
        legend_groups(plan, main, settings, theme, language, text.counted),
        columns_key(scene, text.key),
        table if template.table else None,
        OVERVIEW[page.id[:2]] if template.overview and has_overview(plan) else 0.0,
        is_part=is_part(plan, main.extent),
    )
    frames |= fitted.frames
    items = [
        *grid_items(plan.crs, main, template),
        *furniture(inner, frames, text, main, template),
        *head_items(inner, frames, text, view.scale, template),
        *foot_items(inner, frames, text),
        *approval_items(inner, frames, text),
        *fitted.items,
    ]
    inset = None
    if "overview" in frames:
        inset = overview(plan, frames["overview"], language, sources, check, settings.highlighted)
        items += [Plate(inset.box, "", "line", 0.2), *extent_mark(plan, inset, main.extent)]
    sheet = Sheet(
        page, main, inset, tuple(items), frames, clean(text.title), language, text.day, fitted.left_out,
        fitted.cut,
    )  # fmt: skip
    return _shifted(sheet, *corner(template))


def _by_hand(
    plan: Plan,
    page: Paper,
    text: SheetText,
    settings: LayerSettings,
    theme: MapTheme | None,
    table: SheetTable | None,
    extent: Bounds | None,
    language: str,
    sources: Sources,
    template: SheetTemplate,
    check: Callable[[], None],
) -> Sheet:
    """A sheet with its frames where the template has them; marks and foot are where they always are."""
    parts = on_page(template.parts, paper_of(template.paper), page)
    neat = next(part.box for part in parts if part.kind == "map")
    view = fitted_view(plan, neat, extent)
    clear = in_px([box.inner(-0.6) for box in over_map(parts)], neat, view)
    scene = build_scene(
        plan, view, settings, theme=theme, language=language, sources=sources, kept_clear=clear, check=check
    )
    main = MapFrame(neat, scene)
    text = with_scale(text, scale_text(view.scale))
    groups = legend_groups(plan, main, settings, theme, language, text.counted)
    key = columns_key(scene, text.key)
    laid = lay(Content(page, text, main, groups, key, table, template, language), parts)
    inner, frames, band = within_margins(page, template), dict[str, Box](), template.head == "band"
    ground = [*band_items(inner, frames)] if band else []
    marks = [*mark_items(inner, frames, text, band)[0], *foot_items(inner, frames, text)]
    dx, dy = corner(template)
    own = {name: at.moved(dx, dy) for name, at in frames.items()}
    plates = [Plate(own[name].inner(-0.8), "panel") for name in ("mark", "foot", "review", "page")
              if name in own and any(box.meets(own[name]) for box in laid.frames.values())]  # fmt: skip
    grid = [item for item in grid_items(plan.crs, main, template)
            if not isinstance(item, Words) or Box(0, 0, page.width, page.height).holds(item.box)]  # fmt: skip
    inset, marked = None, list[Item]()
    if "overview" in laid.frames and has_overview(plan):
        inset = overview(plan, laid.frames["overview"], language, sources, check, settings.highlighted)
        marked = [Plate(inset.box, "", "line", 0.2), *extent_mark(plan, inset, main.extent)]
    items = (
        *(moved(item, dx, dy) for item in ground), *grid, *marked, *laid.items, *plates,
        *(moved(item, dx, dy) for item in marks),
    )  # fmt: skip
    return Sheet(
        page, main, inset, items, laid.frames | own, clean(text.title), language, text.day,
        tuple(laid.left_out), tuple(laid.cut),
    )  # fmt: skip


def within_margins(page: Paper, template: SheetTemplate) -> Paper:
    """Return the paper that is left when the template's margins are wider than usual; `corner` is its
    place."""
    left, top, right, bottom = template.margins
    wide, high = page.width - left - right + 2 * MARGIN, page.height - top - bottom + 2 * MARGIN
    return replace(page, width=wide, height=high)


def corner(template: SheetTemplate) -> tuple[float, float]:
    """Return how far what is laid out `within_margins` is moved on the page, mm."""
    return template.margins[0] - MARGIN, template.margins[1] - MARGIN


def _shifted(sheet: Sheet, dx: float, dy: float) -> Sheet:
    if not (dx or dy):
        return sheet
    inset = sheet.overview
    return replace(
        sheet,
        map=replace(sheet.map, box=sheet.map.box.moved(dx, dy)),
        overview=replace(inset, box=inset.box.moved(dx, dy)) if inset is not None else None,
        items=tuple(moved(item, dx, dy) for item in sheet.items),
        frames={name: box.moved(dx, dy) for name, box in sheet.frames.items()},
    )


def without_tints(plan: Plan, settings: LayerSettings) -> LayerSettings:
    """The settings with tints of patterned areas off: patterns and outlines carry the meaning in grey."""
    styles = dict(settings.styles)
    for kind, _ in plan.layers():
        style = settings.style(kind)
        symbols = [style.symbol, *(each.symbol for each in style.classes)]
        if kind.id in settings.visible and any(symbol.fill and symbol.patterns for symbol in symbols):
            styles[kind.id] = _untinted(style)
    return replace(settings, styles=styles)


def _untinted(style: Style) -> Style:
    classes = tuple(
        replace(each, symbol=replace(each.symbol, fill="")) if each.symbol.patterns else each
        for each in style.classes
    )
    symbol = replace(style.symbol, fill="") if style.symbol.patterns else style.symbol
    return replace(style, symbol=symbol, classes=classes)


# -- frames ----------------------------------------------------------------------------------------


def with_scale(text: SheetText, scale: str) -> SheetText:
    """The words with their field `{scale}` filled, once the ratio is known."""
    values = {"scale": scale}
    return replace(
        text,
        title=filled(text.title, values),
        subtitle=filled(text.subtitle, values),
        notes=tuple(filled(note, values) for note in text.notes),
        values={**text.values, **values},
    )


def page_frames(page: Paper, template: SheetTemplate = PLAIN) -> dict[str, Box]:
    """The boxes of a page: `whole`, `map` and `column` (beside the map, or under it on a portrait page)."""
    size = page.id[:2]
    whole = Box(SIDE, TOP, page.width - 2 * SIDE, page.height - TOP - FOOT)
    if page.is_portrait:
        high = BAND[size]
        column = Box(whole.left, whole.bottom - high, whole.width, high)
        neat = Box(
            whole.left + NEAT, whole.top + NEAT, whole.width - 2 * NEAT, whole.height - high - 2 * NEAT
        )
    else:
        wide = COLUMN[size]
        left = template.legend == "left"
        column = Box(whole.left if left else whole.right - wide, whole.top, wide, whole.height)
        neat = Box(
            whole.left + NEAT + (wide if left else 0.0),
            whole.top + NEAT,
            whole.width - wide - 2 * NEAT,
            whole.height - 2 * NEAT,
        )
    return {"whole": whole, "map": neat, "column": column}


def fitted_view(plan: Plan, neat: Box, extent: Bounds | None) -> View:
    """Return the view of a map's box: `extent`, or the banner with MARGIN_MM round it, at a round ratio.

    An extent that is the whole banner in a window of another shape is the banner. Raises InputError
    `sheet_no_extent`.
    """
    if extent is not None and is_whole(extent, plan.bounds):
        extent = None
    bounds = extent if extent is not None else plan.bounds
    if bounds is None or not np.isfinite(bounds).all():
        raise InputError("sheet_no_extent")
    west, south, east, north = bounds
    margin = MARGIN_MM if extent is None else 0.0
    wide, high = neat.width - 2 * margin, neat.height - 2 * margin
    least = max((east - west) / wide, (north - south) / high, 0.1) / METRES_PER_MM
    return View(
        ((west + east) / 2, (south + north) / 2),
        round_scale(least),
        math.ceil(neat.width * PIXELS_PER_MM),
        math.ceil(neat.height * PIXELS_PER_MM),
        PAPER_DPI / 96,
        medium=PAPER,
    )


def _corners(plan: Plan, neat: Box, view: View) -> dict[str, Box]:
    """Where the north arrow and the scale bar stand: their usual corner, or one with less of the banner."""
    length, _, _ = bar_length(view.scale)
    arrow = (8.0, 17.0)
    bar = (length / (view.scale * METRES_PER_MM) + 13.0, 14.0)
    land = [each for table in plan.with_role("unit.banner") for each in table.geometry if each is not None]
    metres = view.scale * METRES_PER_MM

    def covered(box: Box) -> bool:
        west = view.center[0] + (box.left - neat.left - neat.width / 2) * metres
        north = view.center[1] - (box.top - neat.top - neat.height / 2) * metres
        ground = shapely.box(west, north - box.height * metres, west + box.width * metres, north)
        return any(bool(shapely.intersects(each, ground)) for each in land)

    def at(corner: str, size: tuple[float, float], margin: float) -> Box:
        left = neat.left + margin if "left" in corner else neat.right - margin - size[0]
        top = neat.top + margin if "top" in corner else neat.bottom - margin - size[1]
        return Box(left, top, *size)

    north = min((at(corner, arrow, 5.0) for corner in ("top right", "top left", "bottom right")), key=covered)
    places = [at(corner, bar, 2.0) for corner in ("bottom left", "bottom right", "top left", "top right")]
    return {"north": north, "scale": min((box for box in places if not box.meets(north)), key=covered)}


def in_px(boxes: Sequence[Box], neat: Box, view: View) -> np.ndarray:
    """Boxes of the page (n, 4) in device px of the scene that is set in the middle of `neat`."""
    shift_x = (view.width / PIXELS_PER_MM - neat.width) / 2 - neat.left
    shift_y = (view.height / PIXELS_PER_MM - neat.height) / 2 - neat.top
    return (
        np.array(
            [
                [(box.left + shift_x), (box.top + shift_y), (box.right + shift_x), (box.bottom + shift_y)]
                for box in boxes
            ],
            float,
        ).reshape(-1, 4)
        * PX_PER_MM
    )
