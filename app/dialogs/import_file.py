"""A foreign file before it is imported: what it is, what is asked, where it lands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.actions.import_look import (
    BY_NAME,
    MODES,
    Look,
    Options,
    Preview,
    Update,
    import_title,
    look_into,
    prepare_import,
)
from app.bulk import carry_out
from app.dialogs.base import Dialog
from app.dialogs.import_areas import TOPIC as AREAS
from app.dialogs.import_areas import AreaPage
from app.dialogs.import_crs import CrsChoice
from app.dialogs.import_map import LandingMap
from app.dialogs.import_questions import QuestionCard
from app.dialogs.import_tables import Choice
from app.dialogs.import_tabs import PreviewTabs
from app.jobs import Job, Jobs, Progress
from app.messages import sentence, text, tr
from app.panels.parts import NoticeBar
from app.session import Session
from layers.errors import PlannerError
from layers.plan.changes import Changes
from layers.plan.plan import Plan

WIDTH, HEIGHT, FORM_WIDTH, TOP_HEIGHT = 1_080, 700, 290, 210
SMALL = (620, 190)  # while there is nothing to show but a sentence
ENCODINGS = ("UTF-8", "GBK", "GB18030", "Big5", "UTF-16")
FORGOTTEN = {
    "layer": {"kind": None, "crs": None, "encoding": None, "mapping": {}, "places": {}, "mode": None},
    "encoding": {"mapping": {}, "places": {}},
    "kind": {"mapping": {}, "places": {}, "mode": None},
}
"""What was settled about something else when one of these changes."""


class ImportDialog(Dialog):
    """Previews one file and imports it; `imported(kind id, bounds or None, words, advice)` follows."""

    imported = Signal(str, object, str, str)

    def __init__(self, parent: QWidget | None, session: Session, jobs: Jobs, file: Path) -> None:
        super().__init__(parent, text("import_title", name=file.name), width=SMALL[0])
        self._session, self._jobs, self._file = session, jobs, file
        self._wanted = Options()
        self.look: Look | None = None
        self._job: Job | None = None
        self._build()
        self.resize(theme.metric(SMALL[0]), theme.metric(SMALL[1]))
        jobs.progressed.connect(self._progressed)
        self.ask()

    # -- building ----------------------------------------------------------------------------------

    def _build(self) -> None:
        self.state = QLabel()
        theme.set_role(self.state, "note")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.fault = NoticeBar()
        self.page = QScrollArea()
        self.page.setWidgetResizable(True)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(10)
        column.addLayout(self._top())
        self.questions = QVBoxLayout()
        self.questions.setSpacing(8)
        column.addLayout(self.questions)
        self.cards: list[QuestionCard] = []
        self.tabs = PreviewTabs(
            self._placed, lambda look: AreaPage(look, self._session.plan, self._jobs)
        )
        self.mapping = self.tabs.mapping
        self.mapping.mapped.connect(self._mapped)
        column.addWidget(self.tabs, 1)
        column.addStretch()  # while a layer is asked there are no tables to fill the room
        self.page.setWidget(holder)
        self.page.hide()
        self.body.addWidget(self.state)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.fault)
        self.body.addWidget(self.page, 1)
        self.body.addStretch()
        self.counts = QLabel()
        self.counts.setWordWrap(True)
        self.buttons.insertWidget(0, self.counts, 1)
        self.cancel = self.add_cancel()
        self.go = self.add_button(text("import_go_plain"), "primary")
        self.go.clicked.connect(self.write)
        self.go.setEnabled(False)

    def _top(self) -> QHBoxLayout:
        self.format = QLabel()
        self.layer, self.encoding, self.kind, self.mode = Choice(), Choice(), Choice(), Choice()
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(text("import_field_format"), self.format)
        for name, choice in (
            ("layer", self.layer),
            ("encoding", self.encoding),
            ("kind", self.kind),
            ("mode", self.mode),
        ):
            form.addRow(text(f"import_field_{name}"), choice)
            choice.setAccessibleName(text(f"import_field_{name}"))
            choice.setPlaceholderText(text("import_choose"))
            choice.activated.connect(
                lambda at, name=name, choice=choice: self.ask(**{name: choice.itemData(at)})
            )
        self._form = form
        left = QWidget()
        left.setLayout(form)
        left.setFixedWidth(theme.metric(FORM_WIDTH))
        self.systems = CrsChoice()
        self.systems.chosen.connect(self._crs_chosen)
        self.map = LandingMap()
        self.map.setAccessibleName(text("import_map"))
        self.map.setToolTip(text("import_map"))
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(left, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.systems, 1)
        row.addWidget(self.map, 1)
        row.addStretch()
        for part in (self.systems, self.map):
            part.setFixedHeight(theme.metric(TOP_HEIGHT))
        return row

    # -- what is settled ---------------------------------------------------------------------------

    def ask(self, **settled: Any) -> None:
        """Look at the file again with what was settled; only another layer or encoding reads it again."""
        before = self._wanted
        for name, value in settled.items():
            if value != getattr(before, name):
                settled = {**FORGOTTEN.get(name, {}), **settled}
        self._wanted = wanted = replace(before, **settled)
        known = self.look
        source = None
        if known is not None:
            read = known.seen.options
            if (read.layer, read.encoding) == (wanted.layer, wanted.encoding):
                source = known.source
        plan, file = self._session.plan, self._file

        def work(progress: Progress) -> Look:
            def tell(share: float) -> None:
                if not progress.cancelled:  # said on the listener's thread, where nothing may be raised
                    progress(round(share * 99), 100)

            return look_into(
                file,
                plan=plan,
                options=wanted,
                source=source,
                progress=tell,
                cancelled=lambda: progress.cancelled,
            )

        self.fault.hide()
        self._jobs.cancel_topic(AREAS)
        self._busy(text("import_reading", name=file.name))
        self._job = self._jobs.start(
            text("import_reading", name=file.name),
            work,
            self._looked,
            topic="import preview",
            fault=self._failed,
        )

    def _mapped(self, heading: str, name: str) -> None:
        assert self.look is not None
        mapping = dict(self._wanted.mapping)
        for other, one in self.look.seen.mapping.items():
            if one.heading == heading and other != name:
                mapping[other] = ""
        mapping = {other: one for other, one in mapping.items() if one != heading}
        if name:
            mapping[name] = heading
        self.ask(mapping=mapping)

    def _placed(self, row: int, code: str) -> None:
        self.ask(places={**self._wanted.places, row: code})

    def _crs_chosen(self, key: str) -> None:
        if key != self._wanted.crs:
            self.ask(crs=key)

    # -- what was found ----------------------------------------------------------------------------

    def _busy(self, words: str) -> None:
        self.state.setText(words)
        self.state.setVisible(bool(words))
        self.bar.setRange(0, 0)
        self.bar.setVisible(bool(words))
        seen = self.look.seen if self.look is not None else None
        rows = len(seen.rows) if seen is not None else 0
        waiting = len(seen.waiting) if seen is not None else 0
        words_of_none = text("import_go_waiting", rows=f"{waiting:,}") if waiting else text("import_go_plain")
        self.go.setText(text("import_go", rows=f"{rows:,}") if rows else words_of_none)
        self.go.setEnabled(
            not words
            and seen is not None
            and not seen.open_questions
            and bool(rows or waiting)
            and seen.kind is not None
        )

    def _progressed(self, job: Job, done: int, total: int) -> None:
        if job is self._job and self.bar.isVisible():
            self.bar.setRange(0, total)
            self.bar.setValue(done)

    def _failed(self, error: BaseException) -> None:
        self._job = None
        if self.look is not None:
            self._wanted = self.look.seen.options  # back to what could be read
            self._show(self.look)
        self._busy("")
        if not isinstance(error, PlannerError):
            raise error
        self.fault.show_notice("bad", *sentence(error))
        self.go.setVisible(self.look is not None)
        self.cancel.setText(text("dialog_cancel" if self.look is not None else "dialog_close"))

    def _looked(self, look: Look) -> None:
        self._job, self.look = None, look
        self._show(look)
        self._busy("")

    def _show(self, look: Look) -> None:
        seen = look.seen
        packed, _, plain = seen.format.rpartition("/")
        self.format.setText(("ZIP · " if packed else "") + text(f"import_format_{plain or 'zip'}"))
        asked = {question.id for question in seen.open_questions}
        layers = [(_layer_words(info.name, info.count), info.name) for info in seen.layers]
        _fill(self.layer, layers, seen.layer if "layer" not in asked else None)
        self._form.setRowVisible(self.layer, len(layers) > 1)
        names = list(dict.fromkeys(name for name in (seen.encoding, *ENCODINGS) if name))
        _fill(
            self.encoding,
            [(name, name) for name in names],
            seen.encoding if "encoding" not in asked else None,
        )
        self._form.setRowVisible(self.encoding, bool(seen.encoding))
        self._show_kinds(seen)
        there = seen.kind is not None and seen.kind.id in self._session.plan
        mode = seen.options.mode or ("add" if "existing" not in asked else None)
        _fill(self.mode, [(text(f"import_mode_{name}"), name) for name in MODES], mode)
        self._form.setRowVisible(self.mode, there)
        self._show_crs(look)
        for name, choice in (
            ("layer", self.layer),
            ("encoding", self.encoding),
            ("kind", self.kind),
            ("existing", self.mode),
        ):
            theme.set_role(choice, "wrong" if name in asked else "")
        self._show_questions(seen)
        self.tabs.show_look(look)
        self.counts.setText(
            text(
                "import_counts",
                declared=f"{seen.declared:,}",
                read=f"{seen.read:,}",
                flagged=f"{len(seen.flagged):,}",
            )
            if seen.layer is not None
            else ""
        )
        if not self.page.isVisible():
            self.page.show()
            self._grow()

    def _grow(self) -> None:
        """Take the room that a preview needs, where the window stands."""
        parent = self.parentWidget()
        room = parent.window().size() if parent is not None else self.screen().availableGeometry().size()
        size = QSize(theme.metric(WIDTH), theme.metric(HEIGHT)).boundedTo(room - QSize(40, 40))
        middle = self.geometry().center()
        self.resize(size.expandedTo(self.minimumSizeHint()))
        self.move(middle.x() - self.width() // 2, max(middle.y() - self.height() // 2, 0))

    def _show_kinds(self, seen: Preview) -> None:
        catalogue = self._session.plan.catalogue
        likely = next((question.choices for question in seen.questions if question.id == "kind"), ())
        ids = dict.fromkeys([*likely, *(kind.id for kind in catalogue)])
        _fill(
            self.kind, [(tr(catalogue[one].title), one) for one in ids], seen.kind.id if seen.kind else None
        )
        self._form.setRowVisible(self.kind, seen.layer is not None)

    def _show_crs(self, look: Look) -> None:
        seen = look.seen
        candidates = list(seen.crs_candidates)
        if seen.crs is not None and all(one.choice != seen.crs.choice for one in candidates):
            candidates.insert(0, seen.crs)
        chosen = seen.crs.choice.key if seen.crs is not None else ""
        self.systems.show_candidates(candidates, chosen)
        order = [one.choice.key for one in candidates] or [BY_NAME]
        self.map.show_places(look.outline, look.landings, order, chosen)
        self.map.setVisible(bool(look.landings))

    def _show_questions(self, seen: Preview) -> None:
        for card in self.cards:
            self.questions.removeWidget(card)
            card.deleteLater()
        self.cards = [
            QuestionCard(question, beside=[one.id for one in seen.open_questions])
            for question in seen.questions
        ]
        for card in self.cards:
            card.answered.connect(lambda option, value: self.ask(**{option: value}))
            self.questions.addWidget(card)
        if seen.notes:
            words = [text(f"import_note_{code}", **fields) for code, fields in seen.notes]
            card = NoticeBar()
            card.show_notice("info", text("import_notes"), "；".join(words) if len(words) > 1 else words[0])
            self.questions.addWidget(card)
            self.cards.append(card)  # type: ignore[arg-type]  # goes with the questions

    # -- importing ---------------------------------------------------------------------------------

    def write(self) -> None:
        """Import as one undoable command; the dialog closes when it is done."""
        if self.look is None or not self.go.isEnabled():
            return
        seen = self.look.seen
        kind = seen.kind
        assert kind is not None
        outcome: list[Update] = []

        def build(plan: Plan) -> Changes:
            changes, update = prepare_import(seen, plan)
            outcome.append(update)
            return changes

        def answer(entry: object) -> None:
            self._job = None
            count = len(outcome[-1].added) + len(outcome[-1].changed)
            words = text("import_notice", rows=f"{count:,}", kind=tr(kind.title), name=self._file.name)
            if entry is None:
                words = text("import_notice_same", name=self._file.name)
            advice = text("import_notice_flagged", flagged=f"{len(seen.flagged):,}") if seen.flagged else ""
            self.imported.emit(kind.id, seen.bounds, words, advice or text("import_notice_undo"))
            self.accept()

        self.fault.hide()
        try:
            writing = self._session.begin(import_title(seen), build, command="import")
        except PlannerError as error:
            self._failed(error)
            return
        self._busy(text("import_preparing"))
        self._job = carry_out(
            self._session, self._jobs, writing, text("import_preparing"), done=answer, fault=self._failed
        )

    def done(self, result: int) -> None:
        """Nothing goes on behind a closed dialog."""
        if self._job is not None:
            self._job.cancel()
            if not self._job.progress.cancelled:
                return  # it is on the disk this very moment: the dialog closes with the answer
            self._job = None
        self._jobs.cancel_topic(AREAS)
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing is cancelling."""
        self.reject()
        super().closeEvent(event)


def _fill(choice: Choice, items: list[tuple[str, str]], chosen: str | None) -> None:
    """Put (words, value) pairs into a combo box; None leaves the choice open."""
    choice.clear()
    for words, value in items:
        choice.addItem(words, value)
    choice.setCurrentIndex(choice.findData(chosen) if chosen is not None else -1)


def _layer_words(name: str, count: int) -> str:
    return name if count < 0 else text("import_layer_rows", name=name, count=f"{count:,}")
