"""Areas and lines of all visible layers as operations, bottom to top.

Layers of one place in the order are drawn pass by pass: all tints, all patterns, all bands, then strokes
from the lowest, so that casings of every class lie under every core and a tint never covers a pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, zip_longest

import numpy as np
from numpy.typing import NDArray

from layers.catalogue.model import LayerKind
from layers.catalogue.style import Stroke, Style, StyleClass, Symbol
from layers.maps.bands import inner_band, outer_band, teeth
from layers.maps.choropleth import MapTheme
from layers.maps.detail import Block, Chunk, EdgeSet
from layers.maps.operations import Fill, Hatch, Lines, Operation, Segments
from layers.maps.palette import colour
from layers.maps.settings import LayerSettings
from layers.maps.sources import Sources
from layers.maps.symbols import PixelStroke, PixelSymbol, bare, pixel_symbol
from layers.maps.viewport import Bounds, View
from layers.plan.plan import Plan
from layers.plan.table import Table

THEME_ORDER, FACILITY_ORDER = 20, 80
OVER_BASEMAP = 0.6
"""How strongly tints of areas cover a basemap: the country is to be seen through them."""
ROAD_THEME, ROAD_FAR, ROAD_NEAR = 0.62, 0.8, 1.2
ROAD_FAR_FROM, ROAD_NEAR_FROM = 500_000, 150_000


@dataclass(eq=False)
class Context:
    """What a scene is being built from; `check` may raise to give up."""

    plan: Plan
    view: View
    settings: LayerSettings
    theme: MapTheme | None
    language: str
    selection: tuple[str, frozenset[int]]
    sources: Sources
    check: Callable[[], None]
    shown: dict[str, NDArray[np.bool_]] = field(default_factory=dict)  # kind id -> style classes seen in view
    columns: Mapping[str, tuple[float, float]] | None = (
        None  # unit -> where its columns stand, once that is settled
    )

    def symbol(self, symbol: Symbol, *, width: float = 1.0, fill: bool = True) -> PixelSymbol:
        """A symbol in this view."""
        return pixel_symbol(symbol, bare(self.view), width=width, fill=fill)

    @property
    def tint(self) -> float:
        """How strongly areas are tinted, 1 where there is nothing to be seen under them."""
        return tint_of(self.settings)

    @property
    def theme_share(self) -> float:
        """The share of the theme's tints over what lies under them."""
        return theme_share(self.theme, self.settings)

    def window(self, reach: float = 0.0) -> Bounds:
        """The view's bounds in metres, wider by `reach` device px."""
        west, south, east, north = self.view.bounds
        more = reach * self.view.metres_per_px
        return west - more, south - more, east + more, north + more


def tint_of(settings: LayerSettings) -> float:
    """How strongly areas are tinted: 1 where there is no basemap to be seen under them."""
    return 1.0 if settings.basemap is None else OVER_BASEMAP


def theme_share(theme: MapTheme | None, settings: LayerSettings) -> float:
    """How strongly a theme's units are tinted."""
    own = 1.0 if theme is None else theme.opacity
    return own * settings.opacity.get("theme", 1.0) * tint_of(settings)


def tinted(style: Style, theme: MapTheme | None) -> bool:
    """Whether a layer's areas have their tints: under a theme zones give them up."""
    return theme is None or not THEME_ORDER <= style.order < 40


def symbol_of(style: Style, at: int) -> Symbol:
    """The symbol of class `at` (-1: the style's own)."""
    return style.classes[at].symbol if at >= 0 else style.symbol


def shown_classes(style: Style, scale: float) -> frozenset[int]:
    """Classes that are drawn one by one at 1:scale; -1 stands for the style's own symbol."""
    if style.min_scale and scale > style.min_scale:
        return frozenset()
    classes = {at for at, each in enumerate(style.classes) if not each.min_scale or scale <= each.min_scale}
    return frozenset(classes | ({-1} if style.symbol != Symbol() else set()))


@dataclass(frozen=True, eq=False)
class Drawn:
    """A layer ready to be drawn: its blocks, and its symbols by class."""

    kind: LayerKind
    blocks: tuple[Block, ...]
    symbols: dict[int, PixelSymbol]
    opacity: float
    window: Bounds
    arcs: tuple[Block, ...] | None = None  # boundaries of units, in place of the blocks' own lines

    def chunks(self, at: int, *, lines: bool) -> tuple[Chunk, ...]:
        """Chunks of one class."""
        return tuple(chunk for chunk in (self.lines() if lines else self._fills()) if chunk.style_class == at)

    def lines(self) -> Iterator[Chunk]:
        """Lines of every class."""
        return (
            chunk
            for block in (self.blocks if self.arcs is None else self.arcs)
            for chunk in block.lines
            if chunk.meets(self.window)
        )

    def _fills(self) -> Iterator[Chunk]:
        return (chunk for block in self.blocks for chunk in block.fills if chunk.meets(self.window))


