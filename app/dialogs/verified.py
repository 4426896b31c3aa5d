"""What a check of a pack found: a sentence, and every place that does not say what the project says."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app import theme
from app.dialogs.base import Dialog
from app.messages import text
from app.packs.verify import ADDED, CHANGED, MISSING, STALE, UNREADABLE, Finding, Verified
from app.packs.words import changed_words, finding_line, place_words, source_words, verify_sentence
from app.panels.copied import copy_table
from app.places import fold
from layers.catalogue.model import Catalogue

COLUMNS = ("what", "file", "place", "found", "expected", "source")
WIDTHS = (84, 170, 280, 120, 120, 150)
LEVELS = {CHANGED: "bad", ADDED: "bad", MISSING: "bad", UNREADABLE: "bad", STALE: "warn"}
MOST_ROWS = 3000
FINDING = Qt.ItemDataRole.UserRole


class VerifiedDialog(Dialog):
    """See the module's text. It is no modal dialog: one looks things up while it is open."""

    again = Signal()

    def __init__(
        self, parent: QWidget | None, done: Verified, folder: str, catalogue: Catalogue
    ) -> None:
        level = "ok" if not done.findings else "warn"
        glyph = "circle-check" if not done.findings else "clipboard-check"
        super().__init__(parent, text("verify_dialog"), glyph=glyph, level=level, width=1040)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.done_check = done
        self.add_text(verify_sentence(done))
        facts = (folder, changed_words(done, catalogue))
        self.add_text("　".join(part for part in facts if part), "secondary")
        self.filter, self.what = QLineEdit(), QComboBox()
        self.filter.setPlaceholderText(text("verify_filter"))
        self.filter.setAccessibleName(text("verify_filter"))
        self.filter.setClearButtonEnabled(True)
        self.what.addItem(text("verify_all", count=len(done.findings)), "")
        for what in LEVELS:
            if count := sum(one.what == what for one in done.findings):
                self.what.addItem(f"{text(f'verify_{what}')}  {count:,}", what)
        self.filter.textChanged.connect(self._apply)
        self.what.currentIndexChanged.connect(self._apply)
        self.table = self._table(done.findings[:MOST_ROWS])
        if done.findings:
            row = QHBoxLayout()
            row.addWidget(self.filter, 1)
            row.addWidget(self.what)
            self.body.addLayout(row)
            self.body.addWidget(self.table, 1)
            self.setMinimumHeight(theme.metric(520))
        for file, code in done.notes:
            self.add_text(f"{file}：{text(f'verify_note_{code}')}", "note")
        if done.findings:
            self.copy = self.add_button(text("verify_copy"))
            self.copy.clicked.connect(self._copy)
            QShortcut(QKeySequence.StandardKey.Copy, self.table, self._copy)
        self.repeat = self.add_button(text("verify_again"))
        self.repeat.clicked.connect(self.again)
        self.add_button(text("dialog_close"), "primary", default=True).clicked.connect(self.close)

    def _table(self, findings: tuple[Finding, ...]) -> QTableWidget:
        table = QTableWidget(len(findings), len(COLUMNS), self)
        table.setAccessibleName(text("verify_dialog"))
        table.setHorizontalHeaderLabels([text(f"verify_column_{name}") for name in COLUMNS])
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(theme.metric(28))
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        head = table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for at, width in enumerate(WIDTHS):
            table.setColumnWidth(at, theme.metric(width))
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for row, one in enumerate(findings):
            for at, words in enumerate(_cells(one)):
                item = QTableWidgetItem(words)
                item.setToolTip(finding_line(one))
                item.setData(FINDING, one)
                if at == 0:
                    item.setForeground(theme.color(LEVELS[one.what]))
                table.setItem(row, at, item)
        return table

    def _apply(self) -> None:
        wanted, what = fold(self.filter.text()), self.what.currentData()
        for row in range(self.table.rowCount()):
            cells = [self.table.item(row, at) for at in range(len(COLUMNS))]
            one = cells[0].data(FINDING)
            words = fold(" ".join(cell.text() for cell in cells))
            self.table.setRowHidden(row, not (wanted in words and what in ("", one.what)))

    def _copy(self) -> None:
        """The chosen lines, or all that are shown, as text."""
        chosen = {index.row() for index in self.table.selectionModel().selectedRows()}
        rows = [
            row
            for row in range(self.table.rowCount())
            if not self.table.isRowHidden(row) and (row in chosen or not chosen)
        ]
        copy_table([self.table.item(row, at).text() for at in range(len(COLUMNS))] for row in rows)


def _cells(one: Finding) -> tuple[str, ...]:
    where = " · ".join(part for part in (place_words(one), one.about, one.head) if part)
    return (
        text(f"verify_{one.what}"), one.file, where, one.found or "—", one.expected or "—", source_words(one)
    )  # fmt: skip
