"""规划 · 改厕: the plan's quotas on gachas; cells dragged and locked, the rest solved at once, kept as schemes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from app.actions import schemes as scheme_actions
from app.actions.toilets import keep
from app.bus import Bus
from app.gap_themes import theme_of
from app.jobs import Jobs
from app.messages import sentence, text
from app.panels.map_voice import MapVoice
from app.panels.models.toilet_draft import CellKey, Outcome, Wish, wish_of, work_out
from app.panels.models.toilet_rows import ToiletModel, sumu_codes
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
from app.panels.scheme_bar import COPY, KEEP, NEW, RENAME, SchemeBar
from app.panels.toilet_grid import ToiletGrid
from app.session import Session
from layers.errors import PlannerError
from layers.planning.results import Gaps
from layers.planning.schemes import (
    ADOPTED,
    COLLECTION,
    Scheme,
    adopted_scheme,
    free,
    gaps_under,
    read_scheme,
    scheme_of,
    schemes,
)
from layers.planning.toilets import SERVICE, Allocation

if TYPE_CHECKING:
    from app.panels.toilet_charts import ToiletCharts

QUICK_S = 0.05  # what took longer is solved off the interface thread
SIDE = 14


class ToiletPlanPanel(Panel):
    """One draft: a kept scheme as it is, or with changes, or a new one."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.name: str | None = None             # the kept scheme that is worked on
        self.wish, self.changed = Wish(), False  # changed: against what is kept
        self.counted: Gaps | None = None
        self.allocation: Allocation | None = None
        self.fits = True
        self.fault: PlannerError | None = None
        self.model = ToiletModel(self)
        self.voice = MapVoice(bus, self)
        self._put_aside: dict[str | None, Wish] = {}  # changes to schemes that were left without keeping them
        self._asked, self._seconds, self._loaded, self._linking = 0, 0.0, False, False
        self._units: dict[str, tuple[str, int]] = {}
        self._build()
        self._connect()
        self.start()

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
        head = QVBoxLayout()
        head.setContentsMargins(SIDE, 10, SIDE, 8)
        head.setSpacing(8)
        head.addWidget(self.schemes)
        tiles = QHBoxLayout()
        tiles.setSpacing(8)
        for tile in self.tiles:
            tiles.addWidget(tile, 1)
        head.addLayout(tiles)
        head.addWidget(self.notice)
        tools = QHBoxLayout()
        tools.setSpacing(4)
        tools.addWidget(self.filter, 1)
        tools.addWidget(self.locked)
        for button in (self.grouped, self.charted, self.on_map):
            tools.addWidget(button)
        head.addLayout(tools)
        foot = QVBoxLayout()
        foot.setContentsMargins(SIDE, 8, SIDE, 12)
        foot.setSpacing(6)
        foot.addWidget(self.why)
        foot.addWidget(self.provenance)
        actions = QHBoxLayout()
        actions.addStretch()
        actions.addWidget(self.adopt)
        actions.addWidget(self.keep)
        foot.addLayout(actions)
        middle = QWidget()
        self.stack = QStackedLayout(middle)
        self.stack.addWidget(self.grid)
        self.stack.addWidget(self.chart_place)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(middle, 1)
        column.addWidget(line())
        column.addLayout(foot)
        blank = QWidget()
        alone = QVBoxLayout(blank)
        alone.setContentsMargins(SIDE, 16, SIDE, 16)
        alone.addWidget(self.nothing)
        alone.addStretch()
        self.pages = QStackedLayout(self)
        self.pages.addWidget(full)
        self.pages.addWidget(blank)

    def _connect(self) -> None:
        grid, model = self.grid, self.model
        grid.years.dragged.connect(lambda code, year, value: self._try(self.wish.locked(code, year, value),
                                                                       (code, year), value))
        grid.years.dropped.connect(self._dropped)
        grid.years.lock_asked.connect(self._toggle_lock)
        grid.quota_asked.connect(self._quota)
        grid.years.selectionModel().selectionChanged.connect(lambda *_: self._selected_here())
        model.wished.connect(self._typed)
        model.weighted.connect(lambda code, weight: self._try(self.wish.weighted(code, weight)))
        model.refused.connect(lambda words: self.notice.show_notice("bad", words))
        self.filter.textChanged.connect(lambda words: self._arrange(words=words))
        self.grouped.toggled.connect(lambda on: self._arrange(grouped=on))
        self.charted.toggled.connect(self._chart)
        self.on_map.toggled.connect(lambda _on: self._tell_map())
        self.locked.clicked.connect(lambda: self._try(replace(self.wish, locks={})))
        self.notice.acted.connect(self._act)
        self.schemes.chosen.connect(self._choose)
        self.schemes.asked.connect(self._scheme_asked)
        self.schemes.named.connect(self._named)
        self.keep.clicked.connect(lambda: self._keep(adopt=False))
        self.adopt.clicked.connect(lambda: self._keep(adopt=True))
        self.nothing.acted.connect(lambda: self.bus.run_command.emit("new_sample"))
        self.bus.year_changed.connect(lambda _year: self._tell_map())
        self.bus.scheme_changed.connect(self._scheme_elsewhere)
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

    # -- what is open ------------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self._asked += 1
        self._put_aside, self._units, self.counted, self._loaded = {}, {}, None, False
        self.name, self.wish, self.changed, self.allocation, self.fault = None, Wish(), False, None, None
        self._show()
        if self.isVisible():
            self._first()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """Schemes, quotas or what is counted may have changed."""
        if kinds:
            self._units = {}
        if collections & {COLLECTION, ADOPTED} and self._loaded:
            self._schemes_changed()
        elif self._loaded:
            self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Solve what nobody has asked for before, and colour the map."""
        super().showEvent(event)
        if not self._loaded:
            self._first()
        self._tell_map()
        self._selected_elsewhere(self.session.selection.kind, self.session.selection.fids)

    def hideEvent(self, event: QHideEvent) -> None:
        """The map keeps its colours until another part speaks."""
        super().hideEvent(event)
        self.schemes.leave()

    def _first(self) -> None:
        """Show the scheme that is looked at, else the adopted one, else any, else a new draft."""
        if not self.session.is_open:
            return
        self._loaded = True
        names = [scheme.name for scheme in self._all()]
        wanted = self.bus.scheme if self.bus.scheme in names else adopted_scheme(self.session.plan, SERVICE)
        self._load(wanted or next(iter(names), None))
        if self.name is not None and self.bus.scheme is None:
            self.bus.scheme_changed.emit(self.name)  # what is worked on is what is looked at

    def _all(self) -> list[Scheme]:
        return [one for one in schemes(self.session.plan) if one.service == SERVICE] if self.session.is_open else []

    def _load(self, name: str | None) -> None:
        """Work on a kept scheme (with the changes that were left), or on a new draft."""
        self.name, self.fault = name, None
        own = dict(self.session.policy.quota(SERVICE))
        left = self._put_aside.pop(name, None)
        self.wish = left or (wish_of(read_scheme(self.session.plan, name)) if name is not None else Wish(own))
        self.changed = left is not None or name is None
        if self.wish.quotas:
            self._solve(self.wish, kept=None if self.changed else name)
        else:
            self.allocation = None
        self._show()

    def _schemes_changed(self) -> None:
        """A scheme was kept, deleted, or one of these was taken back."""
        names = {scheme.name for scheme in self._all()}
        if self.name is not None and self.name not in names:
            self.name, self.changed = None, True  # the numbers stay on the table, not kept
        elif self.name is not None and not self.changed:
            kept = wish_of(read_scheme(self.session.plan, self.name))
            if kept != self.wish:
                self._load(self.name)
                return
        elif self.name is not None and wish_of(read_scheme(self.session.plan, self.name)) == self.wish:
            self.changed = False
        self._show()

    def _choose(self, name: str | None) -> None:
        if name != self.name:
            self._leave()
            self._load(name)
            self.bus.scheme_changed.emit(name)

    def _scheme_elsewhere(self, name: str | None) -> None:
        if name is not None and name != self.name and self._loaded and name in {one.name for one in self._all()}:
            self._leave()
            self._load(name)

    def _leave(self) -> None:
        """Put changes aside: they are there again when the scheme is chosen again."""
        if self.changed and self.allocation is not None:
            self._put_aside[self.name] = self.wish

    # -- solving -----------------------------------------------------------------------------------

    def _try(self, wish: Wish, cell: CellKey | None = None, value: int = 0) -> None:
        """Solve what is wished for; where it cannot be the last good numbers stay and the clash is told."""
        if cell is not None:
            self.model.set_wish(cell, value, "held")
        self._solve(wish, cell=cell, value=value)

    def _solve(self, wish: Wish, *, kept: str | None = None, cell: CellKey | None = None, value: int = 0) -> None:
        plan, policy = self.session.plan, self.session.policy
        self._asked += 1
        asked = self._asked
        counted = self.counted if self.counted is not None and self.counted.provenance.is_current(plan) else None
        scheme = read_scheme(plan, kept) if kept is not None else None

        def answer(outcome: Outcome) -> None:
            if asked == self._asked and self.session.is_open:
                self._answered(wish, outcome, kept=kept is not None, cell=cell, value=value)

        if counted is not None and self._seconds < QUICK_S:
            answer(work_out(plan, policy, wish, counted=counted, kept=scheme))
            return
        self.jobs.start(text("job_toilets"),
                        lambda progress: work_out(plan, policy, wish, counted=counted, kept=scheme, progress=progress),
                        answer, topic="toilets", fault=self.fault_of_job)

    def fault_of_job(self, error: BaseException) -> None:
        """Counting failed: say why."""
        if not isinstance(error, PlannerError):
            raise error
        self.fault = error
        self._show()

    def _answered(self, wish: Wish, outcome: Outcome, *, kept: bool, cell: CellKey | None, value: int) -> None:
        self.counted, self._seconds = outcome.counted, outcome.seconds
        self.fault = outcome.fault
        if outcome.allocation is None:
            self.model.set_wish(cell, value, "refused")
        else:
            self.model.wish = None
            self.allocation, self.wish, self.fits = outcome.allocation, wish, outcome.fits
            if not kept:
                self.changed = not self._is_kept()
        self._show()

    def _is_kept(self) -> bool:
        if self.name is None or self.allocation is None:
            return False
        scheme = read_scheme(self.session.plan, self.name)
        return wish_of(scheme) == self.wish and scheme.cells == scheme_of(self.name, self.allocation, SERVICE).cells

    def _dropped(self) -> None:
        """The mouse is let go: what could not be is forgotten, its reason stays to be read."""
        self.model.set_wish(None)

    def _toggle_lock(self, code: str, year: int) -> None:
        if self.allocation is None:
            return
        if (code, year) in self.wish.locks:
            self._try(self.wish.unlocked(code, year))
        else:
            self._try(self.wish.locked(code, year, self.allocation.by_gacha()[code][year]))

    def _typed(self, code: str, year: int, value: int | None) -> None:
        if value is None:
            self._try(self.wish.unlocked(code, year))
        else:
            self._solve(self.wish.locked(code, year, value), cell=(code, year), value=value)

    def _quota(self, year: int, value: int | None) -> None:
        own = self.session.policy.quota(SERVICE)
        self._try(self.wish.with_quota(year, own.get(year, 0) if value is None else value))

    def _act(self) -> None:
        """The notice's action: the plan's own quotas again, or a new computation."""
        own = dict(self.session.policy.quota(SERVICE))
        if self.fault is None and self._moved_on() is False and self.fits and self.wish.quotas != own:
            self._try(replace(self.wish, quotas=own))
        else:
            self._solve(self.wish)

    def _moved_on(self) -> bool:
        return self.counted is not None and self.session.is_open and (
            not self.counted.provenance.is_current(self.session.plan))

    # -- schemes -----------------------------------------------------------------------------------

    def _scheme_asked(self, what: str) -> None:
        if what == "delete" and self.name is not None:
            name = self.name
            self._put_aside.pop(name, None)
            if self.attempt(lambda: scheme_actions.delete(self.session, name)):
                self.bus.notice.emit("ok", text("scheme_gone", name=name), text("scheme_gone_hint"))
                self.changed = False
                self._first()
            return
        wish = {NEW: text("scheme_default"), COPY: text("scheme_copy_name", name=self.name),
                RENAME: self.name or ""}[what]
        self.schemes.begin(what, wish if what == RENAME else scheme_actions.free_name(self.session, wish))

    def _named(self, what: str, name: str) -> None:
        try:
            self._DO[what](self, name)
        except PlannerError as error:
            self.schemes.refuse(" ".join(sentence(error)))
            return
        self.schemes.leave()
        self.bus.scheme_changed.emit(self.name)
        self._show()

    def _new(self, name: str) -> None:
        name = free(self.session.plan, name)
        outcome = work_out(self.session.plan, self.session.policy, Wish(dict(self.session.policy.quota(SERVICE))),
                           counted=self.counted)
        if outcome.fault is not None or outcome.allocation is None:
            raise outcome.fault or RuntimeError(name)
        self._leave()
        keep(self.session, name, outcome.allocation)
        self._load(name)

    def _copy(self, name: str) -> None:
        assert self.name is not None
        scheme_actions.copy(self.session, self.name, name)
        self._leave()
        self._load(name.strip())

    def _rename(self, name: str) -> None:
        assert self.name is not None
        before, self.name = self.name, name.strip()
        try:
            scheme_actions.rename(self.session, before, name)
        except PlannerError:
            self.name = before
            raise

    def _keep_as(self, name: str, *, adopt: bool = False) -> None:
        assert self.allocation is not None
        if self.name is None:
            name = free(self.session.plan, name)
        before, self.name, self.changed = (self.name, self.changed), name, False
        try:
            keep(self.session, name, self.allocation, adopt=adopt)
        except PlannerError:
            self.name, self.changed = before
            raise
        self._put_aside.pop(None, None)
        self.fits = True
        key = "toilet_adopted_notice" if adopt else "toilet_kept_notice"
        self.bus.notice.emit("ok", text(key, name=name), "")

    def _adopt_as(self, name: str) -> None:
        self._keep_as(name, adopt=True)

    _DO = {NEW: _new, COPY: _copy, RENAME: _rename, KEEP: _keep_as, "adopt": _adopt_as}

    def _keep(self, *, adopt: bool) -> None:
        """Keep the numbers (and adopt them) as one command; a new draft wants a name first."""
        if self.name is None:
            if self.schemes.naming:
                self.schemes.confirm()
            else:
                self.schemes.begin("adopt" if adopt else KEEP,
                                   scheme_actions.free_name(self.session, text("scheme_default")))
            return
        name = self.name
        if adopt and not self.changed:
            done = self.attempt(lambda: scheme_actions.adopt(self.session, name))
        else:
            done = self.attempt(lambda: self._keep_as(name, adopt=adopt))
        if done:
            self.bus.scheme_changed.emit(name)
            self._show()

    # -- what it shows -----------------------------------------------------------------------------

    def _show(self) -> None:
        opened = self.session.is_open
        allocation = self.allocation
        there = opened and bool(self.wish.quotas) and not (
            allocation is not None and all(share.need is None for share in allocation.shares))
        self.pages.setCurrentIndex(0 if there or (opened and not self._loaded) else 1)
        if not opened:
            self.nothing.set(text("no_project"), text("planning_none_why"), text("open_sample"))
        elif not self.wish.quotas:
            self.nothing.set(text("toilet_no_quota"), text("toilet_no_quota_why"))
        else:
            self.nothing.set(text("toilet_no_need"), text("toilet_no_need_why"))
        writable = opened and self.session.read_only is None
        self.model.writable = writable
        self.model.show(allocation, self.wish.locks, self.wish.weights,
                        sumu_codes(self.counted.of_service(SERVICE)) if self.counted is not None else {})
        own = dict(self.session.policy.quota(SERVICE)) if opened else {}
        self.grid.show_quotas(dict(sorted(self.wish.quotas.items())), own)
        self.grid.quotas.set_enabled(writable)
        self._show_schemes(writable)
        self._show_tiles()
        self._show_notice(own)
        count = len(self.wish.locks)
        self.locked.setVisible(bool(count))
        self.locked.setText(text("toilet_locks", count=count))
        if opened and self.counted is not None:
            period, targets = self.session.policy.period, self.session.policy.targets_for_service(SERVICE)
            chapters = "、".join(dict.fromkeys(target.chapter for target in targets)) or "—"
            self.provenance.set(text("toilet_provenance", chapters=chapters, issued=period.issued.isoformat(),
                                     rules=self.session.policy.version))
        self._explain()
        self._draw_charts()
        self._tell_map()

    def _show_schemes(self, writable: bool) -> None:
        items: list[tuple[str | None, str]] = []
        adopted = adopted_scheme(self.session.plan, SERVICE) if self.session.is_open else None
        for scheme in self._all():
            words = text("timeline_adopted", name=scheme.name) if scheme.name == adopted else scheme.name
            changed = scheme.name in self._put_aside or (scheme.name == self.name and self.changed)
            items.append((scheme.name, text("scheme_changed_mark", name=words) if changed else words))
        if self.name is None or None in self._put_aside:
            items.append((None, text("scheme_unkept")))
        self.schemes.show_schemes(items, self.name, writable=writable)
        good = writable and self.allocation is not None
        self.keep.setText(text("scheme_keep" if self.name is None else "scheme_update"))
        self.keep.setEnabled(good and self.changed)
        is_adopted = self.name is not None and self.name == adopted and not self.changed
        self.adopt.setText(text("scheme_adopted" if is_adopted else "scheme_adopt"))
        self.adopt.setEnabled(good and not is_adopted)

    def _show_tiles(self) -> None:
        allocation = self.allocation
        for tile in self.tiles:
            tile.setVisible(allocation is not None)
        if allocation is None:
            return
        before, after = allocation.before, allocation.after
        for tile, name, token in zip(self.tiles, ("least", "banner", "spread"), ("need4", "met_ink", "control"),
                                     strict=True):
            tile.set(_percent(getattr(after, name)), "", text(f"fair_{name}", before=_percent(getattr(before, name))),
                     token)

    def _show_notice(self, own: dict[int, int]) -> None:
        if self.fault is not None:
            self.notice.show_notice("bad", *sentence(self.fault))
        elif self._moved_on():
            self.notice.show_notice("warn", text("stale"), text("stale_why"), text("recompute"))
        elif not self.fits:
            self.notice.show_notice("warn", text("toilet_old"), text("toilet_old_why"), text("recompute"))
        elif own and dict(self.wish.quotas) != own:
            others = [text("quota_differs_one", year=year, number=number(asked), own=number(own.get(year)))
                      for year, asked in sorted(self.wish.quotas.items()) if asked != own.get(year)]
            mark = "、" if text("list_mark") == "、" else ", "
            self.notice.show_notice("info", text("quota_differs", years=mark.join(others)), "", text("quota_restore"))
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
            self.chart_place.column.addWidget(self.charts)
        self.stack.setCurrentIndex(int(charted))
        self._draw_charts()

    def _draw_charts(self) -> None:
        if self.charts is not None and self.charted.isChecked() and self.counted is not None:
            chosen = frozenset(share.gacha_code for row in self._picked() if (share := self.model.share(row)))
            self.charts.show_plan(self.model, self.counted, chosen)

    # -- linked with the map -----------------------------------------------------------------------

    def _tell_map(self) -> None:
        if self.allocation is None or self.counted is None or not self.session.is_open:
            return
        if not self.on_map.isChecked():
            self.voice.say(None)
            return
        year = self.bus.year
        shown = scheme_of(self.name or text("scheme_unkept"), self.allocation, SERVICE)
        under = gaps_under(self.counted, shown, year)
        under = replace(under, provenance=replace(under.provenance, year=year))
        self.voice.say(theme_of(self.session.catalogue, self.session.policy, under, SERVICE, scheme=shown,
                                base=self.counted))

    def _picked(self) -> list[int]:
        return sorted({index.row() for index in self.grid.years.selectionModel().selectedIndexes()})

    def _rows_of_units(self) -> dict[str, tuple[str, int]]:
        """Gacha code -> (kind id, row id)."""
        if not self._units and self.session.is_open:
            self._units = {str(code): (table.kind.id, int(fid)) for table in self.session.plan.with_role("unit.gacha")
                           for code, fid in zip(table.column(table.kind.key), table.fids, strict=True)}
        return self._units

    def _selected_here(self) -> None:
        self._explain()
        self._draw_charts()
        if self._linking:
            return
        known = self._rows_of_units()
        places = [known[share.gacha_code] for row in self._picked()
                  if (share := self.model.share(row)) is not None and share.gacha_code in known]
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
