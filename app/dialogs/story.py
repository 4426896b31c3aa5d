"""Before slides or a report leave: for whom, by which template, and what the report is about."""

from __future__ import annotations

from collections.abc import Sequence
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


class ReportDialog(StoryDialog):
    """Asks, too, which report it is: of which year, or about which project.

    works: (code, words) of the planned works; without one there is only the yearly report.
    """

    def __init__(
        self,
        parent: QWidget | None,
        suggested: Path,
        endings: dict[str, str],
        *,
        years: Sequence[int],
        year: int,
        works: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(parent, "report", suggested, endings)
        self.kind, self.year, self.project = QComboBox(), QComboBox(), QComboBox()
        for name in ("yearly", *(["project"] if works else [])):
            self.kind.addItem(text(f"report_kind_{name}"), name)
        for one in years:
            self.year.addItem(str(one), one)
        self.year.setCurrentIndex(max(self.year.findData(year), 0))
        for code, words in works:
            self.project.addItem(words, code)
        self.project.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for at, (key, part) in enumerate((("report_kind", self.kind), ("report_year", self.year),
                                          ("report_which", self.project))):  # fmt: skip
            self.form.insertRow(at, text(key), part)
            part.setAccessibleName(text(key))
        self.kind.currentIndexChanged.connect(self._show_kind)
        self._show_kind()

    @property
    def asked(self) -> dict[str, object]:
        """What the report is about, as `app.actions.story.report` takes it."""
        if self.kind.currentData() == "yearly":
            return {"kind": "yearly", "year": self.year.currentData()}
        return {"kind": "project", "project_": self.project.currentData()}

    def _show_kind(self) -> None:
        """The sheet of a project is internal."""
        yearly = self.kind.currentData() == "yearly"
        self.form.setRowVisible(self.year, yearly)
        self.form.setRowVisible(self.project, not yearly)
        self.audience.setEnabled(yearly)
        if not yearly:
            self.audience.setCurrentIndex(0)
