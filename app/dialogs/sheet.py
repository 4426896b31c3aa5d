"""A printed sheet before it is written: what stands on it, for whom; the preview is the sheet itself."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import theme as looks
from app.dialogs.paper_form import PaperDialog
from app.dialogs.sheet_layout import LayoutPanel
from app.dialogs.sheet_preview import ZOOM_STEP, Preview
from app.exports.paper import (
    DPI_RANGE,
    SheetOptions,
    checked_format,
    keep_sheet,
    make_sheet,
    sheet_bytes,
    sheet_image,
)
from app.exports.picture import released_settings
from app.exports.printing import sheet_source
from app.exports.sheet_words import data_digest
from app.jobs import Jobs, Progress
from app.messages import text, tr
from app.panels.segmented import Segmented
from app.session import Session
from layers.errors import PlannerError
from layers.maps.choropleth import MapTheme
from layers.maps.settings import LayerSettings
from layers.maps.sheet import Sheet
from layers.maps.viewport import View

FORM_WIDTH, WAIT_MS, SOON_MS = 312, 350, 40
ENDINGS = {".pdf": "PDF", ".svg": "SVG", ".png": "PNG"}
SIDES = ("contents", "layout")
SHARE = 0.94  # of the window


class SheetDialog(PaperDialog):
    """Asks what the sheet shall be, shows it, lays it out, writes it. `written` tells the file."""

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
        super().__init__(
            parent, text("sheet_title"), "printer", 980, session, jobs, endings=ENDINGS, settings=settings,
            theme=theme, year=year, scheme=scheme,
        )  # fmt: skip
        self._view = view
        self._sheet: Sheet | None = None
        self._print_next = False  # printing waits for the sheet
        self._made_of: Any = None  # options of the sheet that is shown
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self.refresh)
        page = self._page()
        columns = QHBoxLayout()
        columns.setSpacing(18)
        columns.addLayout(self._left(suggested, unit))
        columns.addLayout(page, 1)
        self.body.addLayout(columns, 1)
        self.add_fault()
        self.add_go(text("sheet_write"), self.write, self.print)
        if parent is not None:  # the sheet is looked at: it takes what the window has
            self.resize(self.size().expandedTo(parent.window().size() * SHARE))
        self._wait.start()

    # -- parts -------------------------------------------------------------------------------------

    def _left(self, suggested: Path, unit: str) -> QVBoxLayout:
        """Template and paper over two sides: what stands on the sheet, and how it is laid out."""
        top, form = QFormLayout(), QFormLayout()
        for one in (top, form):
            one.setSpacing(8)
            one.setContentsMargins(0, 0, 0, 0)
            one.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.add_template_rows(top)
        self.paper.currentIndexChanged.connect(lambda _at: self._paper_chosen())
        self._content_rows(form, suggested, unit)
        self.layout_ = LayoutPanel(
            self.template.template(), self.preview.page, lambda: self._sheet, self.failed
        )
        self.layout_.changed.connect(self.template.set_template)
        self.layout_.save.connect(self.template.ask_name)
        self.sides, self.stack = Segmented(), QStackedWidget()
        self.sides.set_items([(side, text(f"layout_{side}")) for side in SIDES])
        self.sides.chosen.connect(self.show_side)
        holder = QWidget()
        holder.setLayout(form)
        for part in (holder, self.layout_):
            place = QScrollArea()
            place.setFrameShape(QFrame.Shape.NoFrame)
            place.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            place.setWidgetResizable(True)
            place.setWidget(part)
            self.stack.addWidget(place)
        whole = QWidget()
        whole.setFixedWidth(looks.metric(FORM_WIDTH))
        inside = QVBoxLayout(whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(10)
        inside.addLayout(top)
        inside.addWidget(self.sides)
        inside.addWidget(self.stack, 1)
        column = QVBoxLayout()
        column.addWidget(whole, 1)
        return column

    def _content_rows(self, form: QFormLayout, suggested: Path, unit: str) -> None:
        self.extent = QComboBox()
        self.extent.addItem(text("sheet_extent_whole"), None)
        if self._view is not None:
            self.extent.addItem(text("sheet_extent_view"), self._view.bounds)
        self.heading, self.subtitle = QLineEdit(), QLineEdit()
        self.heading.setPlaceholderText(
            tr(self._theme.title) if self._theme else str(self._session.plan.info.get("title", ""))
        )
        self.date = QDateEdit(QDate.currentDate())
        self.date.setCalendarPopup(True)
        self.date.setDisplayFormat("yyyy-MM-dd")
        self.dpi = QSpinBox()
        looks.inset(self.dpi)
        self.dpi.setRange(*DPI_RANGE)
        self.dpi.setValue(300)
        self.dpi.setSuffix(" dpi")
        self.themed = QCheckBox(text("sheet_themed", theme=self._theme.title) if self._theme else "")
        self.themed.setChecked(self._theme is not None)
        self.themed.setVisible(self._theme is not None)
        self.grey = QCheckBox(text("sheet_grey"))
        for name, widget in (
            ("extent", self.extent), ("heading", self.heading), ("subtitle", self.subtitle),
            ("day", self.date),
        ):  # fmt: skip
            form.addRow(text(f"sheet_{name}"), widget)
            widget.setAccessibleName(text(f"sheet_{name}"))
        self.add_leaving_rows(form, unit)
        form.addRow(text("sheet_dpi"), self.dpi)
        self.dpi.setAccessibleName(text("sheet_dpi"))
        form.addRow(self.themed)
        form.addRow(self.grey)
        self.add_file_row(form, suggested)
        self.extent.currentIndexChanged.connect(lambda _at: self._wait.start())
        for field in (self.heading, self.subtitle, self.unit):
            field.setMaxLength(160)
            field.textChanged.connect(lambda _words: self._wait.start())
        self.leaving.changed.connect(self._wait.start)
        self.date.dateChanged.connect(lambda _day: self._wait.start())
        for tick in (self.themed, self.grey):
            tick.toggled.connect(lambda _on: self._wait.start())
        self.path.textChanged.connect(lambda _words: self._format_typed())
        self._format_typed()

    def _page(self) -> QVBoxLayout:
        self.preview = Preview()
        self.preview.wanted.connect(self._wait.start)
        self.state = QLabel()
        looks.set_role(self.state, "note")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setFixedHeight(4)
        self.bar.setTextVisible(False)
        keep = self.bar.sizePolicy()
        keep.setRetainSizeWhenHidden(True)  # the page does not jump when a job begins or ends
        self.bar.setSizePolicy(keep)
        row = QHBoxLayout()
        row.addWidget(self.state, 1)
        for words, factor in (("−", 1 / ZOOM_STEP), ("+", ZOOM_STEP), (text("sheet_fit"), 0.0)):
            button = QPushButton(words)
            looks.set_role(button, "quiet")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, factor=factor: self.preview.zoom_by(factor or 1e-6))
            row.addWidget(button)
        column = QVBoxLayout()
        column.setSpacing(4)
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
            self.leaving.review_number,
            self.leaving.audience_id,
            self.extent.currentData(),
            self._year,
            self._scheme,
            self.grey.isChecked(),
            self.leaving.ground,
            template=self.template.template(),
        )

    def _chosen_theme(self) -> MapTheme | None:
        return self._theme if self.themed.isChecked() else None

    def show_side(self, side: str) -> None:
        """Show what stands on the sheet (`contents`), or let it be laid out (`layout`)."""
        self.sides.set_current(side)
        self.stack.setCurrentIndex(SIDES.index(side))
        self.layout_.set_active(side == "layout")
        self._wait.setInterval(SOON_MS if side == "layout" else WAIT_MS)

    def _template_chosen(self) -> None:
        self.layout_.take(self.template.template())  # first: then its paper is no change of another's
        super()._template_chosen()
        self._wait.start()

    def _paper_chosen(self) -> None:
        """The template's frames go along with its paper."""
        name = self.paper.currentData()
        if name != self.layout_.steps.now.paper:
            self.layout_.set_paper(name)
        self._wait.start()

    def _format_typed(self) -> None:
        self.dpi.setEnabled(self.path.text().lower().endswith(".png"))

    # -- preview -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Make the sheet anew where something changed, and its picture."""
        options, theme, plan, policy = (
            self.options(),
            self._chosen_theme(),
            self._session.plan,
            self._session.policy,
        )
        if self.leaving.public and not (options.review_number or options.exempt):
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
            self.show_fault("")
            self.bar.hide()
            self.preview.show_page(made[1])
            said = [text("sheet_ratio", scale=f"{made[0].scale:,.0f}".replace(",", " "))]
            for key, parts in (("sheet_left_out", made[0].left_out), ("sheet_cut", made[0].cut)):
                if parts:
                    said.append(text(key, parts=[text(f"sheet_part_{name}") for name in parts]))
            self.state.setText("  ".join(said))
            if self._print_next:
                self.print()

        self.bar.show()
        self._jobs.start(text("sheet_job_preview"), work, answer, topic="sheet preview", fault=self.failed)

    def busy(self, on: bool) -> None:
        """A file is being written, or no longer."""
        super().busy(on)
        self.bar.setVisible(on)

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
        if not self.may_write():
            return
        try:
            suffix = checked_format(out, dpi)
        except PlannerError as error:
            self.failed(error)
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
                self.failed(error)
                return
            self.writing = None
            self.written.emit(out)
            self.accept()

        self.busy(True)
        self._wait.stop()
        self.writing = self._jobs.start(
            text("sheet_job_write", name=out.name), work, answer, topic="sheet write", fault=self.failed
        )

    def print(self) -> None:
        """Show the sheet as it will be printed, and print it."""
        if not self.may_write(to_file=False):
            return
        options, theme, plan = self.options(), self._chosen_theme(), self._session.plan
        if self._sheet is None or self._made_of != (options, theme, plan):
            self._print_next = True
            self.refresh()  # as soon as it is shown
            return
        self._print_next = False
        shown = released_settings(plan, self._settings, options.audience)
        mark = data_digest(plan, shown)
        self.print_source(sheet_source(self._sheet, options, tuple(shown.visible), mark))

    def reject(self) -> None:
        """Cancel stops a file that is being written; then it leaves."""
        self._wait.stop()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing goes on behind a closed dialog."""
        self._wait.stop()
        super().closeEvent(event)
