"""Small parts that every panel is made of: buttons, tiles, notices, empty states, provenance."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.messages import text
from layers.provenance import Ask

LEVEL_GLYPHS = {"info": "info", "ok": "circle-check", "warn": "triangle-alert", "bad": "octagon-x"}


def label(role: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Return an empty label of a role; a wrapping one takes what width there is."""
    made = QLabel()
    if role:
        theme.set_role(made, role)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


class Glyph(QLabel):
    """A Lucide icon in a token's colour, redrawn when the palette changes."""

    def __init__(self, name: str, token: str = "ink2", size: int = 16) -> None:
        super().__init__()
        self._size = size
        self.set(name, token)

    def set(self, name: str, token: str) -> None:
        """Show another icon."""
        self._name, self._token = name, token
        self.restyle()

    def restyle(self) -> None:
        """Take the palette's colour."""
        self.setPixmap(theme.pixmap(self._name, self._token, self._size))
        self.setFixedSize(self._size, self._size)


class Button(QPushButton):
    """A push button of a role (`primary`, `quiet`, `danger`, "" for secondary) with an icon in its ink."""

    INKS = {"primary": "panel", "quiet": "accent", "danger": "bad"}

    def __init__(self, role: str = "", icon: str = "") -> None:
        super().__init__()
        self._role, self._icon = role, icon
        if role:
            theme.set_role(self, role)
        self.setAutoDefault(False)
        self.restyle()

    def restyle(self) -> None:
        """Take the palette's colour."""
        if self._icon:
            self.setIcon(theme.icon(self._icon, self.INKS.get(self._role, "ink2"), 16))
            self.setIconSize(QSize(16, 16))


class IconButton(QToolButton):
    """A small button that is only an icon; its tip says what it does. It takes focus by Tab, not by click."""

    def __init__(self, icon: str, *, checkable: bool = False, size: int = 16, box: int = 28) -> None:
        super().__init__()
        self._icon, self._size = icon, size
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(theme.metric(box), theme.metric(box))
        self.restyle()

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.restyle()

    def restyle(self) -> None:
        """Take the palette's colour."""
        self.setIcon(theme.icon(self._icon, "ink2", self._size))
        self.setIconSize(QSize(self._size, self._size))

    def describe(self, words: str) -> None:
        """Set its tip, also for those who do not see it."""
        self.setToolTip(words)
        self.setAccessibleName(words)


