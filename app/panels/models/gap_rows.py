"""The rows of the gap table: which columns a service has, sorting, filtering, grouping by sumu, totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from app.gap_themes import missing_share
from app.messages import text
from app.panels.rows import (
    BAR_ROLE,
    CHIP_ROLE,
    GLYPH_ROLE,
    GROUP_ROLE,
    SPARE_ROLE,
    STRONG_ROLE,
    Index,
    number,
)
from app.places import NO_HIT, closeness, fold
from layers.catalogue.service import Service
from layers.planning.clinics import way_of
from layers.planning.results import EXEMPT, MET, NONE, SHORT, UNKNOWN, GapRow
from layers.planning.settlement import mode_of
from layers.provenance import Ask

RIGHT, LEFT = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
COMMON_WORDS = ("嘎查", "苏木", "民族乡", "镇", "乡")
STATUS_ORDER = {SHORT: 0, UNKNOWN: 1, NONE: 2, EXEMPT: 3, MET: 4}
WAY_ORDER = {"blank": 0, "unknown": 1, "rounds": 2, "mobile": 3, "shared": 4, "own": 5}


@dataclass(frozen=True, slots=True)
class GapColumn:
    """A column of the gap table: its heading `[ui.gap_ID]`, what it holds, how it is added up.

    order: what it sorts by. total: from the rows to the total, None for none. chip: shown as a chip.
    spare: left out first (1) where the panel is narrow; 0: always there.
    """

    id: str
    value: Callable[[GapRow], Any]
    total: Callable[[Sequence[GapRow]], float | None] | None = None
    order: Callable[[GapRow], Any] | None = None
    numeric: bool = True
    chip: bool = False
    per_cent: bool = False
    spare: int = 0


def _sum(name: str) -> Callable[[Sequence[GapRow]], float | None]:
    def total(rows: Sequence[GapRow]) -> float | None:
        known = [value for row in rows if (value := getattr(row, name)) is not None]
        return sum(known) if known else None

    return total


def _share_total(rows: Sequence[GapRow]) -> float | None:
    known = [row for row in rows if row.gap is not None and row.households]
    return sum(row.gap or 0 for row in known) / sum(row.households or 0 for row in known) if known else None


COLUMNS = {
    column.id: column
    for column in (
        GapColumn("name", lambda row: row.unit_name, numeric=False, order=lambda row: row.unit_code),
        GapColumn("households", lambda row: row.households, _sum("households"), spare=2),
        GapColumn("have", lambda row: row.have, _sum("have"), spare=1),
        GapColumn("need", lambda row: row.need, _sum("need")),
        GapColumn("gap", lambda row: row.gap, _sum("gap")),
        GapColumn("unknown", lambda row: row.unknown, _sum("unknown")),
        GapColumn("share", missing_share, _share_total, per_cent=True),
        GapColumn("km", lambda row: row.reason.fields.get("km")),
        GapColumn(
            "way",
            lambda row: way_of(row.reason),
            numeric=False,
            chip=True,
            order=lambda row: WAY_ORDER.get(way_of(row.reason), 9),
        ),
        GapColumn(
            "mode",
            lambda row: f"mode_{mode_of(row.reason)}",
            numeric=False,
            chip=True,
            order=lambda row: mode_of(row.reason),
        ),
        GapColumn(
            "status",
            lambda row: row.status,
            numeric=False,
            chip=True,
            order=lambda row: STATUS_ORDER.get(row.status, 9),
        ),
    )
}
BY_METHOD: Mapping[str, tuple[str, ...]] = {
    "household_state": ("name", "households", "have", "unknown", "gap", "share", "status"),
    "clinic_ways": ("name", "households", "way", "status"),
    "road_reach": ("name", "households", "km", "status"),
    "household_near": ("name", "households", "have", "unknown", "gap", "share", "km", "status"),
    "settlement_sort": ("name", "mode", "km", "have"),
    "unit_state": ("name", "households", "have", "need", "status"),
}
OTHERWISE = ("name", "have", "need", "gap", "unknown", "status")
ALWAYS = ("name", "have", "way", "mode")
FIRST_SORT = {"household_state": ("gap", True), "household_near": ("gap", True), "test_due": ("gap", True)}


def columns_of(service: Service, rows: Sequence[GapRow]) -> tuple[GapColumn, ...]:
    """Return the columns of a service: those of its method that say anything about these rows."""
    chosen = []
    for name in BY_METHOD.get(service.method, OTHERWISE):
        column = COLUMNS[name]
        values = {column.value(row) for row in rows}
        if name == "status":
            says = bool(values & {MET, SHORT, EXEMPT})  # without a threshold nothing is met or missed
        elif name == "unknown":
            says = bool(values - {None, 0})
        else:
            says = name in ALWAYS or bool(values - {None})
        if says:
            chosen.append(column)
    return tuple(chosen)


@dataclass(frozen=True, slots=True)
class Group:
    """A heading: the rows of a sumu."""

    code: str
    name: str
    rows: tuple[GapRow, ...]


class GapModel(QAbstractTableModel):
    """Rows of one service, as they are sorted, filtered and grouped."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.service: Service | None = None
        self.columns: tuple[GapColumn, ...] = ()
        self.lines: list[GapRow | Group] = []
        self.rows: tuple[GapRow, ...] = ()  # after the filter
        self._all: tuple[GapRow, ...] = ()
        self._tokens: Mapping[str, str] = {}
        self._twice: frozenset[str] = frozenset()
        self.words = ""
        self.moved: frozenset[str] = frozenset()  # codes of rows that a changed rule moved
        self.grouped = False
        self.sorted_by, self.down = "name", False

    # -- what it holds -----------------------------------------------------------------------------

    def show(self, service: Service, rows: Sequence[GapRow], tokens: Mapping[str, str]) -> None:
        """Show a service's rows; tokens: unit code -> colour of its bar (the map's class)."""
        self.beginResetModel()
        another = self.service is None or self.service.id != service.id
        self.service, self._all, self._tokens = service, tuple(rows), tokens
        self.columns = columns_of(service, rows)
        counts = Counter(row.unit_name for row in rows)
        self._twice = frozenset(name for name, count in counts.items() if count > 1)
        ids = [column.id for column in self.columns]
        if another or self.sorted_by not in ids:
            self.sorted_by, self.down = FIRST_SORT.get(service.method, ("status", False))
            if self.sorted_by not in ids:
                self.sorted_by, self.down = "name", False
        self._arrange()
        self.endResetModel()

    def set_filter(self, words: str) -> None:
        """Show only units whose name, sumu, code or pinyin the words meet."""
        self.beginResetModel()
        self.words = words
        self._arrange()
        self.endResetModel()

    def set_grouped(self, grouped: bool) -> None:
        """Put the rows under their sumu."""
        self.beginResetModel()
        self.grouped = grouped
        self._arrange()
        self.endResetModel()

    def sort_by(self, column: int) -> None:
        """Sort by a column; again turns it round. Numbers begin with the largest; the unknown come last."""
        name = self.columns[column].id
        self.beginResetModel()
        self.down = not self.down if name == self.sorted_by else self.columns[column].numeric
        self.sorted_by = name
        self._arrange()
        self.endResetModel()

    @property
    def sorted_column(self) -> int:
        """Which column it is sorted by."""
        return next((at for at, column in enumerate(self.columns) if column.id == self.sorted_by), -1)

    def title(self, row: GapRow) -> str:
        """Return a unit's name; where two have it, with its sumu in brackets, both cut short."""
        if row.unit_name not in self._twice or not row.sumu_name:
            return row.unit_name
        return f"{short_name(row.unit_name)}（{short_name(row.sumu_name)}）"

    def line_of(self, code: str) -> int:
        """Return where a unit's row stands, -1 where it is filtered out."""
        return next(
            (at for at, line in enumerate(self.lines) if isinstance(line, GapRow) and line.unit_code == code),
            -1,
        )

    def token(self, row: GapRow, otherwise: str) -> str:
        """Return the colour that the map gives a unit."""
        found = self._tokens.get(row.unit_code, "")
        return found if found.startswith("need") else otherwise

    def _arrange(self) -> None:
        wanted = fold(self.words)
        self.rows = tuple(row for row in self._all if not wanted or _meets(wanted, row))
        column = COLUMNS[self.sorted_by]
        key = column.order or column.value
        known = [row for row in self.rows if key(row) is not None]
        lost = [row for row in self.rows if key(row) is None]
        known.sort(key=lambda row: row.unit_code)
        known.sort(key=key, reverse=self.down)
        ordered = known + lost
        self._largest = max((row.gap for row in self._all if row.gap), default=0)
        if not self.grouped:
            self.lines = list(ordered)
            return
        groups: dict[str, list[GapRow]] = {}
        for row in ordered:
            groups.setdefault(row.sumu_code, []).append(row)
        self.lines = []
        for code in sorted(groups):
            self.lines += [Group(code, groups[code][0].sumu_name, tuple(groups[code])), *groups[code]]

    def total(self, column: int) -> str:
        """Return the total of a column over the rows that are shown."""
        record = self.columns[column]
        if record.id == "name":
            return text("gap_total", count=len(self.rows))
        return _shown(record, record.total(self.rows)) if record.total else ""

    def ask(self, line: int, column: int, year: int | None) -> Ask | None:
        """Return what names the number of a cell, of a sumu's heading too; None where there is none."""
        record, entry = self.columns[column], self.lines[line]
        if not record.numeric or self.service is None:
            return None
        if isinstance(entry, GapRow):
            value, code = record.value(entry), entry.unit_code
        else:
            value, code = record.total and record.total(entry.rows), _codes(entry.rows)
        return None if value is None else Ask("gap", self.service.id, code, record.id, year)

    def total_ask(self, column: int, year: int | None) -> Ask | None:
        """Return what names the total of a column over the rows that are shown."""
        record = self.columns[column]
        if record.total is None or self.service is None or not self.rows:
            return None
        whole = len(self.rows) == len(self._all)
        return Ask("gap", self.service.id, "" if whole else _codes(self.rows), record.id, year)

    # -- for the view ------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many lines."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """A column's heading."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return text(f"gap_{column.id}")
        if role == Qt.ItemDataRole.ToolTipRole:
            return text(f"gap_tip_{column.id}")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.numeric else LEFT
        if role == BAR_ROLE:
            return column.id == "gap"
        if role == SPARE_ROLE:  # with fewer numbers nothing follows from the others
            return column.spare if "gap" in {one.id for one in self.columns} else 0
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings of groups cannot be selected."""
        if isinstance(self.lines[index.row()], Group):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = 0) -> Any:
        """A cell."""
        line, column = self.lines[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.numeric else LEFT
        if isinstance(line, Group):
            return self._group(line, column, role)
        value = column.value(line)
        if role == Qt.ItemDataRole.DisplayRole:
            if column.id == "name":
                return f"● {self.title(line)}" if line.unit_code in self.moved else self.title(line)
            return "" if column.chip else self._lost(line, column) if value is None else _shown(column, value)
        if role == CHIP_ROLE and column.chip:
            return value
        if role == BAR_ROLE and column.id == "gap":
            share = (line.gap or 0) / self._largest if self._largest else 0.0
            return share, self.token(line, "need3")
        if role == GLYPH_ROLE and column.id == "gap" and value is None and line.status == UNKNOWN:
            return "circle-help"
        if role == STRONG_ROLE:
            return column.id == self.sorted_by and column.numeric
        if role == Qt.ItemDataRole.ForegroundRole:
            return "ink3" if value is None else None
        if role == Qt.ItemDataRole.ToolTipRole:
            from app.gap_words import reason_text

            more = f"\n{text('gap_moved')}" if line.unit_code in self.moved else ""
            tip = f"\n{text('trace_cell_tip')}" if column.numeric and value is not None else ""
            return f"{self.title(line)}\n{reason_text(line)}{more}{tip}"
        return None

    def words_of(self, line: int, column: int) -> str:
        """Return a cell as words: a chip by what it says."""
        entry, record = self.lines[line], self.columns[column]
        if record.chip and isinstance(entry, GapRow):
            return text(f"{'way' if record.id == 'way' else 'status'}_{record.value(entry)}")
        return str(self.data(self.index(line, column), int(Qt.ItemDataRole.DisplayRole)) or "").removeprefix(
            "● "
        )

    def _lost(self, row: GapRow, column: GapColumn) -> str:
        return text("status_unknown") if column.per_cent and row.status == UNKNOWN else "—"

    @staticmethod
    def _group(group: Group, column: GapColumn, role: int) -> Any:
        if role == GROUP_ROLE:
            return True
        if role == Qt.ItemDataRole.DisplayRole:
            if column.id == "name":
                return f"{group.name or text('no_sumu')}  {len(group.rows)}"
            return _shown(column, column.total(group.rows)) if column.total else ""
        if role == BAR_ROLE and column.id == "gap":
            return 0.0, "need3"
        return None


def _shown(column: GapColumn, value: float | None) -> str:
    if value is None:
        return "—"
    if column.per_cent:
        return f"{value:.0%}"
    return number(value, digits=1 if column.id == "km" else None)


def short_name(name: str) -> str:
    """A name without the word for what it is (嘎查, 苏木): in brackets that is understood."""
    for word in COMMON_WORDS:
        if name.endswith(word) and len(name) > len(word):
            return name[: -len(word)]
    return name


def _meets(wanted: str, row: GapRow) -> bool:
    names: Iterable[str] = (row.unit_name, row.sumu_name)
    return any(closeness(wanted, fold(name), row.unit_code) < NO_HIT for name in names)


def _codes(rows: Sequence[GapRow]) -> str:
    return "+".join(row.unit_code for row in rows)
