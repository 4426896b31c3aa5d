"""What stands round a sheet's map: title, neat-line, ticks, scale bar, north arrow, foot; its frame."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from layers.geo.crs import PlanningCrs
from layers.maps.furniture import scale_text
from layers.maps.graticule import graticule, ticks
from layers.maps.paper_parts import (
    Box,
    Figure,
    Item,
    Paper,
    Path,
    Plate,
    Rule,
    Words,
    clean,
    fitted_size,
    shortened,
    wrapped,
)
from layers.maps.scene import Scene
from layers.maps.sheet_template import SheetTemplate
from layers.maps.type import text_width
from layers.maps.viewport import METRES_PER_MM, Bounds

PAPER_DPI = 600
PX_PER_MM = PAPER_DPI / 25.4
"""Device px of the map's scene a millimetre."""
SIDE, TOP, FOOT = 8.0, 25.0, 22.0
NEAT, TICK, TICK_TYPE = 5.0, 1.6, 2.1
PAGE_TYPE, PAGE_MARGIN = 2.4, 6.0
DOUBLE = 1.2
"""Of a double frame, how far the outer line stands from the inner one."""
LONGEST_BAR_MM = 52.0
BAR_STEPS = (1, 2, 2.5, 5)


@dataclass(frozen=True)
class SheetText:
    """Every word of a sheet that is not on the map or in a table, in the sheet's language.

    mark: secrecy, top right. warning, review: the lower right corner. foot: facts of the first line.
    small: the second line. page: which of how many, at the foot's middle. legend, overview, notes_title,
    north, scale: fixed words. key: what filled and hollow columns mean. day: YYYYMMDD. counted: what is said
    behind a layer of which only counts are shown. secrecy: a level, above the mark. approval, signed: rows of
    the box for signatures, and what stands before their dates. values: of the fields in a text of its own.
    """

    title: str
    subtitle: str = ""
    mark: str = ""
    warning: str = ""
    review: str = ""
    foot: tuple[str, ...] = ()
    small: str = ""
    notes: tuple[str, ...] = ()
    notes_title: str = ""
    legend: str = ""
    overview: str = ""
    north: str = ""
    scale: str = ""
    key: tuple[str, ...] = ()
    counted: str = ""
    more: str = ""
    day: str = ""
    page: str = ""
    secrecy: str = ""
    approval: tuple[str, ...] = ()
    signed: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class MapFrame:
    """A scene in a box; its device px are PX_PER_MM to the millimetre, its middle is the box's middle."""

    box: Box
    scene: Scene

    @property
    def extent(self) -> Bounds:
        """The ground under the frame, in planning metres."""
        half_x = self.box.width / 2 * self.scene.view.scale * METRES_PER_MM
        half_y = self.box.height / 2 * self.scene.view.scale * METRES_PER_MM
        x, y = self.scene.view.center
        return x - half_x, y - half_y, x + half_x, y + half_y

    def to_mm(self, xy: tuple[float, float]) -> tuple[float, float]:
        """Easting and northing -> mm on the page."""
        view, box = self.scene.view, self.box
        size = view.scale * METRES_PER_MM
        return (
            box.left + box.width / 2 + (xy[0] - view.center[0]) / size,
            box.top + box.height / 2 - (xy[1] - view.center[1]) / size,
        )


# -- round the map ---------------------------------------------------------------------------------


def furniture(
    page: Paper, frames: dict[str, Box], text: SheetText, main: MapFrame, template: SheetTemplate
) -> list[Item]:
    """Frames, north arrow and scale bar."""
    return [
        Plate(frames["map"], "", "ink1", 0.2),
        *divider(page, frames, template),
        *outer_frame(frames["whole"], template),
        *north_items(frames["north"], text.north),
        *scale_bar_items(frames["scale"], main.scene.view.scale),
    ]


