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
from app.actions.boundaries import SAMPLE, Boundaries
from app.dialogs.base import Dialog
from app.dialogs.files import ask_open, ask_save, documents, free_name
from app.messages import sentence, text
from layers.catalogue.registry import default_catalogue
from layers.errors import PlannerError

MERIDIANS = range(75, 136, 3)
OTHER = "other"


@dataclass(frozen=True, slots=True)
class NewProject:
    """What a user wants: where, in which 3-degree zone, under which title; boundaries: whose it carries
    (`sample`, a project's path), "" for none."""

    path: Path
    meridian: int
    title: str
    boundaries: str = ""


class NewProjectDialog(Dialog):
    """Title, zone and file of a new project, and whose boundaries it carries.

    boundaries: what was carried last. foreign: name of the data file that is to go into it, "" for none.
    """

    def __init__(
        self, parent: QWidget | None, *, meridian: int, boundaries: str = "", foreign: str = ""
    ) -> None:
        super().__init__(parent, text("new_title"), glyph="file-plus")
        self.add_text(text("new_for_file", name=foreign) if foreign else text("new_why"), "secondary")
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
        self.carry = QComboBox()
        for what in ("none", SAMPLE, OTHER):
            self.carry.addItem(text(f"new_carry_{what}"), "" if what == "none" else what)
        self.carry.setToolTip(text("new_carry_why"))
        self.carry.activated.connect(self._carry_chosen)
        form.addRow(text("new_carry"), self.carry)
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
        self.file.setText(str(free_name(documents(), Path(foreign).stem or text("new_file_name"))))
        self._carried = ""
        self._set_carried(boundaries or (SAMPLE if foreign else ""))

    def wanted(self) -> NewProject:
        """Return what was typed."""
        path = Path(self.file.text().strip()).expanduser()
        if path.suffix.lower() != ".gpkg":
            path = path.with_name(path.name + ".gpkg")
        return NewProject(path, int(self.zone.currentData()), self.title.text().strip(), self._carried)

    def _carry_chosen(self, at: int) -> None:
        what = self.carry.itemData(at)
        if what == OTHER:
            path = ask_open(self, Path(self.file.text()).parent)
            what = self._carried if path is None else str(path)
        self._set_carried(what)

    def _set_carried(self, what: str) -> None:
        """Take a choice of boundaries, and the zone that they lie in; one that cannot be read is told."""
        if what == "none" or (what not in ("", SAMPLE) and not Path(what).is_file()):
            what = ""  # the project of the last time is gone
        self._fault.hide()
        if what:
            try:
                zone = Boundaries(what, default_catalogue()).crs.central_meridian
            except PlannerError as error:
                self._fault.setText(sentence(error)[0])
                self._fault.show()
                what = ""
            else:
                self.zone.setCurrentIndex(self.zone.findData(int(zone)))
        self._carried = what
        self.carry.setItemText(2, Path(what).name if what not in ("", SAMPLE) else text(f"new_carry_{OTHER}"))
        self.carry.setCurrentIndex({"": 0, SAMPLE: 1}.get(what, 2))

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


def ask_new_project(
    parent: QWidget | None, *, meridian: int = 120, boundaries: str = "", foreign: str = ""
) -> NewProject | None:
    """Ask for a new project; None when the user leaves. Arguments as `NewProjectDialog` takes them."""
    dialog = NewProjectDialog(parent, meridian=meridian, boundaries=boundaries, foreign=foreign)
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
