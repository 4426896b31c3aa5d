"""核查 › 禁牧区: what stands in grazing bans, by gacha or by ban, and where it is on the map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QDate, QModelIndex
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDateEdit, QLineEdit, QWidget

from app.actions.bans import BY, bans_table, known, missing_words, notes
from app.bus import Bus
from app.exports.result_table import ResultTable
from app.jobs import Jobs, Progress
from app.messages import both, text
from app.origins.bans import bans_ask
from app.panels.computed import ComputedPanel
from app.panels.frame import FOOT, HEAD, Pages, across, alone, answer_page, down, tile_row
from app.panels.map_voice import MapVoice
from app.panels.models.records import RecordColumn, RecordModel, summed
from app.panels.number_words import NumberWords
from app.panels.parts import Button, EmptyState, NoticeBar, ProvenanceLine, Tile, label, restyle_all
from app.panels.record_table import RecordTable
from app.panels.rows import number
from app.panels.segmented import Segmented
from app.session import Session
from layers.maps.choropleth import NOTHING, MapTheme, amount_theme
from layers.plan.plan import Plan
from layers.planning.bans import SORTS, BanRow, Bans, Standing
from layers.planning.bans import bans as find_bans
from layers.planning.units import GACHA
from layers.policy.bundle import Policy
from layers.provenance import Ask

SPARE = {"built": 1, "water": 2, "shed": 3, "camp": 4}  # columns that a narrow panel leaves out first
TOKEN = "draw"
MANY = 100_000  # sheep units from which a tile counts in ten thousands


@dataclass(frozen=True, slots=True)
class Line:
    """A gacha or a ban, and what stands there. place: (kind, row id), None for what is in no gacha."""

    key: str
    name: str
    about: str
    rows: dict[str, BanRow]
    things: tuple[Standing, ...]
    place: tuple[str, int] | None


class BansPanel(ComputedPanel):
    """The bans of a day; the chosen gacha's or ban's things are outlined on the map."""

    result: Bans | None

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.absent = False
        self.voice = MapVoice(bus, self)
        self.model = RecordModel(lambda row: (row.name, row.key, row.about), self._tip, self)
        self._build()
        self.start()

    def _build(self) -> None:
        self.by = Segmented()
        self.by.chosen.connect(lambda _by: self._show_table())
        self.day = QDateEdit(QDate.currentDate())
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.day.dateChanged.connect(lambda _day: self._other_day())
        self.filter = QLineEdit()
        self.tiles = (Tile(), Tile(), Tile())
        self.notice = NoticeBar()
        self.notice.acted.connect(self._act)
        self.table = RecordTable(self.model, key=lambda row: row.key)
        self.table.filtered_by(self.filter)
        self.table.picked.connect(self._chosen)
        self.table.opened.connect(self._zoom)
        self.counts, self.more = NumberWords(), label("note", wrap=True)
        self.provenance = ProvenanceLine()
        self.export = Button("primary", "download")
        self.export.clicked.connect(lambda: self.bus.run_command.emit("export_bans"))
        self.nothing, self.clean = EmptyState("fence"), EmptyState("fence")
        self.ready = alone(self.clean)
        self.nothing.acted.connect(self.get_data)
        tools = across((self.filter, 3), (self.day, 2), spacing=8)
        head = down(self.by, tile_row(self.tiles), self.notice, tools, margins=HEAD, spacing=10)
        foot = down(self.counts, self.more, self.provenance, across(None, self.export), margins=FOOT,
                    spacing=6)  # fmt: skip
        self.pages = Pages(self, answer_page(head, self.table, self.ready, foot), self.nothing)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.by.set_items([(name, text(f"bans_by_{name}")) for name in BY])
        self.filter.setPlaceholderText(text("gaps_filter"))
        self.filter.setAccessibleName(text("gaps_filter"))
        self.day.setAccessibleName(text("bans_day"))
        self.day.setToolTip(text("bans_day_tip"))
        self.export.setText(text("gaps_export"))
        self._show()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show()

    # -- the answer --------------------------------------------------------------------------------

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """The result says itself whether it still holds."""
        self._show()
        if self.absent:
            self._keep_up()

    def _other_day(self) -> None:
        if self.session.is_open and self.isVisible():
            self.compute()

    def _act(self) -> None:
        """Go back to the last day on which a ban held, else compute again."""
        last = self.result.last if self.result is not None and not self.result.bans else None
        if last is not None and not self.stale and self.error is None:
            self.day.setDate(QDate.fromString(last, "yyyy-MM-dd"))
        else:
            self.compute()

    def compute(self) -> None:
        """Count, off the interface thread."""
        if not self.session.is_open:
            return
        day = self.day.date().toPython()

        def work(plan: Plan, policy: Policy, progress: Progress) -> Bans | None:
            return find_bans(plan, policy, on=day, progress=progress)

        def take(found: Bans | None) -> None:
            self.absent = found is None

        self.ask(text("job_bans"), work, topic="bans", take=take)

    def _forget(self) -> None:
        self.absent = False
        self.bus.highlight.emit([])

    def statement(self) -> ResultTable | None:
        """What is shown, as it leaves; None where there is nothing."""
        return None if self.result is None else bans_table(self.session, self.result, self._by())

    def _by(self) -> str:
        return self.by.current() or BY[0]

    # -- what it shows -----------------------------------------------------------------------------

    def _show(self) -> None:
        found = self.result
        if not self.session.is_open:
            self.nothing.set(text("no_project"), text("bans_nothing_why"), text("open_sample"))
        elif self.absent:
            self.nothing.set(text("bans_unknown"), text("bans_unknown_why"), text("queue_import"))
        elif found is not None:
            key = "bans_no_bans" if not found.bans else "bans_none"
            self.clean.set(text(key), text("bans_none_why", day=found.on.isoformat()))
        else:
            self.clean.set(text("bans_running"), text("bans_nothing_why"))
        self.pages.show_full(self.session.is_open and not self.absent)
        ended = found.last if found is not None and not found.bans else None
        if not self._tell_trouble(text("bans_running")) and ended:
            self.notice.show_notice("warn", text("bans_no_bans"), text("bans_ended_on", day=ended),
                                    text("bans_go_back"))  # fmt: skip
        there = found is not None and bool(found.things)
        for part in (self.table, self.table.totals, self.filter):
            part.setVisible(there)
        self.ready.setVisible(not there)
        self.export.setEnabled(found is not None and bool(found.things))
        for tile in self.tiles:
            tile.setVisible(found is not None)
        self.more.setVisible(found is not None and bool(found.missing))
        self.counts.setVisible(found is not None)
        self.provenance.set("")
        if found is not None:
            self._show_found(found)
        self._show_table()
        self._tell_map()

    def _show_found(self, found: Bans) -> None:
        whole = {row.sort: row for row in found.whole()}
        fence, herd = whole.get("fence"), whole.get("herd")
        self.tiles[0].set(
            number(len(found.things)), text("bans_unit_things"), text("bans_tile_things"), "warn",
            ask=bans_ask(found, "things"),
        )  # fmt: skip
        km = None if not self._known(found, "fence") else (fence.metres or 0.0) / 1000 if fence else 0.0
        self.tiles[1].set(
            "—" if km is None else number(km, digits=1), "km", text("bans_tile_fence"), "ban_ink",
            ask=bans_ask(found, "fence_km"),
        )  # fmt: skip
        su = None if not self._known(found, "herd") else (herd.amount or 0.0) if herd else 0.0
        unit = "bans_unit_many" if su is not None and su >= MANY else "grazing_unit_sheep"
        shown = "—" if su is None else number(su / 10_000, digits=1) if su >= MANY else number(su, digits=0)
        self.tiles[2].set(shown, text(unit), text("bans_tile_herd"), "need4",
                          ask=bans_ask(found, "herd_su"))  # fmt: skip
        self.more.setText(missing_words(found) if found.missing else "")
        near, undated = (sum(one.near for one in found.things),
                         sum(one.in_force is None for one in found.bans))  # fmt: skip
        told = [("bans", len(found.bans)), ("near", near), *([("undated", undated)] if undated else [])]
        self.counts.show_numbers(
            [(text(f"from_bans_{name}"), number(count), bans_ask(found, name)) for name, count in told]
        )
        self.counts.setToolTip("\n".join((*notes(found), text("trace_tip"))))
        self.say_source(found.provenance)

    @staticmethod
    def _known(found: Bans, sort_id: str) -> bool:
        return known(found, next(one for one in SORTS if one.id == sort_id))

    def _show_table(self) -> None:
        lines = [] if self.result is None else _lines(self.result, self._by())
        name = RecordColumn(f"bans_head_{self._by()}", lambda row: row.name, order=lambda row: row.key)
        columns = [name]
        for sort in SORTS:
            if self.result is not None and known(self.result, sort):
                columns.append(_column(self.result, self._by(), sort.id, length=sort.length))
        first = ("bans_col_fence_km" if any(one.key == "bans_col_fence_km" for one in columns) else name.key)
        self.table.show_records(columns, lines, first=(first, first != name.key))

    def _tip(self, row: Line) -> str:
        return "\n".join(part for part in (row.name, row.about, _said(row)) if part)

    # -- one row -----------------------------------------------------------------------------------

    def _tell_map(self) -> None:
        found = self.result
        self.voice.say(None if found is None or not found.things or not found.gachas else _theme(found))

    def _chosen(self) -> None:
        row = self.table.record()
        if not self.isVisible():
            return
        self.bus.highlight.emit([] if row is None else [(one.shape, TOKEN) for one in row.things])
        if row is not None and row.place is not None and row.place[0] in self.session.plan:
            self.session.select(row.place[0], [row.place[1]])

    def _zoom(self, index: QModelIndex) -> None:
        self.zoom_round(one.shape for one in self.model.lines[index.row()].things)

    def showEvent(self, event: QShowEvent) -> None:
        """The chosen one is on the map again, and how many stand where."""
        super().showEvent(event)
        self._tell_map()
        self._chosen()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing of it stays on the map."""
        self.bus.highlight.emit([])
        super().hideEvent(event)


