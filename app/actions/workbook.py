"""The workbook."""

from __future__ import annotations

from pathlib import Path

from app.actions.gaps import counted_gaps
from app.command import Answer
from app.messages import text
from app.session import Session


def workbook(session: Session, out: Path, *, year: int | None = None, scheme: str | None = None) -> Answer:
    """Write gaps, targets, allocations, roads and projects, with a sheet of sources, as one .xlsx.

    Raises InputError `format_unknown`, `scheme_unknown`; StoreError `cannot_write`.
    """
    from app.exports.workbook import write_workbook

    released = write_workbook(session, counted_gaps(session, year=year, scheme=scheme), out, scheme=scheme)
    data = {"file": str(out), "rows": len(released.rows), "withheld": released.withheld}
    return Answer(data, (text("wrote", path=out),))
