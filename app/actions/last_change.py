"""Who changed a feature last: read from the journal, newest first, only as far as needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.session import Session
from layers.errors import PlannerError

if TYPE_CHECKING:
    from layers.store import JournalEntry

LOOKED_AT = 400  # entries; what was changed longer ago is not searched while somebody waits


class LastChanges:
    """The journal's entries by the features they touched; grows with what is asked."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._touched: dict[int, frozenset[tuple[str, int]]] = {}

    def of(self, kind: str, fid: int) -> JournalEntry | None:
        """Return the newest entry that touched a feature, or None where none of the latest did."""
        if not self._session.is_open:
            return None
        for entry in self._session.store.entries(limit=LOOKED_AT):
            if not entry.rows:
                continue
            if entry.id not in self._touched:
                self._touched[entry.id] = self._read(entry.id)
            if (kind, fid) in self._touched[entry.id]:
                return entry
        return None

    def _read(self, entry_id: int) -> frozenset[tuple[str, int]]:
        try:
            changes = self._session.store.changes_of(entry_id)
        except PlannerError:
            return frozenset()  # a damaged entry is the history's matter, not this panel's
        return frozenset(
            {(change.kind, change.fid) for change in changes.rows}
            | {(block.kind, fid) for block in changes.blocks for fid in block.fids.tolist()}
        )
