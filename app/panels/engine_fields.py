"""The fields of an engine's form: numbers with unit and bounds, choices, a switch, a number for every
year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.exports.stated import with_unit
from app.messages import text
from app.panels.models.engines import CHOICE, FILE, FLAG, INTEGER, REAL, YEARS, Field
from app.panels.parts import IconButton, label
from layers.plan.plan import Plan
from layers.policy.bundle import Policy

YEARS_A_ROW = 3


class FieldWidget(QWidget):
    """What a field is told. `value`: None for an optional number that is left out."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)

    def value(self) -> Any:
        """Return what is told."""
        raise RuntimeError("a kind of field says this")

    def retranslate(self, tip: str) -> None:
        """Say everything in the language that is spoken now."""
        self.setToolTip(tip)

    def fill(self, plan: Plan, policy: Policy) -> None:
        """Offer what the project has."""


class _Number(FieldWidget):
    """A whole or a real number; below the least stands "any" where it may be left out."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.box: QSpinBox | QDoubleSpinBox = QSpinBox() if field.type == INTEGER else QDoubleSpinBox()
        theme.inset(self.box)
        _bound(self.box, field)
        if isinstance(self.box, QDoubleSpinBox):
            self.box.setDecimals(0)
        self.box.setValue(self.box.minimum() if field.first is None else field.first)
        self.column.addWidget(self.box)

    def value(self) -> Any:
        return None if self.field.optional and self.box.value() < self.field.least else self.box.value()

    def retranslate(self, tip: str) -> None:
        super().retranslate(tip)
        self.box.setSuffix(f" {text(self.field.unit)}" if self.field.unit else "")
        self.box.setSpecialValueText(text("engine_any") if self.field.optional else "")
        self.box.setAccessibleName(text(self.field.key))


class _Choice(FieldWidget):
    """One of several."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.box = QComboBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(8)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.column.addWidget(self.box)

    def value(self) -> Any:
        return self.box.currentData()

    def retranslate(self, tip: str) -> None:
        super().retranslate(tip)
        self.box.setAccessibleName(text(self.field.key))

    def fill(self, plan: Plan, policy: Policy) -> None:
        del policy
        kept = self.box.currentData()
        self.box.clear()
        for value, words in self.field.choices(plan) if self.field.choices else ():
            self.box.addItem(words, value)
        self.box.setCurrentIndex(max(self.box.findData(kept), 0))


class _Flag(FieldWidget):
    """Yes or no."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.box = QCheckBox()
        self.box.setChecked(bool(field.first))
        self.column.addWidget(self.box)

    def value(self) -> bool:
        return self.box.isChecked()

    def retranslate(self, tip: str) -> None:
        super().retranslate(tip)
        self.box.setText(text(f"{self.field.key}_yes"))


class _Years(FieldWidget):
    """A number for every year of the period; value: year -> number or None."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.grid = QGridLayout()
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(6)
        self.column.addLayout(self.grid)
        self.boxes: dict[int, QDoubleSpinBox] = {}

    def value(self) -> dict[int, float | None]:
        return {
            year: None if box.value() < self.field.least else box.value() for year, box in self.boxes.items()
        }

    def fill(self, plan: Plan, policy: Policy) -> None:
        del plan
        years = list(policy.period.years)
        if years == list(self.boxes):
            return
        while self.grid.count():
            item = self.grid.takeAt(0)
            if item is not None and item.widget() is not None:
                item.widget().deleteLater()
        self.boxes = {}
        for at, year in enumerate(years):
            box = QDoubleSpinBox()
            theme.inset(box)
            _bound(box, self.field)
            box.setDecimals(1)
            box.setValue(box.minimum())
            box.setSpecialValueText(text("engine_any"))
            box.setAccessibleName(f"{text(self.field.key)} {year}")
            name = label("note")
            name.setText(str(year))
            row, column = divmod(at, YEARS_A_ROW)
            self.grid.addWidget(name, row, 2 * column)
            self.grid.addWidget(box, row, 2 * column + 1)
            self.boxes[year] = box

    def retranslate(self, tip: str) -> None:
        super().retranslate(tip)
        for box in self.boxes.values():
            box.setSpecialValueText(text("engine_any"))


class _File(FieldWidget):
    """A file that may be left out; value: its path or None."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.box = QLineEdit()
        self.box.setClearButtonEnabled(True)
        self.browse = IconButton("folder-open")
        self.browse.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.box, 1)
        row.addWidget(self.browse)
        self.column.addLayout(row)

    def value(self) -> Path | None:
        words = self.box.text().strip()
        return Path(words) if words else None

    def retranslate(self, tip: str) -> None:
        super().retranslate(tip)
        self.box.setPlaceholderText(text(f"{self.field.key}_none"))
        self.box.setAccessibleName(text(self.field.key))
        self.browse.describe(text("engine_browse"))

    def _ask(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, text(self.field.key), self.box.text(), f"{text(self.field.key)} ({self.field.endings})"
        )
        if chosen:
            self.box.setText(chosen)


def _bound(box: QSpinBox | QDoubleSpinBox, field: Field) -> None:
    """Bounds; what is optional begins one step below its least, where it says "any"."""
    step = 1 if isinstance(box, QSpinBox) else 1.0
    least = field.least - step if field.optional else field.least
    box.setRange(type(step)(least), type(step)(field.most))
    box.setMinimumWidth(64)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


_WIDGETS = {INTEGER: _Number, REAL: _Number, CHOICE: _Choice, FLAG: _Flag, YEARS: _Years, FILE: _File}


def field_words(field: Field) -> str:
    """What a field is called; with its unit where "any" stands in place of a number and its unit."""
    words = text(field.key)
    return with_unit(words, text(field.unit)) if field.optional and field.unit else words


def field_widget(field: Field) -> FieldWidget:
    """Return the widget of a field."""
    return _WIDGETS[field.type](field)
