"""Before something leaves the house: what is in the file, what stays behind, where it goes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app import theme
from app.dialogs.base import Dialog
from app.dialogs.files import ask_save
from app.messages import text


class ReleaseDialog(Dialog):
    """Says what an export holds and what it leaves out; asks for the file.

    what: `picture`, `table`, `result`, `share`, `layer`; its sentences are `release_WHAT_*`.
    """

    def __init__(self, parent: QWidget | None, what: str, suggested: Path, endings: dict[str, str]) -> None:
        super().__init__(parent, text(f"release_{what}_title"), glyph="shield", width=520)
        self._what, self._endings = what, endings
        self.add_text(text(f"release_{what}_holds"))
        for point in text(f"release_{what}_without").split("|"):
            self.add_text(f"• {point.strip()}", "secondary")
        self.add_text(text("release_logged"), "note")
        self.path = QLineEdit(str(suggested))
        self.path.setAccessibleName(text("release_file"))
        browse = QPushButton(text("new_browse"))
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(browse)
        self.body.addLayout(row)
        self.fault = self.add_text("", "bad")
        self.fault.hide()
        self.add_cancel()
        self.go = self.add_button(text("release_go"), "primary", default=True)
        self.go.clicked.connect(self._accept)

    def chosen(self) -> Path:
        """Return the file that was named, with an ending."""
        path = Path(self.path.text().strip()).expanduser()
        return (
            path
            if path.suffix.lower() in self._endings
            else path.with_name(path.name + next(iter(self._endings)))
        )

    def _browse(self) -> None:
        path = ask_save(self, text(f"release_{self._what}_title"), Path(self.path.text()), self._endings)
        if path is not None:
            self.path.setText(str(path))

    def _accept(self) -> None:
        typed = self.path.text().strip()
        fault = "" if typed else "release_no_file"
        if typed and self._what in ("share", "layer") and self.chosen().exists():
            fault = "release_exists"
        if fault:
            self.fault.setText(text(fault))
            self.fault.show()
            theme.set_role(self.path, "wrong")
            return
        self.accept()


def ask_release(parent: QWidget | None, what: str, suggested: Path, endings: dict[str, str]) -> Path | None:
    """Ask for the file of an export; None when the user leaves."""
    dialog = ReleaseDialog(parent, what, suggested, endings)
    path = dialog.chosen() if dialog.exec() == QDialog.DialogCode.Accepted else None
    dialog.deleteLater()
    return path
