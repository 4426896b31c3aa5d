"""Small parts that every panel is made of: buttons, a segmented selector, tiles, notices, empty states, provenance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme

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


class Segmented(QFrame):
    """One of several, side by side; where they do not fit the row scrolls, it never cuts a word."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "segmented")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._ids: list[str] = []
        self._inside = QWidget()
        self._row = QHBoxLayout(self._inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._back, self._on = IconButton("chevron-left", box=24), IconButton("chevron-right", box=24)
        for button, step in ((self._back, -1), (self._on, 1)):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, way=step: self._scroll_by(way * self._scroll.width() * 2 // 3))
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for part in (self._back, self._scroll, self._on):
            row.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._scroll.horizontalScrollBar().rangeChanged.connect(lambda *_: self._show_arrows())
        self._scroll.horizontalScrollBar().valueChanged.connect(lambda *_: self._show_arrows())
        self._group.idClicked.connect(lambda at: self._choose(at))

    def set_items(self, items: Sequence[tuple[str, str]]) -> None:
        """Show (id, words) pairs; the chosen one stays chosen if it is still there."""
        before = self.current()
        if [one for one, _ in items] != self._ids:
            for button in self._group.buttons():
                self._group.removeButton(button)
                self._row.removeWidget(button)
                button.deleteLater()
            self._ids = [one for one, _ in items]
            for at in range(len(items)):
                button = QPushButton()
                theme.set_role(button, "segment")
                button.setCheckable(True)
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                button.installEventFilter(self)
                self._group.addButton(button, at)
                self._row.addWidget(button)
        for at, (_, words) in enumerate(items):
            self._group.button(at).setText(words)
        if self._ids:
            self.set_current(before if before in self._ids else self._ids[0])
        self._fit()

    def current(self) -> str:
        """Return the chosen id, "" for none."""
        at = self._group.checkedId()
        return self._ids[at] if 0 <= at < len(self._ids) else ""

    def set_current(self, identity: str) -> None:
        """Choose without telling anybody."""
        if identity in self._ids:
            at = self._ids.index(identity)
            self._group.button(at).setChecked(True)
            self._reveal(at)

    def button(self, identity: str) -> QPushButton:
        """Return the button of an id."""
        return self._group.button(self._ids.index(identity))  # type: ignore[return-value]

    def _choose(self, at: int) -> None:
        self._group.button(at).setChecked(True)
        self._reveal(at)
        self.chosen.emit(self._ids[at])

    def _reveal(self, at: int) -> None:
        self._scroll.ensureWidgetVisible(self._group.button(at), 24, 0)

    def _scroll_by(self, pixels: int) -> None:
        bar = self._scroll.horizontalScrollBar()
        bar.setValue(bar.value() + pixels)

    def _show_arrows(self) -> None:
        bar = self._scroll.horizontalScrollBar()
        self._back.setEnabled(bar.value() > bar.minimum())
        self._on.setEnabled(bar.value() < bar.maximum())

    def _fit(self) -> None:
        wanted = self._inside.sizeHint()
        self._inside.setMinimumWidth(wanted.width())
        tight = wanted.width() > self.width() - 2
        self._back.setVisible(tight)
        self._on.setVisible(tight)
        self._scroll.setFixedHeight(wanted.height())
        self._show_arrows()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show arrows when it gets tight."""
        super().resizeEvent(event)
        self._fit()
        if self._group.checkedId() >= 0:
            self._reveal(self._group.checkedId())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel moves the row sideways."""
        turn = event.angleDelta()
        self._scroll_by(-(turn.y() or turn.x()) // 2)
        event.accept()

    def eventFilter(self, watched: object, event: object) -> bool:
        """Left and right choose the neighbour."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
            at = self._group.checkedId() + step
            if step and 0 <= at < len(self._ids):
                self._choose(at)
                self._group.button(at).setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False

    def restyle(self) -> None:
        """Take the palette's colours and type."""
        self._back.restyle()
        self._on.restyle()
        self._fit()


class Tile(QFrame):
    """A figure: a number in large type, its unit, what it is; a mark of 3 px at its left says which colour it has."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "tile")
        self._token, self._words = "accent", ("", "")
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

    def set(self, number: str, unit: str, caption: str, token: str = "accent") -> None:
        """Show a figure; `token` colours its mark."""
        self.number.setText(number)
        self._token, self._words = token, (unit, caption)
        self.setAccessibleName(f"{number} {unit} {caption}")
        self.setToolTip(f"{number} {unit}\n{caption}")
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A unit that does not fit beside the number goes below."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        unit, caption = self._words
        room = self.width() - 12 - 6 - 4 - self.number.sizeHint().width()
        beside = self.unit.fontMetrics().horizontalAdvance(unit) <= room
        self.unit.setText(unit if beside else "")
        self.caption.setText(caption if beside else f"{unit} · {caption}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark over the ground."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(QRectF(0, 0, 3, self.height()), theme.color(self._token))
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
        self.words.setText(f'<span style="font-weight:500">{escape(self.happened)}</span> '
                           f'<span style="color:{ink}">{escape(self.advice)}</span>')

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


class Expander(QPushButton):
    """A head that folds what is below it; its arrow says how it stands."""

    folded = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "quiet")
        self.setCheckable(True)
        self.setChecked(True)
        self.toggled.connect(self._turn)
        self._turn(True)

    def _turn(self, open_: bool) -> None:
        self.setIcon(theme.icon("chevron-down" if open_ else "chevron-right", "accent", 14))
        self.folded.emit(not open_)

    def restyle(self) -> None:
        """Take the palette's colours."""
        self._turn(self.isChecked())


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