def outer_frame(whole: Box, template: SheetTemplate) -> list[Item]:
    """The frame round all, as the template has it."""
    if template.frame == "open":
        return []
    outside = [Plate(whole.inner(-DOUBLE), "", "ink1", 0.2)] if template.frame == "double" else []
    return [*outside, Plate(whole, "", "ink1", 0.8)]


def divider(page: Paper, frames: dict[str, Box], template: SheetTemplate) -> list[Item]:
    """The hair-line between map and column."""
    whole, column = frames["whole"], frames["column"]
    if template.frame == "open":
        return []
    if page.is_portrait:
        return [Rule(whole.left, column.top, whole.right, column.top, 0.2, "ink1")]
    x = column.left if template.legend == "right" else column.right
    return [Rule(x, whole.top, x, whole.bottom, 0.2, "ink1")]


def foot_items(page: Paper, frames: dict[str, Box], text: SheetText) -> list[Item]:
    """Facts, digests, warning, review and page number; adds the frames `foot`, `review`, `page`."""
    items: list[Item] = []
    top, right = page.height - FOOT + 2.0, page.width - SIDE
    sizes = (2.8 * page.type, max(2.0, 2.4 * page.type))
    most = (page.width - 2 * SIDE) / 2
    said = (text.warning, shortened(clean(text.review), most, sizes[1]))
    widths = [
        text_width(words, size, weight)
        for words, size, weight in zip(said, sizes, (500, 400), strict=True)
    ]
    reserved = max(widths) + 1.0
    frames["review"] = Box(right - reserved, top, reserved, 13.0)
    frames["foot"] = Box(SIDE, top, page.width - 2 * SIDE - reserved - 3.0, 13.0)
    first, second = top + 4.6, top + 10.0
    room = frames["foot"].width
    line = "    ".join(clean(part) for part in text.foot if part)
    size = fitted_size(line, room, 2.6 * page.type)
    lines = [line] if text_width(line, size) <= room else list(wrapped(line, room, size))[:2]
    for at, words in enumerate(lines):
        base = first + (at - (len(lines) - 1) * 0.5) * size * 1.4
        items.append(Words(words, SIDE, base, size, frame="foot"))
    size = fitted_size(text.small, room, max(2.0, 2.1 * page.type))
    items.append(
        Words(shortened(clean(text.small), room, size), SIDE, second, size, 400, "ink3", frame="foot")
    )
    for words, size, wide, weight, base, token in zip(
        said, sizes, widths, (500, 400), (first, second), ("bad", "ink2"), strict=True
    ):
        if words:
            items.append(Words(words, right - wide, base, size, weight, token, frame="review"))
    if text.page:
        size = max(2.0, PAGE_TYPE * page.type)
        middle = page.height - PAGE_MARGIN
        items.append(centred(text.page, page.width / 2, middle, size, 500, "ink2", "page"))
        wide = text_width(text.page, size, 500)
        frames["page"] = Box(page.width / 2 - wide / 2, middle - size * 0.6, wide, size * 1.2)
    return items


def centred(
    text: str, x: float, middle: float, size: float, weight: int, token: str, frame: str, spacing: float = 0.0
) -> Words:
    """A line of text about a point."""
    width = text_width(text, size, weight, spacing)
    return Words(text, x - width / 2, middle + size * 0.36, size, weight, token, spacing, frame=frame)


def north_items(box: Box, word: str) -> list[Item]:
    """The arrow to grid north, 13 mm high with its word."""
    x, tip, foot, notch = box.left + box.width / 2, box.top + 4.6, box.bottom, box.bottom - 2.8
    left, right = ((x, tip), (x - 3.6, foot), (x, notch)), ((x, tip), (x + 3.6, foot), (x, notch))
    return [
        centred(word, x, box.top + 2.0, 3.4, 700, "ink1", "north"),
        Figure(right, "panel", "ink1", 0.3),
        Figure(left, "ink1", "ink1", 0.3),
    ]


