"""A dialog behind which something is written as a job: it tells faults, and stops before it leaves."""

from __future__ import annotations

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel

from app.dialogs.base import Dialog
from app.jobs import Job
from app.messages import sentence
from layers.errors import PlannerError


class WritingDialog(Dialog):
    """`fault`: the line that tells what is wrong. Subclasses override `busy`."""

    fault: QLabel
    writing: Job | None = None

    def busy(self, on: bool) -> None:
        """Something is being written, or no longer."""

    def failed(self, error: BaseException) -> None:
        """Tell why nothing was written; what is no fault of file or options is raised."""
        self.writing = None
        self.busy(False)
        if not isinstance(error, PlannerError):
            raise error
        self.show_fault(" ".join(part for part in sentence(error) if part))

    def show_fault(self, words: str) -> None:
        """Show words in the line of faults, "" for none; a line more needs room: no field is squeezed."""
        self.fault.setText(words)
        self.fault.setVisible(bool(words))
        if words:
            self.layout().activate()
            self.resize(self.size().expandedTo(self.minimumSizeHint()))

    def stop(self) -> bool:
        """Stop what is being written; whether anything was."""
        if self.writing is None:
            return False
        self.writing.cancel()
        self.writing = None
        self.busy(False)
        return True

    def reject(self) -> None:
        """The first Cancel stops what is being written; the next one leaves."""
        if not self.stop():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing goes on behind a closed dialog."""
        self.stop()
        super().closeEvent(event)
