"""The rows of the toilet grid: gacha × year with sums, need, what remains, weights; grouped by sumu on
wish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from app.messages import text
from app.origins.allocation import cell_ask
from app.panels.models.gap_rows import short_name
from app.panels.models.toilet_draft import CellKey
from app.panels.rows import GROUP_ROLE, STRONG_ROLE, Index, number
from app.places import NO_HIT, closeness, fold
from layers.planning.toilets import Allocation, Share
from layers.provenance import Ask

RIGHT, LEFT = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
LOCK_ROLE = int(Qt.ItemDataRole.UserRole) + 40  # True: locked; False: may be locked; None: no cell
WISH_ROLE = LOCK_ROLE + 1  # "held" while it is dragged, "refused" where it cannot be
NAME, YEAR, WEIGHT, TOTAL, LEFT_OVER = "name", "year", "weight", "total", "left"
TYPED_MOST = 100_000
ASKED = {YEAR: "year", TOTAL: "total", LEFT_OVER: "left"}


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column: what it is, and which year's."""

    id: str
    year: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: the rows of a sumu."""

    code: str
    name: str
    shares: tuple[Share, ...]


class ToiletModel(QAbstractTableModel):
    """One allocation; cells and weights are wished, never set: the answer comes as another allocation."""

    wished = Signal(str, int, object)  # gacha code, year, number or None (set free)
    weighted = Signal(str, object)  # gacha code, Fraction
    refused = Signal(str)  # what was typed is no number

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.allocation: Allocation | None = None
        self.columns: tuple[GridColumn, ...] = ()
        self.lines: list[str | Heading] = []  # gacha codes and headings, as they stand
        self.locks: Mapping[CellKey, int] = {}
        self.weights: Mapping[str, Fraction] = {}
        self.wish: tuple[CellKey, int, str] | None = None
        self.words, self.grouped, self.writable = "", False, True
        self.sorted_by, self.down = 0, False
        self._shares: dict[str, Share] = {}
        self._sumu: Mapping[str, str] = {}
        self._twice: frozenset[str] = frozenset()

    # -- what it holds -----------------------------------------------------------------------------

    def show(
        self,
        allocation: Allocation | None,
        locks: Mapping[CellKey, int],
        weights: Mapping[str, Fraction],
        sumu: Mapping[str, str],
    ) -> None:
        """Show an allocation; rows keep their order while gachas and years are the same."""
        same = (
            self.allocation is not None
            and allocation is not None
            and (self.allocation.codes, self.allocation.years) == (allocation.codes, allocation.years)
        )
        if not same:
            self.beginResetModel()
        self.allocation, self.locks, self.weights, self._sumu = allocation, locks, weights, sumu
        shares = allocation.shares if allocation is not None else ()
        self._shares = {share.gacha_code: share for share in shares}
        if same:
            self._regroup()
            self.refresh()
            return
        years = allocation.years if allocation is not None else ()
        self.columns = (
            (
                GridColumn(NAME),
                *(GridColumn(YEAR, year) for year in years),
                GridColumn(WEIGHT),
                GridColumn(TOTAL),
                GridColumn(LEFT_OVER),
            )
            if allocation is not None
            else ()
        )
        counts = Counter(share.gacha_name for share in shares)
        self._twice = frozenset(name for name, count in counts.items() if count > 1)
        self.sorted_by = min(self.sorted_by, max(len(self.columns) - 1, 0))
        self._arrange()
        self.endResetModel()

    def refresh(self) -> None:
        """Numbers have changed, rows have not."""
        if self.lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, len(self.columns) - 1))

    def set_wish(self, cell: CellKey | None, value: int = 0, state: str = "") -> None:
        """Show what is wished of a cell while it is dragged or cannot be; None: nothing."""
        self.wish = (cell, value, state) if cell is not None else None
        self.refresh()

    def arrange(
        self, *, words: str | None = None, grouped: bool | None = None, column: int | None = None
    ) -> None:
        """Filter, group, or sort by a column (again turns it round)."""
        self.beginResetModel()
        if words is not None:
            self.words = words
        if grouped is not None:
            self.grouped = grouped
        if column is not None:
            self.down = not self.down if column == self.sorted_by else column > 0
            self.sorted_by = column
        self._arrange()
        self.endResetModel()

    def share(self, row: int) -> Share | None:
        """Return the gacha of a row, None for a heading."""
        line = self.lines[row] if 0 <= row < len(self.lines) else None
        return self._shares.get(line) if isinstance(line, str) else None

    def line_of(self, code: str) -> int:
        """Return where a gacha's row stands, -1 where it is filtered out."""
        return self.lines.index(code) if code in self.lines else -1

    def title(self, share: Share) -> str:
        """Return a gacha's name without the word for what it is; where two have it, with its sumu in
        brackets."""
        if share.gacha_name not in self._twice or not share.sumu_name:
            return short_name(share.gacha_name)
        return f"{short_name(share.gacha_name)}（{short_name(share.sumu_name)}）"

    def cell(self, index: Index) -> CellKey | None:
        """Return gacha and year of a cell, None where it is none."""
        share = self.share(index.row())
        if share is None or not 0 <= index.column() < len(self.columns):
            return None
        column = self.columns[index.column()]
        return (share.gacha_code, column.year) if column.id == YEAR and share.need else None

    def total(self, column: int) -> str:
        """Return the sum of a column over all gachas, filtered or not: it must be the quota."""
        record = self.columns[column]
        if self.allocation is None:
            return ""
        if record.id == NAME:
            return text("grid_total")
        if record.id == YEAR:
            return number(self.allocation.total_by_year[record.year])
        if record.id == TOTAL:
            return number(int(self.allocation.cells.sum()))
        if record.id == LEFT_OVER:
            return number(
                sum(share.need - share.total for share in self._shares.values() if share.need is not None)
            )
        return ""

    def ask(self, index: Index) -> Ask | None:
        """Return what names the number of a gacha's cell."""
        share, column = self.share(index.row()), self.columns[index.column()]
        if share is None or share.need is None or column.id not in ASKED:
            return None
        return cell_ask(ASKED[column.id], unit=share.gacha_code, year=column.year or None)

    def total_ask(self, column: int) -> Ask | None:
        """Return what names the sum of a column."""
        record = self.columns[column]
        if self.allocation is None or record.id not in ASKED:
            return None
        return cell_ask(ASKED[record.id], year=record.year or None)

    def longest_sum(self) -> str:
        """Return the longest words of the sums, for their column's width."""
        words = [
            f"{number(share.total)}/{number(share.need)}"
            for share in self._shares.values()
            if share.need is not None
        ]
        return max([*words, self.total(len(self.columns) - 2) if self.columns else ""], key=len)

    def _arrange(self) -> None:
        wanted = fold(self.words)
        kept = [
            share
            for share in self._shares.values()
            if not wanted
            or any(
                closeness(wanted, fold(name), share.gacha_code) < NO_HIT
                for name in (share.gacha_name, share.sumu_name)
            )
        ]
        if self.columns:
            column = self.columns[self.sorted_by]
            known = [share for share in kept if self._value(share, column) is not None]
            lost = [share for share in kept if self._value(share, column) is None]
            known.sort(key=lambda share: share.gacha_code)
            known.sort(key=lambda share: self._value(share, column), reverse=self.down)
            kept = known + lost
        self.lines = [share.gacha_code for share in kept]
        if self.grouped:
            groups: dict[str, list[Share]] = {}
            for share in kept:
                groups.setdefault(self._sumu.get(share.gacha_code, ""), []).append(share)
            self.lines = []
            for code in sorted(groups):
                self.lines += [
                    Heading(code, groups[code][0].sumu_name, tuple(groups[code])),
                    *(share.gacha_code for share in groups[code]),
                ]

    def _regroup(self) -> None:
        """The headings' shares are those of the new allocation."""
        self.lines = [
            Heading(line.code, line.name, tuple(self._shares[one.gacha_code] for one in line.shares))
            if isinstance(line, Heading)
            else line
            for line in self.lines
        ]

    def _value(self, share: Share, column: GridColumn) -> Any:
        if column.id == YEAR:
            return share.by_year[column.year] if share.need is not None else None
        if column.id == WEIGHT:
            return self.weights.get(share.gacha_code, Fraction(1))
        if column.id == TOTAL:
            return share.total if share.need is not None else None
        if column.id == LEFT_OVER:
            return None if share.need is None else share.need - share.total
        return share.gacha_code

    # -- for the view ------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many lines."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """A column's heading."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return str(column.year) if column.id == YEAR else text(f"grid_{column.id}")
        if role == Qt.ItemDataRole.ToolTipRole:
            return text(f"grid_tip_{column.id}", year=column.year)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if column.id == NAME else RIGHT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be selected; cells of gachas with a need, and weights, can be typed into."""
        share = self.share(index.row())
        if share is None:
            return Qt.ItemFlag.ItemIsEnabled
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        editable = self.cell(index) is not None or (
            self.columns[index.column()].id == WEIGHT and bool(share.need)
        )
        return plain | Qt.ItemFlag.ItemIsEditable if editable and self.writable else plain

    def data(self, index: Index, role: int = 0) -> Any:
        """A cell."""
        if not 0 <= index.row() < len(self.lines) or index.column() >= len(self.columns):
            return None
        line, column = self.lines[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if column.id == NAME else RIGHT
        if isinstance(line, Heading):
            return self._heading(line, column, role)
        share = self._shares[line]
        cell = self.cell(index)
        wish = self.wish if self.wish is not None and self.wish[0] == cell else None
        if role == Qt.ItemDataRole.DisplayRole:
            return number(wish[1]) if wish is not None else self._words(share, column)
        if role == Qt.ItemDataRole.EditRole:
            return self._typed(share, column)
        if role == LOCK_ROLE:
            return None if cell is None else cell in self.locks
        if role == WISH_ROLE:
            return wish[2] if wish is not None else ""
        if role == STRONG_ROLE:
            return cell in self.locks or column.id == TOTAL or (column.id == WEIGHT and line in self.weights)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(share, column, cell, wish)
        if role == Qt.ItemDataRole.ToolTipRole:
            why = text(f"reason_{share.why.code}", **share.why.fields)
            tip = f"\n{text('grid_trace_tip')}" if self.ask(index) is not None else ""
            return f"{self.title(share)}\n{why}{tip}"
        return None

    def _ink(self, share: Share, column: GridColumn, cell: CellKey | None, wish: Any) -> str | None:
        if wish is not None and wish[2] == "refused":
            return "bad"
        if cell is not None and cell in self.locks:
            return "accent"
        faint = column.id == WEIGHT and share.gacha_code not in self.weights
        return "ink3" if faint or self._value(share, column) in (None, 0) else None

    def _words(self, share: Share, column: GridColumn) -> str:
        if column.id == NAME:
            return self.title(share)
        if column.id == WEIGHT:
            return weight_words(self.weights.get(share.gacha_code, Fraction(1))) if share.need else ""
        if column.id == TOTAL:
            return "—" if share.need is None else f"{number(share.total)}/{number(share.need)}"
        return number(self._value(share, column))

    def _typed(self, share: Share, column: GridColumn) -> str:
        value = self._value(share, column)
        return weight_words(value) if column.id == WEIGHT else "" if value is None else str(value)

    def _heading(self, line: Heading, column: GridColumn, role: int) -> Any:
        if role == GROUP_ROLE:
            return True
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if column.id == NAME:
            return f"{line.name or text('no_sumu')}  {len(line.shares)}"
        if column.id == YEAR:
            return number(sum(share.by_year[column.year] for share in line.shares))
        if column.id == TOTAL:
            need = sum(share.need or 0 for share in line.shares)
            return f"{number(sum(share.total for share in line.shares))}/{number(need)}"
        if column.id == LEFT_OVER:
            return number(sum(share.need - share.total for share in line.shares if share.need is not None))
        return ""

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Wish for what was typed: a whole number, nothing (set free), or a weight."""
        share = self.share(index.row())
        if share is None or role != Qt.ItemDataRole.EditRole:
            return False
        typed, cell = str(value).strip().replace(",", "").replace("，", ""), self.cell(index)
        if cell is not None:
            if typed and not (typed.isascii() and typed.isdigit() and int(typed) <= TYPED_MOST):
                self.refused.emit(text("grid_not_a_number", typed=typed))
                return False
            self.wished.emit(*cell, int(typed) if typed else None)
            return True
        try:
            weight = Fraction(typed.lstrip("×x") or 1).limit_denominator(1000)
        except (ValueError, ZeroDivisionError):
            weight = Fraction(0)
        if not 0 < weight <= 100:
            self.refused.emit(text("grid_not_a_weight", typed=typed))
            return False
        self.weighted.emit(share.gacha_code, weight)
        return True


def weight_words(weight: Fraction) -> str:
    """Return a weight as a short decimal."""
    return f"{float(weight):.3f}".rstrip("0").rstrip(".")


def sumu_codes(rows: Sequence[Any]) -> dict[str, str]:
    """Return gacha code -> sumu code of gap rows."""
    return {row.unit_code: row.sumu_code for row in rows}
