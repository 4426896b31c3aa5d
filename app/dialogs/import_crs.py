"""In which coordinate system a foreign file is: the likely ones, or one that is typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app import theme
from app.actions.import_look import Candidate
from app.dialogs.import_map import mark
from app.messages import text

LIST_WIDTH = 250


class CrsChoice(QWidget):
    """A list of candidates, each with the sign that its landing has on the map, and a field for another."""

    chosen = Signal(str)  # a system's key, or what was typed

    def __init__(self) -> None:
        super().__init__()
        title = QLabel(text("import_crs"))
        theme.set_role(title, "note")
        self.list = QListWidget()
        self.list.setAccessibleName(text("import_crs"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(12, 12))
        self.list.itemClicked.connect(self._picked)
        self.list.itemActivated.connect(self._picked)
        self.typed = QLineEdit()
        self.typed.setPlaceholderText(text("import_crs_other"))
        self.typed.setAccessibleName(text("import_crs_other"))
        self.typed.returnPressed.connect(self._given)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(title)
        column.addWidget(self.list, 1)
        column.addWidget(self.typed)
        self.setMinimumWidth(theme.metric(LIST_WIDTH))

    def show_candidates(self, candidates: Sequence[Candidate], chosen: str) -> None:
        """Show what it may be, and which is chosen (its key); nothing where nothing can be said."""
        self.list.clear()
        for at, one in enumerate(candidates):
            item = QListWidgetItem(mark(at), crs_words(one))
            item.setData(Qt.ItemDataRole.UserRole, one.choice.key)
            item.setToolTip(crs_words(one))
            if not one.usable:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
            if one.choice.key == chosen and one.usable:
                self.list.setCurrentItem(item)
        self.setVisible(bool(candidates))

    def _picked(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _given(self) -> None:
        if self.typed.text().strip():
            self.chosen.emit(self.typed.text().strip())


def crs_words(one: Candidate) -> str:
    """Return a candidate's name, why it is one, and how much of the file it puts inside the banner."""
    inside = text("import_inside", share=f"{one.share:.0%}") if one.reason != "given" and one.usable else ""
    fields = {**one.fields, "name": one.choice.key} if one.reason == "stated" else one.fields
    name = one.name if one.reason == "stated" else f"{one.name}  {one.choice.key}"
    return f"{name}\n{text(f'crs_{one.reason}', **fields)}{inside}"
