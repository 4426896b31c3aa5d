"""A sentence of numbers, each of which can be asked where it is from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app import theme
from app.messages import text
from layers.provenance import Ask

BREAK = "\N{NO-BREAK SPACE}"


class NumberLabel(QLabel):
    """A number alone: a click asks where it is from; the keyboard asks by the button beside it."""

    asked = Signal()

    def __init__(self, words: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        theme.set_role(self, role)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(text("trace_tip"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """It is not what it stands on that is pressed."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click asks."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.asked.emit()
        event.accept()


class NumberWords(QLabel):
    """Words and numbers in a row; Tab goes from number to number, Enter or a click asks for it."""

    asked = Signal(object)  # the Ask of a number

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts: tuple[tuple[str, str, Ask], ...] = ()
        self._moved: Callable[[str], bool] = lambda _key: False
        self._moved_words: Callable[[str], str] | None = None
        theme.set_role(self, "note")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.LinksAccessibleByMouse | flags.LinksAccessibleByKeyboard)
        self.linkActivated.connect(lambda at: self.asked.emit(self.parts[int(at)][2]))

    def show_numbers(self, parts: Sequence[tuple[str, str, Ask]]) -> None:
        """Show (what it is, the number, what names it)."""
        self.parts = tuple(parts)
        self.restyle()

    def numbers(self) -> dict[str, str]:
        """Return every number by its name, as it is shown."""
        return {ask.key: number for _, number, ask in self.parts}

    def mark(self, moved: Callable[[str], bool], words: Callable[[str], str] | None = None) -> None:
        """Mark the numbers that a changed rule moved; words: from what to what."""
        self._moved, self._moved_words = moved, words
        self.restyle()

    def restyle(self) -> None:
        """Say it in the palette's colours."""
        ink = theme.hex_of("accent")
        self.setText(f"{BREAK}· ".join(
            f'{escape(words)}{BREAK}<a href="{at}" style="color:{ink};text-decoration:none">'
            f"{'●' + BREAK if self._moved(ask.key) else ''}{escape(number)}</a>"
            for at, (words, number, ask) in enumerate(self.parts)
        ))  # fmt: skip
        self.setAccessibleName(" · ".join(f"{words} {number}" for words, number, _ in self.parts))
        told = self._moved_words or (lambda _key: text("number_moved"))
        tips = list(dict.fromkeys(
            f"{words} {told(ask.key)}".strip() for words, _, ask in self.parts if self._moved(ask.key)
        ))  # fmt: skip
        self.setToolTip("\n".join((*tips, text("trace_tip"))))
