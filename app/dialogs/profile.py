"""A unit's page beside the map: looked at, and saved as it stands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from app import theme
from app.dialogs.base import Dialog
from app.messages import text
from app.panels.number_words import NumberWords
from layers.provenance import Ask

WIDTH, HEIGHT, EDGE = 860, 560, 26
SHOWN_DPI = 96


class ProfileDialog(Dialog):
    """Shows the page; `asked` when it is to be saved. numbers: its figures, each with what names it."""

    asked = Signal()

    def __init__(
        self, parent: QWidget | None, title: str, page: QImage, *, ratio: float = 1.0,
        numbers: Sequence[tuple[str, str, Ask]] = (),
    ) -> None:  # fmt: skip
        super().__init__(parent, text("profile_title", name=title), glyph="file-text", width=WIDTH)
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picture = QPixmap.fromImage(page)
        painter = QPainter(picture)  # white paper on a white dialog needs an edge
        painter.setPen(theme.color("line"))
        painter.drawRect(0, 0, picture.width() - 1, picture.height() - 1)
        painter.end()
        picture.setDevicePixelRatio(ratio)
        self.page = QLabel()
        self.page.setPixmap(picture)
        self.page.setAccessibleName(self.windowTitle())
        place = QScrollArea()
        place.setWidget(self.page)
        place.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        place.setMinimumSize(round(picture.width() / ratio) + EDGE, theme.metric(HEIGHT))
        place.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body.addWidget(place, 1)
        self.numbers = NumberWords()
        self.numbers.show_numbers(numbers)
        self.numbers.setVisible(bool(numbers))
        self.body.addWidget(self.numbers)
        self.add_text(text("profile_logged"), "note")
        self.add_button(text("dialog_close")).clicked.connect(self.accept)
        self.save = self.add_button(text("profile_save"), "primary", default=True)
        self.save.clicked.connect(self.asked)
        place.setFocus()
