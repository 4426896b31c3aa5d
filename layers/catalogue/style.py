"""How a kind is drawn: tokens, millimetres and patterns, no toolkit.

Colours are token names of the look (`ban`, `road_gravel`, ...) which a theme turns into values;
sizes are millimetres on paper. One painter reads these records for the screen, a picture, a sheet.
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
    """A band along the inside of a boundary, with optional teeth (legal envelopes)."""

    colour: str
    width_mm: float
    opacity: float
    tooth_mm: float = 0.0
    tooth_every_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Marker:
    """A point symbol: a `form` known to `layers.maps.symbols`, or an icon file's name.

    form: `circle`, `ring`, `ring_dot`, `double_ring`, `square`, `square_hollow`, `diamond`,
        `bar`, `triangle`, `cross_box`, `wheels`, `arrow_ring`, `icon`.
    """

    form: str
    size_mm: float
    colour: str
    fill: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Symbol:
    """How one class of features looks: any of a fill, patterns, strokes, a band, a marker."""

    fill: str = ""
    fill_opacity: float = 1.0
    patterns: tuple[Pattern, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    band: Band | None = None
    marker: Marker | None = None


@dataclass(frozen=True, slots=True)
class StyleClass:
    """A value of the class column, its words in the legend, its symbol, and from which scale it shows.

    value: the column's value (None: every other value).
    min_scale: the layer class is drawn when the map's scale is 1:min_scale or larger (nearer);
        0 means always.
    """

    value: object
    title: Text
    symbol: Symbol
    min_scale: int = 0


@dataclass(frozen=True, slots=True)
class Label:
    """Which column names a feature, in which rank of type, from which scale.

    rank: `banner`, `sumu`, `gacha`, `river`, `lake`, `road`, `place` (sizes in `layers.maps.labels`).
    min_scale: names show at 1:min_scale and nearer; 0 means always.
    """

    column: str
    rank: str
    min_scale: int = 0


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
    """

    symbol: Symbol = field(default_factory=Symbol)
    column: str = ""
    classes: tuple[StyleClass, ...] = ()
    label: Label | None = None
    order: int = 50
    min_scale: int = 0
    aggregate: str = ""
    visible: bool = False
