"""An atlas before it is written: pages of what, which map, which paper, for whom; then its progress."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QProgressBar, QWidget

from app.dialogs.paper_form import PaperDialog
from app.exports.atlas import OVER, AtlasDone, atlas_book, write_atlas
from app.exports.paper import SheetOptions
from app.exports.printing import PrintSource, atlas_source
from app.exports.sheet_words import data_digest
from app.jobs import Jobs, Progress
from app.messages import text
from app.scene_views import scheme_of, settings_of, theme_of
from app.session import Session, Snapshot
from layers.maps.choropleth import MapTheme
from layers.maps.settings import LayerSettings
from layers.plan.scenes import SavedScene, scenes

WIDTH = 560


class AtlasDialog(PaperDialog):
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
        super().__init__(
            parent, text("atlas_title"), "book-open", WIDTH, session, jobs, endings={".pdf": "PDF"},
            settings=settings, theme=theme, year=year, scheme=scheme,
        )  # fmt: skip
        self.add_text(text("atlas_holds"), "secondary")
        self._form(suggested)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(text("atlas_progress"))
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.body.addWidget(self.bar)
        self.state = self.add_text("", "note")
        self.state.hide()
        self.add_fault()
        self.add_go(text("atlas_write"), self.write, self.print)
        jobs.progressed.connect(self._progressed)

    def _form(self, suggested: Path) -> None:
        self.over, self.source, self.only = QComboBox(), QComboBox(), QCheckBox()
        for level in OVER:
            self.over.addItem(text(f"atlas_over_{level}"), level)
        self.source.addItem(text("atlas_source_window"), None)
        for scene in scenes(self._session.plan):
            self.source.addItem(text("atlas_source_scene", name=scene.name), scene)
        self._selected = self._selection()
        self.only.setText(text("atlas_only", count=len(self._selected[1])))
        self.only.setVisible(bool(self._selected[1]))
        self.form = QFormLayout()
        self.form.setSpacing(8)
        for name, widget in (("atlas_over", self.over), ("", self.only), ("atlas_source", self.source)):
            self.form.addRow(text(name) if name else "", widget)
            if name:
                widget.setAccessibleName(text(name))
        self.add_template_rows(self.form)
        self.add_leaving_rows(self.form)
        self.add_file_row(self.form, suggested)
        self.body.addLayout(self.form)
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

    def options(self) -> SheetOptions:
        """Return what was chosen."""
        scene: SavedScene | None = self.source.currentData()
        return SheetOptions(
            self.paper.currentData(),
            unit=self.unit.text().strip(),
            review_number=self.leaving.review_number,
            exempt=self.leaving.ground,
            audience=self.leaving.audience_id,
            year=scene.year if scene else self._year,
            scheme=scheme_of(self._session.plan, scene) if scene else self._scheme,
            template=self.template.template(),
        )

    # -- writing -----------------------------------------------------------------------------------

    def write(self) -> None:
        """Write the atlas as a job; the dialog closes when the file is there."""
        if not self.may_write():
            return
        out, over, options = self.target(), self.over.currentData(), self.options()
        only, shown = self._wanted(), self._map(options)
        snapshot = self._session.snapshot()

        def work(progress: Progress) -> AtlasDone:
            settings, theme = shown(snapshot)
            return write_atlas(
                snapshot, out, over, options, only=only, settings=settings, theme=theme, progress=progress,
                seal=progress.seal,
            )  # fmt: skip

        def answer(done: AtlasDone) -> None:
            self.writing = None
            for record, title in snapshot.logged:
                self._session.log_export(record, title)
            self.written.emit(out, done)
            self.accept()

        self.show_fault("")
        self.busy(True)
        self.bar.setRange(0, 0)
        self.state.setText(text("atlas_preparing"))
        self.writing = self._jobs.start(
            text("atlas_job", name=out.name), work, answer, topic="atlas", fault=self.failed
        )

    def _wanted(self) -> tuple[str, ...] | None:
        return self._selected[1] if self.only.isChecked() else None

    def _map(
        self, options: SheetOptions
    ) -> Callable[[Snapshot], tuple[LayerSettings, MapTheme | None]]:
        """What gives the layers and colours that were chosen, for a worker."""
        scene: SavedScene | None = self.source.currentData()
        settings, theme = self._settings, self._theme
        if scene is None:
            return lambda _snapshot: (settings, theme)
        return lambda snapshot: (
            settings_of(snapshot.plan, scene, snapshot.policy, options.audience), theme_of(snapshot, scene)
        )  # fmt: skip

    def print(self) -> None:
        """Make the atlas ready as a job, then show its pages as they will be printed."""
        if not self.may_write(to_file=False):
            return
        over, options, only = self.over.currentData(), self.options(), self._wanted()
        shown, snapshot = self._map(options), self._session.snapshot()

        def work(_progress: Progress) -> PrintSource:
            settings, theme = shown(snapshot)
            book = atlas_book(snapshot, over, options, only=only, settings=settings, theme=theme)
            return atlas_source(book, options, data_digest(snapshot.plan, settings))

        def answer(source: PrintSource) -> None:
            self.writing = None
            self.busy(False)
            self.print_source(source)

        self.busy(True)
        self.bar.setRange(0, 0)
        self.state.setText(text("atlas_preparing"))
        self.writing = self._jobs.start(
            text("print_job_preview"), work, answer, topic="atlas", fault=self.failed
        )

    def _progressed(self, job: Any, done: int, total: int) -> None:
        if job is self.writing:
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            self.state.setText(text("atlas_pages", done=done, total=total))

    def busy(self, on: bool) -> None:
        """Nothing can be chosen while the atlas is written."""
        super().busy(on)
        self.leaving.set_enabled(not on)
        self.bar.setVisible(on)
        self.state.setVisible(on)
        self.cancel.setText(text("atlas_stop") if on else text("dialog_cancel"))
        for widget in (self.over, self.source, self.template, self.paper, self.unit, self.path,
                       self.browse):  # fmt: skip
            widget.setEnabled(not on)
        self.only.setEnabled(not on and self.over.currentData() == self._selected[0])
