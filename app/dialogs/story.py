"""Before slides or a report leave: for whom, by which template, and what the report is about."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app import theme
from app.dialogs.release import ReleaseDialog
from app.messages import text
from layers.release import INTERNAL, PUBLIC


class StoryDialog(ReleaseDialog):
    """The release dialog with the audience (and what a public map must have) and a template."""

    def __init__(self, parent: QWidget | None, what: str, suggested: Path, endings: dict[str, str]) -> None:
        super().__init__(parent, what, suggested, endings)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(12)
        self.audience = QComboBox()
        for name in (INTERNAL, PUBLIC):
            self.audience.addItem(text(f"audience_{name}"), name)
        self.review, self.exempt = QLineEdit(), QLineEdit()
        self.template = QLineEdit()
        self.template.setPlaceholderText(text("leave_template_own"))
        choose = QPushButton(text("leave_choose"))
        choose.clicked.connect(self._choose)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.template, 1)
        row.addWidget(choose)
        for key, part in (("leave_audience", self.audience), ("leave_review", self.review),
                          ("leave_exempt", self.exempt), ("leave_template", row)):  # fmt: skip
            self.form.addRow(text(key), part)
            if isinstance(part, QWidget):
                part.setAccessibleName(text(key))
        self.template.setAccessibleName(text("leave_template"))
        self.body.insertLayout(self.body.indexOf(self.fault), self.form)
        self.audience.currentIndexChanged.connect(self._show_review)
        self._show_review()

    @property
    def leaving(self) -> dict[str, object]:
        """What was chosen, as `app.actions.story` takes it."""
        template = self.template.text().strip()
        public = self.audience.currentData() == PUBLIC
        return {
            "public": public,
            "review_number": self.review.text().strip() if public else "",
            "exempt": self.exempt.text().strip() if public else "",
            "template": Path(template).expanduser() if template else None,
        }

    def _show_review(self) -> None:
        public = self.audience.currentData() == PUBLIC
        for part in (self.review, self.exempt):
            part.setEnabled(public)

    def _choose(self) -> None:
        filters = ";;".join(f"{words} (*{ending})" for ending, words in self._endings.items())
        chosen, _ = QFileDialog.getOpenFileName(self, text("leave_template"), "", filters)
        if chosen:
            self.template.setText(chosen)

    def _accept(self) -> None:
        chosen = self.leaving
        if chosen["public"] and not chosen["review_number"] and not chosen["exempt"]:
            self.fault.setText(text("leave_review_needed"))
            self.fault.show()
            theme.set_role(self.review, "wrong")
            return
        super()._accept()