def base_operations(context: Context) -> Iterator[Operation]:
    """The basemap; without one the banner's outer bands (they reach under its land) and its land."""
    basemap = context.settings.basemap
    if basemap is not None:
        yield from basemap.pictures(context.view, context.plan.crs, context.check)
        return
    for table in context.plan.with_role("unit.banner"):
        style = context.settings.style(table.kind)
        drawn = _drawn(context, table, style, frozenset({-1}))
        land = drawn.chunks(-1, lines=False)
        for stroke in drawn.symbols[-1].outer:
            yield Fill(
                tuple(outer_band(chunk, stroke.width / 2, context.view) for chunk in land), stroke.colour
            )
        yield Fill(land, colour("land", context.view.palette))


def stack_operations(
    context: Context, areas: Callable[[Context], Iterator[Operation]] = lambda _context: iter(())
) -> Iterator[Operation]:
    """Everything but point symbols, in drawing order; the theme lies over the land and under the zones.

    areas: what the theme fills besides units.
    """
    themed = context.theme is None
    layers = list(context.settings.sequence(context.plan))
    for order, group in groupby(layers, key=lambda kind: context.settings.style(kind).order):
        if not themed and order >= THEME_ORDER:
            yield from theme_operations(context, areas)
            themed = True
        drawn = []
        for kind in group:
            context.check()
            if kind.geometry != "Point" and (ready := _layer(context, kind)) is not None:
                drawn.append(ready)
        yield from _passes(context, drawn)
    if not themed:
        yield from theme_operations(context, areas)


def theme_operations(
    context: Context, areas: Callable[[Context], Iterator[Operation]]
) -> Iterator[Operation]:
    """Fills and patterns of the theme's units and areas, and the lines between units."""
    theme = context.theme
    assert theme is not None
    land = colour("land", context.view.palette)
    for table in context.plan.with_role(theme.unit_role):
        symbols = {at: context.symbol(each.symbol) for at, each in enumerate(theme.classes)}
        drawn = _drawn(context, table, table.kind.style, frozenset(symbols), theme=theme)
        for at, symbol in symbols.items():
            chunks = drawn.chunks(at, lines=False)
            if chunks and symbol.fill:
                if context.settings.basemap is None:
                    yield Fill(chunks, colour_over(symbol.fill, land, context.theme_share))
                else:
                    yield Fill(chunks, symbol.fill, context.theme_share)
        for at, symbol in symbols.items():
            yield from (
                Hatch(_wide(drawn, at, pattern.least, context), pattern, lined=True)
                for pattern in symbol.patterns
            )
        yield from areas(context)
        white = Stroke("halo", 0.26) if context.view.palette == "light" else Stroke("gacha_line", 0.13)
        stroke = context.symbol(Symbol(strokes=(white,))).strokes[0]
        yield Lines(tuple(drawn.lines()), stroke)


def colour_over(
    fill: tuple[int, int, int, int], land: tuple[int, int, int, int], share: float
) -> tuple[int, int, int, int]:
    """A tint weakened towards the land; opaque, so that nothing shines through."""
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(fill[:3], land[:3], strict=True))
    return red, green, blue, fill[3]


# -- a layer ---------------------------------------------------------------------------------------


def _layer(context: Context, kind: LayerKind) -> Drawn | None:
    style = context.settings.style(kind)
    view, theme = context.view, context.theme
    classes = shown_classes(style, view.scale)
    if not classes and style.aggregate == "outline" and kind.geometry == "MultiPolygon":
        style = _outlined(style)
        classes = shown_classes(style, view.scale)
    if not classes or (theme and theme.unit_role in kind.roles):
        return None
    return _drawn(context, context.plan.tables[kind.id], style, classes)


def _outlined(style: Style) -> Style:
    """The style from far: boundaries only."""

    def bare_symbol(symbol: Symbol) -> Symbol:
        return Symbol(strokes=symbol.strokes[:1])

    classes = tuple(
        StyleClass(each.value, each.title, bare_symbol(each.symbol), 0, each.where) for each in style.classes
    )
    return Style(bare_symbol(style.symbol), style.column, classes, order=style.order)


def _drawn(
    context: Context, table: Table, style: Style, classes: frozenset[int], *, theme: MapTheme | None = None
) -> Drawn:
    kind, view = table.kind, context.view
    width = road_factor(context) if "road" in kind.roles else 1.0
    if theme is None:
        tints = tinted(style, context.theme)
        symbols = {at: context.symbol(symbol_of(style, at), width=width, fill=tints) for at in classes}
    else:
        symbols = {at: context.symbol(theme.classes[at].symbol) for at in classes}
    reach = max((symbol.reach for symbol in symbols.values()), default=0.0)
    parts = context.sources.parts(table, style, theme, context.check)
    above = _above(context, table)
    window = context.window(reach)
    blocks: list[Block] = []
    for part in parts:
        blocks += part.source.blocks(
            window, view.metres_per_px, classes, masked=part.masked, above=above, check=context.check
        )
    drawn = Drawn(
        kind,
        tuple(blocks),
        symbols,
        context.settings.opacity.get(kind.id, 1.0),
        window,
        _arcs(context, table, style, above, window),
    )
    if theme is None:
        context.shown[kind.id] = _seen(drawn, len(style.classes))
    return drawn


