"""A plain table of records for a panel: columns as values, sorting, filtering, totals. Any result can be
shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from app.messages import text
from app.origins.sums import sum_ask
from app.panels.rows import BAR_ROLE, CHIP_ROLE, SPARE_ROLE, STRONG_ROLE, Index, number
from app.places import NO_HIT, closeness, fold
from layers.provenance import Ask

RIGHT, LEFT = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """A column: its heading `[ui.KEY]` (and `[ui.KEY_tip]`), what it holds, how it sorts and adds up.

    order: what it sorts by, None last. chip: value -> a chip (key, word). bar: value -> (share, token).
    spare: left out first (1) where the panel is narrow. total: of the rows shown. heading: in place of
    `[ui.KEY]`, where it holds a number. ask: what names the number of a row, where it can be traced.
    """

    key: str
    value: Callable[[Any], Any]
    numeric: bool = False
    digits: int | None = None
    order: Callable[[Any], Any] | None = None
    chip: Callable[[Any], tuple[str, str] | None] | None = None
    bar: Callable[[Any], tuple[float, str] | None] | None = None
    total: Callable[[Sequence[Any]], float | None] | None = None
    spare: int = 0
    heading: str = ""
    ask: Callable[[Any], Ask | None] | None = None


def summed(value: Callable[[Any], float | None]) -> Callable[[Sequence[Any]], float | None]:
    """Return the sum of what is known; None where nothing is."""

    def total(rows: Sequence[Any]) -> float | None:
        known = [number for row in rows if (number := value(row)) is not None]
        return sum(known) if known else None

    return total


class RecordModel(QAbstractTableModel):
    """Records as they are sorted and filtered.

    words_of: the texts in which the filter looks (name, code …). tip: the tool tip of a row.
    """

    def __init__(
        self,
        words_of: Callable[[Any], tuple[str, ...]],
        tip: Callable[[Any], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words_of, self._tip = words_of, tip
        self.columns: tuple[RecordColumn, ...] = ()
        self.lines: list[Any] = []
        self._all: tuple[Any, ...] = ()
        self.shown = 0  # how many times other rows were shown
        self.words, self.sorted_by, self.down = "", "", False
        self.moved_words: Callable[[str], str] = lambda _key: text("number_moved")
        self.marked: Callable[[str], bool] | None = None  # whether a changed rule moved the number of a name

    def ask(self, row: int, column: int) -> Ask | None:
        """Return what names the number of a cell; None where it cannot be traced."""
        asked = self.columns[column].ask
        return None if asked is None else asked(self.lines[row])

    def numbers(self) -> dict[str, str]:
        """Return every number that can be traced, by its name, as it is shown; filtered rows too."""
        return {
            ask.key: _shown(column, column.value(row))
            for column in self.columns if column.ask is not None
            for row in self._all if (ask := column.ask(row)) is not None
        }  # fmt: skip

    def show(self, columns: Sequence[RecordColumn], rows: Sequence[Any], *, first: tuple[str, bool]) -> None:
        """Show rows; first: the column that they are sorted by, and whether from the largest, at first."""
        self.beginResetModel()
        self.columns, self._all = tuple(columns), tuple(rows)
        self.shown += 1
        if self.sorted_by not in [column.key for column in columns]:
            self.sorted_by, self.down = first
        self._arrange()
        self.endResetModel()

    def set_filter(self, words: str) -> None:
        """Show only what the words meet: names, codes, pinyin."""
        self.beginResetModel()
        self.words = words
        self._arrange()
        self.endResetModel()

    def sort_by(self, column: int) -> None:
        """Sort by a column; again turns it round. Numbers begin with the largest; the unknown come last."""
        chosen = self.columns[column]
        self.beginResetModel()
        self.down = not self.down if chosen.key == self.sorted_by else chosen.numeric
        self.sorted_by = chosen.key
        self._arrange()
        self.endResetModel()

    @property
    def sorted_column(self) -> int:
        """Which column it is sorted by."""
        return next((at for at, one in enumerate(self.columns) if one.key == self.sorted_by), -1)

    def total(self, column: int) -> str:
        """Return the total of a column over what is shown; the first says how many rows."""
        record = self.columns[column]
        if column == 0:
            return text("records_total", count=number(len(self.lines)))
        return _shown(record, record.total(self.lines)) if record.total else ""

    def total_ask(self, column: int) -> Ask | None:
        """Return what names the total of a column over what is shown: the sum of the numbers of its rows."""
        record = self.columns[column]
        if record.total is None or record.ask is None:
            return None
        return sum_ask([ask for row in self.lines if (ask := record.ask(row)) is not None])

    def _arrange(self) -> None:
        wanted = fold(self.words)
        rows = [row for row in self._all if not wanted or self._meets(wanted, row)]
        column = next((one for one in self.columns if one.key == self.sorted_by), None)
        if column is None:
            self.lines = rows
            return
        key = column.order or column.value
        known = [row for row in rows if key(row) is not None]
        known.sort(key=key, reverse=self.down)
        self.lines = known + [row for row in rows if key(row) is None]

    def _meets(self, wanted: str, row: Any) -> bool:
        return any(closeness(wanted, fold(words), words) < NO_HIT for words in self._words_of(row))

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
            return column.heading or text(column.key)
        if role == Qt.ItemDataRole.ToolTipRole:
            return text(f"{column.key}_tip")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.numeric else LEFT
        if role == BAR_ROLE:
            return column.bar is not None
        return column.spare if role == SPARE_ROLE else None

    def data(self, index: Index, role: int = 0) -> Any:
        """A cell."""
        row, column = self.lines[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.numeric else LEFT
        if role == Qt.ItemDataRole.DisplayRole:
            shown = "" if column.chip else _shown(column, column.value(row))
            return f"● {shown}" if self._moved(index) else shown
        if role == CHIP_ROLE and column.chip:
            return column.chip(row)
        if role == BAR_ROLE and column.bar:
            return column.bar(row)
        if role == STRONG_ROLE:
            return column.key == self.sorted_by and column.numeric
        if role == Qt.ItemDataRole.ForegroundRole:
            return "ink3" if column.value(row) is None else None
        return self._tips(index) if role == Qt.ItemDataRole.ToolTipRole else None

    def _moved(self, index: Index) -> bool:
        if self.marked is None or (ask := self.ask(index.row(), index.column())) is None:
            return False
        return self.marked(ask.key)

    def _tips(self, index: Index) -> str:
        lines = [self._tip(self.lines[index.row()])]
        if self._moved(index) and (ask := self.ask(index.row(), index.column())) is not None:
            lines.append(self.moved_words(ask.key))
        lines += [text("trace_cell_tip")] if self.ask(index.row(), index.column()) is not None else []
        return "\n".join(lines)


def _shown(column: RecordColumn, value: Any) -> str:
    if value is None:
        return "—"
    return str(value) if isinstance(value, str) else number(value, digits=column.digits)
