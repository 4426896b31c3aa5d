"""How a panel is laid out: parts in rows and columns, and the page that says that there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QStackedLayout, QVBoxLayout, QWidget

from app.panels.parts import EmptyState, Tile, line

if TYPE_CHECKING:
    from app.panels.record_table import RecordTable

SIDE = 14  # px left and right of what stands in a panel
HEAD, FOOT = (SIDE, 0, SIDE, 8), (SIDE, 8, SIDE, 12)  # margins above and below what scrolls
ABOVE = (SIDE, 0, SIDE, 10)  # margins above a line

NONE = (0, 0, 0, 0)

Margins = tuple[int, int, int, int]
Part = QWidget | QLayout | tuple[QWidget | QLayout, int] | None  # with its stretch; None: room that is left


def down(*parts: Part, margins: Margins = NONE, spacing: int | None = None) -> QVBoxLayout:
    """Return parts one below the other; without a spacing, with the style's."""
    made = QVBoxLayout()
    _fill(made, parts, margins, spacing)
    return made


def across(*parts: Part, margins: Margins = NONE, spacing: int | None = None) -> QHBoxLayout:
    """Return parts side by side; without a spacing, with the style's."""
    made = QHBoxLayout()
    _fill(made, parts, margins, spacing)
    return made


def tile_row(tiles: Sequence[Tile]) -> QHBoxLayout:
    """Return tiles side by side, all of one width."""
    return across(*((tile, 1) for tile in tiles), spacing=8)


def holder(layout: QLayout) -> QWidget:
    """Return a widget of a layout."""
    made = QWidget()
    made.setLayout(layout)
    return made


def page(*parts: Part) -> QWidget:
    """Return a page that is filled from edge to edge, without gaps between its parts."""
    return holder(down(*parts, spacing=0))


def answer_page(head: Part, table: RecordTable, ready: QWidget, foot: Part) -> QWidget:
    """Return the page of an answer: its table with the totals, or in its place that it is empty."""
    return page(head, (table, 1), table.totals, (ready, 1), line(), foot)


def alone(nothing: QWidget, *, top: int = 4) -> QWidget:
    """Return a page with nothing but an empty state."""
    return holder(down(nothing, None, margins=(SIDE, top, SIDE, 16)))


class Pages(QStackedLayout):
    """A panel's page, or in its place that there is nothing to show."""

    def __init__(self, panel: QWidget, full: QWidget, nothing: EmptyState, *, top: int = 4) -> None:
        super().__init__(panel)
        self.addWidget(full)
        self.addWidget(alone(nothing, top=top))

    def show_full(self, there: bool) -> None:
        """Show the page where there is something, else the empty state."""
        self.setCurrentIndex(0 if there else 1)


def _fill(made: QBoxLayout, parts: tuple[Part, ...], margins: Margins, spacing: int | None) -> None:
    made.setContentsMargins(*margins)
    if spacing is not None:
        made.setSpacing(spacing)
    for given in parts:
        part, stretch = given if isinstance(given, tuple) else (given, 0)
        if part is None:
            made.addStretch()
        elif isinstance(part, QWidget):
            made.addWidget(part, stretch)
        else:
            made.addLayout(part, stretch)
