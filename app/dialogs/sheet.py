"""A printed sheet before it is written: what stands on it, for whom; the preview is the sheet itself."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDate, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QImage, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app import theme as looks
from app.dialogs.base import Dialog
from app.dialogs.files import ask_save
from app.dialogs.sheet_templates import TemplateRow
from app.exports.paper import (
    DPI_RANGE,
    SheetOptions,
    checked_format,
    keep_sheet,
    make_sheet,
    sheet_bytes,
    sheet_image,
)
from app.jobs import Jobs, Progress
from app.messages import sentence, text, tr
from app.session import Session
from layers.errors import PlannerError
from layers.maps.choropleth import MapTheme
from layers.maps.paper_parts import PAPERS
from layers.maps.settings import LayerSettings
from layers.maps.sheet import Sheet
from layers.maps.viewport import View
from layers.release import INTERNAL, PUBLIC

FORM_WIDTH, WAIT_MS = 300, 350
ZOOM_STEP, ZOOM_MOST, SHARPEST_DPI = 1.25, 4.0, 240.0
ENDINGS = {".pdf": "PDF", ".svg": "SVG", ".png": "PNG"}


class Preview(QScrollArea):
    """The page as a picture; Ctrl+wheel and the buttons zoom, dragging the bars moves."""

    wanted = Signal()  # a picture of another size

    def __init__(self) -> None:
        super().__init__()
        self.page = QLabel()
        self.page.setAlignment(Qt.AlignmentFlag.AlignCenter)
        looks.set_role(self.page, "sunken")
        self.setWidget(self.page)
        self.setWidgetResizable(True)
        self.setMinimumSize(420, 420)
        self.zoom = 1.0  # 1: the whole page is seen
        self._seen = QSize()
        self.setAccessibleName(text("sheet_preview"))

    def dpi(self, paper: str) -> float:
        """Device px an inch at which the page is wanted."""
        size, room = PAPERS[paper], self.size() - QSize(20, 20)  # with bars or without
        fit = min(room.width() / size.width, room.height() / size.height) * 25.4
        return min(max(fit, 20.0) * self.zoom * self.devicePixelRatioF(), SHARPEST_DPI)

    def show_page(self, image: QImage) -> None:
        """Show a picture of the page."""
        image.setDevicePixelRatio(self.devicePixelRatioF())
        bars = (self.horizontalScrollBar(), self.verticalScrollBar())
        middles = [
            (bar.value() + bar.pageStep() / 2) / max(bar.maximum() + bar.pageStep(), 1) for bar in bars
        ]
        self.page.setPixmap(QPixmap.fromImage(image))
        self.page.resize(self.page.sizeHint().expandedTo(self.viewport().size()))
        for bar, middle, size in zip(bars, middles, (self.page.width(), self.page.height()), strict=True):
            bar.setRange(0, max(size - bar.pageStep(), 0))
            bar.setValue(round(middle * size - bar.pageStep() / 2))  # what was in the middle stays there

    def zoom_by(self, factor: float) -> None:
        """Nearer or farther; never smaller than the whole page."""
        wanted = min(max(self.zoom * factor, 1.0), ZOOM_MOST)
        if wanted != self.zoom:
            self.zoom = wanted
            self.wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(ZOOM_STEP if event.angleDelta().y() > 0 else 1 / ZOOM_STEP)
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The whole page stays whole."""
        super().resizeEvent(event)
        if self.size() != self._seen:
            self._seen = self.size()
            self.wanted.emit()


