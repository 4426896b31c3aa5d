"""核查 › 占用定额: what planned works use of each quota by year, sumu and scheme, the limits and what is left."""

from __future__ import annotations

import datetime
from dataclasses import replace

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from app.actions.quotas import enter_limit, notes, quota_table
from app.bus import Bus
from app.exports.result_table import ResultTable
from app.jobs import Jobs, Progress
from app.messages import both, text
from app.origins.quotas import quota_ask
from app.panels.computed import ComputedPanel
from app.panels.frame import FOOT, HEAD, Pages, across, alone, answer_page, down, holder, tile_row
from app.panels.map_voice import MapVoice
from app.panels.models.quota_rows import VIEWS, Line, columns_of, lines_of
from app.panels.models.records import RecordModel
from app.panels.parts import Button, EmptyState, NoticeBar, ProvenanceLine, Tile, label, restyle_all
from app.panels.record_table import RecordTable
from app.panels.rows import number
from app.panels.segmented import Segmented
from app.session import Session
from layers.errors import InputError
from layers.geo.measure import M2_PER_HA
from layers.maps.choropleth import NOTHING, MapTheme, amount_theme
from layers.plan.plan import Plan
from layers.planning.footprints import planned_works
from layers.planning.quotas import UNIT_ROLE, Quotas
from layers.planning.quotas import quotas as find_quotas
from layers.policy.bundle import Policy
from layers.policy.zone_rules import QUOTAS

TOKEN = "draw"
FIELDS = ("year", "ha", "source", "date")


