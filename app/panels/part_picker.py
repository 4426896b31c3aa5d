"""One of many parts, chosen from a list with headings: a selector that never takes more than one row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from app.messages import text
from app.panels.frame import across
from app.panels.parts import IconButton

ID = Qt.ItemDataRole.UserRole


class _Box(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel meant for the panel must not turn the page."""
        event.ignore()


class PartPicker(QWidget):
    """Groups of parts in a list; the arrows beside it go to the neighbour, over the headings."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = _Box()
        self.box.setMaxVisibleItems(30)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.activated.connect(self._picked)
        self.back, self.on = (IconButton(f"chevron-{way}") for way in ("left", "right"))
        self.back.clicked.connect(lambda: self._step(-1))
        self.on.clicked.connect(lambda: self._step(1))
        self.setLayout(across((self.box, 1), self.back, self.on, spacing=4))
        self.setFocusProxy(self.box)

    def set_items(self, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        """Show (heading, (id, words) pairs); the chosen one stays chosen."""
        self.back.describe(text("parts_back"))
        self.on.describe(text("parts_on"))
        before = self.current()
        model = QStandardItemModel(self.box)
        for heading, parts in groups:
            head = QStandardItem(heading)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            model.appendRow(head)
            for identity, words in parts:
                row = QStandardItem(f"   {words}")
                row.setData(identity, ID)
                model.appendRow(row)
        self.box.setModel(model)
        self.set_current(before or self._ids()[0])

    def current(self) -> str:
        """Return the chosen id."""
        return str(self.box.currentData(ID) or "")

    def set_current(self, identity: str) -> None:
        """Choose without telling anybody."""
        self.box.setCurrentIndex(self.box.findData(identity, ID))
        self._mark_ends()

    def _picked(self, _row: int) -> None:
        self._mark_ends()
        self.chosen.emit(self.current())

    def _mark_ends(self) -> None:
        ids = self._ids()
        self.back.setEnabled(self.current() != ids[0])
        self.on.setEnabled(self.current() != ids[-1])

    def _ids(self) -> list[str]:
        found = (self.box.itemData(row, ID) for row in range(self.box.count()))
        return [str(one) for one in found if one]

    def _step(self, way: int) -> None:
        ids = self._ids()
        at = ids.index(self.current()) + way
        if 0 <= at < len(ids):
            self.set_current(ids[at])
            self.chosen.emit(ids[at])

    def restyle(self) -> None:
        """Take the palette's colours."""
        self.back.restyle()
        self.on.restyle()
