"""What a printed sheet is made of: papers, boxes, things to draw; in millimetres from the upper left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from layers.catalogue.style import Symbol
from layers.errors import InputError
from layers.maps.labels import ASCENT, DESCENT
from layers.maps.type import text_width

LEAST_TYPE = 2.0
"""Millimetres of the smallest type on paper."""
LINE = 1.45
"""Height of a line of running text against its type."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper size in mm. type: factor on the type of A3."""

    id: str
    width: float
    height: float
    type: float

    @property
    def is_portrait(self) -> bool:
        """Whether the column stands under the map."""
        return self.height > self.width


PAPERS = {
    paper.id: paper
    for paper in (
        Paper("A3-landscape", 420.0, 297.0, 1.0),
        Paper("A3-portrait", 297.0, 420.0, 1.0),
        Paper("A4-landscape", 297.0, 210.0, 0.9),
        Paper("A4-portrait", 210.0, 297.0, 0.9),
        Paper("A2-landscape", 594.0, 420.0, 1.0),
        Paper("A2-portrait", 420.0, 594.0, 1.0),
        Paper("A1-landscape", 841.0, 594.0, 1.0),
        Paper("A1-portrait", 594.0, 841.0, 1.0),
    )
}


def paper_of(name: str) -> Paper:
    """Return a paper by its id; raises InputError `paper_unknown`."""
    try:
        return PAPERS[name]
    except KeyError:
        raise InputError("paper_unknown", paper=name, known=", ".join(PAPERS)) from None


@dataclass(frozen=True, slots=True)
class Box:
    """A box in mm."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def inner(self, margin: float) -> Box:
        """The box within a margin on all sides."""
        return Box(self.left + margin, self.top + margin, self.width - 2 * margin, self.height - 2 * margin)

    def moved(self, dx: float, dy: float) -> Box:
        """The box elsewhere."""
        return Box(self.left + dx, self.top + dy, self.width, self.height)

    def holds(self, other: Box, slack: float = 0.05) -> bool:
        """Whether another box lies inside (to `slack` mm)."""
        return (
            other.left >= self.left - slack
            and other.top >= self.top - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def meets(self, other: Box, slack: float = 0.05) -> bool:
        """Whether another box overlaps by more than `slack` mm."""
        return (
            other.left < self.right - slack
            and other.right > self.left + slack
            and other.top < self.bottom - slack
            and other.bottom > self.top + slack
        )


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text from its base line's left end. angle: 0, or -90 (read upwards). frame: its part."""

    text: str
    x: float
    base: float
    size: float
    weight: int = 400
    token: str = "ink1"
    spacing: float = 0.0
    angle: int = 0
    frame: str = ""

    @property
    def box(self) -> Box:
        """What the type takes up."""
        width = text_width(self.text, self.size, self.weight, self.spacing)
        if self.angle:
            return Box(self.x - self.size * ASCENT, self.base - width, self.size * (ASCENT + DESCENT), width)
        return Box(self.x, self.base - self.size * ASCENT, width, self.size * (ASCENT + DESCENT))


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    token: str


@dataclass(frozen=True, slots=True)
class Plate:
    """A box with a fill ("" for none) of some opacity and an outline (width 0 for none)."""

    box: Box
    fill: str
    line: str = ""
    width: float = 0.0
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A polygon with a fill and an outline."""

    points: tuple[tuple[float, float], ...]
    fill: str
    line: str
    width: float


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    width: float
    token: str
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG or SVG file's bytes, in a box of the same proportions."""

    box: Box
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Swatch:
    """A class of a layer as a small picture."""

    box: Box
    symbol: Symbol
    geometry: str


Item = Words | Rule | Plate | Figure | Swatch | Path | Picture


@dataclass(frozen=True)
class SheetTable:
    """The sheet's one table, ready as words; a cell that is not known is "—".

    rows: the first cell of each is text, the others are numbers. total: a last row, set apart.
    least: so many rows must stand, the rest may be left out where there is no room (0: all or nothing).
    whole: smaller type is tried before rows are left out, and rows that are left out are counted below.
    note: what its signs mean. chart: the column that a chart of it shows, 0 for none.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    least: int = 0
    note: str = ""
    whole: bool = False
    chart: int = 1


# -- setting text ----------------------------------------------------------------------------------


def clean(text: str) -> str:
    """Text on one line: signs that are no letters of a line (tabs, line ends, controls) become spaces."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def fitted_size(
    text: str, width: float, size: float, weight: int = 400, spacing: float = 0.0, least: float = LEAST_TYPE
) -> float:
    """The largest type up to `size` in which the text is at most `width`; `least` where none is."""
    natural = text_width(text, size, weight, spacing)
    return size if natural <= width else max(least, size * width / natural)


def shortened(text: str, width: float, size: float, weight: int = 400, spacing: float = 0.0) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if text_width(text, size, weight, spacing) <= width:
        return text
    while text and text_width(text + "…", size, weight, spacing) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, width: float, size: float, weight: int = 400) -> tuple[str, ...]:
    """Lines at most `width` wide: broken at spaces between Latin words and anywhere between Chinese signs."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and text_width((line + piece).rstrip(), size, weight) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
        while text_width(line.rstrip(), size, weight) > width and len(line) > 1:  # a word longer than a line
            cut = next(
                at
                for at in range(len(line) - 1, 0, -1)
                if at == 1 or text_width(line[:at], size, weight) <= width
            )
            lines.append(line[:cut])
            line = line[cut:]
    if line.strip():
        lines.append(line.rstrip())
    return tuple(lines)


NO_BREAK = "\u00a0"
CLOSING = "，。、；：）」』》！？％,.;:)!?%…"


def _pieces(text: str) -> Iterator[str]:
    """Units that are not broken: Latin words with their space, Chinese signs with what closes them."""
    piece = ""
    for at, sign in enumerate(text):
        piece += sign
        following = text[at + 1] if at + 1 < len(text) else ""
        wide = ord(sign) >= 0x2E80 or sign == " "
        before_wide = bool(following) and ord(following) >= 0x2E80
        if (
            following not in CLOSING
            and following != " "
            and (wide or before_wide)
            and sign not in "（「『《(" + NO_BREAK
        ):
            yield piece
            piece = ""
    if piece:
        yield piece
