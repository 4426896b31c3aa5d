"""可达性: minutes to the nearest facility by gacha, isochrones, the way from a click, the network's cut-off
parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.access_theme import gacha_theme, isochrone_theme, parts_theme
from app.access_words import doubtful, notes, parts_words, way_words
from app.bus import Bus
from app.jobs import Job, Jobs, Progress
from app.messages import language, sentence, text, tr
from app.panels.map_voice import MapVoice
from app.panels.models.access_rows import GACHAS, PART_COLUMNS, PARTS, VIEWS, Asked, gacha_columns, part_words
from app.panels.models.records import RecordModel
from app.panels.panel import Panel
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
from app.panels.rows import RowTable, TotalsStrip, number
from app.panels.segmented import Segmented
from app.session import Session
from layers.errors import PlannerError
from layers.planning.access import Access, Route
from layers.planning.access import access as compute
from layers.planning.access_summary import GachaAccess, by_gacha, in_all
from layers.planning.facilities import targets
from layers.planning.isochrones import isochrones
from layers.planning.origins import ORIGINS
from layers.planning.road_parts import RoadPart, RoadParts, road_parts
from layers.planning.units import GACHA
from layers.policy.bundle import Policy

SIDE = 14
FIRST = "clinic"  # what is asked for at first, where the catalogue has it


@dataclass(frozen=True, eq=False)
class Shown:
    """One computed answer with what the panel makes of it."""

    result: Access
    rows: tuple[GachaAccess, ...]
    areas: tuple[Any, ...]
    policy: Policy


class AccessPanel(Panel):
    """One answer seen by gacha or as isochrones, and the network's parts; a click on the map draws the
    way."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.shown: Shown | None = None
        self.parts: RoadParts | None = None
        self.route: Route | None = None
        self.way = ""  # what was said of the last way that was asked for
        self.running = False
        self.error: PlannerError | None = None
        self._job: Job | None = None
        self._asked = 0
        self._linking = False
        self.voice = MapVoice(bus, self)
        self.model = RecordModel(_words_of, lambda _row: "", self)
        self._build()
        jobs.ended.connect(self._job_ended)
        bus.place_picked.connect(self.pick)
        bus.year_changed.connect(lambda _year: self._show())
        bus.selection_changed.connect(self._selected_elsewhere)
        self.start()

    # -- parts -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.views = Segmented()
        self.views.chosen.connect(lambda _view: self._turn())
        self.to, self.origin = QComboBox(), QComboBox()
        for box in (self.to, self.origin):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
            box.activated.connect(lambda _at: self.compute())
        self.tiles = (Tile(), Tile(), Tile())
        self.notice = NoticeBar()
        self.notice.acted.connect(self.compute)
        self.on_map = IconButton("map", checkable=True, box=30)
        self.on_map.setChecked(True)
        self.on_map.toggled.connect(lambda _on: self._tell_map())
        self.table = RowTable()
        self.table.head.lead = SIDE
        self.table.setModel(self.model)
        self.table.setSelectionMode(RowTable.SelectionMode.SingleSelection)
        self.table.head.sectionClicked.connect(self._sort)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._chosen())
        self.table.doubleClicked.connect(self._zoom)
        self.totals = TotalsStrip(self.table, self.model.total)
        self.why = label("note", wrap=True)
        self.provenance = ProvenanceLine()
        self.walk = Button("", "route")
        self.walk.clicked.connect(lambda: self.bus.run_command.emit("identify"))
        self.export = Button("primary", "download")
        self.export.clicked.connect(lambda: self.bus.run_command.emit("export_access"))
        self.nothing = EmptyState("clock")
        self.nothing.acted.connect(lambda: self.bus.run_command.emit("new_sample"))
        self._lay_out()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(SIDE, 0, SIDE, 8)
        head.setSpacing(10)
        head.addWidget(self.views)
        choices = QHBoxLayout()
        choices.setSpacing(8)
        choices.addWidget(self.to, 3)
        choices.addWidget(self.origin, 2)
        choices.addWidget(self.on_map)
        head.addLayout(choices)
        tiles = QHBoxLayout()
        tiles.setSpacing(8)
        for tile in self.tiles:
            tiles.addWidget(tile, 1)
        head.addLayout(tiles)
        head.addWidget(self.notice)
        foot = QVBoxLayout()
        foot.setContentsMargins(SIDE, 8, SIDE, 12)
        foot.setSpacing(6)
        foot.addWidget(self.why)
        foot.addWidget(self.provenance)
        actions = QHBoxLayout()
        actions.addWidget(self.walk)
        actions.addStretch()
        actions.addWidget(self.export)
        foot.addLayout(actions)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(self.totals)
        column.addWidget(line())
        column.addLayout(foot)
        blank = QWidget()
        alone = QVBoxLayout(blank)
        alone.setContentsMargins(SIDE, 4, SIDE, 16)
        alone.addWidget(self.nothing)
        alone.addStretch()
        self.pages = QStackedLayout(self)
        self.pages.addWidget(full)
        self.pages.addWidget(blank)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.views.set_items([(name, text(f"access_view_{name}")) for name in VIEWS])
        self.on_map.describe(text("gaps_on_map"))
        self.to.setToolTip(text("access_to_tip"))
        self.origin.setToolTip(text("access_from_tip"))
        self.walk.setText(text("access_walk"))
        self.walk.setToolTip(text("access_click"))
        self.export.setText(text("gaps_export"))
        self._fill()
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self.totals.restyle()
        self._show()

    def _fill(self) -> None:
        kept = (self.to.currentData() or FIRST, self.origin.currentData() or ORIGINS[0])
        self.to.clear()
        self.origin.clear()
        for one in targets(self.session.plan) if self.session.is_open else ():
            if any(kind.id in self.session.plan for kind in one.kinds):
                self.to.addItem(tr(one.title), one.id)
        for name in ORIGINS:
            self.origin.addItem(text(f"access_from_{name}"), name)
        self.to.setCurrentIndex(max(self.to.findData(kept[0]), 0))
        self.origin.setCurrentIndex(max(self.origin.findData(kept[1]), 0))

    # -- what happens ------------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self._asked += 1
        self.shown, self.parts, self.route, self.way = None, None, None, ""
        self.running, self.error = False, None
        self._fill()
        self._show()
        if self.isVisible():
            self.compute()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """The answer says itself whether it still holds."""
        del kinds, collections
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Compute what nobody has asked for before."""
        super().showEvent(event)
        if self.shown is None and not self.running and self.error is None:
            self.compute()
        self._tell_map()

    def view(self) -> str:
        """Return which of VIEWS is looked at."""
        return self.views.current() or GACHAS

    def show_view(self, view: str) -> None:
        """Look at one of VIEWS."""
        self.views.set_current(view)
        self._turn()

    def asked(self) -> Asked:
        """Return what is looked at now (for what is exported)."""
        return Asked(self.to.currentData() or FIRST, self.origin.currentData() or ORIGINS[0], self.bus.year)

    def _turn(self) -> None:
        self._show()

    def compute(self) -> None:
        """Compute it from the plan as it stands, off the interface thread."""
        if not self.session.is_open or not self.to.count():
            return
        plan, policy, wanted = self.session.plan, self.session.policy, self.asked()
        self._asked += 1
        asked = self._asked

        def work(progress: Progress) -> tuple[Shown, RoadParts]:
            result = compute(
                plan, policy, to=wanted.to, origins=wanted.origins, year=wanted.year,
                progress=lambda done, _total: progress(done, 6),
            )  # fmt: skip
            areas = isochrones(result)
            progress(5, 6)
            parts = road_parts(plan, policy, year=wanted.year)
            return Shown(result, by_gacha(result), areas, policy), parts

        def answer(found: tuple[Shown, RoadParts]) -> None:
            if asked == self._asked:
                self.running, self.error, self.route, self.way = False, None, None, ""
                self.shown, self.parts = found
                self._show()

        def fault(error: BaseException) -> None:
            if asked == self._asked:
                self.running = False
                if not isinstance(error, PlannerError):
                    raise error
                self.error = error
                self._show()

        self.running = True
        self._job = self.jobs.start(text("job_access"), work, answer, topic="access", fault=fault)
        self._show()

    def _job_ended(self, job: Job, how: str) -> None:
        if job is self._job and how == "cancelled":
            self.running = False
            self._show()

    @property
    def stale(self) -> bool:
        """Whether plan, rules or year have moved on since it was computed."""
        if self.shown is None or not self.session.is_open:
            return False
        source = self.shown.result.provenance
        same_year = source.year == self.bus.year
        return not (
            same_year and source.is_current(self.session.plan) and self.shown.policy is self.session.policy
        )

    # -- a way -------------------------------------------------------------------------------------

    def pick(self, x: float, y: float) -> None:
        """Draw the way from a place to the nearest facility, where this part is looked at."""
        if self.shown is None or not self.isVisible() or self.view() == PARTS:
            return
        result = self.shown.result
        self.route = result.route(x, y)
        if self.route is None:
            self.way = text("access_no_way", why=text("reason_access_cut_off"))
        else:
            way = self.route
            self.way = way_words(result, way.facility, way.minutes, way.km, way.off_km)
        self._tell_row()
        self._tell_map()

    # -- what it shows -----------------------------------------------------------------------------

    def _show(self) -> None:
        there = self.session.is_open and bool(self.to.count())
        if not self.session.is_open:
            self.nothing.set(text("no_project"), text("access_nothing_why"), text("open_sample"))
        else:
            self.nothing.set(text("access_nothing"), text("access_nothing_why"))
        self.pages.setCurrentIndex(0 if there else 1)
        self.export.setEnabled(self.shown is not None)
        parts = self.view() == PARTS
        for part in (self.to, self.origin, self.walk):
            part.setEnabled(not parts)
        self._show_notice()
        self._show_tiles()
        self._show_table()
        self.provenance.set(self._source_words())
        self._tell_map()

    def _source_words(self) -> str:
        if self.shown is None:
            return ""
        source = self.shown.result.provenance
        year = text("year_end", year=source.year) if source.year is not None else ""
        said = [*((year,) if year else ()), text("grazing_rules", rules=source.policy_version)]
        if self.view() != PARTS:
            self.provenance.setToolTip("\n".join((*notes(self.shown.result), *said)))
            cell = f"{self.shown.result.travel.ground.cell_m:,.0f}"
            said = [text("access_source", cell=cell), *doubtful(self.shown.result), *said]
        return ("；" if language() == "zh" else "; ").join(said)

    def _show_notice(self) -> None:
        if self.error is not None:
            self.notice.show_notice("bad", *sentence(self.error), text("recompute"))
        elif self.running:
            self.notice.show_notice("info", text("job_access"))
        elif self.stale:
            self.notice.show_notice("warn", text("stale"), text("stale_why"), text("recompute"))
        elif self.view() == PARTS and self.parts is not None:
            self.notice.show_notice("warn" if self.parts.cut_off else "ok", parts_words(self.parts))
        elif self.shown is not None and not self.shown.result.travel.tables:
            self.notice.show_notice("warn", text("access_note_no_roads"))
        else:
            self.notice.hide()

    def _show_tiles(self) -> None:
        for tile in self.tiles:
            tile.setVisible(self.shown is not None)
        if self.shown is None or self.parts is None:
            return
        if self.view() == PARTS:
            cut = self.parts.cut_off
            homes = [part.households for part in cut if part.households is not None]
            self.tiles[0].set(number(len(cut)), text("access_unit_parts"), text("parts_tile_cut"), "dead")
            self.tiles[1].set(
                number(sum(part.km for part in cut), digits=1), "km", text("parts_tile_km"), "dead"
            )
            households = number(sum(homes)) if homes else "—"
            self.tiles[2].set(
                households, text("access_unit_households"), text("parts_tile_households"), "need4"
            )
            return
        result = self.shown.result
        every, unit = in_all(result), text(f"access_unit_{result.origins.what}")
        middle = min(1, len(result.thresholds) - 1)
        mean = "—" if every.mean is None else number(every.mean, digits=0)
        self.tiles[0].set(mean, text("access_unit_min"), text("access_tile_mean"), "need3")
        limit = f"{result.thresholds[middle]:g}"
        self.tiles[1].set(
            number(every.within[middle]), unit, text("access_tile_within", limit=limit), "need2"
        )
        self.tiles[2].set(
            number(every.cut_off + every.unknown), unit, text("access_tile_lost"), "unknown_ink"
        )

    def _show_table(self) -> None:
        if self.view() == PARTS:
            rows: tuple[Any, ...] = self.parts.parts if self.parts is not None else ()
            self.model.show(PART_COLUMNS, rows, first=("parts_number", False))
        elif self.shown is not None:
            rows = self.shown.rows
            self.model.show(gacha_columns(self.shown.result, rows), rows, first=("access_mean", True))
        else:
            self.model.show((), (), first=("", False))
        self._arrange()

    def _sort(self, column: int) -> None:
        self.model.sort_by(column)
        self._arrange()

    def _arrange(self) -> None:
        head = self.table.head
        head.sorted_column, head.sorted_down = self.model.sorted_column, self.model.down
        head.fit_first()
        head.viewport().update()
        self.totals.update()
        self._tell_row()

    def _tell_map(self) -> None:
        theme = None
        if self.on_map.isChecked() and self.shown is not None and self.parts is not None:
            if self.view() == PARTS:
                theme = parts_theme(self.parts)
            elif self.view() == GACHAS:
                theme = gacha_theme(self.shown.result, self.shown.rows, self.route)
            else:
                theme = isochrone_theme(self.shown.result, self.shown.areas, self.route)
        self.voice.say(theme)

    # -- one row -----------------------------------------------------------------------------------

    def row(self) -> GachaAccess | RoadPart | None:
        """The row that is chosen."""
        chosen = self.table.selectionModel().selectedRows()
        return self.model.lines[chosen[0].row()] if chosen else None

    def _chosen(self) -> None:
        self._tell_row()
        row = self.row()
        if not isinstance(row, GachaAccess) or self._linking or self.shown is None:
            return
        place = self._place(row.code)
        if place is not None:
            self._linking = True
            self.session.select(*place)
            self._linking = False
            self.bus.flash_feature.emit(place[0], place[1][0])
        seat = self._seat(row.code)
        if seat is not None:
            self.pick(*seat)

    def _seat(self, code: str) -> tuple[float, float] | None:
        """The gacha's seat, where seats are what is set out from."""
        result = self.shown.result if self.shown is not None else None
        if result is None or result.origins.what != "seats" or result.origins.units is None:
            return None
        at = result.origins.units.index.get(code, -1)
        mine = [
            one for one in range(len(result.origins))
            if result.origins.gacha[one] == at >= 0 and result.rows[one].minutes is not None
        ]  # fmt: skip
        return tuple(result.origins.xy[mine[0]].tolist()) if mine else None

    def _tell_row(self) -> None:
        row = self.row()
        said = []
        if isinstance(row, RoadPart):
            said.append(part_words(row))
        elif row is not None:
            mean, longest = (
                "—" if value is None else number(value, digits=0) for value in (row.mean, row.longest)
            )
            said.append(
                text("access_why_gacha", name=row.name or text("access_no_gacha"), places=number(row.places),
                     reached=number(row.reached), mean=mean, longest=longest)
            )  # fmt: skip
        if self.way and self.view() != PARTS:
            said.append(self.way)
        self.why.setVisible(bool(said))
        self.why.setText("\n".join(said))

    def _place(self, code: str) -> tuple[str, list[int]] | None:
        for table in self.session.plan.with_role(GACHA):
            for fid, own in zip(table.fids, table.column(table.kind.key), strict=True):
                if str(own) == code:
                    return table.kind.id, [int(fid)]
        return None

    def _selected_elsewhere(self, kind: str, fids: frozenset[int]) -> None:
        """A single gacha that is selected on the map is the chosen row."""
        if self._linking or self.shown is None or len(fids) != 1 or self.view() == PARTS:
            return
        if kind not in self.session.plan or GACHA not in self.session.catalogue[kind].roles:
            return
        code = str(self.session.plan.table(kind).row(next(iter(fids)))[self.session.catalogue[kind].key])
        for at, row in enumerate(self.model.lines):
            if row.code == code:
                self._linking = True
                self.table.selectRow(at)
                self.table.scrollTo(self.model.index(at, 0))
                self._linking = False

    def _zoom(self, index: QModelIndex) -> None:
        row = self.model.lines[index.row()]
        if isinstance(row, RoadPart):
            self.bus.zoom_to_bounds.emit(row.geometry.bounds)
        elif (place := self._place(row.code)) is not None:
            self.bus.zoom_to_features.emit(place[0], frozenset(place[1]))


def _words_of(row: Any) -> tuple[str, ...]:
    return (row.name, row.code, row.sumu_name) if isinstance(row, GachaAccess) else row.gacha_names
