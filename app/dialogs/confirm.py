"""Asking once more before something that a user may not want: what, why, what is lost, two buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QWidget

from app.dialogs.base import Dialog
from app.messages import text


def confirm(
    parent: QWidget | None,
    title: str,
    *,
    action: str,
    points: Sequence[str] = (),
    note: str = "",
    danger: bool = False,
) -> bool:
    """Ask; returns whether the user wants it. The safe button has the focus where it is dangerous."""
    dialog = Dialog(
        parent, title, glyph="triangle-alert" if danger else "info", level="bad" if danger else "info"
    )
    for point in points:
        dialog.add_text(f"• {point}")
    if note:
        dialog.add_text(note, "secondary")
    cancel = dialog.add_cancel()
    go = dialog.add_button(action, "danger_filled" if danger else "primary", default=not danger)
    go.clicked.connect(dialog.accept)
    (cancel if danger else go).setFocus()
    answer = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return answer


def tell(parent: QWidget | None, title: str, lines: Sequence[str]) -> None:
    """Show something to read; one button."""
    dialog = Dialog(parent, title)
    for line in lines:
        dialog.add_text(line)
    dialog.add_button(text("dialog_close"), "primary", default=True).clicked.connect(dialog.accept)
    dialog.exec()
    dialog.deleteLater()
