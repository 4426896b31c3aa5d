"""规划 · one panel for every planning engine: a form, its answer as figures, table and chart, kept as a
scheme."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from app.actions.compare import adopt
from app.bus import Bus
from app.jobs import Jobs
from app.messages import listed, text
from app.origins.engines import engine_ask
from app.panels.chart import BarChart
from app.panels.computed import ComputedPanel
from app.panels.engine_fields import FieldWidget, field_widget, field_words
from app.panels.frame import FOOT, SIDE, Pages, across, down, holder, page, tile_row
from app.panels.map_voice import MapVoice
from app.panels.models.engines import TILES, YEARS, Engine, traceable, traceable_bars
from app.panels.models.records import RecordModel
from app.panels.panel import Scroll
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
from app.panels.record_table import RecordTable
from app.session import Session
from layers.planning.results import Provenance

TABLE_LEAST, TABLE_MOST = 180, 420  # px


class EnginePanel(ComputedPanel):
    """One engine: what it is told, what it answers, and the scheme in which that is kept."""

    UNASKED = False

    def __init__(
        self, engine: Engine, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None
    ) -> None:
        super().__init__(session, jobs, bus, parent)
        self.engine = engine
        self.values: dict[str, Any] = {}
        self._keeping = False
        self.model = RecordModel(engine.words, lambda row: "\n".join(engine.words(row)), self)
        self.voice = MapVoice(bus, self)
        self._build()
        self.start()

    def _source(self) -> Provenance:
        return self.engine.provenance(self.result)

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
            if field.type == YEARS:  # they need the whole width
                self.form.addRow(down(self.labels[field.name], self.fields[field.name], spacing=2))
            else:
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
        self.table = RecordTable(self.model)
        self.table.clicked.connect(self._zoom)
        self.chart = BarChart()
        self.chart.traced.connect(self._trace_bar)
        self.name = QLineEdit()
        self.name.returnPressed.connect(self.keep)
        self.keep_button, self.adopt_button = Button("", "save"), Button("quiet", "check")
        self.keep_button.clicked.connect(self.keep)
        self.adopt_button.clicked.connect(self._adopt)
        self.provenance = ProvenanceLine()
        self.nothing = EmptyState("waypoints")
        self.nothing.acted.connect(self.get_data)
        self._lay_out()

    def _lay_out(self) -> None:
        self.scroll = Scroll(spacing=10)
        column = self.scroll.column
        column.setContentsMargins(SIDE, 12, SIDE, 12)
        column.addLayout(self.form)
        column.addLayout(across(None, self.on_map, self.compute_button))
        column.addWidget(self.notice)
        column.addWidget(self.before)
        self.answer = holder(
            down(tile_row(self.tiles), self.head, self.table, self.table.totals, self.chart, spacing=10)
        )
        column.addWidget(self.answer)
        kept = across((self.name, 1), self.keep_button, self.adopt_button, spacing=6)
        # Outside of what scrolls: whoever reads the table can keep it.
        self.foot = page(line(), down(self.provenance, kept, margins=FOOT, spacing=6))
        self.pages = Pages(self, page((self.scroll, 1), self.foot), self.nothing, top=16)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        for field in self.engine.fields:
            self.labels[field.name].setText(field_words(field))
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
        self._show()

    def _fill(self) -> None:
        if self.session.is_open:
            for field in self.fields.values():
                field.fill(self.session.plan, self.session.policy)
            self.name.setText(self.name.text() or text(f"engine_scheme_{self.engine.id}"))

    # -- what happens ------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._fill()

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
        values = {name: field.value() for name, field in self.fields.items()}
        self.error = None

        def take(_result: Any) -> None:
            self.values = values
            self._tell_map()

        self.ask(
            text(f"engine_job_{self.engine.id}"),
            lambda plan, policy, progress: self.engine.run(plan, policy, values, progress),
            topic=f"engine {self.engine.id}",
            take=take,
        )

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

    # -- what it shows -----------------------------------------------------------------------------

    def _show(self) -> None:
        opened = self.session.is_open
        self.pages.show_full(opened)
        self.nothing.set(text("no_project"), text("engine_nothing_why"), text("open_sample"))
        self._show_notice()
        self.answer.setVisible(self.result is not None)
        self.foot.setVisible(self.result is not None)
        self.on_map.setVisible(self.result is not None)
        if self.result is None:
            return
        figures = zip(self.tiles, self.engine.tiles(self.result), TILES[self.engine.id], strict=True)
        for tile, shown, name in figures:
            tile.set(*shown, ask=engine_ask(self.engine.id, name))
        plan = self._source().plan
        self.head.setText("\n".join(self.engine.head(plan, self.result)))
        columns = traceable(self.engine)
        self.table.show_records(columns, self.engine.rows(self.result), first=(columns[0].key, False))
        rows = self.table.verticalHeader().defaultSectionSize() * (len(self.model.lines) + 1)
        self.table.setFixedHeight(min(max(rows + 12, TABLE_LEAST), TABLE_MOST))
        self.chart.show_bars(traceable_bars(self.engine, self.result))
        source = self._source()
        self.provenance.set(
            text("engine_from", clauses=listed(source.clauses) or "—", rules=source.policy_version)
        )
        writable = self.session.is_open and self.session.read_only is None
        self.keep_button.setEnabled(writable and not self.stale and bool(self.model.lines))
        self.adopt_button.setEnabled(writable)

    def _show_notice(self) -> None:
        self.compute_button.setEnabled(self.session.is_open and not self.running)
        self.before.setVisible(self.result is None and not self.running and self.error is None)
        self._tell_trouble(running=text(f"engine_job_{self.engine.id}"), retry=False)

    def _tell_map(self) -> None:
        if self.result is not None and self.session.is_open:
            self.voice.say(self.engine.theme(self.result) if self.on_map.isChecked() else None)

    def _trace_bar(self, key: str) -> None:
        """Ask where the number of a bar is from."""
        ask = next((bar.ask for bar in self.chart.bars if bar.key == key), None)
        if ask is not None:
            self.desk.trace(ask)

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
