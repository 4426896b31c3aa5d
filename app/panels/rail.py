"""What is left of the layers when they are folded."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app import theme
from app.messages import text
from app.panels.parts import IconButton

RAIL = 40


class Rail(QFrame):
    """A strip of 40 px with one button that brings the layers back."""

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "rail")
        self.setFixedWidth(RAIL)
        self._button = IconButton("layers", size=20, box=32)
        self.opened = self._button.clicked
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.hide()

    def describe(self) -> None:
        """Say what the button does, in the palette in use."""
        self._button.describe(text("layers_unfold_panel"))
        self._button.restyle()