def bar_length(scale: float, longest: float = LONGEST_BAR_MM) -> tuple[float, float, str]:
    """Metres of a scale bar of four parts, of one part, and its unit (km, or m for parts under 1 km).

    longest: mm that it may take up.
    """
    most = longest * scale * METRES_PER_MM / 4
    power = 10.0 ** math.floor(math.log10(most))
    # Whole kilometres, or whole metres: 2.5 km would be neither.
    part = max(
        step * power
        for step in BAR_STEPS
        if step * power <= most * (1 + 1e-9)
        and (step * power / (1000 if step * power >= 1000 else 1)).is_integer()
        or step == 1
    )
    return 4 * part, part, "km" if part >= 1000 else "m"


def scale_bar_items(box: Box, scale: float, longest: float = LONGEST_BAR_MM) -> list[Item]:
    """The ratio over a bar of four parts; longest: mm that the bar may take up."""
    metres, part, unit = bar_length(scale, longest)
    step, each = part / (scale * METRES_PER_MM), part / (1000 if unit == "km" else 1)
    left, top = box.left + 3.0, box.bottom - 3.4
    items: list[Item] = [
        Plate(box, "panel", opacity=0.96),
        Words(scale_text(scale), left, box.top + 4.0, 2.6, 500, frame="scale"),
    ]
    for at in range(4):
        items.append(
            Plate(Box(left + at * step, top, step, 1.2), "ink1" if at % 2 == 0 else "panel", "ink1", 0.15)
        )
    for at in range(5):
        label = f"{at * each:g}"
        half = text_width(label, 2.2) / 2
        said = f"{label} {unit}" if at == 4 else label
        items.append(Words(said, left + at * step - (half if at else 0.0), top - 1.0, 2.2, frame="scale"))
    return items


def grid_items(crs: PlanningCrs, main: MapFrame, template: SheetTemplate) -> list[Item]:
    """The graticule as the template has it: nothing, ticks, or ticks and lines across the map."""
    if template.grid == "none":
        return []
    lines: list[Item] = []
    if template.grid == "lines":
        lines += [
            Path(tuple(main.to_mm((x, y)) for x, y in line.tolist()), 0.12, "ink3", 0.55)
            for line in graticule(crs, main.extent, main.scene.view.scale)
        ]
    return [*lines, *tick_items(crs, main)]


def tick_items(crs: PlanningCrs, main: MapFrame) -> list[Item]:
    """Ticks outside the neat-line with their words."""
    neat = main.box
    size = main.scene.view.scale * METRES_PER_MM
    room = neat.inner(-NEAT + 0.5)
    items: list[Item] = []
    for tick in ticks(crs, main.extent, main.scene.view.scale):
        along = tick.at / size
        width = text_width(tick.text, TICK_TYPE)
        if tick.edge in ("top", "bottom"):
            x, y, way = (
                neat.left + along,
                neat.top if tick.edge == "top" else neat.bottom,
                -1 if tick.edge == "top" else 1,
            )
            items.append(Rule(x, y, x, y + way * TICK, 0.15, "ink1"))
            base = y - TICK - 0.5 if way < 0 else y + TICK + 0.4 + TICK_TYPE * 0.82
            words = Words(tick.text, x - width / 2, base, TICK_TYPE, 400, "ink2", frame="ticks")
        else:
            y, x, way = (
                neat.bottom - along,
                neat.left if tick.edge == "left" else neat.right,
                -1 if tick.edge == "left" else 1,
            )
            items.append(Rule(x, y, x + way * TICK, y, 0.15, "ink1"))
            base = x - TICK - 0.5 if way < 0 else x + TICK + 0.4 + TICK_TYPE * 0.82
            words = Words(tick.text, base, y + width / 2, TICK_TYPE, 400, "ink2", angle=-90, frame="ticks")
        if room.holds(words.box):
            items.append(words)
    return items
