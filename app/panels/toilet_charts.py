"""Charts of a toilet plan: what each gacha gets year by year, and the share served before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import theme
from app.messages import text
from app.panels.chart import BAR, BarChart
from app.panels.gap_summary import year_token
from app.panels.models.bars import Bar
from app.panels.models.toilet_rows import ToiletModel
from app.panels.parts import label
from app.panels.rows import number
from layers.planning.results import Gaps
from layers.planning.toilets import SERVICE, Allocation, Share

DOT = 8  # px
MOST = 120  # gachas that are drawn, the first in the grid's order


@dataclass(frozen=True, slots=True)
class Stack(Bar):
    """A bar of several parts, one after another: (length, colour token)."""

    parts: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Move(Bar):
    """From where to where (`value`) something goes."""

    before: float = 0.0


class StackChart(BarChart):
    """Stacked bars; a part has the colour of its year."""

    def _shape(self, item: Any, bar: Bar, at: int) -> None:
        left = 0.0
        for length, token in bar.parts if isinstance(bar, Stack) else ():
            if length:
                item.addItem(
                    pg.BarGraphItem(
                        x0=[left],
                        x1=[left + length],
                        y=[at],
                        height=BAR,
                        brush=theme.color(token),
                        pen=pg.mkPen(theme.color("year_edge"), width=1),
                    )
                )
            left += length


class MoveChart(BarChart):
    """A ring where it was, a disc where it comes to, a line between."""

    def _shape(self, item: Any, bar: Bar, at: int) -> None:
        if not isinstance(bar, Move) or bar.value is None:
            return
        ink = theme.color("met_ink")
        item.addItem(pg.PlotCurveItem([bar.before, bar.value], [at, at], pen=pg.mkPen(ink, width=2)))
        item.addItem(
            pg.ScatterPlotItem(
                [bar.before],
                [at],
                size=DOT,
                pen=pg.mkPen(theme.color("ink2"), width=1.5),
                brush=theme.color("panel"),
            )
        )
        item.addItem(pg.ScatterPlotItem([bar.value], [at], size=DOT, pen=pg.mkPen(ink, width=1.5), brush=ink))


class ToiletCharts(QWidget):
    """Both charts, one under the other, gachas in the grid's order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.years, self.served = StackChart(), MoveChart()
        self._heads = (label("medium"), label("medium"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for head, chart in zip(self._heads, (self.years, self.served), strict=True):
            column.addWidget(head)
            column.addWidget(chart)

    def show_plan(self, model: ToiletModel, counted: Gaps, selected: frozenset[str]) -> None:
        """Draw the model's gachas."""
        self._heads[0].setText(text("toilet_chart_years"))
        self._heads[1].setText(text("toilet_chart_served"))
        allocation = model.allocation
        shares = [share for at in range(len(model.lines)) if (share := model.share(at)) is not None][:MOST]
        if allocation is None:
            return
        self.years.show_bars([stack(model, allocation, share) for share in shares], selected=selected)
        self.served.show_bars([move(model, counted, share) for share in shares], selected=selected)


def stack(model: ToiletModel, allocation: Allocation, share: Share) -> Stack:
    """Return what a gacha gets, year by year."""
    years = allocation.years
    parts = tuple((float(share.by_year[year]), year_token(at, len(years))) for at, year in enumerate(years))
    known = share.need is not None
    return Stack(
        share.gacha_code,
        model.title(share),
        float(share.total) if known else None,
        number(share.total) if known else "—",
        "y2023",
        parts if known else (),
    )


def move(model: ToiletModel, counted: Gaps, share: Share) -> Move:
    """Return a gacha's share served before and after."""
    row = counted.row(SERVICE, share.gacha_code)
    households = (row.have or 0) + (row.need or 0) if row is not None and row.need is not None else 0
    if row is None or not households:
        return Move(share.gacha_code, model.title(share), None, "—", "met_ink")
    before, after = (row.have or 0) / households, min(((row.have or 0) + share.total) / households, 1.0)
    return Move(share.gacha_code, model.title(share), after, f"{after:.0%}", "met_ink", before)
