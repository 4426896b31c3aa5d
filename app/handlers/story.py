"""Slides of the story and reports: ask how they leave, write them in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from app.actions import story as actions
from app.dialogs.story import StoryDialog
from app.handlers.base import beside, handles, write_in_background
from app.messages import text
from layers.plan.scenes import scenes

if TYPE_CHECKING:
    from app.window import MainWindow


@handles("slides")
def slides(window: MainWindow, _on: bool) -> None:
    """Write every scene as a slide."""
    if not scenes(window.session.plan):
        window.bus.notice.emit("info", text("slides_nothing"), text("slides_nothing_why"))
        return
    dialog = StoryDialog(
        window, "slides", beside(window, text("slides_suffix"), ".pptx"), {".pptx": text("file_slides")}
    )
    if dialog.exec() == QDialog.DialogCode.Accepted:
        leaving = dialog.leaving
        write_in_background(
            window,
            dialog.chosen(),
            lambda snapshot, out, progress: actions.slides(
                snapshot, out, story=True, progress=progress, **leaving
            ),
            reports=True,
        )
    dialog.deleteLater()
