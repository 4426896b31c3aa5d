"""A zone layer's new version beside the old one, where there are so many shapes that it is worked out only
when asked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app import theme
from app.actions.import_look import AreaChange, Look, compare_areas
from app.dialogs.import_tables import area_change
from app.jobs import Job, Jobs, Progress
from app.messages import sentence, text
from app.panels.parts import NoticeBar
from layers.errors import PlannerError
from layers.plan.plan import Plan

TOPIC = "import areas"


class AreaPage(QWidget):
    """Offers the comparison, carries it out as a job, and shows what came of it."""

    def __init__(self, look: Look, plan: Plan, jobs: Jobs) -> None:
        super().__init__()
        self._look, self._plan, self._jobs = look, plan, jobs
        self._job: Job | None = None
        self.note = QLabel(text("import_areas_wait", shapes=f"{max(len(look.seen.rows), 1):,}"))
        self.note.setWordWrap(True)
        theme.set_role(self.note, "note")
        self.go = QPushButton(text("import_areas_go"))
        self.go.setToolTip(text("import_areas_go_tip"))
        self.go.clicked.connect(self.compare)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.hide()
        self.fault = NoticeBar()
        self._column = QVBoxLayout(self)
        self._column.setSpacing(10)
        for part in (self.note, self.bar, self.fault):
            self._column.addWidget(part)
        self._column.addWidget(self.go, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch()
        jobs.progressed.connect(self._progressed)
        jobs.ended.connect(self._ended)

    def compare(self) -> None:
        """Begin, or stop what was begun."""
        if self._job is not None:
            self._job.cancel()
            return
        seen, plan = self._look.seen, self._plan

        def work(progress: Progress) -> tuple[AreaChange, ...]:
            return compare_areas(seen, plan, progress=progress)

        self.fault.hide()
        self.bar.setRange(0, 0)
        self.bar.show()
        self.go.setText(text("import_areas_stop"))
        self._job = self._jobs.start(
            text("import_areas_comparing"), work, self._found, topic=TOPIC, fault=self._failed
        )

    def _progressed(self, job: Job, done: int, total: int) -> None:
        if job is self._job:
            self.bar.setRange(0, total)
            self.bar.setValue(done)

    def _ended(self, job: Job, _how: str) -> None:
        if job is self._job:
            self._job = None
            self.bar.hide()
            self.go.setText(text("import_areas_go"))

    def _found(self, areas: tuple[AreaChange, ...]) -> None:
        self.note.hide()
        self.go.hide()
        self._column.insertWidget(0, area_change(self._look.seen, areas), 1)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, PlannerError):
            raise error
        self.fault.show_notice("bad", *sentence(error))
