"""Under the gacha × year grid: a field for the quota of each year, and words beside them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app import theme
from app.messages import text
from app.panels.models.toilet_rows import YEAR, ToiletModel
from app.panels.parts import label
from app.panels.rows import ROW, RowTable, number


class QuotaStrip(QWidget):
    """The quotas, one field under each year; the plan's own is in the tip, and in the field when it is
    emptied."""

    asked = Signal(int, object)

    def __init__(self, view: RowTable, model: ToiletModel) -> None:
        super().__init__()
        self._view, self._model = view, model
        self.fields: dict[int, QLineEdit] = {}
        self._own: dict[int, int] = {}
        view.head.sectionResized.connect(lambda *_: self.place())
        view.head.geometriesChanged.connect(self.place)
        self.restyle()

    def show_quotas(self, quotas: dict[int, int], own: dict[int, int]) -> None:
        """Show numbers; one that is not the plan's own stands out."""
        if list(quotas) != list(self.fields):
            for field in self.fields.values():
                field.hide()
                field.deleteLater()
            self.fields = {year: self._field(year) for year in quotas}
        self._own = own
        for year, field in self.fields.items():
            differs = year in own and quotas[year] != own[year]
            field.setText(str(quotas[year]))
            field.setModified(False)
            field.setPlaceholderText(str(own.get(year, "")))
            theme.set_role(field, "other_quota" if differs else "quota")
            words = text(
                "quota_tip_own" if year in own else "quota_tip", year=year, number=number(own.get(year))
            )
            field.setToolTip(words)
            field.setAccessibleName(words)
        self.place()

    def _field(self, year: int) -> QLineEdit:
        field = QLineEdit(self)
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setValidator(QIntValidator(0, 9_999_999, field))
        field.editingFinished.connect(lambda: self._typed(year))
        field.show()
        return field

    def _typed(self, year: int) -> None:
        field = self.fields[year]
        if field.isModified():
            field.setModified(False)
            self.asked.emit(year, int(field.text()) if field.text() else None)

    def place(self) -> None:
        """Put every field under its year."""
        head = self._view.head
        for at, column in enumerate(self._model.columns):
            field = self.fields.get(column.year)
            if column.id == YEAR and field is not None:
                field.setGeometry(
                    head.sectionViewportPosition(at) + 2, 2, head.sectionSize(at) - 3, self.height() - 4
                )

    def set_enabled(self, on: bool) -> None:
        """Whether quotas can be changed."""
        for field in self.fields.values():
            field.setReadOnly(not on)

    def restyle(self) -> None:
        """Take the palette's sizes."""
        self.setFixedHeight(theme.metric(ROW) + 2)
        self.place()


class Foot(QWidget):
    """Words beside the quotas."""

    def __init__(self) -> None:
        super().__init__()
        self._words = label("note")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._words)
        self.restyle()

    def say(self, words: str, *, lead: int = 0, right: int = 0) -> None:
        """Show words at the left, or with room kept at the right."""
        self._words.setText(words)
        align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self._words.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        self._row.setContentsMargins(lead, 0, right, 0)

    def restyle(self) -> None:
        """Take the palette's sizes."""
        self.setFixedHeight(theme.metric(ROW) + 2)