class Tile(QFrame):
    """A figure: a number in large type, its unit, what it is; a mark of 3 px at its left has its colour.

    traces: it can be asked where its number is from, by a click or with Enter. ask: what names the number.
    moved: a changed rule moved it, and nobody has looked at it since.
    """

    clicked = Signal()
    asked = Signal(object)  # the Ask of its number

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "tile")
        self._token, self._words = "accent", ("", "")
        self.ask: Ask | None = None
        self.moved, self._traces, self._moved_words = False, False, ""
        self.number, self.unit, self.caption = label("figure"), label("note"), label("note", wrap=True)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.number)
        top.addWidget(self.unit, 1, Qt.AlignmentFlag.AlignBottom)
        self.unit.setContentsMargins(0, 0, 0, 4)
        self.unit.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 6, 8)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.caption)
        column.addStretch()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set(
        self, number: str, unit: str, caption: str, token: str = "accent", *, ask: Ask | None = None
    ) -> None:
        """Show a figure; `token` colours its mark; ask: what names it."""
        self.number.setText(number)
        self._token, self._words, self.ask = token, (unit, caption), ask
        self.set_traces(ask is not None)
        self._say()

    def set_traces(self, traces: bool) -> None:
        """Let it be asked where its number is from, with the keyboard too."""
        self._traces = traces or self._traces
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self._traces else Qt.FocusPolicy.NoFocus)
        if self._traces:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mark_moved(self, moved: bool, words: str = "") -> None:
        """Mark it as moved by a rule, or take the mark from it; words: from what to what."""
        self._moved_words = words
        if moved != self.moved:
            self.moved = moved
            self._say()

    def _say(self) -> None:
        unit, caption = self._words
        shown = self.number.text()
        more = [self._moved_words or text("number_moved")] if self.moved else []
        more += [text("trace_tip")] if self._traces else []
        self.setAccessibleName(f"{shown} {unit} {caption}")
        self.setToolTip("\n".join((f"{shown} {unit}", caption, *more)))
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A unit that does not fit beside the number goes below."""
        super().resizeEvent(event)
        self._fit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click asks where the figure is from, where somebody answers that."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space do what a click does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._ask()
        else:
            super().keyPressEvent(event)

    def _ask(self) -> None:
        self.clicked.emit()
        if self.ask is not None:
            self.asked.emit(self.ask)

    def _fit(self) -> None:
        unit, caption = self._words
        caption = f"● {caption}" if self.moved else caption
        room = self.width() - 12 - 6 - 4 - self.number.sizeHint().width()
        beside = self.unit.fontMetrics().horizontalAdvance(unit) <= room
        self.unit.setText(unit if beside else "")
        self.caption.setText(caption if beside else f"{unit} · {caption}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark over the ground."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(QRectF(0, 0, 3, self.height()), theme.color(self._token))
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()


class NoticeBar(QFrame):
    """What happened, what to do, one action; stands in the panel it concerns, never pops up."""

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.level = "info"
        self.glyph, self.words = Glyph("info", "info", 16), label(wrap=True)
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.happened = self.advice = ""
        self.action = Button("quiet")
        self.action.clicked.connect(self.acted)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self.glyph, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1)
        row.addWidget(self.action, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumHeight(40)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_notice(self, level: str, happened: str, advice: str = "", action: str = "") -> None:
        """Show a notice of a level: info, ok, warn, bad."""
        self.level = level
        theme.set_role(self, f"notice_{level}")
        self.glyph.set(LEVEL_GLYPHS[level], level)
        self.happened, self.advice = happened, advice
        self._say()
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.setAccessibleName(f"{happened} {advice}")
        self.show()

    def _say(self) -> None:
        ink = theme.hex_of("ink2")
        self.words.setText(
            f'<span style="font-weight:500">{escape(self.happened)}</span> '
            f'<span style="color:{ink}">{escape(self.advice)}</span>'
        )

    def restyle(self) -> None:
        """Take the palette's colours."""
        self.glyph.restyle()
        self._say()


class EmptyState(QFrame):
    """Nothing here: what is missing, why it matters, one action."""

    acted = Signal()

    def __init__(self, glyph: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "empty")
        self.glyph = Glyph(glyph, "ink3", 32)
        self.missing, self.why = label("medium", wrap=True), label("note", wrap=True)
        self.action = Button("quiet")
        self.action.clicked.connect(self.acted)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 20, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.glyph, 0, Qt.AlignmentFlag.AlignHCenter)
        for part in (self.missing, self.why):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addWidget(self.action, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def set(self, missing: str, why: str, action: str = "") -> None:
        """Say what is missing, why it matters and what can be done."""
        self.missing.setText(missing)
        self.why.setText(why)
        self.action.setText(action)
        self.action.setVisible(bool(action))

    def restyle(self) -> None:
        """Take the palette's colours."""
        self.glyph.restyle()


class ProvenanceLine(QWidget):
    """Where a result comes from: clause, data, rules."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.glyph, self.words = Glyph("history", "ink3", 14), label("note", wrap=True, selectable=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.glyph, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)

    def set(self, words: str) -> None:
        """Say it."""
        self.words.setText(words)

    def restyle(self) -> None:
        """Take the palette's colours."""
        self.glyph.restyle()


def line() -> QFrame:
    """Return a hair-line across."""
    made = QFrame()
    theme.set_role(made, "line")
    made.setFixedHeight(1)
    return made


def restyle_all(root: QWidget) -> None:
    """Let every part below `root` take the palette's colours."""
    for child in root.findChildren(QWidget):
        again: Callable[[], None] | None = getattr(child, "restyle", None)
        if callable(again):
            again()
        child.update()
    root.update()