def _lines(found: Bans, by: str) -> list[Line]:
    if by == "zone":
        inside: list[list[Standing]] = [[] for _ in found.bans]
        for one in found.things:
            for ban in one.bans:
                inside[ban].append(one)
        return [
            Line(f"{ban.kind}:{ban.fid}", ban.name or ban.key or str(ban.fid), _held(ban),
                 {row.sort: row for row in rows}, tuple(inside[at]), (ban.kind, ban.fid))
            for at, rows in found.by_zone().items() if rows for ban in (found.bans[at],)
        ]  # fmt: skip
    fids = {str(key): (table.kind.id, int(fid)) for table in found.provenance.plan.with_role(GACHA)
            for fid, key in zip(table.fids, table.column(table.kind.key), strict=True)}  # fmt: skip
    return [
        Line(code or "~", found.gachas.get(code or "") or text("zone_change_outside"), "",
             {row.sort: row for row in rows}, tuple(one for one in found.things if one.gacha == code),
             fids.get(code or ""))
        for code, rows in found.by_gacha().items()
    ]  # fmt: skip


def _theme(found: Bans) -> MapTheme:
    """How many things stand in bans, by gacha."""
    counts = dict.fromkeys(found.gachas, 0.0)
    for one in found.things:
        if one.gacha in counts:
            counts[one.gacha] += 1
    made = amount_theme(
        "bans", both("bans_map"), counts, subtitle=both("bans_map_day", day=found.on.isoformat())
    )
    at = made.classes.index(NOTHING)
    none = replace(NOTHING, title=both("bans_map_none"))
    return replace(made, classes=(*made.classes[:at], none, *made.classes[at + 1 :]))


