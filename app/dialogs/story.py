"""Before web pages, slides or a report leave: for whom, by which template, what the report is about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.dialogs.leaving import LeavingRows
from app.dialogs.release import ReleaseDialog
from app.messages import text


class ScopedDialog(ReleaseDialog):
    """The release dialog with the audience, and what a public map must have."""

    def __init__(self, parent: QWidget | None, what: str, suggested: Path, endings: dict[str, str]) -> None:
        super().__init__(parent, what, suggested, endings)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(12)
        self.leaving_rows = LeavingRows(self.form)
        rows = self.leaving_rows
        self.audience, self.review, self.exempt = rows.audience, rows.review, rows.exempt
        self.body.insertLayout(self.body.indexOf(self.fault), self.form)

    @property
    def scope(self) -> dict[str, str]:
        """For whom it is, as the writers take it."""
        rows = self.leaving_rows
        return {"audience": rows.audience_id, "review_number": rows.review_number, "exempt": rows.ground}

    def _accept(self) -> None:
        if fault := self.leaving_rows.fault():
            self.fault.setText(fault)
            self.fault.show()
            return
        super()._accept()


def ask_scoped(
    parent: QWidget | None, what: str, suggested: Path, endings: dict[str, str]
) -> tuple[Path, dict[str, str]] | None:
    """Ask for the file of an export and for whom it is (`ScopedDialog.scope`); None when the user leaves."""
    dialog = ScopedDialog(parent, what, suggested, endings)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    answer = (dialog.chosen(), dialog.scope) if accepted else None
    dialog.deleteLater()
    return answer


class StoryDialog(ScopedDialog):
    """The release dialog with the audience and a template."""

    def __init__(self, parent: QWidget | None, what: str, suggested: Path, endings: dict[str, str]) -> None:
        super().__init__(parent, what, suggested, endings)
        self.template = QLineEdit()
        self.template.setPlaceholderText(text("leave_template_own"))
        choose = QPushButton(text("leave_choose"))
        choose.clicked.connect(self._choose)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.template, 1)
        row.addWidget(choose)
        self.form.addRow(text("leave_template"), row)
        self.template.setAccessibleName(text("leave_template"))

    @property
    def leaving(self) -> dict[str, object]:
        """What was chosen, as `app.actions.story` takes it."""
        template, rows = self.template.text().strip(), self.leaving_rows
        return {
            "public": rows.public,
            "review_number": rows.review_number,
            "exempt": rows.ground,
            "template": Path(template).expanduser() if template else None,
        }

    def _choose(self) -> None:
        filters = ";;".join(f"{words} (*{ending})" for ending, words in self._endings.items())
        chosen, _ = QFileDialog.getOpenFileName(self, text("leave_template"), "", filters)
        if chosen:
            self.template.setText(chosen)


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
