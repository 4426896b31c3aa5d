"""Gachas × services: one cell a number with its status, sorted and filtered."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from app.gap_words import reason_text
from app.messages import text, tr
from app.panels.rows import Index, number
from app.places import NO_HIT, closeness, fold
from layers.catalogue.model import Catalogue
from layers.catalogue.service import Service
from layers.planning.results import EXEMPT, MET, NONE, SHORT, UNKNOWN, GapRow, Gaps
from layers.planning.units import GACHA

GLYPHS = {MET: "✓", SHORT: "✕", EXEMPT: "○", UNKNOWN: "?", NONE: "·"}
ORDER = {SHORT: 0, UNKNOWN: 1, NONE: 2, EXEMPT: 3, MET: 4}
STATUS_ROLE = int(Qt.ItemDataRole.UserRole) + 40
INKS = {MET: "met_ink", SHORT: "panel", EXEMPT: "exempt_ink", UNKNOWN: "unknown_ink", NONE: "ink2"}
RIGHT, LEFT = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft


class MatrixModel(QAbstractTableModel):
    """A row a gacha, a column a service that is counted by gacha; column 0 is the name, 1 the sumu."""

    def __init__(self, catalogue: Catalogue, gaps: Gaps, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.gaps = gaps
        self.services: tuple[Service, ...] = tuple(
            one for one, _ in catalogue.services() if one.unit_role == GACHA and gaps.of_service(one.id)
        )
        names = {row.unit_code: row for one in reversed(self.services) for row in gaps.of_service(one.id)}
        self.units = sorted(names.values(), key=lambda row: row.unit_code)
        self.lines, self.words, self.sorted_by, self.down = list(self.units), "", 0, False

    def set_filter(self, words: str) -> None:
        """Show gachas that the words meet: name, sumu, code, pinyin."""
        self.words = words
        self._arrange()

    def sort_by(self, column: int) -> None:
        """Sort by a column; once more turns it round. By a service: short first, the largest gap first."""
        self.down = not self.down if column == self.sorted_by else False
        self.sorted_by = column
        self._arrange()

    def _arrange(self) -> None:
        wanted = fold(self.words)
        self.beginResetModel()
        self.lines = [
            row
            for row in self.units
            if not wanted
            or any(
                closeness(wanted, fold(name), row.unit_code) < NO_HIT
                for name in (row.unit_name, row.sumu_name)
            )
        ]
        self.lines.sort(key=self._key, reverse=self.down)
        self.endResetModel()

    def _key(self, unit: GapRow) -> tuple[object, ...]:
        if self.sorted_by < 2:
            return (unit.sumu_code if self.sorted_by else "", unit.unit_code)
        row = self.cell(unit, self.sorted_by)
        return (9, 0) if row is None else (ORDER[row.status], -(row.gap or 0))

    def cell(self, unit: GapRow, column: int) -> GapRow | None:
        """The gap row behind a cell; None for the names."""
        return self.gaps.row(self.services[column - 2].id, unit.unit_code) if column >= 2 else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many gachas."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many columns."""
        return 0 if parent.isValid() else len(self.services) + 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        """A column's heading."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            heads = (text("gap_name"), text("matrix_sumu"))
            return heads[section] if section < 2 else tr(self.services[section - 2].title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if section < 2 else RIGHT
        return None

    def data(self, index: Index, role: int = 0) -> object:
        """A cell: a glyph for the status, the gap (or what is there, where nothing is asked)."""
        unit = self.lines[index.row()]
        row = self.cell(unit, index.column())
        if row is None:
            if role == Qt.ItemDataRole.DisplayRole:
                return (unit.unit_name, unit.sumu_name)[index.column()]
            return LEFT if role == Qt.ItemDataRole.TextAlignmentRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words_of(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        if role == Qt.ItemDataRole.ForegroundRole:
            return INKS[row.status]
        if role == STATUS_ROLE:
            return row.status
        if role == Qt.ItemDataRole.ToolTipRole:
            service = tr(self.services[index.column() - 2].title)
            return f"{unit.unit_name} · {service}\n{text('status_' + row.status)}：{reason_text(row)}"
        return None

    @staticmethod
    def words_of(row: GapRow) -> str:
        """A cell in words."""
        value = row.gap if row.gap is not None else row.have
        shown = "" if value is None or row.status in (MET, EXEMPT) else number(value)
        return f"{shown} {GLYPHS[row.status]}".strip()
