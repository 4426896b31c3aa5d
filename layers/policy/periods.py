"""Planning periods: the years a plan covers and the document it stands in."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from layers.policy.reader import Reader
from layers.policy.values import Text


@dataclass(frozen=True, slots=True)
class Period:
    """One planning period; figures are counted from the end of `baseline_year`."""

    id: str
    title: Text
    first_year: int
    last_year: int
    baseline_year: int
    outlook_year: int | None
    document: Text
    document_number: str | None
    issued: datetime.date

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


def read_period(reader: Reader) -> Period:
    """One `[[period]]` of periods.toml; faults are noted in the reader."""
    identity = reader.string("id") or ""
    first, last = reader.year("first_year"), reader.year("last_year")
    baseline, outlook = reader.year("baseline_year"), reader.year("outlook_year", needed=False)
    period = Period(
        id=identity,
        title=reader.text("title"),
        first_year=first or 0,
        last_year=last or 0,
        baseline_year=baseline or 0,
        outlook_year=outlook,
        document=reader.text("document"),
        document_number=reader.string("document_number", needed=False),
        issued=reader.date("issued", needed=True) or datetime.date.min,
    )
    reader.rest()
    if first and last and first > last:
        reader.fault("last_year", "before_first_year", last)
    if first and baseline and baseline > first:
        reader.fault("baseline_year", "after_first_year", baseline)
    if last and outlook and outlook < last:
        reader.fault("outlook_year", "before_last_year", outlook)
    return period
