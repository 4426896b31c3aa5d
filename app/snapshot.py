"""An open project as it stood when a job began."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from layers.catalogue.model import Catalogue
from layers.catalogue.text import Text
from layers.plan.plan import Plan
from layers.policy import Policy
from layers.release import ExportRecord


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What an export reads: the project as it stood when a job began, safe on a worker thread.

    It stands where a Session does (`plan`, `policy`, `catalogue`, `path`, `log_export`); the lines of the
    export log are collected, for the session to keep when the job has ended.
    """

    plan: Plan
    policy: Policy
    catalogue: Catalogue
    path: Path
    logged: list[tuple[ExportRecord, Text]] = field(default_factory=list)

    def log_export(self, record: ExportRecord, title: Text) -> None:
        """Collect a line of the export log."""
        self.logged.append((record, title))
