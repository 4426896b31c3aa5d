"""Slides of the story and reports: ask how they leave, write them in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from app.actions import story as actions
from app.dialogs.story import ReportDialog, StoryDialog
from app.handlers.base import beside, handles, write_in_background
from app.messages import text
from layers.plan.scenes import scenes
from layers.planning.footprints import planned_works

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


@handles("report")
def report(window: MainWindow, _on: bool) -> None:
    """Write the yearly report, or the sheet of a planned work (the selected one comes first)."""
    session, period = window.session, window.session.policy.period
    works = planned_works(session.plan, session.policy)
    selected = session.selection
    works.sort(key=lambda one: (one.kind == selected.kind and one.fid in selected.fids) is False)
    dialog = ReportDialog(
        window,
        beside(window, text("report_suffix"), ".docx"),
        {".docx": text("file_report")},
        years=period.years,
        year=window.bus.year or period.last_year,
        works=[(one.key, f"{one.key}  {one.name}".strip()) for one in works if one.key],
    )
    if dialog.exec() == QDialog.DialogCode.Accepted:
        asked = {**dialog.leaving, **dialog.asked}
        write_in_background(
            window,
            dialog.chosen(),
            lambda snapshot, out, progress: actions.report(snapshot, out, progress=progress, **asked),
            reports=True,
        )
    dialog.deleteLater()
