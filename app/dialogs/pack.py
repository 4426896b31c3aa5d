"""What a pack shall be, before it is made: how much is in it, for whom, with what date, where."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app import theme
from app.dialogs.base import Dialog
from app.messages import text
from app.packs.outputs import Order
from layers.release import INTERNAL, PUBLIC


class PackDialog(Dialog):
    """Asks for audience, review, date and folder. order: what is suggested. scenes, files: how many."""

    def __init__(
        self, parent: QWidget | None, suggested: Path, order: Order, *, scenes: int
    ) -> None:
        super().__init__(parent, text("pack_dialog"), glyph="shield", width=560)
        self._order = order
        self.add_text(text("pack_holds", scenes=scenes))
        for point in text("pack_without").split("|"):
            self.add_text(f"• {point.strip()}", "secondary")
        self.audience, self.review, self.exempt = QComboBox(), QLineEdit(), QLineEdit()
        self.audience.addItem(text("audience_internal"), INTERNAL)
        self.audience.addItem(text("audience_public"), PUBLIC)
        self.review.setPlaceholderText(text("pack_review_hint"))
        self.exempt.setPlaceholderText(text("pack_exempt_hint"))
        self.date = QDateEdit()
        self.date.setCalendarPopup(True)
        self.date.setDisplayFormat("yyyy-MM-dd")
        day = order.date or datetime.date.today()  # noqa: DTZ011 - the local day
        self.date.setDate(QDate(day.year, day.month, day.day))
        self.date.setToolTip(text("pack_date_tip"))
        self.path = QLineEdit(str(suggested))
        browse = QPushButton(text("new_browse"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(browse)
        self.form = QFormLayout()
        self.form.setSpacing(8)
        for name, widget in (
            ("pack_audience", self.audience),
            ("pack_review", self.review),
            ("pack_exempt", self.exempt),
            ("pack_date", self.date),
        ):
            self.form.addRow(text(name), widget)
            widget.setAccessibleName(text(name))
        self.path.setAccessibleName(text("pack_folder"))
        self.form.addRow(text("pack_folder"), row)
        self.body.addLayout(self.form)
        self.fault = self.add_text("", "bad")
        self.fault.hide()
        self.add_text(text("release_logged"), "note")
        self.audience.currentIndexChanged.connect(lambda _at: self._audience_chosen())
        self._audience_chosen()
        self.add_cancel()
        self.go = self.add_button(text("pack_go"), "primary", default=True)
        self.go.clicked.connect(self._accept)

    def order(self) -> Order:
        """Return what was chosen."""
        day, public = self.date.date(), self.audience.currentData() == PUBLIC
        return replace(
            self._order,
            audience=self.audience.currentData(),
            review_number=self.review.text().strip() if public else "",
            exempt=self.exempt.text().strip() if public else "",
            date=datetime.date(day.year(), day.month(), day.day()),
        )

    def folder(self) -> Path:
        """Return the folder that was named."""
        return Path(self.path.text().strip()).expanduser()

    def _audience_chosen(self) -> None:
        public = self.audience.currentData() == PUBLIC
        for field in (self.review, self.exempt):
            self.form.setRowVisible(field, public)
        self.adjustSize()

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, text("pack_dialog"), str(self.folder().parent))
        if chosen:
            self.path.setText(str(Path(chosen) / self.folder().name))

    def _accept(self) -> None:
        folder, order = self.folder(), self.order()
        faults = {
            "pack_no_folder": not self.path.text().strip(),
            "pack_taken": folder.exists() and (not folder.is_dir() or any(folder.iterdir())),
            "pack_review_needed": order.audience == PUBLIC and not (order.review_number or order.exempt),
        }
        fault = next((name for name, wrong in faults.items() if wrong), "")
        if fault:
            self.fault.setText(text(fault))
            self.fault.show()
            theme.set_role(self.review if fault == "pack_review_needed" else self.path, "wrong")
            return
        self.accept()


def ask_pack(
    parent: QWidget | None, suggested: Path, order: Order, *, scenes: int
) -> tuple[Path, Order] | None:
    """Ask for a pack's folder and kind; None when the user leaves."""
    dialog = PackDialog(parent, suggested, order, scenes=scenes)
    chosen = dialog.exec() == QDialog.DialogCode.Accepted
    answer = (dialog.folder(), dialog.order()) if chosen else None
    dialog.deleteLater()
    return answer
