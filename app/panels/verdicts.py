"""核查 › 项目: what the selected or drawn work touches, at once; all that is planned, as a job."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import shapely
from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QStackedLayout, QWidget

from app.bus import Bus
from app.jobs import Jobs
from app.messages import both, language, text
from app.origins.verdicts import Verdict, verdict_ask
from app.panels.frame import ABOVE, FOOT, SIDE, across, alone, down, page
from app.panels.models.work_rows import WorkModel, key_of
from app.panels.number_desk import moved_numbers
from app.panels.number_words import NumberWords
from app.panels.panel import Panel, Scroll
from app.panels.parts import Button, EmptyState, NoticeBar, ProvenanceLine, label, line, restyle_all
from app.panels.rows import RowTable
from app.panels.verdict_parts import ChainageStrip, ConflictCard, DutyCard, VerdictBanner
from app.session import Session
from app.verdict_words import clearance_words, ground_words, work_name
from layers.catalogue.model import LayerKind
from layers.errors import InputError
from layers.geo.measure import format_area, format_length
from layers.geo.repair import validity
from layers.planning.conflicts import Conflict, Conflicts, Judged, conflicts
from layers.planning.detours import Clearance, clearance
from layers.planning.footprints import PROPOSAL, Work, made_work, planned_works, work_of, work_of_row
from layers.planning.results import Provenance
from layers.policy.bundle import Policy
from layers.provenance import Ask

EMPTY, ONE, MANY = range(3)


class VerdictsPanel(Panel):
    """One work with its cards, or the list of all."""

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QWidget | None = None) -> None:
        super().__init__(session, jobs, bus, parent)
        self.judged: Judged | None = None
        self.way: Clearance | None = None
        self.every: Conflicts | None = None
        self.policy: Policy | None = None
        self.moved = moved_numbers(bus)
        self.scheme: str | None = None  # of which `every` is; None: all that is planned
        self.cards: list[ConflictCard] = []
        self.running = self._all_shown = False
        self._sketch: tuple[Any, str] | None = None
        self._build()
        bus.selection_changed.connect(self._selected)
        bus.sketch_changed.connect(self._sketched)
        bus.verdict_hovered.connect(self._mark)
        bus.scheme_changed.connect(lambda _name: self._name_checks())
        bus.year_changed.connect(lambda _year: self._selected(session.selection.kind, session.selection.fids))
        self.start()

    # -- parts -------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.pages = QStackedLayout(self)
        self.nothing = EmptyState("route")
        self.nothing.acted.connect(self.check_all)
        self.pages.addWidget(alone(self.nothing))
        self.pages.addWidget(self._one_page())
        self.pages.addWidget(self._many_page())

    def _one_page(self) -> QWidget:
        self.title, self.measure = label("title", wrap=True), NumberWords()
        self.measure.asked.connect(self._ask)
        self.banner, self.strip, self.found_way = VerdictBanner(), ChainageStrip(), NoticeBar()
        self.banner.counts.asked.connect(self._ask)
        self.strip.hovered.connect(self.bus.verdict_hovered)
        self.found_way.acted.connect(self.take_way)
        self.body = Scroll(spacing=8)
        self.body.column.setContentsMargins(SIDE, 8, SIDE, SIDE)
        self.more: Button | None = None  # made anew with the cards, where there are more of them
        self.back = Button("", "list")
        self.back.clicked.connect(self.check_all)
        self.provenance = ProvenanceLine()
        self.sheet = Button("", "download")
        self.sheet.clicked.connect(lambda: self.bus.run_command.emit("export_verdicts"))
        above = down(self.title, self.measure, self.banner, self.strip, margins=ABOVE, spacing=8)
        buttons = across(self.sheet, None, self.back)
        foot = down(self.found_way, self.provenance, buttons, margins=FOOT, spacing=8)
        return page(above, line(), (self.body, 1), line(), foot)

    def _many_page(self) -> QWidget:
        self.summary = NoticeBar()
        self.summary.acted.connect(self.check_all)
        self.table, self.model = RowTable(), WorkModel(self.session.catalogue, self)
        self.table.head.lead = SIDE
        self.table.setModel(self.model)
        self.model.marked = self.moved.has
        self.moved.changed.connect(self.table.viewport().update)
        self.table.clicked.connect(self._touched)
        self.table.activated.connect(self._touched)
        self.again = Button("", "rotate-cw")
        self.again.clicked.connect(self.check_all)
        above = down(self.summary, margins=ABOVE)
        foot = across(None, self.again, margins=FOOT)
        return page(above, line(), (self.table, 1), line(), foot)

    # -- words and colours -------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the language that is spoken now."""
        self.again.setText(text("checks_run"))
        self.sheet.setText(text("verdict_sheet_write"))
        self._show()
        self._name_checks()

    def _name_checks(self) -> None:
        """Say what is checked: all that is planned, or the scheme that is looked at."""
        scheme = self.bus.scheme
        words = text("verdict_check_all") if scheme is None else text("verdict_check_scheme", name=scheme)
        self.nothing.set(text("verdict_choose"), text("verdict_choose_why"), words)
        self.back.setText(words)
        self._show_all()

    def restyle(self) -> None:
        """Take the palette's colours."""
        restyle_all(self)
        self._show()

    # -- what is judged ----------------------------------------------------------------------------

    def project_changed(self) -> None:
        """Another project (or none) is open."""
        self.every, self._sketch = None, None
        self.forget()

    def plan_changed(self, kinds: frozenset[str], collections: frozenset[str]) -> None:
        """What is selected or its zones may have changed; the list says itself that it is old."""
        self._selected(self.session.selection.kind, self.session.selection.fids)
        self._show_all()

    def forget(self) -> None:
        """Judge nothing."""
        self.judged = self.way = None
        self.bus.verdict_shown.emit(None, None)
        self._show()

    def day(self) -> datetime.date:
        """The day for works that have none of their own: the end of the year that is looked at, or today."""
        year = self.bus.year
        return datetime.date.today() if year is None else datetime.date(year, 12, 31)  # noqa: DTZ011

    def _selected(self, kind_id: str, fids: frozenset[int]) -> None:
        if self._sketch is not None or not self.session.is_open:
            return
        kind = self.session.catalogue.kinds.get(kind_id)
        if kind is None or len(fids) != 1 or not is_work(kind) or kind_id not in self.session.plan:
            if self.judged is not None:
                self.forget()
            return
        self._judge(lambda: work_of_row(self.session.plan, self.session.policy, kind_id, next(iter(fids))))

    def _sketched(self, shape: Any, kind_id: str) -> None:
        """A shape in the making: judged as soon as it is one."""
        if shape is None or not self.session.is_open:
            if self._sketch is not None:
                self._sketch = None
                self.forget()
                self._selected(self.session.selection.kind, self.session.selection.fids)
            return
        kind = self.session.catalogue.kinds.get(kind_id)
        if kind is None or not is_work(kind) or shape.is_empty or validity([shape])[0] is not None:
            return
        if shapely.get_dimensions(shape) == 1 and shape.length == 0:
            return
        self._sketch = (shape, kind_id)
        policy = self.session.policy
        work = work_of(kind, {}) or ("road" if shapely.get_dimensions(shape) == 1 else "other")
        named = text("verdict_sketch_as", work=_work_words(kind, work))
        self._judge(lambda: made_work(policy, shape, work, {}, kind=kind_id, name=named))

    def _judge(self, make: Any) -> None:
        plan, policy, day = self.session.plan, self.session.policy, self.day()

        def work(progress: Any) -> Judged | None:
            made: Work | None = make()
            return (
                None if made is None else conflicts(plan, policy, [made], on=day, progress=progress).judged[0]
            )

        self.jobs.start(text("job_verdict"), work, self._answered, topic="verdict", fault=self.fault)

    def _answered(self, judged: Judged | None) -> None:
        if judged is None or not self.session.is_open:
            self.forget()
            return
        self.judged, self.way, self._all_shown = judged, None, False
        self.bus.verdict_shown.emit(judged, None)
        self._show()
        if self._sketch is None:
            self._look_for_way(judged)

    def _look_for_way(self, judged: Judged) -> None:
        plan, policy, day = self.session.plan, self.session.policy, self.day()

        def answer(way: Clearance | None) -> None:
            if self.judged is judged and way is not None:
                self.way = way
                self.bus.verdict_shown.emit(judged, way)
                self._show_way()

        self.jobs.start(
            text("job_way_round"),
            lambda progress: clearance(plan, policy, judged, on=day),
            answer,
            topic="way round",
            fault=self.fault,
        )

    # -- one work ----------------------------------------------------------------------------------

    def _show(self) -> None:
        self.body.clear()
        self.cards = []
        if self.judged is None:
            if self.pages.currentIndex() == ONE:
                self.pages.setCurrentIndex(MANY if self.every is not None else EMPTY)
            return
        judged = self.judged
        self.pages.setCurrentIndex(ONE)
        self.title.setText(work_name(judged))
        self.measure.setToolTip(ground_words(judged))
        self.measure.show_numbers(self._measures(judged))
        self.banner.show_verdict(judged)
        self.strip.show_line(judged if judged.length_m else None)
        first = [one for one in judged.conflicts if _at_once(one)]
        rest = [one for one in judged.conflicts if not _at_once(one)]
        for duty, holds in judged.duties:
            self.body.column.addWidget(DutyCard(duty, holds))
        for one in [*first, *(rest if self._all_shown else ())]:
            self._add(one)
        if rest and not self._all_shown:
            self.more = Button("quiet", "chevron-down")
            self.more.clicked.connect(self._show_rest)
            self.more.setText(text("verdict_more", count=len(rest)))
            self.body.column.addWidget(self.more)
        policy = self.session.policy
        self.provenance.set(text("verdict_provenance", day=judged.day.isoformat(), rules=policy.version))
        self._show_way()

    def _add(self, one: Conflict) -> None:
        card = ConflictCard(one, self.session.catalogue)
        card.opened.connect(self._open)
        card.asked.connect(lambda field: self._ask_zone(one, field))
        card.hovered.connect(self.bus.verdict_hovered)
        self.cards.append(card)
        self.body.column.addWidget(card)

    def _measures(self, judged: Judged) -> list[tuple[str, str, Ask]]:
        """Width, length and area of the ground, each with what names it."""
        parts = []
        if judged.work.width_m is not None:
            width = f"{judged.work.width_m:g} {text('unit_metre')}"
            parts.append((text("size_width"), width, verdict_ask(judged, "width")))
        if judged.length_m is not None:
            length = format_length(judged.length_m, language())
            parts.append((text("size_length"), length, verdict_ask(judged, "length")))
        area = format_area(judged.area_m2, language())
        parts.append((text("size_area"), area, verdict_ask(judged, "area")))
        return parts

    def _ask_zone(self, one: Conflict, field: str) -> None:
        if self.judged is not None:
            self._ask(verdict_ask(self.judged, field, one))

    def _ask(self, ask: Ask) -> None:
        """Ask where a number of the work in hand is from."""
        if self.judged is None:
            return
        plan, policy = self.session.plan, self.session.policy
        kinds = tuple(dict.fromkeys((self.judged.work.kind, *(one.kind for one in self.judged.conflicts))))
        source = Provenance(plan, tuple(filter(None, kinds)), policy.version, policy.digest, ("7.4",), None)
        self.bus.number_asked.emit(ask, Verdict(self.judged, source), policy)

    def _show_rest(self) -> None:
        self._all_shown = True
        self._show()

    def _show_way(self) -> None:
        if self.way is None or self.judged is None:
            self.found_way.hide()
            return
        saved = bool(self.judged.work.fid) and self.session.read_only is None
        self.found_way.show_notice(
            "ok", clearance_words(self.way), "", text("verdict_take_way") if saved else ""
        )

    def take_way(self) -> None:
        """Give the work the place or course that clears it: one command that can be undone."""
        if self.way is None or self.judged is None or not self.judged.work.fid:
            return
        kind, fid, shape = self.judged.work.kind, self.judged.work.fid, self.way.shape
        title = both(f"verdict_{self.way.how}_done", name=work_name(self.judged))
        from layers.plan.changes import Changes

        self.attempt(
            lambda: self.session.do(
                title,
                lambda plan: Changes(rows=(plan.table(kind).update(fid, {"geom": shape}),)),
                command="take_way",
            )
        )

    def _open(self, one: Conflict) -> None:
        self.bus.zoom_to_features.emit(one.kind, frozenset([one.fid]))
        self.bus.flash_feature.emit(one.kind, one.fid)

    def _mark(self, stretches: tuple[tuple[float, float], ...]) -> None:
        self.strip.mark(stretches)
        for card in self.cards:
            card.mark(stretches)

    # -- all ---------------------------------------------------------------------------------------

    def check_all(self) -> None:
        """Judge all that is planned (of the scheme that is looked at, if any), off the interface thread."""
        if not self.session.is_open:
            self.bus.run_command.emit("new_sample")
            return
        plan, policy, day, scheme = self.session.plan, self.session.policy, self.day(), self.bus.scheme
        self.running = True

        def work(progress: Any) -> Conflicts:
            try:
                works = planned_works(plan, policy, scheme=scheme)
            except InputError:  # a scheme of numbers alone, of which nothing is drawn
                works = []
            return conflicts(plan, policy, works, on=day, progress=progress)

        def answer(found: Conflicts) -> None:
            self.running, self.every, self.scheme, self.policy = False, found, scheme, policy
            verdicts = {key_of(one): one.verdict for one in found.judged if one.work.kind}
            read = (*found.provenance.kinds, *{one.work.kind for one in found.judged if one.work.kind})
            self.moved.note(verdicts, replace(found.provenance, kinds=read))
            self.pages.setCurrentIndex(MANY)
            self._show_all()

        def fault(error: BaseException) -> None:
            self.running = False
            self._show_all()
            self.fault(error)

        self.jobs.start(text("job_verdicts"), work, answer, topic="verdicts", fault=fault)

    def _show_all(self) -> None:
        if self.every is None or not self.session.is_open:
            return
        self.model.show(self.every.judged)
        self.table.head.fit_first()
        current = self.every.provenance.is_current(self.session.plan) and self.policy is self.session.policy
        if self.scheme != self.bus.scheme or not current:
            self.summary.show_notice("warn", text("stale"), text("stale_why"), text("recompute"))
            return
        bad = sum(one.verdict == "no" for one in self.every.judged)
        counts = {"works": len(self.every.judged), "bad": bad}
        words = text("verdict_summary", **counts)
        if self.scheme is not None:
            words = text("verdict_summary_scheme", name=self.scheme, **counts)
        self.summary.show_notice("bad" if bad else "info", words, text("verdict_summary_why"))

    def _touched(self, index: QModelIndex) -> None:
        work = self.model.works[index.row()].work
        self.moved.looked_at(key_of(self.model.works[index.row()]))
        if work.kind in self.session.plan and work.fid in self.session.plan.table(work.kind):
            self.session.select(work.kind, [work.fid])
            self.bus.zoom_to_features.emit(work.kind, frozenset([work.fid]))


def is_work(kind: LayerKind) -> bool:
    """Whether things of a kind are built: proposals, and layers whose rows may be planned."""
    return (
        bool(kind.geometry)
        and kind.zone is None
        and (PROPOSAL in kind.roles or "scheme" in kind.column_names)
    )


def _work_words(kind: LayerKind, work: str) -> str:
    column = next((one for one in kind.columns if one.name == "kind_of_work"), None)
    return work if column is None else column.choice_title(work, language())


def _at_once(one: Conflict) -> bool:
    """What stands without being asked for: whatever restricts and is measured inside."""
    return one.verdict != "allow" and (one.reason != "within_accuracy" or bool(one.area_m2))
