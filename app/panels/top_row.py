"""The first row of the window: menus, the project's name, search, language, palette, help."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenuBar, QSizePolicy, QWidget

from app import theme
from app.menus import Actions, icon_button
from app.panels.search import SearchBox

BUTTONS = ("language", "theme", "manual")
SEARCH_WIDTHS = (190, 300)  # small window, large window


class TopRow(QWidget):
    """Menus at the left, the rest at the right."""

    def __init__(self, commands: Actions, search: SearchBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(6)
        self._logo, self.menus, self._name, self._search = QLabel(), QMenuBar(), ProjectName(), search
        self.menus.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._buttons = [icon_button(commands[name], 18) for name in BUTTONS]
        layout.addWidget(self._logo)
        layout.addWidget(self.menus)
        layout.addStretch(1)
        layout.addWidget(self._name, 4)
        layout.addSpacing(8)
        layout.addWidget(search)
        layout.addSpacing(6)
        for button in self._buttons:
            layout.addWidget(button)

    def show_name(self, name: str, path: str) -> None:
        """Show which file is open."""
        self._name.say(name, path)

    def set_sizes(self, *, large: bool) -> None:
        """Take the sizes of a large or a small window, in the palette in use."""
        self.setFixedHeight(theme.metric(34 if large else 32))
        self._logo.setPixmap(theme.app_pixmap(20))
        for button in self._buttons:
            button.setFixedSize(theme.metric(26), theme.metric(26))
        self._search.setFixedSize(SEARCH_WIDTHS[large], theme.metric(26 if large else 25))
        self._search.retranslate()


class ProjectName(QLabel):
    """The open file's name, cut in the middle where there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        theme.set_role(self, "secondary")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, words: str, tip: str) -> None:
        """Show a name."""
        self._words = words
        self.setToolTip(tip)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut it anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(
            self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, max(self.width(), 1))
        )
