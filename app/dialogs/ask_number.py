"""Asking for one number."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDoubleSpinBox, QWidget

from app import theme
from app.dialogs.base import Dialog
from app.messages import text


def ask_number(
    parent: QWidget | None, title: str, why: str, value: float, limits: tuple[float, float], unit: str
) -> float | None:
    """Ask for a number within limits; None when the user leaves."""
    dialog = Dialog(parent, title, glyph="sliders-horizontal")
    dialog.add_text(why, "secondary")
    field = QDoubleSpinBox()
    theme.inset(field)
    field.setRange(*limits)
    field.setDecimals(2)
    field.setSuffix(unit)
    field.setValue(value)
    field.selectAll()
    field.setAccessibleName(title)
    dialog.body.addWidget(field)
    dialog.add_cancel()
    dialog.add_button(text("dialog_go"), "primary", default=True).clicked.connect(dialog.accept)
    field.setFocus()
    answer = field.value() if dialog.exec() == QDialog.DialogCode.Accepted else None
    dialog.deleteLater()
    return answer
