"""For whom an export is: the rows that every export dialog has, with the same words in the same order."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit

from app import theme
from app.messages import text
from layers.release import INTERNAL, PUBLIC

LONGEST = 160


class LeavingRows(QObject):
    """Audience, and what a public map must have: a review number, or the ground of exemption. The two can be
    typed only where it is public. `changed`: any of them."""

    changed = Signal()

    def __init__(self, form: QFormLayout) -> None:
        super().__init__(form)
        self.audience, self.review, self.exempt = QComboBox(), QLineEdit(), QLineEdit()
        for name in (INTERNAL, PUBLIC):
            self.audience.addItem(text(f"audience_{name}"), name)
        self.review.setPlaceholderText(text("leave_review_hint"))
        self.exempt.setPlaceholderText(text("leave_exempt_hint"))
        for key, part in (("leave_audience", self.audience), ("leave_review", self.review),
                          ("leave_exempt", self.exempt)):  # fmt: skip
            form.addRow(text(key), part)
            part.setAccessibleName(text(key))
        for field in (self.review, self.exempt):
            field.setMaxLength(LONGEST)
            field.textChanged.connect(lambda _words: self._typed())
        self.audience.currentIndexChanged.connect(lambda _at: self._chosen())
        self._chosen()

    @property
    def audience_id(self) -> str:
        """`internal` or `public`."""
        return str(self.audience.currentData())

    @property
    def public(self) -> bool:
        """Whether it is for the public."""
        return self.audience_id == PUBLIC

    @property
    def review_number(self) -> str:
        """The number that was typed; "" inside."""
        return self.review.text().strip() if self.public else ""

    @property
    def ground(self) -> str:
        """The ground of exemption that was typed; "" inside."""
        return self.exempt.text().strip() if self.public else ""

    def fault(self) -> str:
        """Return what is missing, in words, and mark the field; "" where nothing is."""
        missing = self.public and not (self.review_number or self.ground)
        theme.set_role(self.review, "wrong" if missing else "")
        return text("leave_review_needed") if missing else ""

    def set_enabled(self, on: bool) -> None:
        """Let nothing be chosen while something is written."""
        self.audience.setEnabled(on)
        for field in (self.review, self.exempt):
            field.setEnabled(on and self.public)

    def _typed(self) -> None:
        theme.set_role(self.review, "")
        self.changed.emit()

    def _chosen(self) -> None:
        self.set_enabled(True)
        self._typed()
