"""The row of schemes: choose one; new, copy, rename, delete. Names are typed in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.messages import text
from app.panels.parts import IconButton, label

NEW, COPY, RENAME, DELETE, KEEP, ADOPT = "new", "copy", "rename", "delete", "keep", "adopt"


class SchemeBar(QWidget):
    """Names of schemes with what can be done to them."""

    chosen = Signal(object)  # a name, or None: what is not kept
    named = Signal(str, str)  # for what (new, copy, rename, keep, adopt), the name
    asked = Signal(str)  # new, copy, rename: a name is wanted; delete

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list, self.field = QComboBox(), _Field()
        self.list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.list.setMinimumContentsLength(6)
        self.list.activated.connect(lambda _at: self.chosen.emit(self.list.currentData()))
        self.field.returnPressed.connect(self._name)
        self.field.left.connect(self.leave)
        self._for = ""
        self.place = QStackedWidget()
        self.place.addWidget(self.list)
        self.place.addWidget(self.field)
        self.place.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.message = label("bad", wrap=True)
        self.message.hide()
        self.add, self.copy = IconButton("plus", box=30), IconButton("copy", box=30)
        self.rename, self.delete = IconButton("pencil", box=30), IconButton("trash-2", box=30)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.place, 1)
        for button, what in (
            (self.add, NEW),
            (self.copy, COPY),
            (self.rename, RENAME),
            (self.delete, DELETE),
        ):
            button.clicked.connect(lambda _checked=False, what=what: self.asked.emit(what))
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.message)

    def show_schemes(
        self, items: Sequence[tuple[str | None, str]], current: str | None, *, writable: bool
    ) -> None:
        """Show (name, words) pairs; a name of None is what is not kept."""
        self.list.blockSignals(True)
        self.list.clear()
        for name, words in items:
            self.list.addItem(words, name)
        names = [name for name, _ in items]
        self.list.setCurrentIndex(names.index(current) if current in names else -1)
        self.list.blockSignals(False)
        self.add.setEnabled(writable)
        for button in (self.copy, self.rename, self.delete):
            button.setEnabled(writable and current is not None)

    def begin(self, what: str, suggestion: str) -> None:
        """Ask for a name in the place of the list."""
        self._for = what
        self.field.setText(suggestion)
        self.message.hide()
        self.place.setCurrentIndex(1)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    @property
    def naming(self) -> str:
        """What a name is being typed for, "" for nothing."""
        return self._for

    def refuse(self, words: str) -> None:
        """Say in place why a name is not taken; it can be changed."""
        self.message.setText(words)
        self.message.show()

    def leave(self) -> None:
        """Show the list again."""
        self._for = ""
        self.message.hide()
        if self.place.currentIndex():
            self.place.setCurrentIndex(0)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _name(self) -> None:
        if self._for:
            self.named.emit(self._for, self.field.text())

    def confirm(self) -> None:
        """Take the name as it stands (another button was pressed)."""
        self._name()

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.list.setAccessibleName(text("scheme_choose"))
        self.list.setToolTip(text("scheme_choose"))
        self.field.setPlaceholderText(text("scheme_name_hint"))
        self.field.setToolTip(text("scheme_name_hint"))
        for button, key in (
            (self.add, "scheme_new"),
            (self.copy, "scheme_copy"),
            (self.rename, "scheme_rename"),
            (self.delete, "scheme_delete"),
        ):
            button.describe(text(key))


class _Field(QLineEdit):
    """A field that can be left."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)