def _held(ban: Any) -> str:
    """Since when, until when, by which document a ban holds."""
    begin = ban.valid_from or text("zone_force_unknown")
    held = f"{begin} – {ban.valid_to}" if ban.valid_to else text("bans_since", day=begin)
    return f"{held} · {ban.document or text('bans_no_document')}"


def _column(found: Bans, by: str, sort: str, *, length: bool) -> RecordColumn:
    """How many, or how long. By gacha rows add up (a thing in two bans stands in both)."""
    added = by == BY[0]

    def ask(row: Line) -> Ask:
        return bans_ask(found, "fence_km" if length else sort, by=by, key=row.key)

    if length:
        def km(row: Line) -> float:
            return (row.rows[sort].metres or 0.0) / 1000 if sort in row.rows else 0.0

        return RecordColumn("bans_col_fence_km", km, True, 1, total=summed(km) if added else None,
                            ask=ask)  # fmt: skip

    def count(row: Line) -> int:
        return row.rows[sort].count if sort in row.rows else 0

    total = summed(count) if added else None
    return RecordColumn(f"bans_col_{sort}", count, True, 0, total=total, spare=SPARE.get(sort, 0),
                        ask=ask)  # fmt: skip


def _said(row: Line) -> str:
    """Everything that stands there, in words."""
    parts = []
    for sort, one in row.rows.items():
        words = f"{text(f'bans_col_{sort}')} {number(one.count)}"
        if one.metres is not None:
            words += f" · {number(one.metres / 1000, digits=2)} km"
        if one.amount is not None:
            words += f" · {number(one.amount, digits=0)} {text('grazing_unit_sheep')}"
        if one.near:
            words += f" · {text('bans_near', count=number(one.near))}"
        parts.append(words)
    return "\n".join(parts)
