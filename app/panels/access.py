"""可达性: minutes to the nearest facility by gacha, isochrones, the way from a click, the network's cut-off
parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QWidget

from app.access_theme import isochrone_theme, parts_theme, unit_theme
from app.access_words import doubtful, group_words, notes, parts_words, way_words
from app.actions.access_units import Grouping
from app.bus import Bus
from app.jobs import Jobs, Progress
from app.messages import language, text, tr
from app.panels.computed import ComputedPanel
from app.panels.frame import FOOT, HEAD, Pages, across, down, page, tile_row
from app.panels.map_voice import MapVoice
from app.panels.models.access_rows import (
    GACHAS,
    PARTS,
    SUMU,
    VIEWS,
    Asked,
    access_asks,
    access_figures,
    gacha_words,
    part_asks,
    part_columns,
    part_figures,
    part_words,
    seat_of,
    unit_columns,
)
from app.panels.models.records import RecordModel
from app.panels.models.unit_rows import unit_rows
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
from app.panels.segmented import Segmented
from app.session import Session
from layers.plan.plan import Plan
from layers.planning.access import Access, Route
from layers.planning.access import access as compute
from layers.planning.access_summary import GachaAccess, groups_of
from layers.planning.facilities import targets
from layers.planning.isochrones import isochrones
from layers.planning.origins import ORIGINS
from layers.planning.results import Provenance
from layers.planning.road_parts import RoadPart, RoadParts, road_parts
from layers.planning.units import GACHA
from layers.planning.units import SUMU as SUMU_UNIT
from layers.policy.bundle import Policy
from layers.provenance import Ask

FIRST = "clinic"  # what is asked for at first, where the catalogue has it


@dataclass(frozen=True, eq=False)
class Shown:
    """One computed answer with what the panel makes of it."""

    result: Access
    areas: tuple[Any, ...]
    parts: RoadParts

    @property
    def seasons(self) -> tuple[str, ...]:
        """Seasons of the camps that were set out from; () for other places."""
        return groups_of(self.result) if self.result.origins.what == "camps" else ()


class AccessPanel(ComputedPanel):
    """One answer seen by gacha or as isochrones, and the network's parts; a click on the map draws the
    way."""

    FOLLOWS_YEAR = True

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.route: Route | None = None
        self.way = ""  # what was said of the last way that was asked for
        self._linking = False
        self.voice = MapVoice(bus, self)
        self.model = RecordModel(_words_of, lambda _row: "", self)
        self._build()
        bus.place_picked.connect(self.pick)
        bus.year_changed.connect(lambda _year: self._show())
        bus.selection_changed.connect(self._selected_elsewhere)
        self.start()

    @property
    def shown(self) -> Shown | None:
        """The answer."""
        found: Shown | None = self.result
        return found

    def _source(self) -> Provenance:
        return self.result.result.provenance  # type: ignore[no-any-return]

    def answer_of(self, ask: Ask | None) -> Any:
        """Return access, or the network's parts, whichever a number is of."""
        return self.result.parts if ask is not None and ask.what == "network" else self.result.result

    # -- parts -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.views = Segmented()
        self.views.chosen.connect(lambda _view: self._show())
        self.to, self.origin = QComboBox(), QComboBox()
        for box in (self.to, self.origin):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
            box.activated.connect(lambda _at: self.compute())
        self.season = QComboBox()
        self.season.activated.connect(lambda _at: self._show())
        self.tiles = (Tile(), Tile(), Tile())
        self.notice = NoticeBar()
        self.notice.acted.connect(self.compute)
        self.on_map = IconButton("map", checkable=True, box=30)
        self.on_map.setChecked(True)
        self.on_map.toggled.connect(lambda _on: self._tell_map())
        self.table = RecordTable(self.model)
        self.table.arranged.connect(self._tell_row)
        self.table.picked.connect(self._chosen)
        self.table.opened.connect(self._zoom)
        self.why = label("note", wrap=True)
        self.provenance = ProvenanceLine()
        self.walk = Button("", "route")
        self.walk.clicked.connect(lambda: self.bus.run_command.emit("identify"))
        self.export = Button("primary", "download")
        self.export.clicked.connect(lambda: self.bus.run_command.emit("export_access"))
        self.nothing = EmptyState("clock")
        self.nothing.acted.connect(self.get_data)
        choices = across((self.to, 3), (self.origin, 2), self.on_map, spacing=8)
        head = down(
            self.views, choices, self.season, tile_row(self.tiles), self.notice, margins=HEAD, spacing=10
        )
        actions = across(self.walk, None, self.export)
        foot = down(self.why, self.provenance, actions, margins=FOOT, spacing=6)
        self.pages = Pages(self, page(head, (self.table, 1), self.table.totals, line(), foot), self.nothing)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.views.set_items([(name, text(f"access_view_{name}")) for name in VIEWS])
        self.on_map.describe(text("gaps_on_map"))
        self.to.setToolTip(text("access_to_tip"))
        self.origin.setToolTip(text("access_from_tip"))
        self.season.setToolTip(text("access_season_tip"))
        self.season.setAccessibleName(text("access_season_tip"))
        self.walk.setText(text("access_walk"))
        self.walk.setToolTip(text("access_click"))
        self.export.setText(text("gaps_export"))
        self._fill()
        self._fill_seasons()
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
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

    def _fill_seasons(self) -> None:
        """The seasons that the camps have; the chosen one stays chosen where it is still there."""
        shown, kept = self.shown, self.season.currentData()
        self.season.clear()
        self.season.addItem(text("access_every_season"), None)
        for season in shown.seasons if shown is not None else ():
            self.season.addItem(group_words(shown.result, season), season)  # type: ignore[union-attr]
        self.season.setCurrentIndex(max(self.season.findData(kept), 0))
        self.season.setVisible(self.season.count() > 2)

    # -- what happens ------------------------------------------------------------------------------

    def _forget(self) -> None:
        self.route, self.way = None, ""
        self._fill()
        self._fill_seasons()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """The answer says itself whether it still holds."""
        del kinds, collections
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Compute what nobody has asked for before, and colour the map."""
        super().showEvent(event)
        self._tell_map()

    def view(self) -> str:
        """Return which of VIEWS is looked at."""
        return self.views.current() or GACHAS

    def show_view(self, view: str) -> None:
        """Look at one of VIEWS."""
        self.views.set_current(view)
        self._show()

    def asked(self) -> Asked:
        """Return what is looked at now (for what is exported)."""
        return Asked(self.to.currentData() or FIRST, self.origin.currentData() or ORIGINS[0], self.bus.year)

    def grouping(self) -> Grouping:
        """Return what is counted together in the table that is looked at."""
        seasons = self.shown.seasons if self.shown is not None else ()
        season = self.season.currentData()
        return Grouping(self.view() == SUMU, season if season in seasons else None)

    def compute(self) -> None:
        """Compute it from the plan as it stands, off the interface thread."""
        if not self.session.is_open or not self.to.count():
            return
        wanted = self.asked()

        def work(plan: Plan, policy: Policy, progress: Progress) -> Shown:
            result = compute(
                plan, policy, to=wanted.to, origins=wanted.origins, year=wanted.year,
                progress=lambda done, _total: progress(done, 8),
            )  # fmt: skip
            areas = isochrones(result)
            progress(7, 8)
            return Shown(result, areas, road_parts(plan, policy, year=wanted.year))

        def take(_shown: Shown) -> None:
            self.route, self.way = None, ""
            self._fill_seasons()

        self.ask(text("job_access"), work, topic="access", take=take)

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
        if not self.session.is_open:
            self.nothing.set(text("no_project"), text("access_nothing_why"), text("open_sample"))
        else:
            self.nothing.set(text("access_nothing"), text("access_nothing_why"), text("queue_import"))
        self.pages.show_full(self.session.is_open and bool(self.to.count()))
        self.export.setEnabled(self.shown is not None)
        parts = self.view() == PARTS
        for part in (self.to, self.origin, self.season, self.walk):
            part.setEnabled(not parts)
        self._show_notice()
        self._show_tiles()
        self._show_table()
        self.provenance.set(self._source_words())
        self._tell_map()

    def _source_words(self) -> str:
        if self.shown is None:
            return ""
        source = self._source()
        year = text("year_end", year=source.year) if source.year is not None else ""
        said = [*((year,) if year else ()), text("grazing_rules", rules=source.policy_version)]
        if self.view() != PARTS:
            self.provenance.setToolTip("\n".join((*notes(self.shown.result), *said)))
            cell = f"{self.shown.result.travel.ground.cell_m:,.0f}"
            said = [text("access_source", cell=cell), *doubtful(self.shown.result), *said]
        return ("；" if language() == "zh" else "; ").join(said)

    def _show_notice(self) -> None:
        if self._tell_trouble(running=text("job_access")) or self.shown is None:
            return
        parts = self.shown.parts
        if self.view() == PARTS:
            self.notice.show_notice("warn" if parts.cut_off else "ok", parts_words(parts))
        elif not self.shown.result.travel.tables:
            self.notice.show_notice("warn", text("access_note_no_roads"))

    def _show_tiles(self) -> None:
        for tile in self.tiles:
            tile.setVisible(self.shown is not None)
        if self.shown is not None:
            if self.view() == PARTS:
                figures, asks = part_figures(self.shown.parts), part_asks(self.shown.parts)
            else:
                what = self.grouping()
                figures = access_figures(self.shown.result, what.all(self.shown.result))
                asks = access_asks(self.shown.result, what.season)
            for tile, figure, ask in zip(self.tiles, figures, asks, strict=True):
                tile.set(*figure, ask=ask)

    def _show_table(self) -> None:
        shown = self.shown
        if self.view() == PARTS:
            parts = shown.parts.parts if shown is not None else ()
            columns = part_columns(shown.parts) if shown is not None else ()
            self.table.show_records(columns, parts, first=("parts_number", False))
        elif shown is not None:
            rows = self.grouping().rows(shown.result)
            what = self.grouping()
            columns = unit_columns(shown.result, rows, sumu=what.sumu, season=what.season)
            self.table.show_records(columns, rows, first=("access_mean", True))
        else:
            self.table.show_records((), (), first=("", False))

    def _tell_map(self) -> None:
        theme, shown = None, self.shown
        if self.on_map.isChecked() and shown is not None:
            if self.view() == PARTS:
                theme = parts_theme(shown.parts)
            elif self.view() in (GACHAS, SUMU):
                what = self.grouping()
                theme = unit_theme(shown.result, what.rows(shown.result), self.route,
                                   sumu=what.sumu, season=what.season)  # fmt: skip
            else:
                theme = isochrone_theme(shown.result, shown.areas, self.route)
        self.voice.say(theme)

    # -- one row -----------------------------------------------------------------------------------

    def _chosen(self) -> None:
        self._tell_row()
        gacha = self.table.record()
        if not isinstance(gacha, GachaAccess) or self._linking or self.shown is None:
            return
        place = self._place(gacha.code)
        if place is not None:
            self._linking = True
            self.session.select(place[0], [place[1]])
            self._linking = False
            self.bus.flash_feature.emit(*place)
        seat = seat_of(self.shown.result, gacha.code)
        if seat is not None:
            self.pick(*seat)

    def _tell_row(self) -> None:
        chosen = self.table.record()
        said = []
        if isinstance(chosen, RoadPart):
            said.append(part_words(chosen))
        elif chosen is not None:
            said.append(gacha_words(chosen))
        if self.way and self.view() != PARTS:
            said.append(self.way)
        self.why.setVisible(bool(said))
        self.why.setText("\n".join(said))

    def _role(self) -> str:
        return SUMU_UNIT if self.view() == SUMU else GACHA

    def _place(self, code: str) -> tuple[str, int] | None:
        return unit_rows(self.session.plan, self._role()).get(code)

    def _selected_elsewhere(self, kind: str, fids: frozenset[int]) -> None:
        """A single gacha (sumu) that is selected on the map is the chosen row."""
        if self._linking or self.shown is None or len(fids) != 1 or self.view() == PARTS:
            return
        if kind not in self.session.plan or self._role() not in self.session.catalogue[kind].roles:
            return
        code = str(self.session.plan.table(kind).row(next(iter(fids)))[self.session.catalogue[kind].key])
        self._linking = True
        if self.table.choose(lambda gacha: gacha.code == code):
            self.table.scrollTo(self.table.currentIndex())
        self._linking = False

    def _zoom(self, index: QModelIndex) -> None:
        chosen = self.model.lines[index.row()]
        if isinstance(chosen, RoadPart):
            self.bus.zoom_to_bounds.emit(chosen.geometry.bounds)
        elif (place := self._place(chosen.code)) is not None:
            self.bus.zoom_to_features.emit(place[0], frozenset([place[1]]))


def _words_of(record: Any) -> tuple[str, ...]:
    if isinstance(record, GachaAccess):
        return record.name, record.code, record.sumu_name
    return record.gacha_names  # type: ignore[no-any-return]