class QuotasPanel(ComputedPanel):
    """One answer for all quotas; one quota and one view of it are looked at."""

    result: Quotas | None

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.voice = MapVoice(bus, self)
        self.model = RecordModel(lambda row: (row.name,), self._tip, self)
        self._build()
        self.start()

    def _build(self) -> None:
        self.which, self.views = Segmented(), Segmented()
        self.which.chosen.connect(lambda _quota: self._show())
        self.views.chosen.connect(lambda _view: self._show())
        self.scheme = QComboBox()
        self.scheme.activated.connect(lambda _at: self.compute())
        self.tiles = (Tile(), Tile(), Tile())
        self.notice = NoticeBar()
        self.notice.acted.connect(self.compute)
        self.table = RecordTable(self.model, key=lambda row: row.key)
        self.table.picked.connect(self._chosen)
        self.table.opened.connect(self._zoom)
        self.more, self.provenance = label("note", wrap=True), ProvenanceLine()
        self.export = Button("", "download")
        self.export.clicked.connect(lambda: self.bus.run_command.emit("export_quota"))
        self.nothing, self.clean = EmptyState("ruler"), EmptyState("ruler")
        self.nothing.acted.connect(self.get_data)
        self.ready = alone(self.clean)
        head = down(self.which, self.scheme, tile_row(self.tiles), self.notice, self.views, margins=HEAD,
                    spacing=8)  # fmt: skip
        foot = down(self._form(), self.more, self.provenance, across(None, self.export), margins=FOOT,
                    spacing=6)  # fmt: skip
        self.pages = Pages(self, answer_page(head, self.table, self.ready, foot), self.nothing)

    def _form(self) -> QWidget:
        """A line in which what may be taken at most in a year is entered."""
        self.fields = {name: QLineEdit() for name in FIELDS}
        self.enter = Button("", "check")
        self.enter.clicked.connect(self.enter_limit)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for at, name in enumerate(FIELDS):
            field = self.fields[name]
            field.returnPressed.connect(self.enter_limit)
            grid.addWidget(field, at // 2, at % 2)
        grid.addWidget(self.enter, 0, 2, 2, 1)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        return holder(grid)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.which.set_items([(name, text(f"quota_{name}")) for name in QUOTAS])
        self.views.set_items([(name, text(f"quota_by_{name}")) for name in VIEWS])
        self.scheme.setAccessibleName(text("quota_only_scheme"))
        self.scheme.setToolTip(text("quota_only_scheme"))
        for name, field in self.fields.items():
            field.setPlaceholderText(text(f"quota_field_{name}"))
            field.setAccessibleName(text(f"quota_field_{name}"))
            field.setToolTip(text(f"quota_field_{name}"))
        self.enter.setText(text("quota_enter"))
        self.export.setText(text("gaps_export"))
        self._fill()
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show()

    # -- the answer --------------------------------------------------------------------------------

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """A limit that was entered (or taken back) counts at once; the rest says itself whether it holds."""
        self._fill()
        self._show()
        if "quotas" in collections and self.isVisible():
            self.compute()

    def _forget(self) -> None:
        self.bus.highlight.emit([])
        self._fill()

    def _fill(self) -> None:
        """Schemes that anything is in; the one that is looked at is proposed."""
        if not self.session.is_open:
            return
        kept = self.scheme.currentData() if self.scheme.count() else self.bus.scheme
        names = sorted({str(name) for kind, table in self.session.plan.layers()
                        if "scheme" in kind.column_names and kind.geometry
                        for name in table.column("scheme") if name})  # fmt: skip
        self.scheme.clear()
        self.scheme.addItem(text("quota_every_scheme"), None)
        for name in names:
            self.scheme.addItem(name, name)
        self.scheme.setCurrentIndex(max(self.scheme.findData(kept), 0))

    def compute(self) -> None:
        """Measure what is taken, off the interface thread."""
        if not self.session.is_open:
            return
        scheme, today = self.scheme.currentData(), datetime.date.today()  # noqa: DTZ011 - the user's own

        def work(plan: Plan, policy: Policy, _progress: Progress) -> Quotas:
            return find_quotas(plan, policy, planned_works(plan, policy, scheme=scheme), on=today)

        self.ask(text("job_quota"), work, topic="quota")

    def statement(self) -> ResultTable | None:
        """What is shown, as it leaves; None where there is nothing."""
        return None if self.result is None else quota_table(self.result)

    def enter_limit(self) -> None:
        """Enter what may be taken at most in a year, as one command."""
        typed = {name: field.text().strip() for name, field in self.fields.items()}

        def enter() -> None:
            try:
                year, ha = int(typed["year"]), float(typed["ha"].replace(",", ""))
            except ValueError:
                given = f"{typed['year']} {typed['ha']}".strip() or "—"
                raise InputError("quota_number_unclear", given=given) from None
            enter_limit(self.session, self._quota(), year, ha, source=typed["source"], date=typed["date"])

        if self.attempt(enter):
            for field in self.fields.values():
                field.clear()

    def _quota(self) -> str:
        return self.which.current() or QUOTAS[0]

    # -- what it shows -----------------------------------------------------------------------------

    def _show(self) -> None:
        found = self.result
        self.nothing.set(text("no_project"), text("quota_nothing_why"), text("open_sample"))
        self.pages.show_full(self.session.is_open)
        self.enter.setEnabled(self.session.is_open and self.session.read_only is None)
        self.export.setEnabled(found is not None and bool(found.totals))
        for part in (*self.tiles, self.more, self.provenance):
            part.setVisible(found is not None)
        view = self.views.current() or VIEWS[0]
        lines = [] if found is None else lines_of(found, self._quota(), view)
        for part in (self.table, self.table.totals, self.views):
            part.setVisible(bool(lines))
        self.ready.setVisible(not lines)
        self.clean.set(text("quota_none" if found is not None else "quota_running"), text("quota_none_why"))
        if found is not None:
            self._show_tiles(found)
        columns = columns_of(view, self._quota(), self.scheme.currentData())
        self.table.show_records(columns, lines, first=("quota_name", False))
        if not self._tell_trouble(text("quota_running")) and found is not None:
            self._warn(lines_of(found, self._quota(), "year"))
        if found is not None:
            said = [one for one in notes(found) if one.startswith(text(f"quota_{self._quota()}"))]
            self.more.setText("\n".join(said))
            self.more.setToolTip("\n".join(notes(found)))
            self.say_source(found.provenance)
        self._tell_map()

    def _show_tiles(self, found: Quotas) -> None:
        years = lines_of(found, self._quota(), "year")
        used = sum(one.used_ha for one in years)
        share = found.reserve_share_ha if self._quota() == "reserve" else None
        entered = [one for one in years if one.limit_ha is not None]
        limit = (
            share if share is not None else sum(one.limit_ha or 0.0 for one in entered) if entered else None
        )
        of_years = used if share is not None else sum(one.used_ha for one in entered)
        left = None if limit is None else limit - of_years
        used_ask, limit_ask, left_ask = (
            quota_ask(self._quota(), name, scheme=self.scheme.currentData())
            for name in ("used", "limit", "left")
        )
        self.tiles[0].set(number(used, digits=1), text("unit_ha"), text("quota_tile_used"), "need4",
                          ask=used_ask)  # fmt: skip
        self.tiles[1].set("—" if limit is None else number(limit, digits=1), text("unit_ha"),
                          text("quota_tile_share" if share is not None else "quota_tile_limit"), "accent",
                          ask=limit_ask)  # fmt: skip
        over = left is not None and left < 0
        self.tiles[2].set("—" if left is None else number(abs(left), digits=1), text("unit_ha"),
                          text("quota_tile_over" if over else "quota_tile_left"), "bad" if over else "ok",
                          ask=left_ask)  # fmt: skip

    def _warn(self, years: list[Line]) -> None:
        between = text("list_between")
        over = [one.name for one in years if one.left_ha is not None and one.left_ha < 0]
        unknown = [one.name for one in years if one.limit_ha is None and one.used_ha > 0]
        share = (
            self.result.reserve_share_ha if self.result is not None and self._quota() == "reserve" else None
        )
        if over:
            self.notice.show_notice(
                "bad", text("quota_over", years=between.join(over)), text("quota_over_why")
            )
        elif share is not None and sum(one.used_ha for one in years) > share:
            self.notice.show_notice("bad", text("quota_over_share"), text("quota_over_why"))
        elif unknown:
            self.notice.show_notice("warn", text("quota_unknown_limits", years=between.join(unknown)),
                                    text("quota_enter_why"))  # fmt: skip

    def _tip(self, row: Line) -> str:
        works = [one.work.name or one.work.key for one in row.takings]
        named = list(dict.fromkeys(name for name in works if name))
        return "\n".join((row.name, *([row.source] if row.source else []), *named[:12],
                          *(["…"] if len(named) > 12 else [])))  # fmt: skip

    # -- the map -----------------------------------------------------------------------------------

    def _tell_map(self) -> None:
        found = self.result
        there = found is not None and any(one.quota == self._quota() for one in found.takings)
        self.voice.say(self._theme(found) if there and found is not None else None)

    def _theme(self, found: Quotas) -> MapTheme:
        """How much is taken in each sumu."""
        used: dict[str, float | None] = {
            str(code): 0.0 for table in found.provenance.plan.with_role(UNIT_ROLE)
            for code in table.column(table.kind.key)
        }  # fmt: skip
        for one in found.takings:
            if one.quota == self._quota() and one.sumu in used:
                used[one.sumu] = (used[one.sumu] or 0.0) + one.area_m2 / M2_PER_HA
        scheme = self.scheme.currentText() or text("quota_every_scheme")
        made = amount_theme(
            f"quota_{self._quota()}", both("quota_map", quota=both(f"quota_{self._quota()}")), used,
            subtitle=both("quota_map_unit", scheme=scheme), unit_role=UNIT_ROLE,
            unit_title=both("quota_sumus"),
        )  # fmt: skip
        at = made.classes.index(NOTHING)
        none = replace(NOTHING, title=both("quota_map_none"))
        return replace(made, classes=(*made.classes[:at], none, *made.classes[at + 1 :]))

    def _chosen(self) -> None:
        row = self.table.record()
        if self.isVisible():
            self.bus.highlight.emit([] if row is None else [(one.work.ground, TOKEN) for one in row.takings])

    def _zoom(self, index: QModelIndex) -> None:
        self.zoom_round(one.work.ground for one in self.model.lines[index.row()].takings)

    def showEvent(self, event: QShowEvent) -> None:
        """What is chosen is on the map again."""
        super().showEvent(event)
        self._tell_map()
        self._chosen()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing of it stays on the map."""
        self.bus.highlight.emit([])
        super().hideEvent(event)
