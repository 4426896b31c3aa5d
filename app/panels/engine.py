"""规划 · one panel for every planning engine: a form, its answer as figures, table and chart, kept as a
scheme."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.actions.compare import adopt
from app.bus import Bus
from app.jobs import Job, Jobs
from app.messages import sentence, text
from app.panels.chart import BarChart
from app.panels.engine_fields import FieldWidget, field_widget
from app.panels.map_voice import MapVoice
from app.panels.models.engines import Engine
from app.panels.models.records import RecordModel
from app.panels.panel import Panel, Scroll
from app.panels.parts import (
    Button,
    EmptyState,
    IconButton,
    NoticeBar,
    ProvenanceLine,
    Tile,
    label,
    line,
    restyle_all,
)
from app.panels.rows import RowTable, TotalsStrip
from app.session import Session
from layers.errors import PlannerError
from layers.policy.bundle import Policy

SIDE = 14
TABLE_LEAST, TABLE_MOST = 180, 420  # px


class EnginePanel(Panel):
    """One engine: what it is told, what it answers, and the scheme in which that is kept."""

    def __init__(
        self, engine: Engine, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None
    ) -> None:
        super().__init__(session, jobs, bus, parent)
        self.engine = engine
        self.result: Any = None
        self.values: dict[str, Any] = {}
        self.policy: Policy | None = None
        self.error: PlannerError | None = None
        self.running = self._keeping = False
        self._asked = 0
        self._job: Job | None = None
        self.model = RecordModel(engine.words, lambda row: "\n".join(engine.words(row)), self)
        self.voice = MapVoice(bus, self)
        self._build()
        jobs.ended.connect(self._job_ended)
        self.start()

    # -- parts -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.form = QFormLayout()
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.form.setHorizontalSpacing(10)
        self.form.setVerticalSpacing(8)
        self.fields: dict[str, FieldWidget] = {}
        self.labels = {}
        for field in self.engine.fields:
            self.fields[field.name] = field_widget(field)
            self.labels[field.name] = label()
            self.form.addRow(self.labels[field.name], self.fields[field.name])
        self.compute_button = Button("primary", "play")
        self.compute_button.clicked.connect(self.compute)
        self.on_map = IconButton("map", checkable=True, box=30)
        self.on_map.setChecked(True)
        self.on_map.toggled.connect(lambda _on: self._tell_map())
        self.before = EmptyState("waypoints")
        self.notice = NoticeBar()
        self.notice.acted.connect(self.compute)
        self.head = label(wrap=True, selectable=True)
        self.tiles = (Tile(), Tile(), Tile())
        self.table = RowTable()
        self.table.head.lead = SIDE
        self.table.setModel(self.model)
        self.table.setSelectionMode(RowTable.SelectionMode.SingleSelection)
        self.table.head.sectionClicked.connect(self._sort)
        self.table.clicked.connect(self._zoom)
        self.table.activated.connect(self._zoom)
        self.totals = TotalsStrip(self.table, self.model.total)
        self.chart = BarChart()
        self.name = QLineEdit()
        self.name.returnPressed.connect(self.keep)
        self.keep_button, self.adopt_button = Button("", "save"), Button("quiet", "check")
        self.keep_button.clicked.connect(self.keep)
        self.adopt_button.clicked.connect(self._adopt)
        self.provenance = ProvenanceLine()
        self.nothing = EmptyState("waypoints")
        self.nothing.acted.connect(lambda: self.bus.run_command.emit("new_sample"))
        self._lay_out()

    def _lay_out(self) -> None:
        self.scroll = Scroll(spacing=10)
        column = self.scroll.column
        column.setContentsMargins(SIDE, 12, SIDE, 12)
        column.addLayout(self.form)
        run = QHBoxLayout()
        run.addStretch()
        run.addWidget(self.on_map)
        run.addWidget(self.compute_button)
        column.addLayout(run)
        column.addWidget(self.notice)
        column.addWidget(self.before)
        self.answer = QWidget()
        below = QVBoxLayout(self.answer)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(10)
        tiles = QHBoxLayout()
        tiles.setSpacing(8)
        for tile in self.tiles:
            tiles.addWidget(tile, 1)
        below.addLayout(tiles)
        below.addWidget(self.head)
        below.addWidget(self.table)
        below.addWidget(self.totals)
        below.addWidget(self.chart)
        below.addWidget(line())
        kept = QHBoxLayout()
        kept.setSpacing(6)
        kept.addWidget(self.name, 1)
        kept.addWidget(self.keep_button)
        kept.addWidget(self.adopt_button)
        below.addLayout(kept)
        below.addWidget(self.provenance)
        column.addWidget(self.answer)
        blank = QWidget()
        alone = QVBoxLayout(blank)
        alone.setContentsMargins(SIDE, 16, SIDE, 16)
        alone.addWidget(self.nothing)
        alone.addStretch()
        self.pages = QStackedLayout(self)
        self.pages.addWidget(self.scroll)
        self.pages.addWidget(blank)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        for field in self.engine.fields:
            self.labels[field.name].setText(text(field.key))
            self.fields[field.name].retranslate(text(f"{field.key}_tip"))
            self.labels[field.name].setToolTip(text(f"{field.key}_tip"))
        self.compute_button.setText(text(f"engine_run_{self.engine.id}"))
        self.on_map.describe(text("gaps_on_map"))
        first = f"engine_first_{self.engine.id}"
        self.before.set(text(first), text(f"{first}_why"))
        self.keep_button.setText(text("engine_keep"))
        self.adopt_button.setText(text("engine_adopt"))
        self.name.setPlaceholderText(text("scheme_name_hint"))
        self.name.setToolTip(text("engine_name_tip"))
        self._fill()
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self.totals.restyle()
        self._show()

    def _fill(self) -> None:
        if self.session.is_open:
            for field in self.fields.values():
                field.fill(self.session.plan, self.session.policy)
            self.name.setText(self.name.text() or text(f"engine_scheme_{self.engine.id}"))

    # -- what happens ------------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self._asked += 1
        self.result, self.error, self.running = None, None, False
        self._fill()
        self._show()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """The result says itself whether it still holds."""
        if self._keeping:
            for kind in sorted(kinds):
                self.bus.layer_wanted.emit(kind)
        if "policy" in collections or kinds:
            self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Choices may have come with new layers; the map says what this panel found."""
        super().showEvent(event)
        self._fill()
        self._tell_map()

    def compute(self) -> None:
        """Ask the engine, off the interface thread."""
        if not self.session.is_open or self.running:
            return
        plan, policy = self.session.plan, self.session.policy
        values = {name: field.value() for name, field in self.fields.items()}
        self._asked += 1
        asked = self._asked

        def answer(result: Any) -> None:
            if asked == self._asked:
                self.running, self.error = False, None
                self.result, self.values, self.policy = result, values, policy
                self._show()
                self._tell_map()

        def fault(error: BaseException) -> None:
            if asked == self._asked:
                self.running = False
                if not isinstance(error, PlannerError):
                    raise error
                self.error = error
                self._show()

        self.running, self.error = True, None
        self._job = self.jobs.start(
            text(f"engine_job_{self.engine.id}"),
            lambda progress: self.engine.run(plan, policy, values, progress),
            answer,
            topic=f"engine {self.engine.id}",
            fault=fault,
        )
        self._show()

    def _job_ended(self, job: Job, how: str) -> None:
        if job is self._job and how == "cancelled":
            self.running = False
            self._show()

    def keep(self) -> None:
        """Keep the answer as proposals of the named scheme: one command."""
        if self.result is None or self.stale or not self.model.lines:
            return
        name = self.name.text()
        self._keeping = True  # what is kept is to be seen
        done = self.attempt(lambda: self.engine.keep(self.session, self.result, name, self.values))
        self._keeping = False
        if done:
            self.bus.notice.emit("ok", text("engine_kept", name=name.strip()), text("engine_kept_why"))

    def _adopt(self) -> None:
        self.attempt(lambda: adopt(self.session, self.name.text().strip()))

    @property
    def stale(self) -> bool:
        """Whether what was read has changed since, other than by keeping the answer."""
        if self.result is None or not self.session.is_open:
            return False
        source = self.engine.provenance(self.result)
        return not source.is_current(self.session.plan) or self.policy is not self.session.policy

    # -- what it shows -----------------------------------------------------------------------------

    def _show(self) -> None:
        opened = self.session.is_open
        self.pages.setCurrentIndex(0 if opened else 1)
        self.nothing.set(text("no_project"), text("engine_nothing_why"), text("open_sample"))
        self.compute_button.setEnabled(opened and not self.running)
        self._show_notice()
        self.answer.setVisible(self.result is not None)
        self.before.setVisible(self.result is None and not self.running and self.error is None)
        self.on_map.setVisible(self.result is not None)
        if self.result is None:
            return
        for tile, shown in zip(self.tiles, self.engine.tiles(self.result), strict=True):
            tile.set(*shown)
        plan = self.engine.provenance(self.result).plan
        self.head.setText("\n".join(self.engine.head(plan, self.result)))
        self.model.show(
            self.engine.columns, self.engine.rows(self.result), first=(self.engine.columns[0].key, False)
        )
        rows = self.table.verticalHeader().defaultSectionSize() * (len(self.model.lines) + 1)
        self.table.setFixedHeight(min(max(rows + 12, TABLE_LEAST), TABLE_MOST))
        self.table.head.sorted_column, self.table.head.sorted_down = self.model.sorted_column, self.model.down
        self.table.head.fit_first()
        self.totals.update()
        self.chart.show_bars(self.engine.bars(self.result))
        source = self.engine.provenance(self.result)
        self.provenance.set(
            text("engine_from", clauses="、".join(source.clauses) or "—", rules=source.policy_version)
        )
        writable = self.session.is_open and self.session.read_only is None
        self.keep_button.setEnabled(writable and not self.stale and bool(self.model.lines))
        self.adopt_button.setEnabled(writable)

    def _show_notice(self) -> None:
        if self.error is not None:
            happened, advice = sentence(self.error)
            self.notice.show_notice("bad", happened, advice)
        elif self.running:
            self.notice.show_notice("info", text(f"engine_job_{self.engine.id}"))
        elif self.stale:
            self.notice.show_notice("warn", text("stale"), text("stale_why"), text("recompute"))
        else:
            self.notice.hide()

    def _tell_map(self) -> None:
        if self.result is not None and self.session.is_open:
            self.voice.say(self.engine.theme(self.result) if self.on_map.isChecked() else None)

    def _sort(self, column: int) -> None:
        self.model.sort_by(column)
        self.table.head.sorted_column, self.table.head.sorted_down = self.model.sorted_column, self.model.down
        self.table.head.viewport().update()

    def _zoom(self, index: QModelIndex) -> None:
        shape = self.engine.shape(self.model.lines[index.row()])
        if shape is None:
            return
        west, south, east, north = shape.bounds
        room = max(east - west, north - south, 4_000) * 0.15
        middle = (west + east) / 2, (south + north) / 2
        half = max(east - west, 4_000) / 2 + room, max(north - south, 4_000) / 2 + room
        self.bus.zoom_to_bounds.emit(
            (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
        )
