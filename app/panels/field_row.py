"""One column of one feature: its title, unit, value; edited in place, sensitive ones behind a click."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.messages import sentence, text, tr
from app.panels.cell_editor import make_editor, typed
from app.panels.models.feature_rows import MASK, hidden, shown_value, with_unit
from app.panels.parts import Glyph, IconButton, label
from app.panels.rows import is_trace_key
from layers.catalogue.model import Column, LayerKind
from layers.errors import PlannerError

TITLE_WIDTH = 118


class FieldRow(QWidget):
    """A column's title at the left, its value at the right; a click, Enter or F2 on the value edits it."""

    stored = Signal(str, object)  # column, parsed value
    asked = Signal(str)  # column: where is the value from

    def __init__(
        self, kind: LayerKind, column: Column, value: Any, *, can_edit: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.kind, self.column, self.can_edit = kind, column, can_edit
        self.value = value
        self.open = not hidden(kind, column)
        self.editor: QWidget | None = None
        self.title = label("note", wrap=True)
        self.title.setText(f"{with_unit(column)}{' *' if column.required else ''}")
        self.title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        self.title.setFixedWidth(theme.metric(TITLE_WIDTH))
        self.title.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.title.setContentsMargins(0, 6, 0, 4)
        self.title.setToolTip(
            f"{column.name}\n{text('type_' + column.type)} · {text('privacy_' + column.privacy.name.lower())}"
            f"\n{text('field_trace_tip')}"
        )
        self.title.setCursor(Qt.CursorShape.PointingHandCursor)
        self.shown = _Value()
        self.shown.clicked.connect(self.edit)
        self.shown.installEventFilter(self)
        self.lock = Glyph("lock", "warn", 12)
        self.reveal = IconButton("eye", size=14, box=24)
        self.reveal.describe(text("attributes_reveal"))
        self.reveal.clicked.connect(self._reveal)
        self.message = label("bad", wrap=True)
        self.message.hide()
        self._values = QHBoxLayout()
        self._values.setSpacing(4)
        self._values.addWidget(self.shown, 1)
        self._values.addWidget(self.lock)
        self._values.addWidget(self.reveal)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addLayout(self._values)
        right.addWidget(self.message)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.title)
        row.addLayout(right, 1)
        self.title.installEventFilter(self)
        self._say()

    def set_value(self, value: Any) -> None:
        """Show another value, unless one is being typed."""
        self.value = value
        if self.editor is None:
            self._say()

    def _say(self) -> None:
        self.shown.setText(shown_value(self.column, self.value) if self.open else MASK)
        self.shown.set_unknown(self.value is None)
        self.shown.setCursor(
            Qt.CursorShape.IBeamCursor if self.can_edit and self.open else Qt.CursorShape.ArrowCursor
        )
        self.shown.setFocusPolicy(
            Qt.FocusPolicy.TabFocus if self.can_edit and self.open else Qt.FocusPolicy.NoFocus
        )
        self.lock.setVisible(hidden(self.kind, self.column) and self.open)
        self.reveal.setVisible(not self.open)
        self.shown.setAccessibleName(f"{tr(self.column.title)} {self.shown.text()}")

    def _reveal(self) -> None:
        self.open = True
        self._say()

    def edit(self) -> None:
        """Put an editor where the value stands."""
        if not self.can_edit or not self.open or self.editor is not None:
            return
        self.editor = make_editor(self.column, self.value, self)
        self.editor.installEventFilter(self)
        self._values.insertWidget(0, self.editor, 1)
        self.shown.hide()
        self.editor.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(self.editor, QComboBox):
            self.editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self.editor.activated.connect(lambda _at: self._store())
        elif isinstance(self.editor, QLineEdit):
            self.editor.returnPressed.connect(self._store)

    def _store(self) -> bool:
        if self.editor is None:
            return True
        try:
            value = self.column.parse(typed(self.editor))
        except PlannerError as error:
            self.message.setText(" ".join(sentence(error)))
            self.message.show()
            theme.set_role(self.editor, "wrong")
            return False
        self.leave()
        self.stored.emit(self.column.name, value)
        return True

    def leave(self) -> None:
        """Take the editor away; what was typed is not stored."""
        editor, self.editor = self.editor, None
        if editor is not None:
            editor.removeEventFilter(self)
            editor.hide()
            editor.deleteLater()
        self.message.hide()
        self.shown.show()
        self.shown.setFocus(Qt.FocusReason.TabFocusReason)
        self._say()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """F2 and Enter edit; Escape leaves; Tab and losing the focus store; a click on the title and
        Ctrl+Enter ask where the value is from."""
        if watched is self.title and isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton:
                self.asked.emit(self.column.name)
                return True
        if watched is self.shown and is_trace_key(event):
            self.asked.emit(self.column.name)
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if watched is self.shown and key in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.edit()
                return True
            if watched is self.editor and key == Qt.Key.Key_Escape:
                self.leave()
                return True
            if watched is self.editor and key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                if not self._store():
                    return True
                self.focusNextPrevChild(key == Qt.Key.Key_Tab)
                return True
        if (
            watched is self.editor
            and event.type() == QEvent.Type.FocusOut
            and not isinstance(watched, QComboBox)
        ):
            self._store()
        return super().eventFilter(watched, event)


class _Value(QLabel):
    """A value that wraps like text and can be pressed."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._unknown = False
        self.restyle()

    def set_unknown(self, unknown: bool) -> None:
        """Grey, as for everything that is not known."""
        if unknown != self._unknown:
            self._unknown = unknown
            self.restyle()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click edits."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def restyle(self) -> None:
        """Take the palette's colours."""
        ink = theme.hex_of("ink3" if self._unknown else "ink1")
        self.setStyleSheet(
            f"QLabel {{ color: {ink}; border: 1px solid transparent; border-radius: 4px; padding: 3px 6px; }}"
            f"QLabel:hover {{ border-color: {theme.hex_of('line')}; background: {theme.hex_of('sunken')}; }}"
            f"QLabel:focus {{ border: 2px solid {theme.hex_of('focus')}; padding: 2px 5px; }}"
        )