def _arcs(
    context: Context, table: Table, style: Style, above: EdgeSet | None, window: Bounds
) -> tuple[Block, ...] | None:
    """Boundaries of a unit layer of one look."""
    if style.classes or not any(role.startswith("unit.") for role in table.kind.roles):
        return None
    source = context.sources.unit_lines(table, above, -1)
    if source is None:
        return None
    return tuple(source.blocks(window, context.view.metres_per_px, frozenset({-1}), check=context.check))


def _seen(drawn: Drawn, classes: int) -> NDArray[np.bool_]:
    """Which classes are in view; the last place stands for the style's own symbol."""
    seen = np.zeros(classes + 1, bool)
    for block in drawn.blocks:
        for chunk in (*block.fills, *block.lines):
            seen[chunk.style_class] = True
    return seen


def road_factor(context: Context) -> float:
    """How wide roads are against their style."""
    if context.theme is not None:
        return ROAD_THEME
    if context.view.scale > ROAD_FAR_FROM:
        return ROAD_FAR
    return 1.0 if context.view.scale > ROAD_NEAR_FROM else ROAD_NEAR


def _above(context: Context, table: Table) -> EdgeSet | None:
    """Edges of units that are drawn over this unit layer's lines."""
    if not any(role.startswith("unit.") for role in table.kind.roles):
        return None
    order = context.settings.style(table.kind).order
    over = tuple(
        context.plan.tables[kind.id]
        for kind in context.settings.sequence(context.plan)
        if kind.geometry == "MultiPolygon"
        and any(role.startswith("unit.") for role in kind.roles)
        and context.settings.style(kind).order > order
    )
    return context.sources.edges_above(over)


# -- passes ----------------------------------------------------------------------------------------


def _passes(context: Context, layers: list[Drawn]) -> Iterator[Operation]:
    every = [
        (drawn, at, symbol) for drawn in layers for at, symbol in sorted(drawn.symbols.items(), reverse=True)
    ]
    for drawn, at, symbol in every:
        if symbol.fill and (chunks := drawn.chunks(at, lines=False)):
            yield Fill(chunks, symbol.fill, drawn.opacity * context.tint, lined=bool(symbol.strokes))
    for drawn, at, symbol in every:
        for pattern in symbol.patterns:
            if chunks := _wide(drawn, at, pattern.least, context):
                yield Hatch(chunks, pattern, drawn.opacity, lined=bool(symbol.strokes))
    for drawn, at, symbol in every:
        if symbol.band and (chunks := _wide(drawn, at, 2 * symbol.band.width, context)):
            bands = tuple(inner_band(chunk, symbol.band.width, context.view) for chunk in chunks)
            yield Fill(bands, symbol.band.colour, drawn.opacity)
            if symbol.band.tooth:
                yield Segments(
                    teeth(chunks, symbol.band, context.view),
                    PixelStroke(symbol.band.ink, symbol.band.tooth_width),
                    drawn.opacity,
                )
    for strokes in zip_longest(
        *([(drawn, at, stroke) for stroke in symbol.strokes] for drawn, at, symbol in every)
    ):
        for found in strokes:
            if found is not None:
                drawn, at, stroke = found
                if chunks := drawn.chunks(at, lines=True):
                    yield Lines(chunks, stroke, drawn.opacity)


def _wide(drawn: Drawn, at: int, least: float, context: Context) -> tuple[Chunk, ...]:
    """Chunks of a class with only the features whose boxes are at least `least` px across."""
    metres = least * context.view.metres_per_px
    key = ("wide", round(metres, 6))
    found = []
    for chunk in drawn.chunks(at, lines=False):
        if key not in chunk.derived:
            low = np.minimum.reduceat(chunk.rings.xy, chunk.rings.starts[:-1], axis=0)
            high = np.maximum.reduceat(chunk.rings.xy, chunk.rings.starts[:-1], axis=0)
            fits = ((high - low).min(axis=1) * chunk.unit >= metres) & chunk.rings.shell
            chosen = np.zeros(int(chunk.rings.feature.max()) + 1, bool)
            chosen[chunk.rings.feature[fits]] = True
            chunk.derived[key] = chunk.of_features(chosen) if fits.any() else None
        if chunk.derived[key] is not None:
            found.append(chunk.derived[key])
    return tuple(found)
