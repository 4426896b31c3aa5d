"""What a pack shall be, before it is made: how much is in it, for whom, with what date, where."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app import theme
from app.dialogs.base import Dialog
from app.dialogs.leaving import LeavingRows
from app.messages import text, tr
from app.packs.outputs import OUTPUTS, Order
from layers.maps.sheet_template import PLAIN, SheetTemplate


class PackDialog(Dialog):
    """Asks for audience, review, what is in it, date and folder.

    order: what is suggested. scenes, files: how many.
    """

    def __init__(
        self, parent: QWidget | None, suggested: Path, order: Order, *, scenes: int,
        templates: Sequence[SheetTemplate] = (PLAIN,),
    ) -> None:
        super().__init__(parent, text("pack_dialog"), glyph="shield", width=620)
        self._order = order
        self.add_text(text("pack_holds", scenes=scenes))
        for point in text("pack_without").split("|"):
            self.add_text(f"• {point.strip()}", "secondary")
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
        self.leaving = LeavingRows(self.form)
        self.outputs = {one.id: QCheckBox(tr(one.title)) for one in OUTPUTS}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        for at, (name, box) in enumerate(self.outputs.items()):
            box.setChecked(name not in order.without)
            grid.addWidget(box, at // 2, at % 2)
        self.form.addRow(text("pack_outputs"), grid)
        self.audience, self.review, self.exempt = (
            self.leaving.audience, self.leaving.review, self.leaving.exempt,
        )  # fmt: skip
        self.template = QComboBox()
        for one in templates:
            self.template.addItem(tr(one.title), one)
        self.template.setAccessibleName(text("pack_template"))
        self.form.addRow(text("pack_template"), self.template)
        self.form.addRow(text("pack_date"), self.date)
        self.date.setAccessibleName(text("pack_date"))
        self.path.setAccessibleName(text("pack_folder"))
        self.form.addRow(text("pack_folder"), row)
        self.body.addLayout(self.form)
        self.fault = self.add_text("", "bad")
        self.fault.hide()
        self.add_text(text("release_logged"), "note")
        self.add_cancel()
        self.go = self.add_button(text("pack_go"), "primary", default=True)
        self.go.clicked.connect(self._accept)

    def order(self) -> Order:
        """Return what was chosen."""
        day = self.date.date()
        return replace(
            self._order,
            audience=self.leaving.audience_id,
            review_number=self.leaving.review_number,
            exempt=self.leaving.ground,
            date=datetime.date(day.year(), day.month(), day.day()),
            template=self.template.currentData(),
            without=tuple(name for name, box in self.outputs.items() if not box.isChecked()),
        )

    def folder(self) -> Path:
        """Return the folder that was named."""
        return Path(self.path.text().strip()).expanduser()

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, text("pack_dialog"), str(self.folder().parent))
        if chosen:
            self.path.setText(str(Path(chosen) / self.folder().name))

    def _accept(self) -> None:
        folder = self.folder()
        faults = {
            "pack_no_folder": not self.path.text().strip(),
            "pack_no_outputs": not any(box.isChecked() for box in self.outputs.values()),
            "pack_taken": folder.exists() and (not folder.is_dir() or any(folder.iterdir())),
        }
        wrong = next((name for name, is_so in faults.items() if is_so), "")
        fault = self.leaving.fault() or (text(wrong) if wrong else "")
        theme.set_role(self.path, "wrong" if wrong and wrong != "pack_no_outputs" else "")
        if fault:
            self.fault.setText(fault)
            self.fault.show()
            return
        self.accept()


def ask_pack(
    parent: QWidget | None, suggested: Path, order: Order, *, scenes: int,
    templates: Sequence[SheetTemplate] = (PLAIN,),
) -> tuple[Path, Order] | None:
    """Ask for a pack's folder and kind; None when the user leaves."""
    dialog = PackDialog(parent, suggested, order, scenes=scenes, templates=templates)
    chosen = dialog.exec() == QDialog.DialogCode.Accepted
    answer = (dialog.folder(), dialog.order()) if chosen else None
    dialog.deleteLater()
    return answer
