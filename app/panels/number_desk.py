"""Numbers of a panel: each can be asked where it is from, and is marked when a changed rule has moved it.

One mechanism for every panel: tiles, tables and sentences below it name their numbers by an `Ask`; nothing
here knows what they are of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.bus import Bus
from app.messages import text
from app.origins.sums import first_of
from app.panels.number_words import NumberWords
from app.panels.parts import Tile
from app.panels.record_table import RecordTable
from app.panels.totals_strip import TotalsStrip
from app.trace_words import plain
from layers.planning.results import Provenance
from layers.policy.bundle import Policy
from layers.provenance import Ask

Answer = tuple[Any, Policy | None, Provenance]
Told = tuple[float | None, float | None, tuple[str, ...]]
"""What a number was, what it is, the rules that moved it."""


class MovedNumbers(QObject):
    """Numbers of the open project that a changed rule moved and nobody has looked at: one record a window.

    A number moved when it is shown otherwise than it was shown last, by another policy and over the very same
    tables. What was shown is kept by name, whatever was looked at in between. Those that nobody has seen are
    found when the rule is changed (`app.panels.rule_watch`), with what they were and are.
    """

    changed = Signal()

    def __init__(self, bus: Bus) -> None:
        super().__init__(bus)
        self.marks: frozenset[str] = frozenset()
        self.told: dict[str, Told] = {}
        self._shown: dict[str, tuple[str, Provenance]] = {}
        bus.project_changed.connect(self.forget)

    def note(self, numbers: Mapping[str, str], source: Provenance) -> None:
        """Hear what numbers are shown now, each by its name, and from what."""
        moved = set()
        for key, words in numbers.items():
            before = self._shown.get(key)
            if (
                before is not None
                and before[0] != words
                and before[1].policy_digest != source.policy_digest
                and before[1].is_current(source.plan)
            ):
                moved.add(key)
            self._shown[key] = (words, source)
        self.mark(moved)

    def mark(self, keys: set[str] | frozenset[str]) -> None:
        """Mark numbers as moved."""
        if not self.marks.issuperset(keys):
            self.marks |= keys
            self.changed.emit()

    def mark_moves(self, found: Mapping[str, Told]) -> None:
        """Mark numbers as moved, with what they were and are and the rules that did it. One that had moved
        and was not looked at since keeps what it was at first; is it that again, it has not moved."""
        marks = set(self.marks)
        for key, (before, after, rules) in found.items():
            first = self.told.pop(key, None)
            if first is not None and first[0] == after:
                marks.discard(key)
                continue
            marks.add(key)
            self.told[key] = (before, after, rules) if first is None else (
                first[0], after, tuple(dict.fromkeys((*first[2], *rules))))  # fmt: skip
        self.marks = frozenset(marks)
        self.changed.emit()

    def words(self, key: str) -> str:
        """Say that a number moved: from what to what, by which rules, where that is known."""
        if key not in self.told:
            return text("number_moved")
        before, after, rules = self.told[key]
        return text("number_moved_from", before=plain(before), after=plain(after), rules=list(rules))

    def kept(self) -> list[Any]:
        """Return what had moved as it is kept between sessions: names, with what is known of them."""
        return [[key, *self.told[key]] if key in self.told else key for key in sorted(self.marks)]

    def has(self, key: str) -> bool:
        """Whether a number moved and was not looked at since."""
        return key in self.marks

    def looked_at(self, *keys: str) -> None:
        """Take the marks from numbers."""
        if not self.marks.isdisjoint(keys):
            self.marks -= set(keys)
            for key in keys:
                self.told.pop(key, None)
            self.changed.emit()

    def restore(self, kept: Sequence[Any]) -> None:
        """Know again what had moved when the project was last open: what `kept` gave."""
        full = [one for one in kept if isinstance(one, list) and len(one) == 4]
        self.told = {str(key): (before, after, tuple(map(str, rules))) for key, before, after, rules in full}
        self.marks = frozenset(self.told) | frozenset(one for one in kept if isinstance(one, str))
        self.changed.emit()

    def forget(self) -> None:
        """Another project (or none) is open."""
        self.marks, self._shown, self.told = frozenset(), {}, {}


def moved_numbers(bus: Bus) -> MovedNumbers:
    """Return the window's one record (it belongs to the bus)."""
    found: MovedNumbers | None = bus.findChild(MovedNumbers)
    return found if found is not None else MovedNumbers(bus)


