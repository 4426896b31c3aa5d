"""What the layer tree says of layers besides their names, gathered off the interface thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.bus import Bus
from app.jobs import Jobs
from app.messages import text
from app.panels.layer_facts import Facts, dated, facts_of, there_by
from app.session import Session
from layers.errors import PlannerError
from layers.maps.project_styles import dressed
from layers.plan.table import Table


class LayerCounts(QObject):
    """Facts by layer, and how much of each is there by the end of the year that is looked at."""

    moved = Signal()  # there is something else to say

    def __init__(self, session: Session, jobs: Jobs, bus: Bus, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._jobs, self._bus = session, jobs, bus
        self._facts: dict[str, tuple[Table, Facts]] = {}
        self._there: dict[str, tuple[Table, int, int]] = {}  # table, year, how many
        bus.year_changed.connect(lambda _year: self._gather_there())

    def forget(self) -> None:
        """Know nothing of the project that was open."""
        self._facts.clear()
        self._there.clear()

    def recount(self) -> None:
        """Count anew by class with the next `gather`: layers have other classes now."""
        self._facts.clear()

    def gather(self) -> None:
        """Count what has changed since the last time."""
        if not self._session.is_open:
            return
        plan = self._session.plan
        stale = [
            (dressed(plan, kind), table)
            for kind, table in plan.layers()
            if self._facts.get(kind.id, (None,))[0] is not table
        ]
        if stale:
            self._jobs.start(
                "",
                lambda progress: facts_of(stale, progress),
                self._gathered,
                topic="layers",
                fault=self._fault,
            )
        self._gather_there()

    def facts(self, kind_id: str) -> Facts | None:
        """Return what is known of a layer's rows, also if it has changed since."""
        return self._facts[kind_id][1] if kind_id in self._facts else None

    @property
    def marked(self) -> int:
        """How many layers have schematic or synthetic rows."""
        return sum(1 for _, facts in self._facts.values() if facts.schematic or facts.synthetic)

    def count_words(self, table: Table) -> str:
        """How many features; where some come later than the year that is looked at, how many are there by
        then."""
        known, _, there = self._there.get(table.kind.id, (None, None, 0))
        return f"{len(table):,}" if known is not table or there == len(table) else f"{there:,}/{len(table):,}"

    def year_tip(self, kind_id: str) -> str:
        """The same in a sentence, "" where all are there."""
        table, year, there = self._there.get(kind_id, (None, 0, 0))
        if table is None or there == len(table):
            return ""
        return "<br>" + text("layers_tip_year", year=year, there=f"{there:,}", count=f"{len(table):,}")

    def _gather_there(self) -> None:
        if not self._session.is_open:
            return
        year, plan = self._bus.year, self._session.plan
        if year is None:
            self._there = {}
            self.moved.emit()
            return
        stale = [
            (kind, table)
            for kind, table in plan.layers()
            if dated(kind) and not self._is_counted(kind.id, table, year)
        ]
        if stale:
            self._jobs.start(
                "",
                lambda progress: there_by(stale, year, progress),
                self._counted_there,
                topic="layers_year",
                fault=self._fault,
            )

    def _is_counted(self, kind_id: str, table: Table, year: int) -> bool:
        known, at, _ = self._there.get(kind_id, (None, 0, 0))
        return known is table and at == year

    def _gathered(self, found: dict[str, tuple[Table, Facts]]) -> None:
        self._facts.update(found)
        self.moved.emit()

    def _counted_there(self, found: dict[str, tuple[Table, int, int]]) -> None:
        self._there.update(found)
        self.moved.emit()

    def _fault(self, error: BaseException) -> None:
        if isinstance(error, PlannerError):
            self._bus.complain(error)
        else:
            raise error
