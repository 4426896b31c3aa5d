"""What is proposed: one value a feature of the proposal layers, and their table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from app.messages import language, text
from app.panels.rows import GROUP_ROLE, Index, number
from app.places import fold
from layers.geo.measure import areas_m2, lengths_m
from layers.plan.plan import Plan

ROLE = "proposal"
RIGHT, LEFT = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
NOTHING = "￿"  # what is not given comes after all that is


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed thing; length in metres and area in square metres, both on the ellipsoid (nan: no shape)."""

    kind: str
    fid: int
    code: str
    name: str
    scheme: str
    year: int | None
    status: str
    status_words: dict[str, str]
    work: str
    work_words: dict[str, str]
    geometry: str
    length_m: float
    area_m2: float
    order: int = 0

    def meets(self, words: str) -> bool:
        """Whether its name, code or scheme has the words in it."""
        wanted = fold(words)
        return not wanted or any(wanted in fold(part) for part in (self.name, self.code, self.scheme))

    @property
    def size(self) -> str:
        """Its length or area in short."""
        if self.geometry == "MultiLineString" and self.length_m == self.length_m:
            return f"{self.length_m / 1000:,.1f} km"
        if self.geometry == "MultiPolygon" and self.area_m2 == self.area_m2:
            return f"{self.area_m2 / 10_000:,.1f} {text('unit_ha')}"
        return text("planning_point") if self.geometry == "Point" else "—"


def proposals_of(plan: Plan) -> tuple[Proposal, ...]:
    """Return every proposal of a plan, in the order of layers and rows."""
    found: list[Proposal] = []
    for table in plan.with_role(ROLE):
        kind = table.kind
        geometry: np.ndarray = table.geometry if kind.geometry else np.full(len(table), None, object)
        lengths = (
            lengths_m(geometry, plan.crs.epsg) if kind.geometry == "MultiLineString" else np.zeros(len(table))
        )
        areas = areas_m2(geometry, plan.crs.epsg) if kind.geometry == "MultiPolygon" else np.zeros(len(table))

        def column(name: str, table: Any = table) -> Sequence[Any]:
            return table.column(name) if name in table.kind.column_names else [None] * len(table)

        columns = [column(name) for name in (kind.key, kind.name, "scheme", "year", "status", "kind_of_work")]
        for at, (fid, code, name, scheme, year, status, work) in enumerate(
            zip(table.fids, *columns, strict=True)
        ):
            found.append(
                Proposal(
                    kind.id,
                    int(fid),
                    str(code or ""),
                    str(name or code or ""),
                    str(scheme or ""),
                    None if year is None else int(year),
                    str(status or ""),
                    _words(kind, "status", status),
                    str(work or ""),
                    _words(kind, "kind_of_work", work),
                    kind.geometry,
                    float(lengths[at]),
                    float(areas[at]),
                    _place(kind, "status", status),
                )
            )
    return tuple(found)


def sizes(chosen: Sequence[Proposal]) -> tuple[int, float, float]:
    """Return how many, metres in all, square metres in all."""
    return (
        len(chosen),
        float(np.nansum([one.length_m for one in chosen] or [0.0])),
        float(np.nansum([one.area_m2 for one in chosen] or [0.0])),
    )


def _words(kind: Any, name: str, value: Any) -> dict[str, str]:
    if name not in kind.column_names or value is None:
        return {}
    column = kind.column(name)
    return {one: column.choice_title(value, one) for one in ("zh", "en")}


def _place(kind: Any, name: str, value: Any) -> int:
    values = [choice.value for choice in kind.column(name).choices] if name in kind.column_names else []
    return values.index(value) if value in values else len(values)


@dataclass(frozen=True, slots=True)
class Heading:
    """A group with what it holds."""

    words: str
    proposals: tuple[Proposal, ...]


KEYS: dict[str, Callable[[Proposal], Any]] = {
    "scheme": lambda one: one.scheme or NOTHING,
    "year": lambda one: 9999 if one.year is None else one.year,
    "status": lambda one: one.order,
    "kind_of_work": lambda one: one.work or NOTHING,
}
WORDS: dict[str, Callable[[Proposal], str]] = {
    "scheme": lambda one: one.scheme or text("planning_no_scheme"),
    "year": lambda one: text("planning_no_year") if one.year is None else str(one.year),
    "status": lambda one: one.status_words.get(language(), "") or text("planning_no_status"),
    "kind_of_work": lambda one: one.work_words.get(language(), "") or text("planning_no_work"),
}
COLUMNS: tuple[tuple[str, Callable[[Proposal], Any], bool], ...] = (
    ("name", lambda one: one.code or one.name, False),
    ("year", KEYS["year"], True),
    ("status", KEYS["status"], False),
    ("size", lambda one: (one.area_m2, one.length_m), True),
)


class ProposalModel(QAbstractTableModel):
    """Proposals under headings with their sums."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[Proposal | Heading] = []
        self.sorted_column, self.down = 0, False
        self._chosen: tuple[Proposal, ...] = ()
        self._by = "scheme"

    def show(self, chosen: Sequence[Proposal], by: str) -> None:
        """Show proposals grouped by one of KEYS."""
        self.beginResetModel()
        self._chosen, self._by = tuple(chosen), by
        groups: dict[Any, list[Proposal]] = {}
        for one in sorted(self._chosen, key=lambda one: (one.code, one.kind, one.fid)):
            groups.setdefault(KEYS[by](one), []).append(one)
        self.lines = []
        for key in sorted(groups):
            rows = sorted(groups[key], key=COLUMNS[self.sorted_column][1], reverse=self.down)
            self.lines += [Heading(WORDS[by](rows[0]), tuple(rows)), *rows]
        self.endResetModel()

    def sort_by(self, column: int) -> None:
        """Sort inside the groups; again turns it round."""
        self.down = not self.down if column == self.sorted_column else False
        self.sorted_column = column
        self.show(self._chosen, self._by)

    def total(self, column: int) -> str:
        """Return the total of a column."""
        if column == 0:
            return text("table_total", count=number(len(self._chosen)))
        return sum_words(self._chosen) if column == len(COLUMNS) - 1 else ""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many lines."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """A column's heading."""
        if orientation != Qt.Orientation.Horizontal or section >= len(COLUMNS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return text(f"planning_{COLUMNS[section][0]}")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if COLUMNS[section][2] else LEFT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be selected."""
        if isinstance(self.lines[index.row()], Heading):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = 0) -> Any:
        """A cell."""
        entry, column = self.lines[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column[2] else LEFT
        if isinstance(entry, Heading):
            if role == GROUP_ROLE:
                return True
            if role == Qt.ItemDataRole.DisplayRole:
                if column[0] == "name":
                    return f"{entry.words}  {len(entry.proposals)}"
                return sum_words(entry.proposals) if column[0] == "size" else ""
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return {
                "name": entry.name,
                "year": "—" if entry.year is None else str(entry.year),
                "status": entry.status_words.get(language(), "—"),
                "size": entry.size,
            }[column[0]]
        if role == Qt.ItemDataRole.ToolTipRole:
            return " · ".join(
                part
                for part in (entry.code, entry.name, entry.scheme, WORDS["kind_of_work"](entry), entry.size)
                if part
            )
        return None


def sum_words(chosen: Sequence[Proposal]) -> str:
    """Return the sums of lengths and areas in short; empty for points alone."""
    _, length, area = sizes(chosen)
    parts = [f"{length / 1000:,.1f} km"] if length else []
    parts += [f"{area / 10_000:,.1f} {text('unit_ha')}"] if area else []
    return " · ".join(parts)
