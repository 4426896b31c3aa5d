"""An atlas before it is written: pages of what, which map, which paper, for whom; then its progress."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QWidget,
)

from app.dialogs.base import Dialog
from app.dialogs.files import ask_save
from app.dialogs.sheet_templates import TemplateRow
from app.exports.atlas import OVER, AtlasDone, write_atlas
from app.exports.paper import SheetOptions
from app.jobs import Job, Jobs, Progress
from app.messages import sentence, text
from app.scene_views import scheme_of, settings_of, theme_of
from app.session import Session
from layers.errors import PlannerError
from layers.maps.choropleth import MapTheme
from layers.maps.paper_parts import PAPERS
from layers.maps.settings import LayerSettings
from layers.plan.scenes import SavedScene, scenes
from layers.release import INTERNAL, PUBLIC

WIDTH = 560


class AtlasDialog(Dialog):
    """Asks what the atlas shall be and writes it. `written` tells the file and what is in it."""

    written = Signal(Path, object)

    def __init__(
        self,
        parent: QWidget | None,
        session: Session,
        jobs: Jobs,
        suggested: Path,
        *,
        settings: LayerSettings,
        theme: MapTheme | None = None,
        year: int | None = None,
        scheme: str | None = None,
    ) -> None:
        super().__init__(parent, text("atlas_title"), glyph="book-open", width=WIDTH)
        self._session, self._jobs, self._settings, self._theme = session, jobs, settings, theme
        self._year, self._scheme = year, scheme
        self._writing: Job | None = None
        self.add_text(text("atlas_holds"), "secondary")
        self._form(suggested)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(text("atlas_progress"))
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.body.addWidget(self.bar)
        self.state = self.add_text("", "note")
        self.state.hide()
        self.fault = self.add_text("", "bad")
        self.fault.hide()
        self.add_text(text("release_logged"), "note")
        self.cancel = self.add_cancel()
        self.go = self.add_button(text("atlas_write"), "primary", default=True)
        self.go.clicked.connect(self.write)
        jobs.progressed.connect(self._progressed)
        self._audience_chosen()

    def _form(self, suggested: Path) -> None:
        self.over, self.source, self.paper, self.audience = (QComboBox() for _ in range(4))
        for level in OVER:
            self.over.addItem(text(f"atlas_over_{level}"), level)
        self.source.addItem(text("atlas_source_window"), None)
        for scene in scenes(self._session.plan):
            self.source.addItem(text("atlas_source_scene", name=scene.name), scene)
        self.template = TemplateRow(
            self._session, lambda: (self.paper.currentData(), self.unit.text().strip()), self._failed
        )
        self.template.changed.connect(self._template_chosen)
        for name in PAPERS:
            self.paper.addItem(text(f"sheet_paper_{name}"), name)
        for audience in (INTERNAL, PUBLIC):
            self.audience.addItem(text(f"atlas_for_{audience}"), audience)
        self.audience.currentIndexChanged.connect(lambda _at: self._audience_chosen())
        self.unit, self.review, self.exempt = QLineEdit(), QLineEdit(), QLineEdit()
        self.path = QLineEdit(str(suggested))
        self.only = QCheckBox()
        self._selected = self._selection()
        self.only.setText(text("atlas_only", count=len(self._selected[1])))
        self.only.setVisible(bool(self._selected[1]))
        self.browse = QPushButton(text("new_browse"))
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._browse)
        file = QHBoxLayout()
        file.addWidget(self.path, 1)
        file.addWidget(self.browse)
        form = QFormLayout()
        form.setSpacing(8)
        for name, widget in (
            ("atlas_over", self.over),
            ("", self.only),
            ("atlas_source", self.source),
            ("sheet_template", self.template),
            ("sheet_paper", self.paper),
            ("sheet_unit", self.unit),
            ("sheet_audience", self.audience),
            ("sheet_review_field", self.review),
            ("sheet_exempt", self.exempt),
        ):
            form.addRow(text(name) if name else "", widget)
            if name:
                widget.setAccessibleName(text(name))
        form.addRow(text("release_file"), file)
        self.path.setAccessibleName(text("release_file"))
        for field in (self.unit, self.review, self.exempt):
            field.setMaxLength(160)
        self.form = form
        self.body.addLayout(form)
        if self._selected[0]:
            self.over.setCurrentIndex(self.over.findData(self._selected[0]))
        self.over.currentIndexChanged.connect(lambda _at: self._level_chosen())

    def _selection(self) -> tuple[str, tuple[str, ...]]:
        """The level and the codes of selected units; of other things, nothing."""
        chosen, plan = self._session.selection, self._session.plan
        if chosen.kind not in plan or not chosen.fids:
            return "", ()
        table = plan.tables[chosen.kind]
        level = next((level for level, role in OVER.items() if role in table.kind.roles), "")
        rows = [table.row(fid) for fid in sorted(chosen.fids) if fid in table] if level else []
        return level, tuple(str(row[table.kind.key]) for row in rows if row.get(table.kind.key))

    def _level_chosen(self) -> None:
        fits = bool(self._selected[1]) and self.over.currentData() == self._selected[0]
        self.only.setEnabled(fits)
        self.only.setChecked(self.only.isChecked() and fits)

    def _audience_chosen(self) -> None:
        public = self.audience.currentData() == PUBLIC
        self.form.setRowVisible(self.exempt, public)
        self.review.setPlaceholderText(text("atlas_review_needed") if public else text("sheet_review_open"))

    def _template_chosen(self) -> None:
        chosen = self.template.template()
        self.paper.setCurrentIndex(self.paper.findData(chosen.paper))
        self.unit.setPlaceholderText(chosen.unit)

    def _browse(self) -> None:
        path = ask_save(self, text("atlas_title"), self.target(), {".pdf": "PDF"})
        if path is not None:
            self.path.setText(str(path))

    def target(self) -> Path:
        """Return the file that was named, with its ending."""
        path = Path(self.path.text().strip()).expanduser()
        return path if path.suffix.lower() == ".pdf" else path.with_name(path.name + ".pdf")

    def options(self) -> SheetOptions:
        """Return what was chosen."""
        scene: SavedScene | None = self.source.currentData()
        public = self.audience.currentData() == PUBLIC
        return SheetOptions(
            self.paper.currentData(),
            unit=self.unit.text().strip(),
            review_number=self.review.text().strip(),
            exempt=self.exempt.text().strip() if public else "",
            audience=self.audience.currentData(),
            year=scene.year if scene else self._year,
            scheme=scheme_of(self._session.plan, scene) if scene else self._scheme,
            template=self.template.template(),
        )

    # -- writing -----------------------------------------------------------------------------------

    def write(self) -> None:
        """Write the atlas as a job; the dialog closes when the file is there."""
        if not self.path.text().strip():
            self._show_fault(text("release_no_file"))
            return
        out, over, options = self.target(), self.over.currentData(), self.options()
        scene: SavedScene | None = self.source.currentData()
        only = self._selected[1] if self.only.isChecked() else None
        snapshot, settings, theme = self._session.snapshot(), self._settings, self._theme

        def work(progress: Progress) -> AtlasDone:
            shown, colours = settings, theme
            if scene is not None:
                shown = settings_of(snapshot.plan, scene, snapshot.policy, options.audience)
                colours = theme_of(snapshot, scene)
            return write_atlas(
                snapshot, out, over, options, only=only, settings=shown, theme=colours, progress=progress,
                seal=progress.seal,
            )  # fmt: skip

        def answer(done: AtlasDone) -> None:
            self._writing = None
            for record, title in snapshot.logged:
                self._session.log_export(record, title)
            self.written.emit(out, done)
            self.accept()

        self._show_fault("")
        self._busy(True)
        self.bar.setRange(0, 0)
        self.state.setText(text("atlas_preparing"))
        self._writing = self._jobs.start(
            text("atlas_job", name=out.name), work, answer, topic="atlas", fault=self._failed
        )

    def _progressed(self, job: Any, done: int, total: int) -> None:
        if job is self._writing:
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            self.state.setText(text("atlas_pages", done=done, total=total))

    def _busy(self, on: bool) -> None:
        self.bar.setVisible(on)
        self.state.setVisible(on)
        self.go.setEnabled(not on)
        self.cancel.setText(text("atlas_stop") if on else text("dialog_cancel"))
        for widget in (self.over, self.source, self.template, self.paper, self.audience, self.unit,
                       self.review, self.exempt, self.path, self.browse):  # fmt: skip
            widget.setEnabled(not on)
        self.only.setEnabled(not on and self.over.currentData() == self._selected[0])

    def _failed(self, error: BaseException) -> None:
        self._writing = None
        self._busy(False)
        if not isinstance(error, PlannerError):
            raise error
        self._show_fault(" ".join(part for part in sentence(error) if part))

    def _show_fault(self, words: str) -> None:
        self.fault.setText(words)
        self.fault.setVisible(bool(words))

    def reject(self) -> None:
        """The first Cancel stops what is being written; the next one leaves."""
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
            self._busy(False)
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing goes on behind a closed dialog."""
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        super().closeEvent(event)
