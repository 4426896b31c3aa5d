"""The findings of the data checks as rows: a heading a layer with its count, then row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from app.jobs import Progress
from app.messages import text, tr
from app.panels.rows import GLYPH_ROLE, GROUP_ROLE, Index, number
from layers.catalogue.model import LayerKind
from layers.checks import WARNING, Finding, check_layer
from layers.plan.plan import Plan
from layers.planning.data_faults import REPAIRS, Fault, data_faults

SEVERITY_TOKENS = {"error": "bad", "warning": "warn", "note": "ink2"}


@dataclass(frozen=True, eq=False)
class DataCheck:
    """Findings of every layer that has any, and the plan that was looked at."""

    plan: Plan
    findings: dict[str, tuple[Finding, ...]]
    faults: tuple[Fault, ...] = ()

    @property
    def repairable(self) -> int:
        """How many of the faults can be repaired."""
        return sum(one.code in REPAIRS for one in self.faults)


def check_all(plan: Plan, progress: Progress) -> DataCheck:
    """Check every layer of a plan; runs on a worker."""
    layers = list(plan.layers())
    found: dict[str, tuple[Finding, ...]] = {}
    for done, (kind, table) in enumerate(layers):
        progress(done, len(layers))
        findings = check_layer(table, plan)
        if findings:
            found[kind.id] = findings
    faults = data_faults(plan, progress=lambda done, total: progress(len(layers), len(layers) + 1))
    for kind, _ in layers:
        more = tuple(_finding(one) for one in faults if one.kind == kind.id and one.code != "self_crossing")
        if more:
            found[kind.id] = (*found.get(kind.id, ()), *more)
    return DataCheck(plan, found, faults)


def _finding(one: Fault) -> Finding:
    """A fault of a shape as a finding; a self-crossing one is told by the checks of the layer."""
    ha = "" if one.area_m2 is None else f"{one.area_m2 / 10_000:,.4f}"
    fields = {"other": one.other or "", "ha": ha, "words": one.words}
    return Finding(f"shape_{one.code}", WARNING, one.fid, MappingProxyType(fields))


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """A layer with its findings."""

    kind: LayerKind
    findings: tuple[Finding, ...]
    open: bool


class FindingModel(QAbstractTableModel):
    """Layers that have findings; a click on a heading folds or unfolds it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[FindingGroup | tuple[LayerKind, Finding]] = []
        self._found: list[tuple[LayerKind, tuple[Finding, ...]]] = []
        self._open: set[str] = set()

    def show(self, found: Sequence[tuple[LayerKind, tuple[Finding, ...]]]) -> None:
        """Show findings by layer, layers with errors first."""
        self._found = sorted(found, key=lambda pair: -sum(one.severity == "error" for one in pair[1]))
        self._arrange()

    def fold(self, kind_id: str) -> None:
        """Fold or unfold a layer."""
        self._open ^= {kind_id}
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        self.lines = []
        for kind, findings in self._found:
            open_ = kind.id in self._open
            self.lines.append(FindingGroup(kind, findings, open_))
            if open_:
                self.lines += [(kind, one) for one in findings]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many lines."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """What is wrong, and how bad it is."""
        return 0 if parent.isValid() else 2

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings are pressed, not selected."""
        flags = Qt.ItemFlag.ItemIsEnabled
        return (
            flags
            if isinstance(self.lines[index.row()], FindingGroup)
            else flags | Qt.ItemFlag.ItemIsSelectable
        )

    def data(self, index: Index, role: int = 0) -> Any:
        """A cell."""
        entry, last = self.lines[index.row()], index.column() == 1
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight if last else Qt.AlignmentFlag.AlignLeft
        if isinstance(entry, FindingGroup):
            return self._heading(entry, last, role)
        finding = entry[1]
        if role == Qt.ItemDataRole.DisplayRole:
            return text(f"severity_{finding.severity}") if last else self.words(*entry)
        if role == Qt.ItemDataRole.ForegroundRole:
            return SEVERITY_TOKENS.get(finding.severity) if last else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.words(*entry)
        return None

    @staticmethod
    def words(kind: LayerKind, finding: Finding) -> str:
        """Return what is wrong with which row."""
        where = text("feature_number", fid=finding.fid) if finding.fid else text("checks_layer")
        fields = dict(finding.fields)
        if finding.code == "and_more":
            fields["of"] = text(f"finding_{fields.get('of', '')}_short")
        del kind
        return f"{where} · {text('finding_' + finding.code, **fields)}"

    @staticmethod
    def _heading(entry: FindingGroup, last: bool, role: int) -> Any:
        if role == GROUP_ROLE:
            return True
        if role == Qt.ItemDataRole.DisplayRole:
            return text("checks_rows", count=number(len(entry.findings))) if last else tr(entry.kind.title)
        if role == GLYPH_ROLE and not last:
            return "chevron-down" if entry.open else "chevron-right"
        return None
