"""What the dialogs of a sheet and of an atlas share: template, paper, unit, for whom, the file, faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.dialogs.files import ask_save
from app.dialogs.leaving import LONGEST, LeavingRows
from app.dialogs.sheet_templates import TemplateRow
from app.dialogs.writing_dialog import WritingDialog
from app.jobs import Jobs
from app.messages import sentence, text
from app.panels.parts import label
from app.session import Session
from layers.maps.choropleth import MapTheme
from layers.maps.paper_parts import PAPERS
from layers.maps.settings import LayerSettings

if TYPE_CHECKING:
    from app.exports.printing import PrintSource


class PaperDialog(WritingDialog):
    """A dialog that writes sheets as a job. endings: of its files, the first where none is typed.

    `printed`: tells on which printer.
    """

    printed = Signal(str)

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        glyph: str,
        width: int,
        session: Session,
        jobs: Jobs,
        *,
        endings: Mapping[str, str],
        settings: LayerSettings,
        theme: MapTheme | None,
        year: int | None,
        scheme: str | None,
    ) -> None:
        super().__init__(parent, title, glyph=glyph, width=width)
        self._title, self._endings = title, dict(endings)
        self._session, self._jobs, self._settings, self._theme = session, jobs, settings, theme
        self._year, self._scheme = year, scheme

    # -- rows of the form ----------------------------------------------------------------------------------

    def add_template_rows(self, form: QFormLayout) -> None:
        """Add template and paper."""
        self.paper = QComboBox()
        self.template = TemplateRow(
            self._session, lambda: (self.paper.currentData(), self.unit.text().strip()), self.failed
        )
        for name in PAPERS:
            self.paper.addItem(text(f"sheet_paper_{name}"), name)
        self.template.changed.connect(self._template_chosen)
        _add(form, "sheet_template", self.template)
        _add(form, "sheet_paper", self.paper)

    def add_leaving_rows(self, form: QFormLayout, unit: str = "") -> None:
        """Add the issuing unit, and for whom it is."""
        self.unit = QLineEdit(unit)
        self.unit.setMaxLength(LONGEST)
        _add(form, "sheet_unit", self.unit)
        self.leaving = LeavingRows(form)
        self.audience, self.review, self.exempt = (
            self.leaving.audience, self.leaving.review, self.leaving.exempt,
        )  # fmt: skip

    def add_file_row(self, form: QFormLayout, suggested: Path) -> None:
        """Add the file with its button."""
        self.path = QLineEdit(str(suggested))
        self.path.setAccessibleName(text("release_file"))
        self.browse = QPushButton(text("new_browse"))
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        form.addRow(text("release_file"), row)

    def add_fault(self) -> None:
        """Add the line that tells what is wrong, and the note of the log."""
        self.fault = self.add_text("", "bad")
        self.fault.hide()
        broken = self.template.broken()
        if broken:
            told = label("warn", wrap=True)
            told.setText(text("template_some_broken", count=len(broken), why=sentence(broken[0])[0]))
            self.body.addWidget(told)
        self.add_text(text("release_logged"), "note")

    def add_go(self, words: str, write: Callable[[], None], print_: Callable[[], None]) -> None:
        """Add the buttons that leave, that print and that write."""
        self.cancel = self.add_cancel()
        self.print_ = self.add_button(text("print_open"))
        self.print_.clicked.connect(print_)
        self.go = self.add_button(words, "primary", default=True)
        self.go.clicked.connect(write)

    # -- what is wanted ------------------------------------------------------------------------------------

    def target(self) -> Path:
        """Return the file that was named, with an ending."""
        path = Path(self.path.text().strip()).expanduser()
        known = path.suffix.lower() in self._endings
        return path if known else path.with_name(path.name + next(iter(self._endings)))

    def may_write(self, *, to_file: bool = True) -> bool:
        """Whether a file is named and the public may have it; says what is missing."""
        fault = text("release_no_file") if to_file and not self.path.text().strip() else ""
        self.show_fault(fault or self.leaving.fault())
        return not self.fault.text()

    def _template_chosen(self) -> None:
        """A template brings its paper and, where none was typed, its unit."""
        chosen = self.template.template()
        self.paper.setCurrentIndex(self.paper.findData(chosen.paper))
        self.unit.setPlaceholderText(chosen.unit)

    def _browse(self) -> None:
        path = ask_save(self, self._title, self.target(), self._endings)
        if path is not None:
            self.path.setText(str(path))

    # -- writing -------------------------------------------------------------------------------------------

    def busy(self, on: bool) -> None:
        """Something is being written, or no longer."""
        self.go.setEnabled(not on)
        self.print_.setEnabled(not on)

    def print_source(self, source: PrintSource) -> None:
        """Show pages as they will be printed, and print them."""
        from app.dialogs.printing import PrintDialog

        dialog = PrintDialog(self, self._session, self._jobs, source, self.target().with_suffix(".pdf"))
        dialog.printed.connect(self.printed)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.accept()
        dialog.deleteLater()


def _add(form: QFormLayout, key: str, widget: QWidget) -> None:
    form.addRow(text(key), widget)
    widget.setAccessibleName(text(key))
