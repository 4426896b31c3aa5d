"""核查 › 分区变化: a layer of zones in two versions, by gacha and class."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QDate, QModelIndex
from PySide6.QtWidgets import QComboBox, QDateEdit, QHBoxLayout, QWidget

from app.actions.zone_change import (
    Asked,
    Compared,
    as_pair,
    class_words,
    compare_zones,
    kind_of,
    notes,
    place_words,
)
from app.bus import Bus
from app.exports.result_table import ResultTable
from app.jobs import Jobs, Progress
from app.messages import text, tr
from app.origins.zones import ZoneChanged, zone_ask, zones_ask
from app.panels.computed import ComputedPanel
from app.panels.frame import FOOT, HEAD, Pages, across, alone, down, page, tile_row
from app.panels.models.records import RecordColumn, RecordModel
from app.panels.number_words import NumberWords
from app.panels.parts import Button, EmptyState, NoticeBar, ProvenanceLine, Tile, label, line, restyle_all
from app.panels.record_table import RecordTable
from app.panels.rows import number
from app.session import Session, decode_title
from layers.geo.measure import M2_PER_HA, M2_PER_MU
from layers.plan.plan import Plan
from layers.planning.results import Provenance
from layers.planning.units import GACHA
from layers.planning.zone_change import ZoneChangeRow
from layers.policy.bundle import Policy
from layers.provenance import Ask

FIELDS = ("before", "after", "gained", "lost")
TOKENS = {"after": "accent", "gained": "ok", "lost": "warn"}
FEWER = 10_000  # hectares from which a figure is in km²
NOW, DAY = -1, -2  # in place of a version's entry


class ZoneChangePanel(ComputedPanel):
    """Asked for by a button: which layer, which two versions; the whole as figures, gachas as rows."""

    UNASKED = False
    result: Compared | None

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.model = RecordModel(self._words, self._tip, self)
        self._build()
        self.start()

    def _build(self) -> None:
        self.layer, self.only = QComboBox(), QComboBox()
        self.old, self.new = _Choice(), _Choice()
        for choice in (self.old, self.new):
            choice.versions.activated.connect(lambda _at, choice=choice: self._chosen(choice))
        self.only.activated.connect(lambda _at: self._show_rows())
        self.go = Button("primary", "diff")
        self.go.clicked.connect(self.compute)
        self.tiles = {name: Tile() for name in TOKENS}
        self.notice = NoticeBar()
        self.notice.acted.connect(self.compute)
        self.table = RecordTable(self.model)
        self.table.opened.connect(self._zoom)
        self.hint, self.more = label("note", wrap=True), label("note", wrap=True)
        self.counts = NumberWords()
        self.provenance = ProvenanceLine()
        self.write = Button("", "download")
        self.write.clicked.connect(lambda: self.bus.run_command.emit("export_zone_change"))
        self.ask_first, self.nothing = EmptyState("diff"), EmptyState("diff")
        self.ready = alone(self.ask_first)
        self.nothing.acted.connect(self.get_data)
        tools = across((self.only, 1), self.go, spacing=8)
        head = down(self.layer, self.old.row, self.new.row, tools, self.hint,
                    tile_row(list(self.tiles.values())), self.notice, margins=HEAD, spacing=8)  # fmt: skip
        foot = down(self.counts, self.more, self.provenance, across(None, self.write), margins=FOOT,
                    spacing=6)  # fmt: skip
        self.pages = Pages(self, page(head, (self.table, 1), (self.ready, 1), line(), foot), self.nothing)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.layer.setAccessibleName(text("zone_change_layer"))
        self.layer.setToolTip(text("zone_change_layer"))
        self.only.setAccessibleName(text("zone_change_only"))
        self.only.setToolTip(text("zone_change_only"))
        self.old.describe(text("zone_change_from"))
        self.new.describe(text("zone_change_to"))
        self.go.setText(text("zone_change_go"))
        self.write.setText(text("gaps_export"))
        self._fill()
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show()

    # -- what can be asked -------------------------------------------------------------------------

    def _forget(self) -> None:
        self._fill()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """The result says itself whether it still holds."""
        self._fill()
        self._show()

    def showEvent(self, event: Any) -> None:
        """A version may have been named meanwhile."""
        super().showEvent(event)
        self._fill()

    def _fill(self) -> None:
        if not self.session.is_open:
            return
        kinds = [kind for kind, _ in self.session.plan.layers() if kind.zone]
        _fill(self.layer, [(tr(kind.title), kind.id) for kind in kinds if kind.geometry == "MultiPolygon"])
        entries = [item.entry for item in self.session.history() if item.entry.op == "version"]
        versions = [(tr(decode_title(one.title)), one.id) for one in entries]
        day = (text("zone_change_by_day"), DAY)
        _fill(self.old.versions, [*versions, day], keep=self.old.chosen)
        _fill(self.new.versions, [(text("zone_change_now"), NOW), *versions, day], keep=self.new.chosen)
        self.hint.setText("" if versions else text("zone_change_no_versions"))
        self.hint.setVisible(not versions)
        self._show_days()

    def _chosen(self, choice: _Choice) -> None:
        choice.chosen = True
        self._show_days()

    def _show_days(self) -> None:
        for choice in (self.old, self.new):
            choice.day.setVisible(choice.versions.currentData() == DAY)

    # -- the answer --------------------------------------------------------------------------------

    def compute(self) -> None:
        """Compare, off the interface thread."""
        kind = self.layer.currentData()
        if not self.session.is_open or kind is None:
            return
        store, snapshot = self.session.store, self.session.snapshot()
        old, new = as_pair(self.old.asked(), self.new.asked())

        def work(_plan: Plan, _policy: Policy, progress: Progress) -> Compared:
            return compare_zones(store, snapshot, kind, old, new, progress=progress)

        self.ask(text("job_zone_change"), work, topic="zone change")

    def answer_of(self, ask: Ask | None) -> Any:
        """Return the comparison with where it is from."""
        found = self.result
        return None if found is None else ZoneChanged(found.found, found.was, found.now, self._source())

    def _source(self) -> Provenance:
        assert self.result is not None
        snapshot = self.result.snapshot
        kinds = (self.result.found.kind, *(table.kind.id for table in snapshot.plan.with_role(GACHA)))
        policy = snapshot.policy
        return Provenance(snapshot.plan, kinds, policy.version, policy.digest, ("7.4",), None)

    def statement(self) -> ResultTable | None:
        """What is shown, as it leaves; None where there is nothing."""
        from app.actions.zone_change import change_table

        return None if self.result is None else change_table(self.result)

    def _show(self) -> None:
        there = self.session.is_open and self.layer.count() > 0
        self.pages.show_full(there)
        if not there:
            missing = "zone_change_nothing" if self.session.is_open else "no_project"
            action = text("queue_import" if self.session.is_open else "open_sample")
            self.nothing.set(text(missing), text("zone_change_nothing_why"), action)
            return
        self._tell_trouble(text("zone_change_running"))
        found = self.result
        self.ready.setVisible(found is None)
        shown = (self.counts, self.table, self.write, self.only, self.more, self.provenance,
                 *self.tiles.values())  # fmt: skip
        for part in shown:
            part.setVisible(found is not None)
        if found is None:
            self.ask_first.set(text("zone_change_ask"), text("zone_change_ask_why"))
            return
        neither = not any(found.found.counts)
        self.table.setVisible(not neither)
        self.ready.setVisible(neither)
        if neither:
            self.ask_first.set(text("zone_change_neither"), text("zone_change_neither_why"))
        kind = kind_of(found)
        classes = dict.fromkeys(row.value for row in found.found.rows)
        words = {row.value: class_words(kind, row) for row in found.found.rows}
        _fill(self.only, [(words[value], value) for value in classes])
        before, after = found.found.counts
        kind_id, sides = found.found.kind, _sides(found)
        self.counts.show_numbers([
            (text(f"from_zones_{side}"), number(count), zones_ask(kind_id, sides, side))
            for side, count in (("before", before), ("after", after))
        ])
        self.more.setText("\n".join(notes(found)))
        self.more.setVisible(bool(self.more.text()))
        self.provenance.set(text("zone_change_source", old=found.old.words, new=found.new.words,
                                 rules=found.snapshot.policy.version))  # fmt: skip
        self._show_rows()

    def _show_rows(self) -> None:
        if self.result is None:
            return
        value = self.only.currentData()
        rows = [row for row in self.result.found.rows if row.value == value]
        whole = next(row for row in rows if row.gacha_code is None)
        compared = self.result
        sides = _sides(compared)
        large = max(getattr(whole.change, name) for name in FIELDS) / M2_PER_HA
        for name, tile in self.tiles.items():
            ha, words = getattr(whole.change, name) / M2_PER_HA, text(f"zone_change_{name}_word")
            shown = (ha, "unit_ha") if large < FEWER else (ha / 100, "zone_change_km2")
            tile.set(number(shown[0], digits=0), text(shown[1]), words, TOKENS[name],
                     ask=zone_ask(compared.found.kind, sides, whole, name))  # fmt: skip
        columns = (
            RecordColumn("zone_change_gacha", lambda row: place_words(compared, row)),
            *(_column(name, compared.found.kind, sides) for name in FIELDS),
        )
        gachas = [row for row in rows if row.gacha_code is not None]
        self.table.show_records(columns, gachas, first=("zone_change_gained", True))

    def _words(self, row: ZoneChangeRow) -> tuple[str, ...]:
        assert self.result is not None
        return (place_words(self.result, row),)

    def _tip(self, row: ZoneChangeRow) -> str:
        assert self.result is not None
        lines = [f"{place_words(self.result, row)} · {class_words(kind_of(self.result), row)}"]
        for name in FIELDS:
            m2, what = getattr(row.change, name), text(f"zone_change_{name}_word")
            ha, mu = f"{m2 / M2_PER_HA:,.2f}", f"{m2 / M2_PER_MU:,.1f}"
            lines.append(text("zone_change_tip", what=what, ha=ha, mu=mu))
        return "\n".join(lines)

    def _zoom(self, index: QModelIndex) -> None:
        code = self.model.lines[index.row()].gacha_code
        for table in self.session.plan.with_role(GACHA):
            keys = zip(table.fids, table.column(table.kind.key), strict=True)
            if fids := [int(fid) for fid, key in keys if key == code]:
                self.session.select(table.kind.id, fids)
                self.bus.zoom_to_features.emit(table.kind.id, frozenset(fids))
                return


class _Choice:
    """A version to choose, or a day."""

    def __init__(self) -> None:
        self.caption, self.versions, self.day = label("note"), QComboBox(), QDateEdit(QDate.currentDate())
        self.chosen = False  # by hand: else the newest version is proposed
        self.caption.setBuddy(self.versions)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.row: QHBoxLayout = across(self.caption, (self.versions, 1), self.day, spacing=8)

    def describe(self, words: str) -> None:
        """Say which of the two it is."""
        self.caption.setText(words)
        self.versions.setAccessibleName(words)
        self.versions.setToolTip(words)
        self.day.setAccessibleName(text("zone_change_by_day"))
        self.day.setToolTip(text("zone_change_day_tip"))

    def asked(self) -> Asked:
        """Return what is chosen."""
        entry = self.versions.currentData()
        if entry == DAY:
            day = self.day.date().toPython().isoformat()
            return Asked(text("zone_change_day", day=day), day=day)
        return Asked(self.versions.currentText(), None if entry == NOW else entry)


def _sides(compared: Compared) -> tuple[str, ...]:
    """What names the two versions."""
    return tuple(one.day or (f"v{one.entry}" if one.entry is not None else "now")
                 for one in (compared.old, compared.new))  # fmt: skip


def _column(name: str, kind: str, sides: tuple[str, ...]) -> RecordColumn:
    return RecordColumn(
        f"zone_change_{name}",
        lambda row: getattr(row.change, name) / M2_PER_HA,
        numeric=True,
        digits=1,
        spare=1 if name == "before" else 0,
        ask=lambda row: zone_ask(kind, sides, row, name),
    )


def _fill(box: QComboBox, items: list[tuple[str, Any]], *, keep: bool = True) -> None:
    """Other items; with `keep`, what was chosen stays chosen where it is still there."""
    kept = box.currentData() if keep else None
    box.clear()
    for words, value in items:
        box.addItem(words, value)
    at = next((at for at, (_, value) in enumerate(items) if value == kept), 0)
    box.setCurrentIndex(at if items else -1)
