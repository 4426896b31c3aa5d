"""What can be typed about one frame of a sheet: where it is, how large, and a text's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.messages import language, text
from app.panels.parts import label
from layers.catalogue.text import Text
from layers.errors import PlannerError
from layers.maps.paper_parts import Box
from layers.maps.sheet_logo import Logo, read_logo
from layers.maps.sheet_parts import ALIGNS, MOST_WORDS, TYPE_RANGE, Part
from layers.maps.sheet_template import FIELDS

TYPED_MS = 400
EDGES = ("left", "top", "width", "height")


def millimetres(least: float, most: float, name: str, sign: str = "") -> QDoubleSpinBox:
    """A field for a length in mm with a short sign before it; Ctrl+Z in it is the dialog's."""
    field = QDoubleSpinBox()
    theme.inset(field, 3)
    field.setRange(least, most)
    field.setDecimals(1)
    field.setPrefix(f"{sign} " if sign else "")
    field.setKeyboardTracking(False)
    theme.set_role(field, "length")
    field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    field.setAccessibleName(name)
    field.setToolTip(name)
    field.lineEdit().installEventFilter(_Steps(field))
    return field


def row_of(fields: Iterable[QWidget]) -> QHBoxLayout:
    """Fields side by side, equally wide."""
    row = QHBoxLayout()
    row.setSpacing(4)
    for field in fields:
        row.addWidget(field, 1)
    return row


class _Steps(QObject):
    """Leaves undo and redo to the dialog: a field of one number has nothing of its own to take back."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say that the keys are not the field's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
                event.ignore()
                return True
        return super().eventFilter(watched, event)


class FrameFields(QWidget):
    """The fields of the frame that was chosen last. `changed`: the frame as it was typed."""

    changed = Signal(object)
    fault = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._part: Part | None = None
        self.edges = {
            name: millimetres(0.0, 2000.0, text(f"layout_{name}"), text(f"layout_sign_{name}"))
            for name in EDGES
        }
        for field in self.edges.values():
            field.valueChanged.connect(lambda _value: self._placed())
        heading = label("medium")
        heading.setText(text("layout_place"))
        self.words = QPlainTextEdit()
        self.words.setFixedHeight(theme.metric(64))
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(text("layout_words"))
        fields = "  ".join(f"{{{name}}}" for name in FIELDS)
        self.words.setToolTip(text("template_fields", fields=fields))
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPED_MS)
        self._typing.timeout.connect(self._worded)
        self.words.textChanged.connect(self._typing.start)
        self.size = millimetres(*TYPE_RANGE, text("layout_size"), text("layout_size_sign"))
        self.size.valueChanged.connect(lambda _value: self._worded())
        self.align = QComboBox()
        for name in ALIGNS:
            self.align.addItem(text(f"layout_align_{name}"), name)
        self.align.setAccessibleName(text("layout_align"))
        self.align.currentIndexChanged.connect(lambda _at: self._worded())
        self.written = QWidget()
        column = QVBoxLayout(self.written)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.words)
        column.addLayout(row_of((self.size, self.align)))
        self.picture = QPushButton(text("layout_picture"))
        self.picture.setAutoDefault(False)
        self.picture.clicked.connect(self._choose)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(heading)
        whole.addLayout(row_of(self.edges.values()))
        whole.addWidget(self.written)
        whole.addWidget(self.picture)
        self.show_part(None)

    def show_part(self, part: Part | None) -> None:
        """Show a frame, None for none."""
        if part is not None and self._part is not None and part == self._part:
            return
        self._typing.stop()
        self._part = None  # what is set now is not typed
        self.setEnabled(part is not None)
        self.written.setVisible(part is not None and part.kind == "text")
        self.picture.setVisible(part is not None and part.kind == "picture")
        if part is not None:
            for name, field in self.edges.items():
                field.setMinimum(part.is_a.least[EDGES.index(name) - 2] if name in EDGES[2:] else 0.0)
                field.setValue(getattr(part.box, name))
            self.size.setValue(part.size)
            self.align.setCurrentIndex(self.align.findData(part.align))
            said = part.words.in_language(language())
            if said != self.words.toPlainText():
                self.words.setPlainText(said)
            self._typing.stop()
        self._part = part

    def _placed(self) -> None:
        if self._part is not None:
            values = [self.edges[name].value() for name in EDGES]
            self._tell(replace(self._part, box=Box(*values)))

    def _worded(self) -> None:
        """A text that was typed stands in both languages."""
        if self._part is None or self._part.kind != "text":
            return
        said = self.words.toPlainText()[:MOST_WORDS]
        before = self._part.words
        words = before if said == before.in_language(language()) else Text(said, said)
        self._tell(
            replace(self._part, words=words, size=self.size.value(), align=self.align.currentData())
        )

    def _tell(self, part: Part) -> None:
        if part != self._part:
            self._part = part
            self.changed.emit(part)

    def _choose(self) -> None:
        found = choose_picture(self)
        if isinstance(found, PlannerError):
            self.fault.emit(found)
        elif found is not None and self._part is not None:
            self._tell(replace(self._part, picture=found))


def choose_picture(parent: QWidget) -> Logo | PlannerError | None:
    """Ask for a picture; None when the user leaves, the fault of a file that cannot be used."""
    chosen, _ = QFileDialog.getOpenFileName(parent, text("layout_picture"), "", "PNG, SVG (*.png *.svg)")
    if not chosen:
        return None
    try:
        return read_logo(Path(chosen))
    except PlannerError as error:
        return error


_BARS: dict[str, tuple[str, tuple[tuple[int, int, int, int], ...]]] = {
    "left": ("|2", ((3, 3, 10, 4), (3, 9, 6, 4))), "centre": ("|8", ((2, 3, 12, 4), (5, 9, 6, 4))),
    "right": ("|14", ((3, 3, 10, 4), (7, 9, 6, 4))), "top": ("-2", ((3, 3, 4, 10), (9, 3, 4, 6))),
    "middle": ("-8", ((3, 2, 4, 12), (9, 5, 4, 6))), "bottom": ("-14", ((3, 3, 4, 10), (9, 7, 4, 6))),
    "width": ("", ((2, 3, 12, 4), (2, 9, 12, 4))), "height": ("", ((3, 2, 4, 12), (9, 2, 4, 12))),
}  # fmt: skip
"""An alignment's picture on 16 × 16: a line (`|x`, `-y`) and boxes (x, y, wide, high)."""


def align_icon(how: str, ratio: float = 2.0) -> QIcon:
    """Return the picture of an alignment in the ink of icons."""
    pixmap = QPixmap(round(16 * ratio), round(16 * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    line, boxes = _BARS[how]
    painter.setPen(theme.color("ink2"))
    if line:
        at = int(line[1:])
        painter.drawLine(at, 1, at, 15) if line[0] == "|" else painter.drawLine(1, at, 15, at)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("ink3"))
    for box in boxes:
        painter.drawRect(*box)
    painter.end()
    return QIcon(pixmap)
