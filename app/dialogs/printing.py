"""Pages before they are printed: as they will be on the printer's paper, which of them, how often, where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.dialogs.files import ask_save
from app.dialogs.writing_dialog import WritingDialog
from app.exports.printing import (
    COPIES_MOST,
    PrintJob,
    PrintSource,
    page_image,
    page_range,
    placed_on,
    print_pages,
    printers,
)
from app.jobs import Jobs, Progress
from app.messages import sentence, text
from app.panels.parts import IconButton
from app.session import Session
from layers.errors import PlannerError
from layers.maps.paper_parts import PAPERS, Paper

WIDTH, FORM_WIDTH, WAIT_MS, EDGE = 900, 270, 120, 16


class PrintDialog(WritingDialog):
    """Asks how a source is printed, shows its pages, prints them. `printed`: to which printer or file."""

    printed = Signal(str)

    def __init__(
        self, parent: QWidget | None, session: Session, jobs: Jobs, source: PrintSource, suggested: Path
    ) -> None:
        super().__init__(parent, text("print_title"), glyph="printer", width=WIDTH)
        self._session, self._jobs, self._source = session, jobs, source
        self._suggested, self.page = suggested, 1
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self.refresh)
        columns = QHBoxLayout()
        columns.setSpacing(18)
        columns.addWidget(self._form())
        columns.addLayout(self._pages(), 1)
        self.body.addLayout(columns, 1)
        self.fault = self.add_text("", "bad")
        self.fault.hide()
        self.add_text(text("release_logged"), "note")
        self.cancel = self.add_cancel()
        self.go = self.add_button(text("print_go"), "primary", default=True)
        self.go.clicked.connect(self.print)
        jobs.progressed.connect(self._progressed)
        self._printer_chosen()
        self._chosen()

    # -- parts ---------------------------------------------------------------------------------------------

    def _form(self) -> QWidget:
        self.printer, self.paper = QComboBox(), QComboBox()
        for name in printers():
            self.printer.addItem(name, name)
        self.printer.addItem(text("print_to_file"), "")
        self.paper.addItem(text("print_own_paper", paper=text(f"sheet_paper_{self._source.paper.id}")), None)
        for one in PAPERS.values():
            if one.id != self._source.paper.id:
                self.paper.addItem(text(f"sheet_paper_{one.id}"), one)
        self.copies, self.range = QSpinBox(), QLineEdit()
        theme.inset(self.copies)
        self.copies.setRange(1, COPIES_MOST)
        self.range.setPlaceholderText(text("print_all_pages", count=self._source.count))
        self.range.setToolTip(text("print_range_tip"))
        self.scaled = QLabel()
        self.scaled.setWordWrap(True)
        theme.set_role(self.scaled, "warn")
        form = QFormLayout()
        form.setSpacing(8)
        form.setContentsMargins(0, 0, 0, 0)
        for key, part in (("print_printer", self.printer), ("print_paper", self.paper),
                          ("print_copies", self.copies), ("print_range", self.range)):  # fmt: skip
            form.addRow(text(key), part)
            part.setAccessibleName(text(key))
        form.addRow(self.scaled)
        self.printer.currentIndexChanged.connect(lambda _at: self._printer_chosen())
        self.paper.currentIndexChanged.connect(lambda _at: self._chosen())
        self.range.textChanged.connect(lambda _words: self._range_typed())
        self.printer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        holder = QWidget()
        holder.setFixedWidth(theme.metric(FORM_WIDTH))
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(form)
        column.addStretch(1)
        return holder

    def _pages(self) -> QVBoxLayout:
        self.view = _View()
        self.view.resized.connect(self._wait.start)
        self.back, self.on = IconButton("chevron-left"), IconButton("chevron-right")
        self.back.describe(text("print_back"))
        self.on.describe(text("print_on"))
        self.back.clicked.connect(lambda: self.turn(-1))
        self.on.clicked.connect(lambda: self.turn(1))
        self.where = QLabel()
        theme.set_role(self.where, "note")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(text("print_progress"))
        keep = self.bar.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(keep)
        self.bar.hide()
        row = QHBoxLayout()
        row.addStretch(1)
        for part in (self.back, self.where, self.on):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.view, 1)
        column.addWidget(self.bar)
        column.addLayout(row)
        return column

    # -- what is wanted ------------------------------------------------------------------------------------

    def wanted(self) -> tuple[int, ...]:
        """Return the pages that were asked for; raises InputError `print_range_wrong`."""
        return page_range(self.range.text(), self._source.count)

    def shown_paper(self) -> Paper:
        """Return the paper on which it is printed."""
        return self.paper.currentData() or self._source.paper

    def turn(self, by: int) -> None:
        """Look at the next of the pages that were asked for."""
        try:
            pages = self.wanted()
        except PlannerError:
            return
        at = pages.index(self.page) if self.page in pages else 0
        self.page = pages[min(max(at + by, 0), len(pages) - 1)]
        self._chosen()

    def _printer_chosen(self) -> None:
        to_file = self.printer.currentData() == ""
        self.go.setText(text("print_go_file") if to_file else text("print_go"))

    def _range_typed(self) -> None:
        try:
            pages = self.wanted()
        except PlannerError as error:
            self.show_fault(sentence(error)[0])
            theme.set_role(self.range, "wrong")
            self.go.setEnabled(False)
            return
        self.show_fault("")
        theme.set_role(self.range, "")
        self.go.setEnabled(self.writing is None)
        if self.page not in pages:
            self.page = pages[0]
        self._chosen()

    def _chosen(self) -> None:
        try:
            pages = self.wanted()
        except PlannerError:
            return
        at = pages.index(self.page)
        self.back.setEnabled(at > 0)
        self.on.setEnabled(at < len(pages) - 1)
        self.where.setText(text("print_where", page=self.page, count=self._source.count))
        scale = placed_on(self._source.paper, self.shown_paper())[1]
        self.scaled.setText(text("print_scaled", percent=f"{scale * 100:.0f}") if scale < 1 else "")
        self._wait.start()

    # -- looking -------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the page as it will be printed."""
        source, page, paper = self._source, self.page, self.shown_paper()
        ratio = self.devicePixelRatioF()
        room = self.view.size() - QSize(EDGE, EDGE)
        dpi = max(min(room.width() / paper.width, room.height() / paper.height) * 25.4, 20.0) * ratio

        def work(progress: Progress) -> QImage:
            return page_image(source, page, paper, dpi, progress)

        def answer(image: QImage) -> None:
            image.setDevicePixelRatio(ratio)
            self.view.setPixmap(QPixmap.fromImage(image))

        self._jobs.start(text("print_job_preview"), work, answer, topic="print preview", fault=self.failed)

    # -- printing ------------------------------------------------------------------------------------------

    def print(self) -> None:
        """Print as a job; the dialog closes when the printer has it all."""
        job = PrintJob(
            self.printer.currentData(), None, self.copies.value(), self.wanted(), self.paper.currentData()
        )
        if not job.printer:
            out = ask_save(self, text("print_to_file"), self._suggested, {".pdf": "PDF"})
            if out is None:
                return
            job = replace(job, out=out)
        self.start(job)

    def start(self, job: PrintJob) -> None:
        """Print what is asked for."""
        snapshot, source = self._session.snapshot(), self._source

        def work(progress: Progress) -> None:
            print_pages(snapshot, source, job, progress=progress, seal=progress.seal)

        def answer(_none: None) -> None:
            self.writing = None
            for record, title in snapshot.logged:
                self._session.log_export(record, title)
            self.printed.emit(job.printer or (job.out.name if job.out else ""))
            self.accept()

        self.show_fault("")
        self.busy(True)
        self.writing = self._jobs.start(
            text("print_job", name=source.title), work, answer, topic="print", fault=self.failed
        )

    def _progressed(self, job: object, done: int, total: int) -> None:
        if job is self.writing:
            self.bar.setRange(0, total)
            self.bar.setValue(done)

    def busy(self, on: bool) -> None:
        """Something is being printed, or no longer."""
        self.bar.setRange(0, 0)
        self.bar.setVisible(on)
        self.cancel.setText(text("print_stop") if on else text("dialog_cancel"))
        for part in (self.go, self.printer, self.paper, self.copies, self.range):
            part.setEnabled(not on)

    def reject(self) -> None:
        """The first Cancel stops the printing; the next one leaves."""
        self._wait.stop()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing goes on behind a closed dialog."""
        self._wait.stop()
        super().closeEvent(event)


class _View(QLabel):
    """A page in the middle of what room there is."""

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(380, 380)
        theme.set_role(self, "sunken")
        self.setAccessibleName(text("print_preview"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The page fits anew."""
        super().resizeEvent(event)
        self.resized.emit()