class SheetDialog(Dialog):
    """Asks what the sheet shall be, shows it, writes it. `written` tells the file."""

    written = Signal(Path)

    def __init__(
        self,
        parent: QWidget | None,
        session: Session,
        jobs: Jobs,
        suggested: Path,
        *,
        settings: LayerSettings,
        theme: MapTheme | None = None,
        view: View | None = None,
        year: int | None = None,
        scheme: str | None = None,
        unit: str = "",
    ) -> None:
        super().__init__(parent, text("sheet_title"), glyph="printer", width=980)
        self._session, self._jobs = session, jobs
        self._settings, self._theme, self._view, self._year, self._scheme = (
            settings,
            theme,
            view,
            year,
            scheme,
        )
        self._sheet: Sheet | None = None
        self._made_of: Any = None  # options of the sheet that is shown
        self._writing: Any = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self.refresh)
        columns = QHBoxLayout()
        columns.setSpacing(18)
        columns.addLayout(self._form(suggested, unit))
        columns.addLayout(self._page(), 1)
        self.body.addLayout(columns, 1)
        self.fault = self.add_text("", "bad")
        self.fault.hide()
        self.note = self.add_text(text("release_logged"), "note")
        self.cancel = self.add_cancel()
        self.go = self.add_button(text("sheet_write"), "primary", default=True)
        self.go.clicked.connect(self.write)
        self._audience_chosen()
        self._wait.start()

    # -- parts -------------------------------------------------------------------------------------

    def _form(self, suggested: Path, unit: str) -> QVBoxLayout:
        self.paper, self.extent, self.audience = QComboBox(), QComboBox(), QComboBox()
        self.template = TemplateRow(
            self._session, lambda: (self.paper.currentData(), self.unit.text().strip()), self._failed
        )
        self.template.changed.connect(self._template_chosen)
        for name in PAPERS:
            self.paper.addItem(text(f"sheet_paper_{name}"), name)
        self.extent.addItem(text("sheet_extent_whole"), None)
        if self._view is not None:
            self.extent.addItem(text("sheet_extent_view"), self._view.bounds)
        for audience in (INTERNAL, PUBLIC):
            self.audience.addItem(text(f"sheet_for_{audience}"), audience)
        self.heading, self.subtitle, self.unit, self.review = (
            QLineEdit(),
            QLineEdit(),
            QLineEdit(unit),
            QLineEdit(),
        )
        self.heading.setPlaceholderText(
            tr(self._theme.title) if self._theme else str(self._session.plan.info.get("title", ""))
        )
        self.date = QDateEdit(QDate.currentDate())
        self.date.setCalendarPopup(True)
        self.date.setDisplayFormat("yyyy-MM-dd")
        self.dpi = QSpinBox()
        self.dpi.setRange(*DPI_RANGE)
        self.dpi.setValue(300)
        self.dpi.setSuffix(" dpi")
        self.themed = QCheckBox(text("sheet_themed", theme=self._theme.title) if self._theme else "")
        self.themed.setChecked(self._theme is not None)
        self.themed.setVisible(self._theme is not None)
        self.grey = QCheckBox(text("sheet_grey"))
        self.path = QLineEdit(str(suggested))
        browse = QPushButton(text("new_browse"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(browse)
        form = QFormLayout()
        form.setSpacing(8)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for name, widget in (
            ("template", self.template),
            ("paper", self.paper),
            ("extent", self.extent),
            ("heading", self.heading),
            ("subtitle", self.subtitle),
            ("unit", self.unit),
            ("day", self.date),
            ("audience", self.audience),
            ("review_field", self.review),
            ("dpi", self.dpi),
        ):
            form.addRow(text(f"sheet_{name}"), widget)
            widget.setAccessibleName(text(f"sheet_{name}"))
        form.addRow(self.themed)
        form.addRow(self.grey)
        form.addRow(text("release_file"), row)
        self.path.setAccessibleName(text("release_file"))
        for box in (self.paper, self.extent):
            box.currentIndexChanged.connect(lambda _at: self._wait.start())
        self.audience.currentIndexChanged.connect(lambda _at: self._audience_chosen())
        for field in (self.heading, self.subtitle, self.unit, self.review):
            field.setMaxLength(160)
            field.textChanged.connect(lambda _words: self._wait.start())
        self.date.dateChanged.connect(lambda _day: self._wait.start())
        for tick in (self.themed, self.grey):
            tick.toggled.connect(lambda _on: self._wait.start())
        self.path.textChanged.connect(lambda _words: self._format_typed())
        column = QVBoxLayout()
        holder = QWidget()
        holder.setFixedWidth(looks.metric(FORM_WIDTH))
        holder.setLayout(form)
        form.setContentsMargins(0, 0, 0, 0)
        column.addWidget(holder)
        column.addStretch(1)
        self._format_typed()
        return column

    def _page(self) -> QVBoxLayout:
        self.preview = Preview()
        self.preview.wanted.connect(self._wait.start)
        self.state = QLabel()
        looks.set_role(self.state, "note")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setFixedHeight(4)
        self.bar.setTextVisible(False)
        row = QHBoxLayout()
        row.addWidget(self.state, 1)
        for words, factor in (("−", 1 / ZOOM_STEP), ("+", ZOOM_STEP), (text("sheet_fit"), 0.0)):
            button = QPushButton(words)
            looks.set_role(button, "quiet")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, factor=factor: self.preview.zoom_by(factor or 1e-6))
            row.addWidget(button)
        column = QVBoxLayout()
        column.addWidget(self.preview, 1)
        column.addWidget(self.bar)
        column.addLayout(row)
        return column

    # -- what is wanted ----------------------------------------------------------------------------

    def options(self) -> SheetOptions:
        """Return what was chosen."""
        day = self.date.date()
        return SheetOptions(
            self.paper.currentData(),
            self.heading.text().strip() or None,
            self.subtitle.text().strip() or None,
            self.unit.text().strip(),
            datetime.date(day.year(), day.month(), day.day()),
            self.review.text().strip(),
            self.audience.currentData(),
            self.extent.currentData(),
            self._year,
            self._scheme,
            self.grey.isChecked(),
            template=self.template.template(),
        )

    def _chosen_theme(self) -> MapTheme | None:
        return self._theme if self.themed.isChecked() else None

    def target(self) -> Path:
        """Return the file that was named, with an ending."""
        path = Path(self.path.text().strip()).expanduser()
        return path if path.suffix.lower() in ENDINGS else path.with_name(path.name + ".pdf")

    def _audience_chosen(self) -> None:
        needed = self.audience.currentData() == PUBLIC
        self.review.setPlaceholderText(text("sheet_review_needed") if needed else text("sheet_review_open"))
        self._wait.start()

    def _template_chosen(self) -> None:
        """A template brings its paper and, where none was typed, its unit."""
        chosen = self.template.template()
        self.paper.setCurrentIndex(self.paper.findData(chosen.paper))
        self.unit.setPlaceholderText(chosen.unit)
        self._wait.start()

    def _format_typed(self) -> None:
        self.dpi.setEnabled(self.path.text().lower().endswith(".png"))

    def _browse(self) -> None:
        path = ask_save(self, text("sheet_title"), self.target(), ENDINGS)
        if path is not None:
            self.path.setText(str(path))

    # -- preview -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Make the sheet anew where something changed, and its picture."""
        options, theme, plan, policy = (
            self.options(),
            self._chosen_theme(),
            self._session.plan,
            self._session.policy,
        )
        if options.audience == PUBLIC and not options.review_number:
            # What it will look like can be seen before the number is there; it cannot be written.
            options = replace(options, review_number=text("sheet_review_blank"))
        made_of = (options, theme, plan)
        known = self._sheet if self._made_of == made_of else None
        dpi, settings = self.preview.dpi(options.paper), self._settings

        def work(progress: Progress) -> tuple[Sheet, QImage]:
            sheet = known or make_sheet(
                plan, policy, options, settings=settings, theme=theme, progress=progress
            )
            return sheet, sheet_image(sheet, dpi=dpi, check=lambda: progress(1, 2))

        def answer(made: tuple[Sheet, QImage]) -> None:
            self._sheet, self._made_of = made[0], made_of
            self._show_fault("")
            self.bar.hide()
            self.preview.show_page(made[1])
            lost = [text(f"sheet_part_{name}") for name in made[0].left_out]
            said = text("sheet_ratio", scale=f"{made[0].scale:,.0f}".replace(",", " "))
            self.state.setText(f"{said}  {text('sheet_left_out', parts=lost)}" if lost else said)

        self.bar.show()
        self._jobs.start(text("sheet_job_preview"), work, answer, topic="sheet preview", fault=self._failed)

    def _failed(self, error: BaseException) -> None:
        self.bar.hide()
        self._writing = None
        self.go.setEnabled(True)
        if not isinstance(error, PlannerError):
            raise error
        self._show_fault(" ".join(part for part in sentence(error) if part))

    def _show_fault(self, words: str) -> None:
        self.fault.setText(words)
        self.fault.setVisible(bool(words))

    # -- writing -----------------------------------------------------------------------------------

    def write(self) -> None:
        """Write the sheet; the dialog closes when the file is there."""
        options, out, dpi = self.options(), self.target(), self.dpi.value()
        theme, settings, plan, policy = (
            self._chosen_theme(),
            self._settings,
            self._session.plan,
            self._session.policy,
        )
        known = self._sheet if self._made_of == (options, theme, plan) else None
        if not self.path.text().strip():
            self._show_fault(text("release_no_file"))
            return
        try:
            suffix = checked_format(out, dpi)
        except PlannerError as error:
            self._failed(error)
            return

        def work(progress: Progress) -> bytes:
            sheet = known or make_sheet(
                plan, policy, options, settings=settings, theme=theme, progress=progress
            )
            return sheet_bytes(sheet, suffix, dpi=dpi, progress=progress)

        def answer(data: bytes) -> None:
            try:
                keep_sheet(self._session, out, data, options, settings)
            except PlannerError as error:
                self._failed(error)
                return
            self._writing = None
            self.written.emit(out)
            self.accept()

        self.go.setEnabled(False)
        self.bar.show()
        self._wait.stop()
        self._writing = self._jobs.start(
            text("sheet_job_write", name=out.name), work, answer, topic="sheet write", fault=self._failed
        )

    def reject(self) -> None:
        """Cancel stops a file that is being written; then it leaves."""
        self._wait.stop()
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
            self.bar.hide()
            self.go.setEnabled(True)
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing goes on behind a closed dialog."""
        self._wait.stop()
        if self._writing is not None:
            self._writing.cancel()
        super().closeEvent(event)
