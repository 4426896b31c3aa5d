"""How a kind is drawn: tokens, millimetres and patterns, no toolkit.

Colours are token names of the look (`ban`, `road_gravel`, ...) which a theme turns into values, or a
literal `#RRGGBB` where an outside standard sets the colour (the national land survey). The ink of a
fill has the fill's name with `_ink` (`ban_ink`); sizes are millimetres on paper. One painter reads these
records for the screen, a picture, a sheet.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from layers.catalogue.text import Text


@dataclass(frozen=True, slots=True)
class Pattern:
    """A hatch inside an area.

    form: `diagonal`, `back_diagonal`, `dots`, `grid`, `horizontal`, `plus`, `stripes`.
    gap_mm, width_mm: distance and width of its lines (for dots: spacing and radius).
    dash: on/off lengths in mm, empty for solid.
    """

    form: str
    colour: str
    gap_mm: float
    width_mm: float
    dash: tuple[float, ...] = ()
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line drawn along a geometry; several together make casing and core, bottom first."""

    colour: str
    width_mm: float
    dash: tuple[float, ...] = ()
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Band:
    """A band along the inside of a boundary, with optional teeth (legal envelopes).

    tooth_mm, tooth_width_mm, tooth_every_mm: length inward, width and distance of the teeth.
    near: (scale, length, distance) of the teeth from 1:scale in; empty where they stay the same.
    """

    colour: str
    width_mm: float
    opacity: float
    tooth_mm: float = 0.0
    tooth_every_mm: float = 0.0
    tooth_width_mm: float = 0.2
    near: tuple[int, float, float] | tuple[()] = ()


@dataclass(frozen=True, slots=True)
class Marker:
    """A point symbol: a `form` known to `layers.maps.symbols`, or an icon file's name.

    form: `circle`, `ring`, `ring_dot`, `double_ring`, `square`, `square_hollow`, `diamond`,
        `bar`, `triangle`, `cross_box`, `wheels`, `arrow_ring`, `icon`.
    icon: the picture of form `icon` (`maki/toilet`: folder and name below resources/icons); for
        another form a glyph inside it (`+`, `!`, `?`).
    dash: on/off lengths in mm of the outline, empty for solid.
    """

    form: str
    size_mm: float
    colour: str
    fill: str = ""
    icon: str = ""
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Symbol:
    """How one class of features looks: any of a fill, patterns, strokes, a band, a marker.

    outer: bands along the outside of the boundary, widest first (only the banner has them).
    """

    fill: str = ""
    fill_opacity: float = 1.0
    patterns: tuple[Pattern, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    band: Band | None = None
    marker: Marker | None = None
    outer: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class StyleClass:
    """A value of the class column, its words in the legend, its symbol, and from which scale it shows.

    The first class of a style that fits a feature draws it (`layers.catalogue.classes`).

    value: the column's value (None: every other value).
    where: further conditions as pairs (column, values), all of which must hold.
    min_scale: the layer class is drawn when the map's scale is 1:min_scale or larger (nearer);
        0 means always.
    limits: of a number: over the lower and not over the upper, (low, high]; None where there is none. An
        unknown number is in no such class.
    """

    value: object
    title: Text
    symbol: Symbol
    min_scale: int = 0
    where: tuple[tuple[str, tuple[object, ...]], ...] = ()
    limits: tuple[float | None, float | None] | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """Which column names a feature, in which rank of type, from which scale.

    rank: `banner`, `sumu`, `gacha`, `river`, `lake`, `road`, `place` (sizes in `layers.maps.labels`).
    min_scale: names show at 1:min_scale and nearer; 0 means always.
    anchor: role of the points beside which the name stands (their `unit_code` is this feature's
        key); "" or no such point: on the feature itself.
    """

    column: str
    rank: str
    min_scale: int = 0
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind is drawn.

    symbol: for every feature, unless `column` and `classes` say otherwise.
    order: place in the drawing order of the map, small first (see LOOK: bottom to top):
        10 land, 20 theme fill, 30 zone fills and patterns, 40 water, 50 administrative lines,
        60 legal edges, 70 roads, 75 dead ends, 80 works, 85 seats and facilities, 90 columns.
    min_scale: drawn at 1:min_scale and nearer; 0 always.
    aggregate: at scales smaller than min_scale, `count` draws one symbol with the count a gacha,
        `` draws nothing, `outline` draws the boundary only.
    visible: shown when a project is first opened.
    rotation: column with the bearing of the marker, degrees clockwise from north; null: upright. A marker
        is drawn as for a line that comes from the left and ends at the point (bearing 90).
    """

    symbol: Symbol = field(default_factory=Symbol)
    column: str = ""
    classes: tuple[StyleClass, ...] = ()
    label: Label | None = None
    order: int = 50
    min_scale: int = 0
    aggregate: str = ""
    visible: bool = False
    rotation: str = ""


def point(form: str, size_mm: float, colour: str, *dash: float, fill: str = "", icon: str = "") -> Symbol:
    """Return the symbol of a point."""
    return Symbol(marker=Marker(form, size_mm, colour, fill, icon, dash))


def facility(icon: str, colour: str = "label2", size_mm: float = 2.6) -> Symbol:
    """Return the symbol of a facility: an icon of the map set in one colour."""
    return point("icon", size_mm, colour, fill="halo", icon=icon)


def cased_line(casing_mm: float, core_mm: float, core: str, *, casing: str = "road_case") -> Symbol:
    """Return a line with a casing; widths are whole widths."""
    return Symbol(strokes=(Stroke(casing, casing_mm), Stroke(core, core_mm)))


def line(colour: str, width_mm: float, *dash: float, opacity: float = 1.0) -> Symbol:
    """Return a plain or dashed line."""
    return Symbol(strokes=(Stroke(colour, width_mm, dash, opacity),))


def edge(
    colour: str,
    width_mm: float,
    band_mm: float,
    opacity: float,
    *dash: float,
    tooth_mm: float = 0.0,
    tooth_every_mm: float = 0.0,
    near: tuple[int, float, float] | tuple[()] = (),
) -> Symbol:
    """Return a legal envelope: a line with a band on its inside, and no fill."""
    return Symbol(
        strokes=(Stroke(colour, width_mm, dash),),
        band=Band(colour, band_mm, opacity, tooth_mm, tooth_every_mm, near=near),
    )
