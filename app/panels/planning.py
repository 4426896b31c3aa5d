"""规划: what is proposed so far, by scheme, year and status, with its lengths and areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex
from PySide6.QtWidgets import QComboBox, QLineEdit, QStackedLayout, QWidget

from app.bus import Bus
from app.jobs import Jobs
from app.messages import text
from app.origins.drawn import Listed, works_ask
from app.origins.features import AREA, LENGTH, value_ask
from app.origins.sums import sum_ask
from app.panels.frame import FOOT, SIDE, Pages, across, alone, down, page, tile_row
from app.panels.models.proposals import Proposal, ProposalModel, proposals_of, sizes
from app.panels.number_desk import Answer, NumberDesk
from app.panels.panel import Panel
from app.panels.parts import EmptyState, ProvenanceLine, Tile, line, restyle_all
from app.panels.rows import RowTable, number
from app.panels.segmented import Segmented
from app.panels.totals_strip import TotalsStrip
from app.session import Session
from layers.planning.results import Provenance
from layers.provenance import Ask

GROUPS = ("scheme", "year", "status", "kind_of_work")
ROLE = "proposal"


class PlanningPanel(Panel):
    """The list of proposals; a click selects, a double click zooms."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.model = ProposalModel(self)
        self.proposals: tuple[Proposal, ...] = ()
        self._linking = False
        self._build()
        bus.selection_changed.connect(self._selected_elsewhere)
        self.desk = NumberDesk(self, bus, self._numbered)
        self.start()

    def _numbered(self, _ask: Ask | None) -> Answer | None:
        if not self.session.is_open:
            return None
        plan, policy = self.session.plan, self.session.policy
        kinds = tuple(kind.id for kind in plan.catalogue.with_role(ROLE))
        source = Provenance(plan, kinds, policy.version, policy.digest, (), None)
        return Listed(self._chosen(), source), policy, source

    def _build(self) -> None:
        self.by = Segmented()
        self.by.chosen.connect(lambda _by: self._show())
        self.tiles = (Tile(), Tile(), Tile())
        self.scheme, self.filter = QComboBox(), QLineEdit()
        self.scheme.activated.connect(lambda _at: self._show())
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(lambda _words: self._show())
        self.table = RowTable()
        self.table.head.lead = SIDE
        self.table.setModel(self.model)
        self.table.clicked.connect(self._choose)
        self.table.show_hand(self._cell_ask)
        self.table.doubleClicked.connect(self._zoom)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._selected_here())
        self.table.head.sectionClicked.connect(self._sort)
        self.totals = TotalsStrip(self.table, self.model.total, ask=self._total_ask)
        self.provenance = ProvenanceLine()
        self.nothing, self.no_hit = EmptyState("waypoints"), EmptyState("search")
        self.no_hit.acted.connect(self._clear)
        self.nothing.acted.connect(lambda: self.bus.run_command.emit("new_sample"))
        tools = across((self.filter, 1), (self.scheme, 1), spacing=6)
        head = down(self.by, tile_row(self.tiles), tools, margins=(SIDE, SIDE, SIDE, 8), spacing=12)
        self.stack = QStackedLayout()
        self.stack.addWidget(page((self.table, 1), self.totals))
        self.stack.addWidget(alone(self.no_hit, top=16))
        foot = down(self.provenance, margins=FOOT)
        self.pages = Pages(self, page(head, (self.stack, 1), line(), foot), self.nothing, top=16)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.by.set_items([(one, text(f"planning_by_{one}")) for one in GROUPS])
        self.filter.setPlaceholderText(text("planning_filter"))
        self.provenance.set(text("planning_measured"))
        self._fill_schemes()
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show()

    def _fill_schemes(self) -> None:
        before = self.scheme.currentData()
        self.scheme.clear()
        self.scheme.addItem(text("planning_all_schemes"), "")
        for name in sorted({one.scheme for one in self.proposals if one.scheme}):
            self.scheme.addItem(name, name)
        self.scheme.setCurrentIndex(max(self.scheme.findData(before), 0))
        self.scheme.setVisible(self.scheme.count() > 1)

    # -- what it shows -----------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self._load()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """Proposals may have changed, come or gone."""
        del collections
        if any(ROLE in self.session.catalogue[kind].roles for kind in kinds):
            self._load()

    def _load(self) -> None:
        """Read the proposals; they are few, and a proposal drawn must be there at once."""
        self.proposals = proposals_of(self.session.plan) if self.session.is_open else ()
        self._fill_schemes()
        self._show()

    def _chosen(self) -> list[Proposal]:
        scheme = self.scheme.currentData() or ""
        return [
            one
            for one in self.proposals
            if (not scheme or one.scheme == scheme) and one.meets(self.filter.text())
        ]

    def _show(self) -> None:
        self.pages.show_full(bool(self.proposals))
        opened = self.session.is_open
        self.nothing.set(
            text("planning_none" if opened else "no_project"),
            text("planning_none_why"),
            "" if opened else text("open_sample"),
        )
        chosen = self._chosen()
        self.no_hit.set(text("planning_no_hit"), text("table_no_hit_why"), text("clear_filter"))
        self.stack.setCurrentIndex(0 if chosen else 1)
        self._linking = True
        try:
            self.model.show(chosen, self.by.current() or GROUPS[0])
        finally:
            self._linking = False
        self._show_tiles(chosen)
        head = self.table.head
        head.sorted_column, head.sorted_down = self.model.sorted_column, self.model.down
        head.fit_first()
        self.totals.update()
        self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)

    def _show_tiles(self, chosen: Sequence[Proposal]) -> None:
        count, length, area = sizes(chosen)
        done = sum(one.status == "done" for one in chosen)
        asks = [works_ask(name, self.scheme.currentData() or "") for name in ("count", "length", "area")]
        self.tiles[0].set(number(count), text("planning_items"), text("planning_done", done=done), "work",
                          ask=asks[0])  # fmt: skip
        self.tiles[1].set(number(length / 1000, digits=1), "km", text("planning_length"), "y2024",
                          ask=asks[1])  # fmt: skip
        self.tiles[2].set(number(area / 10_000, digits=1), text("unit_ha"), text("planning_area"), "y2023",
                          ask=asks[2])  # fmt: skip

    def _total_ask(self, column: int) -> Ask | None:
        """Of lengths and areas in one cell, the first: its card says the other."""
        chosen = self._chosen()
        if column != self.model.columnCount() - 1 or not chosen:
            return None
        return works_ask("length" if sizes(chosen)[1] else "area", self.scheme.currentData() or "")

    def _cell_ask(self, index: QModelIndex) -> Ask | None:
        entry = self.model.lines[index.row()]
        if index.column() != self.model.columnCount() - 1:
            return None
        works = (entry,) if isinstance(entry, Proposal) else entry.proposals
        field = LENGTH if sizes(works)[1] else AREA
        return sum_ask([
            value_ask(one.kind, one.fid, field) for one in works
            if (one.length_m if field == LENGTH else one.area_m2) > 0
        ])

    def _clear(self) -> None:
        self.scheme.setCurrentIndex(0)
        self.filter.clear()
        self._show()

    def _sort(self, column: int) -> None:
        self.model.sort_by(column)
        self.table.head.sorted_column, self.table.head.sorted_down = self.model.sorted_column, self.model.down
        self.table.head.viewport().update()
        self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)

    # -- linked with the map -----------------------------------------------------------------------

    def _picked(self) -> list[Proposal]:
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return [one for row in rows if isinstance(one := self.model.lines[row], Proposal)]

    def _selected_here(self) -> None:
        if self._linking:
            return
        by_kind: dict[str, list[int]] = defaultdict(list)
        for one in self._picked():
            by_kind[one.kind].append(one.fid)
        if len(by_kind) == 1:  # a selection is of one layer
            self.session.select(*next(iter(by_kind.items())))

    def _choose(self, index: QModelIndex) -> None:
        entry = self.model.lines[index.row()]
        if isinstance(entry, Proposal):
            self.bus.zoom_to_features.emit(entry.kind, frozenset([entry.fid]))
            self.bus.flash_feature.emit(entry.kind, entry.fid)

    def _zoom(self, index: QModelIndex) -> None:
        entry, ask = self.model.lines[index.row()], self._cell_ask(index)
        if ask is not None:
            self.bus.number_asked.emit(ask, None, None)
        elif isinstance(entry, Proposal):
            self.bus.identified.emit([(entry.kind, entry.fid)])
            self.bus.show_tab.emit("attributes")

    def _selected_elsewhere(self, kind: str, fids: frozenset[int]) -> None:
        model = self.table.selectionModel()
        self._linking = True
        try:
            model.clearSelection()
            rows = [
                at
                for at, one in enumerate(self.model.lines)
                if isinstance(one, Proposal) and one.kind == kind and one.fid in fids
            ]
            for row in rows:
                model.select(
                    self.model.index(row, 0),
                    QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
                )
            if rows:
                self.table.scrollTo(self.model.index(rows[0], 0))
        finally:
            self._linking = False
