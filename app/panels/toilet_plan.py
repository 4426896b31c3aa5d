"""规划 · 改厕: the plan's quotas on gachas; cells dragged and locked, the rest solved at once, kept as
schemes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QStackedLayout, QWidget

from app.actions import schemes as scheme_actions
from app.bus import Bus
from app.gap_themes import theme_of
from app.jobs import Jobs
from app.messages import listed, sentence, text
from app.origins.drawn import fairness_ask
from app.panels.frame import FOOT, SIDE, Pages, across, down, page, tile_row
from app.panels.map_voice import MapVoice
from app.panels.models.toilet_rows import ToiletModel, sumu_codes
from app.panels.models.unit_rows import unit_rows
from app.panels.number_desk import Answer, NumberDesk
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
from app.panels.rows import number
from app.panels.scheme_bar import ADOPT, COPY, DELETE, KEEP, NEW, RENAME, SchemeBar
from app.panels.toilet_desk import ToiletDesk
from app.panels.toilet_grid import ToiletGrid
from app.session import Session
from layers.errors import PlannerError
from layers.maps.classes import USUAL_LOOK
from layers.planning.schemes import ADOPTED, COLLECTION, gaps_under, scheme_of
from layers.planning.toilets import SERVICE
from layers.planning.units import GACHA
from layers.provenance import Ask

if TYPE_CHECKING:
    from app.panels.toilet_charts import ToiletCharts


class ToiletPlanPanel(Panel):
    """The desk with its grid, charts, figures and what can be done to schemes."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.desk = ToiletDesk(session, jobs, bus, self)
        self.model = ToiletModel(self)
        self.voice = MapVoice(bus, self)
        self._linking = False
        self._units: dict[str, tuple[str, int]] = {}
        self._build()
        self._lay_out()
        self._connect()
        self.numbers = NumberDesk(self, bus, self._numbered)
        self.start()

    def _numbered(self, _ask: Ask | None) -> Answer | None:
        allocation = self.desk.allocation
        return None if allocation is None else (allocation, self.session.policy, allocation.provenance)

    def _build(self) -> None:
        self.schemes, self.notice = SchemeBar(), NoticeBar()
        self.tiles = (Tile(), Tile(), Tile())
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.locked = Button("quiet", "lock-open")
        self.grouped = IconButton("list-tree", checkable=True, box=30)
        self.charted = IconButton("chart-column", checkable=True, box=30)
        self.on_map = IconButton("map", checkable=True, box=30)
        self.on_map.setChecked(True)
        self.grid = ToiletGrid(self.model)
        self.charts: ToiletCharts | None = None  # made when first asked for: pyqtgraph need not load before
        self.chart_place = Scroll()
        self.why, self.provenance = label("note", wrap=True), ProvenanceLine()
        self.adopt, self.keep = Button("", "badge-check"), Button("primary", "save")
        self.nothing = EmptyState("toilet")

    def _lay_out(self) -> None:
        tools = across((self.filter, 1), self.locked, self.grouped, self.charted, self.on_map, spacing=4)
        head = down(self.schemes, tile_row(self.tiles), self.notice, tools, margins=(SIDE, 10, SIDE, 8),
                    spacing=8)  # fmt: skip
        actions = across(None, self.adopt, self.keep)
        foot = down(self.why, self.provenance, actions, margins=FOOT, spacing=6)
        middle = QWidget()
        self.stack = QStackedLayout(middle)
        self.stack.addWidget(self.grid)
        self.stack.addWidget(self.chart_place)
        self.pages = Pages(self, page(head, (middle, 1), line(), foot), self.nothing, top=16)

    def _connect(self) -> None:
        grid, model, desk = self.grid, self.model, self.desk
        desk.moved.connect(self._show)
        desk.kept.connect(self._tell_kept)
        grid.years.dragged.connect(self._dragged)
        grid.years.dropped.connect(lambda: self.model.set_wish(None))  # its reason stays to be read
        grid.years.lock_asked.connect(desk.toggle_lock)
        grid.quota_asked.connect(desk.set_quota)
        grid.asked.connect(lambda ask: self.numbers.trace(ask))
        grid.years.selectionModel().selectionChanged.connect(lambda *_: self._selected_here())
        model.wished.connect(desk.lock)
        model.weighted.connect(lambda code, weight: desk.solve(desk.wish.weighted(code, weight)))
        model.refused.connect(lambda words: self.notice.show_notice("bad", words))
        self.filter.textChanged.connect(lambda words: self._arrange(words=words))
        self.grouped.toggled.connect(lambda on: self._arrange(grouped=on))
        self.charted.toggled.connect(self._chart)
        self.on_map.toggled.connect(lambda _on: self._tell_map())
        self.locked.clicked.connect(desk.unlock_all)
        self.notice.acted.connect(self._act)
        self.schemes.chosen.connect(desk.choose)
        self.schemes.asked.connect(self._scheme_asked)
        self.schemes.named.connect(self._named)
        self.keep.clicked.connect(lambda: self._keep(KEEP))
        self.adopt.clicked.connect(lambda: self._keep(ADOPT))
        self.nothing.acted.connect(self.get_data)
        self.bus.year_changed.connect(lambda _year: self._tell_map())
        self.bus.scheme_changed.connect(desk.look_at)
        self.bus.selection_changed.connect(self._selected_elsewhere)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.schemes.retranslate()
        self.filter.setPlaceholderText(text("toilet_filter"))
        self.grouped.describe(text("gaps_by_sumu"))
        self.charted.describe(text("gaps_chart"))
        self.on_map.describe(text("gaps_on_map"))
        self.locked.setToolTip(text("toilet_unlock_all"))
        self.adopt.setToolTip(text("scheme_adopt_tip"))
        self.grid.fit()
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show()

    # -- what happens ------------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self.desk.forget()
        self._units = {}
        self._show()
        if self.isVisible():
            self.desk.first()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """Schemes, quotas or what is counted may have changed."""
        if kinds:
            self._units = {}
        if self.desk.loaded and collections & {COLLECTION, ADOPTED}:
            self.desk.follow()
        elif self.desk.loaded:
            self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Solve what nobody has asked for before, and colour the map."""
        super().showEvent(event)
        if not self.desk.loaded:
            self.desk.first()
        self._tell_map()
        self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)

    def hideEvent(self, event: QHideEvent) -> None:
        """The map keeps its colours until another part speaks."""
        super().hideEvent(event)
        self.schemes.leave()

    def _dragged(self, code: str, year: int, value: int) -> None:
        self.model.set_wish((code, year), value, "held")
        self.desk.lock(code, year, value)

    def _act(self) -> None:
        """The notice's action: the plan's own quotas again, or a new computation."""
        desk = self.desk
        if desk.fits and not desk.moved_on:
            desk.restore_quotas()
        else:
            desk.solve(desk.wish)

    def _scheme_asked(self, what: str) -> None:
        name = self.desk.name or ""
        if what == DELETE:
            if self.attempt(self.desk.delete):
                self.bus.notice.emit("ok", text("scheme_gone", name=name), text("scheme_gone_hint"))
            return
        wish = (
            name
            if what == RENAME
            else scheme_actions.free_name(
                self.session, text("scheme_copy_name", name=name) if what == COPY else text("scheme_default")
            )
        )
        self.schemes.begin(what, wish)

    def _named(self, what: str, name: str) -> None:
        act = {
            NEW: self.desk.make_new,
            COPY: self.desk.copy_to,
            RENAME: self.desk.rename_to,
            KEEP: self.desk.keep_as,
            ADOPT: self.desk.adopt,
        }[what]
        try:
            act(name)
        except PlannerError as error:
            self.schemes.refuse(" ".join(sentence(error)))
            return
        self.schemes.leave()

    def _keep(self, what: str) -> None:
        """Keep the numbers, or adopt them; a draft wants a name first."""
        name = self.desk.name
        if name is not None:
            self.attempt(lambda: self.desk.adopt(name) if what == ADOPT else self.desk.keep_as(name))
        elif self.schemes.naming:
            self.schemes.confirm()
        else:
            self.schemes.begin(what, scheme_actions.free_name(self.session, text("scheme_default")))

    def _tell_kept(self, name: str, adopted: bool) -> None:
        self.bus.notice.emit(
            "ok", text("toilet_adopted_notice" if adopted else "toilet_kept_notice", name=name), ""
        )

    # -- what it shows -----------------------------------------------------------------------------

    def _show(self) -> None:
        opened = self.session.is_open
        allocation = self.desk.allocation
        counted = self.desk.counted
        there = (
            opened
            and bool(self.desk.wish.quotas)
            and (counted is None or bool(counted.of_service(SERVICE)))
            and not (allocation is not None and all(share.need is None for share in allocation.shares))
        )
        self.pages.show_full(there or (opened and not self.desk.loaded))
        if not opened:
            self.nothing.set(text("no_project"), text("planning_none_why"), text("open_sample"))
        elif not self.desk.wish.quotas:
            self.nothing.set(text("toilet_no_quota"), text("toilet_no_quota_why"))
        else:
            self.nothing.set(text("toilet_no_need"), text("toilet_no_need_why"), text("queue_import"))
        writable = opened and self.session.read_only is None
        self.model.writable = writable
        refused = self.desk.refused
        self.model.wish = None if refused is None else (*refused, "refused")
        self.model.show(
            allocation,
            self.desk.wish.locks,
            self.desk.wish.weights,
            sumu_codes(self.desk.counted.of_service(SERVICE)) if self.desk.counted is not None else {},
        )
        own = self.desk.own_quotas
        self.grid.show_quotas(dict(sorted(self.desk.wish.quotas.items())), own)
        self.grid.quotas.set_enabled(writable)
        self._show_schemes(writable)
        self._show_tiles()
        self._show_notice(own)
        count = len(self.desk.wish.locks)
        self.locked.setVisible(bool(count))
        self.locked.setText(text("toilet_locks", count=count))
        if opened and self.desk.counted is not None:
            period, targets = self.session.policy.period, self.session.policy.targets_for_service(SERVICE)
            chapters = listed(dict.fromkeys(target.chapter for target in targets)) or "—"
            self.provenance.set(
                text(
                    "toilet_provenance",
                    chapters=chapters,
                    issued=period.issued.isoformat(),
                    rules=self.session.policy.version,
                )
            )
        self._explain()
        self._draw_charts()
        self._tell_map()

    def _show_schemes(self, writable: bool) -> None:
        desk, adopted = self.desk, self.desk.adopted
        items: list[tuple[str | None, str]] = []
        for scheme in desk.all():
            words = text("timeline_adopted", name=scheme.name) if scheme.name == adopted else scheme.name
            items.append(
                (
                    scheme.name,
                    text("scheme_changed_mark", name=words) if desk.is_changed(scheme.name) else words,
                )
            )
        if desk.has_draft:
            items.append((None, text("scheme_unkept")))
        self.schemes.show_schemes(items, desk.name, writable=writable)
        good = writable and desk.allocation is not None
        self.keep.setText(text("scheme_keep" if desk.name is None else "scheme_update"))
        self.keep.setEnabled(good and desk.changed)
        is_adopted = desk.name is not None and desk.name == adopted and not desk.changed
        self.adopt.setText(text("scheme_adopted" if is_adopted else "scheme_adopt"))
        self.adopt.setEnabled(good and not is_adopted)

    def _show_tiles(self) -> None:
        allocation = self.desk.allocation
        for tile in self.tiles:
            tile.setVisible(allocation is not None)
        if allocation is None:
            return
        before, after = allocation.before, allocation.after
        for tile, name, token in zip(
            self.tiles, ("least", "banner", "spread"), ("need4", "met_ink", "control"), strict=True
        ):
            share = getattr(after, name)
            tile.set(
                "—" if share is None else f"{100 * share:.1f}",
                "" if share is None else "%",
                text(f"fair_{name}", before=_percent(getattr(before, name))),
                token,
                ask=fairness_ask(name),
            )

    def _show_notice(self, own: dict[int, int]) -> None:
        if self.desk.clash is not None:
            self.notice.show_notice("bad", *sentence(self.desk.clash))
        elif self.desk.moved_on:
            self.notice.show_notice("warn", text("stale"), text("stale_why"), text("recompute"))
        elif not self.desk.fits:
            self.notice.show_notice("warn", text("toilet_old"), text("toilet_old_why"), text("recompute"))
        elif own and dict(self.desk.wish.quotas) != own:
            others = [
                text("quota_differs_one", year=year, number=number(asked), own=number(own.get(year)))
                for year, asked in sorted(self.desk.wish.quotas.items())
                if asked != own.get(year)
            ]
            self.notice.show_notice(
                "info", text("quota_differs", years=others), "", text("quota_restore")
            )
        else:
            self.notice.hide()

    def _explain(self) -> None:
        share = self.model.share(self.grid.years.currentIndex().row()) if self._picked() else None
        if share is None:
            self.why.setText(text("toilet_hint"))
        else:
            why = text(f"reason_{share.why.code}", **share.why.fields)
            self.why.setText(text("gap_why", name=self.model.title(share), why=why))

    def _arrange(self, *, words: str | None = None, grouped: bool | None = None) -> None:
        self.model.arrange(words=words, grouped=grouped)
        self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)
        self._draw_charts()

    def _chart(self, charted: bool) -> None:
        if charted and self.charts is None:
            from app.panels.toilet_charts import ToiletCharts

            self.charts = ToiletCharts()
            self.charts.years.chosen.connect(self._chosen_in_chart)
            self.charts.served.chosen.connect(self._chosen_in_chart)
            for chart in (self.charts.years, self.charts.served):
                chart.traced.connect(lambda code: self.bus.trace_asked.emit("gap", SERVICE, code))
            self.chart_place.column.addWidget(self.charts)
        self.stack.setCurrentIndex(int(charted))
        self._draw_charts()

    def _draw_charts(self) -> None:
        if self.charts is not None and self.charted.isChecked() and self.desk.counted is not None:
            chosen = frozenset(share.gacha_code for row in self._picked() if (share := self.model.share(row)))
            self.charts.show_plan(self.model, self.desk.counted, chosen)

    # -- linked with the map -----------------------------------------------------------------------

    def _tell_map(self) -> None:
        if self.desk.allocation is None or self.desk.counted is None or not self.session.is_open:
            return
        if not self.on_map.isChecked():
            self.voice.say(None)
            return
        year = self.bus.year
        shown = scheme_of(self.desk.name or text("scheme_unkept"), self.desk.allocation, SERVICE)
        under = gaps_under(self.desk.counted, shown, year)
        under = replace(under, provenance=replace(under.provenance, year=year))
        self.voice.say(
            theme_of(
                self.session.catalogue,
                self.session.policy,
                under,
                SERVICE,
                scheme=shown,
                base=self.desk.counted,
                look=replace(self.bus.looks.get(SERVICE, USUAL_LOOK), circles=False),  # years need columns
            )
        )

    def _picked(self) -> list[int]:
        return sorted({index.row() for index in self.grid.years.selectionModel().selectedIndexes()})

    def _rows_of_units(self) -> dict[str, tuple[str, int]]:
        """Gacha code -> (kind id, row id)."""
        if not self._units and self.session.is_open:
            self._units = unit_rows(self.session.plan, GACHA)
        return self._units

    def _selected_here(self) -> None:
        self._explain()
        self._draw_charts()
        if self._linking:
            return
        known = self._rows_of_units()
        places = [
            known[share.gacha_code]
            for row in self._picked()
            if (share := self.model.share(row)) is not None and share.gacha_code in known
        ]
        if len({kind for kind, _ in places}) == 1:
            self._linking = True
            try:
                self.session.select(places[0][0], [fid for _, fid in places])
            finally:
                self._linking = False
            if len(places) == 1:
                self.bus.flash_feature.emit(*places[0])

    def _selected_elsewhere(self, kind: str, fids: frozenset[int]) -> None:
        if self._linking:
            return
        codes = [code for code, (own, fid) in self._rows_of_units().items() if own == kind and fid in fids]
        self._linking = True
        try:
            self.grid.select(next((row for code in codes if (row := self.model.line_of(code)) >= 0), -1))
        finally:
            self._linking = False

    def _chosen_in_chart(self, code: str) -> None:
        self.grid.select(self.model.line_of(code))


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"
