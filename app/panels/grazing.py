"""草畜: what the pastures bear against what grazes there, the regimes' areas, what the law attaches."""

from __future__ import annotations

from PySide6.QtCore import QDate, QModelIndex
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QWidget

from app.bus import Bus
from app.grazing_theme import theme_of
from app.grazing_words import head_notes, law_words, notes, reason_words
from app.jobs import Jobs, Progress
from app.messages import text
from app.origins.grazing import grazing_ask
from app.panels.computed import ComputedPanel
from app.panels.frame import FOOT, HEAD, Pages, across, down, page, tile_row
from app.panels.map_voice import MapVoice
from app.panels.models.grazing_rows import (
    VIEWS,
    Asked,
    areas_words,
    columns_of,
    places_of,
    provenance_words,
)
from app.panels.models.records import RecordModel
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
from app.panels.rows import number
from app.panels.segmented import Segmented
from app.session import Session
from layers.plan.plan import Plan
from layers.planning.grazing import BY, OVER, UNKNOWN, Grazing, GrazingRow
from layers.planning.grazing import grazing as compute
from layers.policy.bundle import Policy


class GrazingPanel(ComputedPanel):
    """One result, its table, its theme on the map, and the row that is chosen in full."""

    result: Grazing | None

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self._wanted: Asked | None = None
        self._linking = False
        self._places: dict[object, tuple[str, int]] = {}
        self.voice = MapVoice(bus, self)
        self.model = RecordModel(
            lambda row: (row.name, row.code, row.gacha_name, row.sumu_name),
            lambda row: f"{row.name}\n{reason_words(row)}",
            self,
        )  # fmt: skip
        self._build()
        bus.selection_changed.connect(self._selected_elsewhere)
        self.start()

    # -- parts -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.by, self.views = Segmented(), Segmented()
        self.by.chosen.connect(lambda _by: self.compute())
        self.views.chosen.connect(lambda _view: self._show_table())
        self.tiles = (Tile(), Tile(), Tile())
        self.notice = NoticeBar()
        self.notice.acted.connect(self.compute)
        self.year, self.day, self.filter = QComboBox(), QDateEdit(), QLineEdit()
        self.year.activated.connect(lambda _at: self._year_chosen())
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.day.editingFinished.connect(self._day_chosen)
        self.on_map = IconButton("map", checkable=True, box=30)
        self.on_map.setChecked(True)
        self.on_map.toggled.connect(lambda _on: self._tell_map())
        self.table = RecordTable(self.model)
        self.table.filtered_by(self.filter)
        self.table.arranged.connect(self._arranged)
        self.table.picked.connect(self._chosen)
        self.table.opened.connect(self._zoom)
        self.why, self.law = label("note", wrap=True), label("note", wrap=True)
        self.provenance = ProvenanceLine()
        self.export = Button("primary", "download")
        self.export.clicked.connect(lambda: self.bus.run_command.emit("export_grazing"))
        self.nothing = EmptyState("wheat")
        self.nothing.acted.connect(self.get_data)
        choices = across((self.by, 1), (self.views, 1), spacing=8)
        tools = across((self.filter, 3), (self.year, 2), (self.day, 3), self.on_map, spacing=4)
        head = down(choices, tile_row(self.tiles), self.notice, tools, margins=HEAD, spacing=10)
        actions = across(None, self.export)
        foot = down(self.why, self.law, self.provenance, actions, margins=FOOT, spacing=6)
        self.pages = Pages(self, page(head, (self.table, 1), self.table.totals, line(), foot), self.nothing)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.by.set_items([(name, text(f"grazing_by_{name}")) for name in BY])
        self.views.set_items([(name, text(f"grazing_view_{name}")) for name in VIEWS])
        self.filter.setPlaceholderText(text("gaps_filter"))
        self.on_map.describe(text("gaps_on_map"))
        self.day.setToolTip(text("grazing_day_tip"))
        self.year.setToolTip(text("grazing_year_tip"))
        self.export.setText(text("gaps_export"))
        self._fill_years()
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show()

    def _fill_years(self) -> None:
        kept = self.year.currentData()
        self.year.clear()
        years = self._years()
        for year in years:
            self.year.addItem(text("grazing_year_item", year=year), year)
        self.year.setEnabled(bool(years))
        self.year.setCurrentIndex(max(self.year.findData(kept), 0) if years else -1)

    def _years(self) -> list[int]:
        """Years of which livestock is on record, the latest first."""
        if not self.session.is_open:
            return []
        tables = self.session.plan.with_role("livestock")
        return sorted(
            {int(year) for table in tables for year in table.column("year") if year is not None}, reverse=True
        )

    # -- what happens ------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._wanted = None
        self._fill_years()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """The result says itself whether it still holds."""
        del collections
        if kinds:
            self._fill_years()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Compute what nobody has asked for before, and colour the map."""
        super().showEvent(event)
        self._tell_map()

    def compute(self) -> None:
        """Compute it from the plan as it stands, off the interface thread."""
        if not self.session.is_open:
            return
        day = self._wanted.on if self._wanted is not None else None
        wanted = Asked(self.by.current() or BY[0], self.year.currentData(), day)

        def work(plan: Plan, policy: Policy, progress: Progress) -> Grazing:
            return compute(plan, policy, by=wanted.by, year=wanted.year, on=wanted.on, progress=progress)

        def take(result: Grazing) -> None:
            self._places = places_of(result)

        self.ask(text("job_grazing"), work, topic="grazing", take=take)

    def asked(self) -> Asked:
        """Return what is looked at now (for what is exported)."""
        return Asked(
            self.by.current() or BY[0], self.year.currentData(), self.result.on if self.result else None
        )

    def _year_chosen(self) -> None:
        self._wanted = None  # another year has its own last day
        self.compute()

    def _day_chosen(self) -> None:
        day = self.day.date().toPython()
        if self.result is not None and day != self.result.on:
            self._wanted = Asked(self.result.by, self.result.year, day)
            self.compute()

    # -- what it shows -----------------------------------------------------------------------------

    def _show(self) -> None:
        if not self.session.is_open:
            self.nothing.set(text("no_project"), text("grazing_nothing_why"), text("open_sample"))
        else:
            self.nothing.set(text("grazing_nothing"), text("grazing_nothing_why"), text("queue_import"))
        self.pages.show_full(self.session.is_open and (self.result is None or bool(self.result.rows)))
        self.export.setEnabled(self.result is not None)
        self._show_notice()
        self._show_tiles()
        self._show_table()
        result = self.result
        if result is None:
            self.provenance.set("")
        else:
            rules = {rule.id: rule for rule in self.session.policy.rules} if self.session.is_open else {}
            memory = (text("grazing_memory"),) if result.unverified else ()
            self.provenance.set(provenance_words(result.provenance, (*head_notes(result), *memory)))
            self.provenance.setToolTip("\n".join(notes(result, rules)))
            if result.on is not None:
                self.day.setDate(QDate(result.on.year, result.on.month, result.on.day))
        self._tell_map()

    def _show_notice(self) -> None:
        if self._tell_trouble(running=text("job_grazing")) or self.result is None:
            return
        if self.result.totals is None and self.result.rows:
            ended = "grazing_zones_ended" if self.result.ended else "grazing_no_zones"
            self.notice.show_notice("warn", text(f"reason_{ended}"), text("gaps_absent_why"))

    def _show_tiles(self) -> None:
        result = self.result
        for tile in self.tiles:
            tile.setVisible(result is not None)
        if result is None:
            return
        unit = text(f"grazing_unit_{result.by}")
        over = sum(row.over or 0.0 for row in result.rows)
        for tile, shown, counted, name, token in (
            (self.tiles[0], result.count(OVER), unit, "over", "need4"),
            (self.tiles[1], round(over), text("grazing_unit_sheep"), "sheep", "need3"),
            (self.tiles[2], result.count(UNKNOWN), unit, "unknown", "unknown_ink"),
        ):
            words = text(f"grazing_tile_{name}")
            tile.set(number(shown), counted, words, token, ask=grazing_ask(result, name))

    def _show_table(self) -> None:
        view = self.views.current() or VIEWS[0]
        columns = columns_of(view, self.result)
        rows = self.result.rows if self.result is not None else ()
        first = ("grazing_load", True) if view == "load" else ("grazing_name", False)
        self.table.show_records(columns, rows, first=first)

    def _arranged(self) -> None:
        self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)
        self._tell_row()

    def _tell_map(self) -> None:
        shown = self.on_map.isChecked() and self.result is not None and self.policy is not None
        self.voice.say(theme_of(self.result, self.policy) if shown else None)  # type: ignore[arg-type]

    # -- one row -----------------------------------------------------------------------------------

    def row(self) -> GrazingRow | None:
        """The row that is chosen."""
        chosen: GrazingRow | None = self.table.record()
        return chosen

    def _chosen(self) -> None:
        self._tell_row()
        row = self.row()
        if row is None or self._linking:
            return
        place = self._place(row)
        if place is not None:
            self._linking = True
            self.session.select(place[0], [place[1]])
            self._linking = False
            self.bus.flash_feature.emit(*place)

    def _tell_row(self) -> None:
        row = self.row()
        self.why.setVisible(row is not None)
        self.law.setVisible(row is not None)
        if row is None:
            return
        self.why.setText(f"{row.name}：{reason_words(row)}。{areas_words(row)}")
        self.law.setText("\n".join(law_words(row.verdict)))

    def _place(self, row: GrazingRow) -> tuple[str, int] | None:
        """The feature of a row: kind and row id; None where it is there no more."""
        place = self._places.get(row.fid or row.code)
        if (
            place is None
            or place[0] not in self.session.plan
            or place[1] not in self.session.plan.table(place[0])
        ):
            return None
        return place

    def _selected_elsewhere(self, kind: str, fids: frozenset[int]) -> None:
        """A single feature that is selected on the map is the chosen row, where it has one."""
        if self._linking or self.result is None or len(fids) != 1:
            return
        wanted = (kind, next(iter(fids)))
        self._linking = True
        self.table.choose(lambda row: self._places.get(row.fid or row.code) == wanted)
        self._linking = False

    def _zoom(self, index: QModelIndex) -> None:
        place = self._place(self.model.lines[index.row()])
        if place is not None:
            self.bus.zoom_to_features.emit(place[0], frozenset([place[1]]))
