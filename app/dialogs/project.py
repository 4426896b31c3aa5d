"""Dialogs about a project: a new one, and a name for the present state."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app import theme
from app.dialogs.base import Dialog
from app.dialogs.files import ask_save, documents, free_name
from app.messages import text

MERIDIANS = range(75, 136, 3)


@dataclass(frozen=True, slots=True)
class NewProject:
    """What a user wants: where, in which 3-degree zone, under which title, as a copy of the sample or
    empty."""

    path: Path
    meridian: int
    title: str


class NewProjectDialog(Dialog):
    """Title, zone and file of a new, empty project."""

    def __init__(self, parent: QWidget | None, *, meridian: int) -> None:
        super().__init__(parent, text("new_title"), glyph="file-plus")
        self.add_text(text("new_why"), "secondary")
        form = QFormLayout()
        form.setSpacing(10)
        self.title, self.zone, self.file = QLineEdit(), QComboBox(), QLineEdit()
        self.title.setPlaceholderText(text("new_name_hint"))
        for one in MERIDIANS:
            self.zone.addItem(
                text("new_zone", meridian=one, west=f"{one - 1.5:g}", east=f"{one + 1.5:g}"), one
            )
        self.zone.setCurrentIndex(self.zone.findData(meridian))
        browse = QPushButton(text("new_browse"))
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.file, 1)
        row.addWidget(browse)
        form.addRow(text("new_name"), self.title)
        form.addRow(text("new_zone_label"), self.zone)
        form.addRow(text("new_file"), row)
        self.body.addLayout(form)
        self._fault = QLabel()
        theme.set_role(self._fault, "bad")
        self._fault.setWordWrap(True)
        self._fault.hide()
        self.body.addWidget(self._fault)
        self.add_cancel()
        self.create = self.add_button(text("new_create"), "primary", default=True)
        self.create.clicked.connect(self._accept)
        self.file.setText(str(free_name(documents(), text("new_file_name"))))

    def wanted(self) -> NewProject:
        """Return what was typed."""
        path = Path(self.file.text().strip()).expanduser()
        if path.suffix.lower() != ".gpkg":
            path = path.with_name(path.name + ".gpkg")
        return NewProject(path, int(self.zone.currentData()), self.title.text().strip())

    def _browse(self) -> None:
        path = ask_save(self, text("new_title"), Path(self.file.text()), {".gpkg": text("file_project")})
        if path is not None:
            self.file.setText(str(path))

    def _accept(self) -> None:
        wanted = self.wanted()
        if not self.file.text().strip() or wanted.path.exists():
            self._fault.setText(text("new_taken", path=wanted.path))
            self._fault.show()
            theme.set_role(self.file, "wrong")
            self.file.setFocus()
            return
        self.accept()


def ask_new_project(parent: QWidget | None, *, meridian: int = 120) -> NewProject | None:
    """Ask for a new project; None when the user leaves."""
    dialog = NewProjectDialog(parent, meridian=meridian)
    wanted = dialog.wanted() if dialog.exec() == QDialog.DialogCode.Accepted else None
    dialog.deleteLater()
    return wanted


def ask_version_name(parent: QWidget | None, known: frozenset[str]) -> str | None:
    """Ask for the name of a version; None when the user leaves."""
    dialog = Dialog(parent, text("version_title"), glyph="bookmark")
    dialog.add_text(text("version_why"), "secondary")
    name = QLineEdit()
    name.setMaxLength(60)
    name.setPlaceholderText(text("version_hint"))
    name.setAccessibleName(text("version_title"))
    dialog.body.addWidget(name)
    note = dialog.add_text("", "warn")
    dialog.add_cancel()
    go = dialog.add_button(text("version_go"), "primary", default=True)
    go.setEnabled(False)
    go.clicked.connect(dialog.accept)

    def typed(words: str) -> None:
        go.setEnabled(bool(words.strip()))
        note.setText(text("version_twice") if words.strip() in known else "")

    name.textChanged.connect(typed)
    name.setFocus()
    answer = name.text().strip() if dialog.exec() == QDialog.DialogCode.Accepted else None
    dialog.deleteLater()
    return answer or None
