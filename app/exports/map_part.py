"""A map to be set into a slide or a report: a sharp PNG with legend, scale and north, without a title.

The page round it says what it shows, how secret it is and where it is from. Like every picture that leaves it
holds only kinds that may; for the public its outlines stand on the grid of the release rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.exports.paper import rounded_plan
from app.exports.picture import ensure_application, png, released_settings
from app.exports.released_theme import released_theme
from app.messages import language
from app.painter import paint_image
from app.painting.cards import (
    MARGIN,
    NORTH,
    ROW,
    Sheet,
    beside_bar,
    legend_size,
    paint_credit,
    paint_legend,
    paint_north,
    paint_scale_bar,
)
from layers.catalogue.text import Text
from layers.maps.callouts import place_callouts
from layers.maps.choropleth import MapTheme
from layers.maps.palette import colour
from layers.maps.points import BY_SUMU_FROM
from layers.maps.scene import NOTHING_SELECTED, Scene, build_scene
from layers.maps.settings import LayerSettings
from layers.maps.sources import Sources
from layers.maps.viewport import Bounds, Medium, View, is_whole, round_scale
from layers.plan.plan import Plan
from layers.policy.bundle import Policy

SLIDE = Medium("slide", 1.4, hair_px=0.0, hair_mm=0.12, type_px=13.5)
REPORT = Medium("report", 1.0, hair_px=0.0, hair_mm=0.08, type_px=8.5)
PX_PER_MM = 96 / 25.4
CARD = {"slide": (1.15, 1.05, 0.95), "report": (0.82, 0.75)}
"""Sizes of the cards' type against that of the screen, the largest that lets the land be seen is taken: 11 to
9 pt on a slide, 8 to 7 pt in a report."""
NAMES = {"slide": 15, "report": 40}
"""Names at most: a slide is read from afar."""
ROWS_SHARE = 0.72
NEAT_MM = 0.2
SMALLEST = 0.78
"""How much smaller land may be made so that the legend stands beside it."""


@dataclass(frozen=True, eq=False)
class MapPart:
    """A finished map. schematic: some of it is schematic or synthetic, and the page must say so."""

    data: bytes
    scale: float
    schematic: bool
    kinds: tuple[str, ...]


def map_part(
    plan: Plan,
    policy: Policy,
    size_mm: tuple[float, float],
    *,
    medium: Medium = SLIDE,
    dpi: int = 240,
    settings: LayerSettings | None = None,
    theme: MapTheme | None = None,
    extent: Bounds | None = None,
    audience: str,
    selection: tuple[str, frozenset[int]] = NOTHING_SELECTED,
    explained: frozenset[str] = frozenset(),
    check: Callable[[], None] = lambda: None,
) -> MapPart:
    """Paint a map `size_mm` wide and high at `dpi`; extent: planning metres, None for the whole banner.

    selection: (kind id, row ids) that stand out. explained: kinds that stay in the legend
    beside a theme. `check` may raise to give up. Raises InputError `audience_unknown`.
    """
    ensure_application()
    shown = released_settings(plan, settings, audience)
    drawn = rounded_plan(plan, policy, shown, audience)
    released = released_theme(theme, int(policy.rule("small_count").value))
    width, height = (round(mm * PX_PER_MM) for mm in size_mm)
    palette = "projector" if medium is SLIDE else "light"
    view = View((0.0, 0.0), 1_000_000, width, height, ratio=dpi / 96, palette=palette, medium=medium)
    bounds = plan.bounds if extent is None or is_whole(extent, plan.bounds) else extent
    if bounds is not None:
        view = view.fitted(bounds, margin=0.015)
    if released is not None and released.columns is not None and view.scale > BY_SUMU_FROM:
        released = replace(released, columns=None)  # too small for columns: the page has them as a table
    sources = {} if drawn is plan else {"sources": Sources()}

    def built(seen: View, clear: np.ndarray | None) -> Scene:
        return _lean(
            build_scene(
                drawn, seen, shown, theme=released, language=language(), kept_clear=clear, check=check,
                selection=selection, **sources,
            ),
            explained,
        )  # fmt: skip

    first = built(view, None)
    view, unit = _beside_legend(view, first, bounds)
    if medium is REPORT:  # what is read on paper is measured on paper
        view = replace(view, scale=round_scale(view.scale))
    low = _legend_is_low(drawn, replace(first, view=view), unit)
    cards = _cards(replace(first, view=view), unit, low)
    scene = built(view, cards)
    scene = replace(scene, labels=scene.labels[: NAMES[medium.name]])
    if shown.callouts:
        taken = np.concatenate([cards, *(label.boxes for label in scene.labels)])
        scene = replace(scene, callouts=place_callouts(shown.callouts, view, taken))
    image = _painted(scene, unit, low, check)
    return MapPart(png(image), view.scale, scene.schematic, tuple(sorted(shown.visible)))


def _lean(scene: Scene, explained: frozenset[str]) -> Scene:
    """Paper round the land instead of a tint, and a legend of what the map speaks about."""
    legend = scene.legend
    if legend.theme:
        legend = replace(legend, layers=tuple(one for one in legend.layers if one.kind in explained))
    background = colour("panel", scene.view.palette)
    empty = Text("", "")
    return replace(scene, background=background, legend=legend, title=empty, subtitle=empty)


def _most(scene: Scene, unit: float) -> int:
    return max(4, int(scene.view.height * ROWS_SHARE / (ROW * unit)))


def _beside_legend(view: View, scene: Scene, bounds: Bounds | None) -> tuple[View, float]:
    """Land is moved to the left, or up where it is wide, and made a little smaller, the legend set smaller,
    until one stands beside the other; columns stay columns. Returns the view and the size of the cards."""
    units = CARD[view.medium.name]
    if bounds is None:
        return view, units[0]
    size = view.metres_per_px * view.ratio
    seen = np.array([(bounds[2] - bounds[0]) / size, (bounds[3] - bounds[1]) / size]) + MARGIN
    window = np.array([view.width, view.height], float)
    smallest = SMALLEST
    if scene.legend.columns and view.scale <= BY_SUMU_FROM:
        smallest = max(smallest, view.scale / BY_SUMU_FROM)
    for unit in units:
        legend = np.array(legend_size(scene, _most(scene, unit), unit)) + 2 * MARGIN
        shares = (window - legend) / seen
        if shares.max() >= smallest:
            break
    way = int(shares.argmax())  # 0: beside it, 1: above it
    share = min(1.0, max(float(shares[way]), smallest))
    view = view.zoomed(share)
    spare = np.clip(window - seen * share, 0.0, legend) / 2
    if shares[way] >= share:
        spare[1 - way] = 0.0  # it stands free: the other way land stays in the middle
    return view.moved(float(spare[0]), float(spare[1])), unit


def _legend_box(scene: Scene, unit: float, low: bool) -> tuple[float, float, float, float]:
    """Where the legend stands, in logical px: at the lower right, or at the upper right under the north."""
    width, height = float(scene.view.width), float(scene.view.height)
    across, up = legend_size(scene, _most(scene, unit), unit)
    bottom = height - MARGIN if low else MARGIN + (NORTH[1] + 10) * unit + up
    return width - MARGIN - across, bottom - up, width - MARGIN, bottom


def _legend_is_low(plan: Plan, scene: Scene, unit: float) -> bool:
    """Whether the legend covers less of the land below than above."""
    shapes = [shape for role in ("unit.banner", "unit.gacha") for table in plan.with_role(role)[:1]
              for shape in table.geometry if shape is not None][:200]  # fmt: skip
    covered = []
    for low in (True, False):
        left, top, right, bottom = _legend_box(scene, unit, low)
        (west, north), (east, south) = scene.view.to_ground(left, top), scene.view.to_ground(right, bottom)
        box = shapely.box(west, south, east, north)
        fits = bottom <= scene.view.height - MARGIN
        land = sum(shape.intersection(box).area for shape in shapes if shape.is_valid)
        covered.append(land if fits else float("inf"))
    return covered[0] <= covered[1]


def _cards(scene: Scene, unit: float, low: bool) -> np.ndarray:
    """Boxes (n, 4) in device px of legend, scale and north: names and callouts keep off them."""
    width, height = float(scene.view.width), float(scene.view.height)
    cards = np.array([
        _legend_box(scene, unit, low),
        (0, height - MARGIN - 40 * unit, 220 * unit, height),
        (width - 60 * unit, 0, width, 80 * unit),
    ])  # fmt: skip
    return cards * scene.view.ratio


def _painted(scene: Scene, unit: float, low: bool, check: Callable[[], None]) -> QImage:
    image = paint_image(scene, check=check)
    image.setDevicePixelRatio(1.0)
    painter = QPainter(image)
    try:
        painter.scale(scene.view.ratio, scene.view.ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet = Sheet(painter, scene.view.palette, scene.language, unit)
        width, height = float(scene.view.width), float(scene.view.height)
        paint_north(sheet, width - MARGIN, MARGIN)
        paint_scale_bar(sheet, scene, MARGIN, height - MARGIN)
        paint_credit(sheet, scene, beside_bar(scene), height - MARGIN)
        paint_legend(sheet, scene, width - MARGIN, _legend_box(scene, unit, low)[3], _most(scene, unit))
        if scene.view.medium is REPORT:
            _neat_line(painter, scene)
    finally:
        painter.end()
    return image


def _neat_line(painter: QPainter, scene: Scene) -> None:
    """Land that runs on beyond the picture is cut by a frame, not by nothing."""
    wide = NEAT_MM * PX_PER_MM
    frame = QRectF(wide / 2, wide / 2, scene.view.width - wide, scene.view.height - wide)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(*colour("label1", scene.view.palette)), wide))
    painter.drawRect(frame)
