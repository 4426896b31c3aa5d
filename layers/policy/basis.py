"""What a statement of law or plan rests on: source, article, days on which it holds, how sure we are of
it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from layers.policy.reader import Reader
from layers.policy.rules import CONFIDENCES
from layers.policy.values import Text


@dataclass(frozen=True, slots=True)
class Basis:
    """Fields as in `rules.Rule`; the first and the last day are included."""

    source: Text
    article: str | None
    in_force: datetime.date | None
    amended: datetime.date | None
    until: datetime.date | None
    jurisdiction: Text
    confidence: str
    note: Text

    @property
    def binding(self) -> bool:
        """May be shown as law or plan: read or computed, with its article and the date it came into force."""
        sure = self.confidence in ("read", "computed")
        return sure and self.article is not None and self.in_force is not None

    def holds_on(self, day: datetime.date) -> bool:
        """Binding, and in force on that day (the last day included)."""
        if not self.binding or self.in_force is None or day < self.in_force:
            return False
        return self.until is None or day <= self.until


def read_basis(reader: Reader) -> Basis:
    """The basis of one record; faults are noted in the reader."""
    basis = Basis(
        source=reader.text("source"),
        article=reader.string("article", needed=False),
        in_force=reader.date("in_force"),
        amended=reader.date("amended"),
        until=reader.date("until"),
        jurisdiction=reader.text("jurisdiction", needed=False),
        confidence=reader.choice("confidence", CONFIDENCES),
        note=reader.text("note", needed=False),
    )
    if basis.in_force and basis.until and basis.until < basis.in_force:
        reader.fault("until", "before_in_force", basis.until)
    return basis
