"""A sentence of numbers, each of which can be asked where it is from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app import theme
from app.messages import text
from layers.provenance import Ask

BREAK = "\N{NO-BREAK SPACE}"


class NumberWords(QLabel):
    """Words and numbers in a row; Tab goes from number to number, Enter or a click asks for it."""

    asked = Signal(object)  # the Ask of a number

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts: tuple[tuple[str, str, Ask], ...] = ()
        self._moved: Callable[[str], bool] = lambda _key: False
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

    def mark(self, moved: Callable[[str], bool]) -> None:
        """Mark the numbers that a changed rule moved."""
        self._moved = moved
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
        tips = [text("number_moved")] if any(self._moved(ask.key) for *_, ask in self.parts) else []
        self.setToolTip("\n".join((*tips, text("trace_tip"))))
