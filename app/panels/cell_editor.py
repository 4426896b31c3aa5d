"""Editing a value in place: a choice from a list, else text; what does not fit is said under the cell."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QStyleOptionViewItem, QWidget

from app import theme
from app.messages import text, tr
from app.panels.models.feature_rows import FeatureModel, typed_value
from app.panels.rows import Index, RowDelegate
from layers.catalogue.model import Column

COMMITS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


def make_editor(column: Column, value: object, parent: QWidget) -> QWidget:
    """Return the editor of a column: a list for choices and yes/no (empty: not known), else a field."""
    words = choice_words(column)
    if words:
        box = QComboBox(parent)
        if not column.required:
            box.addItem(text("not_known"), "")
        for word in words:
            box.addItem(word, word)
        box.setCurrentIndex(max(box.findData(typed_value(column, value)), 0))
        return box
    field = QLineEdit(parent)
    field.setText(typed_value(column, value))
    field.selectAll()
    if column.type == "date":
        field.setPlaceholderText("2024-05-31")
    return field


def choice_words(column: Column) -> list[str]:
    """Return the words among which a column's value is chosen; none where it is typed."""
    if column.choices:
        return [tr(choice.title) for choice in column.choices]
    return [text("yes"), text("no")] if column.type == "boolean" else []


def typed(editor: QWidget) -> str:
    """Return what stands in an editor."""
    if isinstance(editor, QComboBox):
        return str(editor.currentData() or "")
    return editor.text() if isinstance(editor, QLineEdit) else ""


class CellDelegate(RowDelegate):
    """Draws cells as every table does and edits them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._at: dict[QWidget, QPersistentModelIndex] = {}
        self.message = QLabel(parent)
        theme.set_role(self.message, "cell_fault")
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setAutoFillBackground(True)
        self.message.setMargin(5)
        self.message.hide()

    def createEditor(  # type: ignore[override]
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget | None:
        """Make the editor of a cell."""
        model = index.model()
        if not isinstance(model, FeatureModel):
            return None
        column = model.columns[index.column()]
        editor = make_editor(column, model.values(index.row()).get(column.name), parent)
        editor.setStyleSheet("min-height: 0; padding: 0 5px;")
        self._at[editor] = QPersistentModelIndex(index)
        editor.destroyed.connect(lambda _=None, gone=editor: self._forget(gone))
        return editor

    def _forget(self, editor: QWidget) -> None:
        self._at.pop(editor, None)
        if not self._at:
            self.message.hide()

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The editor was made with the value in it; what is being typed is never overwritten."""

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        """Store what was typed, unless it does not fit (then the cell stays as it was)."""
        if isinstance(model, FeatureModel) and not model.fault_of(index, typed(editor)):
            model.setData(index, typed(editor))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """The editor fills its cell; a list may be wider."""
        box = option.rect
        if isinstance(editor, QComboBox):
            box.setWidth(max(box.width(), editor.sizeHint().width()))
        else:
            box.setWidth(max(box.width(), theme.metric(90)))
        editor.setGeometry(box)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A key that would store what does not fit says why instead, and the editor stays."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and isinstance(watched, QWidget)
        ):
            index = self._at.get(watched)
            if event.key() in COMMITS and index is not None and index.isValid():
                model = index.model()
                fault = model.fault_of(index, typed(watched)) if isinstance(model, FeatureModel) else ""
                if fault:
                    self._refuse(watched, fault)
                    return True
            self.message.hide()
            theme.set_role(watched, "")
        return super().eventFilter(watched, event)

    def _refuse(self, editor: QWidget, words: str) -> None:
        theme.set_role(editor, "wrong")
        parent = self.message.parentWidget()
        self.message.setText(words)
        self.message.setStyleSheet(
            f"background: {theme.hex_of('bad_bg')}; color: {theme.hex_of('bad')};"
            f" border: 1px solid {theme.hex_of('bad')};"
            f" border-radius: 4px; font-size: {theme.type_px(theme.NOTE)}px;"
        )
        self.message.setWordWrap(False)
        self.message.adjustSize()
        if parent is None:
            return
        below = editor.mapTo(parent, QPoint(0, editor.height() + 2))
        if below.y() + self.message.height() > parent.height():
            below = editor.mapTo(parent, QPoint(0, -self.message.height() - 2))
        wide = min(self.message.width(), parent.width() - 8)
        self.message.setFixedWidth(wide)
        self.message.move(max(min(below.x(), parent.width() - wide - 4), 4), below.y())
        self.message.show()
        self.message.raise_()