class NumberDesk(QObject):
    """Makes the numbers of one panel traceable and keeps their marks.

    answer: given a name, or None for whatever is shown: the answer that the number is of, the policy that it
    was computed by, where it is from; None where nothing is shown.
    """

    def __init__(self, panel: QWidget, bus: Bus, answer: Callable[[Ask | None], Answer | None]) -> None:
        super().__init__(panel)
        self.bus, self._answer = bus, answer
        self._noted: tuple[Any, ...] = ()
        self._drawn: frozenset[str] = frozenset()
        self.moved = moved_numbers(bus)
        self.tiles = panel.findChildren(Tile)
        self.tables = panel.findChildren(RecordTable)
        self.words = panel.findChildren(NumberWords)
        self.strips = panel.findChildren(TotalsStrip)
        for strip in self.strips:
            strip.asked.connect(self.trace)
        for words in self.words:
            words.asked.connect(self.trace)
        for tile in self.tiles:
            tile.asked.connect(self.trace)
        for table in self.tables:
            table.asked.connect(self.trace)
            table.records.marked, table.records.moved_words = self.moved.has, self.moved.words
            table.picked.connect(lambda table=table: self._picked(table))
            table.clicked.connect(lambda _index, table=table: self._picked(table))
            table.arranged.connect(self.note)
        self.moved.changed.connect(self.show_marks)

    def answer(self, ask: Ask) -> Answer | None:
        """Return the answer that a number, or the first of a sum, is of."""
        return self._answer(first_of(ask))

    def trace(self, ask: Ask) -> None:
        """Ask where a number is from; it has then been looked at."""
        found = self.answer(ask)
        if found is not None:
            self.bus.number_asked.emit(ask, found[0], found[1])
        self.moved.looked_at(ask.key)

    def note(self) -> None:
        """The panel shows an answer: know its numbers, and mark those that a rule has moved."""
        found = self._answer(None)
        if found is not None:
            tiles = {tile.ask.key: tile.number.text() for tile in self.tiles if tile.ask is not None}
            for words in self.words:
                tiles |= words.numbers()
            shown = (found[2], tiles, *(table.records.shown for table in self.tables))
            if shown != self._noted:  # sorted and filtered rows are the same numbers
                self._noted = shown
                numbers = dict(tiles)
                for table in self.tables:
                    numbers |= table.records.numbers()
                for strip in self.strips:
                    numbers |= strip.numbers()
                self.moved.note(numbers, found[2])
        self.show_marks()

    def show_marks(self) -> None:
        """Draw the marks as they are now."""
        for tile in self.tiles:
            key = "" if tile.ask is None else tile.ask.key
            tile.mark_moved(self.moved.has(key), self.moved.words(key))
        if self.moved.marks != self._drawn:
            self._drawn = self.moved.marks
            for words in self.words:
                words.mark(self.moved.has, self.moved.words)
            for strip in self.strips:
                strip.mark(self.moved.has if self.moved.marks else None, self.moved.words)
            for table in self.tables:
                table.head.fit_first()  # a mark takes room
                table.viewport().update()

    def _picked(self, table: RecordTable) -> None:
        """A row that is chosen has been looked at."""
        at = table.selectionModel().selectedRows()
        if at and self.moved.marks:
            columns = range(len(table.records.columns))
            asks = [table.records.ask(at[0].row(), column) for column in columns]
            self.moved.looked_at(*(ask.key for ask in asks if ask is not None))
